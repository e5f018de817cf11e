/**
 * Why a call was refused by an exception; a refused order is a return code instead, see {@link RejectCode}.
 *
 * - `invalid-argument`: a value outside its documented range
 * - `unknown-id`: an instrument, node, session, currency or name that was never added
 * - `contradictory-limits`: two limits that cannot hold together; `limits` names both
 * - `invalid-series`: a series that is empty, too short, or holds NaN or an infinity
 * - `mismatched-series`: series, weights or matrices whose sizes differ
 * - `not-positive-semidefinite`: a covariance that no random variables have
 * - `no-solution`: a solver found no answer, such as an implied volatility for a price outside the arbitrage bounds
 * - `invalid-snapshot`: a snapshot of another version or shape
 * - `worker-failed`: a worker thread ended with an error
 */
export type RiskErrorCode =
  | "invalid-argument"
  | "unknown-id"
  | "contradictory-limits"
  | "invalid-series"
  | "mismatched-series"
  | "not-positive-semidefinite"
  | "no-solution"
  | "invalid-snapshot"
  | "worker-failed";

/** What may be attached to a {@link RiskError}. */
export interface RiskErrorDetails {
  /** The two limits that contradict each other. */
  readonly limits?: readonly [string, string];
  /** The value that was refused. */
  readonly value?: unknown;
  /** Where: an index in a series, a row of a matrix. */
  readonly index?: number;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/** The one exception class of this package. Test it with {@link isRiskError}, not with `instanceof`. */
export class RiskError extends Error {
  /** Always `"RiskError"`: the tag that {@link isRiskError} looks at. */
  override readonly name = "RiskError" as const;
  /** What went wrong. */
  readonly code: RiskErrorCode;
  /** The two limits that contradict each other, else `undefined`. */
  readonly limits: readonly [string, string] | undefined;
  /** The refused value, else `undefined`. */
  readonly value: unknown;
  /** The index at fault, else `undefined`. */
  readonly index: number | undefined;

  /**
   * @param code - what went wrong
   * @param message - names the thing, the rule and the value
   * @param details - the offending values
   */
  constructor(code: RiskErrorCode, message: string, details: RiskErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.limits = details.limits;
    this.value = details.value;
    this.index = details.index;
  }
}

/**
 * Tells whether an error came from this package, whichever build (ESM or CommonJS) threw it.
 *
 * @param error - anything that was caught
 */
export function isRiskError(error: unknown): error is RiskError {
  return typeof error === "object" && error !== null && (error as { name?: unknown }).name === "RiskError";
}
