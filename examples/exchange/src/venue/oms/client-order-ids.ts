import type { ByteReader, ByteWriter } from "../bytes.ts";
import { IdMemory } from "./id-memory.ts";
import { SlotIndex } from "./slot-index.ts";
import type { VenueOrder } from "./venue-order.ts";

/**
 * Finds orders by account and client order id, and remembers the ids of the day against reuse.
 *
 * The memory is a ring of the latest ids, each as a 64-bit fingerprint with its account mixed in: two ids of a million would
 * be taken for one with probability 10^-8.
 */
export class ClientOrderIds {
  readonly #orders: readonly (VenueOrder | undefined)[];
  readonly #index = new SlotIndex();
  /** Replaced orders, by the id that they were entered with. */
  readonly #byFirst = new SlotIndex();
  #lastStamp = 0;
  readonly #memory: IdMemory;
  /** Of the last {@link ClientOrderIds.hash}. */
  #low = 0;
  #high = 0;

  constructor(orders: readonly (VenueOrder | undefined)[], remembered: number) {
    this.#orders = orders;
    this.#memory = new IdMemory(remembered);
  }

  /** Hashes an id for the calls that follow, up to the next one. */
  hash(account: number, clientOrderId: string): void {
    let low = Math.imul(account ^ 0x5bd1_e995, 0x9e37_79b1);
    let high = Math.imul(account ^ 0x27d4_eb2f, 0x85eb_ca6b) ^ clientOrderId.length;
    const { length } = clientOrderId;
    for (let index = 0; index < length; ) {
      let word = clientOrderId.charCodeAt(index++);
      for (let shift = 8; shift < 32 && index < length; shift += 8) {
        word |= clientOrderId.charCodeAt(index++) << shift;
      }
      low = Math.imul(low ^ word, 0x9e37_79b1);
      low ^= low >>> 15;
      high = Math.imul(high ^ word, 0x85eb_ca6b);
      high ^= high >>> 13;
    }
    low ^= low >>> 16;
    low = Math.imul(low, 0x85eb_ca6b);
    this.#low = low ^ (low >>> 13);
    this.#high = Math.imul(high ^ (high >>> 16), 0xc2b2_ae35);
  }

  /** The hash just made, for {@link ClientOrderIds.add} later on. */
  get hashed(): number {
    return this.#low;
  }

  /** The latest order with the hashed id, or `undefined`. */
  find(account: number, clientOrderId: string): VenueOrder | undefined {
    for (let slot = this.#index.first(this.#low); slot !== 0; slot = this.#index.next(slot)) {
      const order = this.#orders[slot]!;
      if (order.account === account && order.clientOrderId === clientOrderId) return order;
    }
    return undefined;
  }

  /** The latest order that was entered with the hashed id and has another since, or `undefined`. */
  findFirst(account: number, clientOrderId: string): VenueOrder | undefined {
    for (let slot = this.#byFirst.first(this.#low); slot !== 0; slot = this.#byFirst.next(slot)) {
      const order = this.#orders[slot]!;
      if (order.account === account && order.firstClientOrderId === clientOrderId) return order;
    }
    return undefined;
  }

  /** Whether the hashed id was used today. */
  isRemembered(): boolean {
    return this.#memory.has(this.#low, this.#high);
  }

  remember(): void {
    this.#memory.add(this.#low, this.#high);
  }

  /** Puts an order under its id. */
  add(order: VenueOrder, idHash: number): void {
    order.idStamp = ++this.#lastStamp;
    this.#index.add(order.slot, idHash);
  }

  /** Gives an order, which must be in, the id of a replace. */
  change(order: VenueOrder, clientOrderId: string, idHash: number): void {
    this.#index.remove(order.slot);
    if (order.firstClientOrderId === "") {
      order.firstClientOrderId = order.clientOrderId;
      this.#addFirst(order);
    }
    order.origClientOrderId = order.clientOrderId;
    order.clientOrderId = clientOrderId;
    this.add(order, idHash);
  }

  /** Takes an order out, which must be in. */
  remove(order: VenueOrder): void {
    this.#index.remove(order.slot);
    if (order.firstClientOrderId !== "") this.#byFirst.remove(order.slot);
  }

  /** A new day: ids may be used again, except those of open orders. */
  forget(): void {
    this.#memory.clear();
  }

  write(writer: ByteWriter): void {
    writer.double(this.#lastStamp);
    writer.ints(this.#memory.dump());
  }

  /** @param orders - those that are findable, as their records say */
  read(reader: ByteReader, orders: readonly VenueOrder[]): void {
    const lastStamp = reader.double();
    this.#memory.load(reader.ints());
    for (const order of orders.toSorted((a, b) => a.idStamp - b.idStamp)) {
      const { idStamp } = order;
      this.hash(order.account, order.clientOrderId);
      this.add(order, this.#low);
      order.idStamp = idStamp;
    }
    this.#lastStamp = lastStamp;
    for (const order of orders.toSorted((a, b) => a.orderId - b.orderId)) {
      if (order.firstClientOrderId !== "") this.#addFirst(order);
    }
  }

  #addFirst(order: VenueOrder): void {
    this.hash(order.account, order.firstClientOrderId);
    this.#byFirst.add(order.slot, this.#low);
  }
}
