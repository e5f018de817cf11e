import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outsideData } from "@exchange-kit/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { metricsSubject } from "../src/metrics.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exchange-kit-conform-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Result {
  id: string;
  value: unknown;
  error?: string;
}

async function conform(path: string): Promise<Result[]> {
  const lines: string[] = [];
  await metricsSubject.run([path], (line) => lines.push(line));
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0]!).results;
}

/** Runs cases on a fund and its benchmark (one value missing) and gives back their values. */
async function valuesOf(...cases: [metric: string, params?: object][]): Promise<unknown[]> {
  const path = join(folder, "hand.json");
  const series = {
    fund: [0.003, 0.026, 0.011, -0.01, 0.015, 0.025, 0.016, 0.067, -0.014, 0.04, null],
    market: [0.002, 0.025, 0.018, -0.011, 0.014, 0.018, 0.014, 0.065, -0.015, 0.042, 0],
  };
  writeFileSync(
    path,
    JSON.stringify({
      series,
      cases: cases.map(([metric, params], id) => ({
        id: String(id),
        metric,
        series: "fund",
        benchmark: "market",
        params,
      })),
    }),
  );
  const results = await conform(path);
  expect(results.filter(({ error }) => error)).toEqual([]);
  return results.map(({ value }) => value);
}

test("every name of one or two series, with every parameter, gives numbers", async () => {
  const ppy = { periodsPerYear: 12 };
  const values = await valuesOf(
    ["cumReturns", { startingValue: 100 }],
    ["totalReturn"],
    ["cagr", ppy],
    ["annualVolatility", ppy],
    ["sharpe", ppy],
    ["sortino", { ...ppy, marPerPeriod: 0.001 }],
    ["downsideDeviation", { ...ppy, marPerPeriod: 0.001 }],
    ["maxDrawdown"],
    ["calmar", ppy],
    ["omega", { ...ppy, riskFreePerPeriod: 0, requiredReturnAnnual: 0.05 }],
    ["alphaBeta", { ...ppy, riskFreePerPeriod: 0.001, dropFirst: 1 }],
    ["upAlphaBeta", ppy],
    ["downAlphaBeta", ppy],
    ["alpha", ppy],
    ["beta"],
    ["jensenAlpha", { ...ppy, riskFreeAnnual: 0.01 }],
    ["historicalVaR", { cutoff: 0.1 }],
    ["historicalES", { cutoff: 0.1 }],
    ["parametricVaR", { confidence: 0.9 }],
    ["parametricES", { confidence: 0.9 }],
    ["cornishFisherVaR", { confidence: 0.9 }],
    ["tailRatio", { lower: 10, upper: 90 }],
    ["ulcerIndex"],
    ["painIndex"],
    ["painRatio", { ...ppy, riskFree: 0.01 }],
    ["martinRatio", { ...ppy, riskFree: 0.01 }],
    ["informationRatio", { ...ppy, annualise: false }],
    ["trackingError", ppy],
    ["specificRisk", ppy],
    ["treynor", { ...ppy, riskFreePerPeriod: 0.001 }],
    ["capture", ppy],
    ["upCapture", { method: "arithmetic" }],
    ["downCapture", { method: "geometric" }],
    ["stability"],
    ["rollingSharpe", { ...ppy, window: 4 }],
    ["rollingMaxDrawdown", { window: 4 }],
    ["rollingAlphaBeta", { ...ppy, window: 4 }],
    ["downsidePotential", { mar: 0.005 }],
    ["upsidePotential", { mar: 0.005 }],
    ["upsideRisk", { mar: 0.005 }],
    ["downsideFrequency", { mar: 0.005 }],
    ["kappa", { mar: 0.005, order: 3 }],
    ["omegaSharpe", { mar: 0.005 }],
    ["meanAbsoluteDeviation"],
    ["skewness", { method: "sample" }],
    ["kurtosis", { method: "population", excess: false }],
    ["probabilisticSharpe", { benchmarkSharpe: 0.1 }],
    ["kelly"],
    ["profitFactor"],
    ["tradeStats"],
  );
  for (const [index, value] of values.flat(2).entries()) expect(value, `value ${index}`).toBeTypeOf("number");
});

test("moments have the names that the field uses", async () => {
  const [population, moment, sample, fisher] = await valuesOf(
    ["skewness", {}],
    ["skewness", { method: "moment" }],
    ["skewness", { method: "sample" }],
    ["skewness", { method: "fisher" }],
  );
  expect(population).toBe(moment);
  expect(sample).toBe(fisher);
  const [excess, plain] = await valuesOf(
    ["kurtosis", { method: "excess" }],
    ["kurtosis", { method: "moment", excess: false }],
  );
  expect((plain as number) - (excess as number)).toBeCloseTo(3, 12);
});

test("names without a series", async () => {
  const brinson = {
    portfolioWeights: [0.6, 0.4],
    benchmarkWeights: [0.5, 0.5],
    portfolioReturns: [0.1, 0.02],
    benchmarkReturns: [0.08, 0.03],
  };
  const values = await valuesOf(
    ["turnover", { before: [0.5, 0.5], after: [0.75, 0.25] }],
    ["brinsonFachlerSectors", brinson],
    ["brinsonHoodBeebower", brinson],
    ["drawdowns", { equity: [100, 90] }],
    ["informationRatio", { benchmarkPerPeriod: 0 }],
  );
  expect(values[0]).toBe(0.25);
  expect(values[1]).toHaveLength(2);
  expect(values[2]).toHaveLength(4);
  expect((values[3] as number[][])[0]!.slice(0, 3)).toEqual([0, 1, -1]);
});

test("what cannot be computed is null with its reason; undefined is null, infinite a word", async () => {
  const path = join(folder, "odd.json");
  const cases = [
    { id: "unknown", metric: "astrology", series: [0.1] },
    { id: "nameless", metric: "sharpe", series: "absent" },
    { id: "one", metric: "sharpe", series: [0.1] },
    { id: "rising", metric: "sortino", series: [0.1, 0.2] },
    { id: "unpaired", metric: "beta", series: [0.1, 0.2] },
  ];
  writeFileSync(path, JSON.stringify({ cases }));
  expect(await conform(path)).toEqual([
    { id: "unknown", value: null, error: "unknown metric astrology" },
    { id: "nameless", value: null, error: "no series is named absent" },
    { id: "one", value: null },
    { id: "rising", value: "Infinity" },
    { id: "unpaired", value: null, error: "the case names no benchmark" },
  ]);
  writeFileSync(path, "{}");
  await expect(conform(path)).rejects.toThrow("no list of cases");
  expect(() => metricsSubject.run([], () => undefined)).toThrow("no file of cases");
});

const visible = outsideData("metrics/cases.json");
describe.skipIf(!visible)("the visible cases (skipped where the outside data is missing)", () => {
  const cases: { id: string; expected: unknown; tolerance: number }[] = visible
    ? JSON.parse(readFileSync(visible, "utf8")).cases
    : [];
  let results: Map<string, unknown>;
  beforeAll(async () => {
    results = new Map((await conform(visible!)).map(({ id, value }) => [id, value]));
  });
  test.each(cases)("$id", ({ id, expected, tolerance }) => {
    const close = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(close);
      if (typeof value !== "number") return value;
      return expect.toSatisfy(
        (actual) => typeof actual === "number" && Math.abs(actual - value) <= tolerance,
      );
    };
    expect(results.get(id)).toEqual(close(expected));
  });
});
