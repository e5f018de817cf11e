import {
  blackScholes,
  cholesky,
  christoffersenTest,
  componentExpectedShortfall,
  componentValueAtRisk,
  covarianceMatrix,
  expectedShortfall,
  fitGarch,
  garchForecast,
  historicalComponentExpectedShortfall,
  historicalScenarios,
  impliedVolatility,
  incrementalValueAtRisk,
  isRiskError,
  kupiecNonRejection,
  kupiecTest,
  luldBands,
  monteCarlo,
  normalDistribution,
  normalQuantile,
  rollingBacktest,
  spanScan,
  stress,
  studentDistribution,
  studentQuantile,
  tailRisk,
  trafficLight,
  valueAtRisk,
  volatility,
} from "@exchange-kit/risk";
import { monteCarloOnWorkers } from "@exchange-kit/risk/workers";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isRiskError(error)) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

const series = fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 2, maxLength: 60 });
const METHODS = [
  { method: "historical" },
  { method: "historical-tail" },
  { method: "age-weighted", lambda: 0.97 },
  { method: "filtered", model: { kind: "ewma", lambda: 0.94 } },
  { method: "normal" },
  { method: "student-t", degrees: 5 },
] as const;

describe("distributions against published values", () => {
  test("normal", () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
    expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 12);
    expect(normalDistribution(1.959963984540054)).toBeCloseTo(0.975, 15);
    expect(normalDistribution(-8) / 6.220960574271785e-16).toBeCloseTo(1, 7);
    expect(normalDistribution(-40)).toBe(0);
  });

  test("Student's t: tables, and the closed form for 2 degrees", () => {
    expect(studentQuantile(0.975, 5)).toBeCloseTo(2.570581835636, 10);
    expect(studentQuantile(0.5, 3)).toBe(0);
    for (const x of [-3, -0.5, 0.7, 4]) {
      expect(studentDistribution(x, 2)).toBeCloseTo(0.5 + x / (2 * Math.sqrt(2 + x * x)), 13);
    }
  });
});

