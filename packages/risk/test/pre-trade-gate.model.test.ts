import {
  type GateSnapshot,
  type Limits,
  PreTradeGate,
  rejectName,
  type SoftLimits,
} from "@exchange-kit/risk";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { NaiveGate, type NaiveInstrument, type NaiveNode } from "./support/naive-gate.ts";

// The fast gate against the plain one: every decision and every total, after every message.

type Command =
  | {
      kind: "new";
      id: number;
      account: number;
      instrument: number;
      isBuy: boolean;
      price: number;
      quantity: number;
      overrides: boolean;
      wait: number;
    }
  | { kind: "replace"; id: number; price: number; quantity: number; overrides: boolean; wait: number }
  | { kind: "cancel"; id: number; wait: number }
  | { kind: "fill"; id: number; quantity: number; price: number }
  | { kind: "last"; instrument: number; price: number }
  | { kind: "state"; node: number; state: "active" | "reducing" | "halted" };

const ACCOUNTS = [3, 4, 5];
const PARENTS = [-1, 0, 0, 1, 1, 2];
const LEVELS = ["firm", "desk", "desk", "account", "account", "account"] as const;
const CHANGE = { timeMillis: 0, actor: "test" };

const id = fc.integer({ min: 1, max: 30 });
const price = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(90, 95, 100, 105, 110) },
  fc.integer({ min: 85, max: 115 }),
);
const quantity = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(2, 4, 6, 8, 10) },
  fc.integer({ min: 1, max: 24 }),
);
const overrides = fc.boolean();
const wait = fc.constantFrom(0, 1, 5, 40, 40);
const instrument = fc.integer({ min: 0, max: 1 });
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("new" as const),
      id,
      account: fc.constantFrom(...ACCOUNTS),
      instrument,
      isBuy: fc.boolean(),
      price,
      quantity,
      overrides,
      wait,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("replace" as const), id, price, quantity, overrides, wait }),
  },
  fc.record({ kind: fc.constant("cancel" as const), id, wait }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("fill" as const), id, quantity, price }) },
  fc.record({ kind: fc.constant("last" as const), instrument, price }),
  fc.record({
    kind: fc.constant("state" as const),
    node: fc.integer({ min: 0, max: 5 }),
    state: fc.constantFrom("active" as const, "active" as const, "reducing" as const, "halted" as const),
  }),
);

/** In places the last new order comes again under another id, soon enough to be a duplicate. */
const commandsWithRepeats = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: command },
      fc.record({ kind: fc.constant("again" as const), id, wait: fc.constantFrom(0, 1) }),
    ),
    { minLength: 20, maxLength: 60, size: "max" },
  )
  .map((steps) => {
    const commands: Command[] = [];
    let last: Extract<Command, { kind: "new" }> | undefined;
    for (const step of steps) {
      if (step.kind !== "again") {
        if (step.kind === "new") last = step;
        commands.push(step);
      } else if (last) commands.push({ ...last, id: step.id, wait: step.wait });
    }
    return commands;
  });

