import PDFDocument from "pdfkit";
import type { Form8949, Form8949Page } from "./form-8949.ts";
import { boxTitles, columnTitles, printedRows, scheduleRows } from "./form-outputs.ts";
import type { ScheduleD } from "./schedule-d.ts";

/** What is printed at the top of each page. */
export interface PdfOptions {
  /** Name shown on the return. */
  readonly name?: string;
  /** Social security or taxpayer identification number. */
  readonly taxpayerId?: string;
}

const MARGIN = 36;
/** US Letter, on its side, in points. */
const PAGE = { width: 792, height: 612 };
const WIDTHS = [170, 70, 70, 90, 90, 40, 90, 100];
const ROW_HEIGHT = 18;
const ROWS_PER_PAGE = 20;

/**
 * Prints Form 8949, one box a page and 20 rows at most on each, laid out like the form, and Schedule D after it.
 *
 * @returns the PDF file
 */
export function formsPdf(
  form: Form8949,
  schedule?: ScheduleD,
  options: PdfOptions = {},
): Promise<Uint8Array> {
  const document = new PDFDocument({
    size: "LETTER",
    layout: "landscape",
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
  for (const page of form.pages) printPage(document, form.year, page, options);
  if (schedule) printSchedule(document, schedule, options);
  if (form.pages.length === 0 && !schedule) heading(document, `Form 8949 (${form.year})`, options);
  document.end();
  return done;
}

type Document = InstanceType<typeof PDFDocument>;

function printPage(document: Document, year: number, page: Form8949Page, options: PdfOptions): void {
  const rows = printedRows(page);
  for (let at = 0; at < rows.length; at += ROWS_PER_PAGE) {
    heading(document, `Form 8949 (${year})   Sales and Other Dispositions of Capital Assets`, options);
    const term =
      page.part === "I"
        ? "Short-Term. Assets held 1 year or less"
        : "Long-Term. Assets held more than 1 year";
    document.font("Helvetica-Bold").fontSize(10).text(`Part ${page.part}   ${term}`, MARGIN, 84);
    checkedBox(document, page);
    let top = 124;
    top = row(document, columnTitles, top, true, 30);
    const shown = rows.slice(at, at + ROWS_PER_PAGE);
    for (const cells of shown) top = row(document, cells, top, false);
    const { proceeds, basis, adjustment, gain } = page.totals;
    const isLast = at + ROWS_PER_PAGE >= rows.length;
    if (isLast) row(document, ["2 Totals", "", "", proceeds, basis, "", adjustment, gain], top, true);
  }
}

function checkedBox(document: Document, page: Form8949Page): void {
  document.rect(MARGIN, 103, 9, 9).stroke();
  document
    .moveTo(MARGIN + 1.5, 107.5)
    .lineTo(MARGIN + 4, 110.5)
    .lineTo(MARGIN + 8, 104)
    .stroke();
  document
    .font("Helvetica")
    .fontSize(9)
    .text(`(${page.box}) ${boxTitles[page.box]}`, MARGIN + 15, 104);
}

function heading(document: Document, title: string, options: PdfOptions): void {
  document.addPage({ size: "LETTER", layout: "landscape", margin: MARGIN });
  document.font("Helvetica-Bold").fontSize(13).text(title, MARGIN, MARGIN);
  document.font("Helvetica").fontSize(8);
  document.text(`Name(s) shown on return: ${options.name ?? ""}`, MARGIN, 58);
  document.text(`Taxpayer identification number: ${options.taxpayerId ?? ""}`, MARGIN + 420, 58);
  document
    .moveTo(MARGIN, 76)
    .lineTo(PAGE.width - MARGIN, 76)
    .lineWidth(0.7)
    .stroke();
}

function row(
  document: Document,
  cells: readonly string[],
  top: number,
  isBold: boolean,
  height = ROW_HEIGHT,
): number {
  let left = MARGIN;
  document.font(isBold ? "Helvetica-Bold" : "Helvetica").fontSize(8);
  for (const [at, cell] of cells.entries()) {
    const width = WIDTHS[at]!;
    document.rect(left, top, width, height).lineWidth(0.4).stroke();
    const isMoney = /^-?[\d.]+$/.test(cell);
    const text = isMoney ? printedMoney(cell) : cell;
    document.text(text, left + 3, top + 5, {
      width: width - 6,
      height: height - 6,
      align: isMoney ? "right" : "left",
      ellipsis: true,
    });
    left += width;
  }
  return top + height;
}

/** 1,234.50, with losses in parentheses as on the form. */
function printedMoney(text: string): string {
  const [whole = "", fraction] = text.replace("-", "").split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const figure = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return text.startsWith("-") ? `(${figure})` : figure;
}

function printSchedule(document: Document, schedule: ScheduleD, options: PdfOptions): void {
  heading(document, `Schedule D (Form 1040) (${schedule.year})   Capital Gains and Losses`, options);
  let top = 90;
  for (const [title, amount] of scheduleRows(schedule)) {
    const isSum = /^(7|15|16|21) /.test(title!);
    document.font(isSum ? "Helvetica-Bold" : "Helvetica").fontSize(9.5);
    document.text(title!, MARGIN, top, { width: 400 });
    document.text(printedMoney(amount!), MARGIN + 420, top, { width: 120, align: "right" });
    top += 22;
  }
}
