import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { FixEncoder } from "../encoder.ts";
import { FixParser } from "../parser.ts";
import { checkSettings } from "../session/check-settings.ts";
import { FixSession } from "../session/session.ts";
import type { FixApplication, SessionSettings } from "../session/settings.ts";
import { MemoryStore, type MessageStore } from "../session/store.ts";
import { formatTimestamp } from "../timestamp.ts";
import type { FixView } from "../view.ts";
import { Connection, type ConnectionOptions, LINGER_MILLIS } from "./connection.ts";

/** Who a first message says it is from. */
export interface LogonIdentity {
  /** BeginString(8). */
  readonly beginString: string;
  /** The counterparty: SenderCompID(49) of its message. */
  readonly senderCompId: string;
  /** Us: TargetCompID(56) of its message. */
  readonly targetCompId: string;
  /** SenderSubID(50), empty when absent. */
  readonly senderSubId: string;
  /** Where it connects from. */
  readonly remoteAddress: string;
}

/** What an acceptor tells about connections that are no session (yet). */
export interface AcceptorEvents {
  /** A connection was closed before it became a session. */
  refused?(reason: string, remoteAddress: string): void;
}

/** Sessions, limits and transport of a {@link FixAcceptor}. */
export interface FixAcceptorOptions extends ConnectionOptions {
  /**
   * The sessions that may log on; `targetCompId` is the counterparty. A function decides for each first message, for
   * counterparties that are not known beforehand: the settings it gives make a session that is kept from then on.
   */
  readonly sessions:
    | readonly Omit<SessionSettings, "role">[]
    | ((identity: LogonIdentity) => Omit<SessionSettings, "role"> | undefined);
  /**
   * Looks at a Logon, such as at its password, before it reaches its session. A text refuses it: the peer gets a Logout
   * with this text outside of the session, whose sequence numbers stay, and which another connection may be using. Default:
   * the session alone decides, by {@link FixApplication.onLogonRequest}.
   */
  readonly authorize?: (logon: FixView, identity: LogonIdentity) => string | undefined;
  /** Gets the messages of all sessions. */
  readonly application: FixApplication;
  /** Makes the store of a session, default in memory. */
  readonly store?: (settings: Omit<SessionSettings, "role">) => MessageStore;
  /** TLS; with `requestCert` and `ca` the peers' certificates are checked (mutual TLS), with `SNICallback` by name. */
  readonly tls?: TlsOptions;
  /** Longest wait for the first message, default 10,000 ms. */
  readonly logonTimeoutMillis?: number;
  /** Most connections that have not logged on yet, default 1,000. */
  readonly maxPendingLogons?: number;
  /** Most sessions a function of `sessions` can make, default 10,000. */
  readonly maxSessions?: number;
  /** Told about connections that came to nothing. */
  readonly events?: AcceptorEvents;
}

/** A first message is a Logon: it needs no more than this. */
const MAX_FIRST_MESSAGE = 16 * 1024;

/**
 * Listens on a port for any number of sessions.
 *
 * @example
 * ```ts
 * import { Dictionary } from "@exchange-kit/fix";
 * import { FIX44 } from "@exchange-kit/fix/fix44";
 * import { FixAcceptor } from "@exchange-kit/fix/net";
 *
 * const acceptor = new FixAcceptor({
 *   sessions: [
 *     { beginString: "FIX.4.4", senderCompId: "VENUE", targetCompId: "BUYER", dictionary: new Dictionary(FIX44) },
 *   ],
 *   application: {},
 * });
 * await acceptor.listen(0);
 * await acceptor.close();
 * ```
 */
export class FixAcceptor {
  /** All sessions so far, by identity. */
  readonly sessions: ReadonlyMap<string, FixSession>;
  readonly #sessions = new Map<string, FixSession>();
  readonly #connections = new Map<FixSession, Connection>();
  readonly #options: FixAcceptorOptions;
  readonly #server: Server;
  /** Connections that have not logged on. */
  readonly #pending = new Set<Socket>();
  /** TLS: connections that have not finished the handshake, by remote address and port. */
  readonly #handshakes = new Map<string, Socket>();

