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

/**
 * Why a command was not taken: `halted`, `failed` as above; `busy`: the next batch is full; `invalid`: it cannot be written
 * down, which the gateway that made it should have found out.
 */
export type SequencerRefusal = "halted" | "failed" | "busy" | "invalid";

export interface SequencerParts<Command> {
  readonly journal: Journal;
  /** Writes a command at the offset, at most {@link MAX_RECORD_BYTES}. @returns how many bytes @throws when it cannot */
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
  /** The last command whose effect is in the journal's newest snapshot; 0 when left out. */
  readonly lastSnapshot?: number;
}

const SNAPSHOT_EVERY = 1_000_000;
const RETRY_MILLIS = 1_000;

/** Commands in their order, with the number that was submitted with each. */
interface Taken<Command> {
  readonly commands: Command[];
  readonly sources: number[];
}

/**
 * Puts commands into one order: gathers them, makes them durable, and only then carries them out. While one batch is on
 * its way to the disk the next one gathers, so the busier the venue the larger the batches (group commit); and while one
 * is carried out the next is already on its way, so that neither the disk nor the venue waits for the other.
 */
export class Sequencer<Command> {
  readonly #parts: SequencerParts<Command>;
  #state: SequencerState = "running";
  #gathering: Taken<Command> = { commands: [], sources: [] };
  #gatheringBatch = new Batch();
  #writing: Taken<Command> = { commands: [], sources: [] };
  #writingBatch = new Batch();
  /** What is durable and not carried out yet, in order. */
  readonly #durable: Taken<Command>[] = [];
  #pending = 0;
  /** Place in the order of the last command that was carried out. */
  #lastSequence: number;
  #isWriting = false;
  #isScheduled = false;
  #isClosing = false;
  #lastSnapshot: number;
  #isSavingSnapshot = false;
  #saving: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  #trying: Promise<void> = Promise.resolve();
  #idle: (() => void) | undefined;

  constructor(parts: SequencerParts<Command>) {
    this.#parts = parts;
    this.#lastSequence = parts.journal.lastSequence;
    this.#lastSnapshot = parts.lastSnapshot ?? 0;
    this.#gatheringBatch.begin(this.#lastSequence + 1);
  }

  get state(): SequencerState {
    return this.#state;
  }

  /** Commands taken but not carried out yet. */
  get pending(): number {
    return this.#pending;
  }

  /**
   * Takes a command, which must not change from here on.
   *
   * @param source - a number that is kept with it
   * @returns why it was not taken, `undefined` when it was: then it is either carried out or `refused` later
   */
  submit(command: Command, source: number): SequencerRefusal | undefined {
    if (this.#state !== "running") return this.#state;
    const batch = this.#gatheringBatch;
    if (this.#isClosing || batch.isFull) return "busy";
    let length: number;
    try {
      length = this.#parts.encode(command, source, batch.bytes, batch.recordOffset);
    } catch {
      // Nothing of it is in the batch. One client's message must not end the process of all.
      return "invalid";
    }
    batch.commit(length);
    this.#gathering.commands.push(command);
    this.#gathering.sources.push(source);
    this.#pending++;
    this.#schedule();
    return undefined;
  }

  /** Carries out what was taken, writes a last snapshot, and closes the journal. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#retry);
    const { journal } = this.#parts;
    if (this.#state === "running" && this.#pending > 0) {
      await new Promise<void>((done) => {
        this.#idle = done;
      });
    }
    await this.#trying;
    // Two at a time would remove the same old files.
    await this.#saving;
    if (this.#state === "running" && this.#lastSequence > this.#lastSnapshot) await this.#saveSnapshot();
    await journal.close();
  }

  readonly #flush = (): void => {
    this.#isScheduled = false;
    if (this.#state === "running" && !this.#isWriting) this.#write();
  };

  /** Sends what was gathered on its way to the disk. */
  #write(): void {
    if (this.#gathering.commands.length === 0) return;
    const batch = this.#gatheringBatch;
    this.#gatheringBatch = this.#writingBatch;
    this.#writingBatch = batch;
    this.#writing = this.#gathering;
    this.#gathering = { commands: [], sources: [] };
    this.#isWriting = true;
    this.#gatheringBatch.begin(batch.lastSequence + 1);
    this.#parts.journal.append(batch, this.#written);
  }

  readonly #written = (error?: JournalError): void => {
    if (this.#state === "failed") return;
    if (error) {
      if (error.code === "no-space") this.#halt(error);
      else this.#fail(error);
      return;
    }
    this.#isWriting = false;
    this.#durable.push(this.#writing);
    // A journal that answers within the call comes back here, and finds both batches in their order.
    this.#write();
    for (let next = this.#durable.shift(); next; next = this.#durable.shift()) {
      if (!this.#carryOut(next)) return;
    }
    if (this.#pending === 0) this.#idle?.();
  };

  /** @returns whether it succeeded */
  #carryOut({ commands, sources }: Taken<Command>): boolean {
    try {
      for (let index = 0; index < commands.length; index++) {
        this.#parts.apply(commands[index]!, sources[index]!, ++this.#lastSequence);
      }
      this.#parts.batchEnded?.();
    } catch (defect) {
      this.#fail(defect as Error);
      return false;
    }
    this.#pending -= commands.length;
    this.#maybeSnapshot();
    return true;
  }

  /** Whatever else arrives before the event loop has gone through the sockets joins the batch. */
  #schedule(): void {
    if (this.#isWriting || this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#flush);
  }

  /** Nothing that waits is durable, and nothing more fits: all of it is refused. */
  #halt(error: JournalError): void {
    const refused = [...this.#writing.commands, ...this.#gathering.commands];
    this.#gathering = { commands: [], sources: [] };
    this.#pending = 0;
    this.#isWriting = false;
    this.#enter("halted", error);
    for (const command of refused) this.#parts.refused(command);
    this.#idle?.();
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#isClosing) return;
    this.#retry = setTimeout(() => {
      this.#trying = this.#tryAgain();
    }, RETRY_MILLIS);
  }

  /** An empty batch shows whether the disk takes writes again. */
  async #tryAgain(): Promise<void> {
    const { journal } = this.#parts;
    if (!(await journal.hasRoom().catch(() => false))) return this.#retryLater();
    if (this.#isClosing) return;
    const batch = this.#gatheringBatch;
    batch.begin(this.#lastSequence + 1);
    await new Promise<void>((done) => {
      journal.append(batch, (error) => {
        if (error?.code === "no-space") this.#retryLater();
        else if (error) this.#fail(error);
        else this.#enter("running");
        done();
      });
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
    const { snapshotEvery = SNAPSHOT_EVERY } = this.#parts;
    if (!this.#isSavingSnapshot && this.#lastSequence - this.#lastSnapshot >= snapshotEvery) {
      this.#saving = this.#saveSnapshot();
    }
  }

  /** Between two batches: what is on its way to the disk has not been carried out, and is not in the state. */
  async #saveSnapshot(): Promise<void> {
    const { journal, snapshot, snapshotFailed } = this.#parts;
    if (!journal.saveSnapshot) return;
    this.#lastSnapshot = this.#lastSequence;
    this.#isSavingSnapshot = true;
    try {
      await journal.saveSnapshot(this.#lastSequence, snapshot());
    } catch (error) {
      snapshotFailed?.(error as Error);
    } finally {
      this.#isSavingSnapshot = false;
    }
  }
}
