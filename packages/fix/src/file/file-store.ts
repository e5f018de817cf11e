import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { FixError } from "../errors.ts";
import type { MessageStore } from "../session/store.ts";
import { FileReader } from "./file-reader.ts";
import { MessagePlaces } from "./message-places.ts";

/**
 * When data is forced to the disk. `never`: the operating system's page cache, which survives a crash of the process but
 * not of the machine. `batch`: once for each batch of messages, before any of them is sent.
 */
export type SyncPolicy = "never" | "batch";

/** How a {@link FileStore} writes. */
export interface FileStoreOptions {
  /** Default `never`. */
  readonly sync?: SyncPolicy;
  /**
   * When the number of the peer's last message is written. `at-once`, the default: with each {@link FileStore.flush}.
   * `with-messages`: with the next message that is sent, or on close, which saves a write for each message that has no
   * answer yet. After a crash the peer is then asked again for messages that were received; so it is for applications
   * that know by themselves which of them they have carried out.
   */
  readonly received?: "at-once" | "with-messages";
}

const MAGIC = "FIXSTOR2";
const HEAD = MAGIC.length + 8;
/** Of what follows in the batch: crc32 u32, length u32; then next target f64, checkpoint f64, first sequence number f64. */
const BATCH_HEAD = 32;
/** Length of the message, u32. */
const MESSAGE_HEAD = 4;

/**
 * Opens a store in a file, or makes it.
 *
 * @param path - the file, one for each session; its folder is made if need be
 * @param options - how it writes
 * @throws FixError `store-corrupt` when the file is not a store. A record cut off by a crash is no error: the file ends
 *   before it.
 */
export function createFileStore(path: string, options: FileStoreOptions = {}): FileStore {
  return new FileStore(path, options);
}

/**
 * Sequence numbers and sent messages in one append-only file. What is added is gathered and written by
 * {@link FileStore.flush} as one batch with a checksum: what a crash leaves of one is cut off when the store is opened
 * again, since nothing of it can have been sent.
 */
export class FileStore implements MessageStore {
  nextTargetSeqNum = 1;
  createdAtMillis = 0;
  /**
   * A number of the application's own, such as the place in its journal up to which its messages are here. It is kept with
   * each batch, both or neither.
   */
  checkpoint = 0;
  #next = 1;
  #writtenTarget = 1;
  readonly #path: string;
  readonly #sync: SyncPolicy;
  readonly #isReceivedAlone: boolean;
  #file: number;
  #end = 0;
  /** Of the messages from number `#first` on. */
  #places = new MessagePlaces();
  #first = 1;
  /** The batch: its head, which is filled in when it is written, and the messages so far. */
  #buffer: Buffer = Buffer.allocUnsafe(64 * 1024);
  #used = BATCH_HEAD;
  #firstOfBatch = 1;
  #isOnDisk = false;
  /** The disk's answer to the last flush. */
  #syncing: Promise<void> | undefined;

  /**
   * @param path - the file
   * @param options - how it writes
   */
  constructor(path: string, options: FileStoreOptions = {}) {
    this.#path = path;
    this.#sync = options.sync ?? "never";
    this.#isReceivedAlone = options.received !== "with-messages";
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, "a+");
    try {
      this.#load();
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
  }

  get nextSenderSeqNum(): number {
    return this.#next;
  }

