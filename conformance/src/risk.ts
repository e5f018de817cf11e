import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  blackScholes,
  cholesky,
  christoffersenTest,
  componentValueAtRisk,
  covarianceMatrix,
  historicalComponentExpectedShortfall,
  impliedVolatility,
  incrementalValueAtRisk,
  kupiecNonRejection,
  kupiecTest,
  luldBands,
  monteCarlo,
  portfolioReturns,
  rollingBacktest,
  type SpanPosition,
  shape,
  spanScan,
  type TailRiskOptions,
  tailRisk,
  trafficLight,
  volatility,
} from "@exchange-kit/risk";
import { preTrade } from "./risk-pre-trade.ts";
import type { Subject } from "./subject.ts";

/** One case; `expected` is used only for the names of the figures that are asked for. */
interface Case {
  readonly id: string;
  readonly measure: string;
  // biome-ignore lint/suspicious/noExplicitAny: inputs differ by measure and come from a file
  readonly input: any;
  readonly expected?: Readonly<Record<string, unknown>>;
}

type Figures = Record<string, unknown>;

/** Runs risk cases. Value at risk and expected shortfall are positive losses. */
export const risk: Subject = {
  usage: "risk CASES.json [--data DIR]",
  run(args, print) {
    const at = args.indexOf("--data");
    const folder = (at >= 0 ? args[at + 1] : undefined) ?? dataFolder();
    const path = args.find((_, index) => at < 0 || (index !== at && index !== at + 1));
    if (!path) throw new Error("no file of cases was named");
    const { cases } = JSON.parse(readFileSync(path, "utf8")) as { cases: readonly Case[] };
    const results = cases.map((one) => {
      const measure = measures[one.measure];
      if (!measure) throw new Error(`${one.id}: unknown measure ${one.measure}`);
      try {
        return { id: one.id, ...named(measure(one, folder), one.expected) };
      } catch (error) {
        throw new Error(`${one.id}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    });
    print(JSON.stringify({ results }));
  },
};

function dataFolder(): string {
  return process.env.EXCHANGE_KIT_DATA ?? resolve(import.meta.dirname, "../../../shared/data");
}

/** The figures that the case names, when it does; else all. */
function named(figures: Figures, expected: Case["expected"]): Figures {
  if (!expected) return figures;
  return Object.fromEntries(Object.keys(expected).map((name) => [name, figures[name] ?? null]));
}

const measures: Readonly<Record<string, (one: Case, folder: string) => Figures>> = {
  historical: (one, folder) => tail(one, folder, { method: "historical" }),
  expectedShortfallTail: (one, folder) => tail(one, folder, { method: "historical-tail" }),
  parametricNormal: (one, folder) => tail(one, folder, { method: "normal" }),
  cornishFisher(one, folder) {
    const { skewness, excessKurtosis } = shape(loadSeries(one, folder).portfolio);
    return { ...tail(one, folder, { method: "cornish-fisher" }), skewness, excessKurtosis, skew: skewness };
  },
  ageWeightedHistorical: (one, folder) =>
    tail(one, folder, { method: "age-weighted", lambda: one.input.lam ?? one.input.lambda }),
  componentVaR(one, folder) {
    const { total, marginal, component, share } = componentValueAtRisk(normalPortfolio(one, folder));
    return { VaR: total, marginal, component, percent: share };
  },
  incrementalVaR(one, folder) {
    const portfolio = normalPortfolio(one, folder);
    const total = componentValueAtRisk(portfolio).total;
    const { tickers = [], weights } = one.input;
    const position = one.input.position ?? one.input.ticker ?? one.input.asset ?? one.input.remove;
    const all = (weights as number[]).map((_, asset) => incrementalValueAtRisk(portfolio, asset));
    const asset = typeof position === "number" ? position : tickers.indexOf(position);
    const incremental = asset >= 0 ? all[asset]! : all;
    const without = typeof incremental === "number" ? total - incremental : all.map((value) => total - value);
    return { VaR: total, incremental, incrementalVaR: incremental, without, VaRWithout: without };
  },
  componentESHistorical(one, folder) {
    const { assets, weights } = loadSeries(one, folder);
    const split = historicalComponentExpectedShortfall(assets, weights, one.input.confidence);
    return { ES: split.total, component: split.component, marginal: split.marginal, percent: split.share };
  },
  ewmaVolatility(one, folder) {
    const daily = volatility(loadSeries(one, folder).portfolio, { kind: "ewma", lambda: one.input.lam });
    return { variance: daily ** 2, dailyVol: daily };
  },
  monteCarloNormal(one, folder) {
    const { input } = one;
    const covariance = input.covariance ?? input.cov;
    const portfolio = covariance
      ? { weights: input.weights, covariance, means: input.means ?? input.mean ?? input.mu ?? undefined }
      : normalPortfolio(one, folder);
    const means = Array.isArray(portfolio.means) ? portfolio.means : undefined;
    const result = monteCarlo({
      weights: portfolio.weights,
      covariance: portfolio.covariance,
      confidence: input.confidence,
      ...(means ? { means } : {}),
      paths: input.paths ?? 1_000_000,
      seed: input.seed ?? 1,
      horizon: input.horizon ?? 1,
    });
    return { VaR: result.valueAtRisk, ES: result.expectedShortfall };
  },
  cholesky: ({ input }) => ({ L: cholesky(input.matrix) }),
  kupiecPOF({ input }) {
    const { statistic, pValue } = kupiecTest(input.observations, input.exceptions, input.p);
    return { LR: statistic, pValue, reject5: pValue < 0.05 };
  },
  kupiecNonRejection({ input, expected }) {
    const significance = input.significance ?? input.level ?? input.alpha ?? 0.05;
    const range = kupiecNonRejection(
      input.observations,
      input.p,
      significance < 0.5 ? significance : 1 - significance,
    );
    // The one figure of this measure, under whatever name the case gives it.
    const names = Object.keys(expected ?? { accepted: 0 });
    return Object.fromEntries(names.map((name) => [name, range ?? null]));
  },
  christoffersen({ input }) {
    const hits = [...(input.hits as Iterable<string | number>)].map(Number);
    const { transitions, independence, unconditional, conditional } = christoffersenTest(hits, input.p);
    return {
      transitions,
      LRind: independence.statistic,
      pInd: independence.pValue,
      LRuc: unconditional.statistic,
      pUc: unconditional.pValue,
      LRcc: conditional.statistic,
      pCc: conditional.pValue,
    };
  },
  baselTrafficLight({ input }) {
    const lights = [input.exceptions].flat().map((count) => trafficLight(input.observations, count, input.p));
    return {
      zone: lights.map((light) => light.zone),
      multiplier: lights.map((light) => light.multiplier),
      cumulative: lights.map((light) => light.cumulative),
    };
  },
  rollingBacktest(one, folder) {
    const { input } = one;
    const { portfolio } = loadSeries(one, folder);
    const result = rollingBacktest(portfolio, input.window2, input.confidence);
    const p = input.p ?? 1 - input.confidence;
    const kupiec = kupiecTest(result.observations, result.exceptions, p);
    const { independence, conditional } = christoffersenTest(result.hits, p);
    return {
      observations: result.observations,
      exceptions: result.exceptions,
      hits: Array.from(result.hits).join(""),
      LR: kupiec.statistic,
      LRuc: kupiec.statistic,
      pValue: kupiec.pValue,
      LRind: independence.statistic,
      LRcc: conditional.statistic,
    };
  },
  blackScholes({ input }) {
    const option = {
      type: input.type,
      spot: input.S,
      strike: input.K,
      rate: input.r ?? 0,
      dividendYield: input.q ?? 0,
      years: input.T,
    };
    const implied = input.price === undefined ? undefined : impliedVolatility(option, input.price);
    return {
      ...blackScholes(option, input.sigma ?? implied),
      ...(implied === undefined ? {} : { impliedVol: implied, impliedVolatility: implied, sigma: implied }),
    };
  },
  spanScan({ input }) {
    const positions = (input.positions as Record<string, never>[]).map(
      (position): SpanPosition =>
        position.type === "future"
          ? { type: "future", quantity: position.qty! }
          : {
              type: "option",
              right: ["c", "call"].includes(String(position.right ?? position.type).toLowerCase())
                ? "call"
                : "put",
              quantity: position.qty!,
              strike: position.strike!,
              volatility: position.sigma!,
              years: position.T!,
            },
    );
    const { futurePrice, priceScan, volScan } = input;
    const { losses, scanRisk } = spanScan({ futurePrice, priceScan, volatilityScan: volScan, positions });
    return { losses, scanRisk };
  },
  luldBands({ input }) {
    const rows = input.rows as { reference: number; tier: 1 | 2; lastPart: boolean }[];
    const bands = rows.map(({ reference, tier, lastPart }) => {
      const { lower, upper } = luldBands(Number(reference), tier, lastPart);
      return [lower, upper];
    });
    return { bands };
  },
  preTrade: ({ input }) => ({ decisions: preTrade(input) }),
};

type Method =
  | { readonly method: "historical" | "historical-tail" | "normal" | "cornish-fisher" }
  | { readonly method: "age-weighted"; readonly lambda: number };

function tail(one: Case, folder: string, method: Method): Figures {
  const { confidence, horizon = 1, mean } = one.input;
  const options = { ...method, confidence, horizon, ...(mean === "zero" ? { mean } : {}) } as TailRiskOptions;
  const { valueAtRisk, expectedShortfall } = tailRisk(loadSeries(one, folder).portfolio, options);
  return { VaR: valueAtRisk, ES: expectedShortfall };
}

function normalPortfolio(
  one: Case,
  folder: string,
): { weights: number[]; covariance: number[][]; means?: number[]; confidence: number } {
  const { assets, weights } = loadSeries(one, folder);
  const covariance = covarianceMatrix(assets);
  const { confidence, mean } = one.input;
  const means = assets.map((series) => series.reduce((sum, value) => sum + value, 0) / series.length);
  return mean === "zero" ? { weights, covariance, confidence } : { weights, covariance, means, confidence };
}

/** Simple returns of each asset rounded to 8 decimals, the last so many of them, and the weighted portfolio. */
function loadSeries(
  { input }: Case,
  folder: string,
): { assets: number[][]; weights: number[]; portfolio: ArrayLike<number> } {
  if (input.returns) {
    const returns = input.returns as number[] | number[][];
    if (!Array.isArray(returns[0]))
      return { assets: [returns as number[]], weights: [1], portfolio: returns as number[] };
    const assets = returns as number[][];
    return { assets, weights: input.weights, portfolio: portfolioReturns(assets, input.weights) };
  }
  const path = join(folder, String(input.data).replace(/^shared\/data\//, ""));
  if (!existsSync(path)) throw new Error(`${path} is not there; name the folder with --data`);
  const [header = "", ...rows] = readFileSync(path, "utf8").trim().split(/\r?\n/);
  const names = header.split(",");
  const tickers = input.tickers as string[];
  const columns = tickers.map((ticker) => {
    const column = names.indexOf(ticker);
    if (column < 0) throw new Error(`${path} has no column ${ticker}`);
    return column;
  });
  const prices = rows
    .map((row) => row.split(","))
    .map((cells) => columns.map((column) => (cells[column] ? Number(cells[column]) : Number.NaN)));
  const count =
    typeof input.window === "number"
      ? input.window
      : Number(/last (\d+)/.exec(input.window ?? "")?.[1] ?? Infinity);
  const assets = tickers.map((_, asset) => {
    const returns = prices
      .slice(1)
      .map((row, day) => roundEven((row[asset]! / prices[day]![asset]! - 1) * 1e8) / 1e8);
    return Number.isFinite(count) ? returns.slice(-count) : returns;
  });
  return { assets, weights: input.weights, portfolio: portfolioReturns(assets, input.weights) };
}

/** Half to even, as numpy rounds. */
function roundEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
