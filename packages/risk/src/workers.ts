import { Worker } from "node:worker_threads";
import { RiskError } from "./errors.ts";
import {
  blockCount,
  type MonteCarloOptions,
  type MonteCarloResult,
  prepare,
  summarise,
} from "./market/monte-carlo.ts";
import { BLOCK, createSimulator } from "./market/simulate.ts";

/**
 * The simulator travels as source text: a file of its own would have to be found beside this module in ES module and
 * CommonJS builds, in bundles and in tests that run the TypeScript sources. `__name` is what some transpilers wrap
 * around functions.
 */
const SOURCE = `
const { workerData } = require("node:worker_threads");
const __name = (target) => target;
const createSimulator = ${createSimulator.toString()};
const { simulation, losses, next, blocks, blockSize } = workerData;
const run = createSimulator(simulation, new Float64Array(losses), blockSize);
const counter = new Int32Array(next);
for (let block = Atomics.add(counter, 0, 1); block < blocks; block = Atomics.add(counter, 0, 1)) run(block);
`;

/**
 * The simulation of `monteCarlo` on worker threads. The result is the same, to the last bit, for any number of workers
 * and as on the calling thread. Value at risk and expected shortfall are **positive when they are losses**.
 *
 * @param options - as for `monteCarlo`
 * @param workers - threads to start, at least 1; about the number of cores
 * @throws RiskError (by rejection) as `monteCarlo`; `worker-failed` when a thread ends with an error
 */
export async function monteCarloOnWorkers(
  options: MonteCarloOptions,
  workers: number,
): Promise<MonteCarloResult> {
  if (!(Number.isInteger(workers) && workers >= 1 && workers <= 1024)) {
    throw new RiskError("invalid-argument", `workers must be 1 … 1024, was ${workers}`, { value: workers });
  }
  const simulation = prepare(options);
  const blocks = blockCount(simulation);
  const losses = new SharedArrayBuffer(simulation.paths * 8);
  const next = new SharedArrayBuffer(4);
  const workerData = { simulation, losses, next, blocks, blockSize: BLOCK };
  await Promise.all(Array.from({ length: Math.min(workers, blocks) }, () => finished(workerData)));
  // Copied, so that the caller holds plain memory.
  return summarise(new Float64Array(losses).slice(), options);
}

function finished(workerData: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(SOURCE, { eval: true, workerData, execArgv: [] });
    worker.once("error", (cause) => {
      reject(new RiskError("worker-failed", "a simulation thread ended with an error", { cause }));
    });
    worker.once("exit", (code) => {
      if (code === 0) resolve();
      else
        reject(
          new RiskError("worker-failed", `a simulation thread ended with code ${code}`, { value: code }),
        );
    });
  });
}

export type { MonteCarloOptions, MonteCarloResult } from "./market/monte-carlo.ts";
