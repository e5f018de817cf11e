import { ItchError } from "./errors.ts";

/** A numbered list of messages that can be sent again; numbers begin at 1. */
export interface SequencedMessages {
  /** Number of the oldest message that is still there. */
  readonly firstSequence: number;
  /** Number that the next message will get. */
  readonly nextSequence: number;
  /** A message by its number; `undefined` when it is gone or has not come yet. */
  message(sequence: number): Uint8Array | undefined;
}

/** Messages are copied into pieces of this size, so that a day of small ones is not a million buffers. */
const SLAB_BYTES = 1 << 20;

/** Keeps a session's messages in memory, all of them or the last so many. */
export class MessageStore implements SequencedMessages {
  readonly #capacity: number;
  #messages: Uint8Array[] = [];
  /** Number of the message at index 0; some at the front may be dropped already. */
  #base = 1;
  #first = 1;
  #slab: Uint8Array = new Uint8Array(0);
  #used = 0;

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
    return this.#base + this.#messages.length;
  }

  /**
   * Adds a copy of a message.
   *
   * @returns its number
   * @throws ItchError `oversized` when it is longer than 65,535 bytes
   */
  append(message: Uint8Array): number {
    if (message.length > 0xffff) {
      throw new ItchError("oversized", `a message has at most 65535 bytes, this one has ${message.length}`);
    }
    if (this.#used + message.length > this.#slab.length) {
      this.#slab = new Uint8Array(SLAB_BYTES);
      this.#used = 0;
    }
    const copy = this.#slab.subarray(this.#used, this.#used + message.length);
    copy.set(message);
    this.#used += message.length;
    this.#messages.push(copy);
    const sequence = this.nextSequence - 1;
    if (sequence - this.#first >= this.#capacity) {
      this.#first++;
      // Half of the list may be dead before it is moved, so that dropping costs the same whatever the capacity.
      if (this.#first - this.#base > this.#messages.length / 2) {
        this.#messages = this.#messages.slice(this.#first - this.#base);
        this.#base = this.#first;
      }
    }
    return sequence;
  }

  /** A message by its number; `undefined` when it was dropped or has not come yet. Do not change its bytes. */
  message(sequence: number): Uint8Array | undefined {
    return sequence < this.#first ? undefined : this.#messages[sequence - this.#base];
  }
}
