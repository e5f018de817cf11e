import type { Contingency, OrderType, Peg, SelfTradeMode, TimeInForce } from "../new-order.ts";
import { isMarket, isStop } from "../order-rules.ts";
import type { Side } from "../side.ts";

/** An open order, or one that is worked on. */
export interface Order {
  readonly instrument: number;
  readonly id: number;
  readonly side: Side;
  /** Where it rests or is willing to trade; `undefined` trades at any price. */
  price: number | undefined;
  /** All that is open, the reserve included. */
  leaves: number;
  displayed: number;
  filled: number;
  /** Largest part that is shown; `undefined` shows all. */
  display: number | undefined;
  /** Range of the random refresh. */
  readonly displayLow: number | undefined;
  readonly displayHigh: number;
  random: number;
  type: OrderType;
  time: TimeInForce;
  readonly expireTime: number;
  minimum: number;
  trigger: number | undefined;
  readonly trailAmount: number | undefined;
  readonly trailBasisPoints: number;
  readonly limitOffset: number;
  readonly peg: Peg | undefined;
  readonly pegOffset: number;
  /** Limit of a pegged order. */
  readonly pegLimit: number | undefined;
  readonly allOrNone: boolean;
  readonly singlePrice: boolean;
  readonly postOnly: "reject" | "slide" | undefined;
  readonly account: number;
  readonly session: number;
  readonly group: number;
  readonly mode: SelfTradeMode;
  list: List | undefined;
  readonly isParent: boolean;
  /** When it came to the back of its queue. */
  priority: number;
  /** When it was entered. */
  readonly sequence: number;
  place: "book" | "trigger" | "close" | "peg" | "parent" | "elected";
}

/** Orders that depend on each other. */
export interface List {
  readonly contingency: Contingency;
  /** Lots that its orders traded, beside those of a parent. */
  executed: number;
  /** Whether the parent traded in full. */
  isReleased: boolean;
}

/** Smaller is better; an order without a limit is better than any price. */
export function rank({ side, price }: Order): number {
  if (price === undefined) return Number.NEGATIVE_INFINITY;
  return side === "buy" ? -price : price;
}

/** At one price: shown orders, then hidden ones, then those that want all or none. */
export function standing({ display, allOrNone }: Order): number {
  return allOrNone ? 2 : display === 0 ? 1 : 0;
}

export function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether somebody who goes as far as `worst` trades at a price. */
export function reaches(side: Side, worst: number, price: number): boolean {
  return side === "buy" ? price <= worst : price >= worst;
}

/** Whether two orders must not trade because one of them cancels or updates the other. */
export function areSiblings(a: Order, b: Order): boolean {
  return a.list !== undefined && a.list === b.list && a.list.contingency !== "one-triggers-other";
}

/** Whether a price meets the trigger of an order. */
export function isReached({ type, side, trigger }: Order, price: number): boolean {
  return isStop(type) === (side === "buy") ? price >= trigger! : price <= trigger!;
}

/** Where a trailing stop's trigger is when the last price is this one. */
export function trailFrom({ side, trailAmount, trailBasisPoints }: Order, price: number): number {
  const share = Math.max(Math.ceil((Math.abs(price) * trailBasisPoints) / 10_000), 1);
  const distance = trailAmount ?? share;
  return side === "buy" ? price + distance : price - distance;
}

/** Whether an order ends with the auction: what is left of a market order never rests, whatever its time in force. */
export function isForAuction({ type, time }: Order): boolean {
  return time === "opg" || time === "cls" || time === "auction" || isMarket(type);
}
