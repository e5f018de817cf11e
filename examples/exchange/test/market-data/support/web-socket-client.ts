import type { WebSocket } from "ws";
import type { PublicMarket } from "../../../src/market-data/public/public-market.ts";
import type { OrderChange, OrderRow } from "../../../src/market-data/web-socket/streams/level-3.ts";
import type { WebSocketFeed } from "../../../src/market-data/web-socket/web-socket-feed.ts";
import type { Row } from "../../../src/market-data/wire-format.ts";

/** The end of a connection that the feed holds. What is sent is read at once unless the client is stuck. */
class FakeSocket {
  bufferedAmount = 0;
  isStuck = false;
  readonly read: (text: string) => void;
  closed: readonly [code: number, reason: string] | undefined;
  readonly #unread: string[] = [];
  readonly #handlers = new Map<string, (...values: unknown[]) => void>();

  constructor(read: (text: string) => void) {
    this.read = read;
  }

  on(event: string, handler: (...values: unknown[]) => void): void {
    this.#handlers.set(event, handler);
  }

  emit(event: string, ...values: unknown[]): void {
    this.#handlers.get(event)?.(...values);
  }

  send(message: Buffer): void {
    if (this.closed) throw new Error("sent after close");
    this.#unread.push(message.toString());
    this.bufferedAmount += message.length;
    if (!this.isStuck) this.readOn();
  }

  readOn(): void {
    this.isStuck = false;
    this.bufferedAmount = 0;
    for (const text of this.#unread.splice(0)) this.read(text);
  }

  close(code: number, reason: string): void {
    this.closed = [code, reason];
    this.emit("close");
  }

  ping(): void {
    this.emit("pong");
  }

  terminate(): void {
    this.close(1006, "");
  }
}

export interface Message {
  readonly channel: string;
  readonly type: string;
  readonly symbol: string;
  readonly sequence: number;
  readonly [field: string]: unknown;
}

/** A client that keeps books from snapshots and updates alone, and insists on their numbers. */
export class WebSocketClient {
  readonly socket: FakeSocket;
  readonly messages: Message[] = [];
  readonly level1: Map<string, unknown> = new Map();
  readonly level2: Map<string, { bids: Map<string, Row>; asks: Map<string, Row> }> = new Map();
  readonly level3: Map<string, Map<number, OrderRow>> = new Map();
  readonly trades: Map<string, unknown[]> = new Map();
  readonly bars: Map<string, Map<string, unknown>> = new Map();
  readonly status: Map<string, unknown> = new Map();
  readonly #sequences = new Map<string, number>();

  constructor(feed: WebSocketFeed, query: object = {}) {
    this.socket = new FakeSocket((text) => this.#take(JSON.parse(text)));
    feed.join(this.socket as unknown as WebSocket, query);
  }

  send(request: unknown): void {
    this.sendText(JSON.stringify(request));
  }

  sendText(text: string, isBinary = false): void {
    this.socket.emit("message", Buffer.from(text), isBinary);
  }

  subscribe(...channels: string[]): void {
    for (const channel of channels) this.send({ op: "subscribe", channel });
  }

  /** The last message that is no update. */
  get answer(): Message | undefined {
    return this.messages.at(-1);
  }

  #take(message: Message): void {
    this.messages.push(message);
    const { channel, type, symbol, sequence } = message;
    if (type === "symbol-changed") this.#rename(message.before as string, message.after as string);
    if (type !== "snapshot" && type !== "update") return;
    const key = `${channel}/${symbol}`;
    if (type === "update" && sequence !== this.#sequences.get(key)! + 1) throw new Error(`a gap in ${key}`);
    this.#sequences.set(key, sequence);
    const { time: _, channel: __, type: ___, symbol: ____, sequence: _____, ...body } = message;
    if (channel === "l1") this.level1.set(symbol, body);
    else if (channel === "status") this.status.set(symbol, body);
    else if (channel === "l2") this.#takeLevels(message);
    else if (channel === "l3") this.#takeOrders(message);
    else if (channel === "trades") {
      if (type === "snapshot") this.trades.set(symbol, []);
      this.trades.get(symbol)!.push(...(message.trades as unknown[]));
    } else {
      if (type === "snapshot") this.bars.set(symbol, new Map());
      for (const bar of message.bars as { start: string }[]) this.bars.get(symbol)!.set(bar.start, bar);
    }
  }

  #rename(before: string, after: string): void {
    const maps: Map<string, unknown>[] = [this.level1, this.level2, this.level3];
    for (const map of [...maps, this.trades, this.bars, this.status] as Map<string, unknown>[]) {
      if (map.has(before)) map.set(after, map.get(before));
    }
    for (const [key, sequence] of [...this.#sequences]) {
      const [channel, symbol] = key.split("/");
      if (symbol === before) this.#sequences.set(`${channel}/${after}`, sequence);
    }
  }

  #takeLevels({ type, symbol, ...message }: Message): void {
    if (type === "snapshot") this.level2.set(symbol, { bids: new Map(), asks: new Map() });
    const book = this.level2.get(symbol)!;
    for (const side of ["bids", "asks"] as const) {
      for (const row of message[side] as Row[]) {
        if (row[1] > 0) book[side].set(row[0], row);
        else if (!book[side].delete(row[0])) throw new Error(`${row[0]} was not there`);
      }
    }
  }

  #takeOrders({ type, symbol, orders, changes }: Message): void {
    if (type === "snapshot") {
      this.level3.set(symbol, new Map((orders as OrderRow[]).map((order) => [order[0], order])));
      return;
    }
    const book = this.level3.get(symbol)!;
    for (const change of changes as OrderChange[]) {
      const reference = change[1];
      if (change[0] === "add") book.set(reference, change.slice(1) as unknown as OrderRow);
      else if (change[0] === "delete") book.delete(reference);
      else {
        const [, side, price] = book.get(reference)!;
        book.set(reference, [reference, side, price, change[2]]);
      }
    }
  }

  /** Orders of a symbol: buys before sells, best price first, oldest first at a price. */
  orders(symbol: string): OrderRow[] {
    const all = [...this.level3.get(symbol)!.values()];
    const side = (name: string, sign: number): OrderRow[] =>
      all.filter((order) => order[1] === name).sort((a, b) => (Number(a[2]) - Number(b[2])) * sign);
    return [...side("buy", -1), ...side("sell", 1)];
  }

  /** `[price, quantity, orders]` of a symbol, best first. */
  levels(symbol: string): { bids: Row[]; asks: Row[] } {
    const { bids, asks } = this.level2.get(symbol)!;
    const sorted = (rows: Iterable<Row>, sign: number): Row[] =>
      [...rows].sort((a, b) => (Number(a[0]) - Number(b[0])) * sign);
    return { bids: sorted(bids.values(), -1), asks: sorted(asks.values(), 1) };
  }
}

/** What a client must have, taken from the market itself. */
export function expectedOf(market: PublicMarket, instrument: number): { levels: object; orders: object } {
  const { buys, sells, rules } = market.instruments[instrument]!;
  const text = (units: number): string => (units / 10 ** rules.priceDecimals).toFixed(rules.priceDecimals);
  return {
    levels: {
      bids: buys.depth(10).map(({ price, quantity, orders }) => [text(price), quantity, orders]),
      asks: sells.depth(10).map(({ price, quantity, orders }) => [text(price), quantity, orders]),
    },
    orders: [...buys.inPriority(), ...sells.inPriority()].map(({ reference, side, price, quantity }) => [
      reference,
      side,
      text(price),
      quantity,
    ]),
  };
}
