import type { OrderType, TimeInForce } from "./new-order.ts";
import type { Side } from "./side.ts";

/** Where an open order is: at its price, or what it waits for. */
export type OrderStatus =
  | "resting"
  | "waiting-for-auction"
  | "waiting-for-trigger"
  | "waiting-for-close"
  | "waiting-for-reference"
  | "waiting-for-parent";

/** An order that is open in an engine. */
export interface OpenOrder {
  /** The id it was entered with. */
  readonly orderId: number;
  /** Index of its instrument. */
  readonly instrument: number;
  /** Which way it trades. */
  readonly side: Side;
  /** Where it is: at its price, or what it waits for. */
  readonly status: OrderStatus;
  /** What it is now: `limit` for an order that became one, such as a stop-limit order that was triggered. */
  readonly type: OrderType;
  /** As it was entered; `auction` for a market order that waits for one. */
  readonly timeInForce: TimeInForce;
  /** Where it rests, in ticks; `undefined` while it waits. */
  readonly price: number | undefined;
  /** At which last price it is triggered, in ticks, while it waits for that. */
  readonly triggerPrice: number | undefined;
  /** All that is open, in lots (FIX 151 LeavesQty). */
  readonly leavesQuantity: number;
  /** What of it is shown, in lots. */
  readonly displayedQuantity: number;
  /** What traded so far, in lots (FIX 14 CumQty). */
  readonly filledQuantity: number;
}
