import { annualised, deviationOf, difference, growthOf, meanOf } from "./moments.ts";
import { type AnnualOptions, conventionOf, finiteOption, periodsPerYearOf, perYear } from "./options.ts";
import { lowerPartialMoment, type MarOptions, marOf } from "./partial-moments.ts";
import { observed, pairs, type Series } from "./series.ts";

/**
 * Annualised volatility: standard deviation of the period returns times √periodsPerYear.
 *
 * Sample deviation (n − 1); with the `bacon` convention population deviation (n).
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `NaN` for fewer than 2 values (`bacon`: for none)
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Bacon (2008), section 4.1; empyrical `annual_volatility`
 */
export function annualVolatility(returns: Series, options: AnnualOptions = {}): number {
  const ddof = conventionOf(options) === "bacon" ? 0 : 1;
  return deviationOf(observed(returns), ddof) * Math.sqrt(periodsPerYearOf(options));
}

/** Options of {@link sharpe}. */
export interface SharpeOptions extends AnnualOptions {
  /** Risk-free return of one period, or a series of them as long as the returns; 0 unless told. */
  readonly riskFreePerPeriod?: number | Series;
}

/**
 * Sharpe ratio: mean(r − rf) / s(r − rf) · √periodsPerYear, s the sample deviation of the excess returns.
 *
 * With the `bacon` convention: (annualised geometric return − annualised risk-free return) over the annualised
 * population deviation of the returns.
 *
 * @param returns - simple period returns; periods without a return or a risk-free return are dropped
 * @returns `NaN` for fewer than 2 values; `±Infinity` when all excess returns are equal and not 0
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`, `option-out-of-range`
 * @see Sharpe (1994), "The Sharpe Ratio"; Bacon (2008), section 4.1.3
 */
export function sharpe(returns: Series, options: SharpeOptions = {}): number {
  const periodsPerYear = periodsPerYearOf(options);
  const convention = conventionOf(options);
  const riskFree = options.riskFreePerPeriod ?? 0;
  if (typeof riskFree === "number") {
    finiteOption("riskFreePerPeriod", riskFree);
    const values = observed(returns);
    if (values.length < 2) return Number.NaN;
    if (convention === "bacon") return baconSharpe(values, perYear(riskFree, periodsPerYear), periodsPerYear);
    return sharpeFrom(meanOf(values) - riskFree, deviationOf(values, 1), periodsPerYear);
  }
  const { x, y } = pairs(returns, riskFree, "returns", "riskFreePerPeriod");
  if (x.length < 2) return Number.NaN;
  if (convention === "bacon")
    return baconSharpe(x, annualised(growthOf(y), y.length, periodsPerYear), periodsPerYear);
  const excess = difference(x, y);
  return sharpeFrom(meanOf(excess), deviationOf(excess, 1), periodsPerYear);
}

function baconSharpe(values: Float64Array, riskFreeAnnual: number, periodsPerYear: number): number {
  const excess = annualised(growthOf(values), values.length, periodsPerYear) - riskFreeAnnual;
  return excess / (deviationOf(values, 0) * Math.sqrt(periodsPerYear));
}

/** mean / deviation · √periodsPerYear. */
export function sharpeFrom(mean: number, deviation: number, periodsPerYear: number): number {
  return (mean / deviation) * Math.sqrt(periodsPerYear);
}

/** Options of {@link sortino}. */
export interface SortinoOptions extends AnnualOptions, MarOptions {}

/**
 * Sortino ratio: (r̄ − MAR) · periodsPerYear over the annualised downside deviation (all periods in its divisor).
 *
 * With the `bacon` convention the numerator is the annualised geometric return less the MAR compounded to a year.
 * With `quantstats` it is undefined, not infinite, without a period below the MAR.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `NaN` for fewer than 2 values; `±Infinity` without a period below the MAR
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Sortino and Price (1994); Bacon (2008), section 4.8
 */
export function sortino(returns: Series, options: SortinoOptions = {}): number {
  const periodsPerYear = periodsPerYearOf(options);
  const convention = conventionOf(options);
  const mar = marOf(options);
  const values = observed(returns);
  if (values.length < 2) return Number.NaN;
  const downside = Math.sqrt(lowerPartialMoment(values, mar, 2));
  if (convention === "bacon") {
    const excess = annualised(growthOf(values), values.length, periodsPerYear) - perYear(mar, periodsPerYear);
    return excess / (downside * Math.sqrt(periodsPerYear));
  }
  if (convention === "quantstats" && downside === 0) return Number.NaN;
  return sharpeFrom(meanOf(values) - mar, downside, periodsPerYear);
}
