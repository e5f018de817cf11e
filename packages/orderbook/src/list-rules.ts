import type { EngineRejectReason } from "./engine-reject-reason.ts";
import type { Contingency, NewOrder } from "./new-order.ts";

/** Most orders of one list. */
const MAX_LIST = 16;

export const CONTINGENCIES: readonly Contingency[] = [
  "one-cancels-other",
  "one-updates-other",
  "one-triggers-other",
  "bracket",
];

/** Whether the first order of such a list acts before the others. */
export function hasParent(contingency: Contingency): boolean {
  return contingency === "one-triggers-other" || contingency === "bracket";
}

/** The order that makes this no list, and why; what is wrong with an order by itself is for others. */
export function listFault(
  contingency: Contingency,
  orders: readonly NewOrder[],
): { readonly orderId: number; readonly reason: EngineRejectReason } | undefined {
  const reason = "invalid-list";
  const [first] = orders;
  if (!first) return { orderId: 0, reason };
  if (!CONTINGENCIES.includes(contingency) || orders.length < 2 || orders.length > MAX_LIST)
    return { orderId: first.orderId, reason };
  for (const [index, order] of orders.entries()) {
    const { orderId, timeInForce } = order;
    const isChild = hasParent(contingency) && index > 0;
    if (
      order.instrument !== first.instrument ||
      orders.findIndex((other) => other.orderId === orderId) < index ||
      order.postOnly !== undefined ||
      // A child acts in a phase that nobody knows yet.
      (isChild && (timeInForce === "opg" || timeInForce === "auction"))
    )
      return { orderId, reason };
  }
  return undefined;
}
