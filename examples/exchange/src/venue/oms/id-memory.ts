const FIRST_SIZE = 1024;
/** Numbers of an entry: its fingerprint, and the position before it in its chain. */
const [LOW, HIGH, BEFORE, WIDTH] = [0, 1, 2, 3];
/** Positions are 32-bit words, so that the table is half as large and more of it stays in the processor's caches. */
const LAST_POSITION = 2 ** 31 - 1;

/** A set of the last so many fingerprints: a ring, and hash chains by position through it. */
export class IdMemory {
  readonly #most: number;
  readonly #lastPosition: number;
  #capacity = FIRST_SIZE;
  /** Positions count from 1, and one that left the ring is dead. */
  #entries = new Int32Array(FIRST_SIZE * WIDTH);
  /** The latest position of each bucket, 0 for none. */
  #heads = new Int32Array(FIRST_SIZE);
  #last = 0;

  /**
   * @param most - fingerprints that are kept at least; rounded up to a power of two from 1024
   * @param lastPosition - after which positions are counted anew
   */
  constructor(most: number, lastPosition: number = LAST_POSITION) {
    this.#most = most;
    this.#lastPosition = lastPosition;
  }

  has(low: number, high: number): boolean {
    const entries = this.#entries;
    const mask = this.#capacity - 1;
    const last = this.#last;
    let position = this.#heads[low & mask]!;
    while (position > 0 && last - position <= mask) {
      const at = (position & mask) * WIDTH;
      if (entries[at + LOW] === low && entries[at + HIGH] === high) return true;
      position = entries[at + BEFORE]!;
    }
    return false;
  }

  add(low: number, high: number): void {
    if (this.#last + 1 >= this.#capacity && this.#capacity < this.#most) this.#grow();
    if (this.#last === this.#lastPosition) this.load(this.dump());
    const mask = this.#capacity - 1;
    const position = ++this.#last;
    const at = (position & mask) * WIDTH;
    this.#entries[at + LOW] = low;
    this.#entries[at + HIGH] = high;
    this.#entries[at + BEFORE] = this.#heads[low & mask]!;
    this.#heads[low & mask] = position;
  }

  clear(): void {
    this.#heads.fill(0);
    this.#last = 0;
  }

  dump(): Int32Array {
    const mask = this.#capacity - 1;
    const first = Math.max(1, this.#last - mask);
    const dump = new Int32Array((this.#last - first + 1) * 2);
    let at = 0;
    for (let position = first; position <= this.#last; position++) {
      const entry = (position & mask) * WIDTH;
      dump[at++] = this.#entries[entry + LOW]!;
      dump[at++] = this.#entries[entry + HIGH]!;
    }
    return dump;
  }

  /** Takes the place of what it has, with what {@link IdMemory.dump} gave. */
  load(fingerprints: Int32Array): void {
    while (fingerprints.length / 2 + 1 >= this.#capacity && this.#capacity < this.#most) this.#capacity *= 2;
    this.#entries = new Int32Array(this.#capacity * WIDTH);
    this.#heads = new Int32Array(this.#capacity);
    this.#last = 0;
    for (let at = 0; at < fingerprints.length; at += 2) this.add(fingerprints[at]!, fingerprints[at + 1]!);
  }

  #grow(): void {
    const kept = this.dump();
    this.#capacity *= 2;
    this.load(kept);
  }
}
