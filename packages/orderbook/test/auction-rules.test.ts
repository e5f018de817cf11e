// The steps that set an auction's price, with worked examples of venues, and what the call publishes.
import { describe, expect, test } from "vitest";
import { Desk, engines } from "./support/desk.ts";

describe.each(engines)("%s engine", (_name, Engine) => {
  /** A call with these [price, quantity] rows. */
  function call(
    bids: readonly (readonly [number, number])[],
    asks: readonly (readonly [number, number])[],
    referencePrice?: number,
  ): Desk {
    const desk = new Desk(Engine, {
      phase: "opening-auction",
      ...(referencePrice === undefined ? {} : { referencePrice }),
    });
    for (const [index, [price, quantity]] of bids.entries()) desk.buy(index + 1, price, quantity);
    for (const [index, [price, quantity]] of asks.entries()) desk.sell(index + 101, price, quantity);
    desk.news();
    return desk;
  }

  test("largest volume: of a book with 480 to buy and 290 to sell at 12,400 (MarketGrid, single-price auction)", () => {
    const bids = [
      [13_000, 45],
      [12_900, 95],
      [12_800, 25],
      [12_700, 35],
      [12_600, 25],
      [12_500, 55],
      [12_400, 200],
      [12_300, 80],
      [12_200, 60],
    ] as const;
    const asks = [
      [13_100, 35],
      [13_000, 50],
      [12_900, 10],
      [12_800, 15],
      [12_700, 10],
      [12_600, 20],
      [12_500, 90],
      [12_400, 155],
      [12_300, 125],
      [12_200, 10],
    ] as const;
    expect(call(bids, asks).engine.indicative(0)).toEqual({ price: 12_400, volume: 290, imbalance: 190 });
  });

  test("least surplus, then market pressure: 639 of 610 to 639 (ASX, the algorithm of March 2002, stock X)", () => {
    const bids = [
      [640, 500],
      [639, 500],
      [639, 500],
      [634, 1_000],
      [633, 500],
    ] as const;
    const asks = [
      [610, 1_000],
      [640, 500],
      [641, 520],
      [642, 550],
      [643, 519],
    ] as const;
    // 1,000 trade at 610 … 639; 500 are left at 635 … 639, all of them to buy: the highest.
    expect(call(bids, asks).engine.indicative(0)).toEqual({ price: 639, volume: 1_000, imbalance: 500 });
  });

  test("market pressure the other way: the lowest price", () => {
    expect(call([[100, 10]], [[90, 20]]).engine.indicative(0)).toEqual({
      price: 90,
      volume: 10,
      imbalance: -10,
    });
  });

  test.each([
    [95, 95],
    [80, 90],
    [120, 100],
  ])(
    "no pressure either way: the price closest to the last one, %i: %i (Nasdaq Equity 4, Rule 4753(b)(2)(D))",
    (reference, price) => {
      const result = call([[100, 10]], [[90, 10]], reference).engine.indicative(0);
      expect(result).toEqual({ price, volume: 10, imbalance: 0 });
    },
  );

  test("at every tick of the range volume and surplus are the same: the tick nearest to the reference price", () => {
    // A midpoint or a split leaves a last price between two ticks.
    for (const [last, price] of [
      [97, 95],
      [98, 100],
      [-3, 90],
    ] as const) {
      const desk = new Desk(Engine, { phase: "opening-auction", tickSize: 5, referencePrice: last });
      desk.buy(1, 100, 10);
      desk.sell(2, 90, 10);
      expect(desk.engine.indicative(0)).toEqual({ price, volume: 10, imbalance: 0 });
    }
    const desk = new Desk(Engine, { phase: "opening-auction", tickSize: 5, referencePrice: 98 });
    desk.enter({ orderId: 1, side: "buy", type: "market", quantity: 3 });
    desk.enter({ orderId: 2, side: "sell", type: "market-to-limit", quantity: 4 });
    desk.news();
    desk.engine.setPhase(0, "continuous");
    expect(desk.news()).toEqual([
      ["crossed", 0, 1, 2, 100, 3, 0, 1],
      ["added", 0, 2, "sell", 100, 1, 1],
      ["phaseChanged", 0, "continuous"],
    ]);
  });

  describe("far and near price (NOII; Nasdaq Equity 4, Rule 4752(a)(2)): numbers of our own", () => {
    /** On-open orders, which clear at 101 alone, and orders of the continuous book, with which all clear at 100. */
    function opening(): Desk {
      const desk = new Desk(Engine, { phase: "opening-auction" });
      desk.enter({ orderId: 1, side: "buy", type: "market", quantity: 500, timeInForce: "opg" });
      desk.enter({ orderId: 2, side: "buy", price: 101, quantity: 300, timeInForce: "opg" });
      desk.enter({ orderId: 3, side: "sell", price: 100, quantity: 600, timeInForce: "opg" });
      desk.buy(4, 98, 500);
      desk.sell(5, 99, 400);
      desk.sell(6, 102, 1_000);
      desk.news();
      return desk;
    }

    test("the far price counts orders for the auction only, the near price all", () => {
      const desk = opening();
      // Alone: 800 to buy and 600 to sell at 100 and at 101, more to buy: the higher. All: 800 to buy and 1,000 to
      // sell at both, more to sell: the lower.
      expect(desk.engine.indicative(0)).toEqual({ price: 100, volume: 800, imbalance: -200, farPrice: 101 });
      desk.engine.advance(1);
      expect(desk.news()).toEqual([["indicative", 0, 100, 800, -200, 101]]);
    });

    test("a market order is for the auction only, a market-to-limit order is not: what is left of it rests", () => {
      for (const [type, farPrice] of [
        ["market", 101],
        ["market-to-limit", undefined],
      ] as const) {
        const desk = new Desk(Engine, { phase: "opening-auction" });
        desk.enter({ orderId: 1, side: "buy", type, quantity: 5 });
        desk.enter({ orderId: 2, side: "sell", price: 101, quantity: 5, timeInForce: "auction" });
        expect(desk.engine.indicative(0)).toEqual({ price: 101, volume: 5, imbalance: 0, farPrice });
      }
    });

    test("a change of the far price alone is told", () => {
      const desk = opening();
      desk.engine.advance(1);
      desk.news();
      desk.engine.cancel(3);
      desk.sell(7, 100, 600);
      desk.news();
      desk.engine.advance(2);
      expect(desk.news()).toEqual([["indicative", 0, 100, 800, -200, undefined]]);
      desk.engine.advance(3);
      expect(desk.news()).toEqual([]);
    });

    test("the close: on-close orders that waited, and the book of the day", () => {
      const desk = new Desk(Engine);
      desk.enter({ orderId: 1, side: "buy", price: 105, quantity: 10, timeInForce: "cls" });
      desk.enter({ orderId: 2, side: "sell", price: 104, quantity: 30, timeInForce: "cls" });
      desk.buy(3, 103, 40);
      desk.sell(4, 106, 40);
      desk.engine.setPhase(0, "closing-auction");
      desk.buy(5, 104, 25);
      // Alone 10 trade at 104 and at 105, with more to sell at both; with the book 30 trade at 104 only.
      expect(desk.engine.indicative(0)).toEqual({ price: 104, volume: 30, imbalance: 5, farPrice: 104 });
    });
  });

  test("a change is told when time moves on, and only then (NOII: price, paired, imbalance and far price)", () => {
    const desk = call([[100, 10]], [[101, 10]]);
    desk.engine.advance(1);
    expect(desk.news()).toEqual([]);
    desk.buy(50, 101, 14);
    desk.news();
    desk.engine.advance(2);
    expect(desk.news()).toEqual([["indicative", 0, 101, 10, 4, undefined]]);
    desk.engine.advance(3);
    expect(desk.news()).toEqual([]);
    desk.engine.cancel(50);
    desk.news();
    desk.engine.advance(4);
    expect(desk.news()).toEqual([["indicative", 0, undefined, 0, 0, undefined]]);
  });

  describe("orders of every type survive the way through an auction", () => {
    test("an iceberg keeps its reserve and its place, a stop its trigger, gtd its end", () => {
      const desk = new Desk(Engine, { referencePrice: 100 });
      desk.enter({ orderId: 1, side: "sell", price: 105, quantity: 30, displayQuantity: 10 });
      desk.enter({ orderId: 2, side: "sell", type: "stop", triggerPrice: 95, quantity: 5 });
      desk.enter({ orderId: 3, side: "sell", price: 105, quantity: 7, timeInForce: "gtd", expireTime: 50 });
      desk.engine.setPhase(0, "volatility-auction");
      desk.buy(4, 105, 12);
      desk.news();
      desk.engine.setPhase(0, "continuous");
      expect(desk.news()).toEqual([
        ["crossed", 0, 4, 1, 105, 10, 2, 20],
        ["refreshed", 0, 1, 10],
        ["crossed", 0, 4, 3, 105, 2, 0, 5],
        ["phaseChanged", 0, "continuous"],
      ]);
      desk.engine.advance(50);
      expect(desk.news()).toEqual([["cancelled", 0, 3, 5, "expired"]]);
      expect(desk.engine.order(1)).toMatchObject({
        leavesQuantity: 20,
        displayedQuantity: 10,
        filledQuantity: 10,
      });
      expect(desk.engine.heldOrders(0)).toMatchObject([{ orderId: 2, triggerPrice: 95 }]);
    });

    test("lists act on what the auction trades: an OCO trades once", () => {
      const desk = new Desk(Engine, { phase: "opening-auction" });
      const sell = { instrument: 0, side: "sell", quantity: 10 } as const;
      desk.engine.enterList("one-cancels-other", [
        { ...sell, orderId: 1, price: 99 },
        { ...sell, orderId: 2, price: 100 },
      ]);
      desk.buy(3, 100, 20);
      desk.news();
      desk.engine.setPhase(0, "continuous");
      expect(desk.news()).toEqual([
        ["crossed", 0, 3, 1, 100, 10, 10, 0],
        ["cancelled", 0, 2, 10, "contingency"],
        ["phaseChanged", 0, "continuous"],
      ]);
    });

    test("a market order in the call ends with it, or at its own time before", () => {
      const desk = new Desk(Engine, { phase: "opening-auction" });
      desk.enter({
        orderId: 1,
        side: "buy",
        type: "market",
        quantity: 5,
        timeInForce: "gtd",
        expireTime: 10,
      });
      desk.enter({ orderId: 2, side: "buy", type: "market", quantity: 5 });
      desk.news();
      desk.engine.advance(10);
      expect(desk.news()).toEqual([["cancelled", 0, 1, 5, "expired"]]);
      desk.sell(3, 100, 2);
      desk.engine.setPhase(0, "continuous");
      expect(desk.news().slice(1)).toEqual([
        ["crossed", 0, 2, 3, 100, 2, 3, 0],
        ["cancelled", 0, 2, 3, "expired"],
        ["phaseChanged", 0, "continuous"],
      ]);
    });

    test("orders that the price counted on are gone with their list: what is still crossed is crossed again", () => {
      const desk = new Desk(Engine, { phase: "opening-auction" });
      desk.buy(1, 104, 1);
      desk.sell(5, 103, 1);
      const order = { instrument: 0, quantity: 1 } as const;
      desk.engine.enterList("one-cancels-other", [
        { ...order, orderId: 2, side: "buy", type: "market-to-limit" },
        { ...order, orderId: 3, side: "buy", price: 100 },
        { ...order, orderId: 4, side: "sell", price: 100 },
      ]);
      desk.sell(6, 100, 1);
      desk.news();
      desk.engine.setPhase(0, "continuous");
      // At 100 three would buy and two would sell; orders 3 and 4 end, as order 2 is of their list.
      expect(desk.news()).toEqual([
        ["cancelled", 0, 4, 1, "contingency"],
        ["crossed", 0, 2, 6, 100, 1, 0, 0],
        ["cancelled", 0, 3, 1, "contingency"],
        ["crossed", 0, 1, 5, 103, 1, 0, 0],
        ["phaseChanged", 0, "continuous"],
      ]);
      expect(desk.engine.lastPrice(0)).toBe(103);
    });
  });
});
