// The whole path over loopback: FIX order → risk → match → durable → execution report. The exchange and its load are processes
// of their own; the load client says how it measures.
import { execFile } from "node:child_process";
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";
import type { MeasureContext, Measurement, Scenario, SelfMeasured, Suite } from "@exchange-kit/bench";
import { RunningExchange } from "../examples/exchange/tools/running-exchange.ts";
import { type FixLoadResult, openManySessions } from "./fix-load-client.ts";
import { loadLogins } from "./fix-load-logins.ts";

const run = promisify(execFile);
const fixExchange = resolve(import.meta.dirname, "fix-exchange.ts");
const fixFloor = resolve(import.meta.dirname, "fix-floor.ts");
const loadClient = resolve(import.meta.dirname, "fix-load-client.ts");
const MEBIBYTE = 2 ** 20;
const MANY = 1_000;

interface Load {
  readonly journal: "file" | "memory";
  readonly sessions: number;
  /** Orders a second, or as many as it takes. */
  readonly rate: number | "max";
}

/**
 * Seconds that do not count: what is compiled late is compiled, and at a steady rate the venue knows as many closed orders
 * as it keeps, so that records are used again. At saturation it has them sooner.
 */
const WARM_UP = { steady: "15", saturated: "5" };

/** Opens an exchange, or what it is compared with, in a new folder for a while. */
async function withVenue<T>(
  program: string,
  { journal, sessions }: Pick<Load, "journal" | "sessions">,
  use: (port: number, venue: RunningExchange) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "bench-fix-"));
  const where = ["--journal", journal === "memory" ? "memory" : join(folder, "journal")];
  const logins = program === fixExchange ? ["--logins", String(sessions)] : [];
  const exchange = new RunningExchange([...logins, ...where], program);
  try {
    const [, port] = await exchange.printed(/listening on (\d+)/);
    return await use(Number(port), exchange);
  } finally {
    await exchange.kill("SIGINT");
    rmSync(folder, { recursive: true });
  }
}

/** Of the exchange's last load: from when an order was due until the client had sent it. */
let sending: Measurement | undefined;

/**
 * The part of the last load's time that no venue can do anything about: it is the machine, which lets the client wait, and the
 * client comes as late to the report again.
 */
const clientAlone: Scenario = {
  name: "of that, until the client has sent the order that is due",
  operations: 1,
  rounds: 1,
  subject: { measure: () => sending },
  targets: [],
};

/** The exchange under a load, compared with a program that does the least of it; see fix-floor.ts. */
function besideFloor(load: Load): Pick<Scenario, "subject" | "peers"> {
  return {
    subject: underLoad(load, fixExchange),
    peers: { "that only answers": underLoad(load, fixFloor) },
  };
}

function underLoad(load: Load, program: string): SelfMeasured {
  const { sessions, rate } = load;
  return {
    measure: ({ isSmoke }: MeasureContext): Promise<Measurement> =>
      withVenue(program, load, async (port) => {
        const warmUp = rate === "max" ? WARM_UP.saturated : WARM_UP.steady;
        const { stdout } = await run(process.execPath, [
          // So much room that the client rarely stops to collect garbage.
          "--min-semi-space-size=32",
          ...["--import", "tsx", "--conditions=@exchange-kit/source", loadClient],
          ...["--port", String(port), "--logins", String(sessions)],
          // Nothing is compiled yet in a short run: so few orders that even then they are answered in time.
          ...(isSmoke
            ? ["--rate", rate === "max" ? rate : "500", "--window", "200", "--seconds", "1", "--warm-up", "1"]
            : ["--rate", String(rate), "--seconds", "5", "--warm-up", warmUp]),
        ]);
        const result = JSON.parse(stdout) as FixLoadResult;
        if (program === fixExchange) {
          sending = { p50: result.sendP50 * 1_000, p99: result.sendP99 * 1_000, isPaced: true };
        }
        return {
          p50: result.p50 * 1_000,
          p99: result.p99 * 1_000,
          ...(rate === "max" ? { operationsPerSecond: result.ordersPerSecond } : { isPaced: true }),
        };
      }),
  };
}

