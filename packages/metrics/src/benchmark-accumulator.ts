import { alphaFrom, correlationFrom, jensenFrom } from "./benchmark.ts";
import * as state from "./benchmark-state.ts";
import type { CaptureMethod } from "./capture.ts";
import { MetricsError } from "./errors.ts";
import { annualised } from "./moments.ts";
import { choiceOption, finiteOption, periodsPerYearOf, perYear } from "./options.ts";
import { checkStreamed } from "./performance-accumulator.ts";

/** Options of {@link BenchmarkAccumulator} and {@link RollingBenchmark}. */
export interface BenchmarkAccumulatorOptions {
  /** Periods in a year; 252 unless told. */
  readonly periodsPerYear?: number;
  /** Risk-free return of one period, compounded to a year where a measure needs it so; 0 unless told. */
  readonly riskFreePerPeriod?: number;
}

const CAPTURE_METHODS: readonly CaptureMethod[] = ["cagr", "arithmetic", "geometric"];

/**
 * Performance against a benchmark of a stream of pairs: O(1) for each, mergeable. Every figure equals the batch
 * function of the same name (the `exchange-kit` convention) on the same pairs as closely as
 * `PerformanceAccumulator` says.
 */
export class BenchmarkAccumulator {
  /** Options, with defaults filled in. */
  readonly options: Readonly<Required<BenchmarkAccumulatorOptions>>;
  readonly #s: state.BenchmarkState;

  /**
   * @param options - checked once, here
   * @throws {@link MetricsError} `option-out-of-range`
   */
  constructor(options?: BenchmarkAccumulatorOptions);
  /** @internal */
  constructor(options: BenchmarkAccumulatorOptions, shared: state.BenchmarkState);
  constructor(options: BenchmarkAccumulatorOptions = {}, shared?: state.BenchmarkState) {
    this.options = {
      periodsPerYear: periodsPerYearOf(options),
      riskFreePerPeriod: finiteOption("riskFreePerPeriod", options.riskFreePerPeriod ?? 0),
    };
    this.#s = shared ?? state.emptyState();
  }

