/** Words of one entry: reference high, reference low, slot (0: the entry is free), unused. */
const STRIDE = 4;
const SMALLEST = 1 << 12;
/** 2^32 divided by the golden ratio: spreads consecutive references over the table (Knuth, TAOCP vol. 3, 6.4). */
const GOLDEN = 0x9e3779b1 | 0;
const OTHER = 0x85ebca6b | 0;

/**
 * Finds the slot of an order by its 64-bit reference: open addressing with linear probing, at most half full,
 * and removal by shifting back, so that nothing is left behind by a day of orders that come and go.
 */
export class OrderIndex {
  #table: Int32Array = new Int32Array(SMALLEST * STRIDE);
  #mask: number = SMALLEST - 1;
  #shift: number = 32 - 12;
  #count = 0;

  /** @returns position of the entry, for the other methods; -1 when there is none */
  find(high: number, low: number): number {
    const table = this.#table;
    const mask = this.#mask;
    let entry = this.#home(high, low);
    for (;;) {
      const at = entry * STRIDE;
      if (table[at + 2] === 0) return -1;
      if (table[at + 1] === low && table[at] === high) return entry;
      entry = (entry + 1) & mask;
    }
  }

  slotAt(entry: number): number {
    return this.#table[entry * STRIDE + 2]!;
  }

  /** Adds a reference that is not there yet. */
  insert(high: number, low: number, slot: number): void {
    if (this.#count * 2 >= this.#mask) this.#grow();
    this.#count++;
    this.#put(high, low, slot);
  }

  removeAt(entry: number): void {
    const table = this.#table;
    const mask = this.#mask;
    this.#count--;
    let hole = entry;
    let next = entry;
    for (;;) {
      next = (next + 1) & mask;
      const from = next * STRIDE;
      if (table[from + 2] === 0) break;
      const home = this.#home(table[from]!, table[from + 1]!);
      // An entry may move into the hole only when the hole is not before its home.
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      const to = hole * STRIDE;
      table[to] = table[from]!;
      table[to + 1] = table[from + 1]!;
      table[to + 2] = table[from + 2]!;
      hole = next;
    }
    table[hole * STRIDE + 2] = 0;
  }

  clear(): void {
    this.#table.fill(0);
    this.#count = 0;
  }

  #home(high: number, low: number): number {
    return Math.imul(low ^ Math.imul(high, OTHER), GOLDEN) >>> this.#shift;
  }

  #put(high: number, low: number, slot: number): void {
    const table = this.#table;
    let entry = this.#home(high, low);
    while (table[entry * STRIDE + 2] !== 0) entry = (entry + 1) & this.#mask;
    const at = entry * STRIDE;
    table[at] = high;
    table[at + 1] = low;
    table[at + 2] = slot;
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Int32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    this.#shift--;
    for (let at = 0; at < old.length; at += STRIDE) {
      if (old[at + 2] !== 0) this.#put(old[at]!, old[at + 1]!, old[at + 2]!);
    }
  }
}
