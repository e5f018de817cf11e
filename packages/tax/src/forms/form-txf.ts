import { parseDay } from "../dates.ts";
import type { Box, Form8949, Form8949Row } from "./form-8949.ts";

/**
 * Reference numbers by box: 321 and 323 with basis reported, 711 and 713 without, 712 and 714 without a form. The
 * format is of 2011 and knows no boxes for digital assets: they go to those of the same kind of reporting.
 */
const REFERENCE_NUMBERS: Readonly<Record<Box, number>> = {
  A: 321,
  B: 711,
  C: 712,
  D: 323,
  E: 713,
  F: 714,
  G: 321,
  H: 711,
  I: 712,
  J: 323,
  K: 713,
  L: 714,
};

/**
 * Form 8949 as TXF version 042, which tax programs import: one record for each transaction, in format 5 with the
 * disallowed loss as its last amount where a wash sale took one, else in format 4.
 *
 * @param form - the filled form
 * @param date - day of the export, `YYYY-MM-DD`
 * @throws TaxError `invalid-field` when `date` is not a date
 * @see TXF specification version 042 (change of 2011-11-30), Form 1099-B reference numbers
 */
export function form8949Txf(form: Form8949, date: string): string {
  parseDay(date);
  const us = `${date.slice(5, 7)}/${date.slice(8, 10)}/${date.slice(0, 4)}`;
  const lines = ["V042", "Aexchange-kit", `D${us}`, "^"];
  for (const page of form.pages) {
    for (const row of page.statement ?? page.rows) {
      lines.push(`TD`, `N${REFERENCE_NUMBERS[page.box]}`, "C1", "L1", ...fields(row), "^");
    }
  }
  return `${lines.join("\r\n")}\r\n`;
}

function fields(row: Form8949Row): string[] {
  const wash = row.codes.includes("W") ? [`$${row.line?.adjustment ?? row.adjustment}`] : [];
  return [
    `P${row.description.replace(/[\r\n^]/g, " ")}`,
    `D${row.acquired}`,
    `D${row.sold}`,
    `$${row.basis}`,
    `$${row.proceeds}`,
    ...wash,
  ];
}
