import PDFDocument from "pdfkit";
import type { Form8949, Form8949Page, Form8949Row } from "./form-8949.ts";
import type { FormHeading } from "./form-html.ts";
import {
  boxesOf,
  columnTitles,
  formFoot,
  partTitles,
  printedMoney,
  printedRow,
  scheduleParts,
} from "./form-text.ts";
import type { ScheduleD } from "./schedule-d.ts";

const MARGIN = 36;
/** US Letter, upright, in points. */
const RIGHT = 612 - MARGIN;
/** Of columns (a) to (h). */
const WIDTHS = [148, 58, 58, 66, 66, 34, 54, 56];
const ROW_HEIGHT = 22;
/** As on the form of 2025. */
const ROWS_PER_PAGE = 11;
const ROWS_PER_STATEMENT = 26;
const MONEY_COLUMNS: ReadonlySet<number> = new Set([3, 4, 6, 7]);

type Document = InstanceType<typeof PDFDocument>;

/**
 * Prints Form 8949, one box a page and 11 rows on each, laid out like the form, statements to attach behind it,
 * and Schedule D after all.
 *
 * @returns the PDF file
 */
export function formsPdf(
  form: Form8949,
  schedule?: ScheduleD,
  heading: FormHeading = {},
): Promise<Uint8Array> {
  const document = new PDFDocument({
    size: "LETTER",
    margin: MARGIN,
    autoFirstPage: false,
    // The same form gives the same bytes on any day.
    info: { Title: `Form 8949 (${form.year})`, CreationDate: new Date(0), ModDate: new Date(0) },
  });
  const chunks: Uint8Array[] = [];
  const done = new Promise<Uint8Array>((resolve, reject) => {
    document.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    document.on("end", () => resolve(new Uint8Array(Buffer.concat(chunks))));
    document.on("error", reject);
  });
  for (const page of form.pages) printPage(document, form.year, page, heading);
  if (schedule) printSchedule(document, schedule, heading);
  if (form.pages.length === 0 && !schedule) startForm(document, form.year, heading);
  document.end();
  return done;
}

function printPage(document: Document, year: number, page: Form8949Page, heading: FormHeading): void {
  for (let at = 0; at < page.rows.length; at += ROWS_PER_PAGE) {
    let top = startForm(document, year, heading);
    top = partTitle(document, `Part ${page.part}`, partTitles[page.part], top);
    for (const { box, title } of boxesOf(page.part, year)) {
      top = checkBox(document, `(${box}) ${title}`, box === page.box, top);
    }
    const isLast = at + ROWS_PER_PAGE >= page.rows.length;
    printRows(document, page, page.rows.slice(at, at + ROWS_PER_PAGE), isLast, top + 4);
  }
  const statement = page.statement ?? [];
  for (let at = 0; at < statement.length; at += ROWS_PER_STATEMENT) {
    let top = startForm(document, year, heading);
    top = partTitle(document, "Statement", `Attached to Form 8949, part ${page.part}, box ${page.box}`, top);
    const isLast = at + ROWS_PER_STATEMENT >= statement.length;
    printRows(document, page, statement.slice(at, at + ROWS_PER_STATEMENT), isLast, top);
  }
}

function startForm(document: Document, year: number, heading: FormHeading): number {
  return startPage(document, "Form", "8949", "Sales and Other Dispositions of Capital Assets", year, heading);
}

/** Starts a page with the head of a form and returns where to go on. */
function startPage(
  document: Document,
  kind: string,
  number: string,
  title: string,
  year: number,
  heading: FormHeading,
): number {
  document.addPage();
  document.font("Helvetica").fontSize(8).text(kind, MARGIN, 46, { lineBreak: false });
  const indent = document.widthOfString(kind) + 4;
  document.font("Helvetica-Bold").fontSize(20);
  document.text(number, MARGIN + indent, 36, { lineBreak: false });
  document.text(String(year), RIGHT - 80, 36, { width: 80, align: "right", lineBreak: false });
  document.fontSize(13).text(title, MARGIN + 90, 41, { width: RIGHT - MARGIN - 180, align: "center" });
  rule(document, 58, 1.5);
  const split = RIGHT - 200;
  document.font("Helvetica").fontSize(7).text("Name(s) shown on return", MARGIN, 62, { lineBreak: false });
  document.text("Social security number or taxpayer identification number", split + 4, 62, {
    lineBreak: false,
  });
  document.fontSize(9);
  fit(document, heading.name ?? "", MARGIN, 72, split - MARGIN - 6);
  fit(document, heading.taxpayerId ?? "", split + 4, 72, 194);
  document.moveTo(split, 58).lineTo(split, 86).lineWidth(0.5).stroke();
  rule(document, 86, 0.5);
  document.fontSize(7).text(formFoot, MARGIN, 744, { lineBreak: false });
  return 92;
}

