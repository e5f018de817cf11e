import {
  type AuctionResult,
  type ClearingResult,
  type Interest,
  isSameResult,
  referencePrice,
} from "./auction-price.ts";
import type { CancelReason, EngineListener, LimitState } from "./engine-listener.ts";
import type { EngineRejectReason } from "./engine-reject-reason.ts";
import type { EngineOptions, InstrumentOptions, OrderLimit, Phase } from "./instrument-options.ts";
import { hasParent, listFault } from "./list-rules.ts";
import { shareNaively } from "./naive-allocation.ts";
import { naiveAuctionPrice } from "./naive-auction-price.ts";
import type { PriceLevel } from "./naive-order-book.ts";
import type {
  CancelFilter,
  Contingency,
  NewOrder,
  OrderType,
  Peg,
  SelfTradeMode,
  TimeInForce,
} from "./new-order.ts";
import type { OpenOrder, OrderStatus } from "./open-order.ts";
import { checkLastPrice, checkOptions, checkPhase, checkTime } from "./option-rules.ts";
import {
  displayFault,
  isCall,
  isMarket,
  isStop,
  isTrailing,
  isTriggered,
  MAX_VALUE,
  orderFault,
  orderIdFault,
  priceFault,
  quantityFault,
} from "./order-rules.ts";
import { MAX_ORDERS } from "./order-store.ts";
import type { CurrentPriceLimits, LevelStatistics, OrderVisitor } from "./price-level.ts";
import { nextRandomState, randomSize } from "./random.ts";
import { opposite, type Side } from "./side.ts";
import { tickDown, tickUp } from "./tick-size.ts";

interface Order {
  readonly instrument: number;
  readonly id: number;
  readonly side: Side;
  /** Where it rests or is willing to trade; `undefined` trades at any price. */
  price: number | undefined;
  /** All that is open, the reserve included. */
  leaves: number;
  displayed: number;
  filled: number;
  /** Largest part that is shown; `undefined` shows all. */
  display: number | undefined;
  /** Range of the random refresh. */
  readonly displayLow: number | undefined;
  readonly displayHigh: number;
  random: number;
  type: OrderType;
  time: TimeInForce;
  readonly expireTime: number;
  minimum: number;
  trigger: number | undefined;
  readonly trailAmount: number | undefined;
  readonly trailBasisPoints: number;
  readonly limitOffset: number;
  readonly peg: Peg | undefined;
  readonly pegOffset: number;
  /** Limit of a pegged order. */
  readonly pegLimit: number | undefined;
  readonly allOrNone: boolean;
  readonly singlePrice: boolean;
  readonly postOnly: "reject" | "slide" | undefined;
  readonly account: number;
  readonly session: number;
  readonly group: number;
  readonly mode: SelfTradeMode;
  list: List | undefined;
  readonly isParent: boolean;
  /** When it came to the back of its queue. */
  priority: number;
  /** When it was entered. */
  readonly sequence: number;
  place: "book" | "trigger" | "close" | "peg" | "parent" | "elected";
}

interface List {
  readonly contingency: Contingency;
  /** Lots that its orders traded, beside those of a parent. */
  executed: number;
  /** Whether the parent traded in full. */
  isReleased: boolean;
}

interface Instrument {
  readonly rules: InstrumentOptions;
  phase: Phase;
  last: number | undefined;
  /** Prices of the trades whose triggers were not looked for yet; those of one order go one way. */
  trades: number[];
  /** When the volatility auction ends by itself. */
  auctionEnds: number | undefined;
  /** What was told last of this call's auction. */
  told: AuctionResult | undefined;
  /** The order that bettered the market. */
  readonly top: Record<Side, Order | undefined>;
  /** Reference of the price limits, and since when. */
  reference: number | undefined;
  referenceSince: number;
  /** Trades for the mean: [thirtieth of the window, price]. */
  recent: (readonly [number, number])[];
  limitState: LimitState;
  limitSince: number;
}

/**
 * The matching engine as plainly as it can be said: all open orders are one array that is filtered and sorted whenever
 * somebody wants to know. It is the oracle of {@link MatchingEngine}, whose methods it has and whose events it gives.
 */
