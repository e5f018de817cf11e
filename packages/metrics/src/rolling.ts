import type { AlphaBeta } from "./benchmark.ts";
import { BenchmarkAccumulator, type BenchmarkAccumulatorOptions } from "./benchmark-accumulator.ts";
import * as benchmarkState from "./benchmark-state.ts";
import { integerOption } from "./options.ts";
import { checkStreamed, PerformanceAccumulator, type PerformanceOptions } from "./performance-accumulator.ts";
import * as performanceState from "./performance-state.ts";
import { checkSameLength, checkSeries, type Series } from "./series.ts";
import { SlidingWindow } from "./sliding-window.ts";

/** Longest window, a bound on memory: two states of 28 numbers are kept for each period. */
const LONGEST_WINDOW = 1_000_000;

/** Performance over the last periods of a stream: every figure of {@link PerformanceAccumulator}, O(1) amortised. */
export class RollingPerformance {
  /** Figures of the current window; the same object all the time, not to be added to. */
  readonly current: Omit<PerformanceAccumulator, "add" | "merge" | "reset">;
  readonly #window: SlidingWindow;
  readonly #mar: number;

  /**
   * @param window - periods in the window, missing ones included, 1 to 1,000,000
   * @param options - as for the accumulator
   * @throws {@link MetricsError} `option-out-of-range`
   */
  constructor(window: number, options: PerformanceOptions = {}) {
    integerOption("window", window, 1, LONGEST_WINDOW);
    const { emptyState, clear, merge } = performanceState;
    this.#window = new SlidingWindow(window, emptyState, clear, merge);
    const view = new PerformanceAccumulator(options, this.#window.whole);
    this.current = view;
    this.#mar = view.options.marPerPeriod;
  }

  /** True once as many periods as the window holds have come. */
  get isFull(): boolean {
    return this.#window.isFull;
  }

  /**
   * Takes in the return of the next period, `NaN` where it is missing, and drops the oldest of a full window.
   *
   * @param value - simple return, −1 or more
   * @throws {@link MetricsError} `not-finite`, `below-minus-one`; nothing changes then
   */
  push(value: number): void {
    checkStreamed(value, "value");
    this.#window.push((state) => performanceState.add(state, value, this.#mar));
  }
}

/** Performance against a benchmark over the last periods: every figure of {@link BenchmarkAccumulator}. */
export class RollingBenchmark {
  /** Figures of the current window; the same object all the time, not to be added to. */
  readonly current: Omit<BenchmarkAccumulator, "add" | "merge" | "reset">;
  readonly #window: SlidingWindow;

