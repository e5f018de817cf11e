// What venues and FIX say about each order type, as examples with numbers, for both engines. Where a rule book prints
// an example, its numbers are used.
import { MatchingEngine, NaiveMatchingEngine, type NewOrder } from "@exchange-kit/orderbook";
import { beforeEach, describe, expect, test } from "vitest";
import { type EngineEvent, engineRecorder } from "./support/engine-recorder.ts";

describe.each([
  ["naive", NaiveMatchingEngine],
  ["fast", MatchingEngine],
] as const)("%s engine", (_name, Engine) => {
  let events: EngineEvent[];
  let engine: InstanceType<typeof Engine>;

  beforeEach(() => {
    events = [];
    engine = new Engine([{}], engineRecorder(events));
  });

  const enter = (order: Omit<NewOrder, "instrument">): number => engine.enter({ instrument: 0, ...order });
  const sell = (orderId: number, price: number, quantity: number): number =>
    engine.limit(0, orderId, "sell", price, quantity);
  const buy = (orderId: number, price: number, quantity: number): number =>
    engine.limit(0, orderId, "buy", price, quantity);
  /** [maker, taker, price, quantity] of the trades. */
  const trades = (): unknown[] =>
    events
      .filter(([name]) => name === "traded")
      .map(([, , maker, taker, , price, lots]) => [maker, taker, price, lots]);
  const last = (): EngineEvent => events.at(-1)!;

  describe("market order with protection (CME Globex order types: protection points 600)", () => {
    test("a bid fills at 90025, 90300 and 90550 and not at 90675, beyond 90625", () => {
      sell(1, 90_025, 2);
      sell(2, 90_300, 3);
      sell(3, 90_550, 3);
      sell(4, 90_675, 5);
      enter({ orderId: 5, side: "buy", type: "market", quantity: 10, price: 90_625 });
      expect(trades()).toEqual([
        [1, 5, 90_025, 2],
        [2, 5, 90_300, 3],
        [3, 5, 90_550, 3],
      ]);
      // FIX and Nasdaq cancel the rest of a market order, and come before CME, where it would rest at 90625.
      expect(last()).toEqual(["cancelled", 0, 5, 2, "unfilled"]);
    });

    test("an offer fills at 90000, 89900 and 89650 and not at 89300, beyond 89400", () => {
      buy(1, 90_000, 2);
      buy(2, 89_900, 3);
      buy(3, 89_650, 3);
      buy(4, 89_300, 5);
      enter({ orderId: 5, side: "sell", type: "market", quantity: 10, price: 89_400 });
      expect(trades()).toEqual([
        [1, 5, 90_000, 2],
        [2, 5, 89_900, 3],
        [3, 5, 89_650, 3],
      ]);
    });
  });

  test("market-to-limit: trades at the best price only, the rest rests there (FIX OrdType=K, CME market-limit)", () => {
    sell(1, 101, 4);
    sell(2, 102, 4);
    expect(enter({ orderId: 3, side: "buy", type: "market-to-limit", quantity: 10 })).toBe(6);
    expect(trades()).toEqual([[1, 3, 101, 4]]);
    expect(last()).toEqual(["added", 0, 3, "buy", 101, 6, 6]);
    enter({ orderId: 4, side: "sell", type: "market-to-limit", quantity: 6 });
    enter({ orderId: 5, side: "sell", type: "market-to-limit", quantity: 1 });
    expect(last()).toEqual(["cancelled", 0, 5, 1, "unfilled"]);
  });

  describe("stops (FIX OrdType=3 and 4, CME stop-limit)", () => {
    beforeEach(() => {
      sell(1, 100, 1);
      engine.market(0, 2, "buy", 1); // last price 100
      events.length = 0;
    });

    test("a buy stop waits for a trade at its price or above, then takes at any price", () => {
      sell(3, 105, 1);
      sell(4, 107, 5);
      enter({ orderId: 5, side: "buy", type: "stop", triggerPrice: 105, quantity: 3 });
      expect(last()).toEqual(["held", 0, 5, "buy", 3]);
      expect(engine.best(0, "buy")).toBeUndefined();
      engine.market(0, 6, "buy", 1);
      expect(events.slice(3)).toEqual([
        ["traded", 0, 3, 6, "buy", 105, 1, 0],
        ["triggered", 0, 5],
        ["traded", 0, 4, 5, "buy", 107, 3, 2],
      ]);
    });

    test("a sell stop-limit that is triggered rests at its limit when nobody pays it", () => {
      buy(3, 95, 2);
      enter({ orderId: 4, side: "sell", type: "stop-limit", triggerPrice: 96, price: 95, quantity: 5 });
      engine.market(0, 5, "sell", 1);
      expect(events.slice(2)).toEqual([
        ["traded", 0, 3, 5, "sell", 95, 1, 1],
        ["triggered", 0, 4],
        ["traded", 0, 3, 4, "sell", 95, 1, 0],
        ["added", 0, 4, "sell", 95, 4, 4],
      ]);
    });

    test("a stop whose price was already reached is triggered at once", () => {
      sell(3, 110, 1);
      enter({ orderId: 4, side: "buy", type: "stop", triggerPrice: 99, quantity: 1 });
      expect(events.slice(1)).toEqual([
        ["triggered", 0, 4],
        ["traded", 0, 3, 4, "buy", 110, 1, 0],
      ]);
    });

    test("stops that one trade triggers act as they were entered, and may trigger others", () => {
      for (const [orderId, price] of [
        [10, 101],
        [11, 102],
        [12, 103],
        [13, 104],
      ] as const) {
        sell(orderId, price, 1);
      }
      enter({ orderId: 20, side: "buy", type: "stop", triggerPrice: 103, quantity: 1 });
      enter({ orderId: 21, side: "buy", type: "stop", triggerPrice: 101, quantity: 1 });
      enter({ orderId: 22, side: "buy", type: "stop", triggerPrice: 101, quantity: 1 });
      engine.market(0, 30, "buy", 1);
      expect(trades()).toEqual([
        [10, 30, 101, 1],
        [11, 21, 102, 1],
        [12, 22, 103, 1],
        [13, 20, 104, 1],
      ]);
    });

    test("a buy if-touched waits for a trade at its price or below (FIX OrdType=J)", () => {
      enter({ orderId: 3, side: "buy", type: "market-if-touched", triggerPrice: 98, quantity: 2 });
      enter({ orderId: 4, side: "buy", type: "limit-if-touched", triggerPrice: 97, price: 99, quantity: 2 });
      buy(5, 98, 1);
      sell(6, 101, 9);
      engine.market(0, 7, "sell", 1);
      expect(events.slice(4)).toEqual([
        ["traded", 0, 5, 7, "sell", 98, 1, 0],
        ["triggered", 0, 3],
        ["traded", 0, 6, 3, "buy", 101, 2, 7],
      ]);
      expect(engine.heldOrders(0).map(({ orderId }) => orderId)).toEqual([4]);
    });
  });

  describe("iceberg (FIX 1138 DisplayQty; CME display quantity: a refresh goes to the back)", () => {
    test("1000 lots that show 100: each part trades in turn with the others of the price", () => {
      enter({ orderId: 1, side: "sell", price: 50, quantity: 1_000, displayQuantity: 100 });
      sell(2, 50, 60);
      expect(events[0]).toEqual(["added", 0, 1, "sell", 50, 1_000, 100]);
      expect(engine.depth(0, "sell", 1)).toEqual([{ price: 50, quantity: 160, orders: 2 }]);
      engine.market(0, 3, "buy", 230);
      expect(events.slice(2)).toEqual([
        ["traded", 0, 1, 3, "buy", 50, 100, 900],
        ["refreshed", 0, 1, 100],
        ["traded", 0, 2, 3, "buy", 50, 60, 0],
        ["traded", 0, 1, 3, "buy", 50, 70, 830],
      ]);
      expect(engine.order(1)).toMatchObject({
        leavesQuantity: 830,
        displayedQuantity: 30,
        filledQuantity: 170,
      });
    });

    test("it takes with all of it when it comes in", () => {
      sell(1, 50, 30);
      enter({ orderId: 2, side: "buy", price: 50, quantity: 100, displayQuantity: 10 });
      expect(trades()).toEqual([[1, 2, 50, 30]]);
      expect(last()).toEqual(["added", 0, 2, "buy", 50, 70, 10]);
    });

    test("a reduction takes the reserve first and keeps the place", () => {
      enter({ orderId: 1, side: "sell", price: 50, quantity: 25, displayQuantity: 10 });
      expect(engine.reduce(1, 14)).toBe(11);
      expect(last()).toEqual(["reduced", 0, 1, 11, 10]);
      expect(engine.reduce(1, 3)).toBe(8);
      expect(last()).toEqual(["reduced", 0, 1, 8, 8]);
    });
  });

  test("hidden orders trade after those shown at their price, before worse prices (Nasdaq 4757(a)(1))", () => {
    enter({ orderId: 1, side: "sell", price: 50, quantity: 10, displayQuantity: 0 });
    sell(2, 50, 10);
    sell(3, 51, 10);
    expect(engine.depth(0, "sell", 5).map(({ price, quantity }) => [price, quantity])).toEqual([
      [50, 10],
      [51, 10],
    ]);
    engine.market(0, 4, "buy", 25);
    expect(trades()).toEqual([
      [2, 4, 50, 10],
      [1, 4, 50, 10],
      [3, 4, 51, 5],
    ]);
  });

  describe("post-only (FIX 18 ExecInst=6, participate don't initiate)", () => {
    beforeEach(() => void sell(1, 50, 10));

    test("reject refuses an order that would take", () => {
      expect(enter({ orderId: 2, side: "buy", price: 50, quantity: 5, postOnly: "reject" })).toBe(0);
      expect(last()).toEqual(["rejected", 0, 2, "would-take"]);
      expect(enter({ orderId: 2, side: "buy", price: 49, quantity: 5, postOnly: "reject" })).toBe(5);
    });

    test("slide moves it one tick behind the best opposite price", () => {
      enter({ orderId: 2, side: "buy", price: 55, quantity: 5, postOnly: "slide" });
      expect(last()).toEqual(["added", 0, 2, "buy", 49, 5, 5]);
    });

    test("it stays post-only when it is replaced", () => {
      enter({ orderId: 2, side: "buy", price: 49, quantity: 5, postOnly: "reject" });
      engine.replace(2, 50, 5);
      expect(last()).toEqual(["rejected", 0, 2, "would-take"]);
      expect(engine.order(2)?.price).toBe(49);
    });
  });

  describe("price bands: limits far from the last price, or outside the static band, are refused (CME price banding)", () => {
    beforeEach(() => {
      engine = new Engine(
        [{ referencePrice: 100, dynamicBand: 10, lowestPrice: 92 }],
        engineRecorder(events),
      );
    });

    test("either way of the last price, and the band moves with it", () => {
      expect(buy(1, 111, 1)).toBe(0);
      expect(last()).toEqual(["rejected", 0, 1, "price-outside-band"]);
      expect(buy(1, 110, 1)).toBe(1);
      engine.market(0, 2, "sell", 1); // last price 110
      expect(buy(3, 120, 1)).toBe(1);
      expect(engine.replace(3, 121, 1)).toBe(0);
      expect(last()).toEqual(["rejected", 0, 3, "price-outside-band"]);
      expect(buy(4, 99, 1)).toBe(0);
    });

    test("the static band holds beside it", () => {
      expect(buy(1, 91, 1)).toBe(0);
      expect(last()).toEqual(["rejected", 0, 1, "price-outside-band"]);
      expect(buy(1, 92, 1)).toBe(1);
    });
  });

  describe("time in force (FIX 59)", () => {
    test("ioc trades what it can and cancels the rest", () => {
      sell(1, 50, 4);
      enter({ orderId: 2, side: "buy", price: 50, quantity: 10, timeInForce: "ioc" });
      expect(events.slice(1)).toEqual([
        ["traded", 0, 1, 2, "buy", 50, 4, 0],
        ["cancelled", 0, 2, 6, "unfilled"],
      ]);
    });

    test("fok trades in full at several prices, or not at all", () => {
      sell(1, 50, 4);
      enter({ orderId: 9, side: "sell", price: 51, quantity: 6, displayQuantity: 2 });
      enter({ orderId: 2, side: "buy", price: 51, quantity: 11, timeInForce: "fok" });
      expect(last()).toEqual(["cancelled", 0, 2, 11, "unfilled"]);
      enter({ orderId: 3, side: "buy", price: 51, quantity: 10, timeInForce: "fok" });
      expect(trades()).toHaveLength(4);
      expect(engine.size).toBe(0);
    });

    test("minimum quantity: at least so much at once, or it is cancelled; the rest is placed on the book (CME)", () => {
      sell(1, 50, 4);
      enter({ orderId: 2, side: "buy", price: 50, quantity: 10, minimumQuantity: 5 });
      expect(last()).toEqual(["cancelled", 0, 2, 10, "unfilled"]);
      enter({ orderId: 3, side: "buy", price: 50, quantity: 10, minimumQuantity: 4 });
      expect(trades()).toEqual([[1, 3, 50, 4]]);
      expect(last()).toEqual(["added", 0, 3, "buy", 50, 6, 6]);
    });

    test("gtd ends at its time, by time, then as entered; day ends with the day", () => {
      enter({ orderId: 1, side: "buy", price: 50, quantity: 1, timeInForce: "gtd", expireTime: 20 });
      enter({ orderId: 2, side: "buy", price: 50, quantity: 1, timeInForce: "gtd", expireTime: 10 });
      enter({ orderId: 3, side: "buy", price: 50, quantity: 1, timeInForce: "gtd", expireTime: 20 });
      enter({ orderId: 4, side: "buy", price: 50, quantity: 1, timeInForce: "day" });
      engine.advance(19);
      engine.advance(20);
      engine.setPhase(0, "closed");
      expect(events.slice(4)).toEqual([
        ["cancelled", 0, 2, 1, "expired"],
        ["cancelled", 0, 1, 1, "expired"],
        ["cancelled", 0, 3, 1, "expired"],
        ["cancelled", 0, 4, 1, "expired"],
        ["phaseChanged", 0, "closed"],
      ]);
    });

    test("an order that is replaced again and again ends once, and its ends do not gather", () => {
      enter({ orderId: 1, side: "buy", price: 50, quantity: 1, timeInForce: "gtd", expireTime: 20 });
      // Each of these took longer than the one before when the ends of all replaces were kept.
      for (let price = 1; price <= 3_000; price++) engine.replace(1, price, 1);
      events.length = 0;
      engine.advance(20);
      expect(events).toEqual([["cancelled", 0, 1, 1, "expired"]]);
    });

    test("what an order traded and what a replace leaves open are one quantity, of 2^30 − 1 at most", () => {
      const most = 2 ** 30 - 1;
      sell(1, 50, most);
      buy(2, 50, most - 10);
      expect(engine.replace(1, 50, 11)).toBe(0);
      expect(last()).toEqual(["rejected", 0, 1, "invalid-quantity"]);
      expect(engine.replace(1, 51, 10)).toBe(10);
      expect(engine.order(1)).toMatchObject({ price: 51, leavesQuantity: 10, filledQuantity: most - 10 });
    });

    test("an id used again does not inherit the end of its first order", () => {
      enter({ orderId: 1, side: "buy", price: 50, quantity: 1, timeInForce: "gtd", expireTime: 20 });
      engine.cancel(1);
      enter({ orderId: 1, side: "buy", price: 50, quantity: 1, account: 7 });
      engine.advance(100);
      expect(engine.order(1)?.leavesQuantity).toBe(1);
    });
  });

  describe("amend (FIX OrderCancelReplaceRequest: OrderQty counts what traded)", () => {
    beforeEach(() => {
      sell(1, 50, 10);
      sell(2, 50, 10);
      engine.market(0, 3, "buy", 4); // order 1: 4 traded, 6 open
      events.length = 0;
    });

    test("a smaller total keeps the place", () => {
      expect(engine.amend(1, 50, 7)).toBe(3);
      expect(events).toEqual([["reduced", 0, 1, 3, 3]]);
      expect(engine.volumeAhead(2)).toBe(3);
    });

    test("a larger total loses it", () => {
      expect(engine.amend(1, 50, 12)).toBe(8);
      expect(events).toEqual([
        ["cancelled", 0, 1, 6, "replaced"],
        ["added", 0, 1, "sell", 50, 8, 8],
      ]);
      expect(engine.volumeAhead(1)).toBe(10);
      expect(engine.order(1)?.filledQuantity).toBe(4);
    });

    test("a total that traded already ends the order: no double fill", () => {
      expect(engine.amend(1, 50, 4)).toBe(0);
      expect(events).toEqual([["cancelled", 0, 1, 6, "requested"]]);
    });
  });

  describe("mass cancel (FIX OrderMassCancelRequest)", () => {
    test("of an account, a session, a side: best prices first", () => {
      enter({ orderId: 1, side: "buy", price: 48, quantity: 1, account: 7, session: 1 });
      enter({ orderId: 2, side: "buy", price: 49, quantity: 1, account: 7, session: 2 });
      enter({ orderId: 3, side: "sell", price: 51, quantity: 1, account: 8, session: 2 });
      enter({ orderId: 4, side: "sell", type: "stop", triggerPrice: 40, quantity: 1, account: 7 });
      buy(5, 47, 1);
      events.length = 0;
      expect(engine.cancelAll({ account: 7 })).toBe(3);
      expect(events.map(([, , orderId, , reason]) => [orderId, reason])).toEqual([
        [2, "mass-cancel"],
        [1, "mass-cancel"],
        [4, "mass-cancel"],
      ]);
      expect(engine.cancelAll({ session: 2 })).toBe(1);
      expect(engine.cancelAll({ side: "sell" })).toBe(0);
      expect(engine.cancelAll({ instrument: 1 })).toBe(0);
      expect(engine.cancelAll()).toBe(1);
    });
  });

  describe("self-trade prevention (Nasdaq 4757(a)(4); FIX 2964): resting 10 of the group, then 5 of another", () => {
    beforeEach(() => {
      enter({ orderId: 1, side: "sell", price: 50, quantity: 10, selfTradeGroup: 3 });
      sell(2, 50, 5);
      events.length = 0;
    });
    const take = (quantity: number, selfTradeMode: NonNullable<NewOrder["selfTradeMode"]>): number =>
      enter({ orderId: 3, side: "buy", price: 50, quantity, selfTradeGroup: 3, selfTradeMode });

    test("cancel-newest ends the incoming order", () => {
      take(12, "cancel-newest");
      expect(events).toEqual([["cancelled", 0, 3, 12, "self-trade"]]);
    });

    test("cancel-oldest ends the resting one and goes on", () => {
      take(4, "cancel-oldest");
      expect(events).toEqual([
        ["cancelled", 0, 1, 10, "self-trade"],
        ["traded", 0, 2, 3, "buy", 50, 4, 1],
      ]);
    });

    test("cancel-both ends both", () => {
      take(12, "cancel-both");
      expect(events).toEqual([
        ["cancelled", 0, 1, 10, "self-trade"],
        ["cancelled", 0, 3, 12, "self-trade"],
      ]);
    });

    test("decrement takes the smaller quantity off both: here the resting order ends", () => {
      take(12, "decrement");
      expect(events).toEqual([
        ["cancelled", 0, 1, 10, "self-trade"],
        ["reduced", 0, 3, 2, 0],
        ["traded", 0, 2, 3, "buy", 50, 2, 3],
      ]);
    });

    test("decrement: here the incoming order ends and the resting one keeps its place", () => {
      take(4, "decrement");
      expect(events).toEqual([
        ["reduced", 0, 1, 6, 6],
        ["cancelled", 0, 3, 4, "self-trade"],
      ]);
    });

    test("other groups trade as always", () => {
      enter({ orderId: 3, side: "buy", price: 50, quantity: 10, selfTradeGroup: 4 });
      expect(trades()).toEqual([[1, 3, 50, 10]]);
    });
  });
});
