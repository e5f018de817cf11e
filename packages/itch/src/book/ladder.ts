/** Below this many levels from the best, a search goes step by step: that is where nearly all orders are. */
const NEAR = 8;
/** More words than this are moved by the system's copy, whose call costs as much as moving so many one by one. */
const FEW = 128;

/**
 * The price levels of one side of one symbol, best last: changes happen near the best, so little moves.
 *
 * Levels are sorted by a signed 32-bit key that rises towards the best price on both sides (see {@link keyOf}).
 */
export class Ladder {
  /** Key and level number of each level, side by side so that they share cache lines. */
  #entries: Int32Array = new Int32Array(16);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Level number of the best price; 0 when the side is empty. */
  get best(): number {
    return this.#count === 0 ? 0 : this.#entries[this.#count * 2 - 1]!;
  }

  /** Level number by distance from the best, which is 0. */
  levelAt(depth: number): number {
    return this.#entries[(this.#count - depth) * 2 - 1]!;
  }

  /** @returns index of the level with this key, or `-1 - index` where it would stand */
  find(key: number): number {
    const entries = this.#entries;
    let high = this.#count - 1;
    const near = high - NEAR;
    while (high >= 0 && high > near) {
      const here = entries[high * 2]!;
      if (here === key) return high;
      if (here < key) return -2 - high;
      high--;
    }
    let low = 0;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const here = entries[middle * 2]!;
      if (here === key) return middle;
      if (here < key) low = middle + 1;
      else high = middle - 1;
    }
    return -1 - low;
  }

  levelOf(index: number): number {
    return this.#entries[index * 2 + 1]!;
  }

  insertAt(index: number, key: number, level: number): void {
    if (this.#count * 2 === this.#entries.length) this.#grow();
    const entries = this.#entries;
    const from = index * 2;
    const end = this.#count * 2;
    if (end - from > FEW) entries.copyWithin(from + 2, from, end);
    else for (let at = end - 1; at >= from; at--) entries[at + 2] = entries[at]!;
    entries[from] = key;
    entries[from + 1] = level;
    this.#count++;
  }

  remove(key: number): void {
    const entries = this.#entries;
    const from = this.find(key) * 2;
    const end = this.#count * 2;
    if (end - from > FEW) entries.copyWithin(from, from + 2, end);
    else for (let at = from; at < end - 2; at++) entries[at] = entries[at + 2]!;
    this.#count--;
  }

  clear(): void {
    this.#count = 0;
  }

  #grow(): void {
    const larger = new Int32Array(this.#entries.length * 2);
    larger.set(this.#entries);
    this.#entries = larger;
  }
}

/** Maps an unsigned 32-bit price to a signed key that rises towards the best price of its side. */
export function keyOf(price4: number, isSell: number): number {
  return price4 ^ 0x80000000 ^ -isSell;
}