/** From the first connection until every session is logged on and has had an order answered; memory while they are there. */
function manySessions({ isSmoke }: MeasureContext): Promise<Measurement> {
  const count = isSmoke ? MANY / 10 : MANY;
  return withVenue(fixExchange, { journal: "file", sessions: count }, async (port, exchange) => {
    const begun = performance.now();
    const sessions = await openManySessions({
      host: "127.0.0.1",
      port,
      targetCompId: "XKIT",
      logins: loadLogins(count),
      symbol: "ACME",
      price: "187.25",
    });
    const nanos = (performance.now() - begun) * 1e6;
    const bytes = residentBytes(exchange.child.pid);
    for (const session of sessions) session.close();
    return { p50: nanos, p99: nanos, ...(bytes === undefined ? {} : { bytes }) };
  });
}

function residentBytes(pid: number | undefined): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  } catch {
    // Only Linux says it there.
    return undefined;
  }
}

/** What this disk takes to make 4 KiB durable, in zeros that are there or behind the end of a file: the least for an order. */
function diskSync(isReserved: boolean): SelfMeasured {
  return {
    measure({ isSmoke }: MeasureContext): Measurement {
      const folder = mkdtempSync(join(tmpdir(), "bench-sync-"));
      const file = openSync(join(folder, "file"), "w");
      const block = new Uint8Array(4096);
      const count = isSmoke ? 20 : 300;
      if (isReserved) {
        writeSync(file, new Uint8Array(block.length * count));
        fsyncSync(file);
      }
      const nanos = Array.from({ length: count }, (_, index) => {
        const begun = performance.now();
        writeSync(file, block, 0, block.length, block.length * index);
        fdatasyncSync(file);
        return (performance.now() - begun) * 1e6;
      }).sort((a, b) => a - b);
      closeSync(file);
      rmSync(folder, { recursive: true });
      return { p50: nanos[Math.floor(nanos.length / 2)]!, p99: nanos[Math.floor(nanos.length * 0.99)]! };
    },
  };
}

const suite: Suite = {
  name: "exchange over FIX",
  scenarios: [
    {
      name: "fdatasync of 4 KiB in room that is reserved, as the journal writes",
      operations: 1,
      subject: diskSync(true),
      peers: { "at the end of a file": diskSync(false) },
      targets: [],
    },
    {
      name: "order to report, durable, 5,000 orders/s",
      operations: 1,
      rounds: 3,
      ...besideFloor({ journal: "file", sessions: 2, rate: 5_000 }),
      targets: [
        { measure: "p50 nanoseconds", atMost: 500_000 },
        { measure: "p99 nanoseconds", atMost: 5e6 },
      ],
    },
    clientAlone,
    {
      name: "durable orders at saturation, 4 sessions, every order trades",
      operations: 1,
      rounds: 3,
      ...besideFloor({ journal: "file", sessions: 4, rate: "max" }),
      targets: [{ measure: "operations per second", atLeast: 50_000 }],
    },
    {
      name: "order to report, journal in memory, 10,000 orders/s",
      operations: 1,
      rounds: 3,
      ...besideFloor({ journal: "memory", sessions: 2, rate: 10_000 }),
      targets: [{ measure: "p99 nanoseconds", atMost: 500_000 }],
    },
    clientAlone,
    {
      name: "1,000 sessions log on at once and each has an order answered",
      operations: 1,
      rounds: 1,
      subject: { measure: manySessions },
      targets: [
        { measure: "p50 nanoseconds", atMost: 10e9 },
        { measure: "bytes", atMost: 500 * MEBIBYTE },
      ],
    },
  ],
};
export default suite;
