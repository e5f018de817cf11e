import type { Form8949 } from "./form-8949.ts";
import { columnTitles, printedRow } from "./form-text.ts";

/** Form 8949 as CSV (RFC 4180), one row for each transaction, the box first. */
export function form8949Csv(form: Form8949): string {
  const lines = [["Box", ...columnTitles].map(csvField).join(",")];
  for (const page of form.pages) {
    for (const row of page.statement ?? page.rows) {
      lines.push(`${page.box},${printedRow(row).map(csvField).join(",")}`);
    }
  }
  return `${lines.join("\r\n")}\r\n`;
}

function csvField(text: string): string {
  // A leading = + @ would be a formula to a spreadsheet; negative numbers are harmless.
  const safe = /^[=+@\t\r]|^-(?![\d.]+$)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
