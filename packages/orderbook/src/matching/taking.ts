import { type Book, PLACE } from "../book.ts";
import { isCall, isMarket, isStop, isTrailing, isTriggered, MAX_VALUE } from "../order-rules.ts";
import { KEY, LEAVES, NEXT, PLACE_SHIFT, SELLS, STRIDE_BITS } from "../order-store.ts";
import { NO_KEY } from "../price-ladder.ts";
import { tickDown, tickUp } from "../tick-size.ts";
import { share } from "./allocation.ts";
import { type EngineState, sideOf, toKey, toPrice } from "./engine-state.ts";
import { areSiblings, executed } from "./lists.ts";
import { follow } from "./pegs.ts";
import { changePhase } from "./phases.ts";
import { highestKey, notePrice } from "./price-limits.ts";
import { wouldTrade } from "./trial.ts";
import { NO_TRIGGER, trailFrom } from "./triggers.ts";

/** Below every key: takes at any price. */
const ANY_KEY: number = NO_KEY + 1;

/** A new order, or one whose parent traded, acts or begins to wait; its terms are in `state.terms`. */
export function begin(
  state: EngineState,
  book: Book,
  orderId: number,
  sells: number,
  quantity: number,
): void {
  const { terms } = state;
  const { last } = book;
  if (terms.time === "cls" && book.phase !== "closing-auction") {
    state.hold(book, orderId, sells, PLACE.CLOSE, 0, quantity);
    return;
  }
  if (terms.extras?.peg) {
    follow(state, book, orderId, sells, quantity, 0);
    return;
  }
  if (!isTriggered(terms.type)) {
    act(state, book, orderId, sells, quantity, 0);
    return;
  }
  if (isTrailing(terms.type) && terms.trigger === NO_TRIGGER && last !== undefined) {
    terms.trigger = trailFrom(terms.extras!, sells, last);
  }
  const rises = isStop(terms.type) === (sells === 0);
  const isReached = last !== undefined && (rises ? last >= terms.trigger : last <= terms.trigger);
  if (book.isContinuous && isReached) trigger(state, book, orderId, sells, quantity);
  else {
    const place = rises ? PLACE.RISING : PLACE.FALLING;
    state.hold(book, orderId, sells, place, rises ? 0 - terms.trigger : terms.trigger, quantity);
  }
}

/** An order whose trigger was met acts. */
export function trigger(
  state: EngineState,
  book: Book,
  orderId: number,
  sells: number,
  quantity: number,
): void {
  const { terms } = state;
  state.listener.triggered(book.index, orderId);
  if (terms.type === "trailing-stop-limit") {
    const offset = terms.extras!.limitOffset;
    const behind = sells === 0 ? terms.trigger + offset : terms.trigger - offset;
    const price = Math.min(Math.max(behind, -MAX_VALUE), MAX_VALUE);
    terms.hasLimit = true;
    terms.limit = toKey(sells === 0 ? tickDown(price, book.rules) : tickUp(price, book.rules), sells);
  }
  act(state, book, orderId, sells, quantity, 0);
}

