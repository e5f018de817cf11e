import {
  alpha,
  annualVolatility,
  BenchmarkAccumulator,
  battingAverage,
  bestReturn,
  beta,
  cagr,
  calmar,
  capture,
  cornishFisherVaR,
  correlation,
  downCapture,
  downsideDeviation,
  downsideFrequency,
  downsidePotential,
  drawdownSeries,
  geometricMeanReturn,
  informationRatio,
  jarqueBera,
  jensenAlpha,
  kappa,
  kelly,
  kurtosis,
  maxDrawdown,
  meanReturn,
  omega,
  omegaSharpe,
  PathAccumulator,
  PerformanceAccumulator,
  painIndex,
  parametricES,
  parametricVaR,
  payoffRatio,
  probabilisticSharpe,
  profitFactor,
  RollingBenchmark,
  RollingPerformance,
  recoveryFactor,
  rSquared,
  sharpe,
  skewness,
  sortino,
  specificRisk,
  stability,
  standardDeviation,
  streaks,
  totalReturn,
  trackingError,
  treynor,
  ulcerIndex,
  upCapture,
  upsidePotential,
  upsidePotentialRatio,
  upsideRisk,
  winRate,
  worstReturn,
} from "@exchange-kit/metrics";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectClose, periodReturn } from "./model.ts";

const options = { periodsPerYear: 12, riskFreePerPeriod: 0.001, marPerPeriod: 0.002 };
type Figures = RollingPerformance["current"];

/** Streaming figure and the batch function it has to equal. */
const figures: [string, (s: Figures) => number, (r: readonly number[]) => number][] = [
  ["mean", (s) => s.mean, meanReturn],
  ["standardDeviation", (s) => s.standardDeviation, standardDeviation],
  ["annualVolatility", (s) => s.annualVolatility, (r) => annualVolatility(r, options)],
  ["skewness", (s) => s.skewness, skewness],
  ["kurtosis", (s) => s.kurtosis, kurtosis],
  ["jarqueBera", (s) => s.jarqueBera, jarqueBera],
  ["bestReturn", (s) => s.bestReturn, bestReturn],
  ["worstReturn", (s) => s.worstReturn, worstReturn],
  ["sharpe", (s) => s.sharpe, (r) => sharpe(r, options)],
  [
    "probabilisticSharpe",
    (s) => s.probabilisticSharpe(0.1),
    (r) =>
      probabilisticSharpe(
        r.map((value) => value - 0.001),
        { benchmarkSharpe: 0.1 },
      ),
  ],
  ["totalReturn", (s) => s.totalReturn, totalReturn],
  ["cagr", (s) => s.cagr, (r) => cagr(r, options)],
  ["geometricMeanReturn", (s) => s.geometricMeanReturn, geometricMeanReturn],
  ["maxDrawdown", (s) => s.maxDrawdown, maxDrawdown],
  [
    "currentDrawdown",
    (s) => s.currentDrawdown,
    (r) => (!Number.isNaN(meanReturn(r)) ? drawdownSeries(r).at(-1)! : Number.NaN),
  ],
  ["calmar", (s) => s.calmar, (r) => calmar(r, options)],
  ["recoveryFactor", (s) => s.recoveryFactor, recoveryFactor],
  ["downsideDeviation", (s) => s.downsideDeviation, (r) => downsideDeviation(r, options)],
  ["downsidePotential", (s) => s.downsidePotential, (r) => downsidePotential(r, options)],
  ["upsidePotential", (s) => s.upsidePotential, (r) => upsidePotential(r, options)],
  ["upsideRisk", (s) => s.upsideRisk, (r) => upsideRisk(r, options)],
  ["upsidePotentialRatio", (s) => s.upsidePotentialRatio, (r) => upsidePotentialRatio(r, options)],
  ["downsideFrequency", (s) => s.downsideFrequency, (r) => downsideFrequency(r, options)],
  ["sortino", (s) => s.sortino, (r) => sortino(r, options)],
  ["omega", (s) => s.omega, (r) => omega(r, { riskFreePerPeriod: options.marPerPeriod })],
  ["omegaSharpe", (s) => s.omegaSharpe, (r) => omegaSharpe(r, options)],
  ["kappa 2", (s) => s.kappa(2), (r) => kappa(r, { ...options, order: 2 })],
  ["kappa 3", (s) => s.kappa(), (r) => kappa(r, options)],
  ["parametricVaR", (s) => s.parametricVaR(0.99), (r) => parametricVaR(r, { confidence: 0.99 })],
  ["parametricES", (s) => s.parametricES(), parametricES],
  ["cornishFisherVaR", (s) => s.cornishFisherVaR(), cornishFisherVaR],
  ["winRate", (s) => s.winRate, winRate],
  ["profitFactor", (s) => s.profitFactor, profitFactor],
  ["payoffRatio", (s) => s.payoffRatio, payoffRatio],
  ["kelly", (s) => s.kelly, kelly],
  ["longest win", (s) => s.longestStreak("win"), (r) => streaks(r).longestWin],
  ["longest loss", (s) => s.longestStreak("loss"), (r) => streaks(r).longestLoss],
];

