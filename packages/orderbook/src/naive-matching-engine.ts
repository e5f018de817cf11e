import { type AuctionResult, auctionPrice, type Interest } from "./auction-price.ts";
import type { CancelReason, EngineListener } from "./engine-listener.ts";
import type { EngineRejectReason } from "./engine-reject-reason.ts";
import type { EngineOptions, InstrumentOptions, Phase } from "./instrument-options.ts";
import type { PriceLevel } from "./naive-order-book.ts";
import type { CancelFilter, NewOrder, OrderType, SelfTradeMode, TimeInForce } from "./new-order.ts";
import type { OpenOrder } from "./open-order.ts";
import { checkLastPrice, checkOptions, checkPhase, checkTime } from "./option-rules.ts";
import { isCall, isTriggered, orderFault, orderIdFault, priceFault, quantityFault } from "./order-rules.ts";
import { MAX_ORDERS } from "./order-store.ts";
import { opposite, type Side } from "./side.ts";

interface Order {
  readonly instrument: number;
  readonly id: number;
  readonly side: Side;
  /** `undefined` trades at any price. */
  price: number | undefined;
  /** All that is open, the reserve included. */
  leaves: number;
  displayed: number;
  filled: number;
  readonly display: number | undefined;
  readonly type: OrderType;
  time: TimeInForce;
  readonly expireTime: number;
  minimum: number;
  readonly trigger: number;
  readonly postOnly: "reject" | "slide" | undefined;
  readonly account: number;
  readonly session: number;
  readonly group: number;
  readonly mode: SelfTradeMode;
  /** When it came to the back of its queue. */
  priority: number;
  /** When it was entered. */
  readonly sequence: number;
  place: "book" | "trigger" | "close";
}

interface Instrument {
  readonly rules: InstrumentOptions;
  phase: Phase;
  last: number | undefined;
  /** Range of the trades of this command whose triggers were not looked for yet. */
  low: number;
  high: number;
}

/**
 * The matching engine as plainly as it can be said: all open orders are one array that is filtered and sorted whenever
 * somebody wants to know. It is the oracle of {@link MatchingEngine}, whose methods it has and whose events it gives.
 */
