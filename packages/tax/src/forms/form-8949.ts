import type { GainLine } from "../lines/line.ts";
import { type DecimalInput, formatReportAmount, parseReportAmount, sumAmounts } from "../numbers.ts";
import { oneOf } from "../options.ts";
import { DIGITAL_BOXES_FROM } from "./form-text.ts";

/** Box checked at the top of a page of Form 8949; G to L are for digital assets from tax year 2025. */
export type Box = "A" | "B" | "C" | "D" | "E" | "F" | "G" | "H" | "I" | "J" | "K" | "L";

/** How a disposal was reported to the IRS. */
export type Reporting = "basis-reported" | "basis-not-reported" | "no-form";

/**
 * Codes of column (f): B basis on the 1099 is wrong, C collectibles, D market discount, E selling expenses not on
 * the form, H home, L loss that is not deductible, M several transactions on one row, N nominee, O other, Q, R, S
 * and X stock of small businesses, T wrong term, W wash sale, Y and Z opportunity funds.
 */
export type AdjustmentCode =
  | "B"
  | "C"
  | "D"
  | "E"
  | "H"
  | "L"
  | "M"
  | "N"
  | "O"
  | "Q"
  | "R"
  | "S"
  | "T"
  | "W"
  | "X"
  | "Y"
  | "Z";

const CODES: readonly AdjustmentCode[] = [
  "B",
  "C",
  "D",
  "E",
  "H",
  "L",
  "M",
  "N",
  "O",
  "Q",
  "R",
  "S",
  "T",
  "W",
  "X",
  "Y",
  "Z",
];

/** An adjustment beside that of a wash sale, which every line brings along. */
export interface Adjustment {
  /** Why. */
  readonly code: AdjustmentCode;
  /** What is added to the gain, negative to lower it; `0` when left out, for a code that only explains. */
  readonly amount?: DecimalInput;
}

/** A row of the form; columns (a) to (h), exact decimals. */
export interface Form8949Row {
  /** (a) Description of property. */
  readonly description: string;
  /** (b) Date acquired, `MM/DD/YYYY`, `VARIOUS` or `INHERITED`. */
  readonly acquired: string;
  /** (c) Date sold. */
  readonly sold: string;
  /** (d) Proceeds. */
  readonly proceeds: string;
  /** (e) Cost or other basis. */
  readonly basis: string;
  /** (f) Codes in alphabetical order. */
  readonly codes: string;
  /** (g) Adjustment. */
  readonly adjustment: string;
  /** (h) Gain or loss: (d) − (e) + (g). */
  readonly gain: string;
  /** The line behind the row; none behind the total of a statement. */
  readonly line?: GainLine;
}

/** All rows under one box. */
export interface Form8949Page {
  /** The box. */
  readonly box: Box;
  /** Part I short-term, part II long-term. */
  readonly part: "I" | "II";
  /** The rows. */
  readonly rows: readonly Form8949Row[];
  /** The transactions of the statement to attach, when `rows` has only its total. */
  readonly statement?: readonly Form8949Row[];
  /** Sums of (d), (e), (g) and (h). */
  readonly totals: FormTotals;
}

/** Sums of the four columns of money. */
export interface FormTotals {
  /** (d) */
  readonly proceeds: string;
  /** (e) */
  readonly basis: string;
  /** (g) */
  readonly adjustment: string;
  /** (h) */
  readonly gain: string;
}

/** A filled form, with what goes straight to Schedule D. */
export interface Form8949 {
  /** Tax year. */
  readonly year: number;
  /** Pages by box, A to L, only those with rows. */
  readonly pages: readonly Form8949Page[];
  /** Sum of the rows that go straight to Schedule D line 1a. */
  readonly direct1a?: FormTotals;
  /** Sum of the rows that go straight to Schedule D line 8a. */
  readonly direct8a?: FormTotals;
  /** Rows that a purchase could still change. */
  readonly provisionalRows: number;
}

/** How the form is filled. */
export interface Form8949Options {
  /** The tax year; lines of other years are left out. */
  readonly year: number;
  /** How each line was reported; `no-form` for all when left out. */
  readonly reporting?: (line: GainLine) => Reporting;
  /** Adjustments of a line beside its wash sale, such as code B for a basis that the broker has wrong. */
  readonly adjustments?: (line: GainLine) => readonly Adjustment[];
  /**
   * What need not be a row of its own (instructions of Form 8949, exceptions 1 and 2). `none` when left out.
   *
   * - `schedule-d`: lines reported with basis and without adjustment go straight to lines 1a and 8a of Schedule D
   * - `statement`: a page has one row with the total for each broker, code M, and the transactions are a statement
   *   to attach
   */
  readonly summary?: "none" | "schedule-d" | "statement";
  /** Names the broker whose statement has a line; its account when left out. */
  readonly broker?: (line: GainLine) => string;
  /** Rounds every amount to whole dollars, 50 cents up; false when left out. */
  readonly wholeDollars?: boolean;
}

const UNIT = 10n ** 36n;
const NO_ADJUSTMENTS: readonly Adjustment[] = [];

/**
 * Fills Form 8949 for one year.
 *
 * @throws TaxError `invalid-field` for an unknown code of adjustment or kind of summary
 * @see Form 8949 and its instructions, 2025: boxes A to F for securities, G to L for digital assets
 */
