import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Instrument, instruments } from "../src/instruments.ts";
import { formatPrice, formatTickSize, MAX_PRICE_TICKS, parsePrice } from "../src/prices.ts";

const bolt = instruments.find(({ symbol }) => symbol === "BOLT") as Instrument;

test.each([
  ["42.05", 841],
  ["42.10", 842],
  ["42.1", 842],
  ["42", 840],
  ["042.050000", 841],
])("%s is %d ticks of 0.05", (text, ticks) => {
  expect(parsePrice(bolt, text)).toBe(ticks);
});

test.each([
  ["42.07", "price-off-tick"],
  ["42.051", "price-off-tick"],
  ["0", "invalid-price"],
  ["-42.05", "invalid-price"],
  ["1e3", "invalid-price"],
  ["", "invalid-price"],
  [".5", "invalid-price"],
  ["Infinity", "invalid-price"],
  ["99999999999", "invalid-price"],
  ["9".repeat(400), "invalid-price"],
])("%s is refused: %s", (text, fault) => {
  expect(parsePrice(bolt, text)).toBe(fault);
});

test("the tick size is written as people write it", () => {
  expect(instruments.map(formatTickSize)).toEqual(["0.01", "0.05", "0.5"]);
});

test("what is written is read back, for every instrument and price", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...instruments),
      fc.integer({ min: 1, max: MAX_PRICE_TICKS }),
      (one, ticks) => {
        expect(parsePrice(one, formatPrice(one, ticks))).toBe(ticks);
      },
    ),
    { numRuns: runs(500) },
  );
});
