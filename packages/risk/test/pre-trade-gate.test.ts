import { type OrderRequest, PreTradeGate, RejectCode, rejectName } from "@exchange-kit/risk";
import { describe, expect, test } from "vitest";
import { CHANGE, codeOf, gateWith } from "./support/small-gate.ts";

describe("one check at a time", () => {
  test("an order without limits passes and reserves its notional", () => {
    const { gate, send, account, instrument } = gateWith();
    expect(send({ quantity: 3 })).toBe("accepted");
    expect(gate.holding(account, instrument)).toEqual({
      position: 0,
      openBuy: 3,
      openSell: 0,
      reserved: 30_000,
    });
  });

  test.each<[string, Partial<OrderRequest>]>([
    ["a fraction of a lot", { quantity: 1.5 }],
    ["no lots", { quantity: 0 }],
    ["a price that is not a number", { price: Number.NaN }],
    ["an infinite quantity", { quantity: Number.POSITIVE_INFINITY }],
    ["an unknown account", { account: 7 }],
    ["a node that is not an account", { account: 0 }],
    ["an unknown instrument", { instrument: -1 }],
    ["an unknown session", { session: 3 }],
    ["an unknown side", { side: "hold" as never }],
    ["an unknown type", { type: "iceberg" as never }],
    ["no time", { timeMillis: Number.NaN }],
  ])("%s is invalid", (_, terms) => {
    const { gate, send, firm } = gateWith();
    expect(send(terms)).toBe("invalid-order");
    expect(gate.totals(firm)).toMatchObject({ openOrders: 0, openNotional: 0 });
  });

  test("an open order id may not be used again, a closed one may", () => {
    const { gate, send } = gateWith();
    expect(send({ orderId: 5 })).toBe("accepted");
    expect(send({ orderId: 5 })).toBe("duplicate-order-id");
    gate.close(5);
    expect(send({ orderId: 5 })).toBe("accepted");
  });

  test("the gate holds as many orders as it was given room for", () => {
    const gate = new PreTradeGate({ baseCurrency: "USD", maxOpenOrders: 1 });
    const account = gate.addNode({ name: "a", level: "account" });
    const session = gate.addSession({ name: "s" });
    const instrument = gate.addInstrument({ name: "i", referencePrice: 1 });
    const base = {
      account,
      session,
      instrument,
      side: "buy",
      type: "limit",
      price: 1,
      stopPrice: 0,
      quantity: 1,
    } as const;
    expect(gate.newOrder({ ...base, orderId: 1, timeMillis: 0 })).toBe(RejectCode.Accepted);
    expect(gate.newOrder({ ...base, orderId: 2, timeMillis: 0 })).toBe(RejectCode.Capacity);
  });

  test("a sliding window is open at its old end, and refused messages count", () => {
    const { gate, session, send } = gateWith();
    gate.setThrottle("session", session, { window: { count: 2, windowMillis: 100 } }, CHANGE);
    expect(send({ timeMillis: 0 })).toBe("accepted");
    expect(send({ timeMillis: 50 })).toBe("accepted");
    expect(send({ timeMillis: 99 })).toBe("throttled");
    // 99 and 50 are in (0, 100].
    expect(send({ timeMillis: 100 })).toBe("throttled");
    expect(send({ timeMillis: 200 })).toBe("accepted");
  });

  test("a token bucket lets a burst through and then its rate", () => {
    const { gate, instrument, send } = gateWith();
    gate.setThrottle("instrument", instrument, { bucket: { capacity: 2, perSecond: 10 } }, CHANGE);
    expect([0, 0, 0, 99, 100].map((timeMillis) => send({ timeMillis }))).toEqual([
      "accepted",
      "accepted",
      "throttled",
      "throttled",
      "accepted",
    ]);
  });

  test("a message without a time, before any other, does not turn a rate off", () => {
    const { gate, session, send } = gateWith();
    gate.setThrottle("session", session, { bucket: { capacity: 1, perSecond: 1 } }, CHANGE);
    expect(send({ timeMillis: Number.NaN })).toBe("invalid-order");
    expect(send({ timeMillis: 0 })).toBe("accepted");
    expect(send({ timeMillis: 0 })).toBe("throttled");
  });

  test("a desk's throttle counts every account below it", () => {
    const gate = new PreTradeGate({ baseCurrency: "USD" });
    const throttle = { window: { count: 1, windowMillis: 10 } };
    const desk = gate.addNode({ name: "desk", level: "desk", throttle });
    const accounts = ["a", "b"].map((name) => gate.addNode({ name, level: "account", parent: desk }));
    const session = gate.addSession({ name: "s" });
    const instrument = gate.addInstrument({ name: "i", referencePrice: 1 });
    const codes = accounts.map((account, orderId) =>
      gate.newOrder({
        orderId,
        account,
        session,
        instrument,
        side: "buy",
        type: "limit",
        price: 1,
        stopPrice: 0,
        quantity: 1,
        timeMillis: 0,
      }),
    );
    expect(codes).toEqual([RejectCode.Accepted, RejectCode.Throttled]);
  });

  test("the same order again within the window is a duplicate, also when the first was refused", () => {
    const { send } = gateWith({ limits: { duplicateWindowMillis: 100, maxOrderQuantity: 5 } });
    expect(send({ quantity: 6, timeMillis: 0 })).toBe("max-quantity");
    expect(send({ quantity: 6, timeMillis: 99 })).toBe("duplicate-order");
    expect(send({ quantity: 5, timeMillis: 99 })).toBe("accepted");
    expect(send({ quantity: 5, timeMillis: 199 })).toBe("accepted");
  });

  test("restricted lists of the venue and of a node", () => {
    const { gate, firm, instrument, send } = gateWith();
    gate.setInstrument(instrument, { restricted: true }, CHANGE);
    expect(send()).toBe("restricted");
    gate.setInstrument(instrument, { restricted: false }, CHANGE);
    gate.setRestricted(firm, instrument, true, CHANGE);
    expect(send()).toBe("restricted");
    expect(gate.rejection).toMatchObject({ code: RejectCode.Restricted, node: firm });
  });

  test("every node of the chain must be permitted", () => {
    const { gate, account, send } = gateWith({ instrument: { permission: 31 } });
    expect(send()).toBe("accepted");
    gate.setPermissions(account, 0b1, CHANGE);
    expect(send()).toBe("not-permitted");
  });

  test("tick, lot and sizes, inclusive", () => {
    const { send } = gateWith({ instrument: { tickSize: 5, lotSize: 10, minQuantity: 20, maxQuantity: 40 } });
    expect(send({ price: 10_003, quantity: 20 })).toBe("tick-size");
    expect(send({ quantity: 25 })).toBe("lot-size");
    expect(send({ quantity: 10 })).toBe("min-quantity");
    expect(send({ quantity: 50 })).toBe("max-quantity");
    expect(send({ quantity: 40 })).toBe("accepted");
    expect(send({ quantity: 20, type: "stop", stopPrice: 10_003 })).toBe("tick-size");
  });

  test("notional counts the multiplier and the currency, and a product beyond safe integers is refused", () => {
    const { gate, account, session, send } = gateWith({ limits: { maxOrderNotional: 1_100_000 } });
    gate.addCurrency("EUR", 1.1);
    const instrument = gate.addInstrument({
      name: "EU",
      referencePrice: 1_000,
      multiplier: 100,
      currency: "EUR",
    });
    expect(send({ instrument, price: 1_000, quantity: 10 })).toBe("accepted");
    expect(send({ instrument, price: 1_001, quantity: 10 })).toBe("max-notional");
    const free = gate.addNode({ name: "free", level: "account" });
    expect(send({ account: free, session, price: 2 ** 40, quantity: 2 ** 40 })).toBe("max-notional");
    expect(gate.totals(account).openNotional).toBe(1_100_000);
  });

  test("the dynamic collar follows the last price, the static one the reference", () => {
    const { gate, instrument, send } = gateWith({
      instrument: { dynamicCollarPpm: 50_000, staticCollarPpm: 100_000 },
    });
    expect(send({ price: 10_500 })).toBe("accepted");
    expect(send({ price: 10_501 })).toBe("price-collar");
    expect(send({ side: "sell", price: 9_499 })).toBe("price-collar");
    gate.setLast(instrument, 10_800);
    expect(send({ price: 11_001 })).toBe("static-collar");
    expect(send({ price: 11_000 })).toBe("accepted");
    gate.setReference(instrument, 11_000);
    expect(send({ price: 11_001 })).toBe("accepted");
    expect(send({ type: "stop", stopPrice: 20_000 })).toBe("price-collar");
  });

  test("a collar is exact where price × percentage passes 2^53", () => {
    const { gate, instrument, send } = gateWith({ instrument: { dynamicCollarPpm: 50_000 } });
    const last = 9_007_199_254_740 * 100 + 7;
    gate.setLast(instrument, last);
    const high = Number((BigInt(last) * 1_050_000n) / 1_000_000n);
    expect(send({ price: high, quantity: 1 })).toBe("accepted");
    expect(send({ price: high + 1, quantity: 1 })).toBe("price-collar");
  });

  test("fat finger looks at the aggressive side only", () => {
    const { send } = gateWith({ instrument: { fatFingerPpm: 10_000 } });
    expect(send({ price: 10_101 })).toBe("fat-finger");
    expect(send({ price: 5_000 })).toBe("accepted");
    expect(send({ side: "sell", price: 9_899 })).toBe("fat-finger");
    expect(send({ side: "sell", price: 20_000 })).toBe("accepted");
  });

  test("limit-up limit-down bands stop buys above and sales below", () => {
    const { gate, instrument, send } = gateWith();
    gate.setInstrument(instrument, { bands: { lower: 9_500, upper: 10_500 } }, CHANGE);
    expect(send({ price: 10_501 })).toBe("luld-band");
    expect(send({ price: 9_000 })).toBe("accepted");
    expect(send({ side: "sell", price: 9_499 })).toBe("luld-band");
    gate.setInstrument(instrument, { bands: null }, CHANGE);
    expect(send({ price: 10_501 })).toBe("accepted");
  });

  test("prices must be positive unless the instrument has others", () => {
    const { gate, send } = gateWith();
    expect(send({ price: 0 })).toBe("invalid-order");
    expect(send({ type: "stop", stopPrice: -5 })).toBe("invalid-order");
    expect(send({ type: "market", price: 0 })).toBe("accepted");
    const spread = gate.addInstrument({ name: "SPREAD", referencePrice: -5, allowsNegativePrices: true });
    expect(send({ instrument: spread, price: -7 })).toBe("accepted");
  });

  test("a purchase at a negative price reaches down, and reservations are of its size", () => {
    const { gate, account, send } = gateWith({ limits: { maxNetExposure: 100, maxGrossExposure: 100 } });
    const instrument = gate.addInstrument({ name: "SPREAD", referencePrice: -5, allowsNegativePrices: true });
    expect(send({ orderId: 1, instrument, price: -5, quantity: 20 })).toBe("accepted");
    expect(gate.totals(account)).toMatchObject({ grossExposure: 100, netExposure: 100, openNotional: 100 });
    expect(send({ instrument, price: -5, quantity: 1 })).toBe("gross-exposure");
    gate.fill(1, 5, -5, 0, 0);
    gate.close(1);
    expect(gate.totals(account)).toMatchObject({ grossExposure: 25, netExposure: 25, openNotional: 0 });
  });

  test("a stop order that the last price has triggered already", () => {
    const { gate, instrument, send } = gateWith({ instrument: { refusesTriggeredStops: true } });
    expect(send({ type: "stop", stopPrice: 10_000 })).toBe("stop-price");
    expect(send({ type: "stop", stopPrice: 10_001 })).toBe("accepted");
    expect(send({ type: "stop-limit", side: "sell", stopPrice: 10_000, price: 9_900 })).toBe("stop-price");
    gate.setLast(instrument, 10_050);
    expect(send({ type: "stop-limit", side: "sell", stopPrice: 10_000, price: 9_900 })).toBe("accepted");
  });

  test("the circuit breaker halts an instrument whose price has run away from its reference", () => {
    const heard: unknown[] = [];
    const { gate, instrument, send } = gateWith({
      instrument: { circuitBreakerPpm: 100_000 },
      listener: {
        alert: (level, code, node, of, value, limit) =>
          heard.push([level, rejectName(code), node, of, value, limit]),
        changed: (subject, setting, before, after, { actor }) =>
          heard.push([subject, setting, before, after, actor]),
      },
    });
    gate.setLast(instrument, 11_000);
    expect(send()).toBe("accepted");
    gate.setLast(instrument, 11_001);
    gate.setLast(instrument, 11_500);
    expect(heard).toEqual([
      ["XYZ", "tradable", true, false, "circuit breaker"],
      ["breach", "halted", -1, instrument, 1_001, 1_000],
    ]);
    expect(send()).toBe("halted");
    gate.setReference(instrument, 11_500);
    gate.setInstrument(instrument, { tradable: true }, CHANGE);
    expect(send({ price: 11_500 })).toBe("accepted");
  });

  test("a time that is not finite does not move the clock", () => {
    const { gate, session, send } = gateWith();
    gate.setThrottle("session", session, { window: { count: 1, windowMillis: 100 } }, CHANGE);
    expect(send({ timeMillis: Number.POSITIVE_INFINITY })).toBe("invalid-order");
    expect(send({ timeMillis: 200 })).toBe("accepted");
    expect(send({ timeMillis: 250 })).toBe("throttled");
  });

  test("a market order is valued at the far end of the collar, without one at the offer", () => {
    const { gate, account, instrument, send } = gateWith({ instrument: { dynamicCollarPpm: 50_000 } });
    send({ type: "market", price: 0, quantity: 2 });
    expect(gate.holding(account, instrument).reserved).toBe(21_000);
    gate.setInstrument(instrument, { dynamicCollarPpm: 0 }, CHANGE);
    gate.setQuote(instrument, 9_990, 10_010);
    send({ type: "market", price: 0, quantity: 1 });
    expect(gate.holding(account, instrument).reserved).toBe(31_010);
  });

  test("a long sale must be covered by the position after open sales", () => {
    const { gate, account, instrument, send } = gateWith({ instrument: { isShortMarked: true } });
    gate.setPosition(account, instrument, 15, 10_000);
    expect(send({ side: "sell", quantity: 10 })).toBe("accepted");
    expect(send({ side: "sell", quantity: 6 })).toBe("short-marking");
    expect(send({ side: "sell", quantity: 5 })).toBe("accepted");
    expect(send({ side: "sell-short", quantity: 5 })).toBe("accepted");
  });

  test("under the price test a short sale must be above the bid; an exempt one need not", () => {
    const { gate, instrument, send } = gateWith();
    gate.setQuote(instrument, 9_990, 10_010);
    gate.setInstrument(instrument, { shortSaleRestricted: true }, CHANGE);
    expect(send({ side: "sell-short", price: 9_990 })).toBe("short-sale-restricted");
    expect(send({ side: "sell-short", price: 9_991 })).toBe("accepted");
    expect(send({ side: "sell-short", type: "market" })).toBe("short-sale-restricted");
    expect(send({ side: "sell-short-exempt", price: 9_990 })).toBe("accepted");
  });

  test("locates are used up by open and filled short sales, and come back with what was not filled", () => {
    const { gate, account, instrument, send } = gateWith({ instrument: { needsLocate: true } });
    expect(send({ side: "sell-short" })).toBe("no-locate");
    gate.setLocates(account, instrument, 10, CHANGE);
    expect(send({ orderId: 1, side: "sell-short", quantity: 8 })).toBe("accepted");
    expect(send({ side: "sell-short", quantity: 3 })).toBe("no-locate");
    gate.fill(1, 5, 10_000, 0, 0);
    gate.close(1);
    expect(send({ side: "sell-short", quantity: 6 })).toBe("no-locate");
    expect(send({ orderId: 9, side: "sell-short", quantity: 5 })).toBe("accepted");
    expect(gate.replace({ orderId: 9, price: 10_000, stopPrice: 0, quantity: 6, timeMillis: 0 })).toBe(
      RejectCode.NoLocate,
    );
    expect(gate.replace({ orderId: 9, price: 10_000, stopPrice: 0, quantity: 2, timeMillis: 0 })).toBe(0);
    expect(send({ side: "sell-short", quantity: 3 })).toBe("accepted");
  });

  test("orders of one self-trade group do not meet", () => {
    const { gate, firm, account, send } = gateWith({ account: { selfTradeGroup: 7 } });
    const sister = gate.addNode({ name: "sister", level: "account", parent: firm, selfTradeGroup: 7 });
    const stranger = gate.addNode({ name: "stranger", level: "account", parent: firm });
    send({ orderId: 1, price: 9_900 });
    send({ orderId: 2, price: 9_950 });
    expect(send({ account: sister, side: "sell", price: 9_950 })).toBe("self-trade");
    expect(send({ account: sister, side: "sell", type: "market" })).toBe("self-trade");
    expect(send({ account: stranger, side: "sell", price: 9_950 })).toBe("accepted");
    gate.close(2);
    expect(send({ account: sister, side: "sell", price: 9_901 })).toBe("accepted");
    expect(send({ account, price: 9_901 })).toBe("self-trade");
    // The best own bid is found again when an order moves.
    expect(gate.replace({ orderId: 1, price: 9_800, stopPrice: 0, quantity: 10, timeMillis: 0 })).toBe(0);
    expect(send({ account: sister, side: "sell", price: 9_801 })).toBe("accepted");
  });

  test("too many messages for each trade", () => {
    const { gate, account, send } = gateWith({ limits: { maxOrderToTradeRatio: 2, orderToTradeGrace: 3 } });
    expect(Array.from({ length: 4 }, () => send())).toEqual([
      "accepted",
      "accepted",
      "accepted",
      "order-to-trade",
    ]);
    gate.fill(1, 1, 10_000, 0, 0);
    gate.fill(1, 1, 10_000, 0, 0);
    gate.fill(1, 1, 10_000, 0, 0);
    expect(send()).toBe("accepted");
    gate.cancel(1, 0);
    expect(gate.totals(account).messages).toBe(6);
    expect(send()).toBe("order-to-trade");
    gate.startDay();
    expect(send()).toBe("accepted");
  });

  test("the repeated-execution throttle waits for a person", () => {
    const heard: unknown[] = [];
    const { gate, account, send } = gateWith({
      limits: { maxExecutions: 2, executionWindowMillis: 1000 },
      listener: { alert: (level, code, node) => heard.push([level, rejectName(code), node]) },
    });
    send({ orderId: 1 });
    for (let time = 0; time < 3; time++) gate.fill(1, 1, 10_000, 0, time);
    expect(heard).toEqual([["breach", "repeated-execution", account]]);
    expect(send({ timeMillis: 60_000 })).toBe("repeated-execution");
    gate.resetExecutions(account, CHANGE);
    expect(send({ timeMillis: 60_000 })).toBe("accepted");
  });

  test("positions count every open order of the side, on the narrower of two limits", () => {
    const { gate, account, instrument, send } = gateWith({ limits: { maxLong: 30, maxShort: 15 } });
    gate.setPosition(account, instrument, 5, 10_000);
    expect(send({ quantity: 20 })).toBe("accepted");
    expect(send({ quantity: 6 })).toBe("max-position");
    expect(gate.rejection).toEqual({ code: RejectCode.MaxPosition, node: account, value: 31, limit: 30 });
    expect(send({ quantity: 5 })).toBe("accepted");
    expect(send({ side: "sell", quantity: 20 })).toBe("accepted");
    expect(send({ side: "sell", quantity: 1 })).toBe("max-position");
    gate.setPositionLimits(account, instrument, { maxShort: 10 }, CHANGE);
    expect(send({ side: "sell", quantity: 1 })).toBe("max-position");
    expect(gate.rejection.limit).toBe(10);
  });

  test("credit counts open and traded notional, so that fills do not give it back", () => {
    const { gate, firm, send } = gateWith({ limits: { maxCredit: 250_000 } });
    expect(send({ quantity: 10 })).toBe("accepted");
    gate.fill(1, 10, 10_000, 0, 0);
    expect(gate.totals(firm)).toMatchObject({ openNotional: 0, traded: 100_000 });
    expect(send({ quantity: 16 })).toBe("credit");
    expect(gate.rejection).toMatchObject({ code: RejectCode.Credit, value: 260_000, limit: 250_000 });
    expect(send({ quantity: 15 })).toBe("accepted");
    expect(send({ side: "sell", quantity: 1 })).toBe("credit");
    gate.startDay();
    expect(send({ side: "sell", quantity: 1 })).toBe("accepted");
  });

  test("gross exposure counts the worse of all buys and all sales filled", () => {
    const { gate, send } = gateWith({ limits: { maxGrossExposure: 250_000 } });
    expect(send({ quantity: 25 })).toBe("accepted");
    expect(send({ quantity: 1 })).toBe("gross-exposure");
    expect(gate.rejection).toMatchObject({ code: RejectCode.GrossExposure, value: 260_000, limit: 250_000 });
    expect(send({ side: "sell", quantity: 25 })).toBe("accepted");
    expect(send({ side: "sell", quantity: 1 })).toBe("gross-exposure");
  });

  test("over a loss limit only orders that lower the position pass", () => {
    const { gate, account, instrument, send } = gateWith({ limits: { maxDailyLoss: 50_000 } });
    gate.setPosition(account, instrument, 100, 10_000);
    gate.setLast(instrument, 9_500);
    expect(send()).toBe("accepted");
    gate.close(1);
    gate.setLast(instrument, 9_499);
    expect(send()).toBe("daily-loss");
    expect(send({ side: "sell", price: 9_499 })).toBe("accepted");
    expect(gate.totals(account).profit).toBe(-50_100);
  });

  test("buying power: margin of the worst case within equity, and fees lower it", () => {
    const { gate, account, send } = gateWith({ instrument: { marginPpm: 500_000 } });
    gate.setCash(account, 100_000, CHANGE);
    expect(send({ orderId: 1, quantity: 20 })).toBe("accepted");
    expect(send({ quantity: 1 })).toBe("buying-power");
    gate.fill(1, 20, 10_000, 500, 0);
    expect(gate.totals(account)).toMatchObject({ margin: 100_000, equity: 99_500, profit: -500 });
    // Closing needs no margin, even beyond equity.
    expect(send({ side: "sell", quantity: 20 })).toBe("accepted");
  });
});

