/** A set of tags with a small number for each: open addressing, so that a lookup touches one or two words. */
export class MemberTable {
  readonly #mask: number;
  readonly #keys: Int32Array;
  readonly #values: Int32Array;

  constructor(entries: ReadonlyMap<number, number>) {
    let size = 8;
    while (size < entries.size * 3) size *= 2;
    this.#mask = size - 1;
    // Tag 0 does not exist in a dictionary, so it marks a free place.
    this.#keys = new Int32Array(size);
    this.#values = new Int32Array(size);
    for (const [tag, value] of entries) {
      let at = tag & this.#mask;
      while (this.#keys[at] !== 0) at = (at + 1) & this.#mask;
      this.#keys[at] = tag;
      this.#values[at] = value;
    }
  }

  /** The tag's number, 0 when it is not in the set. */
  get(tag: number): number {
    const keys = this.#keys;
    const mask = this.#mask;
    let at = tag & mask;
    for (;;) {
      const key = keys[at]!;
      if (key === tag) return tag === 0 ? 0 : this.#values[at]!;
      if (key === 0) return 0;
      at = (at + 1) & mask;
    }
  }
}
