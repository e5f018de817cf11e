import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions as TlsConnectionOptions } from "node:tls";
import { FixSession } from "../session/session.ts";
import type { FixApplication, SessionSettings } from "../session/settings.ts";
import { MemoryStore, type MessageStore } from "../session/store.ts";
import { bound } from "./acceptor.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";

/** Session, address and reconnection of a {@link FixInitiator}. */
export interface FixInitiatorOptions extends ConnectionOptions {
  /** Who we are and whom we call. */
  readonly session: Omit<SessionSettings, "role">;
  /** Gets the messages. */
  readonly application: FixApplication;
  /** Where sequence numbers and sent messages are kept, default in memory. */
  readonly store?: MessageStore;
  /** Address, or several that are tried in turn. */
  readonly host: string | readonly string[];
  /** TCP port. */
  readonly port: number;
  /** TLS; `servername` is the name sent as SNI, `cert` and `key` make it mutual. */
  readonly tls?: TlsConnectionOptions;
  /** Longest wait for a connection, TLS handshake included, default 10,000 ms. */
  readonly connectTimeoutMillis?: number;
  /** Wait before the first new attempt, default 1,000 ms; doubled each time up to 30 s. 0: no new attempts. */
  readonly reconnectMillis?: number;
}

const MAX_RECONNECT_MILLIS = 30_000;

/** Calls a counterparty, logs on, and calls again when the connection is lost. */
export class FixInitiator {
  /** The session; send with it. */
  readonly session: FixSession;
  readonly #options: FixInitiatorOptions;
  #connection: Connection | undefined;
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #attempts = 0;
  #isStopped = true;
  /** Those who wait for {@link stop}. */
  #waiting: (() => void)[] = [];

  /** @param options - session, address, reconnection */
  constructor(options: FixInitiatorOptions) {
    this.#options = options;
    const { application } = options;
    this.session = new FixSession(
      { ...options.session, role: "initiator" },
      {
        ...bound(application),
        onLogon: (session) => {
          this.#attempts = 0;
          application.onLogon?.(session);
        },
        onOutput: (session) => {
          application.onOutput?.(session);
          this.#connection?.wake();
        },
      },
      options.store ?? new MemoryStore(),
    );
  }

  /** Begins to connect; returns at once. */
  start(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    // A connection that is still being ended by stop() is followed by a new one.
    if (!this.#socket) this.#connect();
  }

  /** Logs out, waits for the connection to end, and does not connect again. */
  stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    if (!this.#socket) return Promise.resolve();
    const stopped = new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
    if (this.session.isLoggedOn) this.session.logout((this.#options.now ?? Date.now)());
    else this.#socket.destroy();
    return stopped;
  }

  #connect(): void {
    const { host, port, tls, session: settings } = this.#options;
    const hosts = typeof host === "string" ? [host] : host;
    const address = hosts[this.#attempts % hosts.length]!;
    const now = (this.#options.now ?? Date.now)();
    if (settings.schedule && !settings.schedule.isOpen(now)) {
      this.#again("outside the session's hours");
      return;
    }
    const socket = tls ? connectTls({ ...tls, host: address, port }) : connectTcp({ host: address, port });
    this.#socket = socket;
    let isUp = false;
    const timer = setTimeout(
      () => socket.destroy(new Error("no connection in time")),
      this.#options.connectTimeoutMillis ?? 10_000,
    );
    socket.once(tls ? "secureConnect" : "connect", () => {
      isUp = true;
      clearTimeout(timer);
      this.#connection = new Connection(this.session, socket, this.#options, (reason) => this.#over(reason));
      this.#connection.start();
    });
    let failure = "connection closed";
    socket.on("error", (error) => {
      failure = error.message;
    });
    socket.once("close", () => {
      clearTimeout(timer);
      if (!isUp) this.#over(failure);
    });
  }

  #over(reason: string): void {
    this.#socket = undefined;
    this.#connection = undefined;
    const waiting = this.#waiting.splice(0);
    for (const resolve of waiting) resolve();
    if (this.#isStopped) return;
    if (waiting.length > 0) this.#connect();
    else this.#again(reason);
  }

  #again(reason: string): void {
    const first = this.#options.reconnectMillis ?? 1000;
    const delay = Math.min(MAX_RECONNECT_MILLIS, first * 2 ** Math.min(this.#attempts, 10));
    const text = first === 0 ? reason : `${reason}; next attempt in ${delay} ms`;
    this.#options.application.onEvent?.({ level: "warning", code: "disconnected", text }, this.session);
    if (first === 0) return;
    this.#attempts++;
    this.#timer = setTimeout(() => this.#connect(), delay);
  }
}