export class NaiveMatchingEngine {
  readonly #listener: EngineListener;
  readonly #instruments: Instrument[];
  readonly #maximumOrders: number;
  #orders: Order[] = [];
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
    this.#instruments = instruments.map((rules) => ({
      rules,
      phase: rules.phase ?? "continuous",
      last: rules.referencePrice,
      low: Number.POSITIVE_INFINITY,
      high: Number.NEGATIVE_INFINITY,
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
    const { orderId, side } = entry;
    const instrument = this.#instruments[entry.instrument];
    if (!instrument) return this.#reject(entry.instrument, orderId, "unknown-instrument");
    const fault =
      orderIdFault(orderId) ??
      (this.#find(orderId) ? "duplicate-order-id" : undefined) ??
      orderFault(entry, instrument.rules, instrument.phase, instrument.last, this.#now) ??
      (this.size >= this.#maximumOrders ? "too-many-orders" : undefined);
    if (fault) return this.#reject(entry.instrument, orderId, fault);
    const price = this.#postable(entry.instrument, side, entry.price, entry.postOnly);
    if (price === "would-take") return this.#reject(entry.instrument, orderId, price);
    const order: Order = {
      instrument: entry.instrument,
      id: orderId,
      side,
      price,
      leaves: entry.quantity,
      displayed: 0,
      filled: 0,
      display: entry.displayQuantity,
      type: entry.type ?? "limit",
      time: entry.timeInForce ?? "gtc",
      expireTime: entry.expireTime ?? 0,
      minimum: entry.minimumQuantity ?? 0,
      trigger: entry.triggerPrice ?? 0,
      postOnly: entry.postOnly,
      account: entry.account ?? 0,
      session: entry.session ?? 0,
      group: entry.selfTradeGroup ?? 0,
      mode: entry.selfTradeMode ?? "cancel-newest",
      priority: 0,
      sequence: ++this.#counter,
      place: "book",
    };
    if (order.time === "cls" && instrument.phase !== "closing-auction") this.#hold(order, "close");
    else if (!isTriggered(order.type)) this.#act(order);
    else if (
      instrument.phase === "continuous" &&
      instrument.last !== undefined &&
      isReached(order, instrument.last, instrument.last)
    ) {
      this.#listener.triggered(order.instrument, order.id);
      this.#act(order);
    } else this.#hold(order, "trigger");
    this.#electTriggers(instrument);
    return this.#find(orderId)?.leaves ?? 0;
  }

  /** See {@link MatchingEngine.cancel}. */
  cancel(orderId: number): number {
    const order = this.#find(orderId);
    if (!order) return this.#reject(-1, orderId, "unknown-order-id");
    return this.#end(order, "requested");
  }

  /** See {@link MatchingEngine.cancelAll}. */
  cancelAll(filter: CancelFilter = {}): number {
    const matching = this.#inOrder().filter(
      (order) =>
        order.instrument === (filter.instrument ?? order.instrument) &&
        order.side === (filter.side ?? order.side) &&
        order.account === (filter.account ?? order.account) &&
        order.session === (filter.session ?? order.session),
    );
    for (const order of matching) this.#end(order, "mass-cancel");
    return matching.length;
  }

  /** See {@link MatchingEngine.replace}. */
  replace(orderId: number, price: number, quantity: number): number {
    const order = this.#find(orderId);
    if (!order) return this.#reject(-1, orderId, "unknown-order-id");
    const fault = this.#replaceFault(order, price, quantity);
    if (fault) return this.#reject(order.instrument, orderId, fault);
    const postable = this.#postable(order.instrument, order.side, price, order.postOnly);
    if (postable === "would-take") return this.#reject(order.instrument, orderId, postable);
    this.#end(order, "replaced");
    this.#act({ ...order, price: postable, leaves: quantity });
    this.#electTriggers(this.#instruments[order.instrument]!);
    return this.#find(orderId)?.leaves ?? 0;
  }

  /** See {@link MatchingEngine.amend}. */
  amend(orderId: number, price: number, totalQuantity: number): number {
    const order = this.#find(orderId);
    if (!order) return this.#reject(-1, orderId, "unknown-order-id");
    const fault = this.#replaceFault(order, price, totalQuantity);
    if (fault) return this.#reject(order.instrument, orderId, fault);
    const leaves = totalQuantity - order.filled;
    if (leaves <= 0) {
      this.#end(order, "requested");
      return 0;
    }
    if (price !== order.price || leaves > order.leaves) return this.replace(orderId, price, leaves);
    this.#shrink(order, order.leaves - leaves);
    return leaves;
  }

  /** See {@link MatchingEngine.reduce}. */
  reduce(orderId: number, by: number): number {
    const order = this.#find(orderId);
    if (!order) return this.#reject(-1, orderId, "unknown-order-id");
    const { lotSize = 1 } = this.#instruments[order.instrument]!.rules;
    const fault = quantityFault(by, { lotSize });
    if (fault) return this.#reject(order.instrument, orderId, fault);
    if (by >= order.leaves) {
      this.#end(order, "requested");
      return 0;
    }
    this.#shrink(order, by);
    return order.leaves;
  }

  /** See {@link MatchingEngine.advance}. */
  advance(time: number): void {
    checkTime(time, this.#now);
    this.#now = time;
    const gone = this.#orders.filter((order) => order.time === "gtd" && order.expireTime <= time);
    gone.sort((a, b) => a.expireTime - b.expireTime || a.sequence - b.sequence);
    for (const order of gone) this.#end(order, "expired");
  }

  /** See {@link MatchingEngine.setPhase}. */
  setPhase(instrument: number, phase: Phase): void {
    const book = this.#instruments[instrument];
    if (!book) return void this.#reject(instrument, 0, "unknown-instrument");
    checkPhase(phase);
    if (book.phase === phase) return;
    if (phase === "continuous" || phase === "closed") {
      const price = this.#uncross(instrument);
      for (const order of this.#inOrder()) {
        if (order.instrument !== instrument || order.place !== "book") continue;
        if (isForAuction(order.time)) this.#end(order, "expired");
        else if (order.price === undefined) {
          if (price === undefined) this.#end(order, "expired");
          else {
            order.price = price;
            this.#rest(order);
          }
        }
      }
    }
    if (phase === "closed") {
      for (const order of this.#inOrder()) {
        if (order.instrument === instrument && (order.time === "day" || order.place === "close")) {
          this.#end(order, "expired");
        }
      }
    }
    book.phase = phase;
    this.#listener.phaseChanged(instrument, phase);
    if (phase === "closing-auction") {
      for (const order of this.#inOrder()) {
        if (order.instrument !== instrument || order.place !== "close") continue;
        this.#remove(order);
        this.#act(order);
      }
    }
    if (phase === "continuous") {
      if (book.last !== undefined) noteTrade(book, book.last);
      this.#electTriggers(book);
    }
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
    const state = this.#instruments[instrument];
    if (state) state.last = price;
  }

  /** See {@link MatchingEngine.indicative}. */
  indicative(instrument: number): AuctionResult | undefined {
    const interest = (side: Side): Interest[] =>
      this.#queue(instrument, side)
        .filter((order) => order.price !== undefined)
        .map((order) => ({ price: order.price!, quantity: order.leaves }));
    const market = (side: Side): number =>
      this.#queue(instrument, side)
        .filter((order) => order.price === undefined)
        .reduce((sum, order) => sum + order.leaves, 0);
    const last = this.#instruments[instrument]?.last;
    return auctionPrice(interest("buy"), interest("sell"), market("buy"), market("sell"), last);
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

  /** See {@link MatchingEngine.orders}. */
  orders(instrument: number, side: Side): OpenOrder[] {
    return this.#queue(instrument, side).map(openOrder);
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
    const order = this.#find(orderId);
    if (order?.place !== "book") return undefined;
    const queue = this.#queue(order.instrument, order.side);
    return queue
      .slice(0, queue.indexOf(order))
      .filter((other) => other.price === order.price)
      .reduce((sum, other) => sum + (other.displayed > 0 ? other.displayed : other.leaves), 0);
  }

  /** An order that is new, came back or was triggered trades and rests. */
  #act(order: Order): void {
    const book = this.#instruments[order.instrument]!;
    if (isCall(book.phase)) {
      if (order.type === "market") order.time = "auction";
      this.#rest(order);
      return;
    }
    let limit = order.price;
    if (order.type === "market-to-limit" && limit === undefined) {
      limit = this.#queue(order.instrument, opposite(order.side))[0]?.price;
      if (limit === undefined) {
        this.#cancelled(order, "unfilled");
        return;
      }
      order.price = limit;
    }
    const needed = order.time === "fok" ? order.leaves : order.minimum;
    if (needed > 0 && this.#wouldTrade(order) < needed) {
      this.#cancelled(order, "unfilled");
      return;
    }
    const isStopped = this.#match(order);
    if (order.leaves === 0 || isStopped) return;
    const isMarket = order.type === "market" || order.type === "stop" || order.type === "market-if-touched";
    if (isMarket || order.time === "ioc" || order.time === "fok") {
      this.#cancelled(order, "unfilled");
      return;
    }
    this.#rest(order);
  }

  /** @returns whether self-trade prevention ended the incoming order */
  #match(taker: Order): boolean {
    const book = this.#instruments[taker.instrument]!;
    while (taker.leaves > 0) {
      const [maker] = this.#queue(taker.instrument, opposite(taker.side));
      if (!maker || !crosses(taker, maker.price!)) return false;
      if (taker.group !== 0 && taker.group === maker.group) {
        if (this.#preventSelfTrade(taker, maker)) return true;
        continue;
      }
      const quantity = Math.min(taker.leaves, maker.displayed === 0 ? maker.leaves : maker.displayed);
      noteTrade(book, maker.price!);
      taker.leaves -= quantity;
      taker.filled += quantity;
      this.#fill(maker, quantity);
      this.#listener.traded(
        maker.instrument,
        maker.id,
        taker.id,
        taker.side,
        maker.price!,
        quantity,
        maker.leaves,
      );
      this.#refresh(maker);
    }
    return false;
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
  #wouldTrade(order: Order): number {
    const trial = new NaiveMatchingEngine(
      this.#instruments.map(({ rules }) => rules),
      SILENT,
    );
    trial.#orders = this.#orders.map((other) => ({ ...other }));
    trial.#counter = this.#counter;
    const copy = { ...order };
    const before = copy.filled;
    trial.#match(copy);
    return copy.filled - before;
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
    order.displayed = Math.min(order.display, order.leaves);
    order.priority = ++this.#counter;
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
    order.displayed = Math.min(order.display ?? leaves, leaves);
    this.#listener.added(instrument, id, side, price, leaves, order.displayed);
  }

  #hold(order: Order, place: "trigger" | "close"): void {
    order.place = place;
    this.#orders.push(order);
    this.#listener.held(order.instrument, order.id, order.side, order.leaves);
  }

