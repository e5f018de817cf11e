import { cpus, loadavg } from "node:os";
import type { Outcome, Verdict } from "./measure.ts";
import { operationsPerSecond } from "./measure.ts";
import type { Measurement, Target } from "./scenario.ts";

/** The machine that the figures belong to; a figure without it means little. */
export function machine(): { node: string; cpu: string; cores: number; load: number } {
  const [first] = cpus();
  return {
    node: process.version,
    cpu: first?.model ?? "unknown",
    cores: cpus().length,
    load: Math.round(loadavg()[0]! * 100) / 100,
  };
}

/** One scenario as lines of text: what was measured, then each target with its verdict. */
export function describe(outcome: Outcome): string {
  const lines = [`${outcome.suite} · ${outcome.scenario}`];
  const row = (name: string, measured: Outcome["measured"], note = ""): void => {
    lines.push(`    ${name.padEnd(28)} ${measured ? figures(measured) : "not available here"}${note}`);
  };
  row("measured", outcome.measured);
  for (const [name, peer] of Object.entries(outcome.peers)) {
    row(`peer ${name}`, peer?.measured, peer ? `  (ours takes ${ratio(peer.ratio)} its time)` : "");
  }
  for (const verdict of outcome.verdicts) {
    lines.push(`    ${describeTarget(verdict.target).padEnd(28)} ${verdictText(verdict)}`);
  }
  return lines.join("\n");
}

function figures(measured: Measurement): string {
  if (measured.bytes !== undefined) return bytes(measured.bytes);
  const times = `p50 ${nanos(measured.p50)}  p99 ${nanos(measured.p99)}`;
  return measured.isPaced ? times : `${times}  ${rate(operationsPerSecond(measured))}`;
}

function describeTarget(target: Target): string {
  switch (target.measure) {
    case "p50 nanoseconds":
      return `target p50 ≤ ${nanos(target.atMost)}`;
    case "p99 nanoseconds":
      return `target p99 ≤ ${nanos(target.atMost)}`;
    case "operations per second":
      return `target ≥ ${rate(target.atLeast)}`;
    case "bytes":
      return `target ≤ ${bytes(target.atMost)}`;
    case "ratio":
      return `target ≤ ${ratio(target.atMost)} of ${target.to}`;
  }
}

function verdictText({ target, value, result }: Verdict): string {
  return value === undefined ? result : `${result} (${figure(target.measure, value)})`;
}

function figure(measure: Target["measure"], value: number): string {
  switch (measure) {
    case "ratio":
      return ratio(value);
    case "operations per second":
      return rate(value);
    case "bytes":
      return bytes(value);
    default:
      return nanos(value);
  }
}

export function nanos(value: number): string {
  if (value < 1_000) return `${value.toPrecision(3)} ns`;
  if (value < 1_000_000) return `${(value / 1_000).toPrecision(3)} µs`;
  return `${(value / 1_000_000).toPrecision(3)} ms`;
}

export function rate(perSecond: number): string {
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toPrecision(3)} M/s`;
  if (perSecond >= 1e3) return `${(perSecond / 1e3).toPrecision(3)} k/s`;
  return `${perSecond.toPrecision(3)} /s`;
}

function bytes(value: number): string {
  return `${(value / 2 ** 20).toPrecision(3)} MiB`;
}

function ratio(value: number): string {
  return `${Number(value.toPrecision(3))}×`;
}
