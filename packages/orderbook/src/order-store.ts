/** Words of one order record; 8 int32 words are half a cache line. */
export const STRIDE_BITS = 3;
/** Masks a slot: the compiler then knows that no sum of a record's place and a word's overflows, and tests none. */
export const SLOT = 0xff_ffff;
// Word 0 holds the low 32 bits of the order id.
/** Instrument in the high 16 bits, bits 32…47 of the order id in the low 16. */
export const ID_HIGH = 1;
/** The order behind this one at its price; in a free record, the next free one. 0 is none. */
export const NEXT = 2;
/** The order before this one at its price. 0 is none. */
export const PREVIOUS = 3;
/** The price, negated for sells: the higher key is the better price on either side. */
export const KEY = 4;
/** Open quantity that is shown, or all of it for an order that is not an iceberg. */
export const LEAVES = 5;
/** Quantity traded so far. */
export const FILLED = 6;
/** Next record of the same hash bucket in the high 24 bits, flags in the low 8. */
export const CHAIN = 7;

/** Flag: the order sells. */
export const SELLS = 1;
/** Flag: the order has a row in {@link OrderDetails}. */
export const DETAILED = 2;
/** Where the order is, as {@link Place}, from this bit on. */
export const PLACE_SHIFT = 2;
export const FLAGS = 0xff;

/** Largest order id: 48 bits. */
export const MAX_ORDER_ID: number = 2 ** 48 - 1;
/** Most orders that can rest: 24 bits of slots. */
export const MAX_ORDERS: number = 2 ** 24 - 2;

const FIRST_CAPACITY = 1024;
const TWO_32 = 2 ** 32;

/**
 * The resting orders as records in one `Int32Array`, and a chained hash table from order id to record behind them.
 *
 * Slot 0 is no order. A bucket and the last word of a record have one form, so that whatever leads to a record is changed
 * in one way. The chain runs through the records themselves, so a lookup that hits touches the table once and then only
 * the record that the caller needs anyway.
 */
export class OrderStore {
  /** All records, then the buckets; replaced when the store grows, so read it again after {@link OrderStore.insert}. */
  records: Int32Array = new Int32Array((FIRST_CAPACITY << STRIDE_BITS) + FIRST_CAPACITY);
  /** How many orders are stored. */
  size = 0;
  #table = FIRST_CAPACITY << STRIDE_BITS;
  #shift = 22;
  #capacity = FIRST_CAPACITY;
  #used = 1;
  #free = 0;
  #highest = 0;
  /** The word that led to the order that was found last: who deletes it need not look for it again. */
  #link = FIRST_CAPACITY << STRIDE_BITS;

  /** Records that fit before the next growth, slot 0 included. */
  get capacity(): number {
    return this.#capacity;
  }

  /** The slot of the order with this id, or 0. */
  find(orderId: number): number {
    const low = orderId | 0;
    const high = low === orderId ? 0 : highOf(orderId);
    const { records } = this;
    let link = this.#bucketOf(low, high);
    let slot = records[link]! >>> 8;
    while (slot !== 0) {
      const at = slot << STRIDE_BITS;
      if (records[at] === low && (records[at + ID_HIGH]! & 0xffff) === high) break;
      link = at + CHAIN;
      slot = records[link]! >>> 8;
    }
    this.#link = link;
    return slot;
  }

  /** Whether an order has this id. Venues number orders upwards, and an id above all earlier ones needs no lookup. */
  has(orderId: number): boolean {
    return orderId <= this.#highest && this.find(orderId) !== 0;
  }

