import { FastDecoder, type FastDecoderOptions } from "./decoder.ts";
import { FastError, isFastError } from "./errors.ts";
import type { FastListener, FastMessage } from "./message.ts";
import { resolveLimits } from "./options.ts";
import type { TemplateRegistry } from "./template/registry.ts";

/** Messages back to back. */
export interface NoFraming {
  /** Says which framing this is. */
  readonly kind: "none";
}

/** So many bytes before each message (MOEX: 4, the sequence number, little-endian; CME: 5). */
export interface PreambleFraming {
  /** Says which framing this is. */
  readonly kind: "preamble";
  /** Bytes of the preamble. */
  readonly bytes: number;
}

/** Before each frame its length; a frame holds one or more messages. */
export interface LengthFraming {
  /** Says which framing this is. */
  readonly kind: "length";
  /** Bytes of the length. */
  readonly bytes: 1 | 2 | 4;
  /** Which byte of the length comes first: the highest (`big`) or the lowest. */
  readonly endian: "big" | "little";
}

/** Blocks: the length is a FAST integer (FAST 1.1 section 10.2). */
export interface BlockFraming {
  /** Says which framing this is. */
  readonly kind: "block";
}

/** Each chunk pushed is a whole packet of one or more messages. */
export interface PacketFraming {
  /** Says which framing this is. */
  readonly kind: "packet";
  /** Bytes at the start of each packet that are no message; 0 when absent. */
  readonly preamble?: number;
}

/** What stands between messages. */
export type FastFraming = NoFraming | PreambleFraming | LengthFraming | BlockFraming | PacketFraming;

/** Told what a {@link FastStream} finds. */
export interface FastStreamHandler {
  /**
   * A whole message. Not called when the stream has a listener.
   *
   * @param message - the caller's own from now on
   * @param offset - its first byte in the stream
   */
  message?(message: FastMessage, offset: number): void;
  /**
   * A preamble: `bytes` from `start` to before `end`, good until the call returns. It is told once, before its message;
   * with a listener also before the message is all there.
   */
  preamble?(bytes: Uint8Array, start: number, end: number): void;
  /**
   * A message, or a frame, is wrong. Frames with a length and packets: the rest of this one is dropped and decoding
   * goes on with the next. Otherwise the stream has stopped: nothing tells where the next message begins.
   */
  error(error: FastError): void;
}

/** Options of {@link FastStream}. */
export interface FastStreamOptions extends FastDecoderOptions {
  /** What stands between messages; default none. */
  readonly framing?: FastFraming;
  /** Takes messages field by field instead of {@link FastStreamHandler.message}. */
  readonly listener?: FastListener;
}

const NO_FRAMING: FastFraming = { kind: "none" };

/**
 * Decodes a stream that comes in chunks cut anywhere, or packets. It keeps the bytes of an unfinished message or frame,
 * at most `maxMessageBytes` of them.
 */
export class FastStream {
  readonly #decoder: FastDecoder;
  readonly #handler: FastStreamHandler;
  readonly #framing: FastFraming;
  readonly #listener: FastListener | undefined;
  readonly #maxBytes: number;
  readonly #resetsByPacket: boolean;
  /** Bytes not decoded yet, from 0 to #kept. */
  #buffer: Uint8Array = new Uint8Array(0);
  #kept = 0;
  /** Bytes before those of the chunk, or buffer, being decoded. */
  #base = 0;
  #position = 0;
  #isStopped = false;
  #isPushing = false;
  /** A handler has called {@link restart}: what is left of the chunk is not looked at. */
  #isDropping = false;
  /** Where the bytes end that are done with even when a handler throws. */
  #toldTo = 0;
  /** Where the preamble stands that a listener's stream has told last: its message may not have been all there. */
  #toldPreamble = -1;

