// npm run test:long [-- --seed N] [-- --factor N] [-- --seconds N] [vitest arguments]
//
// The property tests with many more runs than in `npm test`. Prints the seed first and the runs of every property;
// `--seed` repeats a run, `--factor` says how many times the usual number of runs (default 500), `--seconds` bounds
// each property, for a slice of the same.

import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  options: {
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    factor: { type: "string", default: "500" },
    seconds: { type: "string" },
  },
  allowPositionals: true,
});
console.log(
  `seed ${values.seed}, ${values.factor} times the usual runs${values.seconds ? `, at most ${values.seconds} s a property` : ""}`,
);
const { status } = spawnSync("npx", ["vitest", "run", "--disable-console-intercept", ...positionals], {
  stdio: "inherit",
  env: {
    ...process.env,
    PROPERTY_LONG: "1",
    PROPERTY_SEED: values.seed,
    PROPERTY_FACTOR: values.factor,
    ...(values.seconds ? { PROPERTY_SECONDS: values.seconds } : {}),
  },
});
process.exitCode = status ?? 1;
