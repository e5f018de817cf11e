import { describe, expect, test } from "vitest";
import type { SubmitOrder, VenueCommand } from "../../src/venue/commands.ts";
import { ALFA, ALFA2, BETA, smallConfig, TestDesk } from "./support/desk.ts";

describe("an order's life", () => {
  test("an incoming order trades with the one that rests, and both owners are told", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "sell", price: 10_010, quantity: 300 });
    desk.submit(BETA, "b1", { side: "buy", price: 10_010, quantity: 100 });
    expect(desk.take()).toEqual([
      "orderAccepted #1(a1 new 0+300/300) 1",
      "bookAdded 0 1 sell 10010 300",
      "orderAccepted #2(b1 new 0+100/100) 2",
      "bookExecuted 0 1 sell 10010 100 200 1",
      "orderExecuted #1(a1 partially-filled 100+200/300) 3 1 10010 100 maker -200",
      "orderExecuted #2(b1 filled 100+0/100) 4 1 10010 100 taker 300",
      "traded 1 0 10010 100 #2(b1 filled 100+0/100) #1(a1 partially-filled 100+200/300) buy",
    ]);
  });

  test("the average price is exact: value over quantity", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "sell", price: 10_001, quantity: 100 });
    desk.submit(ALFA, "a2", { side: "sell", price: 10_002, quantity: 200 });
    desk.submit(BETA, "b1", { price: 10_002, quantity: 300 });
    const order = desk.venue.orderByClientId(BETA.account, "b1")!;
    expect(order).toMatchObject({ status: "filled", cumulativeQuantity: 300, tradedValue: 3_000_500 });
  });

  test("a market order that finds too little is cancelled for the rest", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "sell", quantity: 30 });
    desk.take();
    desk.submit(BETA, "b1", { orderType: "market", quantity: 100 });
    expect(desk.take("orderE", "orderC")).toEqual([
      "orderExecuted #1(a1 filled 30+0/30) 3 1 10000 30 maker -60",
      "orderExecuted #2(b1 partially-filled 30+70/100) 4 1 10000 30 taker 90",
      "orderCancelled #2(b1 cancelled 30+0/100) 5 70 unfilled",
    ]);
  });

  test("a stop order waits unseen, is triggered, and trades", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "sell", price: 10_005, quantity: 100 });
    desk.submit(ALFA, "a2", { side: "sell", price: 10_006, quantity: 100 });
    desk.take();
    desk.submit(BETA, "b1", { orderType: "stop", triggerPrice: 10_005, quantity: 50 });
    expect(desk.take()).toEqual(["orderAccepted #3(b1 new 0+50/50) 3"]);
    expect(desk.venue.orderByClientId(BETA.account, "b1")).toMatchObject({ isWaiting: true });
    desk.submit(BETA, "b2", { price: 10_005, quantity: 100 });
    expect(desk.take("orderT", "traded")).toEqual([
      "traded 1 0 10005 100 #4(b2 filled 100+0/100) #1(a1 filled 100+0/100) buy",
      "orderTriggered #3(b1 new 0+50/50) 7",
      "traded 2 0 10006 50 #3(b1 filled 50+0/50) #2(a2 partially-filled 50+50/100) buy",
    ]);
  });

  test("an order good till a date ends when its time has come, with whatever command comes next", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { timeInForce: "gtd", expireTimeMicros: desk.now + 1_500 });
    desk.take();
    desk.apply({ type: "advance", timeMicros: 0 });
    expect(desk.take()).toEqual([
      "bookDeleted 0 1 buy",
      "orderCancelled #1(a1 expired 0+0/100) 2 100 expired",
    ]);
  });

  test("a post-only order slides behind the best offer, which is a restatement", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "sell", price: 10_010 });
    desk.take();
    desk.submit(BETA, "b1", { price: 10_020, postOnly: "slide" });
    expect(desk.take()).toEqual([
      "orderAccepted #2(b1 new 0+100/100) 2",
      "orderRestated #2(b1 new 0+100/100) 3 price-slid",
      "bookAdded 0 2 buy 10009 100",
    ]);
    expect(desk.venue.reservations()).toEqual({ openOrders: 2, openNotional: 100 * 10_010 + 100 * 10_009 });
  });

  test("orders of one group do not trade: decrement takes lots off both", () => {
    const desk = new TestDesk();
    const group = { selfTradeGroup: 7, selfTradeMode: "decrement" } as const;
    desk.submit(ALFA, "a1", { side: "sell", quantity: 100, ...group });
    desk.take();
    desk.submit(ALFA2, "b1", { side: "buy", quantity: 30, ...group });
    expect(desk.take()).toEqual([
      "orderAccepted #2(b1 new 0+30/30) 2",
      "orderRestated #1(a1 new 0+70/70) 3 self-trade",
      "bookReduced 0 1 sell 30 70",
      "orderCancelled #2(b1 cancelled 0+0/30) 4 30 self-trade",
    ]);
    expect(desk.venue.reservations()).toEqual({ openOrders: 1, openNotional: 700_000 });
  });
});

