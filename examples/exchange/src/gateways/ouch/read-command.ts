import {
  type Ouch50CancelOrder,
  type Ouch50EnterOrder,
  type Ouch50ModifyOrder,
  type Ouch50ReplaceOrder,
  type OuchAppendage,
  OuchTag,
} from "@exchange-kit/itch";
import type { TimeInForce } from "@exchange-kit/orderbook";
import type { CancelOrder, Capacity, OrderSide, ReplaceOrder, SubmitOrder } from "../../venue/commands.ts";
import type { Instrument } from "../../venue/directory.ts";
import type { OuchFault } from "./reject-codes.ts";
import { clientOrderIdOf } from "./tokens.ts";

/** A price of this much asks for a market order. */
export const MARKET_PRICE4 = 0x7fff_ffff;
/** What the venue's records have room for: no order has more lots. */
export const MAX_WORD: number = 2 ** 30 - 1;

const sides: Readonly<Record<string, OrderSide>> = {
  B: "buy",
  S: "sell",
  T: "sell-short",
  E: "sell-short-exempt",
};
const capacities: Readonly<Record<string, Capacity>> = {
  A: "agency",
  P: "principal",
  R: "riskless-principal",
  O: "agency",
};
const MICROS_A_DAY = 86_400_000_000;

/** Who sends, and when. */
export interface OuchSender {
  readonly session: number;
  readonly account: number;
  readonly timeMicros: number;
}

/** What a cancel or replace has to know of its order. */
export type OrderTerms = Pick<
  SubmitOrder,
  | "clientOrderId"
  | "instrument"
  | "side"
  | "orderType"
  | "timeInForce"
  | "expireTimeMicros"
  | "displayQuantity"
  | "minimumQuantity"
  | "postOnly"
>;

/** Terms of an order once this replace is carried out. */
export function replacedTerms(order: OrderTerms, { clientOrderId }: ReplaceOrder): OrderTerms {
  return {
    clientOrderId,
    instrument: order.instrument,
    side: order.side,
    orderType: order.orderType,
    timeInForce: order.timeInForce,
    expireTimeMicros: order.expireTimeMicros,
    displayQuantity: order.displayQuantity,
    minimumQuantity: order.minimumQuantity,
    postOnly: order.postOnly,
  };
}

/** Enter Order as a command, or what is wrong with it. An unknown instrument, −1, is left to the venue. */
export function readEnterOrder(
  message: Ouch50EnterOrder,
  instrument: number,
  instruments: readonly Instrument[],
  sender: OuchSender,
): SubmitOrder | OuchFault {
  const side = sides[message.side];
  const capacity = capacities[message.capacity];
  if (!side) return "invalid-side";
  if (!capacity) return "invalid-capacity";
  if (message.quantity === 0 || message.quantity > MAX_WORD) return "invalid-quantity";
  const price = readPrice(message.price4, instruments[instrument]);
  if (price === "invalid-price") return price;
  const life = readTime(message, sender.timeMicros);
  if (typeof life === "string") return life;
  const options = readOptions(message.appendages);
  if (typeof options === "string") return options;
  if (!isDisplay(message.display)) return "invalid-display";
  return {
    type: "submit",
    ...sender,
    clientOrderId: clientOrderIdOf(message.userRefNum, message.clOrdId),
    instrument,
    side,
    quantity: message.quantity,
    orderType: price === undefined ? "market" : "limit",
    ...life,
    price,
    ...options,
    displayQuantity: message.display === "N" ? 0 : options.displayQuantity,
    capacity,
  };
}

/** Replace Order as a command, or what is wrong with it. */
export function readReplaceOrder(
  message: Ouch50ReplaceOrder,
  order: OrderTerms,
  instruments: readonly Instrument[],
  sender: OuchSender,
): ReplaceOrder | OuchFault {
  if (message.quantity > MAX_WORD) return "invalid-quantity";
  const fault = changeFault(message, order, sender.timeMicros);
  if (fault !== undefined) return fault;
  const price = readPrice(message.price4, instruments[order.instrument]);
  if (price === "invalid-price") return price;
  return {
    type: "replace",
    ...sender,
    clientOrderId: clientOrderIdOf(message.userRefNum, message.clOrdId),
    origClientOrderId: order.clientOrderId,
    orderId: 0,
    quantity: message.quantity,
    price,
  };
}

/**
 * What a replace would change that the venue does not: of an order only quantity and limit may change, and Replaced would
 * acknowledge the rest. An appendage that is left out leaves the order's as it is.
 */