export class NaiveMatchingEngine {
  readonly #listener: EngineListener;
  readonly #instruments: Instrument[];
  readonly #maximumOrders: number;
  readonly #orderLimit: OrderLimit | undefined;
  #orders: Order[] = [];
  /** Orders whose trigger was met, in the order in which they will act. */
  #elected: Order[] = [];
  /** Orders entered in this interval, by session. */
  #entered = new Map<number, number>();
  #counter = 0;
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
    this.#orderLimit = options.orderLimit;
    this.#instruments = instruments.map((rules) => ({
      rules,
      phase: rules.phase ?? "continuous",
      last: rules.referencePrice,
      trades: [],
      auctionEnds: undefined,
      told: undefined,
      top: { buy: undefined, sell: undefined },
      reference: rules.referencePrice,
      referenceSince: 0,
      recent: [],
      limitState: "none",
      limitSince: 0,
    }));
  }

  /** See {@link MatchingEngine.size}. */
  get size(): number {
    return this.#orders.length;
  }

  /** See {@link MatchingEngine.limit}. */
  limit(instrument: number, orderId: number, side: Side, price: number, quantity: number): number {
    return this.enter({ instrument, orderId, side, price, quantity });
  }

  /** See {@link MatchingEngine.market}. */
  market(instrument: number, orderId: number, side: Side, quantity: number): number {
    return this.enter({ instrument, orderId, side, quantity, type: "market" });
  }

  /** See {@link MatchingEngine.enter}. */
  enter(entry: NewOrder): number {
    const fault = this.#entryFault(entry, []);
    if (fault) return this.#reject(entry.instrument, entry.orderId, fault);
    const price = this.#postable(entry.instrument, entry.side, entry.price, entry.postOnly);
    if (price === "would-take") return this.#reject(entry.instrument, entry.orderId, price);
    this.#count(entry.session);
    this.#begin(this.#make(entry, price, undefined, false));
    this.#settle(entry.instrument);
    return this.#leaves(entry.orderId);
  }

  /** See {@link MatchingEngine.enterList}. */
  enterList(contingency: Contingency, entries: readonly NewOrder[]): number {
    const instrument = entries[0]?.instrument ?? -1;
    const wrongList = listFault(contingency, entries);
    if (wrongList) return this.#reject(instrument, wrongList.orderId, wrongList.reason);
    for (const [index, entry] of entries.entries()) {
      const fault = this.#entryFault(entry, entries.slice(0, index));
      if (fault) return this.#reject(instrument, entry.orderId, fault);
    }
    const list: List = { contingency, executed: 0, isReleased: false };
    const orders = entries.map((entry, index) =>
      this.#make(entry, entry.price, list, hasParent(contingency) && index === 0),
    );
    for (const { session } of orders) this.#count(session);
    if (hasParent(contingency)) {
      for (const child of orders.slice(1)) this.#hold(child, "parent");
      this.#begin(orders[0]!);
    } else {
      for (const order of orders) {
        if (list.executed > 0 && (contingency === "one-cancels-other" || list.executed >= order.leaves)) {
          this.#cancelled(order, "contingency");
          continue;
        }
        if (list.executed > 0) this.#shrink(order, list.executed);
        this.#begin(order);
        // Those that were waiting saw these trades, the next order of the list did not.
        this.#elect(instrument);
      }
    }
    this.#settle(instrument);
    return entries.filter(({ orderId }) => this.#find(orderId)).length;
  }

  /** See {@link MatchingEngine.cancel}. */
  cancel(orderId: number): number {
    const order = this.#find(orderId);
    if (!order) return this.#reject(-1, orderId, "unknown-order-id");
    const leaves = this.#end(order, "requested");
    this.#settle(order.instrument);
    return leaves;
  }

  /** See {@link MatchingEngine.cancelAll}. */
  cancelAll(filter: CancelFilter = {}): number {
    return this.#cancelWhere(
      (order) =>
        order.instrument === (filter.instrument ?? order.instrument) &&
        order.side === (filter.side ?? order.side) &&
        order.account === (filter.account ?? order.account) &&
        order.session === (filter.session ?? order.session),
      "mass-cancel",
    );
  }

  /** See {@link MatchingEngine.disconnect}. */
  disconnect(session: number): number {
    return this.#cancelWhere((order) => session !== 0 && order.session === session, "disconnected");
  }

  /** See {@link MatchingEngine.replace}. */
  replace(orderId: number, price: number, quantity: number): number {
    const order = this.#find(orderId);
    if (!order) return this.#reject(-1, orderId, "unknown-order-id");
    const fault = this.#replaceFault(order, price, quantity);
    if (fault) return this.#reject(order.instrument, orderId, fault);
    return this.#replaceBy(order, price, quantity, order.display);
  }

  /** See {@link MatchingEngine.amend}. */
  amend(orderId: number, price: number, totalQuantity: number, displayQuantity?: number): number {
    const order = this.#find(orderId);
    if (!order) return this.#reject(-1, orderId, "unknown-order-id");
    const { rules } = this.#instruments[order.instrument]!;
    const fault =
      this.#replaceFault(order, price, totalQuantity) ??
      (displayQuantity === undefined
        ? undefined
        : displayFault(displayQuantity, totalQuantity, rules, order.type, {
            isWhole: order.allOrNone,
            isRandom: order.displayLow !== undefined,
          }));
    if (fault) return this.#reject(order.instrument, orderId, fault);
    const leaves = totalQuantity - order.filled;
    if (leaves <= 0) {
      this.#end(order, "requested");
      this.#settle(order.instrument);
      return 0;
    }
    const before = order.display ?? Number.POSITIVE_INFINITY;
    const display = displayQuantity ?? before;
    if (
      price !== order.price ||
      leaves > order.leaves ||
      display > before ||
      (display === 0) !== (before === 0)
    ) {
      return this.#replaceBy(order, price, leaves, displayQuantity ?? order.display);
    }
    order.display = displayQuantity ?? order.display;
    // A refresh by chance may show more than the first part; what is shown changes only when the terms do.
    if (display < before) order.displayed = Math.min(order.displayed, display);
    this.#shrink(order, order.leaves - leaves);
    this.#settle(order.instrument);
    return this.#leaves(orderId);
  }

  /** See {@link MatchingEngine.reduce}. */
  reduce(orderId: number, by: number): number {
    const order = this.#find(orderId);
    if (!order) return this.#reject(-1, orderId, "unknown-order-id");
    const { lotSize = 1 } = this.#instruments[order.instrument]!.rules;
    const fault = quantityFault(by, { lotSize });
    if (fault) return this.#reject(order.instrument, orderId, fault);
    if (by >= order.leaves) this.#end(order, "requested");
    else this.#shrink(order, by);
    this.#settle(order.instrument);
    return this.#leaves(orderId);
  }

  /** See {@link MatchingEngine.advance}. */
  advance(time: number): void {
    checkTime(time, this.#now);
    if (this.#interval(time) !== this.#interval(this.#now)) this.#entered.clear();
    this.#now = time;
    const gone = this.#orders.filter((order) => order.time === "gtd" && order.expireTime <= time);
    gone.sort((a, b) => a.expireTime - b.expireTime || a.sequence - b.sequence);
    for (const order of gone) if (this.#orders.includes(order)) this.#end(order, "expired");
    for (const [index, book] of this.#instruments.entries()) {
      this.#settle(index);
      if (book.auctionEnds !== undefined && time >= book.auctionEnds) this.setPhase(index, "continuous");
      else if (book.phase === "continuous" && book.rules.priceLimits) {
        this.#updateReference(book);
        this.#settle(index);
        const { limitState, pause } = book.rules.priceLimits;
        if (book.limitState !== "none" && time - book.limitSince >= limitState) {
          this.#changePhase(index, "volatility-auction");
          book.auctionEnds = time + pause;
        }
      }
      this.#tellIndicative(index);
    }
  }

  /** See {@link MatchingEngine.setPhase}. */
  setPhase(instrument: number, phase: Phase): void {
    const book = this.#instruments[instrument];
    if (!book) return void this.#reject(instrument, 0, "unknown-instrument");
    checkPhase(phase);
    if (book.phase === phase) return;
    let auction: number | undefined;
    if (phase === "continuous" || phase === "closed") {
      auction = this.#uncross(instrument);
      for (const order of this.#inOrder()) {
        if (order.instrument !== instrument || order.place !== "book" || !this.#orders.includes(order))
          continue;
        if (isForAuction(order)) this.#end(order, "expired");
        else if (order.price === undefined) {
          if (auction === undefined) this.#end(order, "expired");
          else {
            order.price = auction;
            this.#rest(order);
          }
        }
      }
    }
    if (phase === "closed") {
      for (const order of this.#inOrder()) {
        if (order.instrument !== instrument || !this.#orders.includes(order)) continue;
        if (order.time === "day" || order.place === "close") this.#end(order, "expired");
      }
    }
    this.#changePhase(instrument, phase);
    if (phase === "closing-auction") {
      for (const order of this.#inOrder()) {
        if (order.instrument !== instrument || order.place !== "close") continue;
        this.#remove(order);
        this.#act(order);
      }
    }
    if (phase === "continuous") {
      if (auction !== undefined) {
        book.reference = auction;
        book.referenceSince = this.#now;
        book.recent = [];
      }
      if (book.last !== undefined) book.trades.push(book.last);
    }
    this.#settle(instrument);
  }

  /** See {@link MatchingEngine.phase}. */
  phase(instrument: number): Phase | undefined {
    return this.#instruments[instrument]?.phase;
  }

  /** See {@link MatchingEngine.lastPrice}. */
  lastPrice(instrument: number): number | undefined {
    return this.#instruments[instrument]?.last;
  }

  /** See {@link MatchingEngine.setLastPrice}. */
  setLastPrice(instrument: number, price: number): void {
    checkLastPrice(price);
    const book = this.#instruments[instrument];
    if (!book) return;
    book.last = price;
    book.reference = price;
    book.referenceSince = this.#now;
    book.recent = [];
    this.#settle(instrument);
  }

  /** See {@link MatchingEngine.priceLimits}. */
  priceLimits(instrument: number): CurrentPriceLimits | undefined {
    const book = this.#instruments[instrument];
    const limits = book && limitsOf(book);
    return limits && { ...limits, state: book.limitState };
  }

  /** See {@link MatchingEngine.indicative}. */
  indicative(instrument: number): AuctionResult | undefined {
    const result = this.#clearing(instrument, () => true);
    return result && { ...result, farPrice: this.#clearing(instrument, isForAuction)?.price };
  }

  /** Where these orders cross. */
  #clearing(instrument: number, takesPart: (order: Order) => boolean): ClearingResult | undefined {
    const book = this.#instruments[instrument];
    if (!book) return undefined;
    const orders = (side: Side): Order[] => this.#auctionQueue(instrument, side).filter(takesPart);
    const interest = (side: Side): Interest[] =>
      orders(side)
        .filter((order) => order.price !== undefined)
        .map((order) => ({ price: order.price!, quantity: order.leaves }));
    const market = (side: Side): number =>
      orders(side)
        .filter((order) => order.price === undefined)
        .reduce((sum, order) => sum + order.leaves, 0);
    const reference = referencePrice(book.last, book.rules);
    return naiveAuctionPrice(interest("buy"), interest("sell"), market("buy"), market("sell"), reference);
  }

  /** See {@link MatchingEngine.best}. */
  best(instrument: number, side: Side): number | undefined {
    return this.depth(instrument, side, 1)[0]?.price;
  }

  /** See {@link MatchingEngine.depth}. */
  depth(instrument: number, side: Side, levels: number): PriceLevel[] {
    const shown = this.#queue(instrument, side).filter((order) => order.displayed > 0);
    const prices = [...new Set(shown.map((order) => order.price!))];
    return prices.slice(0, levels).map((price) => {
      const orders = shown.filter((order) => order.price === price);
      return {
        price,
        quantity: orders.reduce((sum, order) => sum + order.displayed, 0),
        orders: orders.length,
      };
    });
  }

  /** See {@link MatchingEngine.imbalance}. */
  imbalance(instrument: number, levels = 1): number | undefined {
    const total = (side: Side): number =>
      this.depth(instrument, side, levels).reduce((sum, { quantity }) => sum + quantity, 0);
    const [bids, asks] = [total("buy"), total("sell")];
    return bids + asks === 0 ? undefined : (bids - asks) / (bids + asks);
  }

  /** See {@link MatchingEngine.levelStatistics}. */
  levelStatistics(instrument: number, side: Side, price: number): LevelStatistics | undefined {
    const orders = this.#queue(instrument, side).filter((order) => order.price === price);
    if (orders.length === 0) return undefined;
    const sum = (of: (order: Order) => number): number =>
      orders.reduce((total, order) => total + of(order), 0);
    return {
      orders: orders.length,
      shownOrders: orders.filter((order) => order.displayed > 0).length,
      shownQuantity: sum((order) => order.displayed),
      quantity: sum((order) => order.leaves),
      largestQuantity: Math.max(...orders.map((order) => order.leaves)),
      firstOrderId: orders[0]!.id,
    };
  }

  /** See {@link MatchingEngine.orders}. */
  orders(instrument: number, side: Side): OpenOrder[] {
    return this.#queue(instrument, side).map(openOrder);
  }

  /** See {@link MatchingEngine.eachOrder}. */
  eachOrder(instrument: number, side: Side, visit: OrderVisitor): void {
    for (const { id, price, leaves, displayed } of this.#queue(instrument, side)) {
      visit(id, price, leaves, displayed);
    }
  }

  /** See {@link MatchingEngine.heldOrders}. */
  heldOrders(instrument: number): OpenOrder[] {
    return this.#held(instrument).map(openOrder);
  }

  /** See {@link MatchingEngine.order}. */
  order(orderId: number): OpenOrder | undefined {
    const order = this.#find(orderId);
    return order && openOrder(order);
  }

  /** See {@link MatchingEngine.volumeAhead}. */
  volumeAhead(orderId: number): number | undefined {
    return this.#ahead(orderId)?.reduce((sum, other) => sum + (other.displayed || other.leaves), 0);
  }

  /** See {@link MatchingEngine.queuePosition}. */
  queuePosition(orderId: number): number | undefined {
    return this.#ahead(orderId)?.length;
  }

  #entryFault(entry: NewOrder, before: readonly NewOrder[]): EngineRejectReason | undefined {
    const book = this.#instruments[entry.instrument];
    if (!book) return "unknown-instrument";
    const limit = this.#orderLimit;
    const entered =
      (this.#entered.get(entry.session ?? 0) ?? 0) +
      before.filter(({ session }) => session === entry.session).length;
    return (
      orderIdFault(entry.orderId) ??
      (this.#find(entry.orderId) ? "duplicate-order-id" : undefined) ??
      orderFault(entry, book.rules, book.phase, book.last, this.#now) ??
      (this.size + before.length >= this.#maximumOrders ? "too-many-orders" : undefined) ??
      (limit && entry.session && entered >= limit.orders ? "too-many-messages" : undefined) ??
      this.#levelFault(entry.instrument, entry.side, entry.price)
    );
  }

  #levelFault(instrument: number, side: Side, price: number | undefined): EngineRejectReason | undefined {
    const { maximumLevels } = this.#instruments[instrument]!.rules;
    if (maximumLevels === undefined || price === undefined) return undefined;
    const prices = new Set(this.#queue(instrument, side).map((order) => order.price));
    prices.delete(undefined);
    return prices.has(price) || prices.size < maximumLevels ? undefined : "too-many-levels";
  }

  #count(session = 0): void {
    if (this.#orderLimit && session) this.#entered.set(session, (this.#entered.get(session) ?? 0) + 1);
  }

  #interval(time: number): number {
    return this.#orderLimit ? Math.floor(time / this.#orderLimit.interval) : 0;
  }

  #make(entry: NewOrder, price: number | undefined, list: List | undefined, isParent: boolean): Order {
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
      sequence: ++this.#counter,
      place: "book",
    };
  }

  /** A new order, or one whose parent traded, acts or begins to wait. */
  #begin(order: Order): void {
    const { phase, last } = this.#instruments[order.instrument]!;
    if (isTrailing(order.type) && last !== undefined) order.trigger ??= trailFrom(order, last);
    if (order.time === "cls" && phase !== "closing-auction") this.#hold(order, "close");
    else if (order.peg) this.#follow(order);
    else if (!isTriggered(order.type)) this.#act(order);
    else if (phase === "continuous" && last !== undefined && isReached(order, last)) this.#trigger(order);
    else this.#hold(order, "trigger");
  }

  #trigger(order: Order): void {
    this.#listener.triggered(order.instrument, order.id);
    if (order.type === "trailing-stop-limit") {
      const { rules } = this.#instruments[order.instrument]!;
      const behind =
        order.side === "buy" ? order.trigger! + order.limitOffset : order.trigger! - order.limitOffset;
      const price = Math.min(Math.max(behind, -MAX_VALUE), MAX_VALUE);
      order.price = order.side === "buy" ? tickDown(price, rules) : tickUp(price, rules);
    }
    this.#act(order);
  }

  /** A pegged order goes to where it belongs now. */
  #follow(order: Order): void {
    const price = this.#pegPrice(order);
    if (price === undefined) this.#hold(order, "peg");
    else {
      order.price = price;
      this.#act(order);
    }
  }

  /** Where a pegged order belongs; `undefined` when it has to wait. */
  #pegPrice(order: Order): number | undefined {
    const { instrument, side, peg, pegOffset, pegLimit } = order;
    const book = this.#instruments[instrument]!;
    if (book.phase !== "continuous") return undefined;
    const [own, other] = [this.best(instrument, side), this.best(instrument, opposite(side))];
    const isBuy = side === "buy";
    const middle =
      own === undefined || other === undefined
        ? undefined
        : isBuy
          ? Math.floor((own + other) / 2)
          : Math.ceil((own + other) / 2);
    const followed = peg === "primary" ? own : peg === "market" ? other : middle;
    if (followed === undefined) return undefined;
    let price = followed + pegOffset;
    if (pegLimit !== undefined) price = isBuy ? Math.min(price, pegLimit) : Math.max(price, pegLimit);
    if (peg !== "midpoint") price = isBuy ? tickDown(price, book.rules) : tickUp(price, book.rules);
    price = within(limitsOf(book), side, price);
    const { lowestPrice = -MAX_VALUE, highestPrice = MAX_VALUE } = book.rules;
    return price < lowestPrice || price > highestPrice ? undefined : price + 0;
  }

  /** An order that is new, came back or was triggered trades and rests. */
  #act(order: Order): void {
    const book = this.#instruments[order.instrument]!;
    if (isCall(book.phase)) {
      this.#joinCall(order);
      return;
    }
    if (order.type === "market-to-limit" && order.price === undefined) {
      order.price = this.#bestOpposite(order);
      if (order.price === undefined) {
        this.#cancelled(order, "unfilled");
        return;
      }
    }
    const limits = limitsOf(book);
    const isBuy = order.side === "buy";
    if (order.price !== undefined) order.price = within(limits, order.side, order.price);
    // The worst price at which it wants to trade, and the worst at which it may.
    let wanted = order.price ?? (isBuy ? (limits?.upper ?? Infinity) : (limits?.lower ?? -Infinity));
    if (order.singlePrice) {
      const best = this.#bestOpposite(order);
      if (best !== undefined) wanted = isBuy ? Math.min(wanted, best) : Math.max(wanted, best);
    }
    const range = book.rules.volatilityInterruption?.range;
    let worst = wanted;
    if (range !== undefined && book.last !== undefined) {
      worst = isBuy ? Math.min(wanted, book.last + range) : Math.max(wanted, book.last - range);
    }
    const needed = order.time === "fok" || order.allOrNone ? order.leaves : order.minimum;
    if (needed > 0 && this.#wouldTrade(order, worst) < needed) {
      if (order.allOrNone) this.#rest(order);
      else this.#cancelled(order, "unfilled");
      return;
    }
    if (!order.postOnly) {
      if (this.#match(order, worst) || order.leaves === 0) return;
      const next = this.#bestOpposite(order);
      if (range !== undefined && next !== undefined && reaches(order.side, wanted, next)) {
        this.#changePhase(order.instrument, "volatility-auction");
        book.auctionEnds = this.#now + book.rules.volatilityInterruption!.duration;
        this.#joinCall(order);
        return;
      }
    }
    if (isMarket(order.type) || order.time === "ioc" || order.time === "fok") {
      this.#cancelled(order, "unfilled");
      return;
    }
    this.#rest(order);
  }

  /** An order that acts while orders gather for an auction. */
  #joinCall(order: Order): void {
    if (order.time === "ioc" || order.time === "fok" || order.minimum > order.filled) {
      this.#cancelled(order, "unfilled");
      return;
    }
    this.#rest(order);
  }

  /** The best price of the other side at which somebody stands who is not all-or-none. */
  #bestOpposite({ instrument, side }: Pick<Order, "instrument" | "side">): number | undefined {
    return this.#auctionQueue(instrument, opposite(side))[0]?.price;
  }

  /** @returns whether self-trade prevention ended the incoming order */
  #match(taker: Order, worst: number): boolean {
    const { allocation } = this.#instruments[taker.instrument]!.rules;
    while (taker.leaves > 0) {
      const queue = this.#queue(taker.instrument, opposite(taker.side));
      const maker = queue.find((order) => !order.allOrNone || order.leaves <= taker.leaves);
      if (!maker || !reaches(taker.side, worst, maker.price!)) return false;
      const isShared = allocation !== undefined && maker.displayed > 0;
      const makers = isShared
        ? queue.filter((order) => order.price === maker.price && order.displayed > 0)
        : [maker];
      const sibling = makers.find((order) => areSiblings(taker, order));
      const own = makers.find((order) => taker.group !== 0 && taker.group === order.group);
      if (sibling) this.#end(sibling, "contingency");
      else if (own) {
        if (this.#preventSelfTrade(taker, own)) return true;
      } else if (isShared) this.#share(taker, makers);
      else this.#trade(taker, maker, Math.min(taker.leaves, maker.displayed || maker.leaves));
    }
    return false;
  }

  #share(taker: Order, makers: readonly Order[]): void {
    const { rules, top } = this.#instruments[taker.instrument]!;
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
      const quantity = this.#orders.includes(order) ? Math.min(given, order.displayed) : 0;
      if (quantity > 0) this.#trade(taker, order, quantity);
    }
  }

  #trade(taker: Order, maker: Order, quantity: number): void {
    const book = this.#instruments[taker.instrument]!;
    const price = maker.price!;
    book.last = price;
    book.trades.push(price);
    if (book.rules.priceLimits) {
      if (book.reference === undefined) {
        book.reference = price;
        book.referenceSince = this.#now;
      }
      book.recent.push([Math.floor(this.#now / thirtieth(book)), price]);
    }
    taker.leaves -= quantity;
    taker.filled += quantity;
    this.#fill(maker, quantity);
    this.#listener.traded(maker.instrument, maker.id, taker.id, taker.side, price, quantity, maker.leaves);
    this.#refresh(maker);
    this.#executed(maker, quantity);
    this.#executed(taker, quantity);
  }

  /** What the trade of an order does to the others of its list. */
  #executed(order: Order, quantity: number): void {
    const { list } = order;
    if (!list) return;
    if (order.isParent) {
      if (order.leaves === 0) list.isReleased = true;
      return;
    }
    list.executed += quantity;
    if (list.contingency === "one-triggers-other") return;
    for (const other of this.#members(list)) {
      if (other === order) continue;
      if (list.contingency === "one-cancels-other" || quantity >= other.leaves)
        this.#end(other, "contingency");
      else this.#shrink(other, quantity);
    }
  }

  /** Open orders of a list, as they were entered. */
  #members(list: List): Order[] {
    return this.#orders.filter((order) => order.list === list).sort((a, b) => a.sequence - b.sequence);
  }

  #preventSelfTrade(taker: Order, maker: Order): boolean {
    if (taker.mode === "cancel-oldest" || taker.mode === "cancel-both") this.#end(maker, "self-trade");
    if (taker.mode === "decrement") {
      const quantity = Math.min(taker.leaves, maker.leaves);
      if (quantity === maker.leaves) this.#end(maker, "self-trade");
      else this.#shrink(maker, quantity);
      if (quantity < taker.leaves) {
        taker.leaves -= quantity;
        this.#listener.reduced(taker.instrument, taker.id, taker.leaves, 0);
        return false;
      }
    }
    if (taker.mode === "cancel-oldest") return false;
    this.#cancelled(taker, "self-trade");
    return true;
  }

  /** What this order would trade now: tries it on a copy of everything, in silence. */
  #wouldTrade(order: Order, worst: number): number {
    const trial = new NaiveMatchingEngine(
      this.#instruments.map(({ rules }) => rules),
      SILENT,
    );
    const lists = new Map<List | undefined, List>();
    const copy = (one: Order): Order => {
      const { list } = one;
      if (list && !lists.has(list)) lists.set(list, { ...list });
      return { ...one, list: list && lists.get(list) };
    };
    trial.#orders = this.#orders.map(copy);
    for (const [index, { top }] of this.#instruments.entries()) {
      for (const side of ["buy", "sell"] as const) {
        const place = this.#orders.indexOf(top[side]!);
        trial.#instruments[index]!.top[side] = trial.#orders[place];
      }
    }
    trial.#counter = this.#counter;
    trial.#now = this.#now;
    const taker = copy(order);
    trial.#match(taker, worst);
    return taker.filled - order.filled;
  }

  /** Takes from what is shown, or from a hidden order. */
  #fill(order: Order, quantity: number): void {
    order.leaves -= quantity;
    order.displayed = Math.max(order.displayed - quantity, 0);
    order.filled += quantity;
    if (order.leaves === 0) this.#remove(order);
  }

  /** An iceberg whose shown part traded shows the next one, at the back. */
  #refresh(order: Order): void {
    if (order.leaves === 0 || order.displayed > 0 || !order.display) return;
    const { rules, top } = this.#instruments[order.instrument]!;
    let shown = order.display;
    if (order.displayLow !== undefined) {
      order.random = nextRandomState(order.random);
      shown = randomSize(order.random, order.displayLow, order.displayHigh, rules.lotSize ?? 1);
    }
    order.displayed = Math.min(shown, order.leaves);
    order.priority = ++this.#counter;
    if (top[order.side] === order) top[order.side] = undefined;
    this.#listener.refreshed(order.instrument, order.id, order.displayed);
  }

  /** Keeps the place in the queue; the reserve goes first. */
  #shrink(order: Order, by: number): void {
    order.leaves -= by;
    order.displayed = Math.min(order.displayed, order.leaves);
    this.#listener.reduced(order.instrument, order.id, order.leaves, order.displayed);
  }

  #rest(order: Order): void {
    order.place = "book";
    order.minimum = 0;
    order.priority = ++this.#counter;
    if (!this.#orders.includes(order)) this.#orders.push(order);
    const { instrument, id, side, price, leaves } = order;
    if (price === undefined) {
      this.#listener.held(instrument, id, side, leaves);
      return;
    }
    if (!order.peg) order.type = "limit";
    order.displayed = order.allOrNone ? 0 : Math.min(order.display ?? leaves, leaves);
    this.#noteTop(order);
    this.#listener.added(instrument, id, side, price, leaves, order.displayed);
  }

  /** Whether an order that begins to rest betters the market. */
  #noteTop(order: Order): void {
    const { rules, phase, top } = this.#instruments[order.instrument]!;
    const step = rules.allocation?.find((each) => each.step === "top-order");
    if (!step || phase !== "continuous" || order.displayed === 0) return;
    const others = this.#queue(order.instrument, order.side).filter(
      (other) => other !== order && other.displayed > 0,
    );
    const best = others[0]?.price;
    const isBetter = best === undefined || (order.side === "buy" ? order.price! > best : order.price! < best);
    if (isBetter) top[order.side] = order.leaves >= (step.minimum ?? 1) ? order : undefined;
  }

  #hold(order: Order, place: "trigger" | "close" | "peg" | "parent"): void {
    order.place = place;
    order.displayed = 0;
    if (place === "peg") order.price = undefined;
    this.#orders.push(order);
    this.#listener.held(order.instrument, order.id, order.side, order.leaves);
  }

  /** Does everything that a change of the book brings about, until nothing is left to do. */
  #settle(instrument: number): void {
    const book = this.#instruments[instrument]!;
    for (;;) {
      this.#elect(instrument);
      const elected = this.#elected.shift();
      if (elected) {
        this.#remove(elected);
        this.#trigger(elected);
        continue;
      }
      if (book.phase === "halted" || book.phase === "closed") return;
      const child = this.#held(instrument).find(
        (order) => order.place === "parent" && order.list!.isReleased,
      );
      if (child) {
        this.#remove(child);
        this.#listener.triggered(instrument, child.id);
        this.#begin(child);
        continue;
      }
      if (book.phase !== "continuous") return;
      const outside = this.#outside(instrument);
      if (outside) {
        this.#end(outside, "repriced");
        this.#act(outside);
        continue;
      }
      const moved = this.#bySequence(instrument).find((order) => {
        if (!order.peg || (order.place !== "book" && order.place !== "peg")) return false;
        return this.#pegPrice(order) !== (order.place === "book" ? order.price : undefined);
      });
      if (moved) {
        if (moved.place === "book") this.#end(moved, "repriced");
        else this.#remove(moved);
        this.#follow(moved);
        continue;
      }
      const whole = this.#bySequence(instrument).find(
        (order) => order.allOrNone && order.place === "book" && this.#canFill(order),
      );
      if (whole) {
        this.#remove(whole);
        this.#act(whole);
        continue;
      }
      this.#noteLimitState(instrument);
      return;
    }
  }

  /** Moves trailing triggers along the trades that were not looked at yet, and elects whoever they reach. */
  #elect(instrument: number): void {
    const book = this.#instruments[instrument]!;
    const reached: Order[] = [];
    for (const price of book.trades) {
      for (const order of this.#held(instrument)) {
        if (order.place !== "trigger") continue;
        if (isReached(order, price)) {
          order.place = "elected";
          reached.push(order);
        } else if (isTrailing(order.type)) {
          const trigger = trailFrom(order, price);
          if (order.side === "buy" ? trigger < order.trigger! : trigger > order.trigger!)
            order.trigger = trigger;
        }
      }
    }
    book.trades = [];
    this.#elected.push(...reached.sort((a, b) => a.sequence - b.sequence));
  }

  /** The first order that is priced outside the limits. */
  #outside(instrument: number): Order | undefined {
    const limits = limitsOf(this.#instruments[instrument]!);
    if (!limits) return undefined;
    return [...this.#queue(instrument, "buy"), ...this.#queue(instrument, "sell")].find(
      ({ side, price }) => within(limits, side, price!) !== price,
    );
  }

  #canFill(order: Order): boolean {
    const { rules, last } = this.#instruments[order.instrument]!;
    const range = rules.volatilityInterruption?.range;
    let worst = order.price!;
    if (range !== undefined && last !== undefined) {
      worst = order.side === "buy" ? Math.min(worst, last + range) : Math.max(worst, last - range);
    }
    return this.#wouldTrade(order, worst) >= order.leaves;
  }

  #noteLimitState(instrument: number): void {
    const book = this.#instruments[instrument]!;
    const limits = limitsOf(book);
    if (!limits) return;
    const state =
      this.best(instrument, "buy") === limits.upper
        ? "up"
        : this.best(instrument, "sell") === limits.lower
          ? "down"
          : "none";
    this.#setLimitState(instrument, state);
  }

  #setLimitState(instrument: number, state: LimitState): void {
    const book = this.#instruments[instrument]!;
    if (book.limitState === state) return;
    book.limitState = state;
    book.limitSince = this.#now;
    this.#listener.limitStateChanged?.(instrument, state);
  }

  #updateReference(book: Instrument): void {
    const { window, updateBasisPoints } = book.rules.priceLimits!;
    const part = thirtieth(book);
    const first = Math.floor(this.#now / part) - Math.ceil(window / part) + 1;
    book.recent = book.recent.filter(([when]) => when >= first);
    const { recent, reference } = book;
    if (recent.length === 0 || reference === undefined) return;
    if (this.#now - book.referenceSince < window / 10) return;
    const mean = Math.round(recent.reduce((sum, [, price]) => sum + price, 0) / recent.length) + 0;
    if (Math.abs(mean - reference) * 10_000 < Math.abs(reference) * updateBasisPoints) return;
    if (mean === reference) return;
    book.reference = mean;
    book.referenceSince = this.#now;
  }

  #changePhase(instrument: number, phase: Phase): void {
    const book = this.#instruments[instrument]!;
    if (book.phase === "continuous") {
      this.#setLimitState(instrument, "none");
      for (const order of this.#bySequence(instrument)) {
        if (!order.peg || order.place !== "book") continue;
        this.#end(order, "repriced");
        this.#hold(order, "peg");
      }
      book.top.buy = undefined;
      book.top.sell = undefined;
    }
    book.phase = phase;
    book.auctionEnds = undefined;
    book.told = undefined;
    this.#listener.phaseChanged(instrument, phase);
  }

  #tellIndicative(instrument: number): void {
    const book = this.#instruments[instrument]!;
    if (!isCall(book.phase)) return;
    const result = this.indicative(instrument);
    if (isSameResult(result, book.told)) return;
    book.told = result;
    const { volume = 0, imbalance = 0 } = result ?? {};
    this.#listener.indicative?.(instrument, result?.price, volume, imbalance, result?.farPrice);
  }

  /**
   * Crosses until nothing is crossed: lists may take away orders that a price counted on.
   *
   * @returns the (last) price, `undefined` when nothing traded
   */
  #uncross(instrument: number): number | undefined {
    let price: number | undefined;
    for (;;) {
      const { length } = this.#orders;
      const crossed = this.#cross(instrument);
      if (crossed === undefined && this.#orders.length === length) return price;
      price = crossed ?? price;
    }
  }

  #cross(instrument: number): number | undefined {
    const result = this.#clearing(instrument, () => true);
    if (!result) return undefined;
    const { price } = result;
    let traded = 0;
    while (traded < result.volume) {
      const buy = this.#auctionQueue(instrument, "buy")[0];
      const sell = this.#auctionQueue(instrument, "sell")[0];
      // Lists may have taken away orders that the price counted on.
      if (!buy || !sell || (buy.price ?? price) < price || (sell.price ?? price) > price) break;
      if (areSiblings(buy, sell)) {
        this.#end(sell, "contingency");
        continue;
      }
      const quantity = Math.min(
        result.volume - traded,
        buy.displayed || buy.leaves,
        sell.displayed || sell.leaves,
      );
      traded += quantity;
      this.#fill(buy, quantity);
      this.#fill(sell, quantity);
      this.#listener.crossed(instrument, buy.id, sell.id, price, quantity, buy.leaves, sell.leaves);
      this.#refresh(buy);
      this.#refresh(sell);
      this.#executed(buy, quantity);
      this.#executed(sell, quantity);
    }
    if (traded === 0) return undefined;
    this.#instruments[instrument]!.last = price;
    return price;
  }

  /** Where a post-only order may rest. */
  #postable(
    instrument: number,
    side: Side,
    wanted: number | undefined,
    postOnly: NewOrder["postOnly"],
  ): number | undefined | "would-take" {
    const book = this.#instruments[instrument]!;
    if (wanted === undefined || !postOnly || book.phase !== "continuous") return wanted;
    const price = within(limitsOf(book), side, wanted);
    const best = this.#bestOpposite({ instrument, side });
    if (best === undefined || !reaches(side, price, best)) return wanted;
    const behind = side === "buy" ? tickDown(best - 1, book.rules) : tickUp(best + 1, book.rules);
    return postOnly === "reject" || priceFault(behind, book.rules, book.last) ? "would-take" : behind;
  }

  #replaceFault(order: Order, price: number, quantity: number): EngineRejectReason | undefined {
    const { phase, rules, last } = this.#instruments[order.instrument]!;
    if (phase === "halted" || phase === "closed") return "phase-forbids-order";
    if (order.place !== "book" || order.price === undefined || order.peg) return "held-order";
    return (
      priceFault(price, rules, last) ??
      quantityFault(quantity, rules) ??
      this.#levelFault(order.instrument, order.side, price)
    );
  }

  #replaceBy(order: Order, price: number, quantity: number, display: number | undefined): number {
    const { instrument, id, side, postOnly } = order;
    const postable = this.#postable(instrument, side, price, postOnly);
    if (postable === "would-take") return this.#reject(instrument, id, postable);
    this.#end(order, "replaced");
    this.#act({ ...order, price: postable! + 0, leaves: quantity, display });
    this.#settle(instrument);
    return this.#leaves(id);
  }

  #cancelWhere(matches: (order: Order) => boolean, reason: CancelReason): number {
    let count = 0;
    for (const order of this.#inOrder()) {
      // One that depended on another may be gone already.
      if (!matches(order) || !this.#orders.includes(order)) continue;
      this.#end(order, reason);
      count++;
    }
    for (const index of this.#instruments.keys()) this.#settle(index);
    return count;
  }

  /** The orders of a side that could trade, in priority. */
  #queue(instrument: number, side: Side): Order[] {
    return this.#orders
      .filter((order) => order.instrument === instrument && order.side === side && order.place === "book")
      .sort((a, b) => compare(rank(a), rank(b)) || standing(a) - standing(b) || a.priority - b.priority);
  }

  /** Those of them that take part in auctions. */
  #auctionQueue(instrument: number, side: Side): Order[] {
    return this.#queue(instrument, side).filter((order) => !order.allOrNone);
  }

  /** Orders that wait: for a trigger, the close, something to follow, a parent; each as they were entered. */
  #held(instrument: number): Order[] {
    return (["trigger", "close", "peg", "parent"] as const).flatMap((place) =>
      this.#bySequence(instrument).filter((order) => order.place === place),
    );
  }

  #bySequence(instrument: number): Order[] {
    return this.#orders
      .filter((order) => order.instrument === instrument)
      .sort((a, b) => a.sequence - b.sequence);
  }

  /** All open orders: by instrument, buys, sells, held. */
  #inOrder(): Order[] {
    return this.#instruments.flatMap((_, index) => [
      ...this.#queue(index, "buy"),
      ...this.#queue(index, "sell"),
      ...this.#held(index),
    ]);
  }

  /** The orders that trade before this one at its price. */
  #ahead(orderId: number): Order[] | undefined {
    const order = this.#find(orderId);
    if (order?.place !== "book") return undefined;
    const queue = this.#queue(order.instrument, order.side);
    return queue.slice(0, queue.indexOf(order)).filter((other) => other.price === order.price);
  }

  #find(orderId: number): Order | undefined {
    return this.#orders.find((order) => order.id === orderId);
  }

  #leaves(orderId: number): number {
    return this.#find(orderId)?.leaves ?? 0;
  }

  #remove(order: Order): void {
    this.#orders = this.#orders.filter((other) => other !== order);
    this.#elected = this.#elected.filter((other) => other !== order);
    const { top } = this.#instruments[order.instrument]!;
    if (top[order.side] === order) top[order.side] = undefined;
  }

  #end(order: Order, reason: CancelReason): number {
    this.#remove(order);
    this.#cancelled(order, reason);
    return order.leaves;
  }

  #cancelled(order: Order, reason: CancelReason): void {
    const { list } = order;
    this.#listener.cancelled(order.instrument, order.id, order.leaves, reason);
    if (!list || !order.isParent || reason === "replaced" || reason === "repriced") return;
    for (const child of this.#members(list)) if (child !== order) this.#end(child, "contingency");
  }

  #reject(instrument: number, orderId: number, reason: EngineRejectReason): 0 {
    this.#listener.rejected(instrument, orderId, reason);
    return 0;
  }
}

