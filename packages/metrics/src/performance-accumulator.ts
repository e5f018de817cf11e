import { overDrawdown } from "./drawdown-ratios.ts";
import { MetricsError } from "./errors.ts";
import { annualised } from "./moments.ts";
import { choiceOption, finiteOption, fractionOption, integerOption, periodsPerYearOf } from "./options.ts";
import { type MarOptions, marOf, omegaFrom } from "./partial-moments.ts";
import * as state from "./performance-state.ts";
import { sharpeFrom } from "./ratios.ts";
import { probabilisticSharpeFrom } from "./sharpe-inference.ts";
import { cornishFisherFrom, normalESFrom, normalVaRFrom } from "./tail-risk.ts";
import { kellyFrom, payoffFrom, profitFactorFrom, type TradeSums, winRateFrom } from "./trades.ts";

/** Options of {@link PerformanceAccumulator} and {@link RollingPerformance}. */
export interface PerformanceOptions extends MarOptions {
  /** Periods in a year; 252 unless told. */
  readonly periodsPerYear?: number;
  /** Risk-free return of one period; 0 unless told. */
  readonly riskFreePerPeriod?: number;
}

export function checkStreamed(value: number, argument: string): void {
  // Written so that the common case is two comparisons; NaN is a missing value.
  if ((value >= -1 && value < Infinity) || Number.isNaN(value)) {
    if (typeof value === "number") return;
  }
  const code =
    typeof value === "number" && value < -1 && value > -Infinity ? "below-minus-one" : "not-finite";
  throw new MetricsError(
    code,
    `${argument} must be a finite return from -1 on, or NaN where it is missing, was ${String(value)}`,
    { argument, value },
  );
}

/**
 * Performance of a stream of returns: O(1) time for each, constant memory, and two accumulators of consecutive
 * stretches merge into that of the whole. Every figure equals the batch function of the same name (the
 * `exchange-kit` convention) on the same returns within 1e-12 (kurtosis and what is made of it 1e-11), relative to values above
 * 1. Where the spread is below a thousandth of the mean, moments and what is made of them agree within some
 * 1e-15 · mean / spread.
 */
export class PerformanceAccumulator {
  /** Options, with defaults filled in. */
  readonly options: Readonly<Required<PerformanceOptions>>;
  readonly #s: state.PerformanceState;
  readonly #mar: number;

  /**
   * @param options - checked once, here
   * @throws {@link MetricsError} `option-out-of-range`
   */
  constructor(options?: PerformanceOptions);
  /** @internal */
  constructor(options: PerformanceOptions, shared: state.PerformanceState);
  constructor(options: PerformanceOptions = {}, shared?: state.PerformanceState) {
    this.options = {
      periodsPerYear: periodsPerYearOf(options),
      riskFreePerPeriod: finiteOption("riskFreePerPeriod", options.riskFreePerPeriod ?? 0),
      marPerPeriod: marOf(options),
    };
    this.#mar = this.options.marPerPeriod;
    this.#s = shared ?? state.emptyState();
  }

