import type { Day } from "./dates.ts";
import type { Lot } from "./lot.ts";
import type { Units } from "./numbers.ts";

/** A washed part of a loss, as the engine keeps it. */
export interface WashState {
  /** Shares of the line. */
  readonly quantity: Units;
  readonly amount: Units;
  readonly lot: Lot;
  /** Account and symbol of the replacement on the day of the match. */
  readonly account: string;
  readonly symbol: string;
  readonly isPermanent: boolean;
}

/** What kind of disposal a line reports. */
export type LineKind =
  | "sale"
  | "short"
  | "cash-in-lieu"
  | "merger"
  | "return-of-capital"
  | "expiry"
  | "worthless"
  | "exercise";

/** A report line, as the engine keeps it; later purchases add to `disallowed` and `washes`. */
export interface LineState {
  readonly event: string;
  readonly kind: LineKind;
  readonly lot: Lot;
  readonly symbol: string;
  readonly account: string;
  readonly sold: Day;
  readonly heldFrom: Day;
  readonly quantity: Units;
  readonly proceeds: Units;
  readonly basis: Units;
  readonly isLong: boolean;
  /** Loss shares (of the line) that a purchase until `sold` + 30 days would wash. */
  exposed: Units;
  disallowed: Units;
  washQuantity: Units;
  permanent: Units;
  washes: readonly WashState[];
}
