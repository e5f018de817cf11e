import { existsSync } from "node:fs";

// The package as its users get it. Built, its constants are part of the code; from source files V8 loads each of them
// from the module that exports it, which costs a plain order a tenth of its time.

type Engine = typeof import("@exchange-kit/orderbook");
type Journal = typeof import("@exchange-kit/orderbook/journal");

const folder = new URL("../dist/", import.meta.url);

/** Whether `npm run build` was run; otherwise the source is measured. */
export const isBuilt: boolean = existsSync(new URL("index.js", folder));
if (!isBuilt) console.warn("orderbook is not built: the source is measured, which is slower");

const load = (file: string, name: string): Promise<unknown> =>
  import(isBuilt ? new URL(file, folder).href : name);

const engine = (await load("index.js", "@exchange-kit/orderbook")) as Engine;
const journal = (await load("journal.js", "@exchange-kit/orderbook/journal")) as Journal;

export const MatchingEngine: Engine["MatchingEngine"] = engine.MatchingEngine;
export const CommandJournal: Journal["CommandJournal"] = journal.CommandJournal;
export const replayCommands: Journal["replayCommands"] = journal.replayCommands;
