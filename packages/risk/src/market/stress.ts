import { whole } from "../arguments.ts";
import { RiskError } from "../errors.ts";
import { checkFinite, checkSeries, type Series } from "./series.ts";

/** Moves of risk factors as fractions (−0.2 is −20 %); a factor that is not named does not move. */
export type Shocks = Readonly<Record<string, number>>;

/** A named set of shocks: hypothetical, or taken from history by {@link historicalScenarios}. */
export interface StressScenario {
  /** Its name. */
  readonly name: string;
  /** Its shocks. */
  readonly shocks: Shocks;
}

/** A position as its sensitivities to risk factors, or with its own valuation. */
export interface StressPosition {
  /** Its name. */
  readonly name: string;
  /** Profit for a shock of 1.00 of each factor: money exposed. */
  readonly delta?: Readonly<Record<string, number>>;
  /** Second derivative: profit gains ½·gamma·shock². */
  readonly gamma?: Readonly<Record<string, number>>;
  /** Profit under the shocks by full revaluation, added to that of delta and gamma. */
  readonly revalue?: (shocks: Shocks) => number;
}

/** Outcome of one scenario. */
export interface StressResult {
  /** The scenario's name. */
  readonly scenario: string;
  /** Loss of all positions; **positive is a loss**. */
  readonly loss: number;
  /** Loss of each position in order; **positive is a loss**. */
  readonly losses: readonly number[];
}

/**
 * Losses of positions under scenarios, **positive when they are losses**, in the order of the scenarios.
 *
 * @throws RiskError `invalid-argument` for a shock, a sensitivity or a revaluation that is not finite
 */
export function stress(
  positions: readonly StressPosition[],
  scenarios: readonly StressScenario[],
): StressResult[] {
  return scenarios.map(({ name, shocks }) => {
    for (const [factor, shock] of Object.entries(shocks)) checkFinite(`${name}: ${factor}`, shock);
    const losses = positions.map((position) => {
      let profit = position.revalue?.(shocks) ?? 0;
      for (const [factor, shock] of Object.entries(shocks)) {
        const delta = position.delta?.[factor] ?? 0;
        const gamma = position.gamma?.[factor] ?? 0;
        profit += delta * shock + 0.5 * gamma * shock * shock;
      }
      checkFinite(`${name}: profit of ${position.name}`, profit);
      return profit === 0 ? 0 : -profit;
    });
    return { scenario: name, loss: losses.reduce((sum, loss) => sum + loss, 0), losses };
  });
}

/**
 * Scenarios from history: the compounded return of each factor over every window of `length` periods, named
 * `label of the first period … label of the last`.
 *
 * @param returns - simple returns of each factor, equally long, oldest first
 * @param length - periods in a window
 * @param labels - such as dates, one for each period; default 0, 1, …
 * @throws RiskError `invalid-series`, `mismatched-series`, `invalid-argument`
 */
export function historicalScenarios(
  returns: Readonly<Record<string, Series>>,
  length: number,
  labels?: readonly string[],
): StressScenario[] {
  whole("length", length, 1);
  const factors = Object.entries(returns);
  const periods = factors[0]?.[1].length ?? 0;
  for (const [factor, series] of factors) {
    checkSeries(factor, series, length);
    if (series.length !== periods) {
      throw new RiskError("mismatched-series", `${factor} has ${series.length} values, others ${periods}`);
    }
  }
  if (labels && labels.length !== periods) {
    throw new RiskError("mismatched-series", `there are ${labels.length} labels for ${periods} periods`);
  }
  const label = (period: number): string => labels?.[period] ?? String(period);
  const scenarios: StressScenario[] = [];
  for (let first = 0; first + length <= periods; first++) {
    const shocks: Record<string, number> = {};
    for (const [factor, series] of factors) {
      let growth = 1;
      for (let period = first; period < first + length; period++) growth *= 1 + series[period]!;
      shocks[factor] = growth - 1;
    }
    scenarios.push({ name: `${label(first)} … ${label(first + length - 1)}`, shocks });
  }
  return scenarios;
}
