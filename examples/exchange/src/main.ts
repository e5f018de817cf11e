// npm start [-- --port 8080] [-- --host 127.0.0.1] [-- --seed 1]
import { parseArgs } from "node:util";
import { openExchange } from "./exchange.ts";
import { referenceLogins } from "./reference-logins.ts";
import { referenceConfig } from "./venue/reference-config.ts";

const usage = "npm start [-- --port 8080 --host 127.0.0.1 --seed 1]";

interface Settings {
  readonly host: string;
  readonly port: number;
  readonly seed: number;
}

function readSettings(): Settings {
  const { values } = parseArgs({
    options: {
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: process.env.PORT ?? "8080" },
      seed: { type: "string", default: "1" },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port must be a number from 0 to 65535, was ${values.port}`);
  }
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed must be a whole number, was ${values.seed}`);
  return { host: values.host, port, seed };
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function listenFault(error: NodeJS.ErrnoException, { host, port }: Settings): string {
  if (error.code === "EADDRINUSE") {
    return `port ${port} is already in use; choose another: npm start -- --port ${port + 1}`;
  }
  return `cannot listen on ${host}:${port}: ${error.message}`;
}

let settings: Settings;
try {
  settings = readSettings();
} catch (error) {
  fail(`${(error as Error).message}\nusage: ${usage}`);
}

// `npm start | head` closes the pipe; the exchange goes on without it.
process.stdout.on("error", () => {});

let trades = 0;
const exchange = await openExchange({
  ...settings,
  config: referenceConfig,
  logins: referenceLogins,
  journal: "memory",
  onTrade: (tradeId) => {
    if (trades === 0) console.log("  first trade done; press Ctrl-C to stop");
    trades = tradeId;
  },
}).catch((error: NodeJS.ErrnoException) => fail(listenFault(error, settings)));

const websocket = `${exchange.url.replace("http", "ws")}/api/v1/market-data`;
console.log(`
exchange-kit reference exchange, trading ${referenceConfig.instruments.map(({ symbol }) => symbol).join(", ")}

  page          ${exchange.url}/
  REST          curl ${exchange.url}/api/v1/book/ACME
                curl ${exchange.url}/api/v1/orders -H 'content-type: application/json' \\
                  -d '{"symbol":"ACME","side":"buy","price":"187.25","quantity":100}'
                curl -X DELETE ${exchange.url}/api/v1/orders/ID
  market data   ${websocket}  (WebSocket)
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
