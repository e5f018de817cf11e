import {
  type EngineErrorCode,
  isEngineError,
  MatchingEngine,
  NaiveMatchingEngine,
} from "@exchange-kit/orderbook";
import { EngineEmitter } from "@exchange-kit/orderbook/events";
import {
  cancelFilterSchema,
  instrumentOptionsSchema,
  jsonSchemas,
  newOrderSchema,
  orderListSchema,
} from "@exchange-kit/orderbook/schema";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyCommand, commands, venue } from "./support/engine-command.ts";
import { type EngineEvent, engineRecorder } from "./support/engine-recorder.ts";

const names = [
  "added",
  "held",
  "triggered",
  "traded",
  "crossed",
  "refreshed",
  "reduced",
  "cancelled",
  "rejected",
  "phaseChanged",
  "indicative",
  "limitStateChanged",
] as const;

test("the emitter tells every event with the listener's values, in the same order", () => {
  fc.assert(
    fc.property(commands(40), (steps) => {
      const expected: EngineEvent[] = [];
      const emitted: EngineEvent[] = [];
      const emitter = new EngineEmitter();
      for (const name of names) {
        emitter.on(name, (event: object) => void emitted.push([name, ...Object.values(event)]));
      }
      for (const listener of [engineRecorder(expected), emitter.listener]) {
        const engine = new MatchingEngine(venue, listener);
        for (const step of steps) applyCommand(engine, step);
      }
      expect(emitted).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

test("an emitter without listeners is silent", () => {
  const emitter = new EngineEmitter();
  for (const steps of fc.sample(commands(60), { numRuns: 200, seed: 3 })) {
    const engine = new MatchingEngine(venue, emitter.listener);
    for (const step of steps) applyCommand(engine, step);
  }
  expect(emitter.eventNames()).toEqual([]);
});

describe("schemas", () => {
  test("take what is well formed", () => {
    const order = { instrument: 0, orderId: 1, side: "buy", quantity: 5, price: 10, timeInForce: "ioc" };
    expect(newOrderSchema.parse(order)).toEqual(order);
    expect(cancelFilterSchema.parse({ account: 3 })).toEqual({ account: 3 });
    for (const rules of venue) expect(instrumentOptionsSchema.parse(rules)).toEqual(rules);
    const list = { contingency: "bracket", orders: [order, { ...order, orderId: 2 }] };
    expect(orderListSchema.parse(list)).toEqual(list);
    expect(instrumentOptionsSchema.parse({ tickSize: 5, phase: "pre-open" })).toEqual({
      tickSize: 5,
      phase: "pre-open",
    });
  });

  test("are there as JSON Schema too", () => {
    expect(jsonSchemas().newOrder).toMatchObject({
      type: "object",
      required: ["instrument", "orderId", "side", "quantity"],
      additionalProperties: false,
      properties: { peg: { enum: ["primary", "market", "midpoint"] }, quantity: { minimum: 1 } },
    });
    expect(jsonSchemas().orderList).toMatchObject({ properties: { orders: { minItems: 2, maxItems: 16 } } });
    expect(jsonSchemas().instrumentOptions).toHaveProperty("properties.priceLimits.required");
    expect(jsonSchemas().cancelFilter).toHaveProperty("properties.session");
  });

  test.each([
    { instrument: 0, orderId: 1, side: "buy" },
    { instrument: 0, orderId: 1, side: "up", quantity: 5 },
    { instrument: 0, orderId: 0, side: "buy", quantity: 5 },
    { instrument: 0, orderId: 1, side: "buy", quantity: 5, price: undefined },
    { instrument: 0, orderId: 1, side: "buy", quantity: 5, colour: "red" },
  ])("refuse %j", (order) => {
    expect(newOrderSchema.safeParse(order).success).toBe(false);
  });
});

describe("a broken contract throws the package's error", () => {
  const codeOf = (run: () => unknown): EngineErrorCode | undefined => {
    try {
      run();
    } catch (error) {
      if (isEngineError(error)) return error.code;
      throw error;
    }
    return undefined;
  };

  for (const Engine of [MatchingEngine, NaiveMatchingEngine]) {
    test(Engine.name, () => {
      const listener = engineRecorder([]);
      const make = (...options: unknown[]): unknown => new Engine(options as never, listener);
      expect(codeOf(() => make())).toBe("invalid-option");
      for (const options of [
        { tickSize: 0 },
        { lotSize: 1.5 },
        { maximumQuantity: 2 ** 30 },
        { lowestPrice: 5, highestPrice: 4 },
        { referencePrice: Number.NaN },
        { phase: "lunch" },
        { maximumLevels: 0 },
        { tickBands: [{ from: 5, tickSize: 2 }] },
        { tickBands: [{ from: 4 }] },
        { volatilityInterruption: { range: 0, duration: 1 } },
        { volatilityInterruption: { range: 1 } },
        { priceLimits: { basisPoints: 500 } },
        { allocation: [{ step: "lottery" }] },
        { allocation: [{ step: "top-order", minimum: 0 }] },
        { allocation: [{ step: "fifo", percent: 101 }] },
        { allocation: [{ step: "pro-rata", minimum: 0 }] },
        { allocation: [{ step: "lead-market-makers", makers: [{ account: 0, percent: 5 }] }] },
        {
          allocation: [
            {
              step: "lead-market-makers",
              makers: [
                { account: 1, percent: 60 },
                { account: 2, percent: 60 },
              ],
            },
          ],
        },
      ]) {
        expect(codeOf(() => make(options))).toBe("invalid-option");
      }
      expect(codeOf(() => new Engine([{}], listener, { maximumOrders: 0 }))).toBe("invalid-option");
      expect(codeOf(() => new Engine([{}], listener, { orderLimit: { orders: 0, interval: 1 } }))).toBe(
        "invalid-option",
      );
      const engine = new Engine([{}], listener);
      engine.advance(5);
      expect(codeOf(() => engine.advance(4))).toBe("time-goes-back");
      expect(codeOf(() => engine.advance(-1))).toBe("invalid-time");
      expect(codeOf(() => engine.advance(1.5))).toBe("invalid-time");
      expect(codeOf(() => engine.setPhase(0, "lunch" as never))).toBe("invalid-phase");
      expect(engine.phase(0)).toBe("continuous");
    });
  }

  test("other errors are not", () => {
    expect(isEngineError(new Error("no"))).toBe(false);
    expect(isEngineError(undefined)).toBe(false);
  });
});