describe("value at risk and expected shortfall are positive losses", () => {
  test("equal weights reach their level exactly: the worst of 100 days is the 99 % value at risk", () => {
    const returns = Array.from({ length: 100 }, (_, day) => -day);
    const risk = (confidence: number): unknown =>
      tailRisk(returns, { method: "age-weighted", lambda: 1, confidence });
    expect(risk(0.99)).toEqual({ valueAtRisk: 99, expectedShortfall: 99 });
    expect((risk(0.95) as { valueAtRisk: number }).valueAtRisk).toBe(95);
  });
  test("ten returns by hand", () => {
    const returns = [-0.05, -0.03, -0.02, 0, 0.01, 0.01, 0.02, 0.03, 0.04, 0.05];
    // Position 0.9 between -0.05 and -0.03.
    expect(valueAtRisk(returns, { method: "historical", confidence: 0.9 })).toBeCloseTo(0.032, 15);
    expect(expectedShortfall(returns, { method: "historical", confidence: 0.9 })).toBeCloseTo(0.05, 15);
    // A fifth of ten is two observations; a quarter is two and a half.
    expect(expectedShortfall(returns, { method: "historical-tail", confidence: 0.8 })).toBeCloseTo(0.04, 15);
    expect(expectedShortfall(returns, { method: "historical-tail", confidence: 0.75 })).toBeCloseTo(
      0.036,
      15,
    );
    expect(valueAtRisk(returns, { method: "historical", confidence: 0.9, horizon: 4 })).toBeCloseTo(
      0.064,
      15,
    );
  });

  test.each(METHODS)("$method: VaR is monotone in confidence", (options) => {
    fc.assert(
      fc.property(series, (returns) => {
        const at = [0.8, 0.9, 0.95, 0.99].map((confidence) =>
          valueAtRisk(returns, { ...options, confidence }),
        );
        for (let index = 1; index < at.length; index++) {
          expect(at[index]!).toBeGreaterThanOrEqual(at[index - 1]! - 1e-12);
        }
      }),
      { numRuns: runs(100) },
    );
  });

  test.each([...METHODS, { method: "cornish-fisher" } as const])("$method: ES is at least VaR", (options) => {
    fc.assert(
      fc.property(series, fc.double({ min: 0.6, max: 0.995, noNaN: true }), (returns, confidence) => {
        const risk = tailRisk(returns, { ...options, confidence });
        expect(risk.expectedShortfall).toBeGreaterThanOrEqual(risk.valueAtRisk);
      }),
      { numRuns: runs(100) },
    );
  });

  test("ES is at least VaR to the last bit, where the tail is one value again and again", () => {
    const returns = [-0.061, -0.061, -0.061, 0.066];
    const aged = tailRisk(returns, { method: "age-weighted", lambda: 0.94, confidence: 0.3 });
    expect(aged).toEqual({ valueAtRisk: 0.061, expectedShortfall: 0.061 });
    const sure = { weights: [1], covariance: [[0]], means: [0.061], confidence: 0.95, paths: 3000, seed: 1 };
    const { valueAtRisk, expectedShortfall } = monteCarlo(sure);
    expect(expectedShortfall).toBeGreaterThanOrEqual(valueAtRisk);
  });

  test("all equal: minus the value, whatever the form", () => {
    for (const options of [
      ...METHODS.filter(({ method }) => method !== "filtered"),
      { method: "cornish-fisher" } as const,
    ]) {
      const risk = tailRisk([0.01, 0.01, 0.01], { ...options, confidence: 0.95 });
      expect(risk.valueAtRisk).toBeCloseTo(-0.01, 12);
      expect(risk.expectedShortfall).toBeCloseTo(-0.01, 12);
    }
  });

  test("one value is enough for history, not for moments; bad series have a code", () => {
    expect(valueAtRisk([-0.02], { method: "historical", confidence: 0.95 })).toBe(0.02);
    expect(codeOf(() => valueAtRisk([-0.02], { method: "normal", confidence: 0.95 }))).toBe("invalid-series");
    for (const bad of [[], [0, Number.NaN], [0, Number.POSITIVE_INFINITY]]) {
      expect(codeOf(() => valueAtRisk(bad, { method: "historical", confidence: 0.95 }))).toBe(
        "invalid-series",
      );
    }
    for (const confidence of [0, 1, Number.NaN]) {
      expect(codeOf(() => valueAtRisk([1, 2], { method: "historical", confidence }))).toBe(
        "invalid-argument",
      );
    }
    expect(codeOf(() => valueAtRisk([1, 2], { method: "historical", confidence: 0.9, horizon: 0 }))).toBe(
      "invalid-argument",
    );
    expect(codeOf(() => valueAtRisk([1, 2], { method: "age-weighted", lambda: 2, confidence: 0.9 }))).toBe(
      "invalid-argument",
    );
    expect(codeOf(() => valueAtRisk([1, 2], { method: "student-t", degrees: 2, confidence: 0.9 }))).toBe(
      "invalid-argument",
    );
  });
});

describe("portfolios", () => {
  const covariance = [
    [0.04, 0.006],
    [0.006, 0.09],
  ];

  test("components add up to the total, marginals are derivatives", () => {
    const weight = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(weight, weight, (a, b) => {
        const portfolio = { weights: [a, b], covariance, means: [0.01, 0.02], confidence: 0.99 };
        for (const split of [componentValueAtRisk(portfolio), componentExpectedShortfall(portfolio)]) {
          expect(split.component[0]! + split.component[1]!).toBeCloseTo(split.total, 12);
        }
      }),
      { numRuns: runs(100) },
    );
    const at = (a: number) => componentValueAtRisk({ weights: [a, 0.5], covariance, confidence: 0.99 });
    expect(at(0.5).marginal[0]).toBeCloseTo((at(0.5 + 1e-6).total - at(0.5 - 1e-6).total) / 2e-6, 6);
  });

  test("incremental risk is with less without; the only position is all of it", () => {
    const portfolio = { weights: [1, 0], covariance, confidence: 0.95 };
    expect(incrementalValueAtRisk(portfolio, 0)).toBeCloseTo(1.6448536269514722 * 0.2, 12);
    expect(codeOf(() => incrementalValueAtRisk(portfolio, 2))).toBe("invalid-argument");
  });

  test("historical components add up", () => {
    const returns = [
      [-0.1, 0.02, 0.03, -0.02],
      [-0.05, 0.01, -0.04, 0.02],
    ];
    const split = historicalComponentExpectedShortfall(returns, [0.5, 0.5], 0.75);
    expect(split.component.reduce((sum, value) => sum + value, 0)).toBeCloseTo(split.total, 15);
    expect(split.total).toBeCloseTo(0.075, 15);
    expect(codeOf(() => historicalComponentExpectedShortfall(returns, [1], 0.75))).toBe("mismatched-series");
  });

  test("semi-definite factors pass, indefinite and lopsided matrices do not", () => {
    expect(
      cholesky([
        [1, 1],
        [1, 1],
      ]),
    ).toEqual([
      [1, 0],
      [1, 0],
    ]);
    expect(
      codeOf(() =>
        cholesky([
          [1, 2],
          [2, 1],
        ]),
      ),
    ).toBe("not-positive-semidefinite");
    expect(
      codeOf(() =>
        cholesky([
          [0, 1],
          [1, 0],
        ]),
      ),
    ).toBe("not-positive-semidefinite");
    expect(
      codeOf(() =>
        cholesky([
          [1, 0.5],
          [0.4, 1],
        ]),
      ),
    ).toBe("not-positive-semidefinite");
    expect(codeOf(() => cholesky([[1, 2]]))).toBe("mismatched-series");
    expect(
      codeOf(() =>
        covarianceMatrix([
          [1, 2],
          [1, 2, 3],
        ]),
      ),
    ).toBe("mismatched-series");
    expect(codeOf(() => covarianceMatrix([]))).toBe("invalid-series");
  });
});

