import type { EngineRejectReason } from "./engine-reject-reason.ts";
import type { InstrumentOptions, Phase } from "./instrument-options.ts";
import type { NewOrder } from "./new-order.ts";
import { MAX_ORDER_ID } from "./order-store.ts";

/** Largest price, its negative the smallest, and largest quantity. */
export const MAX_VALUE: number = 2 ** 30 - 1;

const ORDER_TYPES: ReadonlySet<string> = new Set([
  "limit",
  "market",
  "market-to-limit",
  "stop",
  "stop-limit",
  "market-if-touched",
  "limit-if-touched",
]);
const TIMES_IN_FORCE: ReadonlySet<string> = new Set([
  "gtc",
  "day",
  "gtd",
  "ioc",
  "fok",
  "opg",
  "cls",
  "auction",
]);
const SELF_TRADE_MODES: ReadonlySet<string> = new Set([
  "cancel-newest",
  "cancel-oldest",
  "cancel-both",
  "decrement",
]);

/** Whether orders gather for an auction in this phase. */
export function isCall(phase: Phase): boolean {
  return phase !== "continuous" && phase !== "halted" && phase !== "closed";
}

/** Whether this order type waits for its trigger price. */
export function isTriggered(type: NewOrder["type"]): boolean {
  return (
    type === "stop" || type === "stop-limit" || type === "market-if-touched" || type === "limit-if-touched"
  );
}

export function orderIdFault(orderId: number): EngineRejectReason | undefined {
  return Number.isInteger(orderId) && orderId > 0 && orderId <= MAX_ORDER_ID ? undefined : "invalid-order-id";
}

/** What is wrong with a limit price under the rules of its instrument; `last` is the centre of the dynamic band. */
export function priceFault(
  price: number,
  rules: InstrumentOptions,
  last?: number,
): EngineRejectReason | undefined {
  if (!Number.isInteger(price) || Math.abs(price) > MAX_VALUE) return "invalid-price";
  if (price % (rules.tickSize ?? 1) !== 0) return "off-tick-price";
  if (price < (rules.lowestPrice ?? -MAX_VALUE) || price > (rules.highestPrice ?? MAX_VALUE))
    return "price-outside-band";
  if (rules.dynamicBand !== undefined && last !== undefined && Math.abs(price - last) > rules.dynamicBand)
    return "price-outside-band";
  return undefined;
}

/** What is wrong with a quantity under the rules of its instrument. */
export function quantityFault(quantity: number, rules: InstrumentOptions): EngineRejectReason | undefined {
  if (!Number.isInteger(quantity) || quantity <= 0 || quantity > MAX_VALUE) return "invalid-quantity";
  if (quantity % (rules.lotSize ?? 1) !== 0) return "off-lot-quantity";
  if (quantity > (rules.maximumQuantity ?? MAX_VALUE)) return "quantity-above-maximum";
  return undefined;
}

/**
 * A copy with every field present, in one order: callers' objects have many shapes, and V8 reads a field of an object
 * fast only where it has met few.
 */
export function inOneShape(order: NewOrder): NewOrder {
  return {
    instrument: order.instrument,
    orderId: order.orderId,
    side: order.side,
    quantity: order.quantity,
    type: order.type,
    price: order.price,
    triggerPrice: order.triggerPrice,
    timeInForce: order.timeInForce,
    expireTime: order.expireTime,
    displayQuantity: order.displayQuantity,
    minimumQuantity: order.minimumQuantity,
    postOnly: order.postOnly,
    account: order.account,
    session: order.session,
    selfTradeGroup: order.selfTradeGroup,
    selfTradeMode: order.selfTradeMode,
  } as NewOrder;
}

/** What is wrong with the order itself, whatever the book holds. */
export function orderFault(
  order: NewOrder,
  rules: InstrumentOptions,
  phase: Phase,
  last: number | undefined,
  now: number,
): EngineRejectReason | undefined {
  const type = order.type ?? "limit";
  const time = order.timeInForce ?? "gtc";
  return (
    quantityFault(order.quantity, rules) ??
    (order.price === undefined ? undefined : priceFault(order.price, rules, last)) ??
    (order.triggerPrice === undefined
      ? undefined
      : priceFault(order.triggerPrice, { tickSize: rules.tickSize ?? 1 })) ??
    (areWordsKnown(order) && areNumbersInRange(order) && fieldsAgree(order) ? undefined : "invalid-order") ??
    ((order.displayQuantity ?? 0) % (rules.lotSize ?? 1) === 0 ? undefined : "off-lot-quantity") ??
    (time === "gtd" && order.expireTime! <= now ? "expired" : undefined) ??
    (phaseTakes(phase, order, type, time) ? undefined : "phase-forbids-order")
  );
}

function areWordsKnown(order: NewOrder): boolean {
  return (
    (order.side === "buy" || order.side === "sell") &&
    ORDER_TYPES.has(order.type ?? "limit") &&
    TIMES_IN_FORCE.has(order.timeInForce ?? "gtc") &&
    SELF_TRADE_MODES.has(order.selfTradeMode ?? "cancel-newest") &&
    (order.postOnly === undefined || order.postOnly === "reject" || order.postOnly === "slide")
  );
}

function areNumbersInRange(order: NewOrder): boolean {
  const { expireTime, displayQuantity, minimumQuantity, account, session, selfTradeGroup } = order;
  return (
    isBetween(expireTime, 0, Number.MAX_SAFE_INTEGER) &&
    isBetween(displayQuantity, 0, order.quantity) &&
    isBetween(minimumQuantity, 1, order.quantity) &&
    isBetween(account, 0, 2 ** 31 - 1) &&
    isBetween(session, 0, 2 ** 31 - 1) &&
    isBetween(selfTradeGroup, 0, 2 ** 31 - 1)
  );
}

function isBetween(value: number | undefined, low: number, high: number): boolean {
  return value === undefined || (Number.isInteger(value) && value >= low && value <= high);
}

function fieldsAgree(order: NewOrder): boolean {
  const type = order.type ?? "limit";
  const time = order.timeInForce ?? "gtc";
  const isLimit = type === "limit" || type === "stop-limit" || type === "limit-if-touched";
  const isAtOnce = time === "ioc" || time === "fok";
  const isForAuction = time === "opg" || time === "cls" || time === "auction";
  if (isLimit && order.price === undefined) return false;
  if (type === "market-to-limit" && order.price !== undefined) return false;
  if (isTriggered(type) !== (order.triggerPrice !== undefined)) return false;
  if ((time === "gtd") !== (order.expireTime !== undefined)) return false;
  if (order.minimumQuantity !== undefined && (isForAuction || order.postOnly)) return false;
  // What shows or posts must be able to rest at a price.
  if ((order.displayQuantity !== undefined || order.postOnly) && (!isLimit || isAtOnce)) return false;
  if (order.postOnly && (isForAuction || isTriggered(type))) return false;
  return !(isForAuction && isTriggered(type));
}

function phaseTakes(phase: Phase, order: NewOrder, type: string, time: string): boolean {
  if (phase === "halted" || phase === "closed") return false;
  if (time === "cls") return true;
  if (time === "opg") return phase === "pre-open" || phase === "opening-auction";
  if (phase === "continuous") return time !== "auction";
  if (isTriggered(type as NewOrder["type"])) return true;
  return (
    time !== "ioc" && time !== "fok" && order.postOnly === undefined && order.minimumQuantity === undefined
  );
}
