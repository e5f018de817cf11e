import { RiskError } from "../errors.ts";
import { normalDensity, normalQuantile, studentDensity, studentQuantile } from "./distributions.ts";
import {
  centralMoment,
  checkProbability,
  checkSeries,
  mean,
  quantileInPlace,
  type Series,
  sampleVariance,
} from "./series.ts";
import { conditionalVariances, type VarianceModel } from "./volatility.ts";

/** Value at risk and expected shortfall, both **positive when they are losses**, in the units of the returns. */
export interface TailRisk {
  /** The loss that is exceeded with probability 1 − confidence. Positive is a loss. */
  readonly valueAtRisk: number;
  /** The mean loss in the tail beyond it. Positive is a loss. */
  readonly expectedShortfall: number;
}

/** What all forms have in common. */
export interface TailRiskBase {
  /** Such as 0.95 or 0.99; between 0 and 1, both excluded. */
  readonly confidence: number;
  /** Periods ahead: the result is multiplied by its square root. Default 1. */
  readonly horizon?: number;
}

/**
 * The form of estimate.
 *
 * - `historical`: quantile of the returns (linear interpolation, type 7); ES is the mean of the returns at or below it
 * - `historical-tail`: the same quantile; ES averages exactly the share 1 − confidence, with a part of the last
 *   observation (Acerbi and Tasche 2002). It is never below the quantile: the share n(1 − c) always reaches beyond the
 *   quantile's position (n − 1)(1 − c), and puts less weight on the observation after it
 * - `age-weighted`: observation i periods old weighs λⁱ; VaR is the smallest return at which the weight of the returns
 *   up to it reaches 1 − confidence, ES their weighted mean (Boudoukh, Richardson and Whitelaw 1998)
 * - `filtered`: returns rescaled from the volatility of their day to that of the next, then as `historical`
 *   (Hull and White 1998; Barone-Adesi et al. 1999)
 * - `normal`: mean and sample deviation (n − 1)
 * - `student-t`: the same with Student's t scaled to the sample variance; needs `degrees` above 2
 * - `cornish-fisher`: normal quantile corrected with population skewness and excess kurtosis; ES integrates the
 *   corrected quantile over the tail
 */
export type TailRiskOptions =
  | (TailRiskBase & {
      /** How the tail is estimated. */
      readonly method: "historical" | "historical-tail";
    })
  | (TailRiskBase & {
      /** How the tail is estimated. */
      readonly method: "age-weighted";
      /** Decay of the weights with age, above 0; 1 for equal weights. */
      readonly lambda: number;
    })
  | (TailRiskBase & {
      /** How the tail is estimated. */
      readonly method: "filtered";
      /** Variance model whose volatility rescales the returns. */
      readonly model: VarianceModel;
    })
  | (TailRiskBase & {
      /** How the tail is estimated. */
      readonly method: "normal";
      /** The sample's mean (the default), or 0. */
      readonly mean?: "sample" | "zero";
    })
  | (TailRiskBase & {
      /** How the tail is estimated. */
      readonly method: "student-t";

      /** Degrees of freedom, above 2. */
      readonly degrees: number;

      /** The sample's mean (the default), or 0. */
      readonly mean?: "sample" | "zero";
    })
  | (TailRiskBase & {
      /** How the tail is estimated. */
      readonly method: "cornish-fisher";
      /** The sample's mean (the default), or 0. */
      readonly mean?: "sample" | "zero";
    });

/**
 * Value at risk and expected shortfall of a series of returns (or of profits), **positive when they are losses**: a
 * negative result is a gain even in the tail.
 *
 * One value is enough for the historical forms; the others need two. Equal values have no deviation: every form then
 * gives minus that value, with skewness and kurtosis taken as 0.
 *
 * @param returns - oldest first, profits positive
 * @throws RiskError `invalid-series` (too short, NaN, infinite), `invalid-argument` (confidence, horizon, λ, degrees)
 */