function accumulate(returns: readonly number[]): PerformanceAccumulator {
  const accumulator = new PerformanceAccumulator(options);
  for (const value of returns) accumulator.add(value);
  return accumulator;
}

/** A ratio magnifies the rounding of its small denominator: the bound follows it. */
function expectEqual(streamed: Figures, returns: readonly number[], where: string): void {
  for (const [name, figure, batch] of figures) {
    const tolerance = /kurtosis|jarque/.test(name) ? 1e-11 : 1e-12;
    expectClose(figure(streamed), batch(returns), `${name} ${where} of ${returns}`, tolerance);
  }
}

test("streaming equals batch, after every return", () => {
  fc.assert(
    fc.property(fc.array(periodReturn, { maxLength: 40 }), (returns) => {
      const accumulator = new PerformanceAccumulator(options);
      for (const [index, value] of returns.entries()) {
        accumulator.add(value);
        expectEqual(accumulator, returns.slice(0, index + 1), "streamed");
      }
      expect(accumulator.periods).toBe(returns.length);
    }),
    { numRuns: runs(60) },
  );
});

test("streaming follows batch where the spread is tiny against the mean, as far as rounding lets it", () => {
  for (const ratio of [1e4, 1e5, 1e6]) {
    const returns = Array.from({ length: 1000 }, (_, at) => 5e-3 * (1 + Math.sin(at * at) / ratio));
    const accumulator = accumulate(returns);
    for (const [figure, batch, size] of [
      [accumulator.standardDeviation, standardDeviation(returns), standardDeviation(returns)],
      [accumulator.sharpe, sharpe(returns, options), sharpe(returns, options)],
      [accumulator.skewness, skewness(returns), 1],
    ] as const) {
      expect(Math.abs(figure - batch) / Math.abs(size)).toBeLessThan(3e-15 * ratio);
    }
  }
});

test("merged parts equal the whole, wherever it is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.array(periodReturn, { maxLength: 30 }), { maxLength: 6 }), (parts) => {
      const merged = new PerformanceAccumulator(options);
      for (const part of parts) merged.merge(accumulate(part));
      expectEqual(merged, parts.flat(), "merged");
    }),
    { numRuns: runs(300) },
  );
});

test("merging is associative: right before left gives the same", () => {
  fc.assert(
    fc.property(
      fc.array(periodReturn),
      fc.array(periodReturn),
      fc.array(periodReturn),
      (first, second, third) => {
        const right = accumulate(second);
        right.merge(accumulate(third));
        const whole = accumulate(first);
        whole.merge(right);
        expectEqual(whole, [...first, ...second, ...third], "merged");
      },
    ),
    { numRuns: runs(300) },
  );
});

