// npm run check: everything a change must pass, in the order that fails fastest.
import { readdirSync } from "node:fs";
import { runSteps } from "./steps.mjs";

const packages = readdirSync("packages").map((name) => `packages/${name}`);

/** The same command for each package. */
const each = (command) => packages.map((folder) => command.replaceAll("{}", folder)).join(" && ");

const failed = runSteps([
  ["lock file", "node scripts/complete-lock.mjs --check"],
  ["lint and format", "npm run -s lint"],
  ["types", "npm run -s typecheck"],
  ["tests with coverage", "npx vitest run --coverage"],
  ["build", "npm run -s build"],
  ["publint", each("npx publint --strict {}")],
  ["are the types wrong", each("npx attw --pack {} --profile node16 --format ascii")],
  ["bundle size", "npx size-limit"],
  ["unused code and dependencies", "npx knip"],
  ["API documentation", "npm run -s docs"],
  ["pack and consume", "node scripts/pack-and-consume.mjs"],
]);
process.exitCode = failed > 0 ? 1 : 0;
