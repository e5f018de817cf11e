import { type FixEncoder, formatTimestamp } from "@exchange-kit/fix";
import type { OrderType, TimeInForce } from "@exchange-kit/orderbook";
import type { CancelOrder, ReplaceOrder, SubmitOrder } from "../../venue/commands.ts";
import type { Liquidity } from "../../venue/events.ts";
import type { OrderStatus, OrderView } from "../../venue/order-view.ts";
import type { OrderEndReason, RestateReason } from "../../venue/reject-reasons.ts";
import { capacityCodes, sideCodes, timeInForceCodes } from "./codes.ts";
import { writeInstructions } from "./instructions.ts";
import { cancelRejectCode, orderRejectCode, type Refusal, reasonText } from "./reasons.ts";
import type { FixVersion } from "./versions.ts";

const orderTypeCodes: Readonly<Record<OrderType, string>> = {
  market: "1",
  limit: "2",
  stop: "3",
  "stop-limit": "4",
  "market-if-touched": "J",
  // FIX has no code of its own for it: a limit order that waits for a touch.
  "limit-if-touched": "4",
  "market-to-limit": "K",
  "trailing-stop": "P",
  "trailing-stop-limit": "P",
  pegged: "P",
};
const statusCodes: Readonly<Record<OrderStatus, string>> = {
  new: "0",
  "partially-filled": "1",
  filled: "2",
  cancelled: "4",
  expired: "C",
};
/** ExecRestatementReason(378): the first is for FIX 4.2, which knows 0 to 5. */
const restatementCodes: Readonly<Record<RestateReason | "triggered", readonly [string, string]>> = {
  "self-trade": ["5", "5"],
  "price-slid": ["3", "3"],
  reduced: ["5", "5"],
  "price-found": ["3", "3"],
  triggered: ["4", "99"],
};
/** Decimals of an average price beyond those of the instrument's prices. */
const AVERAGE_DECIMALS = 6;

/** Writes the body of a message, in the version of the session that it goes to. */
export type Write = (encoder: FixEncoder, version: FixVersion) => void;

/** Names of what the venue counts. */
export interface Names {
  symbol(instrument: number): string;
  priceDecimals(instrument: number): number;
  account(account: number): string;
}

/**
 * Bodies of ExecutionReport and OrderCancelReject, to be written into an encoder of the session.
 *
 * A report is about an order as it is right after the event: each writes the same fields in the same order, and its own.
 */
export class ExecutionReports {
  readonly #names: Names;
  #stampMillis = -1;
  #stamp = "";

  constructor(names: Names) {
    this.#names = names;
  }

  /** ExecType 0. */
  accepted(order: OrderView, execId: number): Write {
    return (encoder, version) => {
      this.#head(encoder, version, order, execId, "0");
      this.#tail(encoder, version, order);
    };
  }

