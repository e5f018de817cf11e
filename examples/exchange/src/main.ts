// npm start [-- OPTIONS]: reads the command line, opens the exchange, says where it is, and stops it on Ctrl-C.
import { recordedDayConfig } from "./drivers/recorded-day.ts";
import { openExchange } from "./exchange.ts";
import { tuneGarbageCollector } from "./garbage-collector.ts";
import { JournalError } from "./journal/journal.ts";
import { formatPrice } from "./prices.ts";
import { referenceLogins } from "./reference-logins.ts";
import { readSettings, type Settings, usage } from "./settings.ts";
import type { VenueConfig } from "./venue/config.ts";
import { referenceConfig } from "./venue/reference-config.ts";
import { isVenueError } from "./venue/venue-error.ts";

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function addresses(lines: Settings["itchLines"]): string {
  return lines.map(({ host, port }) => `${host}:${port}`).join(", ");
}

/** A sentence for what a person at the command line can do something about; other errors go on. */
function startFault(error: NodeJS.ErrnoException & { port?: number; hostname?: string }): string {
  if (error.code === "EADDRINUSE") {
    return `port ${error.port} is already in use; choose another (npm start -- --help lists the options)`;
  }
  if (error.syscall === "getaddrinfo") {
    return `the host ${error.hostname} is not found; give --host, or the UDP line, an address of this network`;
  }
  if (error instanceof JournalError) {
    const advice =
      error.code === "corrupt" ? "; put back a copy of it, or begin anew with another folder" : "";
    return `the journal cannot be used: ${error.message}${advice}`;
  }
  // What the system says of a file is of the journal's folder: it has all that is read and written before trading.
  if (error.path !== undefined) {
    return `the journal cannot be used: ${error.message}; use another folder: --journal FOLDER`;
  }
  if (isVenueError(error) && error.code === "config-mismatch") {
    return `the journal is of an exchange with other instruments or members; use another folder: --journal FOLDER`;
  }
  if (error.syscall === "listen" || error.syscall === "bind") return `cannot listen: ${error.message}`;
  throw error;
}

let settings: Settings;
try {
  settings = readSettings(process.argv.slice(2), process.env);
} catch (error) {
  fail(`${(error as Error).message}\nnpm start -- --help lists the options`);
}
if (settings.help) {
  console.log(usage);
  process.exit(0);
}

// `npm start | head` closes the pipe; the exchange goes on without it.
process.stdout.on("error", () => {});

const { replay } = settings;
const config: VenueConfig =
  replay === undefined
    ? referenceConfig
    : await recordedDayConfig(replay).catch((error: Error) =>
        fail(`cannot play ${replay}: ${error.message}`),
      );

let trades = 0;
tuneGarbageCollector();
const exchange = await openExchange({
  host: settings.host,
  ports: settings.ports,
  itchLines: settings.itchLines,
  fastLines: settings.fastLines,
  webSocketFeed: settings.marketData,
  config,
  logins: referenceLogins,
  journal: settings.journal === "memory" ? "memory" : { folder: settings.journal, sync: settings.sync },
  snapshotEvery: settings.snapshotEvery,
  seed: settings.seed,
  replay: replay === undefined ? undefined : { path: replay, speed: settings.replaySpeed },
  scenario: settings.scenario,
  onTrade: () => {
    if (trades++ === 0) console.log("  first trade done; press Ctrl-C to stop");
  },
  onNotice: (notice) => console.log(`  ${notice}`),
  onFailure: (error) => fail(`the exchange stops, and recovers when it is started again: ${error.message}`),
}).catch((error: NodeJS.ErrnoException) => fail(startFault(error)));

const { web, fix, ouch, itch, itchRequests, glimpse, fast } = exchange.ports;
const first = config.instruments[0]!;
const page = `http://${settings.host}:${web}`;
console.log(`
exchange-kit reference exchange, trading ${config.instruments.map(({ symbol }) => symbol).join(", ")}

  page          ${page}/
  REST          curl ${page}/api/v1/book/${first.symbol}
                curl ${page}/api/v1/orders -H 'content-type: application/json' \\
                  -d '{"symbol":"${first.symbol}","side":"buy","price":"${formatPrice(first, first.referencePrice)}","quantity":100}'
                curl -X DELETE ${page}/api/v1/orders/ID
  FIX           ${settings.host}:${fix}  (4.2, 4.4, 5.0 SP2; SenderCompID ALFA, TargetCompID ${config.mic}, Password alfa)
  OUCH 5.0      ${settings.host}:${ouch}  (SoupBinTCP; user ALFA, password alfa)
  ITCH 5.0      ${settings.host}:${itch}  (SoupBinTCP; any user), or MoldUDP64 to ${addresses(settings.itchLines)},
                re-requests to ${settings.host}:${itchRequests}, snapshots on ${settings.host}:${glimpse} (GLIMPSE 5.0)
  FAST          ${settings.host}:${fast}  (TCP), incrementals to ${addresses(settings.fastLines.lines)}, snapshots to ${addresses(settings.fastLines.snapshotLines)} (UDP)
  market data   ${page.replace("http", "ws")}/api/v1/market-data  (WebSocket)
  journal       ${settings.journal === "memory" ? "in memory only" : settings.journal}
`);

let isStopping = false;
async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  await exchange.close();
  console.log(`\nstopped after ${trades} trades`);
}
process.on("SIGINT", () => void stop());
process.on("SIGTERM", () => void stop());
