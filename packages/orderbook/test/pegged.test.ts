// Pegged orders: FIX OrdType=P, PegPriceType 1094; Nasdaq Equity 4, Rule 4703(d); the prices of the first tests are those
// of the worked examples of TSX's guide to dark liquidity (14.1.6, 14.1.13 and 14.1.14).
import { describe, expect, test } from "vitest";
import { Desk, engines } from "./support/desk.ts";

describe.each(engines)("%s engine", (_name, Engine) => {
  test("primary: 10.00 to 10.03, a buy with a limit of 10.05 is at 10.00, hidden", () => {
    const desk = new Desk(Engine);
    desk.buy(1, 1_000, 1_000);
    desk.sell(2, 1_003, 1_000);
    expect(
      desk.enter({ orderId: 3, side: "buy", type: "pegged", peg: "primary", price: 1_005, quantity: 500 }),
    ).toBe(500);
    expect(desk.last()).toEqual(["added", 0, 3, "buy", 1_000, 500, 0]);
    expect(desk.engine.depth(0, "buy", 9)).toEqual([{ price: 1_000, quantity: 1_000, orders: 1 }]);
    expect(desk.engine.orders(0, "buy").map(({ orderId }) => orderId)).toEqual([1, 3]);
  });

  test("midpoint of 10.00 and 10.05 is 10.025: prices in half cents with a tick of two of them", () => {
    const desk = new Desk(Engine, { tickSize: 2 });
    desk.buy(1, 2_000, 1_000);
    desk.sell(2, 2_010, 1_000);
    desk.enter({ orderId: 3, side: "sell", type: "pegged", peg: "midpoint", price: 2_002, quantity: 500 });
    expect(desk.last()).toEqual(["added", 0, 3, "sell", 2_005, 500, 0]);
    desk.enter({ orderId: 4, side: "buy", type: "pegged", peg: "midpoint", quantity: 200 });
    expect(desk.last()).toEqual(["traded", 0, 3, 4, "buy", 2_005, 200, 300]);
  });

  test("a midpoint between two prices is the one that is worse for the order's own side", () => {
    const desk = new Desk(Engine);
    desk.buy(1, 100, 10);
    desk.sell(2, 101, 10);
    desk.enter({ orderId: 3, side: "buy", type: "pegged", peg: "midpoint", quantity: 1 });
    desk.enter({ orderId: 4, side: "sell", type: "pegged", peg: "midpoint", quantity: 1 });
    expect([3, 4].map((orderId) => desk.engine.order(orderId)?.price)).toEqual([100, 101]);
  });

  test("market: a buy takes at the best offer; with an offset of −1 it rests a tick below it", () => {
    const desk = new Desk(Engine);
    desk.buy(1, 1_000, 10);
    desk.sell(2, 1_004, 10);
    desk.enter({ orderId: 3, side: "buy", type: "pegged", peg: "market", quantity: 4 });
    expect(desk.last()).toEqual(["traded", 0, 2, 3, "buy", 1_004, 4, 6]);
    desk.enter({ orderId: 4, side: "buy", type: "pegged", peg: "market", pegOffset: -1, quantity: 4 });
    expect(desk.last()).toEqual(["added", 0, 4, "buy", 1_003, 4, 0]);
  });

  test("it follows the best shown price and loses its place each time, up to its limit (4703(d))", () => {
    const desk = new Desk(Engine);
    desk.buy(1, 100, 10);
    desk.sell(2, 110, 10);
    desk.enter({
      orderId: 3,
      side: "buy",
      type: "pegged",
      peg: "primary",
      pegOffset: -1,
      price: 102,
      quantity: 5,
    });
    desk.enter({ orderId: 4, side: "buy", price: 101, quantity: 5, displayQuantity: 0 });
    desk.news();
    desk.buy(5, 102, 10);
    expect(desk.news()).toEqual([
      ["added", 0, 5, "buy", 102, 10, 10],
      ["cancelled", 0, 3, 5, "repriced"],
      ["added", 0, 3, "buy", 101, 5, 0],
    ]);
    expect(desk.engine.volumeAhead(3)).toBe(5);
    desk.buy(6, 105, 10);
    expect(desk.engine.order(3)?.price).toBe(102);
    desk.engine.cancel(6);
    desk.engine.cancel(5);
    expect(desk.engine.order(3)?.price).toBe(99);
  });

  test("hidden and pegged orders are not followed", () => {
    const desk = new Desk(Engine);
    desk.buy(1, 100, 10);
    desk.enter({ orderId: 2, side: "buy", price: 105, quantity: 5, displayQuantity: 0 });
    desk.enter({ orderId: 3, side: "buy", type: "pegged", peg: "primary", pegOffset: 3, quantity: 5 });
    desk.enter({ orderId: 4, side: "buy", type: "pegged", peg: "primary", quantity: 5 });
    expect([3, 4].map((orderId) => desk.engine.order(orderId)?.price)).toEqual([103, 100]);
  });

  test("it waits while there is nothing to follow, and outside continuous trading", () => {
    const desk = new Desk(Engine);
    expect(desk.enter({ orderId: 1, side: "sell", type: "pegged", peg: "primary", quantity: 5 })).toBe(5);
    expect(desk.last()).toEqual(["held", 0, 1, "sell", 5]);
    expect(desk.engine.heldOrders(0)).toMatchObject([{ orderId: 1, status: "waiting-for-reference" }]);
    desk.sell(2, 107, 1);
    expect(desk.last()).toEqual(["added", 0, 1, "sell", 107, 5, 0]);
    desk.news();
    desk.engine.setPhase(0, "volatility-auction");
    desk.buy(3, 108, 1);
    desk.engine.setPhase(0, "continuous");
    desk.sell(4, 106, 1);
    expect(desk.news()).toEqual([
      ["cancelled", 0, 1, 5, "repriced"],
      ["held", 0, 1, "sell", 5],
      ["phaseChanged", 0, "volatility-auction"],
      ["added", 0, 3, "buy", 108, 1, 1],
      ["crossed", 0, 3, 2, 107, 1, 0, 0],
      ["phaseChanged", 0, "continuous"],
      ["added", 0, 4, "sell", 106, 1, 1],
      ["added", 0, 1, "sell", 106, 5, 0],
    ]);
  });

  test("it moves when only the price limit of its own side does", () => {
    // A spread: 100 % of its last price below zero is a limit of zero above it, as it was at zero.
    const priceLimits = {
      basisPoints: 10_000,
      window: 300,
      updateBasisPoints: 100,
      limitState: 15,
      pause: 300,
    };
    const desk = new Desk(Engine, { priceLimits, referencePrice: 0 });
    desk.buy(1, -4, 3);
    desk.enter({ orderId: 2, side: "sell", type: "pegged", peg: "market", quantity: 2 });
    expect(desk.engine.order(2)?.price).toBe(0);
    desk.engine.setLastPrice(0, -4);
    expect(desk.last()).toEqual(["traded", 0, 1, 2, "sell", -4, 2, 1]);
  });
});
