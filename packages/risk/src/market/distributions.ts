import { checkProbability } from "./series.ts";

const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

/** Density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / ROOT_TWO_PI;
}

/**
 * Distribution function of the standard normal, to about 1e-15.
 *
 * @see West, "Better approximations to cumulative normal functions", Wilmott 2005 (after Hart 1968, algorithm 5666)
 */
export function normalDistribution(x: number): number {
  const size = Math.abs(x);
  let upper = 0;
  if (size <= 37) {
    const density = Math.exp((-size * size) / 2);
    if (size < 7.071_067_811_865_47) {
      const top = horner(size, HART_TOP);
      upper = (density * top) / horner(size, HART_BOTTOM);
    } else {
      const fraction = size + 1 / (size + 2 / (size + 3 / (size + 4 / (size + 0.65))));
      upper = density / fraction / ROOT_TWO_PI;
    }
  }
  return x > 0 ? 1 - upper : upper;
}

/**
 * Quantile of the standard normal, to about 1e-16 relative.
 *
 * @param probability - between 0 and 1, both excluded
 * @throws RiskError `invalid-argument`
 * @see Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37 (1988)
 */
export function normalQuantile(probability: number): number {
  checkProbability("probability", probability);
  const q = probability - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * horner(r, CENTRE_TOP)) / horner(r, CENTRE_BOTTOM);
  }
  const r = Math.sqrt(-Math.log(q < 0 ? probability : 1 - probability));
  const size =
    r <= 5
      ? horner(r - 1.6, MIDDLE_TOP) / horner(r - 1.6, MIDDLE_BOTTOM)
      : horner(r - 5, TAIL_TOP) / horner(r - 5, TAIL_BOTTOM);
  return q < 0 ? -size : size;
}

/** Probability that a chi-square variable with 1 or 2 degrees of freedom is above `x`. */
export function chiSquareUpper(x: number, degrees: 1 | 2): number {
  if (x <= 0) return 1;
  return degrees === 2 ? Math.exp(-x / 2) : 2 * normalDistribution(-Math.sqrt(x));
}

/**
 * Logarithm of the gamma function for positive arguments.
 *
 * @see Lanczos 1964, with g = 7 and 9 terms
 */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  let sum = LANCZOS[0]!;
  for (let index = 1; index < LANCZOS.length; index++) sum += LANCZOS[index]! / (z + index);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Density of Student's t with `degrees` degrees of freedom. */
export function studentDensity(x: number, degrees: number): number {
  const log = logGamma((degrees + 1) / 2) - logGamma(degrees / 2) - 0.5 * Math.log(degrees * Math.PI);
  return Math.exp(log - ((degrees + 1) / 2) * Math.log1p((x * x) / degrees));
}

/** Distribution function of Student's t, by the incomplete beta function. */
export function studentDistribution(x: number, degrees: number): number {
  const tail = incompleteBeta(degrees / (degrees + x * x), degrees / 2, 0.5) / 2;
  return x > 0 ? 1 - tail : tail;
}

/**
 * Quantile of Student's t.
 *
 * @param degrees - degrees of freedom, positive
 * @throws RiskError `invalid-argument`
 */
export function studentQuantile(probability: number, degrees: number): number {
  checkProbability("probability", probability);
  if (probability === 0.5) return 0;
  // In the lower tail, where the distribution function loses no digits; mirrored for the upper.
  const target = Math.min(probability, 1 - probability);
  let low = -1;
  while (studentDistribution(low, degrees) > target) low *= 2;
  let high = low === -1 ? 0 : low / 2;
  for (let step = 0; step < 200 && high - low > 1e-15 * Math.abs(low); step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (studentDistribution(middle, degrees) > target) high = middle;
    else low = middle;
  }
  const size = (low + high) / 2;
  return probability < 0.5 ? size : -size;
}

/** Regularised incomplete beta function, by its continued fraction (Lentz; DLMF 8.17.22). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), tiny);
  let fraction = d;
  for (let m = 1; m < 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d, tiny);
    c = nonZero(1 + even / c, tiny);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d, tiny);
    c = nonZero(1 + odd / c, tiny);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return (front * fraction) / a;
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** A polynomial with its highest coefficient first. */
function horner(x: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < coefficients.length; index++) sum = sum * x + coefficients[index]!;
  return sum;
}

const HART_TOP = [
  0.0352624965998911, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871,
  221.213596169931, 220.206867912376,
];
const HART_BOTTOM = [
  0.0883883476483184, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
  793.826512519948, 440.413735824752,
];
const CENTRE_TOP = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
  1971.5909503065513, 133.14166789178438, 3.3871328727963665,
];
const CENTRE_BOTTOM = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
  687.1870074920579, 42.31333070160091, 1,
];
const MIDDLE_TOP = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
];
const MIDDLE_BOTTOM = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1,
];
const TAIL_TOP = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
  0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
];
const TAIL_BOTTOM = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
  0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
];
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
  12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];
