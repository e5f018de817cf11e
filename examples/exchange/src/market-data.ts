import type { Phase, PriceLevel, Side } from "@exchange-kit/orderbook";
import type { WebSocket } from "ws";
import { formatPrice, formatTickSize } from "./prices.ts";
import type { SequencedVenue, VenuePart } from "./sequenced-venue.ts";
import type { Instrument } from "./venue/directory.ts";
import type { OrderView } from "./venue/order-view.ts";

/** `[price, quantity, orders]`, the price as a decimal string. */
export type Row = readonly [price: string, quantity: number, orders: number];

export interface BookMessage {
  readonly type: "book";
  readonly symbol: string;
  /** Goes up by one with every book message of the instrument. */
  readonly sequence: number;
  readonly phase: Phase;
  readonly bids: readonly Row[];
  readonly asks: readonly Row[];
}

export interface TradeMessage {
  readonly type: "trade";
  readonly symbol: string;
  readonly tradeId: number;
  readonly price: string;
  readonly quantity: number;
  readonly takerSide: Side | "auction";
  readonly time: string;
}

/** The first message of a connection: what there is, and the state that later messages change. */
export interface WelcomeMessage {
  readonly type: "welcome";
  readonly instruments: readonly { symbol: string; name: string; tickSize: string }[];
  readonly books: readonly BookMessage[];
  readonly trades: readonly TradeMessage[];
}

const DEPTH = 10;
const TRADES_KEPT = 60;
/** A client that has this much unread is cut off, so that it costs the others nothing. */
const MAX_UNREAD_BYTES = 1 << 20;

/**
 * Turns the venue's events into messages for WebSocket clients. Trades go out at once; a book at most once per
 * {@link MarketData.flush}, however often it changed.
 */
export class MarketData implements VenuePart {
  readonly #sequenced: SequencedVenue;
  readonly #clients = new Set<WebSocket>();
  readonly #changed = new Set<number>();
  readonly #sequences = new Map<number, number>();
  readonly #trades: TradeMessage[] = [];

  constructor(sequenced: SequencedVenue) {
    this.#sequenced = sequenced;
  }

  get clients(): number {
    return this.#clients.size;
  }

  bookAdded(instrument: number): void {
    this.#changed.add(instrument);
  }

  bookExecuted(instrument: number): void {
    this.#changed.add(instrument);
  }

  bookCrossed(instrument: number): void {
    this.#changed.add(instrument);
  }

  bookReduced(instrument: number): void {
    this.#changed.add(instrument);
  }

  bookDeleted(instrument: number): void {
    this.#changed.add(instrument);
  }

  bookReplaced(instrument: number): void {
    this.#changed.add(instrument);
  }

  phaseChanged(instrument: number): void {
    this.#changed.add(instrument);
  }

  traded(
    tradeId: number,
    instrument: number,
    price: number,
    quantity: number,
    _buyer: OrderView,
    _seller: OrderView,
    takerSide: Side | "auction",
  ): void {
    const rules = this.#instruments[instrument]!;
    const message: TradeMessage = {
      type: "trade",
      symbol: rules.symbol,
      tradeId,
      price: formatPrice(rules, price),
      quantity,
      takerSide,
      time: new Date(this.#sequenced.venue.timeMicros / 1000).toISOString(),
    };
    this.#trades.push(message);
    if (this.#trades.length > TRADES_KEPT) this.#trades.shift();
    this.#broadcast(message);
  }

  /** Sends every book that changed since the last time. */
  flush(): void {
    for (const instrument of this.#changed) {
      this.#sequences.set(instrument, (this.#sequences.get(instrument) ?? 0) + 1);
      this.#broadcast(this.book(instrument));
    }
    this.#changed.clear();
  }

  book(instrument: number): BookMessage {
    const { venue } = this.#sequenced;
    const rules = this.#instruments[instrument]!;
    const row = ({ price, quantity, orders }: PriceLevel): Row => [
      formatPrice(rules, price),
      quantity,
      orders,
    ];
    return {
      type: "book",
      symbol: rules.symbol,
      sequence: this.#sequences.get(instrument) ?? 0,
      phase: venue.phase(instrument),
      bids: venue.depth(instrument, "buy", DEPTH).map(row),
      asks: venue.depth(instrument, "sell", DEPTH).map(row),
    };
  }

  /** Greets a client with the present state and sends it what comes. */
  join(client: WebSocket): void {
    const welcome: WelcomeMessage = {
      type: "welcome",
      instruments: this.#instruments.map((instrument) => ({
        symbol: instrument.symbol,
        name: instrument.name,
        tickSize: formatTickSize(instrument),
      })),
      books: [...this.#instruments.keys()].map((instrument) => this.book(instrument)),
      trades: this.#trades,
    };
    client.send(JSON.stringify(welcome));
    this.#clients.add(client);
    client.on("close", () => this.#clients.delete(client));
    // A socket error is followed by `close`; unheard it would end the process.
    client.on("error", () => client.terminate());
  }

  get #instruments(): readonly Instrument[] {
    return this.#sequenced.venue.directory.instruments;
  }

  #broadcast(message: BookMessage | TradeMessage): void {
    if (this.#clients.size === 0) return;
    const text = JSON.stringify(message);
    for (const client of this.#clients) {
      if (client.bufferedAmount > MAX_UNREAD_BYTES) client.terminate();
      else client.send(text);
    }
  }
}
