import { mkdir, readFile, statfs, truncate } from "node:fs/promises";
import { type Batch, type BatchHead, MAX_BATCH_BYTES, readBatchHead, readRecords } from "./batch.ts";
import {
  dropUnfinished,
  hasSnapshots,
  listSegments,
  newestSnapshot,
  segmentPath,
  syncFolder,
  writeSnapshot,
} from "./folder.ts";
import { type Journal, JournalError } from "./journal.ts";
import { type JournalFile, type OpenJournalFile, openJournalFile, type SyncPolicy } from "./journal-file.ts";
import { lockFolder } from "./lock.ts";

export interface FileJournalOptions {
  readonly folder: string;
  /** `batch` when left out. */
  readonly sync?: SyncPolicy;
  /** A new file is begun when one has this many bytes; 64 MiB when left out. */
  readonly segmentBytes?: number;
  /** Tests put failing files here. */
  readonly openFile?: OpenJournalFile;
}

/** What recovery gives back, in this order: at most one snapshot, then each record after it. */
export interface RecoveryTarget {
  restore(state: Uint8Array, sequence: number): void;
  /** `bytes` is only valid during the call. */
  apply(bytes: Uint8Array, start: number, end: number, sequence: number): void;
}

export interface Recovery {
  /** Sequence number of the snapshot that recovery began with, 0 without one. */
  readonly snapshot: number;
  /** Records carried out after it. */
  readonly records: number;
  /** Bytes of an unfinished batch at the end, which was never acknowledged and is cut off. */
  readonly tornBytes: number;
}

const SEGMENT_BYTES = 64 * 1024 * 1024;
const ROOM_BYTES = 4 * MAX_BATCH_BYTES;

/**
 * Opens the journal in a folder, or begins one, and gives back what is in it. Nobody else may use the folder until it
 * is closed.
 *
 * @throws JournalError `locked`; `corrupt`, with file and offset: a damaged batch that was not the last one written
 */
