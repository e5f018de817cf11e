import { isCall, isMarket, isTrailing, isTriggered, MAX_VALUE } from "../order-rules.ts";
import { opposite } from "../side.ts";
import { tickDown, tickUp } from "../tick-size.ts";
import { shareNaively } from "./allocation.ts";
import { areSiblings, isReached, type Order, reaches, trailFrom } from "./order.ts";
import { follow } from "./pegs.ts";
import { changePhase } from "./phases.ts";
import { limitsOf, thirtieth, within } from "./price-limits.ts";
import type { NaiveState } from "./state.ts";
import { wouldTrade } from "./trial.ts";

/** A new order, or one whose parent traded, acts or begins to wait. */
export function begin(state: NaiveState, order: Order): void {
  const { phase, last } = state.instruments[order.instrument]!;
  if (isTrailing(order.type) && last !== undefined) order.trigger ??= trailFrom(order, last);
  if (order.time === "cls" && phase !== "closing-auction") state.hold(order, "close");
  else if (order.peg) follow(state, order);
  else if (!isTriggered(order.type)) act(state, order);
  else if (phase === "continuous" && last !== undefined && isReached(order, last)) trigger(state, order);
  else state.hold(order, "trigger");
}

/** An order whose trigger was met acts. */
export function trigger(state: NaiveState, order: Order): void {
  state.listener.triggered(order.instrument, order.id);
  if (order.type === "trailing-stop-limit") {
    const { rules } = state.instruments[order.instrument]!;
    const behind =
      order.side === "buy" ? order.trigger! + order.limitOffset : order.trigger! - order.limitOffset;
    const price = Math.min(Math.max(behind, -MAX_VALUE), MAX_VALUE);
    order.price = order.side === "buy" ? tickDown(price, rules) : tickUp(price, rules);
  }
  act(state, order);
}

/** An order that is new, came back or was triggered trades and rests. */
export function act(state: NaiveState, order: Order): void {
  const book = state.instruments[order.instrument]!;
  if (isCall(book.phase)) {
    joinCall(state, order);
    return;
  }
  if (order.type === "market-to-limit" && order.price === undefined) {
    order.price = bestOpposite(state, order);
    if (order.price === undefined) {
      state.cancelled(order, "unfilled");
      return;
    }
  }
  const limits = limitsOf(book);
  const isBuy = order.side === "buy";
  if (order.price !== undefined) order.price = within(limits, order.side, order.price);
  // The worst price at which it wants to trade, and the worst at which it may.
  let wanted = order.price ?? (isBuy ? (limits?.upper ?? Infinity) : (limits?.lower ?? -Infinity));
  if (order.singlePrice) {
    const best = bestOpposite(state, order);
    if (best !== undefined) wanted = isBuy ? Math.min(wanted, best) : Math.max(wanted, best);
  }
  const range = book.rules.volatilityInterruption?.range;
  let worst = wanted;
  if (range !== undefined && book.last !== undefined) {
    worst = isBuy ? Math.min(wanted, book.last + range) : Math.max(wanted, book.last - range);
  }
  const needed = order.time === "fok" || order.allOrNone ? order.leaves : order.minimum;
  if (needed > 0 && wouldTrade(state, order, worst) < needed) {
    if (order.allOrNone) state.rest(order);
    else state.cancelled(order, "unfilled");
    return;
  }
  if (!order.postOnly) {
    if (match(state, order, worst) || order.leaves === 0) return;
    const next = bestOpposite(state, order);
    if (range !== undefined && next !== undefined && reaches(order.side, wanted, next)) {
      changePhase(state, order.instrument, "volatility-auction");
      book.auctionEnds = state.now + book.rules.volatilityInterruption!.duration;
      joinCall(state, order);
      return;
    }
  }
  if (isMarket(order.type) || order.time === "ioc" || order.time === "fok") {
    state.cancelled(order, "unfilled");
    return;
  }
  state.rest(order);
}

/** An order that acts while orders gather for an auction. */
function joinCall(state: NaiveState, order: Order): void {
  if (order.time === "ioc" || order.time === "fok" || order.minimum > order.filled) {
    state.cancelled(order, "unfilled");
    return;
  }
  state.rest(order);
}

