import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { isTaxError, TaxError } from "./errors.ts";
import type { LotMethod, TaxEvent } from "./events.ts";
import { explain } from "./explain.ts";
import { importFlexXml } from "./flex-xml.ts";
import { form8949 } from "./form-8949.ts";
import { form8949Csv } from "./form-csv.ts";
import { formsHtml } from "./form-html.ts";
import { form8949Txf } from "./form-txf.ts";
import { TaxLedger } from "./ledger.ts";
import type { GainLine } from "./line.ts";
import type { AssetClass } from "./options.ts";
import { formsPdf } from "./pdf.ts";
import { scheduleD } from "./schedule-d.ts";
import { importTradesCsv } from "./trades-csv.ts";
import { unitedKingdom } from "./united-kingdom.ts";

/** Where the command line writes to. */
export interface CliOutput {
  /** One line of the report. */
  out(line: string): void;
  /** One line about a fault. */
  error(line: string): void;
}

const USAGE = `usage: tax report FILE --year YEAR [options]

  FILE                  events as CSV, or an Interactive Brokers Flex report (.xml)
  --year YEAR           tax year
  --method METHOD       fifo (default), lifo, hifo, lofo, tax-efficient, average, uk-s104
  --ira ID              account that is an IRA; may be repeated
  --digital SYMBOL      symbol that is a digital asset; may be repeated
  --fund SYMBOL         fund that may use average cost; may be repeated
  --format FORMAT       text (default), json, csv, txf, html, pdf
  --output PATH         file to write instead of the terminal (needed for pdf)
  --date DATE           date of a TXF export, YYYY-MM-DD; the last event's when left out
  --carryover-short N   short-term loss carried in
  --carryover-long N    long-term loss carried in
  --separate            married filing separately: 1,500 limit
  --explain             say where every figure comes from
  --keep-good-rows      list bad rows and go on with the rest

Not tax advice.`;

/**
 * Runs the command line.
 *
 * @param args - the words after the program's name
 * @returns the exit code: 0 done, 1 the file or an event was refused, 2 not understood
 */
export async function runCli(args: readonly string[], output: CliOutput): Promise<number> {
  try {
    if (args.length === 0 || args[0] === "--help" || args[0] === "help") {
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
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      year: { type: "string" },
      method: { type: "string", default: "fifo" },
      ira: { type: "string", multiple: true, default: [] },
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
  const year = Number(values.year);
  if (command !== "report" || path === undefined || !Number.isInteger(year)) {
    throw new TaxError("bad-usage", USAGE);
  }
  const text = readFileSync(path, "utf8");
  const options = { keepGoodRows: values["keep-good-rows"] };
  const { rows, problems } = /\.xml$/i.test(path)
    ? importFlexXml(text, options)
    : importTradesCsv(text, options);
  for (const { error } of problems) output.error(`left out, ${error.message}`);
  if (values.method === "uk-s104") {
    output.out(JSON.stringify(unitedKingdom(rows), undefined, 2));
    return;
  }
  const ledger = new TaxLedger({
    method: values.method as LotMethod,
    accounts: accountsOf(rows, values.ira),
    assetClasses: Object.fromEntries([
      ...values.digital.map((symbol): [string, AssetClass] => [symbol, "digital"]),
      ...values.fund.map((symbol): [string, AssetClass] => [symbol, "fund"]),
    ]),
  });
  ledger.applyAll(rows);
  const lines = ledger.lines({ year });
  const form = form8949(lines, { year });
  const schedule = scheduleD(form, {
    carryoverInShortTerm: values["carryover-short"],
    carryoverInLongTerm: values["carryover-long"],
    isMarriedFilingSeparately: values.separate,
  });
  const write = (content: string | Uint8Array): void => {
    if (values.output !== undefined) writeFileSync(values.output, content);
    else output.out(String(content).trimEnd());
  };
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
      write(formsHtml(form, schedule));
      break;
    case "pdf":
      if (values.output === undefined) throw new TaxError("bad-usage", "--format pdf needs --output");
      write(await formsPdf(form, schedule));
      break;
    default:
      throw new TaxError("bad-usage", `unknown format ${values.format}`, { field: "format" });
  }
}

function accountsOf(
  events: readonly TaxEvent[],
  retirement: readonly string[],
): { id: string; type: "taxable" | "ira" }[] {
  const ids = new Set(events.flatMap((event) => ("toAccount" in event ? [event.toAccount] : [])));
  for (const event of events) ids.add(event.account ?? "main");
  for (const id of retirement) ids.add(id);
  // Events without an account are in the first one.
  const ordered = ids.has("main") ? ["main", ...[...ids].filter((id) => id !== "main")] : [...ids];
  const named = ordered.length > 0 ? ordered : ["main"];
  return named.map((id) => ({ id, type: retirement.includes(id) ? "ira" : "taxable" }));
}

function textReport(
  ledger: TaxLedger,
  lines: readonly GainLine[],
  schedule: ReturnType<typeof scheduleD>,
  hasReasons: boolean,
): string {
  const rows = lines.map((line) => [
    line.disposal,
    line.lot,
    line.quantity,
    line.symbol,
    line.isInherited ? "INHERITED" : line.acquired,
    line.sold,
    line.proceeds,
    line.basis,
    line.code,
    line.adjustment,
    line.gain,
    line.term + (line.isProvisional ? " provisional" : ""),
  ]);
  const titles = [
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
  const printed = align([titles, ...rows]);
  const body = hasReasons
    ? [
        printed[0]!,
        ...lines.flatMap((line, at) => [printed[at + 1]!, ...explain(line).map((why) => `    ${why}`)]),
      ]
    : printed;
  const { remainingBasis } = ledger.totals();
  return [
    `Form 8949 lines, ${schedule.year}`,
    "",
    ...body,
    "",
    `net short-term (line 7)    ${schedule.line7}`,
    `net long-term (line 15)    ${schedule.line15}`,
    `combined (line 16)         ${schedule.line16}`,
    `deductible loss (line 21)  ${schedule.line21}`,
    `carried on, short-term     ${schedule.carryover.shortTerm}`,
    `carried on, long-term      ${schedule.carryover.longTerm}`,
    `basis of open lots         ${remainingBasis}`,
    ...(lines.some((line) => line.isProvisional)
      ? ["some lines are provisional: a purchase within 30 days of the sale would change them"]
      : []),
    "",
    "Not tax advice.",
  ].join("\n");
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]!.length), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
}
