import type { AuctionResult } from "./auction-price.ts";
import { Book, PLACE } from "./book.ts";
import { hashBytes } from "./bytes.ts";
import { EngineError } from "./engine-error.ts";
import type { CancelReason, EngineListener } from "./engine-listener.ts";
import type { EngineRejectReason } from "./engine-reject-reason.ts";
import type { EngineOptions, InstrumentOptions, Phase } from "./instrument-options.ts";
import { hasParent, listFault } from "./list-rules.ts";
import { EngineState, sideOf, toKey, toPrice } from "./matching/engine-state.ts";
import { changePhase, enterPhase, indicative, tellIndicative } from "./matching/phases.ts";
import { highestKey, limitsOf, restart, updateReference } from "./matching/price-limits.ts";
import { depth, eachOrder, levelStatistics, openOrder, ordersAhead } from "./matching/reading.ts";
import { settle } from "./matching/settling.ts";
import { readSnapshot, writeSnapshot } from "./matching/snapshot.ts";
import { act, begin } from "./matching/taking.ts";
import { elect, NO_TRIGGER } from "./matching/triggers.ts";
import type { PriceLevel } from "./naive-order-book.ts";
import type { CancelFilter, Contingency, NewOrder } from "./new-order.ts";
import type { OpenOrder } from "./open-order.ts";
import { checkLastPrice, checkOptions, checkPhase, checkTime } from "./option-rules.ts";
import type { OrderTerms } from "./order-details.ts";
import { OrderExtras, type OrderList } from "./order-extras.ts";
import {
  displayFault,
  inOneShape,
  orderFault,
  orderIdFault,
  priceFault,
  quantityFault,
} from "./order-rules.ts";
import {
  CHAIN,
  DETAILED,
  FILLED,
  FLAGS,
  ID_HIGH,
  KEY,
  LEAVES,
  MAX_ORDER_ID,
  MAX_ORDERS,
  type OrderStore,
  PLACE_SHIFT,
  SELLS,
  STRIDE_BITS,
} from "./order-store.ts";
import { NO_KEY, type PriceLadder } from "./price-ladder.ts";
import type { CurrentPriceLimits, LevelStatistics, OrderVisitor } from "./price-level.ts";
import type { Side } from "./side.ts";
import { tickDown, tickUp } from "./tick-size.ts";

