/**
 * What went wrong:
 *
 * - `unknown-message-type` - there is no message of that type to encode
 * - `invalid-field` - a field's value does not fit its place on the wire (`field` names it)
 * - `no-room` - the target has too few bytes left
 * - `truncated` - a file or stream ends inside a frame (`offset` is the frame's)
 * - `lost-framing` - bytes that cannot begin a frame (`offset` is theirs)
 * - `not-a-capture` - a file is neither pcap nor pcapng, or a block of it lies about its length
 * - `bad-packet` - a packet is shorter than its header or its lengths say otherwise
 * - `oversized` - a message or packet is larger than the protocol or the configured limit allows
 * - `login-rejected` - the server refused the login (`reason` is its code)
 * - `timed-out` - the peer was silent for too long
 * - `protocol` - the peer sent what its state does not allow
 * - `slow-consumer` - the peer does not read, and what waits for it passed the limit
 * - `session-ended` - the session is over
 * - `not-open` - the session is not open for sending
 * - `invalid-option` - an option or argument is outside its documented range
 * - `unknown-order` - a report or command names an order that is not known
 * - `sequence-unavailable` - a wanted sequence number is no longer, or not yet, in the store
 */
export type ItchErrorCode =
  | "unknown-message-type"
  | "invalid-field"
  | "no-room"
  | "truncated"
  | "lost-framing"
  | "not-a-capture"
  | "bad-packet"
  | "oversized"
  | "login-rejected"
  | "timed-out"
  | "protocol"
  | "slow-consumer"
  | "session-ended"
  | "not-open"
  | "invalid-option"
  | "unknown-order"
  | "sequence-unavailable";

/** Where and what an {@link ItchError} is about; all optional. */
export interface ItchErrorDetails {
  /** Byte offset in the file or stream. */
  readonly offset?: number | undefined;
  /** Name of the field at fault. */
  readonly field?: string | undefined;
  /** Code given by the peer. */
  readonly reason?: string | undefined;
  /** What caused it. */
  readonly cause?: unknown;
}

/** The error class of this package. Tell it by {@link isItchError}, not by `instanceof`. */
export class ItchError extends Error {
  /** Always `ItchError`. */
  override readonly name = "ItchError";
  /** What went wrong. */
  readonly code: ItchErrorCode;
  /** Byte offset in the file or stream, where there is one. */
  readonly offset: number | undefined;
  /** Name of the field at fault, where there is one. */
  readonly field: string | undefined;
  /** Code given by the peer, where there is one. */
  readonly reason: string | undefined;

  /**
   * @param code - what went wrong
   * @param message - names the thing, the rule and the value
   * @param details - where it happened
   */
  constructor(code: ItchErrorCode, message: string, details: ItchErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.offset = details.offset;
    this.field = details.field;
    this.reason = details.reason;
  }
}

/** True for an {@link ItchError} of any copy of this package. */
export function isItchError(error: unknown): error is ItchError {
  return typeof error === "object" && error !== null && (error as { name?: unknown }).name === "ItchError";
}
