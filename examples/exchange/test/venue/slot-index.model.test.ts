import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { SlotIndex } from "../../src/venue/oms/slot-index.ts";

// Against lists of slots by hash, the latest first. Few hashes that share their low bits make long chains, of different
// hashes in one bucket and of equal ones; the number of slots makes both tables grow.
const hash = fc.constantFrom(0, 1, -1, 1024, 2048 + 1, -(2 ** 31), 2 ** 31 - 1);
const step = fc.record({ isAdd: fc.boolean(), slot: fc.integer({ min: 1, max: 40 }), hash });

function found(index: SlotIndex, of: number): number[] {
  const slots: number[] = [];
  for (let slot = index.first(of); slot !== 0; slot = index.next(slot)) slots.push(slot);
  return slots;
}

test("slots are found by their hash, the latest first, until they are taken out", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const index = new SlotIndex();
      const hashes = new Map<number, number>();
      for (const { isAdd, slot, hash } of steps) {
        if (isAdd === hashes.has(slot)) continue;
        if (isAdd) {
          index.add(slot, hash);
          hashes.set(slot, hash);
        } else {
          index.remove(slot);
          hashes.delete(slot);
        }
        for (const of of new Set(steps.map((each) => each.hash))) {
          const expected = [...hashes].filter(([, own]) => own === of).map(([own]) => own);
          expect(found(index, of)).toEqual(expected.reverse());
        }
      }
    }),
    { numRuns: runs(200) },
  );
});

test("it grows, and keeps the order of equal hashes", () => {
  const index = new SlotIndex();
  const slots = Array.from({ length: 5_000 }, (_, at) => at + 1);
  for (const slot of slots) index.add(slot, slot % 1_500);
  for (const of of [0, 1, 1_499]) {
    expect(found(index, of)).toEqual(slots.filter((slot) => slot % 1_500 === of).reverse());
  }
});
