import { whole } from "../arguments.ts";
import { RiskError } from "../errors.ts";
import { chiSquareUpper, normalQuantile } from "./distributions.ts";
import { checkProbability, checkSeries, quantileInPlace, type Series } from "./series.ts";

/** A likelihood-ratio test. */
export interface LikelihoodRatio {
  /** −2 ln of the likelihood ratio. */
  readonly statistic: number;
  /** Probability of a statistic at least as large when the model is right. */
  readonly pValue: number;
}

/**
 * Kupiec's proportion-of-failures test: is the number of exceptions that of probability `p`? Defined at zero and at
 * `observations` exceptions (0 · ln 0 is 0).
 *
 * @param observations - days, at least 1
 * @param exceptions - days with a loss above value at risk, 0 … observations
 * @param p - expected share of exceptions, such as 0.01
 * @throws RiskError `invalid-argument`
 * @see Kupiec, "Techniques for verifying the accuracy of risk measurement models", Journal of Derivatives 1995
 */
export function kupiecTest(observations: number, exceptions: number, p: number): LikelihoodRatio {
  checkCounts(observations, exceptions);
  checkProbability("p", p);
  const passed = observations - exceptions;
  const share = exceptions / observations;
  const expected = times(passed, 1 - p) + times(exceptions, p);
  const seen = times(passed, 1 - share) + times(exceptions, share);
  // Rounding may take a perfect match below 0.
  const statistic = Math.max(0, -2 * (expected - seen));
  return { statistic, pValue: chiSquareUpper(statistic, 1) };
}

/**
 * Smallest and largest number of exceptions that {@link kupiecTest} does not reject.
 *
 * @param significance - such as 0.05
 * @returns `undefined` when every number is rejected
 * @throws RiskError `invalid-argument`
 */
export function kupiecNonRejection(
  observations: number,
  p: number,
  significance: number,
): readonly [smallest: number, largest: number] | undefined {
  checkProbability("significance", significance);
  let range: [number, number] | undefined;
  for (let exceptions = 0; exceptions <= observations; exceptions++) {
    if (kupiecTest(observations, exceptions, p).pValue < significance) {
      if (range) break;
      continue;
    }
    range = range ? [range[0], exceptions] : [exceptions, exceptions];
  }
  return range;
}

/** Christoffersen's tests. */
export interface ChristoffersenTest {
  /** [[quiet → quiet, quiet → hit], [hit → quiet, hit → hit]]. */
  readonly transitions: readonly [readonly [number, number], readonly [number, number]];
  /** Independence: 1 degree of freedom. */
  readonly independence: LikelihoodRatio;
  /** Unconditional coverage (Kupiec) over all observations: 1 degree of freedom. */
  readonly unconditional: LikelihoodRatio;
  /** Conditional coverage: the sum of both, 2 degrees of freedom. */
  readonly conditional: LikelihoodRatio;
}

/**
 * Christoffersen's tests of independence and conditional coverage. Defined without any exception: independence is then 0.
 *
 * @param hits - for each day in order, true or 1 when the loss was above value at risk; at least 2
 * @param p - expected share of exceptions
 * @throws RiskError `invalid-series`, `invalid-argument`
 * @see Christoffersen, "Evaluating interval forecasts", International Economic Review 1998
 */
export function christoffersenTest(hits: ArrayLike<boolean | number>, p: number): ChristoffersenTest {
  if (hits.length < 2) {
    throw new RiskError("invalid-series", `hits must have at least 2 values, had ${hits.length}`);
  }
  const n: [[number, number], [number, number]] = [
    [0, 0],
    [0, 0],
  ];
  let exceptions = hits[0] ? 1 : 0;
  for (let day = 1; day < hits.length; day++) {
    if (hits[day]) exceptions++;
    n[hits[day - 1] ? 1 : 0][hits[day] ? 1 : 0]++;
  }
  const [[n00, n01], [n10, n11]] = n;
  const afterQuiet = share(n01, n00 + n01);
  const afterHit = share(n11, n10 + n11);
  const always = share(n01 + n11, hits.length - 1);
  const alike = times(n00 + n10, 1 - always) + times(n01 + n11, always);
  const apart =
    times(n00, 1 - afterQuiet) + times(n01, afterQuiet) + times(n10, 1 - afterHit) + times(n11, afterHit);
  const independence = Math.max(0, -2 * (alike - apart));
  const unconditional = kupiecTest(hits.length, exceptions, p);
  const conditional = independence + unconditional.statistic;
  return {
    transitions: n,
    independence: { statistic: independence, pValue: chiSquareUpper(independence, 1) },
    unconditional,
    conditional: { statistic: conditional, pValue: chiSquareUpper(conditional, 2) },
  };
}

