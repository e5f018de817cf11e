import { PLACE } from "../book.ts";
import { hasParent, listFault } from "../list-rules.ts";
import type { Contingency, NewOrder } from "../new-order.ts";
import { OrderExtras, type OrderList } from "../order-extras.ts";
import { SELLS } from "../order-store.ts";
import { type EngineState, toKey } from "./engine-state.ts";
import { entryFault, isPostable } from "./entry-rules.ts";
import { settle } from "./settling.ts";
import { begin } from "./taking.ts";
import { elect, NO_TRIGGER } from "./triggers.ts";

const NONE: readonly NewOrder[] = [];

/** See {@link MatchingEngine.enter}. */
export function enterOrder(state: EngineState, order: NewOrder): number {
  const { orderId, instrument, side, quantity } = order;
  const fault = entryFault(state, order, NONE);
  if (fault) return state.reject(instrument, orderId, fault);
  const book = state.books[instrument]!;
  const sells = side === "buy" ? 0 : SELLS;
  loadTerms(state, order, OrderExtras.of(order), state.sequence + 1);
  if (state.terms.postOnly && !isPostable(book, sells, state.terms)) {
    return state.reject(instrument, orderId, "would-take");
  }
  state.sequence++;
  countEntry(state, order.session);
  begin(state, book, orderId, sells, quantity);
  if (book.high >= book.low || book.isSpecial) settle(state, book);
  return state.leavesOf(state.store.find(orderId));
}

/** See {@link MatchingEngine.enterList}. */
export function enterList(state: EngineState, contingency: Contingency, orders: readonly NewOrder[]): number {
  const instrument = orders[0]?.instrument ?? -1;
  const wrongList = listFault(contingency, orders);
  if (wrongList) return state.reject(instrument, wrongList.orderId, wrongList.reason);
  for (const [index, order] of orders.entries()) {
    const fault = entryFault(state, order, orders.slice(0, index));
    if (fault) return state.reject(instrument, order.orderId, fault);
  }
  const book = state.books[instrument]!;
  const list: OrderList = {
    id: ++state.listSequence,
    contingency,
    members: new Set(),
    executed: 0,
    isReleased: false,
  };
  const isParent = hasParent(contingency);
  const first = state.sequence + 1;
  state.sequence += orders.length;
  const load = (index: number): void =>
    loadTerms(
      state,
      orders[index]!,
      OrderExtras.of(orders[index]!, list, isParent && index === 0),
      first + index,
    );
  for (const { session } of orders) countEntry(state, session);
  if (isParent) {
    for (let index = 1; index < orders.length; index++) {
      const { orderId, side, quantity } = orders[index]!;
      load(index);
      state.hold(book, orderId, side === "buy" ? 0 : SELLS, PLACE.PARENT, 0, quantity);
    }
  }
  for (let index = 0; index < (isParent ? 1 : orders.length); index++) {
    const { orderId, side, quantity } = orders[index]!;
    const left = quantity - list.executed;
    load(index);
    if (list.executed > 0 && (contingency === "one-cancels-other" || left <= 0)) {
      state.endIncoming(book, orderId, quantity, "contingency");
      continue;
    }
    if (left < quantity) state.listener.reduced(instrument, orderId, left, 0);
    begin(state, book, orderId, side === "buy" ? 0 : SELLS, left);
    // Those that were waiting saw these trades, the next order of the list did not.
    elect(state, book);
  }
  settle(state, book);
  return orders.filter(({ orderId }) => state.store.find(orderId) !== 0).length;
}

function countEntry(state: EngineState, session: number | undefined): void {
  const { entered, orderLimit } = state;
  if (orderLimit && session) entered.set(session, (entered.get(session) ?? 0) + 1);
}

/** Takes the terms of a new order into the engine's. */
function loadTerms(
  state: EngineState,
  order: NewOrder,
  extras: OrderExtras | undefined,
  sequence: number,
): void {
  const { terms } = state;
  const sells = order.side === "buy" ? 0 : SELLS;
  terms.type = order.type ?? "limit";
  terms.time = order.timeInForce ?? "gtc";
  terms.hasLimit = order.price !== undefined;
  terms.limit = order.price === undefined ? 0 : toKey(order.price, sells);
  terms.trigger = order.triggerPrice === undefined ? NO_TRIGGER : order.triggerPrice | 0;
  terms.display = order.peg ? 0 : (order.displayQuantity ?? -1);
  terms.minimum = order.minimumQuantity ?? 0;
  terms.postOnly = order.postOnly;
  terms.account = order.account ?? 0;
  terms.session = order.session ?? 0;
  terms.group = order.selfTradeGroup ?? 0;
  terms.mode = order.selfTradeMode ?? "cancel-newest";
  terms.expireTime = order.expireTime ?? 0;
  terms.sequence = sequence;
  terms.extras = extras;
}