describe("Monte Carlo", () => {
  const options = {
    weights: [0.5, 0.5],
    covariance: [
      [0.04, 0.006],
      [0.006, 0.09],
    ],
    means: [0.01, 0.02],
    confidence: 0.95,
    paths: 200_000,
    seed: 7,
  };
  const exact = componentValueAtRisk(options);

  test("converges to the closed form", () => {
    const { valueAtRisk, expectedShortfall, meanLoss, meanStandardError } = monteCarlo(options);
    expect(Math.abs(valueAtRisk - exact.total)).toBeLessThan(0.004);
    expect(Math.abs(expectedShortfall - componentExpectedShortfall(options).total)).toBeLessThan(0.005);
    expect(Math.abs(meanLoss + 0.015)).toBeLessThan(5 * meanStandardError);
    const mirrored = monteCarlo({ ...options, isAntithetic: true });
    expect(mirrored.meanLoss).toBeCloseTo(-0.015, 12);
    expect(Math.abs(mirrored.valueAtRisk - exact.total)).toBeLessThan(0.004);
  });

  test("Student's t has the given covariance and fatter tails", () => {
    const { losses, meanLoss } = monteCarlo({ ...options, distribution: { degrees: 6 } });
    const variance = losses.reduce((sum, loss) => sum + (loss - meanLoss) ** 2, 0) / losses.length;
    expect(variance / 0.0355).toBeGreaterThan(0.97);
    expect(variance / 0.0355).toBeLessThan(1.03);
    const far = { ...options, confidence: 0.999 };
    expect(monteCarlo({ ...far, distribution: { degrees: 4 } }).valueAtRisk).toBeGreaterThan(
      monteCarlo(far).valueAtRisk,
    );
  });

  test("is the same on one thread and on any number of workers", async () => {
    const small = { ...options, paths: 20_001, distribution: { degrees: 5 }, isAntithetic: true };
    const here = monteCarlo(small);
    for (const workers of [1, 2, 3]) expect(await monteCarloOnWorkers(small, workers)).toEqual(here);
    expect(monteCarlo({ ...small, seed: 8 }).losses).not.toEqual(here.losses);
    await expect(monteCarloOnWorkers(small, 0)).rejects.toMatchObject({ code: "invalid-argument" });
  });

  test("bad options", () => {
    const bad = [
      { paths: 0 },
      { seed: 0.5 },
      { horizon: -1 },
      { distribution: { degrees: 2 } },
      { confidence: 1 },
    ];
    for (const wrong of bad)
      expect(codeOf(() => monteCarlo({ ...options, ...wrong }))).toBe("invalid-argument");
    expect(codeOf(() => monteCarlo({ ...options, weights: [1] }))).toBe("mismatched-series");
  });
});

