import type { Box, Form8949, Form8949Page } from "./form-8949.ts";
import type { ScheduleD } from "./schedule-d.ts";

/** Text beside each box, as on the form (tax year 2025). */
export const boxTitles: Readonly<Record<Box, string>> = {
  A: "Short-term transactions reported on Form(s) 1099-B showing basis was reported to the IRS",
  B: "Short-term transactions reported on Form(s) 1099-B showing basis wasn't reported to the IRS",
  C: "Short-term transactions not reported to you on Form 1099-B",
  D: "Long-term transactions reported on Form(s) 1099-B showing basis was reported to the IRS",
  E: "Long-term transactions reported on Form(s) 1099-B showing basis wasn't reported to the IRS",
  F: "Long-term transactions not reported to you on Form 1099-B",
  G: "Short-term digital asset transactions reported on Form(s) 1099-DA or 1099-B showing basis was reported",
  H: "Short-term digital asset transactions reported on Form(s) 1099-DA or 1099-B, basis wasn't reported",
  I: "Short-term digital asset transactions not reported to you on Form 1099-DA or 1099-B",
  J: "Long-term digital asset transactions reported on Form(s) 1099-DA or 1099-B showing basis was reported",
  K: "Long-term digital asset transactions reported on Form(s) 1099-DA or 1099-B, basis wasn't reported",
  L: "Long-term digital asset transactions not reported to you on Form 1099-DA or 1099-B",
};

/** Headings of columns (a) to (h). */
export const columnTitles: readonly string[] = [
  "(a) Description of property",
  "(b) Date acquired",
  "(c) Date sold",
  "(d) Proceeds",
  "(e) Cost or other basis",
  "(f) Code",
  "(g) Adjustment",
  "(h) Gain or (loss)",
];

function cells(page: Form8949Page): string[][] {
  return page.rows.map((row) => [
    row.description,
    row.acquired,
    row.sold,
    row.proceeds,
    row.basis,
    row.codes,
    row.codes === "" ? "" : row.adjustment,
    row.gain,
  ]);
}

/** Rows of a page as they are printed, columns (a) to (h). */
export function printedRows(page: Form8949Page): readonly (readonly string[])[] {
  return cells(page);
}

/** Form 8949 as CSV (RFC 4180), one row per line, the box first. */
export function form8949Csv(form: Form8949): string {
  const rows = form.pages.flatMap((page) => cells(page).map((row) => [page.box, ...row]));
  return [["Box", ...columnTitles], ...rows].map((row) => `${row.map(csvField).join(",")}\r\n`).join("");
}

function csvField(text: string): string {
  // A leading = + @ would be a formula to a spreadsheet; negative numbers are harmless.
  const safe = /^[=+@\t\r]|^-(?![\d.]+$)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** TXF reference numbers by box: 321/323 with basis reported, 711/713 without, 712/714 no form. */
const TXF_CODES: Readonly<Record<Box, number>> = {
  A: 321,
  B: 711,
  C: 712,
  D: 323,
  E: 713,
  F: 714,
  // TXF has no codes for digital assets: they go to those of the same reporting.
  G: 321,
  H: 711,
  I: 712,
  J: 323,
  K: 713,
  L: 714,
};

/**
 * Form 8949 as TXF version 42, which tax programs import: one record of format 5 per row, with the disallowed wash
 * loss as its last amount.
 *
 * @param form - the filled form
 * @param date - day of the export, `YYYY-MM-DD`
 * @see TXF specification version 042
 */
export function form8949Txf(form: Form8949, date: string): string {
  const us = `${date.slice(5, 7)}/${date.slice(8, 10)}/${date.slice(0, 4)}`;
  const lines = ["V042", "A exchange-kit", `D ${us}`, "^"];
  for (const page of form.pages) {
    for (const row of page.rows) {
      lines.push(
        "TD",
        `N${TXF_CODES[page.box]}`,
        "C1",
        "L1",
        `P${row.description.replace(/[\r\n^]/g, " ")}`,
        `D${row.acquired}`,
        `D${row.sold}`,
        `$${row.basis}`,
        `$${row.proceeds}`,
        ...(row.codes.includes("W") ? [`$${row.adjustment}`] : []),
        "^",
      );
    }
  }
  return `${lines.join("\r\n")}\r\n`;
}

/** A printable page: Form 8949 by box, then Schedule D, in one HTML document without scripts. */
export function formsHtml(form: Form8949, schedule?: ScheduleD): string {
  const pages = form.pages.map(
    (page) =>
      `<section><h2>Form 8949 (${form.year}) &mdash; Part ${page.part}, box ${page.box}</h2><p>${escapeHtml(boxTitles[page.box])}</p>${table(columnTitles, cells(page), ["2 Totals", "", "", page.totals.proceeds, page.totals.basis, "", page.totals.adjustment, page.totals.gain])}</section>`,
  );
  const summary =
    schedule === undefined
      ? ""
      : `<section><h2>Schedule D (${form.year})</h2>${table(["Line", "Amount"], scheduleRows(schedule))}</section>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Form 8949, ${form.year}</title><style>body{font:10pt Helvetica,Arial,sans-serif;margin:2em}section{page-break-after:always}table{border-collapse:collapse;width:100%}th,td{border:1px solid #000;padding:2px 6px;text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}</style></head><body>${pages.join("")}${summary}</body></html>\n`;
}

/** Lines of Schedule D with their titles, as they are printed. */
export function scheduleRows(schedule: ScheduleD): string[][] {
  const totals = Object.entries(schedule.lines)
    .sort(([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1))
    .map(([name, { gain }]) => [`${name} Totals from Form 8949`, gain]);
  const short = totals.filter(([name]) => Number.parseInt(name!, 10) < 8);
  const long = totals.filter(([name]) => Number.parseInt(name!, 10) >= 8);
  return [
    ...short,
    ["4 Short-term part of Form 6781", schedule.line4],
    ["6 Short-term loss carryover", schedule.line6],
    ["7 Net short-term gain or (loss)", schedule.line7],
    ...long,
    ["11 Long-term part of Form 6781", schedule.line11],
    ["14 Long-term loss carryover", schedule.line14],
    ["15 Net long-term gain or (loss)", schedule.line15],
    ["16 Combined", schedule.line16],
    ["21 Deductible loss", schedule.line21],
    ["Carried on, short-term", schedule.carryover.shortTerm],
    ["Carried on, long-term", schedule.carryover.longTerm],
  ];
}

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  foot?: readonly string[],
): string {
  const cell = (text: string): string =>
    `<td${/^-?[\d.]+$/.test(text) ? ' class="n"' : ""}>${escapeHtml(text)}</td>`;
  const row = (texts: readonly string[]): string => `<tr>${texts.map(cell).join("")}</tr>`;
  const titles = head.map((text) => `<th>${escapeHtml(text)}</th>`).join("");
  return `<table><thead><tr>${titles}</tr></thead><tbody>${rows.map(row).join("")}</tbody>${foot ? `<tfoot>${row(foot)}</tfoot>` : ""}</table>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
