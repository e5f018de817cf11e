import type { AuctionResult } from "./auction-price.ts";
import { Book, PLACE } from "./book.ts";
import { hashBytes } from "./bytes.ts";
import { EngineError } from "./engine-error.ts";
import type { EngineListener } from "./engine-listener.ts";
import type { EngineOptions, InstrumentOptions, Phase } from "./instrument-options.ts";
import { amendFault, amendInPlace, keepsPlace, replaceBy, replaceCarefully } from "./matching/amending.ts";
import { indicative } from "./matching/auction.ts";
import { cancelAll, disconnect, endCarefully } from "./matching/cancelling.ts";
import { advance } from "./matching/clock.ts";
import { EngineState, sideOf, toKey, toPrice } from "./matching/engine-state.ts";
import { enterList, enterOrder } from "./matching/entering.ts";
import { enterPhase } from "./matching/phases.ts";
import { limitsOf, restart } from "./matching/price-limits.ts";
import { depth, eachOrder, levelStatistics, openOrder, ordersAhead } from "./matching/reading.ts";
import { settle } from "./matching/settling.ts";
import { readSnapshot, writeSnapshot } from "./matching/snapshot.ts";
import type { PriceLevel } from "./naive-order-book.ts";
import type { CancelFilter, Contingency, NewOrder } from "./new-order.ts";
import type { OpenOrder } from "./open-order.ts";
import { checkLastPrice, checkOptions, checkPhase } from "./option-rules.ts";
import { MAX_VALUE, priceFault, quantityFault } from "./order-rules.ts";
import {
  CHAIN,
  DETAILED,
  FILLED,
  FLAGS,
  ID_HIGH,
  LEAVES,
  MAX_ORDER_ID,
  type OrderStore,
  SELLS,
  SLOT,
  STRIDE_BITS,
} from "./order-store.ts";
import { NO_KEY, type PriceLadder } from "./price-ladder.ts";
import type { CurrentPriceLimits, LevelStatistics, OrderVisitor } from "./price-level.ts";
import { inOneShape, type ReusableOrder } from "./reusable-order.ts";
import type { Side } from "./side.ts";

/**
 * A deterministic matching engine for one or many instruments.
 *
 * Commands are method calls, what happens is told to a listener before the call returns; nothing else comes in, so the
 * same commands give the same events, anywhere. Prices are integer ticks within ±(2^30 − 1), quantities integer lots up
 * to 2^30 − 1, order ids integers from 1 to 2^48 − 1 that are unique among open orders. After the arrays have grown to the
 * number of open orders, `limit`, `market`, `cancel`, `replace` and `reduce` allocate nothing (an id of 2^31 or more
 * becomes a heap number when it is handed to the listener).
 *
 * @example
 * ```ts
 * import { MatchingEngine } from "@exchange-kit/orderbook";
 *
 * const quiet = () => {};
 * const engine = new MatchingEngine([{}], {
 *   added: quiet,
 *   held: quiet,
 *   triggered: quiet,
 *   traded: (_instrument, makerId, takerId, _side, price, quantity) =>
 *     console.log(`${takerId} took ${quantity} from ${makerId} at ${price}`),
 *   crossed: quiet,
 *   refreshed: quiet,
 *   reduced: quiet,
 *   cancelled: quiet,
 *   rejected: quiet,
 *   phaseChanged: quiet,
 * });
 * engine.limit(0, 1, "sell", 1001, 100);
 * engine.limit(0, 2, "buy", 1001, 30); // → 2 took 30 from 1 at 1001
 * ```
 */
export class MatchingEngine {
  readonly #listener: EngineListener;
  readonly #books: Book[];
  readonly #store: OrderStore;
  readonly #state: EngineState;

  /**
   * @param instruments - their rules; commands and events name them by index
   * @param listener - is told everything that happens
   * @throws EngineError `invalid-option`
   */
  constructor(
    instruments: readonly InstrumentOptions[],
    listener: EngineListener,
    options: EngineOptions = {},
  ) {
    checkOptions(instruments, options);
    this.#listener = listener;
    this.#state = new EngineState(listener, options);
    this.#store = this.#state.store;
    this.#books = this.#state.books;
    for (const [index, rules] of instruments.entries()) {
      this.#books.push(new Book(index, { ...rules }, this.#store));
    }
  }

