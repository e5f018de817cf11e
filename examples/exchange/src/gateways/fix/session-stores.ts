import { existsSync } from "node:fs";
import { join } from "node:path";
import { FixParser, type FixView, MemoryStore, type MessageStore } from "@exchange-kit/fix";
import { FileStore } from "@exchange-kit/fix/file";
import type { FixVersion } from "./versions.ts";

/** What a client may ask for again where nothing is on disk, some 15,000 messages. */
const BYTES_IN_MEMORY = 4 * 1024 * 1024;

/** A file store that tells when both sequences begin anew, and dates that by the venue's clock. */
class ResettingStore extends FileStore {
  nowMicros: (() => number) | undefined;
  onReset: (() => void) | undefined;

  override reset(nowMillis: number): void {
    super.reset(this.nowMicros ? this.nowMicros() / 1000 : nowMillis);
    this.onReset?.();
  }

  /** When the sequences began, in microseconds since 1970. */
  get createdAtMicros(): number {
    return Math.round(this.createdAtMillis * 1000);
  }
}

export interface SessionStoresOptions {
  /** Of the files; `undefined` keeps messages in memory. */
  readonly folder: string | undefined;
  /** Name of the venue's session. */
  readonly name: string;
  readonly versions: readonly FixVersion[];
  /** The clock of the journal's commands. */
  readonly nowMicros: () => number;
  /** Sequence numbers of a version begin at 1 again. */
  readonly onReset: (version: FixVersion) => void;
}

/**
 * The stores of one login, one for each version of FIX that it has used. Each message is in its file before it is sent,
 * together with the place in the journal up to which the venue's reports are there: what recovery tells again up to that
 * place is passed over, and what it tells beyond is missing and is added.
 */
export class SessionStores {
  readonly #options: SessionStoresOptions;
  readonly #stores: (MessageStore | undefined)[] = [];
  readonly #files: (ResettingStore | undefined)[] = [];

  constructor(options: SessionStoresOptions) {
    this.#options = options;
    const { folder, versions } = options;
    for (const version of versions) {
      if (folder !== undefined && existsSync(this.#path(folder, version))) this.of(version);
    }
  }

  /** The store of a version, made if need be. */
  of(version: FixVersion): MessageStore {
    let store = this.#stores[version.index];
    if (store) return store;
    const { folder } = this.#options;
    if (folder === undefined) store = new MemoryStore(BYTES_IN_MEMORY);
    else {
      const file = this.#openFile(folder, version);
      this.#files[version.index] = file;
      store = file;
    }
    this.#stores[version.index] = store;
    return store;
  }

  /** Versions that have a store. */
  has(version: FixVersion): boolean {
    return this.#stores[version.index] !== undefined;
  }

  /** Whether the sequences of a version began after a moment. */
  wasResetAfter(version: FixVersion, micros: number): boolean {
    const file = this.#files[version.index];
    return file !== undefined && file.createdAtMicros > micros;
  }

  /**
   * Client order ids of the requests that were refused, each as often as it was, after a message of the client had been
   * received.
   */
  refusedAfter(version: FixVersion, seqNum: number): Map<string, number> {
    const refused = new Map<string, number>();
    const file = this.#files[version.index];
    if (file === undefined) return refused;
    const parser = new FixParser();
    for (let sent = file.firstSentAfter(seqNum); sent < file.nextSenderSeqNum; sent++) {
      const stored = file.get(sent);
      if (!stored || parser.parse(stored) === 0) continue;
      const { view } = parser;
      const id = view.string(11);
      if (id === undefined || !isRefusal(view)) continue;
      refused.set(id, (refused.get(id) ?? 0) + 1);
    }
    return refused;
  }

  /** Place in the journal up to which every report is here. */
  get checkpoint(): number {
    let highest = 0;
    for (const file of this.#files) if (file) highest = Math.max(highest, file.checkpoint);
    return highest;
  }

  /** Every report up to this place in the journal has been added. */
  reached(sequence: number): void {
    for (const file of this.#files) if (file) file.checkpoint = sequence;
  }

  /**
   * Writes what was added. What the disk has no room for stays in memory and is written with the next.
   *
   * @param withReceived - also the numbers of what was received, which else wait for a message
   */
  flush(withReceived = false): void {
    try {
      for (const file of this.#files) {
        if (withReceived) file?.forceToDisk();
        else file?.flush();
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  }

  /** Writes what was added, and forces all of it to the disk. */
  forceToDisk(): void {
    for (const file of this.#files) file?.forceToDisk();
  }

  async close(): Promise<void> {
    for (const file of this.#files) await file?.close();
  }

  #openFile(folder: string, version: FixVersion): ResettingStore {
    const { nowMicros, onReset } = this.#options;
    // Which requests of the client are durable, the journal knows.
    const file = new ResettingStore(this.#path(folder, version), { received: "with-messages" });
    file.checkpoint = Math.max(file.checkpoint, this.checkpoint);
    file.nowMicros = nowMicros;
    if (file.createdAtMillis === 0) file.reset(0);
    file.onReset = () => onReset(version);
    return file;
  }

  #path(folder: string, { beginString }: FixVersion): string {
    return join(folder, `${this.#options.name}.${beginString}.fix`);
  }
}

/** OrderCancelReject, OrderMassCancelReport of nothing, or ExecutionReport of a rejected order. */
function isRefusal(view: FixView): boolean {
  return view.equals(35, "9") || view.equals(531, "0") || view.equals(150, "8");
}
