import type { ByteReader, ByteWriter } from "../bytes.ts";

/**
 * Who holds assets beside the accounts, as offsets behind them:
 *
 * - clearing house: between buyer and seller of every trade
 * - fees: what the venue earned
 * - outside: where deposits come from and withdrawals go to
 * - issuers: pay dividends, exchange shares in splits
 */
export const HOLDER = { CLEARING_HOUSE: 0, FEES: 1, OUTSIDE: 2, ISSUERS: 3 } as const;
const EXTRA_HOLDERS = 4;

/**
 * What is settled, in double entry: each posting takes from one holder what it gives to another, so that every asset sums
 * to zero over all holders. Cash in minor units, as bigint because balances have no bound; securities in lots.
 */
export class Ledger {
  readonly #accounts: number;
  readonly #cash: bigint[];
  /** By instrument, then holder. */
  readonly #securities: Float64Array;

  constructor(accounts: number, instruments: number) {
    this.#accounts = accounts;
    this.#cash = new Array<bigint>(accounts + EXTRA_HOLDERS).fill(0n);
    this.#securities = new Float64Array(instruments * this.holders);
  }

  get holders(): number {
    return this.#accounts + EXTRA_HOLDERS;
  }

  /** The holder of a role that is no account. */
  holder(role: number): number {
    return this.#accounts + role;
  }

  cash(holder: number): bigint {
    return this.#cash[holder]!;
  }

  securities(holder: number, instrument: number): number {
    return this.#securities[instrument * this.holders + holder]!;
  }

  /** Moves cash; a negative amount moves it the other way. */
  moveCash(from: number, to: number, amount: bigint): void {
    this.#cash[from] = this.#cash[from]! - amount;
    this.#cash[to] = this.#cash[to]! + amount;
  }

  moveSecurities(from: number, to: number, instrument: number, quantity: number): void {
    const row = instrument * this.holders;
    this.#securities[row + from] = this.#securities[row + from]! - quantity;
    this.#securities[row + to] = this.#securities[row + to]! + quantity;
  }

  /** What the cash of all holders sums to: 0n. */
  cashSum(): bigint {
    return this.#cash.reduce((sum, amount) => sum + amount, 0n);
  }

  /** What an instrument's lots sum to over all holders: 0. */
  securitiesSum(instrument: number): number {
    const row = instrument * this.holders;
    return this.#securities.subarray(row, row + this.holders).reduce((sum, quantity) => sum + quantity, 0);
  }

  write(writer: ByteWriter): void {
    for (const amount of this.#cash) writer.bigint(amount);
    for (const quantity of this.#securities) writer.double(quantity);
  }

  read(reader: ByteReader): void {
    for (const index of this.#cash.keys()) this.#cash[index] = reader.bigint();
    for (const index of this.#securities.keys()) this.#securities[index] = reader.double();
  }
}
