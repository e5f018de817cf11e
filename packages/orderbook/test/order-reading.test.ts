// Random refreshes, changes of what is shown, and what can be read of a book.
import { type NewOrder, ReusableOrder } from "@exchange-kit/orderbook";
import { describe, expect, test } from "vitest";
import { Desk, engines } from "./support/desk.ts";

/** An order whose fields are not its own but come from its class. */
class Ticket implements NewOrder {
  get instrument(): number {
    return 0;
  }
  get orderId(): number {
    return 7;
  }
  get side(): "sell" {
    return "sell";
  }
  get price(): number {
    return 50;
  }
  get quantity(): number {
    return 40;
  }
  get displayQuantity(): number {
    return 10;
  }
}

describe.each(engines)("%s engine", (_name, Engine) => {
  test("an order may be an instance of a class, with getters", () => {
    const desk = new Desk(Engine);
    expect(desk.engine.enter(new Ticket())).toBe(40);
    expect(desk.last()).toEqual(["added", 0, 7, "sell", 50, 40, 10]);
  });

  test("one object can be entered again and again; what it lacks is refused as in any other", () => {
    const desk = new Desk(Engine);
    const order = new ReusableOrder();
    Object.assign(order, { instrument: 0, orderId: 1, price: 50, quantity: 40 });
    desk.engine.enter(order);
    expect(desk.last()).toEqual(["rejected", 0, 1, "invalid-order"]);
    order.side = "sell";
    order.displayQuantity = 10;
    desk.engine.enter(order);
    expect(desk.last()).toEqual(["added", 0, 1, "sell", 50, 40, 10]);
    order.orderId = 2;
    order.quantity = 7;
    order.displayQuantity = undefined;
    desk.engine.enter(order);
    expect(desk.last()).toEqual(["added", 0, 2, "sell", 50, 7, 7]);
    expect(desk.engine.order(1)).toMatchObject({ leavesQuantity: 40 });
    desk.engine.enter({ instrument: 0, orderId: 3, price: 50, quantity: 1 } as NewOrder);
    expect(desk.last()).toEqual(["rejected", 0, 3, "invalid-order"]);
  });

  test("a random refresh shows 5 to 15 lots: with seed 42 it is 11, 9, 14, 12, 6, 10 (mulberry32)", () => {
    const desk = new Desk(Engine);
    desk.enter({
      orderId: 1,
      side: "sell",
      price: 50,
      quantity: 1_000,
      displayQuantity: 10,
      displayLowQuantity: 5,
      displayHighQuantity: 15,
      randomSeed: 42,
    });
    desk.engine.market(0, 2, "buy", 62);
    expect(
      desk
        .news()
        .filter(([name]) => name === "refreshed")
        .map((event) => event[3]),
    ).toEqual([11, 9, 14, 12, 6, 10]);
  });

  describe("amend with another display quantity (FIX 1138; Nasdaq Equity 4, Rule 4703(h))", () => {
    function start(): Desk {
      const desk = new Desk(Engine);
      desk.enter({ orderId: 1, side: "sell", price: 50, quantity: 40, displayQuantity: 10 });
      desk.sell(2, 50, 5);
      desk.news();
      return desk;
    }

    test("to show more loses the place", () => {
      const desk = start();
      expect(desk.engine.amend(1, 50, 40, 20)).toBe(40);
      expect(desk.news()).toEqual([
        ["cancelled", 0, 1, 40, "replaced"],
        ["added", 0, 1, "sell", 50, 40, 20],
      ]);
      expect(desk.engine.queuePosition(1)).toBe(1);
    });

    test("to show less keeps it", () => {
      const desk = start();
      expect(desk.engine.amend(1, 50, 30, 4)).toBe(30);
      expect(desk.news()).toEqual([["reduced", 0, 1, 30, 4]]);
      expect(desk.engine.queuePosition(1)).toBe(0);
      desk.engine.market(0, 3, "buy", 4);
      expect(desk.last()).toEqual(["refreshed", 0, 1, 4]);
    });

    test("the same terms again leave what a refresh by chance shows", () => {
      const desk = new Desk(Engine);
      const random = { displayQuantity: 1, displayLowQuantity: 2, displayHighQuantity: 2, randomSeed: 0 };
      desk.enter({ orderId: 1, side: "buy", price: 50, quantity: 3, ...random });
      desk.sell(2, 50, 1);
      desk.engine.amend(1, 50, 3);
      expect(desk.last()).toEqual(["reduced", 0, 1, 2, 2]);
    });

    test("an order that showed all becomes an iceberg", () => {
      const desk = start();
      desk.engine.amend(2, 50, 5, 2);
      expect(desk.news()).toEqual([["reduced", 0, 2, 5, 2]]);
      expect(desk.engine.depth(0, "sell", 1)).toEqual([{ price: 50, quantity: 12, orders: 2 }]);
    });

    test("to hide it moves it behind those that are shown", () => {
      const desk = start();
      desk.engine.amend(1, 50, 40, 0);
      expect(desk.last()).toEqual(["added", 0, 1, "sell", 50, 40, 0]);
      expect(desk.engine.volumeAhead(1)).toBe(5);
    });

    test("not more than the order, not of a kind that cannot show", () => {
      const desk = start();
      desk.engine.amend(1, 50, 40, 41);
      desk.engine.amend(1, 50, 40, -1);
      desk.enter({ orderId: 3, side: "sell", price: 60, quantity: 10, allOrNone: true });
      desk.news();
      desk.engine.amend(3, 60, 10, 5);
      expect(desk.news()).toEqual([["rejected", 0, 3, "invalid-order"]]);
    });
  });

  test("queue position, volume ahead, statistics of a level, imbalance, and a walk over all orders", () => {
    const desk = new Desk(Engine);
    desk.enter({ orderId: 1, side: "sell", price: 50, quantity: 40, displayQuantity: 10 });
    desk.sell(2, 50, 5);
    desk.enter({ orderId: 3, side: "sell", price: 50, quantity: 7, displayQuantity: 0 });
    desk.sell(4, 52, 5);
    desk.buy(5, 49, 60);
    expect([1, 2, 3, 4].map((orderId) => desk.engine.queuePosition(orderId))).toEqual([0, 1, 2, 0]);
    expect([1, 2, 3, 4].map((orderId) => desk.engine.volumeAhead(orderId))).toEqual([0, 10, 15, 0]);
    expect(desk.engine.levelStatistics(0, "sell", 50)).toEqual({
      orders: 3,
      shownOrders: 2,
      shownQuantity: 15,
      quantity: 52,
      largestQuantity: 40,
      firstOrderId: 1,
    });
    expect(desk.engine.levelStatistics(0, "sell", 51)).toBeUndefined();
    expect(desk.engine.imbalance(0)).toBe((60 - 15) / 75);
    expect(desk.engine.imbalance(0, 2)).toBe(0.5);
    const rows: unknown[] = [];
    desk.engine.eachOrder(0, "sell", (...row) => void rows.push(row));
    expect(rows).toEqual([
      [1, 50, 40, 10],
      [2, 50, 5, 5],
      [3, 50, 7, 0],
      [4, 52, 5, 5],
    ]);
    expect(desk.engine.order(3)).toMatchObject({ status: "resting", type: "limit", timeInForce: "gtc" });
    desk.engine.cancelAll();
    expect(desk.engine.imbalance(0)).toBeUndefined();
  });
});
