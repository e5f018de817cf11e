import { finiteOption, periodsPerYearOf } from "./options.ts";
import { sharpeFrom } from "./ratios.ts";
import { observed, type Series } from "./series.ts";

/** What {@link basicStatistics} finds; each equals the function of the same name. */
export interface BasicStatistics {
  /** Returns that are there. */
  readonly count: number;
  /** Arithmetic mean return; `NaN` for none. */
  readonly meanReturn: number;
  /** Sample standard deviation per period; `NaN` for fewer than 2. */
  readonly standardDeviation: number;
  /** Annualised Sharpe ratio. */
  readonly sharpe: number;
  /** Compounded return; `NaN` for none. */
  readonly totalReturn: number;
  /** Largest drawdown from the initial capital on; `NaN` for none. */
  readonly maxDrawdown: number;
}

/** Options of {@link basicStatistics}. */
export interface BasicOptions {
  /** Periods in a year; 252 unless told. */
  readonly periodsPerYear?: number;
  /** Risk-free return of one period; 0 unless told. */
  readonly riskFreePerPeriod?: number;
}

/** Values that stay in the first-level cache between the two looks at a block (8 kB of 32). */
const BLOCK = 1024;

/**
 * Mean, deviation, Sharpe ratio, total return and maximum drawdown in one pass over memory, for long series.
 *
 * Blocks that fit the cache are summed around their own mean, and blocks are joined by the formula of Chan, Golub and
 * LeVeque (1983), so the deviation is as exact as that of the slower functions.
 *
 * @param returns - simple period returns; a Float64Array without missing values is fastest
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 */
export function basicStatistics(returns: Series, options: BasicOptions = {}): BasicStatistics {
  const periodsPerYear = periodsPerYearOf(options);
  const riskFree = finiteOption("riskFreePerPeriod", options.riskFreePerPeriod ?? 0);
  const dense = returns instanceof Float64Array ? scan(returns) : undefined;
  // A missing or infinite value makes the sum of squares NaN: then they are looked for one by one.
  const found = dense && Number.isFinite(dense.squares) ? dense : scan(observed(returns));
  const { count, mean, squares, smallest, largest } = found;
  const isConstant = smallest === largest;
  const deviation = count < 2 ? Number.NaN : isConstant ? 0 : Math.sqrt(squares / (count - 1));
  const center = count === 0 ? Number.NaN : isConstant ? smallest : mean;
  return {
    count,
    meanReturn: center,
    standardDeviation: deviation,
    sharpe: sharpeFrom(center - riskFree, deviation, periodsPerYear),
    totalReturn: count === 0 ? Number.NaN : found.wealth - 1,
    maxDrawdown: count === 0 ? Number.NaN : found.deepest - 1,
  };
}

interface Scan {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
  readonly smallest: number;
  readonly largest: number;
  readonly wealth: number;
  readonly deepest: number;
}

function scan(values: Float64Array): Scan {
  const count = values.length;
  let mean = 0;
  let squares = 0;
  let smallest = Infinity;
  let largest = -Infinity;
  let wealth = 1;
  let peak = 1;
  let deepest = 1;
  // Wealth below this is a new deepest drawdown; it moves only with a new peak or a new low.
  let floor = 1;
  for (let from = 0; from < count; from += BLOCK) {
    const to = Math.min(from + BLOCK, count);
    let sum = 0;
    for (let index = from; index < to; index++) {
      const value = values[index]!;
      sum += value;
      wealth *= 1 + value;
      if (wealth > peak) {
        peak = wealth;
        floor = deepest * peak;
      } else if (wealth < floor) {
        floor = wealth;
        deepest = wealth / peak;
      }
    }
    const size = to - from;
    const blockMean = sum / size;
    let blockSquares = 0;
    for (let index = from; index < to; index++) {
      const away = values[index]! - blockMean;
      blockSquares += away * away;
    }
    const delta = blockMean - mean;
    mean += (delta * size) / to;
    squares += blockSquares + (delta * delta * from * size) / to;
    // Equal values can be told from nearly equal ones only by comparing them, but not in every block.
    if (smallest >= largest) {
      for (let index = from; index < to && smallest >= largest; index++) {
        smallest = Math.min(smallest, values[index]!);
        largest = Math.max(largest, values[index]!);
      }
    }
  }
  return { count, mean, squares, smallest, largest, wealth, deepest };
}
