import type { NewOrder, OrderType, Phase, SelfTradeMode, Side, TimeInForce } from "@exchange-kit/orderbook";
import type { LimitName } from "@exchange-kit/risk";
import type { FeeSchedule } from "./config.ts";

/**
 * Everything that can happen to a venue. Commands are plain data; the sequencer stamps the time, makes them durable and
 * then gives them to {@link Venue.apply}. The venue keeps no reference to a command: one object may be used again.
 *
 * Times are whole **microseconds since 1970** (a safe integer until the year 2255). A time before that of an earlier
 * command counts as that one.
 */
export type VenueCommand =
  | SubmitOrder
  | CancelOrder
  | ReplaceOrder
  | MassCancel
  | SessionConnected
  | SessionDisconnected
  | ChangePhase
  | Halt
  | Resume
  | AdvanceTime
  | StartDay
  | EndDay
  | Settle
  | CashDividend
  | Split
  | ChangeSymbol
  | TransferCash
  | TransferSecurities
  | SetLimits
  | KillSwitch
  | SetFees;

/** Every {@link VenueCommand.type}. */
export const COMMAND_TYPES: ReadonlySet<string> = new Set<VenueCommand["type"]>([
  "submit",
  "cancel",
  "replace",
  "mass-cancel",
  "session-connected",
  "session-disconnected",
  "phase",
  "halt",
  "resume",
  "advance",
  "start-day",
  "end-day",
  "settle",
  "cash-dividend",
  "split",
  "change-symbol",
  "transfer-cash",
  "transfer-securities",
  "set-limits",
  "kill-switch",
  "set-fees",
]);

/** `sell-short` and `sell-short-exempt` mark a short sale (FIX 54 = 5 and 6). */
export type OrderSide = Side | "sell-short" | "sell-short-exempt";

/** In what role the firm trades (FIX 528 OrderCapacity, OUCH Capacity). */
export type Capacity = "agency" | "principal" | "riskless-principal";

/** A new order (FIX NewOrderSingle, OUCH Enter Order). */
export interface SubmitOrder {
  readonly type: "submit";
  readonly timeMicros: number;
  /** Index of the session that it came by. */
  readonly session: number;
  /** Index of an account of the session's firm. */
  readonly account: number;
  /** 1 to 36 printable ASCII characters that no order of the account had today (FIX 11). */
  readonly clientOrderId: string;
  /** Index of the instrument. */
  readonly instrument: number;
  readonly side: OrderSide;
  /** In lots. */
  readonly quantity: number;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  /** Limit in price units; protection of a market order. */
  readonly price?: number | undefined;
  readonly triggerPrice?: number | undefined;
  /** First moment at which a `gtd` order is gone. */
  readonly expireTimeMicros?: number | undefined;
  /** Lots shown; 0 hides the order. */
  readonly displayQuantity?: number | undefined;
  readonly minimumQuantity?: number | undefined;
  readonly postOnly?: "reject" | "slide" | undefined;
  /** In place of the account's; 0 is no group. */
  readonly selfTradeGroup?: number | undefined;
  readonly selfTradeMode?: SelfTradeMode | undefined;
  /** `agency` when left out. */
  readonly capacity?: Capacity | undefined;
  /** What few orders have. */
  readonly extras?: OrderExtras | undefined;
}

/** Instructions of the rarer orders; what each means stands at the engine's `NewOrder`. */
export type OrderExtras = {
  readonly [Name in
    | "trailAmount"
    | "trailBasisPoints"
    | "limitOffset"
    | "peg"
    | "pegOffset"
    | "displayLowQuantity"
    | "displayHighQuantity"
    | "randomSeed"
    | "allOrNone"
    | "singlePrice"]?: NewOrder[Name] | undefined;
};

/** Which order of the account is meant: its present client order id, or, when that is empty, the venue's order id. */
interface OrderReference {
  readonly origClientOrderId: string;
  readonly orderId: number;
}

/** Cancels an order (FIX OrderCancelRequest, OUCH Cancel Order). */
export interface CancelOrder extends OrderReference {
  readonly type: "cancel";
  readonly timeMicros: number;
  readonly session: number;
  readonly account: number;
  /** Id of this request, for the reports; may be empty. */
  readonly clientOrderId: string;
  /**
   * 0 cancels all that is open. Otherwise the order is cut to this total, what traded included, and keeps its place and
   * its client order id (OUCH 5.0 Cancel Order, "new intended order size"); not less than its present total: nothing
   * happens.
   */
  readonly totalQuantity: number;
}

/**
 * Gives an order new terms (FIX OrderCancelReplaceRequest). `quantity` is the **total** of the order, what traded
 * included. With fewer lots at the same price it keeps its place in the queue, otherwise it goes to the back. The order
 * keeps its order id and takes the new client order id.
 */
