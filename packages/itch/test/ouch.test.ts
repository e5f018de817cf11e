import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CaptureReader,
  datagramOf,
  isItchError,
  type Ouch50Inbound,
  type Ouch50Outbound,
  OuchOrderEntry,
  OuchTag,
  ouch42,
  ouch50,
  SoupBinPacketReader,
} from "@exchange-kit/itch";
import { outsideData, runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const order = {
  side: "B",
  quantity: 100,
  symbol: "ACME",
  price4: 101_500,
  timeInForce: "0",
  display: "Y",
  capacity: "P",
  intermarketSweepEligibility: "N",
  crossType: "N",
  clOrdId: "first",
  appendages: [],
};

test("an order of OUCH 5.0 has a fixed part and optional fields", () => {
  const message: Ouch50Inbound = {
    type: "O",
    userRefNum: 1,
    ...order,
    appendages: [
      { tag: OuchTag.firm, value: "LIME" },
      { tag: OuchTag.minimumQuantity, value: 7 },
      { tag: OuchTag.postOnly, value: "P" },
      { tag: OuchTag.pegOffset, value: -5 },
      { tag: OuchTag.discretionPrice, value: 2 ** 40 },
      { tag: OuchTag.secondaryOrderReferenceNumber, value: 2n ** 63n },
      { tag: 200, value: Uint8Array.of(1, 2, 3) },
    ],
  };
  const bytes = ouch50.encodeInbound(message);
  expect(bytes.length).toBe(47 + 6 + 6 + 3 + 6 + 10 + 10 + 5);
  expect([...bytes.subarray(47, 53)]).toEqual([5, 2, ...Buffer.from("LIME")]);
  expect(ouch50.decodeInbound(bytes)).toEqual(message);
});

test("an order of OUCH 4.2 is 49 bytes and named by a token", () => {
  const message = {
    type: "O" as const,
    orderToken: "T1",
    buySellIndicator: "B",
    shares: 100,
    stock: "ACME",
    price4: 101_500,
    timeInForce: 99_999,
    firm: "FIRM",
    display: "Y",
    capacity: "P",
    intermarketSweepEligibility: "N",
    minimumQuantity: 0,
    crossType: "N",
    customerType: "R",
  };
  const bytes = ouch42.encodeInbound(message);
  expect(bytes.length).toBe(49);
  expect(ouch42.decodeInbound(bytes)).toEqual(message);
  const canceled = {
    type: "C" as const,
    timestampNanos: 34_200_000_000_000,
    orderToken: "T1",
    decrementShares: 100,
    cancelOrderReason: "U",
  };
  expect(ouch42.decodeOutbound(ouch42.encodeOutbound(canceled))).toEqual(canceled);
});

test("what does not fit is refused with a code", () => {
  const codeOf = (call: () => unknown): unknown => {
    try {
      return call();
    } catch (error) {
      return isItchError(error) ? [error.code, error.field] : error;
    }
  };
  const enter = { type: "O", userRefNum: 1, ...order } as const;
  const refused: [object, string][] = [
    [{ userRefNum: 2 ** 32 }, "userRefNum"],
    [{ price4: -1 }, "price4"],
    [{ symbol: "NINECHARS" }, "symbol"],
    [{ appendages: [{ tag: OuchTag.firm, value: "FIVE5" }] }, "appendages"],
    [{ appendages: [{ tag: OuchTag.firm, value: "€" }] }, "appendages"],
    [{ appendages: [{ tag: OuchTag.minimumQuantity, value: "x" }] }, "appendages"],
    [{ appendages: [{ tag: OuchTag.minimumQuantity, value: 0.5 }] }, "appendages"],
    [{ appendages: [{ tag: OuchTag.minimumQuantity, value: -1 }] }, "appendages"],
    [{ appendages: [{ tag: OuchTag.minimumQuantity, value: 1n }] }, "appendages"],
    [{ appendages: [{ tag: 200, value: 1 }] }, "appendages"],
  ];
  for (const [change, field] of refused) {
    expect(codeOf(() => ouch50.encodeInbound({ ...enter, ...change }))).toEqual(["invalid-field", field]);
  }
  expect(codeOf(() => ouch50.encodeInbound({ type: "!" } as never))).toEqual([
    "unknown-message-type",
    undefined,
  ]);
  const bytes = ouch50.encodeInbound(enter);
  expect(codeOf(() => ouch50.decodeInbound(bytes, 0, 46))).toEqual(["bad-packet", undefined]);
  expect(codeOf(() => ouch50.decodeInbound(Uint8Array.from([...bytes, 0])))).toEqual([
    "bad-packet",
    undefined,
  ]);
  expect(codeOf(() => ouch50.decodeInbound(new Uint8Array(0)))).toEqual(["unknown-message-type", undefined]);
  expect(codeOf(() => ouch50.decodeInbound(bytes, 1, 47))).toBeInstanceOf(RangeError);
  bytes.fill(0xff, 18, 26);
  expect(codeOf(() => ouch50.decodeInbound(bytes))).toEqual(["invalid-field", "price4"]);
});

test("any bytes decode or are refused; what decodes, encodes to the same bytes", () => {
  const types = "OUXMQSACDEBFJPITRGN";
  fc.assert(
    fc.property(fc.nat(types.length - 1), fc.uint8Array({ minLength: 1, maxLength: 90 }), (type, bytes) => {
      bytes[0] = types.charCodeAt(type);
      for (const codec of [ouch42, ouch50]) {
        for (const direction of ["Inbound", "Outbound"] as const) {
          for (let length = 1; length <= bytes.length; length++) {
            try {
              const message = codec[`decode${direction}`](bytes, 0, length);
              const encoded = codec[`encode${direction}`](message as never);
              expect(encoded).toEqual(bytes.slice(0, length));
            } catch (error) {
              if (!isItchError(error)) throw error;
            }
          }
        }
      }
    }),
    { numRuns: runs(100) },
  );
});

describe("the orders of a client", () => {
  const time = { timestampNanos: 1 };
  const accepted = (userRefNum: number, quantity: number, orderState = "L"): Ouch50Outbound => ({
    type: "A",
    ...time,
    userRefNum,
    ...order,
    quantity,
    orderReferenceNumber: 900n + BigInt(userRefNum),
    orderState,
  });
  const executed = (userRefNum: number, quantity: number, matchNumber: bigint): Ouch50Outbound => ({
    type: "E",
    ...time,
    userRefNum,
    quantity,
    price4: 101_500,
    liquidityFlag: "A",
    matchNumber,
    appendages: [],
  });
  const replacement = {
    quantity: 150,
    price4: 101_600,
    timeInForce: "0",
    display: "Y",
    intermarketSweepEligibility: "N",
    clOrdId: "second",
    appendages: [],
  };

  test("are entered, traded, replaced and cancelled", () => {
    const entry = new OuchOrderEntry();
    expect(entry.enter(order)).toMatchObject({ type: "O", userRefNum: 1 });
    expect(entry.order(1)).toMatchObject({ state: "sent", leavesQuantity: 100 });
    expect(entry.apply(accepted(1, 100))).toMatchObject({ state: "live", orderReferenceNumber: 901n });
    entry.apply(executed(1, 40, 5n));
    expect(entry.replace(1, replacement)).toMatchObject({ type: "U", origUserRefNum: 1, userRefNum: 2 });
    expect(entry.order(2)).toMatchObject({ state: "sent", leavesQuantity: 110, replaces: 1 });
    expect(entry.openOrders()).toHaveLength(2);
    entry.apply({
      type: "U",
      ...time,
      origUserRefNum: 1,
      userRefNum: 2,
      ...order,
      quantity: 110,
      price4: 101_600,
      orderReferenceNumber: 902n,
      orderState: "L",
    });
    expect(entry.order(1)).toMatchObject({ state: "replaced", replacedBy: 2, executedQuantity: 40 });
    expect(entry.current(1)).toMatchObject({ userRefNum: 2, state: "live", price4: 101_600 });
    expect(entry.cancel(2, 50)).toEqual({ type: "X", userRefNum: 2, quantity: 50 });
    entry.apply({ type: "C", ...time, userRefNum: 2, quantity: 60, cancelOrderReason: "U" });
    expect(entry.order(2)).toMatchObject({ state: "live", leavesQuantity: 50, reason: "U" });
    expect(entry.apply(executed(2, 50, 6n))).toMatchObject({ state: "filled", executedQuantity: 50 });
    expect(entry.openOrders()).toEqual([]);
    expect(() => entry.modify(2, "S", 10)).toThrow("order 2 is filled");
    expect(() => entry.cancel(2)).toThrow(expect.objectContaining({ code: "unknown-order" }));
    expect(() => entry.replace(9, replacement)).toThrow("no order 9");
    expect(() => entry.apply(executed(9, 1, 7n))).toThrow("no order 9");
  });

  test("what cannot be sent is not followed, and uses no number", () => {
    const entry = new OuchOrderEntry();
    for (const wrong of [{ symbol: "TOO LONG A SYMBOL" }, { quantity: -1 }, { price4: 1.5 }]) {
      expect(() => entry.enter({ ...order, ...wrong })).toThrow(
        expect.objectContaining({ code: "invalid-field" }),
      );
    }
    entry.enter(order);
    expect(() => entry.replace(1, { ...replacement, quantity: 2 ** 32 })).toThrow("quantity");
    expect([entry.nextUserRefNum, entry.openOrders().length]).toEqual([2, 1]);
  });

  test("follow every other report", () => {
    const entry = new OuchOrderEntry(10);
    for (let index = 0; index < 3; index++) entry.enter(order);
    entry.apply({ type: "J", ...time, userRefNum: 10, rejectedOrderReason: 3, clOrdId: "" });
    expect(entry.order(10)).toMatchObject({ state: "rejected", reason: 3, leavesQuantity: 0 });
    entry.apply(accepted(11, 100, "D"));
    expect(entry.order(11)).toMatchObject({ state: "cancelled", leavesQuantity: 0 });
    entry.apply(accepted(12, 100));
    entry.apply({ type: "P", ...time, userRefNum: 12 });
    expect(entry.order(12)?.state).toBe("pending-cancel");
    entry.apply({ type: "I", ...time, userRefNum: 12 });
    expect(entry.modify(12, "S", 90)).toEqual({ type: "M", userRefNum: 12, side: "S", quantity: 90 });
    entry.apply({ type: "M", ...time, userRefNum: 12, side: "S", quantity: 90 });
    entry.apply({ type: "T", ...time, userRefNum: 12, price4: 7, display: "Y", orderReferenceNumber: 77n });
    entry.apply({ type: "R", ...time, userRefNum: 12, orderRestatedReason: "R", appendages: [] });
    entry.apply(executed(12, 30, 8n));
    entry.apply({
      type: "F",
      ...time,
      userRefNum: 12,
      quantity: 30,
      price4: 8,
      liquidityFlag: "A",
      matchNumber: 8n,
      tradeCorrectionReason: "E",
      clOrdId: "",
    });
    expect(entry.order(12)).toMatchObject({
      state: "live",
      side: "S",
      price4: 7,
      leavesQuantity: 60,
      executedQuantity: 30,
      orderReferenceNumber: 77n,
    });
    entry.apply({ type: "B", ...time, userRefNum: 12, matchNumber: 8n, brokenTradeReason: "E", clOrdId: "" });
    expect(entry.order(12)).toMatchObject({ leavesQuantity: 60, executedQuantity: 0 });
    entry.apply({
      type: "D",
      ...time,
      userRefNum: 12,
      decrementShares: 60,
      cancelOrderReason: "Q",
      quantityPreventedFromTrading: 60,
      executionPrice4: 1,
      liquidityFlag: "A",
    });
    expect(entry.order(12)).toMatchObject({ state: "cancelled", reason: "Q" });
    expect(entry.apply({ type: "S", ...time, eventCode: "E" })).toBeUndefined();
    entry.apply({ type: "Q", ...time, nextUserRefNum: 50 });
    expect(entry.nextUserRefNum).toBe(50);
    expect([entry.order(99), entry.current(99)]).toEqual([undefined, undefined]);
    expect(() => new OuchOrderEntry(0)).toThrow("nextUserRefNum");
  });

  test("a report cannot tie a chain into a ring", () => {
    const entry = new OuchOrderEntry();
    entry.enter(order);
    entry.replace(1, replacement);
    const replaced = (origUserRefNum: number, userRefNum: number): Ouch50Outbound => ({
      type: "U",
      ...time,
      origUserRefNum,
      userRefNum,
      ...order,
      orderReferenceNumber: 1n,
      orderState: "L",
    });
    entry.apply(replaced(1, 2));
    for (const [from, to] of [
      [2, 1],
      [1, 1],
    ] as const) {
      expect(() => entry.apply(replaced(from, to))).toThrow(
        expect.objectContaining({
          code: "unknown-order",
          message: expect.stringContaining("not sent to replace"),
        }),
      );
    }
    expect(entry.current(1)?.userRefNum).toBe(2);
  });

  test("a chain may be as long as a day", () => {
    const entry = new OuchOrderEntry();
    entry.enter(order);
    for (let id = 1; id <= 20_000; id++) entry.replace(id, { ...replacement, quantity: id + 1 });
    expect(entry.order(20_001)).toMatchObject({ replaces: 20_000, leavesQuantity: 20_001 });
  });
});

const data = outsideData("ouch/pcap");
describe.skipIf(!data)("captured packets of OUCH 5.0 (skipped where the outside vectors are missing)", () => {
  test("decode, and encode to the same bytes", () => {
    const seen: string[] = [];
    for (const name of readdirSync(data!).sort()) {
      const packets = new SoupBinPacketReader((type, bytes, offset, length) => {
        const payload = new Uint8Array(bytes.subarray(offset, offset + length));
        const letter = String.fromCharCode(type);
        if (letter === "U") {
          const message = ouch50.decodeInbound(payload);
          expect(ouch50.encodeInbound(message)).toEqual(payload);
          seen.push(`in ${message.type}`);
        } else if (letter === "S") {
          const message = ouch50.decodeOutbound(payload);
          expect(ouch50.encodeOutbound(message)).toEqual(payload);
          seen.push(`out ${message.type}`);
          if (message.type === "A") {
            expect(message).toMatchObject({ symbol: "ADBE", side: "B", price4: 4_777_800 });
            expect(message.appendages).toEqual([
              { tag: OuchTag.firm, value: "MLRO" },
              { tag: OuchTag.bboWeightIndicator, value: "0" },
            ]);
          }
        } else seen.push(letter);
      });
      const reader = new CaptureReader(({ linkType, bytes }) =>
        packets.push(datagramOf(linkType, bytes)!.payload),
      );
      reader.push(readFileSync(join(data!, name)));
    }
    expect(seen).toEqual(["in X", "out C", "R", "in O", "out A", "H"]);
  });
});
