import type { Side } from "./side.ts";

/** An order that is open in an engine. */
export interface OpenOrder {
  /** The id it was entered with. */
  readonly orderId: number;
  /** Index of its instrument. */
  readonly instrument: number;
  /** Which way it trades. */
  readonly side: Side;
  /** Where it rests, in ticks; `undefined` while it waits for its trigger or, as a market order, for an auction. */
  readonly price: number | undefined;
  /** All that is open, in lots (FIX 151 LeavesQty). */
  readonly leavesQuantity: number;
  /** What of it is shown, in lots. */
  readonly displayedQuantity: number;
  /** What traded so far, in lots (FIX 14 CumQty). */
  readonly filledQuantity: number;
}
