import { connect, createServer, type Server, type Socket } from "node:net";
import type { ItchError } from "../errors.ts";
import { SoupBinClient, type SoupBinClientEvents, type SoupBinClientOptions } from "../soup/client.ts";
import {
  SoupBinServerConnection,
  type SoupBinServerListener,
  type SoupBinServerOptions,
} from "../soup/server.ts";
import { Alarm, LONGEST_MILLIS } from "./alarm.ts";

/** What a {@link SoupBinTcpClient} tells. */
export interface SoupBinTcpClientListener extends SoupBinClientEvents {
  /**
   * The connection is closed, or could not be made; it will be made again unless the session ended, the login was refused or
   * `close` was called. `error` is what the network said, `undefined` when a side just closed.
   */
  disconnected?(error: Error | undefined): void;
}

/** Options of a {@link SoupBinTcpClient}. */
export interface SoupBinTcpClientOptions extends SoupBinClientOptions {
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
  /** Connect again so many milliseconds after a connection was lost; 1,000 by default, never when infinite. */
  readonly reconnectMillis?: number;
}

/** A SoupBinTCP client over TCP that connects again by itself, and goes on where it was. */
export class SoupBinTcpClient {
  /** The protocol's state. */
  readonly session: SoupBinClient;
  readonly #options: SoupBinTcpClientOptions;
  readonly #listener: SoupBinTcpClientListener;
  readonly #alarm: Alarm;
  #socket: Socket | undefined;
  #reconnect: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** Connects at once. */
  constructor(options: SoupBinTcpClientOptions, listener: SoupBinTcpClientListener) {
    this.#options = options;
    this.#listener = listener;
    const { host: _host, port: _port, reconnectMillis: _reconnectMillis, ...sessionOptions } = options;
    this.session = new SoupBinClient(sessionOptions, {
      write: (bytes) => this.#socket?.write(bytes),
      message: (bytes, offset, length, sequence) => listener.message(bytes, offset, length, sequence),
      unsequenced: (bytes, offset, length) => listener.unsequenced?.(bytes, offset, length),
      accepted: (session, sequence) => listener.accepted?.(session, sequence),
      debug: (text) => listener.debug?.(text),
      ended: () => {
        listener.ended?.();
        this.close();
      },
      failed: (error) => {
        if (error.code === "login-rejected") this.#isClosed = true;
        listener.failed?.(error);
        this.#socket?.destroy();
      },
    });
    this.#alarm = new Alarm(this.session);
    this.#connect();
  }

  /** Sends an unsequenced message; see {@link SoupBinClient.send}. */
  send(message: Uint8Array): void {
    this.session.send(message, performance.now());
    this.#alarm.set();
  }

  /** Logs out and closes; there will be no other connection. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#reconnect);
    this.session.logout(performance.now());
    this.#socket?.end();
  }

  #connect(): void {
    const { host, port, reconnectMillis = 1000 } = this.#options;
    const socket = connect({ host, port, noDelay: true });
    this.#socket = socket;
    socket.on("connect", () => {
      this.session.connected(performance.now());
      this.#alarm.set();
    });
    socket.on("data", (bytes) => {
      this.session.receive(bytes, performance.now());
      this.#alarm.set();
    });
    let failure: Error | undefined;
    // Whatever the error, `close` follows; the next connection shows whether it is gone.
    socket.on("error", (error) => {
      failure = error;
    });
    socket.on("close", () => {
      this.#alarm.clear();
      this.session.disconnected();
      this.#listener.disconnected?.(failure);
      if (this.#isClosed || !Number.isFinite(reconnectMillis)) return;
      this.#reconnect = setTimeout(() => this.#connect(), reconnectMillis);
    });
  }
}

/** What a {@link SoupBinTcpServer} tells, with the connection it is about. */
export interface SoupBinTcpServerListener {
  /** A client logged in. */
  loggedIn?(connection: SoupBinServerConnection, username: string, sequence: number): void;
  /** A message of a client; its bytes are valid until the call returns. */
  unsequenced?(connection: SoupBinServerConnection, bytes: Uint8Array, offset: number, length: number): void;
  /** A connection is closed; `error` is `undefined` after a logout, an end of session or a plain disconnect. */
  closed?(connection: SoupBinServerConnection, error: ItchError | undefined): void;
}

/** A SoupBinTCP server over TCP: every client reads the same store, from the number it asks for. */
export class SoupBinTcpServer {
  readonly #server: Server;
  readonly #connections: Map<SoupBinServerConnection, { socket: Socket; alarm: Alarm }> = new Map();

  /**
   * @param options - of every connection
   * @param listener - see {@link SoupBinTcpServerListener}
   * @param maxConnections - further ones are refused; 1,000 by default
   */
  constructor(options: SoupBinServerOptions, listener: SoupBinTcpServerListener = {}, maxConnections = 1000) {
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket, options, listener));
    this.#server.maxConnections = maxConnections;
  }

  /** Begins to listen; resolves to the port. Port 0 takes a free one. */
  listen(port: number, host = "127.0.0.1"): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => resolve((this.#server.address() as { port: number }).port));
    });
  }

  /** Tells every client what was added to the store. */
  pump(): void {
    const now = performance.now();
    for (const [connection, { alarm }] of this.#connections) {
      connection.pump(now);
      alarm.set();
    }
  }

  /** Ends the session for every client: the rest of the store, then end of session. */
  end(): void {
    for (const connection of this.#connections.keys()) connection.end(performance.now());
  }

  /** Stops listening and drops every connection; resolves when all are gone. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const { socket } of this.#connections.values()) socket.destroy();
    });
  }

  #accept(socket: Socket, options: SoupBinServerOptions, listener: SoupBinTcpServerListener): void {
    let reason: ItchError | undefined;
    let grace: NodeJS.Timeout | undefined;
    const toSession: SoupBinServerListener = {
      write: (bytes) => socket.write(bytes),
      loggedIn: (username, sequence) => listener.loggedIn?.(connection, username, sequence),
      unsequenced: (bytes, offset, length) => listener.unsequenced?.(connection, bytes, offset, length),
      closed: (error) => {
        reason = error;
        // A client that does not read would keep its socket, and what is written to it, for ever.
        if (error?.code === "slow-consumer" || error?.code === "timed-out") socket.destroy();
        else {
          socket.end();
          // So would one that never closes its own side.
          grace = setTimeout(() => socket.destroy(), Math.min(options.stallMillis ?? 30_000, LONGEST_MILLIS));
        }
      },
    };
    const connection = new SoupBinServerConnection(options, toSession, performance.now());
    const alarm = new Alarm(connection);
    this.#connections.set(connection, { socket, alarm });
    alarm.set();
    socket.on("data", (bytes) => {
      connection.receive(bytes, performance.now());
      alarm.set();
    });
    socket.on("drain", () => {
      connection.drained(performance.now());
      alarm.set();
    });
    // Whatever the error, `close` follows.
    socket.on("error", () => {});
    socket.on("close", () => {
      alarm.clear();
      clearTimeout(grace);
      this.#connections.delete(connection);
      listener.closed?.(connection, reason);
    });
  }
}
