import type { Measurement, Scenario, Suite } from "@exchange-kit/bench";
import { type HarnessResult, runHarness, runYardstick } from "./outside.ts";

// The outside workloads through the outside harness, beside the C++ yardstick: each run is a process of its own.

function measurement(result: HarnessResult | undefined): Measurement | undefined {
  return result && { p50: result.nsPerOp, p99: result.nsPerOp };
}

const scenario = (kind: string, atMost: number): Scenario => ({
  name: `outside workload ${kind} (1,000,000 operations)`,
  operations: 1,
  subject: { measure: () => measurement(runHarness(kind)) },
  peers: { "limit.cpp": { measure: () => measurement(runYardstick(kind)) } },
  targets: [{ measure: "ratio", to: "limit.cpp", atMost }],
});

const suite: Suite = {
  name: "orderbook outside",
  scenarios: [scenario("flow", 2.5), scenario("multi", 2.5), scenario("deep", 3), scenario("reduce", 3.5)],
};
export default suite;