  append(seqNum: number, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const at = this.#used;
    this.#used = at + MESSAGE_HEAD + length;
    if (this.#used > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#used, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, at);
      this.#buffer = larger;
    }
    this.#buffer.writeUInt32LE(length, at);
    this.#buffer.set(bytes.subarray(start, end), at + MESSAGE_HEAD);
    if (at === BATCH_HEAD) this.#firstOfBatch = seqNum;
    if (this.#places.count === 0) this.#first = seqNum;
    this.#places.add(this.#end + at + MESSAGE_HEAD, length);
    this.#next = seqNum + 1;
  }

  get(seqNum: number): Uint8Array | undefined {
    const at = seqNum - this.#first;
    if (!(at >= 0 && at < this.#places.count)) return undefined;
    const offset = this.#places.offset(at);
    const length = this.#places.length(at);
    if (offset >= this.#end) return this.#buffer.subarray(offset - this.#end, offset - this.#end + length);
    const bytes = Buffer.allocUnsafe(length);
    return readSync(this.#file, bytes, 0, length, offset) === length ? bytes : undefined;
  }

  /**
   * For a look back after a crash: where the messages begin that may have been sent after one of the peer was received. Those
   * before it were not.
   *
   * @param seqNum - MsgSeqNum of the peer's message
   * @returns MsgSeqNum of a sent message; `nextSenderSeqNum` when there is none. Reads the file.
   */
  firstSentAfter(seqNum: number): number {
    const reader = new FileReader(this.#file);
    for (let at = HEAD; at < this.#end; ) {
      const head = reader.read(at, BATCH_HEAD);
      const length = head.readUInt32LE(4);
      if (length > 0 && head.readDoubleLE(8) > seqNum) return head.readDoubleLE(24);
      at += BATCH_HEAD + length;
    }
    return this.#used > BATCH_HEAD ? this.#firstOfBatch : this.#next;
  }

  reset(nowMillis: number): void {
    this.nextTargetSeqNum = 1;
    this.createdAtMillis = nowMillis;
    this.#next = 1;
    this.#writtenTarget = 1;
    this.#places = new MessagePlaces();
    this.#first = 1;
    this.#used = BATCH_HEAD;
    this.#isOnDisk = false;
    // A new file in the place of the old one: a crash leaves the one or the other.
    const fresh = `${this.#path}.new`;
    const file = openSync(fresh, "w+");
    writeSync(file, head(nowMillis));
    this.#end = HEAD;
    if (this.checkpoint !== 0) this.#end += writeSync(file, this.#seal());
    if (this.#sync === "batch") fsyncSync(file);
    renameSync(fresh, this.#path);
    if (this.#sync === "batch") syncFolder(dirname(this.#path));
    closeSync(this.#file);
    this.#file = file;
  }

  /** Writes the batch; with `sync: "batch"` the promise is kept when the disk has it. */
  flush(): void | Promise<void> {
    if (this.#used === BATCH_HEAD && !(this.#isReceivedAlone && this.#hasReceived)) return undefined;
    this.#write();
    if (this.#sync === "never") return undefined;
    const file = this.#file;
    this.#syncing = new Promise((resolve, reject) => {
      // A reset meanwhile has closed the file: what was to be kept is not wanted any more.
      fdatasync(file, (error) => (error && file === this.#file ? reject(error) : resolve()));
    });
    return this.#syncing;
  }

  /** Writes the batch and waits for the disk, whatever the policy: everything so far survives a loss of power. */
  forceToDisk(): void {
    if (this.#used > BATCH_HEAD || this.#hasReceived) this.#write();
    if (!this.#isOnDisk) fdatasyncSync(this.#file);
    this.#isOnDisk = true;
  }

  #write(): void {
    const batch = this.#seal();
    let written = 0;
    while (written < batch.length) {
      written += writeSync(this.#file, batch, written, batch.length - written, this.#end + written);
    }
    this.#end += batch.length;
    this.#used = BATCH_HEAD;
    this.#writtenTarget = this.nextTargetSeqNum;
    this.#isOnDisk = false;
  }

  /** The batch with its head. */
  #seal(): Buffer {
    const batch = this.#buffer.subarray(0, this.#used);
    batch.writeUInt32LE(batch.length - BATCH_HEAD, 4);
    batch.writeDoubleLE(this.nextTargetSeqNum, 8);
    batch.writeDoubleLE(this.checkpoint, 16);
    batch.writeDoubleLE(this.#firstOfBatch, 24);
    batch.writeUInt32LE(crc32(batch.subarray(4)), 0);
    return batch;
  }

  /** Writes what is left and closes the file. */
  async close(): Promise<void> {
    await this.flush();
    // Of an earlier flush, whose own caller hears of its error.
    await this.#syncing?.catch(() => {});
    if (this.#hasReceived) this.#write();
    closeSync(this.#file);
  }

  /** Whether the number of the peer's last message is not in the file yet. */
  get #hasReceived(): boolean {
    return this.nextTargetSeqNum !== this.#writtenTarget;
  }

  #load(): void {
    const { size } = fstatSync(this.#file);
    const reader = new FileReader(this.#file);
    const head = reader.read(0, HEAD);
    if (head.length < HEAD) {
      // New, or cut off while the first bytes were written.
      if (!MAGIC.startsWith(head.toString("latin1", 0, Math.min(head.length, MAGIC.length)))) this.#refuse();
      this.reset(0);
      return;
    }
    if (head.toString("latin1", 0, MAGIC.length) !== MAGIC) this.#refuse();
    this.createdAtMillis = head.readDoubleLE(MAGIC.length);
    let at = HEAD;
    while (at + BATCH_HEAD <= size) {
      const length = BATCH_HEAD + reader.read(at, BATCH_HEAD).readUInt32LE(4);
      if (at + length > size) break;
      const batch = reader.read(at, length);
      if (crc32(batch.subarray(4)) !== batch.readUInt32LE(0)) break;
      this.nextTargetSeqNum = batch.readDoubleLE(8);
      this.checkpoint = batch.readDoubleLE(16);
      let seqNum = batch.readDoubleLE(24);
      for (let from = BATCH_HEAD; from < length; seqNum++) {
        const messageLength = batch.readUInt32LE(from);
        if (this.#places.count === 0) this.#first = seqNum;
        this.#places.add(at + from + MESSAGE_HEAD, messageLength);
        this.#next = seqNum + 1;
        from += MESSAGE_HEAD + messageLength;
      }
      at += length;
    }
    this.#writtenTarget = this.nextTargetSeqNum;
    this.#end = at;
    // "a+" would append after the torn record.
    closeSync(this.#file);
    this.#file = openSync(this.#path, "r+");
    ftruncateSync(this.#file, at);
  }

  #refuse(): never {
    throw new FixError("store-corrupt", `${this.#path} is not a store of FIX messages`);
  }
}

function head(createdAtMillis: number): Buffer {
  const bytes = Buffer.alloc(HEAD);
  bytes.write(MAGIC, "latin1");
  bytes.writeDoubleLE(createdAtMillis, MAGIC.length);
  return bytes;
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
