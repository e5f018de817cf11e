import type { IntegerTypeName } from "../template/definition.ts";

/** An integer as it is handed out: a `number` when that is exact (|value| < 2^53), otherwise a `bigint`. */
export type FastInteger = number | bigint;

/** A decimal: mantissa × 10^exponent, as it was on the wire, not normalised. */
export interface Decimal {
  /** The digits, an int64. */
  readonly mantissa: FastInteger;
  /** The power of ten, −63 to 63. */
  readonly exponent: number;
}

/** Smallest and largest value of each integer type. */
export const INTEGER_RANGE: Readonly<
  Record<IntegerTypeName, { readonly min: FastInteger; readonly max: FastInteger }>
> = {
  int32: { min: -2147483648, max: 2147483647 },
  uInt32: { min: 0, max: 4294967295 },
  int64: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
  uInt64: { min: 0, max: 2n ** 64n - 1n },
};

/** The exact `number` of a bigint, or the bigint itself where there is none. */
export function toFastInteger(value: bigint): FastInteger {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/** Exact sum. */
export function addIntegers(left: FastInteger, right: FastInteger): FastInteger {
  if (left === 0) return right;
  if (typeof left === "number" && typeof right === "number") {
    const sum = left + right;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return toFastInteger(BigInt(left) + BigInt(right));
}

/** Exact difference. */
export function subtractIntegers(left: FastInteger, right: FastInteger): FastInteger {
  if (right === 0) return left;
  if (typeof left === "number" && typeof right === "number") {
    const difference = left - right;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return toFastInteger(BigInt(left) - BigInt(right));
}

/** The value after `value`; the largest is followed by the smallest. */
export function increment(value: FastInteger, type: IntegerTypeName): FastInteger {
  const { min, max } = INTEGER_RANGE[type];
  return value === max ? min : addIntegers(value, 1);
}

/** Reads text as an integer of a type. `undefined`: not one. */
export function parseInteger(text: string, type: IntegerTypeName): FastInteger | undefined {
  const digits = text.trim();
  if (!/^-?\d+$/.test(digits)) return undefined;
  const value = BigInt(digits);
  const { min, max } = INTEGER_RANGE[type];
  return value >= min && value <= max ? toFastInteger(value) : undefined;
}

/** Reads text as a decimal, normalised: the mantissa is no multiple of ten, zero is 0e0. `undefined`: not one. */
export function parseDecimal(text: string): Decimal | undefined {
  const parts = /^(-?)(\d*)(?:\.(\d*))?$/.exec(text.trim());
  if (!parts || !(parts[2] || parts[3])) return undefined;
  const digits = `${parts[2]}${parts[3] ?? ""}`.replace(/^0+/, "");
  if (digits === "") return { mantissa: 0, exponent: 0 };
  const kept = digits.replace(/0+$/, "");
  const exponent = digits.length - kept.length - (parts[3]?.length ?? 0);
  const mantissa = parseInteger(`${parts[1]}${kept}`, "int64");
  return mantissa === undefined || exponent < -63 || exponent > 63 ? undefined : { mantissa, exponent };
}

/** Reads hexadecimal digits, blanks allowed between, as bytes. `undefined`: not such. */
export function parseHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s+/g, "");
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) return undefined;
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16),
  );
}

/** Whether every character fits in seven bits. */
export function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 127) return false;
  return true;
}
