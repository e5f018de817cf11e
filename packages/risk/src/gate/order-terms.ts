import type { OrderSide, OrderType } from "./gate-types.ts";

/** Sides inside: 0 buy, then how a sale is marked. */
export const BUY = 0;
export const SELL = 1;
export const SHORT = 2;
export const SHORT_EXEMPT = 3;

/** Order types inside. */
export const LIMIT = 0;
export const MARKET = 1;
export const STOP = 2;
export const STOP_LIMIT = 3;

/** The order under check: of a replace, the order as it is to become. */
export class OrderTerms {
  /** Its account's row in its instrument. */
  row = -1;
  instrument = 0;
  side = 0;
  type = 0;
  /** 0 without a limit. */
  price = 0;
  /** 0 without a trigger. */
  stopPrice = 0;
  quantity = 0;
  /** What is open and reserved of it already (replace), else 0. */
  oldQuantity = 0;
  oldValue = 0;
  /** The open order that is replaced, or -1. */
  slot = -1;
  /** Only the limits themselves bind, not the soft ones below them. */
  overridesSoftLimits = false;
  /** Base money to reserve for one lot, and for all. */
  perLot = 0;
  value = 0;

  get hasLimit(): boolean {
    return this.type === LIMIT || this.type === STOP_LIMIT;
  }
}

/** Whole money for so many lots. What is released is always the difference of two of these, so sums return to zero. */
export function reservation(quantity: number, perLot: number): number {
  return Math.round(quantity * perLot);
}

/** -1 for anything else. */
export function sideCode(side: OrderSide): number {
  if (side === "buy") return BUY;
  if (side === "sell") return SELL;
  if (side === "sell-short") return SHORT;
  return side === "sell-short-exempt" ? SHORT_EXEMPT : -1;
}

/** -1 for anything else. */
export function typeCode(type: OrderType): number {
  if (type === "limit") return LIMIT;
  if (type === "market") return MARKET;
  if (type === "stop") return STOP;
  return type === "stop-limit" ? STOP_LIMIT : -1;
}