describe("what the public sees", () => {
  test("an iceberg shows its part, and the next part under a new number behind the others", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "sell", quantity: 250, displayQuantity: 100 });
    desk.submit(ALFA, "a2", { side: "sell", quantity: 50 });
    desk.submit(BETA, "b1", { quantity: 160 });
    expect(desk.take("book")).toEqual([
      "bookAdded 0 1 sell 10000 100",
      "bookAdded 0 2 sell 10000 50",
      "bookExecuted 0 1 sell 10000 100 0 1",
      "bookAdded 0 3 sell 10000 100",
      "bookExecuted 0 2 sell 10000 50 0 2",
      "bookExecuted 0 3 sell 10000 10 90 3",
    ]);
  });

  test("a hidden order is a trade without an order; no number is left out for it", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "sell", quantity: 100, displayQuantity: 0 });
    desk.submit(ALFA, "a2", { side: "sell", price: 10_001, quantity: 100 });
    desk.submit(BETA, "b1", { quantity: 40 });
    expect(desk.take("book", "hidden")).toEqual([
      "bookAdded 0 1 sell 10001 100",
      "hiddenTraded 0 sell 10000 40 1",
    ]);
    expect(desk.venue.depth(0, "sell", 5)).toEqual([{ price: 10_001, quantity: 100, orders: 1 }]);
  });

  test("an auction: indicative price as time passes, then each order's part, the cross, the phase", () => {
    const desk = new TestDesk(smallConfig, undefined, "pre-open");
    desk.submit(ALFA, "a1", { side: "sell", price: 9_990, quantity: 100 });
    desk.submit(BETA, "b1", { side: "buy", price: 10_010, quantity: 60 });
    desk.take();
    desk.apply({ type: "advance", timeMicros: 0 });
    desk.apply({ type: "advance", timeMicros: 0 });
    expect(desk.take()).toEqual(["indicativeChanged 0 9990 60 -40 undefined"]);
    desk.apply({ type: "phase", timeMicros: 0, instrument: 0, phase: "continuous" });
    expect(desk.take()).toEqual([
      "bookCrossed 0 2 buy 9990 60 0 1",
      "bookCrossed 0 1 sell 9990 60 40 1",
      "orderExecuted #2(b1 filled 60+0/60) 3 1 9990 60 auction 60",
      "orderExecuted #1(a1 partially-filled 60+40/100) 4 1 9990 60 auction 60",
      "traded 1 0 9990 60 #2(b1 filled 60+0/60) #1(a1 partially-filled 60+40/100) auction",
      "crossTraded 0 pre-open 9990 60 2",
      "phaseChanged 0 continuous",
    ]);
  });

  test("what gathered before a halt trades when it ends without another call, and the public is told", () => {
    const desk = new TestDesk(smallConfig, undefined, "pre-open");
    desk.submit(ALFA, "a1", { side: "sell", price: 9_990, quantity: 100 });
    desk.submit(BETA, "b1", { side: "buy", price: 9_990, quantity: 60 });
    desk.apply({ type: "halt", timeMicros: 0, instrument: 0, reason: "T1" });
    desk.take();
    desk.apply({ type: "resume", timeMicros: 0, instrument: 0, phase: "continuous" });
    expect(desk.take("book", "cross", "phase")).toEqual([
      "bookCrossed 0 2 buy 9990 60 0 1",
      "bookCrossed 0 1 sell 9990 60 40 1",
      "crossTraded 0 halted 9990 60 2",
      "phaseChanged 0 continuous",
    ]);
    // With nothing to trade there is no cross.
    desk.apply({ type: "halt", timeMicros: 0, instrument: 0, reason: "T1" });
    desk.apply({ type: "resume", timeMicros: 0, instrument: 0, phase: "continuous" });
    expect(desk.take("cross")).toEqual([]);
  });

  test("a halt: nothing trades, cancels pass, and the way back is an auction", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "sell" });
    desk.take();
    desk.apply({ type: "halt", timeMicros: 0, instrument: 0, reason: "T1" });
    desk.submit(BETA, "b1");
    desk.apply({ type: "phase", timeMicros: 0, instrument: 0, phase: "continuous" });
    desk.cancel(ALFA, "a1");
    desk.apply({ type: "resume", timeMicros: 0, instrument: 0, phase: "volatility-auction" });
    expect(desk.take()).toEqual([
      "phaseChanged 0 halted T1",
      "orderRejected submit:b1 2 phase-forbids-order",
      "operationRejected phase already-halted",
      "bookDeleted 0 1 sell",
      "orderCancelled #1(a1 cancelled 0+0/100) 3 100 requested",
      "phaseChanged 0 volatility-auction",
    ]);
  });
});

