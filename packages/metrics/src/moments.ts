/** Sums over values that are all there; nothing here looks for missing ones. */

/**
 * Arithmetic mean in two passes: the second takes back the rounding of the first. Equal values give exactly their
 * value, so that an excess over it is exactly 0. `NaN` for none.
 */
export function meanOf(values: Float64Array): number {
  const count = values.length;
  if (count === 0) return Number.NaN;
  if (isConstant(values)) return values[0]!;
  let sum = 0;
  for (let index = 0; index < count; index++) sum += values[index]!;
  const first = sum / count;
  let rest = 0;
  for (let index = 0; index < count; index++) rest += values[index]! - first;
  return first + rest / count;
}

/** Σ|xᵢ − centre|^power, signed for odd powers. */
export function centralSum(values: Float64Array, centre: number, power: 2 | 3 | 4): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) {
    const distance = values[index]! - centre;
    const square = distance * distance;
    sum += power === 2 ? square : power === 3 ? square * distance : square * square;
  }
  return sum;
}

export function isConstant(values: Float64Array): boolean {
  for (let index = 1; index < values.length; index++) if (values[index] !== values[0]) return false;
  return true;
}

/**
 * Standard deviation with divisor n − ddof; `NaN` when that is not positive.
 *
 * Equal values give exactly 0: what rounding leaves would turn an undefined ratio into a huge one.
 */
export function deviationOf(values: Float64Array, ddof: 0 | 1): number {
  if (values.length <= ddof) return Number.NaN;
  if (isConstant(values)) return 0;
  return Math.sqrt(centralSum(values, meanOf(values), 2) / (values.length - ddof));
}

/** Σ(x − x̄)(y − ȳ). */
export function crossSum(x: Float64Array, y: Float64Array): number {
  const meanX = meanOf(x);
  const meanY = meanOf(y);
  let sum = 0;
  for (let index = 0; index < x.length; index++) sum += (x[index]! - meanX) * (y[index]! - meanY);
  return sum;
}

/** x − y, value by value. */
export function difference(x: Float64Array, y: Float64Array): Float64Array {
  const result = new Float64Array(x.length);
  for (let index = 0; index < x.length; index++) result[index] = x[index]! - y[index]!;
  return result;
}

/** Π(1 + rᵢ). */
export function growthOf(values: Float64Array): number {
  let growth = 1;
  for (let index = 0; index < values.length; index++) growth *= 1 + values[index]!;
  return growth;
}

/** growth^(periodsPerYear / periods) − 1; `NaN` for no periods or a negative growth. */
export function annualised(growth: number, periods: number, periodsPerYear: number): number {
  return periods === 0 || growth < 0 ? Number.NaN : growth ** (periodsPerYear / periods) - 1;
}