  #electTriggers(book: Instrument): void {
    if (book.phase !== "continuous") return;
    const instrument = this.#instruments.indexOf(book);
    const elected: Order[] = [];
    for (;;) {
      const reached = this.#held(instrument).filter(
        (order) => order.place === "trigger" && isReached(order, book.low, book.high),
      );
      book.low = Number.POSITIVE_INFINITY;
      book.high = Number.NEGATIVE_INFINITY;
      for (const order of reached) this.#remove(order);
      elected.push(...reached);
      const next = elected.shift();
      if (!next) return;
      this.#listener.triggered(instrument, next.id);
      this.#act(next);
    }
  }

  /** @returns the price, `undefined` when nothing traded */
  #uncross(instrument: number): number | undefined {
    const result = this.indicative(instrument);
    if (!result) return undefined;
    const { price } = result;
    for (let open = result.volume; open > 0; ) {
      const buy = this.#queue(instrument, "buy")[0]!;
      const sell = this.#queue(instrument, "sell")[0]!;
      const part = (order: Order): number => (order.displayed === 0 ? order.leaves : order.displayed);
      const quantity = Math.min(open, part(buy), part(sell));
      open -= quantity;
      this.#fill(buy, quantity);
      this.#fill(sell, quantity);
      this.#listener.crossed(instrument, buy.id, sell.id, price, quantity, buy.leaves, sell.leaves);
      this.#refresh(buy);
      this.#refresh(sell);
    }
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
    const { rules, phase, last } = this.#instruments[instrument]!;
    if (wanted === undefined) return undefined;
    const price = wanted + 0; // −0 becomes 0
    if (!postOnly || phase !== "continuous") return price;
    const best = this.#queue(instrument, opposite(side))[0]?.price;
    if (best === undefined || !crosses({ side, price }, best)) return price;
    const behind = side === "buy" ? best - (rules.tickSize ?? 1) : best + (rules.tickSize ?? 1);
    return postOnly === "reject" || priceFault(behind, rules, last) ? "would-take" : behind;
  }

  #replaceFault(order: Order, price: number, quantity: number): EngineRejectReason | undefined {
    const { phase, rules, last } = this.#instruments[order.instrument]!;
    if (phase === "halted" || phase === "closed") return "phase-forbids-order";
    if (order.place !== "book" || order.price === undefined) return "held-order";
    return priceFault(price, rules, last) ?? quantityFault(quantity, rules);
  }

  /** The orders of a side that could trade, in priority. */
  #queue(instrument: number, side: Side): Order[] {
    return this.#orders
      .filter((order) => order.instrument === instrument && order.side === side && order.place === "book")
      .sort(
        (a, b) =>
          compare(rank(a), rank(b)) ||
          Number(a.display === 0) - Number(b.display === 0) ||
          a.priority - b.priority,
      );
  }

  /** Orders that wait for a trigger, then those that wait for the close, as they were entered. */
  #held(instrument: number): Order[] {
    const at = (place: Order["place"]): Order[] =>
      this.#orders
        .filter((order) => order.instrument === instrument && order.place === place)
        .sort((a, b) => a.sequence - b.sequence);
    return [...at("trigger"), ...at("close")];
  }

  /** All open orders: by instrument, buys, sells, held. */
  #inOrder(): Order[] {
    return this.#instruments.flatMap((_, index) => [
      ...this.#queue(index, "buy"),
      ...this.#queue(index, "sell"),
      ...this.#held(index),
    ]);
  }

  #find(orderId: number): Order | undefined {
    return this.#orders.find((order) => order.id === orderId);
  }

  #remove(order: Order): void {
    this.#orders = this.#orders.filter((other) => other !== order);
  }

  #end(order: Order, reason: CancelReason): number {
    this.#remove(order);
    this.#cancelled(order, reason);
    return order.leaves;
  }

  #cancelled(order: Order, reason: CancelReason): void {
    this.#listener.cancelled(order.instrument, order.id, order.leaves, reason);
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

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function crosses(taker: Pick<Order, "side" | "price">, makerPrice: number): boolean {
  if (taker.price === undefined) return true;
  return taker.side === "buy" ? makerPrice <= taker.price : makerPrice >= taker.price;
}

function isReached({ type, side, trigger }: Order, low: number, high: number): boolean {
  const isStop = type === "stop" || type === "stop-limit";
  return isStop === (side === "buy") ? high >= trigger : low <= trigger;
}

function isForAuction(time: TimeInForce): boolean {
  return time === "opg" || time === "cls" || time === "auction";
}

function noteTrade(book: Instrument, price: number): void {
  book.last = price;
  book.low = Math.min(book.low, price);
  book.high = Math.max(book.high, price);
}

function openOrder(order: Order): OpenOrder {
  return {
    orderId: order.id,
    instrument: order.instrument,
    side: order.side,
    price: order.place === "book" ? order.price : undefined,
    leavesQuantity: order.leaves,
    displayedQuantity: order.displayed,
    filledQuantity: order.filled,
  };
}
