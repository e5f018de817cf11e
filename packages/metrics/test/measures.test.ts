import * as metrics from "@exchange-kit/metrics";
import { describe, expect, test } from "vitest";
import { benchmark, fund } from "./support.ts";

const near = (value: number, expected: number, digits = 10): void =>
  expect(value).toBeCloseTo(expected, digits);
const monthly = { periodsPerYear: 12 };

describe("returns", () => {
  test("simple and log returns of prices", () => {
    expect([...metrics.simpleReturns([100, 110, 99])]).toEqual([
      expect.closeTo(0.1, 12),
      expect.closeTo(-0.1, 12),
    ]);
    near(metrics.logReturns([100, 110, 99])[1]!, Math.log(0.9));
    expect([...metrics.simpleReturns([100])]).toEqual([]);
  });

  test("cumulative returns start from 0, an equity curve from the capital", () => {
    const curve = [...metrics.cumulativeReturns([0.1, Number.NaN, -0.1], { startingValue: 1000 })];
    expect(curve).toEqual([1100, 1100, expect.closeTo(990, 9)]);
    near(metrics.cumulativeReturns([0.1, -0.1])[1]!, -0.01);
  });

  test("CAGR counts missing periods, unless the convention drops them", () => {
    const returns = [0.1, Number.NaN];
    near(metrics.cagr(returns, { periodsPerYear: 2 }), 0.1);
    near(metrics.cagr(returns, { periodsPerYear: 2, convention: "bacon" }), 0.21);
    near(metrics.cagr(returns, { periodsPerYear: 2, convention: "quantstats" }), 0.21);
  });

  test("everything lost is −100 % a year, more than that is undefined", () => {
    expect(metrics.cagr([0.5, -1], monthly)).toBe(-1);
    expect(metrics.cagr([0.5, -1.5], monthly)).toBeNaN();
  });

  test("mean, geometric mean, best and worst", () => {
    near(metrics.meanReturn([0.5, -0.5]), 0);
    near(metrics.geometricMeanReturn([0.5, -0.5]), Math.sqrt(0.75) - 1);
    expect([metrics.bestReturn(fund), metrics.worstReturn(fund)]).toEqual([0.081, -0.065]);
  });

  test("money-weighted: Excel's XIRR example", () => {
    const flows = [
      { date: "2008-01-01", amount: -10_000 },
      { date: "2008-03-01", amount: 2_750 },
      { date: "2008-10-30", amount: 4_250 },
      { date: "2009-02-15", amount: 3_250 },
      { date: "2009-04-01", amount: 2_750 },
    ];
    near(metrics.xirr(flows), 0.373362535, 8);
    near(metrics.xirr([...flows].reverse()), 0.373362535, 8);
  });

  test.each([
    ["act/365", 366 / 365],
    ["act/365.25", 366 / 365.25],
    ["act/360", 366 / 360],
    ["30/360", 1],
    ["act/act", 1],
  ] as const)("XIRR over a leap year by %s", (dayCount, years) => {
    const flows = [
      { date: "2024-01-01", amount: -100 },
      { date: "2025-01-01", amount: 110 },
    ];
    near(metrics.xirr(flows, { dayCount }), 1.1 ** (1 / years) - 1, 12);
  });

  test("30/360 counts the 31st as the 30th after one", () => {
    const flows = [
      { date: "2024-01-31", amount: -100 },
      { date: "2024-03-31", amount: 101 },
    ];
    near(metrics.xirr(flows, { dayCount: "30/360" }), 1.01 ** 6 - 1, 12);
  });

  test("XIRR has an answer for near-total loss, none for flows of one sign, 0 for money back", () => {
    const pay = (amount: number): number =>
      metrics.xirr([
        { date: "2024-01-01", amount: -100 },
        { date: "2025-12-31", amount },
      ]);
    near(pay(0.01), 0.0001 ** (365 / 730) - 1, 9);
    expect(pay(-1)).toBeNaN();
    expect(pay(100)).toBe(0);
    expect(metrics.xirr([])).toBeNaN();
    // Over a hundred years flows of both signs are infinite at rates near −1; no rate solves these.
    const century = [
      { date: "1900-01-01", amount: -100 },
      { date: "1999-01-01", amount: 50 },
      { date: "2000-01-01", amount: -100 },
    ];
    expect(metrics.xirr(century)).toBeNaN();
    // Solved by about −0.4 % and 0.8 %.
    const two = [
      { date: "2021-01-01", amount: 1.004 * 0.992 },
      { date: "2022-01-01", amount: -(1.004 + 0.992) },
      { date: "2023-01-01", amount: 1 },
    ];
    near(metrics.xirr(two), 1 / 1.004 - 1);
  });

  test("Modified Dietz and true time-weighted return", () => {
    const input = {
      startValue: 100_000,
      endValue: 125_000,
      startDate: "2024-01-01",
      endDate: "2024-03-01",
      flows: [{ date: "2024-01-31", amount: 20_000 }],
    };
    near(metrics.modifiedDietz(input), 5_000 / 110_000);
    near(
      metrics.timeWeightedReturn([
        { start: 100, end: 108 },
        { start: 128, end: 120 },
      ]),
      0.0125,
    );
    expect(metrics.timeWeightedReturn([])).toBeNaN();
    expect(metrics.modifiedDietz({ ...input, startValue: 0, flows: [] })).toBeNaN();
  });
});

