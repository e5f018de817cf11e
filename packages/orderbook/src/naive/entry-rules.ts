import type { EngineRejectReason } from "../engine-reject-reason.ts";
import type { NewOrder } from "../new-order.ts";
import { orderFault, orderIdFault, priceFault } from "../order-rules.ts";
import type { Side } from "../side.ts";
import { tickDown, tickUp } from "../tick-size.ts";
import { type Order, reaches } from "./order.ts";
import { limitsOf, within } from "./price-limits.ts";
import type { NaiveState } from "./state.ts";
import { bestOpposite } from "./taking.ts";

/** What is wrong with an order that would come after those `before` it. */
export function entryFault(
  state: NaiveState,
  entry: NewOrder,
  before: readonly NewOrder[],
): EngineRejectReason | undefined {
  const book = state.instruments[entry.instrument];
  if (!book) return "unknown-instrument";
  const limit = state.orderLimit;
  const entered =
    (state.entered.get(entry.session ?? 0) ?? 0) +
    before.filter(({ session }) => session === entry.session).length;
  return (
    orderIdFault(entry.orderId) ??
    (state.find(entry.orderId) ? "duplicate-order-id" : undefined) ??
    orderFault(entry, book.rules, book.phase, book.last, state.now) ??
    (state.orders.length + before.length >= state.maximumOrders ? "too-many-orders" : undefined) ??
    (limit && entry.session && entered >= limit.orders ? "too-many-messages" : undefined) ??
    levelFault(state, entry.instrument, entry.side, entry.price)
  );
}

/** Whether an order would rest at a price too many. */
export function levelFault(
  state: NaiveState,
  instrument: number,
  side: Side,
  price: number | undefined,
  moved?: Order,
): EngineRejectReason | undefined {
  const { maximumLevels } = state.instruments[instrument]!.rules;
  if (maximumLevels === undefined || price === undefined || price === moved?.price) return undefined;
  const prices = new Set(
    state
      .queue(instrument, side)
      .filter((order) => order !== moved)
      .map((order) => order.price),
  );
  prices.delete(undefined);
  return prices.has(price) || prices.size < maximumLevels ? undefined : "too-many-levels";
}

/** Where a post-only order may rest. */
export function postable(
  state: NaiveState,
  instrument: number,
  side: Side,
  wanted: number | undefined,
  postOnly: NewOrder["postOnly"],
): number | undefined | "would-take" {
  const book = state.instruments[instrument]!;
  if (wanted === undefined || !postOnly || book.phase !== "continuous") return wanted;
  const price = within(limitsOf(book), side, wanted);
  const best = bestOpposite(state, { instrument, side });
  if (best === undefined || !reaches(side, price, best)) return wanted;
  const behind = side === "buy" ? tickDown(best - 1, book.rules) : tickUp(best + 1, book.rules);
  return postOnly === "reject" || priceFault(behind, book.rules, book.last) ? "would-take" : behind;
}
