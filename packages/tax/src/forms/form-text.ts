import type { Box, Form8949Page, Form8949Row, FormTotals } from "./form-8949.ts";
import type { ScheduleD, ScheduleDLine } from "./schedule-d.ts";

const NOT_DIGITAL = ", other than digital asset transactions,";

/** What each box of Form 8949 says, in the words of tax year 2025. */
export const boxTitles: Readonly<Record<Box, string>> = {
  A: "Short-term transactions reported on Form(s) 1099-B showing basis was reported to the IRS",
  B: "Short-term transactions reported on Form(s) 1099-B showing basis wasn't reported to the IRS",
  C: `Short-term transactions${NOT_DIGITAL} not reported to you on Form 1099-B`,
  D: "Long-term transactions reported on Form(s) 1099-B showing basis was reported to the IRS",
  E: "Long-term transactions reported on Form(s) 1099-B showing basis wasn't reported to the IRS",
  F: `Long-term transactions${NOT_DIGITAL} not reported to you on Form 1099-B`,
  G: "Short-term transactions reported on Form(s) 1099-DA showing basis was reported to the IRS",
  H: "Short-term transactions reported on Form(s) 1099-DA showing basis wasn't reported to the IRS",
  I: "Short-term digital asset transactions not reported to you on Form 1099-DA or Form 1099-B",
  J: "Long-term transactions reported on Form(s) 1099-DA showing basis was reported to the IRS",
  K: "Long-term transactions reported on Form(s) 1099-DA showing basis wasn't reported to the IRS",
  L: "Long-term digital asset transactions not reported to you on Form 1099-DA or Form 1099-B",
};

/** First tax year in which digital assets have boxes of their own. */
export const DIGITAL_BOXES_FROM = 2025;

/** The boxes printed in a part of the form, with the words of the year. */
export function boxesOf(part: Form8949Page["part"], year: number): { box: Box; title: string }[] {
  const isDigitalYear = year >= DIGITAL_BOXES_FROM;
  const boxes = part === "I" ? (isDigitalYear ? "ABCGHI" : "ABC") : isDigitalYear ? "DEFJKL" : "DEF";
  return ([...boxes] as Box[]).map((box) => ({
    box,
    title: isDigitalYear ? boxTitles[box] : boxTitles[box].replace(NOT_DIGITAL, ""),
  }));
}

/** What a part of the form is about. */
export const partTitles: Readonly<Record<Form8949Page["part"], string>> = {
  I: "Short-Term. Transactions involving capital assets you held 1 year or less",
  II: "Long-Term. Transactions involving capital assets you held more than 1 year",
};

/** Printed below each page. */
export const formFoot = "Laid out like the form, but not the official one. Not tax advice.";

/** Headings of columns (a) to (h). */
export const columnTitles: readonly string[] = [
  "(a) Description of property",
  "(b) Date acquired",
  "(c) Date sold or disposed of",
  "(d) Proceeds",
  "(e) Cost or other basis",
  "(f) Code(s)",
  "(g) Amount of adjustment",
  "(h) Gain or (loss)",
];

/** Columns (a) to (h) of a row as they are printed, amounts as plain decimals. */
export function printedRow(row: Form8949Row): string[] {
  const { description, acquired, sold, proceeds, basis, codes, adjustment, gain } = row;
  return [description, acquired, sold, proceeds, basis, codes, codes === "" ? "" : adjustment, gain];
}

/** 1,234.50, with losses in parentheses as on the form. */
export function printedMoney(text: string): string {
  const isLoss = text.charCodeAt(0) === 45;
  const point = text.indexOf(".");
  const fraction = point < 0 ? "" : text.slice(point);
  let whole = text.slice(isLoss ? 1 : 0, point < 0 ? undefined : point);
  for (let at = whole.length - 3; at > 0; at -= 3) whole = `${whole.slice(0, at)},${whole.slice(at)}`;
  return isLoss ? `(${whole}${fraction})` : `${whole}${fraction}`;
}

/** A line of Schedule D: either with the totals of Form 8949 in columns (d), (e), (g) and (h), or with one amount. */
export interface ScheduleRow {
  /** Number of the line. */
  readonly line: string;
  /** What it says. */
  readonly title: string;
  /** Columns (d), (e), (g). */
  readonly totals?: FormTotals;
  /** Column (h), or the line's amount. */
  readonly amount: string;
}

const SOURCES: Readonly<Record<ScheduleDLine, string>> = {
  "1a": "Reported with basis, without adjustments, not on Form 8949",
  "1b": "Totals from Form(s) 8949 with box A or box G checked",
  "2": "Totals from Form(s) 8949 with box B or box H checked",
  "3": "Totals from Form(s) 8949 with box C or box I checked",
  "8a": "Reported with basis, without adjustments, not on Form 8949",
  "8b": "Totals from Form(s) 8949 with box D or box J checked",
  "9": "Totals from Form(s) 8949 with box E or box K checked",
  "10": "Totals from Form(s) 8949 with box F or box L checked",
};

/** Parts I to III of Schedule D as they are printed. */
export function scheduleParts(schedule: ScheduleD): { title: string; rows: ScheduleRow[] }[] {
  const fromForm = (line: ScheduleDLine): ScheduleRow => {
    const title =
      schedule.year < DIGITAL_BOXES_FROM ? SOURCES[line].replace(/ or box [G-L]/, "") : SOURCES[line];
    return { line, title, totals: schedule.lines[line], amount: schedule.lines[line].gain };
  };
  const single = (line: string, title: string, amount: string): ScheduleRow => ({ line, title, amount });
  return [
    {
      title: "Part I   Short-Term Capital Gains and Losses. Assets held one year or less",
      rows: [
        ...(["1a", "1b", "2", "3"] as const).map(fromForm),
        single("4", "Short-term gain or (loss) from Form 6781", schedule.line4),
        single("6", "Short-term capital loss carryover", schedule.line6),
        single("7", "Net short-term capital gain or (loss)", schedule.line7),
      ],
    },
    {
      title: "Part II   Long-Term Capital Gains and Losses. Assets held more than one year",
      rows: [
        ...(["8a", "8b", "9", "10"] as const).map(fromForm),
        single("11", "Long-term gain or (loss) from Form 6781", schedule.line11),
        single("14", "Long-term capital loss carryover", schedule.line14),
        single("15", "Net long-term capital gain or (loss)", schedule.line15),
      ],
    },
    {
      title: "Part III   Summary",
      rows: [
        single("16", "Lines 7 and 15 combined", schedule.line16),
        single("21", "Loss to deduct from other income", schedule.line21),
        single("", "Short-term loss carried to the next year", schedule.carryover.shortTerm),
        single("", "Long-term loss carried to the next year", schedule.carryover.longTerm),
      ],
    },
  ];
}
