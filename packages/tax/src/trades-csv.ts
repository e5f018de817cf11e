import { parse } from "csv-parse/sync";
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
];

/**
 * Reads a CSV of events. The header names the events' fields: `date,type,symbol,quantity,price,fee,…`; without an
 * `id` column events are named `row2`, `row3`, …; `lots` is written `b1:100 b2:50`. Empty cells are left out.
 *
 * @throws TaxError `bad-file` without the needed columns, `bad-row` for the first bad row unless `keepGoodRows`
 */
export function importTradesCsv(text: string, options: TradesCsvOptions = {}): ImportResult<TaxEvent> {
  return eachRow(text, ["date", "type", "symbol"], options, toEvent);
}

/** Reads records with a header and turns each into a value, collecting or throwing what is wrong. */
export function eachRow<T>(
  text: string,
  needed: readonly string[],
  options: TradesCsvOptions,
  convert: (record: Readonly<Record<string, string>>, row: number) => T,
): ImportResult<T> {
  let table: string[][];
  try {
    table = parse(text, { bom: true, skip_empty_lines: true, relax_column_count: true, trim: true });
  } catch (cause) {
    throw new TaxError("bad-file", `not a CSV file: ${(cause as Error).message}`);
  }
  const [header = [], ...body] = table;
  for (const name of needed) {
    if (!header.includes(name))
      throw new TaxError("bad-file", "the column is missing", { field: name, row: 1 });
  }
  const rows: T[] = [];
  const rowNumbers: number[] = [];
  const problems: ImportProblem[] = [];
  for (const [index, cells] of body.entries()) {
    const row = index + 2;
    try {
      if (cells.length !== header.length) {
        throw new TaxError("bad-row", `${header.length} cells expected, there are ${cells.length}`, { row });
      }
      rows.push(convert(Object.fromEntries(header.map((name, at) => [name, cells[at]!])), row));
      rowNumbers.push(row);
    } catch (thrown) {
      if (!isTaxError(thrown)) throw thrown;
      const error =
        thrown.code === "bad-row" ? thrown : new TaxError("bad-row", thrown.reason, { ...thrown.place, row });
      if (!options.keepGoodRows) throw error;
      problems.push({ row, error });
    }
  }
  return { rows, rowNumbers, problems };
}

function toEvent(record: Readonly<Record<string, string>>, row: number): TaxEvent {
  const type = (record.type ?? "").toLowerCase();
  if (!TYPES.includes(type))
    throw new TaxError("bad-row", `unknown type ${JSON.stringify(record.type)}`, { row, field: "type" });
  parseDay(record.date ?? "", { row });
  if (!record.symbol) throw new TaxError("bad-row", "must not be empty", { row, field: "symbol" });
  const event: Record<string, unknown> = {
    type,
    id: record.id || `row${row}`,
    date: record.date,
    symbol: record.symbol,
  };
  for (const name of NUMBER_COLUMNS) {
    const value = record[name];
    if (!value) continue;
    if (name !== "ratio") parseReportAmount(value, { row, field: name });
    event[name] = value;
  }
  for (const name of TEXT_COLUMNS) if (record[name]) event[name] = record[name];
  if (record.lots) event.lots = record.lots.split(/\s+/).map((pick) => lotPick(pick, row));
  return event as unknown as TaxEvent;
}

function lotPick(text: string, row: number): { lot: string; quantity: string } {
  const at = text.lastIndexOf(":");
  if (at <= 0) throw new TaxError("bad-row", `must be LOT:QUANTITY, was ${text}`, { row, field: "lots" });
  return { lot: text.slice(0, at), quantity: text.slice(at + 1) };
}
