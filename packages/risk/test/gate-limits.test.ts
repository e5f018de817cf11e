import { type GateListener, type Limits, PreTradeGate, RejectCode, rejectName } from "@exchange-kit/risk";
import { describe, expect, test } from "vitest";
import { CHANGE, codeOf, gateWith } from "./support/small-gate.ts";

describe("limits that change while trading", () => {
  test("each change is an audit event, and only what differs is told", () => {
    const changes: unknown[] = [];
    const { gate, account, send } = gateWith({
      limits: { maxLong: 10, maxShort: 10 },
      listener: { changed: (...event) => changes.push(event) },
    });
    gate.setLimits(account, { maxLong: 5, maxShort: 10, maxOpenOrders: 2 }, { timeMillis: 7, actor: "ann" });
    gate.setLimits(account, { maxLong: null }, { timeMillis: 8, actor: "bob" });
    expect(changes).toEqual([
      ["account", "maxLong", 10, 5, { timeMillis: 7, actor: "ann" }],
      ["account", "maxOpenOrders", undefined, 2, { timeMillis: 7, actor: "ann" }],
      ["account", "maxLong", 5, undefined, { timeMillis: 8, actor: "bob" }],
    ]);
    expect(gate.limits(account)).toEqual({ maxShort: 10, maxOpenOrders: 2 });
    expect(send({ quantity: 11 })).toBe("accepted");
  });

  test.each<[Limits, string, string]>([
    [{ minOrderQuantity: 6, maxOrderQuantity: 5 }, "minOrderQuantity", "maxOrderQuantity"],
    [{ maxOrderNotional: 6, maxOpenNotional: 5 }, "maxOrderNotional", "maxOpenNotional"],
    [{ maxOpenNotional: 6, maxCredit: 5 }, "maxOpenNotional", "maxCredit"],
    [{ maxNetExposure: 6, maxGrossExposure: 5 }, "maxNetExposure", "maxGrossExposure"],
    [
      { maxSectorNetExposure: 6, maxSectorGrossExposure: 5 },
      "maxSectorNetExposure",
      "maxSectorGrossExposure",
    ],
    [{ maxSectorGrossExposure: 6, maxGrossExposure: 5 }, "maxSectorGrossExposure", "maxGrossExposure"],
    [{ maxConcentrationPpm: 6 }, "maxConcentrationPpm", "capital"],
    [{ maxExecutions: 6 }, "maxExecutions", "executionWindowMillis"],
    [{ minOrderQuantity: 9, maxLong: 5, maxShort: 3 }, "minOrderQuantity", "maxLong"],
  ])("%o contradict each other: both are named, and nothing changes", (limits, first, second) => {
    const { gate, account } = gateWith({ limits: { maxOpenOrders: 3 } });
    const error = codeOf(() => gate.setLimits(account, limits, CHANGE));
    expect(error.code).toBe("contradictory-limits");
    expect(error.limits).toEqual([first, second]);
    expect(error.message).toContain(first);
    expect(error.message).toContain(second);
    expect(gate.limits(account)).toEqual({ maxOpenOrders: 3 });
  });

  test("a contradiction between levels names both nodes, from either end", () => {
    const { gate, firm, account } = gateWith({ limits: { minOrderQuantity: 10 } });
    const fromAbove = codeOf(() => gate.setLimits(firm, { maxOrderQuantity: 9 }, CHANGE));
    expect(fromAbove.limits).toEqual(["account: minOrderQuantity", "firm: maxOrderQuantity"]);
    gate.setLimits(firm, { maxOrderQuantity: 10 }, CHANGE);
    const fromBelow = codeOf(() => gate.setLimits(account, { minOrderQuantity: 11 }, CHANGE));
    expect(fromBelow.limits).toEqual(["account: minOrderQuantity", "firm: maxOrderQuantity"]);
  });

  test("bad settings are refused by code", () => {
    const { gate, account, instrument } = gateWith();
    const codes = [
      () => new PreTradeGate({ baseCurrency: "USD", sectors: 0 }),
      () => new PreTradeGate({ baseCurrency: "USD", maxOpenOrders: 2 ** 23 }),
      () => gate.addCurrency("EUR", 0),
      () => gate.addCurrency("USD", 1),
      () => gate.addInstrument({ name: "XYZ", referencePrice: 1 }),
      () => gate.addInstrument({ name: "A", referencePrice: 1, sector: 2 }),
      () => gate.addInstrument({ name: "A", referencePrice: 1.5 }),
      () => gate.addInstrument({ name: "A", referencePrice: 1, tickSize: 0 }),
      () => gate.addNode({ name: "account", level: "account" }),
      () => gate.addNode({ name: "B", level: "floor" as never }),
      () => gate.addNode({ name: "B", level: "trader", parent: account }),
      () => gate.addNode({ name: "B", level: "desk", throttle: { window: { count: 0, windowMillis: 1 } } }),
      () => gate.addNode({ name: "B", level: "desk", throttle: { bucket: { capacity: 1, perSecond: 0 } } }),
      () => gate.setLimits(account, { maxLong: -1 }, CHANGE),
      () => gate.setLimits(account, { maxExecutions: 0, executionWindowMillis: 1 }, CHANGE),
      () => gate.setLimits(account, { maxLong: Number.NaN }, CHANGE),
      () => gate.setCash(account, 0.5, CHANGE),
      () => gate.setPosition(account, instrument, 0.5, 1),
      () => gate.setPosition(0, instrument, 1, 1),
      () => gate.setLast(instrument, Number.NaN),
      () => gate.setQuote(instrument, Number.NaN, 1),
      () => gate.setState(account, "paused" as never, CHANGE),
    ].map((action) => codeOf(action).code);
    expect(new Set(codes)).toEqual(new Set(["invalid-argument"]));
    const unknown = [
      () => gate.setLimits(99, {}, CHANGE),
      () => gate.setLimits(account, { maxFun: 1 } as never, CHANGE),
      () => gate.setRate("JPY", 1, CHANGE),
      () => gate.addInstrument({ name: "A", referencePrice: 1, currency: "JPY" }),
      () => gate.setThrottle("session", 5, undefined, CHANGE),
      () => gate.totals(-1),
    ].map((action) => codeOf(action).code);
    expect(new Set(unknown)).toEqual(new Set(["unknown-id"]));
    expect(
      codeOf(() => gate.setInstrument(instrument, { bands: { lower: 2, upper: 1 } }, CHANGE)).limits,
    ).toEqual(["bands.lower", "bands.upper"]);
    expect(
      codeOf(() => gate.setInstrument(instrument, { minQuantity: 5, maxQuantity: 4 }, CHANGE)).limits,
    ).toEqual(["minQuantity", "maxQuantity"]);
    expect(
      codeOf(() => new PreTradeGate({ baseCurrency: "USD", informationPpm: 2, warningPpm: 1 })).limits,
    ).toEqual(["informationPpm", "warningPpm"]);
  });

  test("a rate revalues positions; open orders keep what they reserved", () => {
    const { gate, account, send } = gateWith();
    gate.addCurrency("EUR", 1);
    const instrument = gate.addInstrument({ name: "EU", referencePrice: 100, currency: "EUR" });
    gate.setPosition(account, instrument, 10, 90);
    send({ orderId: 1, instrument, price: 100, quantity: 5 });
    gate.setRate("EUR", 1.2, CHANGE);
    expect(gate.totals(account)).toMatchObject({ grossExposure: 1_800, openNotional: 500, profit: 120 });
    gate.close(1);
    expect(gate.totals(account).openNotional).toBe(0);
  });
});

