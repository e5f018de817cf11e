import type { Phase, Side } from "@exchange-kit/orderbook";
import type { MarketListener } from "../../venue/events.ts";
import { isCall } from "../../venue/phases.ts";
import { BookSide, type PublicOrder } from "./book-side.ts";
import { RecentTrades } from "./recent-trades.ts";

/** What is known of an instrument before anything happens in it. */
export interface MarketInstrument {
  readonly symbol: string;
  readonly name: string;
  readonly priceDecimals: number;
  /** In price units. */
  readonly tickSize: number;
  readonly lotSize: number;
  /** The price before the first trade, in price units. */
  readonly referencePrice: number;
}

/** What the auction would be. */
export interface Indicative {
  /** `undefined` when nothing would trade. */
  readonly price: number | undefined;
  readonly volume: number;
  /** Positive to buy, negative to sell. */
  readonly imbalance: number;
}

/** A trade as it is printed: an auction is one trade. */
export interface PublicTrade {
  readonly instrument: number;
  readonly tradeId: number;
  /** Price units. */
  readonly price: number;
  readonly quantity: number;
  readonly takerSide: Side | "auction";
  /** Microseconds since 1970. */
  readonly timeMicros: number;
}

/** Hears how the public market changes. Orders are the live records: valid during the call. */
export interface MarketWatcher {
  orderAdded?(instrument: number, order: PublicOrder): void;
  /** The quantity is another, the place is kept. */
  orderChanged?(instrument: number, order: PublicOrder): void;
  orderDeleted?(instrument: number, order: PublicOrder): void;
  /** Also told for trades that a recovery tells again. */
  traded?(trade: PublicTrade): void;
  /** Phase, reason of a halt or indicative auction changed. */
  statusChanged?(instrument: number): void;
  symbolChanged?(instrument: number, before: string, after: string): void;
  /** The last price is another without a trade. */
  lastPriceAdjusted?(instrument: number): void;
  /** What one command did has been told. */
  commandEnded?(): void;
  /** Several commands have been carried out: the time to send. */
  batchEnded?(): void;
}

/** Where the market stands when it is opened: what a venue that has recovered can say. */
export interface PresentMarket {
  phase(instrument: number): Phase;
  haltReason(instrument: number): string;
  lastPrice(instrument: number): number;
  /** What an auction would be now. */
  indicative(instrument: number): Indicative | undefined;
  symbol(instrument: number): string;
  /** The orders of a side in the order in which they trade. */
  shownOrders(
    instrument: number,
    side: Side,
  ): readonly Readonly<{ reference: number; price: number; quantity: number }>[];
}

/** One instrument as the public sees it. */
export class PublicInstrument {
  readonly rules: MarketInstrument;
  readonly buys: BookSide = new BookSide("buy");
  readonly sells: BookSide = new BookSide("sell");
  readonly trades: RecentTrades = new RecentTrades();
  symbol: string;
  phase: Phase = "closed";
  haltReason = "";
  indicative: Indicative | undefined;
  /** Of the last trade, in price units, as splits since then leave it; the reference price before the first. */
  lastPrice: number;

  constructor(rules: MarketInstrument) {
    this.rules = rules;
    this.symbol = rules.symbol;
    this.lastPrice = rules.referencePrice;
  }

  side(side: Side): BookSide {
    return side === "buy" ? this.buys : this.sells;
  }
}

/**
 * The market as the public sees it, built from the public events alone: what every feed is made of, whether the events
 * come from the venue or from a recorded day.
 */
export class PublicMarket implements Partial<MarketListener> {
  readonly instruments: readonly PublicInstrument[];
  readonly #watchers: MarketWatcher[] = [];
  readonly #now: () => number;
  #isOpen = false;

  /** @param now - time of the present event, in microseconds since 1970 */
  constructor(instruments: readonly MarketInstrument[], now: () => number) {
    this.instruments = instruments.map((rules) => new PublicInstrument(rules));
    this.#now = now;
  }

  /** Watchers are told in the order in which they were added. */
  watch(watcher: MarketWatcher): void {
    this.#watchers.push(watcher);
  }

  get timeMicros(): number {
    return this.#now();
  }

  /** Index of the instrument that has this symbol at present, −1 when none has. */
  find(symbol: string): number {
    return this.instruments.findIndex((instrument) => instrument.symbol === symbol);
  }

