import type {
  OperationalHaltView,
  RegShoRestrictionView,
  StockDirectoryView,
  StockTradingActionView,
} from "../itch/administrative.ts";
import type { ItchListener } from "../itch/listener.ts";
import type {
  AddOrderView,
  AddOrderWithMpidView,
  OrderCancelView,
  OrderDeleteView,
  OrderExecutedView,
  OrderExecutedWithPriceView,
  OrderReplaceView,
} from "../itch/orders.ts";
import type {
  BrokenTradeView,
  CrossTradeView,
  NetOrderImbalanceView,
  NonCrossTradeView,
} from "../itch/trades.ts";
import type { ItchBookListener, ReductionCause } from "./book-listener.ts";
import { NUMBER } from "./ladders.ts";
import { OrderIndex } from "./order-index.ts";
import {
  ATTRIBUTION,
  LADDER,
  LEVEL,
  LEVEL_STRIDE,
  ORDER_STRIDE,
  ORDERS,
  OrderStore,
  PREVIOUS,
  PRICE,
  SHARES,
  TOTAL,
  TOTAL_STRIDE,
} from "./order-store.ts";
import { type ItchOrder, type ItchSide, orderAt, SymbolBook } from "./symbol-book.ts";

const SELL = 0x53;
const PRINTABLE = 0x59;

/** What stands before an order in the queue at its price. */
export interface QueuePosition {
  /** Number of orders ahead of it. */
  readonly ordersAhead: number;
  /** Their shares. */
  readonly sharesAhead: number;
}

/**
 * Rebuilds the full-depth book of every symbol from a day of ITCH messages. Give it to a decoder as its listener:
 * `new ItchDecoder(new ItchBook())`.
 *
 * Rules where the feed contradicts itself: an added reference that is already there replaces the old order; a
 * reduction by more than is left removes the order; a message about an unknown order changes nothing. Each is counted.
 */
export class ItchBook implements ItchListener {
  /** Executions, cancels, deletes and replaces that name an unknown order. */
  orphans = 0;
  /** Orders added under a reference that was still on the book. */
  duplicateAdds = 0;
  /** Reductions by more shares than the order had. */
  overReductions = 0;
  /** Broken-trade messages; they change no statistics, since the feed does not tell what they undo. */
  brokenTrades = 0;
  /** Orders on the book now. */
  liveOrders = 0;
  /** Most orders that were on the book at once. */
  maxLiveOrders = 0;
  readonly #listener: ItchBookListener | undefined;
  readonly #store: OrderStore = new OrderStore();
  readonly #index: OrderIndex = new OrderIndex(this.#store);
  /** 1 for every locate code that a message has named: what nearly every message needs to know of its symbol. */
  readonly #isNamed: Uint8Array = new Uint8Array(0x10000);
  readonly #books: (SymbolBook | undefined)[] = [];
  readonly #locates: Map<string, number> = new Map();

  /** @param listener - is told of changes; without one, the book only keeps state */
  constructor(listener?: ItchBookListener) {
    this.#listener = listener;
  }

  /** The book of a symbol; `undefined` when no directory, order or trade message named it. */
  book(symbol: string): SymbolBook | undefined {
    const locate = this.#locates.get(symbol);
    return locate === undefined ? undefined : this.#books[locate];
  }

  /** Every named symbol's book, by ascending locate code. */
  books(): SymbolBook[] {
    return this.#books.filter((book) => book?.isNamed) as SymbolBook[];
  }

  /** Shares that executions really took off displayed orders, in all symbols. */
  get executedShares(): bigint {
    return this.#books.reduce((total, book) => total + (book?.trades.executedShares ?? 0n), 0n);
  }

  /** Shares of all prints, in all symbols. */
  get printedShares(): bigint {
    return this.#books.reduce((total, book) => total + (book?.trades.printedShares ?? 0n), 0n);
  }

