/**
 * Why a call was refused.
 *
 * - `not-a-series`: the argument is not an array or typed array of numbers
 * - `not-finite`: a value is infinite, or is not a number at all (`NaN` means "missing" and is allowed)
 * - `below-minus-one`: a streamed return loses more than everything, after which wealth has no meaning
 * - `not-positive`: a price or an equity value is zero or negative
 * - `length-mismatch`: two series that belong together have different lengths
 * - `option-out-of-range`: an option is outside the range that its documentation gives
 * - `invalid-date`: a date is not a real day written `YYYY-MM-DD`
 * - `dates-not-ascending`: a date is before the one it follows
 * - `options-differ`: two accumulators with different options cannot be merged
 * - `collinear-factors`: factors of a regression are linear combinations of each other
 */
export type MetricsErrorCode =
  | "not-a-series"
  | "not-finite"
  | "below-minus-one"
  | "not-positive"
  | "length-mismatch"
  | "option-out-of-range"
  | "invalid-date"
  | "dates-not-ascending"
  | "options-differ"
  | "collinear-factors";

/** Where a {@link MetricsError} was found. */
export interface MetricsErrorDetails {
  /** Name of the argument or option. */
  readonly argument: string;
  /** Index in the series, where there is one. */
  readonly index?: number;
  /** The offending value, as it was given. */
  readonly value?: unknown;
}

const TAG = "@exchange-kit/metrics";

/** Thrown when an argument breaks the contract of a function. A measure that is merely undefined is `NaN`. */
export class MetricsError extends Error {
  /** Always `"MetricsError"`. */
  override readonly name: string = "MetricsError";
  /** Package that threw; what {@link isMetricsError} looks at, as classes differ between ESM and CommonJS. */
  readonly tag: string = TAG;
  /** Stable reason, see {@link MetricsErrorCode}. */
  readonly code: MetricsErrorCode;
  /** Name of the argument or option. */
  readonly argument: string;
  /** Index in the series, where there is one. */
  readonly index: number | undefined;
  /** The offending value, as it was given. */
  readonly value: unknown;

  /**
   * @param code - stable reason
   * @param message - the thing, the rule and the value
   * @param details - where it was found
   */
  constructor(code: MetricsErrorCode, message: string, details: MetricsErrorDetails) {
    super(message);
    this.code = code;
    this.argument = details.argument;
    this.index = details.index;
    this.value = details.value;
  }
}

/** True for errors thrown by this package, also those of its other build (ESM or CommonJS). */
export function isMetricsError(error: unknown): error is MetricsError {
  return typeof error === "object" && error !== null && (error as { tag?: unknown }).tag === TAG;
}
