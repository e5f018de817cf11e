import { isIPv6 } from "node:net";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { UdpAddress } from "@exchange-kit/itch/net";
import { SCENARIOS, type ScenarioName } from "./drivers/scenario.ts";
import type { SyncPolicy } from "./journal/journal-file.ts";
import { readConnectionQuery } from "./market-data/web-socket/requests.ts";

/** What the command line says. */
export interface Settings {
  /** Whether it asks what it can say. */
  readonly help: boolean;
  readonly host: string;
  /** Ports; 0 takes any that is free. */
  readonly ports: {
    readonly web: number;
    /** FIX, all versions. */
    readonly fix: number;
    readonly ouch: number;
    /** ITCH over SoupBinTCP. */
    readonly itch: number;
    /** Re-requests of ITCH over MoldUDP64. */
    readonly itchRequests: number;
    /** Snapshots for ITCH, over SoupBinTCP. */
    readonly glimpse: number;
    /** FAST over TCP. */
    readonly fast: number;
  };
  /** Where the MoldUDP64 packets of the ITCH feed go. */
  readonly itchLines: readonly UdpAddress[];
  /** Where the UDP packets of the FAST feed go. */
  readonly fastLines: {
    readonly lines: readonly UdpAddress[];
    readonly snapshotLines: readonly UdpAddress[];
  };
  /** Of WebSocket market data, in milliseconds. */
  readonly marketData: { readonly throttleMillis: number; readonly latencyMillis: number };
  /** Folder of the journal, or `memory`. */
  readonly journal: string;
  readonly sync: SyncPolicy;
  /** Commands between two snapshots. */
  readonly snapshotEvery: number;
  /** Of the simulated participants; `undefined` when there are to be none. */
  readonly seed: number | undefined;
  /** A recorded ITCH day to play in place of the simulated participants. */
  readonly replay: string | undefined;
  readonly replaySpeed: number;
  readonly scenario: ScenarioName | undefined;
}

export const usage = `npm start [-- OPTIONS]

  --port N          of page, REST and WebSocket, default 8080; with 0 every port is any that is free
  --fix-port N      of FIX 4.2, 4.4 and 5.0 SP2, default 9878
  --ouch-port N     of OUCH over SoupBinTCP, default 9879
  --itch-port N     of ITCH over SoupBinTCP, default 9880
  --itch-requests-port N
                    of re-requests of ITCH over MoldUDP64 (UDP), default 9881
  --itch-line H:P   where MoldUDP64 packets go, a receiver or a multicast group; may be given several times;
                    default 127.0.0.1:9882
  --glimpse-port N  of GLIMPSE over SoupBinTCP, snapshots for who comes late to ITCH, default 9886
  --fast-port N     of FAST over TCP, default 9883
  --fast-line H:P   where FAST incrementals go over UDP; may be given several times; default 127.0.0.1:9884
  --fast-snapshot-line H:P
                    where FAST snapshots go over UDP, the same way; default 127.0.0.1:9885
  --md-throttle N   milliseconds between two updates of WebSocket books and bars: one of
                    0 (every batch), 50, 100 (default), 250, 500, 1000, 5000; a connection may have its own
  --md-latency N    milliseconds that WebSocket market data arrives later, 0 (default) to 10000
  --host H          name or IPv4 address to listen on, default 127.0.0.1
  --journal FOLDER  where commands are made durable, default exchange-data; \`memory\` keeps nothing
  --fsync POLICY    batch (default): survives loss of power; never: survives the process only
  --snapshot-every N
                    commands between two snapshots of the state, default 1000000
  --seed N          of the simulated participants, default 1
  --no-participants only clients trade; the phases of the day go on as usual
  --replay FILE     plays a recorded ITCH 5.0 day (its 50 busiest symbols) in place of the participants, in memory
                    unless --journal says otherwise
  --replay-speed X  1 (default) is as it was; max as fast as it goes
  --scenario NAME   flash-crash, halt or auction in the first instrument, five seconds after trading begins`;

