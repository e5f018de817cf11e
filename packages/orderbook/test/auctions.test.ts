// Phases and auctions for both engines. The price cases are the examples 1 to 7 of an auction's price in Deutsche Börse's
// Market Model Equities (Xetra). Between two limits the model takes the one nearest to the reference price; the engine
// follows Nasdaq there, whose halt cross takes the price closest to the last one (Equity 4, Rule 4753(b)(2)(D)).
import {
  type InstrumentOptions,
  MatchingEngine,
  NaiveMatchingEngine,
  type NewOrder,
} from "@exchange-kit/orderbook";
import { describe, expect, test } from "vitest";
import { type EngineEvent, engineRecorder } from "./support/engine-recorder.ts";

/** [price, quantity]; no price is a market order. */
type Row = readonly [number | undefined, number];

describe.each([
  ["naive", NaiveMatchingEngine],
  ["fast", MatchingEngine],
] as const)("%s engine", (_name, Engine) => {
  const start = (options: InstrumentOptions = {}) => {
    const events: EngineEvent[] = [];
    const engine = new Engine([{ phase: "opening-auction", ...options }], engineRecorder(events));
    const enter = (order: Omit<NewOrder, "instrument">): number => engine.enter({ instrument: 0, ...order });
    return { events, engine, enter };
  };

  function call(bids: readonly Row[], asks: readonly Row[], referencePrice?: number) {
    const { engine, enter } = start(referencePrice === undefined ? {} : { referencePrice });
    let orderId = 1;
    for (const [side, rows] of [
      ["buy", bids],
      ["sell", asks],
    ] as const) {
      for (const [price, quantity] of rows) {
        enter(
          price === undefined
            ? { orderId: orderId++, side, quantity, type: "market" }
            : { orderId: orderId++, side, quantity, price },
        );
      }
    }
    return engine.indicative(0);
  }

  describe("the price of an auction", () => {
    test("is the limit with the largest volume (Xetra, example 1)", () => {
      const bids = [[202, 200], [201, 200], [200, 300]] as const; // biome-ignore format: a book
      const asks = [[197, 400], [198, 200], [200, 100]] as const; // biome-ignore format: a book
      expect(call(bids, asks)).toEqual({ price: 200, volume: 700, imbalance: 0 });
    });

    test("of those the one with the smallest imbalance: numbers of our own", () => {
      const bids = [[202, 100], [200, 50]] as const; // biome-ignore format: a book
      const asks = [[199, 100], [202, 80]] as const; // biome-ignore format: a book
      // 199: 150 against 100; 200: 150 against 100; 202: 100 against 180.
      expect(call(bids, asks)).toEqual({ price: 200, volume: 100, imbalance: 50 });
    });

    test("with more to buy at all of them, the highest (Xetra, example 2)", () => {
      const bids = [[202, 400], [201, 200]] as const; // biome-ignore format: a book
      const asks = [[198, 200], [199, 300]] as const; // biome-ignore format: a book
      expect(call(bids, asks)).toEqual({ price: 201, volume: 500, imbalance: 100 });
    });

    test("with more to sell at all of them, the lowest (Xetra, example 3)", () => {
      const bids = [[202, 300], [201, 200]] as const; // biome-ignore format: a book
      const asks = [[198, 200], [199, 400]] as const; // biome-ignore format: a book
      expect(call(bids, asks)).toEqual({ price: 199, volume: 500, imbalance: -100 });
    });

    test.each([
      [199, 199, 100],
      [200, 200, 0],
      [203, 202, -100],
      [undefined, 199, 100],
    ])(
      "with a surplus on either side, by the reference price %s (Xetra, example 4; 199 there for 200)",
      (...row) => {
        const [reference, price, imbalance] = row;
        const bids = [[undefined, 100], [199, 100]] as const; // biome-ignore format: a book
        const asks = [[undefined, 100], [202, 100]] as const; // biome-ignore format: a book
        expect(call(bids, asks, reference)).toMatchObject({ price, volume: 100, imbalance });
      },
    );

    test.each([
      [200, 200],
      [202, 201],
      [198, 199],
    ])(
      "without a surplus, by the reference price %s: %s (Xetra, example 5; 201 there for 200)",
      (reference, price) => {
        const bids = [[202, 300], [201, 200]] as const; // biome-ignore format: a book
        const asks = [[198, 200], [199, 300]] as const; // biome-ignore format: a book
        expect(call(bids, asks, reference)).toEqual({ price, volume: 500, imbalance: 0 });
      },
    );

    test("with market orders only, the reference price (Xetra, example 6); without one there is none", () => {
      const rows = [[undefined, 900]] as const;
      const result = { price: 123, volume: 800, imbalance: 100, farPrice: 123 };
      expect(call(rows, [[undefined, 800]], 123)).toEqual(result);
      expect(call(rows, [[undefined, 800]])).toBeUndefined();
    });

    test("none when the book is not crossed (Xetra, example 7)", () => {
      expect(call([[200, 80], [199, 80]], [[201, 80]])).toBeUndefined(); // biome-ignore format: a book
      expect(call([], [])).toBeUndefined();
    });
  });

  test("the cross: market orders first, then price, then time; leftovers go on in continuous trading", () => {
    const { events, engine, enter } = start();
    enter({ orderId: 1, side: "buy", price: 101, quantity: 10 });
    enter({ orderId: 2, side: "buy", type: "market", quantity: 5 });
    enter({ orderId: 3, side: "buy", price: 102, quantity: 10 });
    enter({ orderId: 4, side: "sell", price: 100, quantity: 12 });
    enter({ orderId: 5, side: "sell", price: 101, quantity: 8 });
    expect(engine.best(0, "buy")).toBe(102);
    expect(engine.best(0, "sell")).toBe(100);
    events.length = 0;
    engine.setPhase(0, "continuous");
    expect(events).toEqual([
      ["crossed", 0, 2, 4, 101, 5, 0, 7],
      ["crossed", 0, 3, 4, 101, 7, 3, 0],
      ["crossed", 0, 3, 5, 101, 3, 0, 5],
      ["crossed", 0, 1, 5, 101, 5, 5, 0],
      ["phaseChanged", 0, "continuous"],
    ]);
    expect(engine.lastPrice(0)).toBe(101);
    expect(engine.orders(0, "buy")).toMatchObject([{ orderId: 1, leavesQuantity: 5, filledQuantity: 5 }]);
  });

  test("orders for the auction only end with it; market-to-limit rests at its price", () => {
    const { events, engine, enter } = start();
    enter({ orderId: 1, side: "buy", type: "market-to-limit", quantity: 10 });
    enter({ orderId: 2, side: "buy", type: "market", quantity: 10 });
    enter({ orderId: 3, side: "buy", price: 100, quantity: 10, timeInForce: "opg" });
    enter({ orderId: 4, side: "buy", price: 99, quantity: 10, timeInForce: "auction" });
    enter({ orderId: 5, side: "sell", price: 100, quantity: 14 });
    events.length = 0;
    engine.setPhase(0, "continuous");
    expect(events).toEqual([
      ["crossed", 0, 1, 5, 100, 10, 0, 4],
      ["crossed", 0, 2, 5, 100, 4, 6, 0],
      ["cancelled", 0, 2, 6, "expired"],
      ["cancelled", 0, 3, 10, "expired"],
      ["cancelled", 0, 4, 10, "expired"],
      ["phaseChanged", 0, "continuous"],
    ]);
    engine.setPhase(0, "volatility-auction");
    enter({ orderId: 6, side: "sell", type: "market-to-limit", quantity: 10 });
    enter({ orderId: 7, side: "buy", price: 98, quantity: 4 });
    events.length = 0;
    engine.setPhase(0, "continuous");
    expect(events).toEqual([
      ["crossed", 0, 7, 6, 98, 4, 0, 6],
      ["added", 0, 6, "sell", 98, 6, 6],
      ["phaseChanged", 0, "continuous"],
    ]);
  });

  test("a market order with protection trades within it in the auction, and ends with it", () => {
    const { events, engine, enter } = start();
    enter({ orderId: 1, side: "buy", type: "market", price: 103, quantity: 10 });
    enter({ orderId: 2, side: "sell", price: 101, quantity: 4 });
    enter({ orderId: 3, side: "sell", price: 104, quantity: 4 });
    expect(engine.order(1)).toMatchObject({ type: "market", status: "resting", price: 103 });
    events.length = 0;
    engine.setPhase(0, "continuous");
    expect(events).toEqual([
      ["crossed", 0, 1, 2, 103, 4, 6, 0],
      ["cancelled", 0, 1, 6, "expired"],
      ["phaseChanged", 0, "continuous"],
    ]);
  });

  test("cls orders wait for the closing auction and end with it", () => {
    const { events, engine, enter } = start({ phase: "continuous", referencePrice: 100 });
    enter({ orderId: 1, side: "buy", price: 100, quantity: 10, timeInForce: "cls" });
    enter({ orderId: 2, side: "sell", type: "market", quantity: 4, timeInForce: "cls" });
    expect(engine.indicative(0)).toBeUndefined();
    engine.setPhase(0, "closing-auction");
    expect(engine.indicative(0)).toEqual({ price: 100, volume: 4, imbalance: 6, farPrice: 100 });
    engine.setPhase(0, "closed");
    expect(events).toEqual([
      ["held", 0, 1, "buy", 10],
      ["held", 0, 2, "sell", 4],
      ["phaseChanged", 0, "closing-auction"],
      ["added", 0, 1, "buy", 100, 10, 10],
      ["held", 0, 2, "sell", 4],
      ["crossed", 0, 1, 2, 100, 4, 6, 0],
      ["cancelled", 0, 1, 6, "expired"],
      ["phaseChanged", 0, "closed"],
    ]);
  });

  test("icebergs trade in full, part by part; stops are triggered by the auction's price", () => {
    const { events, engine, enter } = start();
    enter({ orderId: 1, side: "sell", price: 100, quantity: 30, displayQuantity: 10 });
    enter({ orderId: 2, side: "buy", type: "stop-limit", triggerPrice: 100, price: 90, quantity: 5 });
    enter({ orderId: 3, side: "buy", price: 100, quantity: 25 });
    events.length = 0;
    engine.setPhase(0, "continuous");
    expect(events).toEqual([
      ["crossed", 0, 3, 1, 100, 10, 15, 20],
      ["refreshed", 0, 1, 10],
      ["crossed", 0, 3, 1, 100, 10, 5, 10],
      ["refreshed", 0, 1, 10],
      ["crossed", 0, 3, 1, 100, 5, 0, 5],
      ["phaseChanged", 0, "continuous"],
      ["triggered", 0, 2],
      ["added", 0, 2, "buy", 90, 5, 5],
    ]);
  });

  test("halted and closed take only what makes orders smaller", () => {
    const { events, engine, enter } = start({ phase: "continuous" });
    enter({ orderId: 1, side: "buy", price: 100, quantity: 10 });
    for (const phase of ["halted", "closed"] as const) {
      engine.setPhase(0, phase);
      events.length = 0;
      engine.limit(0, 2, "sell", 100, 1);
      engine.replace(1, 101, 5);
      engine.amend(1, 100, 5);
      engine.reduce(1, 1);
      expect(events.map(([name, , , reason]) => [name, reason])).toEqual([
        ["rejected", "phase-forbids-order"],
        ["rejected", "phase-forbids-order"],
        ["rejected", "phase-forbids-order"],
        ["reduced", phase === "halted" ? 9 : 8],
      ]);
    }
    expect(engine.cancel(1)).toBe(8);
  });

  test.each<[Omit<NewOrder, "instrument" | "orderId" | "side" | "quantity">, string]>([
    [{ price: 10, timeInForce: "ioc" }, "phase-forbids-order"],
    [{ price: 10, timeInForce: "fok" }, "phase-forbids-order"],
    [{ price: 10, postOnly: "reject" }, "phase-forbids-order"],
    [{ price: 10, minimumQuantity: 1 }, "phase-forbids-order"],
    [{ type: "limit" }, "invalid-order"],
    [{ type: "stop" }, "invalid-order"],
    [{ price: 10, triggerPrice: 9 }, "invalid-order"],
    [{ price: 10, timeInForce: "gtd" }, "invalid-order"],
    [{ price: 10, displayQuantity: 6 }, "invalid-order"],
    [{ type: "market", displayQuantity: 1 }, "invalid-order"],
    [{ price: 10, account: -1 }, "invalid-order"],
    [{ price: 10, timeInForce: "gtd", expireTime: 0 }, "expired"],
    [{ price: 0.5 }, "invalid-price"],
  ])("a call refuses %j as %s", (order, reason) => {
    const { events, enter } = start();
    expect(enter({ orderId: 1, side: "buy", quantity: 5, ...order })).toBe(0);
    expect(events).toEqual([["rejected", 0, 1, reason]]);
  });

  test("a last price given from outside is what auctions and triggers go by", () => {
    const { engine, enter } = start({ referencePrice: 100, phase: "continuous" });
    engine.setLastPrice(0, 50);
    expect(engine.lastPrice(0)).toBe(50);
    // Against 100 the stop would wait; 50 is through it.
    expect(enter({ orderId: 1, side: "sell", quantity: 1, type: "stop", triggerPrice: 60 })).toBe(0);
    expect(() => engine.setLastPrice(0, 0.5)).toThrow(/last price must be an integer/);
    expect(engine.lastPrice(0)).toBe(50);
  });
});