test("rolling equals batch on each window", () => {
  fc.assert(
    fc.property(
      fc.array(periodReturn, { maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      (returns, window) => {
        const rolling = new RollingPerformance(window, options);
        for (const [index, value] of returns.entries()) {
          rolling.push(value);
          expectEqual(rolling.current, returns.slice(Math.max(0, index + 1 - window), index + 1), "rolling");
          expect(rolling.isFull).toBe(index + 1 >= window);
        }
      },
    ),
    { numRuns: runs(60) },
  );
});

const pairOptions = { periodsPerYear: 12, riskFreePerPeriod: 0.001 };
const annual = { periodsPerYear: 12, riskFreeAnnual: 1.001 ** 12 - 1 };
type Relative = RollingBenchmark["current"];
type Batch = (r: readonly number[], b: readonly number[]) => number;
const relatives: [string, (s: Relative) => number, Batch][] = [
  ["beta", (s) => s.beta, beta],
  ["alpha", (s) => s.alpha, (r, b) => alpha(r, b, pairOptions)],
  ["correlation", (s) => s.correlation, correlation],
  ["rSquared", (s) => s.rSquared, rSquared],
  ["trackingError", (s) => s.trackingError, (r, b) => trackingError(r, b, pairOptions)],
  ["informationRatio", (s) => s.informationRatio, (r, b) => informationRatio(r, b, pairOptions)],
  ["treynor", (s) => s.treynor, (r, b) => treynor(r, b, annual)],
  ["jensenAlpha", (s) => s.jensenAlpha, (r, b) => jensenAlpha(r, b, annual)],
  ["battingAverage", (s) => s.battingAverage, battingAverage],
  ["capture", (s) => s.capture, (r, b) => capture(r, b, pairOptions)],
  ...(["cagr", "arithmetic", "geometric"] as const).flatMap((method): typeof relatives => [
    [
      `upCapture ${method}`,
      (s) => s.upCapture(method),
      (r, b) => upCapture(r, b, { ...pairOptions, method }),
    ],
    [
      `downCapture ${method}`,
      (s) => s.downCapture(method),
      (r, b) => downCapture(r, b, { ...pairOptions, method }),
    ],
  ]),
];

function expectRelative(streamed: Relative, returns: readonly number[], benchmark: readonly number[]): void {
  for (const [name, figure, batch] of relatives)
    expectClose(figure(streamed), batch(returns, benchmark), `${name} of ${returns} and ${benchmark}`, 2e-11);
  // The variance left over is a difference; near 0 its root keeps half of the digits.
  const [own, other] = [streamed.specificRisk, specificRisk(returns, benchmark, pairOptions)];
  expectClose(own ** 2, other ** 2, "specificRisk");
}

const pairsOfReturns = fc.array(fc.tuple(periodReturn, periodReturn), { maxLength: 30 });
const left = (pairs: readonly (readonly [number, number])[]): number[] => pairs.map(([x]) => x);
const right = (pairs: readonly (readonly [number, number])[]): number[] => pairs.map(([, y]) => y);

test("against a benchmark: streaming, merged parts and batch are equal", () => {
  fc.assert(
    fc.property(fc.array(pairsOfReturns, { maxLength: 4 }), (parts) => {
      const merged = new BenchmarkAccumulator(pairOptions);
      const streamed = new BenchmarkAccumulator(pairOptions);
      for (const part of parts) {
        const accumulator = new BenchmarkAccumulator(pairOptions);
        for (const [x, y] of part) {
          accumulator.add(x, y);
          streamed.add(x, y);
        }
        merged.merge(accumulator);
      }
      const all = parts.flat();
      expectRelative(streamed, left(all), right(all));
      expectRelative(merged, left(all), right(all));
      expect(merged.periods).toBe(all.length);
    }),
    { numRuns: runs(300) },
  );
});

test("against a benchmark: rolling equals batch on each window", () => {
  fc.assert(
    fc.property(pairsOfReturns, fc.integer({ min: 1, max: 8 }), (pairs, window) => {
      const rolling = new RollingBenchmark(window, pairOptions);
      for (const [index, [x, y]] of pairs.entries()) {
        rolling.push(x, y);
        const inside = pairs.slice(Math.max(0, index + 1 - window), index + 1);
        expectRelative(rolling.current, left(inside), right(inside));
      }
      expect(rolling.isFull).toBe(pairs.length >= window);
    }),
    { numRuns: runs(60) },
  );
});

test("the path accumulator equals batch", () => {
  fc.assert(
    fc.property(fc.array(periodReturn, { maxLength: 60 }), (returns) => {
      const path = new PathAccumulator();
      for (const value of returns) path.add(value);
      expectClose(path.ulcerIndex, ulcerIndex(returns), "ulcerIndex");
      expectClose(path.painIndex, painIndex(returns), "painIndex");
      expectClose(path.stability, stability(returns), "stability", 1e-11);
      expect(path.count).toBe(returns.filter((value) => !Number.isNaN(value)).length);
    }),
    { numRuns: runs(300) },
  );
});

test("200,000 returns later, streaming, rolling and batch still agree", () => {
  let state = 7;
  const returns = Array.from({ length: 200_000 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 32 - 0.5) / 50;
  });
  expectEqual(accumulate(returns), returns, "of a long stream");
  const rolling = new RollingPerformance(252, options);
  for (const value of returns) rolling.push(value);
  expectEqual(rolling.current, returns.slice(-252), "at the end of a long stream");
});
