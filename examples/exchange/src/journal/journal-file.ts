import { close, constants, fsync, ftruncate, open, write } from "node:fs";
import { promisify } from "node:util";

/**
 * When data is forced to the disk. `batch`: each batch before it is answered, which survives the loss of power. `never`:
 * the operating system's page cache, which survives the death of the process but not of the machine.
 */
export type SyncPolicy = "batch" | "never";

/** What the journal needs of a file; tests put a failing one in its place. */
export interface JournalFile {
  /** Appends all of the bytes; durable when `done` is called if the policy is `batch`. */
  append(bytes: Uint8Array, done: (error: NodeJS.ErrnoException | null) => void): void;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** @param length - bytes that the file has, which go before what is appended */
export type OpenJournalFile = (path: string, sync: SyncPolicy, length: number) => Promise<JournalFile>;

/** What is reserved at a time, as soon as less than that is left. */
export const RESERVED_BYTES: number = 1024 * 1024;
const ZEROS = new Uint8Array(RESERVED_BYTES);

const openDescriptor = promisify(open);
const truncateDescriptor = promisify(ftruncate);
const syncDescriptor = promisify(fsync);
const closeDescriptor = promisify(close);

/** Opens a file for appending, or makes it. */
export const openJournalFile: OpenJournalFile = async (path, sync, length) => {
  // O_DSYNC makes the write itself durable: one trip to the thread pool instead of two for write and fdatasync.
  const flags = constants.O_CREAT | constants.O_WRONLY;
  const descriptor = await openDescriptor(path, sync === "batch" ? flags | constants.O_DSYNC : flags, 0o600);
  return sync === "batch" ? new ReservingFile(descriptor, length) : new PlainFile(descriptor, length);
};

/** Grows with each append. */
class PlainFile implements JournalFile {
  protected length: number;
  readonly #descriptor: number;

  constructor(descriptor: number, length: number) {
    this.#descriptor = descriptor;
    this.length = length;
  }

  append(bytes: Uint8Array, done: (error: NodeJS.ErrnoException | null) => void): void {
    this.write(bytes, this.length, (error) => {
      if (!error) this.length += bytes.length;
      done(error);
    });
  }

  async truncate(length: number): Promise<void> {
    await truncateDescriptor(this.#descriptor, length);
    await syncDescriptor(this.#descriptor);
    this.length = length;
  }

  async close(): Promise<void> {
    await this.truncate(this.length);
    await closeDescriptor(this.#descriptor);
  }

  /** Writes all of the bytes. */
  protected write(
    bytes: Uint8Array,
    position: number,
    done: (error: NodeJS.ErrnoException | null) => void,
  ): void {
    write(this.#descriptor, bytes, 0, bytes.length, position, (error, written) => {
      if (error) done(error);
      else if (written < bytes.length) this.write(bytes.subarray(written), position + written, done);
      else done(null);
    });
  }
}

/**
 * Writes zeros ahead of what is appended. Then a batch changes nothing but its own bytes, and making it durable takes less
 * time: the file system need not write down a new length. The zeros that are left are cut off on close, and by recovery
 * after a crash.
 */
class ReservingFile extends PlainFile {
  /** Up to where the file has bytes. */
  #room: number;
  #reserving: Promise<void> | undefined;
  /** Nothing more is reserved when the disk has no room: what can be appended still is. */
  #isFull = false;

  constructor(descriptor: number, length: number) {
    super(descriptor, length);
    this.#room = length;
  }

  override append(bytes: Uint8Array, done: (error: NodeJS.ErrnoException | null) => void): void {
    if (this.#reserving && this.length + bytes.length > this.#room) {
      // Zeros that are on their way could land on the batch.
      void this.#reserving.then(() => this.append(bytes, done));
      return;
    }
    super.append(bytes, (error) => {
      this.#room = Math.max(this.#room, this.length);
      if (!error && !this.#reserving && !this.#isFull && this.#room - this.length < RESERVED_BYTES) {
        this.#reserving = this.#reserve();
      }
      done(error);
    });
  }

  override async truncate(length: number): Promise<void> {
    await this.#reserving;
    await super.truncate(length);
    this.#room = length;
    this.#isFull = false;
  }

  #reserve(): Promise<void> {
    return new Promise((reserved) => {
      this.write(ZEROS, this.#room, (error) => {
        if (error) this.#isFull = true;
        else this.#room += ZEROS.length;
        this.#reserving = undefined;
        reserved();
      });
    });
  }
}