/** Each limit is set on few nodes, and tight enough to bind; those that must be ordered are ordered by their ranges. */
const maybe = (min: number, max: number) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, fc.integer({ min, max }));
const limits: fc.Arbitrary<Limits> = fc
  .record({
    minOrderQuantity: maybe(1, 5),
    maxOrderQuantity: maybe(10, 24),
    maxOrderNotional: maybe(1_000, 2_400),
    maxLong: maybe(10, 60),
    maxShort: maybe(10, 60),
    maxOpenOrders: maybe(2, 8),
    maxOpenNotional: maybe(2_400, 3_500),
    maxCredit: maybe(3_500, 8_000),
    maxGrossExposure: maybe(3_000, 4_000),
    maxNetExposure: maybe(1_000, 3_000),
    maxSectorGrossExposure: maybe(2_500, 3_000),
    maxSectorNetExposure: maybe(500, 2_500),
    capital: fc.constant(10_000),
    maxConcentrationPpm: maybe(100_000, 500_000),
    maxSingleLoss: maybe(100, 600),
    maxDailyLoss: maybe(0, 300),
    duplicateWindowMillis: maybe(1, 20),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Limits);

/** Soft limits below those of a node, and where it has none. */
const nodeLimits = limits.chain((hard) => {
  const below = (name: keyof SoftLimits, most: number) =>
    fc.oneof(
      { weight: 8, arbitrary: fc.constant(undefined) },
      fc.integer({ min: Math.ceil(most / 4), max: hard[name] ?? most }),
    );
  return fc
    .record({
      maxOrderQuantity: below("maxOrderQuantity", 10),
      maxOrderNotional: below("maxOrderNotional", 1_000),
      maxLong: below("maxLong", 10),
      maxShort: below("maxShort", 10),
      maxOpenOrders: below("maxOpenOrders", 2),
      maxOpenNotional: below("maxOpenNotional", 2_400),
      maxCredit: below("maxCredit", 3_500),
      maxGrossExposure: below("maxGrossExposure", 3_000),
      maxNetExposure: below("maxNetExposure", 1_000),
      maxSectorGrossExposure: below("maxSectorGrossExposure", 2_500),
      maxSectorNetExposure: below("maxSectorNetExposure", 500),
      maxConcentrationPpm: below("maxConcentrationPpm", 100_000),
      maxSingleLoss: below("maxSingleLoss", 100),
      maxDailyLoss: below("maxDailyLoss", 0),
    })
    .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)))
    .map((softLimits): { limits: Limits; softLimits: SoftLimits } => ({ limits: hard, softLimits }));
});

const setup = fc.record({
  nodeLimits: fc.array(nodeLimits, { minLength: 6, maxLength: 6 }),
  cash: fc.option(fc.integer({ min: 500, max: 5_000 }), { nil: undefined }),
});

function build({
  nodeLimits,
  cash,
}: {
  nodeLimits: { limits: Limits; softLimits: SoftLimits }[];
  cash: number | undefined;
}) {
  const window = { count: 4, windowMillis: 10 };
  const overridden = new Set<number>();
  const gate = new PreTradeGate(
    { baseCurrency: "USD", sectors: 2 },
    { overridden: (orderId) => overridden.add(orderId) },
  );
  const nodes: NaiveNode[] = [];
  for (const [index, parent] of PARENTS.entries()) {
    const isAccount = LEVELS[index] === "account";
    gate.addNode({
      name: `node ${index}`,
      level: LEVELS[index]!,
      ...(parent < 0 ? {} : { parent }),
      ...nodeLimits[index]!,
      ...(isAccount ? { throttle: { window } } : {}),
    });
    const hasCash = index === 3 && cash !== undefined;
    if (hasCash) gate.setCash(index, cash, CHANGE);
    nodes.push({ parent, isAccount, ...nodeLimits[index]!, ...(hasCash ? { cash } : {}) });
  }
  gate.addSession({ name: "session" });
  const instruments: NaiveInstrument[] = [
    {
      sector: 0,
      tickSize: 1,
      lotSize: 1,
      maxQuantity: 22,
      collarPpm: 100_000,
      marginPpm: 1_000_000,
      stressPpm: 100_000,
      mark: 100,
    },
    {
      sector: 1,
      tickSize: 5,
      lotSize: 2,
      maxQuantity: 30,
      collarPpm: 0,
      marginPpm: 333_333,
      stressPpm: 250_000,
      mark: 100,
    },
  ];
  for (const [index, { collarPpm, mark, ...rest }] of instruments.entries()) {
    gate.addInstrument({ name: `I${index}`, referencePrice: mark, dynamicCollarPpm: collarPpm, ...rest });
  }
  return { gate, overridden, naive: new NaiveGate(nodes, instruments, window) };
}

