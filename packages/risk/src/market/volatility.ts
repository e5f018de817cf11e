import { RiskError } from "../errors.ts";
import { checkFinite, checkSeries, mean, type Series, sampleVariance } from "./series.ts";

/** Exponentially weighted variance: v ← λ·v + (1 − λ)·r², started with the first squared return (RiskMetrics 1996). */
export interface EwmaModel {
  /** Which model. */
  readonly kind: "ewma";
  /** Weight of the past, above 0 and below 1; RiskMetrics uses 0.94 for days. */
  readonly lambda: number;
}

/** Variance v ← ω + α·r² + β·v, started with the sample variance (Bollerslev 1986). */
export interface GarchModel {
  /** Which model. */
  readonly kind: "garch";
  /** Constant, positive. */
  readonly omega: number;
  /** Weight of the last squared return, not negative. */
  readonly alpha: number;
  /** Weight of the last variance, not negative; α + β below 1. */
  readonly beta: number;
}

/** How variance moves from day to day. */
export type VarianceModel = EwmaModel | GarchModel;

/**
 * Variance expected for each period from the returns before it, and for the period after the last.
 *
 * @returns one more value than there are returns; the first is the model's start
 * @throws RiskError `invalid-series`, `invalid-argument`
 */
export function conditionalVariances(returns: Series, model: VarianceModel): Float64Array {
  checkModel(model);
  checkSeries("returns", returns, model.kind === "ewma" ? 1 : 2);
  const variances = new Float64Array(returns.length + 1);
  variances[0] = model.kind === "ewma" ? returns[0]! ** 2 : sampleVariance(returns);
  for (let index = 0; index < returns.length; index++) {
    const square = returns[index]! ** 2;
    const before = variances[index]!;
    variances[index + 1] =
      model.kind === "ewma"
        ? model.lambda * before + (1 - model.lambda) * square
        : model.omega + model.alpha * square + model.beta * before;
  }
  return variances;
}

/**
 * Volatility (per period, as a deviation) expected for the period after the last return.
 *
 * @throws RiskError `invalid-series`, `invalid-argument`
 */
export function volatility(returns: Series, model: VarianceModel): number {
  return Math.sqrt(conditionalVariances(returns, model)[returns.length]!);
}

/** A fitted GARCH(1,1). */
export interface GarchFit extends GarchModel {
  /** Gaussian log-likelihood at the estimate, without its constant. */
  readonly logLikelihood: number;
  /** ω / (1 − α − β): the variance that forecasts return to. */
  readonly longRunVariance: number;
}

/**
 * Fits GARCH(1,1) by Gaussian maximum likelihood to returns less their mean: Nelder–Mead (1965) on transformed
 * parameters, from fixed starting points, so that the same series gives the same fit.
 *
 * @param returns - at least 50, not all equal
 * @throws RiskError `invalid-series`
 */
export function fitGarch(returns: Series): GarchFit {
  checkSeries("returns", returns, 50);
  const center = mean(returns);
  const residuals = Float64Array.from(returns, (value) => value - center);
  const variance = sampleVariance(residuals);
  if (!(Math.sqrt(variance) > 1e-14 * Math.abs(center)) || variance === 0) {
    throw new RiskError("invalid-series", "returns that are all equal have no variance to fit");
  }
  // Long-run variance = variance·eᵃ; α + β = logistic(b); α's share of it = logistic(c).
  const toModel = (point: readonly number[]): GarchModel => {
    const persistence = 0.9999 / (1 + Math.exp(-point[1]!));
    const alpha = persistence / (1 + Math.exp(-point[2]!));
    const omega = variance * Math.exp(point[0]!) * (1 - persistence);
    return { kind: "garch", omega, alpha, beta: persistence - alpha };
  };
  const cost = (point: readonly number[]): number => -likelihood(residuals, variance, toModel(point));
  const starts = [
    [0, 3, -2],
    [0, 1, -1],
    [0, -1, 0],
  ];
  let best = starts[0]!;
  for (const start of starts) {
    const found = nelderMead(cost, start);
    if (cost(found) < cost(best)) best = found;
  }
  const model = toModel(best);
  return {
    ...model,
    logLikelihood: -cost(best),
    longRunVariance: model.omega / (1 - model.alpha - model.beta),
  };
}

