import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

// In a process of its own: the heap of a test runner is never still.
test("parsing, validating and encoding allocate nothing per message", () => {
  const program = join(import.meta.dirname, "support/heap-growth.ts");
  const tsx = join(import.meta.dirname, "../../../node_modules/tsx/dist/loader.mjs");
  const young = ["--min-semi-space-size=128", "--max-semi-space-size=128"];
  const args = ["--expose-gc", ...young, "--conditions=@exchange-kit/source", "--import", tsx, program];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(stderr).toBe("");
  // Bytes a message. Nothing is collected before 128 MiB are used, one number object would be 16 bytes, and what there is
  // is for code that is compiled late.
  const { parse, validate, encode } = JSON.parse(stdout) as Record<string, number>;
  expect(parse).toBeLessThan(2);
  expect(validate).toBeLessThan(2);
  expect(encode).toBeLessThan(2);
});
