import type { ByteReader, ByteWriter } from "../bytes.ts";

/**
 * What accounts have yet to receive (positive) or deliver (negative) in one instrument each, against what cash: the net of
 * their trades with the clearing house. The last row is the clearing house's own: 0 lots between settlements, and the
 * cash that rounding of partial deliveries leaves with it.
 */
export class Obligations {
  readonly #rows: number;
  readonly #quantity: Float64Array;
  readonly #cash: Float64Array;

  constructor(accounts: number, instruments: number) {
    this.#rows = accounts + 1;
    this.#quantity = new Float64Array(this.#rows * instruments);
    this.#cash = new Float64Array(this.#rows * instruments);
  }

  quantity(row: number, instrument: number): number {
    return this.#quantity[instrument * this.#rows + row]!;
  }

  cash(row: number, instrument: number): number {
    return this.#cash[instrument * this.#rows + row]!;
  }

  add(row: number, instrument: number, quantity: number, cash: number): void {
    const at = instrument * this.#rows + row;
    this.#quantity[at] = this.#quantity[at]! + quantity;
    this.#cash[at] = this.#cash[at]! + cash;
  }

  /** Lots and cash over all rows of an instrument: both 0. */
  sums(instrument: number): { quantity: number; cash: number } {
    const sum = (all: Float64Array): number =>
      all
        .subarray(instrument * this.#rows, (instrument + 1) * this.#rows)
        .reduce((total, value) => total + value, 0);
    return { quantity: sum(this.#quantity), cash: sum(this.#cash) };
  }

  write(writer: ByteWriter): void {
    for (const value of this.#quantity) writer.double(value);
    for (const value of this.#cash) writer.double(value);
  }

  read(reader: ByteReader): void {
    for (const index of this.#quantity.keys()) this.#quantity[index] = reader.double();
    for (const index of this.#cash.keys()) this.#cash[index] = reader.double();
  }
}
