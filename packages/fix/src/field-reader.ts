import { equalsAscii } from "./value-set.ts";

const DOT = 0x2e;
const MINUS = 0x2d;
const ZERO = 0x30;

/** Positions of the fields of one message: three numbers each (tag, start of value, end of value). */
export interface Tokens {
  /** The message's buffer. */
  bytes: Uint8Array;
  /** Tag, start and end of the value, for one field after another. */
  words: Int32Array;
  /** Numbers used in `words`: three times the number of fields. */
  used: number;
}

/**
 * Reads values by tag straight from the bytes: nothing is made before it is asked for, and only {@link string} and
 * {@link bytes} allocate. Valid as long as the view it belongs to.
 */
export abstract class FieldReader {
  /** @internal */
  protected readonly tokens: Tokens;

  /** @internal */
  constructor(tokens: Tokens) {
    this.tokens = tokens;
  }

  /**
   * Place of a tag's first occurrence.
   *
   * @returns an index into the words of the tokens, -1 when the tag is not there
   * @internal
   */
  protected abstract find(tag: number): number;

  /**
   * Whether the tag is present.
   *
   * @param tag - tag number
   */
  has(tag: number): boolean {
    return this.find(tag) >= 0;
  }

  /**
   * The value as text, one character a byte (Latin-1).
   *
   * @param tag - tag number
   * @returns `undefined` when the tag is absent
   */
  string(tag: number): string | undefined {
    const at = this.find(tag);
    if (at < 0) return undefined;
    const { words, bytes } = this.tokens;
    return latin1(bytes, words[at + 1]!, words[at + 2]!);
  }

  /**
   * The value as a whole number.
   *
   * @param tag - tag number
   * @returns NaN when the tag is absent, the value is not an optional minus and digits, or it passes 2^53 − 1
   */
  int(tag: number): number {
    const at = this.find(tag);
    if (at < 0) return Number.NaN;
    const { words, bytes } = this.tokens;
    return parseInteger(bytes, words[at + 1]!, words[at + 2]!);
  }

  /**
   * The value as an exact count of units of 10^-decimals: 12.5 with 4 decimals is 125,000.
   *
   * @param tag - tag number
   * @param decimals - decimals kept, 0 to 15
   * @returns NaN when the tag is absent, the value is not a decimal number, has more (non-zero) decimals, or the
   *   result passes 2^53 − 1
   */
  decimal(tag: number, decimals: number): number {
    const at = this.find(tag);
    if (at < 0) return Number.NaN;
    const { words, bytes } = this.tokens;
    return parseDecimal(bytes, words[at + 1]!, words[at + 2]!, decimals);
  }

  /**
   * The first character's code.
   *
   * @param tag - tag number
   * @returns 0 when the tag is absent or empty
   */
  char(tag: number): number {
    const at = this.find(tag);
    if (at < 0) return 0;
    const { words, bytes } = this.tokens;
    return words[at + 1]! < words[at + 2]! ? bytes[words[at + 1]!]! : 0;
  }

  /**
   * Whether the value is `Y`.
   *
   * @param tag - tag number
   * @returns `undefined` when the tag is absent or neither `Y` nor `N`
   */
  boolean(tag: number): boolean | undefined {
    const code = this.char(tag);
    return code === 0x59 ? true : code === 0x4e ? false : undefined;
  }

  /**
   * Length of the value in bytes.
   *
   * @param tag - tag number
   * @returns -1 when the tag is absent
   */
  length(tag: number): number {
    const at = this.find(tag);
    return at < 0 ? -1 : this.tokens.words[at + 2]! - this.tokens.words[at + 1]!;
  }

  /**
   * Compares the value without making a string.
   *
   * @param tag - tag number
   * @param text - what it should be
   */
  equals(tag: number, text: string): boolean {
    const at = this.find(tag);
    const { words, bytes } = this.tokens;
    return at >= 0 && equalsAscii(bytes, words[at + 1]!, words[at + 2]!, text);
  }

  /**
   * The value's bytes, a copy.
   *
   * @param tag - tag number
   * @returns `undefined` when the tag is absent
   */
  bytes(tag: number): Uint8Array | undefined {
    const at = this.find(tag);
    if (at < 0) return undefined;
    return this.tokens.bytes.slice(this.tokens.words[at + 1]!, this.tokens.words[at + 2]!);
  }
}

/** Text of the bytes, one character each. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  // Spreading is fastest for short values and must not be used for long ones: each byte is an argument.
  if (end - start <= 64)
    return String.fromCharCode.apply(null, bytes.subarray(start, end) as unknown as number[]);
  let text = "";
  for (let at = start; at < end; at += 4096) {
    text += String.fromCharCode.apply(
      null,
      bytes.subarray(at, Math.min(end, at + 4096)) as unknown as number[],
    );
  }
  return text;
}

/** A whole number with an optional minus; NaN for anything else. */
export function parseInteger(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const isNegative = bytes[at] === MINUS;
  if (isNegative) at++;
  if (at >= end) return Number.NaN;
  let value = 0;
  for (; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit >>> 0 > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  if (value > Number.MAX_SAFE_INTEGER) return Number.NaN;
  // 0 - value, not -value: "-0" is 0.
  return isNegative ? 0 - value : value;
}

/** A decimal number times 10^decimals; NaN for anything else or what does not fit exactly. */
export function parseDecimal(bytes: Uint8Array, start: number, end: number, decimals: number): number {
  let at = start;
  const isNegative = bytes[at] === MINUS;
  if (isNegative) at++;
  let value = 0;
  let digits = 0;
  let left = -1;
  for (; at < end; at++) {
    const code = bytes[at]!;
    const digit = code - ZERO;
    if (digit >>> 0 > 9) {
      if (code !== DOT || left >= 0) return Number.NaN;
      left = decimals;
      continue;
    }
    digits++;
    if (left < 0) value = value * 10 + digit;
    else if (left > 0) {
      value = value * 10 + digit;
      left--;
    } else if (digit !== 0) return Number.NaN;
  }
  if (digits === 0) return Number.NaN;
  for (let i = left < 0 ? decimals : left; i > 0; i--) value *= 10;
  if (value > Number.MAX_SAFE_INTEGER) return Number.NaN;
  return isNegative ? 0 - value : value;
}
