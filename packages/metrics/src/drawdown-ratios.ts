import { drawdowns, maxDrawdown, painIndex, ulcerIndex } from "./drawdowns.ts";
import { type AnnualOptions, conventionOf, finiteOption } from "./options.ts";
import { cagr, cumulativeReturns, totalReturn } from "./returns.ts";
import { observed, type Series } from "./series.ts";

/** Options of ratios of an annual return to a drawdown measure. */
export interface DrawdownRatioOptions extends AnnualOptions {
  /** Risk-free return of one year; 0 unless told. */
  readonly riskFreeAnnual?: number;
}

function riskFreeOf(options: DrawdownRatioOptions): number {
  return finiteOption("riskFreeAnnual", options.riskFreeAnnual ?? 0);
}

/** Every ratio to a drawdown is undefined where there was none: the record says nothing about it. */
export function overDrawdown(excess: number, drawdown: number): number {
  return drawdown === 0 ? Number.NaN : excess / Math.abs(drawdown);
}

/**
 * Calmar ratio over the whole record: CAGR / |maximum drawdown|.
 *
 * @param returns - simple period returns; missing ones count in the periods of the CAGR
 * @returns `NaN` without a drawdown or without returns
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Young (1991); empyrical `calmar_ratio`
 */
export function calmar(returns: Series, options: AnnualOptions = {}): number {
  return overDrawdown(cagr(returns, options), maxDrawdown(returns));
}

/**
 * Pain ratio: (CAGR − risk-free) / Pain Index.
 *
 * @param returns - simple period returns
 * @returns `NaN` without a drawdown or without returns
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Bacon (2008), section 4.8; PerformanceAnalytics `PainRatio`
 */
export function painRatio(returns: Series, options: DrawdownRatioOptions = {}): number {
  return overDrawdown(cagr(returns, options) - riskFreeOf(options), painIndex(returns));
}

/**
 * Martin ratio (Ulcer performance index): (CAGR − risk-free) / Ulcer Index.
 *
 * With the `quantstats` convention the numerator is the total return less the risk-free rate, and the Ulcer Index
 * is divided by n − 1.
 *
 * @param returns - simple period returns
 * @returns `NaN` without a drawdown or without returns
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Martin and McCann (1989); Bacon (2008), section 4.8
 */
export function martinRatio(returns: Series, options: DrawdownRatioOptions = {}): number {
  const growth = conventionOf(options) === "quantstats" ? totalReturn(returns) : cagr(returns, options);
  return overDrawdown(growth - riskFreeOf(options), ulcerIndex(returns, options));
}

/**
 * Burke ratio: (CAGR − risk-free) / √(Σ dᵢ²) over the drawdowns dᵢ of the record.
 *
 * @param returns - simple period returns, each above −1
 * @returns `NaN` without a drawdown or without returns
 * @throws {@link MetricsError} `not-positive` when everything was lost, `not-finite`, `not-a-series`,
 *   `option-out-of-range`
 * @see Burke (1994), "A sharper Sharpe ratio"; Bacon (2008), section 4.8
 */
export function burkeRatio(returns: Series, options: DrawdownRatioOptions = {}): number {
  const equity = [1, ...cumulativeReturns(returns, { startingValue: 1 })];
  const squares = drawdowns(equity).reduce((sum, { depth }) => sum + depth * depth, 0);
  return overDrawdown(cagr(returns, options) - riskFreeOf(options), Math.sqrt(squares));
}

/**
 * Recovery factor: total return / |maximum drawdown|.
 *
 * @param returns - simple period returns
 * @returns `NaN` without a drawdown or without returns
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 */
export function recoveryFactor(returns: Series): number {
  return overDrawdown(totalReturn(returns), maxDrawdown(returns));
}

/**
 * Stability: R² of a straight line through the cumulative log returns against time.
 *
 * @param returns - simple period returns above −1; missing ones are dropped
 * @returns 0 to 1; `NaN` for fewer than 2 values, or when the line is flat because every return is 0
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 * @see empyrical `stability_of_timeseries`
 */
export function stability(returns: Series): number {
  const values = observed(returns);
  const n = values.length;
  if (n < 2) return Number.NaN;
  const path = new Float64Array(n);
  let log = 0;
  let mean = 0;
  for (let index = 0; index < n; index++) {
    log += Math.log1p(values[index]!);
    path[index] = log;
    mean += log / n;
  }
  let cross = 0;
  let squares = 0;
  for (let index = 0; index < n; index++) {
    cross += (index - (n - 1) / 2) * (path[index]! - mean);
    squares += (path[index]! - mean) ** 2;
  }
  return Math.min(1, (cross * cross) / ((n * (n * n - 1)) / 12) / squares);
}
