#!/usr/bin/env node
import { runCli } from "./cli/run.ts";

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
const terminal = {
  print: (line: string): void => void process.stdout.write(`${line}\n`),
  complain: (line: string): void => void process.stderr.write(`${line}\n`),
  isColoured: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
  signal: stop.signal,
};
void runCli(process.argv.slice(2), terminal).then((code) => {
  process.exitCode = code;
});
