// npm run check: everything a change must pass, in the order that fails fastest. The first failure stops the rest.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";

const packages = readdirSync("packages").map((name) => `packages/${name}`);

/** The same command for each package. */
const each = (command) => packages.map((folder) => command.replaceAll("{}", folder)).join(" && ");

const steps = [
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
];

const lines = [];
let hasFailed = false;
for (const [name, command] of steps) {
  if (hasFailed) {
    lines.push(`- ${name}`);
    continue;
  }
  console.log(`\n── ${name}: ${command}`);
  const started = Date.now();
  hasFailed = spawnSync(command, { shell: true, stdio: "inherit" }).status !== 0;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  lines.push(`${hasFailed ? "✗" : "✓"} ${name.padEnd(30)} ${seconds.padStart(6)} s`);
}
console.log(`\n${lines.join("\n")}`);
process.exitCode = hasFailed ? 1 : 0;
