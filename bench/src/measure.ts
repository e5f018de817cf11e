import { Bench } from "tinybench";
import type { Contender, Measurement, Scenario, SelfMeasured, Target } from "./scenario.ts";

export interface Plan {
  readonly isSmoke: boolean;
  /** Every contender runs once a round, in turn, so that a change of the machine's speed meets all alike. */
  readonly rounds: number;
  readonly millisPerRound: number;
}

export const fullPlan: Plan = { isSmoke: false, rounds: 5, millisPerRound: 500 };
export const smokePlan: Plan = { isSmoke: true, rounds: 1, millisPerRound: 60 };

export interface Outcome {
  readonly suite: string;
  readonly scenario: string;
  readonly measured: Measurement | undefined;
  readonly peers: Readonly<Record<string, PeerOutcome | undefined>>;
  readonly verdicts: readonly Verdict[];
}

export interface PeerOutcome {
  readonly measured: Measurement;
  /** Our time divided by the peer's, the median of the rounds. */
  readonly ratio: number;
}

export interface Verdict {
  readonly target: Target;
  readonly value: number | undefined;
  readonly result: "met" | "missed" | "not measured";
}

export async function measureScenario(suite: string, scenario: Scenario, plan: Plan): Promise<Outcome> {
  const contenders: [string, Contender][] = [["", scenario.subject], ...Object.entries(scenario.peers ?? {})];
  const timers = await Promise.all(contenders.map(([, contender]) => timerOf(contender, scenario, plan)));
  const rounds: (Measurement | undefined)[][] = [];
  const count = plan.isSmoke ? plan.rounds : (scenario.rounds ?? plan.rounds);
  for (let round = 0; round < count; round++) {
    const results: (Measurement | undefined)[] = [];
    for (const timer of timers) results.push(await timer?.());
    rounds.push(results);
  }
  const middles = contenders.map((_, index) => middle(rounds.map((results) => results[index])));
  const peers: Record<string, PeerOutcome | undefined> = {};
  for (const [index, [name]] of contenders.entries()) {
    if (index === 0) continue;
    const measured = middles[index];
    const ratios = rounds.flatMap((results) => {
      const [own, other] = [results[0], results[index]];
      return own && other ? [nanosEach(own) / nanosEach(other)] : [];
    });
    peers[name] = measured && ratios.length > 0 ? { measured, ratio: median(ratios) } : undefined;
  }
  const verdicts = scenario.targets.map((target) => judge(target, middles[0], peers));
  return { suite, scenario: scenario.name, measured: middles[0], peers, verdicts };
}

type Timer = () => Promise<Measurement | undefined>;

async function timerOf(contender: Contender, scenario: Scenario, plan: Plan): Promise<Timer | undefined> {
  if (isSelfMeasured(contender)) return async () => contender.measure({ isSmoke: plan.isSmoke });
  const run = await contender();
  if (!run) return undefined;
  return async () => {
    const bench = new Bench({
      time: plan.millisPerRound,
      warmupTime: plan.millisPerRound / 5,
      // Of a call that takes a second, a few are enough; by default it would be made 80 times.
      iterations: plan.isSmoke ? 1 : 5,
      warmupIterations: plan.isSmoke ? 1 : 2,
      throws: true,
    });
    bench.add(scenario.name, run);
    await bench.run();
    const result = bench.tasks[0]?.result;
    if (result?.state !== "completed")
      throw new Error(`${scenario.name}: tinybench ended as ${result?.state}`);
    const toNanos = (millis: number): number => (millis * 1e6) / scenario.operations;
    return { p50: toNanos(result.latency.p50), p99: toNanos(result.latency.p99) };
  };
}

function isSelfMeasured(contender: Contender): contender is SelfMeasured {
  return typeof contender === "object";
}

export function operationsPerSecond(measured: Measurement): number {
  return measured.operationsPerSecond ?? 1e9 / measured.p50;
}

function nanosEach(measured: Measurement): number {
  return measured.isPaced ? measured.p50 : 1e9 / operationsPerSecond(measured);
}

function middle(measurements: readonly (Measurement | undefined)[]): Measurement | undefined {
  const made = measurements.filter((measurement) => measurement !== undefined);
  if (made.length === 0) return undefined;
  const bytes = made.flatMap((measurement) => measurement.bytes ?? []);
  return {
    p50: median(made.map((measurement) => measurement.p50)),
    p99: median(made.map((measurement) => measurement.p99)),
    ...(made[0]!.isPaced
      ? { isPaced: true }
      : { operationsPerSecond: median(made.map(operationsPerSecond)) }),
    ...(bytes.length > 0 ? { bytes: median(bytes) } : {}),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function judge(target: Target, own: Measurement | undefined, peers: Outcome["peers"]): Verdict {
  const value = figureFor(target, own, peers);
  if (value === undefined) return { target, value, result: "not measured" };
  const isMet = "atMost" in target ? value <= target.atMost : value >= target.atLeast;
  return { target, value, result: isMet ? "met" : "missed" };
}

function figureFor(
  target: Target,
  own: Measurement | undefined,
  peers: Outcome["peers"],
): number | undefined {
  if (!own) return undefined;
  switch (target.measure) {
    case "p50 nanoseconds":
      return own.p50;
    case "p99 nanoseconds":
      return own.p99;
    case "operations per second":
      return operationsPerSecond(own);
    case "bytes":
      return own.bytes;
    case "ratio":
      return peers[target.to]?.ratio;
  }
}
