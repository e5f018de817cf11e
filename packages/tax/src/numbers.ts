import { TaxError, type TaxErrorPlace } from "./errors.ts";

/**
 * A decimal at the edge: a string such as `"1234.50"`, or a whole `number`. Fractions in binary floating point are
 * refused, as 0.1 is not a tenth.
 */
export type DecimalInput = string | number;

/** The kind of number an engine counts with; a ledger goes from the first to the second when it must. */
export type Arithmetic = "number" | "bigint";

/**
 * A count of an engine's smallest units. It is a safe integer in a `number` engine and a `bigint` in a `bigint`
 * engine; one engine never mixes the two. The engine uses only what works alike on both (`+ - < >`, truth, and
 * {@link share}), so that one text serves both and TypeScript needs to know only one of them.
 */
export type Units = number;

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)$/;
/** Powers of ten as they are needed for amounts; working one out costs more than the multiplication it is for. */
const BIG_TENS: readonly bigint[] = Array.from({ length: 81 }, (_, power) => 10n ** BigInt(power));
const TENS: readonly number[] = Array.from({ length: 16 }, (_, power) => 10 ** power);

interface Decimal {
  readonly mantissa: number | bigint;
  readonly decimals: number;
}

/** Digits after the point of what {@link readShort} read last: a second result without an object. */
let shortDecimals = 0;

/** Reads a plain decimal of up to 15 digits; `NaN` for everything else, which {@link readDecimal} looks into. */
function readShort(input: DecimalInput): number {
  shortDecimals = 0;
  if (typeof input !== "string") return Number.isSafeInteger(input) ? input : Number.NaN;
  const length = input.length;
  if (length > 15) return Number.NaN;
  const first = length > 0 && input.charCodeAt(0) === 45 ? 1 : 0;
  let mantissa = 0;
  let point = -1;
  for (let at = first; at < length; at++) {
    const digit = input.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
    else if (digit === -2 && point < 0) point = at;
    else return Number.NaN;
  }
  if (length - first <= (point < 0 ? 0 : 1)) return Number.NaN;
  if (point >= 0) shortDecimals = length - 1 - point;
  return first === 1 ? 0 - mantissa : mantissa;
}

/** Reads up to 15 digits into a `number`, longer ones into a `bigint`. */
function readDecimal(input: DecimalInput, place: TaxErrorPlace): Decimal {
  const mantissa = readShort(input);
  if (!Number.isNaN(mantissa)) return { mantissa, decimals: shortDecimals };
  if (typeof input === "number") {
    throw new TaxError("invalid-field", `a fraction must be written as a string, was ${input}`, place);
  }
  if (typeof input !== "string") {
    throw new TaxError("invalid-field", `must be a decimal such as "12.50", was ${String(input)}`, place);
  }
  const length = input.length;
  if (length > 80 || !DECIMAL.test(input)) {
    throw new TaxError(
      "invalid-field",
      `must be a decimal such as "12.50", was ${JSON.stringify(input)}`,
      place,
    );
  }
  const point = input.indexOf(".");
  return {
    mantissa: BigInt(input.replace(".", "")),
    decimals: point < 0 ? 0 : input.length - 1 - point,
  };
}

/** `amount * part / whole`, rounded half away from zero; exactly `amount` when `part` is `whole`. */
export function share(amount: Units, part: Units, whole: Units): Units {
  // biome-ignore lint/suspicious/noDoubleEquals: Units are number or bigint, never mixed
  if (part == whole) return amount;
  if (typeof amount !== "number") {
    return big(amount, part, whole) as never as Units;
  }
  const product = amount * part;
  if (product > Number.MAX_SAFE_INTEGER || product < -Number.MAX_SAFE_INTEGER) {
    return Number(big(amount, part, whole));
  }
  // Exact: a quotient below 2^53 / whole is further from the next integer than it can be rounded. `%` of numbers
  // beyond 32 bits is several times slower.
  const quotient = Math.trunc(product / whole);
  const rest = product - quotient * whole;
  if (product >= 0) return rest * 2 >= whole ? quotient + 1 : quotient;
  return -rest * 2 >= whole ? quotient - 1 : quotient;
}

function big(amount: Units, part: Units, whole: Units): bigint {
  return divideRounded(BigInt(amount) * BigInt(part), BigInt(whole));
}

/** Integer division by a positive divisor, rounded half away from zero. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const rest = dividend % divisor;
  const quotient = dividend / divisor;
  if (rest >= 0n) return rest * 2n >= divisor ? quotient + 1n : quotient;
  return -rest * 2n >= divisor ? quotient - 1n : quotient;
}

/** The smaller of two; `Math.min` knows no bigint. */
export function lesser(a: Units, b: Units): Units {
  if (a < b) return a;
  return b;
}

