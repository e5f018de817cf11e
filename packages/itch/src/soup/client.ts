import { ItchError, isItchError } from "../errors.ts";
import { latin1, numeric, padded, SoupBinPacketReader, SoupBinType, soupBinPacket } from "./packet.ts";

/** What a client of a SoupBinTCP session is told. */
export interface SoupBinClientEvents {
  /** The next sequenced message, in order. Its bytes are valid until the call returns. */
  message(bytes: Uint8Array, offset: number, length: number, sequence: number): void;
  /** An unsequenced message of the server. */
  unsequenced?(bytes: Uint8Array, offset: number, length: number): void;
  /** The login was accepted: messages from `sequence` on will follow. */
  accepted?(session: string, sequence: number): void;
  /** The server sent a debug packet. */
  debug?(text: string): void;
  /** The server ended the session: there will be no more messages, now or after another login. */
  ended?(): void;
  /** The connection is of no use any more and must be closed: refused login, silence, or a broken protocol. */
  failed?(error: ItchError): void;
}

/** What a {@link SoupBinClient} tells. */
export interface SoupBinClientListener extends SoupBinClientEvents {
  /** Bytes to write to the connection; they are the listener's to keep. */
  write(bytes: Uint8Array): void;
}

/** Options of a {@link SoupBinClient}. */
export interface SoupBinClientOptions {
  /** At most 6 characters. */
  readonly username: string;
  /** At most 10 characters. */
  readonly password: string;
  /** Session wanted, at most 10 characters; the current one by default. */
  readonly session?: string;
  /** First message wanted; 1 by default, which replays the session. 0: only what is new. */
  readonly sequence?: number;
  /** Heartbeat after so many milliseconds in which nothing was sent; 1,000 by default. */
  readonly heartbeatMillis?: number;
  /** Fail after so many milliseconds in which nothing came; 15,000 by default. */
  readonly timeoutMillis?: number;
}

/** Where a {@link SoupBinClient} stands. */
export type SoupBinClientState = "disconnected" | "logging-in" | "open" | "ended";

/**
 * The client side of SoupBinTCP 3.00: logs in, takes numbered messages, and after a broken connection asks for the
 * next one, so that each is delivered once.
 *
 * A pure state machine: the connection's bytes come in by `receive`, go out by `write`; time comes in as milliseconds
 * of any clock that does not run back.
 *
 * @see SoupBinTCP protocol specification 3.00
 */
export class SoupBinClient {
  readonly #listener: SoupBinClientListener;
  readonly #options: Required<SoupBinClientOptions>;
  #reader: SoupBinPacketReader;
  #state: SoupBinClientState = "disconnected";
  #session: string;
  #next: number;
  #lastSent = 0;
  #lastReceived = 0;

  /**
   * @param options - see {@link SoupBinClientOptions}
   * @param listener - gets messages and bytes to write
   * @throws ItchError `invalid-option`
   */
  constructor(options: SoupBinClientOptions, listener: SoupBinClientListener) {
    const resolved = { session: "", sequence: 1, heartbeatMillis: 1000, timeoutMillis: 15_000, ...options };
    checkText("username", resolved.username, 6);
    checkText("password", resolved.password, 10);
    checkText("session", resolved.session, 10);
    if (!Number.isSafeInteger(resolved.sequence) || resolved.sequence < 0) {
      throw new ItchError("invalid-option", `sequence must be 0 or more, was ${resolved.sequence}`);
    }
    this.#options = resolved;
    this.#listener = listener;
    this.#session = resolved.session;
    this.#next = resolved.sequence;
    this.#reader = this.#newReader();
  }

  /** Where the client stands. */
  get state(): SoupBinClientState {
    return this.#state;
  }

  /** Number of the next sequenced message; keep it to go on in another process. */
  get nextSequence(): number {
    return this.#next;
  }

  /** Session of the last login, or the one asked for; empty for the current one. */
  get session(): string {
    return this.#session;
  }