  /** How many orders are open, those that wait included. */
  get size(): number {
    return this.#store.size;
  }

  /**
   * Enters a plain limit order, good till cancelled: {@link MatchingEngine.enter} for the most frequent case, without
   * an object.
   *
   * Fires `traded` for each trade, then `added` when something rests; or `rejected`.
   *
   * @param instrument - index of the instrument
   * @param orderId - 1 … 2^48 − 1, not open
   * @param price - limit in ticks
   * @param quantity - in lots, 1 or more
   * @returns lots that are open now
   */
  limit(instrument: number, orderId: number, side: Side, price: number, quantity: number): number {
    const book = this.#books[instrument];
    // What is not plainly right takes the careful way, which finds the reason.
    if (
      book === undefined ||
      (price | 0) !== price ||
      ((price < book.lowestPlain || price > book.highestPlain) && book.restricts(price, quantity)) ||
      !isSide(side) ||
      this.#isPlainlyWrong(book, orderId, quantity)
    ) {
      return this.enter({ instrument, orderId, side, price, quantity });
    }
    const sells = flagOf(side);
    return this.#enterPlain(book, orderId, sells, toKey(price, sells), quantity, 0);
  }

  /**
   * Enters a market order: it trades at any price, and what is left is cancelled. During a call it waits for the
   * auction.
   *
   * Fires `traded` for each trade, then `cancelled` when something is left; `held` during a call; or `rejected`.
   *
   * @param instrument - index of the instrument
   * @param orderId - 1 … 2^48 − 1, not open
   * @param quantity - in lots, 1 or more
   * @returns lots that are open now: 0 outside a call
   */
  market(instrument: number, orderId: number, side: Side, quantity: number): number {
    const book = this.#books[instrument];
    if (
      book === undefined ||
      book.restrictsMarket(quantity) ||
      !isSide(side) ||
      this.#isPlainlyWrong(book, orderId, quantity)
    ) {
      return this.enter({ instrument, orderId, side, quantity, type: "market" });
    }
    const leaves = this.#match(book, orderId, flagOf(side), NO_KEY + 1, quantity);
    if (leaves > 0) this.#listener.cancelled(instrument, orderId, leaves, "unfilled");
    if (book.high >= book.low) settle(this.#state, book);
    return 0;
  }

  /**
   * Enters an order of any type. What the types, times in force and instructions do stands at {@link NewOrder}.
   *
   * An order that can act at once fires `traded` for each trade, then `added` when something rests or `cancelled` when
   * something must not; one that has to wait fires `held`; one that is refused fires `rejected` and changes nothing.
   * Then orders whose trigger was met act: those triggered by the same trades in the order in which they were entered.
   *
   * @returns lots of it that are open now
   */
  enter(order: NewOrder | ReusableOrder): number {
    return enterOrder(this.#state, inOneShape(order));
  }

  /**
   * Enters 2 to 16 orders of one instrument that depend on each other, all or none of them.
   *
   * The first of `one-triggers-other` and `bracket` acts at once and the others fire `held`; when it has traded in full
   * they fire `triggered` and act. Orders of the other lists act one after the other. What a list takes back fires
   * `cancelled` (`contingency`) or `reduced`. Orders of a list that update or cancel each other do not trade with each
   * other: the one that rests is cancelled. Orders of lists cannot be post-only.
   *
   * @param orders - of `one-triggers-other` and `bracket` the one first that the others wait for
   * @returns how many of them are open now
   * @see FIX 5.0 SP2, NewOrderList and 1385 ContingencyType
   */
  enterList(contingency: Contingency, orders: readonly NewOrder[]): number {
    return enterList(this.#state, contingency, orders);
  }

  /**
   * Cancels an open order. Fires `cancelled`, or `rejected` with instrument −1 when no open order has the id.
   *
   * @returns lots that were still open
   */
  cancel(orderId: number): number {
    const slot = this.#store.find(orderId);
    if (slot === 0) return this.#state.reject(-1, orderId, "unknown-order-id");
    const at = (slot & SLOT) << STRIDE_BITS;
    const { records } = this.#store;
    const flags = records[at + CHAIN]! & FLAGS;
    const instrument = records[at + ID_HIGH]! >>> 16;
    const book = this.#books[instrument]!;
    if (flags > SELLS || book.isSpecial) return endCarefully(this.#state, book, slot);
    const leaves = records[at + LEAVES]!;
    if (this.#store.unlink(slot)) book.lit[flags]!.trim(slot);
    this.#store.delete(slot);
    this.#listener.cancelled(instrument, orderId, leaves, "requested");
    return leaves;
  }

  /**
   * Cancels all orders that match the filter: by instrument, buys, then sells, each in priority, then waiting ones as
   * they were entered. Fires `cancelled` for each.
   *
   * @returns how many were cancelled
   */
  cancelAll(filter: CancelFilter = {}): number {
    return cancelAll(this.#state, filter);
  }

  /**
   * Cancels all orders of a session whose connection is gone, in the order of {@link MatchingEngine.cancelAll}. Fires
   * `cancelled` (`disconnected`) for each.
   *
   * @param session - 0, which orders without a session have, cancels nothing
   * @returns how many were cancelled
   * @see CME Globex, Cancel on Disconnect
   */
  disconnect(session: number): number {
    return disconnect(this.#state, session);
  }

  /**
   * Gives an order that rests at a price new terms under the same id. It goes to the back of the queue and trades like
   * a new order.
   *
   * Fires `cancelled` (`replaced`), then what {@link MatchingEngine.enter} fires; or `rejected`, and the old order
   * stays.
   *
   * @param price - new limit in ticks
   * @param quantity - new open quantity in lots; what traded before stays counted, and with it is 2^30 − 1 at most
   * @returns lots that are open now
   * @see FIX 5.0 SP2, OrderCancelReplaceRequest
   */
  replace(orderId: number, price: number, quantity: number): number {
    const slot = this.#store.find(orderId);
    if (slot === 0) return this.#state.reject(-1, orderId, "unknown-order-id");
    const { records } = this.#store;
    const at = (slot & SLOT) << STRIDE_BITS;
    const instrument = records[at + ID_HIGH]! >>> 16;
    const book = this.#books[instrument]!;
    const flags = records[at + CHAIN]! & FLAGS;
    const filled = records[at + FILLED]!;
    const sells = flags & SELLS;
    if (
      flags > SELLS ||
      filled + quantity > MAX_VALUE ||
      (price | 0) !== price ||
      ((price < book.lowestPlain || price > book.highestPlain) && book.restricts(price, quantity)) ||
      isQuantityWrong(book, quantity)
    ) {
      return replaceCarefully(this.#state, book, slot, price, quantity);
    }
    const leaves = records[at + LEAVES]!;
    if (this.#store.unlink(slot)) book.lit[sells]!.trim(slot);
    this.#store.delete(slot);
    this.#listener.cancelled(instrument, orderId, leaves, "replaced");
    return this.#enterPlain(book, orderId, sells, toKey(price, sells), quantity, filled);
  }

  /**
   * Amends an order in FIX's meaning: `totalQuantity` counts what traded before. At the same price and with no more
   * open than before it keeps its place; otherwise it is {@link MatchingEngine.replace | replaced}. A total that is
   * not more than what traded cancels it.
   *
   * Fires `reduced`, or what {@link MatchingEngine.replace} fires, or `cancelled`; or `rejected`.
   *
   * @param price - limit in ticks
   * @param totalQuantity - FIX OrderQty: lots traded so far plus lots to be open
   * @param displayQuantity - lots that are shown from now on, as at {@link NewOrder.displayQuantity}; as before when left
   * out. To show more, or to hide or show what was shown or hidden, loses the place.
   * @returns lots that are open now
   * @see FIX 5.0 SP2, OrderCancelReplaceRequest: OrderQty is the total intended for the order; Nasdaq Equity 4, Rule
   * 4756(a)(3): only a decrease keeps priority
   */
  amend(orderId: number, price: number, totalQuantity: number, displayQuantity?: number): number {
    const state = this.#state;
    const slot = this.#store.find(orderId);
    if (slot === 0) return state.reject(-1, orderId, "unknown-order-id");
    const at = (slot & SLOT) << STRIDE_BITS;
    const { records } = this.#store;
    const book = this.#books[records[at + ID_HIGH]! >>> 16]!;
    const fault = amendFault(state, book, slot, price, totalQuantity, displayQuantity);
    if (fault) return state.reject(book.index, orderId, fault);
    const leaves = totalQuantity - records[at + FILLED]!;
    if (leaves <= 0) {
      endCarefully(state, book, slot);
      return 0;
    }
    if (keepsPlace(state, slot, price, leaves, displayQuantity)) {
      return amendInPlace(state, book, slot, leaves, displayQuantity);
    }
    return displayQuantity === undefined
      ? this.replace(orderId, price, leaves)
      : replaceBy(state, book, slot, price, leaves, displayQuantity);
  }

  /**
   * Takes `by` lots off an open order, which keeps its place. Taking all of it, or more, cancels it.
   *
   * Fires `reduced` or `cancelled`; or `rejected`.
   *
   * @param by - lots to take off, 1 or more
   * @returns lots that are still open
   */
  reduce(orderId: number, by: number): number {
    const slot = this.#store.find(orderId);
    if (slot === 0) return this.#state.reject(-1, orderId, "unknown-order-id");
    const state = this.#state;
    const book = this.#books[this.#store.records[((slot & SLOT) << STRIDE_BITS) + ID_HIGH]! >>> 16]!;
    const fault = quantityFault(by, { lotSize: book.lotSize });
    if (fault) return this.#state.reject(book.index, orderId, fault);
    const leaves = state.leavesOf(slot);
    if (by >= leaves) {
      endCarefully(this.#state, book, slot);
      return 0;
    }
    state.shrink(slot, by);
    if (!book.isSpecial) return leaves - by;
    settle(state, book);
    return state.leavesOf(this.#store.find(orderId));
  }

  /**
   * Moves the engine's time on. `gtd` orders whose time has come end, by time, then as they were entered; each fires
   * `cancelled`. Volatility auctions and limit states whose time has come end, and the indicative price of each call is
   * told when it changed.
   *
   * @param time - in the unit of `expireTime`: a safe integer, not before the last one
   * @throws EngineError `invalid-time`, `time-goes-back`
   */
  advance(time: number): void {
    advance(this.#state, time);
  }

  /**
   * Brings an instrument into a phase; into the one it is in does nothing.
   *
   * On the way to `continuous` or `closed` the book is uncrossed: `crossed` for each pair of orders, by price-time
   * priority on both sides, market orders first; orders that were only for that auction end; to `closed`, those for
   * the day too. On the way out of `continuous` pegged orders begin to wait. Then `phaseChanged` fires. Then, in the
   * closing auction, the `cls` orders join the call; in continuous trading, orders whose trigger the last price meets
   * act. Self-trade prevention does not apply in an auction, and orders that want all or none take no part. There is one
   * price, unless orders that it counted on ended by the cross with another of their list: what is still crossed then is
   * crossed again, at a price of its own.
   *
   * @param instrument - index of the instrument; unknown fires `rejected` with order id 0
   * @throws EngineError `invalid-phase`
   */
  setPhase(instrument: number, phase: Phase): void {
    const book = this.#books[instrument];
    if (!book) return void this.#state.reject(instrument, 0, "unknown-instrument");
    checkPhase(phase);
    if (book.phase !== phase) enterPhase(this.#state, book, phase);
  }

  /** The phase that an instrument is in. */
  phase(instrument: number): Phase | undefined {
    return this.#books[instrument]?.phase;
  }

  /** Price of the last trade or auction in ticks; before the first, the reference price. */
  lastPrice(instrument: number): number | undefined {
    return this.#books[instrument]?.last;
  }

  /**
   * Replaces the last price, as after a split: reference of the next auction, centre of the bands and price limits, and
   * what triggers are compared with when they are entered. Triggers nothing, and fires nothing unless the price limits move
   * an order. An unknown instrument: no-op.
   *
   * @param price - in ticks
   * @throws EngineError `invalid-option` when it is not an integer within ±(2^30 − 1)
   */
  setLastPrice(instrument: number, price: number): void {
    checkLastPrice(price);
    const book = this.#books[instrument];
    if (!book) return;
    const last = price + 0; // −0 becomes 0
    book.last = last;
    restart(this.#state, book, last);
    book.rare.recent = [];
    if (book.isSpecial) settle(this.#state, book);
  }

  /** What the auction would be if the call ended now; `undefined` when nothing would trade. */
  indicative(instrument: number): AuctionResult | undefined {
    const book = this.#books[instrument];
    return book && indicative(this.#state, book);
  }

  /** The limits between which an instrument with {@link PriceLimits} trades now; `undefined` before it has a price. */
  priceLimits(instrument: number): CurrentPriceLimits | undefined {
    const book = this.#books[instrument];
    const limits = book && limitsOf(book);
    return limits && { ...limits, state: book.rare.limitState };
  }

  /** The best price that is shown on a side, in ticks; `undefined` when none is. */
  best(instrument: number, side: Side): number | undefined {
    const book = this.#books[instrument];
    const sells = side === "buy" ? 0 : SELLS;
    const key = book?.ladder(PLACE.LIT, sells).bestKey ?? NO_KEY;
    return key === NO_KEY ? undefined : toPrice(key, sells);
  }

  /** The best `levels` prices of a side as they are shown, best first. */
  depth(instrument: number, side: Side, levels: number): PriceLevel[] {
    const book = this.#books[instrument];
    return book ? depth(this.#state, book, side === "buy" ? 0 : SELLS, levels) : [];
  }

  /**
   * Shown bids less shown offers as a share of both, over the best `levels` prices of each side: 1 when there are only
   * bids, −1 when there are only offers; `undefined` when there is neither.
   */
  imbalance(instrument: number, levels = 1): number | undefined {
    const total = (side: Side): number =>
      this.depth(instrument, side, levels).reduce((sum, { quantity }) => sum + quantity, 0);
    const [bids, asks] = [total("buy"), total("sell")];
    return bids + asks === 0 ? undefined : (bids - asks) / (bids + asks);
  }

  /** What rests at a price of a side, hidden orders too; `undefined` when nothing does. */
  levelStatistics(instrument: number, side: Side, price: number): LevelStatistics | undefined {
    const book = this.#books[instrument];
    if (!book || priceFault(price, {})) return undefined;
    const sells = side === "buy" ? 0 : SELLS;
    return levelStatistics(this.#state, book, sells, toKey(price, sells));
  }

  /** The orders of a side that could trade, hidden ones and market orders of a call too, in priority. */
  orders(instrument: number, side: Side): OpenOrder[] {
    const book = this.#books[instrument];
    if (!book) return [];
    const sells = side === "buy" ? 0 : SELLS;
    const slots = [...book.marketOrders(sells), ...book.limitOrders(sells)];
    return slots.map((slot) => openOrder(this.#state, slot));
  }

  /** Visits the same orders in the same order, without an object for each. The visitor must not call the engine. */
  eachOrder(instrument: number, side: Side, visit: OrderVisitor): void {
    const book = this.#books[instrument];
    if (book) eachOrder(this.#state, book, side === "buy" ? 0 : SELLS, visit);
  }

  /**
   * The orders that wait: for a trigger, the close, a price to follow, the first order of their list, each as they were
   * entered.
   */
  heldOrders(instrument: number): OpenOrder[] {
    const book = this.#books[instrument];
    return book ? this.#state.held(book).map((slot) => openOrder(this.#state, slot)) : [];
  }

  /** The open order with this id. */
  order(orderId: number): OpenOrder | undefined {
    const slot = this.#store.find(orderId);
    return slot === 0 ? undefined : openOrder(this.#state, slot);
  }

  /** Lots that trade before this order at its price, as far as they are shown or hidden now; `undefined` if it waits. */
  volumeAhead(orderId: number): number | undefined {
    const { records } = this.#store;
    return ordersAhead(this.#state, this.#store.find(orderId))?.reduce(
      (sum, slot) => sum + records[((slot & SLOT) << STRIDE_BITS) + LEAVES]!,
      0,
    );
  }

  /** Orders that trade before this order at its price; `undefined` if it waits for something else. */
  queuePosition(orderId: number): number | undefined {
    return ordersAhead(this.#state, this.#store.find(orderId))?.length;
  }

  /**
   * Everything the engine knows, as bytes of a versioned form: the same for engines that were given the same commands,
   * whatever else they did, on any machine and version of Node.
   */
  snapshot(): Uint8Array {
    return writeSnapshot(this.#state);
  }

  /** A hash of {@link MatchingEngine.snapshot}, 16 hexadecimal digits: equal for engines in the same state. */
  stateHash(): string {
    return hashBytes(this.snapshot());
  }

  /**
   * Takes over the state of a snapshot: afterwards every command has the events that it would have had there. Fires
   * nothing.
   *
   * @param bytes - from {@link MatchingEngine.snapshot} of an engine with the same instruments
   * @throws EngineError `not-empty` when orders are open here; `invalid-snapshot` when the bytes are damaged or not a
   * snapshot of this version and number of instruments, and then nothing changed
   */
  restore(bytes: Uint8Array): void {
    if (this.size > 0)
      throw new EngineError("not-empty", `the engine must be empty, has ${this.size} orders`);
    readSnapshot(this.#state, bytes);
  }

  #isPlainlyWrong(book: Book, orderId: number, quantity: number): boolean {
    return (
      isQuantityWrong(book, quantity) ||
      ((orderId | 0) !== orderId && !(orderId <= MAX_ORDER_ID && Number.isInteger(orderId))) ||
      orderId <= 0 ||
      this.#store.size >= this.#state.maximumOrders ||
      this.#store.has(orderId)
    );
  }

  /** A plain limit order in continuous trading. */
  #enterPlain(
    book: Book,
    orderId: number,
    sells: number,
    key: number,
    quantity: number,
    filled: number,
  ): number {
    const best = book.lit[SELLS - sells]!.bestKey;
    if (best >= 0 - key || book.hasDark) return this.#takePlain(book, orderId, sells, key, quantity, filled);
    this.#restPlain(book, orderId, sells, key, quantity, filled);
    return quantity;
  }

  /** A plain limit order that meets the other side. */
  #takePlain(
    book: Book,
    orderId: number,
    sells: number,
    key: number,
    quantity: number,
    filled: number,
  ): number {
    const leaves = this.#match(book, orderId, sells, 0 - key, quantity);
    if (leaves > 0) this.#restPlain(book, orderId, sells, key, leaves, filled + quantity - leaves);
    if (book.high < book.low) return leaves;
    settle(this.#state, book);
    return this.#state.leavesOf(this.#store.find(orderId));
  }

  #restPlain(book: Book, orderId: number, sells: number, key: number, leaves: number, filled: number): void {
    const slot = this.#store.insert(orderId, book.index, sells, key, leaves, filled);
    book.lit[sells]!.append(slot, key);
    this.#listener.added(book.index, orderId, sideOf(sells), toPrice(key, sells), leaves, leaves);
  }

  /**
   * Trades a plain incoming order with the other side, by time at each price. Orders with terms of their own, and books
   * with rules of their own, go through `matching/taking.ts`.
   *
   * @param limit - lowest key of the other side that it takes
   * @returns what is left
   */
  #match(book: Book, takerId: number, sells: number, limit: number, quantity: number): number {
    const other = SELLS - sells;
    const lit = book.lit[other]!;
    const dark = book.dark[other];
    if (lit.bestKey < limit && dark === undefined) return quantity;
    const { records } = this.#store;
    const takerSide = sideOf(sells);
    let leaves = quantity;
    while (leaves > 0) {
      const ladder: PriceLadder = dark !== undefined && dark.bestKey > lit.bestKey ? dark : lit;
      const key = ladder.bestKey;
      if (key < limit) break;
      const slot = ladder.firstOrder();
      const at = (slot & SLOT) << STRIDE_BITS;
      const isDetailed = (records[at + CHAIN]! & DETAILED) !== 0;
      const shown = records[at + LEAVES]!;
      const price = toPrice(key, other);
      const makerId = this.#store.idOf(slot);
      const traded = Math.min(leaves, shown);
      leaves -= traded;
      book.last = price;
      if (book.waiting > 0) book.noteTrade(price);
      if (isDetailed) {
        const left = this.#state.fill(book, slot, traded);
        this.#listener.traded(book.index, makerId, takerId, takerSide, price, traded, left);
        if (left > 0) this.#state.refresh(book, slot);
        continue;
      }
      const makerLeaves = shown - traded;
      if (makerLeaves === 0) {
        ladder.remove(slot);
        this.#store.delete(slot);
      } else {
        records[at + LEAVES] = makerLeaves;
        records[at + FILLED]! += traded;
      }
      this.#listener.traded(book.index, makerId, takerId, takerSide, price, traded, makerLeaves);
    }
    return leaves;
  }
}

/** Whether it is one of the two, without a jump that depends on which. */
function isSide(side: Side): boolean {
  return (flagOf(side) | +(side === "buy")) !== 0;
}

function flagOf(side: Side): number {
  return +(side === "sell");
}

function isQuantityWrong(book: Book, quantity: number): boolean {
  return (quantity | 0) !== quantity || quantity <= 0 || quantity > book.maximumQuantity;
}
