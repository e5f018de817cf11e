import {
  annualised,
  centralSum,
  crossSum,
  deviationOf,
  difference,
  growthOf,
  isConstant,
  meanOf,
} from "./moments.ts";
import { type AnnualOptions, conventionOf, finiteOption, periodsPerYearOf, perYear } from "./options.ts";
import { observed, pairs, type Series } from "./series.ts";

/** Options of {@link alphaBeta} and {@link alpha}. */
export interface AlphaOptions {
  /** Periods in a year; 252 unless told. */
  readonly periodsPerYear?: number;
  /** Risk-free return of one period; 0 unless told. */
  readonly riskFreePerPeriod?: number;
}

/** A straight line through benchmark and portfolio returns. */
export interface AlphaBeta {
  /** Return per year that the benchmark does not explain, compounded. */
  readonly alpha: number;
  /** Slope against the benchmark. */
  readonly beta: number;
}

/**
 * Beta: Cov(r, b) / Var(b).
 *
 * @param returns - simple period returns
 * @param benchmark - returns of the same periods; a period that lacks either is dropped
 * @returns `NaN` for fewer than 2 periods or when the benchmark does not vary
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`
 * @see Bacon (2008), section 4.3; empyrical `beta`
 */
export function beta(returns: Series, benchmark: Series): number {
  const { x, y } = pairs(returns, benchmark);
  return betaOf(x, y);
}

function betaOf(returns: Float64Array, benchmark: Float64Array): number {
  if (benchmark.length < 2 || isConstant(benchmark)) return Number.NaN;
  return crossSum(returns, benchmark) / centralSum(benchmark, meanOf(benchmark), 2);
}

/**
 * Alpha and beta of a regression on the benchmark; alpha per period, mean(r − rf) − β mean(b − rf), is compounded to
 * a year: (1 + α)^periodsPerYear − 1.
 *
 * @param returns - simple period returns
 * @param benchmark - returns of the same periods; a period that lacks either is dropped
 * @returns both `NaN` where {@link beta} is
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`, `option-out-of-range`
 * @see empyrical `alpha_beta`
 */
export function alphaBeta(returns: Series, benchmark: Series, options: AlphaOptions = {}): AlphaBeta {
  const riskFree = finiteOption("riskFreePerPeriod", options.riskFreePerPeriod ?? 0);
  const periodsPerYear = periodsPerYearOf(options);
  const { x, y } = pairs(returns, benchmark);
  const slope = betaOf(x, y);
  return { alpha: alphaFrom(meanOf(x), meanOf(y), slope, riskFree, periodsPerYear), beta: slope };
}

export function alphaFrom(
  mean: number,
  benchmarkMean: number,
  slope: number,
  riskFree: number,
  periodsPerYear: number,
): number {
  return perYear(mean - riskFree - slope * (benchmarkMean - riskFree), periodsPerYear);
}

/**
 * The alpha of {@link alphaBeta}.
 *
 * @param returns - simple period returns
 * @param benchmark - returns of the same periods
 * @returns per year; `NaN` where {@link beta} is
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`, `option-out-of-range`
 * @see empyrical `alpha`
 */
export function alpha(returns: Series, benchmark: Series, options: AlphaOptions = {}): number {
  return alphaBeta(returns, benchmark, options).alpha;
}

/**
 * {@link alphaBeta} over the periods with a benchmark return above 0.
 *
 * @param returns - simple period returns
 * @param benchmark - returns of the same periods
 * @returns both `NaN` where {@link beta} of those periods is
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`, `option-out-of-range`
 * @see empyrical `up_alpha_beta`
 */
export function upAlphaBeta(returns: Series, benchmark: Series, options: AlphaOptions = {}): AlphaBeta {
  const { x, y } = where(pairs(returns, benchmark), (market) => market > 0);
  return alphaBeta(x, y, options);
}

/**
 * {@link alphaBeta} over the periods with a benchmark return below 0.
 *
 * @param returns - simple period returns
 * @param benchmark - returns of the same periods
 * @returns both `NaN` where {@link beta} of those periods is
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`, `option-out-of-range`
 * @see empyrical `down_alpha_beta`
 */
