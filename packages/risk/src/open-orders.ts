import { dumpColumns, growColumns, loadColumns } from "./columns.ts";
import { IdMap } from "./id-map.ts";

/** Fields of an open order. */
export interface OrderColumns {
  id: Float64Array;
  row: Int32Array;
  session: Int32Array;
  /** 0 buy, 1 sell, 2 sell short, 3 sell short exempt. */
  side: Uint8Array;
  /** 0 limit, 1 market, 2 stop, 3 stop-limit. */
  type: Uint8Array;
  price: Float64Array;
  stopPrice: Float64Array;
  leaves: Float64Array;
  /** Base money reserved for one lot; the reservation is the rounded product with `leaves`. */
  perLot: Float64Array;
  /** 1 when the order's open lots count against the row's locates. */
  usesLocate: Uint8Array;
  /** Neighbours among the resting orders of one self-trade group, instrument and side; -1 is none. */
  next: Int32Array;
  previous: Int32Array;
  /** The queue that the order is in, or -1. */
  queue: Int32Array;
}

const MAX_INSTRUMENTS = 2 ** 21;

/** Open orders in slots, found by id, and the resting ones of each self-trade group by instrument and side. */
export class OpenOrders {
  readonly orders: OrderColumns = orderColumns(1024);
  /** Slots that were ever used. */
  used = 0;
  count = 0;
  #free: number[] = [];
  readonly #slotOf: IdMap = new IdMap(1024);
  readonly #queueOf: IdMap = new IdMap(64);
  #heads: Int32Array = new Int32Array(64).fill(-1);
  /** Best price of each queue, or NaN when it must be found again. */
  #best: Float64Array = new Float64Array(64);
  #queues = 0;

  find(orderId: number): number {
    return this.#slotOf.get(orderId);
  }

  add(orderId: number): number {
    const slot = this.#free.length > 0 ? this.#free.pop()! : this.used++;
    if (slot === this.orders.id.length) growColumns(this.orders);
    this.orders.id[slot] = orderId;
    this.orders.queue[slot] = -1;
    this.#slotOf.add(orderId, slot);
    this.count++;
    return slot;
  }

  remove(slot: number): void {
    this.leaveQueue(slot);
    this.#slotOf.delete(this.orders.id[slot]!);
    this.orders.id[slot] = Number.NaN;
    this.#free.push(slot);
    this.count--;
  }

  /** Slots in use, by ascending order id. */
  slots(): number[] {
    const { id } = this.orders;
    const slots: number[] = [];
    for (let slot = 0; slot < this.used; slot++) if (!Number.isNaN(id[slot]!)) slots.push(slot);
    return slots.sort((a, b) => id[a]! - id[b]!);
  }

  /** Puts a resting limit order among those of its group. */
  enterQueue(slot: number, group: number, instrument: number): void {
    const { orders } = this;
    const isBuy = orders.side[slot] === 0;
    const queue = this.#queue(group, instrument) * 2 + (isBuy ? 0 : 1);
    const head = this.#heads[queue]!;
    orders.queue[slot] = queue;
    orders.previous[slot] = -1;
    orders.next[slot] = head;
    if (head >= 0) orders.previous[head] = slot;
    const price = orders.price[slot]!;
    const best = this.#best[queue]!;
    if (head < 0 || (isBuy ? price > best : price < best)) this.#best[queue] = price;
    this.#heads[queue] = slot;
  }

  leaveQueue(slot: number): void {
    const { orders } = this;
    const queue = orders.queue[slot]!;
    if (queue < 0) return;
    const [next, previous] = [orders.next[slot]!, orders.previous[slot]!];
    if (previous >= 0) orders.next[previous] = next;
    else this.#heads[queue] = next;
    if (next >= 0) orders.previous[next] = previous;
    if (orders.price[slot] === this.#best[queue]) this.#best[queue] = Number.NaN;
    orders.queue[slot] = -1;
  }

  /** Would an order of the group trade with one of its own? */
  wouldSelfTrade(
    group: number,
    instrument: number,
    isBuy: boolean,
    limit: number,
    isMarket: boolean,
  ): boolean {
    const found = this.#queueOf.get(group * MAX_INSTRUMENTS + instrument);
    if (found < 0) return false;
    const queue = found * 2 + (isBuy ? 1 : 0);
    const head = this.#heads[queue]!;
    if (head < 0) return false;
    if (isMarket) return true;
    let best = this.#best[queue]!;
    if (Number.isNaN(best)) {
      const { price, next } = this.orders;
      best = price[head]!;
      for (let slot = next[head]!; slot >= 0; slot = next[slot]!) {
        if (isBuy ? price[slot]! < best : price[slot]! > best) best = price[slot]!;
      }
      this.#best[queue] = best;
    }
    return isBuy ? limit >= best : limit <= best;
  }

  #queue(group: number, instrument: number): number {
    const key = group * MAX_INSTRUMENTS + instrument;
    const known = this.#queueOf.get(key);
    if (known >= 0) return known;
    const queue = this.#queues++;
    if (queue * 2 + 2 > this.#heads.length) {
      const heads = new Int32Array(this.#heads.length * 2).fill(-1);
      heads.set(this.#heads);
      const best = new Float64Array(heads.length);
      best.set(this.#best);
      this.#heads = heads;
      this.#best = best;
    }
    this.#queueOf.add(key, queue);
    return queue;
  }

  /** Open orders, one record each, by ascending order id. */
  dump(): Record<string, number[]> {
    const slots = this.slots();
    const all = dumpColumns(this.orders, this.used);
    for (const [name, values] of Object.entries(all)) all[name] = slots.map((slot) => values[slot]!);
    return all;
  }

  load(dump: Readonly<Record<string, readonly number[]>>): void {
    const ids = dump.id!;
    while (this.orders.id.length < ids.length) growColumns(this.orders);
    loadColumns(this.orders, dump);
    this.orders.queue.fill(-1);
    for (const [slot, id] of ids.entries()) this.#slotOf.add(id, slot);
    this.used = ids.length;
    this.count = ids.length;
  }
}

function orderColumns(length: number): OrderColumns {
  return {
    id: new Float64Array(length),
    row: new Int32Array(length),
    session: new Int32Array(length),
    side: new Uint8Array(length),
    type: new Uint8Array(length),
    price: new Float64Array(length),
    stopPrice: new Float64Array(length),
    leaves: new Float64Array(length),
    perLot: new Float64Array(length),
    usesLocate: new Uint8Array(length),
    next: new Int32Array(length),
    previous: new Int32Array(length),
    queue: new Int32Array(length),
  };
}
