/** Messages of a page. */
const PAGE = 4096;

/**
 * Where messages lie in a file: offset and length of the first, the second, … one. Kept in pages, so that one more moves
 * nothing and the garbage collector has nothing to copy.
 */
export class MessagePlaces {
  readonly #pages: Float64Array[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(offset: number, length: number): void {
    const at = (this.#count % PAGE) * 2;
    if (at === 0) this.#pages.push(new Float64Array(PAGE * 2));
    const page = this.#pages.at(-1)!;
    page[at] = offset;
    page[at + 1] = length;
    this.#count++;
  }

  /** @param index - from 0, below {@link count} */
  offset(index: number): number {
    return this.#pages[Math.floor(index / PAGE)]![(index % PAGE) * 2]!;
  }

  /** @param index - from 0, below {@link count} */
  length(index: number): number {
    return this.#pages[Math.floor(index / PAGE)]![(index % PAGE) * 2 + 1]!;
  }
}