export function downAlphaBeta(returns: Series, benchmark: Series, options: AlphaOptions = {}): AlphaBeta {
  const { x, y } = where(pairs(returns, benchmark), (market) => market < 0);
  return alphaBeta(x, y, options);
}

/** Periods whose benchmark return passes. */
export function where(
  all: { readonly x: Float64Array; readonly y: Float64Array },
  passes: (benchmark: number) => boolean,
): { x: Float64Array; y: Float64Array } {
  return { x: all.x.filter((_, index) => passes(all.y[index]!)), y: all.y.filter(passes) };
}

/**
 * Pearson correlation of portfolio and benchmark returns.
 *
 * @param returns - simple period returns
 * @param benchmark - returns of the same periods; a period that lacks either is dropped
 * @returns −1 to 1; `NaN` for fewer than 2 periods or when either does not vary
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`
 */
export function correlation(returns: Series, benchmark: Series): number {
  const { x, y } = pairs(returns, benchmark);
  if (x.length < 2 || isConstant(x) || isConstant(y)) return Number.NaN;
  return correlationFrom(crossSum(x, y), centralSum(x, meanOf(x), 2), centralSum(y, meanOf(y), 2));
}

/** Rounding may take it beyond −1 and 1. */
export function correlationFrom(cross: number, squaresX: number, squaresY: number): number {
  return Math.max(-1, Math.min(1, cross / Math.sqrt(squaresX * squaresY)));
}

/**
 * R²: share of the variance that the benchmark explains, the square of {@link correlation}.
 *
 * @param returns - simple period returns
 * @param benchmark - returns of the same periods
 * @returns 0 to 1; `NaN` where the correlation is
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`
 * @see Bacon (2008), section 4.3
 */
export function rSquared(returns: Series, benchmark: Series): number {
  return correlation(returns, benchmark) ** 2;
}

/** Options of {@link trackingError}. */
export interface TrackingErrorOptions extends AnnualOptions {
  /** True (default) to scale to a year by √periodsPerYear. */
  readonly annualise?: boolean;
}

/**
 * Tracking error: sample deviation of the active returns r − b, times √periodsPerYear. Population deviation with the
 * `bacon` convention.
 *
 * @param returns - simple period returns
 * @param benchmark - returns of the same periods, or one return for all of them
 * @returns `NaN` for fewer than 2 periods (`bacon`: for none)
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`, `option-out-of-range`
 * @see Bacon (2008), section 4.2; PerformanceAnalytics `TrackingError`
 */
export function trackingError(
  returns: Series,
  benchmark: Series | number,
  options: TrackingErrorOptions = {},
): number {
  const ddof = conventionOf(options) === "bacon" ? 0 : 1;
  const scale = (options.annualise ?? true) ? Math.sqrt(periodsPerYearOf(options)) : 1;
  const { x, y } = against(returns, benchmark);
  return deviationOf(difference(x, y), ddof) * scale;
}

function against(returns: Series, benchmark: Series | number): { x: Float64Array; y: Float64Array } {
  if (typeof benchmark !== "number") return pairs(returns, benchmark);
  finiteOption("benchmark", benchmark);
  const x = observed(returns);
  return { x, y: new Float64Array(x.length).fill(benchmark) };
}

/**
 * Information ratio: mean active return over its sample deviation, times √periodsPerYear.
 *
 * With `quantstats` it is not annualised. With `bacon`: difference of the annualised geometric returns over the
 * annualised population tracking error.
 *
 * @param returns - simple period returns
 * @param benchmark - returns of the same periods, or one return for all of them
 * @returns `NaN` for fewer than 2 periods; `±Infinity` when all active returns are equal and not 0
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`, `option-out-of-range`
 * @see Grinold and Kahn (2000), chapter 5; Bacon (2008), section 4.2
 */
