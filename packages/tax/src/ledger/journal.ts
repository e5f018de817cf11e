import { formatDay } from "../dates.ts";
import type { LineTable, WashTable } from "../lines/line-table.ts";
import type { Numbers } from "../numbers.ts";

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
    | "holding-period"
    | "reversal";
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
  /** The entry that a `reversal` takes back. */
  readonly reverses?: number;
}

/** An entry that has no number yet. */
export type Change = Omit<JournalEntry, "sequence">;

/** A change and how many washes there were before it. */
interface Record {
  readonly change: Change;
  readonly washesBefore: number;
}

/**
 * Lists adjustments in the order in which they were made: washes, which their own table keeps and which are put
 * into words only when asked for, and the changes between them.
 */
export class Journal {
  readonly #numbers: Numbers;
  readonly #lines: LineTable;
  readonly #washes: WashTable;
  readonly #records: Record[] = [];

  constructor(numbers: Numbers, lines: LineTable, washes: WashTable) {
    this.#numbers = numbers;
    this.#lines = lines;
    this.#washes = washes;
  }

  changed(change: Change): void {
    this.#records.push({ change, washesBefore: this.#washes.length });
  }

  entries(): Change[] {
    const entries: Change[] = [];
    let wash = 0;
    for (const { change, washesBefore } of this.#records) {
      while (wash < washesBefore) entries.push(this.#inWords(wash++));
      entries.push(change);
    }
    while (wash < this.#washes.length) entries.push(this.#inWords(wash++));
    return entries;
  }

  #inWords(wash: number): Change {
    const { lots, line: lineOf, quantity, amount } = this.#washes;
    const line = lineOf[wash]!;
    const lot = lots[wash]!.id;
    const event = this.#lines.events[line]!;
    const isPermanent = !this.#washes.positionOf(wash).account.isTaxable;
    return {
      kind: isPermanent ? "permanent-disallowance" : "wash-sale",
      event,
      lot,
      quantity: this.#numbers.formatQuantity(quantity.at(wash)),
      amount: this.#numbers.formatMoney(amount.at(wash)),
      text: `loss of ${event} on ${formatDay(this.#lines.sold[line]!)} ${isPermanent ? "lost to" : "moved to"} lot ${lot}`,
    };
  }
}