  /**
   * Appends the return of one period; `NaN` where it is missing.
   *
   * @param value - simple return, −1 or more
   * @throws {@link MetricsError} `not-finite`, `below-minus-one`; nothing changes then
   */
  add(value: number): void {
    checkStreamed(value, "value");
    state.add(this.#s, value, this.#mar);
  }

  /**
   * Appends everything that another accumulator has seen; its first period follows this one's last.
   *
   * @param later - left as it is
   * @throws {@link MetricsError} `options-differ`
   */
  merge(later: PerformanceAccumulator): void {
    const names = ["periodsPerYear", "riskFreePerPeriod", "marPerPeriod"] as const;
    for (const name of names) {
      if (later.options[name] !== this.options[name]) {
        throw new MetricsError(
          "options-differ",
          `${name} must be ${this.options[name]} in both accumulators, was ${later.options[name]}`,
          { argument: name, value: later.options[name] },
        );
      }
    }
    state.merge(this.#s, this.#s, later.#s);
  }

  /** Forgets everything but the options. */
  reset(): void {
    state.clear(this.#s);
  }

  /** Periods seen, missing ones included. */
  get periods(): number {
    return this.#s[state.PERIODS]!;
  }

  /** Returns seen, missing ones left out. */
  get count(): number {
    return this.#s[state.COUNT]!;
  }

  /** Arithmetic mean return; `NaN` for none. */
  get mean(): number {
    return this.count === 0 ? Number.NaN : this.#s[state.MEAN]!;
  }

  /** Sample standard deviation per period; `NaN` for fewer than 2 returns. */
  get standardDeviation(): number {
    return this.#deviation(1);
  }

  #deviation(ddof: 0 | 1): number {
    const s = this.#s;
    if (this.count <= ddof) return Number.NaN;
    return this.#isConstant() ? 0 : Math.sqrt(s[state.M2]! / (this.count - ddof));
  }

  #isConstant(): boolean {
    return this.#s[state.SMALLEST] === this.#s[state.LARGEST];
  }

  /** Standard deviation · √periodsPerYear. */
  get annualVolatility(): number {
    return this.standardDeviation * Math.sqrt(this.options.periodsPerYear);
  }

  /** Population skewness; `NaN` for fewer than 2 returns or when all are equal. */
  get skewness(): number {
    const s = this.#s;
    const n = this.count;
    if (n < 2 || this.#isConstant()) return Number.NaN;
    return s[state.M3]! / n / (s[state.M2]! / n) ** 1.5;
  }

  /** Population excess kurtosis; `NaN` for fewer than 2 returns or when all are equal. */
  get kurtosis(): number {
    const s = this.#s;
    const n = this.count;
    if (n < 2 || this.#isConstant()) return Number.NaN;
    return (s[state.M4]! * n) / s[state.M2]! ** 2 - 3;
  }

  /** Jarque–Bera statistic. */
  get jarqueBera(): number {
    return (this.count / 6) * (this.skewness ** 2 + this.kurtosis ** 2 / 4);
  }

  /** Largest return; `NaN` for none. */
  get bestReturn(): number {
    return this.count === 0 ? Number.NaN : this.#s[state.LARGEST]!;
  }

  /** Smallest return; `NaN` for none. */
  get worstReturn(): number {
    return this.count === 0 ? Number.NaN : this.#s[state.SMALLEST]!;
  }

  /** Sharpe ratio; `NaN` for fewer than 2 returns. */
  get sharpe(): number {
    const excess = this.mean - this.options.riskFreePerPeriod;
    return sharpeFrom(this.#exactly(excess), this.standardDeviation, this.options.periodsPerYear);
  }

  /** Equal returns have exactly their value as mean, as in the batch form, so that 0 / 0 stays undefined. */
  #exactly(excess: number): number {
    if (this.count < 2 || !this.#isConstant()) return excess;
    return this.worstReturn - this.options.riskFreePerPeriod;
  }

  /**
   * Probability that the true Sharpe ratio per period is above a benchmark, of the excess returns.
   *
   * @param benchmarkSharpe - per period
   */
  probabilisticSharpe(benchmarkSharpe = 0): number {
    const ratio = this.#exactly(this.mean - this.options.riskFreePerPeriod) / this.standardDeviation;
    return probabilisticSharpeFrom(
      ratio,
      finiteOption("benchmarkSharpe", benchmarkSharpe),
      this.count,
      this.skewness,
      this.kurtosis + 3,
    );
  }

  /** Compounded return of everything seen; `NaN` for none. */
  get totalReturn(): number {
    return this.count === 0 ? Number.NaN : this.#s[state.WEALTH]! - 1;
  }

  /** Compound annual growth rate over all periods, missing ones included. */
  get cagr(): number {
    if (this.count === 0) return Number.NaN;
    return annualised(this.#s[state.WEALTH]!, this.periods, this.options.periodsPerYear);
  }

  /** Geometric mean return per period, missing ones left out. */
  get geometricMeanReturn(): number {
    return annualised(this.#s[state.WEALTH]!, this.count, 1);
  }

  /** Largest drawdown from the initial capital on, 0 or below; `NaN` for no returns. */
  get maxDrawdown(): number {
    return this.count === 0 ? Number.NaN : this.#s[state.DEEPEST]! - 1;
  }

  /** Drawdown at the end, 0 or below; `NaN` for no returns. */
  get currentDrawdown(): number {
    return this.count === 0 ? Number.NaN : this.#s[state.WEALTH]! / this.#s[state.PEAK]! - 1;
  }

  /** CAGR over |maximum drawdown|; `NaN` without a drawdown. */
  get calmar(): number {
    return overDrawdown(this.cagr, this.maxDrawdown);
  }

  /** Total return over |maximum drawdown|; `NaN` without a drawdown. */
  get recoveryFactor(): number {
    return overDrawdown(this.totalReturn, this.maxDrawdown);
  }

  /** Annualised downside deviation below the MAR. */
  get downsideDeviation(): number {
    return Math.sqrt((this.#s[state.LOWER_2]! / this.count) * this.options.periodsPerYear);
  }

  /** Mean shortfall below the MAR. */
  get downsidePotential(): number {
    return this.#s[state.LOWER_1]! / this.count;
  }

  /** Mean excess above the MAR. */
  get upsidePotential(): number {
    return this.#s[state.UPPER_1]! / this.count;
  }

  /** Root mean square excess above the MAR, per period. */
  get upsideRisk(): number {
    return Math.sqrt(this.#s[state.UPPER_2]! / this.count);
  }

  /** Upside potential over downside deviation per period. */
  get upsidePotentialRatio(): number {
    return this.upsidePotential / Math.sqrt(this.#s[state.LOWER_2]! / this.count);
  }

  /** Share of the returns below the MAR. */
  get downsideFrequency(): number {
    return this.#s[state.BELOW]! / this.count;
  }

  /** Sortino ratio; `NaN` for fewer than 2 returns. */
  get sortino(): number {
    if (this.count < 2) return Number.NaN;
    const downside = Math.sqrt(this.#s[state.LOWER_2]! / this.count);
    return sharpeFrom(this.#overMar(), downside, this.options.periodsPerYear);
  }

  #overMar(): number {
    const constant = this.count > 0 && this.#isConstant();
    return (constant ? this.worstReturn : this.mean) - this.options.marPerPeriod;
  }

  /** Omega with the MAR as its threshold; `NaN` without a return below it. */
  get omega(): number {
    return omegaFrom(this.count, this.upsidePotential, this.downsidePotential);
  }

  /** (mean − MAR) over downside potential. */
  get omegaSharpe(): number {
    return this.kappa(1);
  }

  /**
   * Kappa per period.
   *
   * @param order - 1, 2 or 3: those whose sums are kept
   * @throws {@link MetricsError} `option-out-of-range`
   */
  kappa(order: 1 | 2 | 3 = 3): number {
    integerOption("order", order, 1, 3);
    const sum = this.#s[state.LOWER_1 + order - 1]!;
    return this.#overMar() / (sum / this.count) ** (1 / order);
  }

  /**
   * Normal value at risk as a return.
   *
   * @param confidence - between 0 and 1
   * @throws {@link MetricsError} `option-out-of-range`
   */
  parametricVaR(confidence = 0.95): number {
    return normalVaRFrom(this.mean, this.standardDeviation, fractionOption("confidence", confidence));
  }

  /**
   * Normal expected shortfall as a return.
   *
   * @param confidence - between 0 and 1
   * @throws {@link MetricsError} `option-out-of-range`
   */
  parametricES(confidence = 0.95): number {
    return normalESFrom(this.mean, this.standardDeviation, fractionOption("confidence", confidence));
  }

  /**
   * Cornish–Fisher value at risk as a return.
   *
   * @param confidence - between 0 and 1
   * @throws {@link MetricsError} `option-out-of-range`
   */
  cornishFisherVaR(confidence = 0.95): number {
    const deviation = this.#deviation(0);
    fractionOption("confidence", confidence);
    return cornishFisherFrom(this.mean, deviation, this.skewness, this.kurtosis, confidence);
  }

  get #sums(): TradeSums {
    const s = this.#s;
    return {
      count: this.count,
      wins: s[state.WINS]!,
      losses: s[state.LOSSES]!,
      gained: s[state.GAINED]!,
      lost: s[state.LOST]!,
    };
  }

  /** Share of gains among the returns that are not 0. */
  get winRate(): number {
    return winRateFrom(this.#sums);
  }

  /** Sum of gains over sum of losses. */
  get profitFactor(): number {
    return profitFactorFrom(this.#sums);
  }

  /** Average gain over average loss. */
  get payoffRatio(): number {
    return payoffFrom(this.#sums);
  }

  /** Kelly fraction. */
  get kelly(): number {
    return kellyFrom(this.#sums);
  }

  /**
   * Most gains, or losses, in a row.
   *
   * @param kind - which
   * @throws {@link MetricsError} `option-out-of-range`
   */
  longestStreak(kind: "win" | "loss"): number {
    choiceOption("kind", kind, ["win", "loss"]);
    return this.#s[kind === "win" ? state.MOST_WINS : state.MOST_LOSSES]!;
  }
}
