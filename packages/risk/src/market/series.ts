import { RiskError } from "../errors.ts";

/** A series of numbers: returns as fractions (0.01 is 1 %), or money, oldest first. */
export type Series = ArrayLike<number>;

/** Throws `invalid-series` when there are fewer than `least` values or one is not finite. */
export function checkSeries(name: string, series: Series, least: number): void {
  if (!(series.length >= least)) {
    throw new RiskError(
      "invalid-series",
      `${name} must have at least ${least} values, had ${series.length}`,
      {
        value: series.length,
      },
    );
  }
  for (let index = 0; index < series.length; index++) {
    const value = series[index]!;
    if (!Number.isFinite(value)) {
      throw new RiskError("invalid-series", `${name}[${index}] must be finite, was ${value}`, {
        value,
        index,
      });
    }
  }
}

/** Throws `mismatched-series` unless the lengths agree. */
export function checkSameLength(first: string, a: Series, second: string, b: Series): void {
  if (a.length === b.length) return;
  throw new RiskError("mismatched-series", `${first} has ${a.length} values, ${second} has ${b.length}`);
}

/** Throws `invalid-argument` unless 0 < value < 1. */
export function checkProbability(name: string, value: number): void {
  if (!(value > 0 && value < 1)) {
    throw new RiskError("invalid-argument", `${name} must be between 0 and 1, was ${value}`, { value });
  }
}

export function checkFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) {
    throw new RiskError("invalid-argument", `${name} must be finite, was ${value}`, { value });
  }
}

/** Arithmetic mean. */
export function mean(series: Series): number {
  let sum = 0;
  for (let index = 0; index < series.length; index++) sum += series[index]!;
  return sum / series.length;
}

/** Mean of powers of deviations from the mean: population central moment. */
export function centralMoment(series: Series, center: number, power: 2 | 3 | 4): number {
  let sum = 0;
  for (let index = 0; index < series.length; index++) {
    const deviation = series[index]! - center;
    const square = deviation * deviation;
    sum += power === 2 ? square : power === 3 ? square * deviation : square * square;
  }
  return sum / series.length;
}

/** Sample variance (divisor n − 1). */
export function sampleVariance(series: Series): number {
  return (centralMoment(series, mean(series), 2) * series.length) / (series.length - 1);
}

/** Places the value of rank `rank` (0-based, ascending) at its index, smaller ones before it. Floyd and Rivest 1975. */
export function select(values: Float64Array, rank: number, from = 0, to: number = values.length - 1): void {
  let left = from;
  let right = to;
  while (right > left) {
    if (right - left > 600) {
      const size = right - left + 1;
      const place = rank - left + 1;
      const log = Math.log(size);
      const part = 0.5 * Math.exp((2 * log) / 3);
      const spread = 0.5 * Math.sqrt((log * part * (size - part)) / size) * Math.sign(place - size / 2);
      const newLeft = Math.max(left, Math.floor(rank - (place * part) / size + spread));
      const newRight = Math.min(right, Math.floor(rank + ((size - place) * part) / size + spread));
      select(values, rank, newLeft, newRight);
    }
    const pivot = values[rank]!;
    let low = left;
    let high = right;
    swap(values, left, rank);
    if (values[right]! > pivot) swap(values, left, right);
    while (low < high) {
      swap(values, low, high);
      low++;
      high--;
      while (values[low]! < pivot) low++;
      while (values[high]! > pivot) high--;
    }
    if (values[left] === pivot) swap(values, left, high);
    else swap(values, ++high, right);
    if (high <= rank) left = high + 1;
    if (rank <= high) right = high - 1;
  }
}

function swap(values: Float64Array, a: number, b: number): void {
  const kept = values[a]!;
  values[a] = values[b]!;
  values[b] = kept;
}

/**
 * Quantile by linear interpolation between order statistics at position (n − 1)·p (Hyndman and Fan 1996, type 7).
 * Reorders `values`, so that those below the position come first.
 */
export function quantileInPlace(values: Float64Array, probability: number): number {
  const position = (values.length - 1) * probability;
  const below = Math.floor(position);
  const share = position - below;
  select(values, below);
  const low = values[below]!;
  if (share === 0 || below + 1 >= values.length) return low;
  let next = values[below + 1]!;
  for (let index = below + 2; index < values.length; index++)
    if (values[index]! < next) next = values[index]!;
  return low + (next - low) * share;
}
