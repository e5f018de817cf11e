import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Measurement, Scenario, SelfMeasured, Suite } from "@exchange-kit/bench";
import { outsideTool } from "@exchange-kit/test-support";

// The outside workloads through the outside harness, beside the C++ yardstick: each run is a process of its own.

const root = resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "exchange-kit-bench-"));
const tool = (name: string): string | undefined => outsideTool(`bench/orderbook/${name}`);
const isBuilt = existsSync(join(root, "packages/orderbook/dist/index.js"));

function workload(kind: string): string | undefined {
  const generator = tool("gen.mjs");
  const path = join(folder, `${kind}.bin`);
  if (generator && !existsSync(path)) {
    execFileSync(process.execPath, [generator, kind, path], { stdio: "ignore" });
  }
  return generator ? path : undefined;
}

function yardstick(): string | undefined {
  const source = tool("limit.cpp");
  const binary = join(folder, "limit");
  if (!source) return undefined;
  if (!existsSync(binary)) {
    try {
      execFileSync("g++", ["-O3", "-march=native", "-std=c++17", source, "-o", binary], { stdio: "ignore" });
    } catch {
      return undefined;
    }
  }
  return binary;
}

function measured(command: string, args: readonly string[]): Measurement {
  const result = JSON.parse(execFileSync(command, args, { encoding: "utf8" })) as { nsPerOp: number };
  return { p50: result.nsPerOp, p99: result.nsPerOp };
}

const engine = (kind: string): SelfMeasured => ({
  measure: () => {
    const [runner, path] = [tool("run.mjs"), workload(kind)];
    if (!runner || !path || !isBuilt) return undefined;
    const adapter = join(root, "bench/adapters/orderbook.mjs");
    return measured(process.execPath, ["--expose-gc", runner, path, "--adapter", adapter]);
  },
});

const limit = (kind: string): SelfMeasured => ({
  measure: () => {
    const [binary, path] = [yardstick(), workload(kind)];
    return binary && path ? measured(binary, [path, "5"]) : undefined;
  },
});

const scenario = (kind: string, atMost: number): Scenario => ({
  name: `outside workload ${kind} (1,000,000 operations)`,
  operations: 1,
  subject: engine(kind),
  peers: { "limit.cpp": limit(kind) },
  targets: [{ measure: "ratio", to: "limit.cpp", atMost }],
});

const suite: Suite = {
  name: "orderbook outside",
  scenarios: [scenario("flow", 2.5), scenario("multi", 2.5), scenario("deep", 3), scenario("reduce", 3.5)],
};
export default suite;
