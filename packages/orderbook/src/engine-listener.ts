import type { EngineRejectReason } from "./engine-reject-reason.ts";
import type { Phase } from "./instrument-options.ts";
import type { Side } from "./side.ts";

/**
 * Why an order ended without trading all of it (FIX 378 ExecRestatementReason, 150 ExecType):
 *
 * - `requested`: by {@link MatchingEngine.cancel}, or reduced or amended to nothing
 * - `mass-cancel`: by {@link MatchingEngine.cancelAll}
 * - `replaced`: an order of the same id with new terms follows at once
 * - `unfilled`: it could not trade and must not rest: market, `ioc`, `fok`, minimum quantity not reached
 * - `expired`: its `gtd` time came, the day ended, or the auction that it was for is over
 * - `self-trade`: self-trade prevention; the quantity of orders that are only made smaller comes as `reduced`
 * - `repriced`: the engine moves it: a pegged order, or one outside new price limits; it follows at once, at another price
 *   or held
 * - `contingency`: another order of its list traded, or the one that it depended on ended
 * - `disconnected`: by {@link MatchingEngine.disconnect}
 */
export type CancelReason =
  | "requested"
  | "mass-cancel"
  | "replaced"
  | "unfilled"
  | "expired"
  | "self-trade"
  | "repriced"
  | "contingency"
  | "disconnected";

/**
 * Whether an instrument is in a limit state: `up` when the best bid stands at the upper limit, `down` when the best offer
 * stands at the lower one.
 */
export type LimitState = "none" | "up" | "down";

/**
 * Receives what happens in an engine, as it happens and in order. Calls are synchronous: a listener must not call back
 * into the engine. Prices are in ticks, quantities in lots, `instrument` is the index given to the constructor.
 */
export interface EngineListener {
  /**
   * An order, or what is left of it, now rests at the back of the queue of its price.
   *
   * @param quantity - all that is open of it
   * @param displayed - what of that is shown: less for an iceberg, 0 for a hidden order
   */
  added(
    instrument: number,
    orderId: number,
    side: Side,
    price: number,
    quantity: number,
    displayed: number,
  ): void;
  /** An order was taken but is not at a price: it waits for its trigger, or for an auction. */
  held(instrument: number, orderId: number, side: Side, quantity: number): void;
  /** A waiting order met its trigger and now acts as a new market or limit order. */
  triggered(instrument: number, orderId: number): void;
  /**
   * Two orders traded in continuous trading, at the resting order's price.
   *
   * @param makerLeaves - open quantity of the resting order after the trade; at 0 it has left the book
   */
  traded(
    instrument: number,
    makerId: number,
    takerId: number,
    takerSide: Side,
    price: number,
    quantity: number,
    makerLeaves: number,
  ): void;
  /** Two orders traded in an auction, at the auction's price; an order with nothing left has left the book. */
  crossed(
    instrument: number,
    buyId: number,
    sellId: number,
    price: number,
    quantity: number,
    buyLeaves: number,
    sellLeaves: number,
  ): void;
  /** A new part of an iceberg is shown, at the back of the queue of its price. */
  refreshed(instrument: number, orderId: number, displayed: number): void;
  /**
   * An order became smaller and kept its place in the queue; also an incoming order that self-trade prevention
   * decremented. An iceberg loses its reserve first.
   */
  reduced(instrument: number, orderId: number, leaves: number, displayed: number): void;
  /** An order ended with `quantity` of it open. */
  cancelled(instrument: number, orderId: number, quantity: number, reason: CancelReason): void;
  /** A command was refused; nothing changed. */
  rejected(instrument: number, orderId: number, reason: EngineRejectReason): void;
  /** An instrument is in a new phase; the trades of an uncrossing come before it. */
  phaseChanged(instrument: number, phase: Phase): void;
  /**
   * What the auction would be if the call ended now, when that changed since the last time: told when time moves on.
   *
   * @param price - in ticks, `undefined` when nothing would trade
   * @param volume - lots that would trade
   * @param imbalance - lots that find no counterpart at the price: positive to buy, negative to sell
   * @param farPrice - at which the orders that are for this auction only would trade among themselves, `undefined` when
   * they would not
   * @see {@link AuctionResult}, and Nasdaq's Net Order Imbalance Indicator, Equity 4, Rule 4752(a)(2)
   */
  indicative?(
    instrument: number,
    price: number | undefined,
    volume: number,
    imbalance: number,
    farPrice: number | undefined,
  ): void;
  /** An instrument entered or left a limit state, see {@link PriceLimits}. */
  limitStateChanged?(instrument: number, state: LimitState): void;
}
