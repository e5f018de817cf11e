import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { outsideTool } from "@exchange-kit/test-support";

// The outside workloads, harness and C++ yardstick, as far as they are here.

const root = resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "exchange-kit-bench-"));
const tool = (name: string): string | undefined => outsideTool(`bench/orderbook/${name}`);

/** Adapters for the outside harness; those of this package use what `npm run build` made. */
export const ADAPTERS: Readonly<Record<AdapterName, string>> = {
  ours: join(root, "bench/adapters/orderbook.mjs"),
  "every rule": join(root, "bench/adapters/orderbook-every-rule.mjs"),
  "no rule": join(root, "bench/adapters/orderbook-no-rule.mjs"),
  "nodejs-order-book": join(import.meta.dirname, "nodejs-order-book.mjs"),
};
export type AdapterName = "ours" | "every rule" | "no rule" | "nodejs-order-book";

/** What a run of the outside harness prints. */
export interface HarnessResult {
  readonly nsPerOp: number;
  readonly ok: boolean;
  readonly bytesPerResting: number;
  readonly rssMB: number;
  readonly lat?: { readonly p999: number; readonly p9999: number };
}

/** The file of a workload, made when it is not there yet. */
export function workloadFile(kind: string): string | undefined {
  const generator = tool("gen.mjs");
  const path = join(folder, `${kind}.bin`);
  if (generator && !existsSync(path)) {
    execFileSync(process.execPath, [generator, kind, path], { stdio: "ignore" });
  }
  return generator ? path : undefined;
}

/** Runs an engine in the outside harness; `undefined` where the harness is missing. */
export function runHarness(
  kind: string,
  adapter: AdapterName,
  ...options: string[]
): HarnessResult | undefined {
  const [runner, path] = [tool("run.mjs"), workloadFile(kind)];
  if (!runner || !path) return undefined;
  return run(process.execPath, ["--expose-gc", runner, path, "--adapter", ADAPTERS[adapter], ...options]);
}

/** Runs the C++ yardstick; `undefined` where it is missing or cannot be compiled. */
export function runYardstick(kind: string): HarnessResult | undefined {
  const [source, path] = [tool("limit.cpp"), workloadFile(kind)];
  const binary = join(folder, "limit");
  if (!source || !path) return undefined;
  if (!existsSync(binary)) {
    try {
      execFileSync("g++", ["-O3", "-march=native", "-std=c++17", source, "-o", binary], { stdio: "ignore" });
    } catch {
      return undefined;
    }
  }
  return run(binary, [path, "5"]);
}

function run(command: string, args: readonly string[]): HarnessResult {
  return JSON.parse(execFileSync(command, args, { encoding: "utf8" })) as HarnessResult;
}
