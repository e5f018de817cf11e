import type { Batch } from "./batch.ts";

/**
 * Why a journal did not take a batch, or could not be opened:
 *
 * - `no-space`: the disk is full. What was written of the batch is cut off again, so nothing of it will ever be
 *   replayed, and {@link Journal.append} may be tried again
 * - `write-failed`: the disk failed otherwise. Whether the batch is durable is not known: the process must stop and
 *   recover
 * - `corrupt`: a record before the last batch is damaged; only a person can decide what to do about it
 * - `locked`: another process has the journal
 */
export type JournalErrorCode = "no-space" | "write-failed" | "corrupt" | "locked";

export class JournalError extends Error {
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "JournalError";
    this.code = code;
  }
}

/** Where the ordered commands of a venue are kept before they are carried out. */
export interface Journal {
  /** Sequence number of the last record that is durable, 0 before the first. */
  readonly lastSequence: number;
  /**
   * Makes a batch durable. The batch must not change before `done` is called, which may happen within the call; there
   * is one batch under way at a time.
   */
  append(batch: Batch, done: (error?: JournalError) => void): void;
  /** Whether there is room for some batches of the largest size, after the disk was full. */
  hasRoom(): Promise<boolean>;
  /**
   * Keeps the state after record `sequence`, so that recovery begins there and older records may be dropped. At most
   * one at a time. A journal without it keeps no snapshots.
   */
  saveSnapshot?(sequence: number, state: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Keeps nothing: for speed and for tests. What it was given is gone with the process. */
export class MemoryJournal implements Journal {
  lastSequence = 0;

  append(batch: Batch, done: (error?: JournalError) => void): void {
    this.lastSequence = batch.lastSequence;
    done();
  }

  async hasRoom(): Promise<boolean> {
    return true;
  }

  async close(): Promise<void> {}
}
