import { type Ouch42NewOrder, Ouch42OrderEntry, type Ouch42Outbound, ouch42 } from "@exchange-kit/itch";
import { describe, expect, test } from "vitest";

const order: Ouch42NewOrder = {
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
  customerType: "N",
};
const replacement = {
  shares: 150,
  price4: 101_600,
  timeInForce: 99_999,
  display: "Y",
  intermarketSweepEligibility: "N",
  minimumQuantity: 0,
};
const time = { timestampNanos: 1 };

function accepted(orderToken: string, shares: number, orderState = "L"): Ouch42Outbound {
  return {
    type: "A",
    ...time,
    ...order,
    orderToken,
    shares,
    orderReferenceNumber: 900n,
    orderState,
    bboWeightIndicator: " ",
  };
}

function replaced(previousOrderToken: string, replacementOrderToken: string, shares: number): Ouch42Outbound {
  return {
    type: "U",
    ...time,
    ...order,
    previousOrderToken,
    replacementOrderToken,
    shares,
    price4: 101_600,
    orderReferenceNumber: 901n,
    orderState: "L",
    bboWeightIndicator: " ",
  };
}

function executed(orderToken: string, executedShares: number, matchNumber: bigint): Ouch42Outbound {
  return {
    type: "E",
    ...time,
    orderToken,
    executedShares,
    executionPrice4: 101_500,
    liquidityFlag: "A",
    matchNumber,
  };
}

function cancelled(orderToken: string, decrementShares: number): Ouch42Outbound {
  return { type: "C", ...time, orderToken, decrementShares, cancelOrderReason: "U" };
}

