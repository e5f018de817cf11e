import type { Limits, SoftLimits } from "./limits.ts";
import type { RejectCode } from "./reject-code.ts";
import type { ThrottleOptions } from "./throttle.ts";

/** How a sale is marked follows Regulation SHO rule 200(g): long, short, or short exempt from the price test. */
export type OrderSide = "buy" | "sell" | "sell-short" | "sell-short-exempt";

/** `stop` becomes a market order when triggered, `stop-limit` a limit order. */
export type OrderType = "limit" | "market" | "stop" | "stop-limit";

/** Depth in the hierarchy. A level may be left out; a node's level must be below its parent's. */
export type NodeLevel = "firm" | "desk" | "trader" | "account";

/**
 * - `active`: orders are checked as usual
 * - `reducing`: only orders that lower the worst-case position pass
 * - `halted`: no new order, and no replace but to fewer lots at the same prices; cancels pass
 */
export type TradingState = "active" | "reducing" | "halted";

/** Room and thresholds of a gate. */
export interface GateOptions {
  /** Name of the currency that limits are in, such as `USD`. */
  readonly baseCurrency: string;
  /** Number of sectors; instruments name theirs as 0 … sectors − 1. Default 1. */
  readonly sectors?: number;
  /** Most orders open at once, 1 … 2²². Default 1,048,576. */
  readonly maxOpenOrders?: number;
  /** Messages remembered for the duplicate check; when more arrive within the window, the oldest are forgotten. Default 65,536. */
  readonly duplicateMemory?: number;
  /** Share of a limit in millionths that raises an `information` alert. Default 500,000. */
  readonly informationPpm?: number;
  /** Share of a limit in millionths that raises a `warning` alert. Default 800,000. */
  readonly warningPpm?: number;
}

/** An instrument as the gate sees it. Prices are integers in one unit of the caller's choice (such as cents or ticks). */
export interface InstrumentDefinition {
  /** Unique name. */
  readonly name: string;
  /** Money, in minor units of the currency, that one price unit of one lot is worth. Default 1. */
  readonly multiplier?: number;
  /** A currency known to the gate. Default the base currency. */
  readonly currency?: string;
  /** 0 … `sectors` − 1. Default 0. */
  readonly sector?: number;
  /** Bit 0 … 31 of a node's `permissions` that allows this instrument. Default 0. */
  readonly permission?: number;
  /** Prices are multiples of this many price units. Default 1. */
  readonly tickSize?: number;
  /** Quantities are multiples of this many lots. Default 1. */
  readonly lotSize?: number;
  /** Fewest lots in an order. Default 1. */
  readonly minQuantity?: number;
  /** Most lots in an order. Default no limit. */
  readonly maxQuantity?: number;
  /** Reference price (previous close, auction): centre of the static collar and first mark and last price. */
  readonly referencePrice: number;
  /** Static collar: largest distance from the reference price, in millionths of it; 0 is none. Default 0. */
  readonly staticCollarPpm?: number;
  /** Dynamic collar: largest distance from the last price, in millionths of it; 0 is none. Default 0. */
  readonly dynamicCollarPpm?: number;
  /** Fat finger: how far a buy may be above, or a sale below, the reference price, in millionths; 0 is none. Default 0. */
  readonly fatFingerPpm?: number;
  /** Circuit breaker: a last price further from the reference price, in millionths of it, halts; 0 is none. Default 0. */
  readonly circuitBreakerPpm?: number;
  /** Refuse stop orders that would be triggered at once: a buy at or below, a sale at or above, the last price. Default `false`. */
  readonly refusesTriggeredStops?: boolean;
  /** Prices of zero and below are valid, as those of spreads are. Default `false`. */
  readonly allowsNegativePrices?: boolean;
  /** Margin in millionths of notional: 1,000,000 is a cash account. Default 1,000,000. */
  readonly marginPpm?: number;
  /** Stress move of `maxSingleLoss`, in millionths of the mark. Default 0. */
  readonly stressPpm?: number;
  /** Refuse `sell` that the position does not cover. Default `false` (as for futures and currencies). */
  readonly isShortMarked?: boolean;
  /** Short sales need shares located with `setLocates`. Default `false`. */
  readonly needsLocate?: boolean;
  /** Message rate of the instrument. Default unlimited. */
  readonly throttle?: ThrottleOptions;
}

/** A node of the hierarchy. Orders are placed by accounts. */
export interface NodeDefinition {
  /** Unique name. */
  readonly name: string;
  /** Its level. */
  readonly level: NodeLevel;
  /** The node above, as returned by `addNode`; a node without one is a root. */
  readonly parent?: number;
  /** Its limits. Default none. */
  readonly limits?: Limits;
  /** Its soft limits. Default none. */
  readonly softLimits?: SoftLimits;
  /** Bits of the instruments that it may trade. Default all. */
  readonly permissions?: number;
  /** Accounts of one group may not trade with each other, 1 … 2³¹ − 1; 0 is no group. Default 0. */
  readonly selfTradeGroup?: number;
  /** Message rate of the node with everything below it. Default unlimited. */
  readonly throttle?: ThrottleOptions;
}