describe("volatility", () => {
  test("fits the GARCH that a series was made with, and forecasts towards its long run", () => {
    let state = 1;
    const uniform = () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state + 0.5) / 2 ** 32;
    };
    const returns: number[] = [];
    let variance = 1e-4;
    for (let day = 0; day < 4000; day++) {
      returns.push(Math.sqrt(variance) * normalQuantile(uniform()));
      variance = 5e-6 + 0.1 * returns.at(-1)! ** 2 + 0.85 * variance;
    }
    const fit = fitGarch(returns);
    expect(fit.alpha).toBeGreaterThan(0.06);
    expect(fit.alpha).toBeLessThan(0.14);
    expect(fit.beta).toBeGreaterThan(0.78);
    expect(fit.beta).toBeLessThan(0.91);
    expect(garchForecast(fit, 1e-3, 5000)).toBeCloseTo(fit.longRunVariance, 8);
    expect(volatility(returns, fit)).toBeGreaterThan(0);
    expect(codeOf(() => fitGarch(new Array(60).fill(0.01)))).toBe("invalid-series");
    expect(codeOf(() => volatility([1], { kind: "ewma", lambda: 1 }))).toBe("invalid-argument");
    expect(codeOf(() => volatility([1, 2], { kind: "garch", omega: 1, alpha: 0.5, beta: 0.5 }))).toBe(
      "invalid-argument",
    );
    expect(codeOf(() => garchForecast(fit, 1, 0))).toBe("invalid-argument");
  });
});

describe("back-tests", () => {
  test("Kupiec and Christoffersen are defined at zero exceptions and at nothing else", () => {
    expect(kupiecTest(250, 0, 0.01)).toMatchObject({ statistic: expect.closeTo(-500 * Math.log(0.99), 10) });
    expect(Number.isFinite(kupiecTest(10, 10, 0.01).statistic)).toBe(true);
    const quiet = christoffersenTest(new Array(250).fill(0), 0.01);
    expect(quiet.independence).toEqual({ statistic: 0, pValue: 1 });
    expect(quiet.conditional.statistic).toBeCloseTo(quiet.unconditional.statistic, 12);
    expect(codeOf(() => kupiecTest(0, 0, 0.01))).toBe("invalid-argument");
    expect(codeOf(() => kupiecTest(5, 6, 0.01))).toBe("invalid-argument");
    expect(codeOf(() => christoffersenTest([1], 0.01))).toBe("invalid-series");
  });

  test("Kupiec's non-rejection regions (1995, table 3: N < 7 of 255 at 1 %, 6 < N < 21 at 5 %)", () => {
    expect(kupiecNonRejection(255, 0.01, 0.05)?.[1]).toBe(6);
    expect(kupiecNonRejection(255, 0.05, 0.05)).toEqual([7, 20]);
  });

  test("traffic lights for other sizes follow the table's formula", () => {
    expect(trafficLight(250, 5, 0.01)).toMatchObject({ zone: "yellow", multiplier: 3.4 });
    const yellow = trafficLight(500, 10, 0.01);
    expect(yellow.zone).toBe("yellow");
    expect(yellow.multiplier).toBeCloseTo((3 * normalQuantile(0.99)) / normalQuantile(0.98), 12);
    expect(trafficLight(10, 0, 0.05)).toMatchObject({ zone: "green", multiplier: 3 });
    expect(trafficLight(10, 9, 0.05)).toMatchObject({ zone: "red", multiplier: 4 });
  });

  test("a rolling back-test by hand", () => {
    const result = rollingBacktest([0, 1, 2, -1, 3, -5], 3, 0.9);
    expect([...result.hits]).toEqual([1, 0, 1]);
    expect(result).toMatchObject({ observations: 3, exceptions: 2 });
    expect(result.valueAtRisk[0]).toBeCloseTo(-0.2, 12);
  });
});

