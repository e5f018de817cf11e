import { hasParent, listFault } from "../list-rules.ts";
import type { Contingency, NewOrder } from "../new-order.ts";
import { entryFault, postable } from "./entry-rules.ts";
import type { List, Order } from "./order.ts";
import { elect, settle } from "./settling.ts";
import type { NaiveState } from "./state.ts";
import { begin } from "./taking.ts";

/** See {@link MatchingEngine.enter}. */
export function enter(state: NaiveState, entry: NewOrder): number {
  const fault = entryFault(state, entry, []);
  if (fault) return state.reject(entry.instrument, entry.orderId, fault);
  const price = postable(state, entry.instrument, entry.side, entry.price, entry.postOnly);
  if (price === "would-take") return state.reject(entry.instrument, entry.orderId, price);
  countEntry(state, entry.session);
  begin(state, make(state, entry, price, undefined, false));
  settle(state, entry.instrument);
  return state.leavesOf(entry.orderId);
}

/** See {@link MatchingEngine.enterList}. */
export function enterList(state: NaiveState, contingency: Contingency, entries: readonly NewOrder[]): number {
  const instrument = entries[0]?.instrument ?? -1;
  const wrongList = listFault(contingency, entries);
  if (wrongList) return state.reject(instrument, wrongList.orderId, wrongList.reason);
  for (const [index, entry] of entries.entries()) {
    const fault = entryFault(state, entry, entries.slice(0, index));
    if (fault) return state.reject(instrument, entry.orderId, fault);
  }
  const list: List = { contingency, executed: 0, isReleased: false };
  const orders = entries.map((entry, index) =>
    make(state, entry, entry.price, list, hasParent(contingency) && index === 0),
  );
  for (const { session } of orders) countEntry(state, session);
  if (hasParent(contingency)) {
    for (const child of orders.slice(1)) state.hold(child, "parent");
    begin(state, orders[0]!);
  } else {
    for (const order of orders) {
      if (list.executed > 0 && (contingency === "one-cancels-other" || list.executed >= order.leaves)) {
        state.cancelled(order, "contingency");
        continue;
      }
      if (list.executed > 0) state.shrink(order, list.executed);
      begin(state, order);
      // Those that were waiting saw these trades, the next order of the list did not.
      elect(state, instrument);
    }
  }
  settle(state, instrument);
  return entries.filter(({ orderId }) => state.find(orderId)).length;
}

function countEntry(state: NaiveState, session = 0): void {
  if (state.orderLimit && session) state.entered.set(session, (state.entered.get(session) ?? 0) + 1);
}

function make(
  state: NaiveState,
  entry: NewOrder,
  price: number | undefined,
  list: List | undefined,
  isParent: boolean,
): Order {
  return {
    instrument: entry.instrument,
    id: entry.orderId,
    side: entry.side,
    price: price === undefined ? undefined : price + 0, // −0 becomes 0
    leaves: entry.quantity,
    displayed: 0,
    filled: 0,
    display: entry.peg ? 0 : entry.displayQuantity,
    displayLow: entry.displayLowQuantity,
    displayHigh: entry.displayHighQuantity ?? 0,
    random: entry.randomSeed ?? 0,
    type: entry.type ?? "limit",
    time: entry.timeInForce ?? "gtc",
    expireTime: entry.expireTime ?? 0,
    minimum: entry.minimumQuantity ?? 0,
    trigger: entry.triggerPrice === undefined ? undefined : entry.triggerPrice + 0,
    trailAmount: entry.trailAmount,
    trailBasisPoints: entry.trailBasisPoints ?? 0,
    limitOffset: entry.limitOffset ?? 0,
    peg: entry.peg,
    pegOffset: entry.pegOffset ?? 0,
    pegLimit: entry.price,
    allOrNone: entry.allOrNone ?? false,
    singlePrice: entry.singlePrice ?? false,
    postOnly: entry.postOnly,
    account: entry.account ?? 0,
    session: entry.session ?? 0,
    group: entry.selfTradeGroup ?? 0,
    mode: entry.selfTradeMode ?? "cancel-newest",
    list,
    isParent,
    priority: 0,
    sequence: ++state.counter,
    place: "book",
  };
}