  /** When {@link SoupBinClient.tick} must be called next, in milliseconds; infinite while there is no connection. */
  get nextDeadline(): number {
    if (this.#state !== "open" && this.#state !== "logging-in") return Number.POSITIVE_INFINITY;
    const silence = this.#lastReceived + this.#options.timeoutMillis;
    return this.#state === "open"
      ? Math.min(this.#lastSent + this.#options.heartbeatMillis, silence)
      : silence;
  }

  /**
   * A connection was made: logs in, for the next message wanted.
   *
   * @throws ItchError `session-ended` when the server ended the session before
   */
  connected(now: number): void {
    if (this.#state === "ended") throw new ItchError("session-ended", `session ${this.#session} has ended`);
    this.#reader = this.#newReader();
    this.#state = "logging-in";
    this.#lastReceived = now;
    const { username, password } = this.#options;
    const sequence = String(this.#next);
    this.#write(
      SoupBinType.loginRequest,
      padded([username, 6], [password, 10], [this.#session, 10], [sequence, -20]),
      now,
    );
  }

  /** The connection is gone; {@link SoupBinClient.connected} continues on another. */
  disconnected(): void {
    if (this.#state !== "ended") this.#state = "disconnected";
    this.#reader.stop();
  }

  /** Takes bytes of the connection, cut anywhere. Bytes that come after a failure or the end are ignored. */
  receive(bytes: Uint8Array, now: number): void {
    if (this.#state === "disconnected" || this.#state === "ended") return;
    this.#lastReceived = now;
    try {
      this.#reader.push(bytes);
    } catch (error) {
      if (!isItchError(error)) throw error;
      this.#fail(error);
    }
  }

  /** Sends a heartbeat when it is time for one, and fails when the server was silent for too long. */
  tick(now: number): void {
    if (this.#state !== "open" && this.#state !== "logging-in") return;
    const { heartbeatMillis, timeoutMillis } = this.#options;
    if (now - this.#lastReceived >= timeoutMillis) {
      this.#fail(new ItchError("timed-out", `nothing came from the server for ${timeoutMillis} ms`));
    } else if (this.#state === "open" && now - this.#lastSent >= heartbeatMillis) {
      this.#write(SoupBinType.clientHeartbeat, undefined, now);
    }
  }

  /**
   * Sends an unsequenced message, such as an OUCH order. It may be lost with the connection.
   *
   * @throws ItchError `not-open` before the login is accepted, `oversized` above 65,534 bytes
   */
  send(message: Uint8Array, now: number): void {
    if (this.#state !== "open") throw new ItchError("not-open", `the client is ${this.#state}`);
    this.#write(SoupBinType.unsequenced, message, now);
  }

  /** Asks the server to end the connection. */
  logout(now: number): void {
    if (this.#state === "open") this.#write(SoupBinType.logout, undefined, now);
  }

  #newReader(): SoupBinPacketReader {
    return new SoupBinPacketReader((type, bytes, offset, length) =>
      this.#packet(type, bytes, offset, length),
    );
  }

  #packet(type: number, bytes: Uint8Array, offset: number, length: number): void {
    if (type === SoupBinType.debug) this.#listener.debug?.(latin1(bytes, offset, length));
    else if (this.#state === "logging-in") this.#whileLoggingIn(type, bytes, offset, length);
    else this.#whileOpen(type, bytes, offset, length);
  }

  #whileLoggingIn(type: number, bytes: Uint8Array, offset: number, length: number): void {
    if (type === SoupBinType.loginRejected) {
      const reason = latin1(bytes, offset, Math.min(length, 1));
      const meaning =
        reason === "A" ? "not authorized" : reason === "S" ? "session not available" : "unknown";
      this.#fail(
        new ItchError("login-rejected", `the server refused the login: ${reason} (${meaning})`, { reason }),
      );
    } else if (type === SoupBinType.loginAccepted) {
      const sequence = length === 30 ? numeric(bytes, offset + 10, 20) : undefined;
      if (sequence === undefined || sequence < 1) {
        this.#protocol("a login acceptance without a session and sequence number");
        return;
      }
      const session = latin1(bytes, offset, 10).trim();
      const asked = this.#session.trim();
      if (asked !== "" && session !== asked) {
        this.#protocol(`session ${session}, asked for was ${asked}`);
        return;
      }
      // A number above the one asked for would be a silent gap.
      if (this.#next !== 0 && sequence !== this.#next) {
        this.#protocol(`the session to begin at message ${sequence}, asked for was ${this.#next}`);
        return;
      }
      this.#session = session;
      this.#next = sequence;
      this.#state = "open";
      this.#listener.accepted?.(session, sequence);
    } else if (type !== SoupBinType.serverHeartbeat) {
      this.#protocol(`packet type ${type} before the login was accepted`);
    }
  }

  #whileOpen(type: number, bytes: Uint8Array, offset: number, length: number): void {
    switch (type) {
      case SoupBinType.sequenced:
        this.#listener.message(bytes, offset, length, this.#next++);
        break;
      case SoupBinType.unsequenced:
        this.#listener.unsequenced?.(bytes, offset, length);
        break;
      case SoupBinType.serverHeartbeat:
        break;
      case SoupBinType.endOfSession:
        this.#state = "ended";
        this.#reader.stop();
        this.#listener.ended?.();
        break;
      default:
        this.#protocol(`packet type ${type} from a server`);
    }
  }

  #protocol(what: string): void {
    this.#fail(new ItchError("protocol", `unexpected: ${what}`));
  }

  #fail(error: ItchError): void {
    this.#state = "disconnected";
    this.#reader.stop();
    this.#listener.failed?.(error);
  }

  #write(type: number, payload: Uint8Array | undefined, now: number): void {
    const packet = soupBinPacket(type, payload);
    this.#lastSent = now;
    this.#listener.write(packet);
  }
}

function checkText(name: string, text: string, width: number): void {
  if (text.length > width || !/^[\x20-\x7e]*$/.test(text)) {
    throw new ItchError("invalid-option", `${name} must be at most ${width} printable ASCII characters`, {
      field: name,
    });
  }
}