/**
 * Variance expected `steps` periods after the last return.
 *
 * @param next - variance of the next period (the last of {@link conditionalVariances})
 * @param steps - 1 is the next period
 * @throws RiskError `invalid-argument`
 */
export function garchForecast(model: GarchModel, next: number, steps: number): number {
  checkModel(model);
  checkFinite("next", next);
  if (!(Number.isInteger(steps) && steps >= 1)) {
    throw new RiskError("invalid-argument", `steps must be 1 or more, was ${steps}`, { value: steps });
  }
  const persistence = model.alpha + model.beta;
  const longRun = model.omega / (1 - persistence);
  return longRun + persistence ** (steps - 1) * (next - longRun);
}

function likelihood(residuals: Float64Array, start: number, model: GarchModel): number {
  let variance = start;
  let sum = 0;
  for (let index = 0; index < residuals.length; index++) {
    const square = residuals[index]! * residuals[index]!;
    sum -= 0.5 * (Math.log(variance) + square / variance);
    variance = model.omega + model.alpha * square + model.beta * variance;
  }
  return sum;
}

function checkModel(model: VarianceModel): void {
  if (model.kind === "ewma") {
    if (model.lambda > 0 && model.lambda < 1) return;
    throw new RiskError("invalid-argument", `lambda must be between 0 and 1, was ${model.lambda}`, {
      value: model.lambda,
    });
  }
  const { omega, alpha, beta } = model;
  if (omega > 0 && Number.isFinite(omega) && alpha >= 0 && beta >= 0 && alpha + beta < 1) return;
  throw new RiskError(
    "invalid-argument",
    `omega must be positive, alpha and beta not negative with a sum below 1, were ${omega}, ${alpha}, ${beta}`,
  );
}

/** Minimises `cost` from `start` with reflection 1, expansion 2, contraction 1/2 and shrinking 1/2. */
function nelderMead(cost: (point: readonly number[]) => number, start: readonly number[]): number[] {
  const at = (point: number[]): { point: number[]; cost: number } => ({ point, cost: cost(point) });
  const simplex = [at([...start])];
  for (let axis = 0; axis < start.length; axis++) {
    simplex.push(at(start.map((value, index) => (index === axis ? value + 0.5 : value))));
  }
  for (let step = 0; step < 1000; step++) {
    simplex.sort((a, b) => a.cost - b.cost);
    const worst = simplex.at(-1)!;
    const best = simplex[0]!;
    if (worst.cost - best.cost < 1e-10) break;
    const others = simplex.slice(0, -1);
    const middle = start.map(
      (_, axis) => others.reduce((sum, { point }) => sum + point[axis]!, 0) / others.length,
    );
    const along = (factor: number): { point: number[]; cost: number } =>
      at(middle.map((value, axis) => value + factor * (worst.point[axis]! - value)));
    const reflected = along(-1);
    if (reflected.cost < best.cost) {
      const expanded = along(-2);
      simplex[simplex.length - 1] = expanded.cost < reflected.cost ? expanded : reflected;
    } else if (reflected.cost < others.at(-1)!.cost) {
      simplex[simplex.length - 1] = reflected;
    } else {
      const contracted = along(0.5);
      if (contracted.cost < worst.cost) simplex[simplex.length - 1] = contracted;
      else {
        for (let index = 1; index < simplex.length; index++) {
          const { point } = simplex[index]!;
          simplex[index] = at(point.map((value, axis) => (value + best.point[axis]!) / 2));
        }
      }
    }
  }
  return simplex.sort((a, b) => a.cost - b.cost)[0]!.point;
}
