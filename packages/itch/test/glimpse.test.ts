import { decodeEndOfSnapshot, encodeEndOfSnapshot } from "@exchange-kit/itch";
import { expect, test } from "vitest";
import { framed, make } from "./support/messages.ts";

const ascii = (words: string): Uint8Array => Uint8Array.from(Buffer.from(words, "latin1"));

test("the end of a snapshot is G and the number to go on with, on the right of 20 characters", () => {
  expect(encodeEndOfSnapshot(1_234_567)).toEqual(ascii("G             1234567"));
  expect(encodeEndOfSnapshot(Number.MAX_SAFE_INTEGER)).toEqual(ascii("G    9007199254740991"));
});

test.each([0, -1, 1.5, Number.NaN, 2 ** 53])("%d is no number to go on with", (sequence) => {
  expect(() => encodeEndOfSnapshot(sequence)).toThrow(/sequence must be an integer from 1/);
});

test("the number is read where the message stands, wherever in its field it is", () => {
  const message = encodeEndOfSnapshot(42);
  expect(decodeEndOfSnapshot(message)).toBe(42);
  expect(decodeEndOfSnapshot(ascii("G42                  "))).toBe(42);
  expect(decodeEndOfSnapshot(ascii("G00000000000000000042"))).toBe(42);
  expect(decodeEndOfSnapshot(Uint8Array.of(9, 9, ...message, 9), 2, message.length)).toBe(42);
});

test("any other message is not the end of a snapshot", () => {
  expect(decodeEndOfSnapshot(framed([make.add(1, "B", 1, 1)]).subarray(2))).toBeUndefined();
  expect(decodeEndOfSnapshot(new Uint8Array(0))).toBeUndefined();
  expect(decodeEndOfSnapshot(ascii("G42"))).toBeUndefined();
  expect(decodeEndOfSnapshot(ascii("G          forty-two "))).toBeUndefined();
  expect(decodeEndOfSnapshot(ascii("G 9007199254740992000"))).toBeUndefined();
});