function partTitle(document: Document, part: string, title: string, top: number): number {
  document.font("Helvetica-Bold").fontSize(10);
  const width = document.widthOfString(part) + 12;
  document.rect(MARGIN, top, width, 15).fill("black");
  document.fillColor("white").text(part, MARGIN + 6, top + 4, { lineBreak: false });
  document.fillColor("black").text(title, MARGIN + width + 8, top + 4, { lineBreak: false });
  rule(document, top + 17, 0.5);
  return top + 23;
}

function checkBox(document: Document, text: string, isChecked: boolean, top: number): number {
  document
    .lineWidth(0.6)
    .rect(MARGIN + 4, top, 8, 8)
    .stroke();
  if (isChecked) {
    document
      .lineWidth(1.2)
      .moveTo(MARGIN + 5.5, top + 4)
      .lineTo(MARGIN + 7.5, top + 6.5)
      .lineTo(MARGIN + 11, top + 1)
      .stroke();
  }
  document.font("Helvetica").fontSize(8.5);
  document.text(text, MARGIN + 18, top + 0.5, { lineBreak: false });
  return top + 13;
}

function printRows(
  document: Document,
  page: Form8949Page,
  rows: readonly Form8949Row[],
  isLast: boolean,
  from: number,
): void {
  let top = printCells(document, columnTitles, from, 30, true);
  for (const row of rows) top = printCells(document, printedRow(row).map(moneyCell), top, ROW_HEIGHT);
  if (!isLast) return;
  const { proceeds, basis, adjustment, gain } = page.totals;
  const totals = ["2 Totals", "", "", proceeds, basis, "", adjustment, gain].map(moneyCell);
  printCells(document, totals, top, ROW_HEIGHT);
}

function moneyCell(text: string, column: number): string {
  return MONEY_COLUMNS.has(column) && text !== "" ? printedMoney(text) : text;
}

function printCells(
  document: Document,
  cells: readonly string[],
  top: number,
  height: number,
  isHead = false,
): number {
  let left = MARGIN;
  document.lineWidth(0.4);
  for (const [at, cell] of cells.entries()) {
    const width = WIDTHS[at]!;
    document.rect(left, top, width, height).stroke();
    if (isHead) {
      document.font("Helvetica-Bold").fontSize(7);
      document.text(cell.replace(") ", ")\n"), left + 2, top + 4, { width: width - 4, align: "center" });
    } else {
      document.font(cells[0] === "2 Totals" ? "Helvetica-Bold" : "Helvetica").fontSize(8);
      fit(document, cell, left + 3, top + 8, width - 6, MONEY_COLUMNS.has(at) ? "right" : "left");
    }
    left += width;
  }
  return top + height;
}

/** Prints one line and makes it smaller until it fits: a figure that is cut off would be a wrong figure. */
function fit(
  document: Document,
  text: string,
  left: number,
  top: number,
  width: number,
  align: "left" | "right" = "left",
): void {
  if (text === "") return;
  const natural = document.widthOfString(text);
  if (natural > width) document.fontSize(8 * Math.max(0.3, (width / natural) * 0.98));
  const start = align === "right" ? left + width - document.widthOfString(text) : left;
  document.text(text, start, top, { lineBreak: false });
  document.fontSize(8);
}

function rule(document: Document, top: number, width: number): void {
  document.moveTo(MARGIN, top).lineTo(RIGHT, top).lineWidth(width).stroke();
}

function printSchedule(document: Document, schedule: ScheduleD, heading: FormHeading): void {
  const title = "Capital Gains and Losses (Form 1040)";
  let top = startPage(document, "Schedule", "D", title, schedule.year, heading);
  for (const { title: part, rows } of scheduleParts(schedule)) {
    document
      .font("Helvetica-Bold")
      .fontSize(10)
      .text(part, MARGIN, top + 6, { lineBreak: false });
    rule(document, top + 20, 0.5);
    top += 26;
    if (rows.some(({ totals }) => totals)) {
      document.font("Helvetica").fontSize(7);
      for (const [at, head] of [
        "(d) Proceeds",
        "(e) Cost",
        "(g) Adjustments",
        "(h) Gain or (loss)",
      ].entries()) {
        document.text(head, MARGIN + 260 + at * 70, top, { width: 66, align: "right", lineBreak: false });
      }
      top += 13;
    }
    for (const { line, title: what, totals, amount } of rows) {
      const isSum = /^(7|15|16)$/.test(line);
      document.font(isSum ? "Helvetica-Bold" : "Helvetica").fontSize(8);
      document.text(line, MARGIN, top, { width: 20, align: "right", lineBreak: false });
      document.text(what, MARGIN + 28, top, { lineBreak: false });
      const columns = totals
        ? [totals.proceeds, totals.basis, totals.adjustment, amount]
        : ["", "", "", amount];
      for (const [at, text] of columns.entries()) {
        if (text !== "") fit(document, printedMoney(text), MARGIN + 260 + at * 70, top, 66, "right");
      }
      top += 16;
    }
    top += 4;
  }
}
