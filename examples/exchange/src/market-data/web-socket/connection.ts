import type { WebSocket } from "ws";
import { CloseCode } from "./requests.ts";
import type { Stream } from "./stream.ts";

/** What waits for its time may fill no memory: a client with more than this is cut off. */
const MOST_DELAYED_BYTES = 64 * 1024 * 1024;

export interface ConnectionOptions {
  readonly throttleMillis: number;
  /** How much later everything arrives. */
  readonly latencyMillis: number;
}

interface Delayed {
  readonly dueMillis: number;
  readonly message: Buffer;
}

/** A client, as its subscriptions see it: a place to send messages to, which may be slow. */
export class Connection {
  readonly throttleMillis: number;
  /** By channel, interval and instrument. */
  readonly subscriptions: Map<string, Stream> = new Map();
  readonly #socket: WebSocket;
  readonly #latencyMillis: number;
  readonly #delayed: Delayed[] = [];
  #delayedBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(socket: WebSocket, { throttleMillis, latencyMillis }: ConnectionOptions) {
    this.throttleMillis = throttleMillis;
    this.#socket = socket;
    this.#latencyMillis = latencyMillis;
  }

  /** Bytes that wait for the client to read. Those that wait for their time say nothing of how fast it reads. */
  get unsentBytes(): number {
    return this.#socket.bufferedAmount;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @param message - text in UTF-8, which may be shared with other connections */
  send(message: Buffer): void {
    if (this.#isClosed) return;
    if (this.#latencyMillis === 0) {
      this.#write(message);
      return;
    }
    if (this.#delayedBytes + message.length > MOST_DELAYED_BYTES) {
      this.close(CloseCode.policy, "too much waits for its latency");
      return;
    }
    this.#delayed.push({ dueMillis: performance.now() + this.#latencyMillis, message });
    this.#delayedBytes += message.length;
    this.#timer ??= setTimeout(() => this.#deliver(), this.#latencyMillis);
  }

  /** Ends the connection; nothing more is sent. */
  close(code: number, reason: string): void {
    this.leave();
    this.#socket.close(code, reason);
  }

  /** Gives up every subscription. */
  leave(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#delayed.length = 0;
    this.#delayedBytes = 0;
    for (const stream of this.subscriptions.values()) stream.unsubscribe(this);
    this.subscriptions.clear();
  }

  #deliver(): void {
    const now = performance.now();
    let count = 0;
    while (count < this.#delayed.length && this.#delayed[count]!.dueMillis <= now) {
      const { message } = this.#delayed[count++]!;
      this.#delayedBytes -= message.length;
      this.#write(message);
    }
    this.#delayed.splice(0, count);
    const [next] = this.#delayed;
    this.#timer = next === undefined ? undefined : setTimeout(() => this.#deliver(), next.dueMillis - now);
  }

  #write(message: Buffer): void {
    this.#socket.send(message, { binary: false });
  }
}
