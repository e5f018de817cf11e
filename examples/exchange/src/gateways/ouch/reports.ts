import { type Ouch50Outbound, OuchTag } from "@exchange-kit/itch";
import type { Phase } from "@exchange-kit/orderbook";
import type { Capacity, OrderSide } from "../../venue/commands.ts";
import type { Instrument } from "../../venue/directory.ts";
import type { Liquidity } from "../../venue/events.ts";
import type { OrderView } from "../../venue/order-view.ts";
import type { OrderEndReason } from "../../venue/reject-reasons.ts";
import { MARKET_PRICE4, timeInForceCode } from "./read-command.ts";
import { clOrdIdOf, userRefNumOf } from "./tokens.ts";

const sides: Readonly<Record<OrderSide, string>> = {
  buy: "B",
  sell: "S",
  "sell-short": "T",
  "sell-short-exempt": "E",
};
const capacities: Readonly<Record<Capacity, string>> = {
  agency: "A",
  principal: "P",
  "riskless-principal": "R",
};
const endReasons: Readonly<Record<OrderEndReason, string>> = {
  requested: "U",
  "mass-cancel": "U",
  unfilled: "I",
  expired: "T",
  "self-trade": "Q",
  contingency: "S",
  disconnect: "S",
  "kill-switch": "S",
  "corporate-action": "D",
};

type Accepted = Extract<Ouch50Outbound, { type: "A" | "U" }>;

/**
 * What Order Accepted and Replaced say of an order; its reference number is the venue's order id.
 *
 * @param symbol - the present one of the instrument
 */
export function terms(
  order: OrderView,
  symbol: string,
  instrument: Instrument,
): Omit<Accepted, "type" | "timestampNanos" | "origUserRefNum"> {
  const { timeInForce, displayQuantity, minimumQuantity } = order;
  return {
    userRefNum: userRefNumOf(order.clientOrderId),
    side: sides[order.side],
    quantity: order.leavesQuantity,
    symbol,
    price4: order.price === undefined ? MARKET_PRICE4 : price4(order.price, instrument),
    timeInForce: timeInForceCode(timeInForce),
    display: displayQuantity === 0 ? "N" : "Y",
    orderReferenceNumber: BigInt(order.orderId),
    capacity: capacities[order.capacity],
    intermarketSweepEligibility: "N",
    crossType: timeInForce === "opg" ? "O" : timeInForce === "cls" ? "C" : "N",
    orderState: order.leavesQuantity === 0 ? "D" : "L",
    clOrdId: clOrdIdOf(order.clientOrderId),
    appendages: [
      ...(minimumQuantity === undefined ? [] : [{ tag: OuchTag.minimumQuantity, value: minimumQuantity }]),
      ...(displayQuantity ? [{ tag: OuchTag.maxFloor, value: displayQuantity }] : []),
      ...(order.postOnly === undefined ? [] : [{ tag: OuchTag.postOnly, value: "P" }]),
    ],
  };
}

export function price4(price: number, { priceDecimals }: Instrument): number {
  return price * 10 ** (4 - priceDecimals);
}

export function cancelReason(reason: OrderEndReason): string {
  return endReasons[reason];
}

/** Of an auction's trades, which cross it was. */
export function liquidityFlag(liquidity: Liquidity, phase: Phase): string {
  if (liquidity === "maker") return "A";
  if (liquidity === "taker") return "R";
  return phase === "closing-auction" ? "C" : phase === "volatility-auction" || phase === "halted" ? "H" : "O";
}
