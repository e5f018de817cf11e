import { formatDay, toDay } from "../dates.ts";
import { TaxError } from "../errors.ts";
import { checkReportAmount, formatReportAmount, parseReportAmount } from "../numbers.ts";
import { eachRow, type ImportResult, type TradesCsvOptions } from "./trades-csv.ts";

/** A row of a broker's 1099-B or 1099-DA. */
export interface BrokerRow {
  /** Row of the file, counted from 1 with the header. */
  readonly row: number;
  /** Symbol or CUSIP. */
  readonly symbol: string;
  /** Quantity sold. */
  readonly quantity: string;
  /** Box 1b, `YYYY-MM-DD`; empty for various or unknown dates. */
  readonly acquired: string;
  /** Box 1c. */
  readonly sold: string;
  /** Box 1d. */
  readonly proceeds: string;
  /** Box 1e; empty when not known to the broker. */
  readonly basis: string;
  /** Box 1g: wash sale loss disallowed. */
  readonly washDisallowed: string;
  /** Box 2; undefined when not given. */
  readonly term?: "S" | "L";
  /** Box 12: basis reported to the IRS. */
  readonly isBasisReported: boolean;
}

/** Names of the file's columns, where they differ from those of {@link BrokerRow}. */
export interface BrokerCsvOptions extends TradesCsvOptions {
  /** Column by field: `{ symbol: "CUSIP", proceeds: "Box 1d" }`. */
  readonly columns?: Readonly<Partial<Record<Exclude<keyof BrokerRow, "row">, string>>>;
}

const FIELDS = [
  "symbol",
  "quantity",
  "acquired",
  "sold",
  "proceeds",
  "basis",
  "washDisallowed",
  "term",
  "isBasisReported",
] as const;

/**
 * Reads a broker's 1099-B or 1099-DA as CSV. Amounts may be written `$1,234.50` or `(12.00)`, dates `YYYY-MM-DD`
 * or `MM/DD/YYYY`.
 *
 * @throws TaxError `bad-file` without the needed columns or with a read one twice, `bad-row` for the first bad row unless `keepGoodRows`
 */
export function importBrokerCsv(text: string, options: BrokerCsvOptions = {}): ImportResult<BrokerRow> {
  const column = (field: Exclude<keyof BrokerRow, "row">): string => options.columns?.[field] ?? field;
  const needed = (["symbol", "quantity", "sold", "proceeds"] as const).map(column);
  const known = FIELDS.map(column);
  return eachRow(text, needed, known, options, (file) => {
    const row = file.number;
    const cell = (field: Exclude<keyof BrokerRow, "row">): string => file.get(column(field));
    const term = /^l/i.test(cell("term")) ? "L" : /^s/i.test(cell("term")) ? "S" : undefined;
    if (cell("symbol") === "") throw new TaxError("bad-row", "must not be empty", { row, field: "symbol" });
    const quantity = cell("quantity").replaceAll(",", "");
    checkReportAmount(quantity, { row, field: "quantity" });
    if (!(Number(quantity) > 0))
      throw new TaxError("bad-row", "must be above zero", { row, field: "quantity" });
    return {
      row,
      symbol: cell("symbol"),
      quantity,
      acquired: /^(various|unknown|)$/i.test(cell("acquired"))
        ? ""
        : usDate(cell("acquired"), row, "acquired"),
      sold: usDate(cell("sold"), row, "sold"),
      proceeds: money(cell("proceeds"), row, "proceeds"),
      basis: cell("basis") === "" ? "" : money(cell("basis"), row, "basis"),
      washDisallowed: money(cell("washDisallowed") || "0", row, "washDisallowed"),
      ...(term === undefined ? {} : { term }),
      isBasisReported: /^(y|yes|true|1|x)$/i.test(cell("isBasisReported")),
    };
  });
}

function money(text: string, row: number, field: string): string {
  const bare = text.replace(/[$,\s]/g, "");
  const value = parseReportAmount(bare.replace(/^\((.*)\)$/, "-$1"), { row, field });
  return formatReportAmount(value);
}

function usDate(text: string, row: number, field: string): string {
  const us = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  const iso = us ? `${us[3]}-${us[1]!.padStart(2, "0")}-${us[2]!.padStart(2, "0")}` : text;
  const [year, month, day] = iso.split("-").map(Number) as [number, number, number];
  if (/^\d{4}-\d{2}-\d{2}$/.test(iso) && formatDay(toDay(year, month, day)) === iso) return iso;
  throw new TaxError("bad-row", `must be a date, was ${JSON.stringify(text)}`, { row, field });
}
