import type { PriceLevel } from "@exchange-kit/orderbook";
import type { WebSocket } from "ws";
import type { Engine, Trade } from "./engine.ts";
import type { Instrument } from "./instruments.ts";
import { formatPrice, formatTickSize } from "./prices.ts";

/** `[price, quantity, orders]`, the price as a decimal string. */
export type Row = readonly [price: string, quantity: number, orders: number];

export interface BookMessage {
  readonly type: "book";
  readonly symbol: string;
  /** Goes up by one with every book message of the instrument. */
  readonly sequence: number;
  readonly bids: readonly Row[];
  readonly asks: readonly Row[];
}

export interface TradeMessage {
  readonly type: "trade";
  readonly symbol: string;
  readonly tradeId: number;
  readonly price: string;
  readonly quantity: number;
  readonly takerSide: "buy" | "sell";
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
 * Turns engine events into messages for WebSocket clients. Trades go out at once; a book at most once per
 * {@link MarketData.flush}, however often it changed.
 */
export class MarketData {
  readonly #instruments: ReadonlyMap<string, Instrument>;
  readonly #clients = new Set<WebSocket>();
  readonly #changed = new Set<string>();
  readonly #sequences = new Map<string, number>();
  readonly #trades: TradeMessage[] = [];

  constructor(instruments: readonly Instrument[]) {
    this.#instruments = new Map(instruments.map((instrument) => [instrument.symbol, instrument]));
  }

  get clients(): number {
    return this.#clients.size;
  }

  bookChanged(symbol: string): void {
    this.#changed.add(symbol);
  }

  traded(trade: Trade): void {
    const message: TradeMessage = {
      type: "trade",
      symbol: trade.symbol,
      tradeId: trade.tradeId,
      price: formatPrice(this.#instruments.get(trade.symbol)!, trade.price),
      quantity: trade.quantity,
      takerSide: trade.takerSide,
      time: new Date(trade.timeMillis).toISOString(),
    };
    this.#trades.push(message);
    if (this.#trades.length > TRADES_KEPT) this.#trades.shift();
    this.#broadcast(message);
  }

  /** Sends every book that changed since the last time. */
  flush(engine: Engine): void {
    for (const symbol of this.#changed) {
      this.#sequences.set(symbol, (this.#sequences.get(symbol) ?? 0) + 1);
      this.#broadcast(this.book(engine, symbol));
    }
    this.#changed.clear();
  }

  book(engine: Engine, symbol: string): BookMessage {
    const instrument = this.#instruments.get(symbol)!;
    const row = ({ price, quantity, orders }: PriceLevel): Row => [
      formatPrice(instrument, price),
      quantity,
      orders,
    ];
    return {
      type: "book",
      symbol,
      sequence: this.#sequences.get(symbol) ?? 0,
      bids: engine.depth(symbol, "buy", DEPTH).map(row),
      asks: engine.depth(symbol, "sell", DEPTH).map(row),
    };
  }

  /** Greets a client with the present state and sends it what comes. */
  join(client: WebSocket, engine: Engine): void {
    const all = [...this.#instruments.values()];
    const welcome: WelcomeMessage = {
      type: "welcome",
      instruments: all.map((instrument) => ({
        symbol: instrument.symbol,
        name: instrument.name,
        tickSize: formatTickSize(instrument),
      })),
      books: all.map(({ symbol }) => this.book(engine, symbol)),
      trades: this.#trades,
    };
    client.send(JSON.stringify(welcome));
    this.#clients.add(client);
    client.on("close", () => this.#clients.delete(client));
    // A socket error is followed by `close`; unheard it would end the process.
    client.on("error", () => client.terminate());
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
