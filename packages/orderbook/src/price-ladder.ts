import { KEY, NEXT, type OrderStore, PREVIOUS, STRIDE_BITS } from "./order-store.ts";

/** No key: below every price. */
export const NO_KEY: number = -(2 ** 31);

const FIRST_SIZE = 256;
/** Three levels of 32-bit words; a wider ladder would leave the cache without finding the next price sooner. */
const LARGEST_SIZE = 32_768;

/** A price outside the window. */
interface FarLevel {
  readonly key: number;
  head: number;
  tail: number;
}

/**
 * One side of a book: the queues of orders by key, the highest key the best.
 *
 * Keys near the best are an array (the window: first and last order of each key) with a bitmap over it, 32-ary and
 * three words high, that finds the next worse key in a few instructions. The window always contains the best key; it
 * grows to {@link LARGEST_SIZE} keys and then moves. Keys below it are kept in a sorted list, so a hostile price costs
 * no more memory than its order.
 */
export class PriceLadder {
  /** The best key, {@link NO_KEY} when nothing rests. */
  bestKey: number = NO_KEY;
  /** Key of index 0. */
  base = 0;
  /** First and last order of each key of the window. */
  levels: Int32Array = new Int32Array(0);
  readonly #store: OrderStore;
  #size = 0;
  #words: Int32Array = new Int32Array(0);
  #summary: Int32Array = new Int32Array(0);
  #top = 0;
  /** Keys below the window, ascending. */
  readonly #far: FarLevel[] = [];

  constructor(store: OrderStore) {
    this.#store = store;
  }

  /** The first order at the best key, which there is. */
  firstOrder(): number {
    return this.levels[(this.bestKey - this.base) << 1]!;
  }

  /** Puts an order at the back of the queue of its key. */
  append(slot: number): void {
    const { records } = this.#store;
    const at = slot << STRIDE_BITS;
    const key = records[at + KEY]!;
    let index = key - this.base;
    if (index < 0 || index >= this.#size) {
      index = this.#makeRoom(key);
      if (index < 0) {
        this.#appendFar(key, slot);
        return;
      }
    }
    const { levels } = this;
    const tail = levels[(index << 1) + 1]!;
    levels[(index << 1) + 1] = slot;
    records[at + PREVIOUS] = tail;
    records[at + NEXT] = 0;
    if (tail !== 0) records[(tail << STRIDE_BITS) + NEXT] = slot;
    else {
      levels[index << 1] = slot;
      this.#mark(index);
      if (key > this.bestKey) this.bestKey = key;
    }
  }

  /** Takes an order out of its queue. */
  remove(slot: number): void {
    const { records } = this.#store;
    const at = slot << STRIDE_BITS;
    const next = records[at + NEXT]!;
    const previous = records[at + PREVIOUS]!;
    // Slot 0 is no order: what is written there is never read, and a store is cheaper than a branch not to make it.
    records[(previous << STRIDE_BITS) + NEXT] = next;
    records[(next << STRIDE_BITS) + PREVIOUS] = previous;
    if (previous !== 0 && next !== 0) return;
    const index = records[at + KEY]! - this.base;
    if (index < 0) {
      this.#trimFar(records[at + KEY]!, previous, next);
      return;
    }
    const { levels } = this;
    if (next === 0) levels[(index << 1) + 1] = previous;
    if (previous === 0) {
      levels[index << 1] = next;
      if (next === 0) this.#unmark(index);
    }
  }

  /** The first order at a key, 0 when there is none. */
  headOf(key: number): number {
    const index = key - this.base;
    if (index >= 0) return index < this.#size ? this.levels[index << 1]! : 0;
    const far = this.#far[this.#farPlace(key)];
    return far?.key === key ? far.head : 0;
  }

  /** The next key below this one at which orders rest, or {@link NO_KEY}. */
  below(key: number): number {
    if (this.bestKey < key) return this.bestKey;
    const index = key - this.base;
    if (index > 0) {
      const found = this.#findBelow(index);
      if (found >= 0) return this.base + found;
    }
    return this.#far[this.#farPlace(key) - 1]?.key ?? NO_KEY;
  }

