import { meanOf } from "./moments.ts";
import { finiteOption, integerOption, periodsPerYearOf, perPeriod, rateOption } from "./options.ts";
import { observed, type Series } from "./series.ts";

/** Options of measures against a minimum acceptable return (MAR). */
export interface MarOptions {
  /** Minimum acceptable return for one period; 0 unless told. */
  readonly marPerPeriod?: number;
}

/** Options of {@link downsideDeviation}. */
export interface DownsideDeviationOptions extends MarOptions {
  /** Periods in a year for √ scaling; 1 leaves it per period. 252 unless told. */
  readonly periodsPerYear?: number;
}

export function marOf(options: MarOptions): number {
  return finiteOption("marPerPeriod", options.marPerPeriod ?? 0);
}

/** (1/n) Σ max(mar − r, 0)^order; `NaN` for no values. */
export function lowerPartialMoment(values: Float64Array, mar: number, order: number): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) {
    const short = mar - values[index]!;
    if (short > 0) sum += power(short, order);
  }
  return sum / values.length;
}

/** (1/n) Σ max(r − mar, 0)^order; `NaN` for no values. */
export function upperPartialMoment(values: Float64Array, mar: number, order: number): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) {
    const over = values[index]! - mar;
    if (over > 0) sum += power(over, order);
  }
  return sum / values.length;
}

/** The general power costs ten times as much as the square that nearly every call asks for. */
function power(base: number, order: number): number {
  return order === 2 ? base * base : order === 1 ? base : base ** order;
}

/**
 * Downside deviation: √(Σ min(r − MAR, 0)² / n) · √periodsPerYear, with n **all** periods, not only the losing ones.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `NaN` for none
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Sortino and van der Meer (1991); Bacon (2008), section 4.6
 */
export function downsideDeviation(returns: Series, options: DownsideDeviationOptions = {}): number {
  const values = observed(returns);
  return Math.sqrt(lowerPartialMoment(values, marOf(options), 2) * periodsPerYearOf(options));
}

/**
 * Downside potential: Σ max(MAR − r, 0) / n.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `NaN` for none
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Bacon (2008), section 4.7
 */
export function downsidePotential(returns: Series, options: MarOptions = {}): number {
  return lowerPartialMoment(observed(returns), marOf(options), 1);
}

/**
 * Upside potential: Σ max(r − MAR, 0) / n.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `NaN` for none
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Bacon (2008), section 4.7
 */
export function upsidePotential(returns: Series, options: MarOptions = {}): number {
  return upperPartialMoment(observed(returns), marOf(options), 1);
}

/**
 * Upside risk: √(Σ max(r − MAR, 0)² / n), per period.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `NaN` for none
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Bacon (2008), section 4.7; PerformanceAnalytics `UpsideRisk`
 */
export function upsideRisk(returns: Series, options: MarOptions = {}): number {
  return Math.sqrt(upperPartialMoment(observed(returns), marOf(options), 2));
}

/**
 * Upside potential ratio: upside potential over downside deviation per period.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `Infinity` without a period below the MAR, `NaN` when no period differs from it
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Sortino, van der Meer and Plantinga (1999)
 */
export function upsidePotentialRatio(returns: Series, options: MarOptions = {}): number {
  const values = observed(returns);
  const mar = marOf(options);
  return upperPartialMoment(values, mar, 1) / Math.sqrt(lowerPartialMoment(values, mar, 2));
}

/**
 * Share of the periods with a return below the MAR.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns 0 to 1; `NaN` for no values
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Bacon (2008), section 4.7; PerformanceAnalytics `DownsideFrequency`
 */
export function downsideFrequency(returns: Series, options: MarOptions = {}): number {
  return lowerPartialMoment(observed(returns), marOf(options), 0);
}

/** Options of {@link omega}. */
export interface OmegaOptions {
  /** Return that is asked for in a year; compounded down to one period. 0 unless told, above −1. */
  readonly requiredReturnAnnual?: number;
  /** Risk-free return of one period, taken off as well; 0 unless told. */
  readonly riskFreePerPeriod?: number;
  /** Periods in a year; 252 unless told. */
  readonly periodsPerYear?: number;
}

/**
 * Omega: Σ max(r − L, 0) / Σ max(L − r, 0), with the threshold L the risk-free return plus the required return per
 * period, (1 + required)^(1/periodsPerYear) − 1.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `NaN` for fewer than 2 values, or without a period below the threshold
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Keating and Shadwick (2002); empyrical `omega_ratio`
 */
export function omega(returns: Series, options: OmegaOptions = {}): number {
  const required = rateOption("requiredReturnAnnual", options.requiredReturnAnnual ?? 0);
  const riskFree = finiteOption("riskFreePerPeriod", options.riskFreePerPeriod ?? 0);
  const threshold = riskFree + perPeriod(required, periodsPerYearOf(options));
  const values = observed(returns);
  return omegaFrom(
    values.length,
    upperPartialMoment(values, threshold, 1),
    lowerPartialMoment(values, threshold, 1),
  );
}

export function omegaFrom(count: number, upside: number, downside: number): number {
  return count < 2 || downside === 0 ? Number.NaN : upside / downside;
}

/**
 * Omega–Sharpe ratio: (r̄ − MAR) / downside potential, which is omega − 1.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `Infinity` without a period below the MAR, `NaN` for none or when all equal the MAR
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Bacon (2008), section 4.8; PerformanceAnalytics `OmegaSharpeRatio`
 */
export function omegaSharpe(returns: Series, options: MarOptions = {}): number {
  return kappa(returns, { ...options, order: 1 });
}

/** Options of {@link kappa}. */
export interface KappaOptions extends MarOptions {
  /** Order of the lower partial moment, 1 to 100: 1 is omega − 1, 2 the Sortino ratio, 3 (default) Kappa 3. */
  readonly order?: number;
}

/**
 * Kappa of order l: (r̄ − MAR) / (Σ max(MAR − r, 0)^l / n)^(1/l), per period.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `±Infinity` without a period below the MAR, `NaN` for none or when all equal the MAR
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Kaplan and Knowles (2004), "Kappa: a generalized downside risk-adjusted performance measure"
 */
export function kappa(returns: Series, options: KappaOptions = {}): number {
  const order = integerOption("order", options.order ?? 3, 1, 100);
  const mar = marOf(options);
  const values = observed(returns);
  return (meanOf(values) - mar) / lowerPartialMoment(values, mar, order) ** (1 / order);
}
