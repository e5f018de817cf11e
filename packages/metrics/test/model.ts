import fc from "fast-check";
import { expect } from "vitest";

/** Equal within 1e-12, relative to the larger of the values and 1; undefined equals undefined. */
export function expectClose(actual: number, expected: number, what: string, tolerance = 1e-12): void {
  if (Object.is(actual, expected) || (Number.isNaN(actual) && Number.isNaN(expected))) return;
  const bound = tolerance * Math.max(1, Math.abs(expected));
  expect(Math.abs(actual - expected), `${what}: ${actual} against ${expected}`).toBeLessThanOrEqual(bound);
}

/**
 * A period return to a tenth of a percent; sometimes missing. Much finer steps would allow series whose spread is
 * tiny against their mean, where no formula keeps 12 digits.
 */
export const periodReturn: fc.Arbitrary<number> = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: -300, max: 300 }).map((value) => value / 1e3) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);

/** A return that is there. */
export const presentReturn: fc.Arbitrary<number> = periodReturn.filter((value) => !Number.isNaN(value));
