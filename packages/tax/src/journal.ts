import { formatDay } from "./dates.ts";
import type { LineState, WashState } from "./line-state.ts";
import type { Numbers } from "./numbers.ts";

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

type Change = Omit<JournalEntry, "sequence">;

/** A wash is kept as it is and put into words only when asked for, as there may be one for every sale. */
interface WashRecord {
  readonly line: LineState;
  readonly wash: WashState;
}

/** Collects adjustments in the order in which they are made. */
export class Journal {
  readonly #records: (WashRecord | Change)[] = [];

  washed(line: LineState, wash: WashState): void {
    this.#records.push({ line, wash });
  }

  changed(change: Change): void {
    this.#records.push(change);
  }

  entries(numbers: Numbers): JournalEntry[] {
    return this.#records.map((record, index) => ({
      sequence: index + 1,
      ...("wash" in record ? inWords(record, numbers) : record),
    }));
  }
}

function inWords({ line, wash }: WashRecord, numbers: Numbers): Change {
  return {
    kind: wash.isPermanent ? "permanent-disallowance" : "wash-sale",
    event: line.event,
    lot: wash.lot.id,
    quantity: numbers.formatQuantity(wash.quantity),
    amount: numbers.formatMoney(wash.amount),
    text: `loss of ${line.event} on ${formatDay(line.sold)} ${wash.isPermanent ? "lost to" : "moved to"} lot ${wash.lot.id}`,
  };
}
