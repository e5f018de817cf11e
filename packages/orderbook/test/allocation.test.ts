// How an incoming order is shared at a price: CME Group, "CME Globex Matching Algorithm Steps", and the notices it names.
import { type AllocationStep, cmeAllocation } from "@exchange-kit/orderbook";
import { describe, expect, test } from "vitest";
import { Desk, engines } from "./support/desk.ts";

describe.each(engines)("%s engine", (_name, Engine) => {
  /**
   * Bids of these quantities, in this order, at one price; accounts are 1, 2, …. Order 100 sells `quantity` there.
   *
   * @returns what each bid traded
   */
  function fills(allocation: readonly AllocationStep[], bids: readonly number[], quantity: number): number[] {
    const desk = new Desk(Engine, { allocation });
    for (const [index, bid] of bids.entries()) {
      desk.enter({ orderId: index + 1, side: "buy", price: 9_704, quantity: bid, account: index + 1 });
    }
    desk.sell(100, 9_704, quantity);
    return bids.map((bid, index) => bid - (desk.engine.order(index + 1)?.leavesQuantity ?? 0));
  }

  test("F: by time", () => {
    expect(fills(cmeAllocation("F"), [10, 5, 20], 12)).toEqual([10, 2, 0]);
  });

  test("C, step example: 50 lots over 5, 9, 57, 4, 28 and 300 with a minimum of 2 are 0, 0, 7, 0, 3 and 37", () => {
    const bids = [5, 9, 57, 4, 28, 300];
    // What is left of the three lots goes by time.
    expect(fills(cmeAllocation("C", { proRataMinimum: 2 }), bids, 50)).toEqual([3, 0, 7, 0, 3, 37]);
    expect(fills([{ step: "pro-rata", minimum: 2 }], bids, 50)).toEqual([3, 0, 7, 0, 3, 37]);
  });

  test("A, notice of 2005: 60 lots over a top order of 10 and orders of 5, 20, 50 and 75", () => {
    // Top 10; 50 pro rata of 150: 1.67 (a lot is nothing), 6.67, 16.67 and 25; the 3 left by time.
    expect(fills(cmeAllocation("A"), [10, 5, 20, 50, 75], 60)).toEqual([10, 3, 6, 16, 25]);
  });

  test("A, complex match example: 501 lots over a top order of 100 and 900, 200, 300, 400 and 100", () => {
    expect(fills(cmeAllocation("A"), [100, 900, 200, 300, 400, 100], 501)).toEqual([
      100, 191, 42, 63, 84, 21,
    ]);
  });

  test("O, corn options: a top order of at most 100 and at least 10, then pro rata; 200 lots over 150, 8 and 160", () => {
    const corn = cmeAllocation("O", { topMinimum: 10, topMaximum: 100 });
    // 100 to the top order; 100 over 50, 8 and 160: 22, 3 and 73; the 2 left by time.
    expect(fills(corn, [150, 8, 160], 200)).toEqual([124, 3, 73]);
    // An order below the minimum does not become the top order: 200 over 9, 150 and 160 is 5, 94 and 100.
    expect(fills(corn, [9, 150, 160], 200)).toEqual([6, 94, 100]);
  });

  test("Q: a lead market maker gets 40 % of what the top order leaves of 400 lots", () => {
    const leadMarketMakers = [{ account: 3, percent: 40 }];
    const steps = cmeAllocation("Q", { topMinimum: 25, topMaximum: 250, leadMarketMakers });
    // Top 250; 40 % of 150 is 60; 90 over 50, 15 and 100: 27, 8 and 54; the lot left by time.
    expect(fills(steps, [300, 15, 160], 400)).toEqual([278, 8, 114]);
  });

  test("S: top, then 10 % and 20 % to the lead market makers, then by time", () => {
    const leadMarketMakers = [
      { account: 3, percent: 10 },
      { account: 4, percent: 20 },
    ];
    // Top 10; of 20: 2 and 4; 14 by time: 10 and 4.
    expect(fills(cmeAllocation("S", { leadMarketMakers }), [10, 10, 10, 10], 30)).toEqual([10, 10, 6, 4]);
  });

  test("T: lead market makers without a top order; two orders of one maker share its part by time", () => {
    const leadMarketMakers = [{ account: 2, percent: 40 }];
    const desk = new Desk(Engine, { allocation: cmeAllocation("T", { leadMarketMakers }) });
    desk.buy(1, 100, 30);
    desk.enter({ orderId: 2, side: "buy", price: 100, quantity: 5, account: 2 });
    desk.enter({ orderId: 3, side: "buy", price: 100, quantity: 30, account: 2 });
    desk.news();
    desk.sell(4, 100, 20);
    expect(desk.trades()).toEqual([
      [1, 4, 100, 12],
      [2, 4, 100, 5],
      [3, 4, 100, 3],
    ]);
  });

  describe("K: top, lead market makers, 40 % by time, pro rata, a lot each for those left out, by time", () => {
    const parameters = { fifoPercent: 40, levels: true } as const;

    test("202 lots over 2, 51 (10 %), 47 (20 %), 100 and four times 1", () => {
      const leadMarketMakers = [
        { account: 2, percent: 10 },
        { account: 3, percent: 20 },
      ];
      // 2; 20 and 40 of 200; 56 of 140 by time: 31, 7 and 18; 84 over 82, 1, 1, 1 and 1: 80; a lot each.
      expect(
        fills(cmeAllocation("K", { ...parameters, leadMarketMakers }), [2, 51, 47, 100, 1, 1, 1, 1], 202),
      ).toEqual([2, 51, 47, 98, 1, 1, 1, 1]);
    });

    test("levelling begins with the largest: 8 lots over 1, 100, 30, 80, 30 and 60", () => {
      // 1; 40 % of 7 rounded up is 3; 4 over 97, 30, 80, 30 and 60: 1 and 1; a lot to 60, then to the first 30.
      expect(fills(cmeAllocation("K", parameters), [1, 100, 30, 80, 30, 60], 8)).toEqual([1, 4, 1, 1, 0, 1]);
    });
  });

  test("the top order is the one that bettered the market, until a better one comes or it shows a new part", () => {
    const desk = new Desk(Engine, { allocation: cmeAllocation("A") });
    desk.buy(1, 100, 10);
    desk.buy(2, 101, 10);
    desk.buy(3, 101, 90);
    desk.engine.cancel(2);
    // 101 has no top order any more: 90 and 10 share 50 lots as 45 and 5.
    desk.buy(4, 101, 10);
    desk.news();
    desk.sell(5, 101, 50);
    expect(desk.trades()).toEqual([
      [3, 5, 101, 45],
      [4, 5, 101, 5],
    ]);
    // Order 1 lost its place as the top order to order 2.
    desk.buy(6, 100, 30);
    desk.sell(7, 101, 50);
    desk.news();
    desk.sell(8, 100, 20);
    expect(desk.trades()).toEqual([
      [1, 8, 100, 5],
      [6, 8, 100, 15],
    ]);
  });

  test("only what is shown takes part; the whole price is filled before its hidden orders (display quantity, pro rata)", () => {
    const desk = new Desk(Engine, { allocation: cmeAllocation("C") });
    desk.enter({ orderId: 1, side: "buy", price: 100, quantity: 1_000, displayQuantity: 10 });
    desk.buy(2, 100, 30);
    desk.enter({ orderId: 3, side: "buy", price: 100, quantity: 5, displayQuantity: 0 });
    desk.news();
    desk.sell(4, 100, 20);
    expect(desk.trades()).toEqual([
      [1, 4, 100, 5],
      [2, 4, 100, 15],
    ]);
  });

  test("own orders of the price are dealt with before it is shared", () => {
    const desk = new Desk(Engine, { allocation: cmeAllocation("C") });
    desk.enter({ orderId: 1, side: "buy", price: 100, quantity: 10, selfTradeGroup: 7 });
    desk.buy(2, 100, 10);
    desk.news();
    desk.enter({
      orderId: 3,
      side: "sell",
      price: 100,
      quantity: 6,
      selfTradeGroup: 7,
      selfTradeMode: "cancel-oldest",
    });
    expect(desk.news()).toEqual([
      ["cancelled", 0, 1, 10, "self-trade"],
      ["traded", 0, 2, 3, "sell", 100, 6, 4],
    ]);
  });
});
