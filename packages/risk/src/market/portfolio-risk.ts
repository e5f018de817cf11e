import { RiskError } from "../errors.ts";
import { normalDensity, normalQuantile } from "./distributions.ts";
import { checkSymmetric, dot, type Matrix, multiply } from "./matrix.ts";
import { checkProbability, checkSameLength, checkSeries, quantileInPlace, type Series } from "./series.ts";

/** A portfolio whose assets are jointly normal. */
export interface NormalPortfolio {
  /** Weights, or money in each asset; negative is short. */
  readonly weights: Series;
  /** Covariance of the assets' returns. */
  readonly covariance: Matrix;
  /** Expected returns; default 0. */
  readonly means?: Series;
  /** Such as 0.95. */
  readonly confidence: number;
}

/** A portfolio's risk split over its assets; **positive is loss**. The components add up to the total (Euler). */
export interface RiskSplit {
  /** Risk of the portfolio. */
  readonly total: number;
  /** Change of the total for one more unit of weight. */
  readonly marginal: readonly number[];
  /** Weight × marginal. */
  readonly component: readonly number[];
  /** Component / total; 0 when the total is 0. */
  readonly share: readonly number[];
}

/**
 * Component and marginal value at risk, **positive is loss**, of a normal portfolio.
 *
 * @throws RiskError `invalid-series`, `mismatched-series`, `not-positive-semidefinite`, `invalid-argument`
 * @see Jorion, "Value at Risk", 3rd edition, chapter 7
 */
export function componentValueAtRisk(portfolio: NormalPortfolio): RiskSplit {
  checkProbability("confidence", portfolio.confidence);
  return split(portfolio, -normalQuantile(1 - portfolio.confidence));
}

/**
 * Component and marginal expected shortfall, **positive is loss**, of a normal portfolio.
 *
 * @throws RiskError as {@link componentValueAtRisk}
 */
export function componentExpectedShortfall(portfolio: NormalPortfolio): RiskSplit {
  checkProbability("confidence", portfolio.confidence);
  const tail = 1 - portfolio.confidence;
  return split(portfolio, normalDensity(normalQuantile(tail)) / tail);
}

/**
 * Value at risk, **positive is loss**, of a normal portfolio with a position less the one without it; other weights
 * stay. A negative result is a hedge.
 *
 * @param asset - index of the position
 * @throws RiskError as {@link componentValueAtRisk}; `invalid-argument` for an unknown asset
 */
export function incrementalValueAtRisk(portfolio: NormalPortfolio, asset: number): number {
  if (!(Number.isInteger(asset) && asset >= 0 && asset < portfolio.weights.length)) {
    throw new RiskError("invalid-argument", `there is no asset ${asset}`, { value: asset });
  }
  const weights = Array.from(portfolio.weights, (weight, index) => (index === asset ? 0 : weight));
  return componentValueAtRisk(portfolio).total - componentValueAtRisk({ ...portfolio, weights }).total;
}

function split({ weights, covariance, means, confidence: _ }: NormalPortfolio, multiple: number): RiskSplit {
  checkSeries("weights", weights, 1);
  checkSymmetric(covariance);
  checkSameLength("weights", weights, "covariance", covariance as unknown as Series);
  if (means) {
    checkSeries("means", means, 1);
    checkSameLength("weights", weights, "means", means);
  }
  const covarianceWithPortfolio = multiply(covariance, weights);
  const variance = dot(weights, covarianceWithPortfolio);
  const largest = covariance.reduce(
    (most, row, index) => Math.max(most, Math.abs(row[index]! * weights[index]! ** 2)),
    0,
  );
  if (variance < -1e-12 * largest) {
    throw new RiskError("not-positive-semidefinite", `the portfolio's variance is ${variance}`, {
      value: variance,
    });
  }
  const deviation = Math.sqrt(Math.max(0, variance));
  const marginal = covarianceWithPortfolio.map(
    (value, index) => (deviation > 0 ? (multiple * value) / deviation : 0) - (means ? means[index]! : 0),
  );
  const component = marginal.map((value, index) => value * weights[index]!);
  const total = multiple * deviation - (means ? dot(weights, means) : 0);
  return { total, marginal, component, share: component.map((value) => (total === 0 ? 0 : value / total)) };
}

/**
 * Expected shortfall, **positive is loss**, of a portfolio of historical returns, split over its assets: the mean of
 * each asset's part on the days on which the portfolio's return is at or below its quantile.
 *
 * @param returns - one series for each asset
 * @param weights - one for each asset
 * @param confidence - such as 0.95
 * @throws RiskError `invalid-series`, `mismatched-series`, `invalid-argument`
 */
export function historicalComponentExpectedShortfall(
  returns: readonly Series[],
  weights: Series,
  confidence: number,
): RiskSplit {
  checkProbability("confidence", confidence);
  const portfolio = portfolioReturns(returns, weights);
  const quantile = quantileInPlace(portfolio.slice(), 1 - confidence);
  const marginal = new Array<number>(returns.length).fill(0);
  let days = 0;
  for (let day = 0; day < portfolio.length; day++) {
    if (portfolio[day]! > quantile) continue;
    days++;
    for (let asset = 0; asset < returns.length; asset++) marginal[asset]! -= returns[asset]![day]!;
  }
  for (let asset = 0; asset < returns.length; asset++) marginal[asset]! /= days;
  const component = marginal.map((value, asset) => value * weights[asset]!);
  const total = component.reduce((sum, value) => sum + value, 0);
  return { total, marginal, component, share: component.map((value) => (total === 0 ? 0 : value / total)) };
}

/**
 * Returns of a portfolio with constant weights.
 *
 * @param returns - one series for each asset, equally long
 * @throws RiskError `invalid-series`, `mismatched-series`
 */
export function portfolioReturns(returns: readonly Series[], weights: Series): Float64Array {
  checkSeries("weights", weights, 1);
  checkSameLength("weights", weights, "returns", returns as unknown as Series);
  const total = new Float64Array(returns[0]!.length);
  for (const [asset, series] of returns.entries()) {
    checkSeries(`returns[${asset}]`, series, 1);
    checkSameLength("returns[0]", returns[0]!, `returns[${asset}]`, series);
    for (let day = 0; day < total.length; day++) total[day] = total[day]! + weights[asset]! * series[day]!;
  }
  return total;
}
