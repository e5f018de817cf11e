import { checkSameLength, checkSeries, observed, type Series } from "./series.ts";

/**
 * One-way turnover of a rebalancing: Σ|after − before| / 2.
 *
 * @param before - weights before, one for each asset, in the order of `after`
 * @param after - weights after
 * @returns fraction of the portfolio that changed hands; an asset without both weights is dropped
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`
 */
export function turnover(before: Series, after: Series): number {
  checkSeries(before, "before");
  checkSeries(after, "after");
  checkSameLength(before, after, "before", "after");
  let sum = 0;
  for (let index = 0; index < before.length; index++) {
    const change = Math.abs(after[index]! - before[index]!);
    if (!Number.isNaN(change)) sum += change;
  }
  return sum / 2;
}

/** Exposure of a portfolio as fractions of its capital. */
export interface Exposure {
  /** Sum of the weights above 0. */
  readonly long: number;
  /** Sum of the weights below 0, 0 or below. */
  readonly short: number;
  /** long + short. */
  readonly net: number;
  /** long − short: the leverage. */
  readonly gross: number;
}

/**
 * Long, short, net and gross exposure of a set of weights.
 *
 * @param weights - position values over capital; missing ones are dropped
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 */
export function exposure(weights: Series): Exposure {
  let [long, short] = [0, 0];
  for (const weight of observed(weights, "weights")) {
    if (weight > 0) long += weight;
    else short += weight;
  }
  return { long, short, net: long + short, gross: long - short };
}

/**
 * Time in the market: share of the periods with a position.
 *
 * @param positions - position (or return, where none means exactly 0) in each period; missing ones are dropped
 * @returns 0 to 1; `NaN` for none
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 */
export function timeInMarket(positions: Series): number {
  const values = observed(positions, "positions");
  return values.filter((value) => value !== 0).length / values.length;
}