describe("Bacon's example fund, as PerformanceAnalytics documents it", () => {
  test.each([
    [
      "downsideDeviation",
      metrics.downsideDeviation(fund, { periodsPerYear: 1, marPerPeriod: 0.005 }),
      0.0255,
    ],
    ["downsidePotential", metrics.downsidePotential(fund, { marPerPeriod: 0.005 }), 0.0137],
    ["upsideRisk", metrics.upsideRisk(fund, { marPerPeriod: 0.005 }), 0.02937],
    ["downsideFrequency", metrics.downsideFrequency(fund, { marPerPeriod: 0.005 }), 0.4583],
    ["kappa 2", metrics.kappa(fund, { marPerPeriod: 0.005, order: 2 }), 0.1566],
    ["omegaSharpe", metrics.omegaSharpe(fund, { marPerPeriod: 0.005 }), 0.29],
    ["meanAbsoluteDeviation", metrics.meanAbsoluteDeviation(fund), 0.0311],
    ["sample skewness", metrics.skewness(fund, { method: "sample" }), -0.09],
    ["sample kurtosis", metrics.kurtosis(fund, { method: "sample", excess: false }), 3.03],
    ["sample excess kurtosis", metrics.kurtosis(fund, { method: "sample" }), -0.41],
    ["painIndex", metrics.painIndex(fund), 0.04],
    ["specificRisk", metrics.specificRisk(fund, benchmark, monthly), 0.0329],
    ["jensenAlpha", metrics.jensenAlpha(fund, benchmark, monthly), -0.014],
  ])("%s", (_, value, published) => {
    const digits = String(published).split(".")[1]!.length;
    expect(Math.abs(value - published)).toBeLessThan(0.6 * 10 ** -digits);
  });
});

