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
   * @returns its bytes, valid until the next `append`; `undefined` when it is not kept: it is then skipped with a gap fill
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

/** Bytes of a block; a longer message gets a block of its own length. */
const BLOCK_BYTES = 256 * 1024;
/** Most messages of a block. */
const BLOCK_MESSAGES = 4096;

/** Messages one after another, and where each ends: a day of them costs the garbage collector nothing. */
class Block {
  /** Sequence number of its first message. */
  first: number;
  readonly #bytes: Uint8Array;
  readonly #ends = new Int32Array(BLOCK_MESSAGES);
  #count = 0;

  /** @param length - of its first message */
  constructor(first: number, length: number) {
    this.first = first;
    this.#bytes = new Uint8Array(Math.max(BLOCK_BYTES, length));
  }

  /** Forgets its messages; the next one has this number. */
  restart(first: number): void {
    this.first = first;
    this.#count = 0;
  }

  /** Adds a copy; false when there is no room for it. */
  append(bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.#count === 0 ? 0 : this.#ends[this.#count - 1]!;
    const end = start + to - from;
    if (this.#count === BLOCK_MESSAGES || end > this.#bytes.length) return false;
    this.#bytes.set(bytes.subarray(from, to), start);
    this.#ends[this.#count++] = end;
    return true;
  }

  get(seqNum: number): Uint8Array {
    const at = seqNum - this.first;
    return this.#bytes.subarray(at === 0 ? 0 : this.#ends[at - 1]!, this.#ends[at]!);
  }
}

/** Keeps messages in memory, at most `maxBytes`: the oldest are forgotten first, and answered with a gap fill. */
export class MemoryStore implements MessageStore {
  nextTargetSeqNum = 1;
  createdAtMillis = 0;
  #next = 1;
  readonly #maxBlocks: number;
  #blocks: Block[] = [];

  /** @param maxBytes - most bytes of messages to keep, default 64 MiB; one block of 256 KiB is always kept */
  constructor(maxBytes: number = 64 * 1024 * 1024) {
    this.#maxBlocks = Math.max(1, Math.floor(maxBytes / BLOCK_BYTES));
  }

  get nextSenderSeqNum(): number {
    return this.#next;
  }

  append(seqNum: number, bytes: Uint8Array, start: number, end: number): void {
    if (!this.#blocks.at(-1)?.append(bytes, start, end)) this.#inNextBlock(seqNum, bytes, start, end);
    this.#next = seqNum + 1;
  }

  /** The next block is a new one while there may be more of them, then the oldest. */
  #inNextBlock(seqNum: number, bytes: Uint8Array, start: number, end: number): void {
    const oldest = this.#blocks.length < this.#maxBlocks ? undefined : this.#blocks.shift();
    oldest?.restart(seqNum);
    if (oldest?.append(bytes, start, end)) {
      this.#blocks.push(oldest);
      return;
    }
    const block = new Block(seqNum, end - start);
    block.append(bytes, start, end);
    this.#blocks.push(block);
  }

  get(seqNum: number): Uint8Array | undefined {
    if (!(seqNum >= (this.#blocks[0]?.first ?? this.#next) && seqNum < this.#next)) return undefined;
    let at = this.#blocks.length - 1;
    while (this.#blocks[at]!.first > seqNum) at--;
    return this.#blocks[at]!.get(seqNum);
  }

  reset(nowMillis: number): void {
    this.nextTargetSeqNum = 1;
    this.createdAtMillis = nowMillis;
    this.#next = 1;
    this.#blocks = [];
  }
}
