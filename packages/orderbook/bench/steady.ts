// npm run bench:steady -w @exchange-kit/orderbook      (after a build)
//
// What a median does not show, on the outside workloads: the slowest single operations, the memory of a resting order,
// and garbage collections during 1,000,000 operations. Prints each figure with its target and exits 1 when one is missed.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { PerformanceObserver, performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { ADAPTERS, runHarness, workloadFile } from "./outside.ts";

const HEADER_WORDS = 16;
const RECORD_WORDS = 6;

type Trade = (makerId: number, takerId: number, price: number, quantity: number) => void;

interface Adapter {
  create(workload: { symbols: number }, trade: Trade): Promise<Replay>;
}

interface Replay {
  run(records: Int32Array, from: number, to: number): void;
}

const [only] = process.argv.slice(2);
if (only) await countCollections(only);
else measureAll();

/** Operations of a workload on an engine that has its orders and compiled code, with every collection observed. */
async function countCollections(path: string): Promise<void> {
  const { create } = (await import(ADAPTERS.ours)) as Adapter;
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  const words = new Int32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  const records = words.subarray(HEADER_WORDS);
  const [preload, symbols] = [words[2]! * RECORD_WORDS, words[4]!];
  const starts: number[] = [];
  const observer = new PerformanceObserver((list) => {
    starts.push(...list.getEntries().map((entry) => entry.startTime));
  });
  observer.observe({ entryTypes: ["gc"] });
  let volume = 0;
  const trade: Trade = (_makerId, _takerId, _price, quantity) => {
    volume = (volume + quantity) | 0;
  };
  for (let round = 0; round < 3; round++) {
    (await create({ symbols }, trade)).run(records, 0, records.length);
  }
  const replay = await create({ symbols }, trade);
  replay.run(records, 0, preload);
  globalThis.gc!();
  const begin = performance.now();
  replay.run(records, preload, records.length);
  const end = performance.now();
  await wait(100);
  observer.disconnect();
  const during = starts.filter((start) => start >= begin && start < end).length;
  console.log(JSON.stringify({ during, observed: starts.length, volume }));
}

/** Collections during the operations of a workload, in a process of its own under `--trace-gc`. */
function collections(path: string): number {
  const args = ["--expose-gc", "--trace-gc", "--import", "tsx", import.meta.filename, path];
  const output = execFileSync(process.execPath, args, { encoding: "utf8" });
  const json = output.split("\n").find((line) => line.startsWith("{"));
  if (!json) throw new Error(`the process that counts collections printed no result:\n${output}`);
  const { during, observed } = JSON.parse(json) as { during: number; observed: number };
  const traced = output.match(/ms: (Scavenge|Mark-)/g)?.length ?? 0;
  if (observed === 0 || traced < observed) {
    throw new Error(`V8 traced ${traced} collections but ${observed} were observed:\n${output}`);
  }
  return during;
}

function measureAll(): void {
  let missed = 0;
  const judge = (name: string, value: number, atMost: number, unit: string): void => {
    if (value > atMost) missed++;
    const verdict = value > atMost ? "missed" : "met";
    console.log(`    ${name.padEnd(36)} ${value} ${unit}, target ≤ ${atMost}: ${verdict}`);
  };
  for (const kind of ["flow", "multi", "deep", "reduce"]) {
    const [result, path] = [runHarness(kind, "ours", "--lat"), workloadFile(kind)];
    if (!result || !path) {
      console.log("not measured: the outside harness is missing, or the package is not built");
      process.exit(2);
    }
    console.log(kind);
    judge("single operation, p99.9", result.lat!.p999, kind === "flow" ? 500 : 1000, "ns");
    judge("single operation, p99.99", result.lat!.p9999, 10_000, "ns");
    judge("collections in 1,000,000 operations", collections(path), 0, "");
    if (kind !== "deep") continue;
    judge("bytes a resting order", result.bytesPerResting, 48, "bytes");
    judge("resident", result.rssMB, 110, "MB");
  }
  process.exit(missed > 0 ? 1 : 0);
}
