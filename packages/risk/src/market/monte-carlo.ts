import { whole } from "../arguments.ts";
import { RiskError } from "../errors.ts";
import { cholesky, type Matrix } from "./matrix.ts";
import { checkProbability, checkSameLength, checkSeries, type Series } from "./series.ts";
import { BLOCK, createSimulator, type Simulation } from "./simulate.ts";
import { historical, type TailRisk } from "./value-at-risk.ts";

/** What is simulated. */
export interface MonteCarloOptions {
  /** Weights, or money in each asset; negative is short. */
  readonly weights: Series;
  /** Covariance of the assets' returns over one period; positive semi-definite. */
  readonly covariance: Matrix;
  /** Expected returns over one period. Default 0. */
  readonly means?: Series;
  /** Such as 0.99. */
  readonly confidence: number;
  /** Paths, 1 … 2³⁰. */
  readonly paths: number;
  /** An integer of 32 bits; the same seed gives the same paths, on any number of threads. */
  readonly seed: number;
  /** Periods: means grow with it, deviations with its square root. Default 1. */
  readonly horizon?: number;
  /** Joint normal, or multivariate Student's t with this covariance and so many `degrees` (above 2). Default normal. */
  readonly distribution?:
    | "normal"
    | {
        /** Degrees of freedom, above 2. */
        readonly degrees: number;
      };
  /** Each second path is the mirror image of the one before it. Default `false`. */
  readonly isAntithetic?: boolean;
}

/** Result of a simulation; all **positive when they are losses**. */
export interface MonteCarloResult extends TailRisk {
  /** Mean loss. */
  readonly meanLoss: number;
  /** Standard error of the mean loss. */
  readonly meanStandardError: number;
  /** Loss of each path, in path order. */
  readonly losses: Float64Array;
}

/**
 * Value at risk and expected shortfall, **positive when they are losses**, of a portfolio by simulation: joint returns
 * from the Cholesky factor of their covariance, and the portfolio linear in them.
 *
 * @throws RiskError `not-positive-semidefinite`, `invalid-series`, `mismatched-series`, `invalid-argument`
 */
export function monteCarlo(options: MonteCarloOptions): MonteCarloResult {
  const simulation = prepare(options);
  const losses = new Float64Array(simulation.paths);
  const run = createSimulator(simulation, losses, BLOCK);
  for (let block = 0; block < blockCount(simulation); block++) run(block);
  return summarise(losses, options);
}

export function blockCount(simulation: Simulation): number {
  return Math.ceil(simulation.paths / BLOCK);
}

/** Checks the options, and brings them into the form that threads share. */
export function prepare(options: MonteCarloOptions): Simulation {
  const {
    weights,
    covariance,
    paths,
    seed,
    horizon = 1,
    distribution = "normal",
    isAntithetic = false,
  } = options;
  checkProbability("confidence", options.confidence);
  whole("paths", paths, 1);
  if (paths > 2 ** 30) throw new RiskError("invalid-argument", `paths may be 2^30 at most, was ${paths}`);
  if (!Number.isInteger(seed) || seed < -(2 ** 31) || seed >= 2 ** 32) {
    throw new RiskError("invalid-argument", `seed must be an integer of 32 bits, was ${seed}`, {
      value: seed,
    });
  }
  if (!(horizon > 0 && Number.isFinite(horizon))) {
    throw new RiskError("invalid-argument", `horizon must be positive, was ${horizon}`, { value: horizon });
  }
  const degrees = distribution === "normal" ? 0 : distribution.degrees;
  if (distribution !== "normal" && !(degrees > 2 && Number.isFinite(degrees))) {
    throw new RiskError("invalid-argument", `degrees must be above 2, was ${degrees}`, { value: degrees });
  }
  checkSeries("weights", weights, 1);
  const lower = cholesky(covariance);
  checkSameLength("weights", weights, "covariance", lower as unknown as Series);
  const means = options.means ?? new Float64Array(weights.length);
  checkSeries("means", means, 1);
  checkSameLength("weights", weights, "means", means);
  const scale = Math.sqrt(horizon);
  const factor = lower.flatMap((row, index) => row.slice(0, index + 1).map((value) => value * scale));
  return {
    seed: seed | 0,
    paths,
    factor: Float64Array.from(factor),
    means: Float64Array.from(means, (value) => value * horizon),
    weights: Float64Array.from(weights),
    degrees,
    isAntithetic,
  };
}

export function summarise(losses: Float64Array, options: MonteCarloOptions): MonteCarloResult {
  const profits = losses.map((loss) => -loss);
  let sum = 0;
  for (let path = 0; path < losses.length; path++) sum += losses[path]!;
  const meanLoss = sum / losses.length;
  // Antithetic paths are not independent; the means of pairs are.
  const step = options.isAntithetic && losses.length > 1 ? 2 : 1;
  let squares = 0;
  let samples = 0;
  for (let path = 0; path + step <= losses.length; path += step) {
    const value = step === 1 ? losses[path]! : (losses[path]! + losses[path + 1]!) / 2;
    squares += (value - meanLoss) ** 2;
    samples++;
  }
  const meanStandardError = samples > 1 ? Math.sqrt(squares / (samples - 1) / samples) : 0;
  return { ...historical(profits, 1 - options.confidence), meanLoss, meanStandardError, losses };
}
