/** Entries that the messages of one template write. */
export interface SlotSet {
  readonly slots: readonly number[];
  isTouched: boolean;
}

/**
 * The previous values of all dictionaries, each at a slot of its own. What one message stores can be taken back.
 *
 * There are two ways to store. {@link Dictionaries.write} notes the value before, for {@link Dictionaries.rollback}.
 * Generated code keeps values in local variables while a message lasts, stores them in {@link Dictionaries.slots} when it is
 * through, and says so by {@link Dictionaries.touch}.
 */
export class Dictionaries {
  /** Previous values: `undefined`, `null` (empty) or a value. */
  readonly slots: unknown[];
  /** Slots and their values before this message, in pairs. */
  readonly #journal: unknown[] = [];
  /** Entries of the journal that count; its memory is kept. */
  #journaled = 0;
  readonly #touched: SlotSet[] = [];

  constructor(slotCount: number) {
    this.slots = new Array(slotCount).fill(undefined);
  }

  /** Sets a previous value so that it can be taken back. */
  write(slot: number, value: unknown): void {
    this.#journal[this.#journaled++] = slot;
    this.#journal[this.#journaled++] = this.slots[slot];
    this.slots[slot] = value;
  }

  /** Says that entries have values, so that a reset looks only where something is. */
  touch(set: SlotSet): void {
    set.isTouched = true;
    this.#touched.push(set);
  }

  /** Clears the entries that generated code has touched. */
  reset(): void {
    const { slots } = this;
    const touched = this.#touched;
    // Setting an array's length costs more than popping the few there are.
    for (let set = touched.pop(); set; set = touched.pop()) {
      for (let at = 0; at < set.slots.length; at++) slots[set.slots[at]!] = undefined;
      set.isTouched = false;
    }
  }

  /** Clears all dictionaries for good. */
  resetAll(): void {
    this.reset();
    this.slots.fill(undefined);
  }

  /** Clears all dictionaries so that it can be taken back. */
  resetJournaled(): void {
    for (let slot = 0; slot < this.slots.length; slot++)
      if (this.slots[slot] !== undefined) this.write(slot, undefined);
  }

  /** Makes what was written since the last call final. */
  commit(): void {
    this.#journaled = 0;
  }

  /** Takes back what was written since the last {@link Dictionaries.commit}. */
  rollback(): void {
    const journal = this.#journal;
    for (let at = this.#journaled - 2; at >= 0; at -= 2) this.slots[journal[at] as number] = journal[at + 1];
    this.#journaled = 0;
  }
}
