import * as metrics from "@exchange-kit/metrics";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectClose, periodReturn, presentReturn } from "./model.ts";

const returns = fc
  .array(presentReturn, { minLength: 5, maxLength: 40 })
  .filter((all) => new Set(all).size > 2);
const factor = fc.integer({ min: 2, max: 50 }).map((value) => value / 10);
const shift = fc.integer({ min: -20, max: 20 }).map((value) => value / 1000);
const RATIO = 1e-9;

test("a correlation stays within −1 and 1, and a share of variance within 1, whatever rounding does", () => {
  fc.assert(
    fc.property(returns, factor, fc.boolean(), (all, scale, isOpposite) => {
      const other = all.map((value) => value * (isOpposite ? -scale : scale));
      const stream = new metrics.BenchmarkAccumulator();
      for (const [index, value] of all.entries()) stream.add(value / 10, other[index]! / 100);
      for (const value of [metrics.correlation(all, other), stream.correlation])
        expect(Math.abs(value)).toBeLessThanOrEqual(1);
      expect(metrics.rSquared(all, other)).toBeLessThanOrEqual(1);
      const steady = all.map(() => scale / 100);
      const path = new metrics.PathAccumulator();
      for (const value of steady) path.add(value);
      for (const value of [metrics.stability(steady), path.stability]) expect(value).toBeLessThanOrEqual(1);
    }),
    { numRuns: runs(300) },
  );
});

/** Measures in units of the returns: c times the returns gives c times the measure. */
const scaling = {
  meanReturn: metrics.meanReturn,
  standardDeviation: metrics.standardDeviation,
  annualVolatility: metrics.annualVolatility,
  meanAbsoluteDeviation: metrics.meanAbsoluteDeviation,
  downsideDeviation: metrics.downsideDeviation,
  downsidePotential: metrics.downsidePotential,
  upsidePotential: metrics.upsidePotential,
  upsideRisk: metrics.upsideRisk,
  historicalVaR: metrics.historicalVaR,
  historicalES: metrics.historicalES,
  parametricVaR: metrics.parametricVaR,
  parametricES: metrics.parametricES,
  cornishFisherVaR: metrics.cornishFisherVaR,
  bestReturn: metrics.bestReturn,
  worstReturn: metrics.worstReturn,
  expectancy: metrics.expectancy,
};

/** Ratios without a unit: c times the returns changes nothing. */
const scaleFree = {
  sharpe: metrics.sharpe,
  sortino: metrics.sortino,
  omega: metrics.omega,
  omegaSharpe: metrics.omegaSharpe,
  kappa: metrics.kappa,
  upsidePotentialRatio: metrics.upsidePotentialRatio,
  probabilisticSharpe: metrics.probabilisticSharpe,
  skewness: metrics.skewness,
  kurtosis: metrics.kurtosis,
  jarqueBera: metrics.jarqueBera,
  tailRatio: metrics.tailRatio,
  winRate: metrics.winRate,
  profitFactor: metrics.profitFactor,
  payoffRatio: metrics.payoffRatio,
  kelly: metrics.kelly,
  downsideFrequency: metrics.downsideFrequency,
};

test("scale: c times the returns", () => {
  fc.assert(
    fc.property(returns, factor, (values, c) => {
      const scaled = values.map((value) => c * value);
      for (const [name, measure] of Object.entries(scaling))
        expectClose(measure(scaled), c * measure(values), name, 1e-12);
      for (const [name, measure] of Object.entries(scaleFree))
        expectClose(measure(scaled), measure(values), `${name} of ${values}`, RATIO);
    }),
    { numRuns: runs(200) },
  );
});

test("shift: the same return more in every period", () => {
  fc.assert(
    fc.property(returns, shift, (values, d) => {
      const moved = values.map((value) => value + d);
      for (const measure of [
        metrics.meanReturn,
        metrics.bestReturn,
        metrics.historicalVaR,
        metrics.historicalES,
        metrics.parametricVaR,
        metrics.parametricES,
        metrics.cornishFisherVaR,
      ])
        expectClose(measure(moved), measure(values) + d, measure.name, 1e-12);
      for (const measure of [
        metrics.standardDeviation,
        metrics.meanAbsoluteDeviation,
        metrics.skewness,
        metrics.kurtosis,
      ])
        expectClose(measure(moved), measure(values), measure.name, RATIO);
      expectClose(metrics.sharpe(moved, { riskFreePerPeriod: d }), metrics.sharpe(values), "sharpe", RATIO);
      const mar = { marPerPeriod: d };
      expectClose(
        metrics.downsidePotential(moved, mar),
        metrics.downsidePotential(values),
        "downside",
        1e-12,
      );
    }),
    { numRuns: runs(200) },
  );
});

test("order: what is not a path does not depend on it", () => {
  fc.assert(
    fc.property(returns, (values) => {
      const reversed = [...values].reverse();
      for (const [name, measure] of Object.entries({ ...scaling, ...scaleFree, cagr: metrics.cagr }))
        expectClose(measure(reversed), measure(values), name, RATIO);
    }),
    { numRuns: runs(200) },
  );
});

test("missing values: dropping them first changes nothing but the periods of the CAGR", () => {
  fc.assert(
    fc.property(fc.array(periodReturn, { maxLength: 40 }), (values) => {
      const present = values.filter((value) => !Number.isNaN(value));
      const dropping = {
        ...scaling,
        ...scaleFree,
        totalReturn: metrics.totalReturn,
        maxDrawdown: metrics.maxDrawdown,
        ulcerIndex: metrics.ulcerIndex,
        painIndex: metrics.painIndex,
        stability: metrics.stability,
        geometricMeanReturn: metrics.geometricMeanReturn,
      };
      for (const [name, measure] of Object.entries(dropping))
        expect(Object.is(measure(values), measure(present)), name).toBe(true);
      const curve = metrics.cumulativeReturns(values);
      expect(curve).toHaveLength(values.length);
      expect(curve.some(Number.isNaN)).toBe(false);
    }),
    { numRuns: runs(200) },
  );
});

