import { createSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";
import type { MarketDataOrderUpdate, StatusFields } from "@exchange-kit/fast";
import type { UdpAddress } from "@exchange-kit/itch/net";
import type { Phase } from "@exchange-kit/orderbook";
import type { PublicOrder } from "../public/book-side.ts";
import type { MarketWatcher, PublicInstrument, PublicMarket, PublicTrade } from "../public/public-market.ts";
import { FastChannel } from "./fast-channel.ts";

export interface FastFeedOptions {
  readonly host: string;
  /** Of the feed over TCP; 0 takes any that is free. */
  readonly port: number;
  /** Where incrementals go over UDP: multicast groups or receivers, every packet to each. */
  readonly lines: readonly UdpAddress[];
  /** Where snapshots go over UDP. */
  readonly snapshotLines: readonly UdpAddress[];
  /** Microseconds since 1970, never less than in an earlier run. */
  readonly nowMicros: () => number;
  /** From one round of snapshots to the next; a second when left out. */
  readonly snapshotMillis?: number;
}

/** In one message: what is certain to fit a packet, whatever the numbers. */
const MOST_IN_A_MESSAGE = 40;
const HEARTBEAT_MILLIS = 1_000;
const MOST_CLIENTS = 100;
/** A client with more than this unread is cut off: it can come again and begin with a snapshot. */
const MOST_UNREAD_BYTES = 4 * 2 ** 20;
/** How long a client has to read what is left when the feed closes. */
const LINGER_MILLIS = 2_000;

/**
 * The public market as FAST, in the market data templates of `@exchange-kit/fast`: every order that is shown, every trade,
 * every phase. Instruments are numbered as in the venue, prices are price units, an order's number is its public reference.
 *
 * - UDP incrementals: changes as they happen, a packet each begun with `Reset`; a heartbeat in a silent second
 * - UDP snapshots: round by round, of each instrument its status and its orders, with the number of the last incremental in it
 * - TCP: a round of snapshots, then the same incrementals; whoever has lost something connects
 *
 * Both UDP channels number from the microsecond of the start on. So the numbers of a restarted feed lie beyond all of the feed
 * before, and a receiver sees a gap; numbers from 1 on would be repetitions to it.
 */
export class FastFeed implements MarketWatcher {
  readonly #market: PublicMarket;
  readonly #options: FastFeedOptions;
  readonly #incrementals: FastChannel;
  readonly #snapshots: FastChannel;
  readonly #udp = createSocket("udp4");
  readonly #server: Server;
  readonly #clients = new Set<Socket>();
  /** Changes of orders that are not in a message yet. */
  #updates: MarketDataOrderUpdate[] = [];
  /** Told last, by instrument. */
  readonly #told: StatusFields["state"][] = [];
  #isOpen = false;
  #toldAtBeat = 0;
  #timers: NodeJS.Timeout[] = [];

  constructor(market: PublicMarket, options: FastFeedOptions) {
    this.#market = market;
    this.#options = options;
    const now = (): number => market.timeMicros;
    this.#incrementals = new FastChannel((packet) => {
      this.#toLines(packet, options.lines);
      for (const client of this.#clients) this.#toClient(client, packet);
    }, now);
    this.#snapshots = new FastChannel((packet) => this.#toLines(packet, options.snapshotLines), now);
    // A line that nobody listens to answers with an error, which is no concern of the others.
    this.#udp.on("error", () => {});
    this.#server = createServer((socket) => this.#accept(socket));
    market.watch(this);
  }

  /** After the market is open. @returns the port of TCP */
  async listen(): Promise<number> {
    const { host, port, nowMicros, snapshotMillis = 1_000 } = this.#options;
    const start = nowMicros();
    for (const channel of [this.#incrementals, this.#snapshots]) channel.numberAfter(start);
    this.#toldAtBeat = start;
    for (const [index, { phase }] of this.#market.instruments.entries()) this.#told[index] = stateOf(phase);
    this.#isOpen = true;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, resolve);
    });
    this.#timers = [
      setInterval(() => this.#tellAll(this.#snapshots), snapshotMillis),
      setInterval(() => this.#beat(), HEARTBEAT_MILLIS),
    ];
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : port;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.batchEnded();
    for (const client of this.#clients) client.end();
    const cut = setTimeout(() => {
      for (const client of this.#clients) client.destroy();
    }, LINGER_MILLIS);
    await new Promise((resolve) => this.#server.close(resolve));
    clearTimeout(cut);
    await new Promise<void>((resolve) => this.#udp.close(resolve));
  }

  /** Number of the last incremental. */
  get sequence(): number {
    return this.#incrementals.sequence;
  }

  orderAdded(instrument: number, { side, reference, price, quantity }: PublicOrder): void {
    this.#update({ instrument, action: "new", side, orderId: reference, price, quantity });
  }

  orderChanged(instrument: number, { side, reference, price, quantity }: PublicOrder): void {
    this.#update({ instrument, action: "change", side, orderId: reference, price, quantity });
  }

  orderDeleted(instrument: number, { side, reference, price }: PublicOrder): void {
    this.#update({ instrument, action: "delete", side, orderId: reference, price });
  }

  traded({ instrument, tradeId, price, quantity, takerSide }: PublicTrade): void {
    // What recovery tells again was told before.
    if (!this.#isOpen) return;
    this.#flushUpdates();
    const aggressor = takerSide === "auction" ? undefined : takerSide;
    this.#incrementals.publish({
      template: "Trade",
      fields: { instrument, tradeId, price, quantity, aggressor },
    });
  }

  statusChanged(instrument: number): void {
    const changed = this.#market.instruments[instrument]!;
    const state = stateOf(changed.phase);
    // An indicative price changes, too, while the phase stays.
    if (!this.#isOpen || this.#told[instrument] === state) return;
    this.#told[instrument] = state;
    this.#flushUpdates();
    this.#incrementals.publish({ template: "Status", fields: statusOf(instrument, changed) });
  }

  batchEnded(): void {
    this.#flushUpdates();
    this.#incrementals.flush();
  }

  #update(update: MarketDataOrderUpdate): void {
    if (!this.#isOpen) return;
    if (this.#updates.push(update) === MOST_IN_A_MESSAGE) this.#flushUpdates();
  }

  #flushUpdates(): void {
    if (this.#updates.length === 0) return;
    this.#incrementals.publish({ template: "OrderIncremental", fields: { updates: this.#updates } });
    this.#updates = [];
  }

  #beat(): void {
    if (this.#incrementals.sequence === this.#toldAtBeat) {
      this.#incrementals.publish({ template: "Heartbeat", fields: {} });
    }
    this.batchEnded();
    this.#toldAtBeat = this.#incrementals.sequence;
  }

  /** Status and orders of every instrument, as they are after the last incremental. */
  #tellAll(channel: FastChannel): void {
    this.batchEnded();
    const lastSequence = this.#incrementals.sequence;
    for (const [index, instrument] of this.#market.instruments.entries()) {
      channel.publish({ template: "Status", fields: statusOf(index, instrument) });
      const orders = [...instrument.buys.inPriority(), ...instrument.sells.inPriority()].map(
        ({ side, reference, price, quantity }) => ({ side, orderId: reference, price, quantity }),
      );
      for (let from = 0; ; from += MOST_IN_A_MESSAGE) {
        const part = orders.slice(from, from + MOST_IN_A_MESSAGE);
        const continues = from + MOST_IN_A_MESSAGE < orders.length || undefined;
        channel.publish({
          template: "OrderSnapshot",
          fields: { lastSequence, instrument: index, orders: part, continues },
        });
        if (!continues) break;
      }
    }
    channel.flush();
  }

  #accept(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    if (this.#clients.size >= MOST_CLIENTS) {
      socket.destroy();
      return;
    }
    socket.setNoDelay(true).setKeepAlive(true, 30_000);
    // A client has nothing to say.
    socket.resume();
    socket.on("close", () => this.#clients.delete(socket));
    this.#tellAll(
      new FastChannel(
        (packet) => this.#toClient(socket, packet),
        () => this.#market.timeMicros,
      ),
    );
    this.#clients.add(socket);
  }

  #toClient(client: Socket, packet: Uint8Array): void {
    if (client.writableLength > MOST_UNREAD_BYTES) client.destroy();
    else client.write(packet);
  }

  #toLines(packet: Uint8Array, lines: readonly UdpAddress[]): void {
    for (const { host, port } of lines) this.#udp.send(packet, port, host, () => {});
  }
}

function statusOf(
  instrument: number,
  { phase, haltReason }: PublicInstrument,
): Omit<StatusFields, "sequence" | "timeNanos"> {
  return { instrument, state: stateOf(phase), reason: haltReason === "" ? undefined : haltReason };
}

function stateOf(phase: Phase): StatusFields["state"] {
  switch (phase) {
    case "pre-open":
      return "preOpen";
    case "continuous":
      return "open";
    case "halted":
    case "closed":
      return phase;
    default:
      return "auction";
  }
}
