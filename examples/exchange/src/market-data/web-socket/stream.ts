import type { PublicOrder } from "../public/book-side.ts";
import type { PublicInstrument, PublicTrade } from "../public/public-market.ts";
import { timeText } from "../wire-format.ts";
import type { Connection } from "./connection.ts";
import { type Channel, CloseCode } from "./requests.ts";

/** A client with more than this unread gets no updates of conflated channels until it has read. */
export const SLOW_BYTES: number = 256 * 1024;
/** A client with more than this unread is cut off from channels that must not miss a message. */
export const CUT_BYTES: number = 2 * 1024 * 1024;

/**
 * One channel of one instrument: numbers its messages, encodes each once and sends it to every subscriber.
 *
 * A subscriber gets a snapshot with number n, then updates n + 1, n + 2, … that lead from it to the present. A slow one
 * of a conflated channel misses updates and gets another snapshot once it has read.
 */
export abstract class Stream {
  readonly channel: Channel;
  readonly instrument: PublicInstrument;
  /** Milliseconds between two updates; 0 with every batch. */
  readonly throttleMillis: number;
  /** Whether a slow client may miss updates. */
  readonly isConflated: boolean;
  /** Whether something happened since the last update. */
  isDirty = false;
  #sequence = 0;
  readonly #subscribers = new Set<Connection>();
  /** Subscribers that missed an update. */
  readonly #behind = new Set<Connection>();
  readonly #now: () => number;
  #snapshot: Buffer | undefined;

  constructor(
    channel: Channel,
    instrument: PublicInstrument,
    now: () => number,
    { throttleMillis, isConflated }: { throttleMillis: number; isConflated: boolean },
  ) {
    this.channel = channel;
    this.instrument = instrument;
    this.throttleMillis = throttleMillis;
    this.isConflated = isConflated;
    this.#now = now;
  }

  orderAdded?(order: PublicOrder): void;
  orderChanged?(order: PublicOrder): void;
  orderDeleted?(order: PublicOrder): void;
  traded?(trade: PublicTrade): void;
  statusChanged?(): void;
  lastPriceAdjusted?(): void;

  /** Everything, as of the last update. */
  protected abstract present(): object;

  /** What changed since the last update, `undefined` when nothing did after all. */
  protected abstract changes(): object | undefined;

  get isEmpty(): boolean {
    return this.#subscribers.size === 0;
  }

  /** Whether everything is too much to send. */
  get isTooLarge(): boolean {
    return false;
  }

  subscribe(connection: Connection): void {
    if (this.throttleMillis === 0) this.flush();
    // What was sent to it before may have been too much for it.
    if (connection.isClosed) return;
    this.#subscribers.add(connection);
    this.#behind.delete(connection);
    this.#sendSnapshot(connection);
  }

  unsubscribe(connection: Connection): void {
    this.#subscribers.delete(connection);
    this.#behind.delete(connection);
  }

  /** The instrument has another symbol. */
  symbolChanged(): void {
    this.#snapshot = undefined;
  }

  /** Sends what changed. */
  flush(): void {
    if (!this.isDirty) return;
    this.isDirty = false;
    const changes = this.changes();
    if (changes === undefined) return;
    this.#sequence++;
    this.#snapshot = undefined;
    const message = this.#encode("update", changes);
    for (const subscriber of this.#subscribers) {
      if (this.#behind.has(subscriber)) continue;
      const { unsentBytes } = subscriber;
      if (this.isConflated && unsentBytes > SLOW_BYTES) this.#behind.add(subscriber);
      else if (!this.isConflated && unsentBytes > CUT_BYTES) {
        subscriber.close(CloseCode.slowConsumer, `slow consumer of ${this.channel}`);
      } else subscriber.send(message);
    }
  }

  /** Brings those up to date that were slow and have read since. */
  catchUp(): void {
    for (const subscriber of this.#behind) {
      if (subscriber.unsentBytes > SLOW_BYTES / 4) continue;
      this.#behind.delete(subscriber);
      this.#sendSnapshot(subscriber);
    }
  }

  #sendSnapshot(connection: Connection): void {
    this.#snapshot ??= this.#encode("snapshot", this.present());
    connection.send(this.#snapshot);
  }

  #encode(type: "snapshot" | "update", body: object): Buffer {
    const { symbol } = this.instrument;
    const head = { channel: this.channel, type, symbol, sequence: this.#sequence };
    return Buffer.from(JSON.stringify({ ...head, time: timeText(this.#now()), ...body }));
  }
}