test("a benchmark line: returns made as a + b · benchmark have that beta, and scale with it", () => {
  fc.assert(
    fc.property(returns, factor, shift, (market, b, a) => {
      const made = market.map((value) => a + b * value);
      expectClose(metrics.beta(made, market), b, "beta", 1e-10);
      expectClose(metrics.rSquared(made, market), 1, "R²", 1e-9);
      expectClose(metrics.alpha(made, market, { periodsPerYear: 1 }), a, "alpha", 1e-10);
      expectClose(metrics.specificRisk(made, market), 0, "specific risk", 1e-9);
    }),
    { numRuns: runs(200) },
  );
});

test("drawdowns: the table, the series and the maximum tell the same story", () => {
  fc.assert(
    fc.property(fc.array(presentReturn, { minLength: 1, maxLength: 40 }), (values) => {
      const equity = [1, ...metrics.cumulativeReturns(values, { startingValue: 1 })];
      const table = metrics.drawdowns(equity);
      const deepest = Math.min(0, ...table.map(({ depth }) => depth));
      expectClose(deepest, metrics.maxDrawdown(values), "depth");
      const under = metrics.drawdownSeries(values);
      for (const { peak, trough, recovery, depth } of table) {
        expect(peak < trough && (recovery === null || trough < recovery)).toBe(true);
        expectClose(under[trough - 1]!, depth, "trough");
        if (recovery !== null) expectClose(under[recovery - 1]!, 0, "recovery");
      }
    }),
    { numRuns: runs(300) },
  );
});

test("the fused pass equals the functions it fuses, for arrays and typed arrays, missing values or not", () => {
  fc.assert(
    fc.property(fc.array(periodReturn, { maxLength: 60 }), fc.constantFrom(1, 40), (part, times) => {
      const values = Array.from({ length: times }, () => part).flat();
      for (const series of [values, Float64Array.from(values)]) {
        const found = metrics.basicStatistics(series, { periodsPerYear: 12, riskFreePerPeriod: 0.001 });
        expectClose(found.meanReturn, metrics.meanReturn(values), "mean");
        expectClose(found.standardDeviation, metrics.standardDeviation(values), "deviation");
        const sharpe = metrics.sharpe(values, { periodsPerYear: 12, riskFreePerPeriod: 0.001 });
        expectClose(found.sharpe, sharpe, "sharpe", 1e-11);
        expectClose(found.totalReturn, metrics.totalReturn(values), "total");
        expectClose(found.maxDrawdown, metrics.maxDrawdown(values), "drawdown");
        expect(found.count).toBe(values.filter((value) => !Number.isNaN(value)).length);
      }
    }),
    { numRuns: runs(200) },
  );
});

test("rolling batch functions equal the measure of each window", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(periodReturn, periodReturn), { maxLength: 30 }),
      fc.integer({ min: 1, max: 9 }),
      (all, window) => {
        const own = all.map(([value]) => value);
        const market = all.map(([, value]) => value);
        const each: [Float64Array, (window: Float64Array) => number][] = [
          [metrics.rollingSharpe(own, window), metrics.sharpe],
          [metrics.rollingSortino(own, window), metrics.sortino],
          [metrics.rollingVolatility(own, window), metrics.annualVolatility],
          [metrics.rollingMaxDrawdown(own, window), metrics.maxDrawdown],
        ];
        for (const [rolled, measure] of each) {
          const expected = metrics.rolling(own, window, (part) => measure(part));
          expect(rolled).toHaveLength(Math.max(0, all.length - window + 1));
          for (const [index, value] of expected.entries())
            expectClose(rolled[index]!, value, "rolled", 1e-11);
        }
        for (const [index, { alpha, beta }] of metrics.rollingAlphaBeta(own, market, window).entries()) {
          const [x, y] = [own.slice(index, index + window), market.slice(index, index + window)];
          expectClose(beta, metrics.beta(x, y), "beta", 1e-11);
          expectClose(Math.log1p(alpha), Math.log1p(metrics.alpha(x, y)), "alpha", 1e-8);
        }
      },
    ),
    { numRuns: runs(100) },
  );
});

test("XIRR: the rate it finds makes the flows worth nothing", () => {
  const flow = fc.record({
    date: fc
      .integer({ min: 0, max: 2000 })
      .map((day) => new Date(Date.UTC(2020, 0, 1) + day * 86_400_000).toISOString().slice(0, 10)),
    amount: fc.integer({ min: -1000, max: 1000 }),
  });
  fc.assert(
    fc.property(fc.array(flow, { maxLength: 8 }), (flows) => {
      const rate = metrics.xirr(flows);
      if (Number.isNaN(rate)) return;
      const start = Math.min(...flows.map(({ date }) => Date.parse(date)));
      const parts = flows.map(
        ({ date, amount }) => amount * (1 + rate) ** ((start - Date.parse(date)) / (365 * 86_400_000)),
      );
      const size = Math.max(...parts.map(Math.abs));
      expect(Math.abs(parts.reduce((sum, part) => sum + part, 0))).toBeLessThanOrEqual(1e-8 * size);
    }),
    { numRuns: runs(300) },
  );
});
