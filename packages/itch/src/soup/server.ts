import { ItchError, isItchError } from "../errors.ts";
import type { SequencedMessages } from "../message-store.ts";
import { latin1, numeric, padded, SoupBinPacketReader, SoupBinType, soupBinPacket } from "./packet.ts";

/** What a {@link SoupBinServerConnection} tells. */
export interface SoupBinServerListener {
  /**
   * Bytes to write to the connection; they are the listener's to keep.
   *
   * @returns false when the connection takes no more for now: nothing is written until
   *   {@link SoupBinServerConnection.drained} is called
   */
  write(bytes: Uint8Array): boolean;
  /** A message of the client. Its bytes are valid until the call returns. */
  unsequenced?(bytes: Uint8Array, offset: number, length: number): void;
  /** The client logged in; messages from `sequence` on follow. */
  loggedIn?(username: string, sequence: number): void;
  /** The client sent a debug packet. */
  debug?(text: string): void;
  /**
   * The connection must be closed once all was written.
   *
   * @param error - why; `undefined` after a logout, or after the end of the session was sent
   */
  closed?(error: ItchError | undefined): void;
}

/** Options of a {@link SoupBinServerConnection}. */
export interface SoupBinServerOptions {
  /** Name of the session, at most 10 letters and digits. */
  readonly session: string;
  /**
   * The session's sequenced messages. A function gives each user a store of its own, as order entry needs it; it is
   * called after {@link SoupBinServerOptions.authenticate} has said yes.
   */
  readonly store: SequencedMessages | ((username: string) => SequencedMessages);
  /** Tells whether a login is good. Both come without padding; compare names without regard to case. */
  readonly authenticate: (username: string, password: string) => boolean;
  /** Heartbeat after so many milliseconds in which nothing was sent; 1,000 by default. */
  readonly heartbeatMillis?: number;
  /** Close after so many milliseconds in which nothing came, or no login; 15,000 by default. */
  readonly timeoutMillis?: number;
  /** Close a client that has not read, or not closed its side after the end, for so many milliseconds; 30,000 by default. */
  readonly stallMillis?: number;
}

/** Where a {@link SoupBinServerConnection} stands. */
export type SoupBinServerState = "awaiting-login" | "open" | "closed";

/** A batch of sequenced packets is written at once up to about this size. */
const BATCH_BYTES = 32 * 1024;
/** Most bytes of unsequenced messages that may wait for a slow client. */
const MOST_QUEUED_BYTES = 256 * 1024;

/**
 * The server side of one SoupBinTCP 3.00 connection: checks the login, replays the session from the number asked for,
 * and follows it.
 *
 * Sequenced messages are read from the store only as fast as the client takes them, so a client that never reads costs
 * no memory; after `stallMillis` it is closed. A pure state machine, as {@link SequencedMessages} is its only input
 * besides bytes and time.
 *
 * @see SoupBinTCP protocol specification 3.00
 */
export class SoupBinServerConnection {
  readonly #options: Required<SoupBinServerOptions>;
  readonly #listener: SoupBinServerListener;
  readonly #reader: SoupBinPacketReader;
  #state: SoupBinServerState = "awaiting-login";
  /** Set by the login. */
  #store: SequencedMessages | undefined;
  #next = 0;
  #isEnding = false;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  /** When the connection stopped taking bytes; `undefined` while it takes them. */
  #stalledSince: number | undefined;
  #lastSent: number;
  /** Before the login: when the connection was made. */
  #lastReceived: number;
  /** When the bytes came that are looked at. */
  #now: number;

