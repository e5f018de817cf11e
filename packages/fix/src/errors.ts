/**
 * Every reason for which a call into this package throws.
 *
 * - `dictionary-invalid`: a dictionary names a field, component or type that it does not define
 * - `unknown-field`: a field name that the dictionary does not have
 * - `value-invalid`: a value that no FIX field can carry (SOH inside, character above U+00FF, empty, unsafe number)
 * - `buffer-too-small`: the caller's buffer has no room for the message
 * - `option-invalid`: an option outside its range
 * - `state-invalid`: a call that the present state does not allow (such as `commit` without `begin`)
 * - `store-corrupt`: a store's file is not of its format
 * - `xml-invalid`: text that is not a dictionary in QuickFIX's format or FIX Orchestra
 */
export type FixErrorCode =
  | "dictionary-invalid"
  | "unknown-field"
  | "value-invalid"
  | "buffer-too-small"
  | "option-invalid"
  | "state-invalid"
  | "store-corrupt"
  | "xml-invalid";

/** The one class this package throws; test for it with {@link isFixError}. */
export class FixError extends Error {
  /** Marks the class across builds, where `instanceof` does not work. */
  readonly kind = "FixError" as const;
  /** What went wrong, stable across releases. */
  readonly code: FixErrorCode;
  /** The tag concerned, 0 when there is none. */
  readonly tag: number;

  /**
   * @param code - what went wrong
   * @param message - the thing, the rule and the value
   * @param tag - the tag concerned, 0 for none
   */
  constructor(code: FixErrorCode, message: string, tag = 0) {
    super(message);
    this.name = "FixError";
    this.code = code;
    this.tag = tag;
  }
}

/**
 * Tells whether a caught value was thrown by this package, from whichever of its builds.
 *
 * @param error - anything caught
 */
export function isFixError(error: unknown): error is FixError {
  return typeof error === "object" && error !== null && (error as { kind?: unknown }).kind === "FixError";
}
