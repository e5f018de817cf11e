import { isDeepStrictEqual } from "node:util";
import { MatchingEngine, NaiveMatchingEngine, type Phase, type Side } from "@exchange-kit/orderbook";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  applyCommand,
  commands,
  instrumentOf,
  limits,
  readings,
  readingsOf,
  venue,
} from "./support/engine-command.ts";
import { type EngineEvent, engineRecorder } from "./support/engine-recorder.ts";

/** Fails when the values differ; telling how is much slower than finding out. */
function same(value: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(value, expected)) expect(value).toEqual(expected);
}

test("the fast engine gives the events and the book of the naive one", () => {
  fc.assert(
    fc.property(commands(60), fc.constantFrom<Phase>("continuous", "opening-auction"), (steps, phase) => {
      const [events, expected]: EngineEvent[][] = [[], []];
      const instruments = venue.map((rules) => ({ ...rules, phase }));
      const engine = new MatchingEngine(instruments, engineRecorder(events!), limits);
      const naive = new NaiveMatchingEngine(instruments, engineRecorder(expected!), limits);
      for (const [when, step] of steps.entries()) {
        same(applyCommand(engine, step), applyCommand(naive, step));
        same(events, expected);
        events!.length = 0;
        expected!.length = 0;
        // Events say most; all that can be read is compared now and then, and at the end.
        const index = instrumentOf(step);
        if (index !== undefined && when % 8 === 0) same(readingsOf(engine, index), readingsOf(naive, index));
      }
      same(readings(engine), readings(naive));
    }),
    { numRuns: runs(250) },
  );
});

test("the commands of the model test reach every event, cancel reason and reject reason", () => {
  const seen = new Set<string>();
  for (const steps of fc.sample(commands(60), { numRuns: 1_000, seed: 7 })) {
    const events: EngineEvent[] = [];
    const engine = new MatchingEngine(venue, engineRecorder(events), limits);
    for (const step of steps) applyCommand(engine, step);
    for (const [name, ...args] of events) {
      const hasReason = name === "cancelled" || name === "rejected" || name === "limitStateChanged";
      const hasFarPrice = name === "indicative" && args.at(-1) !== undefined;
      seen.add(hasReason ? `${name} ${args.at(-1)}` : hasFarPrice ? `${name} with a far price` : name);
    }
  }
  expect([...seen].sort()).toEqual([
    "added",
    "cancelled contingency",
    "cancelled disconnected",
    "cancelled expired",
    "cancelled mass-cancel",
    "cancelled replaced",
    "cancelled repriced",
    "cancelled requested",
    "cancelled self-trade",
    "cancelled unfilled",
    "crossed",
    "held",
    "indicative",
    "indicative with a far price",
    "limitStateChanged down",
    "limitStateChanged none",
    "limitStateChanged up",
    "phaseChanged",
    "reduced",
    "refreshed",
    "rejected duplicate-order-id",
    "rejected expired",
    "rejected held-order",
    "rejected invalid-list",
    "rejected invalid-order",
    "rejected invalid-order-id",
    "rejected invalid-price",
    "rejected invalid-quantity",
    "rejected no-reference-price",
    "rejected off-lot-quantity",
    "rejected off-tick-price",
    "rejected phase-forbids-order",
    "rejected price-outside-band",
    "rejected quantity-above-maximum",
    "rejected too-many-levels",
    "rejected too-many-messages",
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
      const engine = new MatchingEngine([{}], engineRecorder(events!));
      const naive = new NaiveMatchingEngine([{}], engineRecorder(expected!));
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