/** @throws Error that says what is wrong with the command line */
export function readSettings(args: readonly string[], environment: NodeJS.ProcessEnv): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", short: "h" },
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: environment.PORT ?? "8080" },
      "fix-port": { type: "string" },
      "ouch-port": { type: "string" },
      "itch-port": { type: "string" },
      "itch-requests-port": { type: "string" },
      "glimpse-port": { type: "string" },
      "itch-line": { type: "string", multiple: true, default: ["127.0.0.1:9882"] },
      "fast-port": { type: "string" },
      "fast-line": { type: "string", multiple: true, default: ["127.0.0.1:9884"] },
      "fast-snapshot-line": { type: "string", multiple: true, default: ["127.0.0.1:9885"] },
      "md-throttle": { type: "string", default: "100" },
      "md-latency": { type: "string", default: "0" },
      journal: { type: "string" },
      "snapshot-every": { type: "string", default: "1000000" },
      fsync: { type: "string", default: "batch" },
      seed: { type: "string", default: "1" },
      "no-participants": { type: "boolean", default: false },
      replay: { type: "string" },
      "replay-speed": { type: "string", default: "1" },
      scenario: { type: "string" },
    },
  });
  const web = readPort("--port", values.port);
  const other = (
    name: "fix-port" | "ouch-port" | "itch-port" | "itch-requests-port" | "glimpse-port" | "fast-port",
    usual: number,
  ): number => (values[name] === undefined ? (web === 0 ? 0 : usual) : readPort(`--${name}`, values[name]));
  // Such as that of a shell variable that is not set: an empty host would be every address of the machine.
  for (const name of ["host", "journal", "replay"] as const) {
    if (values[name] === "") throw new Error(`--${name} must not be empty`);
  }
  // Re-requests are heard over IPv4 only.
  if (isIPv6(values.host)) {
    throw new Error(`--host must be a name or an IPv4 address, was ${quoted(values.host)}`);
  }
  const snapshotEvery = readWhole(values["snapshot-every"]);
  if (!(snapshotEvery >= 1)) {
    throw new Error(
      `--snapshot-every must be a whole number above 0, was ${quoted(values["snapshot-every"])}`,
    );
  }
  const seed = readWhole(values.seed);
  if (Number.isNaN(seed)) {
    throw new Error(`--seed must be a whole number from 0, was ${quoted(values.seed)}`);
  }
  if (values.fsync !== "batch" && values.fsync !== "never") {
    throw new Error(`--fsync must be batch or never, was ${quoted(values.fsync)}`);
  }
  // A recorded day brings instruments of its own, which a journal of the usual ones would not fit.
  const journal = values.journal ?? (values.replay === undefined ? "exchange-data" : "memory");
  const speed = values["replay-speed"];
  const replaySpeed = speed === "max" ? Number.POSITIVE_INFINITY : Number(speed);
  if (!(replaySpeed > 0))
    throw new Error(`--replay-speed must be a number above 0, or max, was ${quoted(speed)}`);
  const { scenario } = values;
  if (scenario !== undefined && !SCENARIOS.some((name) => name === scenario)) {
    throw new Error(`--scenario must be one of ${SCENARIOS.join(", ")}, was ${quoted(scenario)}`);
  }
  return {
    help: values.help ?? false,
    host: values.host,
    ports: {
      web,
      fix: other("fix-port", 9_878),
      ouch: other("ouch-port", 9_879),
      itch: other("itch-port", 9_880),
      itchRequests: other("itch-requests-port", 9_881),
      glimpse: other("glimpse-port", 9_886),
      fast: other("fast-port", 9_883),
    },
    itchLines: values["itch-line"].map((text) => readAddress("--itch-line", text)),
    fastLines: {
      lines: values["fast-line"].map((text) => readAddress("--fast-line", text)),
      snapshotLines: values["fast-snapshot-line"].map((text) => readAddress("--fast-snapshot-line", text)),
    },
    marketData: readMarketData(values["md-throttle"], values["md-latency"]),
    journal: journal === "memory" ? "memory" : resolve(journal),
    sync: values.fsync,
    snapshotEvery,
    seed: values["no-participants"] ? undefined : seed,
    replay: values.replay,
    replaySpeed,
    scenario: scenario as ScenarioName | undefined,
  };
}

function readMarketData(throttle: string, latency: string): Settings["marketData"] {
  const { value, fault } = readConnectionQuery({ throttle, latency });
  if (fault !== undefined) throw new Error(`--md-${fault.words}`);
  return { throttleMillis: value.throttle ?? 0, latencyMillis: value.latency ?? 0 };
}

/** NaN for what is not a whole number from 0, written in decimal digits. */
function readWhole(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : Number.NaN;
}

/** As it was given, so that an empty text and spaces can be seen. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function readPort(option: string, text: string): number {
  const port = readWhole(text);
  if (!(port <= 65_535)) throw new Error(`${option} must be a number from 0 to 65535, was ${quoted(text)}`);
  return port;
}

function readAddress(option: string, text: string): UdpAddress {
  // The lines are IPv4; to port 0 nothing can be sent.
  const [, host, port] = /^([^:]+):0*([1-9]\d{0,4})$/.exec(text) ?? [];
  if (!host || !port) {
    throw new Error(`${option} must be HOST:PORT, a name or an IPv4 address, was ${quoted(text)}`);
  }
  return { host, port: readPort(option, port) };
}
