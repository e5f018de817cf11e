import { beforeEach, describe, expect, test } from "vitest";
import { Engine, type OrderReport, type Trade } from "../src/engine.ts";
import { instruments } from "../src/instruments.ts";
import { Participants } from "../src/participants.ts";

let trades: Trade[];
let changed: string[];
let engine: Engine;

beforeEach(() => {
  trades = [];
  changed = [];
  engine = new Engine(instruments, {
    traded: (trade) => void trades.push(trade),
    bookChanged: (symbol) => void changed.push(symbol),
  });
});

const order = { symbol: "ACME", side: "buy", price: 100, quantity: 10, owner: "client" } as const;

test("an order that rests is new; one that takes it is filled at its price", () => {
  expect(engine.submit(order, 1)).toEqual({
    orderId: 1,
    status: "new",
    cumulativeQuantity: 0,
    leavesQuantity: 10,
    fills: [],
  });
  expect(engine.submit({ ...order, side: "sell", price: 99, quantity: 4 }, 2)).toEqual({
    orderId: 2,
    status: "filled",
    cumulativeQuantity: 4,
    leavesQuantity: 0,
    fills: [{ price: 100, quantity: 4 }],
  });
  expect(trades).toEqual([
    { symbol: "ACME", tradeId: 1, takerSide: "sell", price: 100, quantity: 4, timeMillis: 2 },
  ]);
  expect(engine.depth("ACME", "buy", 5)).toEqual([{ price: 100, quantity: 6, orders: 1 }]);
  expect(new Set(changed)).toEqual(new Set(["ACME"]));
});

test("an order that trades and rests is partially filled", () => {
  engine.submit({ ...order, side: "sell" }, 1);
  expect(engine.submit({ ...order, quantity: 25 }, 2)).toMatchObject({
    status: "partially-filled",
    cumulativeQuantity: 10,
    leavesQuantity: 15,
  });
});

test("what a market order cannot trade is cancelled", () => {
  engine.submit({ ...order, side: "sell" }, 1);
  const { price: _, ...market } = { ...order, quantity: 25 };
  expect(engine.submit(market, 2)).toMatchObject({
    status: "cancelled",
    cumulativeQuantity: 10,
    leavesQuantity: 0,
  });
  expect(engine.isOpen(2)).toBe(false);
});

describe("cancel", () => {
  test("takes the order out of the book, once", () => {
    engine.submit(order, 1);
    expect(engine.cancel(1, "client")).toBe(10);
    expect(engine.cancel(1, "client")).toBe("unknown-order");
    expect(engine.depth("ACME", "buy", 5)).toEqual([]);
  });

  test("of another owner's order is refused", () => {
    engine.submit({ ...order, owner: "simulation" }, 1);
    expect(engine.cancel(1, "client")).toBe("unknown-order");
    expect(engine.isOpen(1)).toBe(true);
  });

  test("of a filled order is refused", () => {
    engine.submit(order, 1);
    engine.submit({ ...order, side: "sell" }, 2);
    expect(engine.cancel(1, "client")).toBe("unknown-order");
  });
});

test("unknown symbols are refused, and read as empty books", () => {
  expect(engine.submit({ ...order, symbol: "NOPE" }, 1)).toBe("unknown-symbol");
  expect(engine.depth("NOPE", "buy", 5)).toEqual([]);
});

test("a book takes no more orders than it may hold", () => {
  let last: OrderReport | string = "";
  for (let count = 0; count <= 10_000; count++) last = engine.submit(order, 1);
  expect(last).toBe("book-full");
  expect(engine.cancel(1, "client")).toBe(10);
  expect(engine.submit(order, 1)).toMatchObject({ status: "new" });
});

test("instruments do not trade with each other", () => {
  engine.submit(order, 1);
  engine.submit({ ...order, symbol: "BOLT", side: "sell" }, 2);
  expect(trades).toEqual([]);
});

describe("simulated participants", () => {
  function trade(seed: number, steps: number): Trade[] {
    const seen: Trade[] = [];
    const venue = new Engine(instruments, { traded: (one) => void seen.push(one), bookChanged() {} });
    const participants = new Participants(venue, instruments, seed);
    participants.open(0);
    for (let step = 1; step <= steps; step++) participants.step(step);
    for (const { symbol } of instruments) {
      expect(venue.depth(symbol, "buy", 5)).toHaveLength(5);
      expect(venue.depth(symbol, "sell", 5)).toHaveLength(5);
    }
    return seen;
  }

  test("trade in every instrument and leave books with depth", () => {
    expect(new Set(trade(1, 200).map(({ symbol }) => symbol)).size).toBe(instruments.length);
  });

  test("do the same again from the same seed, and otherwise from another", () => {
    expect(trade(7, 100)).toEqual(trade(7, 100));
    expect(trade(7, 100)).not.toEqual(trade(8, 100));
  });
});
