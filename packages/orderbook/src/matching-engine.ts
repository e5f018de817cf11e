import { type AuctionResult, auctionPrice, type Interest } from "./auction-price.ts";
import { Book, NO_HIGH, NO_LOW, PLACE } from "./book.ts";
import { ByteReader, ByteWriter, hashBytes } from "./bytes.ts";
import { EngineError } from "./engine-error.ts";
import type { CancelReason, EngineListener } from "./engine-listener.ts";
import type { EngineRejectReason } from "./engine-reject-reason.ts";
import { ExpiryQueue } from "./expiry-queue.ts";
import type { EngineOptions, InstrumentOptions, Phase } from "./instrument-options.ts";
import type { PriceLevel } from "./naive-order-book.ts";
import type { CancelFilter, NewOrder } from "./new-order.ts";
import type { OpenOrder } from "./open-order.ts";
import { checkLastPrice, checkOptions, checkPhase, checkTime, PHASES } from "./option-rules.ts";
import { OrderDetails, OrderTerms } from "./order-details.ts";
import {
  inOneShape,
  isCall,
  isTriggered,
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
  NEXT,
  OrderStore,
  PLACE_SHIFT,
  SELLS,
  STRIDE_BITS,
} from "./order-store.ts";
import { NO_KEY, type PriceLadder } from "./price-ladder.ts";
import type { Side } from "./side.ts";

