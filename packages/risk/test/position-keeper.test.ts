import { isRiskError, PositionKeeper, type PositionSnapshot } from "@exchange-kit/risk";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

function keeperWith(method: "average-cost" | "fifo") {
  const keeper = new PositionKeeper({ method, baseCurrency: "USD" });
  keeper.addCurrency("EUR", 1.1);
  const account = keeper.addAccount("fund");
  const stock = keeper.addInstrument({ name: "XYZ", mark: 100, sector: "tech", factors: { market: 1.2 } });
  const future = keeper.addInstrument({
    name: "FUT",
    mark: 50,
    multiplier: 10,
    currency: "EUR",
    sector: "index",
  });
  return { keeper, account, stock, future };
}

describe("cost methods", () => {
  test("average cost: 10 at 100 and 10 at 110, half sold at 120", () => {
    const { keeper, account, stock } = keeperWith("average-cost");
    keeper.fill(account, stock, 10, 100, 2);
    keeper.fill(account, stock, 10, 110, 2);
    keeper.fill(account, stock, -10, 120, 3);
    keeper.mark(stock, 125);
    expect(keeper.position(account, stock)).toEqual({
      quantity: 10,
      averagePrice: 105,
      cost: 1_050,
      realised: 150,
      unrealised: 200,
      fees: 7,
      highestQuantity: 20,
      lowestQuantity: 0,
    });
    expect(keeper.totals(account).profit).toBe(343);
  });

  test("a split of two for one halves the average price; a reverse split to nothing realises the cost", () => {
    const { keeper, account, stock } = keeperWith("average-cost");
    keeper.fill(account, stock, 3, 100);
    keeper.exchange(account, stock, 6);
    keeper.mark(stock, 50);
    expect(keeper.position(account, stock)).toMatchObject({ quantity: 6, averagePrice: 50, unrealised: 0 });
    keeper.exchange(account, stock, 0);
    expect(keeper.position(account, stock)).toMatchObject({ quantity: 0, cost: 0, realised: -300 });
    expect(() => keeper.exchange(account, stock, 1)).toThrow(/0 lots by average-cost cannot become 1/);
    expect(() => keeperWith("fifo").keeper.exchange(0, 0, 0)).toThrow(/by fifo/);
  });

  test("first in, first out", () => {
    const { keeper, account, stock } = keeperWith("fifo");
    keeper.fill(account, stock, 10, 100);
    keeper.fill(account, stock, 10, 110);
    keeper.fill(account, stock, -15, 120);
    expect(keeper.position(account, stock)).toMatchObject({ quantity: 5, cost: 550, realised: 250 });
    expect(keeper.lots(account, stock)).toEqual([{ quantity: 5, price: 110 }]);
  });

  test.each(["average-cost", "fifo"] as const)("%s: through zero, the rest opens at the price", (method) => {
    const { keeper, account, stock } = keeperWith(method);
    keeper.fill(account, stock, 10, 100);
    keeper.fill(account, stock, -25, 90);
    expect(keeper.position(account, stock)).toMatchObject({
      quantity: -15,
      averagePrice: 90,
      realised: -100,
    });
    keeper.mark(stock, 80);
    expect(keeper.position(account, stock).unrealised).toBe(150);
    keeper.fill(account, stock, 15, 80);
    expect(keeper.position(account, stock)).toMatchObject({
      quantity: 0,
      averagePrice: undefined,
      cost: 0,
      realised: 50,
    });
  });
});

