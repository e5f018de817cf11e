import { type FixView, parseTimestamp } from "@exchange-kit/fix";
import type { OrderType, SelfTradeMode, TimeInForce } from "@exchange-kit/orderbook";
import type {
  CancelOrder,
  Capacity,
  MassCancel,
  OrderSide,
  ReplaceOrder,
  SubmitOrder,
} from "../../venue/commands.ts";
import type { Directory } from "../../venue/directory.ts";
import { byCharCode, capacityCodes, sideCodes, timeInForceCodes } from "./codes.ts";
import { hasForeignField } from "./foreign-fields.ts";
import { readInstructions } from "./instructions.ts";
import type { FixFault } from "./reasons.ts";

/** What the venue's records have room for. */
const MAX_WORD = 2 ** 30 - 1;
const MAX_GROUP = 2 ** 31 - 1;
const MICROS_A_DAY = 86_400_000_000;

const sides = byCharCode(sideCodes);
const timesInForce = byCharCode(timeInForceCodes);
const capacities = byCharCode(capacityCodes);

/** OrdType(40). */
const orderTypes: Readonly<Record<number, OrderType>> = {
  [code("1")]: "market",
  [code("2")]: "limit",
  [code("3")]: "stop",
  [code("4")]: "stop-limit",
  [code("J")]: "market-if-touched",
  [code("K")]: "market-to-limit",
  [code("P")]: "pegged",
};

/** SelfMatchPreventionInstruction(2964). */
const selfTradeModes: Readonly<Record<string, SelfTradeMode>> = {
  "1": "cancel-newest",
  "2": "cancel-oldest",
  "3": "cancel-both",
  N: "cancel-newest",
  O: "cancel-oldest",
  B: "cancel-both",
  D: "decrement",
};

/** Who sends, and when. */
export interface FixSender {
  readonly session: number;
  readonly account: number;
  readonly timeMicros: number;
}

/** NewOrderSingle as a command, or what is wrong with it. */
export function readNewOrder(
  view: FixView,
  instrument: number,
  { instruments, config }: Directory,
  sender: FixSender,
): SubmitOrder | FixFault {
  const { session, account, timeMicros } = sender;
  const clientOrderId = view.string(11)!;
  if (!isClientOrderId(clientOrderId)) return "invalid-client-order-id";
  if (instrument < 0) return "unknown-symbol";
  if (hasForeignField(view, config.currency.code)) return "unsupported-instruction";
  const side = readSide(view);
  if (side === undefined) return "unsupported-side";
  const givenType = readOrderType(view);
  if (givenType === undefined) return "unsupported-order-type";
  const instructions = readInstructions(view, givenType, instruments[instrument]!);
  if (typeof instructions === "string") return instructions;
  const { orderType, postOnly, extras } = instructions;
  const timeInForce = view.has(59) ? readTimeInForce(view) : "day";
  if (timeInForce === undefined) return "unsupported-time-in-force";
  const quantity = view.decimal(38, 0);
  if (!isWord(quantity, 1)) return "invalid-quantity";
  const { priceDecimals } = instruments[instrument]!;
  const price = readPrice(view, 44, priceDecimals);
  if (Number.isNaN(price)) return "invalid-price";
  const triggerPrice = readPrice(view, 99, priceDecimals);
  if (Number.isNaN(triggerPrice)) return "invalid-stop-price";
  const expireTimeMicros = timeInForce === "gtd" ? readExpireTime(view) : undefined;
  // A number has microseconds exactly up to the year 2255.
  if (expireTimeMicros !== undefined && !Number.isSafeInteger(expireTimeMicros)) return "invalid-expire-time";
  const displayQuantity = readDisplayQuantity(view);
  if (displayQuantity !== undefined && !isWord(displayQuantity, 0)) return "invalid-display-quantity";
  const minimum = view.has(110) ? view.decimal(110, 0) : 0;
  if (!isWord(minimum, 0)) return "invalid-minimum-quantity";
  const capacity = readCapacity(view);
  if (capacity === undefined) return "unsupported-capacity";
  const selfTradeGroup = readSelfTradeGroup(view);
  if (Number.isNaN(selfTradeGroup)) return "invalid-self-match-prevention";
  const selfTradeMode = readSelfTradeMode(view);
  if (selfTradeMode === "unknown") return "invalid-self-match-prevention";
  return {
    type: "submit",
    timeMicros,
    session,
    account,
    clientOrderId,
    instrument,
    side,
    quantity,
    orderType,
    timeInForce,
    price,
    triggerPrice,
    expireTimeMicros,
    displayQuantity,
    minimumQuantity: minimum === 0 ? undefined : minimum,
    postOnly,
    selfTradeGroup,
    selfTradeMode,
    capacity,
    extras,
  };
}

/** OrderCancelRequest as a command, or what is wrong with it. */
export function readCancel(view: FixView, sender: FixSender): CancelOrder | FixFault {
  const clientOrderId = view.string(11)!;
  const origClientOrderId = view.string(41) ?? "";
  if (!isClientOrderId(clientOrderId) || (origClientOrderId !== "" && !isClientOrderId(origClientOrderId))) {
    return "invalid-client-order-id";
  }
  return {
    type: "cancel",
    timeMicros: sender.timeMicros,
    session: sender.session,
    account: sender.account,
    clientOrderId,
    origClientOrderId,
    orderId: readOrderId(view),
    totalQuantity: 0,
  };
}