export function informationRatio(
  returns: Series,
  benchmark: Series | number,
  options: TrackingErrorOptions = {},
): number {
  const convention = conventionOf(options);
  const periodsPerYear = periodsPerYearOf(options);
  const { x, y } = against(returns, benchmark);
  if (x.length < 2) return Number.NaN;
  const active = difference(x, y);
  if (convention === "bacon") {
    const excess =
      annualised(growthOf(x), x.length, periodsPerYear) - annualised(growthOf(y), y.length, periodsPerYear);
    return excess / (deviationOf(active, 0) * Math.sqrt(periodsPerYear));
  }
  const isAnnual = convention !== "quantstats" && (options.annualise ?? true);
  return (meanOf(active) / deviationOf(active, 1)) * (isAnnual ? Math.sqrt(periodsPerYear) : 1);
}

/** Options of {@link specificRisk}. */
export interface SpecificRiskOptions {
  /** Periods in a year for √ scaling; 252 unless told. */
  readonly periodsPerYear?: number;
}

/**
 * Specific risk: population deviation of the residuals of the regression on the benchmark, times √periodsPerYear.
 *
 * @param returns - simple period returns
 * @param benchmark - returns of the same periods
 * @returns `NaN` where {@link beta} is
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`, `option-out-of-range`
 * @see Bacon (2008), section 4.3; PerformanceAnalytics `SpecificRisk`
 */
export function specificRisk(returns: Series, benchmark: Series, options: SpecificRiskOptions = {}): number {
  const periodsPerYear = periodsPerYearOf(options);
  const { x, y } = pairs(returns, benchmark);
  const slope = betaOf(x, y);
  const residuals = x.map((value, index) => value - slope * y[index]!);
  return Math.sqrt((centralSum(residuals, meanOf(residuals), 2) / x.length) * periodsPerYear);
}

/** Options of {@link treynor} and {@link jensenAlpha}. */
export interface RiskFreeAnnualOptions extends AnnualOptions {
  /** Risk-free return of one year; 0 unless told. */
  readonly riskFreeAnnual?: number;
}

/**
 * Treynor ratio: (annualised geometric return − risk-free) / β. With `quantstats` the numerator is the total return
 * less the risk-free rate.
 *
 * @param returns - simple period returns
 * @param benchmark - returns of the same periods
 * @returns `NaN` where {@link beta} is; `±Infinity` for a beta of 0
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`, `option-out-of-range`
 * @see Treynor (1965); Bacon (2008), section 4.3
 */
export function treynor(returns: Series, benchmark: Series, options: RiskFreeAnnualOptions = {}): number {
  const riskFree = finiteOption("riskFreeAnnual", options.riskFreeAnnual ?? 0);
  const periodsPerYear = periodsPerYearOf(options);
  const convention = conventionOf(options);
  const { x, y } = pairs(returns, benchmark);
  const growth = growthOf(x);
  const gain = convention === "quantstats" ? growth - 1 : annualised(growth, x.length, periodsPerYear);
  return (gain - riskFree) / betaOf(x, y);
}

/**
 * Jensen's alpha from annualised geometric returns: R − rf − β (B − rf).
 *
 * @param returns - simple period returns
 * @param benchmark - returns of the same periods
 * @returns per year; `NaN` where {@link beta} is
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`, `option-out-of-range`
 * @see Jensen (1968); Bacon (2008), section 4.3; PerformanceAnalytics `CAPM.jensenAlpha`
 */
export function jensenAlpha(returns: Series, benchmark: Series, options: RiskFreeAnnualOptions = {}): number {
  const riskFree = finiteOption("riskFreeAnnual", options.riskFreeAnnual ?? 0);
  const periodsPerYear = periodsPerYearOf(options);
  const { x, y } = pairs(returns, benchmark);
  const own = annualised(growthOf(x), x.length, periodsPerYear);
  const market = annualised(growthOf(y), y.length, periodsPerYear);
  return jensenFrom(own, market, betaOf(x, y), riskFree);
}

export function jensenFrom(own: number, market: number, slope: number, riskFree: number): number {
  return own - riskFree - slope * (market - riskFree);
}

/**
 * Batting average: share of the periods in which the portfolio beat the benchmark.
 *
 * @param returns - simple period returns
 * @param benchmark - returns of the same periods
 * @returns 0 to 1; `NaN` for no periods
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`
 * @see empyrical `batting_average`
 */
export function battingAverage(returns: Series, benchmark: Series): number {
  const { x, y } = pairs(returns, benchmark);
  return difference(x, y).filter((active) => active > 0).length / x.length;
}