  /**
   * @param options - see {@link SoupBinServerOptions}
   * @param listener - gets messages and bytes to write
   * @param now - milliseconds
   * @throws ItchError `invalid-option`
   */
  constructor(options: SoupBinServerOptions, listener: SoupBinServerListener, now: number) {
    if (!/^[A-Za-z0-9]{1,10}$/.test(options.session)) {
      throw new ItchError(
        "invalid-option",
        `session must be 1 to 10 letters and digits, was "${options.session}"`,
      );
    }
    this.#options = { heartbeatMillis: 1000, timeoutMillis: 15_000, stallMillis: 30_000, ...options };
    this.#listener = listener;
    this.#reader = new SoupBinPacketReader((type, bytes, offset, length) =>
      this.#packet(type, bytes, offset, length),
    );
    this.#lastSent = now;
    this.#lastReceived = now;
    this.#now = now;
  }

  /** Where the connection stands. */
  get state(): SoupBinServerState {
    return this.#state;
  }

  /** Number of the next message that the client will get. */
  get nextSequence(): number {
    return this.#next;
  }

  /** When {@link SoupBinServerConnection.tick} must be called next, in milliseconds; infinite once closed. */
  get nextDeadline(): number {
    if (this.#state === "closed") return Number.POSITIVE_INFINITY;
    const silence = this.#lastReceived + this.#options.timeoutMillis;
    if (this.#stalledSince !== undefined)
      return Math.min(silence, this.#stalledSince + this.#options.stallMillis);
    return this.#state === "open"
      ? Math.min(silence, this.#lastSent + this.#options.heartbeatMillis)
      : silence;
  }

  /** Takes bytes of the connection, cut anywhere. */
  receive(bytes: Uint8Array, now: number): void {
    if (this.#state === "closed") return;
    // Whoever is not logged in buys no time with debug packets, or a byte now and then.
    if (this.#state === "open") this.#lastReceived = now;
    this.#now = now;
    try {
      this.#reader.push(bytes);
    } catch (error) {
      if (!isItchError(error)) throw error;
      this.#close(error);
    }
    this.pump(now);
  }

  /** Writes what the store has for this client. Call it after messages were added to the store. */
  pump(now: number): void {
    const store = this.#store;
    while (store && this.#state === "open" && this.#stalledSince === undefined) {
      const queued = this.#queue.shift();
      if (queued) {
        this.#queuedBytes -= queued.length;
        this.#write(queued, now);
      } else if (this.#next < store.nextSequence) {
        const batch = this.#batch(store);
        if (!batch) {
          const message = `message ${this.#next} is no longer in the store`;
          this.#close(new ItchError("sequence-unavailable", message));
          return;
        }
        this.#write(batch, now);
      } else {
        if (this.#isEnding) {
          this.#write(soupBinPacket(SoupBinType.endOfSession), now);
          this.#close(undefined);
        }
        return;
      }
    }
  }

  /** The connection takes bytes again. */
  drained(now: number): void {
    this.#stalledSince = undefined;
    this.pump(now);
  }

  /** Sends heartbeats, and closes a client that is silent or does not read. */
  tick(now: number): void {
    if (this.#state === "closed") return;
    const { heartbeatMillis, timeoutMillis, stallMillis } = this.#options;
    if (now - this.#lastReceived >= timeoutMillis) {
      const what = this.#state === "open" ? "nothing" : "no login";
      this.#close(new ItchError("timed-out", `${what} came from the client for ${timeoutMillis} ms`));
    } else if (this.#stalledSince !== undefined) {
      if (now - this.#stalledSince >= stallMillis) {
        this.#close(new ItchError("slow-consumer", `the client has not read for ${stallMillis} ms`));
      }
    } else if (this.#state === "open" && now - this.#lastSent >= heartbeatMillis) {
      this.#write(soupBinPacket(SoupBinType.serverHeartbeat), now);
    }
  }

  /**
   * Sends an unsequenced message, before any sequenced one that waits.
   *
   * @throws ItchError `not-open`, `oversized`
   */
  send(message: Uint8Array, now: number): void {
    if (this.#state !== "open") throw new ItchError("not-open", `the connection is ${this.#state}`);
    const packet = soupBinPacket(SoupBinType.unsequenced, message);
    if (this.#queuedBytes + packet.length > MOST_QUEUED_BYTES) {
      this.#close(new ItchError("slow-consumer", `more than ${MOST_QUEUED_BYTES} bytes wait for the client`));
      return;
    }
    this.#queue.push(packet);
    this.#queuedBytes += packet.length;
    this.pump(now);
  }

  /** Ends the session: after the last message of the store goes an end-of-session packet, then the connection closes. */
  end(now: number): void {
    this.#isEnding = true;
    this.pump(now);
  }

  #packet(type: number, bytes: Uint8Array, offset: number, length: number): void {
    if (type === SoupBinType.debug) this.#listener.debug?.(latin1(bytes, offset, length));
    else if (this.#state === "awaiting-login") this.#login(type, bytes, offset, length);
    else if (type === SoupBinType.unsequenced) this.#listener.unsequenced?.(bytes, offset, length);
    else if (type === SoupBinType.logout) this.#close(undefined);
    else if (type !== SoupBinType.clientHeartbeat) {
      this.#close(new ItchError("protocol", `unexpected: packet type ${type} from a client`));
    }
  }

  #login(type: number, bytes: Uint8Array, offset: number, length: number): void {
    // SoupBinTCP 4 adds five bytes, a heartbeat timeout, to the 46 of version 3.
    const sequence =
      type === SoupBinType.loginRequest && (length === 46 || length === 51)
        ? numeric(bytes, offset + 26, 20)
        : undefined;
    if (sequence === undefined) {
      this.#close(new ItchError("protocol", "the first packet must be a login request"));
      return;
    }
    const username = latin1(bytes, offset, 6).trim();
    const password = latin1(bytes, offset + 6, 10).trim();
    const session = latin1(bytes, offset + 16, 10).trim();
    if (!this.#options.authenticate(username, password)) {
      this.#reject("A", `user ${username} is not authorized`);
      return;
    }
    const { store: given } = this.#options;
    const store = typeof given === "function" ? given(username) : given;
    if (session !== "" && session !== this.#options.session)
      this.#reject("S", `there is no session ${session}`);
    else if (sequence > store.nextSequence) this.#reject("S", `message ${sequence} is beyond the end`);
    else if (sequence > 0 && sequence < store.firstSequence) this.#reject("S", `message ${sequence} is gone`);
    else {
      this.#store = store;
      this.#next = sequence === 0 ? store.nextSequence : sequence;
      this.#state = "open";
      this.#lastReceived = this.#now;
      const accepted = padded([this.#options.session, 10], [String(this.#next), -20]);
      this.#write(soupBinPacket(SoupBinType.loginAccepted, accepted), this.#now);
      this.#listener.loggedIn?.(username, this.#next);
    }
  }

  #reject(reason: "A" | "S", message: string): void {
    this.#write(soupBinPacket(SoupBinType.loginRejected, padded([reason, 1])), this.#now);
    this.#close(new ItchError("login-rejected", message, { reason }));
  }

  /** Packets of the next messages, together; `undefined` when the store no longer has the first. */
  #batch(store: SequencedMessages): Uint8Array | undefined {
    const messages: Uint8Array[] = [];
    let length = 0;
    while (length < BATCH_BYTES) {
      const message = store.message(this.#next + messages.length);
      if (!message) break;
      messages.push(message);
      length += 3 + message.length;
    }
    if (messages.length === 0) return undefined;
    const batch = new Uint8Array(length);
    let at = 0;
    for (const message of messages) {
      batch[at] = (message.length + 1) >> 8;
      batch[at + 1] = (message.length + 1) & 0xff;
      batch[at + 2] = SoupBinType.sequenced;
      batch.set(message, at + 3);
      at += 3 + message.length;
    }
    this.#next += messages.length;
    return batch;
  }

  #write(bytes: Uint8Array, now: number): void {
    this.#lastSent = now;
    if (!this.#listener.write(bytes)) this.#stalledSince ??= now;
  }

  #close(error: ItchError | undefined): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#reader.stop();
    this.#listener.closed?.(error);
  }
}
