import type { WebSocket } from "ws";
import { formatTickSize } from "../../prices.ts";
import { type Bars, barIntervalNames } from "../bars/bars.ts";
import type { PublicOrder } from "../public/book-side.ts";
import type { MarketWatcher, PublicMarket, PublicTrade } from "../public/public-market.ts";
import { timeText } from "../wire-format.ts";
import { Connection } from "./connection.ts";
import {
  CloseCode,
  channels,
  depths,
  idOf,
  type Request,
  type RequestFault,
  readConnectionQuery,
  readRequest,
  throttles,
} from "./requests.ts";
import type { Stream } from "./stream.ts";
import { BarsStream } from "./streams/bars.ts";
import { Level1Stream } from "./streams/level-1.ts";
import { Level2Stream } from "./streams/level-2.ts";
import { Level3Stream } from "./streams/level-3.ts";
import { StatusStream } from "./streams/status.ts";
import { TradesStream } from "./streams/trades.ts";

export interface WebSocketFeedOptions {
  /** Of connections that say nothing else; one of {@link throttles}, 100 when left out. */
  readonly throttleMillis?: number;
  /** Of connections that say nothing else; 0 when left out. */
  readonly latencyMillis?: number;
}

/** The first message of a connection. */
export interface WelcomeMessage {
  readonly type: "welcome";
  readonly time: string;
  readonly instruments: readonly {
    readonly symbol: string;
    readonly name: string;
    readonly priceDecimals: number;
    readonly tickSize: string;
    readonly lotSize: number;
  }[];
  readonly channels: readonly string[];
  readonly intervals: readonly string[];
  readonly depths: readonly number[];
  readonly throttles: readonly number[];
  readonly throttle: number;
  readonly latency: number;
}

/** How often throttled channels are looked at: every throttle is a multiple of it. */
export const TICK_MILLIS = 50;
const PING_MILLIS = 30_000;
const MAX_CONNECTIONS = 500;
const MAX_SUBSCRIPTIONS = 1_000;
const MAX_REQUESTS_A_SECOND = 20;
const MAX_FAULTS = 20;
/** Every request may be answered with books, whether the client reads them or not. */
const MOST_UNREAD_BYTES = 64 * 1024 * 1024;

/** What is kept of a connection beside its subscriptions. */
interface Client {
  readonly socket: WebSocket;
  readonly connection: Connection;
  /** Requests in the present second, and bad ones ever. */
  requests: number;
  faults: number;
  isAlive: boolean;
}