function applyToGate(gate: PreTradeGate, step: Command, now: number): unknown {
  switch (step.kind) {
    case "new":
      return rejectName(gate.newOrder(orderOf(step, now)));
    case "replace":
      return rejectName(
        gate.replace({
          orderId: step.id,
          price: step.price,
          stopPrice: 0,
          quantity: step.quantity,
          timeMillis: now,
          overridesSoftLimits: step.overrides,
        }),
      );
    case "cancel":
      return gate.cancel(step.id, now);
    case "fill": {
      const leaves = gate.order(step.id)?.leavesQuantity ?? 1;
      return gate.fill(step.id, Math.min(step.quantity, leaves), step.price, 0, now);
    }
    case "last":
      return gate.setLast(step.instrument, step.price);
    case "state":
      return gate.setState(step.node, step.state, CHANGE);
  }
}

function applyToNaive(naive: NaiveGate, step: Command, now: number): unknown {
  switch (step.kind) {
    case "new":
      return naive.newOrder(orderOf(step, now));
    case "replace":
      return naive.replace({
        orderId: step.id,
        price: step.price,
        stopPrice: 0,
        quantity: step.quantity,
        timeMillis: now,
        overridesSoftLimits: step.overrides,
      });
    case "cancel":
      return naive.cancel(step.id, now);
    case "fill": {
      const leaves = naive.open.find((order) => order.id === step.id)?.leaves ?? 1;
      return naive.fill(step.id, Math.min(step.quantity, leaves), step.price);
    }
    case "last":
      naive.instruments[step.instrument]!.mark = step.price;
      return undefined;
    case "state":
      naive.states[step.node] = step.state;
      return undefined;
  }
}

function orderOf(step: Extract<Command, { kind: "new" }>, now: number) {
  return {
    orderId: step.id,
    account: step.account,
    session: 0,
    instrument: step.instrument,
    side: step.isBuy ? ("buy" as const) : ("sell" as const),
    type: "limit" as const,
    price: step.price,
    stopPrice: 0,
    quantity: step.quantity,
    timeMillis: now,
    overridesSoftLimits: step.overrides,
  };
}

function compareTotals(gate: PreTradeGate, naive: NaiveGate): void {
  for (let node = 0; node < PARENTS.length; node++) {
    const totals = gate.totals(node);
    const model = naive.totals(node);
    expect(totals).toMatchObject({
      openOrders: model.openOrders,
      openNotional: model.openNotional,
      traded: model.traded,
      grossExposure: model.gross,
      netExposure: model.net,
      margin: model.margin,
      messages: model.messages,
      trades: model.trades,
    });
    expect(totals.profit + 0).toBe(model.profit + 0);
    for (const [index, { position, openBuy, openSell }] of model.holdings.entries()) {
      expect(gate.holding(node, index)).toMatchObject({ position, openBuy, openSell });
    }
  }
}

test("decides as the plain gate does, and keeps the same totals", () => {
  const seen = new Map<string, number>();
  let overrides = 0;
  fc.assert(
    fc.property(setup, commandsWithRepeats, (given, commands) => {
      const { gate, naive, overridden } = build(given);
      let now = 0;
      for (const step of commands) {
        if ("wait" in step) now += step.wait;
        const decision = applyToGate(gate, step, now);
        if (step.kind === "new") seen.set(String(decision), (seen.get(String(decision)) ?? 0) + 1);
        expect(decision).toBe(applyToNaive(naive, step, now));
      }
      compareTotals(gate, naive);
      expect([...overridden].sort()).toEqual([...new Set(naive.overridden)].sort());
      overrides += overridden.size;
    }),
    { numRuns: runs(300) },
  );
  expect(overrides).toBeGreaterThan(0);
  // The generator is worth nothing unless it reaches the checks.
  for (const reason of [
    "accepted",
    "throttled",
    "duplicate-order-id",
    "duplicate-order",
    "tick-size",
    "lot-size",
    "min-quantity",
    "max-quantity",
    "max-notional",
    "price-collar",
    "halted",
    "reduce-only",
    "max-open-orders",
    "max-position",
    "max-open-notional",
    "credit",
    "buying-power",
    "gross-exposure",
    "net-exposure",
    "sector-exposure",
    "concentration",
    "single-loss",
    "daily-loss",
  ]) {
    expect(seen.get(reason) ?? 0, reason).toBeGreaterThan(0);
  }
});