  /** Takes over the present state. Before it, only trades are heard: a recovery starts in the middle of the books. */
  open(present: PresentMarket): void {
    this.#isOpen = true;
    for (const [index, instrument] of this.instruments.entries()) {
      instrument.phase = present.phase(index);
      instrument.haltReason = present.haltReason(index);
      instrument.symbol = present.symbol(index);
      instrument.lastPrice = present.lastPrice(index);
      // The venue tells it when it changes, which may have been before a snapshot.
      if (isCall(instrument.phase)) instrument.indicative = present.indicative(index);
      for (const side of ["buy", "sell"] as const) {
        for (const { reference, price, quantity } of present.shownOrders(index, side)) {
          instrument.side(side).add({ reference, side, price, quantity });
        }
      }
    }
  }

  ended(): void {
    for (const watcher of this.#watchers) watcher.commandEnded?.();
  }

  batchEnded(): void {
    for (const watcher of this.#watchers) watcher.batchEnded?.();
  }

  bookAdded(instrument: number, reference: number, side: Side, price: number, quantity: number): void {
    if (!this.#isOpen) return;
    const order = { reference, side, price, quantity };
    this.instruments[instrument]!.side(side).add(order);
    for (const watcher of this.#watchers) watcher.orderAdded?.(instrument, order);
  }

  bookExecuted(
    instrument: number,
    reference: number,
    side: Side,
    price: number,
    quantity: number,
    _leaves: number,
    tradeId: number,
  ): void {
    this.#reduce(instrument, reference, side, quantity);
    this.#trade(instrument, tradeId, price, quantity, side === "buy" ? "sell" : "buy");
  }

  bookCrossed(instrument: number, reference: number, side: Side, _price: number, quantity: number): void {
    this.#reduce(instrument, reference, side, quantity);
  }

  bookReduced(instrument: number, reference: number, side: Side, quantity: number): void {
    this.#reduce(instrument, reference, side, quantity);
  }

  bookDeleted(instrument: number, reference: number, side: Side): void {
    this.#reduce(instrument, reference, side, Number.POSITIVE_INFINITY);
  }

  bookReplaced(
    instrument: number,
    reference: number,
    newReference: number,
    side: Side,
    price: number,
    quantity: number,
  ): void {
    this.bookDeleted(instrument, reference, side);
    this.bookAdded(instrument, newReference, side, price, quantity);
  }

  hiddenTraded(instrument: number, makerSide: Side, price: number, quantity: number, tradeId: number): void {
    this.#trade(instrument, tradeId, price, quantity, makerSide === "buy" ? "sell" : "buy");
  }

  crossTraded(instrument: number, _from: Phase, price: number, quantity: number, tradeId: number): void {
    if (quantity > 0) this.#trade(instrument, tradeId, price, quantity, "auction");
  }

  indicativeChanged(instrument: number, price: number | undefined, volume: number, imbalance: number): void {
    this.instruments[instrument]!.indicative = { price, volume, imbalance };
    this.#statusChanged(instrument);
  }

  phaseChanged(instrument: number, phase: Phase, reason: string): void {
    const changed = this.instruments[instrument]!;
    changed.phase = phase;
    changed.haltReason = reason;
    changed.indicative = undefined;
    this.#statusChanged(instrument);
  }

  symbolChanged(instrument: number, before: string, after: string): void {
    this.instruments[instrument]!.symbol = after;
    if (!this.#isOpen) return;
    for (const watcher of this.#watchers) watcher.symbolChanged?.(instrument, before, after);
  }

  lastPriceAdjusted(instrument: number, price: number): void {
    this.instruments[instrument]!.lastPrice = price;
    for (const watcher of this.#watchers) watcher.lastPriceAdjusted?.(instrument);
  }

  #statusChanged(instrument: number): void {
    if (!this.#isOpen) return;
    for (const watcher of this.#watchers) watcher.statusChanged?.(instrument);
  }

  #reduce(instrument: number, reference: number, side: Side, quantity: number): void {
    if (!this.#isOpen) return;
    const book = this.instruments[instrument]!.side(side);
    const order = book.order(reference);
    // A recorded day may have a hole: what it does not know, it cannot change.
    if (order === undefined) return;
    if (quantity < order.quantity) {
      book.reduce(order, quantity);
      for (const watcher of this.#watchers) watcher.orderChanged?.(instrument, order);
    } else {
      book.reduce(order, order.quantity);
      for (const watcher of this.#watchers) watcher.orderDeleted?.(instrument, order);
    }
  }

  #trade(
    instrument: number,
    tradeId: number,
    price: number,
    quantity: number,
    takerSide: PublicTrade["takerSide"],
  ): void {
    const trade = { instrument, tradeId, price, quantity, takerSide, timeMicros: this.#now() };
    const traded = this.instruments[instrument]!;
    traded.lastPrice = price;
    traded.trades.add(trade);
    for (const watcher of this.#watchers) watcher.traded?.(trade);
  }
}
