/** Below this many levels from the best, a search goes step by step: that is where nearly all orders are. */
const NEAR = 8;
/** More entries than this are moved by the system's copy, whose call costs as much as moving so many one by one. */
const FEW = 64;

/**
 * The price levels of one side of one symbol, best last: changes happen near the best, so little moves.
 *
 * Levels are sorted by a signed 32-bit key that rises towards the best price on both sides (see {@link keyOf}).
 */
export class Ladder {
  #keys: Int32Array = new Int32Array(8);
  #levels: Int32Array = new Int32Array(8);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Level number of the best price; 0 when the side is empty. */
  get best(): number {
    return this.#count === 0 ? 0 : this.#levels[this.#count - 1]!;
  }

  /** Level number by distance from the best, which is 0. */
  levelAt(depth: number): number {
    return this.#levels[this.#count - 1 - depth]!;
  }

  /** @returns index of the level with this key, or `-1 - index` where it would stand */
  find(key: number): number {
    const keys = this.#keys;
    let high = this.#count - 1;
    const near = high - NEAR;
    while (high >= 0 && high > near) {
      const here = keys[high]!;
      if (here === key) return high;
      if (here < key) return -2 - high;
      high--;
    }
    let low = 0;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const here = keys[middle]!;
      if (here === key) return middle;
      if (here < key) low = middle + 1;
      else high = middle - 1;
    }
    return -1 - low;
  }

  levelOf(index: number): number {
    return this.#levels[index]!;
  }

  insertAt(index: number, key: number, level: number): void {
    if (this.#count === this.#keys.length) this.#grow();
    const keys = this.#keys;
    const levels = this.#levels;
    if (this.#count - index > FEW) {
      keys.copyWithin(index + 1, index, this.#count);
      levels.copyWithin(index + 1, index, this.#count);
    } else {
      for (let at = this.#count; at > index; at--) {
        keys[at] = keys[at - 1]!;
        levels[at] = levels[at - 1]!;
      }
    }
    keys[index] = key;
    levels[index] = level;
    this.#count++;
  }

  remove(key: number): void {
    const keys = this.#keys;
    const levels = this.#levels;
    const last = this.#count - 1;
    const index = this.find(key);
    if (last - index > FEW) {
      keys.copyWithin(index, index + 1, this.#count);
      levels.copyWithin(index, index + 1, this.#count);
    } else {
      for (let at = index; at < last; at++) {
        keys[at] = keys[at + 1]!;
        levels[at] = levels[at + 1]!;
      }
    }
    this.#count = last;
  }

  clear(): void {
    this.#count = 0;
  }

  #grow(): void {
    const keys = new Int32Array(this.#keys.length * 2);
    const levels = new Int32Array(keys.length);
    keys.set(this.#keys);
    levels.set(this.#levels);
    this.#keys = keys;
    this.#levels = levels;
  }
}

/** Maps an unsigned 32-bit price to a signed key that rises towards the best price of its side. */
export function keyOf(price4: number, isSell: number): number {
  return price4 ^ 0x80000000 ^ -isSell;
}
