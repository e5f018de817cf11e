/** Two stretches joined into a third array, which may be one of them. */
type Merge = (into: Float64Array, earlier: Float64Array, later: Float64Array) => void;

/**
 * Aggregate of the last `length` elements for anything that merges but cannot be taken back, in O(1) amortised.
 *
 * The window is cut in two: for the older part the aggregates of all its suffixes are kept, for the newer one the
 * running aggregate. When the older part is used up, the newer one is turned into suffixes. As nothing is ever
 * subtracted, no rounding piles up.
 *
 * @see Tangwongsan, Hirzel and Schneider (2015), "General incremental sliding-window aggregation" (two stacks)
 */
export class SlidingWindow {
  readonly #length: number;
  readonly #merge: Merge;
  readonly #clear: (state: Float64Array) => void;
  /** Aggregates of single elements, a ring by arrival; then of the suffixes of the older part. */
  readonly #single: Float64Array[];
  readonly #suffix: Float64Array[];
  readonly #newer: Float64Array;
  readonly #whole: Float64Array;
  #arrived = 0;
  /** Elements left in the older part; they arrived before those in the newer part. */
  #older = 0;
  #recent = 0;

  constructor(length: number, empty: () => Float64Array, clear: (state: Float64Array) => void, merge: Merge) {
    this.#length = length;
    this.#merge = merge;
    this.#clear = clear;
    this.#single = Array.from({ length }, empty);
    this.#suffix = Array.from({ length }, empty);
    this.#newer = empty();
    this.#whole = empty();
  }

  get isFull(): boolean {
    return this.#arrived >= this.#length;
  }

  /** Aggregate of the window; the same array every time. */
  get whole(): Float64Array {
    return this.#whole;
  }

  /** Takes in the next element, written into an empty state by `write`, and drops the oldest of a full window. */
  push(write: (state: Float64Array) => void): void {
    if (this.#older + this.#recent === this.#length) this.#dropOldest();
    const slot = this.#single[this.#arrived % this.#length]!;
    this.#clear(slot);
    write(slot);
    this.#merge(this.#newer, this.#newer, slot);
    this.#arrived++;
    this.#recent++;
    if (this.#older === 0) this.#whole.set(this.#newer);
    else this.#merge(this.#whole, this.#suffix[this.#older - 1]!, this.#newer);
  }

  #dropOldest(): void {
    if (this.#older === 0) {
      // The suffix of k elements goes to index k − 1: the newest element alone first, then one older at a time.
      for (let k = 0; k < this.#recent; k++) {
        const element = this.#single[(this.#arrived - 1 - k) % this.#length]!;
        if (k === 0) this.#suffix[0]!.set(element);
        else this.#merge(this.#suffix[k]!, element, this.#suffix[k - 1]!);
      }
      this.#older = this.#recent;
      this.#recent = 0;
      this.#clear(this.#newer);
    }
    this.#older--;
  }
}