  #mark(index: number): void {
    const word = index >> 5;
    this.#words[word]! |= 1 << (index & 31);
    this.#summary[word >> 5]! |= 1 << (word & 31);
    this.#top |= 1 << (word >> 5);
  }

  #unmark(index: number): void {
    const word = index >> 5;
    const left = this.#words[word]! & ~(1 << (index & 31));
    this.#words[word] = left;
    if (left === 0) {
      const summary = this.#summary[word >> 5]! & ~(1 << (word & 31));
      this.#summary[word >> 5] = summary;
      if (summary === 0) this.#top &= ~(1 << (word >> 5));
    }
    if (index === this.bestKey - this.base) {
      const below = this.#findBelow(index);
      this.bestKey = below < 0 ? NO_KEY : this.base + below;
      if (below < 0 && this.#far.length > 0) this.#reachFar();
    }
  }

  /** The highest marked index below this one, which is inside the window; or -1. */
  #findBelow(index: number): number {
    let word = index >> 5;
    let bits = this.#words[word]! & ((1 << (index & 31)) - 1);
    if (bits === 0) {
      let group = word >> 5;
      let words = this.#summary[group]! & ((1 << (word & 31)) - 1);
      if (words === 0) {
        const groups = this.#top & ((1 << group) - 1);
        if (groups === 0) return -1;
        group = 31 - Math.clz32(groups);
        words = this.#summary[group]!;
      }
      word = (group << 5) + 31 - Math.clz32(words);
      bits = this.#words[word]!;
    }
    return (word << 5) + 31 - Math.clz32(bits);
  }

  /** Makes the window hold this key, which is outside, if it should; returns its index, or -1 for a far key. */
  #makeRoom(key: number): number {
    const half = LARGEST_SIZE >> 1;
    const best = this.bestKey;
    if (best === NO_KEY) {
      const size = Math.max(this.#size, FIRST_SIZE);
      this.#rebuild(key - (size >> 1), size);
      return key - this.base;
    }
    if (best - key >= half) return -1;
    const highest = Math.max(key, best);
    const lowest = Math.max(Math.min(key, this.base), highest - half);
    let size = this.#size;
    while (size < LARGEST_SIZE && (highest - lowest + 1) * 4 > size * 3) size *= 2;
    this.#rebuild(highest - Math.floor(size * 0.75) + 1, size);
    return key - this.base;
  }

  /** The window is empty: it moves to the best of the far keys. */
  #reachFar(): void {
    this.#rebuild(this.#far.at(-1)!.key - Math.floor(this.#size * 0.75), this.#size);
  }

  /** Moves or widens the window; keys that fall below it become far, and far ones that it reaches come in. */
  #rebuild(base: number, size: number): void {
    const { levels } = this;
    const near: FarLevel[] = [];
    const best = this.bestKey === NO_KEY ? -1 : this.bestKey - this.base;
    for (let index = best; index >= 0; index = this.#findBelow(index)) {
      near.push({ key: this.base + index, head: levels[index << 1]!, tail: levels[(index << 1) + 1]! });
    }
    const all = [...this.#far.splice(0), ...near.reverse()];
    this.base = base;
    this.#size = size;
    this.bestKey = NO_KEY;
    this.levels = new Int32Array(size * 2);
    this.#words = new Int32Array(size >> 5);
    this.#summary = new Int32Array(Math.max(size >> 10, 1));
    this.#top = 0;
    for (const level of all) {
      const index = level.key - base;
      if (index < 0) this.#far.push(level);
      else {
        this.levels[index << 1] = level.head;
        this.levels[(index << 1) + 1] = level.tail;
        this.#mark(index);
        this.bestKey = level.key;
      }
    }
  }

  #appendFar(key: number, slot: number): void {
    const { records } = this.#store;
    const place = this.#farPlace(key);
    const level = this.#far[place];
    const tail = level?.key === key ? level.tail : 0;
    records[(slot << STRIDE_BITS) + PREVIOUS] = tail;
    records[(slot << STRIDE_BITS) + NEXT] = 0;
    if (level?.key === key) {
      records[(tail << STRIDE_BITS) + NEXT] = slot;
      level.tail = slot;
    } else this.#far.splice(place, 0, { key, head: slot, tail: slot });
  }

  /** After an order at an end of a far queue was unlinked. */
  #trimFar(key: number, previous: number, next: number): void {
    const place = this.#farPlace(key);
    const level = this.#far[place]!;
    if (next === 0) level.tail = previous;
    if (previous === 0) level.head = next;
    if (level.head === 0) this.#far.splice(place, 1);
  }

  /** Where this key is among the far ones, or would be. */
  #farPlace(key: number): number {
    let low = 0;
    let high = this.#far.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#far[middle]!.key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
