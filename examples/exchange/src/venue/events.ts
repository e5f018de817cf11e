import type { LimitState, Phase, Side } from "@exchange-kit/orderbook";
import type { AlertLevel, RejectName } from "@exchange-kit/risk";
import type { CancelOrder, MassCancel, ReplaceOrder, SubmitOrder, VenueCommand } from "./commands.ts";
import type { OrderView } from "./order-view.ts";
import type { OrderEndReason, RejectReason, RestateReason } from "./reject-reasons.ts";

/**
 * Receives what happens in a venue, as it happens and in order. Calls are synchronous and must not call back into the
 * venue's `apply`; its reads may be used. Objects (orders, commands) are valid during the call only.
 *
 * Prices are in price units, quantities in lots, money in minor units; `execId` counts the reports to participants,
 * `tradeId` the trades, `reference` the orders shown to the public: each 1, 2, 3, … for the life of the venue.
 */
export interface VenueListener extends OrderListener, MarketListener, PostTradeListener, RiskListener {
  /** A command begins; every event up to the next one is its doing, at `venue.timeMicros`. */
  began(command: VenueCommand): void;
  /** Everything that the command did has been told. */
  ended(command: VenueCommand): void;
}

/** How an execution came about: the order rested, came in, or was matched in an auction (FIX 851). */
export type Liquidity = "maker" | "taker" | "auction";

/** Reports to the participants: what FIX execution reports, OUCH messages and API answers are made of. */
export interface OrderListener {
  /** A new order was taken (FIX ExecType 0); its trades and its end, if any, follow. */
  orderAccepted(order: OrderView, execId: number): void;
  /** A new order was refused (ExecType 8). It has no order id. */
  orderRejected(command: SubmitOrder, execId: number, reason: RejectReason): void;
  /** A waiting order met its trigger and acts (ExecType L). */
  orderTriggered(order: OrderView, execId: number): void;
  /**
   * An order traded (ExecType F, in FIX 4.2 1 or 2).
   *
   * @param fee - what it costs; negative for a rebate
   */
  orderExecuted(
    order: OrderView,
    execId: number,
    tradeId: number,
    price: number,
    quantity: number,
    liquidity: Liquidity,
    fee: number,
  ): void;
  /**
   * An order ended with `quantity` open (ExecType 4, or C when the reason is `expired`).
   *
   * @param requestId - client order id of the cancel or mass cancel that did it, else empty
   */
  orderCancelled(
    order: OrderView,
    execId: number,
    quantity: number,
    reason: OrderEndReason,
    requestId: string,
  ): void;
  /** An order has new terms and a new client order id (ExecType 5); `filled` when only what had traded remains. */
  orderReplaced(order: OrderView, execId: number): void;
  /** An order's terms changed without a replace (ExecType D). */
  orderRestated(order: OrderView, execId: number, reason: RestateReason): void;
  /**
   * A cancel or replace was refused (FIX OrderCancelReject); the order, where it is the account's, is as it was.
   *
   * @param order - the order that was meant, when it is the account's own
   */
  cancelRejected(
    command: CancelOrder | ReplaceOrder,
    execId: number,
    order: OrderView | undefined,
    reason: RejectReason,
  ): void;
  /** A mass cancel is done: `count` orders were reported cancelled before (FIX OrderMassCancelReport). */
  massCancelled(command: MassCancel, execId: number, count: number): void;
  massCancelRejected(command: MassCancel, execId: number, reason: RejectReason): void;
}

/**
 * The public view of the books: what ITCH, FAST and WebSocket feeds are made of. Only what is shown has a reference
 * number, so hidden orders, reserves and waiting orders cannot be told from it. A shown order is unknown again once its
 * shown quantity is 0; an iceberg's next part comes under a new reference number, at the back of its price.
 */
export interface MarketListener {
  /** An order is shown at the back of the queue of its price (ITCH A). */
  bookAdded(instrument: number, reference: number, side: Side, price: number, quantity: number): void;
  /**
   * A shown order traded in continuous trading, at its price (ITCH E). `takerSide` is the other side.
   *
   * @param leaves - what is still shown of it; at 0 it is gone
   */
  bookExecuted(
    instrument: number,
    reference: number,
    side: Side,
    price: number,
    quantity: number,
    leaves: number,
    tradeId: number,
  ): void;
  /** A shown order traded in an auction at `price`; the auction's trade is told by `crossTraded` (ITCH C, not printable). */
  bookCrossed(
    instrument: number,
    reference: number,
    side: Side,
    price: number,
    quantity: number,
    leaves: number,
    tradeId: number,
  ): void;
  /** `quantity` was taken off a shown order, which keeps its place (ITCH X). */
  bookReduced(instrument: number, reference: number, side: Side, quantity: number, leaves: number): void;
  /** A shown order is gone (ITCH D). */
  bookDeleted(instrument: number, reference: number, side: Side): void;
  /** A shown order is at the back of another queue, or of its own, under a new number (ITCH U). */
  bookReplaced(
    instrument: number,
    reference: number,
    newReference: number,
    side: Side,
    price: number,
    quantity: number,
  ): void;
  /** A trade against an order that was not shown (ITCH P); `makerSide` is that order's. */
  hiddenTraded(instrument: number, makerSide: Side, price: number, quantity: number, tradeId: number): void;
  /**
   * An auction is over; before `phaseChanged` (ITCH Q). Nothing traded: price 0, quantity 0.
   *
   * @param from - the call that it ends; another phase, such as `halted`, only when orders that had gathered traded
   */
  crossTraded(instrument: number, from: Phase, price: number, quantity: number, tradeId: number): void;
  /**
   * What the auction would be now; told as time passes while a call is on, when it changed (ITCH I, NOII).
   *
   * @param price - `undefined` when nothing would trade
   * @param imbalance - positive to buy, negative to sell
   * @param farPrice - of the orders that are for this auction only
   */
  indicativeChanged(
    instrument: number,
    price: number | undefined,
    volume: number,
    imbalance: number,
    farPrice: number | undefined,
  ): void;
  /** An instrument is in another phase (ITCH H; `reason` is that of a halt, else empty). */
  phaseChanged(instrument: number, phase: Phase, reason: string): void;
  /** The best bid stands at the upper price limit, or the best offer at the lower one (ITCH L; LULD limit state). */
  limitStateChanged(instrument: number, state: LimitState): void;
  symbolChanged(instrument: number, before: string, after: string): void;
  /** After a split: what the last price comes to. */
  lastPriceAdjusted(instrument: number, price: number): void;
  dayStarted(date: number): void;
  dayEnded(date: number): void;
}