export function tailRisk(returns: Series, options: TailRiskOptions): TailRisk {
  const { confidence, horizon = 1 } = options;
  checkProbability("confidence", confidence);
  if (!(horizon > 0 && Number.isFinite(horizon))) {
    throw new RiskError("invalid-argument", `horizon must be positive, was ${horizon}`, { value: horizon });
  }
  const one = estimate(returns, options);
  const scale = Math.sqrt(horizon);
  // The mean of a tail of equal values may be rounded to the milder side of them.
  const shortfall = Math.max(one.valueAtRisk, one.expectedShortfall);
  return { valueAtRisk: one.valueAtRisk * scale, expectedShortfall: shortfall * scale };
}

/**
 * Value at risk alone, **positive when it is a loss**: see {@link tailRisk}.
 *
 * @throws RiskError as {@link tailRisk}
 */
export function valueAtRisk(returns: Series, options: TailRiskOptions): number {
  return tailRisk(returns, options).valueAtRisk;
}

/**
 * Expected shortfall alone, **positive when it is a loss**: see {@link tailRisk}.
 *
 * @throws RiskError as {@link tailRisk}
 */
export function expectedShortfall(returns: Series, options: TailRiskOptions): number {
  return tailRisk(returns, options).expectedShortfall;
}

function estimate(returns: Series, options: TailRiskOptions): TailRisk {
  const tail = 1 - options.confidence;
  switch (options.method) {
    case "historical":
      checkSeries("returns", returns, 1);
      return historical(Float64Array.from(returns), tail);
    case "historical-tail":
      checkSeries("returns", returns, 1);
      return historicalTail(Float64Array.from(returns), tail);
    case "age-weighted":
      return ageWeighted(returns, tail, options.lambda);
    case "filtered": {
      checkSeries("returns", returns, 2);
      const variances = conditionalVariances(returns, options.model);
      const now = Math.sqrt(variances[returns.length]!);
      const scaled = Float64Array.from(returns, (value, index) =>
        variances[index]! > 0 ? (value * now) / Math.sqrt(variances[index]!) : value,
      );
      return historical(scaled, tail);
    }
    case "normal": {
      const { center, deviation } = sampleMoments(returns, options.mean);
      const quantile = normalQuantile(tail);
      return {
        valueAtRisk: -(center + quantile * deviation),
        expectedShortfall: -center + (deviation * normalDensity(quantile)) / tail,
      };
    }
    case "student-t":
      return studentT(returns, tail, options.degrees, options.mean);
    case "cornish-fisher":
      return cornishFisher(returns, tail, options.mean);
  }
}

function sampleMoments(
  returns: Series,
  meanOption: "sample" | "zero" = "sample",
): { center: number; deviation: number } {
  checkSeries("returns", returns, 2);
  return {
    center: meanOption === "zero" ? 0 : mean(returns),
    deviation: Math.sqrt(sampleVariance(returns)),
  };
}

/** Reorders `values`. */
export function historical(values: Float64Array, tail: number): TailRisk {
  const quantile = quantileInPlace(values, tail);
  let sum = 0;
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    if (values[index]! <= quantile) {
      sum += values[index]!;
      count++;
    }
  }
  // Interpolation between equal values may round below them, as may their mean; the mean of an empty tail is then the
  // quantile.
  return {
    valueAtRisk: -quantile,
    expectedShortfall: Math.max(-quantile, count > 0 ? -sum / count : -quantile),
  };
}

function historicalTail(values: Float64Array, tail: number): TailRisk {
  const valueAtRisk = -quantileInPlace(values, tail);
  values.sort();
  const share = values.length * tail;
  const whole = Math.min(Math.floor(share), values.length - 1);
  let sum = 0;
  for (let index = 0; index < whole; index++) sum += values[index]!;
  sum += (share - whole) * values[whole]!;
  return { valueAtRisk, expectedShortfall: -sum / share };
}