  /**
   * Appends the returns of one period; a period that lacks either (`NaN`) is dropped.
   *
   * @param value - simple return, −1 or more
   * @param benchmark - that of the benchmark
   * @throws {@link MetricsError} `not-finite`, `below-minus-one`; nothing changes then
   */
  add(value: number, benchmark: number): void {
    checkStreamed(value, "value");
    checkStreamed(benchmark, "benchmark");
    state.add(this.#s, value, benchmark);
  }

  /**
   * Appends everything that another accumulator has seen.
   *
   * @param later - left as it is
   * @throws {@link MetricsError} `options-differ`
   */
  merge(later: BenchmarkAccumulator): void {
    for (const name of ["periodsPerYear", "riskFreePerPeriod"] as const) {
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

  /** Periods seen, incomplete ones included. */
  get periods(): number {
    return this.#s[state.PERIODS]!;
  }

  /** Complete pairs seen. */
  get count(): number {
    return this.#s[state.COUNT]!;
  }

  /** Cov(r, b) / Var(b); `NaN` for fewer than 2 pairs or a benchmark that does not vary. */
  get beta(): number {
    const isFlat = this.#s[state.SMALLEST_Y] === this.#s[state.LARGEST_Y];
    return this.count < 2 || isFlat ? Number.NaN : this.#s[state.XY]! / this.#s[state.YY]!;
  }

  /** Regression alpha, compounded to a year. */
  get alpha(): number {
    const s = this.#s;
    const { riskFreePerPeriod, periodsPerYear } = this.options;
    return alphaFrom(s[state.MEAN_X]!, s[state.MEAN_Y]!, this.beta, riskFreePerPeriod, periodsPerYear);
  }

  /** Pearson correlation. */
  get correlation(): number {
    const s = this.#s;
    const isFlat = s[state.SMALLEST_X] === s[state.LARGEST_X];
    if (isFlat || Number.isNaN(this.beta)) return Number.NaN;
    return correlationFrom(s[state.XY]!, s[state.XX]!, s[state.YY]!);
  }

  /** Square of the correlation. */
  get rSquared(): number {
    return this.correlation ** 2;
  }

  get #activeDeviation(): number {
    const s = this.#s;
    if (this.count < 2) return Number.NaN;
    if (s[state.SMALLEST_ACTIVE] === s[state.LARGEST_ACTIVE]) return 0;
    return Math.sqrt(s[state.ACTIVE]! / (this.count - 1));
  }

  /** Annualised sample deviation of the active returns. */
  get trackingError(): number {
    return this.#activeDeviation * Math.sqrt(this.options.periodsPerYear);
  }

  /** Annualised mean active return over its deviation. */
  get informationRatio(): number {
    const s = this.#s;
    const deviation = this.#activeDeviation;
    const mean = deviation === 0 ? s[state.LARGEST_ACTIVE]! : s[state.MEAN_ACTIVE]!;
    return (mean / deviation) * Math.sqrt(this.options.periodsPerYear);
  }

  /** Annualised population deviation of the regression residuals. */
  get specificRisk(): number {
    const s = this.#s;
    const left = s[state.XX]! - this.beta * s[state.XY]!;
    return Math.sqrt((Math.max(0, left) / this.count) * this.options.periodsPerYear);
  }

  get #riskFreeAnnual(): number {
    return perYear(this.options.riskFreePerPeriod, this.options.periodsPerYear);
  }

  /** Annualised geometric return less the risk-free one, over beta. */
  get treynor(): number {
    const own = annualised(this.#s[state.GROWTH_X]!, this.count, this.options.periodsPerYear);
    return (own - this.#riskFreeAnnual) / this.beta;
  }

  /** Jensen's alpha from annualised geometric returns. */
  get jensenAlpha(): number {
    const { periodsPerYear } = this.options;
    const own = annualised(this.#s[state.GROWTH_X]!, this.count, periodsPerYear);
    const market = annualised(this.#s[state.GROWTH_Y]!, this.count, periodsPerYear);
    return jensenFrom(own, market, this.beta, this.#riskFreeAnnual);
  }

  /** Share of the periods in which the benchmark was beaten; `NaN` for none. */
  get battingAverage(): number {
    return this.#s[state.BEATEN]! / this.count;
  }

  /** Ratio of the CAGRs; `NaN` when either has no return. */
  get capture(): number {
    const s = this.#s;
    if (s[state.PRESENT_X] === 0 || s[state.PRESENT_Y] === 0) return Number.NaN;
    return this.#growthRatio(this.periods, s[state.ALONE_X]!, s[state.ALONE_Y]!);
  }

  #growthRatio(periods: number, x: number, y: number): number {
    const { periodsPerYear } = this.options;
    return annualised(x, periods, periodsPerYear) / annualised(y, periods, periodsPerYear);
  }

  /**
   * Capture over the periods with the benchmark above 0.
   *
   * @param method - how returns are put together
   * @throws {@link MetricsError} `option-out-of-range`
   */
  upCapture(method: CaptureMethod = "cagr"): number {
    choiceOption("method", method, CAPTURE_METHODS);
    const s = this.#s;
    if (method === "arithmetic") return s[state.UP_X]! / s[state.UP_Y]!;
    const x = s[state.UP_GROWTH_X]!;
    if (method === "geometric") return (x - 1) / (s[state.UP_GROWTH_Y]! - 1);
    if (s[state.UP_COMPLETE] === 0) return Number.NaN;
    return this.#growthRatio(s[state.UP]!, x, s[state.UP_ALONE_Y]!);
  }

  /**
   * Capture over the periods with a falling benchmark; {@link CaptureMethod} tells which those are.
   *
   * @param method - how returns are put together
   * @throws {@link MetricsError} `option-out-of-range`
   */
  downCapture(method: CaptureMethod = "cagr"): number {
    choiceOption("method", method, CAPTURE_METHODS);
    const s = this.#s;
    if (method === "arithmetic") return s[state.NOT_UP_X]! / s[state.NOT_UP_Y]!;
    // Periods with the benchmark at exactly 0 do not change its growth.
    if (method === "geometric") return (s[state.NOT_UP_GROWTH_X]! - 1) / (s[state.DOWN_GROWTH_Y]! - 1);
    if (s[state.DOWN_COMPLETE] === 0) return Number.NaN;
    return this.#growthRatio(s[state.DOWN]!, s[state.DOWN_GROWTH_X]!, s[state.DOWN_ALONE_Y]!);
  }
}
