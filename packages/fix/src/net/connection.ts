import type { Socket } from "node:net";
import type { FixSession } from "../session/session.ts";

/** Gets every byte that passes; calls come in order and must not block. */
export interface ConnectionLog {
  /** Bytes from the peer. */
  incoming(bytes: Uint8Array, session: FixSession): void;
  /** Bytes to the peer. */
  outgoing(bytes: Uint8Array, session: FixSession): void;
}

/** What acceptors and initiators have in common. */
export interface ConnectionOptions {
  /** Gets every byte. */
  readonly log?: ConnectionLog;
  /** Bytes a peer may leave unread before it is cut off, default 64 MiB. */
  readonly maxUnreadBytes?: number;
  /** The time in milliseconds since 1970, default `Date.now`. */
  readonly now?: () => number;
}

/** Longest delay a timer takes. */
const MAX_DELAY = 2 ** 31 - 1;
const NOTHING = Buffer.alloc(0);
/** How long a peer has to read what is left when we close. */
export const LINGER_MILLIS = 2000;

/** Puts a session on a socket: bytes in, bytes out, one timer. */
export class Connection {
  readonly session: FixSession;
  readonly #socket: Socket;
  readonly #now: () => number;
  readonly #log: ConnectionLog | undefined;
  readonly #maxUnread: number;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #isScheduled = false;
  #isFlushing = false;
  #isOver = false;

  constructor(
    session: FixSession,
    socket: Socket,
    options: ConnectionOptions,
    closed: (reason: string) => void,
  ) {
    this.session = session;
    this.#socket = socket;
    this.#now = options.now ?? Date.now;
    this.#log = options.log;
    this.#maxUnread = options.maxUnreadBytes ?? 64 * 1024 * 1024;
    socket.setNoDelay(true);
    let failure = "connection closed by peer";
    socket.on("data", (chunk) => this.receive(chunk));
    socket.on("error", (error) => {
      failure = error.message;
    });
    socket.on("drain", () => {
      session.pendingBytes = socket.writableLength;
      if (session.deadline <= this.#now()) this.#setTimer();
    });
    socket.on("close", () => {
      this.#isOver = true;
      clearTimeout(this.#timer);
      session.disconnected(this.#now(), failure);
      // The next connection flushes again and reports what fails; here there is nobody left to tell.
      void (async () => session.store.flush?.())().catch(() => {});
      closed(session.closeReason);
    });
  }

  start(): void {
    this.session.connect(this.#now());
    this.#settle();
  }

  receive(chunk: Uint8Array): void {
    this.#log?.incoming(chunk, this.session);
    try {
      this.session.receive(chunk, this.#now());
    } catch (error) {
      // The application failed on a message, which therefore counts as not received: the peer will send it again.
      this.#fail(error);
      return;
    }
    this.#settle();
  }

  /** Called when the application sent something outside of a callback: writes once for all of this turn. */
  wake(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#settle();
    });
  }

  /** Writes what there is, once the store has it; then closes or sets the timer. */
  #settle(): void {
    if (this.#isOver || this.#isFlushing) return;
    const { session } = this;
    let stored: Promise<void> | undefined;
    try {
      stored = session.store.flush?.() as Promise<void> | undefined;
    } catch (error) {
      this.#fail(error);
      return;
    }
    // A copy: the session goes on using its buffer while the socket still has these bytes.
    const output = session.hasOutput ? Buffer.from(session.takeOutput()) : NOTHING;
    if (!stored) {
      this.#put(output);
      this.#afterWrite();
      return;
    }
    this.#isFlushing = true;
    stored.then(
      () => {
        this.#isFlushing = false;
        this.#put(output);
        // What was stored meanwhile needs a flush of its own before it goes out.
        if (session.hasOutput) this.#settle();
        else this.#afterWrite();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #fail(error: unknown): void {
    this.#socket.destroy(error instanceof Error ? error : new Error(String(error)));
  }

  #put(output: Uint8Array): void {
    if (output.length === 0 || this.#isOver) return;
    this.#log?.outgoing(output, this.session);
    this.#socket.write(output);
  }

  #afterWrite(): void {
    const { session } = this;
    const socket = this.#socket;
    if (this.#isOver) return;
    session.pendingBytes = socket.writableLength;
    if (socket.writableLength > this.#maxUnread) {
      this.#fail(new Error(`peer left ${socket.writableLength} bytes unread`));
      return;
    }
    if (session.state === "closing") {
      this.#isOver = true;
      clearTimeout(this.#timer);
      socket.end();
      setTimeout(() => socket.destroy(), LINGER_MILLIS).unref();
      return;
    }
    if (session.isPaused) socket.pause();
    else if (socket.isPaused()) socket.resume();
    this.#setTimer();
  }

  #setTimer(): void {
    const deadline = this.session.deadline;
    // A timer that fires too early looks again: traffic moves the deadline with every message.
    if (deadline >= this.#timerAt) return;
    clearTimeout(this.#timer);
    if (deadline === Number.POSITIVE_INFINITY) return;
    this.#timerAt = deadline;
    const delay = Math.min(MAX_DELAY, Math.max(0, Math.ceil(deadline - this.#now())));
    this.#timer = setTimeout(() => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      const now = this.#now();
      if (now >= this.session.deadline) this.session.tick(now);
      this.#settle();
    }, delay);
  }
}
