/**
 * What went wrong when a caller broke the venue's contract (a refused order is an event, not an error):
 *
 * - `invalid-config`: the configuration contradicts itself; `message` names the entry and the rule
 * - `invalid-command`: a command that no gateway may build (an unknown type, a time that is no safe integer)
 * - `invalid-snapshot`: bytes that are damaged, or not a snapshot of this version
 * - `config-mismatch`: a snapshot of a venue with another configuration
 * - `buffer-too-small`: a command does not fit into the room that is left
 * - `malformed-command`: bytes that are not an encoded command
 * - `ledger-imbalance`: the ledgers do not sum to zero: a defect of the venue, after which it must not go on
 */
export type VenueErrorCode =
  | "invalid-config"
  | "invalid-command"
  | "invalid-snapshot"
  | "config-mismatch"
  | "buffer-too-small"
  | "malformed-command"
  | "ledger-imbalance";

/** Thrown for a broken contract; test with {@link isVenueError}. */
export class VenueError extends Error {
  override readonly name = "VenueError";
  readonly code: VenueErrorCode;

  constructor(code: VenueErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether something thrown is a {@link VenueError}. */
export function isVenueError(error: unknown): error is VenueError {
  return error instanceof Error && error.name === "VenueError";
}
