import {
  type Decimal,
  type FastInteger,
  isAscii,
  parseDecimal,
  parseHex,
  parseInteger,
} from "../values/numbers.ts";
import { encodeUtf8 } from "../values/utf8.ts";

/** What an initial value of each type is in memory. */
export interface Initial {
  readonly int32: FastInteger;
  readonly uInt32: FastInteger;
  readonly int64: FastInteger;
  readonly uInt64: FastInteger;
  readonly decimal: Decimal;
  readonly ascii: string;
  readonly unicode: Uint8Array;
  readonly byteVector: Uint8Array;
}

/**
 * Reads the value attribute of an operator.
 *
 * @returns `undefined` when the text is not of the type (error S3)
 * @see FAST 1.1 section 8.1: conversion from strings
 */
export function parseInitial<T extends keyof Initial>(type: T, text: string): Initial[T] | undefined {
  const parse = (): Initial[keyof Initial] | undefined => {
    switch (type) {
      case "decimal":
        return parseDecimal(text);
      case "ascii":
        return isAscii(text) ? text : undefined;
      case "unicode":
        return encodeUtf8(text);
      case "byteVector":
        return parseHex(text);
      default:
        return parseInteger(text, type as "int32");
    }
  };
  return parse() as Initial[T] | undefined;
}