export async function openFileJournal(
  options: FileJournalOptions,
  target: RecoveryTarget,
): Promise<{ journal: Journal; recovery: Recovery }> {
  await mkdir(options.folder, { recursive: true });
  const unlock = lockFolder(options.folder);
  try {
    const { recovery, lastSequence, segment } = await recover(options.folder, target);
    const journal = new FileJournal(options, unlock, lastSequence);
    await journal.open(segment);
    return { journal, recovery };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** The segment that goes on after recovery. */
interface Segment {
  readonly path: string;
  readonly length: number;
}

async function recover(
  folder: string,
  target: RecoveryTarget,
): Promise<{ recovery: Recovery; lastSequence: number; segment: Segment | undefined }> {
  await dropUnfinished(folder);
  const snapshot = await newestSnapshot(folder);
  if (snapshot) target.restore(snapshot.state, snapshot.sequence);
  let lastSequence = snapshot?.sequence ?? 0;
  let written = 0;
  let records = 0;
  let tornBytes = 0;
  let segment: Segment | undefined;
  const segments = await listSegments(folder);
  if (!snapshot && segments.length === 0 && (await hasSnapshots(folder))) {
    throw new JournalError(
      "corrupt",
      `no snapshot in ${folder} is whole, and there are no commands beside them`,
    );
  }
  for (const [index, first] of segments.entries()) {
    const next = segments[index + 1];
    if (next !== undefined && next <= lastSequence + 1) continue;
    const path = segmentPath(folder, first);
    const bytes = await readFile(path);
    let at = 0;
    for (let head = readBatchHead(bytes, at); head; head = readBatchHead(bytes, at)) {
      checkFollows(head, lastSequence, path, at);
      readRecords(bytes, at, head, (record, start, end, sequence) => {
        if (sequence <= lastSequence) return;
        target.apply(record, start, end, sequence);
        lastSequence = sequence;
        records++;
      });
      written = head.firstSequence + head.count - 1;
      at += head.length;
    }
    if (at < bytes.length) {
      const end = endOfData(bytes, at);
      if (next !== undefined || hasBatchAfter(bytes, at, end)) {
        throw new JournalError("corrupt", `${path} is damaged at byte ${at}, before its last batch`);
      }
      tornBytes = end - at;
      await truncate(path, at);
    }
    segment = { path, length: at };
  }
  // Without sync a machine's crash may leave a snapshot that is ahead of the log: a new file begins behind it.
  if (written < lastSequence) segment = undefined;
  return { recovery: { snapshot: snapshot?.sequence ?? 0, records, tornBytes }, lastSequence, segment };
}

/** A gap means that a file is missing: what lies behind it must not be carried out. */
function checkFollows(head: BatchHead, lastSequence: number, path: string, at: number): void {
  if (head.firstSequence <= lastSequence + 1) return;
  throw new JournalError(
    "corrupt",
    `${path} goes on with record ${head.firstSequence} at byte ${at}, but record ${lastSequence + 1} is missing`,
  );
}

/** Zeros at the end are room that was reserved, see {@link openJournalFile}. */
function endOfData(bytes: Buffer, from: number): number {
  let end = bytes.length;
  while (end > from && bytes[end - 1] === 0) end--;
  return end;
}

/** Whether a whole batch lies behind the damage, which then is not what a crash leaves. */
function hasBatchAfter(bytes: Buffer, from: number, end: number): boolean {
  if (end - from > MAX_BATCH_BYTES) return true;
  for (let at = bytes.indexOf("EXJ1", from + 1); at >= 0; at = bytes.indexOf("EXJ1", at + 1)) {
    if (readBatchHead(bytes, at)) return true;
  }
  return false;
}

class FileJournal implements Journal {
  lastSequence: number;
  readonly #folder: string;
  readonly #sync: SyncPolicy;
  readonly #segmentBytes: number;
  readonly #openFile: OpenJournalFile;
  readonly #unlock: () => void;
  #file: JournalFile | undefined;
  #length = 0;
  #snapshot: Promise<void> = Promise.resolve();

  constructor(options: FileJournalOptions, unlock: () => void, lastSequence: number) {
    this.#folder = options.folder;
    this.#sync = options.sync ?? "batch";
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
    this.#openFile = options.openFile ?? openJournalFile;
    this.#unlock = unlock;
    this.lastSequence = lastSequence;
  }

  async open(segment: Segment | undefined): Promise<void> {
    if (segment === undefined) return this.#begin();
    this.#file = await this.#openFile(segment.path, this.#sync, segment.length);
    this.#length = segment.length;
  }

  append(batch: Batch, done: (error?: JournalError) => void): void {
    const file = this.#file;
    if (file === undefined) {
      // Beginning a new file failed before; until it succeeds nothing can be taken.
      this.#begin().then(
        () => this.append(batch, done),
        (cause: NodeJS.ErrnoException) => done(failure(cause)),
      );
      return;
    }
    const bytes = batch.seal();
    file.append(bytes, (cause) => {
      if (cause) return void this.#takeBack(file, cause).then(done);
      this.#length += bytes.length;
      this.lastSequence = batch.lastSequence;
      if (this.#length < this.#segmentBytes) return done();
      this.#file = undefined;
      file.close().then(
        () => done(),
        (error: NodeJS.ErrnoException) =>
          done(new JournalError("write-failed", error.message, { cause: error })),
      );
    });
  }

  async hasRoom(): Promise<boolean> {
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize >= ROOM_BYTES;
  }

  saveSnapshot(sequence: number, state: Uint8Array): Promise<void> {
    this.#snapshot = writeSnapshot(this.#folder, { sequence, state });
    return this.#snapshot;
  }

  async close(): Promise<void> {
    await this.#snapshot.catch(() => {});
    await this.#file?.close();
    this.#unlock();
  }

  async #begin(): Promise<void> {
    this.#file = await this.#openFile(segmentPath(this.#folder, this.lastSequence + 1), this.#sync, 0);
    this.#length = 0;
    await syncFolder(this.#folder);
  }

  /** Cuts off what was written of a batch, so that it can be refused: it will not come back. */
  async #takeBack(file: JournalFile, cause: NodeJS.ErrnoException): Promise<JournalError> {
    if (!isFull(cause)) return failure(cause);
    try {
      await file.truncate(this.#length);
      return failure(cause);
    } catch (error) {
      return new JournalError(
        "write-failed",
        `cannot cut off an unfinished batch: ${(error as Error).message}`,
        {
          cause: error,
        },
      );
    }
  }
}

function isFull({ code }: NodeJS.ErrnoException): boolean {
  return code === "ENOSPC" || code === "EDQUOT";
}

function failure(cause: NodeJS.ErrnoException): JournalError {
  return new JournalError(isFull(cause) ? "no-space" : "write-failed", cause.message, { cause });
}
