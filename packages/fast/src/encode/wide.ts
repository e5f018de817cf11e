import { putLowPart, putSigned, putUnsigned } from "./stop-bit.ts";

const WIDE = new BigUint64Array(2);
const HALVES = new Uint32Array(WIDE.buffer);
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/**
 * The difference of two bigints from 0 to 2^64 − 1, without making a third: exact where it is a safe integer, otherwise
 * no safe integer either.
 */
export function wideDifference(left: bigint, right: bigint): number {
  WIDE[0] = left;
  WIDE[1] = right;
  const high = HALVES[HIGH]! - HALVES[2 + HIGH]!;
  const low = HALVES[1 - HIGH]! - HALVES[3 - HIGH]!;
  return high * 4294967296 + low;
}

/** Writes a bigint from 2^53 to 2^64 − 1, without making another; returns where it ended. */
export function putWide(bytes: Uint8Array, at: number, value: bigint, isSigned: boolean): number {
  WIDE[0] = value;
  const high = HALVES[HIGH]!;
  const low = HALVES[1 - HIGH]!;
  const above = high * 16 + (low >>> 28);
  const to = isSigned ? putSigned(bytes, at, above, 0) : putUnsigned(bytes, at, above, 0);
  return putLowPart(bytes, to, low & 0xfffffff, 128);
}
