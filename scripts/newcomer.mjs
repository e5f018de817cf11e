// What a newcomer does, timed: clone, `npm ci && npm start`, wait for the first trade, Ctrl-C.
//
// node scripts/newcomer.mjs [FOLDER]   clones HEAD into FOLDER (default: a scratch folder that is removed again)
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const LIMIT_SECONDS = 60;
const root = resolve(import.meta.dirname, "..");
const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), "exchange-kit-newcomer-"));

const started = Date.now();
execFileSync("git", ["clone", "--quiet", root, folder], { stdio: "inherit" });
// A process group of its own, so that Ctrl-C reaches all of it, as in a terminal.
const shell = spawn("npm ci && npm start -- --port 18081", { cwd: folder, shell: true, detached: true });
let output = "";
let seconds;
let deadline = setTimeout(() => stop("SIGKILL"), 10 * 60_000);
for (const stream of [shell.stdout, shell.stderr]) {
  stream.on("data", (data) => {
    output += data;
    if (seconds === undefined && output.includes("first trade done")) {
      seconds = (Date.now() - started) / 1000;
      stop("SIGINT");
      clearTimeout(deadline);
      deadline = setTimeout(() => stop("SIGKILL"), 10_000);
    }
  });
}
function stop(signal) {
  try {
    process.kill(-shell.pid, signal);
  } catch {
    // It has ended by itself.
  }
}
await new Promise((done) => shell.on("close", done));
clearTimeout(deadline);
if (process.argv[2] === undefined) rmSync(folder, { recursive: true, force: true });

if (seconds === undefined || !/stopped after \d+ trades/.test(output)) {
  console.error(`npm ci && npm start did not trade and stop; it printed:\n${output}`);
  process.exitCode = 1;
} else {
  console.log(`from clone to a trading exchange: ${seconds.toFixed(1)} s (limit ${LIMIT_SECONDS} s)`);
  if (seconds > LIMIT_SECONDS) process.exitCode = 1;
}
