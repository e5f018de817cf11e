import { MetricsError } from "./errors.ts";
import { annualised, growthOf, meanOf } from "./moments.ts";
import { type AnnualOptions, conventionOf, finiteOption, periodsPerYearOf } from "./options.ts";
import { checkSeries, observed, type Series } from "./series.ts";

function checkPrices(prices: Series): void {
  checkSeries(prices, "prices");
  for (let index = 0; index < prices.length; index++) {
    const value = prices[index]!;
    if (value <= 0) {
      throw new MetricsError("not-positive", `prices[${index}] must be above 0, was ${value}`, {
        argument: "prices",
        index,
        value,
      });
    }
  }
}

/**
 * Simple returns of a price series: rₜ = Pₜ / Pₜ₋₁ − 1.
 *
 * @param prices - above 0, one per period end; a missing price makes both returns that need it missing
 * @returns one value fewer than prices; empty for fewer than two
 * @throws {@link MetricsError} `not-positive`, `not-finite`, `not-a-series`
 * @see Bacon (2008), section 2.1
 */
export function simpleReturns(prices: Series): Float64Array {
  checkPrices(prices);
  const returns = new Float64Array(Math.max(0, prices.length - 1));
  for (let index = 1; index < prices.length; index++)
    returns[index - 1] = prices[index]! / prices[index - 1]! - 1;
  return returns;
}

/**
 * Log (continuously compounded) returns of a price series: ln(Pₜ / Pₜ₋₁).
 *
 * @param prices - above 0, one per period end
 * @returns one value fewer than prices
 * @throws {@link MetricsError} `not-positive`, `not-finite`, `not-a-series`
 * @see Campbell, Lo and MacKinlay (1997), section 1.4
 */
export function logReturns(prices: Series): Float64Array {
  checkPrices(prices);
  const returns = new Float64Array(Math.max(0, prices.length - 1));
  for (let index = 1; index < prices.length; index++)
    returns[index - 1] = Math.log(prices[index]! / prices[index - 1]!);
  return returns;
}

/** Options of {@link cumulativeReturns}. */
export interface CumulativeOptions {
  /** Capital at the start: 0 (default) gives cumulative returns, any other value an equity curve that starts from it. */
  readonly startingValue?: number;
}

/**
 * Compounded value after each period: Π(1 + r) − 1, or startingValue · Π(1 + r).
 *
 * A missing return counts as 0, so that the curve has one value for each period.
 *
 * @param returns - simple period returns
 * @returns as many values as returns
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see empyrical `cum_returns`
 */
export function cumulativeReturns(returns: Series, options: CumulativeOptions = {}): Float64Array {
  checkSeries(returns, "returns");
  const start = finiteOption("startingValue", options.startingValue ?? 0);
  const values = new Float64Array(returns.length);
  let growth = 1;
  for (let index = 0; index < returns.length; index++) {
    const value = returns[index]!;
    if (!Number.isNaN(value)) growth *= 1 + value;
    values[index] = start === 0 ? growth - 1 : start * growth;
  }
  return values;
}

/**
 * Compounded return over the whole series: Π(1 + r) − 1.
 *
 * @param returns - simple period returns; missing ones count as 0
 * @returns `NaN` when no return is there
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 * @see Bacon (2008), section 2.3
 */
export function totalReturn(returns: Series): number {
  const values = observed(returns);
  return values.length === 0 ? Number.NaN : growthOf(values) - 1;
}

/**
 * Compound annual growth rate: (Π(1 + r))^(periodsPerYear / N) − 1.
 *
 * N counts missing periods too (time went by); with the `quantstats` and `bacon` conventions it does not.
 *
 * @param returns - simple period returns
 * @returns `NaN` when no return is there, or when more than everything was lost
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Bacon (2008), section 2.6, annualised geometric return; empyrical `annual_return`
 */
export function cagr(returns: Series, options: AnnualOptions = {}): number {
  const values = observed(returns);
  const convention = conventionOf(options);
  if (values.length === 0) return Number.NaN;
  const dropsMissing = convention === "quantstats" || convention === "bacon";
  const periods = dropsMissing ? values.length : returns.length;
  return annualised(growthOf(values), periods, periodsPerYearOf(options));
}

/**
 * Arithmetic mean of the period returns.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `NaN` when no return is there
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 */
export function meanReturn(returns: Series): number {
  return meanOf(observed(returns));
}

/**
 * Geometric mean of the period returns: (Π(1 + r))^(1/n) − 1, missing ones dropped.
 *
 * @param returns - simple period returns
 * @returns `NaN` when no return is there, or when more than everything was lost
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 */
export function geometricMeanReturn(returns: Series): number {
  const values = observed(returns);
  return annualised(growthOf(values), values.length, 1);
}

/**
 * Largest period return.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `NaN` when no return is there
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 */
export function bestReturn(returns: Series): number {
  const values = observed(returns);
  return values.length === 0 ? Number.NaN : values.reduce((a, b) => Math.max(a, b));
}

/**
 * Smallest period return.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `NaN` when no return is there
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 */
export function worstReturn(returns: Series): number {
  const values = observed(returns);
  return values.length === 0 ? Number.NaN : values.reduce((a, b) => Math.min(a, b));
}