describe("every failing check", () => {
  test("a report lists all failures in check order and counts nothing", () => {
    const { gate, account, instrument, order } = gateWith({
      limits: { maxOrderQuantity: 5, maxOrderNotional: 50_000, maxLong: 5, maxOpenNotional: 60_000 },
      instrument: { tickSize: 5, dynamicCollarPpm: 10_000 },
    });
    gate.setState(account, "halted", CHANGE);
    const before = JSON.stringify(gate.snapshot());
    const failures = gate.report(order({ price: 10_101, quantity: 9 }));
    expect(failures.map(({ code }) => rejectName(code))).toEqual([
      "tick-size",
      "max-quantity",
      "max-notional",
      "price-collar",
      "halted",
      "max-position",
      "max-open-notional",
    ]);
    expect(failures.map(({ code }) => code)).toEqual(
      [...failures.map(({ code }) => code)].sort((a, b) => a - b),
    );
    expect(failures.find(({ code }) => code === RejectCode.MaxPosition)).toEqual({
      code: RejectCode.MaxPosition,
      node: account,
      value: 9,
      limit: 5,
    });
    expect(gate.holding(account, instrument).openBuy).toBe(0);
    expect(JSON.parse(JSON.stringify(gate.snapshot())).state.orders).toEqual(JSON.parse(before).state.orders);
    expect(gate.report(order({ quantity: 0 })).map(({ code }) => code)).toEqual([RejectCode.InvalidOrder]);
    expect(gate.totals(account).messages).toBe(0);
  });

  test("a report sees a throttle that is used up without using it", () => {
    const throttle = { window: { count: 1, windowMillis: 10 }, bucket: { capacity: 1, perSecond: 100 } };
    const { gate, order, send } = gateWith({ account: { throttle } });
    expect(gate.report(order())).toEqual([]);
    expect(send({ timeMillis: 1 })).toBe("accepted");
    expect(gate.report(order({ timeMillis: 5 })).map(({ code }) => rejectName(code))).toEqual(["throttled"]);
    expect(send({ timeMillis: 11 })).toBe("accepted");
  });
});

