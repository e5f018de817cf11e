import { where } from "./benchmark.ts";
import { growthOf, meanOf } from "./moments.ts";
import { choiceOption, periodsPerYearOf } from "./options.ts";
import { cagr } from "./returns.ts";
import { pairs, type Series } from "./series.ts";

/**
 * How returns of several periods are put together.
 *
 * - `cagr`: ratio of the CAGRs, in which missing periods count; up is a benchmark above 0, down below 0 (empyrical)
 * - `arithmetic`: ratio of mean returns; up is a benchmark above 0, down 0 or below (PerformanceAnalytics)
 * - `geometric`: ratio of cumulative returns, split as `arithmetic`
 */
export type CaptureMethod = "cagr" | "arithmetic" | "geometric";

/** Options of the capture ratios. */
export interface CaptureOptions {
  /** How returns are put together; `cagr` unless told. */
  readonly method?: CaptureMethod;
  /** Periods in a year, used by `cagr`; 252 unless told. */
  readonly periodsPerYear?: number;
}

const METHODS: readonly CaptureMethod[] = ["cagr", "arithmetic", "geometric"];

function capturedIn(
  returns: Series,
  benchmark: Series,
  options: CaptureOptions,
  passes: (market: number, method: CaptureMethod) => boolean,
): number {
  const method = choiceOption("method", options.method ?? "cagr", METHODS);
  const periodsPerYear = periodsPerYearOf(options);
  const { x, y } = where(pairs(returns, benchmark), (market) => passes(market, method));
  if (method === "arithmetic") return meanOf(x) / meanOf(y);
  if (method === "geometric") return x.length === 0 ? Number.NaN : (growthOf(x) - 1) / (growthOf(y) - 1);
  const [own, market]: [number[], number[]] = [[], []];
  for (let index = 0; index < benchmark.length; index++) {
    if (passes(benchmark[index]!, method)) {
      own.push(returns[index]!);
      market.push(benchmark[index]!);
    }
  }
  return cagr(own, { periodsPerYear }) / cagr(market, { periodsPerYear });
}

/**
 * Capture ratio: return of the portfolio over that of the benchmark, by `method`.
 *
 * @param returns - simple period returns
 * @param benchmark - returns of the same periods; but for `cagr`, a period that lacks either is dropped
 * @returns `NaN` for no periods
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`, `option-out-of-range`
 * @see empyrical `capture`
 */
export function capture(returns: Series, benchmark: Series, options: CaptureOptions = {}): number {
  return capturedIn(returns, benchmark, options, () => true);
}

/**
 * Capture ratio over the periods with a benchmark return above 0.
 *
 * @param returns - simple period returns
 * @param benchmark - returns of the same periods
 * @returns `NaN` without such periods
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`, `option-out-of-range`
 * @see Bacon (2008), section 4.10; empyrical `up_capture`
 */
export function upCapture(returns: Series, benchmark: Series, options: CaptureOptions = {}): number {
  return capturedIn(returns, benchmark, options, (market) => market > 0);
}

/**
 * Capture ratio over the periods with a falling benchmark; {@link CaptureMethod} tells which those are.
 *
 * @param returns - simple period returns
 * @param benchmark - returns of the same periods
 * @returns `NaN` without such periods
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`, `option-out-of-range`
 * @see Bacon (2008), section 4.10; empyrical `down_capture`
 */
export function downCapture(returns: Series, benchmark: Series, options: CaptureOptions = {}): number {
  return capturedIn(returns, benchmark, options, (market, method) =>
    method === "cagr" ? market < 0 : market <= 0,
  );
}
