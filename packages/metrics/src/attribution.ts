import { MetricsError } from "./errors.ts";
import { checkSameLength, checkSeries, type Series } from "./series.ts";

/** Weights and returns by sector, one value for each sector, in the same order in all four. */
export interface BrinsonInput {
  /** Weights of the portfolio at the start, summing to 1. */
  readonly portfolioWeights: Series;
  /** Weights of the benchmark at the start, summing to 1. */
  readonly benchmarkWeights: Series;
  /** Return of each sector in the portfolio. */
  readonly portfolioReturns: Series;
  /** Return of each sector in the benchmark. */
  readonly benchmarkReturns: Series;
}

/** What explains an excess return. */
export interface BrinsonEffects {
  /** From weighing sectors otherwise than the benchmark. */
  readonly allocation: number;
  /** From other assets within the sectors. */
  readonly selection: number;
  /** From doing both at once. */
  readonly interaction: number;
}

/** Effects of the whole portfolio and of each sector. */
export interface BrinsonAttribution extends BrinsonEffects {
  /** Sum of the effects: the arithmetic excess return over the benchmark. */
  readonly total: number;
  /** One entry for each sector, in the order given. */
  readonly sectors: readonly BrinsonEffects[];
}

/**
 * Brinson–Fachler attribution. By sector: allocation (wₚ − w_b)(r_b − R_b), selection w_b (rₚ − r_b), interaction
 * (wₚ − w_b)(rₚ − r_b), with R_b the return of the whole benchmark.
 *
 * @throws {@link MetricsError} `not-finite` (a missing value too), `not-a-series`, `length-mismatch`
 * @see Brinson and Fachler (1985); Bacon (2008), section 5.3
 */
export function brinsonFachler(input: BrinsonInput): BrinsonAttribution {
  const { benchmarkWeights, benchmarkReturns } = input;
  check(input);
  let whole = 0;
  for (let index = 0; index < benchmarkWeights.length; index++)
    whole += benchmarkWeights[index]! * benchmarkReturns[index]!;
  return attribute(input, whole);
}

/**
 * Brinson–Hood–Beebower attribution: as {@link brinsonFachler}, but allocation is (wₚ − w_b) r_b. The totals are the
 * same; the sectors' allocation is not.
 *
 * @throws {@link MetricsError} `not-finite` (a missing value too), `not-a-series`, `length-mismatch`
 * @see Brinson, Hood and Beebower (1986); Bacon (2008), section 5.2
 */
export function brinsonHoodBeebower(input: BrinsonInput): BrinsonAttribution {
  check(input);
  return attribute(input, 0);
}

function check(input: BrinsonInput): void {
  const names = ["portfolioWeights", "benchmarkWeights", "portfolioReturns", "benchmarkReturns"] as const;
  for (const name of names) {
    const series = input[name];
    checkSeries(series, name);
    checkSameLength(input.portfolioWeights, series, "portfolioWeights", name);
    for (let index = 0; index < series.length; index++) {
      if (Number.isNaN(series[index])) {
        throw new MetricsError(
          "not-finite",
          `${name}[${index}] must be a number: a sector cannot be missing`,
          {
            argument: name,
            index,
            value: Number.NaN,
          },
        );
      }
    }
  }
}

function attribute(input: BrinsonInput, reference: number): BrinsonAttribution {
  const sectors = Array.from({ length: input.portfolioWeights.length }, (_, index): BrinsonEffects => {
    const weight = input.benchmarkWeights[index]!;
    const tilt = input.portfolioWeights[index]! - weight;
    const market = input.benchmarkReturns[index]!;
    const edge = input.portfolioReturns[index]! - market;
    return { allocation: tilt * (market - reference), selection: weight * edge, interaction: tilt * edge };
  });
  const sum = (effect: keyof BrinsonEffects): number =>
    sectors.reduce((total, sector) => total + sector[effect], 0);
  const [allocation, selection, interaction] = [sum("allocation"), sum("selection"), sum("interaction")];
  return { allocation, selection, interaction, total: allocation + selection + interaction, sectors };
}
