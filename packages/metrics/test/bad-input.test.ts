import * as metrics from "@exchange-kit/metrics";
import { describe, expect, test } from "vitest";

type OneSeries = (returns: metrics.Series) => unknown;
const series: Readonly<Record<string, OneSeries>> = {
  annualVolatility: metrics.annualVolatility,
  basicStatistics: (returns) => metrics.basicStatistics(returns).sharpe,
  bestReturn: metrics.bestReturn,
  cagr: metrics.cagr,
  calmar: metrics.calmar,
  burkeRatio: metrics.burkeRatio,
  cornishFisherVaR: metrics.cornishFisherVaR,
  deflatedSharpe: (returns) => metrics.deflatedSharpe(returns, { trials: 2, varianceOfTrials: 1 }),
  downsideDeviation: metrics.downsideDeviation,
  downsideFrequency: metrics.downsideFrequency,
  downsidePotential: metrics.downsidePotential,
  expectancy: metrics.expectancy,
  geometricMeanReturn: metrics.geometricMeanReturn,
  historicalES: metrics.historicalES,
  historicalVaR: metrics.historicalVaR,
  jarqueBera: metrics.jarqueBera,
  kappa: metrics.kappa,
  kelly: metrics.kelly,
  kurtosis: metrics.kurtosis,
  martinRatio: metrics.martinRatio,
  maxDrawdown: metrics.maxDrawdown,
  meanAbsoluteDeviation: metrics.meanAbsoluteDeviation,
  meanReturn: metrics.meanReturn,
  minimumTrackRecordLength: metrics.minimumTrackRecordLength,
  omega: metrics.omega,
  omegaSharpe: metrics.omegaSharpe,
  painIndex: metrics.painIndex,
  painRatio: metrics.painRatio,
  parametricES: metrics.parametricES,
  parametricVaR: metrics.parametricVaR,
  payoffRatio: metrics.payoffRatio,
  probabilisticSharpe: metrics.probabilisticSharpe,
  profitFactor: metrics.profitFactor,
  quantile: (returns) => metrics.quantile(returns, 0.5),
  recoveryFactor: metrics.recoveryFactor,
  sharpe: metrics.sharpe,
  skewness: metrics.skewness,
  sortino: metrics.sortino,
  stability: metrics.stability,
  standardDeviation: metrics.standardDeviation,
  tailRatio: metrics.tailRatio,
  timeInMarket: metrics.timeInMarket,
  totalReturn: metrics.totalReturn,
  ulcerIndex: metrics.ulcerIndex,
  upsidePotential: metrics.upsidePotential,
  upsidePotentialRatio: metrics.upsidePotentialRatio,
  upsideRisk: metrics.upsideRisk,
  winRate: metrics.winRate,
  worstReturn: metrics.worstReturn,
};

type TwoSeries = (returns: metrics.Series, benchmark: metrics.Series) => unknown;
const against: Readonly<Record<string, TwoSeries>> = {
  alpha: metrics.alpha,
  battingAverage: metrics.battingAverage,
  beta: metrics.beta,
  capture: (returns, benchmark) => metrics.capture(returns, benchmark, { method: "geometric" }),
  correlation: metrics.correlation,
  downCapture: metrics.downCapture,
  informationRatio: metrics.informationRatio,
  jensenAlpha: metrics.jensenAlpha,
  rSquared: metrics.rSquared,
  sharpe: (returns, riskFreePerPeriod) => metrics.sharpe(returns, { riskFreePerPeriod }),
  specificRisk: metrics.specificRisk,
  trackingError: metrics.trackingError,
  treynor: metrics.treynor,
  upCapture: metrics.upCapture,
};

function codeOf(call: () => unknown): metrics.MetricsErrorCode | undefined {
  try {
    call();
  } catch (error) {
    if (metrics.isMetricsError(error)) return error.code;
    throw error;
  }
  return undefined;
}

