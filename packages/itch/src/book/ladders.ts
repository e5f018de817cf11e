/**
 * Masks the number of a record, of which memory ends before there are 2²⁷: the compiler then knows that no sum of a place and
 * a word overflows, and leaves out a test of each.
 */
export const NUMBER = 0x7ff_ffff;
/** Below this many levels from the best, a search goes step by step: that is where nearly all orders are. */
const NEAR = 8;
/** More words than this are moved by the system's copy, whose call costs as much as moving so many one by one. */
const FEW = 128;

/** Words of a ladder's head: where its entries begin, how many there are, how many have room; one is not used. */
const HEAD_STRIDE = 4;
const BEGIN = 0;
const COUNT = 1;
const ROOM = 2;
const SMALLEST_ROOM = 8;
/** Words of an entry: the key, and the number of the level. */
const STRIDE = 2;

/**
 * The price levels of every side of every symbol: a ladder each, best level last, since changes happen near the best
 * and so little moves. Levels are sorted by a signed 32-bit key that rises towards the best price (see {@link keyOf}).
 *
 * All ladders share one array, so that getting to one takes two steps in memory; a ladder that has outgrown its place
 * moves to one of twice the size, and leaves the old one to others.
 */
export class Ladders {
  #heads: Int32Array = new Int32Array(64 * HEAD_STRIDE);
  #entries: Int32Array = new Int32Array(1024 * STRIDE);
  /** Words of `#entries` that were given out. */
  #used = 0;
  /** Places left by ladders that moved: where each begins, by the binary logarithm of its room. */
  readonly #left: number[][] = Array.from({ length: 32 }, () => []);

  count(ladder: number): number {
    const at = (ladder & NUMBER) * HEAD_STRIDE + COUNT;
    return at < this.#heads.length ? this.#heads[at]! : 0;
  }

  /** Level number of the best price; 0 when the ladder is empty. */
  best(ladder: number): number {
    return this.count(ladder) === 0 ? 0 : this.levelAt(ladder, 0);
  }

  /** Level number by distance from the best, which is 0. */
  levelAt(ladder: number, depth: number): number {
    const at = (ladder & NUMBER) * HEAD_STRIDE;
    return this.#entries[this.#heads[at + BEGIN]! + (this.#heads[at + COUNT]! - depth) * STRIDE - 1]!;
  }

  /** Makes sure that a ladder can be searched and added to. */
  open(ladder: number): void {
    const length = this.#heads.length;
    if ((ladder & NUMBER) * HEAD_STRIDE >= length) {
      this.#heads = enlarged(this.#heads, Math.max(length * 2, (ladder + 1) * HEAD_STRIDE));
    }
  }

  /** @returns position of the level with this key, or `-1 - position` where it would stand */
  find(ladder: number, key: number): number {
    const entries = this.#entries;
    const head = (ladder & NUMBER) * HEAD_STRIDE;
    const begin = this.#heads[head + BEGIN]!;
    const count = this.#heads[head + COUNT]!;
    let high = count - 1;
    const near = high - NEAR;
    while (high >= 0 && high > near) {
      const here = entries[begin + high * STRIDE]!;
      if (here === key) return high;
      if (here < key) return -2 - high;
      high--;
    }
    let low = 0;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const here = entries[begin + middle * STRIDE]!;
      if (here === key) return middle;
      if (here < key) low = middle + 1;
      else high = middle - 1;
    }
    return -1 - low;
  }

  /** Level number by the position that {@link Ladders.find} told. */
  levelOf(ladder: number, position: number): number {
    return this.#entries[
      this.#heads[(ladder & NUMBER) * HEAD_STRIDE + BEGIN]! + (position & NUMBER) * STRIDE + 1
    ]!;
  }

  insertAt(ladder: number, position: number, key: number, level: number): void {
    const head = (ladder & NUMBER) * HEAD_STRIDE;
    const count = this.#heads[head + COUNT]!;
    if (count === this.#heads[head + ROOM]!) this.#move(head);
    const entries = this.#entries;
    const begin = this.#heads[head + BEGIN]!;
    const from = begin + (position & NUMBER) * STRIDE;
    const end = begin + count * STRIDE;
    if (end - from > FEW) entries.copyWithin(from + STRIDE, from, end);
    else for (let at = end - 1; at >= from; at--) entries[at + STRIDE] = entries[at]!;
    entries[from] = key;
    entries[from + 1] = level;
    this.#heads[head + COUNT] = count + 1;
  }

  remove(ladder: number, key: number): void {
    const entries = this.#entries;
    const head = (ladder & NUMBER) * HEAD_STRIDE;
    const begin = this.#heads[head + BEGIN]!;
    const count = this.#heads[head + COUNT]!;
    const from = begin + this.find(ladder, key) * STRIDE;
    const end = begin + count * STRIDE;
    if (end - from > FEW) entries.copyWithin(from, from + STRIDE, end);
    else for (let at = from; at < end - STRIDE; at++) entries[at] = entries[at + STRIDE]!;
    this.#heads[head + COUNT] = count - 1;
  }

  clear(): void {
    this.#heads.fill(0);
    this.#used = 0;
    for (const begins of this.#left) begins.length = 0;
  }

  /** Gives a full ladder a place of twice the size. */
  #move(head: number): void {
    const begin = this.#heads[head + BEGIN]!;
    const room = this.#heads[head + ROOM]!;
    const newRoom = room === 0 ? SMALLEST_ROOM : room * 2;
    let newBegin = this.#left[Math.log2(newRoom)]!.pop();
    if (newBegin === undefined) {
      newBegin = this.#used;
      this.#used += newRoom * STRIDE;
      const length = this.#entries.length;
      if (this.#used > length) this.#entries = enlarged(this.#entries, Math.max(length * 2, this.#used));
    }
    if (room > 0) {
      this.#entries.copyWithin(newBegin, begin, begin + room * STRIDE);
      this.#left[Math.log2(room)]!.push(begin);
    }
    this.#heads[head + BEGIN] = newBegin;
    this.#heads[head + ROOM] = newRoom;
  }
}

/** Maps an unsigned 32-bit price to a signed key that rises towards the best price of its side. */
export function keyOf(price4: number, isSell: number): number {
  return price4 ^ 0x80000000 ^ -isSell;
}

function enlarged(words: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(words);
  return larger;
}
