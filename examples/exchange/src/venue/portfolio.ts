import { type Position, PositionKeeper, type PositionSnapshot } from "@exchange-kit/risk";
import type { ByteReader, ByteWriter } from "./bytes.ts";
import type { Directory } from "./directory.ts";

/**
 * Profit and loss of every account: average cost, realised and unrealised, from trades, transfers and marks. What came in
 * beside trades (dividends, cash for fractions) is `income`.
 */
export class Portfolio {
  #keeper: PositionKeeper;
  readonly #income: Float64Array;

  constructor(directory: Directory) {
    const { config, instruments } = directory;
    this.#keeper = new PositionKeeper({ method: "average-cost", baseCurrency: config.currency.code });
    for (const { symbol, multiplier, referencePrice } of instruments) {
      this.#keeper.addInstrument({ name: symbol, multiplier, mark: referencePrice });
    }
    for (const { name } of config.accounts) this.#keeper.addAccount(name);
    this.#income = new Float64Array(config.accounts.length);
  }

  /** @param quantity - bought lots, negative when sold */
  trade(account: number, instrument: number, quantity: number, price: number, fee: number): void {
    this.#keeper.fill(account, instrument, quantity, price, fee);
  }

  mark(instrument: number, price: number): void {
    this.#keeper.mark(instrument, price);
  }

  startDay(): void {
    this.#keeper.startDay();
  }

  /** After a split: other lots for the same cost. */
  exchange(account: number, instrument: number, quantity: number): void {
    this.#keeper.exchange(account, instrument, quantity);
  }

  addIncome(account: number, amount: number): void {
    this.#income[account] = this.#income[account]! + amount;
  }

  position(account: number, instrument: number): Position {
    return this.#keeper.position(account, instrument);
  }

  /** Realised and unrealised profit less fees, and income. */
  profit(account: number): number {
    return this.#keeper.totals(account).profit + this.#income[account]!;
  }

  income(account: number): number {
    return this.#income[account]!;
  }

  write(writer: ByteWriter): void {
    writer.text(JSON.stringify(this.#keeper.snapshot()));
    for (const income of this.#income) writer.double(income);
  }

  read(reader: ByteReader): void {
    this.#keeper = PositionKeeper.restore(JSON.parse(reader.text()) as PositionSnapshot);
    for (const account of this.#income.keys()) this.#income[account] = reader.double();
  }
}