describe("ratios", () => {
  test("Sharpe with a series of risk-free returns equals that of the excess returns", () => {
    const excess = fund.map((value, index) => value - benchmark[index]!);
    near(metrics.sharpe(fund, { riskFreePerPeriod: benchmark }), metrics.sharpe(excess), 12);
    near(
      metrics.sharpe(fund, { riskFreePerPeriod: benchmark }),
      metrics.informationRatio(fund, benchmark),
      12,
    );
  });

  test("no spread: infinite with a gain, undefined without", () => {
    expect(metrics.sharpe([0.1, 0.1, 0.1])).toBe(Number.POSITIVE_INFINITY);
    expect(metrics.sharpe([-0.1, -0.1, -0.1])).toBe(Number.NEGATIVE_INFINITY);
    expect(metrics.sharpe([0, 0, 0])).toBeNaN();
    expect(metrics.sharpe([0.1])).toBeNaN();
    expect(metrics.sortino([0.1, 0.2])).toBe(Number.POSITIVE_INFINITY);
    expect(metrics.sortino([0.1, 0.2], { convention: "quantstats" })).toBeNaN();
    expect(metrics.sortino([0.1])).toBeNaN();
  });

  test("ratios to a drawdown are undefined without one", () => {
    const rising = [0.01, 0.02];
    for (const ratio of [
      metrics.calmar,
      metrics.painRatio,
      metrics.martinRatio,
      metrics.burkeRatio,
      metrics.recoveryFactor,
    ])
      expect(ratio(rising)).toBeNaN();
    near(metrics.recoveryFactor([0.5, -0.2]), 1);
  });

  test("pain, Martin and Burke ratios from their parts", () => {
    const excess = metrics.cagr(fund, monthly) - 0.02;
    const options = { ...monthly, riskFreeAnnual: 0.02 };
    near(metrics.painRatio(fund, options), excess / metrics.painIndex(fund));
    near(metrics.martinRatio(fund, options), excess / metrics.ulcerIndex(fund));
    // −10 %, recovered; −50 %, not recovered.
    const returns = [-0.1, 1 / 9, -0.5];
    near(metrics.burkeRatio(returns, { periodsPerYear: 3 }), -0.5 / Math.sqrt(0.26));
  });

  test("upside potential ratio from its parts", () => {
    const mar = { marPerPeriod: 0.005 };
    near(
      metrics.upsidePotentialRatio(fund, mar),
      metrics.upsidePotential(fund, mar) / metrics.downsideDeviation(fund, { ...mar, periodsPerYear: 1 }),
    );
  });

  test("omega is kappa 1 plus 1", () => {
    near(
      metrics.omega(fund, { riskFreePerPeriod: 0.005 }),
      metrics.omegaSharpe(fund, { marPerPeriod: 0.005 }) + 1,
    );
    near(metrics.upsidePotential(fund), metrics.omega(fund) * metrics.downsidePotential(fund));
    expect(metrics.omega([0.1, 0.2])).toBeNaN();
  });

  test("stability is 1 for steady growth", () => {
    near(metrics.stability([0.01, 0.01, 0.01, 0.01]), 1);
    expect(metrics.stability([0.01])).toBeNaN();
  });
});

describe("conventions", () => {
  const growth = fund.reduce((product, value) => product * (1 + value), 1) ** 0.5 - 1;

  test("bacon: population deviation, annualised geometric returns", () => {
    const bacon = { ...monthly, convention: "bacon" as const };
    const deviation = metrics.standardDeviation(fund, { ddof: 0 }) * Math.sqrt(12);
    near(metrics.annualVolatility(fund, bacon), deviation);
    near(
      metrics.sharpe(fund, { ...bacon, riskFreePerPeriod: 0.001 }),
      (growth - (1.001 ** 12 - 1)) / deviation,
    );
    near(
      metrics.sortino(fund, { ...bacon, marPerPeriod: 0.005 }),
      (growth - (1.005 ** 12 - 1)) /
        metrics.downsideDeviation(fund, { periodsPerYear: 12, marPerPeriod: 0.005 }),
    );
    const market = benchmark.reduce((product, value) => product * (1 + value), 1) ** 0.5 - 1;
    near(
      metrics.informationRatio(fund, benchmark, bacon),
      (growth - market) / metrics.trackingError(fund, benchmark, bacon),
    );
  });

  test("quantstats: Ulcer Index over n − 1, Martin and Treynor from the total return, plain information ratio", () => {
    const quantstats = { ...monthly, convention: "quantstats" as const };
    near(metrics.ulcerIndex(fund, quantstats), metrics.ulcerIndex(fund) * Math.sqrt(24 / 23));
    near(
      metrics.martinRatio(fund, quantstats),
      metrics.totalReturn(fund) / metrics.ulcerIndex(fund, quantstats),
    );
    near(
      metrics.treynor(fund, benchmark, quantstats),
      metrics.totalReturn(fund) / metrics.beta(fund, benchmark),
    );
    near(metrics.treynor(fund, benchmark, monthly), growth / metrics.beta(fund, benchmark));
    near(
      metrics.informationRatio(fund, benchmark, quantstats) * Math.sqrt(12),
      metrics.informationRatio(fund, benchmark, monthly),
    );
    near(
      metrics.informationRatio(fund, benchmark, { annualise: false }),
      metrics.informationRatio(fund, benchmark, quantstats),
    );
  });

  test("empyrical: as exchange-kit", () => {
    const empyrical = { ...monthly, convention: "empyrical" as const };
    expect(metrics.sharpe(fund, empyrical)).toBe(metrics.sharpe(fund, monthly));
    expect(metrics.cagr(fund, empyrical)).toBe(metrics.cagr(fund, monthly));
  });
});

