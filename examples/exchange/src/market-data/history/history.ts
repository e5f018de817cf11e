import { createWriteStream, mkdirSync, readdirSync, statSync, type WriteStream } from "node:fs";
import { join } from "node:path";

/** What is kept for a disk that does not keep up; beyond it a recording ends, and trading goes on. */
const MOST_UNWRITTEN_BYTES = 64 * 2 ** 20;
/** What is gathered before it is written, and the longest that it waits. */
const GATHERED_BYTES = 64 * 1024;
const WAIT_MILLIS = 100;
const LENGTH_BYTES = 2;
const MILLIS_A_DAY = 86_400_000;
const NAME = /^\d{8}-[0-9A-Z]{1,10}\.itch$/;

/** A file of {@link History}. */
export interface RecordedDay {
  readonly name: string;
  readonly bytes: number;
}

/**
 * What the ITCH feed told, as files: each message behind its length (two bytes, big-endian), which is how recorded days are
 * passed on, so that any reader of ITCH files, and `--replay`, takes them. A file holds one trading day of one start of the
 * exchange and begins with every order that is shown, so that it needs no other file.
 *
 * It is a record for reading, not the truth: that is the journal. It is written ten times a second, without forcing it to the
 * disk; a write for each batch would take the thread pool from the journal.
 */
export class History {
  readonly #folder: string;
  readonly #session: string;
  readonly #onFault: (error: Error) => void;
  #file: WriteStream | undefined;
  readonly #gathered: Buffer = Buffer.allocUnsafe(GATHERED_BYTES);
  #length = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param session - tells the starts of the exchange apart */
  constructor(folder: string, session: string, onFault: (error: Error) => void) {
    this.#folder = folder;
    this.#session = session;
    this.#onFault = onFault;
    mkdirSync(folder, { recursive: true });
  }

  /** Begins the file of a day, in days since 1970. */
  begin(date: number): void {
    this.#write();
    this.#file?.end();
    const day = new Date(date * MILLIS_A_DAY).toISOString().slice(0, 10).replaceAll("-", "");
    const file = createWriteStream(join(this.#folder, `${day}-${this.#session}.itch`), { flags: "a" });
    file.on("error", (error) => this.#stop(error));
    this.#file = file;
  }

  /** @param message - at most 65,535 bytes, which is what its length has room for */
  record(message: Uint8Array): void {
    if (this.#length + LENGTH_BYTES + message.length > GATHERED_BYTES) this.#write();
    // The write may have ended the recording.
    if (this.#file === undefined) return;
    this.#gathered.writeUInt16BE(message.length, this.#length);
    this.#gathered.set(message, this.#length + LENGTH_BYTES);
    this.#length += LENGTH_BYTES + message.length;
    this.#timer ??= setTimeout(() => this.#write(), WAIT_MILLIS).unref();
  }

  close(): Promise<void> {
    this.#write();
    const file = this.#file;
    this.#file = undefined;
    return file === undefined ? Promise.resolve() : new Promise((resolve) => file.end(() => resolve()));
  }

  /** The files that are there, oldest first. */
  list(): RecordedDay[] {
    return readdirSync(this.#folder)
      .filter((name) => NAME.test(name))
      .sort()
      .map((name) => ({ name, bytes: statSync(join(this.#folder, name)).size }));
  }

  /** Path of a file, `undefined` when there is none of this name. */
  path(name: string): string | undefined {
    return this.list().some((day) => day.name === name) ? join(this.#folder, name) : undefined;
  }

  /** Hands what was recorded to the system. */
  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#file === undefined || this.#length === 0) return;
    this.#file.write(Buffer.from(this.#gathered.subarray(0, this.#length)));
    this.#length = 0;
    if (this.#file.writableLength > MOST_UNWRITTEN_BYTES) this.#stop(new Error("the disk does not keep up"));
  }

  #stop(error: Error): void {
    if (this.#file === undefined) return;
    this.#file.destroy();
    this.#file = undefined;
    this.#length = 0;
    this.#onFault(error);
  }
}
