import { Batch } from "./journal/batch.ts";
import type { Journal, JournalError } from "./journal/journal.ts";

/**
 * - `running`: commands are taken
 * - `halted`: the disk is full. Every command is refused until the journal takes a batch again, which is tried each
 *   second; then the sequencer runs on by itself
 * - `failed`: the disk failed in a way that leaves it unknown what is durable, or carrying out a command failed. Nothing
 *   is answered any more; the process must end and recover
 */
export type SequencerState = "running" | "halted" | "failed";

/** Why a command was not taken: `halted`, `failed` as above; `busy`: the next batch is full. */
export type SequencerRefusal = "halted" | "failed" | "busy";

export interface SequencerParts<Command> {
  readonly journal: Journal;
  /** Writes a command at the offset, at most {@link MAX_RECORD_BYTES}. @returns how many bytes */
  readonly encode: (command: Command, source: number, bytes: Uint8Array, offset: number) => number;
  /** Carries out a command that is durable; `source` is what was submitted with it, `sequence` its place in the order. */
  readonly apply: (command: Command, source: number, sequence: number) => void;
  /** All commands of a batch are carried out: the time to write what they caused. */
  readonly batchEnded?: () => void;
  /** A command that had been taken will not be carried out, because the disk is full. */
  readonly refused: (command: Command) => void;
  /** State of the venue for a snapshot. */
  readonly snapshot: () => Uint8Array;
  readonly stateChanged?: (state: SequencerState, error?: Error) => void;
  /** A snapshot could not be written; recovery takes longer, nothing else. */
  readonly snapshotFailed?: (error: Error) => void;
  /** Commands between two snapshots; 1,000,000 when left out. */
  readonly snapshotEvery?: number;
}

const SNAPSHOT_EVERY = 1_000_000;
const RETRY_MILLIS = 1_000;

/**
 * Puts commands into one order: gathers them, makes them durable, and only then carries them out. While one batch is on
 * its way to the disk the next one gathers, so the busier the venue the larger the batches (group commit).
 */
export class Sequencer<Command> {
  readonly #parts: SequencerParts<Command>;
  #state: SequencerState = "running";
  #gathering = { batch: new Batch(), commands: [] as Command[], sources: [] as number[] };
  #writing = { batch: new Batch(), commands: [] as Command[], sources: [] as number[] };
  #isWriting = false;
  #isScheduled = false;
  #isClosing = false;
  #lastSnapshot: number;
  #isSavingSnapshot = false;
  #retry: NodeJS.Timeout | undefined;
  #idle: (() => void) | undefined;

  constructor(parts: SequencerParts<Command>) {
    this.#parts = parts;
    this.#lastSnapshot = parts.journal.lastSequence;
    this.#gathering.batch.begin(parts.journal.lastSequence + 1);
  }

  get state(): SequencerState {
    return this.#state;
  }

  /** Commands taken but not carried out yet. */
  get pending(): number {
    return this.#gathering.commands.length + (this.#isWriting ? this.#writing.commands.length : 0);
  }

  /**
   * Takes a command, which must not change from here on.
   *
   * @param source - a number that is kept with it
   * @returns why it was not taken, `undefined` when it was: then it is either carried out or `refused` later
   */
  submit(command: Command, source: number): SequencerRefusal | undefined {
    if (this.#state !== "running") return this.#state;
    const { batch, commands, sources } = this.#gathering;
    if (this.#isClosing || batch.isFull) return "busy";
    batch.commit(this.#parts.encode(command, source, batch.bytes, batch.recordOffset));
    commands.push(command);
    sources.push(source);
    this.#schedule();
    return undefined;
  }

  /** Carries out what was taken, writes a last snapshot, and closes the journal. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#retry);
    const { journal } = this.#parts;
    if (this.#state === "running" && this.pending > 0) {
      await new Promise<void>((done) => {
        this.#idle = done;
      });
    }
    if (this.#state === "running" && journal.lastSequence > this.#lastSnapshot) await this.#saveSnapshot();
    await journal.close();
  }

  readonly #flush = (): void => {
    this.#isScheduled = false;
    if (this.#state !== "running" || this.#isWriting || this.#gathering.commands.length === 0) return;
    const filled = this.#gathering;
    this.#gathering = this.#writing;
    this.#writing = filled;
    this.#isWriting = true;
    this.#gathering.batch.begin(filled.batch.lastSequence + 1);
    this.#parts.journal.append(filled.batch, this.#written);
  };

  readonly #written = (error?: JournalError): void => {
    const { batch, commands, sources } = this.#writing;
    if (error) {
      if (error.code === "no-space") this.#halt(error);
      else this.#fail(error);
      return;
    }
    try {
      const first = batch.lastSequence - batch.count + 1;
      for (const [index, command] of commands.entries()) {
        this.#parts.apply(command, sources[index]!, first + index);
      }
      this.#parts.batchEnded?.();
    } catch (defect) {
      this.#fail(defect as Error);
      return;
    }
    commands.length = 0;
    sources.length = 0;
    this.#isWriting = false;
    this.#maybeSnapshot();
    if (this.#gathering.commands.length > 0) this.#schedule();
    else this.#idle?.();
  };

  /** Whatever else arrives before the event loop has gone through the sockets joins the batch. */
  #schedule(): void {
    if (this.#isWriting || this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#flush);
  }

  /** Nothing that waits is durable, and nothing more fits: all of it is refused. */
  #halt(error: JournalError): void {
    const refused = [...this.#writing.commands, ...this.#gathering.commands];
    for (const { commands, sources } of [this.#writing, this.#gathering]) {
      commands.length = 0;
      sources.length = 0;
    }
    this.#isWriting = false;
    this.#enter("halted", error);
    for (const command of refused) this.#parts.refused(command);
    this.#idle?.();
    this.#retryLater();
  }

  #retryLater(): void {
    if (!this.#isClosing) this.#retry = setTimeout(() => void this.#tryAgain(), RETRY_MILLIS);
  }

  /** An empty batch shows whether the disk takes writes again. */
  async #tryAgain(): Promise<void> {
    const { journal } = this.#parts;
    if (!(await journal.hasRoom().catch(() => false))) return this.#retryLater();
    const { batch } = this.#gathering;
    batch.begin(journal.lastSequence + 1);
    journal.append(batch, (error) => {
      if (error?.code === "no-space") return this.#retryLater();
      if (error) return this.#fail(error);
      this.#enter("running");
    });
  }

  #fail(error: Error): void {
    this.#enter("failed", error);
    this.#idle?.();
  }

  #enter(state: SequencerState, error?: Error): void {
    this.#state = state;
    this.#parts.stateChanged?.(state, error);
  }

  #maybeSnapshot(): void {
    const { journal, snapshotEvery = SNAPSHOT_EVERY } = this.#parts;
    if (!this.#isSavingSnapshot && journal.lastSequence - this.#lastSnapshot >= snapshotEvery) {
      void this.#saveSnapshot();
    }
  }

  /** Without the state of anything that is not durable: between two batches nothing else has been carried out. */
  async #saveSnapshot(): Promise<void> {
    const { journal, snapshot, snapshotFailed } = this.#parts;
    if (!journal.saveSnapshot) return;
    this.#lastSnapshot = journal.lastSequence;
    this.#isSavingSnapshot = true;
    try {
      await journal.saveSnapshot(journal.lastSequence, snapshot());
    } catch (error) {
      snapshotFailed?.(error as Error);
    } finally {
      this.#isSavingSnapshot = false;
    }
  }
}
