import type { CancelReason } from "../engine-listener.ts";
import type { CancelFilter } from "../new-order.ts";
import type { Order } from "./order.ts";
import { settle } from "./settling.ts";
import type { NaiveState } from "./state.ts";

/** See {@link MatchingEngine.cancel}. */
export function cancel(state: NaiveState, orderId: number): number {
  const order = state.find(orderId);
  if (!order) return state.reject(-1, orderId, "unknown-order-id");
  const leaves = state.end(order, "requested");
  settle(state, order.instrument);
  return leaves;
}

/** See {@link MatchingEngine.cancelAll}. */
export function cancelAll(state: NaiveState, filter: CancelFilter = {}): number {
  return cancelWhere(
    state,
    (order) =>
      order.instrument === (filter.instrument ?? order.instrument) &&
      order.side === (filter.side ?? order.side) &&
      order.account === (filter.account ?? order.account) &&
      order.session === (filter.session ?? order.session),
    "mass-cancel",
  );
}

/** See {@link MatchingEngine.disconnect}. */
export function disconnect(state: NaiveState, session: number): number {
  return cancelWhere(state, (order) => session !== 0 && order.session === session, "disconnected");
}

function cancelWhere(state: NaiveState, matches: (order: Order) => boolean, reason: CancelReason): number {
  let count = 0;
  for (const order of state.inOrder()) {
    // One that depended on another may be gone already.
    if (!matches(order) || !state.orders.includes(order)) continue;
    state.end(order, reason);
    count++;
  }
  for (const index of state.instruments.keys()) settle(state, index);
  return count;
}
