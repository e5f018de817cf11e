import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { MeasureContext, Measurement, SelfMeasured, Suite } from "@exchange-kit/bench";
import { outsideTool } from "@exchange-kit/test-support";
import { buildQuickFixPeer } from "../test/interop/build-quickfix-peer.ts";

// A whole acceptor over TCP, which sends every order back: ours and, where QuickFIX is installed, QuickFIX C++. The
// outside harness plays the counterparty.

const root = resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "exchange-kit-bench-"));
const children: ChildProcess[] = [];
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

let nextPort = 19_700;
let quickfix: string | undefined | null = null;

function start(command: string, args: readonly string[]): void {
  children.push(spawn(command, args, { cwd: root, stdio: "ignore" }));
}

function startKit(port: number, name: string, store: readonly string[]): void {
  const folderOf = join(folder, name);
  mkdirSync(folderOf, { recursive: true });
  const where = store.length === 0 ? [] : ["--store", folderOf, ...store.slice(1)];
  const cli = ["--import", "tsx", "--conditions=@exchange-kit/source", "conformance/src/cli.ts"];
  start(process.execPath, [...cli, "fix-acceptor", "--port", String(port), ...where]);
}

function startQuickFix(port: number, name: string, hasStore: boolean): boolean {
  if (quickfix === null) quickfix = buildQuickFixPeer(folder);
  if (!quickfix) return false;
  const folderOf = join(folder, name);
  mkdirSync(folderOf, { recursive: true });
  start(quickfix, ["echo", hasStore ? folderOf : "-", String(port), "FIX.4.4"]);
  return true;
}

async function listens(port: number): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const isOpen = await new Promise<boolean>((done) => {
      const socket = connect({ host: "127.0.0.1", port }, () => {
        socket.destroy();
        done(true);
      });
      socket.on("error", () => done(false));
    });
    if (isOpen) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`nobody listens on ${port}`);
}

/** An acceptor that is started when first measured and kept for all rounds. */
class Acceptor {
  readonly #start: (port: number) => boolean;
  #port = 0;

  constructor(start: (port: number) => boolean) {
    this.#start = start;
  }

  async #run(args: readonly string[]): Promise<EchoResult | undefined> {
    const harness = outsideTool("bench/fix/run.mjs");
    if (!harness) return undefined;
    if (this.#port === 0) {
      const port = nextPort++;
      if (!this.#start(port)) return undefined;
      await listens(port);
      this.#port = port;
    }
    const command = [harness, "echo", "--port", String(this.#port), "--rounds", "1", ...args];
    return JSON.parse(execFileSync(process.execPath, command, { encoding: "utf8" })) as EchoResult;
  }

  readonly throughput: SelfMeasured = {
    measure: async ({ isSmoke }: MeasureContext): Promise<Measurement | undefined> => {
      const result = await this.#run(["--count", isSmoke ? "2000" : "30000", "--pings", "50"]);
      if (!result) return undefined;
      const nanos = 1e9 / result.ordersPerSecond;
      return { p50: nanos, p99: nanos, operationsPerSecond: result.ordersPerSecond };
    },
  };

  readonly roundTrip: SelfMeasured = {
    measure: async ({ isSmoke }: MeasureContext): Promise<Measurement | undefined> => {
      const result = await this.#run(["--count", "100", "--pings", isSmoke ? "200" : "8000"]);
      return result && { p50: result.roundTripUs.p50 * 1000, p99: result.roundTripUs.p99 * 1000 };
    },
  };
}

interface EchoResult {
  readonly ordersPerSecond: number;
  readonly roundTripUs: { readonly p50: number; readonly p99: number };
}

function kit(name: string, store: readonly string[] = []): Acceptor {
  return new Acceptor((port) => {
    startKit(port, name, store);
    return true;
  });
}

const memory = kit("memory");
const file = kit("file", ["file"]);
const synced = kit("synced", ["file", "--sync", "batch"]);
const quickFixMemory = new Acceptor((port) => startQuickFix(port, "quickfix-memory", false));
const quickFixFile = new Acceptor((port) => startQuickFix(port, "quickfix-file", true));

const suite: Suite = {
  name: "fix sessions",
  scenarios: [
    {
      name: "echo, memory store, 64 orders in flight",
      operations: 1,
      subject: memory.throughput,
      peers: { "QuickFIX C++": quickFixMemory.throughput },
      targets: [{ measure: "operations per second", atLeast: 100_000 }],
    },
    {
      name: "echo, file store in the page cache",
      operations: 1,
      subject: file.throughput,
      peers: { "QuickFIX C++": quickFixFile.throughput },
      targets: [{ measure: "operations per second", atLeast: 60_000 }],
    },
    {
      name: "echo, file store with an fsync for each batch",
      operations: 1,
      subject: synced.throughput,
      targets: [],
    },
    {
      name: "round trip of one order, memory store",
      operations: 1,
      subject: memory.roundTrip,
      peers: { "QuickFIX C++": quickFixMemory.roundTrip },
      targets: [{ measure: "ratio", to: "QuickFIX C++", atMost: 1.3 }],
    },
  ],
};
export default suite;
