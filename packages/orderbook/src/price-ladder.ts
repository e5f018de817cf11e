import { KEY, NEXT, type OrderStore, PREVIOUS, SLOT, STRIDE_BITS } from "./order-store.ts";

/** No key: below every price. */
export const NO_KEY: number = -(2 ** 31);

/** Fewest and most keys of a window: three levels of 32-bit words find any of the most. */
const FIRST_KEYS = 256;
const MOST_KEYS = 32_768;

const NOTHING = new Int32Array(0);

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
 * grows to {@link MOST_KEYS} keys and then moves. Keys below it are kept in a sorted list, so a hostile price costs
 * no more memory than its order.
 */
export class PriceLadder {
  /** The best key, {@link NO_KEY} when nothing rests. */
  bestKey: number = NO_KEY;
  readonly #store: OrderStore;
  /** Key of index 0. */
  #base = 0;
  /** Keys of the window; 0 before the first order. */
  #size = 0;
  /** First and last order of each key of the window; then a bit for each key, then a bit for each word of those. */
  #window: Int32Array = NOTHING;
  /** Where the bits begin, and the bits of bits. */
  #bits = 0;
  #summary = 0;
  #top = 0;
  /** Keys below the window, ascending. */
  readonly #far: FarLevel[] = [];

  constructor(store: OrderStore) {
    this.#store = store;
  }

  /** The first order at the best key, which there is. */
  firstOrder(): number {
    return this.#window[(this.bestKey - this.#base) << 1]!;
  }

  /** Puts an order at the back of the queue of `key`, which its record has too. */
  append(slot: number, key: number): void {
    const index = key - this.#base;
    if (index < 0 || index >= this.#size) {
      this.#appendOutside(slot, key);
      return;
    }
    const { records } = this.#store;
    const at = (slot & SLOT) << STRIDE_BITS;
    const queues = this.#window;
    const tail = queues[(index << 1) + 1]!;
    queues[(index << 1) + 1] = slot;
    records[at + PREVIOUS] = tail;
    records[at + NEXT] = 0;
    // Slot 0 is no order: what is written there is never read, and a store is cheaper than a branch not to make it.
    records[((tail & SLOT) << STRIDE_BITS) + NEXT] = slot;
    if (tail === 0) this.#open(index, slot);
  }

  /** Takes an order out of its queue. */
  remove(slot: number): void {
    if (this.#store.unlink(slot)) this.trim(slot);
  }

  /** The first order came to a key. */
  #open(index: number, slot: number): void {
    this.#window[index << 1] = slot;
    this.#mark(index);
    const key = this.#base + index;
    if (key > this.bestKey) this.bestKey = key;
  }

  /** After an order at an end of its queue was unlinked. */
  trim(slot: number): void {
    const { records } = this.#store;
    const at = (slot & SLOT) << STRIDE_BITS;
    const next = records[at + NEXT]!;
    const previous = records[at + PREVIOUS]!;
    const key = records[at + KEY]!;
    const index = key - this.#base;
    if (index < 0) {
      this.#trimFar(key, previous, next);
      return;
    }
    const queues = this.#window;
    const queue = index << 1;
    if (next === 0) queues[queue + 1] = previous;
    if (previous === 0) {
      queues[queue] = next;
      if (next === 0) this.#unmark(index);
    }
  }

  #appendOutside(slot: number, key: number): void {
    if (this.#makeRoom(key) < 0) this.#appendFar(key, slot);
    else this.append(slot, key);
  }

  /** The first order at a key, 0 when there is none. */
  headOf(key: number): number {
    const index = key - this.#base;
    if (index >= 0) return index < this.#size ? this.#window[index << 1]! : 0;
    const far = this.#far[this.#farPlace(key)];
    return far?.key === key ? far.head : 0;
  }

  /** The next key below this one at which orders rest, or {@link NO_KEY}. */
  below(key: number): number {
    if (this.bestKey < key) return this.bestKey;
    const index = key - this.#base;
    if (index > 0) {
      const found = this.#findBelow(index);
      if (found >= 0) return this.#base + found;
    }
    return this.#far[this.#farPlace(key) - 1]?.key ?? NO_KEY;
  }