describe("soft limits", () => {
  test("an order beyond a soft limit needs an override, which is told for the audit trail", () => {
    const told: unknown[] = [];
    const listener: GateListener = {
      overridden: (orderId, code, node, value, limit) =>
        told.push([orderId, rejectName(code), node, value, limit]),
    };
    const { gate, account, order, send } = gateWith({
      limits: { maxLong: 100, maxOrderNotional: 1_000_000 },
      account: { softLimits: { maxLong: 50, maxOrderNotional: 400_000 } },
      listener,
    });
    expect(send({ quantity: 40 })).toBe("accepted");
    expect(send({ quantity: 20 })).toBe("max-position");
    expect(gate.rejection).toMatchObject({ node: account, value: 60, limit: 50 });
    // What an override would do can be asked beforehand.
    expect(gate.report(order({ quantity: 20, overridesSoftLimits: true }))).toEqual([]);
    expect(told).toEqual([]);

    expect(
      rejectName(gate.newOrder({ ...order(), orderId: 9, quantity: 45, overridesSoftLimits: true })),
    ).toBe("accepted");
    expect(told).toEqual([
      [9, "max-notional", account, 450_000, 400_000],
      [9, "max-position", account, 85, 50],
    ]);
    // The limit itself holds whoever decides.
    expect(send({ quantity: 20, overridesSoftLimits: true })).toBe("max-position");
    expect(gate.rejection).toMatchObject({ value: 105, limit: 100 });
  });

  test("a replace needs one too, and an override that nothing needed is not told", () => {
    const told: unknown[] = [];
    const { gate, order } = gateWith({
      account: { softLimits: { maxOpenNotional: 200_000 } },
      listener: { overridden: (orderId, code) => told.push([orderId, rejectName(code)]) },
    });
    gate.newOrder(order({ orderId: 1, quantity: 10, overridesSoftLimits: true }));
    const more = { orderId: 1, price: 10_000, stopPrice: 0, quantity: 30, timeMillis: 0 };
    expect(rejectName(gate.replace(more))).toBe("max-open-notional");
    expect(rejectName(gate.replace({ ...more, quantity: 15, overridesSoftLimits: true }))).toBe("accepted");
    expect(told).toEqual([]);
    expect(rejectName(gate.replace({ ...more, overridesSoftLimits: true }))).toBe("accepted");
    expect(told).toEqual([[1, "max-open-notional"]]);
  });

  test("they change while trading, with an audit event, and never stand above the limit itself", () => {
    const changes: unknown[] = [];
    const { gate, account, send } = gateWith({
      limits: { maxLong: 100, capital: 1_000_000 },
      listener: { changed: (...all) => changes.push(all.slice(1, 4)) },
    });
    gate.setSoftLimits(account, { maxLong: 30, maxConcentrationPpm: 500_000 }, CHANGE);
    expect(changes).toEqual([
      ["soft maxLong", undefined, 30],
      ["soft maxConcentrationPpm", undefined, 500_000],
    ]);
    expect(gate.softLimits(account)).toEqual({ maxLong: 30, maxConcentrationPpm: 500_000 });
    expect(send({ quantity: 31 })).toBe("max-position");
    expect(send({ quantity: 51, overridesSoftLimits: true })).toBe("accepted");

    expect(codeOf(() => gate.setSoftLimits(account, { maxLong: 101 }, CHANGE))).toMatchObject({
      code: "contradictory-limits",
      limits: ["soft maxLong", "maxLong"],
    });
    expect(codeOf(() => gate.setLimits(account, { maxLong: 20 }, CHANGE)).limits).toEqual([
      "soft maxLong",
      "maxLong",
    ]);
    expect(codeOf(() => gate.setLimits(account, { capital: null }, CHANGE)).limits).toEqual([
      "soft maxConcentrationPpm",
      "capital",
    ]);
    expect(codeOf(() => gate.setSoftLimits(account, { minQuantity: 1 } as never, CHANGE)).code).toBe(
      "unknown-id",
    );
    expect(codeOf(() => gate.setSoftLimits(account, { maxLong: 1.5 }, CHANGE)).code).toBe("invalid-argument");
    gate.setSoftLimits(account, { maxLong: null, maxConcentrationPpm: null }, CHANGE);
    expect(gate.softLimits(account)).toEqual({});
    expect(gate.limits(account)).toEqual({ maxLong: 100, capital: 1_000_000 });
  });

  test("a restored gate knows them", () => {
    const { gate, account, order } = gateWith({ account: { softLimits: { maxOrderQuantity: 5 } } });
    const restored = PreTradeGate.restore(JSON.parse(JSON.stringify(gate.snapshot())));
    expect(restored.softLimits(account)).toEqual({ maxOrderQuantity: 5 });
    expect(rejectName(restored.newOrder(order({ quantity: 6 })))).toBe("max-quantity");
  });
});

