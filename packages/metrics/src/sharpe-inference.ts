import { kurtosis, skewness } from "./distribution.ts";
import { deviationOf, meanOf } from "./moments.ts";
import { normalProbability, normalQuantile } from "./normal.ts";
import { finiteOption, fractionOption, integerOption, rangeOption } from "./options.ts";
import { observed, type Series } from "./series.ts";

/** Options of {@link probabilisticSharpe}. */
export interface ProbabilisticSharpeOptions {
  /** Sharpe ratio to beat, per period (not annualised); 0 unless told. */
  readonly benchmarkSharpe?: number;
}

/**
 * Probabilistic Sharpe ratio: probability that the true Sharpe ratio is above a benchmark, given the length, skewness
 * and kurtosis of the record: Φ((SR − SR*) √(n−1) / √(1 − γ₃ SR + (γ₄ − 1)/4 SR²)).
 *
 * SR is per period with sample deviation; γ₃ and γ₄ are population skewness and (not excess) kurtosis.
 *
 * @param returns - excess returns per period; missing ones are dropped
 * @returns 0 to 1; `NaN` for fewer than 2 values or when all are equal
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Bailey and López de Prado (2012), "The Sharpe Ratio Efficient Frontier", equation 10
 */
export function probabilisticSharpe(returns: Series, options: ProbabilisticSharpeOptions = {}): number {
  const benchmark = finiteOption("benchmarkSharpe", options.benchmarkSharpe ?? 0);
  const values = observed(returns);
  const ratio = meanOf(values) / deviationOf(values, 1);
  return probabilisticSharpeFrom(
    ratio,
    benchmark,
    values.length,
    skewness(values),
    kurtosis(values, { excess: false }),
  );
}

export function probabilisticSharpeFrom(
  ratio: number,
  benchmark: number,
  count: number,
  skew: number,
  kurt: number,
): number {
  const spread = Math.sqrt(1 - skew * ratio + ((kurt - 1) / 4) * ratio * ratio);
  return normalProbability(((ratio - benchmark) * Math.sqrt(count - 1)) / spread);
}

/** Options of {@link deflatedSharpe}. */
export interface DeflatedSharpeOptions {
  /** How many strategies were tried before this one was chosen, 2 or more; 1 changes nothing. */
  readonly trials: number;
  /** Variance of the per-period Sharpe ratios over those trials, 0 or more. */
  readonly varianceOfTrials: number;
}

/** Euler–Mascheroni constant. */
const EULER = 0.5772156649015329;

/**
 * Deflated Sharpe ratio: the probabilistic Sharpe ratio against the best that luck alone would have found in so many
 * trials, √V ((1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e))).
 *
 * @param returns - excess returns per period of the strategy that was chosen
 * @returns 0 to 1; `NaN` for fewer than 2 values or when all are equal
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Bailey and López de Prado (2014), "The Deflated Sharpe Ratio"
 */
export function deflatedSharpe(returns: Series, options: DeflatedSharpeOptions): number {
  const trials = integerOption("trials", options.trials, 1);
  const variance = rangeOption("varianceOfTrials", options.varianceOfTrials, 0, Number.MAX_VALUE);
  const expectedBest =
    trials === 1
      ? 0
      : Math.sqrt(variance) *
        ((1 - EULER) * normalQuantile(1 - 1 / trials) + EULER * normalQuantile(1 - 1 / (trials * Math.E)));
  return probabilisticSharpe(returns, { benchmarkSharpe: expectedBest });
}

/** Options of {@link minimumTrackRecordLength}. */
export interface TrackRecordOptions extends ProbabilisticSharpeOptions {
  /** How sure to be, between 0 and 1; 0.95 unless told. */
  readonly confidence?: number;
}

/**
 * Minimum track record length: periods needed before the Sharpe ratio is above the benchmark with this confidence:
 * 1 + (1 − γ₃ SR + (γ₄ − 1)/4 SR²) (Φ⁻¹(confidence) / (SR − SR*))².
 *
 * @param returns - excess returns per period
 * @returns periods, not rounded; `Infinity` when the ratio does not exceed the benchmark; `NaN` as
 *   {@link probabilisticSharpe}
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Bailey and López de Prado (2012), equation 11
 */
export function minimumTrackRecordLength(returns: Series, options: TrackRecordOptions = {}): number {
  const benchmark = finiteOption("benchmarkSharpe", options.benchmarkSharpe ?? 0);
  const z = normalQuantile(fractionOption("confidence", options.confidence ?? 0.95));
  const values = observed(returns);
  const ratio = meanOf(values) / deviationOf(values, 1);
  const spread = 1 - skewness(values) * ratio + ((kurtosis(values, { excess: false }) - 1) / 4) * ratio ** 2;
  if (Number.isNaN(spread)) return Number.NaN;
  return ratio <= benchmark ? Infinity : 1 + spread * (z / (ratio - benchmark)) ** 2;
}
