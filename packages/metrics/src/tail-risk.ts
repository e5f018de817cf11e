import { kurtosis, quantileOfSorted, skewness } from "./distribution.ts";
import { deviationOf, meanOf } from "./moments.ts";
import { normalDensity, normalQuantile } from "./normal.ts";
import { fractionOption, rangeOption } from "./options.ts";
import { observed, type Series } from "./series.ts";

/** Options of the historical tail measures. */
export interface CutoffOptions {
  /** Share of the periods in the tail, between 0 and 1; 0.05 unless told. */
  readonly cutoff?: number;
}

/** Options of the parametric tail measures. */
export interface ConfidenceOptions {
  /** Confidence, between 0 and 1; 0.95 unless told (a tail of 5 %). */
  readonly confidence?: number;
}

function confidenceOf(options: ConfidenceOptions): number {
  return fractionOption("confidence", options.confidence ?? 0.95);
}

/**
 * Historical value at risk as a return (a loss is negative): the quantile of the returns at the cutoff, linear
 * between order statistics (R type 7).
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `NaN` for none
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see empyrical `value_at_risk`; Hyndman and Fan (1996), definition 7
 */
export function historicalVaR(returns: Series, options: CutoffOptions = {}): number {
  const cutoff = fractionOption("cutoff", options.cutoff ?? 0.05);
  return quantileOfSorted(observed(returns).sort(), cutoff);
}

/**
 * Historical expected shortfall as a return: the mean of the ⌊(n − 1) cutoff⌋ + 1 smallest returns, which are those
 * at or below the historical value at risk.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `NaN` for none
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see empyrical `conditional_value_at_risk`
 */
export function historicalES(returns: Series, options: CutoffOptions = {}): number {
  const cutoff = fractionOption("cutoff", options.cutoff ?? 0.05);
  const sorted = observed(returns).sort();
  return meanOf(sorted.subarray(0, Math.floor((sorted.length - 1) * cutoff) + 1));
}

/**
 * Value at risk of a normal distribution, as a return: r̄ + Φ⁻¹(1 − confidence) s with sample deviation s.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `NaN` for fewer than 2 values
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Bacon (2008), section 4.9; PerformanceAnalytics `VaR(method = "gaussian")` has the same form with population moments
 */
export function parametricVaR(returns: Series, options: ConfidenceOptions = {}): number {
  const values = observed(returns);
  return normalVaRFrom(meanOf(values), deviationOf(values, 1), confidenceOf(options));
}

export function normalVaRFrom(mean: number, deviation: number, confidence: number): number {
  return mean + normalQuantile(1 - confidence) * deviation;
}

/**
 * Expected shortfall of a normal distribution, as a return: r̄ − s φ(z) / (1 − confidence), z = Φ⁻¹(1 − confidence).
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `NaN` for fewer than 2 values
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see McNeil, Frey and Embrechts (2005), example 2.18
 */
export function parametricES(returns: Series, options: ConfidenceOptions = {}): number {
  const values = observed(returns);
  return normalESFrom(meanOf(values), deviationOf(values, 1), confidenceOf(options));
}

export function normalESFrom(mean: number, deviation: number, confidence: number): number {
  return mean - (deviation * normalDensity(normalQuantile(1 - confidence))) / (1 - confidence);
}

/**
 * Modified (Cornish–Fisher) value at risk as a return: r̄ + z' σ, with the normal quantile z bent by skewness S and
 * excess kurtosis K: z' = z + (z² − 1) S/6 + (z³ − 3z) K/24 − (2z³ − 5z) S²/36. Population moments throughout.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `NaN` for fewer than 2 values or when all are equal
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Favre and Galeano (2002); PerformanceAnalytics `VaR(method = "modified")`
 */
export function cornishFisherVaR(returns: Series, options: ConfidenceOptions = {}): number {
  const values = observed(returns);
  return cornishFisherFrom(
    meanOf(values),
    deviationOf(values, 0),
    skewness(values),
    kurtosis(values),
    confidenceOf(options),
  );
}

export function cornishFisherFrom(
  mean: number,
  deviation: number,
  skew: number,
  excessKurtosis: number,
  confidence: number,
): number {
  const z = normalQuantile(1 - confidence);
  const bent =
    z +
    ((z * z - 1) * skew) / 6 +
    ((z ** 3 - 3 * z) * excessKurtosis) / 24 -
    ((2 * z ** 3 - 5 * z) * skew * skew) / 36;
  return mean + bent * deviation;
}

/** Options of {@link tailRatio}. */
export interface TailRatioOptions {
  /** Percentile of the left tail, 0 to 100; 5 unless told. */
  readonly lower?: number;
  /** Percentile of the right tail, 0 to 100; 95 unless told. */
  readonly upper?: number;
}

/**
 * Tail ratio: |P₉₅| / |P₅|, percentiles with linear interpolation.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @returns `NaN` for none; `Infinity` when the left percentile is 0
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see empyrical `tail_ratio`
 */
export function tailRatio(returns: Series, options: TailRatioOptions = {}): number {
  const lower = rangeOption("lower", options.lower ?? 5, 0, 100);
  const upper = rangeOption("upper", options.upper ?? 95, 0, 100);
  const sorted = observed(returns).sort();
  return Math.abs(quantileOfSorted(sorted, upper / 100)) / Math.abs(quantileOfSorted(sorted, lower / 100));
}