describe("options, scans, bands and stress", () => {
  const option = { spot: 100, strike: 95, rate: 0.03, dividendYield: 0.01, years: 0.75 } as const;

  test("put-call parity, and Greeks are derivatives", () => {
    const call = blackScholes({ type: "call", ...option }, 0.3);
    const put = blackScholes({ type: "put", ...option }, 0.3);
    expect(call.price - put.price).toBeCloseTo(100 * Math.exp(-0.0075) - 95 * Math.exp(-0.0225), 12);
    const step = 1e-4;
    const priceAt = (change: object, volatility = 0.3) =>
      blackScholes({ type: "put", ...option, ...change }, volatility).price;
    expect(put.delta).toBeCloseTo(
      (priceAt({ spot: 100 + step }) - priceAt({ spot: 100 - step })) / 2 / step,
      7,
    );
    expect(put.vega).toBeCloseTo((priceAt({}, 0.3 + step) - priceAt({}, 0.3 - step)) / 2 / step, 5);
    expect(put.rho).toBeCloseTo(
      (priceAt({ rate: 0.03 + step }) - priceAt({ rate: 0.03 - step })) / 2 / step,
      5,
    );
    expect(put.theta).toBeCloseTo(
      (priceAt({ years: 0.75 - step }) - priceAt({ years: 0.75 + step })) / 2 / step,
      5,
    );
    expect(blackScholes({ type: "call", ...option, years: 0 }, 0.3)).toMatchObject({
      price: 5,
      delta: 1,
      gamma: 0,
    });
  });

  test("implied volatility gives back the volatility", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 2, noNaN: true }),
        fc.double({ min: 80, max: 120, noNaN: true }),
        fc.constantFrom("call" as const, "put" as const),
        (sigma, strike, type) => {
          const given = { ...option, type, strike };
          const value = blackScholes(given, sigma);
          fc.pre(value.vega > 0.1);
          expect(impliedVolatility(given, value.price)).toBeCloseTo(sigma, 8);
        },
      ),
      { numRuns: runs(200) },
    );
    expect(codeOf(() => impliedVolatility({ type: "call", ...option }, 200))).toBe("no-solution");
    expect(codeOf(() => impliedVolatility({ type: "call", ...option }, 1))).toBe("no-solution");
    expect(codeOf(() => blackScholes({ type: "call", ...option, spot: 0 }, 0.2))).toBe("invalid-argument");
    expect(codeOf(() => blackScholes({ type: "call", ...option }, -1))).toBe("invalid-argument");
  });

  test("a scan of a long straddle loses when volatility falls", () => {
    const leg = { type: "option", quantity: 1, strike: 100, volatility: 0.2, years: 0.5 } as const;
    const { losses, scanRisk } = spanScan({
      futurePrice: 100,
      priceScan: 6,
      volatilityScan: 0.04,
      positions: [
        { ...leg, right: "call" },
        { ...leg, right: "put" },
      ],
    });
    expect(losses).toHaveLength(16);
    expect(losses[0]).toBeLessThan(0);
    expect(scanRisk).toBe(losses[1]);
    expect(spanScan({ futurePrice: 1, priceScan: 0, volatilityScan: 0, positions: [] }).scanRisk).toBe(0);
    expect(codeOf(() => spanScan({ futurePrice: 0, priceScan: 0, volatilityScan: 0, positions: [] }))).toBe(
      "invalid-argument",
    );
  });

  test("bands of cheap securities, rounded half up", () => {
    expect(luldBands(2, 1, false)).toEqual({ lower: 1.6, upper: 2.4 });
    expect(luldBands(2, 2, true)).toEqual({ lower: 1.2, upper: 2.8 });
    expect(luldBands(0.5, 1, false)).toEqual({ lower: 0.35, upper: 0.65 });
    expect(luldBands(0.1, 1, false)).toEqual({ lower: 0.03, upper: 0.18 });
    expect(luldBands(10.05, 1, false)).toEqual({ lower: 9.55, upper: 10.55 });
    expect(codeOf(() => luldBands(Number.NaN, 1, false))).toBe("invalid-argument");
  });

  test("stress: deltas, gammas, revaluation and scenarios from history; losses are positive", () => {
    const positions = [
      { name: "stock", delta: { equity: 1_000 } },
      { name: "option", delta: { equity: -200 }, gamma: { equity: 5_000 } },
      { name: "bond", revalue: ({ rates = 0 }: Readonly<Record<string, number>>) => -7_000 * rates },
    ];
    const [crash] = stress(positions, [{ name: "crash", shocks: { equity: -0.2, rates: 0.01 } }]);
    expect(crash?.losses).toEqual([200, expect.closeTo(-140, 9), 70]);
    expect(crash?.loss).toBeCloseTo(130, 9);
    const scenarios = historicalScenarios({ equity: [-0.1, -0.1, 0.2] }, 2, ["mon", "tue", "wed"]);
    expect(scenarios[0]).toEqual({ name: "mon … tue", shocks: { equity: expect.closeTo(-0.19, 12) } });
    expect(scenarios).toHaveLength(2);
    expect(codeOf(() => historicalScenarios({ a: [1, 2], b: [1, 2, 3] }, 2))).toBe("mismatched-series");
    expect(codeOf(() => stress([], [{ name: "x", shocks: { a: Number.NaN } }]))).toBe("invalid-argument");
  });
});