/** Trades, money and securities: what clearing, drop copy and statements are made of. */
export interface PostTradeListener {
  /** A trade, once for both sides; the reports of the two orders come before it. */
  traded(
    tradeId: number,
    instrument: number,
    price: number,
    quantity: number,
    buyer: OrderView,
    seller: OrderView,
    takerSide: Side | "auction",
  ): void;
  /** Netted at the end of the day: to receive (positive) or deliver lots, to receive (positive) or pay cash. */
  obligationNetted(account: number, instrument: number, quantity: number, cash: number): void;
  /** Delivered (negative) or received lots against cash. */
  settled(account: number, instrument: number, quantity: number, cash: number): void;
  /** Still open after settlement: lots not delivered (negative) or not received; tried again on the next day. */
  settlementFailed(account: number, instrument: number, quantity: number, days: number): void;
  /** A balance moved other than by settlement: transfer, dividend, cash for a fraction. */
  cashMoved(account: number, amount: number, cause: "transfer" | "dividend" | "cash-in-lieu"): void;
  /** `quantity` is the change. */
  securitiesMoved(account: number, instrument: number, quantity: number, cause: "transfer" | "split"): void;
  /** A transfer or another back-office command was refused; nothing changed. */
  operationRejected(command: VenueCommand, reason: OperationRejectReason): void;
}

/**
 * Why a command of the operator was refused:
 *
 * - `unknown-account`, `unknown-instrument`, `unknown-firm`, `unknown-session`: no such index
 * - `invalid-amount`: not a safe integer in range, or zero
 * - `insufficient-balance`: a withdrawal of more than is settled
 * - `invalid-symbol`, `symbol-in-use`
 * - `invalid-date`: not after the last day; `day-not-started`; `day-not-ended`
 * - `already-halted`, `not-halted`
 * - `invalid-limits`: limits that contradict each other
 * - `invalid-request`: another field is out of range
 */
export type OperationRejectReason =
  | "unknown-account"
  | "unknown-instrument"
  | "unknown-firm"
  | "unknown-session"
  | "invalid-amount"
  | "insufficient-balance"
  | "invalid-symbol"
  | "symbol-in-use"
  | "invalid-date"
  | "day-not-started"
  | "day-not-ended"
  | "already-halted"
  | "not-halted"
  | "invalid-limits"
  | "invalid-request";

/** What risk control has to say. */
export interface RiskListener {
  /** The use of a limit of a firm or account reached a level. */
  riskAlert(
    level: AlertLevel,
    check: RejectName,
    subject: string,
    instrument: number,
    value: number,
    limit: number,
  ): void;
  /** A setting changed: the audit trail. */
  riskChanged(subject: string, setting: string, before: unknown, after: unknown, actor: string): void;
}

const nothing = (): void => {};

/** A listener that hears nothing: a base for partial ones. */
export const silentListener: VenueListener = {
  began: nothing,
  ended: nothing,
  orderAccepted: nothing,
  orderRejected: nothing,
  orderTriggered: nothing,
  orderExecuted: nothing,
  orderCancelled: nothing,
  orderReplaced: nothing,
  orderRestated: nothing,
  cancelRejected: nothing,
  massCancelled: nothing,
  massCancelRejected: nothing,
  bookAdded: nothing,
  bookExecuted: nothing,
  bookCrossed: nothing,
  bookReduced: nothing,
  bookDeleted: nothing,
  bookReplaced: nothing,
  hiddenTraded: nothing,
  crossTraded: nothing,
  indicativeChanged: nothing,
  phaseChanged: nothing,
  limitStateChanged: nothing,
  symbolChanged: nothing,
  lastPriceAdjusted: nothing,
  dayStarted: nothing,
  dayEnded: nothing,
  traded: nothing,
  obligationNetted: nothing,
  settled: nothing,
  settlementFailed: nothing,
  cashMoved: nothing,
  securitiesMoved: nothing,
  operationRejected: nothing,
  riskAlert: nothing,
  riskChanged: nothing,
};

/**
 * One listener that tells several, in their order; what a part leaves out it does not hear. A part may be an object with
 * methods on its class.
 */
export function fanOut(parts: readonly Partial<VenueListener>[]): VenueListener {
  const all: Record<string, Hear> = {};
  for (const name of Object.keys(silentListener) as (keyof VenueListener)[]) {
    const hearers = parts.flatMap((part) => {
      const hear = part[name] as Hear | undefined;
      return hear === undefined ? [] : [hear.bind(part) as Hear];
    });
    all[name] =
      hearers.length === 1
        ? hearers[0]!
        : (...values) => {
            for (const hear of hearers) hear(...values);
          };
  }
  return all as unknown as VenueListener;
}

type Hear = (...values: never[]) => void;
