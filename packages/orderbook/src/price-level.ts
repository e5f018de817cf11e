import type { LimitState } from "./engine-listener.ts";

/** What rests at one price, hidden orders too. */
export interface LevelStatistics {
  /** How many orders rest there. */
  readonly orders: number;
  /** How many of them show something. */
  readonly shownOrders: number;
  /** Lots that are shown. */
  readonly shownQuantity: number;
  /** All lots, reserves and hidden orders included. */
  readonly quantity: number;
  /** Largest open quantity of one order, in lots. */
  readonly largestQuantity: number;
  /** The order that trades first. */
  readonly firstOrderId: number;
}

/** The limits of an instrument now, see {@link PriceLimits}. */
export interface CurrentPriceLimits {
  /** Lowest price at which it trades, in ticks. */
  readonly lower: number;
  /** Highest price at which it trades, in ticks. */
  readonly upper: number;
  /** Whether the best bid or offer stands at one of them. */
  readonly state: LimitState;
}

/**
 * Receives an order of a walk over a book.
 *
 * @param quantity - all that is open of it, in lots
 * @param displayed - what of that is shown, in lots
 */
export type OrderVisitor = (
  orderId: number,
  price: number | undefined,
  quantity: number,
  displayed: number,
) => void;