describe("alerts and the breach report", () => {
  test("levels rise once each, and a fall re-arms them", () => {
    const heard: string[] = [];
    const { gate, send } = gateWith({
      limits: { maxOpenOrders: 4 },
      listener: {
        alert: (level, code, _node, _instrument, value, limit) =>
          heard.push(`${level} ${rejectName(code)} ${value}/${limit}`),
      },
    });
    for (const orderId of [1, 2, 3, 4]) send({ orderId });
    expect(heard).toEqual(["information max-open-orders 2/4", "warning max-open-orders 4/4"]);
    for (const orderId of [4, 3, 2]) gate.close(orderId);
    gate.fill(1, 1, 10_000, 0, 0);
    send({ orderId: 5 });
    expect(heard.slice(2)).toEqual(["information max-open-orders 2/4"]);
  });

  test("an order that is gone re-arms them, as does a new day", () => {
    const heard: string[] = [];
    const { gate, send } = gateWith({
      limits: { maxLong: 100, maxCredit: 1_000_000 },
      listener: { alert: (level, code) => heard.push(`${level} ${rejectName(code)}`) },
    });
    send({ orderId: 1, quantity: 90 });
    gate.cancel(1, 0);
    send({ orderId: 2, quantity: 90 });
    gate.fill(2, 90, 10_000, 0, 0);
    gate.startDay();
    send({ orderId: 3, side: "sell", quantity: 90 });
    const one = ["warning max-position", "warning credit"];
    expect(heard).toEqual([...one, ...one, "warning credit"]);
  });

  test("a limit that is lowered and a rate that moves are told at once, a limit that is raised re-arms them", () => {
    const heard: string[] = [];
    const listener = {
      alert: (level: string, code: RejectCode, _node: number, _of: number, value: number, limit: number) =>
        heard.push(`${level} ${rejectName(code)} ${value}/${limit}`),
    };
    const gate = new PreTradeGate({ baseCurrency: "USD" }, listener);
    gate.addCurrency("EUR", 1);
    const limits = { maxLong: 100, maxGrossExposure: 10_000 };
    const account = gate.addNode({ name: "account", level: "account", limits });
    const session = gate.addSession({ name: "session" });
    const instrument = gate.addInstrument({ name: "XYZ", referencePrice: 100, currency: "EUR" });
    const order = { account, session, instrument, side: "buy", type: "limit", price: 100 } as const;
    gate.newOrder({ ...order, orderId: 1, stopPrice: 0, quantity: 40, timeMillis: 0 });
    expect(heard.splice(0)).toEqual([]);
    gate.setLimits(account, { maxLong: 30 }, CHANGE);
    gate.setPositionLimits(account, instrument, { maxLong: 20 }, CHANGE);
    gate.setRate("EUR", 3, CHANGE);
    expect(heard.splice(0)).toEqual(["breach max-position 40/30", "breach gross-exposure 12000/10000"]);
    gate.setPositionLimits(account, instrument, { maxLong: 200 }, CHANGE);
    gate.setLimits(account, { maxLong: 200, maxGrossExposure: null }, CHANGE);
    gate.newOrder({ ...order, orderId: 2, stopPrice: 0, quantity: 130, timeMillis: 0 });
    expect(heard).toEqual(["warning max-position 170/200"]);
  });

  test("a position and cash that are set are told at once", () => {
    const heard: string[] = [];
    const { gate, account, instrument } = gateWith({
      limits: { maxLong: 100 },
      instrument: { marginPpm: 500_000 },
      listener: { alert: (level, code) => heard.push(`${level} ${rejectName(code)}`) },
    });
    gate.setPosition(account, instrument, 120, 10_000);
    expect(heard.splice(0)).toEqual(["breach max-position"]);
    gate.setCash(account, -1_000_000, CHANGE);
    expect(heard).toEqual(["breach buying-power"]);
  });

  test("a limit is watched from when it is set, of whatever kind it is, and after a restore", () => {
    const heard: string[] = [];
    const listener = { alert: (_level: string, code: RejectCode) => heard.push(rejectName(code)) };
    const { gate, account, instrument, send } = gateWith({
      limits: {},
      instrument: { sector: 1 },
      listener,
    });
    send({ orderId: 1, quantity: 10 });
    expect(heard).toEqual([]);
    gate.setPositionLimits(account, instrument, { maxLong: 20 }, CHANGE);
    send({ orderId: 2, quantity: 5 });
    gate.setLimits(account, { maxSectorGrossExposure: 200_000 }, CHANGE);
    send({ orderId: 3, quantity: 1 });
    expect(new Set(heard)).toEqual(new Set(["max-position", "sector-exposure"]));
    const restored = PreTradeGate.restore(gate.snapshot(), listener);
    heard.length = 0;
    restored.setLimits(account, { maxOpenOrders: 4 }, CHANGE);
    expect(heard).toContain("max-open-orders");
    restored.setCash(account, 1, CHANGE);
    restored.fill(3, 1, 10_000, 0, 0);
    expect(heard).toContain("buying-power");
  });

  test("the market takes an account over its limits: breaches are told and reported", () => {
    const heard: string[] = [];
    const { gate, account, instrument } = gateWith({
      limits: {
        maxGrossExposure: 1_000_000,
        maxSectorGrossExposure: 1_000_000,
        maxDailyLoss: 100_000,
        maxLong: 150,
        capital: 2_000_000,
        maxConcentrationPpm: 500_000,
        maxSingleLoss: 300_000,
      },
      instrument: { stressPpm: 200_000, sector: 1 },
      listener: { alert: (level, code) => heard.push(`${level} ${rejectName(code)}`) },
    });
    gate.setPosition(account, instrument, 90, 10_000);
    expect(heard.splice(0)).toEqual([
      "information max-position",
      "warning concentration",
      "information single-loss",
      "warning sector-exposure",
      "warning gross-exposure",
    ]);
    gate.setLast(instrument, 12_000);
    expect(heard.splice(0)).toEqual([
      "breach concentration",
      "breach sector-exposure",
      "breach gross-exposure",
    ]);
    gate.setLast(instrument, 8_000);
    expect(heard).toEqual(["breach daily-loss"]);
    const report = gate.breachReport();
    expect(report[0]).toEqual({
      node: "account",
      code: RejectCode.DailyLoss,
      of: "",
      value: 180_000,
      limit: 100_000,
      level: "breach",
    });
    expect(report.map(({ level, code, of }) => `${level} ${rejectName(code)} ${of}`.trim())).toEqual([
      "breach daily-loss",
      "information gross-exposure",
      "information sector-exposure sector 1",
      "information max-position XYZ",
      "information concentration XYZ",
    ]);
  });
});