/** The public market for WebSocket clients: channels that they subscribe to, per instrument. */
export class WebSocketFeed implements MarketWatcher {
  readonly #market: PublicMarket;
  readonly #bars: Bars;
  readonly #options: Required<WebSocketFeedOptions>;
  readonly #clients = new Set<Client>();
  /** By instrument, then by channel and parameters. Only those that somebody listens to. */
  readonly #streams: readonly Map<string, Stream>[];
  #ticks = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(market: PublicMarket, bars: Bars, options: WebSocketFeedOptions = {}) {
    this.#market = market;
    this.#bars = bars;
    this.#options = {
      throttleMillis: options.throttleMillis ?? 100,
      latencyMillis: options.latencyMillis ?? 0,
    };
    this.#streams = market.instruments.map(() => new Map());
    market.watch(this);
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Begins to send throttled channels. */
  start(): void {
    this.#timer = setInterval(() => this.tick(), TICK_MILLIS);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const { connection } of this.#clients) connection.close(CloseCode.goingAway, "the exchange stops");
  }

  /** @param query - `throttle` and `latency` of the connection, where it has its own */
  join(socket: WebSocket, query: unknown = {}): void {
    // A socket error is followed by `close`; unheard it would end the process.
    socket.on("error", () => socket.terminate());
    if (this.#clients.size >= MAX_CONNECTIONS) {
      socket.close(CloseCode.tryAgainLater, "too many connections");
      return;
    }
    const { value: own, fault } = readConnectionQuery(query);
    if (fault !== undefined) {
      // A close frame has room for 123 bytes.
      socket.close(CloseCode.policy, fault.words.replace(/[^ -~]/g, "?").slice(0, 123));
      return;
    }
    const throttleMillis = own.throttle ?? this.#options.throttleMillis;
    const latencyMillis = own.latency ?? this.#options.latencyMillis;
    const connection = new Connection(socket, { throttleMillis, latencyMillis });
    const client: Client = { socket, connection, requests: 0, faults: 0, isAlive: true };
    this.#clients.add(client);
    socket.on("close", () => {
      connection.leave();
      this.#clients.delete(client);
    });
    socket.on("pong", () => {
      client.isAlive = true;
    });
    socket.on("message", (data: Buffer, isBinary: boolean) => this.#receive(client, data, isBinary));
    connection.send(encode(this.#welcome(throttleMillis, latencyMillis)));
  }

  orderAdded(instrument: number, order: PublicOrder): void {
    for (const stream of this.#streams[instrument]!.values()) stream.orderAdded?.(order);
  }

  orderChanged(instrument: number, order: PublicOrder): void {
    for (const stream of this.#streams[instrument]!.values()) stream.orderChanged?.(order);
  }

  orderDeleted(instrument: number, order: PublicOrder): void {
    for (const stream of this.#streams[instrument]!.values()) stream.orderDeleted?.(order);
  }

  traded(trade: PublicTrade): void {
    for (const stream of this.#streams[trade.instrument]!.values()) stream.traded?.(trade);
  }

  statusChanged(instrument: number): void {
    for (const stream of this.#streams[instrument]!.values()) stream.statusChanged?.();
  }

  lastPriceAdjusted(instrument: number): void {
    for (const stream of this.#streams[instrument]!.values()) stream.lastPriceAdjusted?.();
  }

  symbolChanged(instrument: number, before: string, after: string): void {
    for (const stream of this.#streams[instrument]!.values()) stream.symbolChanged();
    const message = encode({ type: "symbol-changed", before, after });
    for (const { connection } of this.#clients) connection.send(message);
  }

  batchEnded(): void {
    for (const streams of this.#streams) {
      for (const stream of streams.values()) if (stream.throttleMillis === 0) stream.flush();
    }
  }

  /** {@link TICK_MILLIS} have passed: sends what is due. */
  tick(): void {
    this.#ticks++;
    const millis = this.#ticks * TICK_MILLIS;
    for (const streams of this.#streams) {
      for (const [key, stream] of streams) {
        if (stream.isEmpty) streams.delete(key);
        else if (stream.throttleMillis > 0 && millis % stream.throttleMillis === 0) stream.flush();
        stream.catchUp();
      }
    }
    if (millis % 1_000 === 0) for (const client of this.#clients) client.requests = 0;
    if (millis % PING_MILLIS === 0) this.#ping();
  }

  /** Ends connections whose other end is gone without a word. */
  #ping(): void {
    for (const client of this.#clients) {
      if (!client.isAlive) client.socket.terminate();
      else {
        client.isAlive = false;
        client.socket.ping();
      }
    }
  }

  #receive(client: Client, data: Buffer, isBinary: boolean): void {
    const { connection } = client;
    if (++client.requests > MAX_REQUESTS_A_SECOND) {
      connection.close(CloseCode.policy, "too many requests");
      return;
    }
    if (connection.unsentBytes > MOST_UNREAD_BYTES) {
      connection.close(CloseCode.slowConsumer, "asks without reading");
      return;
    }
    const value = isBinary ? undefined : parseJson(data);
    const { value: asked, fault } = readRequest(value);
    if (fault !== undefined) {
      const text = value === undefined ? "send JSON text" : fault.words;
      this.#refuse(client, idOf(value), "invalid-request", text);
      return;
    }
    const symbols = [...new Set(asked.symbols ?? this.#market.instruments.map(({ symbol }) => symbol))];
    const instruments = symbols.map((symbol) => this.#market.find(symbol));
    const unknown = instruments.indexOf(-1);
    if (unknown >= 0) {
      this.#refuse(client, asked.id, "unknown-symbol", `there is no instrument ${symbols[unknown]}`);
    } else if (asked.op === "subscribe") this.#subscribe(client, asked, instruments);
    else this.#unsubscribe(client, asked, instruments);
  }

  #subscribe(client: Client, asked: Request, instruments: readonly number[]): void {
    const { connection } = client;
    if (connection.subscriptions.size + instruments.length > MAX_SUBSCRIPTIONS) {
      const text = `a connection has at most ${MAX_SUBSCRIPTIONS} subscriptions`;
      this.#refuse(client, asked.id, "too-many-subscriptions", text);
      return;
    }
    const streams = instruments.map((instrument) => this.#stream(asked, instrument, connection));
    const tooLarge = streams.find(({ isTooLarge }) => isTooLarge);
    if (tooLarge !== undefined) {
      const text = `the book of ${tooLarge.instrument.symbol} shows too many orders; use the ITCH feed`;
      this.#refuse(client, asked.id, "book-too-large", text);
      return;
    }
    this.#answer(client, asked, "subscribed", instruments);
    for (const [index, stream] of streams.entries()) {
      const key = subscriptionKey(asked, instruments[index]!);
      connection.subscriptions.get(key)?.unsubscribe(connection);
      connection.subscriptions.set(key, stream);
      stream.subscribe(connection);
    }
  }

  #unsubscribe(client: Client, asked: Request, instruments: readonly number[]): void {
    const { subscriptions } = client.connection;
    const keys = instruments.map((instrument) => subscriptionKey(asked, instrument));
    // Without symbols: from whatever there is.
    if (asked.symbols !== undefined && keys.some((key) => !subscriptions.has(key))) {
      this.#refuse(client, asked.id, "not-subscribed", `there is no such subscription to ${asked.channel}`);
      return;
    }
    for (const key of keys) {
      subscriptions.get(key)?.unsubscribe(client.connection);
      subscriptions.delete(key);
    }
    this.#answer(client, asked, "unsubscribed", instruments);
  }

  /** The stream of a subscription, shared by those who ask for the same. */
  #stream(asked: Request, instrument: number, { throttleMillis }: Connection): Stream {
    const streams = this.#streams[instrument]!;
    const { depth = 10, interval = "1m" } = asked;
    const key = `${asked.channel}/${depth}/${interval}/${throttleMillis}`;
    const known = streams.get(key);
    if (known !== undefined) return known;
    const of = this.#market.instruments[instrument]!;
    const now = (): number => this.#market.timeMicros;
    const make = {
      l1: () => new Level1Stream(of, now, throttleMillis),
      l2: () => new Level2Stream(of, now, throttleMillis, depth),
      l3: () => new Level3Stream(of, now),
      trades: () => new TradesStream(of, now),
      bars: () => new BarsStream(of, now, throttleMillis, interval, this.#bars.series(instrument, interval)),
      status: () => new StatusStream(of, now),
    };
    const stream = make[asked.channel]();
    streams.set(key, stream);
    return stream;
  }

  #answer(
    { connection }: Client,
    { id, channel }: Request,
    type: "subscribed" | "unsubscribed",
    instruments: readonly number[],
  ): void {
    const symbols = instruments.map((instrument) => this.#market.instruments[instrument]!.symbol);
    connection.send(encode({ type, ...(id === undefined ? {} : { id }), channel, symbols }));
  }

  #refuse(client: Client, id: string | number | undefined, code: RequestFault, message: string): void {
    const { connection } = client;
    if (++client.faults > MAX_FAULTS) connection.close(CloseCode.policy, "too many bad requests");
    else connection.send(encode({ type: "error", ...(id === undefined ? {} : { id }), code, message }));
  }

  #welcome(throttle: number, latency: number): WelcomeMessage {
    return {
      type: "welcome",
      time: timeText(this.#market.timeMicros),
      instruments: this.#market.instruments.map(({ symbol, rules }) => ({
        symbol,
        name: rules.name,
        priceDecimals: rules.priceDecimals,
        tickSize: formatTickSize(rules),
        lotSize: rules.lotSize,
      })),
      channels,
      intervals: barIntervalNames,
      depths,
      throttles,
      throttle,
      latency,
    };
  }
}

/** What a connection can have one of: a later subscription replaces an earlier one. */
function subscriptionKey({ channel, interval = "1m" }: Request, instrument: number): string {
  return channel === "bars" ? `${channel}/${interval}/${instrument}` : `${channel}/${instrument}`;
}

function parseJson(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString("utf8"));
  } catch {
    return undefined;
  }
}

function encode(message: object): Buffer {
  return Buffer.from(JSON.stringify(message));
}