  /**
   * @param registry - the templates of the feed
   * @param handler - told of messages and errors
   * @param options - framing, and what a {@link FastDecoder} takes
   * @throws FastError `bad-option`
   */
  constructor(registry: TemplateRegistry, handler: FastStreamHandler, options: FastStreamOptions = {}) {
    this.#decoder = new FastDecoder(registry, options);
    this.#handler = handler;
    this.#framing = options.framing ?? NO_FRAMING;
    checkFraming(this.#framing);
    this.#listener = options.listener;
    this.#maxBytes = resolveLimits(options.limits).maxMessageBytes;
    this.#resetsByPacket = options.reset === "packet";
  }

  /** Bytes of the stream that are done with: whole messages and frames. */
  get position(): number {
    return this.#base + this.#position;
  }

  /** Whether an error, or {@link FastStream.stop}, has ended decoding; {@link FastStream.restart} begins anew. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Ends decoding, also from inside a handler: what is left of the chunk is not looked at. */
  stop(): void {
    this.#isStopped = true;
  }

  /**
   * Drops kept bytes, clears dictionaries and template id, and takes the next chunk as the start of a message. In a handler
   * it drops what is left of the present chunk.
   */
  restart(): void {
    if (this.#isPushing) this.#isDropping = true;
    else this.#drop();
    this.#isStopped = false;
    this.#decoder.reset();
  }

  #drop(): void {
    this.#base = this.position + this.#kept;
    this.#position = 0;
    this.#kept = 0;
  }

  /** Clears all dictionaries and forgets the template id, when the feed says so out of band. */
  reset(): void {
    this.#decoder.reset();
  }

  /**
   * Decodes what is complete and keeps the rest. What a handler throws comes out here; the message, or frame, it was told of
   * is done with.
   *
   * @param chunk - the next bytes; not kept, so it may be used again. A stopped stream ignores it
   */
  push(chunk: Uint8Array): void {
    if (this.#isStopped) return;
    this.#isPushing = true;
    this.#toldTo = 0;
    try {
      this.#decode(chunk);
    } finally {
      this.#isPushing = false;
      if (this.#isDropping) this.#drop();
      this.#isDropping = false;
    }
  }

  #decode(chunk: Uint8Array): void {
    if (this.#framing.kind === "packet") {
      this.#packet(chunk, this.#framing.preamble ?? 0);
      return;
    }
    let bytes = chunk;
    let end = chunk.length;
    if (this.#kept > 0) {
      this.#append(chunk, 0, chunk.length);
      bytes = this.#buffer;
      end = this.#kept;
    }
    this.#position = 0;
    try {
      let next = this.#frame(bytes, 0, end);
      while (next > this.#position) {
        this.#position = next;
        if (this.#isStopped || this.#isDropping) break;
        next = this.#frame(bytes, next, end);
      }
    } finally {
      this.#keep(bytes, end);
    }
  }

  #keep(bytes: Uint8Array, end: number): void {
    const done = Math.max(this.#position, this.#toldTo);
    this.#base += done;
    this.#position = 0;
    if (bytes === this.#buffer && this.#kept > 0) {
      this.#buffer.copyWithin(0, done, end);
      this.#kept = end - done;
    } else {
      this.#kept = 0;
      this.#append(bytes, done, end);
    }
  }

  /** Says that no more bytes come. Kept ones are an error `truncated`. */
  end(): void {
    if (this.#isStopped || this.#kept === 0) return;
    const offset = this.#base + this.#kept;
    this.#isStopped = true;
    this.#handler.error(
      new FastError("truncated", "the stream ends inside a message", { offset, messageOffset: this.#base }),
    );
  }

  /** Decodes one message or frame at `at`; returns where the next begins, or `at` when it is not all there. */
  #frame(bytes: Uint8Array, at: number, end: number): number {
    const framing = this.#framing;
    if (at >= end) return at;
    if (framing.kind === "none") return this.#message(bytes, at, end);
    if (framing.kind === "preamble") {
      const start = at + framing.bytes;
      if (start >= end) return at;
      // Told only with its message: this may be the second look at the same bytes.
      const next = this.#message(bytes, start, end, at);
      return next === start ? at : next;
    }
    const header = this.#frameLength(bytes, at, end);
    if (!header) return at;
    const { start, length } = header;
    const isEmpty = length === 0;
    if (isEmpty)
      this.#fail(new FastError("D12", "block of no bytes", { offset: start, messageOffset: at }), false);
    if (length > this.#maxBytes) {
      const text = `frame of ${length} bytes exceeds ${this.#maxBytes}`;
      this.#fail(new FastError("message-too-long", text, { offset: start, messageOffset: at }), true);
      return at;
    }
    if (start + length > end) return at;
    this.#toldTo = start + length;
    if (!isEmpty) this.#messages(bytes, start, start + length);
    return start + length;
  }

  #frameLength(bytes: Uint8Array, at: number, end: number): { start: number; length: number } | undefined {
    const framing = this.#framing;
    let length = 0;
    if (framing.kind === "length") {
      const start = at + framing.bytes;
      if (start > end) return undefined;
      for (let index = 0; index < framing.bytes; index++)
        length = length * 256 + bytes[framing.endian === "big" ? at + index : start - 1 - index]!;
      return { start, length };
    }
    let start = at;
    for (;;) {
      if (start - at > 10 || length > 4294967295) {
        const text = "block size is no uInt32";
        this.#fail(new FastError("D2", text, { offset: start, messageOffset: at }), true);
        return undefined;
      }
      if (start >= end) return undefined;
      const byte = bytes[start++]!;
      length = length * 128 + (byte & 127);
      if (byte > 127) return { start, length };
    }
  }

  #packet(chunk: Uint8Array, preamble: number): void {
    this.#position = 0;
    try {
      if (chunk.length < preamble) {
        const text = `packet of ${chunk.length} bytes is shorter than its preamble`;
        this.#fail(new FastError("truncated", text, { offset: chunk.length, messageOffset: 0 }), false);
      } else {
        if (preamble > 0) this.#handler.preamble?.(chunk, 0, preamble);
        this.#messages(chunk, preamble, chunk.length);
      }
    } finally {
      this.#base += chunk.length;
    }
  }

  /** Decodes the messages of a frame that is all there; an error drops the rest of it. */
  #messages(bytes: Uint8Array, start: number, end: number): void {
    if (this.#resetsByPacket) this.#decoder.reset();
    let at = start;
    while (at < end && !this.#isStopped && !this.#isDropping) {
      const next = this.#message(bytes, at, end);
      if (next === at) {
        const details = { offset: end, messageOffset: at };
        this.#fail(new FastError("truncated", "the frame ends inside a message", details), false);
      }
      if (next <= at) return;
      at = next;
    }
  }

  /** Decodes one message; returns where it ends, `at` when it is not all there, −1 after an error. */
  #message(bytes: Uint8Array, at: number, end: number, preamble: number = at): number {
    const decoder = this.#decoder;
    const tellsPreamble = preamble < at;
    let message: FastMessage | undefined;
    try {
      if (this.#resetsByPacket && tellsPreamble) decoder.reset();
      if (this.#listener) {
        if (tellsPreamble && this.#base + preamble !== this.#toldPreamble) {
          this.#toldPreamble = this.#base + preamble;
          this.#handler.preamble?.(bytes, preamble, at);
        }
        try {
          return at + decoder.read(this.#listener, bytes, at, end);
        } finally {
          // Read to its end, whatever the listener threw then: it must not be read again.
          if (decoder.bytesRead > 0) this.#toldTo = Math.max(this.#toldTo, at + decoder.bytesRead);
        }
      }
      message = decoder.decode(bytes, at, end);
    } catch (error) {
      if (!isFastError(error)) throw error;
      const { kind } = this.#framing;
      this.#fail(error, kind === "none" || kind === "preamble");
      return -1;
    }
    if (!message) return at;
    const next = at + decoder.bytesRead;
    // Its values are in the dictionaries: it must not be decoded again.
    if (next > this.#toldTo) this.#toldTo = next;
    if (tellsPreamble) this.#handler.preamble?.(bytes, preamble, at);
    this.#handler.message?.(message, this.#base + at);
    return next;
  }

  /** Tells of an error whose offsets count from the chunk. */
  #fail(error: FastError, isFatal: boolean): void {
    if (error.offset !== undefined) error.offset += this.#base;
    if (error.messageOffset !== undefined) error.messageOffset += this.#base;
    if (isFatal) this.#isStopped = true;
    this.#handler.error(error);
  }

  #append(chunk: Uint8Array, start: number, end: number): void {
    const kept = this.#kept + end - start;
    if (kept > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(kept, this.#buffer.length * 2, 256));
      larger.set(this.#buffer.subarray(0, this.#kept));
      this.#buffer = larger;
    }
    this.#buffer.set(chunk.subarray(start, end), this.#kept);
    this.#kept = kept;
  }
}

function checkFraming(framing: FastFraming): void {
  const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
  const isKnown =
    framing.kind === "none" ||
    framing.kind === "block" ||
    (framing.kind === "preamble" && isCount(framing.bytes)) ||
    (framing.kind === "packet" && isCount(framing.preamble ?? 0)) ||
    (framing.kind === "length" &&
      [1, 2, 4].includes(framing.bytes) &&
      (framing.endian === "big" || framing.endian === "little"));
  if (!isKnown) throw new FastError("bad-option", `unknown framing ${JSON.stringify(framing)}`);
}
