import type { FixView } from "../view.ts";

/** Messages above a gap, kept until it is filled; bounded in number and bytes. */
export class InboundQueue {
  readonly #messages = new Map<number, Uint8Array>();
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxMessages: number, maxBytes: number) {
    this.#maxMessages = maxMessages;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#messages.size;
  }

  /** Keeps a copy; false when there is no room. */
  put(seqNum: number, view: FixView): boolean {
    if (this.#messages.has(seqNum)) return true;
    const length = view.end - view.start;
    if (this.#messages.size >= this.#maxMessages || this.#bytes + length > this.#maxBytes) return false;
    this.#messages.set(seqNum, view.copy());
    this.#bytes += length;
    return true;
  }

  take(seqNum: number): Uint8Array | undefined {
    const bytes = this.#messages.get(seqNum);
    if (bytes) {
      this.#messages.delete(seqNum);
      this.#bytes -= bytes.length;
    }
    return bytes;
  }

  /** Forgets what a gap fill has passed over. */
  forgetBelow(seqNum: number): void {
    for (const key of this.#messages.keys()) if (key < seqNum) this.take(key);
  }

  clear(): void {
    this.#messages.clear();
    this.#bytes = 0;
  }
}