  /**
   * @param window - periods in the window, incomplete ones included, 1 to 1,000,000
   * @param options - as for the accumulator
   * @throws {@link MetricsError} `option-out-of-range`
   */
  constructor(window: number, options: BenchmarkAccumulatorOptions = {}) {
    integerOption("window", window, 1, LONGEST_WINDOW);
    const { emptyState, clear, merge } = benchmarkState;
    this.#window = new SlidingWindow(window, emptyState, clear, merge);
    this.current = new BenchmarkAccumulator(options, this.#window.whole);
  }

  /** True once as many periods as the window holds have come. */
  get isFull(): boolean {
    return this.#window.isFull;
  }

  /**
   * Takes in the returns of the next period and drops the oldest of a full window.
   *
   * @param value - simple return, −1 or more; `NaN` where it is missing
   * @param benchmark - that of the benchmark
   * @throws {@link MetricsError} `not-finite`, `below-minus-one`; nothing changes then
   */
  push(value: number, benchmark: number): void {
    checkStreamed(value, "value");
    checkStreamed(benchmark, "benchmark");
    this.#window.push((state) => benchmarkState.add(state, value, benchmark));
  }
}

function roll(
  returns: Series,
  window: number,
  options: PerformanceOptions,
  figure: (current: RollingPerformance["current"]) => number,
): Float64Array {
  checkSeries(returns, "returns");
  const rolling = new RollingPerformance(window, options);
  const result = new Float64Array(Math.max(0, returns.length - window + 1));
  for (let index = 0; index < returns.length; index++) {
    rolling.push(returns[index]!);
    if (index >= window - 1) result[index - window + 1] = figure(rolling.current);
  }
  return result;
}

/**
 * Sharpe ratio of every full window.
 *
 * @param returns - simple period returns, −1 or more; missing ones are dropped within their windows
 * @param window - periods in a window
 * @returns returns.length − window + 1 values, the first for the window that ends at index window − 1
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `below-minus-one`, `option-out-of-range`
 * @see empyrical `roll_sharpe_ratio`
 */
export function rollingSharpe(
  returns: Series,
  window: number,
  options: PerformanceOptions = {},
): Float64Array {
  return roll(returns, window, options, (current) => current.sharpe);
}

/**
 * Sortino ratio of every full window; shape and errors as {@link rollingSharpe}.
 *
 * @param returns - simple period returns, −1 or more
 * @param window - periods in a window
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `below-minus-one`, `option-out-of-range`
 */
export function rollingSortino(
  returns: Series,
  window: number,
  options: PerformanceOptions = {},
): Float64Array {
  return roll(returns, window, options, (current) => current.sortino);
}

/**
 * Annualised volatility of every full window; shape and errors as {@link rollingSharpe}.
 *
 * @param returns - simple period returns, −1 or more
 * @param window - periods in a window
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `below-minus-one`, `option-out-of-range`
 */
export function rollingVolatility(
  returns: Series,
  window: number,
  options: PerformanceOptions = {},
): Float64Array {
  return roll(returns, window, options, (current) => current.annualVolatility);
}

/**
 * Maximum drawdown within every full window, each starting with fresh capital; shape and errors as
 * {@link rollingSharpe}.
 *
 * @param returns - simple period returns, −1 or more
 * @param window - periods in a window
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `below-minus-one`, `option-out-of-range`
 * @see empyrical `roll_max_drawdown`
 */
export function rollingMaxDrawdown(returns: Series, window: number): Float64Array {
  return roll(returns, window, {}, (current) => current.maxDrawdown);
}

/**
 * Alpha and beta of every full window.
 *
 * @param returns - simple period returns, −1 or more
 * @param benchmark - returns of the same periods; a period that lacks either is dropped within its windows
 * @param window - periods in a window
 * @param options - periods in a year and risk-free return
 * @returns returns.length − window + 1 pairs
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`, `below-minus-one`,
 *   `option-out-of-range`
 * @see empyrical `roll_alpha_beta`
 */
export function rollingAlphaBeta(
  returns: Series,
  benchmark: Series,
  window: number,
  options: BenchmarkAccumulatorOptions = {},
): AlphaBeta[] {
  checkSeries(returns, "returns");
  checkSeries(benchmark, "benchmark");
  checkSameLength(returns, benchmark, "returns", "benchmark");
  const rolling = new RollingBenchmark(window, options);
  const result: AlphaBeta[] = [];
  for (let index = 0; index < returns.length; index++) {
    rolling.push(returns[index]!, benchmark[index]!);
    if (index >= window - 1) result.push({ alpha: rolling.current.alpha, beta: rolling.current.beta });
  }
  return result;
}

/**
 * Any measure of every full window, computed afresh in each: for measures without an O(1) form, such as quantiles.
 *
 * @param values - values of any kind
 * @param window - values in a window
 * @param measure - called with each window, a view that must not be changed or kept
 * @returns values.length − window + 1 values
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 */
export function rolling(
  values: Series,
  window: number,
  measure: (window: Float64Array) => number,
): Float64Array {
  checkSeries(values, "values");
  integerOption("window", window, 1, LONGEST_WINDOW);
  const all = Float64Array.from(values);
  const result = new Float64Array(Math.max(0, all.length - window + 1));
  for (let index = 0; index < result.length; index++)
    result[index] = measure(all.subarray(index, index + window));
  return result;
}
