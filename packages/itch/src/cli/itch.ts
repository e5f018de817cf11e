#!/usr/bin/env node
import { once } from "node:events";
import { run } from "./run.ts";

// `itch dump FILE | head` closes the pipe early: that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

run(process.argv.slice(2), {
  async write(chunk) {
    if (!process.stdout.write(chunk)) await once(process.stdout, "drain");
  },
  note: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
}).then((code) => {
  process.exitCode = code;
});
