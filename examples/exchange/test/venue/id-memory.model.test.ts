import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { IdMemory } from "../../src/venue/oms/id-memory.ts";

const KEPT = 1024;
/** Positions are counted anew every few hundred fingerprints, which otherwise happens after two thousand million. */
const LAST_POSITION = KEPT + 300;

// Against a plain list. Few low words make long chains; a fingerprint may come again.
const fingerprint = fc.tuple(fc.constantFrom(0, 1, -1, KEPT, 5), fc.integer({ min: 0, max: 800 }));
const step = fc.oneof(
  { weight: 300, arbitrary: fingerprint },
  { weight: 1, arbitrary: fc.constant("new day" as const) },
  { weight: 1, arbitrary: fc.constant("restart" as const) },
);

test("the latest fingerprints are known, the others are not", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 4_000, size: "max" }), (steps) => {
      let memory = new IdMemory(KEPT, LAST_POSITION);
      let known: string[] = [];
      for (const [index, step] of steps.entries()) {
        if (step === "new day") {
          memory.clear();
          known = [];
        } else if (step === "restart") {
          const again = new IdMemory(KEPT, LAST_POSITION);
          again.load(memory.dump());
          memory = again;
        } else {
          memory.add(...step);
          known.push(step.join());
          if (index % 97 > 0) continue;
          const latest = new Set(known.slice(-KEPT));
          for (const other of steps.slice(0, 200)) {
            if (typeof other !== "string") expect(memory.has(...other)).toBe(latest.has(other.join()));
          }
        }
      }
    }),
    // To make thousands of steps fewer would take hours; the seed is printed.
    { numRuns: runs(20), endOnFailure: true },
  );
});

test("it grows up to what it is to keep, and forgets nothing before", () => {
  const memory = new IdMemory(4 * KEPT);
  for (let id = 1; id <= 4 * KEPT; id++) memory.add(id, -id);
  for (let id = 1; id <= 4 * KEPT; id++) expect(memory.has(id, -id)).toBe(true);
  memory.add(0, 0);
  expect(memory.has(1, -1)).toBe(false);
  expect(memory.has(2, -2)).toBe(true);
  expect(memory.has(0, 0)).toBe(true);
});
