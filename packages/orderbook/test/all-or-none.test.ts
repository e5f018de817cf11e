// All-or-none (FIX 18 ExecInst=G) and fill-or-kill at a single price (FIX 59 TimeInForce=4).
import { describe, expect, test } from "vitest";
import { Desk, engines } from "./support/desk.ts";

describe.each(engines)("%s engine", (_name, Engine) => {
  describe("all or none: 100 lots at 50", () => {
    const whole = { orderId: 1, side: "buy", price: 50, quantity: 100, allOrNone: true } as const;

    test("trades at once when it can in full, at several prices", () => {
      const desk = new Desk(Engine);
      desk.sell(2, 49, 60);
      desk.sell(3, 50, 60);
      desk.news();
      expect(desk.enter(whole)).toBe(0);
      expect(desk.trades()).toEqual([
        [2, 1, 49, 60],
        [3, 1, 50, 40],
      ]);
    });

    test("otherwise it waits unseen, and trades as soon as enough is there", () => {
      const desk = new Desk(Engine);
      desk.sell(2, 50, 60);
      expect(desk.enter(whole)).toBe(100);
      expect(desk.last()).toEqual(["added", 0, 1, "buy", 50, 100, 0]);
      expect(desk.engine.best(0, "buy")).toBeUndefined();
      desk.news();
      desk.sell(3, 49, 39);
      expect(desk.news()).toEqual([["added", 0, 3, "sell", 49, 39, 39]]);
      desk.sell(4, 50, 5);
      expect(desk.news()).toEqual([
        ["added", 0, 4, "sell", 50, 5, 5],
        ["traded", 0, 3, 1, "buy", 49, 39, 0],
        ["traded", 0, 2, 1, "buy", 50, 60, 0],
        ["traded", 0, 4, 1, "buy", 50, 1, 4],
      ]);
    });

    test("an incoming order fills it in full or passes it by, after the others of its price", () => {
      const desk = new Desk(Engine);
      desk.enter(whole);
      desk.buy(2, 50, 10);
      desk.buy(3, 49, 10);
      desk.news();
      desk.engine.market(0, 4, "sell", 30);
      expect(desk.trades()).toEqual([
        [2, 4, 50, 10],
        [3, 4, 49, 10],
      ]);
      desk.news();
      desk.engine.market(0, 5, "sell", 100);
      expect(desk.trades()).toEqual([[1, 5, 50, 100]]);
    });

    test("a reduction can be what lets it trade", () => {
      const desk = new Desk(Engine);
      desk.sell(2, 50, 60);
      desk.enter(whole);
      desk.news();
      desk.engine.reduce(1, 45);
      expect(desk.news()).toEqual([
        ["reduced", 0, 1, 55, 0],
        ["traded", 0, 2, 1, "buy", 50, 55, 5],
      ]);
    });

    test("it takes no part in an auction", () => {
      const desk = new Desk(Engine, { phase: "opening-auction" });
      desk.enter(whole);
      desk.sell(2, 50, 100);
      expect(desk.engine.indicative(0)).toBeUndefined();
      desk.news();
      desk.engine.setPhase(0, "continuous");
      expect(desk.news()).toEqual([
        ["phaseChanged", 0, "continuous"],
        ["traded", 0, 2, 1, "buy", 50, 100, 0],
      ]);
    });
  });

  test("fill-or-kill at a single price: 10 lots at the best price or none", () => {
    const desk = new Desk(Engine);
    desk.sell(1, 50, 8);
    desk.sell(2, 51, 8);
    desk.news();
    const order = { side: "buy", price: 51, timeInForce: "fok", singlePrice: true } as const;
    desk.enter({ ...order, orderId: 3, quantity: 10 });
    expect(desk.news()).toEqual([["cancelled", 0, 3, 10, "unfilled"]]);
    desk.enter({ ...order, orderId: 4, quantity: 8 });
    expect(desk.trades()).toEqual([[1, 4, 50, 8]]);
  });
});
