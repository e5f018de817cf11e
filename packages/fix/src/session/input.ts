import { FixParser } from "../parser.ts";
import type { FixView } from "../view.ts";
import type { SessionContext } from "./context.ts";

/** Cuts what comes from the peer into messages, and keeps the beginning of the one that is not whole yet. */
export class Input {
  readonly parser: FixParser;
  /** True while bytes are being taken: what is sent meanwhile is written after them. */
  isReceiving = false;
  readonly #context: SessionContext;
  readonly #handleSound: (context: SessionContext) => void;
  readonly #handleGarbled: (context: SessionContext) => void;
  #pending: Uint8Array = new Uint8Array(0);
  #pendingLength = 0;

  /**
   * @param context - of the session
   * @param handleSound - called when the parser's view holds a message
   * @param handleGarbled - called when the parser has a problem instead
   */
  constructor(
    context: SessionContext,
    handleSound: (context: SessionContext) => void,
    handleGarbled: (context: SessionContext) => void,
  ) {
    const { dictionary, maxMessageBytes = 1024 * 1024 } = context.settings;
    this.#context = context;
    this.#handleSound = handleSound;
    this.#handleGarbled = handleGarbled;
    this.parser = new FixParser({ dictionary, transportDictionary: context.transport, maxMessageBytes });
  }

  /** Whether the session takes messages in its present state. */
  get isReading(): boolean {
    const { state } = this.#context;
    return state !== "closing" && state !== "authenticating" && state !== "disconnected";
  }

  clear(): void {
    this.#pendingLength = 0;
  }

  receive(chunk: Uint8Array): void {
    if (this.#pendingLength === 0 && this.isReading) {
      this.#consume(chunk, chunk.length);
      return;
    }
    this.#keep(chunk, 0, chunk.length);
    if (!this.isReading) return;
    const length = this.#pendingLength;
    this.#pendingLength = 0;
    this.#consume(this.#pending, length);
  }

  /**
   * Goes on after the decision on a Logon, which was kept in front of what came after it.
   *
   * @param decide - gets the Logon; afterwards the session reads again, or is closing
   */
  resume(decide: (logon: FixView) => void): void {
    const length = this.#pendingLength;
    const bytes = this.#pending.slice(0, length);
    this.#pendingLength = 0;
    const consumed = this.parser.parse(bytes, 0, length);
    decide(this.parser.view);
    this.#consume(bytes.subarray(consumed), length - consumed);
  }

  #consume(bytes: Uint8Array, length: number): void {
    const { parser } = this;
    let at = 0;
    this.isReceiving = true;
    try {
      while (at < length && this.isReading) {
        const consumed = parser.parse(bytes, at, length);
        if (consumed === 0) break;
        const start = at;
        at += consumed;
        if (parser.problem === undefined) this.#handleSound(this.#context);
        else this.#handleGarbled(this.#context);
        // A Logon that waits for a decision stays in front.
        if (this.#context.state === "authenticating") at = start;
      }
    } finally {
      this.isReceiving = false;
    }
    if (this.#context.state !== "closing" && at < length) this.#keep(bytes, at, length);
  }

  /** Appends to the bytes that wait for the rest of their message; `bytes` may be that buffer itself. */
  #keep(bytes: Uint8Array, from: number, to: number): void {
    const needed = this.#pendingLength + to - from;
    if (needed > this.#pending.length) {
      const larger = new Uint8Array(Math.max(needed, this.#pending.length * 2, 4096));
      larger.set(this.#pending.subarray(0, this.#pendingLength));
      larger.set(bytes.subarray(from, to), this.#pendingLength);
      this.#pending = larger;
    } else if (bytes === this.#pending) this.#pending.copyWithin(this.#pendingLength, from, to);
    else this.#pending.set(bytes.subarray(from, to), this.#pendingLength);
    this.#pendingLength = needed;
  }
}