export interface ReplaceOrder extends OrderReference {
  readonly type: "replace";
  readonly timeMicros: number;
  readonly session: number;
  readonly account: number;
  /** 1 to 36 printable ASCII characters that no order of the account had today. */
  readonly clientOrderId: string;
  readonly quantity: number;
  /** New limit; the old one when left out. */
  readonly price?: number | undefined;
  /** New trigger, of an order that still waits for it; the old one when left out. Of another order it may only be the old one. */
  readonly triggerPrice?: number | undefined;
}

/** Cancels all open orders of the session's firm that match (FIX OrderMassCancelRequest). −1 matches all. */
export interface MassCancel {
  readonly type: "mass-cancel";
  readonly timeMicros: number;
  readonly session: number;
  /** An account of the firm, or −1. */
  readonly account: number;
  /** Orders that came by this session, or −1. */
  readonly ofSession: number;
  /** An instrument, or −1. */
  readonly instrument: number;
  /** Short sales are sells. */
  readonly side: Side | "both";
  /** Id of this request, for the report. */
  readonly clientOrderId: string;
}

export interface SessionConnected {
  readonly type: "session-connected";
  readonly timeMicros: number;
  readonly session: number;
}

/** The session's orders are cancelled when its configuration says so. */
export interface SessionDisconnected {
  readonly type: "session-disconnected";
  readonly timeMicros: number;
  readonly session: number;
}

/** Brings an instrument (−1: every one that is not halted) into a phase; the way out of a call uncrosses the book. */
export interface ChangePhase {
  readonly type: "phase";
  readonly timeMicros: number;
  readonly instrument: number;
  readonly phase: Exclude<Phase, "halted">;
}

/** Stops trading in an instrument (−1: in all) until a {@link Resume}; orders stay and may be cancelled. */
export interface Halt {
  readonly type: "halt";
  readonly timeMicros: number;
  readonly instrument: number;
  /** Such as `T1`, news pending; up to 32 printable ASCII characters. */
  readonly reason: string;
}

/** Ends a halt. */
export interface Resume {
  readonly type: "resume";
  readonly timeMicros: number;
  readonly instrument: number;
  /** Usually `volatility-auction`, which a phase command then ends. */
  readonly phase: Exclude<Phase, "halted">;
}

/** Nothing but the passing of time: `gtd` orders end. */
export interface AdvanceTime {
  readonly type: "advance";
  readonly timeMicros: number;
}

/** Begins a trading day: client order ids are free again, counts of the day start at zero. */
export interface StartDay {
  readonly type: "start-day";
  readonly timeMicros: number;
  /** Days since 1970-01-01. */
  readonly date: number;
}

/** Ends the trading day: day orders are gone (every instrument is closed), the day's trades are netted for settlement. */
export interface EndDay {
  readonly type: "end-day";
  readonly timeMicros: number;
  readonly date: number;
}

/** Settles what was netted before: see {@link Settlement}. */
export interface Settle {
  readonly type: "settle";
  readonly timeMicros: number;
  readonly date: number;
}

/** The issuer pays `amountPerLot` minor units on each lot held by trade date; who is short pays it. */
export interface CashDividend {
  readonly type: "cash-dividend";
  readonly timeMicros: number;
  readonly instrument: number;
  readonly amountPerLot: number;
}

/** `numerator` new lots for `denominator` old ones. Open orders are cancelled; fractions are paid in cash. */
export interface Split {
  readonly type: "split";
  readonly timeMicros: number;
  readonly instrument: number;
  readonly numerator: number;
  readonly denominator: number;
}

/** The instrument goes on under another symbol; its index, orders and positions stay. */
export interface ChangeSymbol {
  readonly type: "change-symbol";
  readonly timeMicros: number;
  readonly instrument: number;
  readonly symbol: string;
}

/** Cash into an account, or out of it when negative, in minor units. */
export interface TransferCash {
  readonly type: "transfer-cash";
  readonly timeMicros: number;
  readonly account: number;
  readonly amount: number;
}

/** Securities into an account, or out of it when negative. */
export interface TransferSecurities {
  readonly type: "transfer-securities";
  readonly timeMicros: number;
  readonly account: number;
  readonly instrument: number;
  readonly quantity: number;
  /** What they cost a lot, in price units: for profit and loss only. */
  readonly price: number;
}

/** Who the kill switch and limits act on. */
export interface RiskSubject {
  readonly of: "firm" | "account";
  readonly index: number;
  /** Who asks, for the audit trail. */
  readonly actor: string;
}

/** Changes limits: those named; `null` removes one. Open orders stay. */
export interface SetLimits extends RiskSubject {
  readonly type: "set-limits";
  readonly timeMicros: number;
  readonly limits: { readonly [Name in LimitName]?: number | null };
}

/** On: no new orders, and every open order is cancelled. Off: trading may go on. */
export interface KillSwitch extends RiskSubject {
  readonly type: "kill-switch";
  readonly timeMicros: number;
  readonly isOn: boolean;
}

export interface SetFees {
  readonly type: "set-fees";
  readonly timeMicros: number;
  readonly fees: FeeSchedule;
}