function ageWeighted(returns: Series, tail: number, lambda: number): TailRisk {
  checkSeries("returns", returns, 1);
  if (!(lambda > 0 && lambda <= 1)) {
    throw new RiskError("invalid-argument", `lambda must be above 0 and at most 1, was ${lambda}`, {
      value: lambda,
    });
  }
  const count = returns.length;
  const scale = lambda === 1 ? 1 / count : (1 - lambda) / (1 - lambda ** count);
  const order = Array.from({ length: count }, (_, index) => index).sort((a, b) => returns[a]! - returns[b]!);
  let weight = 0;
  let weighted = 0;
  for (const index of order) {
    const own = scale * lambda ** (count - 1 - index);
    weight += own;
    weighted += own * returns[index]!;
    // Weights add up to the level, and all of them to 1, only to rounding.
    if (weight >= tail * (1 - 1e-12) || index === order[count - 1]) {
      return { valueAtRisk: -returns[index]!, expectedShortfall: -weighted / weight };
    }
  }
  throw new RiskError("invalid-series", "returns must not be empty");
}

function studentT(returns: Series, tail: number, degrees: number, meanOption?: "sample" | "zero"): TailRisk {
  if (!(degrees > 2 && Number.isFinite(degrees))) {
    throw new RiskError("invalid-argument", `degrees must be above 2, was ${degrees}`, { value: degrees });
  }
  const { center, deviation } = sampleMoments(returns, meanOption);
  const quantile = studentQuantile(tail, degrees);
  const scale = deviation * Math.sqrt((degrees - 2) / degrees);
  const shortfall =
    ((studentDensity(quantile, degrees) / tail) * (degrees + quantile * quantile)) / (degrees - 1);
  return { valueAtRisk: -(center + quantile * scale), expectedShortfall: -center + scale * shortfall };
}

/** Skewness and excess kurtosis with population moments; 0 for a series without deviation. */
export function shape(returns: Series): {
  /** Mean. */
  center: number;
  /** Population deviation. */
  deviation: number;
  /** Third standardised moment. */
  skewness: number;
  /** Fourth standardised moment less 3. */
  excessKurtosis: number;
} {
  checkSeries("returns", returns, 2);
  const center = mean(returns);
  const variance = centralMoment(returns, center, 2);
  const deviation = Math.sqrt(variance);
  // Rounding of the mean leaves a trace of variance in equal values.
  // Below 1e-70 the fourth power would underflow.
  if (!(deviation > 1e-14 * Math.abs(center) && deviation > 1e-70))
    return { center, deviation: 0, skewness: 0, excessKurtosis: 0 };
  return {
    center,
    deviation,
    skewness: centralMoment(returns, center, 3) / deviation ** 3,
    excessKurtosis: centralMoment(returns, center, 4) / variance ** 2 - 3,
  };
}

/**
 * z + (z² − 1)S/6 + (z³ − 3z)K/24 − (2z³ − 5z)S²/36 with z the normal quantile of the tail (Zangari 1996). Over the
 * tail, ∫z·φ, ∫z²·φ and ∫z³·φ are known, so ES is exact: with φ = φ(z), the mean of z is −φ/p, of z² 1 − zφ/p, and of
 * z³ −(z² + 2)φ/p.
 */
function cornishFisher(returns: Series, tail: number, meanOption: "sample" | "zero" = "sample"): TailRisk {
  const { center, deviation, skewness, excessKurtosis } = shape(returns);
  const middle = meanOption === "zero" ? 0 : center;
  const z = normalQuantile(tail);
  const density = normalDensity(z) / tail;
  const corrected = (one: number, two: number, three: number): number =>
    one +
    ((two - 1) * skewness) / 6 +
    ((three - 3 * one) * excessKurtosis) / 24 -
    ((2 * three - 5 * one) * skewness * skewness) / 36;
  const quantile = corrected(z, z * z, z * z * z);
  const shortfall = corrected(-density, 1 - z * density, -(z * z + 2) * density);
  const valueAtRisk = -(middle + quantile * deviation);
  // Far from normal the expansion need not be monotone; a tail mean milder than its threshold would be wrong.
  return { valueAtRisk, expectedShortfall: Math.max(valueAtRisk, -(middle + shortfall * deviation)) };
}