describe("cancel", () => {
  test.each<[string, VenueCommand]>([
    [
      "mass-cancel",
      {
        type: "mass-cancel",
        timeMicros: 0,
        session: BETA.session,
        account: -1,
        ofSession: -1,
        instrument: -1,
        side: "both",
        clientOrderId: "",
      },
    ],
    [
      "kill-switch",
      { type: "kill-switch", timeMicros: 0, of: "firm", index: 1, actor: "officer", isOn: true },
    ],
    ["disconnect", { type: "session-disconnected", timeMicros: 0, session: BETA.session }],
  ])("of several orders ends all of them: none trades on the way (%s)", (reason, command) => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "sell", price: 10_005, displayQuantity: 0 });
    desk.submit(ALFA, "a2", { side: "sell", price: 10_020 });
    desk.submit(BETA, "b1", { side: "sell", price: 10_000 });
    const extras = { peg: "market", pegOffset: -5 } as const;
    desk.submit(BETA, "peg", { orderType: "pegged", extras });
    desk.take();
    desk.apply(command);
    expect(desk.take("order")).toEqual([
      `orderCancelled #4(peg cancelled 0+0/100) 5 100 ${reason}`,
      `orderCancelled #3(b1 cancelled 0+0/100) 6 100 ${reason}`,
    ]);
  });

  test("of an order has its id in the end of that order only, not of one that it sets in motion", () => {
    const desk = new TestDesk();
    const group = { selfTradeGroup: 1 } as const;
    desk.submit(ALFA, "a1", { side: "sell", price: 10_000 });
    desk.submit(ALFA, "a2", { side: "sell", price: 10_020 });
    desk.submit(BETA, "b1", { side: "sell", price: 10_005, displayQuantity: 0, ...group });
    const extras = { peg: "market", pegOffset: -5 } as const;
    desk.submit(BETA, "peg", { orderType: "pegged", extras, ...group });
    desk.take();
    desk.cancel(ALFA, "a1", { clientOrderId: "x1" });
    expect(desk.take("orderC")).toEqual([
      "orderCancelled #1(a1 cancelled 0+0/100) 5 100 requested x1",
      "orderCancelled #4(peg cancelled 0+0/100) 6 100 self-trade",
    ]);
  });

  test("ends what is open; a second one is too late and changes nothing", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1");
    desk.take();
    desk.cancel(ALFA, "a1", { clientOrderId: "x1" });
    desk.cancel(ALFA, "a1", { clientOrderId: "x2" });
    expect(desk.take()).toEqual([
      "bookDeleted 0 1 buy",
      "orderCancelled #1(a1 cancelled 0+0/100) 2 100 requested x1",
      "cancelRejected cancel:x2 3 #1(a1 cancelled 0+0/100) too-late",
    ]);
  });

  test("by the venue's order id, when no client order id is given", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1");
    desk.take();
    desk.cancel(ALFA, "", { orderId: 1 });
    expect(desk.take("order")).toEqual(["orderCancelled #1(a1 cancelled 0+0/100) 2 100 requested"]);
  });

  test("of a part keeps id and place, as in OUCH; to a total that traded already it ends the order", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "sell", quantity: 100 });
    desk.submit(BETA, "b1", { quantity: 30 });
    desk.take();
    desk.cancel(ALFA, "a1", { totalQuantity: 80 });
    expect(desk.take()).toEqual([
      "orderRestated #1(a1 partially-filled 30+50/80) 5 reduced",
      "bookReduced 0 1 sell 20 50",
    ]);
    desk.cancel(ALFA, "a1", { totalQuantity: 90 });
    expect(desk.take()).toEqual([]);
    desk.cancel(ALFA, "a1", { totalQuantity: 30 });
    expect(desk.take("order")).toEqual(["orderCancelled #1(a1 cancelled 30+0/80) 6 50 requested"]);
  });

  test("mass cancel takes the firm's orders that match, and no others", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "buy", price: 9_990 });
    desk.submit(ALFA2, "a2", { side: "sell", price: 10_010 });
    desk.submit(BETA, "b1", { side: "buy", price: 9_991 });
    desk.submit(ALFA, "a3", { side: "buy", price: 9_992 });
    desk.take();
    desk.massCancel(0, { side: "buy", clientOrderId: "m1" });
    expect(desk.take("order", "mass")).toEqual([
      "orderCancelled #1(a1 cancelled 0+0/100) 5 100 mass-cancel m1",
      "orderCancelled #4(a3 cancelled 0+0/100) 6 100 mass-cancel m1",
      "massCancelled mass-cancel:m1 7 2",
    ]);
    desk.massCancel(0, { account: 2 });
    expect(desk.take()).toEqual(["massCancelRejected mass-cancel: 8 not-permitted"]);
  });

  test("a lost session's orders end when its configuration says so", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { price: 9_990 });
    desk.submit(BETA, "b1", { price: 9_991 });
    desk.take();
    desk.apply({ type: "session-disconnected", timeMicros: 0, session: 0 });
    desk.apply({ type: "session-disconnected", timeMicros: 0, session: 1 });
    expect(desk.take("order")).toEqual(["orderCancelled #2(b1 cancelled 0+0/100) 3 100 disconnect"]);
  });

  test("the kill switch ends a firm's orders and takes no new ones until it is off", () => {
    const desk = new TestDesk();
    const kill = { type: "kill-switch", timeMicros: 0, of: "firm", index: 0, actor: "officer" } as const;
    desk.submit(ALFA, "a1", { price: 9_990 });
    desk.submit(BETA, "b1", { price: 9_991 });
    desk.take();
    desk.apply({ ...kill, isOn: true });
    desk.submit(ALFA2, "a2");
    desk.apply({ ...kill, isOn: false });
    desk.submit(ALFA2, "a3");
    expect(desk.take("order", "risk")).toEqual([
      "riskChanged firm ALFA state active halted officer",
      "orderCancelled #1(a1 cancelled 0+0/100) 3 100 kill-switch",
      "orderRejected submit:a2 4 halted",
      "riskChanged firm ALFA state halted active officer",
      "orderAccepted #3(a3 new 0+100/100) 5",
    ]);
  });
});