/** The best price of the other side at which somebody stands who is not all-or-none. */
export function bestOpposite(
  state: NaiveState,
  { instrument, side }: Pick<Order, "instrument" | "side">,
): number | undefined {
  return state.auctionQueue(instrument, opposite(side))[0]?.price;
}

/** @returns whether self-trade prevention ended the incoming order */
export function match(state: NaiveState, taker: Order, worst: number): boolean {
  const { allocation } = state.instruments[taker.instrument]!.rules;
  while (taker.leaves > 0) {
    const queue = state.queue(taker.instrument, opposite(taker.side));
    const maker = queue.find((order) => !order.allOrNone || order.leaves <= taker.leaves);
    if (!maker || !reaches(taker.side, worst, maker.price!)) return false;
    const isShared = allocation !== undefined && maker.displayed > 0;
    const makers = isShared
      ? queue.filter((order) => order.price === maker.price && order.displayed > 0)
      : [maker];
    const sibling = makers.find((order) => areSiblings(taker, order));
    const own = makers.find((order) => taker.group !== 0 && taker.group === order.group);
    if (sibling) state.end(sibling, "contingency");
    else if (own) {
      if (preventSelfTrade(state, taker, own)) return true;
    } else if (isShared) share(state, taker, makers);
    else trade(state, taker, maker, Math.min(taker.leaves, maker.displayed || maker.leaves));
  }
  return false;
}

function share(state: NaiveState, taker: Order, makers: readonly Order[]): void {
  const { rules, top } = state.instruments[taker.instrument]!;
  const shares = makers.map((order) => ({
    order,
    account: order.account,
    isTop: top[order.side] === order,
    open: order.displayed,
    given: 0,
    isLeftOut: false,
  }));
  shareNaively(rules.allocation!, rules.lotSize ?? 1, taker.leaves, shares);
  for (const { order, given } of shares) {
    // The trades before may have ended it, or taken something off it.
    const quantity = state.orders.includes(order) ? Math.min(given, order.displayed) : 0;
    if (quantity > 0) trade(state, taker, order, quantity);
  }
}

function trade(state: NaiveState, taker: Order, maker: Order, quantity: number): void {
  const book = state.instruments[taker.instrument]!;
  const price = maker.price!;
  book.last = price;
  book.trades.push(price);
  if (book.rules.priceLimits) {
    if (book.reference === undefined) {
      book.reference = price;
      book.referenceSince = state.now;
    }
    book.recent.push([Math.floor(state.now / thirtieth(book)), price]);
  }
  taker.leaves -= quantity;
  taker.filled += quantity;
  state.fill(maker, quantity);
  state.listener.traded(maker.instrument, maker.id, taker.id, taker.side, price, quantity, maker.leaves);
  state.refresh(maker);
  executed(state, maker, quantity);
  executed(state, taker, quantity);
}

/** What the trade of an order does to the others of its list. */
export function executed(state: NaiveState, order: Order, quantity: number): void {
  const { list } = order;
  if (!list) return;
  if (order.isParent) {
    if (order.leaves === 0) list.isReleased = true;
    return;
  }
  list.executed += quantity;
  if (list.contingency === "one-triggers-other") return;
  for (const other of state.members(list)) {
    if (other === order) continue;
    if (list.contingency === "one-cancels-other" || quantity >= other.leaves) state.end(other, "contingency");
    else state.shrink(other, quantity);
  }
}

function preventSelfTrade(state: NaiveState, taker: Order, maker: Order): boolean {
  if (taker.mode === "cancel-oldest" || taker.mode === "cancel-both") state.end(maker, "self-trade");
  if (taker.mode === "decrement") {
    const quantity = Math.min(taker.leaves, maker.leaves);
    if (quantity === maker.leaves) state.end(maker, "self-trade");
    else state.shrink(maker, quantity);
    if (quantity < taker.leaves) {
      taker.leaves -= quantity;
      state.listener.reduced(taker.instrument, taker.id, taker.leaves, 0);
      return false;
    }
  }
  if (taker.mode === "cancel-oldest") return false;
  state.cancelled(taker, "self-trade");
  return true;
}
