import { build, type Histogram } from "hdr-histogram-js";
import { MetricsError } from "../errors.ts";

/** Range and precision of a {@link LatencyRecorder}. */
export interface LatencyOptions {
  /** Longest latency told apart, in nanoseconds; longer ones count as this. 60 s unless told, at least 2. */
  readonly highestNanos?: number;
  /** Significant decimal digits kept of each latency, 1 to 5; 3 unless told. More digits need more memory. */
  readonly significantDigits?: number;
  /**
   * Interval in nanoseconds at which requests were meant to be sent. When given, a latency longer than it also counts
   * the requests that could not be sent meanwhile (coordinated omission). Off unless told.
   */
  readonly expectedIntervalNanos?: number;
}

/** Latencies of everything recorded, in nanoseconds; every figure is `NaN` when nothing was. */
export interface LatencySummary {
  /** Latencies counted, those added for coordinated omission included. */
  readonly count: number;
  /** Shortest. */
  readonly minimum: number;
  /** Arithmetic mean. */
  readonly mean: number;
  /** Median. */
  readonly p50: number;
  /** 90th percentile. */
  readonly p90: number;
  /** 99th percentile. */
  readonly p99: number;
  /** 99.9th percentile. */
  readonly p999: number;
  /** 99.99th percentile. */
  readonly p9999: number;
  /** Longest, exact unless it was above `highestNanos`. */
  readonly maximum: number;
  /** Latencies above `highestNanos`, counted as that. */
  readonly clipped: number;
}

function refuse(argument: string, rule: string, value: unknown): never {
  throw new MetricsError("option-out-of-range", `${argument} must be ${rule}, was ${String(value)}`, {
    argument,
    value,
  });
}

/**
 * High dynamic range histogram of latencies: constant memory, constant time to record, percentiles exact to a number
 * of digits over the whole range. The counting is done by HdrHistogram (hdr-histogram-js, an optional peer dependency
 * that has to be installed for this entry).
 *
 * @see Tene, HdrHistogram; "How NOT to measure latency" on coordinated omission
 */
export class LatencyRecorder {
  readonly #histogram: Histogram;
  readonly #highest: number;
  readonly #interval: number;
  readonly #digits: 1 | 2 | 3 | 4 | 5;
  #clipped = 0;
  #exactMaximum = 0;
  #exactMinimum = Infinity;

  /**
   * @param options - checked once, here
   * @throws {@link MetricsError} `option-out-of-range`
   */
  constructor(options: LatencyOptions = {}) {
    const highest = options.highestNanos ?? 60e9;
    if (!(Number.isSafeInteger(highest) && highest >= 2 && highest <= 2 ** 52))
      refuse("highestNanos", "an integer from 2 to 2^52", highest);
    const digits = options.significantDigits ?? 3;
    if (!(Number.isInteger(digits) && digits >= 1 && digits <= 5))
      refuse("significantDigits", "an integer from 1 to 5", digits);
    const interval = options.expectedIntervalNanos ?? 0;
    if (!(Number.isSafeInteger(interval) && interval >= 0))
      refuse("expectedIntervalNanos", "an integer, 0 or more", interval);
    this.#highest = highest;
    this.#interval = interval;
    this.#digits = digits as 1 | 2 | 3 | 4 | 5;
    this.#histogram = build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: highest,
      numberOfSignificantValueDigits: this.#digits,
      autoResize: false,
      bitBucketSize: 64,
      useWebAssembly: false,
    });
  }

  /**
   * Records one latency; fractions of a nanosecond are dropped.
   *
   * @param nanos - 0 or more
   * @throws {@link MetricsError} `not-finite` for `NaN`, an infinite or a negative latency
   */
  record(nanos: number): void {
    if (!(nanos >= 0 && nanos < Infinity)) {
      throw new MetricsError("not-finite", `nanos must be a finite latency from 0 on, was ${String(nanos)}`, {
        argument: "nanos",
        value: nanos,
      });
    }
    let whole = Math.floor(nanos);
    if (whole > this.#highest) {
      whole = this.#highest;
      this.#clipped++;
    }
    if (whole > this.#exactMaximum) this.#exactMaximum = whole;
    if (whole < this.#exactMinimum) this.#exactMinimum = whole;
    if (this.#interval === 0) this.#histogram.recordValue(whole);
    else {
      this.#histogram.recordValueWithExpectedInterval(whole, this.#interval);
      // The requests held up meanwhile were counted with what was left of the wait for each.
      if (whole > this.#interval) {
        const shortest = whole - Math.floor((whole - this.#interval) / this.#interval) * this.#interval;
        if (shortest < this.#exactMinimum) this.#exactMinimum = shortest;
      }
    }
  }

  /**
   * Adds everything that another recorder has seen.
   *
   * @param other - with the same range and precision; left as it is
   * @throws {@link MetricsError} `options-differ`
   */
  merge(other: LatencyRecorder): void {
    if (other.#highest !== this.#highest || other.#digits !== this.#digits) {
      throw new MetricsError(
        "options-differ",
        `highestNanos and significantDigits must be ${this.#highest} and ${this.#digits} in both recorders, were ${other.#highest} and ${other.#digits}`,
        { argument: "other", value: other.#highest },
      );
    }
    this.#histogram.add(other.#histogram);
    this.#clipped += other.#clipped;
    this.#exactMaximum = Math.max(this.#exactMaximum, other.#exactMaximum);
    this.#exactMinimum = Math.min(this.#exactMinimum, other.#exactMinimum);
  }

  /** Forgets everything but the options. */
  reset(): void {
    this.#histogram.reset();
    this.#clipped = 0;
    this.#exactMaximum = 0;
    this.#exactMinimum = Infinity;
  }

  /** Latencies counted. */
  get count(): number {
    return this.#histogram.totalCount;
  }

  /**
   * Latency that this share of all did not exceed.
   *
   * @param percent - 0 to 100, such as 99.9
   * @returns nanoseconds, to the significant digits asked for; `NaN` when nothing was recorded
   * @throws {@link MetricsError} `option-out-of-range`
   */
  percentile(percent: number): number {
    if (!(percent >= 0 && percent <= 100)) refuse("percent", "from 0 to 100", percent);
    if (this.count === 0) return Number.NaN;
    const value = this.#histogram.getValueAtPercentile(percent);
    return Math.max(this.#exactMinimum, Math.min(value, this.#exactMaximum));
  }

  /** The usual figures. */
  summary(): LatencySummary {
    const isEmpty = this.count === 0;
    return {
      count: this.count,
      minimum: isEmpty ? Number.NaN : this.#exactMinimum,
      mean: isEmpty ? Number.NaN : this.#histogram.mean,
      p50: this.percentile(50),
      p90: this.percentile(90),
      p99: this.percentile(99),
      p999: this.percentile(99.9),
      p9999: this.percentile(99.99),
      maximum: isEmpty ? Number.NaN : this.#exactMaximum,
      clipped: this.#clipped,
    };
  }
}
