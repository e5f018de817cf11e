import type { GainLine, Wash } from "../lines/line.ts";

/**
 * Hears what events do to report lines, as they do it. Calls come during `apply`, after the ledger has changed; for
 * one event first the lines it adds, then the washes it causes.
 */
export interface TaxListener {
  /** A disposal added a line. */
  lineAdded?(line: GainLine): void;
  /**
   * Part of a line's loss was disallowed: by an earlier purchase when the line is new, else by the purchase that
   * was just applied. Losses of an order's fills are tested once the next event shows that the order is complete.
   *
   * @param line - the line as it reads with the wash
   * @param wash - the part that was replaced
   */
  lineWashed?(line: GainLine, wash: Wash): void;
  /** A late, amended or withdrawn event changed the history: every line is to be read again. */
  restated?(): void;
}
