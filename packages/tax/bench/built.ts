import { existsSync } from "node:fs";

// The package as its users get it. Built, its constants are part of the code; from source files V8 loads each of them
// from the module that exports it.

type Tax = typeof import("@exchange-kit/tax");
type Html = typeof import("@exchange-kit/tax/html");
type Import = typeof import("@exchange-kit/tax/import");

const folder = new URL("../dist/", import.meta.url);

/** Whether `npm run build` was run; otherwise the source is measured. */
export const isBuilt: boolean = existsSync(new URL("index.js", folder));
if (!isBuilt) console.warn("tax is not built: the source is measured, which is slower");

const load = (file: string, name: string): Promise<unknown> =>
  import(isBuilt ? new URL(file, folder).href : name);

const tax = (await load("index.js", "@exchange-kit/tax")) as Tax;
const html = (await load("form-html.js", "@exchange-kit/tax/html")) as Html;
const imports = (await load("import.js", "@exchange-kit/tax/import")) as Import;

export const TaxLedger: Tax["TaxLedger"] = tax.TaxLedger;
export const PlainLots: Tax["PlainLots"] = tax.PlainLots;
export const form8949: Tax["form8949"] = tax.form8949;
export const scheduleD: Tax["scheduleD"] = tax.scheduleD;
export const formsHtml: Html["formsHtml"] = html.formsHtml;
export const importTradesCsv: Import["importTradesCsv"] = imports.importTradesCsv;
