import type { Units } from "../numbers.ts";

const FIRST_ROOM = 16;

/**
 * A column of counts that only grows. Counts are words of 32 bits as long as all of them fit, which is half the
 * memory of an array of values and nothing for the garbage collector to look at; with the first larger one, or the
 * first `bigint`, the column becomes an array of values.
 */
export class UnitsColumn {
  #words: Int32Array = new Int32Array(FIRST_ROOM);
  #values: Units[] | undefined;

  /** Writes the row behind the last; `row` is its index. */
  append(row: number, value: Units): void {
    if (this.#values) {
      this.#values.push(value);
      return;
    }
    if (typeof value !== "number" || (value | 0) !== value) {
      this.#values = [...this.#words.subarray(0, row), value];
      this.#words = new Int32Array(0);
      return;
    }
    if (row === this.#words.length) this.#words = doubled(this.#words);
    this.#words[row] = value;
  }

  at(row: number): Units {
    return this.#values ? this.#values[row]! : this.#words[row]!;
  }
}

/** The same words with as much room again. */
export function doubled(words: Int32Array): Int32Array {
  const more = new Int32Array(words.length * 2);
  more.set(words);
  return more;
}