  /** A live order by its reference; `undefined` when it is not on the book. */
  order(orderReferenceNumber: bigint): ItchOrder | undefined {
    const slot = this.#slotOf(orderReferenceNumber);
    if (slot === 0) return undefined;
    const levelAt = this.#store.orders[slot * ORDER_STRIDE + LEVEL]! * LEVEL_STRIDE;
    const side = sideOf(this.#store.levels[levelAt + LADDER]!);
    return orderAt(this.#store, slot, side, this.#store.levels[levelAt + PRICE]!);
  }

  /**
   * What stands before a live order in the queue at its price. Takes a step for each order ahead.
   *
   * @returns `undefined` when the order is not on the book
   */
  queuePosition(orderReferenceNumber: bigint): QueuePosition | undefined {
    const slot = this.#slotOf(orderReferenceNumber);
    if (slot === 0) return undefined;
    const { orders } = this.#store;
    let ordersAhead = 0;
    let sharesAhead = 0;
    let ahead = orders[slot * ORDER_STRIDE + PREVIOUS]!;
    while (ahead !== 0) {
      ordersAhead++;
      sharesAhead += orders[ahead * ORDER_STRIDE + SHARES]!;
      ahead = orders[ahead * ORDER_STRIDE + PREVIOUS]!;
    }
    return { ordersAhead, sharesAhead };
  }

  /** Forgets everything, for the next day; memory is kept for it. */
  clear(): void {
    this.orphans = 0;
    this.duplicateAdds = 0;
    this.overReductions = 0;
    this.brokenTrades = 0;
    this.liveOrders = 0;
    this.maxLiveOrders = 0;
    this.#index.clear();
    this.#store.clear();
    this.#books.length = 0;
    this.#locates.clear();
    this.#isNamed.fill(0);
  }

  /** @internal */
  stockDirectory(message: StockDirectoryView): void {
    if (this.#isNamed[message.stockLocate] === 0) this.#name(message.stockLocate, message.stock);
  }

  /** @internal */
  addOrder(message: AddOrderView): void {
    const locate = message.stockLocate;
    if (this.#isNamed[locate] === 0) this.#name(locate, message.stock);
    this.#add(
      locate * 2 + +(message.buySellIndicatorCode === SELL),
      message.orderReferenceNumberHigh | 0,
      message.orderReferenceNumberLow | 0,
      message.shares,
      message.price4,
      0,
    );
  }

  /** @internal */
  addOrderWithMpid(message: AddOrderWithMpidView): void {
    const locate = message.stockLocate;
    if (this.#isNamed[locate] === 0) this.#name(locate, message.stock);
    this.#add(
      locate * 2 + +(message.buySellIndicatorCode === SELL),
      message.orderReferenceNumberHigh | 0,
      message.orderReferenceNumberLow | 0,
      message.shares,
      message.price4,
      message.attributionCode,
    );
  }

  /** @internal */
  orderExecuted(message: OrderExecutedView): void {
    this.#execute(
      message.orderReferenceNumberHigh | 0,
      message.orderReferenceNumberLow | 0,
      message.executedShares,
      message,
      undefined,
    );
  }

  /** @internal */
  orderExecutedWithPrice(message: OrderExecutedWithPriceView): void {
    this.#execute(
      message.orderReferenceNumberHigh | 0,
      message.orderReferenceNumberLow | 0,
      message.executedShares,
      message,
      message,
    );
  }

  /** @internal */
  orderCancel(message: OrderCancelView): void {
    const entry = this.#index.find(message.orderReferenceNumberHigh | 0, message.orderReferenceNumberLow | 0);
    if (entry < 0) this.orphans++;
    else this.#reduce(entry, message.cancelledShares, "cancelled");
  }

  /** @internal */
  orderDelete(message: OrderDeleteView): void {
    const entry = this.#index.find(message.orderReferenceNumberHigh | 0, message.orderReferenceNumberLow | 0);
    if (entry < 0) this.orphans++;
    else this.#remove(entry, "deleted");
  }

  /** @internal */
  orderReplace(message: OrderReplaceView): void {
    const entry = this.#index.find(
      message.originalOrderReferenceNumberHigh | 0,
      message.originalOrderReferenceNumberLow | 0,
    );
    if (entry < 0) {
      this.orphans++;
      return;
    }
    const { orders, levels } = this.#store;
    const at = this.#index.slotAt(entry) * ORDER_STRIDE;
    const ladderNumber = levels[(orders[at + LEVEL]! & NUMBER) * LEVEL_STRIDE + LADDER]!;
    const attribution = orders[at + ATTRIBUTION]!;
    this.#remove(entry, "replaced");
    this.#add(
      ladderNumber,
      message.newOrderReferenceNumberHigh | 0,
      message.newOrderReferenceNumberLow | 0,
      message.shares,
      message.price4,
      attribution,
    );
  }

  /** @internal */
  nonCrossTrade(message: NonCrossTradeView): void {
    const book = this.#bookAt(message.stockLocate);
    if (!book.isNamed) this.#name(book.stockLocate, message.stock);
    book.trades.print(message.price4, message.shares, message);
    this.#listener?.traded?.(book, message.price4, message.shares, "hidden", message.timestampNanos);
  }

  /** @internal */
  crossTrade(message: CrossTradeView): void {
    const book = this.#bookAt(message.stockLocate);
    if (!book.isNamed) this.#name(book.stockLocate, message.stock);
    const shares = message.shares;
    book.trades.printCross(message.crossPrice4, shares, message);
    if (shares > 0n) {
      this.#listener?.traded?.(book, message.crossPrice4, Number(shares), "cross", message.timestampNanos);
    }
  }

  /** @internal */
  brokenTrade(_message: BrokenTradeView): void {
    this.brokenTrades++;
  }

  /** @internal */
  netOrderImbalance(message: NetOrderImbalanceView): void {
    const book = this.#bookAt(message.stockLocate);
    const imbalance = message.toObject();
    book.imbalance = imbalance;
    this.#listener?.imbalanceChanged?.(book, imbalance);
  }

  /** @internal */
  stockTradingAction(message: StockTradingActionView): void {
    const book = this.#bookAt(message.stockLocate);
    const wasHalted = book.isHalted;
    book.tradingState = message.tradingState;
    book.tradingStateReason = message.reason;
    book.tradingStateNanos = message.timestampNanos;
    if (book.isHalted && !wasHalted) book.halts++;
    this.#listener?.tradingStateChanged?.(book);
  }

  /** @internal */
  operationalHalt(message: OperationalHaltView): void {
    const book = this.#bookAt(message.stockLocate);
    const market = message.marketCode;
    const others = book.operationalHalts.replace(market, "");
    book.operationalHalts = message.operationalHaltAction === "H" ? others + market : others;
    this.#listener?.tradingStateChanged?.(book);
  }

  /** @internal */
  regShoRestriction(message: RegShoRestrictionView): void {
    this.#bookAt(message.stockLocate).regShoAction = message.regShoAction;
  }

  #execute(
    high: number,
    low: number,
    shares: number,
    message: OrderExecutedView | OrderExecutedWithPriceView,
    priced: OrderExecutedWithPriceView | undefined,
  ): void {
    const isPrinted = priced === undefined || priced.printableCode === PRINTABLE;
    const entry = this.#index.find(high, low);
    if (entry < 0) {
      this.orphans++;
      if (!isPrinted) return;
      const book = this.#bookAt(message.stockLocate);
      if (priced) book.trades.print(priced.executionPrice4, shares, message);
      else book.trades.printUnpriced(shares);
      return;
    }
    const { orders, levels } = this.#store;
    const at = this.#index.slotAt(entry) * ORDER_STRIDE;
    const levelAt = (orders[at + LEVEL]! & NUMBER) * LEVEL_STRIDE;
    const price4 = priced === undefined ? levels[levelAt + PRICE]! : priced.executionPrice4;
    const left = orders[at + SHARES]!;
    this.#bookAt(levels[levelAt + LADDER]! >> 1).trades.execute(Math.min(shares, left));
    this.#reduce(entry, shares, "executed");
    if (!isPrinted) return;
    const book = this.#bookAt(message.stockLocate);
    book.trades.print(price4, shares, message);
    this.#listener?.traded?.(book, price4, shares, "displayed", message.timestampNanos);
  }

  #add(
    ladderNumber: number,
    high: number,
    low: number,
    shares: number,
    price4: number,
    attribution: number,
  ): void {
    let entry = this.#index.find(high, low);
    if (entry >= 0) {
      this.duplicateAdds++;
      this.#remove(entry, "replaced");
      entry = this.#index.find(high, low);
    }
    const slot = this.#store.append(ladderNumber, high, low, shares, price4);
    if (attribution !== 0) this.#store.orders[(slot & NUMBER) * ORDER_STRIDE + ATTRIBUTION] = attribution;
    this.#index.insertAt(-1 - entry, high, low, slot);
    if (++this.liveOrders > this.maxLiveOrders) this.maxLiveOrders = this.liveOrders;
    if (this.#listener !== undefined) this.#tellAdded(this.#listener, slot);
  }

  #reduce(entry: number, shares: number, cause: ReductionCause): void {
    const slot = this.#index.slotAt(entry);
    const left = this.#store.orders[(slot & NUMBER) * ORDER_STRIDE + SHARES]!;
    if (shares >= left) {
      if (shares > left) this.overReductions++;
      this.#remove(entry, cause);
      return;
    }
    this.#store.reduce(slot, shares);
    if (this.#listener !== undefined) this.#tellReduced(this.#listener, slot, shares, cause);
  }

  #remove(entry: number, cause: ReductionCause): void {
    const slot = this.#index.slotAt(entry);
    this.#index.removeAt(entry);
    this.liveOrders--;
    if (this.#listener === undefined) this.#store.remove(slot);
    else this.#tellRemoved(this.#listener, slot, cause);
  }

  #tellAdded(listener: ItchBookListener, slot: number): void {
    const level = this.#store.orders[slot * ORDER_STRIDE + LEVEL]!;
    const ladderNumber = this.#store.levels[level * LEVEL_STRIDE + LADDER]!;
    const book = this.#bookAt(ladderNumber >> 1);
    const side = sideOf(ladderNumber);
    const price4 = this.#store.levels[level * LEVEL_STRIDE + PRICE]!;
    if (listener.orderAdded) listener.orderAdded(book, orderAt(this.#store, slot, side, price4));
    this.#tellLevel(listener, book, ladderNumber, level);
  }

  #tellReduced(listener: ItchBookListener, slot: number, shares: number, cause: ReductionCause): void {
    const level = this.#store.orders[slot * ORDER_STRIDE + LEVEL]!;
    const ladderNumber = this.#store.levels[level * LEVEL_STRIDE + LADDER]!;
    const book = this.#bookAt(ladderNumber >> 1);
    const price4 = this.#store.levels[level * LEVEL_STRIDE + PRICE]!;
    if (listener.orderReduced) {
      listener.orderReduced(book, orderAt(this.#store, slot, sideOf(ladderNumber), price4), shares, cause);
    }
    this.#tellLevel(listener, book, ladderNumber, level);
  }

  #tellRemoved(listener: ItchBookListener, slot: number, cause: ReductionCause): void {
    const store = this.#store;
    const level = store.orders[slot * ORDER_STRIDE + LEVEL]!;
    const ladderNumber = store.levels[level * LEVEL_STRIDE + LADDER]!;
    const price4 = store.levels[level * LEVEL_STRIDE + PRICE]!;
    const book = this.#bookAt(ladderNumber >> 1);
    const wasBest = store.ladders.best(ladderNumber) === level;
    const side = sideOf(ladderNumber);
    const before = orderAt(store, slot, side, price4);
    store.remove(slot);
    if (listener.orderReduced) listener.orderReduced(book, { ...before, shares: 0 }, before.shares, cause);
    // A level that lost its last order is no longer on the ladder; its record reads zero until it is used again.
    const orders = store.levels[level * LEVEL_STRIDE + ORDERS]!;
    listener.levelChanged?.(book, side, price4, store.levelTotals[level * TOTAL_STRIDE + TOTAL]!, orders);
    if (wasBest) listener.bestChanged?.(book, side);
  }

  #tellLevel(listener: ItchBookListener, book: SymbolBook, ladderNumber: number, level: number): void {
    const { levels, levelTotals, ladders } = this.#store;
    const at = level * LEVEL_STRIDE;
    const side = sideOf(ladderNumber);
    listener.levelChanged?.(
      book,
      side,
      levels[at + PRICE]!,
      levelTotals[level * TOTAL_STRIDE + TOTAL]!,
      levels[at + ORDERS]!,
    );
    if (ladders.best(ladderNumber) === level) listener.bestChanged?.(book, side);
  }

  #slotOf(orderReferenceNumber: bigint): number {
    const entry = this.#index.find(
      Number(BigInt.asIntN(32, orderReferenceNumber >> 32n)),
      Number(BigInt.asIntN(32, orderReferenceNumber)),
    );
    return entry < 0 ? 0 : this.#index.slotAt(entry);
  }

  #bookAt(locate: number): SymbolBook {
    const known = locate < this.#books.length ? this.#books[locate] : undefined;
    if (known !== undefined) return known;
    // Filled up to here so that the array stays dense, whatever order the symbols come in.
    while (this.#books.length <= locate) this.#books.push(undefined);
    const book = new SymbolBook(this.#store, locate);
    this.#books[locate] = book;
    return book;
  }

  #name(locate: number, symbol: string): void {
    const book = this.#bookAt(locate);
    this.#isNamed[locate] = 1;
    book.symbol = symbol;
    book.isNamed = true;
    if (!this.#locates.has(symbol)) this.#locates.set(symbol, book.stockLocate);
  }
}

function sideOf(ladderNumber: number): ItchSide {
  return (ladderNumber & 1) === 1 ? "sell" : "buy";
}