describe("replace", () => {
  test("fewer lots keep the place, more go to the back; the chain of ids goes on", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "sell", quantity: 100 });
    desk.submit(ALFA, "a2", { side: "sell", quantity: 100 });
    desk.take();
    desk.replace(ALFA, "a1", "a1-1", { quantity: 60 });
    expect(desk.take()).toEqual(["orderReplaced #1(a1-1 new 0+60/60) 3", "bookReduced 0 1 sell 40 60"]);
    desk.replace(ALFA, "a1-1", "a1-2", { quantity: 80 });
    expect(desk.take()).toEqual(["orderReplaced #1(a1-2 new 0+80/80) 4", "bookReplaced 0 1 3 sell 10000 80"]);
    expect(desk.venue.order(1)).toMatchObject({ clientOrderId: "a1-2", origClientOrderId: "a1-1" });
    expect(desk.venue.shownOrders(0, "sell").map(({ reference }) => reference)).toEqual([2, 3]);
    desk.cancel(ALFA, "a1");
    expect(desk.take()).toEqual(["cancelRejected cancel: 5 undefined unknown-order"]);
  });

  test("the quantity is the total: what traded counts", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "sell", quantity: 100 });
    desk.submit(BETA, "b1", { quantity: 40 });
    desk.take();
    desk.replace(ALFA, "a1", "a2", { quantity: 70 });
    expect(desk.take("order")).toEqual(["orderReplaced #1(a2 partially-filled 40+30/70) 5"]);
    // FIX 4.2, order state change matrix: reduced to what traded, the order is filled.
    desk.replace(ALFA, "a2", "a3", { quantity: 10 });
    expect(desk.take()).toEqual(["bookDeleted 0 1 sell", "orderReplaced #1(a3 filled 40+0/40) 6"]);
    expect(desk.venue.reservations()).toEqual({ openOrders: 0, openNotional: 0 });
  });

  test("a new price that crosses trades at once, after the report", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "sell", price: 10_010, quantity: 100 });
    desk.submit(BETA, "b1", { price: 10_000, quantity: 150 });
    desk.take();
    desk.replace(BETA, "b1", "b2", { quantity: 150, price: 10_010 });
    expect(desk.take()).toEqual([
      "orderReplaced #2(b2 new 0+150/150) 3",
      "bookDeleted 0 2 buy",
      "bookExecuted 0 1 sell 10010 100 0 1",
      "orderExecuted #1(a1 filled 100+0/100) 4 1 10010 100 maker -200",
      "orderExecuted #2(b2 partially-filled 100+50/150) 5 1 10010 100 taker 300",
      "traded 1 0 10010 100 #2(b2 partially-filled 100+50/150) #1(a1 filled 100+0/100) buy",
      "bookAdded 0 3 buy 10010 50",
    ]);
  });

  test("self-trade prevention on the way to the new price is told apart from the replace", () => {
    const desk = new TestDesk();
    const group = { selfTradeGroup: 1, selfTradeMode: "decrement" } as const;
    desk.submit(ALFA, "a1", { side: "sell", price: 10_001, quantity: 10, ...group });
    desk.submit(ALFA, "a2", { price: 10_000, quantity: 50, ...group });
    desk.take();
    desk.replace(ALFA, "a2", "a3", { quantity: 60, price: 10_001 });
    expect(desk.take("order")).toEqual([
      "orderReplaced #2(a3 new 0+60/60) 3",
      "orderCancelled #1(a1 cancelled 0+0/10) 4 10 self-trade",
      "orderRestated #2(a3 new 0+50/50) 5 self-trade",
    ]);
    desk.venue.audit();
  });

  test("refused by the engine, the order and its reservation are as they were", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "sell", price: 10_010, quantity: 100 });
    desk.submit(BETA, "b1", { price: 10_000, quantity: 150, postOnly: "reject" });
    const before = desk.venue.reservations();
    desk.take();
    desk.replace(BETA, "b1", "b2", { quantity: 200, price: 10_010 });
    expect(desk.take()).toEqual(["cancelRejected replace:b2 3 #2(b1 new 0+150/150) would-take"]);
    expect(desk.venue.reservations()).toEqual(before);
  });

  test("a total that has traded already ends the order, and what that moves is told", () => {
    const desk = new TestDesk();
    const group = { selfTradeGroup: 1 } as const;
    desk.submit(ALFA, "a1", { side: "sell", price: 10_000 });
    desk.submit(ALFA, "a2", { side: "sell", price: 10_020 });
    desk.submit(BETA, "b1", { price: 10_000, quantity: 40 });
    desk.submit(BETA, "b2", { side: "sell", price: 10_005, displayQuantity: 0, ...group });
    const extras = { peg: "market", pegOffset: -5 } as const;
    desk.submit(BETA, "peg", { orderType: "pegged", extras, ...group });
    desk.take();
    desk.replace(ALFA, "a1", "a3", { quantity: 40 });
    expect(desk.take()).toEqual([
      "bookDeleted 0 1 sell",
      "orderCancelled #5(peg cancelled 0+0/100) 8 100 self-trade",
      "orderReplaced #1(a3 filled 40+0/40) 9",
    ]);
    desk.venue.audit();
  });

  test("a waiting stop gets a new trigger", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "sell", price: 10_005 });
    desk.submit(BETA, "b1", { orderType: "stop", triggerPrice: 10_020 });
    desk.take();
    desk.replace(BETA, "b1", "b2", { quantity: 50, triggerPrice: 10_005 });
    expect(desk.take()).toEqual(["orderReplaced #2(b2 new 0+50/50) 3"]);
    desk.submit(BETA, "b3", { price: 10_005, quantity: 10 });
    expect(desk.take("orderT")).toEqual(["orderTriggered #2(b2 new 0+50/50) 7"]);
  });

  test("an order that was triggered is replaced with its trigger said again, and with no other", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1", { side: "sell", price: 10_005, quantity: 10 });
    desk.submit(BETA, "b1", { orderType: "stop-limit", triggerPrice: 10_005, price: 10_000 });
    desk.submit(BETA, "b2", { price: 10_005, quantity: 10 });
    expect(desk.take("orderT")).toHaveLength(1);
    desk.replace(BETA, "b1", "b3", { quantity: 150, price: 10_001, triggerPrice: 10_005 });
    expect(desk.take("orderR")).toEqual(["orderReplaced #2(b3 new 0+150/150) 7"]);
    desk.replace(BETA, "b3", "b4", { quantity: 150, price: 10_001, triggerPrice: 10_006 });
    expect(desk.take("cancelR")).toEqual([
      "cancelRejected replace:b4 8 #2(b3 new 0+150/150) invalid-request",
    ]);
  });
});

