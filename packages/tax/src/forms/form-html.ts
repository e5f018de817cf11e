import type { Form8949, Form8949Page, Form8949Row, FormTotals } from "./form-8949.ts";
import { boxesOf, columnTitles, formFoot, partTitles, printedMoney, scheduleParts } from "./form-text.ts";
import type { ScheduleD } from "./schedule-d.ts";

/** What is printed at the top of each page. */
export interface FormHeading {
  /** Name shown on the return. */
  readonly name?: string;
  /** Social security or taxpayer identification number. */
  readonly taxpayerId?: string;
}

const STYLE = `
@page { size: letter; margin: 0.5in }
body { font: 9pt Helvetica, Arial, sans-serif; color: #000; background: #fff; max-width: 7.5in; margin: 0 auto; padding: 0.25in }
section { break-after: page }
header { display: flex; border-bottom: 2px solid #000; align-items: flex-end; padding-bottom: 4px }
header b { font-size: 17pt; line-height: 1 }
header span { flex: 1; text-align: center; font-size: 13pt; font-weight: bold }
header i { font: bold 17pt/1 Helvetica, Arial, sans-serif }
.who { display: flex; border-bottom: 1px solid #000; min-height: 2.4em; font-size: 8pt }
.who div { flex: 2; padding: 2px 0 }
.who div + div { flex: 1; border-left: 1px solid #000; padding-left: 6px }
h2 { font-size: 10pt; border-bottom: 1px solid #000; margin: 8px 0 4px; padding-bottom: 3px }
h2 b { background: #000; color: #fff; padding: 2px 8px; margin-right: 8px }
ul { list-style: none; margin: 4px 0 8px; padding: 0 }
li { margin: 2px 0; padding-left: 1.6em; text-indent: -1.6em }
li::before { content: "\\2610"; display: inline-block; width: 1.6em; text-indent: 0 }
li.checked::before { content: "\\2611" }
table { border-collapse: collapse; width: 100%; font-size: 8pt; font-variant-numeric: tabular-nums }
thead { display: table-header-group }
tr { break-inside: avoid }
th, td { border: 1px solid #000; padding: 2px 4px; text-align: left; font-weight: normal; vertical-align: bottom }
th { text-align: center }
td:nth-child(n+4) { text-align: right }
td:nth-child(6) { text-align: center }
.schedule td:nth-child(1), .schedule td:nth-child(2) { text-align: left }
.schedule td:nth-child(n+3) { text-align: right }
tfoot td { font-weight: bold; text-align: right }
tfoot td:first-child { text-align: left }
footer { font-size: 7pt; margin-top: 6px }
`;

/**
 * Printable pages laid out like the form: Form 8949, one box after the other, then Schedule D, in one HTML
 * document without scripts. A box with more rows than fit goes on on further sheets when it is printed.
 */
export function formsHtml(form: Form8949, schedule?: ScheduleD, heading: FormHeading = {}): string {
  const out: string[] = [
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Form 8949 (${form.year})</title><style>${STYLE}</style></head><body>\n`,
  ];
  for (const page of form.pages) {
    const sheet = head("Form", "8949", "Sales and Other Dispositions of Capital Assets", form.year, heading);
    out.push(`<section>${sheet}${partAndBoxes(page, form.year)}`);
    pushTable(out, page.rows, page.totals);
    out.push(`${FOOT}</section>\n`);
    if (page.statement) {
      out.push(`<section>${sheet}<h2>Statement attached to Form 8949, box ${page.box}</h2>`);
      pushTable(out, page.statement, page.totals);
      out.push(`${FOOT}</section>\n`);
    }
  }
  if (schedule) out.push(scheduleSection(schedule, heading));
  out.push("</body></html>\n");
  return out.join("");
}

function head(kind: string, number: string, title: string, year: number, heading: FormHeading): string {
  const name = escapeHtml(heading.name ?? "");
  const id = escapeHtml(heading.taxpayerId ?? "");
  return `<header><div>${kind} <b>${number}</b></div><span>${title}</span><i>${year}</i></header><div class="who"><div>Name(s) shown on return<br>${name}</div><div>Social security number or taxpayer identification number<br>${id}</div></div>`;
}

function partAndBoxes({ part, box: checked }: Form8949Page, year: number): string {
  const boxes = boxesOf(part, year).map(
    ({ box, title }) => `<li${box === checked ? ' class="checked"' : ""}>(${box}) ${escapeHtml(title)}</li>`,
  );
  return `<h2><b>Part ${part}</b>${partTitles[part]}</h2><ul>${boxes.join("")}</ul>`;
}

const FOOT = `<footer>${formFoot}</footer>`;
const TITLES = columnTitles.map((title) => `<th>${title.replace(") ", ")<br>")}</th>`).join("");

/** Rows that are put together before the next: their many pieces are then soon garbage, not kept until the end. */
const ROWS_AT_ONCE = 64;

function rowHtml(row: Form8949Row): string {
  const adjustment = row.codes === "" ? "" : printedMoney(row.adjustment);
  return `<tr><td>${escapeHtml(row.description)}</td><td>${escapeHtml(row.acquired)}</td><td>${escapeHtml(row.sold)}</td><td>${printedMoney(row.proceeds)}</td><td>${printedMoney(row.basis)}</td><td>${row.codes}</td><td>${adjustment}</td><td>${printedMoney(row.gain)}</td></tr>`;
}

function pushTable(out: string[], rows: readonly Form8949Row[], totals: FormTotals): void {
  out.push(`<table><thead><tr>${TITLES}</tr></thead><tbody>`);
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    out.push(
      rows
        .slice(from, from + ROWS_AT_ONCE)
        .map(rowHtml)
        .join(""),
    );
  }
  out.push(
    `</tbody><tfoot><tr><td colspan="3">2 Totals</td><td>${printedMoney(totals.proceeds)}</td><td>${printedMoney(totals.basis)}</td><td></td><td>${printedMoney(totals.adjustment)}</td><td>${printedMoney(totals.gain)}</td></tr></tfoot></table>`,
  );
}

function scheduleSection(schedule: ScheduleD, heading: FormHeading): string {
  const columnHeads =
    "<th>(d) Proceeds</th><th>(e) Cost</th><th>(g) Adjustments</th><th>(h) Gain or (loss)</th>";
  const parts = scheduleParts(schedule).map(({ title, rows }) => {
    const hasTotals = rows.some(({ totals }) => totals);
    const body = rows.map(({ line, title: what, totals, amount }) => {
      const columns = totals
        ? [totals.proceeds, totals.basis, totals.adjustment].map((text) => `<td>${printedMoney(text)}</td>`)
        : hasTotals
          ? ["<td></td><td></td><td></td>"]
          : [];
      return `<tr><td>${line}</td><td>${what}</td>${columns.join("")}<td>${printedMoney(amount)}</td></tr>`;
    });
    return `<h2>${title}</h2><table class="schedule"><thead><tr><th>Line</th><th></th>${hasTotals ? columnHeads : "<th>Amount</th>"}</tr></thead><tbody>${body.join("")}</tbody></table>`;
  });
  return `<section>${head("Schedule", "D", "Capital Gains and Losses (Form 1040)", schedule.year, heading)}${parts.join("")}${FOOT}</section>\n`;
}

function escapeHtml(text: string): string {
  if (!/[&<>"']/.test(text)) return text;
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