  #mark(index: number): void {
    const words = this.#window;
    const word = index >> 5;
    words[this.#bits + word]! |= 1 << (index & 31);
    words[this.#summary + (word >> 5)]! |= 1 << (word & 31);
    this.#top |= 1 << (word >> 5);
  }

  #unmark(index: number): void {
    const words = this.#window;
    const word = index >> 5;
    const left = words[this.#bits + word]! & ~(1 << (index & 31));
    words[this.#bits + word] = left;
    if (left === 0) {
      const group = word >> 5;
      const summary = words[this.#summary + group]! & ~(1 << (word & 31));
      words[this.#summary + group] = summary;
      if (summary === 0) this.#top &= ~(1 << group);
    }
    if (index === this.bestKey - this.#base) {
      const below = this.#findBelow(index);
      this.bestKey = below < 0 ? NO_KEY : this.#base + below;
      if (below < 0 && this.#far.length > 0) this.#reachFar();
    }
  }

  /** The highest marked index below this one, which is inside the window; or -1. */
  #findBelow(index: number): number {
    const words = this.#window;
    let word = index >> 5;
    let bits = words[this.#bits + word]! & ((1 << (index & 31)) - 1);
    if (bits === 0) {
      let group = word >> 5;
      let marked = words[this.#summary + group]! & ((1 << (word & 31)) - 1);
      if (marked === 0) {
        const groups = this.#top & ((1 << group) - 1);
        if (groups === 0) return -1;
        group = 31 - Math.clz32(groups);
        marked = words[this.#summary + group]!;
      }
      word = (group << 5) + 31 - Math.clz32(marked);
      bits = words[this.#bits + word]!;
    }
    return (word << 5) + 31 - Math.clz32(bits);
  }

  /** Makes the window hold this key, which is outside, if it should; returns its index, or -1 for a far key. */
  #makeRoom(key: number): number {
    const half = MOST_KEYS >> 1;
    const best = this.bestKey;
    if (best === NO_KEY) {
      if (this.#size === 0) this.#rebuild(key, FIRST_KEYS);
      this.#base = key - (this.#size >> 1);
      return key - this.#base;
    }
    if (best - key >= half) return -1;
    const highest = Math.max(key, best);
    const lowest = Math.max(Math.min(key, this.#base), highest - half);
    let size = this.#size;
    while (size < MOST_KEYS && (highest - lowest + 1) * 4 > size * 3) size *= 2;
    this.#rebuild(highest - Math.floor(size * 0.75) + 1, size);
    return key - this.#base;
  }

  /** The window is empty: it moves to the best of the far keys. */
  #reachFar(): void {
    this.bestKey = this.#far.at(-1)!.key;
    this.#rebuild(this.bestKey - Math.floor(this.#size * 0.75), this.#size);
  }

  /** Moves or widens the window; keys that fall below it become far, and far ones that it reaches come in. */
  #rebuild(base: number, size: number): void {
    const [oldBase, oldWindow, oldSize] = [this.#base, this.#window, this.#size];
    this.#base = base;
    this.#size = size;
    this.#bits = size * 2;
    this.#summary = this.#bits + (size >> 5);
    this.#top = 0;
    this.#window = new Int32Array(this.#summary + Math.max(size >> 10, 1));
    const far = this.#far;
    while (far.length > 0 && far.at(-1)!.key >= base) {
      const { key, head, tail } = far.pop()!;
      this.#enter(key - base, head, tail);
    }
    for (let index = 0; index < oldSize; index++) {
      const head = oldWindow[index * 2]!;
      if (head === 0) continue;
      const tail = oldWindow[index * 2 + 1]!;
      const key = oldBase + index;
      if (key < base) far.push({ key, head, tail });
      else this.#enter(key - base, head, tail);
    }
  }

  /** Puts a whole queue into the window. */
  #enter(index: number, head: number, tail: number): void {
    const words = this.#window;
    words[index * 2] = head;
    words[index * 2 + 1] = tail;
    this.#mark(index);
  }

  #appendFar(key: number, slot: number): void {
    const { records } = this.#store;
    const place = this.#farPlace(key);
    const level = this.#far[place];
    const tail = level?.key === key ? level.tail : 0;
    records[((slot & SLOT) << STRIDE_BITS) + PREVIOUS] = tail;
    records[((slot & SLOT) << STRIDE_BITS) + NEXT] = 0;
    if (level?.key === key) {
      records[((tail & SLOT) << STRIDE_BITS) + NEXT] = slot;
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
