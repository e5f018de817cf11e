import type { Book } from "../book.ts";
import type { OrderExtras, OrderList } from "../order-extras.ts";
import type { EngineState } from "./engine-state.ts";

/** Whether orders of these lists must not trade because one of them cancels or updates the other. */
export function areSiblings(a: OrderList | undefined, b: OrderList | undefined): boolean {
  return a !== undefined && a === b && a.contingency !== "one-triggers-other";
}

/**
 * What the trade of an order does to the others of its list.
 *
 * @param slot - of the order, 0 when it is nowhere
 * @param leaves - what is left of it
 */
export function executed(
  state: EngineState,
  book: Book,
  { list, isParent }: OrderExtras,
  slot: number,
  leaves: number,
  quantity: number,
): void {
  if (!list) return;
  if (isParent) {
    if (leaves > 0) return;
    list.isReleased = true;
    book.rare.hasReleased = true;
    return;
  }
  list.executed += quantity;
  if (list.contingency === "one-triggers-other") return;
  for (const other of state.asEntered([...list.members])) {
    if (other === slot || !list.members.has(other)) continue;
    if (list.contingency === "one-cancels-other" || quantity >= state.leavesOf(other)) {
      state.end(other, "contingency");
    } else state.shrink(other, quantity);
  }
}
