import type { Side } from "./side.ts";

/**
 * What an order asks for:
 *
 * - `limit`: trades at its price or better; the rest rests (FIX 40 OrdType=2)
 * - `market`: trades at any price, or up to `price` when one is given as protection; the rest is cancelled, and during
 *   a call it waits for the auction (OrdType=1; CME Rulebook "Market Order with Protection")
 * - `market-to-limit`: trades at the best opposite price; the rest becomes a limit order at that price (OrdType=K)
 * - `stop`: waits until a trade at `triggerPrice` or worse for its side, then is a market order (OrdType=3)
 * - `stop-limit`: the same, then a limit order at `price` (OrdType=4)
 * - `market-if-touched`: waits until a trade at `triggerPrice` or better for its side, then is a market order (OrdType=J)
 * - `limit-if-touched`: the same, then a limit order at `price`
 * - `trailing-stop`: a stop whose trigger follows the last price at a distance, `trailAmount` or `trailBasisPoints`, as
 *   long as that moves in the order's favour, and stays where it is otherwise (FIX 18 ExecInst=a, trailing stop peg)
 * - `trailing-stop-limit`: the same, then a limit order `limitOffset` behind the trigger
 * - `pegged`: a limit order whose price follows the best shown prices, see {@link NewOrder.peg} (OrdType=P)
 */
export type OrderType =
  | "limit"
  | "market"
  | "market-to-limit"
  | "stop"
  | "stop-limit"
  | "market-if-touched"
  | "limit-if-touched"
  | "trailing-stop"
  | "trailing-stop-limit"
  | "pegged";

/**
 * What a pegged order follows (FIX 1094 PegPriceType; Nasdaq Equity 4, Rule 4703(d)): `primary` the best shown price of
 * its own side (5), `market` that of the other side (4), `midpoint` the middle of both (2). Pegged orders are hidden and
 * are not themselves followed.
 */
export type Peg = "primary" | "market" | "midpoint";

/**
 * How the orders of a list depend on each other (FIX 1385 ContingencyType):
 *
 * - `one-cancels-other`: as soon as one trades, in part or in full, the others are cancelled (1)
 * - `one-updates-other`: what one trades is taken off the others (3, absolute quantity reduction)
 * - `one-triggers-other`: the first one acts; when it has traded in full the others act, when it ends otherwise they are
 *   cancelled (2)
 * - `bracket`: the first one acts; when it has traded in full the others, such as a profit target and a stop loss, act as
 *   `one-updates-other`
 */
export type Contingency = "one-cancels-other" | "one-updates-other" | "one-triggers-other" | "bracket";

/**
 * How long an order stays (FIX 59 TimeInForce):
 *
 * - `gtc`: until it is cancelled (1)
 * - `day`: until the phase becomes `closed` (0)
 * - `gtd`: until `expireTime` (6)
 * - `ioc`: trades at once what it can, the rest is cancelled (3)
 * - `fok`: trades at once and in full, at any prices within its limit, or not at all (4)
 * - `opg`: only for the opening auction: taken in `pre-open` and `opening-auction`, cancelled after the cross (2)
 * - `cls`: only for the closing auction: held until that call begins, cancelled after the cross (7)
 * - `auction`: only for the call that is on: cancelled after the cross (FIX 5.0 SP2: 10, good for auction)
 */
export type TimeInForce = "gtc" | "day" | "gtd" | "ioc" | "fok" | "opg" | "cls" | "auction";

/**
 * What happens when an order meets one of its own group, by the mode of the incoming order (FIX 5.0 SP2 2964
 * SelfMatchPreventionInstruction; Nasdaq Equity 4, Rule 4757(a)(4)):
 *
 * - `cancel-newest`: the incoming order is cancelled
 * - `cancel-oldest`: the resting order is cancelled and matching goes on
 * - `cancel-both`: both are cancelled
 * - `decrement`: both lose the smaller of the two quantities; nothing prints
 */
export type SelfTradeMode = "cancel-newest" | "cancel-oldest" | "cancel-both" | "decrement";

