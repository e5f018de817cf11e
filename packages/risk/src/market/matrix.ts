import { RiskError } from "../errors.ts";
import { checkSeries, mean, type Series } from "./series.ts";

/** Rows of a matrix. */
export type Matrix = readonly Series[];

/**
 * Sample covariance (divisor n − 1) of several series.
 *
 * @param series - one series for each asset, all equally long, at least two values
 * @throws RiskError `invalid-series`, `mismatched-series`
 */
export function covarianceMatrix(series: readonly Series[]): number[][] {
  if (series.length === 0) throw new RiskError("invalid-series", "there must be at least one series");
  const length = series[0]!.length;
  for (const [index, one] of series.entries()) {
    checkSeries(`series[${index}]`, one, 2);
    if (one.length !== length) {
      throw new RiskError(
        "mismatched-series",
        `series[${index}] has ${one.length} values, series[0] has ${length}`,
      );
    }
  }
  const means = series.map(mean);
  return series.map((a, row) =>
    series.map((b, column) => {
      let sum = 0;
      for (let index = 0; index < length; index++) {
        sum += (a[index]! - means[row]!) * (b[index]! - means[column]!);
      }
      return sum / (length - 1);
    }),
  );
}

/**
 * Lower triangular L with L·Lᵀ = the matrix. A positive **semi**-definite matrix is accepted: a pivot that is zero to
 * rounding gives a zero column.
 *
 * @param matrix - symmetric
 * @throws RiskError `not-positive-semidefinite`, `mismatched-series` (not square), `invalid-series` (not finite)
 */
export function cholesky(matrix: Matrix): number[][] {
  checkSymmetric(matrix);
  const size = matrix.length;
  const largest = Math.max(...matrix.map((row, index) => Math.abs(row[index]!)));
  const tolerance = size * Number.EPSILON * 8 * largest;
  const lower = matrix.map(() => new Array<number>(size).fill(0));
  for (let column = 0; column < size; column++) {
    let pivot = matrix[column]![column]!;
    for (let k = 0; k < column; k++) pivot -= lower[column]![k]! ** 2;
    if (pivot < -tolerance) notPositive(column, pivot);
    const isZero = pivot <= tolerance;
    const root = isZero ? 0 : Math.sqrt(pivot);
    lower[column]![column] = root;
    for (let row = column + 1; row < size; row++) {
      let sum = matrix[row]![column]!;
      for (let k = 0; k < column; k++) sum -= lower[row]![k]! * lower[column]![k]!;
      // What a zero pivot leaves over must be zero too, up to the root of the pivot's own tolerance.
      if (isZero && Math.abs(sum) > Math.sqrt(tolerance * Math.max(largest, tolerance)))
        notPositive(column, sum);
      lower[row]![column] = isZero ? 0 : sum / root;
    }
  }
  return lower;
}

function notPositive(index: number, value: number): never {
  throw new RiskError("not-positive-semidefinite", `the pivot of row ${index} is ${value}`, { index, value });
}

/** Throws unless the matrix is square, finite and symmetric. */
export function checkSymmetric(matrix: Matrix): void {
  const size = matrix.length;
  if (size === 0) throw new RiskError("invalid-series", "the matrix must not be empty");
  for (const [index, row] of matrix.entries()) {
    checkSeries(`row ${index}`, row, 1);
    if (row.length !== size) {
      throw new RiskError(
        "mismatched-series",
        `row ${index} has ${row.length} values, the matrix ${size} rows`,
      );
    }
  }
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < row; column++) {
      const [a, b] = [matrix[row]![column]!, matrix[column]![row]!];
      if (Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b))) continue;
      throw new RiskError("not-positive-semidefinite", `not symmetric at ${row}, ${column}: ${a} and ${b}`, {
        index: row,
      });
    }
  }
}

/** Matrix × vector. */
export function multiply(matrix: Matrix, vector: Series): number[] {
  return matrix.map((row) => dot(row, vector));
}

/** Sum of products. */
export function dot(a: Series, b: Series): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}