/** The order of `state.terms` trades and rests. */
export function act(
  state: EngineState,
  book: Book,
  orderId: number,
  sells: number,
  quantity: number,
  filled: number,
): void {
  const { terms } = state;
  const { extras } = terms;
  if (isCall(book.phase)) {
    joinCall(state, book, orderId, sells, quantity, filled);
    return;
  }
  const other = SELLS - sells;
  if (terms.type === "market-to-limit" && !terms.hasLimit) {
    const best = book.bestKey(other);
    if (best === NO_KEY) {
      state.endIncoming(book, orderId, quantity, "unfilled");
      return;
    }
    terms.hasLimit = true;
    terms.limit = 0 - best;
  }
  const highest = book.isSpecial ? highestKey(book, sells) : undefined;
  if (highest !== undefined && terms.hasLimit) terms.limit = Math.min(terms.limit, highest);
  // The lowest key of the other side that it wants to take, and the lowest that it may.
  let wanted = terms.hasLimit ? 0 - terms.limit : highest === undefined ? ANY_KEY : 0 - highest;
  if (extras?.singlePrice) wanted = Math.max(wanted, book.bestKey(other));
  const lowest = Math.max(wanted, lowestInRange(book, sells));
  const isWhole = extras?.allOrNone === true;
  const needed = isWhole || terms.time === "fok" ? quantity : terms.minimum;
  if (needed > 0 && wouldTrade(state, book, sells, lowest, quantity) < needed) {
    if (isWhole) state.rest(book, orderId, sells, quantity, filled);
    else state.endIncoming(book, orderId, quantity, "unfilled");
    return;
  }
  const taking = new Taking(state, book, orderId, sells, quantity);
  if (!terms.postOnly) {
    taking.run(lowest);
    if (taking.leaves === 0) return;
    const next = book.bestKey(other);
    if (book.isSpecial && book.rules.volatilityInterruption && next !== NO_KEY && next >= wanted) {
      changePhase(state, book, "volatility-auction");
      book.rare.auctionEnds = state.now + book.rules.volatilityInterruption.duration;
      joinCall(state, book, orderId, sells, taking.leaves, filled + taking.traded);
      return;
    }
  }
  if (isMarket(terms.type) || terms.time === "ioc" || terms.time === "fok") {
    state.endIncoming(book, orderId, taking.leaves, "unfilled");
  } else state.rest(book, orderId, sells, taking.leaves, filled + taking.traded);
}

/** Lowest key of the other side that is not too far from the last price. */
export function lowestInRange({ rules, last, isSpecial }: Book, sells: number): number {
  if (!isSpecial || !rules.volatilityInterruption || last === undefined) return ANY_KEY;
  const { range } = rules.volatilityInterruption;
  return sells === 0 ? 0 - (last + range) : last - range;
}

/** An order that acts while orders gather for an auction. */
function joinCall(
  state: EngineState,
  book: Book,
  orderId: number,
  sells: number,
  leaves: number,
  filled: number,
): void {
  const { terms } = state;
  if (terms.time === "ioc" || terms.time === "fok" || terms.minimum > filled) {
    state.endIncoming(book, orderId, leaves, "unfilled");
    return;
  }
  state.rest(book, orderId, sells, leaves, filled);
}

/** The order of `state.terms` on its way through the other side of the book. */
class Taking {
  leaves: number;
  traded = 0;
  readonly #state: EngineState;
  readonly #book: Book;
  readonly #orderId: number;
  readonly #sells: number;

  constructor(state: EngineState, book: Book, orderId: number, sells: number, quantity: number) {
    this.#state = state;
    this.#book = book;
    this.#orderId = orderId;
    this.#sells = sells;
    this.leaves = quantity;
  }

  /** Trades down to this key; `leaves` is 0 when self-trade prevention ended the order. */
  run(lowest: number): void {
    const state = this.#state;
    const book = this.#book;
    const { terms } = state;
    const { allocation } = book.rules;
    while (this.leaves > 0) {
      const maker = this.#next(lowest);
      if (maker === 0) return;
      if (allocation !== undefined && state.flagsOf(maker) >>> PLACE_SHIFT === PLACE.LIT) {
        this.#takeLevel(maker);
      } else if (areSiblings(state.listOf(maker), terms.extras?.list)) state.end(maker, "contingency");
      else if (terms.group !== 0 && state.groupOf(maker) === terms.group) this.#meetOwn(maker);
      else this.#trade(maker, Math.min(this.leaves, state.store.records[(maker << STRIDE_BITS) + LEAVES]!));
    }
  }