/** Result of the traffic-light test. */
export interface TrafficLight {
  /** Green below a cumulative probability of 95 %, red from 99.99 %. */
  readonly zone: "green" | "yellow" | "red";
  /** Capital multiplier, 3 to 4. */
  readonly multiplier: number;
  /** Probability of at most so many exceptions. */
  readonly cumulative: number;
}

/**
 * The Basel Committee's traffic light. For 250 days at 1 % the multiplier is that of table 2; for other sizes the yellow
 * zone's is the formula behind the table, 3·z(1 − p)/z(1 − x/n), kept between 3 and 4.
 *
 * @throws RiskError `invalid-argument`
 * @see Basel Committee, "Supervisory framework for the use of backtesting", January 1996
 */
export function trafficLight(observations: number, exceptions: number, p: number): TrafficLight {
  checkCounts(observations, exceptions);
  checkProbability("p", p);
  const cumulative = binomialCumulative(observations, exceptions, p);
  if (cumulative < 0.95) return { zone: "green", multiplier: 3, cumulative };
  if (cumulative >= 0.9999) return { zone: "red", multiplier: 4, cumulative };
  const fromTable = observations === 250 && p === 0.01 ? YELLOW[exceptions] : undefined;
  if (fromTable !== undefined) return { zone: "yellow", multiplier: fromTable, cumulative };
  const seen = exceptions / observations;
  // At half or more exceptions the seen quantile is not positive, and no multiplier would be enough.
  const ratio = seen < 0.5 ? (3 * normalQuantile(1 - p)) / normalQuantile(1 - seen) : 4;
  return { zone: "yellow", multiplier: Math.min(4, Math.max(3, ratio)), cumulative };
}

const YELLOW: Readonly<Record<number, number>> = { 5: 3.4, 6: 3.5, 7: 3.65, 8: 3.75, 9: 3.85 };

/** What a rolling back-test found. */
export interface RollingBacktest {
  /** Days with a forecast: returns less the window. */
  readonly observations: number;
  /** Days with a return below the quantile. */
  readonly exceptions: number;
  /** 1 for each such day, else 0. */
  readonly hits: Uint8Array;
  /** Value at risk of each day, **positive when it is a loss**. */
  readonly valueAtRisk: Float64Array;
}

/**
 * Forecasts each day's historical value at risk from the `window` returns before it, and counts the days that fell below.
 *
 * @param returns - oldest first, more than `window`
 * @param window - at least 1
 * @param confidence - such as 0.99
 * @throws RiskError `invalid-series`, `invalid-argument`
 */
export function rollingBacktest(returns: Series, window: number, confidence: number): RollingBacktest {
  whole("window", window, 1);
  checkProbability("confidence", confidence);
  checkSeries("returns", returns, window + 1);
  const observations = returns.length - window;
  const hits = new Uint8Array(observations);
  const forecasts = new Float64Array(observations);
  const past = new Float64Array(window);
  let exceptions = 0;
  for (let day = 0; day < observations; day++) {
    for (let index = 0; index < window; index++) past[index] = returns[day + index]!;
    const quantile = quantileInPlace(past, 1 - confidence);
    forecasts[day] = -quantile;
    if (returns[day + window]! < quantile) {
      hits[day] = 1;
      exceptions++;
    }
  }
  return { observations, exceptions, hits, valueAtRisk: forecasts };
}

function binomialCumulative(n: number, most: number, p: number): number {
  let sum = 0;
  let term = n * Math.log1p(-p);
  for (let k = 0; k <= most; k++) {
    if (k > 0) term += Math.log((n - k + 1) / k) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}

function checkCounts(observations: number, exceptions: number): void {
  whole("observations", observations, 1);
  whole("exceptions", exceptions, 0);
  if (exceptions > observations) {
    throw new RiskError("invalid-argument", `${exceptions} exceptions in ${observations} observations`);
  }
}

/** count · ln(probability), 0 when the count is 0. */
function times(count: number, probability: number): number {
  return count === 0 ? 0 : count * Math.log(probability);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
