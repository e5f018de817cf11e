import { formatDay } from "./dates.ts";
import type { LineState, WashState } from "./line-state.ts";
import type { Numbers, Units } from "./numbers.ts";

/** One change that was made to a lot or a line after the event that made it; never altered or removed. */
export interface JournalEntry {
  /** Counts entries from 1. */
  readonly sequence: number;
  /** What changed. */
  readonly kind:
    | "wash-sale"
    | "permanent-disallowance"
    | "basis-change"
    | "quantity-change"
    | "holding-period";
  /** The event that caused it: the loss, the corporate action, or the cover. */
  readonly event: string;
  /** The lot whose basis, quantity or holding period changed. */
  readonly lot: string;
  /** Shares concerned. */
  readonly quantity: string;
  /** Money concerned: loss moved, or basis after the change. */
  readonly amount: string;
  /** In words. */
  readonly text: string;
}

/** Collects adjustments in the order in which they are made; written out only when asked for. */
export class Journal {
  readonly #writers: (() => Omit<JournalEntry, "sequence">)[] = [];
  readonly #numbers: () => Numbers;

  constructor(numbers: () => Numbers) {
    this.#numbers = numbers;
  }

  washed(line: LineState, wash: WashState): void {
    this.#writers.push(() => ({
      kind: wash.isPermanent ? "permanent-disallowance" : "wash-sale",
      event: line.event,
      lot: wash.lot.id,
      quantity: this.#numbers().formatQuantity(wash.quantity),
      amount: this.#numbers().formatMoney(wash.amount),
      text: `loss of ${line.event} on ${formatDay(line.sold)} ${wash.isPermanent ? "lost to" : "moved to"} lot ${wash.lot.id}`,
    }));
  }

  changed(
    kind: "basis-change" | "quantity-change" | "holding-period",
    event: string,
    lot: string,
    quantity: Units,
    amount: Units,
    text: string,
  ): void {
    this.#writers.push(() => ({
      kind,
      event,
      lot,
      quantity: this.#numbers().formatQuantity(quantity),
      amount: this.#numbers().formatMoney(amount),
      text,
    }));
  }

  entries(): JournalEntry[] {
    return this.#writers.map((write, index) => ({ sequence: index + 1, ...write() }));
  }
}
