/**
 * How a caller broke the contract of an engine:
 *
 * - `invalid-option`: an option given to a constructor is not of its type or range
 * - `invalid-time`: a time is not a safe integer of at least 0
 * - `time-goes-back`: a time is before the one given last
 * - `invalid-phase`: a phase is none
 * - `invalid-snapshot`: bytes given to `restore` are not a snapshot of this version, or not of these instruments
 * - `not-empty`: the engine that a snapshot is restored into has open orders
 * - `invalid-journal`: bytes given to a journal reader are not a journal of this version
 */
export type EngineErrorCode =
  | "invalid-option"
  | "invalid-time"
  | "time-goes-back"
  | "invalid-phase"
  | "invalid-snapshot"
  | "not-empty"
  | "invalid-journal";

/** A broken contract; what a trader does wrong is a `rejected` event instead. Recognise it by {@link isEngineError}. */
export class EngineError extends Error {
  /** Always `"EngineError"`. */
  override readonly name: "EngineError";
  /** What was wrong. */
  readonly code: EngineErrorCode;

  /** @param message - names the thing, the rule and the value */
  constructor(code: EngineErrorCode, message: string) {
    super(message);
    // Here and not in the field: the CommonJS build cannot carry an initialiser through minified syntax.
    this.name = "EngineError";
    this.code = code;
  }
}

/** Whether a caught value is an {@link EngineError}, of whichever build of this package. */
export function isEngineError(error: unknown): error is EngineError {
  return error instanceof Error && error.name === "EngineError";
}