test("what an order reserves is released exactly once, whichever way it ends", () => {
  const terms = { price: 10_000, stopPrice: 0, timeMillis: 0 };
  const endings: Record<string, (gate: PreTradeGate) => void> = {
    cancel: (gate) => gate.cancel(1, 0),
    "expiry or reject by the market": (gate) => gate.close(1),
    "one fill": (gate) => gate.fill(1, 10, 9_990, 7, 0),
    "fills, then a cancel": (gate) => {
      gate.fill(1, 3, 9_990, 7, 0);
      gate.fill(1, 3, 9_995, 7, 0);
      gate.cancel(1, 0);
    },
    "a larger replace, then fills": (gate) => {
      gate.replace({ ...terms, orderId: 1, price: 10_007, quantity: 13 });
      gate.fill(1, 13, 10_007, 0, 0);
    },
    "a smaller replace, then expiry": (gate) => {
      gate.replace({ ...terms, orderId: 1, quantity: 4 });
      gate.close(1);
    },
    "a refused replace, then a cancel": (gate) => {
      expect(gate.replace({ ...terms, orderId: 1, quantity: 1_000 })).toBe(RejectCode.MaxPosition);
      gate.cancel(1, 0);
    },
  };
  for (const [name, end] of Object.entries(endings)) {
    // A rate at which reservations are not whole before rounding.
    const { gate, firm, account, send } = gateWith({ limits: { maxLong: 100 } });
    gate.addCurrency("XXX", 0.333_333);
    const instrument = gate.addInstrument({ name: "X", referencePrice: 10_000, currency: "XXX" });
    expect(send({ orderId: 1, instrument }), name).toBe("accepted");
    expect(gate.holding(firm, instrument).reserved, name).toBe(33_333);
    end(gate);
    // None of these may release anything more.
    expect([gate.close(1), gate.cancel(1, 0), gate.fill(1, 1, 1, 0, 0)], name).toEqual([0, 0, -1]);
    for (const node of [firm, account]) {
      expect(gate.totals(node), name).toMatchObject({ openOrders: 0, openNotional: 0 });
      expect(gate.holding(node, instrument), name).toMatchObject({ openBuy: 0, openSell: 0, reserved: 0 });
    }
  }
});

