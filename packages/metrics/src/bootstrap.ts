import { quantileOfSorted } from "./distribution.ts";
import { deviationOf } from "./moments.ts";
import { fractionOption, integerOption, rangeOption } from "./options.ts";
import { observed, type Series } from "./series.ts";

/** Options of {@link bootstrapInterval}. */
export interface BootstrapOptions {
  /** Seed, an integer from 0 to 2³² − 1: the same seed gives the same interval on any machine. */
  readonly seed: number;
  /** How many samples are drawn, 1 to 1,000,000; 1,000 unless told. */
  readonly resamples?: number;
  /** Share of the samples within the interval, between 0 and 1; 0.95 unless told. */
  readonly confidence?: number;
  /** Mean length of the blocks in periods, 1 (default: independent draws) or more, to keep autocorrelation. */
  readonly meanBlockLength?: number;
}

/** A measure with its uncertainty. */
export interface BootstrapInterval {
  /** The measure of the record itself. */
  readonly estimate: number;
  /** Lower end of the percentile interval. */
  readonly lower: number;
  /** Upper end. */
  readonly upper: number;
  /** Sample deviation of the measure over the samples. */
  readonly standardError: number;
  /** Samples in which the measure was undefined or infinite; they are left out. */
  readonly undefinedSamples: number;
}

/**
 * Percentile confidence interval of any measure by the stationary bootstrap: blocks of geometric length, joined at
 * the ends in a circle, are drawn with replacement.
 *
 * @param returns - simple period returns; missing ones are dropped
 * @param measure - called with the record and then with each sample, which is reused: do not keep it
 * @returns `NaN` ends for an empty record, or when the measure is defined in no sample
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `option-out-of-range`
 * @see Efron (1979); Politis and Romano (1994), "The stationary bootstrap"
 */
export function bootstrapInterval(
  returns: Series,
  measure: (sample: Float64Array) => number,
  options: BootstrapOptions,
): BootstrapInterval {
  const random = randomFrom(integerOption("seed", options.seed, 0, 2 ** 32 - 1));
  const resamples = integerOption("resamples", options.resamples ?? 1_000, 1, 1_000_000);
  const confidence = fractionOption("confidence", options.confidence ?? 0.95);
  const meanBlock = rangeOption("meanBlockLength", options.meanBlockLength ?? 1, 1, 2 ** 31);
  const record = observed(returns);
  const count = record.length;
  const estimate = measure(record.slice());
  const sample = new Float64Array(count);
  const found = new Float64Array(resamples);
  let defined = 0;
  for (let draw = 0; draw < resamples && count > 0; draw++) {
    let from = 0;
    for (let index = 0; index < count; index++) {
      const startsBlock = index === 0 || random() * meanBlock < 1;
      from = startsBlock ? Math.floor(random() * count) : (from + 1) % count;
      sample[index] = record[from]!;
    }
    const value = measure(sample);
    if (Number.isFinite(value)) found[defined++] = value;
  }
  const values = found.subarray(0, defined).sort();
  const tail = (1 - confidence) / 2;
  return {
    estimate,
    lower: quantileOfSorted(values, tail),
    upper: quantileOfSorted(values, 1 - tail),
    standardError: deviationOf(values, 1),
    undefinedSamples: count === 0 ? 0 : resamples - defined,
  };
}

/** Uniform numbers in [0, 1) from a 32-bit seed: sfc32 (Doty-Humphrey, PractRand), 53 bits from two draws. */
function randomFrom(seed: number): () => number {
  let [a, b, c, counter] = [0, seed | 0, 0x9e3779b9 | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) next();
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}
