import type { EngineRejectReason } from "../engine-reject-reason.ts";
import { displayFault, MAX_VALUE, priceFault, quantityFault } from "../order-rules.ts";
import { levelFault, postable } from "./entry-rules.ts";
import type { Order } from "./order.ts";
import { settle } from "./settling.ts";
import type { NaiveState } from "./state.ts";
import { act } from "./taking.ts";

/** See {@link MatchingEngine.replace}. */
export function replace(state: NaiveState, orderId: number, price: number, quantity: number): number {
  const order = state.find(orderId);
  if (!order) return state.reject(-1, orderId, "unknown-order-id");
  const fault =
    replaceFault(state, order, price, quantity) ??
    (order.filled + quantity > MAX_VALUE ? "invalid-quantity" : undefined);
  if (fault) return state.reject(order.instrument, orderId, fault);
  return replaceBy(state, order, price, quantity, order.display);
}

/** See {@link MatchingEngine.amend}. */
export function amend(
  state: NaiveState,
  orderId: number,
  price: number,
  totalQuantity: number,
  displayQuantity?: number,
): number {
  const order = state.find(orderId);
  if (!order) return state.reject(-1, orderId, "unknown-order-id");
  const { rules } = state.instruments[order.instrument]!;
  const fault =
    replaceFault(state, order, price, totalQuantity) ??
    (displayQuantity === undefined
      ? undefined
      : displayFault(displayQuantity, totalQuantity, rules, order.type, {
          isWhole: order.allOrNone,
          isRandom: order.displayLow !== undefined,
        }));
  if (fault) return state.reject(order.instrument, orderId, fault);
  const leaves = totalQuantity - order.filled;
  if (leaves <= 0) {
    state.end(order, "requested");
    settle(state, order.instrument);
    return 0;
  }
  const before = order.display ?? Number.POSITIVE_INFINITY;
  const display = displayQuantity ?? before;
  if (
    price !== order.price ||
    leaves > order.leaves ||
    display > before ||
    (display === 0) !== (before === 0)
  ) {
    return replaceBy(state, order, price, leaves, displayQuantity ?? order.display);
  }
  order.display = displayQuantity ?? order.display;
  // A refresh by chance may show more than the first part; what is shown changes only when the terms do.
  if (display < before) order.displayed = Math.min(order.displayed, display);
  state.shrink(order, order.leaves - leaves);
  settle(state, order.instrument);
  return state.leavesOf(orderId);
}

/** See {@link MatchingEngine.reduce}. */
export function reduce(state: NaiveState, orderId: number, by: number): number {
  const order = state.find(orderId);
  if (!order) return state.reject(-1, orderId, "unknown-order-id");
  const { lotSize = 1 } = state.instruments[order.instrument]!.rules;
  const fault = quantityFault(by, { lotSize });
  if (fault) return state.reject(order.instrument, orderId, fault);
  if (by >= order.leaves) state.end(order, "requested");
  else state.shrink(order, by);
  settle(state, order.instrument);
  return state.leavesOf(orderId);
}

function replaceFault(
  state: NaiveState,
  order: Order,
  price: number,
  quantity: number,
): EngineRejectReason | undefined {
  const { phase, rules, last } = state.instruments[order.instrument]!;
  if (phase === "halted" || phase === "closed") return "phase-forbids-order";
  if (order.place !== "book" || order.price === undefined || order.peg) return "held-order";
  return (
    priceFault(price, rules, last) ??
    quantityFault(quantity, rules) ??
    levelFault(state, order.instrument, order.side, price, order)
  );
}

function replaceBy(
  state: NaiveState,
  order: Order,
  price: number,
  quantity: number,
  display: number | undefined,
): number {
  const { instrument, id, side, postOnly } = order;
  const limit = postable(state, instrument, side, price, postOnly);
  if (limit === "would-take") return state.reject(instrument, id, limit);
  state.end(order, "replaced");
  act(state, { ...order, price: limit! + 0, leaves: quantity, display });
  settle(state, instrument);
  return state.leavesOf(id);
}
