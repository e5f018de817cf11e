// npm run bench [-- --smoke] [-- --only NAME]
//
// Builds what is not built, runs every packages/*/bench/*.bench.ts and bench/*.bench.ts, prints what was measured beside peers of the same
// run, writes bench/results.json and exits 1 when a target is missed
// (a smoke run only when a scenario cannot run).
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { buildPackages } from "./build.ts";
import { fullPlan, measureScenario, type Outcome, smokePlan } from "./measure.ts";
import { describe, machine } from "./report.ts";
import type { Suite } from "./scenario.ts";

const root = resolve(import.meta.dirname, "../..");

function suiteFiles(): string[] {
  const folders = readdirSync(resolve(root, "packages")).map((name) =>
    resolve(root, "packages", name, "bench"),
  );
  return [...folders, resolve(root, "bench")]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((file) => resolve(folder, file)))
    .filter((file) => file.endsWith(".bench.ts"))
    .sort();
}

const { values: options } = parseArgs({
  options: { smoke: { type: "boolean", default: false }, only: { type: "string" } },
});
const plan = options.smoke ? smokePlan : fullPlan;
const only = options.only;
const files = suiteFiles().filter((file) => !only || relative(root, file).includes(only));
if (files.length === 0) {
  console.error(
    `no benchmark matches --only ${only}; there are: ${suiteFiles()
      .map((file) => relative(root, file))
      .join(", ")}`,
  );
  process.exit(2);
}

buildPackages(root);
const where = machine();
console.log(
  `Node ${where.node}, ${where.cores} × ${where.cpu}, load ${where.load}${options.smoke ? ", smoke run" : ""}\n`,
);
const outcomes: Outcome[] = [];
for (const file of files) {
  const { default: suite } = (await import(pathToFileURL(file).href)) as { default: Suite };
  for (const scenario of suite.scenarios) {
    const outcome = await measureScenario(suite.name, scenario, plan);
    outcomes.push(outcome);
    console.log(`${describe(outcome)}\n`);
  }
}
writeFileSync(
  resolve(root, "bench/results.json"),
  `${JSON.stringify({ machine: where, isSmoke: plan.isSmoke, outcomes }, null, 2)}\n`,
);

const verdicts = outcomes.flatMap((outcome) => outcome.verdicts);
const count = (result: string): number => verdicts.filter((verdict) => verdict.result === result).length;
console.log(
  `${verdicts.length} targets: ${count("met")} met, ${count("missed")} missed, ${count("not measured")} not measured`,
);
// A smoke run shows that every scenario runs; its few milliseconds judge nothing.
// Sockets or children that a scenario left open must not keep a finished run alive, hence the exit.
process.exit(count("missed") > 0 && !plan.isSmoke ? 1 : 0);
