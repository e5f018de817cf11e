import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { FixError } from "../errors.ts";
import type { MessageStore } from "../session/store.ts";

/**
 * When data is forced to the disk. `never`: the operating system's page cache, which survives a crash of the process but
 * not of the machine. `batch`: once for each batch of messages, before any of them is sent.
 */
export type SyncPolicy = "never" | "batch";

/** How a {@link FileStore} writes. */
export interface FileStoreOptions {
  /** Default `never`. */
  readonly sync?: SyncPolicy;
}

const MAGIC = "FIXSTOR1";
const HEAD = MAGIC.length + 8;
/** kind u8, length u32, sequence number f64, crc32 u32. */
const RECORD_HEAD = 17;
const MESSAGE = 1;
const TARGET = 2;
const CHECKPOINT = 3;

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
 * Sequence numbers and sent messages in one append-only file. A message and its sequence number are one record with a
 * checksum, so a crash at any byte leaves both or neither. Records are gathered and written by {@link FileStore.flush},
 * in one call for each batch.
 */
export class FileStore implements MessageStore {
  nextTargetSeqNum = 1;
  createdAtMillis = 0;
  /**
   * A number of the application's own, such as the place in its journal up to which its messages are here. It is kept with
   * each batch once it is not 0; a batch then counts as written only as a whole, its messages and this number: what a crash
   * leaves of one is cut off when the store is opened again. (Nothing of it can have been sent.)
   */
  checkpoint = 0;
  #next = 1;
  #writtenTarget = 1;
  readonly #path: string;
  readonly #sync: SyncPolicy;
  #file: number;
  #end = 0;
  /** Offset and length of each message in the file, by sequence number. */
  #offsets: number[] = [];
  #lengths: number[] = [];
  #first = 1;
  #buffer: Buffer = Buffer.allocUnsafe(64 * 1024);
  #used = 0;
  #isOnDisk = false;

  /**
   * @param path - the file
   * @param options - how it writes
   */
  constructor(path: string, options: FileStoreOptions = {}) {
    this.#path = path;
    this.#sync = options.sync ?? "never";
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, "a+");
    try {
      this.#load(readFileSync(path));
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
  }

  get nextSenderSeqNum(): number {
    return this.#next;
  }

