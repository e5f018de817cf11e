#!/usr/bin/env node
import { runCli } from "./cli.ts";

const output = {
  out: (line: string): void => console.log(line),
  error: (line: string): void => console.error(line),
};
runCli(process.argv.slice(2), output).then((code) => {
  process.exitCode = code;
});
