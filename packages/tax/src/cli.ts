import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { isTaxError, TaxError } from "./errors.ts";
import type { LotMethod, TaxEvent } from "./events.ts";
import { form8949, type Reporting } from "./forms/form-8949.ts";
import { form8949Csv } from "./forms/form-csv.ts";
import { formsHtml } from "./forms/form-html.ts";
import { formsPdf } from "./forms/form-pdf.ts";
import { printedMoney } from "./forms/form-text.ts";
import { form8949Txf } from "./forms/form-txf.ts";
import { type ScheduleD, scheduleD } from "./forms/schedule-d.ts";
import { importFlexXml } from "./import/flex-xml.ts";
import { importTradesCsv } from "./import/trades-csv.ts";
import { TaxLedger } from "./ledger/tax-ledger.ts";
import { explain } from "./lines/explain.ts";
import type { GainLine } from "./lines/line.ts";
import type { Account, AssetClass } from "./options.ts";
import { unitedKingdom } from "./united-kingdom/united-kingdom.ts";

/** Where the command line writes to. */
export interface CliOutput {
  /** One line of the report. */
  out(line: string): void;
  /** One line about a fault. */
  error(line: string): void;
}

const USAGE = `usage: tax report FILE --year YEAR [options]
       tax report FILE --method uk-s104 [--output PATH] [--keep-good-rows]

  FILE                  events as CSV, or an Interactive Brokers Flex report (.xml)
  --year YEAR           tax year
  --method METHOD       fifo (default), lifo, hifo, lofo, tax-efficient, average;
                        uk-s104 gives the United Kingdom's matches of all years, as JSON
                        (other options do not go with it)
  --ira ID              account that is an IRA or Roth; may be repeated
  --spouse ID           account of a spouse; may be repeated
  --identical A,B       symbols that are substantially identical; may be repeated
  --digital SYMBOL      symbol that is a digital asset; may be repeated
  --fund SYMBOL         fund that may use average cost; may be repeated
  --reporting KIND      how sales were reported: basis, proceeds or none (default): boxes A/D, B/E or C/F
  --as-of DATE          last day whose trades are known; the last event's when left out
  --format FORMAT       text (default), json, csv, txf, html, pdf
  --output PATH         file to write instead of the terminal (needed for pdf)
  --name NAME           name shown on printed forms
  --date DATE           date of a TXF export, YYYY-MM-DD; the last event's when left out
  --carryover-short N   short-term loss carried in
  --carryover-long N    long-term loss carried in
  --separate            married filing separately: 1,500 limit
  --explain             say where every figure comes from
  --keep-good-rows      list bad rows and go on with the rest

Not tax advice.`;

const REPORTING: Readonly<Record<string, Reporting>> = {
  basis: "basis-reported",
  proceeds: "basis-not-reported",
  none: "no-form",
};

/** What has a meaning for United Kingdom matches. */
const KINGDOM_OPTIONS: ReadonlySet<string> = new Set(["method", "output", "keep-good-rows"]);

/**
 * Runs the command line.
 *
 * @param args - the words after the program's name
 * @returns the exit code: 0 done, 1 the file or an event was refused, 2 not understood
 */
export async function runCli(args: readonly string[], output: CliOutput): Promise<number> {
  try {
    if (args.length === 0 || args[0] === "help" || args.includes("--help")) {
      output.out(USAGE);
      return args.length === 0 ? 2 : 0;
    }
    await report(args, output);
    return 0;
  } catch (error) {
    if (isTaxError(error)) {
      output.error(`${error.code}: ${error.message}`);
      return error.code === "bad-usage" ? 2 : 1;
    }
    const { code, message } = error as { code?: string; message: string };
    output.error(message);
    return code?.startsWith("ERR_PARSE_ARGS") ? 2 : 1;
  }
}