describe("replace, cancel, list", () => {
  test("a replace is checked on the increase only", () => {
    const { gate, account, instrument, send } = gateWith({
      limits: { maxLong: 10, maxOpenNotional: 100_000 },
    });
    send({ orderId: 1, quantity: 10 });
    const replace = (price: number, quantity: number) =>
      rejectName(gate.replace({ orderId: 1, price, stopPrice: 0, quantity, timeMillis: 0 }));
    expect(replace(10_000, 11)).toBe("max-position");
    expect(gate.holding(account, instrument)).toMatchObject({ openBuy: 10, reserved: 100_000 });
    expect(replace(10_001, 10)).toBe("max-open-notional");
    gate.setLimits(account, { maxLong: 4 }, CHANGE);
    expect(replace(10_000, 8)).toBe("accepted");
    expect(replace(9_000, 8)).toBe("accepted");
    expect(gate.holding(account, instrument)).toMatchObject({ openBuy: 8, reserved: 72_000 });
    expect(replace(9_000, 0)).toBe("invalid-order");
    expect(
      rejectName(gate.replace({ orderId: 77, price: 1, stopPrice: 0, quantity: 1, timeMillis: 0 })),
    ).toBe("unknown-order");
  });

  test("what the market restated is taken over without a check", () => {
    const { gate, account, instrument, send } = gateWith({
      limits: { maxLong: 10 },
      account: { throttle: { window: { count: 1, windowMillis: 1000 } } },
    });
    send({ orderId: 1, quantity: 10 });
    gate.setState(account, "halted", CHANGE);
    const restate = (price: number, quantity: number) =>
      gate.restate({ orderId: 1, price, stopPrice: 0, quantity, timeMillis: 0 });
    expect(restate(10_000, 7)).toBe(true);
    expect(gate.holding(account, instrument)).toMatchObject({ openBuy: 7, reserved: 70_000 });
    expect(restate(9_990, 12)).toBe(true);
    expect(gate.holding(account, instrument)).toMatchObject({ openBuy: 12, reserved: 119_880 });
    expect(gate.totals(account)).toMatchObject({ openOrders: 1, messages: 1 });
    expect(gate.close(1)).toBe(12);
    expect(gate.totals(account)).toMatchObject({ openOrders: 0, openNotional: 0 });
    expect(restate(9_990, 1)).toBe(false);
  });

  test("cancels pass a halted account and a used-up throttle", () => {
    const { gate, account, send } = gateWith({
      account: { throttle: { window: { count: 1, windowMillis: 1000 } } },
    });
    send({ orderId: 1 });
    gate.setState(account, "halted", CHANGE);
    expect(gate.cancel(1, 1)).toBe(10);
    expect(gate.cancel(1, 2)).toBe(0);
    expect(gate.totals(account)).toMatchObject({ openOrders: 0, openNotional: 0, messages: 2 });
  });

  test("cancel requests that are confirmed later", () => {
    const { gate, account, session, instrument, send } = gateWith({
      account: { throttle: { window: { count: 1, windowMillis: 1000 } } },
    });
    send({ orderId: 1 });
    expect(gate.countMessage(session, account, instrument, 1)).toBe(false);
    expect(gate.totals(account).openOrders).toBe(1);
    expect(gate.close(1)).toBe(10);
  });

  test("a list is open as a whole or not at all", () => {
    const { gate, account, order } = gateWith({ limits: { maxLong: 25 } });
    expect(gate.newList([order(), order(), order()])).toBe(RejectCode.MaxPosition);
    expect(gate.totals(account).openOrders).toBe(0);
    expect(gate.newList([order(), order()])).toBe(RejectCode.Accepted);
    expect(gate.openOrders(account).map((open) => open.leavesQuantity)).toEqual([10, 10]);
  });

  test("more filled than was open still moves the position", () => {
    const { gate, account, instrument, send } = gateWith();
    send({ orderId: 1 });
    expect(gate.fill(1, 12, 10_000, 0, 0)).toBe(0);
    expect(gate.holding(account, instrument)).toEqual({ position: 12, openBuy: 0, openSell: 0, reserved: 0 });
    expect(gate.fill(1, 1, 10_000, 0, 0)).toBe(-1);
    expect(codeOf(() => gate.fill(1, 0.5, 10_000, 0, 0)).code).toBe("invalid-argument");
    const most = Number.MAX_SAFE_INTEGER;
    send({ orderId: 2 });
    expect(codeOf(() => gate.fill(2, 2 ** 40, 2 ** 14, 0, 0)).code).toBe("invalid-argument");
    expect(codeOf(() => gate.fill(2, 1, 1, most, 0)).code).toBe("invalid-argument");
    expect(codeOf(() => gate.fill(2, most, 0, 0, 0)).code).toBe("invalid-argument");
    expect(codeOf(() => gate.setPosition(account, instrument, 2 ** 40, 2 ** 14)).code).toBe(
      "invalid-argument",
    );
    expect(gate.holding(account, instrument)).toMatchObject({ position: 12, openBuy: 10 });
    gate.close(2);
    expect(gate.reconcile([{ account, instrument, quantity: 10 }])).toEqual([
      { account, instrument, expected: 10, actual: 12 },
    ]);
    expect(gate.reconcile([{ account, instrument, quantity: 12 }])).toEqual([]);
  });
});

