import Papa from "papaparse";
import { parseDay } from "../dates.ts";
import { isTaxError, TaxError } from "../errors.ts";
import type { TaxEvent } from "../events.ts";
import { checkReportAmount } from "../numbers.ts";

/** A row that could not be used. */
export interface ImportProblem {
  /** Row, counted from 1 with the header and empty lines. */
  readonly row: number;
  /** What is wrong with it, and in which field. */
  readonly error: TaxError;
}

/** What an import found. */
export interface ImportResult<T> {
  /** The good rows, in the file's order. */
  readonly rows: readonly T[];
  /** Number of the file's row behind each of `rows`, counted as in {@link ImportProblem}. */
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
  "constructive-sale",
];

/** Columns whose names are those of the events' fields. */
const NUMBER_COLUMNS = [
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
];
const TEXT_COLUMNS = [
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
  "short",
];

/** A row of a file: one object that goes through all of them. */
export class CsvRow {
  /** Position of each column. */
  readonly columns: ReadonlyMap<string, number>;
  /** Counted from 1 with the header. */
  number = 1;
  cells: readonly string[] = [];
  /** Names of the columns, as they stand. */
  readonly header: readonly string[];

  constructor(header: readonly string[]) {
    this.header = header;
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
 * @throws TaxError `bad-file` without the needed columns or with one of an event's twice, `bad-row` for the first bad row
 * unless `keepGoodRows`
 */
export function importTradesCsv(text: string, options: TradesCsvOptions = {}): ImportResult<TaxEvent> {
  let fields: readonly Field[] | undefined;
  const needed = ["date", "type", "symbol"];
  const known = [...needed, "id", "lots", ...NUMBER_COLUMNS, ...TEXT_COLUMNS];
  return eachRow(text, needed, known, options, (row) => {
    fields ??= fieldsOf(row);
    return toEvent(row, fields);
  });
}

/** Reads rows below a header and turns each into a value, collecting or throwing what is wrong. */
export function eachRow<T>(
  text: string,
  needed: readonly string[],
  known: readonly string[],
  options: TradesCsvOptions,
  convert: (row: CsvRow) => T,
): ImportResult<T> {
  const rows: T[] = [];
  const rowNumbers: number[] = [];
  const problems: ImportProblem[] = [];
  let row: CsvRow | undefined;
  let number = 0;
  const use = (cells: readonly string[]): void => {
    number++;
    // Empty lines say nothing, but count: a row is looked up by its number.
    if (cells.length === 1 && cells[0] === "") return;
    if (row === undefined) {
      row = new CsvRow(cells.map((name) => name.trim()));
      checkColumns(row, needed, known);
      return;
    }
    row.cells = cells;
    row.number = number;
    try {
      if (cells.length !== row.header.length) {
        const text = `${row.header.length} cells expected, there are ${cells.length}`;
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
  };
  // Row by row: a hundred thousand rows kept as arrays of cells would cost the collector more than reading them.
  Papa.parse<string[]>(text, {
    delimiter: ",",
    step: ({ data, errors: [fault] }) => {
      if (fault) {
        const place = { row: number + 1 };
        throw new TaxError("bad-file", `not a CSV file: ${fault.message}`, place);
      }
      use(data);
    },
  });
  if (row === undefined) checkColumns(new CsvRow([]), needed, known);
  return { rows, rowNumbers, problems };
}

/** @throws TaxError `bad-file` */
function checkColumns(
  { columns, header }: CsvRow,
  needed: readonly string[],
  known: readonly string[],
): void {
  for (const name of needed) {
    if (!columns.has(name)) {
      throw new TaxError("bad-file", "the column is missing", { field: name, row: 1 });
    }
  }
  for (const name of known) {
    if (header.indexOf(name) !== header.lastIndexOf(name)) {
      throw new TaxError("bad-file", "there are two columns of this name", { field: name, row: 1 });
    }
  }
}

/** A column that is a field of events. */
interface Field {
  readonly name: string;
  readonly at: number;
  readonly isNumber: boolean;
}

/** Named by the words of this file: a name cut out of the text is no name to V8, and setting such a field is slow. */
function fieldsOf({ columns }: CsvRow): Field[] {
  return [...NUMBER_COLUMNS, ...TEXT_COLUMNS].flatMap((name, index) => {
    const at = columns.get(name);
    return at === undefined ? [] : { name, at, isNumber: index < NUMBER_COLUMNS.length };
  });
}

function toEvent(row: CsvRow, fields: readonly Field[]): TaxEvent {
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
  for (const { name, at, isNumber } of fields) {
    const value = row.cells[at]!.trim();
    if (value === "") continue;
    if (isNumber && name !== "ratio") checkReportAmount(value, { row: row.number, field: name });
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
