import { NUMBER } from "./ladders.ts";
import { LOW, ORDER_STRIDE, type OrderStore } from "./order-store.ts";

/** Words of one entry: the reference mixed into 32 bits, and the slot of the order (0: the entry is free). */
const STRIDE = 2;
const SMALLEST_BITS = 12;
/** 2^32 divided by the golden ratio: spreads consecutive references over the table (Knuth, TAOCP vol. 3, 6.4). */
const GOLDEN = 0x9e3779b1 | 0;
/** An odd number without pattern, so that the high half of a reference counts too. */
const ODD = 0x85ebca6b | 0;

/**
 * Finds the slot of an order by its 64-bit reference: open addressing with linear probing, at most half full,
 * and removal by shifting back, so that nothing is left behind by a day of orders that come and go.
 *
 * An entry is 8 bytes, so that few cache lines are touched; the whole reference stands in the order's record.
 */
export class OrderIndex {
  readonly #store: OrderStore;
  #table: Int32Array = new Int32Array(STRIDE << SMALLEST_BITS);
  #mask: number = (1 << SMALLEST_BITS) - 1;
  #shift: number = 32 - SMALLEST_BITS;
  #count = 0;

  constructor(store: OrderStore) {
    this.#store = store;
  }

  /** @returns position of the entry, for the other methods; `-1 - entry` where it would stand when there is none */
  find(high: number, low: number): number {
    const table = this.#table;
    const mask = this.#mask;
    const orders = this.#store.orders;
    const key = low ^ Math.imul(high, ODD);
    let entry = Math.imul(key, GOLDEN) >>> this.#shift;
    for (;;) {
      const slot = table[(entry & NUMBER) * STRIDE + 1]!;
      if (slot === 0) return -1 - entry;
      // Where the mixed words and the low words agree, the high words do too: multiplying by an odd number loses nothing.
      if (
        table[(entry & NUMBER) * STRIDE] === key &&
        (orders[(slot & NUMBER) * ORDER_STRIDE + LOW]! | 0) === low
      )
        return entry;
      entry = (entry + 1) & mask;
    }
  }

  slotAt(entry: number): number {
    return this.#table[(entry & NUMBER) * STRIDE + 1]!;
  }

  /** Adds a reference at the free entry that {@link OrderIndex.find} has just told, as `-1 - entry`. */
  insertAt(entry: number, high: number, low: number, slot: number): void {
    this.#table[(entry & NUMBER) * STRIDE] = low ^ Math.imul(high, ODD);
    this.#table[(entry & NUMBER) * STRIDE + 1] = slot;
    if (++this.#count * 2 > this.#mask) this.#grow();
  }

  removeAt(entry: number): void {
    const table = this.#table;
    const mask = this.#mask;
    const shift = this.#shift;
    this.#count--;
    let hole = entry;
    let next = entry;
    for (;;) {
      next = (next + 1) & mask;
      const slot = table[(next & NUMBER) * STRIDE + 1]!;
      if (slot === 0) break;
      const key = table[(next & NUMBER) * STRIDE]!;
      const home = Math.imul(key, GOLDEN) >>> shift;
      // An entry may move into the hole only when the hole is not before its home.
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      table[(hole & NUMBER) * STRIDE] = key;
      table[(hole & NUMBER) * STRIDE + 1] = slot;
      hole = next;
    }
    table[(hole & NUMBER) * STRIDE + 1] = 0;
  }

  clear(): void {
    this.#table.fill(0);
    this.#count = 0;
  }

  #put(key: number, slot: number): void {
    const table = this.#table;
    let entry = Math.imul(key, GOLDEN) >>> this.#shift;
    while (table[(entry & NUMBER) * STRIDE + 1] !== 0) entry = (entry + 1) & this.#mask;
    table[(entry & NUMBER) * STRIDE] = key;
    table[(entry & NUMBER) * STRIDE + 1] = slot;
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Int32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    this.#shift--;
    for (let at = 0; at < old.length; at += STRIDE) {
      if (old[at + 1] !== 0) this.#put(old[at]!, old[at + 1]!);
    }
  }
}
