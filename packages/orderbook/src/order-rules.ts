import type { EngineRejectReason } from "./engine-reject-reason.ts";
import type { InstrumentOptions, Phase } from "./instrument-options.ts";
import type { NewOrder } from "./new-order.ts";
import { MAX_ORDER_ID } from "./order-store.ts";
import { tickSizeAt } from "./tick-size.ts";

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
  "trailing-stop",
  "trailing-stop-limit",
  "pegged",
]);
const PEGS: ReadonlySet<unknown> = new Set([undefined, "primary", "market", "midpoint"]);
const POST_ONLY: ReadonlySet<unknown> = new Set([undefined, "reject", "slide"]);
const FLAGS: ReadonlySet<unknown> = new Set([undefined, false, true]);
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
  return isStop(type) || type === "market-if-touched" || type === "limit-if-touched";
}

/** Whether this order type is triggered by a price that is worse for its side. */
export function isStop(type: NewOrder["type"]): boolean {
  return type === "stop" || type === "stop-limit" || isTrailing(type);
}

/** Whether the trigger of this order type follows the last price. */
export function isTrailing(type: NewOrder["type"]): boolean {
  return type === "trailing-stop" || type === "trailing-stop-limit";
}

/** Whether what is left of an order of this type never rests in continuous trading. */
export function isMarket(type: NewOrder["type"]): boolean {
  return type === "market" || type === "stop" || type === "market-if-touched" || type === "trailing-stop";
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
  if (price % tickSizeAt(price, rules) !== 0) return "off-tick-price";
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

/** What is wrong with showing so much of an order that has `quantity` in all. */
export function displayFault(
  display: number,
  quantity: number,
  rules: InstrumentOptions,
  type: NewOrder["type"],
  { isWhole, isRandom }: { readonly isWhole: boolean; readonly isRandom: boolean },
): EngineRejectReason | undefined {
  const canShow = type !== "market-to-limit" && !isMarket(type) && !isWhole;
  if (!canShow || !Number.isInteger(display) || display < (isRandom ? 1 : 0) || display > quantity)
    return "invalid-order";
  return display % (rules.lotSize ?? 1) === 0 ? undefined : "off-lot-quantity";
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
    (order.triggerPrice === undefined ? undefined : priceFault(order.triggerPrice, ticksOf(rules))) ??
    (areWordsKnown(order) && areNumbersInRange(order) && fieldsAgree(order) ? undefined : "invalid-order") ??
    (shownQuantities(order).every((quantity) => quantity % (rules.lotSize ?? 1) === 0)
      ? undefined
      : "off-lot-quantity") ??
    (isTrailing(type) && order.triggerPrice === undefined && last === undefined
      ? "no-reference-price"
      : undefined) ??
    (time === "gtd" && order.expireTime! <= now ? "expired" : undefined) ??
    (phaseTakes(phase, order, type, time) ? undefined : "phase-forbids-order")
  );
}

function ticksOf({ tickSize = 1, tickBands = [] }: InstrumentOptions): InstrumentOptions {
  return { tickSize, tickBands };
}

function shownQuantities(order: NewOrder): number[] {
  return [order.displayQuantity ?? 0, order.displayLowQuantity ?? 0, order.displayHighQuantity ?? 0];
}

function areWordsKnown(order: NewOrder): boolean {
  return (
    (order.side === "buy" || order.side === "sell") &&
    ORDER_TYPES.has(order.type ?? "limit") &&
    TIMES_IN_FORCE.has(order.timeInForce ?? "gtc") &&
    SELF_TRADE_MODES.has(order.selfTradeMode ?? "cancel-newest") &&
    POST_ONLY.has(order.postOnly) &&
    PEGS.has(order.peg) &&
    FLAGS.has(order.allOrNone) &&
    FLAGS.has(order.singlePrice)
  );
}

function areNumbersInRange(order: NewOrder): boolean {
  return (
    isBetween(order.expireTime, 0, Number.MAX_SAFE_INTEGER) &&
    isBetween(order.displayQuantity, 0, order.quantity) &&
    isBetween(order.displayLowQuantity, 1, MAX_VALUE) &&
    isBetween(order.displayHighQuantity, order.displayLowQuantity ?? 1, MAX_VALUE) &&
    isBetween(order.randomSeed, 0, 2 ** 32 - 1) &&
    isBetween(order.minimumQuantity, 1, order.quantity) &&
    isBetween(order.trailAmount, 1, MAX_VALUE) &&
    isBetween(order.trailBasisPoints, 1, 10_000) &&
    isBetween(order.limitOffset, 0, MAX_VALUE) &&
    isBetween(order.pegOffset, -MAX_VALUE, MAX_VALUE) &&
    isBetween(order.account, 0, 2 ** 31 - 1) &&
    isBetween(order.session, 0, 2 ** 31 - 1) &&
    isBetween(order.selfTradeGroup, 0, 2 ** 31 - 1)
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
  const { displayQuantity, displayLowQuantity, minimumQuantity, postOnly, allOrNone } = order;
  if (isLimit && order.price === undefined) return false;
  if ((type === "market-to-limit" || isTrailing(type)) && order.price !== undefined) return false;
  if (
    isTriggered(type)
      ? !isTrailing(type) && order.triggerPrice === undefined
      : order.triggerPrice !== undefined
  )
    return false;
  const trails = Number(order.trailAmount !== undefined) + Number(order.trailBasisPoints !== undefined);
  if (trails !== Number(isTrailing(type))) return false;
  if ((type === "trailing-stop-limit") !== (order.limitOffset !== undefined)) return false;
  if ((type === "pegged") !== (order.peg !== undefined)) return false;
  if (type !== "pegged" && order.pegOffset !== undefined) return false;
  if ((time === "gtd") !== (order.expireTime !== undefined)) return false;
  if (order.singlePrice && time !== "fok") return false;
  const randoms = [displayLowQuantity, order.displayHighQuantity, order.randomSeed];
  if (randoms.some((field) => (field === undefined) !== (displayLowQuantity === undefined))) return false;
  if (displayLowQuantity !== undefined && !displayQuantity) return false;
  // What shows, posts, follows or waits for its whole quantity must be able to rest at a price, and is one of these.
  const restsAtPrice = (isLimit || type === "trailing-stop-limit") && !isAtOnce;
  if ((displayQuantity !== undefined || postOnly) && !restsAtPrice) return false;
  if (minimumQuantity !== undefined && (isForAuction || postOnly)) return false;
  if (postOnly && (isForAuction || isTriggered(type))) return false;
  if (allOrNone) {
    if (!restsAtPrice || isForAuction) return false;
    if (displayQuantity !== undefined || minimumQuantity !== undefined || postOnly) return false;
  }
  if (type === "pegged" && (isAtOnce || isForAuction || minimumQuantity !== undefined)) return false;
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
