import type { MeasureContext, Measurement, Scenario, SelfMeasured, Suite } from "@exchange-kit/bench";
import { type AdapterName, type HarnessResult, runHarness, runYardstick } from "./outside.ts";

// The outside workloads through the outside harness, beside the C++ yardstick and the best known library of its kind: each
// run is a process of its own, and each answers what the oracle answers.

function measurement(result: HarnessResult | undefined): Measurement | undefined {
  return result && { p50: result.nsPerOp, p99: result.nsPerOp };
}

function inHarness(kind: string, adapter: AdapterName, ...options: string[]): SelfMeasured {
  return { measure: () => measurement(runHarness(kind, adapter, ...options)) };
}

/** A pass takes it ten seconds, so one that is cold and one that counts must do; a short run is spared it. */
function nodejsOrderBook(kind: string): SelfMeasured {
  const measured = inHarness(kind, "nodejs-order-book", "--reps", "2");
  return { measure: (context: MeasureContext) => (context.isSmoke ? undefined : measured.measure(context)) };
}

/** @param timesFaster - than nodejs-order-book, which cannot do every workload */
const scenario = (kind: string, atMost: number, timesFaster?: number): Scenario => ({
  name: `outside workload ${kind} (1,000,000 operations)`,
  operations: 1,
  subject: inHarness(kind, "ours"),
  peers: {
    "limit.cpp": { measure: () => measurement(runYardstick(kind)) },
    ...(timesFaster ? { "nodejs-order-book": nodejsOrderBook(kind) } : {}),
  },
  targets: [
    { measure: "ratio", to: "limit.cpp", atMost },
    ...(timesFaster
      ? ([{ measure: "ratio", to: "nodejs-order-book", atMost: 1 / timesFaster }] as const)
      : []),
  ],
});

const featureCost: Scenario = {
  name: "outside workload flow: every rule that checks an order, and an order of each kind beside",
  operations: 1,
  subject: inHarness("flow", "every rule"),
  peers: { "no feature": inHarness("flow", "no rule") },
  targets: [{ measure: "ratio", to: "no feature", atMost: 1.05 }],
  rounds: 9,
};

const suite: Suite = {
  name: "orderbook outside",
  scenarios: [
    scenario("flow", 2.5, 70),
    scenario("multi", 2.5, 70),
    scenario("deep", 3, 60),
    scenario("reduce", 3.5),
    featureCost,
  ],
};
export default suite;