test("reservations sum to zero when nothing is open", () => {
  fc.assert(
    fc.property(
      setup,
      fc.array(command, { minLength: 20, maxLength: 60, size: "max" }),
      (given, commands) => {
        const { gate } = build(given);
        let now = 0;
        for (const step of commands) {
          if ("wait" in step) now += step.wait;
          applyToGate(gate, step, now);
        }
        for (const [at, order] of gate.openOrders(0).entries()) {
          if (at % 2 === 0) expect(gate.close(order.orderId)).toBe(order.leavesQuantity);
          else expect(gate.fill(order.orderId, order.leavesQuantity, 100, 0, now)).toBe(0);
          // Released once and only once.
          expect(gate.close(order.orderId)).toBe(0);
        }
        for (let node = 0; node < PARENTS.length; node++) {
          expect(gate.totals(node)).toMatchObject({ openOrders: 0, openNotional: 0 });
          for (const index of [0, 1]) {
            expect(gate.holding(node, index)).toMatchObject({ openBuy: 0, openSell: 0, reserved: 0 });
          }
        }
      },
    ),
    { numRuns: runs(150) },
  );
});

test("a gate restored from a snapshot decides identically", () => {
  fc.assert(
    fc.property(
      setup,
      fc.array(command, { maxLength: 40 }),
      fc.array(command, { maxLength: 40 }),
      (given, before, after) => {
        const { gate } = build(given);
        let now = 0;
        for (const step of before) {
          if ("wait" in step) now += step.wait;
          applyToGate(gate, step, now);
        }
        const json = JSON.stringify(gate.snapshot());
        const restored = PreTradeGate.restore(JSON.parse(json) as GateSnapshot);
        expect(JSON.stringify(restored.snapshot())).toBe(json);
        for (const step of after) {
          if ("wait" in step) now += step.wait;
          expect(applyToGate(restored, step, now)).toBe(applyToGate(gate, step, now));
        }
        expect(restored.snapshot()).toEqual(gate.snapshot());
      },
    ),
    { numRuns: runs(100) },
  );
});

test("permuting independent orders keeps totals", () => {
  const orders = fc.uniqueArray(
    fc.record({
      id: fc.integer({ min: 1, max: 1000 }),
      account: fc.constantFrom(...ACCOUNTS),
      instrument,
      isBuy: fc.boolean(),
      price,
      quantity,
    }),
    { selector: (order) => order.id, maxLength: 30 },
  );
  fc.assert(
    fc.property(
      orders.chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      ),
      ([list, shuffled]) => {
        const totalsOf = (sequence: typeof list) => {
          const { gate } = build({
            nodeLimits: PARENTS.map(() => ({ limits: {}, softLimits: {} })),
            cash: undefined,
          });
          for (const [at, order] of sequence.entries()) {
            // Far enough apart in time not to be throttled; instrument 1 trades in fives and pairs.
            const rounded = {
              ...order,
              price: 100,
              quantity: Math.min(order.quantity * 2, 22),
            };
            expect(applyToGate(gate, { kind: "new", ...rounded, overrides: false, wait: 0 }, at * 100)).toBe(
              "accepted",
            );
          }
          return PARENTS.map((_, node) => [gate.totals(node), gate.holding(node, 0), gate.holding(node, 1)]);
        };
        expect(totalsOf(shuffled)).toEqual(totalsOf(list));
      },
    ),
    { numRuns: runs(60) },
  );
});
