import { MetricsError } from "./errors.ts";

/**
 * Numbers in time order: an array or a typed array. Returns are simple period returns, 0.01 = 1 %.
 *
 * `NaN` stands for a missing value; infinite values are refused (`not-finite`).
 */
export type Series = ArrayLike<number>;

/** Refuses what is not a series of numbers, and infinite values; `NaN` passes. */
export function checkSeries(series: Series, argument: string): void {
  checkShape(series, argument);
  for (let index = 0; index < series.length; index++) {
    const value = series[index];
    if (!Number.isFinite(value) && !Number.isNaN(value)) refuse(value, argument, index);
  }
}

function refuse(value: unknown, argument: string, index: number): never {
  throw new MetricsError(
    "not-finite",
    `${argument}[${index}] must be a finite number, or NaN where it is missing, was ${String(value)}`,
    { argument, index, value },
  );
}

function checkShape(series: Series, argument: string): void {
  if (typeof series !== "object" || series === null || !Number.isSafeInteger(series.length)) {
    throw new MetricsError("not-a-series", `${argument} must be an array of numbers, was ${typeof series}`, {
      argument,
      value: series,
    });
  }
}

/** The values that are there: missing ones are dropped, bad ones refused, in one pass. A fresh array. */
export function observed(series: Series, argument = "returns"): Float64Array {
  checkShape(series, argument);
  const values = new Float64Array(series.length);
  let count = 0;
  for (let index = 0; index < series.length; index++) {
    const value = series[index]!;
    if (Number.isFinite(value)) values[count++] = value;
    else if (!Number.isNaN(value)) refuse(value, argument, index);
  }
  return values.subarray(0, count);
}

export interface Pairs {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export function checkSameLength(first: Series, second: Series, firstName: string, secondName: string): void {
  if (first.length !== second.length) {
    throw new MetricsError(
      "length-mismatch",
      `${secondName} must have as many values as ${firstName} (${first.length}), had ${second.length}`,
      { argument: secondName, value: second.length },
    );
  }
}

/** Periods in which both values are there. */
export function pairs(x: Series, y: Series, xName = "returns", yName = "benchmark"): Pairs {
  checkSeries(x, xName);
  checkSeries(y, yName);
  checkSameLength(x, y, xName, yName);
  const left = new Float64Array(x.length);
  const right = new Float64Array(x.length);
  let count = 0;
  for (let index = 0; index < x.length; index++) {
    const a = x[index]!;
    const b = y[index]!;
    if (!Number.isNaN(a) && !Number.isNaN(b)) {
      left[count] = a;
      right[count++] = b;
    }
  }
  return { x: left.subarray(0, count), y: right.subarray(0, count) };
}
