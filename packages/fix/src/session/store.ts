/**
 * Where a session keeps its sequence numbers and sent messages. One store belongs to one session.
 *
 * Everything but {@link MessageStore.flush} is synchronous and cheap, so that the engine stays a plain state machine; a
 * store over a database loads before the session starts and writes in `flush`, which the network shell awaits before
 * any byte leaves.
 */
export interface MessageStore {
  /** MsgSeqNum of the next message to send, from 1. */
  readonly nextSenderSeqNum: number;
  /** MsgSeqNum expected of the peer next, from 1. */
  nextTargetSeqNum: number;
  /** When the store was last reset, in milliseconds since 1970; tells which session of a schedule it belongs to. */
  readonly createdAtMillis: number;
  /**
   * Keeps a sent message and moves `nextSenderSeqNum` past it, both or neither.
   *
   * @param seqNum - its MsgSeqNum, equal to `nextSenderSeqNum`
   * @param bytes - holds it; must be copied
   * @param start - first byte
   * @param end - after the last byte
   */
  append(seqNum: number, bytes: Uint8Array, start: number, end: number): void;
  /**
   * A sent message.
   *
   * @param seqNum - its MsgSeqNum
   * @returns `undefined` when it is not kept; it is then skipped with a gap fill
   */
  get(seqNum: number): Uint8Array | undefined;
  /**
   * Both numbers back to 1, no messages.
   *
   * @param nowMillis - becomes `createdAtMillis`
   */
  reset(nowMillis: number): void;
  /** Makes what was appended durable. The network shell awaits it before it writes to the socket. */
  flush?(): void | Promise<void>;
}

/** Bytes of one block of a {@link MemoryStore}. */
const BLOCK = 256 * 1024;

/** Keeps messages in memory, at most `maxBytes`: the oldest are forgotten first, and answered with a gap fill. */
export class MemoryStore implements MessageStore {
  nextTargetSeqNum = 1;
  createdAtMillis = 0;
  #next = 1;
  readonly #maxBytes: number;
  #blocks: Uint8Array[] = [];
  #blockFirst: number[] = [];
  #used = 0;
  /** Sequence number of `#where[0]`. */
  #first = 1;
  /** Block serial and offset of each message, and its length: three numbers each. */
  #where: number[] = [];
  #droppedBlocks = 0;

  /** @param maxBytes - most bytes of messages to keep, default 64 MiB */
  constructor(maxBytes: number = 64 * 1024 * 1024) {
    this.#maxBytes = maxBytes;
  }

  get nextSenderSeqNum(): number {
    return this.#next;
  }

  append(seqNum: number, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    let block = this.#blocks.at(-1);
    if (!block || this.#used + length > block.length) {
      block = new Uint8Array(Math.max(BLOCK, length));
      this.#blocks.push(block);
      this.#blockFirst.push(seqNum);
      this.#used = 0;
      if (this.#blocks.length > 1 && this.#blocks.length * BLOCK > this.#maxBytes) this.#forgetOldest();
    }
    block.set(bytes.subarray(start, end), this.#used);
    if (this.#where.length === 0) this.#first = seqNum;
    this.#where.push(this.#droppedBlocks + this.#blocks.length - 1, this.#used, length);
    this.#used += length;
    this.#next = seqNum + 1;
  }

  get(seqNum: number): Uint8Array | undefined {
    const at = (seqNum - this.#first) * 3;
    if (at < 0 || at >= this.#where.length) return undefined;
    const block = this.#blocks[this.#where[at]! - this.#droppedBlocks]!;
    return block.subarray(this.#where[at + 1]!, this.#where[at + 1]! + this.#where[at + 2]!);
  }

  reset(nowMillis: number): void {
    this.nextTargetSeqNum = 1;
    this.createdAtMillis = nowMillis;
    this.#next = 1;
    this.#blocks = [];
    this.#blockFirst = [];
    this.#where = [];
    this.#used = 0;
    this.#droppedBlocks = 0;
  }

  #forgetOldest(): void {
    this.#blocks.shift();
    this.#blockFirst.shift();
    this.#droppedBlocks++;
    const first = this.#blockFirst[0]!;
    this.#where.splice(0, (first - this.#first) * 3);
    this.#first = first;
  }
}
