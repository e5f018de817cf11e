import { closeSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { MessageStore } from "@exchange-kit/itch";

/**
 * What an OUCH session was told, in order, so that a client that comes back gets everything it has not seen. The
 * messages follow from the journal, so the file only has to hold what recovery will not tell again: it is forced to the
 * disk before each snapshot of the venue, and otherwise written whenever it is convenient.
 *
 * A record is the sequence number of the command that caused the message (float64), its length (u16), and its bytes;
 * little-endian. One of length 0 says that every message up to that command lies before it.
 */
export class SessionStream {
  readonly messages: MessageStore = new MessageStore();
  /** Whether messages were added since the last {@link flush}. */
  isChanged = false;
  readonly #file: number | undefined;
  /** The last command whose messages are all here. */
  #lastSequence = 0;
  #waiting: Buffer[] = [];
  /** Of the file, in bytes. */
  #length = 0;

  /** @param path - of the file; without one, messages are kept in memory only */
  constructor(path?: string) {
    if (path === undefined) return;
    this.#file = openSync(path, "a+", 0o600);
    this.#load(readFileSync(path));
  }

  /**
   * Adds a message that was caused by the command with this sequence number in the journal. One that recovery tells
   * again is here already and is passed over.
   */
  append(sequence: number, message: Uint8Array): void {
    if (sequence > this.#lastSequence) this.appendLocal(sequence, message);
  }

  /** Adds a message that no command caused, so that recovery knows nothing of it; `sequence` is that of the last one. */
  appendLocal(sequence: number, message: Uint8Array): void {
    this.messages.append(message);
    this.isChanged = true;
    if (this.#file === undefined) return;
    this.#waiting.push(recordHead(sequence, message.length), Buffer.from(message));
  }

  /**
   * Writes what waits. Only between two commands. What the disk has no room for stays in memory and is written with the
   * next: a client must hear of a full disk all the same.
   *
   * @param sequence - of the last command
   * @throws Error when it is to be durable, and there is no room
   */
  flush(sequence: number, isDurable: boolean): void {
    const isDue = this.isChanged || isDurable;
    this.isChanged = false;
    if (this.#file === undefined || !isDue) return;
    const bytes = Buffer.concat([...this.#waiting, recordHead(sequence, 0)]);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    } catch (error) {
      ftruncateSync(this.#file, this.#length);
      this.isChanged = true;
      if (isDurable || (error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      return;
    }
    this.#waiting = [];
    this.#length += bytes.length;
    if (isDurable) fdatasyncSync(this.#file);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  /** A crash may have cut off what was written last: the messages of the command there are left to recovery. */
  #load(bytes: Buffer): void {
    let pending: Buffer[] = [];
    let pendingSequence = 0;
    const settle = (sequence: number, end: number): void => {
      for (const message of pending) this.messages.append(message);
      pending = [];
      this.#lastSequence = sequence;
      this.#length = end;
    };
    for (let at = 0; at + HEAD <= bytes.length; ) {
      const sequence = bytes.readDoubleLE(at);
      const end = at + HEAD + bytes.readUInt16LE(at + 8);
      // Numbers never go down: zeros behind others are what some file systems leave of a file's end when power is lost.
      if (end > bytes.length || sequence < pendingSequence) break;
      if (sequence > pendingSequence && pending.length > 0) settle(pendingSequence, at);
      if (end === at + HEAD) settle(sequence, end);
      else pending.push(bytes.subarray(at + HEAD, end));
      pendingSequence = sequence;
      at = end;
    }
    ftruncateSync(this.#file!, this.#length);
  }
}

/** Bytes in front of a message. */
const HEAD = 10;

function recordHead(sequence: number, length: number): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeDoubleLE(sequence, 0);
  head.writeUInt16LE(length, 8);
  return head;
}
