import { performance } from "node:perf_hooks";
import { type FileJournalOptions, openFileJournal, type Recovery } from "./journal/file-journal.ts";
import { type Journal, MemoryJournal } from "./journal/journal.ts";
import type { SyncPolicy } from "./journal/journal-file.ts";
import { Sequencer, type SequencerRefusal, type SequencerState } from "./sequencer.ts";
import { CommandCodec } from "./venue/command-codec.ts";
import type { VenueCommand } from "./venue/commands.ts";
import type { VenueConfig } from "./venue/config.ts";
import { fanOut, type VenueListener } from "./venue/events.ts";
import { Venue } from "./venue/venue.ts";

/** A part of the exchange: hears the venue's events, and the fate of commands that never reached it. */
export interface VenuePart extends Partial<VenueListener> {
  /** A command that `submit` had taken will not be carried out: the disk is full. */
  commandRefused?(command: VenueCommand): void;
  /**
   * Some commands have been carried out, one after another: the time to write what they caused, all at once. Not told
   * while recovery tells again what happened before.
   */
  batchEnded?(): void;
  /** A snapshot is about to be taken: what led to it will not be told again. */
  beforeSnapshot?(): void;
  /** A snapshot could not be written: trading goes on, and a recovery will take longer. */
  snapshotFailed?(error: Error): void;
  /** The venue takes commands again, or stopped to. */
  stateChanged?(state: SequencerState, error: Error | undefined): void;
}

export interface SequencedVenueOptions {
  readonly config: VenueConfig;
  /** Where commands are made durable; `memory` keeps nothing. */
  readonly journal: "memory" | FileJournalOptions;
  /** Commands between two snapshots; 1,000,000 when left out. */
  readonly snapshotEvery?: number;
  /** Microseconds since 1970; the machine's clock when left out. */
  readonly now?: () => number;
}

/** In place of a number, for a command of a source that does not number what it sends. */
const UNNUMBERED = 0xffff_ffff;
const SOURCE_BYTES = 4;

/**
 * The venue behind its journal: a command is made durable, then carried out, then its events reach the parts. Each
 * command may carry the number that its message had on its session; the last one that is durable is known after a
 * recovery too, so that a gateway can ask the client for everything after it.
 */
export class SequencedVenue {
  readonly #options: SequencedVenueOptions;
  readonly #parts: VenuePart[] = [];
  readonly #codec = new CommandCodec();
  readonly #clock: () => number;
  /** Number of the last durable message of each session, by its index. */
  readonly #lastSource: number[];
  #lastMicros = 0;
  #sequence = 0;
  #venue: Venue | undefined;
  #journal: Journal | undefined;
  #sequencer: Sequencer<VenueCommand> | undefined;
  #isReplaying = false;

  constructor(options: SequencedVenueOptions) {
    this.#options = options;
    this.#lastSource = options.config.sessions.map(() => 0);
    this.#clock = options.now ?? wallClockMicros();
  }

  /** Adds a part; before {@link open}, so that it hears what recovery carries out again. */
  add(part: VenuePart): void {
    this.#parts.push(part);
  }