describe("exposure, currencies and marks", () => {
  test("sectors and factors in the base currency", () => {
    const { keeper, account, stock, future } = keeperWith("average-cost");
    keeper.fill(account, stock, 10, 100);
    keeper.fill(account, future, -4, 50);
    expect(keeper.sectorExposure(account)).toEqual(
      new Map([
        ["tech", { gross: 1_000, net: 1_000 }],
        ["index", { gross: 2_200, net: -2_200 }],
      ]),
    );
    expect(keeper.factorExposure()).toEqual(new Map([["market", 1_200]]));
    keeper.mark(future, 45);
    expect(keeper.totals(account).profit).toBe(220);
    keeper.setRate("EUR", 1.2);
    expect(keeper.totals(account).profit).toBe(240);
  });

  test("high-water marks of the day", () => {
    const { keeper, account, stock } = keeperWith("average-cost");
    keeper.fill(account, stock, 10, 100);
    for (const mark of [130, 90, 110]) keeper.mark(stock, mark);
    expect(keeper.totals(account)).toEqual({
      profit: 100,
      dayProfit: 100,
      dayHigh: 300,
      dayLow: -100,
      dayDrawdown: 400,
    });
    keeper.startDay();
    expect(keeper.totals(account)).toEqual({
      profit: 100,
      dayProfit: 0,
      dayHigh: 0,
      dayLow: 0,
      dayDrawdown: 0,
    });
    expect(keeper.position(account, stock)).toMatchObject({ highestQuantity: 10, lowestQuantity: 0 });
  });

  test("what is refused books nothing", () => {
    const { keeper, account, stock } = keeperWith("fifo");
    const codes = [
      () => keeper.fill(account, stock, 0, 100),
      () => keeper.fill(account, stock, 1.5, 100),
      () => keeper.fill(account, stock, 2 ** 40, 2 ** 40),
      () => keeper.fill(9, stock, 1, 1),
      () => keeper.mark(9, 1),
      () => keeper.mark(stock, Number.NaN),
      () => keeper.setRate("JPY", 1),
      () => keeper.addCurrency("EUR", 1),
      () => PositionKeeper.restore({ version: 1, state: {} }),
      () => PositionKeeper.restore({ version: 3 as never, state: {} }),
    ].map((action) => {
      try {
        action();
      } catch (error) {
        return isRiskError(error) ? error.code : String(error);
      }
      return "nothing was thrown";
    });
    expect(codes).toEqual([
      ...new Array(3).fill("invalid-argument"),
      "unknown-id",
      "unknown-id",
      "invalid-argument",
      "unknown-id",
      "invalid-argument",
      "invalid-snapshot",
      "invalid-snapshot",
    ]);
    expect(keeper.position(account, stock).quantity).toBe(0);
  });
});

const fills = fc.array(
  fc.record({
    quantity: fc.integer({ min: -20, max: 20 }).filter((quantity) => quantity !== 0),
    price: fc.integer({ min: -5, max: 50 }),
    fee: fc.integer({ min: -2, max: 5 }),
    instrument: fc.integer({ min: 0, max: 1 }),
  }),
  { maxLength: 40 },
);

test.each(["average-cost", "fifo"] as const)(
  "%s: realised + unrealised is cash plus value, to the unit",
  (method) => {
    fc.assert(
      fc.property(fills, fc.integer({ min: 1, max: 60 }), (list, mark) => {
        const { keeper, account, stock, future } = keeperWith(method);
        keeper.mark(stock, mark);
        for (const { instrument, quantity, price, fee } of list)
          keeper.fill(account, instrument, quantity, price, fee);
        for (const [instrument, multiplier, at] of [
          [stock, 1, mark],
          [future, 10, 50],
        ] as const) {
          const own = list.filter((fill) => fill.instrument === instrument);
          const held = own.reduce((sum, fill) => sum + fill.quantity, 0);
          const cash = own.reduce((sum, fill) => sum - fill.quantity * fill.price * multiplier, 0);
          const position = keeper.position(account, instrument);
          expect(position.quantity).toBe(held);
          expect(position.realised + position.unrealised).toBe(cash + held * at * multiplier);
          if (held === 0) expect(position.cost + 0).toBe(0);
          if (method === "fifo") {
            const lots = keeper.lots(account, instrument);
            expect(lots.reduce((sum, lot) => sum + lot.quantity, 0)).toBe(held);
            expect(lots.reduce((sum, lot) => sum + lot.quantity * lot.price * multiplier, 0)).toBe(
              position.cost,
            );
          }
        }
      }),
      { numRuns: runs(150) },
    );
  },
);

test("a keeper restored from a snapshot goes on alike", () => {
  fc.assert(
    fc.property(
      fills,
      fills,
      fc.constantFrom("average-cost" as const, "fifo" as const),
      (before, after, method) => {
        const { keeper, account } = keeperWith(method);
        for (const { instrument, quantity, price, fee } of before)
          keeper.fill(account, instrument, quantity, price, fee);
        const restored = PositionKeeper.restore(
          JSON.parse(JSON.stringify(keeper.snapshot())) as PositionSnapshot,
        );
        for (const { instrument, quantity, price, fee } of after) {
          for (const one of [keeper, restored]) one.fill(account, instrument, quantity, price, fee);
        }
        for (const instrument of [0, 1]) {
          expect(restored.position(account, instrument)).toEqual(keeper.position(account, instrument));
          expect(restored.lots(account, instrument)).toEqual(keeper.lots(account, instrument));
        }
        expect(restored.totals(account)).toEqual(keeper.totals(account));
      },
    ),
    { numRuns: runs(80) },
  );
});