describe("the orders of an OUCH 4.2 client", () => {
  test("are entered, traded, replaced and cancelled under tokens of their own", () => {
    const entry = new Ouch42OrderEntry({ tokenPrefix: "MM" });
    expect(entry.enter(order)).toEqual({ type: "O", orderToken: "MM1", ...order });
    expect(entry.order("MM1")).toMatchObject({
      state: "sent",
      leavesQuantity: 100,
      side: "B",
      symbol: "ACME",
    });
    expect(entry.apply(accepted("MM1", 100))).toMatchObject({ state: "live", orderReferenceNumber: 900n });
    entry.apply(executed("MM1", 40, 5n));
    expect(entry.replace("MM1", replacement)).toEqual({
      type: "U",
      existingOrderToken: "MM1",
      replacementOrderToken: "MM2",
      ...replacement,
    });
    expect(entry.order("MM2")).toMatchObject({ state: "sent", leavesQuantity: 110, replaces: "MM1" });
    expect(entry.openOrders()).toHaveLength(2);
    entry.apply(replaced("MM1", "MM2", 110));
    expect(entry.order("MM1")).toMatchObject({ state: "replaced", replacedBy: "MM2", executedQuantity: 40 });
    expect(entry.current("MM1")).toMatchObject({ orderToken: "MM2", state: "live", price4: 101_600 });
    expect(entry.cancel("MM2", 90)).toEqual({ type: "X", orderToken: "MM2", shares: 90 });
    entry.apply(cancelled("MM2", 60));
    expect(entry.order("MM2")).toMatchObject({ state: "live", leavesQuantity: 50, reason: "U" });
    expect(entry.apply(executed("MM2", 50, 6n))).toMatchObject({ state: "filled", executedQuantity: 50 });
    expect(entry.openOrders()).toEqual([]);
    for (const act of [
      () => entry.cancel("MM2"),
      () => entry.modify("MM2", "S", 1),
      () => entry.replace("MM9", replacement),
      () => entry.apply(executed("MM9", 1, 7n)),
      () => entry.apply(replaced("MM2", "MM1", 1)),
    ]) {
      expect(act).toThrow(expect.objectContaining({ code: "unknown-order" }));
    }
  });

  test("follow every other report", () => {
    const entry = new Ouch42OrderEntry();
    for (let index = 0; index < 3; index++) entry.enter(order);
    entry.apply({ type: "J", ...time, orderToken: "1", rejectedOrderReason: "H" });
    expect(entry.order("1")).toMatchObject({ state: "rejected", reason: "H", leavesQuantity: 0 });
    entry.apply(accepted("2", 100, "D"));
    expect(entry.order("2")).toMatchObject({ state: "cancelled", leavesQuantity: 0 });
    entry.apply(accepted("3", 100));
    entry.apply({ type: "P", ...time, orderToken: "3" });
    expect(entry.order("3")?.state).toBe("pending-cancel");
    entry.apply({ type: "I", ...time, orderToken: "3" });
    expect(entry.modify("3", "S", 90)).toEqual({
      type: "M",
      orderToken: "3",
      buySellIndicator: "S",
      shares: 90,
    });
    entry.apply({ type: "M", ...time, orderToken: "3", buySellIndicator: "S", shares: 90 });
    entry.apply({ type: "T", ...time, orderToken: "3", price4: 7, display: "Y", orderReferenceNumber: 77n });
    entry.apply({ type: "N", ...time, orderToken: "3" });
    const traded = {
      orderToken: "3",
      executedShares: 30,
      executionPrice4: 8,
      liquidityFlag: "A",
      matchNumber: 8n,
    };
    entry.apply({ type: "G", ...time, ...traded, referencePrice4: 8, referencePriceType: "I" });
    entry.apply({ type: "F", ...time, ...traded, reason: "E" });
    expect(entry.order("3")).toMatchObject({
      state: "live",
      side: "S",
      price4: 7,
      leavesQuantity: 60,
      executedQuantity: 30,
      orderReferenceNumber: 77n,
    });
    entry.apply({ type: "B", ...time, orderToken: "3", matchNumber: 8n, brokenTradeReason: "E" });
    expect(entry.order("3")).toMatchObject({ leavesQuantity: 60, executedQuantity: 0 });
    entry.apply({
      type: "D",
      ...time,
      orderToken: "3",
      decrementShares: 60,
      cancelOrderReason: "Q",
      quantityPreventedFromTrading: 60,
      executionPrice4: 1,
      liquidityFlag: "A",
    });
    expect(entry.order("3")).toMatchObject({ state: "cancelled", reason: "Q" });
    expect(entry.apply({ type: "S", ...time, eventCode: "E" })).toBeUndefined();
    expect([entry.order("9"), entry.current("9")]).toEqual([undefined, undefined]);
  });

  test("a replacement ends with the order it waits for, since the exchange will not answer", () => {
    const entry = new Ouch42OrderEntry();
    entry.enter(order);
    entry.apply(accepted("1", 100));
    entry.replace("1", replacement);
    entry.replace("1", replacement);
    entry.replace("2", replacement);
    entry.apply(executed("1", 100, 5n));
    expect(["1", "2", "3", "4"].map((token) => entry.order(token)?.state)).toEqual([
      "filled",
      "rejected",
      "rejected",
      "rejected",
    ]);
    expect(entry.openOrders()).toEqual([]);
  });

  test("the first replacement that is accepted ends the others", () => {
    const entry = new Ouch42OrderEntry();
    entry.enter(order);
    entry.apply(accepted("1", 100));
    entry.replace("1", replacement);
    entry.replace("1", replacement);
    entry.replace("2", replacement);
    entry.apply(replaced("1", "2", 150));
    expect(["1", "2", "3", "4"].map((token) => entry.order(token)?.state)).toEqual([
      "replaced",
      "live",
      "rejected",
      "sent",
    ]);
    expect(entry.apply(cancelled("2", 150))).toMatchObject({ state: "cancelled" });
    expect(entry.order("4")).toMatchObject({ state: "rejected", leavesQuantity: 0 });
  });

  test("tokens fit the wire", () => {
    const entry = new Ouch42OrderEntry({ tokenPrefix: "ABCDEFGHIJKLM", nextTokenNumber: 9 });
    const message = entry.enter(order);
    expect(message.orderToken).toBe("ABCDEFGHIJKLM9");
    expect(ouch42.decodeInbound(ouch42.encodeInbound(message))).toEqual(message);
    expect(() => entry.enter(order)).toThrow("longer than 14 characters");
    expect(entry.nextTokenNumber).toBe(10);
    for (const options of [
      { tokenPrefix: "A B" },
      { tokenPrefix: "A".repeat(14) },
      { nextTokenNumber: -1 },
    ]) {
      expect(() => new Ouch42OrderEntry(options)).toThrow(
        expect.objectContaining({ code: "invalid-option" }),
      );
    }
  });
});

test("what cannot be sent is not followed, and uses no token", () => {
  const entry = new Ouch42OrderEntry();
  for (const wrong of [{ stock: "TOO LONG A SYMBOL" }, { shares: -1 }, { price4: 2 ** 32 }]) {
    expect(() => entry.enter({ ...order, ...wrong })).toThrow(
      expect.objectContaining({ code: "invalid-field" }),
    );
  }
  entry.enter(order);
  expect(() => entry.replace("1", { ...replacement, shares: 0.5 })).toThrow("shares");
  expect([entry.nextTokenNumber, entry.openOrders().length]).toEqual([2, 1]);
});