describe("states, kill switch and disconnect", () => {
  test("a reducing firm lets through what lowers the worst-case position", () => {
    const { gate, firm, account, instrument, send } = gateWith();
    gate.setPosition(account, instrument, 20, 10_000);
    gate.setState(firm, "reducing", CHANGE);
    expect(gate.state(firm)).toBe("reducing");
    expect(send()).toBe("reduce-only");
    expect(send({ side: "sell", quantity: 20 })).toBe("accepted");
    expect(send({ side: "sell", quantity: 1 })).toBe("reduce-only");
  });

  test("the kill switch halts what is below and asks for every cancel, by order id", () => {
    const cancels: number[] = [];
    const changes: unknown[] = [];
    const { gate, firm, send } = gateWith({
      listener: {
        cancelRequired: (orderId) => cancels.push(orderId),
        changed: (subject, setting, before, after, { actor }) =>
          changes.push([subject, setting, before, after, actor]),
      },
    });
    const other = gate.addNode({ name: "other", level: "account" });
    send({ orderId: 12 });
    send({ orderId: 3 });
    send({ orderId: 4, account: other });
    expect(gate.kill(firm, CHANGE)).toBe(2);
    expect(cancels).toEqual([3, 12]);
    expect(changes).toEqual([["firm", "state", "active", "halted", "risk officer"]]);
    expect(send({ orderId: 20 })).toBe("halted");
    expect(send({ orderId: 21, account: other })).toBe("accepted");
    expect(gate.order(3)).toMatchObject({ leavesQuantity: 10 });
    gate.close(3);
    expect(gate.order(3)).toBeUndefined();
  });

  test("a lost session asks for the cancel of its own orders", () => {
    const cancels: number[] = [];
    const { gate, session, send } = gateWith({
      listener: { cancelRequired: (orderId) => cancels.push(orderId) },
    });
    const second = gate.addSession({ name: "second" });
    send({ orderId: 1 });
    send({ orderId: 2, session: second });
    expect(gate.sessionLost(session)).toBe(1);
    expect(cancels).toEqual([1]);
  });

  test("a halted account can only take lots off what it has open", () => {
    const { gate, account, send } = gateWith();
    send({ orderId: 1, quantity: 10 });
    gate.setState(account, "halted", CHANGE);
    const replace = (price: number, quantity: number) =>
      rejectName(gate.replace({ orderId: 1, price, stopPrice: 0, quantity, timeMillis: 0 }));
    expect([replace(10_100, 5), replace(9_900, 5), replace(10_000, 11)]).toEqual(Array(3).fill("halted"));
    expect(replace(10_000, 5)).toBe("accepted");
    expect(gate.cancel(1, 0)).toBe(5);
  });

  test("an instrument that is not tradable", () => {
    const { gate, instrument, send } = gateWith();
    gate.setInstrument(instrument, { tradable: false }, CHANGE);
    expect(send()).toBe("halted");
  });
});