describe("inference on the Sharpe ratio", () => {
  test("probabilistic: half at its own value, more below", () => {
    const own = metrics.meanReturn(fund) / metrics.standardDeviation(fund);
    near(metrics.probabilisticSharpe(fund, { benchmarkSharpe: own }), 0.5);
    expect(metrics.probabilisticSharpe(fund)).toBeGreaterThan(0.8);
  });

  test("deflated: one trial changes nothing, many lower it", () => {
    const one = metrics.deflatedSharpe(fund, { trials: 1, varianceOfTrials: 0.01 });
    expect(one).toBe(metrics.probabilisticSharpe(fund));
    expect(metrics.deflatedSharpe(fund, { trials: 100, varianceOfTrials: 0.01 })).toBeLessThan(one);
  });

  test("minimum track record: with that length the probability is the confidence", () => {
    const length = metrics.minimumTrackRecordLength(fund, { confidence: 0.95 });
    const now = metrics.probabilisticSharpe(fund);
    expect(now < 0.95).toBe(length > fund.length);
    expect(metrics.minimumTrackRecordLength(fund, { benchmarkSharpe: 9 })).toBe(Number.POSITIVE_INFINITY);
    expect(metrics.minimumTrackRecordLength([0.1, 0.1])).toBeNaN();
  });

  test("the paper's example: deflated Sharpe ratio of 0.90", () => {
    // Bailey and López de Prado (2014), section "A numerical example": SR 2.5 a year over 1250 days, skewness −3,
    // kurtosis 10, 100 trials with variance 1/2 a year: SR0 ≈ 0.1132 a day. Here its benchmark alone.
    const trials = { trials: 100, varianceOfTrials: 1 / 2 / 250 };
    const returns = Array.from({ length: 1250 }, (_, index) => (index % 2 === 0 ? 0.0213 : -0.0187));
    const byHand = metrics.probabilisticSharpe(returns, { benchmarkSharpe: 0.1132 });
    expect(Math.abs(metrics.deflatedSharpe(returns, trials) - byHand)).toBeLessThan(1e-3);
  });
});

describe("tails", () => {
  test("historical value at risk and shortfall", () => {
    near(metrics.historicalVaR([1, 81, 82, 83, 84, 85], { cutoff: 0.1 }), 41);
    near(metrics.historicalES([-3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7], { cutoff: 0.1 }), -2.5);
  });

  test("normal value at risk and shortfall against the tables", () => {
    const returns = [-1, 1];
    const deviation = Math.SQRT2;
    near(metrics.parametricVaR(returns, { confidence: 0.99 }), -2.3263478740408408 * deviation, 12);
    near(metrics.parametricES(returns, { confidence: 0.95 }), -2.0627128075074257 * deviation, 9);
    near(metrics.parametricVaR(returns, { confidence: 0.9999999 }), -5.199337582192817 * deviation, 9);
    near(metrics.parametricVaR(returns, { confidence: 1 - 1e-13 }), -7.3487961 * deviation, 2);
  });

  test("tail ratio", () => near(metrics.tailRatio([-2, -1, 0, 1, 3], { lower: 0, upper: 100 }), 1.5));
});

