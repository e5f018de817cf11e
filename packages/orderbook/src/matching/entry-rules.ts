import type { Book } from "../book.ts";
import type { EngineRejectReason } from "../engine-reject-reason.ts";
import type { NewOrder } from "../new-order.ts";
import type { OrderTerms } from "../order-details.ts";
import { orderFault, orderIdFault, priceFault } from "../order-rules.ts";
import { SELLS } from "../order-store.ts";
import { NO_KEY } from "../price-ladder.ts";
import type { Side } from "../side.ts";
import { tickDown, tickUp } from "../tick-size.ts";
import { type EngineState, toKey, toPrice } from "./engine-state.ts";
import { highestKey } from "./price-limits.ts";

/** What is wrong with an order that would come after those `before` it. */
export function entryFault(
  state: EngineState,
  order: NewOrder,
  before: readonly NewOrder[],
): EngineRejectReason | undefined {
  const book = state.books[order.instrument];
  if (!book) return "unknown-instrument";
  return (
    orderIdFault(order.orderId) ??
    (state.store.find(order.orderId) ? "duplicate-order-id" : undefined) ??
    orderFault(order, book.rules, book.phase, book.last, state.now) ??
    (state.store.size + before.length >= state.maximumOrders ? "too-many-orders" : undefined) ??
    (state.orderLimit && order.session ? messageFault(state, order.session, before) : undefined) ??
    (book.rules.maximumLevels === undefined ? undefined : levelFault(book, order.side, order.price))
  );
}

function messageFault(
  state: EngineState,
  session: number,
  before: readonly NewOrder[],
): EngineRejectReason | undefined {
  const { entered, orderLimit } = state;
  let orders = entered.get(session) ?? 0;
  for (const other of before) if (other.session === session) orders++;
  return orders >= orderLimit!.orders ? "too-many-messages" : undefined;
}

/**
 * Whether an order would rest at a price too many.
 *
 * @param left - key of a price that it leaves as the last one there
 */
export function levelFault(
  book: Book,
  side: Side,
  price: number | undefined,
  left: number = NO_KEY,
): EngineRejectReason | undefined {
  if (price === undefined) return undefined;
  const sells = side === "buy" ? 0 : SELLS;
  const own = toKey(price, sells);
  let levels = 0;
  for (let key = book.highestKey(sells); key !== NO_KEY; key = book.keyBelow(key, sells)) {
    if (key === own) return undefined;
    if (key !== left) levels++;
  }
  return levels < book.rules.maximumLevels! ? undefined : "too-many-levels";
}

/** Whether a post-only order may rest; one that slides gets its new limit. */
export function isPostable(book: Book, sells: number, terms: OrderTerms): boolean {
  if (!book.isContinuous) return true;
  const best = book.bestKey(SELLS - sells);
  const limit = Math.min(terms.limit, highestKey(book, sells) ?? terms.limit);
  if (best === NO_KEY || best < 0 - limit) return true;
  const opposite = toPrice(best, SELLS - sells);
  const behind = sells === 0 ? tickDown(opposite - 1, book.rules) : tickUp(opposite + 1, book.rules);
  if (terms.postOnly === "reject" || priceFault(behind, book.rules, book.last)) return false;
  terms.limit = toKey(behind, sells);
  return true;
}