/**
 * A deterministic matching engine for one or many instruments.
 *
 * Commands are method calls, what happens is told to a listener before the call returns; nothing else comes in, so the
 * same commands give the same events, anywhere. Prices are integer ticks within ±(2^30 − 1), quantities integer lots up
 * to 2^30 − 1, order ids integers up to 2^48 − 1 that are unique among open orders. After the arrays have grown to the
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
  readonly #maximumOrders: number;
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
    this.#maximumOrders = options.maximumOrders ?? MAX_ORDERS;
    this.#state = new EngineState(listener, options.orderLimit);
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
      price < book.lowestPrice ||
      price > book.highestPrice ||
      (book.isRestricted && book.restricts(price, quantity)) ||
      this.#isPlainlyWrong(book, orderId, quantity)
    ) {
      return this.enter({ instrument, orderId, side, price, quantity });
    }
    if (side === "buy") return this.#enterPlain(book, orderId, 0, price | 0, quantity, 0);
    if (side === "sell") return this.#enterPlain(book, orderId, SELLS, 0 - price, quantity, 0);
    return this.enter({ instrument, orderId, side, price, quantity });
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
      (book.isRestricted && book.restricts(0, quantity)) ||
      (side !== "buy" && side !== "sell") ||
      this.#isPlainlyWrong(book, orderId, quantity)
    ) {
      return this.enter({ instrument, orderId, side, quantity, type: "market" });
    }
    const leaves = this.#match(book, orderId, side === "buy" ? 0 : SELLS, NO_KEY + 1, quantity);
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
  enter(order: NewOrder): number {
    return this.#enter(inOneShape(order));
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
    const state = this.#state;
    const instrument = orders[0]?.instrument ?? -1;
    const wrongList = listFault(contingency, orders);
    if (wrongList) return this.#reject(instrument, wrongList.orderId, wrongList.reason);
    for (const [index, order] of orders.entries()) {
      const fault = this.#entryFault(order, orders.slice(0, index));
      if (fault) return this.#reject(instrument, order.orderId, fault);
    }
    const book = this.#books[instrument]!;
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
      this.#load(
        orders[index]!,
        OrderExtras.of(orders[index]!, list, isParent && index === 0),
        first + index,
      );
    for (const { session } of orders) this.#count(session);
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
      if (left < quantity) this.#listener.reduced(instrument, orderId, left, 0);
      begin(state, book, orderId, side === "buy" ? 0 : SELLS, left);
      // Those that were waiting saw these trades, the next order of the list did not.
      elect(state, book);
    }
    settle(state, book);
    return orders.filter(({ orderId }) => this.#store.find(orderId) !== 0).length;
  }

  /**
   * Cancels an open order. Fires `cancelled`, or `rejected` with instrument −1 when no open order has the id.
   *
   * @returns lots that were still open
   */
  cancel(orderId: number): number {
    const slot = this.#store.find(orderId);
    if (slot === 0) return this.#reject(-1, orderId, "unknown-order-id");
    const at = slot << STRIDE_BITS;
    const { records } = this.#store;
    const flags = records[at + CHAIN]! & FLAGS;
    const instrument = records[at + ID_HIGH]! >>> 16;
    const book = this.#books[instrument]!;
    if (flags > SELLS || book.isSpecial) return this.#endCarefully(book, slot);
    const leaves = records[at + LEAVES]!;
    (flags === 0 ? book.buys : book.sells).remove(slot);
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
    const { details } = this.#state;
    return this.#cancelWhere("mass-cancel", filter.instrument, (slot, flags) => {
      const isDetailed = (flags & DETAILED) !== 0;
      const account = isDetailed ? details.account[slot]! : 0;
      const session = isDetailed ? details.session[slot]! : 0;
      return (
        sideOf(flags) === (filter.side ?? sideOf(flags)) &&
        account === (filter.account ?? account) &&
        session === (filter.session ?? session)
      );
    });
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
    if (session === 0) return 0;
    const { details } = this.#state;
    return this.#cancelWhere(
      "disconnected",
      undefined,
      (slot, flags) => (flags & DETAILED) !== 0 && details.session[slot] === session,
    );
  }

  /**
   * Gives an order that rests at a price new terms under the same id. It goes to the back of the queue and trades like
   * a new order.
   *
   * Fires `cancelled` (`replaced`), then what {@link MatchingEngine.enter} fires; or `rejected`, and the old order
   * stays.
   *
   * @param price - new limit in ticks
   * @param quantity - new open quantity in lots; what traded before stays counted
   * @returns lots that are open now
   * @see FIX 5.0 SP2, OrderCancelReplaceRequest
   */
  replace(orderId: number, price: number, quantity: number): number {
    const slot = this.#store.find(orderId);
    if (slot === 0) return this.#reject(-1, orderId, "unknown-order-id");
    const { records } = this.#store;
    const at = slot << STRIDE_BITS;
    const instrument = records[at + ID_HIGH]! >>> 16;
    const book = this.#books[instrument]!;
    const flags = records[at + CHAIN]! & FLAGS;
    const filled = records[at + FILLED]!;
    const sells = flags & SELLS;
    if (
      flags > SELLS ||
      (price | 0) !== price ||
      price < book.lowestPrice ||
      price > book.highestPrice ||
      (book.isRestricted && book.restricts(price, quantity)) ||
      isQuantityWrong(book, quantity)
    ) {
      return this.#replaceCarefully(book, slot, price, quantity);
    }
    const leaves = records[at + LEAVES]!;
    (sells === 0 ? book.buys : book.sells).remove(slot);
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
    if (slot === 0) return this.#reject(-1, orderId, "unknown-order-id");
    const at = slot << STRIDE_BITS;
    const { records } = this.#store;
    const book = this.#books[records[at + ID_HIGH]! >>> 16]!;
    const fault =
      this.#replaceFault(book, slot, price, totalQuantity) ??
      (displayQuantity === undefined
        ? undefined
        : this.#displayFault(book, slot, displayQuantity, totalQuantity));
    if (fault) return this.#reject(book.index, orderId, fault);
    const leaves = totalQuantity - records[at + FILLED]!;
    if (leaves <= 0) {
      this.#endCarefully(book, slot);
      return 0;
    }
    const open = state.leavesOf(slot);
    const isDetailed = (records[at + CHAIN]! & DETAILED) !== 0;
    const shown = isDetailed ? state.details.display[slot]! : -1;
    const before = shown < 0 ? Number.POSITIVE_INFINITY : shown;
    const display = displayQuantity ?? before;
    if (
      leaves > open ||
      toKey(price, records[at + CHAIN]! & SELLS) !== records[at + KEY] ||
      display > before ||
      (display === 0) !== (before === 0)
    ) {
      return displayQuantity === undefined
        ? this.replace(orderId, price, leaves)
        : this.#replaceBy(book, slot, price, leaves, displayQuantity);
    }
    if (display !== before) this.#showLess(slot, display);
    state.shrink(slot, open - leaves);
    if (book.isSpecial) settle(state, book);
    return state.leavesOf(this.#store.find(orderId));
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
    if (slot === 0) return this.#reject(-1, orderId, "unknown-order-id");
    const state = this.#state;
    const book = this.#books[this.#store.records[(slot << STRIDE_BITS) + ID_HIGH]! >>> 16]!;
    const fault = quantityFault(by, { lotSize: book.lotSize });
    if (fault) return this.#reject(book.index, orderId, fault);
    const leaves = state.leavesOf(slot);
    if (by >= leaves) {
      this.#endCarefully(book, slot);
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
    const state = this.#state;
    checkTime(time, state.now);
    if (state.orderLimit) {
      const { interval } = state.orderLimit;
      if (Math.floor(time / interval) !== Math.floor(state.now / interval)) state.entered.clear();
    }
    state.now = time;
    for (let next = state.expiries.pop(time); next; next = state.expiries.pop(time)) {
      const slot = this.#store.find(next.orderId);
      if (state.isSame(slot, next.sequence)) state.end(slot, "expired");
    }
    for (const book of this.#books) if (book.isSpecial || !book.isContinuous) this.#advanceBook(book, time);
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
    if (!book) return void this.#reject(instrument, 0, "unknown-instrument");
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
    book.last = price;
    restart(this.#state, book, price);
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
      (sum, slot) => sum + records[(slot << STRIDE_BITS) + LEAVES]!,
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

  #enter(order: NewOrder): number {
    const state = this.#state;
    const { orderId, instrument, side, quantity } = order;
    const fault = this.#entryFault(order, NONE);
    if (fault) return this.#reject(instrument, orderId, fault);
    const book = this.#books[instrument]!;
    const sells = side === "buy" ? 0 : SELLS;
    this.#load(order, OrderExtras.of(order), state.sequence + 1);
    if (state.terms.postOnly && !this.#postable(book, sells, state.terms)) {
      return this.#reject(instrument, orderId, "would-take");
    }
    state.sequence++;
    this.#count(order.session);
    begin(state, book, orderId, sells, quantity);
    if (book.high >= book.low || book.isSpecial) settle(state, book);
    return state.leavesOf(this.#store.find(orderId));
  }

  /** What is wrong with an order that would come after those `before` it. */
  #entryFault(order: NewOrder, before: readonly NewOrder[]): EngineRejectReason | undefined {
    const book = this.#books[order.instrument];
    if (!book) return "unknown-instrument";
    const state = this.#state;
    return (
      orderIdFault(order.orderId) ??
      (this.#store.find(order.orderId) ? "duplicate-order-id" : undefined) ??
      orderFault(order, book.rules, book.phase, book.last, state.now) ??
      (this.size + before.length >= this.#maximumOrders ? "too-many-orders" : undefined) ??
      (state.orderLimit && order.session ? this.#messageFault(order.session, before) : undefined) ??
      (book.rules.maximumLevels === undefined ? undefined : levelFault(book, order.side, order.price))
    );
  }

  #messageFault(session: number, before: readonly NewOrder[]): EngineRejectReason | undefined {
    const { entered, orderLimit } = this.#state;
    let orders = entered.get(session) ?? 0;
    for (const other of before) if (other.session === session) orders++;
    return orders >= orderLimit!.orders ? "too-many-messages" : undefined;
  }

  #count(session: number | undefined): void {
    const { entered, orderLimit } = this.#state;
    if (orderLimit && session) entered.set(session, (entered.get(session) ?? 0) + 1);
  }

  /** Takes the terms of a new order into the engine's. */
  #load(order: NewOrder, extras: OrderExtras | undefined, sequence: number): void {
    const { terms } = this.#state;
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

  #isPlainlyWrong(book: Book, orderId: number, quantity: number): boolean {
    return (
      isQuantityWrong(book, quantity) ||
      ((orderId | 0) !== orderId && !(orderId <= MAX_ORDER_ID && Number.isInteger(orderId))) ||
      orderId <= 0 ||
      this.#store.size >= this.#maximumOrders ||
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
    const best = sells === 0 ? book.sells.bestKey : book.buys.bestKey;
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
    (sells === 0 ? book.buys : book.sells).append(slot, key);
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
    const lit = sells === 0 ? book.sells : book.buys;
    const dark = sells === 0 ? book.darkSells : book.darkBuys;
    if (lit.bestKey < limit && dark === undefined) return quantity;
    const { records } = this.#store;
    const takerSide = sells === 0 ? "buy" : "sell";
    let leaves = quantity;
    while (leaves > 0) {
      const ladder: PriceLadder = dark !== undefined && dark.bestKey > lit.bestKey ? dark : lit;
      const key = ladder.bestKey;
      if (key < limit) break;
      const slot = ladder.firstOrder();
      const at = slot << STRIDE_BITS;
      const isDetailed = (records[at + CHAIN]! & DETAILED) !== 0;
      const shown = records[at + LEAVES]!;
      const price = sells === 0 ? 0 - key : key;
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

  #endCarefully(book: Book, slot: number): number {
    const leaves = this.#state.end(slot, "requested");
    if (book.isSpecial) settle(this.#state, book);
    return leaves;
  }

  #cancelWhere(
    reason: CancelReason,
    instrument: number | undefined,
    matches: (slot: number, flags: number) => boolean,
  ): number {
    const state = this.#state;
    let count = 0;
    for (const book of this.#books) {
      if (book.index !== (instrument ?? book.index)) continue;
      const chosen = state.inOrder(book).filter((slot) => matches(slot, state.flagsOf(slot)));
      const ids = chosen.map((slot) => this.#store.idOf(slot));
      for (const [index, slot] of chosen.entries()) {
        // One that depended on another may be gone already.
        if (this.#store.find(ids[index]!) !== slot) continue;
        state.end(slot, reason);
        count++;
      }
    }
    for (const book of this.#books) if (book.isSpecial) settle(state, book);
    return count;
  }

  #advanceBook(book: Book, time: number): void {
    const state = this.#state;
    const { rare, rules } = book;
    settle(state, book);
    if (rare.auctionEnds !== undefined && time >= rare.auctionEnds) enterPhase(state, book, "continuous");
    else if (book.isContinuous && rules.priceLimits) {
      updateReference(state, book);
      settle(state, book);
      if (rare.limitState !== "none" && time - rare.limitSince >= rules.priceLimits.limitState) {
        changePhase(state, book, "volatility-auction");
        rare.auctionEnds = time + rules.priceLimits.pause;
      }
    }
    tellIndicative(state, book);
  }

  #replaceCarefully(book: Book, slot: number, price: number, quantity: number): number {
    const fault = this.#replaceFault(book, slot, price, quantity);
    if (fault) return this.#reject(book.index, this.#store.idOf(slot), fault);
    return this.#replaceBy(book, slot, price, quantity);
  }

  #replaceBy(book: Book, slot: number, price: number, quantity: number, display?: number): number {
    const state = this.#state;
    const { terms } = state;
    const orderId = this.#store.idOf(slot);
    const at = slot << STRIDE_BITS;
    const { records } = this.#store;
    const flags = records[at + CHAIN]!;
    const sells = flags & SELLS;
    const filled = records[at + FILLED]!;
    if ((flags & DETAILED) !== 0) state.details.load(slot, terms);
    else terms.reset();
    terms.limit = toKey(price, sells);
    if (display !== undefined) terms.display = display;
    if (terms.postOnly && !this.#postable(book, sells, terms)) {
      return this.#reject(book.index, orderId, "would-take");
    }
    state.end(slot, "replaced");
    act(state, book, orderId, sells, quantity, filled);
    if (book.high >= book.low || book.isSpecial) settle(state, book);
    return state.leavesOf(this.#store.find(orderId));
  }

  #replaceFault(book: Book, slot: number, price: number, quantity: number): EngineRejectReason | undefined {
    if (book.phase === "halted" || book.phase === "closed") return "phase-forbids-order";
    const flags = this.#state.flagsOf(slot);
    const place = flags >>> PLACE_SHIFT;
    if (place !== PLACE.LIT && place !== PLACE.DARK && place !== PLACE.WHOLE) return "held-order";
    if (this.#state.extrasOf(slot)?.peg) return "held-order";
    return (
      priceFault(price, book.rules, book.last) ??
      quantityFault(quantity, book.rules) ??
      (book.rules.maximumLevels === undefined ? undefined : levelFault(book, sideOf(flags), price))
    );
  }

  #displayFault(book: Book, slot: number, display: number, quantity: number): EngineRejectReason | undefined {
    const { details } = this.#state;
    const type = (this.#state.flagsOf(slot) & DETAILED) !== 0 ? details.type(slot) : "limit";
    const extras = this.#state.extrasOf(slot);
    return displayFault(display, quantity, book.rules, type, {
      isWhole: extras?.allOrNone ?? false,
      isRandom: (extras?.displayLow ?? 0) > 0,
    });
  }

  /** Moves a part of what an order shows into its reserve. */
  #showLess(slot: number, display: number): void {
    const { details, terms } = this.#state;
    const at = slot << STRIDE_BITS;
    const { records } = this.#store;
    if ((records[at + CHAIN]! & DETAILED) === 0) {
      terms.reset();
      terms.limit = records[at + KEY]!;
      details.store(slot, terms, 0, this.#store.capacity);
      records[at + CHAIN]! |= DETAILED;
    }
    details.display[slot] = display;
    const shown = Math.min(records[at + LEAVES]!, display);
    details.reserve[slot]! += records[at + LEAVES]! - shown;
    records[at + LEAVES] = shown;
  }

  /** Whether a post-only order may rest; one that slides gets its new limit. */
  #postable(book: Book, sells: number, terms: OrderTerms): boolean {
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

  #reject(instrument: number, orderId: number, reason: EngineRejectReason): 0 {
    this.#listener.rejected(instrument, orderId, reason);
    return 0;
  }
}

const NONE: readonly NewOrder[] = [];

function isQuantityWrong(book: Book, quantity: number): boolean {
  return (quantity | 0) !== quantity || quantity <= 0 || quantity > book.maximumQuantity;
}

/** Whether an order would rest at a price too many. */
function levelFault(book: Book, side: Side, price: number | undefined): EngineRejectReason | undefined {
  if (price === undefined) return undefined;
  const sells = side === "buy" ? 0 : SELLS;
  const own = toKey(price, sells);
  let levels = 0;
  for (let key = book.highestKey(sells); key !== NO_KEY; key = book.keyBelow(key, sells)) {
    if (key === own) return undefined;
    levels++;
  }
  return levels < book.rules.maximumLevels! ? undefined : "too-many-levels";
}
