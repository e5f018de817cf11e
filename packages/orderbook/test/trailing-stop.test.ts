// Trailing stops: FIX OrdType=3 and 4 with ExecInst=a; PegOffsetValue 211 is the distance. A sell trails the high, a buy
// the low: 3 below the high, or 5 % below a peak of 200.
import { describe, expect, test } from "vitest";
import { Desk, engines } from "./support/desk.ts";

describe.each(engines)("%s engine", (_name, Engine) => {
  const trigger = (desk: Desk, orderId: number): number | undefined =>
    desk.engine.order(orderId)?.triggerPrice;

  test("a sell 3 below the high: up from 100 to 110 its trigger rises to 107, and a trade there triggers it", () => {
    const desk = new Desk(Engine);
    desk.trade(100);
    desk.enter({ orderId: 1, side: "sell", type: "trailing-stop", trailAmount: 3, quantity: 5 });
    expect(desk.last()).toEqual(["held", 0, 1, "sell", 5]);
    expect(trigger(desk, 1)).toBe(97);
    desk.trade(110);
    expect(trigger(desk, 1)).toBe(107);
    desk.trade(108);
    expect(trigger(desk, 1)).toBe(107);
    desk.buy(2, 105, 9);
    desk.news();
    desk.trade(107);
    expect(desk.news().slice(1)).toEqual([
      ["traded", 0, 9001, 9002, "sell", 107, 1, 0],
      ["triggered", 0, 1],
      ["traded", 0, 2, 1, "sell", 105, 5, 4],
    ]);
  });

  test("a buy 5 % above the low: from 200 down to 100 its trigger falls to 105", () => {
    const desk = new Desk(Engine, { referencePrice: 200 });
    desk.enter({ orderId: 1, side: "buy", type: "trailing-stop", trailBasisPoints: 500, quantity: 5 });
    expect(trigger(desk, 1)).toBe(210);
    desk.trade(101);
    // 5 % of 101 is 5.05, rounded up to 6.
    expect(trigger(desk, 1)).toBe(107);
    desk.trade(100);
    expect(trigger(desk, 1)).toBe(105);
    desk.trade(105);
    expect(desk.last()).toEqual(["cancelled", 0, 1, 5, "unfilled"]);
  });

  test("the limit variant rests `limitOffset` behind the trigger", () => {
    const desk = new Desk(Engine, { referencePrice: 100 });
    desk.enter({
      orderId: 1,
      side: "sell",
      type: "trailing-stop-limit",
      trailAmount: 3,
      limitOffset: 2,
      quantity: 5,
    });
    desk.trade(104);
    desk.news();
    desk.trade(101);
    expect(desk.news().slice(2)).toEqual([
      ["triggered", 0, 1],
      ["added", 0, 1, "sell", 99, 5, 5],
    ]);
  });

  test("one order that trades up and then triggers nothing moves it by the highest price", () => {
    const desk = new Desk(Engine, { referencePrice: 100 });
    desk.enter({ orderId: 1, side: "sell", type: "trailing-stop", trailAmount: 5, quantity: 5 });
    desk.sell(2, 101, 1);
    desk.sell(3, 109, 1);
    desk.engine.market(0, 4, "buy", 2);
    expect(trigger(desk, 1)).toBe(104);
    // Down through 112 and 103 in one order: 112 raises the trigger to 107 before 103 triggers it.
    desk.buy(5, 112, 1);
    desk.buy(6, 106, 1);
    desk.news();
    desk.engine.market(0, 7, "sell", 2);
    expect(desk.news().map(([name]) => name)).toEqual(["traded", "traded", "triggered", "cancelled"]);
  });

  test("it begins at a trigger of its own, and needs one before there is a last price", () => {
    const desk = new Desk(Engine);
    desk.enter({ orderId: 1, side: "sell", type: "trailing-stop", trailAmount: 3, quantity: 5 });
    expect(desk.last()).toEqual(["rejected", 0, 1, "no-reference-price"]);
    desk.enter({
      orderId: 1,
      side: "sell",
      type: "trailing-stop",
      trailAmount: 3,
      triggerPrice: 90,
      quantity: 5,
    });
    desk.trade(92);
    expect(trigger(desk, 1)).toBe(90);
    desk.trade(94);
    expect(trigger(desk, 1)).toBe(91);
  });
});