describe("limits", () => {
  const limit = { type: "set-limits", timeMicros: 0, of: "account", index: 0, actor: "officer" } as const;

  test("change while trading, with an audit trail; contradictions and unknown names are refused", () => {
    const desk = new TestDesk();
    desk.apply({ ...limit, limits: { maxOpenOrders: 1 } });
    desk.submit(ALFA, "a1");
    desk.submit(ALFA, "a2");
    desk.apply({ ...limit, limits: { maxOpenOrders: null } });
    desk.submit(ALFA, "a3");
    desk.apply({ ...limit, limits: { minOrderQuantity: 9, maxOrderQuantity: 8 } });
    desk.apply({ ...limit, limits: { maxHope: 1 } as never });
    desk.apply({ ...limit, index: 7, limits: {} });
    expect(desk.take("order", "risk", "operation")).toEqual([
      "riskChanged account alfa-1 maxOpenOrders undefined 1 officer",
      "riskAlert warning max-open-orders account alfa-1 0 1 1",
      "orderAccepted #1(a1 new 0+100/100) 1",
      "orderRejected submit:a2 2 max-open-orders",
      "riskChanged account alfa-1 maxOpenOrders 1 undefined officer",
      "orderAccepted #2(a3 new 0+100/100) 3",
      "operationRejected set-limits invalid-limits",
      "operationRejected set-limits invalid-limits",
      "operationRejected set-limits unknown-account",
    ]);
  });

  test("an account's position is bounded even when its limit is taken away", () => {
    const desk = new TestDesk();
    desk.apply({ ...limit, limits: { maxLong: 150 } });
    desk.submit(ALFA, "a1", { quantity: 151 });
    desk.apply({ ...limit, limits: { maxLong: null } });
    desk.submit(ALFA, "a2", { quantity: 151 });
    expect(desk.take("order", "risk").map((line) => line.replace(/orderA.*/, "accepted"))).toEqual([
      `riskChanged account alfa-1 maxLong ${2 ** 45} 150 officer`,
      "orderRejected submit:a1 1 max-position",
      `riskChanged account alfa-1 maxLong 150 ${2 ** 45} officer`,
      "accepted",
    ]);
  });
});

