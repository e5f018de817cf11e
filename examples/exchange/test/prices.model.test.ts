import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatPrice, formatPriceFraction, formatTickSize, MAX_PRICE, parsePrice } from "../src/prices.ts";

/** Cents in steps of five. */
const bolt = { priceDecimals: 2, tickSize: 5 };

test.each([
  ["42.05", 4_205],
  ["42.10", 4_210],
  ["42.1", 4_210],
  ["42", 4_200],
  ["042.050000", 4_205],
])("%s is %d cents", (text, ticks) => {
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

test.each([
  [{ priceDecimals: 2, tickSize: 1 }, "0.01"],
  [{ priceDecimals: 2, tickSize: 5 }, "0.05"],
  [{ priceDecimals: 1, tickSize: 5 }, "0.5"],
  [{ priceDecimals: 0, tickSize: 10 }, "10"],
])("the tick size of %j is written %s", (format, text) => {
  expect(formatTickSize(format)).toBe(text);
});

test("what is written is read back, whatever the decimals and the tick", () => {
  fc.assert(
    fc.property(
      fc.record({
        priceDecimals: fc.integer({ min: 0, max: 6 }),
        tickSize: fc.integer({ min: 1, max: 100 }),
      }),
      fc.integer({ min: 1, max: MAX_PRICE }),
      (format, units) => {
        const price = Math.max(format.tickSize, units - (units % format.tickSize));
        expect(parsePrice(format, formatPrice(format, price))).toBe(price);
      },
    ),
    { numRuns: runs(500) },
  );
});

test.each([
  [{ priceDecimals: 2, tickSize: 1 }, 4_200, "42.00"],
  [{ priceDecimals: 2, tickSize: 1 }, 4_200.5, "42.005"],
  [{ priceDecimals: 2, tickSize: 1 }, 4_210 + 1 / 3, "42.103333"],
  [{ priceDecimals: 1, tickSize: 5 }, 11_000, "1100.0"],
  [{ priceDecimals: 0, tickSize: 10 }, 100, "100"],
  [{ priceDecimals: 0, tickSize: 10 }, 100.25, "100.25"],
])("an average has at least the decimals of a price: %j, %d is %s", (format, units, text) => {
  expect(formatPriceFraction(format, units)).toBe(text);
});
