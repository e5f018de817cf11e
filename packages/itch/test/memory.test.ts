import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

// In a process of its own: the heap of a test runner is never still.
test("the visitor and the books allocate nothing per message", () => {
  const program = join(import.meta.dirname, "support/heap-growth.ts");
  const tsx = join(import.meta.dirname, "../../../node_modules/tsx/dist/loader.mjs");
  const args = [
    "--expose-gc",
    "--min-semi-space-size=128",
    "--max-semi-space-size=128",
    // Compiled where the program stands, not when a busy machine's other thread gets to it: what V8 inlines depends on
    // that, and a getter of a double that it does not inline makes a number object.
    "--no-concurrent-recompilation",
    "--conditions=@exchange-kit/source",
    "--import",
    tsx,
    program,
  ];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(stderr).toBe("");
  const { messages, visitorBytes, bookBytes } = JSON.parse(stdout);
  expect(messages).toBeGreaterThan(1_000_000);
  // Nothing is collected before 128 MiB are used. One number object a message would be 16 bytes; what there is, is for
  // the few objects that a day and its symbols need, and for code that is compiled late.
  expect(visitorBytes / messages).toBeLessThan(0.5);
  expect(bookBytes / messages).toBeLessThan(0.5);
});