  append(seqNum: number, bytes: Uint8Array, start: number, end: number): void {
    const at = this.#record(MESSAGE, seqNum, bytes, start, end);
    if (this.#offsets.length === 0) this.#first = seqNum;
    this.#offsets.push(this.#end + at + RECORD_HEAD);
    this.#lengths.push(end - start);
    this.#next = seqNum + 1;
  }

  get(seqNum: number): Uint8Array | undefined {
    const at = seqNum - this.#first;
    const offset = this.#offsets[at];
    if (offset === undefined) return undefined;
    const length = this.#lengths[at]!;
    if (offset >= this.#end) return this.#buffer.subarray(offset - this.#end, offset - this.#end + length);
    const bytes = Buffer.allocUnsafe(length);
    return readSync(this.#file, bytes, 0, length, offset) === length ? bytes : undefined;
  }

  reset(nowMillis: number): void {
    this.nextTargetSeqNum = 1;
    this.createdAtMillis = nowMillis;
    this.#next = 1;
    this.#writtenTarget = 1;
    this.#offsets = [];
    this.#lengths = [];
    this.#first = 1;
    this.#used = 0;
    // A new file in the place of the old one: a crash leaves the one or the other.
    const fresh = `${this.#path}.new`;
    const file = openSync(fresh, "w+");
    writeSync(file, head(nowMillis));
    this.#end = HEAD;
    if (this.checkpoint !== 0) {
      const length = this.#record(CHECKPOINT, this.checkpoint, NOTHING, 0, 0) + RECORD_HEAD;
      writeSync(file, this.#buffer, 0, length);
      this.#end += length;
      this.#used = 0;
    }
    if (this.#sync === "batch") fsyncSync(file);
    renameSync(fresh, this.#path);
    if (this.#sync === "batch") syncFolder(dirname(this.#path));
    closeSync(this.#file);
    this.#file = file;
  }

  /** Writes the batch; with `sync: "batch"` the promise is kept when the disk has it. */
  flush(): void | Promise<void> {
    if (this.nextTargetSeqNum !== this.#writtenTarget) {
      this.#record(TARGET, this.nextTargetSeqNum, NOTHING, 0, 0);
      this.#writtenTarget = this.nextTargetSeqNum;
    }
    if (this.#used === 0) return undefined;
    this.#write();
    if (this.#sync === "never") return undefined;
    return new Promise((resolve, reject) => {
      fdatasync(this.#file, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Writes the batch and waits for the disk, whatever the policy: everything so far survives a loss of power. */
  forceToDisk(): void {
    this.flush();
    if (!this.#isOnDisk) fdatasyncSync(this.#file);
    this.#isOnDisk = true;
  }

  #write(): void {
    if (this.checkpoint !== 0) this.#record(CHECKPOINT, this.checkpoint, NOTHING, 0, 0);
    let written = 0;
    while (written < this.#used) {
      written += writeSync(this.#file, this.#buffer, written, this.#used - written, this.#end + written);
    }
    this.#end += this.#used;
    this.#used = 0;
    this.#isOnDisk = false;
  }

  /** Writes what is left and closes the file. */
  async close(): Promise<void> {
    await this.flush();
    closeSync(this.#file);
  }

  /** Adds a record to the batch; gives its place there. */
  #record(kind: number, seqNum: number, bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    const at = this.#used;
    const needed = at + RECORD_HEAD + length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, at);
      this.#buffer = larger;
    }
    const buffer = this.#buffer;
    buffer[at] = kind;
    buffer.writeUInt32LE(length, at + 1);
    buffer.writeDoubleLE(seqNum, at + 5);
    buffer.set(bytes.subarray(start, end), at + RECORD_HEAD);
    buffer.writeUInt32LE(checksum(buffer, at, length), at + 13);
    this.#used = needed;
    return at;
  }

  #load(bytes: Buffer): void {
    if (bytes.length < HEAD) {
      // New, or cut off while the first bytes were written.
      if (!MAGIC.startsWith(bytes.toString("latin1", 0, Math.min(bytes.length, MAGIC.length))))
        this.#refuse();
      this.reset(0);
      return;
    }
    if (bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) this.#refuse();
    this.createdAtMillis = bytes.readDoubleLE(MAGIC.length);
    let at = HEAD;
    let whole = { end: 0, messages: 0, next: 1, target: 1 };
    while (at + RECORD_HEAD <= bytes.length) {
      const length = bytes.readUInt32LE(at + 1);
      const next = at + RECORD_HEAD + length;
      if (next > bytes.length || checksum(bytes, at, length) !== bytes.readUInt32LE(at + 13)) break;
      const seqNum = bytes.readDoubleLE(at + 5);
      if (bytes[at] === MESSAGE) {
        if (this.#offsets.length === 0) this.#first = seqNum;
        this.#offsets.push(at + RECORD_HEAD);
        this.#lengths.push(length);
        this.#next = seqNum + 1;
      } else if (bytes[at] === TARGET) this.nextTargetSeqNum = seqNum;
      else {
        this.checkpoint = seqNum;
        whole = {
          end: next,
          messages: this.#offsets.length,
          next: this.#next,
          target: this.nextTargetSeqNum,
        };
      }
      at = next;
    }
    if (this.checkpoint !== 0) {
      at = whole.end;
      this.#offsets.length = whole.messages;
      this.#lengths.length = whole.messages;
      this.#next = whole.next;
      this.nextTargetSeqNum = whole.target;
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

const NOTHING = new Uint8Array(0);

function head(createdAtMillis: number): Buffer {
  const bytes = Buffer.alloc(HEAD);
  bytes.write(MAGIC, "latin1");
  bytes.writeDoubleLE(createdAtMillis, MAGIC.length);
  return bytes;
}

/** Over the record's head (without the checksum itself) and its bytes. */
function checksum(bytes: Buffer, at: number, length: number): number {
  const start = crc32(bytes.subarray(at, at + 13));
  return length === 0 ? start : crc32(bytes.subarray(at + RECORD_HEAD, at + RECORD_HEAD + length), start);
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