  /** The order that trades next, 0 for none. */
  #next(lowest: number): number {
    const book = this.#book;
    const other = SELLS - this.#sells;
    const lit = book.lit[other]!;
    const dark = book.dark[other];
    if (book.rare.wholes === 0) {
      const ladder = dark !== undefined && dark.bestKey > lit.bestKey ? dark : lit;
      const key = ladder.bestKey;
      return key === NO_KEY || key < lowest ? 0 : ladder.firstOrder();
    }
    const wholes = book.wholes(other);
    let key = book.highestKey(other);
    for (; key !== NO_KEY && key >= lowest; key = book.keyBelow(key, other)) {
      const first = lit.headOf(key) || dark?.headOf(key) || this.#fitting(wholes?.headOf(key) ?? 0);
      if (first) return first;
    }
    return 0;
  }

  /** The first of the orders from this one on that the quantity fills. */
  #fitting(head: number): number {
    const { records } = this.#state.store;
    for (let slot = head; slot !== 0; slot = records[(slot << STRIDE_BITS) + NEXT]!) {
      if (records[(slot << STRIDE_BITS) + LEAVES]! <= this.leaves) return slot;
    }
    return 0;
  }

  /** Shares what is left among the orders from this one on. */
  #takeLevel(head: number): void {
    const state = this.#state;
    const book = this.#book;
    const { records } = state.store;
    const { terms, details } = state;
    const makers: number[] = [];
    for (let slot = head; slot !== 0; slot = records[(slot << STRIDE_BITS) + NEXT]!) makers.push(slot);
    const sibling = makers.find((slot) => areSiblings(state.listOf(slot), terms.extras?.list));
    if (sibling !== undefined) {
      state.end(sibling, "contingency");
      return;
    }
    const own = makers.find((slot) => terms.group !== 0 && state.groupOf(slot) === terms.group);
    if (own !== undefined) {
      this.#meetOwn(own);
      return;
    }
    const ids = makers.map((slot) => state.store.idOf(slot));
    const given = share(
      book.rules.allocation!,
      book.lotSize,
      this.leaves,
      makers.map((slot) => records[(slot << STRIDE_BITS) + LEAVES]!),
      makers.map((slot) => (state.flagsOf(slot) > SELLS ? details.account[slot]! : 0)),
      makers.indexOf(book.rare.top[(SELLS - this.#sells) as 0 | 1]),
    );
    for (const [index, quantity] of given.entries()) {
      // The trades before may have ended it, or taken something off it.
      const slot = quantity > 0 ? state.store.find(ids[index]!) : 0;
      const part = slot === 0 ? 0 : Math.min(quantity, records[(slot << STRIDE_BITS) + LEAVES]!);
      if (part > 0) this.#trade(slot, part);
    }
  }

  #meetOwn(maker: number): void {
    const state = this.#state;
    const { mode } = state.terms;
    if (mode === "cancel-oldest" || mode === "cancel-both") state.end(maker, "self-trade");
    if (mode === "cancel-oldest") return;
    if (mode === "decrement") {
      const open = state.leavesOf(maker);
      const quantity = Math.min(this.leaves, open);
      if (quantity === open) state.end(maker, "self-trade");
      else state.shrink(maker, quantity);
      if (quantity < this.leaves) {
        this.leaves -= quantity;
        state.listener.reduced(this.#book.index, this.#orderId, this.leaves, 0);
        return;
      }
    }
    state.endIncoming(this.#book, this.#orderId, this.leaves, "self-trade");
    this.leaves = 0;
  }

  #trade(maker: number, quantity: number): void {
    const state = this.#state;
    const book = this.#book;
    const sells = this.#sells;
    const price = toPrice(state.store.records[(maker << STRIDE_BITS) + KEY]!, SELLS - sells);
    const makerId = state.store.idOf(maker);
    const makerExtras = book.rare.listed > 0 ? state.extrasOf(maker) : undefined;
    book.last = price;
    if (book.waiting > 0) book.noteTrade(price);
    if (book.isSpecial) notePrice(state, book, price);
    this.leaves -= quantity;
    this.traded += quantity;
    const makerLeaves = state.fill(book, maker, quantity);
    state.listener.traded(book.index, makerId, this.#orderId, sideOf(sells), price, quantity, makerLeaves);
    if (makerLeaves > 0) state.refresh(book, maker);
    if (makerExtras) executed(state, book, makerExtras, makerLeaves > 0 ? maker : 0, makerLeaves, quantity);
    const { extras } = state.terms;
    if (extras) executed(state, book, extras, 0, this.leaves, quantity);
  }
}
