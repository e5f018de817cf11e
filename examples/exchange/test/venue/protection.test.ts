import { describe, expect, test } from "vitest";
import { ALFA, BETA, smallConfig, TestDesk } from "./support/desk.ts";

/** The second instrument has an interruption: trades more than 25 from the last price (500) do not take place. */
const BOLT = { instrument: 1, quantity: 10 } as const;

describe("volatility auctions", () => {
  test("a trade too far from the last price becomes an auction, which ends by itself", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { ...BOLT, side: "sell", price: 530 });
    desk.take();
    desk.submit(BETA, "b1", { ...BOLT, price: 530 });
    expect(desk.take()).toEqual([
      "phaseChanged 1 volatility-auction",
      "orderAccepted #2(b1 new 0+10/10) 2",
      "bookAdded 1 2 buy 530 10",
    ]);
    expect(desk.venue.phase(1)).toBe("volatility-auction");
    desk.now += 5_000;
    desk.apply({ type: "advance", timeMicros: 0 });
    expect(desk.take("traded", "cross", "phase")).toEqual([
      "traded 1 1 530 10 #2(b1 filled 10+0/10) #1(a1 filled 10+0/10) auction",
      "crossTraded 1 volatility-auction 530 10 2",
      "phaseChanged 1 continuous",
    ]);
    expect(desk.venue.phase(0)).toBe("continuous");
  });
});

describe("the rarer orders", () => {
  test("a pegged order follows the best bid unseen, and trades behind what is shown", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { price: 9_990 });
    desk.take();
    desk.submit(ALFA, "peg", { orderType: "pegged", quantity: 50, extras: { peg: "primary" } });
    desk.submit(BETA, "b1", { price: 9_995, quantity: 20 });
    expect(desk.take("book", "orderR")).toEqual(["bookAdded 0 2 buy 9995 20"]);
    desk.submit(BETA, "b2", { side: "sell", price: 9_995, quantity: 60 });
    expect(desk.take("book", "hidden", "orderE")).toEqual([
      "bookExecuted 0 2 buy 9995 20 0 1",
      "orderExecuted #3(b1 filled 20+0/20) 5 1 9995 20 maker -40",
      "orderExecuted #4(b2 partially-filled 20+40/60) 6 1 9995 20 taker 60",
      "hiddenTraded 0 buy 9995 40 2",
      "orderExecuted #2(peg partially-filled 40+10/50) 7 2 9995 40 maker -80",
      "orderExecuted #4(b2 filled 60+0/60) 8 2 9995 40 taker 120",
    ]);
    desk.venue.audit();
  });

  test("a trailing stop goes up with the market and is triggered on the way down", () => {
    const desk = new TestDesk();
    const trade = (id: string, price: number): void => {
      desk.submit(ALFA, `s${id}`, { side: "sell", price, quantity: 10 });
      desk.submit(BETA, `b${id}`, { price, quantity: 10 });
    };
    trade("1", 10_000);
    desk.submit(ALFA, "trail", { side: "sell", orderType: "trailing-stop", extras: { trailAmount: 20 } });
    trade("2", 10_050);
    trade("3", 10_031);
    expect(desk.take("orderT")).toEqual([]);
    trade("4", 10_030);
    expect(desk.take("orderT")).toEqual([
      expect.stringMatching(/^orderTriggered #3\(trail new 0\+100\/100\)/),
    ]);
  });

  test("all or none waits until all of it can trade", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "all", { side: "sell", quantity: 100, extras: { allOrNone: true } });
    desk.submit(BETA, "b1", { quantity: 60 });
    expect(desk.take("traded")).toEqual([]);
    desk.submit(BETA, "b2", { quantity: 40 });
    expect(desk.take("traded").length).toBe(2);
    expect(desk.venue.orderByClientId(0, "all")).toMatchObject({ status: "filled" });
    desk.venue.audit();
  });
});

test("price limits: what is priced outside is priced at the limit, and its owner is told", () => {
  const [acme] = smallConfig.instruments;
  const priceLimits = {
    basisPoints: 500,
    window: 300_000_000,
    updateBasisPoints: 100,
    limitState: 15_000_000,
    pause: 300_000_000,
  };
  const desk = new TestDesk({ ...smallConfig, instruments: [{ ...acme!, priceLimits }] });
  desk.submit(BETA, "b1", { price: 10_600 });
  expect(desk.take("order", "book", "limit")).toEqual([
    "orderAccepted #1(b1 new 0+100/100) 1",
    "orderRestated #1(b1 new 0+100/100) 2 price-slid",
    "bookAdded 0 1 buy 10500 100",
    "limitStateChanged 0 up",
  ]);
  expect(desk.venue.reservations()).toEqual({ openOrders: 1, openNotional: 1_050_000 });
});
