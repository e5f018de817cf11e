import type { TaxEvent } from "../events.ts";

/**
 * The ids of a ledger's events, of which no two may be the same. As long as each id is greater than all before it,
 * as row and sequence numbers are, the greatest is all that needs to be remembered; a set is made when one is not.
 */
export class EventIds {
  /** No id is greater than this one. */
  #greatest = "";
  #secondGreatest = "";
  #all: Set<string> | undefined;

  /** Takes an id; false when one of the `events` has it. */
  take(id: string, events: readonly TaxEvent[]): boolean {
    if (!this.#all) {
      if (isGreater(id, this.#greatest)) {
        this.#secondGreatest = this.#greatest;
        this.#greatest = id;
        return true;
      }
      this.replace(events);
    }
    const all = this.#all!;
    const before = all.size;
    return all.add(id).size > before;
  }

  /** Gives back the id that was taken last, as its event was refused. */
  giveBack(id: string): void {
    if (this.#all) this.#all.delete(id);
    else this.#greatest = this.#secondGreatest;
  }

  /** Forgets all ids but those of `events`. */
  replace(events: readonly TaxEvent[]): void {
    this.#all = new Set(events.map((event) => event.id));
  }
}

/** By length, then by letters: `row9` before `row10`. */
function isGreater(a: string, b: string): boolean {
  return a.length === b.length ? a > b : a.length > b.length;
}
