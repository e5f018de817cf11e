import { ItchError } from "../errors.ts";
import type { ItchDecoder } from "./decoder.ts";
import { LENGTHS } from "./formats.ts";

/**
 * How messages follow each other in a file: `u16` - a big-endian 16-bit length before each (Nasdaq's BinaryFILE);
 * `bare` - two zero bytes before each, the length follows from the type (files of the RITCH package).
 */
export type ItchFraming = "u16" | "bare";

/** Longest frame: a 16-bit length and what it counts. */
const LONGEST_FRAME = 2 + 0xffff;

/**
 * Feeds a decoder from a stream that comes in pieces, cut anywhere.
 *
 * At most one incomplete frame (64 KiB) is kept between two pieces. A frame of length zero ends a `u16` stream:
 * what follows is counted as tail and not decoded.
 */
export class ItchFrameReader {
  readonly #decoder: ItchDecoder;
  readonly #framing: ItchFraming;
  /** Holds the beginning of a frame whose end has not come yet. */
  readonly #held: Uint8Array = new Uint8Array(LONGEST_FRAME);
  #heldLength = 0;
  #consumed = 0;
  #received = 0;
  #isOver = false;
  #fault: ItchError | undefined;

  /**
   * @param decoder - gets every whole message
   * @param framing - of the stream
   */
  constructor(decoder: ItchDecoder, framing: ItchFraming = "u16") {
    this.#decoder = decoder;
    this.#framing = framing;
  }

  /** Bytes of whole frames. */
  get consumed(): number {
    return this.#consumed;
  }

  /** Bytes received that belong to no whole frame. */
  get tailBytes(): number {
    return this.#received - this.#consumed;
  }

  /** True once the stream's end mark, or a fault, was seen: nothing more will be decoded. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Takes the next piece and decodes every message that is whole by now.
   *
   * @param bytes - not kept; may be reused after the call
   */
  push(bytes: Uint8Array): void {
    this.#received += bytes.length;
    let at = 0;
    while (this.#heldLength > 0 && at < bytes.length && !this.#isOver) {
      // Complete the held frame byte by byte until its length is known, then in one go.
      const need = this.#frameLength(this.#held, 0, this.#heldLength);
      const missing = need === 0 ? 1 : need - this.#heldLength;
      const taken = Math.min(missing, bytes.length - at);
      this.#held.set(bytes.subarray(at, at + taken), this.#heldLength);
      this.#heldLength += taken;
      at += taken;
      const used = this.#decodeRun(this.#held, 0, this.#heldLength);
      if (used > 0) this.#heldLength = 0;
    }
    if (this.#isOver || at === bytes.length) return;
    at = this.#decodeRun(bytes, at, bytes.length);
    if (this.#isOver) return;
    this.#held.set(bytes.subarray(at), 0);
    this.#heldLength = bytes.length - at;
  }

  /**
   * Says that the stream has ended.
   *
   * @returns the fault that ended it: `truncated` when it ends inside a frame, `lost-framing` when bytes cannot
   *   begin a frame; `undefined` when it ended well (at a frame's end, or with a frame of length zero)
   */
  end(): ItchError | undefined {
    if (this.#fault || this.#isOver || this.tailBytes === 0) return this.#fault;
    this.#isOver = true;
    this.#fault = new ItchError(
      "truncated",
      `the stream ends inside the frame at byte ${this.#consumed}: ${this.tailBytes} bytes of it are there`,
      { offset: this.#consumed },
    );
    return this.#fault;
  }

  /** Length of the frame at `at` with its prefix; 0 when too few bytes are there to tell. */
  #frameLength(bytes: Uint8Array, at: number, end: number): number {
    if (this.#framing === "u16") return at + 2 > end ? 0 : 2 + bytes[at]! * 256 + bytes[at + 1]!;
    return at + 3 > end ? 0 : 2 + LENGTHS[bytes[at + 2]!]!;
  }

  #decodeRun(bytes: Uint8Array, from: number, end: number): number {
    const at =
      this.#framing === "u16" ? this.#decoder.decodeFrames(bytes, from, end) : this.#bare(bytes, from, end);
    this.#consumed += at - from;
    if (this.#framing === "u16" && end - at >= 2 && bytes[at] === 0 && bytes[at + 1] === 0)
      this.#isOver = true;
    return at;
  }

  #bare(bytes: Uint8Array, from: number, end: number): number {
    let at = from;
    while (at + 2 < end) {
      const length = this.#frameLength(bytes, at, end);
      if (bytes[at] !== 0 || bytes[at + 1] !== 0 || length === 2) {
        const offset = this.#consumed + at - from;
        this.#isOver = true;
        this.#fault = new ItchError(
          "lost-framing",
          `byte ${offset} must begin two zero bytes and a message type, but it does not`,
          { offset },
        );
        break;
      }
      if (at + length > end) break;
      this.#decoder.decode(bytes, at + 2, length - 2);
      at += length;
    }
    return at;
  }
}
