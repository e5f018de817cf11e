import type { FastInteger } from "../values/numbers.ts";
import type { Reader } from "./reader.ts";

/**
 * Applies a string delta.
 *
 * @param subtraction - characters to take from the back, or −1 minus those to take from the front
 * @see FAST 1.1 section 6.3.7.3
 */
export function deltaText(
  reader: Reader,
  base: string,
  subtraction: FastInteger,
  text: string,
  field: number,
): string {
  const length = checkSubtraction(reader, base.length, subtraction, field);
  return length >= 0 ? base.slice(0, base.length - length) + text : text + base.slice(-length - 1);
}

/** The same for UTF-8 and byte vectors. */
export function deltaBytes(
  reader: Reader,
  base: Uint8Array,
  subtraction: FastInteger,
  added: Uint8Array,
  field: number,
): Uint8Array {
  const length = checkSubtraction(reader, base.length, subtraction, field);
  return length >= 0
    ? concat(base.subarray(0, base.length - length), added)
    : concat(added, base.subarray(-length - 1));
}

function checkSubtraction(
  reader: Reader,
  baseLength: number,
  subtraction: FastInteger,
  field: number,
): number {
  const taken = subtraction >= 0 ? Number(subtraction) : -Number(subtraction) - 1;
  if (taken > baseLength) reader.fail("D7", field);
  return Number(subtraction);
}

/** Replaces the end of the base. @see FAST 1.1 section 6.3.8 */
export function tailText(base: string, tail: string): string {
  return base.slice(0, Math.max(0, base.length - tail.length)) + tail;
}

/** The same for UTF-8 and byte vectors. */
export function tailBytes(base: Uint8Array, tail: Uint8Array): Uint8Array {
  return concat(base.subarray(0, Math.max(0, base.length - tail.length)), tail);
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
