// What protects a market: price limits (LULD Plan), volatility interruptions (T7), tick tables (MiFID II, RTS 11), board
// lots and the largest order (HKEX), order and level limits.
import { describe, expect, test } from "vitest";
import { Desk, engines } from "./support/desk.ts";

describe.each(engines)("%s engine", (_name, Engine) => {
  describe("price limits: reference 100.00, tier 1, so 95.00 and 105.00; 15 s, then 5 min (LULD Plan, V to VII)", () => {
    const second = 1;
    const priceLimits = {
      basisPoints: 500,
      window: 300 * second,
      updateBasisPoints: 100,
      limitState: 15 * second,
      pause: 300 * second,
    };
    const start = (): Desk => new Desk(Engine, { priceLimits, referencePrice: 10_000 });

    test("a bid above the upper limit is priced at it and buys nothing above (VI.A)", () => {
      const desk = start();
      desk.sell(1, 10_500, 1);
      desk.sell(2, 10_501, 5);
      desk.news();
      desk.buy(3, 10_700, 3);
      expect(desk.news()).toEqual([
        ["traded", 0, 1, 3, "buy", 10_500, 1, 0],
        ["added", 0, 3, "buy", 10_500, 2, 2],
        ["limitStateChanged", 0, "up"],
      ]);
      desk.engine.market(0, 4, "buy", 1);
      expect(desk.news()).toEqual([["cancelled", 0, 4, 1, "unfilled"]]);
    });

    test("the limit state ends when the bid does; otherwise trading pauses after 15 s, for 5 min", () => {
      const desk = start();
      desk.sell(1, 9_400, 1);
      expect(desk.news()).toEqual([
        ["added", 0, 1, "sell", 9_500, 1, 1],
        ["limitStateChanged", 0, "down"],
      ]);
      desk.engine.advance(14);
      desk.engine.cancel(1);
      expect(desk.news()).toEqual([
        ["cancelled", 0, 1, 1, "requested"],
        ["limitStateChanged", 0, "none"],
      ]);
      desk.sell(2, 9_500, 1);
      desk.news();
      desk.engine.advance(28);
      expect(desk.news()).toEqual([]);
      desk.engine.advance(29);
      expect(desk.news()).toEqual([
        ["limitStateChanged", 0, "none"],
        ["phaseChanged", 0, "volatility-auction"],
      ]);
      desk.buy(3, 9_300, 1);
      desk.sell(4, 9_300, 1);
      desk.news();
      desk.engine.advance(328);
      expect(desk.news()).toEqual([["indicative", 0, 9_300, 1, 0, undefined]]);
      desk.engine.advance(329);
      expect(desk.news()).toEqual([
        ["crossed", 0, 3, 4, 9_300, 1, 0, 0],
        ["phaseChanged", 0, "continuous"],
      ]);
      // The auction's price is the reference: 93.00 − 4.65 and + 4.65.
      expect(desk.engine.priceLimits(0)).toEqual({ lower: 8_835, upper: 9_765, state: "none" });
    });

    test("a band between two valid prices trades at these", () => {
      const priceLimits = {
        basisPoints: 100,
        window: 300,
        updateBasisPoints: 100,
        limitState: 15,
        pause: 300,
      };
      const desk = new Desk(Engine, { tickSize: 5, referencePrice: 102, priceLimits });
      expect(desk.engine.priceLimits(0)).toEqual({ lower: 100, upper: 105, state: "none" });
      desk.buy(1, 100, 1);
      desk.sell(2, 100, 1);
      expect(desk.last()).toEqual(["traded", 0, 1, 2, "sell", 100, 1, 0]);
    });

    test("the reference follows the mean of the window once it is 1 % away (V.A)", () => {
      const desk = start();
      desk.engine.advance(1_000);
      desk.trade(10_090);
      desk.engine.advance(1_001);
      expect(desk.engine.priceLimits(0)).toEqual({ lower: 9_500, upper: 10_500, state: "none" });
      desk.trade(10_120);
      desk.engine.advance(1_002);
      // The mean is 101.05: 5 % of it is 5.0525.
      expect(desk.engine.priceLimits(0)).toEqual({ lower: 9_600, upper: 10_610, state: "none" });
      desk.trade(10_600);
      desk.engine.advance(1_031);
      // Not within a tenth of the window of the last time.
      expect(desk.engine.priceLimits(0)?.upper).toBe(10_610);
      desk.engine.advance(1_032);
      expect(desk.engine.priceLimits(0)?.upper).toBe(10_784);
    });
  });

  describe("volatility interruption: trades more than 10 from the last price become an auction (T7)", () => {
    const volatilityInterruption = { range: 10, duration: 120 };
    const start = (): Desk => {
      const desk = new Desk(Engine, { volatilityInterruption, referencePrice: 100 });
      desk.sell(1, 108, 5);
      desk.sell(2, 111, 5);
      desk.news();
      return desk;
    };

    test("the incoming order trades up to the range and rests in the auction, which ends by itself", () => {
      const desk = start();
      desk.buy(3, 115, 8);
      expect(desk.news()).toEqual([
        ["traded", 0, 1, 3, "buy", 108, 5, 0],
        ["phaseChanged", 0, "volatility-auction"],
        ["added", 0, 3, "buy", 115, 3, 3],
      ]);
      desk.engine.advance(119);
      expect(desk.news()).toEqual([["indicative", 0, 111, 3, -2, undefined]]);
      desk.engine.advance(120);
      expect(desk.news()).toEqual([
        ["crossed", 0, 3, 2, 111, 3, 0, 2],
        ["phaseChanged", 0, "continuous"],
      ]);
    });

    test("a market order waits for the auction, an immediate one is cancelled", () => {
      const desk = start();
      desk.enter({ orderId: 3, side: "buy", price: 115, quantity: 8, timeInForce: "ioc" });
      expect(desk.news().slice(1)).toEqual([
        ["phaseChanged", 0, "volatility-auction"],
        ["cancelled", 0, 3, 3, "unfilled"],
      ]);
      const other = start();
      other.engine.market(0, 3, "buy", 8);
      expect(other.news().slice(1)).toEqual([
        ["phaseChanged", 0, "volatility-auction"],
        ["held", 0, 3, "buy", 3],
      ]);
    });

    test("within the range, and against nobody, trading goes on", () => {
      const desk = start();
      desk.buy(3, 110, 8);
      expect(desk.engine.phase(0)).toBe("continuous");
      desk.sell(4, 125, 1);
      // The last price is 108, so 111 is within the range and 125 is not.
      desk.buy(5, 130, 6);
      expect(desk.engine.phase(0)).toBe("volatility-auction");
    });
  });

  test("tick sizes by price: 1 below 50, 5 from 50, 10 from 100", () => {
    const tickBands = [
      { from: 50, tickSize: 5 },
      { from: 100, tickSize: 10 },
    ];
    const desk = new Desk(Engine, { tickBands });
    for (const [orderId, price] of [
      [1, 47],
      [2, 55],
      [3, 110],
      [4, 56],
      [5, 105],
    ] as const) {
      desk.buy(orderId, price, 1);
    }
    expect(desk.news().map(([name, , , reason]) => (name === "rejected" ? reason : name))).toEqual([
      "added",
      "added",
      "added",
      "off-tick-price",
      "off-tick-price",
    ]);
    desk.engine.cancelAll();
    // A tick behind the opposite best is that of the lower price for a buy, of the higher for a sell.
    desk.sell(6, 100, 1);
    desk.enter({ orderId: 7, side: "buy", price: 120, quantity: 1, postOnly: "slide" });
    expect(desk.engine.order(7)?.price).toBe(95);
    desk.engine.cancelAll();
    desk.buy(8, 50, 1);
    desk.enter({ orderId: 9, side: "sell", price: 30, quantity: 1, postOnly: "slide" });
    expect(desk.engine.order(9)?.price).toBe(55);
  });

  describe("whole board lots of 500 shares, at most 3,000 of them (HKEX, Trading Mechanism: auto-matching)", () => {
    const start = (): Desk => new Desk(Engine, { lotSize: 500, maximumQuantity: 3_000 * 500 });

    test.each([
      [500, "added"],
      [499, "off-lot-quantity"],
      [750, "off-lot-quantity"],
      [1_500_000, "added"],
      [1_500_500, "quantity-above-maximum"],
      [1_500_100, "off-lot-quantity"],
    ])("%i shares: %s", (quantity, outcome) => {
      const desk = start();
      desk.buy(1, 10, quantity);
      desk.engine.market(0, 2, "sell", quantity);
      const isTaken = outcome === "added";
      expect(desk.news().map(([name, , orderId, ...rest]) => [name, orderId, rest.at(-1)])).toEqual(
        isTaken
          ? [
              ["added", 1, quantity],
              ["traded", 1, 0],
            ]
          : [
              ["rejected", 1, outcome],
              ["rejected", 2, outcome],
            ],
      );
    });

    test("what is shown, taken off, or asked for instead is held to them too", () => {
      const desk = start();
      desk.buy(1, 10, 2_000);
      desk.news();
      desk.enter({ orderId: 2, side: "buy", price: 10, quantity: 1_000, displayQuantity: 100 });
      desk.engine.reduce(1, 250);
      desk.engine.replace(1, 11, 1_750);
      desk.engine.replace(1, 11, 1_500_500);
      desk.engine.amend(1, 10, 1_999);
      desk.engine.amend(1, 10, 1_500, 250);
      expect(desk.news().map((event) => event.slice(2))).toEqual([
        [2, "off-lot-quantity"],
        [1, "off-lot-quantity"],
        [1, "off-lot-quantity"],
        [1, "quantity-above-maximum"],
        [1, "off-lot-quantity"],
        [1, "off-lot-quantity"],
      ]);
      expect(desk.engine.order(1)).toMatchObject({ price: 10, leavesQuantity: 2_000 });
    });
  });

  test("a side has at most so many prices", () => {
    const desk = new Desk(Engine, { maximumLevels: 2 });
    desk.buy(1, 10, 1);
    desk.buy(2, 11, 1);
    desk.buy(3, 12, 1);
    expect(desk.last()).toEqual(["rejected", 0, 3, "too-many-levels"]);
    desk.buy(3, 11, 1);
    desk.sell(4, 12, 1);
    expect(desk.last()?.[0]).toBe("added");
    desk.engine.replace(3, 9, 1);
    expect(desk.last()).toEqual(["rejected", 0, 3, "too-many-levels"]);
    // The only order at its price takes the price along.
    desk.engine.replace(1, 9, 1);
    expect(desk.last()).toEqual(["added", 0, 1, "buy", 9, 1, 1]);
  });

  test("a session enters at most so many orders in an interval", () => {
    const desk = new Desk(Engine, {}, { orderLimit: { orders: 2, interval: 10 } });
    const order = { side: "buy", price: 10, quantity: 1, session: 5 } as const;
    desk.engine.advance(9);
    for (const orderId of [1, 2, 3]) desk.enter({ ...order, orderId });
    expect(desk.last()).toEqual(["rejected", 0, 3, "too-many-messages"]);
    desk.enter({ ...order, orderId: 3, session: 6 });
    desk.buy(4, 10, 1);
    expect(desk.engine.size).toBe(4);
    desk.engine.advance(10);
    desk.enter({ ...order, orderId: 5 });
    expect(desk.engine.size).toBe(5);
  });

  test("a session that disconnects leaves no order, others stay", () => {
    const desk = new Desk(Engine);
    desk.enter({ orderId: 1, side: "buy", price: 10, quantity: 1, session: 5 });
    desk.enter({ orderId: 2, side: "sell", price: 20, quantity: 1, session: 6 });
    desk.enter({ orderId: 3, side: "sell", type: "stop", triggerPrice: 5, quantity: 1, session: 5 });
    desk.buy(4, 9, 1);
    desk.news();
    expect(desk.engine.disconnect(5)).toBe(2);
    expect(desk.engine.disconnect(0)).toBe(0);
    expect(desk.news()).toEqual([
      ["cancelled", 0, 1, 1, "disconnected"],
      ["cancelled", 0, 3, 1, "disconnected"],
    ]);
  });
});
