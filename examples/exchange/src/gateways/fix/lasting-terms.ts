import type { FixView } from "@exchange-kit/fix";
import type { OrderType } from "@exchange-kit/orderbook";
import type { SubmitOrder } from "../../venue/commands.ts";
import type { Directory } from "../../venue/directory.ts";
import { hasInstructions, readInstructions } from "./instructions.ts";
import {
  readCapacity,
  readDisplayQuantity,
  readExpireTime,
  readOrderType,
  readSelfTradeGroup,
  readSelfTradeMode,
  readSide,
  readTimeInForce,
} from "./read-command.ts";
import type { FixFault } from "./reasons.ts";

/** What stays of an order as long as it lives; the order may be open, or on its way to the venue. */
export type LastingTerms = Pick<
  SubmitOrder,
  | "account"
  | "instrument"
  | "side"
  | "orderType"
  | "timeInForce"
  | "expireTimeMicros"
  | "displayQuantity"
  | "minimumQuantity"
  | "postOnly"
  | "selfTradeGroup"
  | "selfTradeMode"
  | "capacity"
  | "extras"
> & {
  /** An order on its way has none. */
  readonly orderId?: number;
};

/** Where an OrderCancelRequest contradicts the order that it names. */
export function cancelFault(view: FixView, instrument: number, terms: LastingTerms): FixFault | undefined {
  if (namesOtherOrder(view, terms)) return "other-order-id";
  if (view.has(55) && instrument !== terms.instrument) return "other-symbol";
  if (view.has(54) && readSide(view) !== terms.side) return "other-side";
  return undefined;
}

/**
 * Where an OrderCancelReplaceRequest would change of its order what the venue does not replace: all but quantity and prices.
 * A field that is left out changes nothing.
 */
export function replaceFault(
  view: FixView,
  instrument: number,
  terms: LastingTerms,
  directory: Directory,
): FixFault | undefined {
  if (namesOtherOrder(view, terms)) return "other-order-id";
  const isSame =
    instrument === terms.instrument &&
    readSide(view) === terms.side &&
    (!view.has(59) || readTimeInForce(view) === terms.timeInForce) &&
    (!(view.has(126) || view.has(432)) || readExpireTime(view) === terms.expireTimeMicros) &&
    hasSameQuantities(view, terms) &&
    (!(view.has(47) || view.has(528)) || readCapacity(view) === terms.capacity) &&
    preventsSameSelfTrades(view, terms, directory) &&
    hasSameInstructions(view, terms, directory);
  return isSame ? undefined : "unsupported-change";
}

/** OrigClOrdID(41) says which order it is; OrderID(37) beside it must not say otherwise. */
function namesOtherOrder(view: FixView, { orderId }: LastingTerms): boolean {
  return view.has(37) && view.int(37) !== orderId;
}

/** Of the quantities that say how an order trades. */
function hasSameQuantities(view: FixView, { displayQuantity, minimumQuantity = 0 }: LastingTerms): boolean {
  const shown = readDisplayQuantity(view);
  return (
    (shown === undefined || shown === displayQuantity) &&
    (!view.has(110) || view.decimal(110, 0) === minimumQuantity)
  );
}

function preventsSameSelfTrades(view: FixView, terms: LastingTerms, { config }: Directory): boolean {
  const owner = config.accounts[terms.account]!;
  const group = readSelfTradeGroup(view);
  if (group !== undefined && group !== (terms.selfTradeGroup ?? owner.selfTradeGroup ?? 0)) return false;
  const mode = readSelfTradeMode(view);
  return mode === undefined || mode === (terms.selfTradeMode ?? owner.selfTradeMode ?? "cancel-newest");
}

function hasSameInstructions(view: FixView, terms: LastingTerms, { instruments }: Directory): boolean {
  const type = readOrderType(view);
  if (type === undefined) return false;
  if (!hasInstructions(view)) return isTypeOf(terms.orderType, type);
  const told = readInstructions(view, type, instruments[terms.instrument]!);
  if (typeof told === "string" || told.orderType !== terms.orderType) return false;
  const { extras } = terms;
  if (told.extras?.peg !== extras?.peg) return false;
  if (view.has(18)) {
    const isPostOnly = terms.postOnly !== undefined;
    if ((told.postOnly !== undefined) !== isPostOnly) return false;
    if (told.extras?.allOrNone !== extras?.allOrNone) return false;
  }
  return (
    !view.has(211) ||
    (told.extras?.pegOffset === extras?.pegOffset &&
      told.extras?.trailAmount === extras?.trailAmount &&
      told.extras?.trailBasisPoints === extras?.trailBasisPoints)
  );
}

/** Whether an OrdType(40) alone may stand for a type: a trailing stop is sent as a stop or as pegged. */
function isTypeOf(orderType: OrderType, told: OrderType): boolean {
  return told === orderType || (orderType === "trailing-stop" && (told === "stop" || told === "pegged"));
}
