import { checkStreamed } from "./performance-accumulator.ts";

/**
 * Measures of the whole path of wealth in O(1) a period: Ulcer and Pain Index, stability. They need the returns in
 * one piece, as a drawdown depends on the peak before it, so this accumulator does not merge.
 */
export class PathAccumulator {
  #count = 0;
  #wealth = 1;
  #peak = 1;
  #squares = 0;
  #depths = 0;
  #log = 0;
  #meanLog = 0;
  #logSquares = 0;
  #cross = 0;

  /**
   * Appends the return of one period; a missing one (`NaN`) is dropped.
   *
   * @param value - simple return, −1 or more
   * @throws {@link MetricsError} `not-finite`, `below-minus-one`; nothing changes then
   */
  add(value: number): void {
    checkStreamed(value, "value");
    if (Number.isNaN(value)) return;
    const n = ++this.#count;
    this.#wealth *= 1 + value;
    if (this.#wealth > this.#peak) this.#peak = this.#wealth;
    const depth = this.#wealth / this.#peak - 1;
    this.#squares += depth * depth;
    this.#depths -= depth;

    this.#log += Math.log1p(value);
    const delta = this.#log - this.#meanLog;
    this.#meanLog += delta / n;
    this.#logSquares += delta * (this.#log - this.#meanLog);
    // Time n − 1 lies (n − 1) / 2 above the mean time of those before it and itself.
    this.#cross += delta * ((n - 1) / 2);
  }

  /** Returns seen, missing ones left out. */
  get count(): number {
    return this.#count;
  }

  /** Root mean square drawdown; `NaN` for no returns. */
  get ulcerIndex(): number {
    return Math.sqrt(this.#squares / this.#count);
  }

  /** Mean absolute drawdown; `NaN` for no returns. */
  get painIndex(): number {
    return this.#depths / this.#count;
  }

  /** R² of a line through the cumulative log returns; `NaN` for fewer than 2 returns or a flat line. */
  get stability(): number {
    const n = this.#count;
    if (n < 2) return Number.NaN;
    return Math.min(1, this.#cross ** 2 / ((n * (n * n - 1)) / 12) / this.#logSquares);
  }
}
