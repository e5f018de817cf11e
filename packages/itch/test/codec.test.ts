import {
  AddOrderView,
  decodeItch,
  ItchDecoder,
  ItchEncoder,
  ItchFrameReader,
  type ItchMessage,
  isItchError,
  itchFormats,
  itchLength,
  itchObjects,
} from "@exchange-kit/itch";
import { expect, test } from "vitest";
import { framed, make } from "./support/messages.ts";

// An added order as the specification lays it out, at 09:29:59.9 with reference 2^53 + 1.
const added = Uint8Array.from([
  0x41, 0, 1, 0, 2, 0x1f, 0x1a, 0xce, 0xd9, 0xd0, 0x01, 0, 0x20, 0, 0, 0, 0, 0, 1, 0x42, 0, 0, 0, 100, 0x41,
  0x43, 0x4d, 0x45, 0x20, 0x20, 0x20, 0x20, 0, 0x0f, 0x42, 0x40,
]);
const addedObject: ItchMessage = {
  type: "A",
  stockLocate: 1,
  trackingNumber: 2,
  timestampNanos: 0x1f1a * 2 ** 32 + 0xced9d001,
  orderReferenceNumber: 2n ** 53n + 1n,
  buySellIndicator: "B",
  shares: 100,
  stock: "ACME",
  price4: 1_000_000,
};

test("a listener reads a message in place, with its reference in exact halves", () => {
  const seen: unknown[] = [];
  const decoder = new ItchDecoder({
    addOrder(order) {
      seen.push([order.stock, order.shares, order.price4, order.buySellIndicatorCode]);
      seen.push([order.orderReferenceNumberHigh, order.orderReferenceNumberLow, order.orderReferenceNumber]);
    },
  });
  expect(decoder.decode(added)).toBe(true);
  expect(seen).toEqual([
    ["ACME", 100, 1_000_000, 0x42],
    [0x200000, 1, 2n ** 53n + 1n],
  ]);
});

test("a message is a plain object for those who prefer one, and encodes to the same bytes", () => {
  const decoded = decodeItch(added)!;
  expect(decoded).toEqual(addedObject);
  const target = new Uint8Array(40);
  expect(new ItchEncoder().encode(decoded, target, 4)).toBe(36);
  expect(target.subarray(4)).toEqual(added);
});

test("a view can be pointed at any message, and stays there until moved", () => {
  const view = new AddOrderView().wrap(new DataView(added.buffer), 0);
  expect(view.toObject().stock).toBe("ACME");
  expect(() => new AddOrderView().shares).toThrow(RangeError);
});

test("an unknown type, a wrong length and an empty message are skipped and counted", () => {
  const skipped: unknown[] = [];
  const seen: ItchMessage[] = [];
  const decoder = new ItchDecoder({
    ...itchObjects((message) => seen.push(message)),
    skipped: (type, length, offset) => skipped.push([type, length, offset]),
  });
  const frames = Uint8Array.from([0, 3, 0x7a, 1, 2, 0, 2, 0x41, 0, 0, 36, ...added]);
  expect(decoder.decodeFrames(frames)).toBe(frames.length);
  expect(decoder.decode(frames, 0, 0)).toBe(false);
  expect(seen).toHaveLength(1);
  expect(skipped).toEqual([
    ["z", 3, 2],
    ["A", 2, 7],
    ["", 0, 0],
  ]);
  expect([decoder.messages, decoder.skipped]).toEqual([4, 3]);
  decoder.release();
  expect(decodeItch(added, 0, 35)).toBeUndefined();
});

test("offsets outside the bytes are refused before anything is read", () => {
  const decoder = new ItchDecoder({});
  expect(() => decoder.decode(added, 1, 36)).toThrow(RangeError);
  expect(() => decoder.decode(added, -1)).toThrow(RangeError);
  expect(() => decoder.decodeFrames(added, 0, 37)).toThrow(RangeError);
});

test("what cannot be written is refused with the field's name", () => {
  const encoder = new ItchEncoder();
  const target = new Uint8Array(100);
  const codeOf = (message: unknown): unknown => {
    try {
      return encoder.encode(message as ItchMessage, target);
    } catch (error) {
      return isItchError(error) ? [error.code, error.field] : error;
    }
  };
  expect(codeOf({ ...addedObject, stock: "NINECHARS" })).toEqual(["invalid-field", "stock"]);
  expect(codeOf({ ...addedObject, stock: "€" })).toEqual(["invalid-field", "stock"]);
  expect(codeOf({ ...addedObject, shares: 2 ** 32 })).toEqual(["invalid-field", "shares"]);
  expect(codeOf({ ...addedObject, shares: -1 })).toEqual(["invalid-field", "shares"]);
  expect(codeOf({ ...addedObject, orderReferenceNumber: 1 })).toEqual([
    "invalid-field",
    "orderReferenceNumber",
  ]);
  expect(codeOf({ ...addedObject, orderReferenceNumber: 2n ** 64n })).toEqual([
    "invalid-field",
    "orderReferenceNumber",
  ]);
  expect(codeOf({ type: "z" })).toEqual(["unknown-message-type", undefined]);
  expect(() => encoder.encode(addedObject, target, 65)).toThrow("does not fit");
});

test("the format table covers 23 types, and lengths are known by type byte", () => {
  expect(itchFormats).toHaveLength(23);
  for (const { type, length } of itchFormats) expect(itchLength(type.charCodeAt(0))).toBe(length);
  expect(itchLength(0x21)).toBe(0);
});

test("a stream that ends inside a frame is truncated, at the frame's offset", () => {
  const bytes = framed([make.delete(1), make.delete(2)]);
  const seen: ItchMessage[] = [];
  const reader = new ItchFrameReader(new ItchDecoder(itchObjects((message) => seen.push(message))));
  reader.push(bytes.subarray(0, bytes.length - 1));
  expect(reader.end()).toMatchObject({ code: "truncated", offset: 21 });
  expect(reader.end()).toMatchObject({ code: "truncated", offset: 21 });
  expect(seen).toHaveLength(1);
});

test("a frame of length zero ends a stream well; what follows is tail", () => {
  const bytes = Uint8Array.from([...framed([make.delete(1)]), 0, 0, 1, 2, 3]);
  for (let split = 0; split <= bytes.length; split++) {
    const decoder = new ItchDecoder({});
    const reader = new ItchFrameReader(decoder);
    reader.push(bytes.subarray(0, split));
    reader.push(bytes.subarray(split));
    expect([decoder.messages, reader.consumed, reader.tailBytes, reader.isOver]).toEqual([1, 21, 5, true]);
    expect(reader.end()).toBeUndefined();
  }
});

test("bare framing ends where no message can begin", () => {
  const bare = framed([make.delete(1), make.delete(2)]);
  bare[1] = 0;
  bare[22] = 0;
  const decoder = new ItchDecoder({});
  const reader = new ItchFrameReader(decoder, "bare");
  reader.push(bare);
  expect([decoder.messages, reader.end()]).toEqual([2, undefined]);
  reader.push(Uint8Array.from([0, 9, 0x44]));
  expect(reader.end()).toMatchObject({ code: "lost-framing", offset: 42 });
});