export function form8949(lines: readonly GainLine[], options: Form8949Options): Form8949 {
  const { year, reporting = () => "no-form", summary = "none", wholeDollars = false } = options;
  oneOf(["none", "schedule-d", "statement"], summary, "summary");
  const rowsByBox = new Map<Box, Form8949Row[]>();
  const direct: Record<"1a" | "8a", Form8949Row[]> = { "1a": [], "8a": [] };
  const formDate = dateWriter();
  const prefix = `${year}-`;
  let provisionalRows = 0;
  for (const line of lines) {
    if (!line.sold.startsWith(prefix)) continue;
    if (line.isProvisional) provisionalRows++;
    const box = boxOf(line, reporting(line), year);
    const row = rowOf(line, options.adjustments?.(line) ?? NO_ADJUSTMENTS, wholeDollars, formDate);
    const rows = rowsByBox.get(box);
    const isDirect = summary === "schedule-d" && "ADGJ".includes(box) && row.codes === "";
    if (isDirect) direct[isShortBox(box) ? "1a" : "8a"].push(row);
    else if (rows) rows.push(row);
    else rowsByBox.set(box, [row]);
  }
  const pages = [...rowsByBox]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([box, rows]): Form8949Page => {
      const totals = totalsOf(rows);
      const part = isShortBox(box) ? "I" : "II";
      if (summary !== "statement") return { box, part, rows, totals };
      return { box, part, rows: statementRows(rows, options.broker), statement: rows, totals };
    });
  return {
    year,
    pages,
    ...(direct["1a"].length > 0 ? { direct1a: totalsOf(direct["1a"]) } : {}),
    ...(direct["8a"].length > 0 ? { direct8a: totalsOf(direct["8a"]) } : {}),
    provisionalRows,
  };
}

/** The box of a line in a tax year. */
export function boxOf(line: GainLine, reporting: Reporting, year: number): Box {
  const isDigital = line.assetClass === "digital" && year >= DIGITAL_BOXES_FROM;
  const boxes = line.term === "S" ? (isDigital ? "GHI" : "ABC") : isDigital ? "JKL" : "DEF";
  const at = { "basis-reported": 0, "basis-not-reported": 1, "no-form": 2 }[reporting];
  return boxes[at] as Box;
}

function isShortBox(box: Box): boolean {
  return "ABCGHI".includes(box);
}

function rowOf(
  line: GainLine,
  adjustments: readonly Adjustment[],
  wholeDollars: boolean,
  formDate: (date: string) => string,
): Form8949Row {
  const unit = line.assetClass === "digital" ? "" : "sh. ";
  const description = `${line.quantity} ${unit}${line.symbol}${line.side === "short" ? " (short sale)" : ""}`;
  const acquired = line.isInherited ? "INHERITED" : formDate(line.acquired);
  const sold = formDate(line.sold);
  const { code: codes, proceeds, basis, adjustment, gain } = line;
  const row = { description, acquired, sold, codes, proceeds, basis, adjustment, gain, line };
  return wholeDollars || adjustments.length > 0
    ? { ...row, ...worked(line, adjustments, wholeDollars) }
    : row;
}

/** Adds adjustments, rounds where asked (if one amount is rounded all are), and works out (h) from the rest. */
function worked(
  line: GainLine,
  adjustments: readonly Adjustment[],
  wholeDollars: boolean,
): FormTotals & { readonly codes: string } {
  const read = (amount: DecimalInput): bigint => {
    const value = parseReportAmount(amount, { event: line.disposal, field: "adjustment" });
    return wholeDollars ? roundHalfUp(value) : value;
  };
  for (const { code } of adjustments) oneOf(CODES, code, "code", line.disposal);
  const codes = new Set([...line.code, ...adjustments.map(({ code }) => code)]);
  const proceeds = read(line.proceeds);
  const basis = read(line.basis);
  const adjustment = adjustments.reduce((sum, { amount = "0" }) => sum + read(amount), read(line.adjustment));
  return {
    codes: [...codes].sort().join(""),
    proceeds: formatReportAmount(proceeds),
    basis: formatReportAmount(basis),
    adjustment: formatReportAmount(adjustment),
    gain: formatReportAmount(proceeds - basis + adjustment),
  };
}

/** One row for each broker: no dates, code M, and every other code in alphabetical order (exception 2). */
function statementRows(
  rows: readonly Form8949Row[],
  broker: (line: GainLine) => string = (line) => line.account,
): Form8949Row[] {
  const byBroker = new Map<string, Form8949Row[]>();
  for (const row of rows) {
    const name = broker(row.line!);
    const own = byBroker.get(name);
    if (own) own.push(row);
    else byBroker.set(name, [row]);
  }
  return [...byBroker].map(([name, own]) => {
    const codes = new Set(["M", ...own.flatMap((row) => [...row.codes])]);
    const description = `${name}, see attached statement`;
    return { description, acquired: "", sold: "", codes: [...codes].sort().join(""), ...totalsOf(own) };
  });
}

function roundHalfUp(value: bigint): bigint {
  const magnitude = value < 0n ? -value : value;
  const rounded = ((magnitude + UNIT / 2n) / UNIT) * UNIT;
  return value < 0n ? -rounded : rounded;
}

/** Writes dates as the form has them, each day once. */
function dateWriter(): (date: string) => string {
  const written = new Map<string, string>();
  return (date) => {
    let text = written.get(date);
    if (text === undefined) {
      text = `${date.slice(5, 7)}/${date.slice(8, 10)}/${date.slice(0, 4)}`;
      written.set(date, text);
    }
    return text;
  };
}

function totalsOf(rows: readonly Form8949Row[]): FormTotals {
  const sum = (field: keyof FormTotals): string => sumAmounts(rows.map((row) => row[field]));
  return { proceeds: sum("proceeds"), basis: sum("basis"), adjustment: sum("adjustment"), gain: sum("gain") };
}
