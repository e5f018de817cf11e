import { TaxError, type TaxErrorPlace } from "./errors.ts";

/**
 * A decimal at the edge: a string such as `"1234.50"`, or a whole `number`. Fractions in binary floating point are
 * refused, as 0.1 is not a tenth.
 */
export type DecimalInput = string | number;

/** How a ledger counts; see {@link TaxLedgerOptions.arithmetic}. */
export type Arithmetic = "bigint" | "number";

/**
 * A count of the ledger's smallest units. It is a safe integer in a `number` ledger and a `bigint` in a `bigint`
 * ledger; one ledger never mixes the two. The engine uses only what works alike on both (`+ - < >`, truth, and
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

/** Reads up to 15 digits into a `number`, longer ones into a `bigint`. */
function readDecimal(input: DecimalInput, place: TaxErrorPlace): Decimal {
  if (typeof input === "number") {
    if (Number.isSafeInteger(input)) return { mantissa: input, decimals: 0 };
    throw new TaxError("invalid-field", `a fraction must be written as a string, was ${input}`, place);
  }
  if (typeof input !== "string") {
    throw new TaxError("invalid-field", `must be a decimal such as "12.50", was ${String(input)}`, place);
  }
  const length = input.length;
  if (length > 0 && length <= 15) {
    let mantissa = 0;
    let point = -1;
    let at = input.charCodeAt(0) === 45 ? 1 : 0;
    const isNegative = at === 1;
    const first = at;
    for (; at < length; at++) {
      const digit = input.charCodeAt(at) - 48;
      if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
      else if (digit === -2 && point < 0) point = at;
      else break;
    }
    if (at === length && length - first > (point < 0 ? 0 : 1)) {
      return { mantissa: isNegative ? 0 - mantissa : mantissa, decimals: point < 0 ? 0 : length - 1 - point };
    }
  }
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
  const rest = product % whole;
  const quotient = (product - rest) / whole;
  if (rest >= 0) return rest * 2 >= whole ? quotient + 1 : quotient;
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
  /** The upper number, in the ledger's kind of number. */
  readonly numerator: Units;
  /** The lower number. */
  readonly denominator: Units;
}

/** Reads and writes the integers of one ledger: money and quantities, each with its own number of decimals. */
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
    for (const [field, value] of Object.entries({ moneyDecimals, quantityDecimals })) {
      if (!Number.isInteger(value) || value < 0 || value > 36) {
        throw new TaxError("invalid-field", `must be a whole number from 0 to 36, was ${value}`, { field });
      }
    }
    if (arithmetic !== "bigint" && arithmetic !== "number") {
      throw new TaxError("invalid-field", `must be "bigint" or "number", was ${String(arithmetic)}`, {
        field: "arithmetic",
      });
    }
    this.#isBig = arithmetic === "bigint";
    if (!this.#isBig && (moneyDecimals > 12 || quantityDecimals > 12)) {
      throw new TaxError("invalid-field", 'more than 12 decimals need arithmetic: "bigint"', {
        field: "arithmetic",
      });
    }
    this.moneyDecimals = moneyDecimals;
    this.quantityDecimals = quantityDecimals;
    this.zero = this.#isBig ? (0n as never as Units) : 0;
  }

  /** A whole number in the ledger's kind. */
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
    const { mantissa, decimals } = readDecimal(price, place);
    if (mantissa < 0) throw new TaxError("invalid-field", `must not be negative, was ${price}`, place);
    const shift = this.moneyDecimals - decimals - this.quantityDecimals;
    if (!this.#isBig && typeof mantissa === "number" && shift <= 0 && shift >= -15) {
      const product = mantissa * quantity * multiplier;
      if (product <= Number.MAX_SAFE_INTEGER) return shift === 0 ? product : share(product, 1, TENS[-shift]!);
    }
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

  /** Brings a `bigint` into the ledger's kind. */
  checked(value: bigint, place: TaxErrorPlace): Units {
    if (this.#isBig) return value as never as Units;
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw new TaxError("number-range", `${value} units are beyond 2^53; use arithmetic: "bigint"`, place);
  }

  /** Writes money with at least two decimals. */
  formatMoney(value: Units): string {
    return formatScaled(BigInt(value), this.moneyDecimals, Math.min(2, this.moneyDecimals));
  }

  /** Writes a quantity without trailing zeros. */
  formatQuantity(value: Units): string {
    return formatScaled(BigInt(value), this.quantityDecimals, 0);
  }

  #nonNegative(value: Units, input: DecimalInput, place: TaxErrorPlace): Units {
    if (value >= 0) return value;
    throw new TaxError("invalid-field", `must not be negative, was ${input}`, place);
  }

  #scaled(input: DecimalInput, scale: number, place: TaxErrorPlace): Units {
    const { mantissa, decimals } = readDecimal(input, place);
    const shift = scale - decimals;
    if (!this.#isBig && typeof mantissa === "number" && shift >= 0 && shift <= 15) {
      const product = mantissa * TENS[shift]!;
      if (Number.isSafeInteger(product)) return product;
    }
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
  const { mantissa, decimals } = readDecimal(text, place);
  if (decimals > REPORT_DECIMALS) {
    throw new TaxError("too-many-decimals", `at most ${REPORT_DECIMALS} decimals here, was ${text}`, place);
  }
  return BigInt(mantissa) * BIG_TENS[REPORT_DECIMALS - decimals]!;
}

/** Writes units of 10^-{@link REPORT_DECIMALS} as an exact decimal with at least two decimals. */
export function formatReportAmount(value: bigint): string {
  return formatScaled(value, REPORT_DECIMALS, 2);
}