describe("drawdowns", () => {
  test("the first loss counts, as the capital was whole before it", () => {
    near(metrics.maxDrawdown([-0.1, 0.05]), -0.1);
    expect([...metrics.drawdownSeries([-0.5, 1, Number.NaN])]).toEqual([-0.5, 0, 0]);
  });

  test("peak, trough and recovery of each", () => {
    expect(metrics.drawdowns([100, 110, 105, 90, 95, 111, 108, 120, 118, 119])).toEqual([
      { peak: 1, trough: 3, recovery: 5, depth: expect.closeTo(-0.1818, 4) },
      { peak: 5, trough: 6, recovery: 7, depth: expect.closeTo(-0.027, 3) },
      { peak: 7, trough: 8, recovery: null, depth: expect.closeTo(-0.0167, 4) },
    ]);
    expect(metrics.drawdowns([100, Number.NaN, 90, 100])).toHaveLength(1);
    expect(metrics.drawdowns([1, 2, 3])).toEqual([]);
  });
});

describe("against a benchmark", () => {
  test("of itself: beta 1, alpha 0, no tracking error", () => {
    near(metrics.beta(fund, fund), 1);
    near(metrics.alpha(fund, fund), 0);
    expect(metrics.trackingError(fund, fund)).toBe(0);
    near(metrics.rSquared(fund, fund), 1);
    near(metrics.capture(fund, fund), 1);
    expect(metrics.battingAverage(fund, fund)).toBe(0);
  });

  test("up and down markets apart", () => {
    const lever = benchmark.map((value) => (value > 0 ? 2 * value : 3 * value));
    near(metrics.upCapture(lever, benchmark, { method: "arithmetic" }), 2);
    near(metrics.downCapture(lever, benchmark, { method: "arithmetic" }), 3);
    near(metrics.upAlphaBeta(lever, benchmark).beta, 2);
    near(metrics.downAlphaBeta(lever, benchmark).beta, 3);
    expect(metrics.upCapture(fund, benchmark, { method: "geometric" })).toBeGreaterThan(0.9);
    expect(metrics.downCapture(fund, benchmark)).toBeGreaterThan(0.9);
  });

  test("capture is the ratio of the CAGRs, each with its missing periods (empyrical's published value)", () => {
    const mixed = [Number.NaN, 0.01, 0.1, -0.04, 0.02, 0.03, 0.02, 0.01, -0.1];
    const falling = [-0.02, -0.06, -0.07, -0.01, -0.09, -0.02, -0.06, -0.08, -0.05];
    near(metrics.capture(falling, mixed), -0.5225764322296, 9);
    expect(metrics.capture([], [])).toBeNaN();
    expect(metrics.capture([Number.NaN], [0.1])).toBeNaN();
  });

  test("one return for all periods stands for a benchmark", () => {
    near(metrics.informationRatio(fund, 0.01), metrics.sharpe(fund, { riskFreePerPeriod: 0.01 }));
    near(metrics.trackingError(fund, 0.01), metrics.annualVolatility(fund));
  });

  test("a flat benchmark has no beta", () => {
    expect(metrics.beta([0.1, 0.2], [0.1, 0.1])).toBeNaN();
    expect(metrics.correlation([0.1, 0.1], [0.1, 0.2])).toBeNaN();
  });
});

