import type { PriceLevel } from "../naive-order-book.ts";
import type { OpenOrder, OrderStatus } from "../open-order.ts";
import type { LevelStatistics } from "../price-level.ts";
import type { Side } from "../side.ts";
import type { Order } from "./order.ts";
import type { NaiveState } from "./state.ts";

/** See {@link MatchingEngine.best}. */
export function best(state: NaiveState, instrument: number, side: Side): number | undefined {
  return depth(state, instrument, side, 1)[0]?.price;
}

/** See {@link MatchingEngine.depth}. */
export function depth(state: NaiveState, instrument: number, side: Side, levels: number): PriceLevel[] {
  const shown = state.queue(instrument, side).filter((order) => order.displayed > 0);
  const prices = [...new Set(shown.map((order) => order.price!))];
  return prices.slice(0, levels).map((price) => {
    const orders = shown.filter((order) => order.price === price);
    return {
      price,
      quantity: orders.reduce((sum, order) => sum + order.displayed, 0),
      orders: orders.length,
    };
  });
}

/** See {@link MatchingEngine.levelStatistics}. */
export function levelStatistics(
  state: NaiveState,
  instrument: number,
  side: Side,
  price: number,
): LevelStatistics | undefined {
  const orders = state.queue(instrument, side).filter((order) => order.price === price);
  if (orders.length === 0) return undefined;
  const sum = (of: (order: Order) => number): number => orders.reduce((total, order) => total + of(order), 0);
  return {
    orders: orders.length,
    shownOrders: orders.filter((order) => order.displayed > 0).length,
    shownQuantity: sum((order) => order.displayed),
    quantity: sum((order) => order.leaves),
    largestQuantity: Math.max(...orders.map((order) => order.leaves)),
    firstOrderId: orders[0]!.id,
  };
}

/** The orders that trade before this one at its price. */
export function ahead(state: NaiveState, orderId: number): Order[] | undefined {
  const order = state.find(orderId);
  if (order?.place !== "book") return undefined;
  const queue = state.queue(order.instrument, order.side);
  return queue.slice(0, queue.indexOf(order)).filter((other) => other.price === order.price);
}

function statusOf({ place, price }: Order): OrderStatus {
  switch (place) {
    case "trigger":
      return "waiting-for-trigger";
    case "close":
      return "waiting-for-close";
    case "peg":
      return "waiting-for-reference";
    case "parent":
      return "waiting-for-parent";
    default:
      return price === undefined ? "waiting-for-auction" : "resting";
  }
}

export function openOrder(order: Order): OpenOrder {
  return {
    orderId: order.id,
    instrument: order.instrument,
    side: order.side,
    status: statusOf(order),
    type: order.type,
    timeInForce: order.time,
    price: order.place === "book" ? order.price : undefined,
    triggerPrice: order.place === "trigger" ? order.trigger : undefined,
    leavesQuantity: order.leaves,
    displayedQuantity: order.displayed,
    filledQuantity: order.filled,
  };
}
