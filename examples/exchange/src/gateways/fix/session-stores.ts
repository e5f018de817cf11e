import { existsSync } from "node:fs";
import { join } from "node:path";
import { MemoryStore, type MessageStore } from "@exchange-kit/fix";
import { FileStore } from "@exchange-kit/fix/file";
import type { FixVersion } from "./versions.ts";

/** A file store that tells when both sequences begin anew. */
class ResettingStore extends FileStore {
  onReset: (() => void) | undefined;

  override reset(nowMillis: number): void {
    super.reset(nowMillis);
    this.onReset?.();
  }
}

/**
 * The stores of one login, one for each version of FIX that it has used. Each message is in its file before it is sent,
 * together with the place in the journal up to which the venue's reports are there: what recovery tells again up to that
 * place is passed over, and what it tells beyond is missing and is added.
 */
export class SessionStores {
  readonly #folder: string | undefined;
  readonly #name: string;
  readonly #onReset: (version: FixVersion) => void;
  readonly #stores: (MessageStore | undefined)[] = [];
  readonly #files: ResettingStore[] = [];

  /**
   * @param folder - of the files; `undefined` keeps messages in memory
   * @param name - of the venue's session
   * @param onReset - sequence numbers of a version begin at 1 again
   */
  constructor(
    folder: string | undefined,
    name: string,
    versions: readonly FixVersion[],
    onReset: (version: FixVersion) => void,
  ) {
    this.#folder = folder;
    this.#name = name;
    this.#onReset = onReset;
    for (const version of versions) {
      if (folder !== undefined && existsSync(this.#path(folder, version))) this.of(version);
    }
  }

  /** The store of a version, made if need be. */
  of(version: FixVersion): MessageStore {
    let store = this.#stores[version.index];
    if (store) return store;
    if (this.#folder === undefined) store = new MemoryStore();
    else {
      const file = new ResettingStore(this.#path(this.#folder, version));
      file.checkpoint = Math.max(file.checkpoint, this.checkpoint);
      file.onReset = () => this.#onReset(version);
      this.#files.push(file);
      store = file;
    }
    this.#stores[version.index] = store;
    return store;
  }

  /** Versions that have a store. */
  has(version: FixVersion): boolean {
    return this.#stores[version.index] !== undefined;
  }

  /** Place in the journal up to which every report is here. */
  get checkpoint(): number {
    let highest = 0;
    for (const { checkpoint } of this.#files) highest = Math.max(highest, checkpoint);
    return highest;
  }

  /** Every report up to this place in the journal has been added. */
  reached(sequence: number): void {
    for (const file of this.#files) file.checkpoint = sequence;
  }

  /** Writes what was added. What the disk has no room for stays in memory and is written with the next. */
  flush(): void {
    try {
      for (const file of this.#files) file.flush();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  }

  /** Writes what was added, and forces all of it to the disk. */
  forceToDisk(): void {
    for (const file of this.#files) file.forceToDisk();
  }

  async close(): Promise<void> {
    for (const file of this.#files) await file.close();
  }

  #path(folder: string, { beginString }: FixVersion): string {
    return join(folder, `${this.#name}.${beginString}.fix`);
  }
}