describe.each(Object.entries(series))("%s", (_, measure) => {
  test("of nothing, or of missing values only, is undefined", () => {
    expect(measure([])).toBeNaN();
    expect(measure([Number.NaN, Number.NaN])).toBeNaN();
  });

  test("refuses infinite values and what is not a number", () => {
    expect(codeOf(() => measure([0.1, Number.POSITIVE_INFINITY]))).toBe("not-finite");
    expect(codeOf(() => measure(Float64Array.of(0.1, Number.NEGATIVE_INFINITY)))).toBe("not-finite");
    expect(codeOf(() => measure([0.1, null] as unknown as number[]))).toBe("not-finite");
    expect(codeOf(() => measure(undefined as unknown as number[]))).toBe("not-a-series");
    expect(codeOf(() => measure(0.1 as unknown as number[]))).toBe("not-a-series");
  });

  test("is a number, never an exception, for one value and for equal values", () => {
    for (const values of [[0.01], [0.01, 0.01, 0.01], [0, 0], [-0.01, -0.01]])
      expect(typeof measure(values)).toBe("number");
  });

  test("leaves its input alone", () => {
    const input = Object.freeze([0.02, -0.01, Number.NaN, 0.03]);
    measure(input);
    const typed = Float64Array.from(input);
    measure(typed);
    expect([...typed]).toEqual([...input]);
  });
});

describe.each(Object.entries(against))("%s against a benchmark", (_, measure) => {
  test("of nothing, or without a common period, is undefined", () => {
    expect(measure([], [])).toBeNaN();
    expect(measure([0.1, Number.NaN], [Number.NaN, 0.1])).toBeNaN();
  });

  test("refuses series of different lengths, and infinite values on either side", () => {
    expect(codeOf(() => measure([0.1, 0.2], [0.1]))).toBe("length-mismatch");
    expect(codeOf(() => measure([0.1, Number.POSITIVE_INFINITY], [0.1, 0.2]))).toBe("not-finite");
    expect(codeOf(() => measure([0.1, 0.2], [0.1, Number.POSITIVE_INFINITY]))).toBe("not-finite");
  });
});

