import { readSync } from "node:fs";

/** Bytes read at once. */
const WINDOW = 1024 * 1024;

/** Reads a file from front to back through a window, as it may be longer than a buffer can be. */
export class FileReader {
  readonly #file: number;
  #window: Buffer = Buffer.alloc(0);
  #start = 0;

  constructor(file: number) {
    this.#file = file;
  }

  /** Bytes of the file, fewer at its end; valid until the next call. */
  read(from: number, count: number): Buffer {
    const at = from - this.#start;
    if (at < 0 || at + count > this.#window.length) this.#move(from, count);
    return this.#window.subarray(from - this.#start, from - this.#start + count);
  }

  #move(from: number, count: number): void {
    const bytes = Buffer.allocUnsafe(Math.max(count, WINDOW));
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(this.#file, bytes, length, bytes.length - length, from + length);
    }
    this.#window = bytes.subarray(0, length);
    this.#start = from;
  }
}
