import { IdMap } from "../id-map.ts";
import { doubled, Records } from "./records.ts";

/** Places in an open order's record of amounts. */
export const Order = {
  id: 0,
  price: 1,
  stopPrice: 2,
  leaves: 3,
  /** Base money reserved for one lot; the reservation is the rounded product with `leaves`. */
  perLot: 4,
} as const;

/** Places in an open order's record of small integers. */
export const Tag = {
  row: 0,
  session: 1,
  /** 0 buy, 1 sell, 2 sell short, 3 sell short exempt. */
  side: 2,
  /** 0 limit, 1 market, 2 stop, 3 stop-limit. */
  type: 3,
  /** 1 when the order's open lots count against the row's locates. */
  usesLocate: 4,
  /** Neighbours among the resting orders of one self-trade group, instrument and side; -1 is none. */
  next: 5,
  previous: 6,
  /** The queue that the order is in, or -1. */
  queue: 7,
} as const;

export const ORDER_WIDTH = 5;
export const TAG_WIDTH = 8;
/** Tags of an order that a snapshot keeps; links are made again. */
const KEPT_TAGS = 5;
// Folded into the machine code: see `exposure.ts`.
const { id: orderId, price } = Order;
const { side, next, previous, queue } = Tag;
const [O, T] = [ORDER_WIDTH, TAG_WIDTH];

/** Open orders in slots, found by id, and the resting ones of each self-trade group by instrument and side. */
export class OpenOrders {
  readonly orders: Records = new Records(O, 1024);
  /** {@link Tag}s of each slot. */
  tags: Int32Array = new Int32Array(1024 * T);
  count = 0;
  #free: Int32Array = new Int32Array(1024);
  #freeCount = 0;
  readonly #slotOf: IdMap = new IdMap(1024);
  /** Latest order of each queue, or -1. A queue holds the purchases, or the sales, of one group and instrument. */
  #heads: Int32Array = new Int32Array(64).fill(-1);
  /** Best price of each queue, or NaN when it must be found again. */
  #best: Float64Array = new Float64Array(64);

  /** Id of the order that {@link OpenOrders.find} looks for and {@link OpenOrders.add} adds, in its first number. */
  get wanted(): Float64Array {
    return this.#slotOf.key;
  }

  /** The slot of the wanted order, or -1. */
  find(): number {
    return this.#slotOf.get();
  }

  /** A slot for the wanted order, which {@link OpenOrders.find} has just not found. */
  add(): number {
    const slot = this.#freeCount > 0 ? this.#free[--this.#freeCount]! : this.orders.add();
    if (slot * T === this.tags.length) {
      this.tags = doubled(this.tags);
      this.#free = doubled(this.#free);
    }
    this.orders.data[slot * O + orderId] = this.wanted[0]!;
    this.tags[slot * T + queue] = -1;
    this.#slotOf.add(slot);
    this.count++;
    return slot;
  }

  remove(slot: number): void {
    this.leaveQueue(slot);
    this.#slotOf.key[0] = this.orders.data[slot * O + orderId]!;
    this.#slotOf.delete();
    this.orders.data[slot * O + orderId] = Number.NaN;
    this.#free[this.#freeCount++] = slot;
    this.count--;
  }

  /** Slots in use, by ascending order id. */
  slots(): number[] {
    const { data } = this.orders;
    const slots: number[] = [];
    for (let slot = 0; slot < this.orders.count; slot++) {
      if (!Number.isNaN(data[slot * O + orderId]!)) slots.push(slot);
    }
    return slots.sort((a, b) => data[a * O + orderId]! - data[b * O + orderId]!);
  }

  /**
   * Puts a resting limit order among those of its group.
   *
   * @param queues - of its group and instrument: {@link Exposure.queues}
   */
  enterQueue(slot: number, queues: number): void {
    const { tags } = this;
    const t = slot * T;
    const isBuy = tags[t + side] === 0;
    const own = queues * 2 + (isBuy ? 0 : 1);
    while (own >= this.#heads.length) {
      this.#heads = doubled(this.#heads).fill(-1, this.#heads.length);
      this.#best = doubled(this.#best);
    }
    const head = this.#heads[own]!;
    tags[t + queue] = own;
    tags[t + previous] = -1;
    tags[t + next] = head;
    if (head >= 0) tags[head * T + previous] = slot;
    const ownPrice = this.orders.data[slot * O + price]!;
    const best = this.#best[own]!;
    if (head < 0 || (isBuy ? ownPrice > best : ownPrice < best)) this.#best[own] = ownPrice;
    this.#heads[own] = slot;
  }

  leaveQueue(slot: number): void {
    const { tags } = this;
    const t = slot * T;
    const own = tags[t + queue]!;
    if (own < 0) return;
    const after = tags[t + next]!;
    const before = tags[t + previous]!;
    if (before >= 0) tags[before * T + next] = after;
    else this.#heads[own] = after;
    if (after >= 0) tags[after * T + previous] = before;
    if (this.orders.data[slot * O + price] === this.#best[own]) this.#best[own] = Number.NaN;
    tags[t + queue] = -1;
  }

  /** Would an order of a group and instrument, at the limit or without one (`undefined`), trade with one of its own? */
  wouldSelfTrade(queues: number, isBuy: boolean, limit: number | undefined): boolean {
    const other = queues * 2 + (isBuy ? 1 : 0);
    if (other >= this.#heads.length || this.#heads[other]! < 0) return false;
    if (limit === undefined) return true;
    if (Number.isNaN(this.#best[other]!)) this.#best[other] = this.#findBest(other, isBuy);
    const best = this.#best[other]!;
    return isBuy ? limit >= best : limit <= best;
  }

  #findBest(of: number, isOffer: boolean): number {
    const { tags } = this;
    const { data } = this.orders;
    const head = this.#heads[of]!;
    let best = data[head * O + price]!;
    for (let slot = tags[head * T + next]!; slot >= 0; slot = tags[slot * T + next]!) {
      const own = data[slot * O + price]!;
      if (isOffer ? own < best : own > best) best = own;
    }
    return best;
  }

  /** Open orders by ascending order id: {@link Order}, then the tags that are kept. */
  dump(): number[][] {
    return this.slots().map((slot) => [
      ...this.orders.data.subarray(slot * O, slot * O + O),
      ...this.tags.subarray(slot * T, slot * T + KEPT_TAGS),
    ]);
  }

  load(dump: readonly (readonly number[])[]): void {
    for (const numbers of dump) {
      this.wanted[0] = numbers[orderId]!;
      this.find();
      const slot = this.add();
      this.orders.data.set(numbers.slice(0, O), slot * O);
      this.tags.set(numbers.slice(O), slot * T);
    }
  }
}