async function report(args: readonly string[], output: CliOutput): Promise<void> {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    tokens: true,
    allowPositionals: true,
    options: {
      year: { type: "string" },
      method: { type: "string", default: "fifo" },
      ira: { type: "string", multiple: true, default: [] },
      spouse: { type: "string", multiple: true, default: [] },
      identical: { type: "string", multiple: true, default: [] },
      reporting: { type: "string", default: "none" },
      "as-of": { type: "string" },
      name: { type: "string" },
      digital: { type: "string", multiple: true, default: [] },
      fund: { type: "string", multiple: true, default: [] },
      format: { type: "string", default: "text" },
      output: { type: "string" },
      date: { type: "string" },
      "carryover-short": { type: "string", default: "0" },
      "carryover-long": { type: "string", default: "0" },
      separate: { type: "boolean", default: false },
      explain: { type: "boolean", default: false },
      "keep-good-rows": { type: "boolean", default: false },
    },
  });
  const [command, path] = positionals;
  const isKingdom = values.method === "uk-s104";
  if (command !== "report" || path === undefined || (values.year === undefined && !isKingdom)) {
    throw new TaxError("bad-usage", USAGE);
  }
  if (isKingdom) {
    for (const token of tokens) {
      if (token.kind === "option" && !KINGDOM_OPTIONS.has(token.name)) {
        throw new TaxError("bad-usage", "does not go with --method uk-s104, which gives all years as JSON", {
          field: token.name,
        });
      }
    }
  } else if (!/^[1-9]\d{3}$/.test(values.year!)) {
    throw new TaxError("bad-usage", `must be a year such as 2026, was ${values.year}`, { field: "year" });
  }
  const year = Number(values.year);
  const text = readFileSync(path, "utf8");
  const options = { keepGoodRows: values["keep-good-rows"] };
  const { rows, rowNumbers, problems } = /\.xml$/i.test(path)
    ? importFlexXml(text, options)
    : importTradesCsv(text, options);
  for (const { error } of problems) output.error(`left out, ${error.message}`);
  const write = (content: string | Uint8Array): void => {
    if (values.output !== undefined) writeFileSync(values.output, content);
    else output.out(String(content).trimEnd());
  };
  if (isKingdom) {
    write(JSON.stringify(unitedKingdom(rows), undefined, 2));
    return;
  }
  const ledger = new TaxLedger({
    method: values.method as LotMethod,
    accounts: accountsOf(rows, values.ira, values.spouse),
    substantiallyIdentical: values.identical.map((group) => group.split(",")),
    assetClasses: Object.fromEntries([
      ...values.digital.map((symbol): [string, AssetClass] => [symbol, "digital"]),
      ...values.fund.map((symbol): [string, AssetClass] => [symbol, "fund"]),
    ]),
  });
  for (const [at, event] of rows.entries()) {
    try {
      ledger.apply(event);
    } catch (thrown) {
      if (!isTaxError(thrown)) throw thrown;
      const error = new TaxError(thrown.code, thrown.reason, { ...thrown.place, row: rowNumbers[at]! });
      if (!options.keepGoodRows) throw error;
      output.error(`left out, ${error.message}`);
    }
  }
  const asOf = values["as-of"];
  const lines = ledger.lines({ year, ...(asOf === undefined ? {} : { asOf }) });
  const reporting = REPORTING[values.reporting];
  if (!reporting) {
    throw new TaxError("bad-usage", `must be basis, proceeds or none, was ${values.reporting}`, {
      field: "reporting",
    });
  }
  const form = form8949(lines, { year, reporting: () => reporting });
  const heading = values.name === undefined ? {} : { name: values.name };
  const schedule = scheduleD(form, {
    carryoverInShortTerm: values["carryover-short"],
    carryoverInLongTerm: values["carryover-long"],
    isMarriedFilingSeparately: values.separate,
  });
  switch (values.format) {
    case "text":
      write(textReport(ledger, lines, schedule, values.explain));
      break;
    case "json":
      write(JSON.stringify({ form8949: form, scheduleD: schedule, lots: ledger.lots() }, undefined, 2));
      break;
    case "csv":
      write(form8949Csv(form));
      break;
    case "txf":
      write(form8949Txf(form, values.date ?? ledger.lastDate ?? `${year}-12-31`));
      break;
    case "html":
      write(formsHtml(form, schedule, heading));
      break;
    case "pdf":
      if (values.output === undefined) throw new TaxError("bad-usage", "--format pdf needs --output");
      write(await formsPdf(form, schedule, heading));
      break;
    default:
      throw new TaxError("bad-usage", `unknown format ${values.format}`, { field: "format" });
  }
}

