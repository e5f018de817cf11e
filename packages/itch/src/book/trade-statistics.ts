import type { ItchHeader } from "../itch/header.ts";

/** Sums above this move into a bigint, so that adding a 32-bit number to the rest stays exact. */
const EXACT = 2 ** 52;

/** A sum of share counts that is exact at any size and costs a plain addition. */
class ShareSum {
  #small = 0;
  #large = 0n;

  add(shares: number): void {
    this.#small += shares;
    if (this.#small > EXACT) {
      this.#large += BigInt(this.#small);
      this.#small = 0;
    }
  }

  addLarge(shares: bigint): void {
    this.#large += shares;
  }

  get total(): bigint {
    return this.#large + BigInt(this.#small);
  }
}

/** What traded in one symbol, from prints: executions marked printable, trades against hidden orders, crosses. */
export class TradeStatistics {
  /** Number of prints. */
  prints = 0;
  /** Number of prints that came from a cross. */
  crosses = 0;
  /** Price of the first print in ten-thousandths of a dollar; 0 before it. */
  open4 = 0;
  /** Highest price printed; 0 before the first print. */
  high4 = 0;
  /** Lowest price printed; 0 before the first print. */
  low4 = 0;
  /** Price of the last print; 0 before the first. */
  last4 = 0;
  /** Nanoseconds since midnight of the last print; -1 before the first. */
  lastNanos = -1;
  /** Sum of price × shares in ten-thousandths of a dollar, as a float: for averages, not for accounts. */
  notional4 = 0;
  readonly #executed: ShareSum = new ShareSum();
  readonly #printed: ShareSum = new ShareSum();
  /** Those of the printed shares whose price is not known. */
  readonly #unpriced: ShareSum = new ShareSum();

  /** Shares that executions really took off displayed orders, printable or not. */
  get executedShares(): bigint {
    return this.#executed.total;
  }

  /** Shares of all prints. */
  get printedShares(): bigint {
    return this.#printed.total;
  }

  /**
   * Volume-weighted average of the prices known, in ten-thousandths of a dollar; `undefined` when nothing priced was printed.
   */
  get vwap4(): number | undefined {
    const shares = Number(this.#printed.total - this.#unpriced.total);
    return this.notional4 === 0 || shares === 0 ? undefined : this.notional4 / shares;
  }

  /** @internal */
  execute(shares: number): void {
    this.#executed.add(shares);
  }

  /** Counts shares that were printed at a price nobody knows, because their order is unknown. @internal */
  printUnpriced(shares: number): void {
    this.prints++;
    this.#printed.add(shares);
    this.#unpriced.add(shares);
  }

  /** @internal */
  print(price4: number, shares: number, message: ItchHeader): void {
    this.#printed.add(shares);
    this.#price(price4, shares, message);
  }

  /** @internal */
  printCross(price4: number, shares: bigint, message: ItchHeader): void {
    this.crosses++;
    this.#printed.addLarge(shares);
    // A cross of no shares is told too, with a price of zero; it is no print.
    if (shares > 0n) this.#price(price4, Number(shares), message);
  }

  // The time is read here from the message: as an argument it would be a number object where this is not inlined.
  #price(price4: number, shares: number, message: ItchHeader): void {
    if (this.prints === 0 || this.last4 === 0) {
      this.open4 = price4;
      this.high4 = price4;
      this.low4 = price4;
    } else {
      if (price4 > this.high4) this.high4 = price4;
      if (price4 < this.low4) this.low4 = price4;
    }
    this.prints++;
    this.last4 = price4;
    this.lastNanos = message.timestampNanos;
    this.notional4 += price4 * shares;
  }
}
