/**
 * Codes of rejected templates (FAST 1.1, appendix 4).
 *
 * `S1` not well-formed or against the schema · `S2` operator does not fit the field's type · `S3` initial value cannot
 * be read as the field's type · `S4` constant without a value · `S5` mandatory default without a value.
 */
export type StaticErrorCode = "S1" | "S2" | "S3" | "S4" | "S5";

/**
 * Codes of messages that cannot be decoded or encoded (FAST 1.1, appendix 4).
 *
 * `D1` value does not fit the field's type · `D2` integer outside its type · `D3` decimal that its part operators cannot
 * carry · `D4` previous value is of another type · `D5` mandatory value absent, no previous one · `D6` mandatory value
 * absent, previous one empty · `D7` subtraction length longer than the previous value · `D8` static reference to a
 * template that does not exist · `D9` unknown template id · `D10` byte vector and string mixed · `D11` bad syntax of a
 * string for the field's type · `D12` block of no bytes.
 */
export type DynamicErrorCode =
  | "D1"
  | "D2"
  | "D3"
  | "D4"
  | "D5"
  | "D6"
  | "D7"
  | "D8"
  | "D9"
  | "D10"
  | "D11"
  | "D12";

/**
 * Codes of what is wrong but can be read (FAST 1.1, appendix 4). Decoding goes on.
 *
 * `R1` exponent outside −63…63 or decimal out of range after a delta · `R2` invalid UTF-8 (each bad part reads as U+FFFD) ·
 * `R3` character that ASCII does not have · `R4` integer outside its type after a delta · `R5` decimal that is not an
 * integer · `R6` integer longer than needed · `R7` presence map longer than needed · `R8` presence map with bits that
 * no field uses · `R9` string longer than needed. `R3` and `R5` occur only in encoding, where they are thrown.
 */
export type ReportCode = "R1" | "R2" | "R3" | "R4" | "R5" | "R6" | "R7" | "R8" | "R9";

/**
 * Codes of the guards that this package adds to the specification's.
 *
 * `string-too-long`, `too-many-elements`, `message-too-long`, `nesting-too-deep`: a limit of the options was passed ·
 * `truncated`: the frame, or the file, ended inside a message · `missing-field`: a mandatory field has no value to
 * encode · `not-encodable`: the operator cannot carry this value after the previous one · `unknown-template`: no
 * template of that name · `bad-option`: an option has no meaning.
 */
export type GuardCode =
  | "string-too-long"
  | "too-many-elements"
  | "message-too-long"
  | "nesting-too-deep"
  | "truncated"
  | "missing-field"
  | "not-encodable"
  | "unknown-template"
  | "bad-option";

/** Every value of {@link FastError.code}. */
export type FastErrorCode = StaticErrorCode | DynamicErrorCode | ReportCode | GuardCode;

/** One thing that is wrong in a set of templates. */
export interface TemplateIssue {
  /** What kind of error it is. */
  readonly code: StaticErrorCode;
  /** What is wrong, with the offending value. */
  readonly message: string;
  /** Template and fields down to the place, such as `MDIncRefresh/MDEntries/MDEntryPx`. */
  readonly path: string;
  /** Line of the template file, counted from 1; absent for templates built in code. */
  readonly line?: number;
}

/** What an error can say beside its code and message. */
export interface FastErrorDetails {
  /** Byte offset in the caller's data at which reading stopped. */
  readonly offset?: number;
  /** Byte offset in the caller's data of the message that failed. */
  readonly messageOffset?: number;
  /** The field concerned, as template/field/field. */
  readonly field?: string;
  /** Every error of a set of templates. */
  readonly issues?: readonly TemplateIssue[];
}

/**
 * The one error class of this package. Test it by {@link FastError.code} or with {@link isFastError}, never with
 * `instanceof`: the ESM and CommonJS builds hold different classes.
 */
export class FastError extends Error {
  /** Says that this is a FAST error, across builds of the package. */
  readonly tag: "FastError";
  /** What went wrong. */
  readonly code: FastErrorCode;
  /**
   * Byte offset at which reading stopped, from the start of the bytes given to a decoder, or of all bytes given to a
   * stream; `undefined` outside decoding.
   */
  offset: number | undefined;
  /** Byte offset of the failing message's first byte, counted in the same way. */
  messageOffset: number | undefined;
  /** The field concerned as `template/field/…`, when one is known. */
  readonly field: string | undefined;
  /** Every error found in a set of templates, in the order of the file; empty for other errors. */
  readonly issues: readonly TemplateIssue[];

  /**
   * @param code - what went wrong
   * @param message - the sentence a person reads
   * @param details - where
   */
  constructor(code: FastErrorCode, message: string, details: FastErrorDetails = {}) {
    super(`${code}: ${message}`);
    this.name = "FastError";
    this.tag = "FastError";
    this.code = code;
    this.offset = details.offset;
    this.messageOffset = details.messageOffset;
    this.field = details.field;
    this.issues = details.issues ?? [];
  }
}

/**
 * Tells whether a caught value is an error of this package.
 *
 * @param error - anything
 * @returns true for a {@link FastError} of any build of the package
 */
export function isFastError(error: unknown): error is FastError {
  return typeof error === "object" && error !== null && (error as { tag?: unknown }).tag === "FastError";
}
