// Worked examples as venues print them, with their numbers; prices in hundredths.
//
// - TSX, Order Types and Functionality Guide, section 4: the order book that its examples begin with has bids of 100 at
//   10.00 (001) and 9.99 (002), offers of 400 (003) and 100 (004) at 10.02.
// - Euronext, Pure Market Order, and Market-to-Limit Order: examples of the call and of the continuous phase.
// - Nasdaq, Post-Only Order (fact sheet).
//
// What is left of a market order rests on TSX and Euronext; here it ends, as FIX and Nasdaq say.
import { describe, expect, test } from "vitest";
import { Desk, engines } from "./support/desk.ts";

describe.each(engines)("%s engine", (_name, Engine) => {
  describe("TSX: an order to sell 500", () => {
    const start = (): Desk => {
      const desk = new Desk(Engine);
      desk.buy(1, 1_000, 100);
      desk.buy(2, 999, 100);
      desk.sell(3, 1_002, 400);
      desk.sell(4, 1_002, 100);
      desk.news();
      return desk;
    };

    test("at the market trades 100 at 10.00 and 100 at 9.99 (4.2)", () => {
      const desk = start();
      desk.engine.market(0, 5, "sell", 500);
      expect(desk.trades()).toEqual([
        [1, 5, 1_000, 100],
        [2, 5, 999, 100],
      ]);
    });

    test("with a limit of 10.00 trades 100, and 400 are booked at 10.00 (4.4)", () => {
      const desk = start();
      expect(desk.sell(5, 1_000, 500)).toBe(400);
      expect(desk.trades()).toEqual([[1, 5, 1_000, 100]]);
      expect(desk.engine.depth(0, "buy", 9)).toEqual([{ price: 999, quantity: 100, orders: 1 }]);
      expect(desk.engine.depth(0, "sell", 9)).toEqual([
        { price: 1_000, quantity: 400, orders: 1 },
        { price: 1_002, quantity: 500, orders: 2 },
      ]);
    });

    test("immediate or cancel, with a limit of 10.00, trades 100 and leaves no order", () => {
      const desk = start();
      desk.enter({ orderId: 5, side: "sell", price: 1_000, quantity: 500, timeInForce: "ioc" });
      expect(desk.trades()).toEqual([[1, 5, 1_000, 100]]);
      expect(desk.last()).toEqual(["cancelled", 0, 5, 400, "unfilled"]);
      expect(desk.engine.best(0, "sell")).toBe(1_002);
    });

    test("fill or kill, with a limit of 10.00, does not trade, and the book is as before", () => {
      const desk = start();
      desk.enter({ orderId: 5, side: "sell", price: 1_000, quantity: 500, timeInForce: "fok" });
      expect(desk.news()).toEqual([["cancelled", 0, 5, 500, "unfilled"]]);
      expect(desk.engine.orders(0, "buy").map(({ orderId }) => orderId)).toEqual([1, 2]);
      expect(desk.engine.orders(0, "sell").map(({ orderId }) => orderId)).toEqual([3, 4]);
    });
  });

  test("TSX: a sell on-stop of 1,000 at 9.90 is unseen until 1,500 sold trade down to it (4.7)", () => {
    const desk = new Desk(Engine, { referencePrice: 1_005 });
    desk.buy(1, 1_000, 1_000);
    desk.sell(2, 1_020, 1_000);
    desk.buy(3, 990, 500);
    desk.enter({
      orderId: 4,
      side: "sell",
      type: "stop-limit",
      triggerPrice: 990,
      price: 990,
      quantity: 1_000,
    });
    desk.buy(5, 980, 1_000);
    expect(desk.engine.best(0, "sell")).toBe(1_020);
    desk.news();
    desk.sell(6, 990, 1_500);
    expect(desk.news()).toEqual([
      ["traded", 0, 1, 6, "sell", 1_000, 1_000, 0],
      ["traded", 0, 3, 6, "sell", 990, 500, 0],
      ["triggered", 0, 4],
      ["added", 0, 4, "sell", 990, 1_000, 1_000],
    ]);
  });

  test("TSX: 1,500 sold at 9.90 take what is shown, then 600 of an iceberg's reserve (iceberg orders)", () => {
    const desk = new Desk(Engine, { referencePrice: 1_005 });
    desk.buy(1, 1_000, 100);
    desk.sell(2, 1_020, 400);
    desk.buy(3, 990, 500);
    desk.enter({ orderId: 4, side: "buy", price: 990, quantity: 10_000, displayQuantity: 100 });
    desk.buy(5, 990, 200);
    desk.news();
    desk.sell(6, 990, 1_500);
    const trades = desk.trades();
    expect(trades.slice(0, 4)).toEqual([
      [1, 6, 1_000, 100],
      [3, 6, 990, 500],
      [4, 6, 990, 100],
      [5, 6, 990, 200],
    ]);
    // The guide has one trade of 600; here each shown part is one, and a refresh of its own.
    expect(trades.slice(4)).toEqual(Array.from({ length: 6 }, () => [4, 6, 990, 100]));
    expect(desk.engine.order(4)).toMatchObject({ leavesQuantity: 9_300, displayedQuantity: 100 });
    expect(desk.engine.orders(0, "buy").map(({ orderId }) => orderId)).toEqual([4]);
  });

  describe("Euronext: market orders", () => {
    test("a call whose price rises from 10.08 to 10.10 as 20 more are bought at any price (call, example 1)", () => {
      const desk = new Desk(Engine, { phase: "opening-auction", referencePrice: 1_000 });
      desk.enter({ orderId: 1, side: "buy", type: "market-to-limit", quantity: 50 });
      desk.buy(2, 1_010, 90);
      desk.buy(3, 990, 10);
      desk.enter({ orderId: 4, side: "sell", type: "market-to-limit", quantity: 40 });
      desk.sell(5, 1_008, 100);
      desk.sell(6, 1_015, 60);
      expect(desk.engine.indicative(0)).toMatchObject({ price: 1_008, volume: 140 });
      desk.engine.enter({ instrument: 0, orderId: 7, side: "buy", type: "market", quantity: 20 });
      expect(desk.engine.indicative(0)).toMatchObject({ price: 1_010, volume: 140 });
      desk.news();
      desk.engine.setPhase(0, "continuous");
      expect(desk.news()).toEqual([
        ["crossed", 0, 1, 4, 1_010, 40, 10, 0],
        ["crossed", 0, 1, 5, 1_010, 10, 0, 90],
        ["crossed", 0, 7, 5, 1_010, 20, 0, 70],
        ["crossed", 0, 2, 5, 1_010, 70, 20, 0],
        ["phaseChanged", 0, "continuous"],
      ]);
      expect(desk.engine.depth(0, "buy", 9).map(({ price, quantity }) => [price, quantity])).toEqual([
        [1_010, 20],
        [990, 10],
      ]);
      expect(desk.engine.depth(0, "sell", 9)).toEqual([{ price: 1_015, quantity: 60, orders: 1 }]);
    });

    test.each([
      ["3, which is 10.00 there", "sell", 998, 40, 998],
      ["4", "sell", 998, 41, 998],
      ["5", "sell", 1_002, 40, 1_002],
    ] as const)(
      "40 bought at any price meet a limit (call, example %s)",
      (_example, side, price, quantity, expected) => {
        const desk = new Desk(Engine, { phase: "opening-auction", referencePrice: 1_000 });
        desk.enter({ orderId: 1, side: "buy", type: "market", quantity: 40 });
        desk.engine.limit(0, 2, side, price, quantity);
        // No price beyond all limits here: see `auctionPrice`.
        expect(desk.engine.indicative(0)).toMatchObject({ price: expected, volume: 40 });
      },
    );

    test("110 bought take 100 at 10.20 and 10 at 10.30 (trading session, example 1)", () => {
      const desk = new Desk(Engine, { referencePrice: 1_000 });
      desk.sell(1, 1_020, 100);
      desk.sell(2, 1_030, 60);
      desk.engine.market(0, 3, "buy", 110);
      expect(desk.trades()).toEqual([
        [1, 3, 1_020, 100],
        [2, 3, 1_030, 10],
      ]);
      expect(desk.engine.depth(0, "sell", 9)).toEqual([{ price: 1_030, quantity: 50, orders: 1 }]);
    });
  });

  describe("Euronext: market-to-limit orders", () => {
    const toLimit = { type: "market-to-limit" } as const;

    test("alone in a call they trade at the reference price, and what is left rests there (example 1)", () => {
      const desk = new Desk(Engine, { phase: "opening-auction", referencePrice: 1_000 });
      desk.enter({ ...toLimit, orderId: 1, side: "buy", quantity: 50 });
      desk.enter({ ...toLimit, orderId: 2, side: "sell", quantity: 40 });
      desk.news();
      desk.engine.setPhase(0, "continuous");
      expect(desk.news()).toEqual([
        ["crossed", 0, 1, 2, 1_000, 40, 10, 0],
        ["added", 0, 1, "buy", 1_000, 10, 10],
        ["phaseChanged", 0, "continuous"],
      ]);
    });

    test("with market and limit orders, by time; those that did not trade rest, too (call, example 3)", () => {
      const desk = new Desk(Engine, { phase: "opening-auction", referencePrice: 1_000 });
      desk.enter({ ...toLimit, orderId: 1, side: "buy", quantity: 10 });
      desk.enter({ orderId: 2, side: "buy", type: "market", quantity: 10 });
      desk.enter({ ...toLimit, orderId: 3, side: "buy", quantity: 10 });
      desk.sell(4, 1_000, 5);
      desk.news();
      desk.engine.setPhase(0, "continuous");
      expect(desk.news()).toEqual([
        ["crossed", 0, 1, 4, 1_000, 5, 5, 0],
        ["added", 0, 1, "buy", 1_000, 5, 5],
        ["cancelled", 0, 2, 10, "expired"],
        ["added", 0, 3, "buy", 1_000, 10, 10],
        ["phaseChanged", 0, "continuous"],
      ]);
    });

    test("25 sold against bids at 15, 12 and 10 trade at 15 only; 15 rest there (continuous phase, example 1)", () => {
      const desk = new Desk(Engine, { referencePrice: 1_500 });
      desk.buy(1, 1_500, 10);
      desk.buy(2, 1_200, 10);
      desk.buy(3, 1_000, 10);
      desk.news();
      desk.enter({ ...toLimit, orderId: 4, side: "sell", quantity: 25 });
      expect(desk.news()).toEqual([
        ["traded", 0, 1, 4, "sell", 1_500, 10, 0],
        ["added", 0, 4, "sell", 1_500, 15, 15],
      ]);
    });
  });

  test("Nasdaq: post-only to buy at 10.15, the shown offer, is at 10.14 or is refused, as its owner wants", () => {
    const desk = new Desk(Engine);
    desk.sell(1, 1_015, 100);
    desk.enter({ orderId: 2, side: "buy", price: 1_015, quantity: 100, postOnly: "slide" });
    expect(desk.last()).toEqual(["added", 0, 2, "buy", 1_014, 100, 100]);
    desk.enter({ orderId: 3, side: "buy", price: 1_015, quantity: 100, postOnly: "reject" });
    expect(desk.last()).toEqual(["rejected", 0, 3, "would-take"]);
  });
});