function accountsOf(
  events: readonly TaxEvent[],
  retirement: readonly string[],
  spouse: readonly string[],
): Account[] {
  const ids = new Set(events.flatMap((event) => ("toAccount" in event ? [event.toAccount] : [])));
  for (const event of events) ids.add(event.account ?? "main");
  // A name that was mistyped would leave its account taxable.
  for (const [field, named] of Object.entries({ ira: retirement, spouse })) {
    const stranger = named.find((id) => !ids.has(id));
    if (stranger === undefined) continue;
    throw new TaxError("bad-usage", `no event is in account ${stranger}; there are ${[...ids].join(", ")}`, {
      field,
    });
  }
  // Events without an account are in the first one.
  const ordered = ids.has("main") ? ["main", ...[...ids].filter((id) => id !== "main")] : [...ids];
  const accounts = ordered.length > 0 ? ordered : ["main"];
  return accounts.map((id) => ({
    id,
    type: retirement.includes(id) ? "ira" : spouse.includes(id) ? "spouse" : "taxable",
  }));
}

function textReport(
  ledger: TaxLedger,
  lines: readonly GainLine[],
  schedule: ScheduleD,
  hasReasons: boolean,
): string {
  const out = [`Capital gains of ${schedule.year}, lots by ${ledger.options.method}`, ""];
  if (lines.length === 0) out.push(`Nothing was sold in ${schedule.year}.`);
  else out.push(...lineTable(lines, hasReasons));
  const { washDisallowed } = ledger.totals({ year: schedule.year });
  const { remainingBasis } = ledger.totals();
  const sums: [string, string][] = [
    ["wash sales: losses disallowed", washDisallowed],
    ["net short-term gain or loss (Schedule D line 7)", schedule.line7],
    ["net long-term gain or loss (line 15)", schedule.line15],
    ["both (line 16)", schedule.line16],
    ["loss deducted from other income (line 21)", schedule.line21],
    ["short-term loss carried to the next year", schedule.carryover.shortTerm],
    ["long-term loss carried to the next year", schedule.carryover.longTerm],
    ["basis of the open lots", remainingBasis],
  ];
  out.push("", ...align(sums.map(([title, amount]) => [title, printedMoney(amount)])));
  if (lines.some((line) => line.isProvisional)) {
    out.push("", "Lines marked ? are provisional: a purchase within 30 days of the sale would change them.");
  }
  out.push("", "Not tax advice.");
  return out.join("\n");
}

const TITLES = [
  "sale",
  "lot",
  "quantity",
  "symbol",
  "acquired",
  "sold",
  "proceeds",
  "basis",
  "code",
  "adjustment",
  "gain",
  "term",
];

function lineTable(lines: readonly GainLine[], hasReasons: boolean): string[] {
  const rows = lines.map((line) => [
    line.disposal,
    line.lot,
    line.quantity,
    line.symbol,
    line.isInherited ? "INHERITED" : line.acquired,
    line.sold,
    printedMoney(line.proceeds),
    printedMoney(line.basis),
    line.code,
    line.code === "" ? "" : printedMoney(line.adjustment),
    printedMoney(line.gain),
    (line.term === "S" ? "short" : "long") + (line.isProvisional ? " ?" : ""),
  ]);
  const [head, ...body] = align([TITLES, ...rows], NUMBERS);
  if (!hasReasons) return [head!, ...body];
  return [head!, ...body.flatMap((row, at) => [row, ...explain(lines[at]!).map((why) => `    ${why}`), ""])];
}

/** Columns of figures, which stand on the right. */
const NUMBERS: ReadonlySet<number> = new Set(
  ["quantity", "proceeds", "basis", "adjustment", "gain"].map((title) => TITLES.indexOf(title)),
);

function align(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set([1])): string[] {
  const widths = rows[0]!.map((_, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]!.length), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, at) => (right.has(at) ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join("  ")
      .trimEnd(),
  );
}