describe("distribution", () => {
  test("sample forms as Excel SKEW and KURT", () => {
    const values = [3, 4, 5, 2, 3, 4, 5, 6, 4, 7];
    near(metrics.skewness(values, { method: "sample" }), 0.359543071, 8);
    near(metrics.kurtosis(values, { method: "sample" }), -0.151799637, 8);
  });

  test("Jarque–Bera from both", () => {
    near(
      metrics.jarqueBera(fund),
      (24 / 6) * (metrics.skewness(fund) ** 2 + metrics.kurtosis(fund) ** 2 / 4),
    );
  });

  test("histogram counts every value once", () => {
    expect(metrics.histogram([1, 2, 3, 4], 3)).toEqual([
      { from: 1, to: 2, count: 1 },
      { from: 2, to: 3, count: 1 },
      { from: 3, to: 4, count: 2 },
    ]);
    expect(metrics.histogram([5, 5])).toEqual([{ from: 5, to: 5, count: 2 }]);
    expect(metrics.histogram([])).toEqual([]);
    expect(metrics.quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
  });
});

describe("attribution", () => {
  const input = {
    portfolioWeights: [0.4, 0.3, 0.3],
    benchmarkWeights: [0.4, 0.2, 0.4],
    portfolioReturns: [0.2, -0.05, 0.06],
    benchmarkReturns: [0.1, -0.04, 0.08],
  };

  test("Brinson–Fachler: Bacon's UK, Japan, US example", () => {
    const { allocation, selection, interaction, total, sectors } = metrics.brinsonFachler(input);
    near(allocation, -0.012);
    near(selection, 0.03);
    near(interaction, 0.001);
    near(total, 0.083 - 0.064);
    near(sectors[1]!.allocation, 0.1 * (-0.04 - 0.064));
  });

  test("Brinson–Hood–Beebower has the same totals and other sectors", () => {
    const attribution = metrics.brinsonHoodBeebower(input);
    near(attribution.allocation, -0.012);
    near(attribution.total, 0.019);
    near(attribution.sectors[1]!.allocation, -0.004);
  });

  test("factors: a return made of them is taken apart again", () => {
    const value = fund.map((_, index) => Math.sin(index));
    const made = benchmark.map((market, index) => 0.001 + 1.5 * market - 0.2 * value[index]!);
    const found = metrics.factorAttribution(made, { market: benchmark, value });
    near(found.alpha, 0.001);
    near(found.factors[0]!.exposure, 1.5);
    near(found.factors[1]!.exposure, -0.2);
    near(found.rSquared, 1);
    near(found.residualDeviation, 0);
    near(
      found.alpha + found.factors.reduce((sum, { contribution }) => sum + contribution, 0),
      found.meanReturn,
    );
    const single = metrics.factorAttribution(fund, { market: benchmark });
    near(single.factors[0]!.exposure, metrics.beta(fund, benchmark));
    near(single.residualDeviation, metrics.specificRisk(fund, benchmark, { periodsPerYear: 1 }));
  });

  test("too few periods leave exposures undefined; collinear factors are refused", () => {
    expect(metrics.factorAttribution([0.1], { market: [0.1] }).factors[0]!.exposure).toBeNaN();
    const twice = benchmark.map((market) => 2 * market);
    expect(() => metrics.factorAttribution(fund, { market: benchmark, twice })).toThrow("twice");
  });
});

describe("trades and exposure", () => {
  const trades = [120, -50, 80, -30, -70, 200, 0, -40, 60, -90];

  test("statistics", () => {
    const found = metrics.tradeStatistics(trades);
    expect(found).toMatchObject({ count: 10, wins: 4, losses: 5, netProfit: 180, expectancy: 18 });
    expect(found).toMatchObject({ largestWin: 200, largestLoss: -90, averageWin: 115, averageLoss: -56 });
    expect(found).toMatchObject({ longestWinStreak: 1, longestLossStreak: 2 });
    near(metrics.winRate(trades), 4 / 9);
    near(metrics.profitFactor(trades), 460 / 280);
    near(metrics.payoffRatio(trades), 115 / 56);
    near(metrics.kelly(trades), 4 / 9 - 5 / 9 / (115 / 56));
    near(metrics.expectancy(trades), 18);
  });

  test("without losses, without gains, without trades", () => {
    expect(metrics.tradeStatistics([1, 2])).toMatchObject({ winRate: 1, kelly: 1 });
    expect(metrics.profitFactor([1])).toBe(Number.POSITIVE_INFINITY);
    expect(metrics.kelly([-1])).toBe(Number.NEGATIVE_INFINITY);
    expect(metrics.payoffRatio([-1])).toBe(0);
    expect(metrics.tradeStatistics([])).toMatchObject({
      count: 0,
      winRate: Number.NaN,
      largestWin: Number.NaN,
    });
  });

  test("streaks end at 0", () => {
    expect(metrics.streaks([1, 1, 0, 1, -1, -1])).toEqual({ longestWin: 2, longestLoss: 2, current: -2 });
    expect(metrics.streaks([1, 0]).current).toBe(0);
  });

  test("turnover, exposure, time in the market", () => {
    near(metrics.turnover([0.5, 0.5, 0], [0.2, 0.5, 0.3]), 0.3);
    expect(metrics.exposure([1, 0.5, -0.25])).toEqual({ long: 1.5, short: -0.25, net: 1.25, gross: 1.75 });
    expect(metrics.timeInMarket([0, 1, 0, -1])).toBe(0.5);
  });
});

test("calendar of returns", () => {
  const dates = ["2023-12-29", "2024-01-02", "2024-01-31", "2024-03-01", "2024-03-04"];
  const table = metrics.calendarReturns(dates, [0.1, 0.1, 0.1, Number.NaN, -0.5]);
  expect(table.map(({ year }) => year)).toEqual([2023, 2024]);
  near(table[1]!.months[0]!, 0.21);
  expect(table[1]!.months[1]).toBeNull();
  expect(table[1]!.months[2]).toBe(-0.5);
  near(table[1]!.total, 1.21 * 0.5 - 1);
});

describe("bootstrap", () => {
  const mean = (sample: Float64Array): number => metrics.meanReturn(sample);

  test("the same seed gives the same interval, another one nearly so", () => {
    const first = metrics.bootstrapInterval(fund, mean, { seed: 1 });
    expect(metrics.bootstrapInterval(fund, mean, { seed: 1 })).toEqual(first);
    const other = metrics.bootstrapInterval(fund, mean, { seed: 2 });
    expect(other.lower).not.toBe(first.lower);
    expect(Math.abs(other.lower - first.lower)).toBeLessThan(0.003);
  });

  test("the interval of a mean is that of the central limit theorem", () => {
    const { estimate, lower, upper, standardError } = metrics.bootstrapInterval(fund, mean, {
      seed: 7,
      resamples: 20_000,
    });
    const expected = metrics.standardDeviation(fund, { ddof: 0 }) / Math.sqrt(24);
    near(estimate, metrics.meanReturn(fund), 15);
    expect(Math.abs(standardError / expected - 1)).toBeLessThan(0.03);
    expect(Math.abs((upper - lower) / (2 * 1.96 * expected) - 1)).toBeLessThan(0.05);
  });

  test("blocks keep runs together, so that the interval of a trending record is wider", () => {
    const trending = Array.from({ length: 240 }, (_, index) => (index % 40 < 20 ? 0.01 : -0.01));
    const independent = metrics.bootstrapInterval(trending, mean, { seed: 3 });
    const blocks = metrics.bootstrapInterval(trending, mean, { seed: 3, meanBlockLength: 20 });
    expect(blocks.standardError).toBeGreaterThan(1.6 * independent.standardError);
  });

  test("samples without a value are counted, not averaged in", () => {
    const { undefinedSamples, lower } = metrics.bootstrapInterval([0.1, -0.1], metrics.calmar, { seed: 1 });
    expect(undefinedSamples).toBeGreaterThan(100);
    expect(lower).toBeLessThan(0);
    expect(metrics.bootstrapInterval([], mean, { seed: 1 }).estimate).toBeNaN();
  });
});