/** Compares `a / b` with `c / d` for positive `b` and `d`: negative, zero or positive. */
export function compareRatios(a: Units, b: Units, c: Units, d: Units): number {
  if (typeof a === "number") {
    const left = a * d;
    const right = c * b;
    const limit = Number.MAX_SAFE_INTEGER;
    if (left <= limit && left >= -limit && right <= limit && right >= -limit) return left - right;
  }
  const left = BigInt(a) * BigInt(d);
  const right = BigInt(c) * BigInt(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A positive fraction of whole numbers, such as a split's ratio. */
export interface Ratio {
  /** The upper number, in the engine's kind of number. */
  readonly numerator: Units;
  /** The lower number. */
  readonly denominator: Units;
}

/** @throws TaxError `invalid-field` when decimals are not a whole number from 0 to 36 */
export function checkDecimals(value: number, field: string): void {
  if (Number.isInteger(value) && value >= 0 && value <= 36) return;
  throw new TaxError("invalid-field", `must be a whole number from 0 to 36, was ${value}`, { field });
}

/** Reads and writes the integers of one engine: money and quantities, each with its own number of decimals. */
export class Numbers {
  /** Zero of the ledger's kind. */
  readonly zero: Units;
  /** Decimals of the money unit: 2 for cents. */
  readonly moneyDecimals: number;
  /** Decimals of the quantity unit. */
  readonly quantityDecimals: number;
  readonly #isBig: boolean;

  /** @throws TaxError `invalid-field` when decimals are not whole numbers from 0 to 36 */
  constructor(arithmetic: Arithmetic, moneyDecimals: number, quantityDecimals: number) {
    checkDecimals(moneyDecimals, "moneyDecimals");
    checkDecimals(quantityDecimals, "quantityDecimals");
    this.#isBig = arithmetic === "bigint";
    this.moneyDecimals = moneyDecimals;
    this.quantityDecimals = quantityDecimals;
    this.zero = this.#isBig ? (0n as never as Units) : 0;
  }

  /** A whole number in the engine's kind. */
  whole(value: number | bigint): Units {
    return this.#isBig ? (BigInt(value) as never as Units) : Number(value);
  }

  /** A non-negative sum of money, without rounding. */
  money(input: DecimalInput, place: TaxErrorPlace): Units {
    return this.#nonNegative(this.#scaled(input, this.moneyDecimals, place), input, place);
  }

  /** A quantity above zero, without rounding. */
  quantity(input: DecimalInput, place: TaxErrorPlace): Units {
    const value = this.#scaled(input, this.quantityDecimals, place);
    if (value > 0) return value;
    throw new TaxError("invalid-field", `must be above zero, was ${input}`, place);
  }

  /** Price times quantity in money units, rounded half up; `multiplier` as for options and futures. */
  amount(
    price: DecimalInput,
    quantity: Units,
    place: TaxErrorPlace,
    multiplier: Units = this.whole(1),
  ): Units {
    if (!this.#isBig) {
      const short = readShort(price);
      const down = shortDecimals + this.quantityDecimals - this.moneyDecimals;
      if (short >= 0 && down >= -15 && down <= 15) {
        const product = short * quantity * multiplier;
        const units = down < 0 ? product * TENS[-down]! : product;
        if (units <= Number.MAX_SAFE_INTEGER) return down <= 0 ? units : share(units, 1, TENS[down]!);
      }
    }
    const { mantissa, decimals } = readDecimal(price, place);
    if (mantissa < 0) throw new TaxError("invalid-field", `must not be negative, was ${price}`, place);
    const shift = this.moneyDecimals - decimals - this.quantityDecimals;
    const product = BigInt(mantissa) * BigInt(quantity) * BigInt(multiplier);
    const units = shift >= 0 ? product * BIG_TENS[shift]! : divideRounded(product, BIG_TENS[-shift]!);
    return this.checked(units, place);
  }

  /** A ratio above zero: `"2"`, `"1.5"` or `"1/2"`. */
  ratio(input: DecimalInput, place: TaxErrorPlace): Ratio {
    const [above = "", below = "1", ...more] = String(input).split("/");
    const numerator = readDecimal(above.trim(), place);
    const denominator = readDecimal(below.trim(), place);
    if (more.length > 0 || !(numerator.mantissa > 0) || !(denominator.mantissa > 0)) {
      throw new TaxError("invalid-field", `must be a ratio such as "2" or "1/2", was ${input}`, place);
    }
    const upper = BigInt(numerator.mantissa) * BIG_TENS[denominator.decimals]!;
    const lower = BigInt(denominator.mantissa) * BIG_TENS[numerator.decimals]!;
    const divisor = greatestCommonDivisor(upper, lower);
    return {
      numerator: this.checked(upper / divisor, place),
      denominator: this.checked(lower / divisor, place),
    };
  }

  /** The product of two counts, such as contracts and the shares in one. */
  product(a: Units, b: Units, place: TaxErrorPlace): Units {
    const product = a * b;
    return typeof product === "number" && Number.isSafeInteger(product)
      ? product
      : this.checked(BigInt(a) * BigInt(b), place);
  }

  /** Brings a `bigint` into the engine's kind. */
  checked(value: bigint, place: TaxErrorPlace): Units {
    if (this.#isBig) return value as never as Units;
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw new TaxError("number-range", `${value} units are beyond 2^53`, place);
  }

  /** Writes money with at least two decimals. */
  formatMoney(value: Units): string {
    if (typeof value === "number" && this.moneyDecimals === 2) return formatCents(value);
    return formatScaled(BigInt(value), this.moneyDecimals, Math.min(2, this.moneyDecimals));
  }

  /** Writes a quantity without trailing zeros. */
  formatQuantity(value: Units): string {
    if (this.quantityDecimals === 0) return String(value);
    return formatScaled(BigInt(value), this.quantityDecimals, 0);
  }

  #nonNegative(value: Units, input: DecimalInput, place: TaxErrorPlace): Units {
    if (value >= 0) return value;
    throw new TaxError("invalid-field", `must not be negative, was ${input}`, place);
  }

  #scaled(input: DecimalInput, scale: number, place: TaxErrorPlace): Units {
    if (!this.#isBig) {
      const short = readShort(input);
      const up = scale - shortDecimals;
      if (up >= 0 && up <= 15) {
        const product = short * TENS[up]!;
        if (Number.isSafeInteger(product)) return product;
      }
    }
    const { mantissa, decimals } = readDecimal(input, place);
    const shift = scale - decimals;
    let value = BigInt(mantissa);
    if (shift >= 0) value *= BIG_TENS[shift]!;
    else {
      const divisor = BIG_TENS[-shift]!;
      if (value % divisor !== 0n) {
        throw new TaxError("too-many-decimals", `at most ${scale} decimals here, was ${input}`, place);
      }
      value /= divisor;
    }
    return this.checked(value, place);
  }
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [left, right] = [a, b];
  while (right > 0n) [left, right] = [right, left % right];
  return left;
}

/** Writes a safe number of cents; what most reports are full of, so without a `bigint`. */
export function formatCents(cents: number): string {
  const magnitude = cents < 0 ? -cents : cents;
  const whole = Math.floor(magnitude / 100);
  const rest = magnitude - whole * 100;
  return `${cents < 0 ? "-" : ""}${whole}.${rest < 10 ? "0" : ""}${rest}`;
}

/**
 * Writes `value / 10^decimals` as an exact decimal, with at least `minimum` digits after the point and no
 * further trailing zeros.
 */
export function formatScaled(value: bigint, decimals: number, minimum: number): string {
  const isNegative = value < 0n;
  const digits = String(isNegative ? -value : value).padStart(decimals + 1, "0");
  let end = digits.length;
  const point = digits.length - decimals;
  while (end > point + minimum && digits.charCodeAt(end - 1) === 48) end--;
  const fraction = digits.slice(point, end);
  return `${isNegative ? "-" : ""}${digits.slice(0, point)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Decimals to which sums over report lines are kept, at least those of any ledger that reports in money. */
export const REPORT_DECIMALS = 36;

/** Reads a report's exact decimal into units of 10^-{@link REPORT_DECIMALS}. */
export function parseReportAmount(text: DecimalInput, place: TaxErrorPlace = {}): bigint {
  const { mantissa, decimals } = readReportAmount(text, place);
  return BigInt(mantissa) * BIG_TENS[REPORT_DECIMALS - decimals]!;
}

/** @throws TaxError what {@link parseReportAmount} throws */
export function checkReportAmount(text: DecimalInput, place: TaxErrorPlace): void {
  // The text itself is kept, so that a short one need not become a number at all.
  if (Number.isNaN(readShort(text))) readReportAmount(text, place);
}

function readReportAmount(text: DecimalInput, place: TaxErrorPlace): Decimal {
  const decimal = readDecimal(text, place);
  if (decimal.decimals <= REPORT_DECIMALS) return decimal;
  throw new TaxError("too-many-decimals", `at most ${REPORT_DECIMALS} decimals here, was ${text}`, place);
}

/** Adds up a report's exact decimals: in cents as long as they are such and the sum is safe, else without limits. */
export function sumAmounts(texts: Iterable<string>): string {
  let cents = 0;
  let others = 0n;
  for (const text of texts) {
    const mantissa = readShort(text);
    if (shortDecimals <= 2) {
      const sum = cents + mantissa * TENS[2 - shortDecimals]!;
      if (Number.isSafeInteger(sum)) {
        cents = sum;
        continue;
      }
    }
    others += parseReportAmount(text);
  }
  if (others === 0n) return formatCents(cents);
  return formatReportAmount(others + BigInt(cents) * BIG_TENS[REPORT_DECIMALS - 2]!);
}

/** Writes units of 10^-{@link REPORT_DECIMALS} as an exact decimal with at least two decimals. */
export function formatReportAmount(value: bigint): string {
  return formatScaled(value, REPORT_DECIMALS, 2);
}
