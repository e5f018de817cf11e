import { MetricsError } from "./errors.ts";
import { type Convention, conventionOf } from "./options.ts";
import { checkSeries, observed, type Series } from "./series.ts";

/**
 * Drawdown after each period: wealth over its highest value so far, less 1. The highest value starts as the initial
 * capital, so a loss in the first period counts.
 *
 * @param returns - simple period returns; missing ones count as 0
 * @returns as many values as returns, each 0 or below
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 * @see Bacon (2008), section 4.5
 */
export function drawdownSeries(returns: Series): Float64Array {
  checkSeries(returns, "returns");
  const result = new Float64Array(returns.length);
  let wealth = 1;
  let peak = 1;
  for (let index = 0; index < returns.length; index++) {
    const value = returns[index]!;
    if (!Number.isNaN(value)) wealth *= 1 + value;
    if (wealth > peak) peak = wealth;
    result[index] = wealth / peak - 1;
  }
  return result;
}

/**
 * Largest drawdown, 0 or below, measured from the initial capital on.
 *
 * @param returns - simple period returns; missing ones count as 0
 * @returns `NaN` when no return is there
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 * @see Bacon (2008), section 4.5; empyrical `max_drawdown`
 */
export function maxDrawdown(returns: Series): number {
  const values = observed(returns);
  if (values.length === 0) return Number.NaN;
  let [wealth, peak, deepest] = [1, 1, 0];
  for (let index = 0; index < values.length; index++) {
    wealth *= 1 + values[index]!;
    if (wealth > peak) peak = wealth;
    else if (wealth < (1 + deepest) * peak) deepest = wealth / peak - 1;
  }
  return deepest;
}

/** Options of {@link ulcerIndex} and {@link painIndex}. */
export interface DrawdownIndexOptions {
  /** Whose definition to follow; `quantstats` divides the Ulcer Index by n − 1. */
  readonly convention?: Convention;
}

/**
 * Ulcer Index: root mean square of the drawdowns over all n periods.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns a fraction (0.06 = 6 %); `NaN` when no return is there
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Martin and McCann (1989); Bacon (2008), section 4.5
 */
export function ulcerIndex(returns: Series, options: DrawdownIndexOptions = {}): number {
  const depths = drawdownSeries(observed(returns));
  const divisor = conventionOf(options) === "quantstats" ? depths.length - 1 : depths.length;
  return Math.sqrt(depths.reduce((sum, depth) => sum + depth * depth, 0) / divisor);
}

/**
 * Pain Index: mean absolute drawdown over all n periods.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns a fraction; `NaN` when no return is there
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 * @see Zephyr Associates (2006), "Pain Index"; Bacon (2008), section 4.5
 */
export function painIndex(returns: Series): number {
  const depths = drawdownSeries(observed(returns));
  return depths.reduce((sum, depth) => sum - depth, 0) / depths.length;
}

/** One fall from a high and its recovery; the numbers are indexes of the equity curve. */
export interface Drawdown {
  /** Last index at the high before the fall. */
  readonly peak: number;
  /** First index at the lowest value. */
  readonly trough: number;
  /** First index at or above the high again; `null` while it is still below. */
  readonly recovery: number | null;
  /** Lowest value over the high, less 1: below 0. */
  readonly depth: number;
}

/**
 * Every drawdown of an equity curve in time order.
 *
 * @param equity - value of the account at each time, above 0; a missing value carries the last one on
 * @returns empty when the curve never falls
 * @throws {@link MetricsError} `not-positive`, `not-finite`, `not-a-series`
 * @see Bacon (2008), section 4.5
 */
export function drawdowns(equity: Series): Drawdown[] {
  checkSeries(equity, "equity");
  const found: Drawdown[] = [];
  let peak = -1;
  let high = 0;
  let trough = -1;
  let low = 0;
  for (let index = 0; index < equity.length; index++) {
    const value = equity[index]!;
    if (Number.isNaN(value)) continue;
    if (value <= 0) {
      throw new MetricsError("not-positive", `equity[${index}] must be above 0, was ${value}`, {
        argument: "equity",
        index,
        value,
      });
    }
    if (value >= high) {
      if (trough >= 0) found.push({ peak, trough, recovery: index, depth: low / high - 1 });
      trough = -1;
      peak = index;
      high = value;
    } else if (trough < 0 || value < low) {
      trough = index;
      low = value;
    }
  }
  if (trough >= 0) found.push({ peak, trough, recovery: null, depth: low / high - 1 });
  return found;
}
