// The exchange as the benchmark wants it: with as many FIX logins as are asked for, and without simulated participants, whose
// odd quantities would split each order of the load into two trades.
//
//   node --import tsx --conditions=@exchange-kit/source bench/fix-exchange.ts --logins 1000 --journal FOLDER
import { parseArgs } from "node:util";
import { openExchange } from "../examples/exchange/src/exchange.ts";
import { tuneGarbageCollector } from "../examples/exchange/src/garbage-collector.ts";
import { referenceConfig } from "../examples/exchange/src/venue/reference-config.ts";
import { loadLogins } from "./fix-load-logins.ts";

const { values } = parseArgs({
  options: {
    logins: { type: "string", default: "2" },
    journal: { type: "string", default: "memory" },
  },
});
tuneGarbageCollector();
const logins = loadLogins(Number(values.logins));
const exchange = await openExchange({
  host: "127.0.0.1",
  ports: { web: 0, fix: 0, ouch: 0, itch: 0, itchRequests: 0, glimpse: 0, fast: 0 },
  // The feeds are there, and nobody listens to them.
  itchLines: [],
  fastLines: { lines: [], snapshotLines: [] },
  config: {
    ...referenceConfig,
    sessions: [
      ...referenceConfig.sessions,
      // Neighbours are of two firms: their orders meet.
      ...logins.map(({ compId }, index) => ({ name: compId, firm: index % 2 === 0 ? "ALFA" : "BETA" })),
    ],
  },
  logins: logins.map((login) => ({ protocol: "fix", session: login.compId, ...login })),
  journal: values.journal === "memory" ? "memory" : { folder: values.journal },
});
console.log(`listening on ${exchange.ports.fix}`);
process.on("SIGINT", () => void exchange.close());