const SNAPSHOT_MAGIC = 0x5345_424f;
const SNAPSHOT_VERSION = 1;

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
  readonly #store = new OrderStore();
  readonly #details = new OrderDetails();
  readonly #expiries = new ExpiryQueue();
  /** The incoming order, when it is not plain. */
  readonly #terms = new OrderTerms();
  /** Self-trade group of the incoming order, 0 for a plain one. */
  #group = 0;
  /** Lots that self-trade prevention took off the incoming order. */
  #decremented = 0;
  #expiring = 0;
  #sequence = 0;
  #now = 0;

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
    this.#books = instruments.map((rules, index) => new Book(index, { ...rules }, this.#store));
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
    if (book.high >= book.low) this.#electTriggers(book);
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
    if (flags > SELLS) return this.#end(slot, "requested");
    const leaves = records[at + LEAVES]!;
    const instrument = records[at + ID_HIGH]! >>> 16;
    const book = this.#books[instrument]!;
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
    let count = 0;
    for (const book of this.#books) {
      if (book.index !== (filter.instrument ?? book.index)) continue;
      for (const slot of this.#inOrder(book)) {
        const flags = this.#store.records[(slot << STRIDE_BITS) + CHAIN]!;
        const isDetailed = (flags & DETAILED) !== 0;
        if (filter.side !== undefined && filter.side !== sideOf(flags)) continue;
        const account = isDetailed ? this.#details.account[slot]! : 0;
        const session = isDetailed ? this.#details.session[slot]! : 0;
        if (account !== (filter.account ?? account) || session !== (filter.session ?? session)) continue;
        this.#end(slot, "mass-cancel");
        count++;
      }
    }
    return count;
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
   * @returns lots that are open now
   * @see FIX 5.0 SP2, OrderCancelReplaceRequest: OrderQty is the total intended for the order; Nasdaq Equity 4, Rule
   * 4756(a)(3): only a decrease keeps priority
   */
  amend(orderId: number, price: number, totalQuantity: number): number {
    const slot = this.#store.find(orderId);
    if (slot === 0) return this.#reject(-1, orderId, "unknown-order-id");
    const at = slot << STRIDE_BITS;
    const { records } = this.#store;
    const book = this.#books[records[at + ID_HIGH]! >>> 16]!;
    const fault = this.#replaceFault(book, slot, price, totalQuantity);
    if (fault) return this.#reject(book.index, orderId, fault);
    const leaves = totalQuantity - records[at + FILLED]!;
    if (leaves <= 0) {
      this.#end(slot, "requested");
      return 0;
    }
    const open = this.#leavesOf(slot);
    if (leaves > open || toKey(price, records[at + CHAIN]! & SELLS) !== records[at + KEY]) {
      return this.replace(orderId, price, leaves);
    }
    this.#shrink(slot, open - leaves);
    return leaves;
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
    const book = this.#books[this.#store.records[(slot << STRIDE_BITS) + ID_HIGH]! >>> 16]!;
    const fault = quantityFault(by, { lotSize: book.lotSize });
    if (fault) return this.#reject(book.index, orderId, fault);
    const leaves = this.#leavesOf(slot);
    if (by >= leaves) {
      this.#end(slot, "requested");
      return 0;
    }
    this.#shrink(slot, by);
    return leaves - by;
  }

  /**
   * Moves the engine's time on. `gtd` orders whose time has come end, by time, then as they were entered; each fires
   * `cancelled`.
   *
   * @param time - in the unit of `expireTime`: a safe integer, not before the last one
   * @throws EngineError `invalid-time`, `time-goes-back`
   */
  advance(time: number): void {
    checkTime(time, this.#now);
    this.#now = time;
    for (let next = this.#expiries.pop(time); next; next = this.#expiries.pop(time)) {
      const slot = this.#store.find(next.orderId);
      if (this.#isSame(slot, next.sequence)) this.#end(slot, "expired");
    }
  }

  /**
   * Brings an instrument into a phase; into the one it is in does nothing.
   *
   * On the way to `continuous` or `closed` the book is uncrossed: `crossed` for each pair of orders, by price-time
   * priority on both sides, market orders first; orders that were only for that auction end; to `closed`, those for
   * the day too. Then `phaseChanged` fires. Then, in the closing auction, the `cls` orders join the call; in continuous
   * trading, orders whose trigger the last price meets act. Self-trade prevention does not apply in an auction.
   *
   * @param instrument - index of the instrument; unknown fires `rejected` with order id 0
   * @throws EngineError `invalid-phase`
   */
  setPhase(instrument: number, phase: Phase): void {
    const book = this.#books[instrument];
    if (!book) return void this.#reject(instrument, 0, "unknown-instrument");
    checkPhase(phase);
    if (book.phase === phase) return;
    if (phase === "continuous" || phase === "closed") this.#endCall(book);
    if (phase === "closed") this.#endDay(book);
    book.enterPhase(phase);
    this.#listener.phaseChanged(instrument, phase);
    if (phase === "closing-auction") {
      for (const slot of book.closeOrders()) {
        book.ladderOf(slot).remove(slot);
        this.#actAgain(book, slot);
      }
    }
    if (phase === "continuous" && book.last !== undefined && book.waiting > 0) {
      book.low = book.last;
      book.high = book.last;
      this.#electTriggers(book);
    }
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
   * Replaces the last price, as after a split: reference of the next auction, centre of the dynamic band, and what
   * triggers are compared with when they are entered. Fires nothing and triggers nothing. An unknown instrument: no-op.
   *
   * @param price - in ticks
   * @throws EngineError `invalid-option` when it is not an integer within ±(2^30 − 1)
   */
  setLastPrice(instrument: number, price: number): void {
    checkLastPrice(price);
    const book = this.#books[instrument];
    if (book) book.last = price;
  }

  /** What the auction would be if the call ended now; `undefined` when nothing would trade. */
  indicative(instrument: number): AuctionResult | undefined {
    const book = this.#books[instrument];
    if (!book) return undefined;
    const interest = (sells: number): Interest[] =>
      book.limitOrders(sells).map((slot) => ({
        price: toPrice(this.#store.records[(slot << STRIDE_BITS) + KEY]!, sells),
        quantity: this.#leavesOf(slot),
      }));
    const market = (sells: number): number =>
      book.marketOrders(sells).reduce((sum, slot) => sum + this.#leavesOf(slot), 0);
    return auctionPrice(interest(0), interest(SELLS), market(0), market(SELLS), book.last);
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
    const rows: PriceLevel[] = [];
    if (!book) return rows;
    const sells = side === "buy" ? 0 : SELLS;
    const ladder = book.ladder(PLACE.LIT, sells);
    const { records } = this.#store;
    for (let key = ladder.bestKey; key !== NO_KEY && rows.length < levels; key = ladder.below(key)) {
      let quantity = 0;
      let orders = 0;
      for (let slot = ladder.headOf(key); slot !== 0; slot = records[(slot << STRIDE_BITS) + NEXT]!) {
        quantity += records[(slot << STRIDE_BITS) + LEAVES]!;
        orders++;
      }
      rows.push({ price: toPrice(key, sells), quantity, orders });
    }
    return rows;
  }

  /** The orders of a side that could trade, hidden ones and market orders of a call too, in priority. */
  orders(instrument: number, side: Side): OpenOrder[] {
    const book = this.#books[instrument];
    if (!book) return [];
    const sells = side === "buy" ? 0 : SELLS;
    return [...book.marketOrders(sells), ...book.limitOrders(sells)].map((slot) => this.#open(slot));
  }

  /** The orders that wait: for a trigger, then for the close, each as they were entered. */
  heldOrders(instrument: number): OpenOrder[] {
    const book = this.#books[instrument];
    return book ? this.#held(book).map((slot) => this.#open(slot)) : [];
  }

  /** The open order with this id. */
  order(orderId: number): OpenOrder | undefined {
    const slot = this.#store.find(orderId);
    return slot === 0 ? undefined : this.#open(slot);
  }

  /** Lots that trade before this order at its price, as far as they are shown or hidden now; `undefined` if it waits. */
  volumeAhead(orderId: number): number | undefined {
    const slot = this.#store.find(orderId);
    if (slot === 0) return undefined;
    const { records } = this.#store;
    const flags = records[(slot << STRIDE_BITS) + CHAIN]! & FLAGS;
    const place = flags >>> PLACE_SHIFT;
    if (place > PLACE.MARKET) return undefined;
    const book = this.#books[records[(slot << STRIDE_BITS) + ID_HIGH]! >>> 16]!;
    const key = records[(slot << STRIDE_BITS) + KEY]!;
    const total = (head: number): number => {
      let sum = 0;
      for (let other = head; other !== 0 && other !== slot; other = records[(other << STRIDE_BITS) + NEXT]!) {
        sum += records[(other << STRIDE_BITS) + LEAVES]!;
      }
      return sum;
    };
    const own = total(book.ladder(place, flags & SELLS).headOf(key));
    return place === PLACE.DARK ? own + total(book.ladder(PLACE.LIT, flags & SELLS).headOf(key)) : own;
  }

  /**
   * Everything the engine knows, as bytes of a versioned form: the same for engines that were given the same commands,
   * whatever else they did, on any machine and version of Node.
   */
  snapshot(): Uint8Array {
    const writer = new ByteWriter();
    writer.int(SNAPSHOT_MAGIC);
    writer.int(SNAPSHOT_VERSION);
    writer.int(this.#books.length);
    writer.double(this.#now);
    writer.double(this.#sequence);
    for (const book of this.#books) {
      writer.byte(PHASES.indexOf(book.phase));
      writer.byte(book.last === undefined ? 0 : 1);
      writer.int(book.last ?? 0);
      const slots = this.#inOrder(book);
      writer.int(slots.length);
      for (const slot of slots) this.#writeOrder(slot, writer);
    }
    writer.int(Number.parseInt(hashBytes(writer.view()).slice(0, 8), 16));
    return writer.toBytes();
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
    const end = bytes.length - 4;
    const reader = new ByteReader(bytes);
    const header = [SNAPSHOT_MAGIC, SNAPSHOT_VERSION, this.#books.length];
    if (end < 12 || header.some((word) => reader.int() !== word)) {
      throw new EngineError(
        "invalid-snapshot",
        `bytes must be a snapshot of version ${SNAPSHOT_VERSION} with ${this.#books.length} instruments`,
      );
    }
    const sum = Number.parseInt(hashBytes(bytes.subarray(0, end)).slice(0, 8), 16) | 0;
    const tail = new ByteReader(bytes.subarray(end));
    if (tail.int() !== sum)
      throw new EngineError("invalid-snapshot", "the snapshot's checksum does not match");
    this.#now = reader.double();
    this.#sequence = reader.double();
    for (const book of this.#books) {
      book.enterPhase(PHASES[reader.byte()]!);
      const hasLast = reader.byte() === 1;
      const last = reader.int();
      book.last = hasLast ? last : undefined;
      for (let left = reader.int(); left > 0; left--) this.#readOrder(book, reader);
    }
  }

  #writeOrder(slot: number, writer: ByteWriter): void {
    const at = slot << STRIDE_BITS;
    const { records } = this.#store;
    const flags = records[at + CHAIN]! & FLAGS;
    writer.double(this.#store.idOf(slot));
    writer.byte(flags);
    for (const word of [KEY, LEAVES, FILLED]) writer.int(records[at + word]!);
    if ((flags & DETAILED) !== 0) this.#details.write(slot, writer);
  }

  #readOrder(book: Book, reader: ByteReader): void {
    const orderId = reader.double();
    const flags = reader.byte();
    const [key, leaves, filled] = [reader.int(), reader.int(), reader.int()];
    const slot = this.#store.insert(orderId, book.index, flags, key, leaves, filled);
    const place = flags >>> PLACE_SHIFT;
    if ((flags & DETAILED) !== 0) {
      this.#details.read(slot, reader, this.#store.capacity);
      if (this.#details.time(slot) === "gtd") {
        this.#expiring++;
        this.#expiries.push(this.#details.expireTime(slot), this.#details.sequence[slot]!, orderId);
      }
    }
    if (place === PLACE.RISING || place === PLACE.FALLING) book.waiting++;
    book.ladder(place, flags & SELLS).append(slot);
  }

  #enter(order: NewOrder): number {
    const { orderId, instrument, side, quantity } = order;
    const book = this.#books[instrument];
    if (!book) return this.#reject(instrument, orderId, "unknown-instrument");
    const fault =
      orderIdFault(orderId) ??
      (this.#store.has(orderId) ? "duplicate-order-id" : undefined) ??
      orderFault(order, book.rules, book.phase, book.last, this.#now) ??
      (this.size >= this.#maximumOrders ? "too-many-orders" : undefined);
    if (fault) return this.#reject(instrument, orderId, fault);
    const sells = side === "buy" ? 0 : SELLS;
    const terms = this.#terms;
    terms.type = order.type ?? "limit";
    terms.time = order.timeInForce ?? "gtc";
    terms.hasLimit = order.price !== undefined;
    terms.limit = order.price === undefined ? 0 : toKey(order.price, sells);
    terms.trigger = order.triggerPrice ?? 0;
    terms.display = order.displayQuantity ?? -1;
    terms.minimum = order.minimumQuantity ?? 0;
    terms.postOnly = order.postOnly;
    terms.account = order.account ?? 0;
    terms.session = order.session ?? 0;
    terms.group = order.selfTradeGroup ?? 0;
    terms.mode = order.selfTradeMode ?? "cancel-newest";
    terms.expireTime = order.expireTime ?? 0;
    if (terms.postOnly && !this.#postable(book, sells, terms)) {
      return this.#reject(instrument, orderId, "would-take");
    }
    terms.sequence = ++this.#sequence;
    if (terms.time === "cls" && book.phase !== "closing-auction") {
      this.#hold(book, orderId, sells, PLACE.CLOSE, 0, quantity);
    } else if (!isTriggered(terms.type)) this.#act(book, orderId, sells, quantity, 0);
    else {
      const isStop = terms.type === "stop" || terms.type === "stop-limit";
      const rises = isStop === (sells === 0);
      const { last } = book;
      if (
        book.isContinuous &&
        last !== undefined &&
        (rises ? last >= terms.trigger : last <= terms.trigger)
      ) {
        this.#listener.triggered(instrument, orderId);
        this.#act(book, orderId, sells, quantity, 0);
      } else {
        const place = rises ? PLACE.RISING : PLACE.FALLING;
        this.#hold(book, orderId, sells, place, rises ? 0 - terms.trigger : terms.trigger, quantity);
      }
    }
    if (book.high >= book.low) this.#electTriggers(book);
    return this.#leavesOf(this.#store.find(orderId));
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
    this.#electTriggers(book);
    return this.#leavesOf(this.#store.find(orderId));
  }

  #restPlain(book: Book, orderId: number, sells: number, key: number, leaves: number, filled: number): void {
    const slot = this.#store.insert(orderId, book.index, sells, key, leaves, filled);
    if (sells === 0) {
      book.buys.append(slot);
      this.#listener.added(book.index, orderId, "buy", key, leaves, leaves);
    } else {
      book.sells.append(slot);
      this.#listener.added(book.index, orderId, "sell", 0 - key, leaves, leaves);
    }
  }

  /**
   * Trades an incoming order with the other side.
   *
   * @param limit - lowest key of the other side that it takes
   * @returns what is left; 0 when self-trade prevention ended it
   */
  #match(book: Book, takerId: number, sells: number, limit: number, quantity: number): number {
    const lit = sells === 0 ? book.sells : book.buys;
    const dark = sells === 0 ? book.darkSells : book.darkBuys;
    if (lit.bestKey < limit && dark === undefined) return quantity;
    const { records } = this.#store;
    const takerSide = sells === 0 ? "buy" : "sell";
    const group = this.#group;
    let leaves = quantity;
    while (leaves > 0) {
      const ladder: PriceLadder = dark !== undefined && dark.bestKey > lit.bestKey ? dark : lit;
      const key = ladder.bestKey;
      if (key < limit) break;
      const slot = ladder.firstOrder();
      const at = slot << STRIDE_BITS;
      const isDetailed = (records[at + CHAIN]! & DETAILED) !== 0;
      if (group !== 0 && isDetailed && this.#details.group[slot] === group) {
        const left = this.#preventSelfTrade(book, takerId, slot, leaves);
        if (left === 0) return 0;
        leaves = left;
        continue;
      }
      const shown = records[at + LEAVES]!;
      const price = sells === 0 ? 0 - key : key;
      const makerId = this.#store.idOf(slot);
      const traded = Math.min(leaves, shown);
      leaves -= traded;
      book.last = price;
      if (book.waiting > 0) noteTrade(book, price);
      let makerLeaves = shown - traded;
      if (isDetailed && makerLeaves + this.#details.reserve[slot]! > 0) {
        records[at + LEAVES] = makerLeaves;
        records[at + FILLED]! += traded;
        makerLeaves += this.#details.reserve[slot]!;
        this.#listener.traded(book.index, makerId, takerId, takerSide, price, traded, makerLeaves);
        this.#refresh(book, slot);
        continue;
      }
      if (makerLeaves === 0) {
        ladder.remove(slot);
        this.#forget(slot);
      } else {
        records[at + LEAVES] = makerLeaves;
        records[at + FILLED]! += traded;
      }
      this.#listener.traded(book.index, makerId, takerId, takerSide, price, traded, makerLeaves);
    }
    return leaves;
  }

  /** @returns what is left of the incoming order, 0 when it ended */
  #preventSelfTrade(book: Book, takerId: number, maker: number, leaves: number): number {
    const { mode } = this.#terms;
    if (mode === "cancel-oldest" || mode === "cancel-both") this.#end(maker, "self-trade");
    if (mode === "cancel-oldest") return leaves;
    if (mode === "decrement") {
      const open = this.#leavesOf(maker);
      const quantity = Math.min(leaves, open);
      if (quantity === open) this.#end(maker, "self-trade");
      else this.#shrink(maker, quantity);
      if (quantity < leaves) {
        this.#decremented += quantity;
        this.#listener.reduced(book.index, takerId, leaves - quantity, 0);
        return leaves - quantity;
      }
    }
    this.#listener.cancelled(book.index, takerId, leaves, "self-trade");
    return 0;
  }

  /** The order of `#terms` trades and rests. */
  #act(book: Book, orderId: number, sells: number, quantity: number, filled: number): void {
    const terms = this.#terms;
    if (isCall(book.phase)) {
      if (terms.type === "market") terms.time = "auction";
      this.#rest(book, orderId, sells, quantity, filled);
      return;
    }
    if (terms.type === "market-to-limit" && !terms.hasLimit) {
      const best = book.bestKey(SELLS - sells);
      if (best === NO_KEY) {
        this.#listener.cancelled(book.index, orderId, quantity, "unfilled");
        return;
      }
      terms.hasLimit = true;
      terms.limit = 0 - best;
    }
    const limit = terms.hasLimit ? 0 - terms.limit : NO_KEY + 1;
    const needed = terms.time === "fok" ? quantity : terms.minimum;
    if (needed > 0 && this.#wouldTrade(book, sells, limit, quantity) < needed) {
      this.#listener.cancelled(book.index, orderId, quantity, "unfilled");
      return;
    }
    this.#group = terms.group;
    this.#decremented = 0;
    const leaves = this.#match(book, orderId, sells, limit, quantity);
    this.#group = 0;
    if (leaves === 0) return;
    const { type, time } = terms;
    if (
      type === "market" ||
      type === "stop" ||
      type === "market-if-touched" ||
      time === "ioc" ||
      time === "fok"
    ) {
      this.#listener.cancelled(book.index, orderId, leaves, "unfilled");
      return;
    }
    this.#rest(book, orderId, sells, leaves, filled + quantity - leaves - this.#decremented);
  }

  /**
   * What the order of `#terms` would trade now. Within a price the queue is gone through as matching does, because an
   * iceberg's reserve comes behind an order of the same self-trade group that may end it all.
   */
  #wouldTrade(book: Book, sells: number, limit: number, quantity: number): number {
    const { group, mode } = this.#terms;
    const { records } = this.#store;
    let left = quantity;
    let traded = 0;
    const lit = sells === 0 ? book.sells : book.buys;
    const dark = sells === 0 ? book.darkSells : book.darkBuys;
    let key = book.bestKey(SELLS - sells);
    while (key >= limit && left > 0) {
      for (const ladder of dark ? [lit, dark] : [lit]) {
        const queue: { slot: number; shown: number; reserve: number }[] = [];
        for (let slot = ladder.headOf(key); slot !== 0; slot = records[(slot << STRIDE_BITS) + NEXT]!) {
          const shown = records[(slot << STRIDE_BITS) + LEAVES]!;
          queue.push({ slot, shown, reserve: this.#leavesOf(slot) - shown });
        }
        for (let order = queue.shift(); order && left > 0; order = queue.shift()) {
          if (group !== 0 && this.#groupOf(order.slot) === group) {
            if (mode === "cancel-newest" || mode === "cancel-both") return traded;
            if (mode === "decrement") left -= Math.min(left, order.shown + order.reserve);
            continue;
          }
          const part = Math.min(left, order.shown);
          left -= part;
          traded += part;
          if (order.reserve === 0) continue;
          const display = Math.min(this.#details.display[order.slot]!, order.reserve);
          queue.push({ slot: order.slot, shown: display, reserve: order.reserve - display });
        }
      }
      key = Math.max(lit.below(key), dark ? dark.below(key) : NO_KEY);
    }
    return traded;
  }

  /** Puts the order of `#terms` at its price, or among the market orders of a call. */
  #rest(book: Book, orderId: number, sells: number, leaves: number, filled: number): void {
    const terms = this.#terms;
    terms.minimum = 0;
    const side = sideOf(sells);
    if (!terms.hasLimit) {
      this.#place(book, orderId, sells, PLACE.MARKET, 0, leaves, 0, filled);
      this.#listener.held(book.index, orderId, side, leaves);
      return;
    }
    const isHidden = terms.display === 0;
    const shown = isHidden || terms.display < 0 ? leaves : Math.min(terms.display, leaves);
    const place = isHidden ? PLACE.DARK : PLACE.LIT;
    this.#place(book, orderId, sells, place, terms.limit, shown, leaves - shown, filled);
    const price = toPrice(terms.limit, sells);
    this.#listener.added(book.index, orderId, side, price, leaves, isHidden ? 0 : shown);
  }

  /** Takes an order without acting on it. */
  #hold(book: Book, orderId: number, sells: number, place: number, key: number, quantity: number): void {
    if (place !== PLACE.CLOSE) book.waiting++;
    this.#place(book, orderId, sells, place, key, quantity, 0, 0);
    this.#listener.held(book.index, orderId, sideOf(sells), quantity);
  }

  #place(
    book: Book,
    orderId: number,
    sells: number,
    place: number,
    key: number,
    shown: number,
    reserve: number,
    filled: number,
  ): void {
    const terms = this.#terms;
    const isPlain = place === PLACE.LIT && terms.isPlain();
    const flags = sells | (isPlain ? 0 : DETAILED) | (place << PLACE_SHIFT);
    const slot = this.#store.insert(orderId, book.index, flags, key, shown, filled);
    if (!isPlain) this.#details.store(slot, terms, reserve, this.#store.capacity);
    book.ladder(place, sells).append(slot);
    if (terms.time === "gtd") this.#watchExpiry(orderId);
  }

  #watchExpiry(orderId: number): void {
    const { expireTime, sequence } = this.#terms;
    this.#expiring++;
    if (this.#expiries.size > 2 * this.#expiring + 64) {
      this.#expiries.compact((id, entered) => this.#isSame(this.#store.find(id), entered));
    }
    this.#expiries.push(expireTime, sequence, orderId);
  }

  /** Whether the order in this slot is the one that was entered with this sequence. */
  #isSame(slot: number, sequence: number): boolean {
    if (slot === 0) return false;
    const isDetailed = (this.#store.records[(slot << STRIDE_BITS) + CHAIN]! & DETAILED) !== 0;
    return isDetailed && this.#details.sequence[slot] === sequence;
  }

  /** An iceberg whose shown part traded shows the next one, at the back. */
  #refresh(book: Book, slot: number): void {
    const at = slot << STRIDE_BITS;
    const { records } = this.#store;
    const reserve = this.#details.reserve[slot]!;
    if (records[at + LEAVES] !== 0 || reserve === 0) return;
    const shown = Math.min(this.#details.display[slot]!, reserve);
    const ladder = book.ladderOf(slot);
    ladder.remove(slot);
    records[at + LEAVES] = shown;
    this.#details.reserve[slot] = reserve - shown;
    ladder.append(slot);
    this.#listener.refreshed(book.index, this.#store.idOf(slot), shown);
  }

  /** Keeps the place in the queue; the reserve goes first. */
  #shrink(slot: number, by: number): void {
    const at = slot << STRIDE_BITS;
    const { records } = this.#store;
    const flags = records[at + CHAIN]! & FLAGS;
    let rest = by;
    if ((flags & DETAILED) !== 0) {
      const fromReserve = Math.min(by, this.#details.reserve[slot]!);
      this.#details.reserve[slot]! -= fromReserve;
      rest -= fromReserve;
    }
    records[at + LEAVES]! -= rest;
    this.#listener.reduced(
      records[at + ID_HIGH]! >>> 16,
      this.#store.idOf(slot),
      this.#leavesOf(slot),
      flags >>> PLACE_SHIFT === PLACE.LIT ? records[at + LEAVES]! : 0,
    );
  }

  #end(slot: number, reason: CancelReason): number {
    const { records } = this.#store;
    const instrument = records[(slot << STRIDE_BITS) + ID_HIGH]! >>> 16;
    const book = this.#books[instrument]!;
    const orderId = this.#store.idOf(slot);
    const leaves = this.#leavesOf(slot);
    book.ladderOf(slot).remove(slot);
    this.#forget(slot);
    this.#listener.cancelled(instrument, orderId, leaves, reason);
    return leaves;
  }

  /** Deletes an order that is in no queue any more. */
  #forget(slot: number): void {
    const flags = this.#store.records[(slot << STRIDE_BITS) + CHAIN]! & FLAGS;
    if ((flags & DETAILED) !== 0) {
      const place = flags >>> PLACE_SHIFT;
      if (place === PLACE.RISING || place === PLACE.FALLING) {
        this.#books[this.#store.records[(slot << STRIDE_BITS) + ID_HIGH]! >>> 16]!.waiting--;
      }
      if (this.#details.time(slot) === "gtd") this.#expiring--;
    }
    this.#store.delete(slot);
  }

  /** Lets act whoever waited for the trades of this command, and for those that they cause. */
  #electTriggers(book: Book): void {
    if (!book.isContinuous) return;
    const elected: number[] = [];
    for (;;) {
      const reached: number[] = [];
      this.#takeReached(book, PLACE.RISING, 0 - book.high, reached);
      this.#takeReached(book, PLACE.FALLING, book.low, reached);
      book.low = NO_LOW;
      book.high = NO_HIGH;
      if (reached.length > 0) {
        const { sequence } = this.#details;
        reached.sort((a, b) => sequence[a]! - sequence[b]!);
        elected.push(...reached);
      }
      const next = elected.shift();
      if (next === undefined) return;
      const orderId = this.#store.idOf(next);
      this.#listener.triggered(book.index, orderId);
      this.#actAgain(book, next);
    }
  }

  #takeReached(book: Book, place: number, limit: number, reached: number[]): void {
    const ladder = book.ladder(place, 0);
    for (let key = ladder.bestKey; key !== NO_KEY && key >= limit; key = ladder.bestKey) {
      const slot = ladder.headOf(key);
      ladder.remove(slot);
      reached.push(slot);
    }
  }

  /** An order that waited, and is in no ladder now, acts with its terms. */
  #actAgain(book: Book, slot: number): void {
    const at = slot << STRIDE_BITS;
    const { records } = this.#store;
    const orderId = this.#store.idOf(slot);
    const sells = records[at + CHAIN]! & SELLS;
    const leaves = records[at + LEAVES]!;
    this.#details.load(slot, this.#terms);
    this.#forget(slot);
    this.#act(book, orderId, sells, leaves, 0);
  }

  #replaceCarefully(book: Book, slot: number, price: number, quantity: number): number {
    const orderId = this.#store.idOf(slot);
    const fault = this.#replaceFault(book, slot, price, quantity);
    if (fault) return this.#reject(book.index, orderId, fault);
    const at = slot << STRIDE_BITS;
    const { records } = this.#store;
    const flags = records[at + CHAIN]!;
    const sells = flags & SELLS;
    const filled = records[at + FILLED]!;
    const terms = this.#terms;
    if ((flags & DETAILED) !== 0) this.#details.load(slot, terms);
    else terms.reset();
    terms.limit = toKey(price, sells);
    if (terms.postOnly && !this.#postable(book, sells, terms)) {
      return this.#reject(book.index, orderId, "would-take");
    }
    this.#end(slot, "replaced");
    this.#act(book, orderId, sells, quantity, filled);
    if (book.high >= book.low) this.#electTriggers(book);
    return this.#leavesOf(this.#store.find(orderId));
  }

  #replaceFault(book: Book, slot: number, price: number, quantity: number): EngineRejectReason | undefined {
    if (book.phase === "halted" || book.phase === "closed") return "phase-forbids-order";
    const place = (this.#store.records[(slot << STRIDE_BITS) + CHAIN]! & FLAGS) >>> PLACE_SHIFT;
    if (place > PLACE.DARK) return "held-order";
    return priceFault(price, book.rules, book.last) ?? quantityFault(quantity, book.rules);
  }

  /** Whether a post-only order may rest; one that slides gets its new limit. */
  #postable(book: Book, sells: number, terms: OrderTerms): boolean {
    if (!book.isContinuous) return true;
    const best = book.bestKey(SELLS - sells);
    if (best < 0 - terms.limit) return true;
    const behind = 0 - best - book.tickSize;
    if (terms.postOnly === "reject" || priceFault(toPrice(behind, sells), book.rules, book.last))
      return false;
    terms.limit = behind;
    return true;
  }

  /** The way out of a call: the cross, then everything ends that was only for it. */
  #endCall(book: Book): void {
    const price = this.#uncross(book);
    for (const slot of this.#resting(book)) {
      const flags = this.#store.records[(slot << STRIDE_BITS) + CHAIN]! & FLAGS;
      if ((flags & DETAILED) === 0) continue;
      const time = this.#details.time(slot);
      const isForAuction = time === "opg" || time === "cls" || time === "auction";
      const hasPrice = flags >>> PLACE_SHIFT !== PLACE.MARKET;
      if (isForAuction || (!hasPrice && price === undefined)) this.#end(slot, "expired");
      else if (!hasPrice) this.#limitAt(book, slot, price!);
    }
  }

  /** What is left of a market-to-limit order after an auction rests at the auction's price. */
  #limitAt(book: Book, slot: number, price: number): void {
    const at = slot << STRIDE_BITS;
    const { records } = this.#store;
    const orderId = this.#store.idOf(slot);
    const sells = records[at + CHAIN]! & SELLS;
    const leaves = records[at + LEAVES]!;
    const filled = records[at + FILLED]!;
    this.#details.load(slot, this.#terms);
    this.#terms.hasLimit = true;
    this.#terms.limit = toKey(price, sells);
    book.ladderOf(slot).remove(slot);
    this.#forget(slot);
    this.#rest(book, orderId, sells, leaves, filled);
  }

  #endDay(book: Book): void {
    for (const slot of this.#inOrder(book)) {
      const flags = this.#store.records[(slot << STRIDE_BITS) + CHAIN]! & FLAGS;
      if ((flags & DETAILED) === 0) continue;
      if (flags >>> PLACE_SHIFT === PLACE.CLOSE || this.#details.time(slot) === "day")
        this.#end(slot, "expired");
    }
  }

  /** @returns the auction's price, `undefined` when nothing traded */
  #uncross(book: Book): number | undefined {
    const result = this.indicative(book.index);
    if (!result) return undefined;
    const { records } = this.#store;
    for (let open = result.volume; open > 0; ) {
      const buy = book.first(0);
      const sell = book.first(SELLS);
      const shown = Math.min(
        records[(buy << STRIDE_BITS) + LEAVES]!,
        records[(sell << STRIDE_BITS) + LEAVES]!,
      );
      const quantity = Math.min(open, shown);
      open -= quantity;
      const [buyId, sellId] = [this.#store.idOf(buy), this.#store.idOf(sell)];
      const buyLeaves = this.#fill(book, buy, quantity);
      const sellLeaves = this.#fill(book, sell, quantity);
      this.#listener.crossed(book.index, buyId, sellId, result.price, quantity, buyLeaves, sellLeaves);
      if (buyLeaves > 0) this.#refresh(book, buy);
      if (sellLeaves > 0) this.#refresh(book, sell);
    }
    book.last = result.price;
    return result.price;
  }

  /** @returns what is left of the order, which is gone at 0 */
  #fill(book: Book, slot: number, quantity: number): number {
    const at = slot << STRIDE_BITS;
    const { records } = this.#store;
    records[at + LEAVES]! -= quantity;
    records[at + FILLED]! += quantity;
    const leaves = this.#leavesOf(slot);
    if (leaves === 0) {
      book.ladderOf(slot).remove(slot);
      this.#forget(slot);
    }
    return leaves;
  }

  /** Orders that could trade: buys, then sells, each in priority. */
  #resting(book: Book): number[] {
    return [0, SELLS].flatMap((sells) => [...book.marketOrders(sells), ...book.limitOrders(sells)]);
  }

  /** Orders that wait for a trigger, then those that wait for the close, as they were entered. */
  #held(book: Book): number[] {
    const { sequence } = this.#details;
    return [...book.waitingOrders().sort((a, b) => sequence[a]! - sequence[b]!), ...book.closeOrders()];
  }

  #inOrder(book: Book): number[] {
    return [...this.#resting(book), ...this.#held(book)];
  }

  /** All that is open of an order, the reserve of an iceberg included; 0 for no order. */
  #leavesOf(slot: number): number {
    if (slot === 0) return 0;
    const at = slot << STRIDE_BITS;
    const { records } = this.#store;
    const reserve = (records[at + CHAIN]! & DETAILED) !== 0 ? this.#details.reserve[slot]! : 0;
    return records[at + LEAVES]! + reserve;
  }

  #groupOf(slot: number): number {
    const isDetailed = (this.#store.records[(slot << STRIDE_BITS) + CHAIN]! & DETAILED) !== 0;
    return isDetailed ? this.#details.group[slot]! : 0;
  }

  #open(slot: number): OpenOrder {
    const at = slot << STRIDE_BITS;
    const { records } = this.#store;
    const flags = records[at + CHAIN]! & FLAGS;
    const place = flags >>> PLACE_SHIFT;
    return {
      orderId: this.#store.idOf(slot),
      instrument: records[at + ID_HIGH]! >>> 16,
      side: sideOf(flags),
      price: place <= PLACE.DARK ? toPrice(records[at + KEY]!, flags & SELLS) : undefined,
      leavesQuantity: this.#leavesOf(slot),
      displayedQuantity: place === PLACE.LIT ? records[at + LEAVES]! : 0,
      filledQuantity: records[at + FILLED]!,
    };
  }

  #reject(instrument: number, orderId: number, reason: EngineRejectReason): 0 {
    this.#listener.rejected(instrument, orderId, reason);
    return 0;
  }
}

/** Never −0, which events would show. */
function toKey(price: number, sells: number): number {
  return sells === 0 ? price | 0 : 0 - price;
}

function toPrice(key: number, sells: number): number {
  return sells === 0 ? key : 0 - key;
}

function sideOf(flags: number): Side {
  return (flags & SELLS) === 0 ? "buy" : "sell";
}

function isQuantityWrong(book: Book, quantity: number): boolean {
  return (quantity | 0) !== quantity || quantity <= 0 || quantity > book.maximumQuantity;
}

function noteTrade(book: Book, price: number): void {
  if (price < book.low) book.low = price;
  if (price > book.high) book.high = price;
}
