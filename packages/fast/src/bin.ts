#!/usr/bin/env node
import { runCli } from "./cli.ts";

process.exitCode = runCli(process.argv.slice(2), {
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
});