test.each<[string, () => unknown, metrics.MetricsErrorCode]>([
  ["periodsPerYear 0", () => metrics.cagr([0.1], { periodsPerYear: 0 }), "option-out-of-range"],
  ["periodsPerYear NaN", () => metrics.sharpe([0.1], { periodsPerYear: Number.NaN }), "option-out-of-range"],
  [
    "an unknown convention",
    () => metrics.sharpe([0.1], { convention: "mine" as never }),
    "option-out-of-range",
  ],
  ["ddof 2", () => metrics.standardDeviation([1], { ddof: 2 as never }), "option-out-of-range"],
  ["an unknown method", () => metrics.skewness([1], { method: "other" as never }), "option-out-of-range"],
  ["a cutoff of 0", () => metrics.historicalVaR([1], { cutoff: 0 }), "option-out-of-range"],
  ["a confidence of 95", () => metrics.parametricVaR([1], { confidence: 95 }), "option-out-of-range"],
  ["a percentile of 101", () => metrics.tailRatio([1], { upper: 101 }), "option-out-of-range"],
  ["a MAR of infinity", () => metrics.sortino([1], { marPerPeriod: Infinity }), "option-out-of-range"],
  ["a required return of −1", () => metrics.omega([1], { requiredReturnAnnual: -1 }), "option-out-of-range"],
  ["order 0", () => metrics.kappa([1], { order: 0 }), "option-out-of-range"],
  ["no trials", () => metrics.deflatedSharpe([1], { trials: 0, varianceOfTrials: 1 }), "option-out-of-range"],
  ["a window of 0", () => metrics.rollingSharpe([1], 0), "option-out-of-range"],
  ["half a window", () => metrics.rolling([1], 1.5, metrics.meanReturn), "option-out-of-range"],
  [
    "a seed below 0",
    () => metrics.bootstrapInterval([1], metrics.meanReturn, { seed: -1 }),
    "option-out-of-range",
  ],
  ["0 bins", () => metrics.histogram([1], 0), "option-out-of-range"],
  ["an unknown day count", () => metrics.xirr([], { dayCount: "30E" as never }), "option-out-of-range"],
  ["a price of 0", () => metrics.simpleReturns([1, 0]), "not-positive"],
  ["a negative price", () => metrics.logReturns([1, -1]), "not-positive"],
  ["equity of 0", () => metrics.drawdowns([1, 0]), "not-positive"],
  ["a day that does not exist", () => metrics.xirr([{ date: "2023-02-29", amount: 1 }]), "invalid-date"],
  ["a date of another form", () => metrics.calendarReturns(["1/2/2024"], [0.1]), "invalid-date"],
  ["an infinite amount", () => metrics.xirr([{ date: "2023-02-28", amount: Infinity }]), "not-finite"],
  [
    "dates out of order",
    () => metrics.calendarReturns(["2024-01-02", "2024-01-01"], [0, 0]),
    "dates-not-ascending",
  ],
  ["fewer dates than returns", () => metrics.calendarReturns(["2024-01-02"], [0, 0]), "length-mismatch"],
  [
    "a flow outside its span",
    () =>
      metrics.modifiedDietz({
        startValue: 1,
        endValue: 1,
        startDate: "2024-01-01",
        endDate: "2024-02-01",
        flows: [{ date: "2024-02-02", amount: 1 }],
      }),
    "dates-not-ascending",
  ],
  [
    "a span that ends before it starts",
    () =>
      metrics.modifiedDietz({
        startValue: 1,
        endValue: 1,
        startDate: "2024-01-02",
        endDate: "2024-01-01",
        flows: [],
      }),
    "dates-not-ascending",
  ],
  ["a sector without a weight", () => metrics.brinsonFachler(brinson([0.5, Number.NaN])), "not-finite"],
  ["a sector too few", () => metrics.brinsonHoodBeebower(brinson([1])), "length-mismatch"],
  ["a constant factor", () => metrics.factorAttribution([1, 2, 3], { cash: [0, 0, 0] }), "collinear-factors"],
  ["a streamed infinity", () => new metrics.PerformanceAccumulator().add(Infinity), "not-finite"],
  ["a streamed string", () => new metrics.PerformanceAccumulator().add("0.1" as never), "not-finite"],
  [
    "a streamed loss of more than everything",
    () => new metrics.RollingPerformance(2).push(-1.5),
    "below-minus-one",
  ],
  [
    "a streamed benchmark that is infinite",
    () => new metrics.BenchmarkAccumulator().add(0, Infinity),
    "not-finite",
  ],
  [
    "merging accumulators with other options",
    () => new metrics.PerformanceAccumulator().merge(new metrics.PerformanceAccumulator({ marPerPeriod: 1 })),
    "options-differ",
  ],
  [
    "merging benchmark accumulators with other options",
    () => new metrics.BenchmarkAccumulator().merge(new metrics.BenchmarkAccumulator({ periodsPerYear: 1 })),
    "options-differ",
  ],
])("%s is refused", (_, call, code) => {
  expect(codeOf(call)).toBe(code);
});

function brinson(portfolioWeights: number[]): metrics.BrinsonInput {
  return {
    portfolioWeights,
    benchmarkWeights: [0.5, 0.5],
    portfolioReturns: [0.1, 0.1],
    benchmarkReturns: [0.1, 0.1],
  };
}

test("a refused return changes nothing in a stream", () => {
  const accumulator = new metrics.PerformanceAccumulator();
  accumulator.add(0.1);
  expect(() => accumulator.add(Infinity)).toThrow("value must be a finite return");
  accumulator.reset();
  expect(accumulator.periods).toBe(0);
  const relative = new metrics.BenchmarkAccumulator();
  relative.add(0.1, 0.2);
  relative.reset();
  expect(relative.beta).toBeNaN();
});

test("an error says what, where and why", () => {
  const error = (() => {
    try {
      metrics.sharpe([0, Infinity]);
    } catch (caught) {
      return caught;
    }
    return undefined;
  })();
  expect(error).toMatchObject({
    name: "MetricsError",
    code: "not-finite",
    argument: "returns",
    index: 1,
    value: Infinity,
    message: "returns[1] must be a finite number, or NaN where it is missing, was Infinity",
  });
  expect(metrics.isMetricsError(new Error("other"))).toBe(false);
});
