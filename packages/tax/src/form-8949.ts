import type { GainLine } from "./line.ts";
import { formatReportAmount, parseReportAmount } from "./numbers.ts";

/** Box checked at the top of a page of Form 8949; G to L are for digital assets from tax year 2025. */
export type Box = "A" | "B" | "C" | "D" | "E" | "F" | "G" | "H" | "I" | "J" | "K" | "L";

/** How a disposal was reported to the IRS. */
export type Reporting = "basis-reported" | "basis-not-reported" | "no-form";

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
  /** The line behind the row. */
  readonly line: GainLine;
}

/** All rows under one box. */
export interface Form8949Page {
  /** The box. */
  readonly box: Box;
  /** Part I short-term, part II long-term. */
  readonly part: "I" | "II";
  /** The rows. */
  readonly rows: readonly Form8949Row[];
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
  /** Sum of the rows left out of box A for Schedule D line 1a. */
  readonly direct1a?: FormTotals;
  /** Sum of the rows left out of box D for Schedule D line 8a. */
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
  /** Sums lines reported with basis and without adjustment straight onto Schedule D; false when left out. */
  readonly summarise?: boolean;
  /** Rounds every amount to whole dollars, 50 cents up; false when left out. */
  readonly wholeDollars?: boolean;
}

/** First tax year in which digital assets have boxes of their own. */
const DIGITAL_BOXES_FROM = 2025;
const UNIT = 10n ** 36n;

/**
 * Fills Form 8949 for one year.
 *
 * @see Form 8949 and its instructions, 2025: boxes A to F for securities, G to L for digital assets
 */
export function form8949(lines: readonly GainLine[], options: Form8949Options): Form8949 {
  const reporting = options.reporting ?? (() => "no-form" as const);
  const pages = new Map<Box, Form8949Row[]>();
  const direct: Record<"A" | "D", Form8949Row[]> = { A: [], D: [] };
  let provisionalRows = 0;
  for (const line of lines) {
    if (Number(line.sold.slice(0, 4)) !== options.year) continue;
    if (line.isProvisional) provisionalRows++;
    const box = boxOf(line, reporting(line), options.year);
    const row = rowOf(line, options.wholeDollars ?? false);
    if (options.summarise && (box === "A" || box === "D") && row.codes === "") direct[box].push(row);
    else if (pages.has(box)) pages.get(box)!.push(row);
    else pages.set(box, [row]);
  }
  return {
    year: options.year,
    pages: [...pages]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([box, rows]) => ({ box, part: isShortBox(box) ? "I" : "II", rows, totals: totalsOf(rows) })),
    ...(direct.A.length > 0 ? { direct1a: totalsOf(direct.A) } : {}),
    ...(direct.D.length > 0 ? { direct8a: totalsOf(direct.D) } : {}),
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

function rowOf(line: GainLine, wholeDollars: boolean): Form8949Row {
  return {
    description: `${line.quantity} sh. ${line.symbol}${line.side === "short" ? " (short sale)" : ""}`,
    acquired: line.isInherited ? "INHERITED" : formDate(line.acquired),
    sold: formDate(line.sold),
    codes: line.code,
    ...(wholeDollars ? roundedAmounts(line) : amountsOf(line)),
    line,
  };
}

function amountsOf({ proceeds, basis, adjustment, gain }: FormTotals): FormTotals {
  return { proceeds, basis, adjustment, gain };
}

/** If one amount is rounded all are, and (h) is worked out from the rounded ones. */
function roundedAmounts(line: GainLine): FormTotals {
  const proceeds = roundHalfUp(parseReportAmount(line.proceeds));
  const basis = roundHalfUp(parseReportAmount(line.basis));
  const adjustment = roundHalfUp(parseReportAmount(line.adjustment));
  return {
    proceeds: formatReportAmount(proceeds),
    basis: formatReportAmount(basis),
    adjustment: formatReportAmount(adjustment),
    gain: formatReportAmount(proceeds - basis + adjustment),
  };
}

function roundHalfUp(value: bigint): bigint {
  const magnitude = value < 0n ? -value : value;
  const rounded = ((magnitude + UNIT / 2n) / UNIT) * UNIT;
  return value < 0n ? -rounded : rounded;
}

function formDate(date: string): string {
  return `${date.slice(5, 7)}/${date.slice(8, 10)}/${date.slice(0, 4)}`;
}

function totalsOf(rows: readonly Form8949Row[]): FormTotals {
  const sum = (field: keyof FormTotals): string =>
    formatReportAmount(rows.reduce((total, row) => total + parseReportAmount(row[field]), 0n));
  return { proceeds: sum("proceeds"), basis: sum("basis"), adjustment: sum("adjustment"), gain: sum("gain") };
}