test("a snapshot of another shape is refused", () => {
  expect(codeOf(() => PreTradeGate.restore({ version: 2 as never, state: {} })).code).toBe(
    "invalid-snapshot",
  );
  expect(
    codeOf(() => PreTradeGate.restore({ version: 1, state: { options: { baseCurrency: "USD" } } })).code,
  ).toBe("invalid-snapshot");
});

test("tables grow past their first size", () => {
  const { gate, firm, session } = gateWith();
  const accounts = Array.from({ length: 40 }, (_, index) =>
    gate.addNode({ name: `a${index}`, level: "account", parent: firm, selfTradeGroup: 1 + index }),
  );
  const instruments = Array.from({ length: 40 }, (_, index) =>
    gate.addInstrument({ name: `i${index}`, referencePrice: 100 }),
  );
  let orderId = 0;
  for (const account of accounts) {
    for (const instrument of instruments) {
      const code = gate.newOrder({
        orderId: ++orderId * 2 ** 33,
        account,
        session,
        instrument,
        side: "buy",
        type: "limit",
        price: 100,
        stopPrice: 0,
        quantity: 1,
        timeMillis: 0,
      });
      expect(code).toBe(RejectCode.Accepted);
    }
  }
  expect(gate.totals(firm)).toMatchObject({
    openOrders: 1600,
    openNotional: 160_000,
    grossExposure: 160_000,
  });
  for (let id = 1; id <= 1600; id++) expect(gate.close(id * 2 ** 33)).toBe(1);
  expect(gate.totals(firm)).toMatchObject({ openOrders: 0, openNotional: 0, grossExposure: 0 });
});