/** A new order of any type. Prices are in ticks, quantities in lots. */
export interface NewOrder {
  /** Index of the instrument, as given to the engine's constructor. */
  readonly instrument: number;
  /** 1 … 2^48 − 1; no order that is open has it. */
  readonly orderId: number;
  /** Which way it trades. */
  readonly side: Side;
  /** 1 … 2^30 − 1 lots (FIX 38 OrderQty). */
  readonly quantity: number;
  /** `limit` when left out. */
  readonly type?: OrderType;
  /**
   * Limit, −(2^30 − 1) … 2^30 − 1 ticks; for `market` and the orders that become one: protection; for `pegged`: the
   * price that it does not pass (FIX 44 Price).
   */
  readonly price?: number;
  /**
   * At which last price a waiting order is triggered (FIX 99 StopPx). For a trailing stop: where its trigger begins; at
   * the distance from the last price when left out.
   */
  readonly triggerPrice?: number;
  /** Distance of a trailing stop from the best last price since it was entered, in ticks, 1 or more (FIX 211). */
  readonly trailAmount?: number;
  /** The same as a share of that price, in hundredths of a percent, 1 … 10,000, rounded up to a tick. */
  readonly trailBasisPoints?: number;
  /** For `trailing-stop-limit`: how much worse than the trigger its limit is, in ticks, 0 or more. */
  readonly limitOffset?: number;
  /** For `pegged`: what it follows. */
  readonly peg?: Peg;
  /** For `pegged`: added to what it follows, in ticks, either sign; 0 when left out (FIX 211 PegOffsetValue). */
  readonly pegOffset?: number;
  /** `gtc` when left out. */
  readonly timeInForce?: TimeInForce;
  /** For `gtd`: first time, in the unit that the caller uses everywhere, at which it is gone (FIX 126 ExpireTime). */
  readonly expireTime?: number;
  /**
   * Lots that are shown; the rest is a reserve that refreshes them, each time at the back of the queue of the price
   * (FIX 1138 DisplayQty). 0 hides the order: at a price hidden orders trade after those that are shown (Nasdaq
   * Equity 4, Rule 4757(a)(1)(B)). All of it when left out.
   */
  readonly displayQuantity?: number;
  /**
   * For an iceberg: each refresh shows a random quantity from this one to `displayHighQuantity`, drawn by a generator
   * that begins with `randomSeed` (FIX 1084 DisplayMethod=3, 1085 DisplayLowQty; Nasdaq Equity 4, Rule 4703(h)).
   */
  readonly displayLowQuantity?: number;
  /** Most that a random refresh shows (FIX 1086 DisplayHighQty). */
  readonly displayHighQuantity?: number;
  /** Seed of the random refresh, 0 … 2^32 − 1: the same seed shows the same quantities. */
  readonly randomSeed?: number;
  /** Trades at least this, at once, or is cancelled; the rest goes on as usual (FIX 110 MinQty; CME, minimum quantity). */
  readonly minimumQuantity?: number;
  /**
   * Trades in full or not at all, and waits until it can (FIX 18 ExecInst=G, all or none). It is not shown, has no
   * standing before any other order at its price, and takes no part in auctions.
   */
  readonly allOrNone?: boolean;
  /** For `fok`: all of it at the best opposite price, none at a worse one. */
  readonly singlePrice?: boolean;
  /**
   * The order must not take (FIX 18 ExecInst=6, participate don't initiate): `reject` refuses one that would, `slide`
   * moves its price one tick behind the best opposite price.
   */
  readonly postOnly?: "reject" | "slide";
  /** Who owns it: a safe integer 0 … 2^31 − 1, for mass cancel; 0 when left out. */
  readonly account?: number;
  /** The connection it came by: the same range, for cancel on disconnect; 0 when left out. */
  readonly session?: number;
  /** Orders of one group, 1 … 2^31 − 1, do not trade with each other in continuous trading; 0 is no group. */
  readonly selfTradeGroup?: number;
  /** `cancel-newest` when left out. */
  readonly selfTradeMode?: SelfTradeMode;
}

/** Which orders a mass cancel takes; what is left out matches every order (FIX 530 MassCancelRequestType). */
export interface CancelFilter {
  /** Index of the instrument. */
  readonly instrument?: number;
  /** Which way they trade. */
  readonly side?: Side;
  /** Who owns them. */
  readonly account?: number;
  /** The connection they came by: cancel on disconnect. */
  readonly session?: number;
}