  /**
   * Recovers what the journal holds, and takes commands from here on.
   *
   * @throws JournalError
   */
  async open(): Promise<Recovery> {
    const { config, journal } = this.#options;
    const listener = fanOut(this.#parts);
    let recovery: Recovery = { snapshot: 0, records: 0, tornBytes: 0 };
    if (journal === "memory") {
      this.#journal = new MemoryJournal();
      this.#venue = new Venue(config, listener);
    } else {
      this.#isReplaying = true;
      const opened = await openFileJournal(journal, {
        restore: (state, sequence) => this.#restore(state, sequence, listener),
        apply: (bytes, start, end, sequence) => {
          this.#venue ??= new Venue(config, listener);
          this.#replay(bytes, start, end, sequence);
        },
      });
      this.#isReplaying = false;
      this.#venue ??= new Venue(config, listener);
      this.#journal = opened.journal;
      recovery = opened.recovery;
    }
    this.#lastMicros = this.#venue.timeMicros;
    const { snapshotEvery } = this.#options;
    this.#sequencer = new Sequencer<VenueCommand>({
      journal: this.#journal,
      encode: (command, source, bytes, offset) => this.#encode(command, source, bytes, offset),
      apply: (command, source, sequence) => this.#apply(command, source, sequence),
      batchEnded: () => {
        for (const part of this.#parts) part.batchEnded?.();
      },
      refused: (command) => {
        for (const part of this.#parts) part.commandRefused?.(command);
      },
      snapshot: () => this.#snapshot(),
      lastSnapshot: recovery.snapshot,
      snapshotFailed: (error) => {
        for (const part of this.#parts) part.snapshotFailed?.(error);
      },
      stateChanged: (state, error) => {
        for (const part of this.#parts) part.stateChanged?.(state, error);
      },
      ...(snapshotEvery === undefined ? {} : { snapshotEvery }),
    });
    return recovery;
  }

  /** For reading; what changes it goes through {@link submit}. */
  get venue(): Venue {
    return this.#venue!;
  }

  get state(): SequencerState {
    return this.#sequencer!.state;
  }

  /** When what it acknowledges is forced to the disk; `memory` when it keeps nothing. */
  get durability(): "memory" | SyncPolicy {
    const { journal } = this.#options;
    return journal === "memory" ? "memory" : (journal.sync ?? "batch");
  }

  /** Commands that are taken but not carried out. */
  get pending(): number {
    return this.#sequencer!.pending;
  }

  /** Place in the order of the command that is being, or was last, carried out. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Whether the present event happened before and is told again by recovery. */
  get isReplaying(): boolean {
    return this.#isReplaying;
  }

  /** The time to stamp a command with, in microseconds since 1970; never goes back. */
  now(): number {
    this.#lastMicros = Math.max(this.#lastMicros, this.#clock());
    return this.#lastMicros;
  }

  /**
   * Takes a command, which must not change from here on. Its events come later, when it is durable.
   *
   * @param sourceNumber - of the message that it came by, on a session that numbers them
   * @returns why it was not taken, if it was not
   */
  submit(command: VenueCommand, sourceNumber: number = UNNUMBERED): SequencerRefusal | undefined {
    return this.#sequencer!.submit(command, sourceNumber);
  }

  /** Number of the last message of a session that is durable, the present one included; 0 before the first. */
  lastSourceNumber(session: number): number {
    return this.#lastSource[session] ?? 0;
  }

  /** A session counts its messages from 1 again. For use in an event, so that recovery does the same at that place. */
  numberAnew(session: number): void {
    this.#lastSource[session] = 0;
  }

  /** Carries out what was taken, and closes the journal. */
  close(): Promise<void> {
    return this.#sequencer!.close();
  }

  #encode(command: VenueCommand, source: number, bytes: Uint8Array, offset: number): number {
    // Byte by byte, little-endian: a view of its own for each command would be garbage.
    for (let byte = 0; byte < SOURCE_BYTES; byte++) bytes[offset + byte] = source >>> (8 * byte);
    return SOURCE_BYTES + this.#codec.encode(command, bytes, offset + SOURCE_BYTES);
  }

  #replay(bytes: Uint8Array, start: number, end: number, sequence: number): void {
    const at = start + SOURCE_BYTES;
    let source = 0;
    for (let byte = SOURCE_BYTES - 1; byte >= 0; byte--) source = source * 256 + bytes[start + byte]!;
    this.#apply(this.#codec.decode(bytes, at, end - at), source, sequence);
  }

  #apply(command: VenueCommand, source: number, sequence: number): void {
    this.#sequence = sequence;
    if (source !== UNNUMBERED && "session" in command) this.#lastSource[command.session] = source;
    this.#venue!.apply(command);
  }

  /** Sources, then the venue's own snapshot. */
  #snapshot(): Uint8Array {
    for (const part of this.#parts) part.beforeSnapshot?.();
    const state = this.#venue!.snapshot();
    const sources = this.#lastSource;
    const bytes = new Uint8Array(4 + 4 * sources.length + state.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, sources.length, true);
    for (const [index, source] of sources.entries()) view.setUint32(4 + 4 * index, source, true);
    bytes.set(state, 4 + 4 * sources.length);
    return bytes;
  }

  #restore(bytes: Uint8Array, sequence: number, listener: VenueListener): void {
    this.#sequence = sequence;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = view.getUint32(0, true);
    for (let index = 0; index < count; index++) this.#lastSource[index] = view.getUint32(4 + 4 * index, true);
    this.#venue = Venue.restore(this.#options.config, listener, bytes.subarray(4 + 4 * count));
  }
}

/** The machine's clock, read in microseconds. */
function wallClockMicros(): () => number {
  const origin = performance.timeOrigin * 1000;
  return () => Math.floor(origin + performance.now() * 1000);
}
