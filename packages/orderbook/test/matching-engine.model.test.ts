import {
  type InstrumentOptions,
  MatchingEngine,
  NaiveMatchingEngine,
  type Phase,
  type Side,
} from "@exchange-kit/orderbook";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { applyCommand, commands, readings } from "./support/engine-command.ts";
import { type EngineEvent, engineRecorder } from "./support/engine-recorder.ts";

const plain: InstrumentOptions = {};
const ruled: InstrumentOptions = {
  tickSize: 2,
  lotSize: 2,
  maximumQuantity: 10,
  lowestPrice: -4,
  highestPrice: 40_000,
  dynamicBand: 5,
  referencePrice: 2,
};

test("the fast engine gives the events and the book of the naive one", () => {
  fc.assert(
    fc.property(commands(60), fc.constantFrom<Phase>("continuous", "opening-auction"), (steps, phase) => {
      const [events, expected]: EngineEvent[][] = [[], []];
      const engine = new MatchingEngine([{ phase }, ruled], engineRecorder(events!), { maximumOrders: 12 });
      const naive = new NaiveMatchingEngine([{ phase }, ruled], engineRecorder(expected!), {
        maximumOrders: 12,
      });
      for (const step of steps) {
        const result = applyCommand(engine, step);
        expect(result).toEqual(applyCommand(naive, step));
        expect(events).toEqual(expected);
        events!.length = 0;
        expected!.length = 0;
        expect(readings(engine)).toEqual(readings(naive));
      }
    }),
    { numRuns: runs(400) },
  );
});

test("the commands of the model test reach every event, cancel reason and reject reason", () => {
  const seen = new Set<string>();
  for (const steps of fc.sample(commands(60), { numRuns: 1_500, seed: 7 })) {
    const events: EngineEvent[] = [];
    const engine = new MatchingEngine([plain, ruled], engineRecorder(events), { maximumOrders: 12 });
    for (const step of steps) applyCommand(engine, step);
    for (const [name, ...args] of events) {
      seen.add(name === "cancelled" || name === "rejected" ? `${name} ${args.at(-1)}` : name);
    }
  }
  expect([...seen].sort()).toEqual([
    "added",
    "cancelled expired",
    "cancelled mass-cancel",
    "cancelled replaced",
    "cancelled requested",
    "cancelled self-trade",
    "cancelled unfilled",
    "crossed",
    "held",
    "phaseChanged",
    "reduced",
    "refreshed",
    "rejected duplicate-order-id",
    "rejected expired",
    "rejected held-order",
    "rejected invalid-order",
    "rejected invalid-order-id",
    "rejected invalid-price",
    "rejected invalid-quantity",
    "rejected off-lot-quantity",
    "rejected off-tick-price",
    "rejected phase-forbids-order",
    "rejected price-outside-band",
    "rejected quantity-above-maximum",
    "rejected too-many-orders",
    "rejected unknown-instrument",
    "rejected unknown-order-id",
    "rejected would-take",
    "traded",
    "triggered",
  ]);
});

test("prices far apart: the ladder grows, moves and reaches back, and the book stays that of the naive engine", () => {
  const spread = fc.constantFrom(1, 40, 3_000, 20_000, 60_000, 2 ** 29);
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(
        fc.constant("limit" as const),
        fc.constant(0),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom<Side>("buy", "sell"),
        fc.tuple(fc.integer({ min: -60, max: 60 }), spread).map(([a, b]) => Math.floor((a * b) / 40)),
        fc.integer({ min: 1, max: 5 }),
      ),
    },
    { weight: 4, arbitrary: fc.tuple(fc.constant("cancel" as const), fc.integer({ min: 1, max: 60 })) },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.constant("market" as const),
        fc.constant(0),
        fc.integer({ min: 61, max: 70 }),
        fc.constantFrom<Side>("buy", "sell"),
        fc.integer({ min: 1, max: 30 }),
      ),
    },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: "max" }), (steps) => {
      const [events, expected]: EngineEvent[][] = [[], []];
      const engine = new MatchingEngine([plain], engineRecorder(events!));
      const naive = new NaiveMatchingEngine([plain], engineRecorder(expected!));
      for (const each of steps) {
        expect(applyCommand(engine, each)).toEqual(applyCommand(naive, each));
        for (const side of ["buy", "sell"] as const) {
          expect(engine.depth(0, side, 99)).toEqual(naive.depth(0, side, 99));
        }
      }
      expect(events).toEqual(expected);
    }),
    { numRuns: runs(150) },
  );
});
