import type { Day } from "../dates.ts";
import type { Lot, Position } from "../lots/lot.ts";
import type { Units } from "../numbers.ts";
import { doubled, UnitsColumn } from "./units-column.ts";

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
  | "exercise"
  | "constructive-sale";

/** Every kind, the commonest first; a line holds the index. */
const KINDS: readonly LineKind[] = [
  "sale",
  "short",
  "cash-in-lieu",
  "merger",
  "return-of-capital",
  "expiry",
  "worthless",
  "exercise",
  "constructive-sale",
];

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
  readonly lots: Lot[] = [];
  /** Every position of the engine, by its index. */
  readonly #positions: readonly Position[];
  /** Where the shares were on the day of the disposal: the index of the position. */
  #position: Int32Array = new Int32Array(FIRST_ROOM);
  #kind: Int32Array = new Int32Array(FIRST_ROOM);
  /** Day of the disposal. */
  sold: Int32Array = new Int32Array(FIRST_ROOM);
  /** Start of the holding period. */
  heldFrom: Int32Array = new Int32Array(FIRST_ROOM);
  /** 1 for a long-term line. */
  isLong: Int32Array = new Int32Array(FIRST_ROOM);
  readonly quantity: UnitsColumn = new UnitsColumn();
  readonly proceeds: UnitsColumn = new UnitsColumn();
  readonly basis: UnitsColumn = new UnitsColumn();
  /** The line's latest wash, as index into a {@link WashTable}; -1 for none. */
  lastWash: Int32Array = new Int32Array(FIRST_ROOM);
  /** Shares of a loss that a purchase until `sold` + 30 days would wash, for the lines that have such. */
  readonly exposed: Map<number, Units> = new Map();

  constructor(positions: readonly Position[]) {
    this.#positions = positions;
  }

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
    this.lots.push(lot);
    this.#position[line] = position.index;
    this.#kind[line] = KINDS.indexOf(disposal.kind);
    this.sold[line] = disposal.day;
    this.heldFrom[line] = heldFrom;
    this.isLong[line] = isLong ? 1 : 0;
    this.quantity.append(line, quantity);
    this.proceeds.append(line, proceeds);
    this.basis.append(line, basis);
    this.lastWash[line] = -1;
    return line;
  }

  kindOf(line: number): LineKind {
    return KINDS[this.#kind[line]!]!;
  }

  /** Where the shares were on the day of the disposal. */
  positionOf(line: number): Position {
    return this.#positions[this.#position[line]!]!;
  }

  #grow(): void {
    this.#position = doubled(this.#position);
    this.sold = doubled(this.sold);
    this.heldFrom = doubled(this.heldFrom);
    this.lastWash = doubled(this.lastWash);
    this.#kind = doubled(this.#kind);
    this.isLong = doubled(this.isLong);
  }
}

/** Washed parts of lines by index, in the order in which they were matched. */
export class WashTable {
  /** The replacements. */
  readonly lots: Lot[] = [];
  /** Every position of the engine, by its index. */
  readonly #positions: readonly Position[];
  /** Where each replacement was when it was matched: the index of the position. */
  #position: Int32Array = new Int32Array(FIRST_ROOM);
  /** Index of the line. */
  line: Int32Array = new Int32Array(FIRST_ROOM);
  /** The wash of the same line before this one; -1 for none. */
  previous: Int32Array = new Int32Array(FIRST_ROOM);
  /** Shares of the line. */
  readonly quantity: UnitsColumn = new UnitsColumn();
  /** Loss disallowed. */
  readonly amount: UnitsColumn = new UnitsColumn();

  constructor(positions: readonly Position[]) {
    this.#positions = positions;
  }

  /** How many there are. */
  get length(): number {
    return this.lots.length;
  }

  /** Adds a wash of a line. */
  add(lines: LineTable, line: number, lot: Lot, quantity: Units, amount: Units): void {
    const wash = this.lots.length;
    if (wash === this.line.length) {
      this.#position = doubled(this.#position);
      this.line = doubled(this.line);
      this.previous = doubled(this.previous);
    }
    this.lots.push(lot);
    this.#position[wash] = lot.position.index;
    this.line[wash] = line;
    this.previous[wash] = lines.lastWash[line]!;
    this.quantity.append(wash, quantity);
    this.amount.append(wash, amount);
    lines.lastWash[line] = wash;
  }

  /** Where the replacement was when it was matched. */
  positionOf(wash: number): Position {
    return this.#positions[this.#position[wash]!]!;
  }
}