  /** Stores an order, which must not be there yet; it is in no queue, and its links are not set. */
  insert(
    orderId: number,
    instrument: number,
    flags: number,
    key: number,
    leaves: number,
    filled: number,
  ): number {
    let slot = this.#free;
    if (slot !== 0) this.#free = this.records[((slot & SLOT) << STRIDE_BITS) + NEXT]!;
    else {
      if (this.#used === this.#capacity) this.#grow();
      slot = this.#used++;
    }
    const { records } = this;
    const at = (slot & SLOT) << STRIDE_BITS;
    const low = orderId | 0;
    const high = low === orderId ? 0 : highOf(orderId);
    const bucket = this.#bucketOf(low, high);
    records[at] = low;
    records[at + ID_HIGH] = (instrument << 16) | high;
    records[at + KEY] = key;
    records[at + LEAVES] = leaves;
    records[at + FILLED] = filled;
    records[at + CHAIN] = records[bucket]! | flags;
    records[bucket] = slot << 8;
    this.size++;
    if (orderId > this.#highest) this.#highest = orderId;
    return slot;
  }

  /** Ties the neighbours of an order in its queue to each other; tells whether it stood at an end. */
  unlink(slot: number): boolean {
    const { records } = this;
    const at = (slot & SLOT) << STRIDE_BITS;
    const next = records[at + NEXT]!;
    const previous = records[at + PREVIOUS]!;
    // Slot 0 is no order: what is written there is never read, and a store is cheaper than a branch not to make it.
    records[((previous & SLOT) << STRIDE_BITS) + NEXT] = next;
    records[((next & SLOT) << STRIDE_BITS) + PREVIOUS] = previous;
    return previous === 0 || next === 0;
  }

  /** Forgets an order that is in no queue any more. */
  delete(slot: number): void {
    const { records } = this;
    if (records[this.#link]! >>> 8 !== slot) this.#findLink(slot);
    const link = this.#link;
    const at = (slot & SLOT) << STRIDE_BITS;
    records[link] = (records[at + CHAIN]! & ~FLAGS) | (records[link]! & FLAGS);
    records[at + NEXT] = this.#free;
    this.#free = slot;
    this.size--;
  }

  /** The id of a stored order; ids below 2^31 stay small integers, which cost no allocation. */
  idOf(slot: number): number {
    const at = (slot & SLOT) << STRIDE_BITS;
    const low = this.records[at]!;
    const high = this.records[at + ID_HIGH]! & 0xffff;
    return high === 0 && low >= 0 ? low : high * TWO_32 + (low >>> 0);
  }

  /** Sixteen consecutive ids share a cache line of the table; groups of sixteen are scattered. */
  #bucketOf(low: number, high: number): number {
    const group = Math.imul((low >>> 4) ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1);
    return this.#table + (((group >>> this.#shift) & ~15) | (low & 15));
  }

  #findLink(slot: number): void {
    const { records } = this;
    const at = (slot & SLOT) << STRIDE_BITS;
    let link = this.#bucketOf(records[at]!, records[at + ID_HIGH]! & 0xffff);
    for (let other = records[link]! >>> 8; other !== slot; other = records[link]! >>> 8) {
      link = (other << STRIDE_BITS) + CHAIN;
    }
    this.#link = link;
  }

  /** Doubles; the part of so large an array that is not used yet is not resident. */
  #grow(): void {
    const old = this.records.subarray(0, this.#table);
    this.#capacity = Math.min(this.#capacity * 2, MAX_ORDERS + 1);
    this.#shift--;
    this.#table = this.#capacity << STRIDE_BITS;
    this.#link = this.#table;
    const records = new Int32Array(this.#table + 2 ** (32 - this.#shift));
    records.set(old);
    this.records = records;
    // Every slot is taken when a store grows, so the records are gone through as they lie in memory.
    for (let slot = 1; slot < this.#used; slot++) {
      const at = (slot & SLOT) << STRIDE_BITS;
      const bucket = this.#bucketOf(records[at]!, records[at + ID_HIGH]! & 0xffff);
      records[at + CHAIN] = records[bucket]! | (records[at + CHAIN]! & FLAGS);
      records[bucket] = slot << 8;
    }
  }
}

/** Bits 32…47 of an id that is no int32; −1, which no order has, when it is no order id. */
function highOf(orderId: number): number {
  const isValid = orderId > 0 && orderId <= MAX_ORDER_ID && Number.isInteger(orderId);
  return isValid ? Math.floor(orderId / TWO_32) : -1;
}
