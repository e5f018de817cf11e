#!/usr/bin/env node
import { runCli } from "./cli/run.ts";

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
process.exitCode = await runCli(process.argv.slice(2), {
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
  isColoured: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
  signal: stop.signal,
});
