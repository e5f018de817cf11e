import { isItchError, MessageStore } from "@exchange-kit/itch";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";

/** So many messages of one length; long ones and empty ones end a slab for different reasons. */
const burst = fc.record({ count: fc.nat(70_000), length: fc.constantFrom(0, 1, 30) });
const longBurst = fc.record({ count: fc.nat(40), length: fc.constantFrom(65_534, 40_000) });
const bursts = fc.array(fc.oneof(burst, longBurst), { minLength: 1, maxLength: 4 });
const capacity = fc.oneof(
  fc.constantFrom(1, 2, Number.POSITIVE_INFINITY),
  fc.integer({ min: 1, max: 100_000 }),
);

test("a store gives the last so many messages by their numbers, and no others", () => {
  fc.assert(
    fc.property(bursts, capacity, fc.nat(1_000), (all, kept, step) => {
      const store = new MessageStore(kept);
      const model: Uint8Array[] = [];
      for (const { count, length } of all) {
        for (let index = 0; index < count; index++) {
          const message = new Uint8Array(length).fill(model.length);
          store.append(message);
          model.push(message);
        }
      }
      expect(store.nextSequence).toBe(model.length + 1);
      expect(store.firstSequence).toBe(Math.max(1, model.length - kept + 1));
      const { firstSequence: first } = store;
      const others: number[] = [];
      for (let sequence = first; sequence <= model.length; sequence += 1 + step) {
        if (Buffer.compare(store.message(sequence)!, model[sequence - 1]!) !== 0) others.push(sequence);
      }
      expect(others).toEqual([]);
      expect([store.message(first - 1), store.message(model.length + 1)]).toEqual([undefined, undefined]);
    }),
    { numRuns: runs(20) },
  );
});

test("a message that is too long changes nothing", () => {
  const store = new MessageStore();
  store.append(Uint8Array.of(7));
  expect(() => store.append(new Uint8Array(65_536))).toThrow(
    expect.toSatisfy((error: unknown) => isItchError(error) && error.code === "oversized"),
  );
  expect(store.append(Uint8Array.of(8))).toBe(2);
  expect([...store.message(1)!, ...store.message(2)!]).toEqual([7, 8]);
});
