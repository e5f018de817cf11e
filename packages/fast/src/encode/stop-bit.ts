import { type FastInteger, toFastInteger } from "../values/numbers.ts";

// Each function writes from `at` on and returns where it ended; the caller has made sure of the room.

/** Writes a stop-bit entity of the fewest bytes; `stop` is 0 when more of the same entity follows. */
export function putUnsigned(bytes: Uint8Array, at: number, value: FastInteger, stop = 128): number {
  let to = at;
  if (typeof value === "number" && value < 0x10000000) {
    if (value >= 0x80) {
      if (value >= 0x4000) {
        if (value >= 0x200000) bytes[to++] = value >> 21;
        bytes[to++] = (value >> 14) & 127;
      }
      bytes[to++] = (value >> 7) & 127;
    }
    bytes[to++] = (value & 127) | stop;
    return to;
  }
  to = putUnsigned(bytes, to, highPart(value), 0);
  return putLowPart(bytes, to, lowPart(value), stop);
}

/** Writes a two's complement stop-bit entity of the fewest bytes. */
export function putSigned(bytes: Uint8Array, at: number, value: FastInteger, stop = 128): number {
  let to = at;
  if (typeof value === "number" && value >= -0x8000000 && value < 0x8000000) {
    if (value < -64 || value >= 64) {
      if (value < -0x2000 || value >= 0x2000) {
        if (value < -0x100000 || value >= 0x100000) bytes[to++] = (value >> 21) & 127;
        bytes[to++] = (value >> 14) & 127;
      }
      bytes[to++] = (value >> 7) & 127;
    }
    bytes[to++] = (value & 127) | stop;
    return to;
  }
  to = putSigned(bytes, to, highPart(value), 0);
  return putLowPart(bytes, to, lowPart(value), stop);
}

// 28 bits are four stop-bit bytes. Division and floor are exact for safe integers, the sign included.
function highPart(value: FastInteger): FastInteger {
  if (typeof value === "number") return Math.floor(value / 0x10000000);
  return toFastInteger(value >> 28n);
}

function lowPart(value: FastInteger): number {
  if (typeof value === "number") return value - Math.floor(value / 0x10000000) * 0x10000000;
  return Number(value & 0xfffffffn);
}

/** Writes four bytes of an entity. */
export function putLowPart(bytes: Uint8Array, at: number, value: number, stop: number): number {
  bytes[at] = value >> 21;
  bytes[at + 1] = (value >> 14) & 127;
  bytes[at + 2] = (value >> 7) & 127;
  bytes[at + 3] = (value & 127) | stop;
  return at + 4;
}

/** Writes the characters of a string that is not empty; −1 when one is not ASCII, what was written does not count then. */
export function putCharacters(bytes: Uint8Array, at: number, text: string): number {
  const { length } = text;
  let all = 0;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    all |= code;
    bytes[at + index] = code;
  }
  if (all > 127) return -1;
  bytes[at + length - 1]! |= 128;
  return at + length;
}

/**
 * Writes a presence map where room for its longest form was left, and closes up what follows it.
 *
 * @param start - where the room begins
 * @param room - bytes that were left
 * @param end - where what follows ends
 * @param words - the bits, 28 in each word, the first one highest
 * @returns the new end
 */
export function closeMap(
  bytes: Uint8Array,
  start: number,
  room: number,
  end: number,
  words: readonly number[],
): number {
  const part = (index: number): number => (words[index >> 2]! >> (21 - (index & 3) * 7)) & 127;
  let length = room;
  while (length > 1 && part(length - 1) === 0) length--;
  for (let index = 0; index < length; index++) bytes[start + index] = part(index);
  bytes[start + length - 1]! |= 128;
  return closeUp(bytes, start + room, end, room - length);
}

/** The same for a map of at most 28 bits. */
export function closeMapOfWord(
  bytes: Uint8Array,
  start: number,
  room: number,
  end: number,
  word: number,
): number {
  let length = room;
  while (length > 1 && ((word >> (28 - length * 7)) & 127) === 0) length--;
  for (let index = 0; index < length; index++) bytes[start + index] = (word >> (21 - index * 7)) & 127;
  bytes[start + length - 1]! |= 128;
  return closeUp(bytes, start + room, end, room - length);
}

function closeUp(bytes: Uint8Array, from: number, end: number, by: number): number {
  if (by === 0) return end;
  // Below some sixty bytes a loop is faster than the call.
  if (end - from < 64) for (let at = from; at < end; at++) bytes[at - by] = bytes[at]!;
  else bytes.copyWithin(from - by, from, end);
  return end - by;
}