/** OrderCancelReplaceRequest as a command, or what is wrong with it. */
export function readReplace(
  view: FixView,
  instrument: number,
  { instruments, config }: Directory,
  sender: FixSender,
): ReplaceOrder | FixFault {
  const clientOrderId = view.string(11)!;
  const origClientOrderId = view.string(41) ?? "";
  if (!isClientOrderId(clientOrderId) || (origClientOrderId !== "" && !isClientOrderId(origClientOrderId))) {
    return "invalid-client-order-id";
  }
  if (instrument < 0) return "unknown-symbol";
  if (hasForeignField(view, config.currency.code)) return "unsupported-instruction";
  const quantity = view.decimal(38, 0);
  if (!isWord(quantity, 1)) return "invalid-quantity";
  const { priceDecimals } = instruments[instrument]!;
  const price = readPrice(view, 44, priceDecimals);
  if (Number.isNaN(price)) return "invalid-price";
  const triggerPrice = readPrice(view, 99, priceDecimals);
  if (Number.isNaN(triggerPrice)) return "invalid-stop-price";
  return {
    type: "replace",
    timeMicros: sender.timeMicros,
    session: sender.session,
    account: sender.account,
    clientOrderId,
    origClientOrderId,
    orderId: readOrderId(view),
    quantity,
    price,
    triggerPrice,
  };
}

/** OrderMassCancelRequest as a command: orders of the session, all or those of one security, of one side or of both. */
export function readMassCancel(
  view: FixView,
  instrument: number,
  sender: FixSender,
): MassCancel | FixFault | "unsupported-scope" {
  const clientOrderId = view.string(11)!;
  if (!isClientOrderId(clientOrderId)) return "invalid-client-order-id";
  const scope = view.char(530);
  if (scope !== code("1") && scope !== code("7")) return "unsupported-scope";
  if (scope === code("1") && instrument < 0) return "unknown-symbol";
  const side = view.has(54) ? sides[view.char(54)] : "both";
  if (side === undefined) return "unsupported-scope";
  return {
    type: "mass-cancel",
    timeMicros: sender.timeMicros,
    session: sender.session,
    account: view.has(1) ? sender.account : -1,
    ofSession: sender.session,
    instrument: scope === code("1") ? instrument : -1,
    side: side === "both" ? side : side === "buy" ? "buy" : "sell",
    clientOrderId,
  };
}

/** 1 to 36 printable ASCII characters. */
function isClientOrderId(id: string): boolean {
  if (id.length < 1 || id.length > 36) return false;
  for (let at = 0; at < id.length; at++) {
    const char = id.charCodeAt(at);
    if (char < 0x20 || char > 0x7e) return false;
  }
  return true;
}

/** Side(54); `undefined` for one that there is not here. */
export function readSide(view: FixView): OrderSide | undefined {
  return sides[view.char(54)];
}

/** OrdType(40); `undefined` for one that there is not here. */
export function readOrderType(view: FixView): OrderType | undefined {
  return view.length(40) === 1 ? orderTypes[view.char(40)] : undefined;
}

/** TimeInForce(59); `undefined` for one that there is not here. */
export function readTimeInForce(view: FixView): TimeInForce | undefined {
  return view.length(59) === 1 ? timesInForce[view.char(59)] : undefined;
}

/** DisplayQty(1138) or MaxFloor(111), when one is there. */
export function readDisplayQuantity(view: FixView): number | undefined {
  const tag = view.has(1138) ? 1138 : 111;
  return view.has(tag) ? view.decimal(tag, 0) : undefined;
}

/** OrderID(37) of a request that may name an order by it; 0 is none. */
export function readOrderId(view: FixView): number {
  const orderId = view.int(37);
  return Number.isNaN(orderId) ? 0 : orderId;
}

/** In price units; `undefined` when it is not there, NaN when it is none. */
function readPrice(view: FixView, tag: number, priceDecimals: number): number | undefined {
  if (!view.has(tag)) return undefined;
  const price = view.decimal(tag, priceDecimals);
  return isWord(price, 1) ? price : Number.NaN;
}

/** ExpireTime(126), or the end of ExpireDate(432) in UTC. */
export function readExpireTime(view: FixView): number {
  const at = view.fieldIndex(126);
  if (at >= 0) return parseTimestamp(view.buffer, view.startAt(at), view.endAt(at)) * 1000;
  const date = view.string(432);
  if (date === undefined || !/^\d{8}$/.test(date)) return Number.NaN;
  const bytes = new TextEncoder().encode(`${date}-00:00:00`);
  return parseTimestamp(bytes, 0, bytes.length) * 1000 + MICROS_A_DAY;
}

/** OrderCapacity(528) or Rule80A(47); `undefined` for one that there is not here. */
export function readCapacity(view: FixView): Capacity | undefined {
  if (view.has(528)) return capacities[view.char(528)];
  if (!view.has(47)) return "agency";
  return view.equals(47, "R") ? undefined : capacities[view.char(47)];
}

/** SelfMatchPreventionID(2362), and for versions without it the tag 7928 that is usual in its place. */
export function readSelfTradeGroup(view: FixView): number | undefined {
  const tag = view.has(2362) ? 2362 : 7928;
  if (!view.has(tag)) return undefined;
  const group = view.int(tag);
  return group >= 0 && group <= MAX_GROUP ? group : Number.NaN;
}

/** SelfMatchPreventionInstruction(2964), and for versions without it the tag 8000 that is usual in its place. */
export function readSelfTradeMode(view: FixView): SelfTradeMode | "unknown" | undefined {
  const instruction = view.string(2964) ?? view.string(8000);
  return instruction === undefined ? undefined : (selfTradeModes[instruction] ?? "unknown");
}

function isWord(value: number, least: number): boolean {
  return value >= least && value <= MAX_WORD;
}

function code(text: string): number {
  return text.charCodeAt(0);
}
