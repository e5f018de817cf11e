import Papa from "papaparse";
import { parseDay } from "./dates.ts";
import { isTaxError, TaxError } from "./errors.ts";
import type { TaxEvent } from "./events.ts";
import { parseReportAmount } from "./numbers.ts";

/** A row that could not be used. */
export interface ImportProblem {
  /** Row, counted from 1 with the header. */
  readonly row: number;
  /** What is wrong with it, and in which field. */
  readonly error: TaxError;
}

/** What an import found. */
export interface ImportResult<T> {
  /** The good rows, in the file's order. */
  readonly rows: readonly T[];
  /** Number of the file's row behind each of `rows`, counted from 1 with the header. */
  readonly rowNumbers: readonly number[];
  /** The bad ones; always empty unless `keepGoodRows` was asked for. */
  readonly problems: readonly ImportProblem[];
}

/** How a file is read. */
export interface TradesCsvOptions {
  /** Lists bad rows and keeps the rest; otherwise the first bad row is thrown. */
  readonly keepGoodRows?: boolean;
}

const TYPES = [
  "buy",
  "reinvest",
  "sell",
  "short",
  "cover",
  "split",
  "spin-off",
  "merger",
  "return-of-capital",
  "symbol-change",
  "transfer",
  "receive",
  "exercise",
  "assignment",
  "expiry",
  "worthless",
];

/** Columns whose names are those of the events' fields. */
const NUMBER_COLUMNS: ReadonlySet<string> = new Set([
  "quantity",
  "price",
  "amount",
  "fee",
  "ratio",
  "cashInLieuPrice",
  "basisFractionToChild",
  "cashPerShare",
  "fmvPerNewShare",
  "perShare",
  "basis",
  "strike",
  "multiplier",
]);
const TEXT_COLUMNS: ReadonlySet<string> = new Set([
  "account",
  "currency",
  "order",
  "underlying",
  "method",
  "identifiedOn",
  "settlementDate",
  "child",
  "newSymbol",
  "toAccount",
  "reason",
  "acquired",
  "right",
]);

/** A row of a file: one object that goes through all of them. */
export class CsvRow {
  /** Position of each column. */
  readonly columns: ReadonlyMap<string, number>;
  /** Counted from 1 with the header. */
  number = 1;
  cells: readonly string[] = [];

  constructor(header: readonly string[]) {
    this.columns = new Map(header.map((name, at) => [name, at]));
  }

  /** The cell without blanks around it; empty when the file has no such column. */
  get(column: string): string {
    const at = this.columns.get(column);
    return at === undefined ? "" : this.cells[at]!.trim();
  }
}

/**
 * Reads a CSV of events. The header names the events' fields: `date,type,symbol,quantity,price,fee,…`; without an
 * `id` column events are named `row2`, `row3`, …; `lots` is written `b1:100 b2:50`. Empty cells are left out.
 *
 * @throws TaxError `bad-file` without the needed columns, `bad-row` for the first bad row unless `keepGoodRows`
 */
export function importTradesCsv(text: string, options: TradesCsvOptions = {}): ImportResult<TaxEvent> {
  return eachRow(text, ["date", "type", "symbol"], options, toEvent);
}

/** Reads rows below a header and turns each into a value, collecting or throwing what is wrong. */
export function eachRow<T>(
  text: string,
  needed: readonly string[],
  options: TradesCsvOptions,
  convert: (row: CsvRow) => T,
): ImportResult<T> {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter: ",", skipEmptyLines: true });
  const [fault] = errors;
  if (fault)
    throw new TaxError("bad-file", `not a CSV file: ${fault.message}`, { row: (fault.row ?? 0) + 1 });
  const header = (data[0] ?? []).map((name) => name.trim());
  for (const name of needed) {
    if (!header.includes(name))
      throw new TaxError("bad-file", "the column is missing", { field: name, row: 1 });
  }
  const row = new CsvRow(header);
  const rows: T[] = [];
  const rowNumbers: number[] = [];
  const problems: ImportProblem[] = [];
  for (let at = 1; at < data.length; at++) {
    row.cells = data[at]!;
    row.number = at + 1;
    try {
      if (row.cells.length !== header.length) {
        const text = `${header.length} cells expected, there are ${row.cells.length}`;
        throw new TaxError("bad-row", text, { row: row.number });
      }
      rows.push(convert(row));
      rowNumbers.push(row.number);
    } catch (thrown) {
      if (!isTaxError(thrown)) throw thrown;
      const place = { ...thrown.place, row: row.number };
      const error = thrown.code === "bad-row" ? thrown : new TaxError("bad-row", thrown.reason, place);
      if (!options.keepGoodRows) throw error;
      problems.push({ row: row.number, error });
    }
  }
  return { rows, rowNumbers, problems };
}

function toEvent(row: CsvRow): TaxEvent {
  const type = row.get("type").toLowerCase();
  const place = { row: row.number };
  if (!TYPES.includes(type)) {
    throw new TaxError("bad-row", `unknown type ${JSON.stringify(row.get("type"))}`, {
      ...place,
      field: "type",
    });
  }
  const date = row.get("date");
  parseDay(date, place);
  const symbol = row.get("symbol");
  if (symbol === "") throw new TaxError("bad-row", "must not be empty", { ...place, field: "symbol" });
  const event: Record<string, unknown> = { type, id: row.get("id") || `row${row.number}`, date, symbol };
  for (const [name, at] of row.columns) {
    const isNumber = NUMBER_COLUMNS.has(name);
    if (!isNumber && !TEXT_COLUMNS.has(name)) continue;
    const value = row.cells[at]!.trim();
    if (value === "") continue;
    if (isNumber && name !== "ratio") parseReportAmount(value, { ...place, field: name });
    event[name] = value;
  }
  const lots = row.get("lots");
  if (lots !== "") event.lots = lots.split(/\s+/).map((pick) => lotPick(pick, row.number));
  return event as unknown as TaxEvent;
}

function lotPick(text: string, row: number): { lot: string; quantity: string } {
  const at = text.lastIndexOf(":");
  if (at <= 0) throw new TaxError("bad-row", `must be LOT:QUANTITY, was ${text}`, { row, field: "lots" });
  return { lot: text.slice(0, at), quantity: text.slice(at + 1) };
}
