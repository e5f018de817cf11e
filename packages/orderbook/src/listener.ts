import type { RejectReason } from "./reject-reason.ts";
import type { Side } from "./side.ts";

/**
 * Receives what happens in a book, as it happens and in order. The book calls it synchronously, so a listener must
 * not call back into the book. Prices are in ticks, quantities in lots.
 */
export interface OrderBookListener {
  /** An order, or what was left of it after trading, now rests at the back of the queue of its price. */
  added(orderId: number, side: Side, price: number, quantity: number): void;
  /**
   * Two orders traded, at the resting order's price.
   *
   * @param makerId - the order that was resting
   * @param takerId - the order that came in
   * @param takerSide - what the incoming order did: `buy` lifts an offer, `sell` hits a bid
   * @param makerLeaves - open quantity of the resting order after the trade; at 0 it has left the book
   */
  traded(
    makerId: number,
    takerId: number,
    takerSide: Side,
    price: number,
    quantity: number,
    makerLeaves: number,
  ): void;
  /** A resting order became smaller and kept its place in the queue. */
  reduced(orderId: number, leaves: number): void;
  /**
   * An order ended without trading `quantity` of it: it was cancelled, replaced (an `added` or trades of the same
   * id follow) or it was the rest of a market order that found no more to trade with.
   */
  cancelled(orderId: number, quantity: number): void;
  /** A command was refused; nothing changed. */
  rejected(orderId: number, reason: RejectReason): void;
}