  /** @param options - sessions, limits, transport */
  constructor(options: FixAcceptorOptions) {
    this.#options = options;
    this.sessions = this.#sessions;
    if (typeof options.sessions !== "function") for (const settings of options.sessions) this.#add(settings);
    const accept = (socket: Socket): void => this.#accept(socket);
    this.#server = options.tls ? this.#createTlsServer(options.tls, accept) : createServer(accept);
  }

  /** The TCP port it listens on, 0 while it does not. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  /**
   * Starts to listen.
   *
   * @param port - TCP port, 0 for any
   * @param host - address, default all
   * @returns the port
   */
  listen(port: number, host?: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        this.#server.off("error", reject);
        // Such as no more file descriptors: the connection is lost, the port is not.
        this.#server.on("error", (error) => this.#options.events?.refused?.(error.message, ""));
        resolve(this.port);
      });
    });
  }

  /** Logs all sessions out, waits for their connections to end, and stops listening. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of [...this.#pending, ...this.#handshakes.values()]) socket.destroy();
    const now = (this.#options.now ?? Date.now)();
    for (const session of this.#connections.keys()) session.logout(now, "acceptor stops");
    await closed;
  }

  /**
   * The session of these settings, made if it is not there yet: for messages that are to wait in its store until the
   * counterparty logs on.
   *
   * @param settings - used when the session is not there yet
   */
  session(settings: Omit<SessionSettings, "role">): FixSession {
    const { beginString, targetCompId, senderCompId } = settings;
    return this.#sessions.get(keyOf(beginString, targetCompId, senderCompId)) ?? this.#add(settings);
  }

  #add(settings: Omit<SessionSettings, "role">): FixSession {
    // Before a store is opened, which nobody would close.
    checkSettings(settings);
    const application = this.#options.application;
    const session = new FixSession(
      { ...settings, role: "acceptor" },
      {
        ...bound(application),
        onOutput: (which) => {
          application.onOutput?.(which);
          this.#connections.get(which)?.wake();
        },
      },
      this.#options.store?.(settings) ?? new MemoryStore(),
    );
    this.#sessions.set(keyOf(settings.beginString, settings.targetCompId, settings.senderCompId), session);
    return session;
  }

  /** Connections count from their first byte: a handshake that never ends is a flood as well. */
  #createTlsServer(tls: TlsOptions, accept: (socket: Socket) => void): Server {
    const server = createTlsServer({ handshakeTimeout: this.#logonTimeout, ...tls }, (socket) => {
      this.#handshakes.delete(nameOf(socket));
      accept(socket);
    });
    server.on("connection", (socket: Socket) => {
      if (this.#isFull) {
        this.#refuse(socket, "too many connections wait for a Logon");
        return;
      }
      const name = nameOf(socket);
      this.#handshakes.set(name, socket);
      socket.once("close", () => this.#handshakes.delete(name));
    });
    server.on("tlsClientError", (error, socket) => this.#refuse(socket, `TLS: ${error.message}`));
    return server;
  }

  get #logonTimeout(): number {
    return this.#options.logonTimeoutMillis ?? 10_000;
  }

  get #isFull(): boolean {
    return this.#pending.size + this.#handshakes.size >= (this.#options.maxPendingLogons ?? 1000);
  }

  #refuse(socket: Socket, reason: string): void {
    this.#options.events?.refused?.(reason, socket.remoteAddress ?? "");
    socket.destroy();
  }

  #accept(socket: Socket): void {
    const refuse = (reason: string): void => this.#refuse(socket, reason);
    socket.on("error", () => {});
    if (this.#isFull) {
      refuse("too many connections wait for a Logon");
      return;
    }
    this.#pending.add(socket);
    const parser = new FixParser({ maxMessageBytes: MAX_FIRST_MESSAGE, maxFields: 500 });
    let received: Uint8Array = new Uint8Array(0);
    const timer = setTimeout(() => refuse("no Logon in time"), this.#logonTimeout);
    const settle = (): void => {
      clearTimeout(timer);
      this.#pending.delete(socket);
      socket.off("data", first);
    };
    const first = (chunk: Uint8Array): void => {
      received = received.length === 0 ? chunk : concat(received, chunk);
      if (parser.parse(received) === 0) {
        if (received.length > MAX_FIRST_MESSAGE * 2) refuse("first message is too long");
        return;
      }
      settle();
      if (parser.problem !== undefined) {
        refuse(`first message is garbled: ${parser.problem}`);
        return;
      }
      try {
        this.#admit(parser.view, socket, received);
      } catch (error) {
        // What the application or a store threw on one Logon must not end all other sessions.
        refuse(error instanceof Error ? error.message : String(error));
      }
    };
    socket.on("data", first);
    socket.once("close", settle);
  }

  /** Gives a connection to the session that its first message names, or ends it. */
  #admit(view: FixView, socket: Socket, received: Uint8Array): void {
    const identity = identityOf(view, socket.remoteAddress ?? "");
    const { authorize } = this.#options;
    if (authorize) {
      const fault = view.equals(35, "A") ? authorize(view, identity) : "first message is not a Logon";
      if (fault !== undefined) {
        this.#logOut(socket, identity, fault);
        return;
      }
    }
    const session = this.#find(view, identity);
    if (typeof session === "string") {
      this.#refuse(socket, session);
      return;
    }
    const connection = new Connection(session, socket, this.#options, () =>
      this.#connections.delete(session),
    );
    this.#connections.set(session, connection);
    connection.start();
    connection.receive(received);
  }

  /** Logout of a peer that is not let near the session it names. */
  #logOut(socket: Socket, { beginString, senderCompId, targetCompId }: LogonIdentity, text: string): void {
    // Nobody can be addressed who has not said who it is.
    if (senderCompId === "" || targetCompId === "") {
      this.#refuse(socket, text);
      return;
    }
    const session = this.#sessions.get(keyOf(beginString, senderCompId, targetCompId));
    const encoder = new FixEncoder(new Uint8Array(1024), { growTo: 64 * 1024 });
    encoder
      .begin(beginString, "5")
      .int(34, session?.store.nextSenderSeqNum ?? 1)
      .string(49, targetCompId);
    encoder.string(52, formatTimestamp((this.#options.now ?? Date.now)())).string(56, senderCompId);
    const length = encoder.string(58, text).end();
    this.#options.events?.refused?.(text, socket.remoteAddress ?? "");
    socket.end(encoder.buffer.subarray(encoder.start, encoder.start + length));
    setTimeout(() => socket.destroy(), LINGER_MILLIS).unref();
  }

  #find(view: FixView, identity: LogonIdentity): FixSession | string {
    const key = keyOf(identity.beginString, identity.senderCompId, identity.targetCompId);
    let session = this.#sessions.get(key);
    const { sessions } = this.#options;
    if (!session && typeof sessions === "function" && view.equals(35, "A")) {
      if (this.#sessions.size >= (this.#options.maxSessions ?? 10_000)) return "too many sessions";
      const settings = sessions(identity);
      // They need not be of the Logon's version: a session that is there must not lose its place to a new one.
      if (settings) session = this.session(settings);
    }
    if (!session) return `no session for ${key}`;
    return this.#connections.has(session) ? `${key} is already connected` : session;
  }
}

/** The members of an application as own properties, whether it is an object literal or an instance of a class. */
export function bound(application: FixApplication): FixApplication {
  return {
    onMessage: (message, session) => application.onMessage?.(message, session),
    onAdmin: (message, session) => application.onAdmin?.(message, session),
    onLogonRequest: (logon, session) => application.onLogonRequest?.(logon, session) ?? "accept",
    onLogon: (session) => application.onLogon?.(session),
    onLogout: (session, reason) => application.onLogout?.(session, reason),
    onResend: (message, session) => application.onResend?.(message, session),
    onWritable: (session) => application.onWritable?.(session),
    onEvent: (event, session) => application.onEvent?.(event, session),
  };
}

function identityOf(view: FixView, remoteAddress: string): LogonIdentity {
  return {
    beginString: view.string(8)!,
    senderCompId: view.string(49) ?? "",
    targetCompId: view.string(56) ?? "",
    senderSubId: view.string(50) ?? "",
    remoteAddress,
  };
}

function nameOf(socket: Socket): string {
  return `${socket.remoteAddress}:${socket.remotePort}`;
}

function keyOf(beginString: string, counterparty: string, us: string): string {
  return `${beginString}:${counterparty}->${us}`;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
