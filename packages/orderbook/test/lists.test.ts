// Lists of orders that depend on each other: FIX 1385 ContingencyType, whose glossary says what each does: any execution,
// a partial one too, cancels the other of an OCO; the secondary order of an OTO is released when the primary is executed
// in full.
import { describe, expect, test } from "vitest";
import { Desk, engines } from "./support/desk.ts";

describe.each(engines)("%s engine", (_name, Engine) => {
  const target = { instrument: 0, orderId: 1, side: "sell", price: 110, quantity: 10 } as const;
  const stop = {
    instrument: 0,
    orderId: 2,
    side: "sell",
    type: "stop",
    triggerPrice: 90,
    quantity: 10,
  } as const;

  describe("one-cancels-other: a sell at 110 and a stop at 90", () => {
    function start(): Desk {
      const desk = new Desk(Engine, { referencePrice: 100 });
      expect(desk.engine.enterList("one-cancels-other", [target, stop])).toBe(2);
      expect(desk.news()).toEqual([
        ["added", 0, 1, "sell", 110, 10, 10],
        ["held", 0, 2, "sell", 10],
      ]);
      return desk;
    }

    test("a part of the one traded: the other is cancelled at once", () => {
      const desk = start();
      desk.buy(3, 110, 4);
      expect(desk.news()).toEqual([
        ["traded", 0, 1, 3, "buy", 110, 4, 6],
        ["cancelled", 0, 2, 10, "contingency"],
      ]);
    });

    test("the stop is triggered and trades: the limit order is cancelled", () => {
      const desk = start();
      desk.buy(3, 89, 20);
      desk.buy(4, 90, 1);
      desk.news();
      desk.sell(5, 90, 1);
      expect(desk.news()).toEqual([
        ["traded", 0, 4, 5, "sell", 90, 1, 0],
        ["triggered", 0, 2],
        ["traded", 0, 3, 2, "sell", 89, 10, 10],
        ["cancelled", 0, 1, 10, "contingency"],
      ]);
    });

    test("when one is only cancelled the other stays", () => {
      const desk = start();
      desk.engine.cancel(2);
      expect(desk.engine.order(1)?.leavesQuantity).toBe(10);
    });

    test("an order that trades as it is entered leaves no other", () => {
      const desk = new Desk(Engine, { referencePrice: 100 });
      desk.buy(3, 110, 2);
      desk.news();
      desk.engine.enterList("one-cancels-other", [target, stop]);
      expect(desk.news()).toEqual([
        ["traded", 0, 3, 1, "sell", 110, 2, 0],
        ["added", 0, 1, "sell", 110, 8, 8],
        ["cancelled", 0, 2, 10, "contingency"],
      ]);
    });

    test("one order that reaches both takes only the first: never a double fill", () => {
      const desk = new Desk(Engine);
      desk.engine.enterList("one-cancels-other", [target, { ...target, orderId: 2, price: 111 }]);
      desk.news();
      desk.engine.market(0, 3, "buy", 20);
      expect(desk.news()).toEqual([
        ["traded", 0, 1, 3, "buy", 110, 10, 0],
        ["cancelled", 0, 2, 10, "contingency"],
        ["cancelled", 0, 3, 10, "unfilled"],
      ]);
    });
  });

  test("one-updates-other: what one trades is taken off the other", () => {
    const desk = new Desk(Engine, { referencePrice: 100 });
    desk.engine.enterList("one-updates-other", [target, stop]);
    desk.news();
    desk.buy(3, 110, 4);
    desk.buy(4, 110, 6);
    expect(desk.news()).toEqual([
      ["traded", 0, 1, 3, "buy", 110, 4, 6],
      ["reduced", 0, 2, 6, 0],
      ["traded", 0, 1, 4, "buy", 110, 6, 0],
      ["cancelled", 0, 2, 6, "contingency"],
    ]);
  });

  describe("one-triggers-other: a buy at 100, then a sell at 110", () => {
    const buy = { instrument: 0, orderId: 9, side: "buy", price: 100, quantity: 10 } as const;

    test("the other acts when the first has traded in full", () => {
      const desk = new Desk(Engine);
      expect(desk.engine.enterList("one-triggers-other", [buy, target])).toBe(2);
      desk.sell(3, 100, 4);
      desk.sell(4, 100, 6);
      expect(desk.news()).toEqual([
        ["held", 0, 1, "sell", 10],
        ["added", 0, 9, "buy", 100, 10, 10],
        ["traded", 0, 9, 3, "sell", 100, 4, 6],
        ["traded", 0, 9, 4, "sell", 100, 6, 0],
        ["triggered", 0, 1],
        ["added", 0, 1, "sell", 110, 10, 10],
      ]);
    });

    test("it is cancelled when the first ends otherwise", () => {
      const desk = new Desk(Engine);
      desk.engine.enterList("one-triggers-other", [buy, target]);
      desk.sell(3, 100, 4);
      desk.news();
      desk.engine.cancel(9);
      expect(desk.news()).toEqual([
        ["cancelled", 0, 9, 6, "requested"],
        ["cancelled", 0, 1, 10, "contingency"],
      ]);
    });
  });

  test("bracket: the entry is filled, then target and stop update each other", () => {
    const desk = new Desk(Engine, { referencePrice: 100 });
    desk.sell(3, 100, 10);
    desk.engine.enterList("bracket", [
      { instrument: 0, orderId: 9, side: "buy", price: 100, quantity: 10 },
      target,
      stop,
    ]);
    desk.buy(4, 110, 4);
    desk.buy(5, 89, 9);
    desk.buy(6, 90, 1);
    desk.news();
    desk.sell(7, 90, 1);
    expect(desk.news()).toEqual([
      ["traded", 0, 6, 7, "sell", 90, 1, 0],
      ["triggered", 0, 2],
      ["traded", 0, 5, 2, "sell", 89, 6, 3],
      ["cancelled", 0, 1, 6, "contingency"],
    ]);
  });

  test("a list with a wrong order is refused whole", () => {
    const desk = new Desk(Engine);
    desk.engine.enterList("one-cancels-other", [target, { ...stop, triggerPrice: 0.5 }]);
    desk.engine.enterList("one-cancels-other", [target]);
    desk.engine.enterList("one-cancels-other", [target, { ...stop, orderId: 1 }]);
    desk.engine.enterList("one-cancels-other", [target, { ...stop, instrument: 1 }]);
    desk.engine.enterList("other" as never, [target, stop]);
    desk.engine.enterList("one-cancels-other", [target, { ...target, orderId: 2, postOnly: "reject" }]);
    expect(desk.news()).toEqual([
      ["rejected", 0, 2, "invalid-price"],
      ["rejected", 0, 1, "invalid-list"],
      ["rejected", 0, 1, "invalid-list"],
      ["rejected", 0, 2, "invalid-list"],
      ["rejected", 0, 1, "invalid-list"],
      ["rejected", 0, 2, "invalid-list"],
    ]);
    expect(desk.engine.size).toBe(0);
  });
});