/** A connection that orders arrive through. */
export interface SessionDefinition {
  /** Unique name. */
  readonly name: string;
  /** Its message rate. Default unlimited. */
  readonly throttle?: ThrottleOptions;
}

/** Who changed something, and when: goes into the audit event. */
export interface Change {
  /** Milliseconds on the caller's clock. */
  readonly timeMillis: number;
  /** A person or process. */
  readonly actor: string;
}

/** A new order. The gate reads it during the call and keeps no reference: one object may serve all orders. */
export interface OrderRequest {
  /** Safe integer that no open order has. */
  orderId: number;
  /** As returned by `addNode` for an account. */
  account: number;
  /** As returned by `addSession`. */
  session: number;
  /** As returned by `addInstrument`. */
  instrument: number;
  /** Buy, or how the sale is marked. */
  side: OrderSide;
  /** Order type. */
  type: OrderType;
  /** Limit price in price units; ignored for `market` and `stop`. */
  price: number;
  /** Trigger price in price units; ignored for `limit` and `market`. */
  stopPrice: number;
  /** Lots, at least 1. */
  quantity: number;
  /** Milliseconds on the caller's clock. A time before the last one counts as the last one. */
  timeMillis: number;
  /** Somebody who may has decided that the order passes soft limits. Default `false`. */
  overridesSoftLimits?: boolean;
}

/** New terms of an open order. */
export interface ReplaceRequest {
  /** The open order; it keeps its id. */
  orderId: number;
  /** New limit price in price units; ignored for `market` and `stop`. */
  price: number;
  /** New trigger price in price units; ignored for `limit` and `market`. */
  stopPrice: number;
  /** New open quantity in lots, at least 1. */
  quantity: number;
  /** Milliseconds on the caller's clock. */
  timeMillis: number;
  /** Somebody who may has decided that the new terms pass soft limits. Default `false`. */
  overridesSoftLimits?: boolean;
}

/** A failed check: which, of which node (or -1), the value that was found, and the limit it broke. */
export interface Failure {
  /** The check. */
  readonly code: RejectCode;
  /** Index of the node whose limit it was, -1 when it is not a node's. */
  readonly node: number;
  /** What the order would have made of it. */
  readonly value: number;
  /** What is allowed. */
  readonly limit: number;
}

/**
 * - `information`: half of a limit is used (`informationPpm`)
 * - `warning`: most of it is used (`warningPpm`)
 * - `breach`: more than the limit: the market moved, a limit was lowered, or fills were forced
 */
export type AlertLevel = "information" | "warning" | "breach";

/** One limit in use. */
export interface LimitUse {
  /** The node's name. */
  readonly node: string;
  /** The check that watches the limit. */
  readonly code: RejectCode;
  /** Instrument or sector (`sector 2`) for limits of one, else empty. */
  readonly of: string;
  /** The present value. */
  readonly value: number;
  /** The limit. */
  readonly limit: number;
  /** How near it is. */
  readonly level: AlertLevel;
}

/** What the gate tells while it works. Every method may be left out. */
export interface GateListener {
  /**
   * Fires when the use of a limit reaches a level that it was not at before (rising only).
   *
   * @param level - the level reached
   * @param code - the check that watches the limit
   * @param node - whose limit
   * @param instrument - the instrument whose order, fill or mark did it, or one that the changed limit is about
   */
  alert?(
    level: AlertLevel,
    code: RejectCode,
    node: number,
    instrument: number,
    value: number,
    limit: number,
  ): void;
  /**
   * Fires once for each setting that changed at run time: the audit trail.
   *
   * @param subject - name of the node, instrument, session or currency
   * @param setting - such as `maxLong`, `tradable`, `state`
   * @param before - the old value
   * @param after - the new value
   */
  changed?(subject: string, setting: string, before: unknown, after: unknown, change: Change): void;
  /**
   * Fires for each soft limit that an accepted order or replace goes beyond because it overrides them: the audit trail.
   *
   * @param orderId - the order
   * @param code - the check that the soft limit belongs to
   * @param node - whose soft limit
   * @param value - what the order makes of it
   * @param limit - the soft limit
   */
  overridden?(orderId: number, code: RejectCode, node: number, value: number, limit: number): void;
  /** Fires for each open order that a kill switch or a lost session wants cancelled, by ascending order id. */
  cancelRequired?(orderId: number): void;
}