describe("who may do what", () => {
  test("another participant's order is not there", () => {
    const desk = new TestDesk();
    desk.submit(ALFA, "a1");
    desk.take();
    desk.cancel(BETA, "a1");
    desk.cancel(BETA, "", { orderId: 1 });
    desk.cancel({ session: BETA.session, account: ALFA.account }, "a1");
    desk.replace(BETA, "a1", "x", { quantity: 1 });
    desk.replace({ session: BETA.session, account: ALFA.account }, "a1", "x", { quantity: 1 });
    expect(desk.take()).toEqual([
      "cancelRejected cancel: 2 undefined unknown-order",
      "cancelRejected cancel: 3 undefined unknown-order",
      "cancelRejected cancel: 4 undefined not-permitted",
      "cancelRejected replace:x 5 undefined unknown-order",
      "cancelRejected replace:x 6 undefined not-permitted",
    ]);
  });

  test("an id is used once a day by an account, whatever became of it; another account has ids of its own", () => {
    const desk = new TestDesk();
    desk.apply({ type: "start-day", timeMicros: 0, date: 1 });
    desk.submit(ALFA, "a1", { quantity: 10 });
    desk.take();
    desk.submit(ALFA, "a1", { quantity: 999 });
    desk.submit(ALFA, "bad", { price: 0.5 });
    desk.submit(ALFA, "bad");
    desk.submit(ALFA2, "a1");
    desk.cancel(ALFA, "a1");
    desk.submit(ALFA, "a1");
    expect(desk.take("order")).toEqual([
      "orderRejected submit:a1 2 duplicate-client-order-id",
      "orderRejected submit:bad 3 price-outside-band",
      "orderRejected submit:bad 4 duplicate-client-order-id",
      "orderAccepted #2(a1 new 0+100/100) 5",
      "orderCancelled #1(a1 cancelled 0+0/10) 6 10 requested",
      "orderRejected submit:a1 7 duplicate-client-order-id",
    ]);
    desk.apply({ type: "end-day", timeMicros: 0, date: 1 });
    desk.apply({ type: "start-day", timeMicros: 0, date: 2 });
    desk.apply({ type: "phase", timeMicros: 0, instrument: -1, phase: "continuous" });
    desk.take();
    desk.submit(ALFA, "a1");
    // The other account's order is good till cancelled and still open.
    desk.submit(ALFA2, "a1");
    expect(desk.take("order")).toEqual([
      "orderAccepted #3(a1 new 0+100/100) 8",
      "orderRejected submit:a1 9 duplicate-client-order-id",
    ]);
  });

  const wrong: [string, Partial<SubmitOrder>, string][] = [
    ["an unknown session", { session: 9 }, "unknown-session"],
    ["a negative session", { session: -1 }, "unknown-session"],
    ["an unknown account", { account: 7 }, "unknown-account"],
    ["an account of another firm", { account: 2 }, "not-permitted"],
    ["an unknown instrument", { instrument: 2 }, "unknown-instrument"],
    ["no client order id", { clientOrderId: "" }, "invalid-client-order-id"],
    ["an id of 37 characters", { clientOrderId: "x".repeat(37) }, "invalid-client-order-id"],
    ["an id with a control character", { clientOrderId: "a\u0001b" }, "invalid-client-order-id"],
    ["an id that is not ASCII", { clientOrderId: "é" }, "invalid-client-order-id"],
    ["nothing", { quantity: 0 }, "invalid-order"],
    ["a negative quantity", { quantity: -5 }, "invalid-order"],
    ["a fraction", { quantity: 1.5 }, "invalid-order"],
    ["no number", { quantity: Number.NaN }, "invalid-order"],
    ["too much", { quantity: 100_001 }, "max-quantity"],
    ["an absurd quantity", { quantity: 2 ** 60 }, "invalid-order"],
    ["part of a lot", { instrument: 1, price: 500, quantity: 15 }, "lot-size"],
    ["a price off the tick", { instrument: 1, price: 501, quantity: 10 }, "tick-size"],
    ["a price of zero", { price: 0 }, "price-outside-band"],
    ["a negative price", { price: -1 }, "price-outside-band"],
    ["an absurd price", { price: 2 ** 52 }, "price-outside-band"],
    ["a fraction of a price", { price: 10_000.5 }, "invalid-order"],
    ["a price that is no number", { price: Number.NaN }, "invalid-order"],
    ["a limit order without a limit", { price: undefined }, "invalid-order"],
    ["a stop without a trigger", { orderType: "stop", price: undefined }, "invalid-order"],
    ["an unknown type", { orderType: "wish" as never }, "invalid-order"],
    ["an unknown time in force", { timeInForce: "soon" as never }, "invalid-order"],
    ["an unknown side", { side: "borrow" as never }, "invalid-order"],
    ["a date without a time", { timeInForce: "gtd" }, "invalid-order"],
    ["a time that has been", { timeInForce: "gtd", expireTimeMicros: 5 }, "expired"],
    ["more shown than there is", { displayQuantity: 101 }, "invalid-order"],
    ["an iceberg that is gone at once", { timeInForce: "ioc", displayQuantity: 10 }, "invalid-order"],
    ["an auction that is not on", { timeInForce: "opg" }, "phase-forbids-order"],
  ];
  test.each(wrong)("%s is refused, and nothing changes", (_name, terms, reason) => {
    const desk = new TestDesk();
    const before = desk.venue.reservations();
    desk.submit(ALFA, "a1", terms);
    expect(desk.take()).toEqual([expect.stringMatching(`^orderRejected submit:.* 1 ${reason}$`)]);
    expect(desk.venue.reservations()).toEqual(before);
    desk.venue.audit();
  });

  test.each([
    ["no time", { type: "advance", timeMicros: Number.NaN }],
    ["a time before 1970", { type: "advance", timeMicros: -1 }],
    ["an unknown command", { type: "launch", timeMicros: 1 }],
  ])("%s breaks the contract", (_name, command) => {
    const desk = new TestDesk();
    const before = desk.venue.stateHash();
    expect(() => desk.venue.apply(command as never)).toThrow(
      expect.objectContaining({ code: "invalid-command" }),
    );
    expect(desk.venue.stateHash()).toBe(before);
  });
});
