import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Measurement, Scenario, SelfMeasured, Suite } from "@exchange-kit/bench";
import { outsideTool } from "@exchange-kit/test-support";

// The outside harness measures all codecs in one run of their own process: this package (as built), a bare scan of the
// same bytes, and jspurefix where the folder FIX_PEERS has it (npm install --prefix FOLDER jspurefix).

const root = resolve(import.meta.dirname, "../../..");
const report = join(mkdtempSync(join(tmpdir(), "exchange-kit-bench-")), "report.json");

type Kind = "nos" | "er" | "md";
type Operation = "parse" | "encode";
/** Nanoseconds by codec, operation and kind of message. */
type Figures = Record<string, Partial<Record<Operation, Record<Kind, { median: number }>>>>;

const KIT = "@exchange-kit/fix: view";
const VALIDATED = "@exchange-kit/fix: validated view";
const FLOOR = "speed of light: scan+view";
const JSPUREFIX = "jspurefix: view";

const runs: (Figures | undefined)[] = [];

/** The nth run of the harness, made when it is first asked for. */
function figures(n: number, isSmoke: boolean): Figures | undefined {
  if (n in runs) return runs[n];
  const harness = outsideTool("bench/fix/run.mjs");
  if (!harness) return undefined;
  const peers = process.env.FIX_PEERS ? ["--peers", process.env.FIX_PEERS] : [];
  const times = ["--rounds", isSmoke ? "1" : "3", "--ms", isSmoke ? "5" : "40", "--json", report];
  const kit = ["--kit", join(root, "bench/adapters/fix.mjs"), "--require-kit"];
  execFileSync(process.execPath, [harness, ...kit, ...times, ...peers], { stdio: "ignore" });
  runs[n] = (JSON.parse(readFileSync(report, "utf8")) as { ns: Figures }).ns;
  return runs[n];
}

function contender(codec: string, operation: Operation, kind: Kind): SelfMeasured {
  let round = 0;
  return {
    measure({ isSmoke }): Measurement | undefined {
      const nanos = figures(round++, isSmoke)?.[codec]?.[operation]?.[kind].median;
      return nanos === undefined ? undefined : { p50: nanos, p99: nanos };
    },
  };
}

const MESSAGES = { nos: "NewOrderSingle", er: "ExecutionReport", md: "MarketDataSnapshot" } as const;

const parse = (kind: Kind): Scenario => ({
  name: `parse and read fields, ${MESSAGES[kind]}`,
  operations: 1,
  subject: contender(KIT, "parse", kind),
  peers: { floor: contender(FLOOR, "parse", kind), jspurefix: contender(JSPUREFIX, "parse", kind) },
  targets: [
    { measure: "ratio", to: "floor", atMost: 1.5 },
    { measure: "ratio", to: "jspurefix", atMost: 0.1 },
  ],
});

const encode = (kind: Kind): Scenario => ({
  name: `encode, ${MESSAGES[kind]}`,
  operations: 1,
  subject: contender(KIT, "encode", kind),
  peers: { floor: contender(FLOOR, "encode", kind), jspurefix: contender(JSPUREFIX, "encode", kind) },
  targets: [{ measure: "ratio", to: "floor", atMost: 1.5 }],
});

const suite: Suite = {
  name: "fix outside",
  scenarios: [
    parse("nos"),
    parse("er"),
    parse("md"),
    {
      name: "the same, validated, NewOrderSingle",
      operations: 1,
      subject: contender(VALIDATED, "parse", "nos"),
      peers: { floor: contender(FLOOR, "parse", "nos") },
      // 1,500 ns where the floor is 240 ns.
      targets: [{ measure: "ratio", to: "floor", atMost: 6.25 }],
    },
    encode("nos"),
    encode("er"),
    encode("md"),
  ],
};
export default suite;
