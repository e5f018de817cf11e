import { expect, describe as group, test } from "vitest";
import { measureScenario, median, type Plan } from "../src/measure.ts";
import { describe, machine, nanos, rate } from "../src/report.ts";
import type { Measurement, Scenario } from "../src/scenario.ts";

const plan: Plan = { isSmoke: false, rounds: 3, millisPerRound: 1 };
const fixed = (p50: number, p99: number = p50) => ({ measure: (): Measurement => ({ p50, p99 }) });
const scenario = (changes: Partial<Scenario>): Scenario => ({
  name: "fixed",
  operations: 1,
  subject: fixed(100, 200),
  targets: [],
  ...changes,
});

group("verdicts", () => {
  test.each([
    ["met", { measure: "p50 nanoseconds", atMost: 100 }],
    ["missed", { measure: "p50 nanoseconds", atMost: 99 }],
    ["met", { measure: "p99 nanoseconds", atMost: 200 }],
    ["missed", { measure: "p99 nanoseconds", atMost: 199 }],
    ["met", { measure: "operations per second", atLeast: 10_000_000 }],
    ["missed", { measure: "operations per second", atLeast: 10_000_001 }],
    ["met", { measure: "ratio", to: "half as fast", atMost: 0.5 }],
    ["missed", { measure: "ratio", to: "half as fast", atMost: 0.49 }],
    ["not measured", { measure: "ratio", to: "not installed", atMost: 1 }],
  ] as const)("%s: %j", async (result, target) => {
    const peers = { "half as fast": fixed(200), "not installed": () => undefined };
    const outcome = await measureScenario("suite", scenario({ peers, targets: [target] }), plan);
    expect(outcome.verdicts).toMatchObject([{ result }]);
  });

  test("a contender that measures several in flight states its own rate", async () => {
    const subject = { measure: () => ({ p50: 100, p99: 100, operationsPerSecond: 1e9 }) };
    const outcome = await measureScenario("suite", scenario({ subject, peers: { one: fixed(100) } }), plan);
    expect(outcome.measured?.operationsPerSecond).toBe(1e9);
    expect(outcome.peers.one?.ratio).toBeCloseTo(0.01);
  });

  test("at a given rate times are compared, and no rate is shown", async () => {
    const paced = (p50: number) => ({ measure: (): Measurement => ({ p50, p99: p50, isPaced: true }) });
    const outcome = await measureScenario(
      "suite",
      scenario({ subject: paced(300), peers: { one: paced(100) } }),
      plan,
    );
    expect(outcome.peers.one?.ratio).toBeCloseTo(3);
    expect(describe(outcome)).toContain("p50 300 ns  p99 300 ns\n");
    expect(describe(outcome)).not.toContain("/s");
  });
});

test("a function is timed, and its figures are per operation", async () => {
  let calls = 0;
  const subject = () => () => ++calls;
  const outcome = await measureScenario("suite", scenario({ operations: 1_000_000, subject }), plan);
  expect(calls).toBeGreaterThan(10);
  // A call takes far less than a millisecond, so an operation takes less than a nanosecond.
  expect(outcome.measured?.p50).toBeLessThan(1);
});

test("a function that throws fails the run", async () => {
  const subject = () => () => {
    throw new Error("broken scenario");
  };
  await expect(measureScenario("suite", scenario({ subject }), plan)).rejects.toThrow("broken scenario");
});

test("the report names scenario, figures, peer, target and verdict", async () => {
  const outcome = await measureScenario(
    "suite",
    scenario({
      peers: { other: fixed(400), gone: () => undefined },
      targets: [
        { measure: "ratio", to: "other", atMost: 0.5 },
        { measure: "p99 nanoseconds", atMost: 150 },
        { measure: "operations per second", atLeast: 1e6 },
        { measure: "ratio", to: "gone", atMost: 1 },
      ],
    }),
    plan,
  );
  expect(
    describe(outcome)
      .split("\n")
      .map((line) => line.trim().replaceAll(/ {2,}/g, " ")),
  ).toEqual([
    "suite · fixed",
    "measured p50 100 ns p99 200 ns 10.0 M/s",
    "peer other p50 400 ns p99 400 ns 2.50 M/s (ours takes 0.25× its time)",
    "peer gone not available here",
    "target ≤ 0.5× of other met (0.25×)",
    "target p99 ≤ 150 ns missed (200 ns)",
    "target ≥ 1.00 M/s met (10.0 M/s)",
    "target ≤ 1× of gone not measured",
  ]);
  expect(machine().node).toBe(process.version);
});

test("units are those people read", () => {
  expect([nanos(12.345), nanos(12_345), nanos(12_345_678)]).toEqual(["12.3 ns", "12.3 µs", "12.3 ms"]);
  expect([rate(12), rate(12_345), rate(12_345_678)]).toEqual(["12.0 /s", "12.3 k/s", "12.3 M/s"]);
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
});