function changeFault(
  { timeInForce, display, intermarketSweepEligibility, price4, appendages }: Ouch50ReplaceOrder,
  order: OrderTerms,
  nowMicros: number,
): OuchFault | undefined {
  if (price4 === MARKET_PRICE4 && order.orderType !== "market") return "invalid-price";
  // Of an order for a cross, Enter Order passes over the time in force.
  const isForCross = order.timeInForce === "opg" || order.timeInForce === "cls";
  if (!isForCross && timeInForce !== timeInForceCode(order.timeInForce)) return "invalid-time-in-force";
  if (!isDisplay(display) || (display === "N") !== (order.displayQuantity === 0)) return "invalid-display";
  if (intermarketSweepEligibility !== "N") return "unsupported-option";
  const isSame = appendages.every((appendage) => hasAppendage(order, appendage, nowMicros));
  return isSame ? undefined : "unsupported-option";
}

function hasAppendage(order: OrderTerms, { tag, value }: OuchAppendage, nowMicros: number): boolean {
  switch (tag) {
    case OuchTag.minimumQuantity:
      return value === (order.minimumQuantity ?? 0);
    case OuchTag.maxFloor:
      return value === (order.displayQuantity ?? 0);
    case OuchTag.postOnly:
      return value === (order.postOnly === undefined ? "N" : "P");
    case OuchTag.expireTime:
      return order.timeInForce !== "gtd" || expireTime(Number(value), nowMicros) === order.expireTimeMicros;
    case OuchTag.priceType:
      return value === "L";
    default:
      return INFORMATION.has(tag);
  }
}

/** Whether a Modify Order has its order's side. The venue does not turn a sale into a short sale, or back. */
export function hasSide(order: OrderTerms, side: string): boolean {
  return sides[side] === order.side;
}

/** Cancel Order and Modify Order: the order is cut to this total. */
export function readCancelOrder(
  { quantity }: Ouch50CancelOrder | Ouch50ModifyOrder,
  order: OrderTerms,
  sender: OuchSender,
): CancelOrder {
  return {
    type: "cancel",
    ...sender,
    clientOrderId: "",
    origClientOrderId: order.clientOrderId,
    orderId: 0,
    totalQuantity: quantity,
  };
}

/** `undefined` is a market order; the price of an instrument that is not there does not matter. */
function readPrice(price4: number, instrument: Instrument | undefined): number | undefined | "invalid-price" {
  if (price4 === MARKET_PRICE4) return undefined;
  const scale = 10 ** (4 - (instrument?.priceDecimals ?? 4));
  const price = price4 / scale;
  return Number.isInteger(price) && price <= MAX_WORD ? price : "invalid-price";
}

function readTime(
  { timeInForce, crossType, appendages }: Ouch50EnterOrder,
  nowMicros: number,
): Pick<SubmitOrder, "timeInForce" | "expireTimeMicros"> | OuchFault {
  if (crossType === "O") return { timeInForce: "opg" };
  if (crossType === "C") return { timeInForce: "cls" };
  if (crossType !== "N") return "invalid-cross-type";
  if (timeInForce === "0") return { timeInForce: "day" };
  if (timeInForce === "3") return { timeInForce: "ioc" };
  if (timeInForce !== "6") return "invalid-time-in-force";
  const seconds = appendages.find(({ tag }) => tag === OuchTag.expireTime)?.value;
  if (typeof seconds !== "number") return "invalid-time-in-force";
  return { timeInForce: "gtd", expireTimeMicros: expireTime(seconds, nowMicros) };
}

/** @param seconds - after midnight */
function expireTime(seconds: number, nowMicros: number): number {
  return nowMicros - (nowMicros % MICROS_A_DAY) + seconds * 1_000_000;
}

/** TimeInForce as the messages have it. */
export function timeInForceCode(timeInForce: TimeInForce): string {
  return timeInForce === "ioc" ? "3" : timeInForce === "gtd" ? "6" : "0";
}

function isDisplay(display: string): boolean {
  return display === "Y" || display === "A" || display === "N";
}

type Options = Partial<Pick<SubmitOrder, "displayQuantity" | "minimumQuantity" | "postOnly">>;

/** Options that the venue does not have are refused: passing over one would make it another order. */
function readOptions(appendages: readonly OuchAppendage[]): Options | OuchFault {
  let options: Options = {};
  for (const { tag, value } of appendages) {
    if (tag === OuchTag.minimumQuantity && isLots(value)) {
      if (value > 0) options = { ...options, minimumQuantity: value };
    } else if (tag === OuchTag.maxFloor && isLots(value)) {
      if (value > 0) options = { ...options, displayQuantity: value };
    } else if (tag === OuchTag.postOnly && (value === "P" || value === "N")) {
      if (value === "P") options = { ...options, postOnly: "reject" };
    } else if (tag === OuchTag.priceType && value !== "L") return "unsupported-option";
    else if (!INFORMATION.has(tag)) return "unsupported-option";
  }
  return options;
}

function isLots(value: OuchAppendage["value"]): value is number {
  return typeof value === "number" && value <= MAX_WORD;
}

/** Says who or when, and changes nothing about what the order does. */
const INFORMATION: ReadonlySet<number> = new Set([
  OuchTag.firm,
  OuchTag.customerType,
  OuchTag.expireTime,
  OuchTag.priceType,
]);
