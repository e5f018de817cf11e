/**
 * Why a call was refused.
 *
 * - `invalid-field`: a field is missing, malformed, negative where it may not be, or of an unknown kind
 * - `too-many-decimals`: the value is finer than the ledger's quantity or money unit
 * - `number-range`: a value or sum of `PlainLots` left the range of safe integers
 * - `duplicate-id`: an event with this id was already applied
 * - `unknown-event`: `amend` or `withdraw` names an id that was never applied
 * - `out-of-order`: the date is before the last event's; submit it with `applyLate`
 * - `unknown-account`: the account is not among the ledger's accounts
 * - `unknown-lot`: the position has no open lot with that id
 * - `not-enough`: more is sold, covered or moved than is open
 * - `wrong-side`: a short would be opened in a retirement account
 * - `late-identification`: lots were identified after the time the law allows (26 CFR 1.1012-1(c))
 * - `missing-identification`: a sale names lots without the date on which they were identified, and must
 * - `average-not-allowed`: average cost for something that is not a fund or reinvestment plan
 * - `mixed-currencies`: an event is in another currency than the ledger
 * - `bad-row`: an imported row cannot be read
 * - `bad-file`: an imported file is not of the stated format
 * - `bad-usage`: the command line cannot be understood
 */
export type TaxErrorCode =
  | "invalid-field"
  | "too-many-decimals"
  | "number-range"
  | "duplicate-id"
  | "unknown-event"
  | "out-of-order"
  | "unknown-account"
  | "unknown-lot"
  | "not-enough"
  | "wrong-side"
  | "late-identification"
  | "missing-identification"
  | "average-not-allowed"
  | "mixed-currencies"
  | "bad-row"
  | "bad-file"
  | "bad-usage";

/** Where the fault lies. */
export interface TaxErrorPlace {
  /** The event's id. */
  readonly event?: string;
  /** The field of the event or the column of the row. */
  readonly field?: string;
  /** The row of an imported file, counted from 1 with the header. */
  readonly row?: number;
  /** The law or ruling behind the refusal. */
  readonly rule?: string;
}

/** The one error this package throws. A refused call has changed nothing. */
export class TaxError extends Error {
  /** Marks the class across module builds; see {@link isTaxError}. */
  readonly tag = "exchange-kit/TaxError" as const;
  /** What kind of fault it is. */
  readonly code: TaxErrorCode;
  /** Where it lies. */
  readonly place: TaxErrorPlace;
  /** The message without place and rule. */
  readonly reason: string;

  /**
   * @param code - what kind of fault it is
   * @param message - the thing, the rule and the value
   * @param place - where it lies
   */
  constructor(code: TaxErrorCode, message: string, place: TaxErrorPlace = {}) {
    const where = [
      place.row === undefined ? "" : `row ${place.row}`,
      place.event === undefined ? "" : `event ${place.event}`,
      place.field ?? "",
    ].filter((part) => part !== "");
    const rule = place.rule === undefined ? "" : ` (${place.rule})`;
    super(`${where.length > 0 ? `${where.join(", ")}: ` : ""}${message}${rule}`);
    this.name = "TaxError";
    this.code = code;
    this.place = place;
    this.reason = message;
  }
}

/** Tells whether something caught is a {@link TaxError}, whichever build of the package threw it. */
export function isTaxError(error: unknown): error is TaxError {
  return (error as { tag?: unknown } | null)?.tag === "exchange-kit/TaxError";
}
