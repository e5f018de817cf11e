import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { keyOf, Ladders } from "../src/book/ladders.ts";

// Many ladders in one array: what one does must never show in another, however often they outgrow their places.
test("ladders stay sorted and apart from each other", () => {
  const step = fc.record({
    ladder: fc.constantFrom(0, 1, 2, 77, 131_071),
    key: fc.integer({ min: -60, max: 60 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600 }), fc.boolean(), (steps, isUsedBefore) => {
      const ladders = new Ladders();
      if (isUsedBefore) {
        ladders.open(5);
        for (let key = 0; key < 100; key++) ladders.insertAt(5, key, key, 1);
        ladders.clear();
      }
      const plain = new Map<number, Map<number, number>>();
      for (const [index, { ladder, key }] of steps.entries()) {
        const levels = plain.get(ladder) ?? new Map<number, number>();
        plain.set(ladder, levels);
        ladders.open(ladder);
        const position = ladders.find(ladder, key);
        expect(position >= 0).toBe(levels.has(key));
        if (position >= 0) {
          expect(ladders.levelOf(ladder, position)).toBe(levels.get(key));
          ladders.remove(ladder, key);
          levels.delete(key);
        } else {
          ladders.insertAt(ladder, -1 - position, key, index + 1);
          levels.set(key, index + 1);
        }
      }
      for (const ladder of [0, 1, 2, 5, 77, 131_071]) {
        const levels = [...(plain.get(ladder) ?? [])].sort(([a], [b]) => b - a).map(([, level]) => level);
        const found = Array.from({ length: ladders.count(ladder) }, (_, depth) =>
          ladders.levelAt(ladder, depth),
        );
        expect(found).toEqual(levels);
        expect(ladders.best(ladder)).toBe(levels[0] ?? 0);
      }
    }),
    { numRuns: runs(100) },
  );
});

test("a ladder of a thousand levels moves them by the block, and finds each", () => {
  const ladders = new Ladders();
  ladders.open(3);
  for (let level = 1; level <= 1000; level++) {
    const key = (level * 373) % 1009;
    ladders.insertAt(3, -1 - ladders.find(3, key), key, level);
  }
  for (let level = 2; level <= 1000; level += 2) ladders.remove(3, (level * 373) % 1009);
  expect(ladders.count(3)).toBe(500);
  for (let level = 1; level <= 1000; level++) {
    const position = ladders.find(3, (level * 373) % 1009);
    expect(position < 0 ? undefined : ladders.levelOf(3, position)).toBe(level % 2 ? level : undefined);
  }
});

test("keys rise towards the best price on both sides, over all 32 bits", () => {
  const prices = [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
  const buy = prices.map((price4) => keyOf(price4, 0));
  const sell = prices.map((price4) => keyOf(price4, 1));
  expect(buy).toEqual([...buy].sort((a, b) => a - b));
  expect(sell).toEqual([...sell].sort((a, b) => b - a));
});
