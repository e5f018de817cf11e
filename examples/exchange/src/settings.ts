import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { SyncPolicy } from "./journal/journal-file.ts";

/** What the command line says. */
export interface Settings {
  readonly host: string;
  /** Ports; 0 takes any that is free. */
  readonly ports: {
    readonly web: number;
    readonly ouch: number;
  };
  /** Folder of the journal, or `memory`. */
  readonly journal: string;
  readonly sync: SyncPolicy;
  /** Of the simulated participants. */
  readonly seed: number;
}

export const usage = `npm start [-- OPTIONS]

  --port N          of page, REST and WebSocket, default 8080; with 0 every port is any that is free
  --ouch-port N     of OUCH over SoupBinTCP, default 9879
  --host H          address to listen on, default 127.0.0.1
  --journal FOLDER  where commands are made durable, default exchange-data; \`memory\` keeps nothing
  --fsync POLICY    batch (default): survives loss of power; never: survives the process only
  --seed N          of the simulated participants, default 1`;

/** @throws Error that says what is wrong with the command line */
export function readSettings(args: readonly string[], environment: NodeJS.ProcessEnv): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: environment.PORT ?? "8080" },
      "ouch-port": { type: "string" },
      journal: { type: "string", default: "exchange-data" },
      fsync: { type: "string", default: "batch" },
      seed: { type: "string", default: "1" },
    },
  });
  const web = readPort("--port", values.port);
  const other = (name: "ouch-port", usual: number): number =>
    values[name] === undefined ? (web === 0 ? 0 : usual) : readPort(`--${name}`, values[name]);
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed must be a whole number, was ${values.seed}`);
  if (values.fsync !== "batch" && values.fsync !== "never") {
    throw new Error(`--fsync must be batch or never, was ${values.fsync}`);
  }
  return {
    host: values.host,
    ports: { web, ouch: other("ouch-port", 9_879) },
    journal: values.journal === "memory" ? "memory" : resolve(values.journal),
    sync: values.fsync,
    seed,
  };
}

function readPort(option: string, text: string): number {
  const port = Number(text);
  if (text === "" || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`${option} must be a number from 0 to 65535, was ${text}`);
  }
  return port;
}
