import { centralSum, deviationOf, isConstant, meanOf } from "./moments.ts";
import { choiceOption, integerOption, rangeOption } from "./options.ts";
import { observed, type Series } from "./series.ts";

/** Options of {@link standardDeviation}. */
export interface DeviationOptions {
  /** Divisor n − ddof: 1 (default) for a sample, 0 for a population. */
  readonly ddof?: 0 | 1;
}

/**
 * Standard deviation per period, √(Σ(r − r̄)² / (n − ddof)).
 *
 * @param returns - values; missing ones are dropped
 * @returns `NaN` for fewer than ddof + 1 values; exactly 0 when all are equal
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 */
export function standardDeviation(returns: Series, options: DeviationOptions = {}): number {
  const ddof = integerOption("ddof", options.ddof ?? 1, 0, 1) as 0 | 1;
  return deviationOf(observed(returns), ddof);
}

/**
 * Mean absolute deviation around the mean, Σ|r − r̄| / n.
 *
 * @param returns - values; missing ones are dropped
 * @returns `NaN` for none
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 * @see Bacon (2008), section 4.2
 */
export function meanAbsoluteDeviation(returns: Series): number {
  const values = observed(returns);
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + Math.abs(value - mean), 0) / values.length;
}

/**
 * Which estimator of the third and fourth moment.
 *
 * - `population`: m₃ / m₂^1.5 and m₄ / m₂², moments with divisor n
 * - `sample`: with Bessel-like corrections, as Excel SKEW and KURT
 */
export type MomentMethod = "population" | "sample";

/** Options of {@link skewness}. */
export interface SkewnessOptions {
  /** Estimator; `population` unless told. */
  readonly method?: MomentMethod;
}

/** Options of {@link kurtosis}. */
export interface KurtosisOptions {
  /** Estimator; `population` unless told. */
  readonly method?: MomentMethod;
  /** True (default) to take off the value of a normal distribution, so that it has 0. */
  readonly excess?: boolean;
}

const METHODS: readonly MomentMethod[] = ["population", "sample"];

/**
 * Skewness. Population: (1/n) Σ((r − r̄)/σ)³ with population σ. Sample: n / ((n−1)(n−2)) Σ((r − r̄)/s)³ with
 * sample s, the adjusted Fisher–Pearson coefficient.
 *
 * @param returns - values; missing ones are dropped
 * @returns `NaN` for fewer than 2 (sample: 3) values, or when all are equal
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Bacon (2008), section 4.3; Joanes and Gill (1998), g₁ and G₁
 */
export function skewness(returns: Series, options: SkewnessOptions = {}): number {
  const method = choiceOption("method", options.method ?? "population", METHODS);
  const values = observed(returns);
  const n = values.length;
  if (n < (method === "sample" ? 3 : 2) || isConstant(values)) return Number.NaN;
  const mean = meanOf(values);
  const population = centralSum(values, mean, 3) / n / (centralSum(values, mean, 2) / n) ** 1.5;
  return method === "sample" ? (population * Math.sqrt(n * (n - 1))) / (n - 2) : population;
}

/**
 * Kurtosis. Population: (1/n) Σ((r − r̄)/σ)⁴. Sample: n(n+1) / ((n−1)(n−2)(n−3)) Σ((r − r̄)/s)⁴. Excess takes off
 * 3, and 3(n−1)² / ((n−2)(n−3)) for the sample form.
 *
 * @param returns - values; missing ones are dropped
 * @returns `NaN` for fewer than 2 (sample: 4) values, or when all are equal
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Bacon (2008), section 4.4; Joanes and Gill (1998), g₂ and G₂
 */
export function kurtosis(returns: Series, options: KurtosisOptions = {}): number {
  const method = choiceOption("method", options.method ?? "population", METHODS);
  const isExcess = options.excess ?? true;
  const values = observed(returns);
  const n = values.length;
  if (n < (method === "sample" ? 4 : 2) || isConstant(values)) return Number.NaN;
  const mean = meanOf(values);
  const squares = centralSum(values, mean, 2);
  const fourths = centralSum(values, mean, 4);
  if (method === "population") return fourths / n / (squares / n) ** 2 - (isExcess ? 3 : 0);
  const scale = (n * (n + 1)) / ((n - 1) * (n - 2) * (n - 3));
  const normal = (3 * (n - 1) ** 2) / ((n - 2) * (n - 3));
  return (scale * fourths) / (squares / (n - 1)) ** 2 - (isExcess ? normal : 0);
}

/**
 * Quantile with linear interpolation between order statistics (R type 7, the default of NumPy and Excel):
 * position (n − 1) p.
 *
 * @param values - values in any order; missing ones are dropped
 * @param p - from 0 (smallest) to 1 (largest)
 * @returns `NaN` for none
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Hyndman and Fan (1996), definition 7
 */
export function quantile(values: Series, p: number): number {
  rangeOption("p", p, 0, 1);
  return quantileOfSorted(observed(values, "values").sort(), p);
}

export function quantileOfSorted(sorted: Float64Array, p: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (position - below);
}

/**
 * Jarque–Bera statistic: n/6 (S² + K²/4) with population skewness S and excess kurtosis K. Large values speak
 * against a normal distribution (above 5.99 at the 5 % level).
 *
 * @param returns - values; missing ones are dropped
 * @returns `NaN` for fewer than 2 values, or when all are equal
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 * @see Jarque and Bera (1987); Bacon (2008), section 4.5
 */
export function jarqueBera(returns: Series): number {
  const values = observed(returns);
  return (values.length / 6) * (skewness(values) ** 2 + kurtosis(values) ** 2 / 4);
}

/** One bar of a {@link histogram}. */
export interface HistogramBin {
  /** Lower edge, included. */
  readonly from: number;
  /** Upper edge, excluded but for the last bin. */
  readonly to: number;
  /** How many values lie between. */
  readonly count: number;
}

/**
 * Counts in bins of equal width from the smallest to the largest value.
 *
 * @param values - values; missing ones are dropped
 * @param bins - how many, 1 to 10,000
 * @returns empty for no values; a single bin when all are equal
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 */
export function histogram(values: Series, bins = 30): HistogramBin[] {
  integerOption("bins", bins, 1, 10_000);
  const all = observed(values, "values");
  if (all.length === 0) return [];
  const low = all.reduce((a, b) => Math.min(a, b));
  const high = all.reduce((a, b) => Math.max(a, b));
  if (low === high) return [{ from: low, to: high, count: all.length }];
  const counts = new Uint32Array(bins);
  for (const value of all) {
    const bin = Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins));
    counts[bin] = counts[bin]! + 1;
  }
  const edge = (index: number): number => (index === bins ? high : low + ((high - low) * index) / bins);
  return Array.from(counts, (count, index) => ({ from: edge(index), to: edge(index + 1), count }));
}
