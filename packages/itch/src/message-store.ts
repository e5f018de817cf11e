import { ItchError } from "./errors.ts";
import { SOUP_MOST_PAYLOAD } from "./soup/packet.ts";

/** A numbered list of messages that can be sent again; numbers begin at 1. */
export interface SequencedMessages {
  /** Number of the oldest message that is still there. */
  readonly firstSequence: number;
  /** Number that the next message will get. */
  readonly nextSequence: number;
  /** A message by its number; `undefined` when it is gone or has not come yet. */
  message(sequence: number): Uint8Array | undefined;
}

/** Bytes of a slab; a day of small messages is not a million buffers. */
const SLAB_BYTES = 1 << 20;
/** Most messages of a slab. */
const SLAB_MESSAGES = 1 << 15;

/** Messages one after another, and where each ends: a million of them cost the garbage collector nothing. */
class Slab {
  /** Number of its first message. */
  readonly first: number;
  readonly #bytes = new Uint8Array(SLAB_BYTES);
  readonly #ends = new Int32Array(SLAB_MESSAGES);
  #count = 0;

  constructor(first: number) {
    this.first = first;
  }

  /** Adds a copy; false when there is no room for it. */
  append(message: Uint8Array): boolean {
    const start = this.#count === 0 ? 0 : this.#ends[this.#count - 1]!;
    const end = start + message.length;
    if (this.#count === SLAB_MESSAGES || end > SLAB_BYTES) return false;
    this.#bytes.set(message, start);
    this.#ends[this.#count++] = end;
    return true;
  }

  message(sequence: number): Uint8Array {
    const at = sequence - this.first;
    return this.#bytes.subarray(at === 0 ? 0 : this.#ends[at - 1]!, this.#ends[at]!);
  }
}

/** Keeps a session's messages in memory, all of them or the last so many. */
export class MessageStore implements SequencedMessages {
  readonly #capacity: number;
  /** The first of them may hold messages that are dropped already. */
  readonly #slabs: Slab[] = [new Slab(1)];
  #first = 1;
  #next = 1;

  /**
   * @param capacity - how many messages to keep; all by default
   * @throws ItchError `invalid-option` when it is not a positive integer
   */
  constructor(capacity: number = Number.POSITIVE_INFINITY) {
    if (!(capacity >= 1))
      throw new ItchError("invalid-option", `capacity must be at least 1, was ${capacity}`);
    this.#capacity = capacity;
  }

  /** Number of the oldest message kept. */
  get firstSequence(): number {
    return this.#first;
  }

  /** Number that the next message will get. */
  get nextSequence(): number {
    return this.#next;
  }

  /**
   * Adds a copy of a message.
   *
   * @returns its number
   * @throws ItchError `oversized` when it is longer than 65,534 bytes, the most that a packet of SoupBinTCP holds
   */
  append(message: Uint8Array): number {
    if (message.length > SOUP_MOST_PAYLOAD) {
      throw new ItchError(
        "oversized",
        `a message has at most ${SOUP_MOST_PAYLOAD} bytes, this one has ${message.length}`,
      );
    }
    if (!this.#slabs.at(-1)!.append(message)) {
      const slab = new Slab(this.#next);
      slab.append(message);
      this.#slabs.push(slab);
    }
    if (this.#next - this.#first >= this.#capacity) {
      this.#first++;
      if (this.#slabs[1] && this.#slabs[1].first <= this.#first) this.#slabs.shift();
    }
    return this.#next++;
  }

  /** A message by its number; `undefined` when it was dropped or has not come yet. Do not change its bytes. */
  message(sequence: number): Uint8Array | undefined {
    if (!(sequence >= this.#first && sequence < this.#next)) return undefined;
    // Most that are asked for are of the last slab.
    let at = this.#slabs.length - 1;
    while (this.#slabs[at]!.first > sequence) at--;
    return this.#slabs[at]!.message(sequence);
  }
}