const nothing = (): void => {};
const SILENT: EngineListener = {
  added: nothing,
  held: nothing,
  triggered: nothing,
  traded: nothing,
  crossed: nothing,
  refreshed: nothing,
  reduced: nothing,
  cancelled: nothing,
  rejected: nothing,
  phaseChanged: nothing,
};

/** Smaller is better; an order without a limit is better than any price. */
function rank({ side, price }: Order): number {
  if (price === undefined) return Number.NEGATIVE_INFINITY;
  return side === "buy" ? -price : price;
}

/** At one price: shown orders, then hidden ones, then those that want all or none. */
function standing({ display, allOrNone }: Order): number {
  return allOrNone ? 2 : display === 0 ? 1 : 0;
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether somebody who goes as far as `worst` trades at a price. */
function reaches(side: Side, worst: number, price: number): boolean {
  return side === "buy" ? price <= worst : price >= worst;
}

/** Whether two orders must not trade because one of them cancels or updates the other. */
function areSiblings(a: Order, b: Order): boolean {
  return a.list !== undefined && a.list === b.list && a.list.contingency !== "one-triggers-other";
}

function isReached({ type, side, trigger }: Order, price: number): boolean {
  return isStop(type) === (side === "buy") ? price >= trigger! : price <= trigger!;
}

/** Where a trailing stop's trigger is when the last price is this one. */
function trailFrom({ side, trailAmount, trailBasisPoints }: Order, price: number): number {
  const share = Math.max(Math.ceil((Math.abs(price) * trailBasisPoints) / 10_000), 1);
  const distance = trailAmount ?? share;
  return side === "buy" ? price + distance : price - distance;
}

/** Whether an order ends with the auction: what is left of a market order never rests, whatever its time in force. */
function isForAuction({ type, time }: Order): boolean {
  return time === "opg" || time === "cls" || time === "auction" || isMarket(type);
}

interface Limits {
  readonly lower: number;
  readonly upper: number;
}

/** The price limits, at valid prices. */
function limitsOf({ rules, reference }: Instrument): Limits | undefined {
  if (!rules.priceLimits || reference === undefined) return undefined;
  const width = Math.round((Math.abs(reference) * rules.priceLimits.basisPoints) / 10_000);
  return { lower: tickUp(reference - width, rules), upper: tickDown(reference + width, rules) };
}

/** A limit price, not further than the price limits let it. */
function within(limits: Limits | undefined, side: Side, price: number): number {
  if (!limits) return price;
  return side === "buy" ? Math.min(price, limits.upper) : Math.max(price, limits.lower);
}

function thirtieth({ rules }: Instrument): number {
  return Math.ceil(rules.priceLimits!.window / 30);
}

function statusOf({ place, price }: Order): OrderStatus {
  switch (place) {
    case "trigger":
      return "waiting-for-trigger";
    case "close":
      return "waiting-for-close";
    case "peg":
      return "waiting-for-reference";
    case "parent":
      return "waiting-for-parent";
    default:
      return price === undefined ? "waiting-for-auction" : "resting";
  }
}

function openOrder(order: Order): OpenOrder {
  return {
    orderId: order.id,
    instrument: order.instrument,
    side: order.side,
    status: statusOf(order),
    type: order.type,
    timeInForce: order.time,
    price: order.place === "book" ? order.price : undefined,
    triggerPrice: order.place === "trigger" ? order.trigger : undefined,
    leavesQuantity: order.leaves,
    displayedQuantity: order.displayed,
    filledQuantity: order.filled,
  };
}