  /** ExecType F; in FIX 4.2 1 or 2. */
  executed(
    order: OrderView,
    execId: number,
    tradeId: number,
    price: number,
    quantity: number,
    liquidity: Liquidity,
  ): Write {
    return (encoder, version) => {
      const execType = version.isFix42 ? (order.leavesQuantity === 0 ? "2" : "1") : "F";
      this.#head(encoder, version, order, execId, execType);
      encoder.int(32, quantity).decimal(31, price, this.#names.priceDecimals(order.instrument));
      if (!version.isFix42) {
        if (liquidity !== "auction") encoder.string(851, liquidity === "maker" ? "1" : "2");
        else if (version.isFix50) encoder.string(851, "4");
        // TrdMatchID is of FIX 5.0; before it, SecondaryExecID is free for it.
        encoder.int(version.isFix50 ? 880 : 527, tradeId);
      }
      this.#tail(encoder, version, order);
    };
  }

  /** ExecType 4, or C when its time was over. */
  cancelled(order: OrderView, execId: number, reason: OrderEndReason, requestId: string): Write {
    return (encoder, version) => {
      this.#head(encoder, version, order, execId, order.status === "expired" ? "C" : "4", requestId);
      if (reason !== "requested") encoder.string(58, reasonText(reason));
      this.#tail(encoder, version, order);
    };
  }

  /** ExecType 5. */
  replaced(order: OrderView, execId: number): Write {
    return (encoder, version) => {
      this.#head(encoder, version, order, execId, "5");
      this.#tail(encoder, version, order);
    };
  }

  /** ExecType D: terms changed without a replace. A trigger is L in FIX 5.0 SP2; the others have no code for it. */
  restated(order: OrderView, execId: number, reason: RestateReason | "triggered"): Write {
    return (encoder, version) => {
      if (reason === "triggered" && version.isFix50) this.#head(encoder, version, order, execId, "L");
      else {
        this.#head(encoder, version, order, execId, "D");
        encoder.string(378, restatementCodes[reason][version.isFix42 ? 0 : 1]);
      }
      encoder.string(58, reasonText(reason as Refusal));
      this.#tail(encoder, version, order);
    };
  }

  /** ExecType 8 of an order that the venue refused. */
  rejected(command: SubmitOrder, execId: number | string, reason: Refusal): Write {
    return (encoder, version) => {
      const { instrument } = command;
      encoder.string(37, "NONE").string(11, command.clientOrderId);
      writeExecId(encoder, execId);
      if (version.isFix42) encoder.string(20, "0");
      encoder.string(150, "8").string(39, "8");
      encoder.int(103, orderRejectCode(reason, version)).string(58, reasonText(reason));
      encoder.string(1, this.#names.account(command.account)).string(55, this.#names.symbol(instrument));
      encoder.string(54, sideCodes[command.side]).int(38, command.quantity);
      encoder.string(40, orderTypeCode(command.orderType, version));
      writeTimeInForce(encoder, version, command.timeInForce);
      if (command.price !== undefined) {
        encoder.decimal(44, command.price, this.#names.priceDecimals(instrument));
      }
      encoder.int(151, 0).int(14, 0).int(6, 0).string(60, this.#time(command.timeMicros));
    };
  }

  /** The state of an order, without an event: ExecType I, in FIX 4.2 ExecTransType 3. */
  status(order: OrderView, request: StatusRequest = {}): Write {
    return (encoder, version) => {
      this.#head(encoder, version, order, 0, "I");
      writeStatusRequest(encoder, version, request);
      this.#tail(encoder, version, order);
    };
  }

  /** OrderCancelReject of the venue. */
  cancelRejected(command: CancelOrder | ReplaceOrder, order: OrderView | undefined, reason: Refusal): Write {
    return (encoder, version) =>
      writeCancelReject(encoder, version, {
        order,
        clientOrderId: command.clientOrderId,
        origClientOrderId: command.origClientOrderId || order?.clientOrderId || "NONE",
        isReplace: command.type === "replace",
        reason,
        time: this.#time(command.timeMicros),
      });
  }

  #head(
    encoder: FixEncoder,
    version: FixVersion,
    order: OrderView,
    execId: number,
    execType: string,
    requestId = "",
  ): void {
    const status = statusCode(order, version);
    const isStatus = execType === "I";
    encoder.int(37, order.orderId);
    if (requestId !== "") encoder.string(11, requestId).string(41, order.clientOrderId);
    else {
      encoder.string(11, order.clientOrderId);
      if (order.origClientOrderId !== "") encoder.string(41, order.origClientOrderId);
    }
    encoder.int(17, execId);
    if (version.isFix42) encoder.string(20, isStatus ? "3" : "0");
    encoder.string(150, isStatus && version.isFix42 ? status : execType).string(39, status);
  }

  #tail(encoder: FixEncoder, version: FixVersion, order: OrderView): void {
    const { instrument, cumulativeQuantity, displayQuantity, minimumQuantity } = order;
    const decimals = this.#names.priceDecimals(instrument);
    encoder.string(1, this.#names.account(order.account)).string(55, this.#names.symbol(instrument));
    encoder.string(54, sideCodes[order.side]).int(38, order.quantity);
    encoder.string(40, orderTypeCode(order.orderType, version));
    if (order.price !== undefined) encoder.decimal(44, order.price, decimals);
    if (order.triggerPrice !== undefined) encoder.decimal(99, order.triggerPrice, decimals);
    writeTimeInForce(encoder, version, order.timeInForce);
    if (order.expireTimeMicros !== undefined) encoder.string(126, stamp(order.expireTimeMicros));
    writeInstructions(encoder, version, order, decimals);
    if (minimumQuantity !== undefined) encoder.int(110, minimumQuantity);
    if (displayQuantity !== undefined) encoder.int(version.isFix50 ? 1138 : 111, displayQuantity);
    if (order.capacity !== "agency" && !(version.isFix42 && order.capacity === "riskless-principal")) {
      encoder.string(version.isFix42 ? 47 : 528, capacityCodes[order.capacity]);
    }
    encoder.int(151, order.leavesQuantity).int(14, cumulativeQuantity);
    writeAverage(encoder, order.tradedValue, cumulativeQuantity, decimals);
    encoder.string(60, this.#time(order.updatedMicros));
  }

  /** TransactTime(60); many events have that of the one before. */
  #time(micros: number): string {
    const millis = Math.floor(micros / 1000);
    if (millis !== this.#stampMillis) {
      this.#stampMillis = millis;
      this.#stamp = formatTimestamp(millis);
    }
    return this.#stamp;
  }
}

/** What a report that was asked for says of the request. */
export interface StatusRequest {
  /** OrdStatusReqID(790). */
  readonly statusId?: string | undefined;
  /** MassStatusReqID(584). */
  readonly massId?: string | undefined;
  /** Orders that the answer to a mass request is about. */
  readonly total?: number;
  readonly isLast?: boolean;
}

/** There is no order to report the state of. */
export function writeNoOrder(
  encoder: FixEncoder,
  version: FixVersion,
  {
    clientOrderId,
    side,
    symbol,
    text,
  }: { clientOrderId: string; side: string; symbol: string; text: string },
  request: StatusRequest,
): void {
  encoder.string(37, "NONE");
  if (clientOrderId !== "") encoder.string(11, clientOrderId);
  encoder.string(17, "0");
  if (version.isFix42) encoder.string(20, "3");
  encoder.string(150, version.isFix42 ? "8" : "I").string(39, "8");
  writeStatusRequest(encoder, version, request);
  encoder.int(103, 5).string(58, text).string(55, symbol).string(54, side);
  encoder.int(151, 0).int(14, 0).int(6, 0);
}

function writeStatusRequest(
  encoder: FixEncoder,
  { isFix42 }: FixVersion,
  { statusId, massId, total = 0, isLast = false }: StatusRequest,
): void {
  if (isFix42) return;
  if (statusId !== undefined) encoder.string(790, statusId);
  if (massId !== undefined) encoder.string(584, massId).int(911, total).boolean(912, isLast);
}

/** What an OrderCancelReject says. */
export interface CancelRejection {
  /** The order that was meant, when it is one of the client's. */
  readonly order: OrderView | undefined;
  /** OrdStatus(39) when that is on its way to the venue under the id that was meant. */
  readonly pendingStatus?: string | undefined;
  readonly clientOrderId: string;
  readonly origClientOrderId: string;
  readonly isReplace: boolean;
  readonly reason: Refusal;
  /** TransactTime(60). */
  readonly time: string;
}

export function writeCancelReject(
  encoder: FixEncoder,
  version: FixVersion,
  { order, pendingStatus = "8", clientOrderId, origClientOrderId, isReplace, reason, time }: CancelRejection,
): void {
  if (order === undefined) encoder.string(37, "NONE");
  else encoder.int(37, order.orderId);
  encoder.string(11, clientOrderId).string(41, origClientOrderId);
  encoder.string(39, order ? statusCode(order, version) : pendingStatus);
  encoder.string(434, isReplace ? "2" : "1").int(102, cancelRejectCode(reason, version));
  encoder.string(58, reasonText(reason)).string(60, time);
}

/** OrdType(40). What FIX 4.2 has no code for is told by the type that it becomes or acts like. */
function orderTypeCode(type: OrderType, { isFix42 }: FixVersion): string {
  if (isFix42 && type === "market-to-limit") return "1";
  if (isFix42 && type === "market-if-touched") return "3";
  return orderTypeCodes[type];
}

/** TimeInForce(59), where the version has a code for it. */
function writeTimeInForce(encoder: FixEncoder, version: FixVersion, time: TimeInForce): void {
  if (time === "auction" && !version.isFix50) return;
  if (time === "cls" && version.isFix42) return;
  encoder.string(59, timeInForceCodes[time]);
}

/** OrdStatus(39). In FIX 4.2 a replaced order has a status of its own until it trades. */
function statusCode(order: OrderView, version: FixVersion): string {
  if (version.isFix42 && order.status === "new" && order.origClientOrderId !== "") return "5";
  return statusCodes[order.status];
}

/** A UTCTimestamp in milliseconds. */
export function stamp(micros: number): string {
  return formatTimestamp(Math.floor(micros / 1000));
}

export function writeExecId(encoder: FixEncoder, execId: number | string): void {
  if (typeof execId === "number") encoder.int(17, execId);
  else encoder.string(17, execId);
}

/** AvgPx(6): exact when it has at most six decimals more than a price, else rounded half up to these. */
function writeAverage(encoder: FixEncoder, value: number, quantity: number, decimals: number): void {
  if (quantity === 0) {
    encoder.int(6, 0);
    return;
  }
  const whole = Math.floor(value / quantity);
  const rest = value - whole * quantity;
  if (rest === 0) {
    encoder.decimal(6, whole, decimals);
    return;
  }
  const scale = 10 ** AVERAGE_DECIMALS;
  encoder.decimal(6, whole * scale + Math.round((rest * scale) / quantity), decimals + AVERAGE_DECIMALS);
}
