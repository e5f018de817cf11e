import { MetricsError } from "./errors.ts";
import { isConstant, meanOf } from "./moments.ts";
import { checkSameLength, checkSeries, type Series } from "./series.ts";

/** One factor's part in a {@link FactorAttribution}. */
export interface FactorContribution {
  /** Name of the factor, as given. */
  readonly factor: string;
  /** Regression coefficient: exposure to the factor. */
  readonly exposure: number;
  /** exposure × mean return of the factor, per period. */
  readonly contribution: number;
}

/** A mean return taken apart by regression; contributions and alpha add up to the mean. */
export interface FactorAttribution {
  /** Intercept per period: mean return that no factor explains. */
  readonly alpha: number;
  /** One entry for each factor, in the order given. */
  readonly factors: readonly FactorContribution[];
  /** Mean return of the portfolio per period over the periods used. */
  readonly meanReturn: number;
  /** Share of the variance that the factors explain, 0 to 1; `NaN` when the returns do not vary. */
  readonly rSquared: number;
  /** Population deviation of what is left over, per period. */
  readonly residualDeviation: number;
  /** Periods in which every series has a value. */
  readonly periods: number;
}

/**
 * Factor attribution: ordinary least squares of the returns on all factors at once with an intercept, by
 * Gram–Schmidt orthogonalisation of the centred columns (twice, for accuracy).
 *
 * @param returns - simple period returns
 * @param factors - factor returns of the same periods by name; a period that lacks any value is dropped
 * @returns exposures and alpha are `NaN` when there are not more periods than factors
 * @throws {@link MetricsError} `not-finite`, `not-a-series`, `length-mismatch`, `collinear-factors`
 * @see Sharpe (1992), "Asset allocation: management style and performance measurement"; Fama and French (1993)
 */
export function factorAttribution(
  returns: Series,
  factors: Readonly<Record<string, Series>>,
): FactorAttribution {
  checkSeries(returns, "returns");
  const names = Object.keys(factors);
  const series = names.map((name) => {
    const factor = factors[name]!;
    checkSeries(factor, name);
    checkSameLength(returns, factor, "returns", name);
    return factor;
  });
  const rows = Array.from({ length: returns.length }, (_, row) => row).filter(
    (row) => !Number.isNaN(returns[row]) && series.every((factor) => !Number.isNaN(factor[row])),
  );
  const column = (values: Series): Float64Array => Float64Array.from(rows, (row) => values[row]!);
  const y = column(returns);
  const x = series.map(column);
  const means = x.map(meanOf);
  const mean = meanOf(y);
  const residual = y.map((value) => value - mean);
  const total = dot(residual, residual);
  const exposures =
    rows.length > names.length
      ? regress(
          x.map((values, index) => values.map((value) => value - means[index]!)),
          residual,
          names,
        )
      : names.map(() => Number.NaN);
  const contributions = names.map(
    (factor, index): FactorContribution => ({
      factor,
      exposure: exposures[index]!,
      contribution: exposures[index]! * means[index]!,
    }),
  );
  const left = rows.length > names.length ? dot(residual, residual) : Number.NaN;
  return {
    alpha: contributions.reduce((rest, { contribution }) => rest - contribution, mean),
    factors: contributions,
    meanReturn: mean,
    rSquared: isConstant(y) ? Number.NaN : 1 - left / total,
    residualDeviation: Math.sqrt(left / rows.length),
    periods: rows.length,
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}

/** Coefficients of y on the columns; leaves the residuals in y. */
function regress(columns: Float64Array[], y: Float64Array, names: readonly string[]): number[] {
  const upper: number[][] = columns.map(() => columns.map(() => 0));
  const targets: number[] = [];
  for (const [k, column] of columns.entries()) {
    const before = Math.sqrt(dot(column, column));
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) {
        const share = dot(columns[j]!, column);
        upper[j]![k]! += share;
        subtract(column, columns[j]!, share);
      }
    }
    const norm = Math.sqrt(dot(column, column));
    if (!(norm > 1e-10 * before)) {
      throw new MetricsError(
        "collinear-factors",
        `factor ${names[k]} must not be constant or a combination of the factors before it`,
        { argument: names[k]! },
      );
    }
    upper[k]![k] = norm;
    for (let row = 0; row < column.length; row++) column[row] = column[row]! / norm;
    const target = dot(column, y);
    targets.push(target);
    subtract(y, column, target);
  }
  const coefficients = new Array<number>(columns.length).fill(0);
  for (let k = columns.length - 1; k >= 0; k--) {
    let rest = targets[k]!;
    for (let j = k + 1; j < columns.length; j++) rest -= upper[k]![j]! * coefficients[j]!;
    coefficients[k] = rest / upper[k]![k]!;
  }
  return coefficients;
}

function subtract(from: Float64Array, direction: Float64Array, share: number): void {
  for (let row = 0; row < from.length; row++) from[row] = from[row]! - share * direction[row]!;
}
