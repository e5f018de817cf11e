import type { Day } from "./dates.ts";
import type { Lot, Position } from "./lot.ts";
import type { Units } from "./numbers.ts";

const FIRST_ROOM = 16;

/** What kind of disposal a line reports. */
export type LineKind =
  | "sale"
  | "short"
  | "cash-in-lieu"
  | "merger"
  | "return-of-capital"
  | "expiry"
  | "worthless"
  | "exercise";

/** What a line is made with; the rest comes with its washes. */
export interface NewLine {
  readonly event: string;
  readonly kind: LineKind;
  readonly day: Day;
}

/**
 * Report lines by index, one array for each figure: a year of day trading has a hundred thousand of them, and what
 * is not an object need not be moved about by the garbage collector. Plain arrays where they hold small integers,
 * large ones and `bigint` alike; days, indexes and flags are words, of which twice as many cost one copy.
 */
export class LineTable {
  readonly events: string[] = [];
  readonly kinds: LineKind[] = [];
  readonly lots: Lot[] = [];
  /** Where the shares were on the day of the disposal. */
  readonly positions: Position[] = [];
  /** Day of the disposal. */
  sold: Int32Array = new Int32Array(FIRST_ROOM);
  /** Start of the holding period. */
  heldFrom: Int32Array = new Int32Array(FIRST_ROOM);
  /** 1 for a long-term line. */
  isLong: Uint8Array = new Uint8Array(FIRST_ROOM);
  readonly quantity: Units[] = [];
  readonly proceeds: Units[] = [];
  readonly basis: Units[] = [];
  /** The line's latest wash, as index into a {@link WashTable}; -1 for none. */
  lastWash: Int32Array = new Int32Array(FIRST_ROOM);
  /** Shares of a loss that a purchase until `sold` + 30 days would wash, for the lines that have such. */
  readonly exposed: Map<number, Units> = new Map();

  /** How many lines there are. */
  get length(): number {
    return this.events.length;
  }

  /** Adds a line and returns its index. */
  add(
    disposal: NewLine,
    lot: Lot,
    position: Position,
    heldFrom: Day,
    quantity: Units,
    proceeds: Units,
    basis: Units,
    isLong: boolean,
  ): number {
    const line = this.events.length;
    if (line === this.sold.length) this.#grow();
    this.events.push(disposal.event);
    this.kinds.push(disposal.kind);
    this.lots.push(lot);
    this.positions.push(position);
    this.sold[line] = disposal.day;
    this.heldFrom[line] = heldFrom;
    this.isLong[line] = isLong ? 1 : 0;
    this.quantity.push(quantity);
    this.proceeds.push(proceeds);
    this.basis.push(basis);
    this.lastWash[line] = -1;
    return line;
  }

  #grow(): void {
    this.sold = doubled(this.sold);
    this.heldFrom = doubled(this.heldFrom);
    this.lastWash = doubled(this.lastWash);
    const isLong = new Uint8Array(this.isLong.length * 2);
    isLong.set(this.isLong);
    this.isLong = isLong;
  }
}

/** Washed parts of lines by index, in the order in which they were matched. */
export class WashTable {
  /** The replacements. */
  readonly lots: Lot[] = [];
  /** Where each replacement was when it was matched. */
  readonly positions: Position[] = [];
  /** Index of the line. */
  line: Int32Array = new Int32Array(FIRST_ROOM);
  /** The wash of the same line before this one; -1 for none. */
  previous: Int32Array = new Int32Array(FIRST_ROOM);
  /** Shares of the line. */
  readonly quantity: Units[] = [];
  /** Loss disallowed. */
  readonly amount: Units[] = [];

  /** How many there are. */
  get length(): number {
    return this.lots.length;
  }

  /** Adds a wash of a line. */
  add(lines: LineTable, line: number, lot: Lot, quantity: Units, amount: Units): void {
    const wash = this.lots.length;
    if (wash === this.line.length) {
      this.line = doubled(this.line);
      this.previous = doubled(this.previous);
    }
    this.lots.push(lot);
    this.positions.push(lot.position);
    this.line[wash] = line;
    this.previous[wash] = lines.lastWash[line]!;
    this.quantity.push(quantity);
    this.amount.push(amount);
    lines.lastWash[line] = wash;
  }
}

function doubled(words: Int32Array): Int32Array {
  const more = new Int32Array(words.length * 2);
  more.set(words);
  return more;
}
