import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outsideData } from "@exchange-kit/test-support";
import { describe, expect, test } from "vitest";
import { risk } from "../src/risk.ts";
import { type PreTradeInput, preTrade } from "../src/risk-pre-trade.ts";

async function conform(...args: string[]): Promise<{ results: Record<string, unknown>[] }> {
  const lines: string[] = [];
  await risk.run(args, (line) => lines.push(line));
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0]!);
}

/** Largest difference of numbers; infinite when anything else differs. */
function difference(expected: unknown, actual: unknown): number {
  if (typeof expected === "number" && typeof actual === "number") return Math.abs(expected - actual);
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return Math.max(0, ...expected.map((value, index) => difference(value, actual[index])));
  }
  return expected === actual ? 0 : Number.POSITIVE_INFINITY;
}

const cases = outsideData("risk/cases.json");
describe.skipIf(!cases)("outside cases (skipped where they are missing)", () => {
  test("every figure is within its case's tolerance", async () => {
    const { cases: all } = JSON.parse(readFileSync(cases!, "utf8"));
    const { results } = await conform(cases!, "--data", outsideData(".")!);
    expect(results).toHaveLength(all.length);
    for (const [index, { id, expected, tolerance }] of all.entries()) {
      expect(results[index]!.id).toBe(id);
      for (const [name, value] of Object.entries(expected)) {
        expect(difference(value, results[index]![name]), `${id} ${name}`).toBeLessThanOrEqual(tolerance);
      }
    }
  });
});

test("measures that need no data, from a file written here", async () => {
  const folder = mkdtempSync(join(tmpdir(), "exchange-kit-risk-"));
  const path = join(folder, "cases.json");
  const returns = [-0.05, -0.03, -0.02, 0, 0.01, 0.01, 0.02, 0.03, 0.04, 0.05];
  const option = { S: 42, K: 40, r: 0.1, q: 0, T: 0.5, type: "put" };
  const list = [
    { id: "tail", measure: "expectedShortfallTail", input: { returns, confidence: 0.75 } },
    { id: "cf", measure: "cornishFisher", input: { returns, confidence: 0.95 } },
    { id: "age", measure: "ageWeightedHistorical", input: { returns, confidence: 0.9, lam: 0.98 } },
    { id: "roll", measure: "rollingBacktest", input: { returns, window2: 5, confidence: 0.8 } },
    { id: "range", measure: "kupiecNonRejection", input: { observations: 255, p: 0.05 } },
    { id: "put", measure: "blackScholes", input: { ...option, sigma: 0.2 } },
    {
      id: "incremental",
      measure: "incrementalVaR",
      input: { returns: [returns, returns], weights: [1, 1], confidence: 0.95, position: 0, mean: "zero" },
    },
    {
      id: "es",
      measure: "componentESHistorical",
      input: { returns: [returns, returns], weights: [1, 1], confidence: 0.9 },
    },
    {
      id: "mc",
      measure: "monteCarloNormal",
      input: { weights: [1], covariance: [[0.01]], confidence: 0.95, paths: 100_000 },
    },
  ];
  writeFileSync(path, JSON.stringify({ cases: list }));
  const { results } = await conform(path);
  const of = (id: string) => results.find((result) => result.id === id)!;
  expect(of("tail").ES).toBeCloseTo(0.036, 12);
  expect(of("range").accepted).toEqual([7, 20]);
  expect(of("put").price).toBeCloseTo(0.8086, 4);
  expect(of("es").ES).toBeCloseTo(0.1, 12);
  expect(of("roll").observations).toBe(5);
  expect(Math.abs((of("mc").VaR as number) - 0.16448536)).toBeLessThan(0.005);
  for (const result of results) expect(Object.values(result)).not.toContain(null);
  writeFileSync(path, JSON.stringify({ cases: [{ id: "x", measure: "magic", input: {} }] }));
  await expect(async () => conform(path)).rejects.toThrow("unknown measure magic");
  rmSync(folder, { recursive: true });
  await expect(async () => conform()).rejects.toThrow("no file");
});

test("a scenario through every decision", () => {
  const market = { XYZ: { bid: "50.00", ask: "50.10", last: "50.05" } };
  const order = (side: string, qty: number, price: string, timeMs: number) => ({
    symbol: "XYZ",
    side,
    qty,
    price,
    timeMs,
  });
  const input: PreTradeInput = {
    limits: {
      maxPosition: 100,
      maxOpenNotional: "5000.00",
      maxMessages: { count: 2, windowMs: 100 },
      duplicateWindowMs: 50,
      lotSize: 10,
      tickSize: "0.01",
    },
    market,
    state: { position: { XYZ: 50 }, ssr: true, locates: { XYZ: 60 } },
    orders: [
      order("BUY", 50, "50.05", 0),
      order("BUY", 50, "50.05", 49),
      order("BUY", 10, "50.05", 50),
      order("BUY", 10, "50.05", 1000),
      order("BUY", 15, "50.05", 2000),
      order("SELL_SHORT", 10, "50.00", 3000),
      order("SELL_SHORT", 70, "50.01", 4000),
      order("SELL_SHORT", 60, "50.01", 5000),
      order("SELL_SHORT", 10, "50.01", 6000),
    ],
  };
  expect(preTrade(input)).toEqual([
    "ACCEPT",
    "DUPLICATE",
    "THROTTLED",
    "MAX_POSITION",
    "LOT_SIZE",
    "SHORT_SALE_RESTRICTED",
    "NO_LOCATE",
    "MAX_OPEN_NOTIONAL",
    "ACCEPT",
  ]);
  const state = (tradingState: string) => ({ ...input, state: { position: { XYZ: 50 }, tradingState } });
  expect(preTrade(state("HALTED"))[0]).toBe("HALTED");
  expect(preTrade(state("REDUCING"))[0]).toBe("REDUCE_ONLY");
});
