import { NaiveOrderBook } from "@exchange-kit/orderbook";
import { beforeEach, describe, expect, test } from "vitest";
import { added, cancelled, type Event, recorder, reduced, rejected, traded } from "./support/recorder.ts";

let events: Event[];
let book: NaiveOrderBook;

beforeEach(() => {
  events = [];
  book = new NaiveOrderBook(recorder(events));
});

describe("limit orders", () => {
  test("an order that meets nothing rests", () => {
    expect(book.limit(1, "buy", 999, 100)).toBe(100);
    expect(events).toEqual([added(1, "buy", 999, 100)]);
    expect(book.best("buy")).toBe(999);
    expect(book.best("sell")).toBeUndefined();
    expect(book.size).toBe(1);
  });

  test("an incoming buy takes the best ask first, at the ask's price", () => {
    book.limit(1, "sell", 1001, 100);
    book.limit(2, "sell", 1000, 100);
    book.limit(3, "buy", 1001, 150);
    expect(events).toEqual([
      added(1, "sell", 1001, 100),
      added(2, "sell", 1000, 100),
      traded(2, 3, "buy", 1000, 100, 0),
      traded(1, 3, "buy", 1001, 50, 50),
    ]);
  });

  test("an incoming sell takes the best bid first, at the bid's price", () => {
    book.limit(1, "buy", 999, 100);
    book.limit(2, "buy", 1000, 100);
    book.limit(3, "sell", 999, 150);
    expect(events.slice(2)).toEqual([traded(2, 3, "sell", 1000, 100, 0), traded(1, 3, "sell", 999, 50, 50)]);
  });

  test("at one price the order that came first trades first", () => {
    book.limit(1, "sell", 1000, 10);
    book.limit(2, "sell", 1000, 10);
    book.limit(3, "buy", 1000, 15);
    expect(events.slice(2)).toEqual([traded(1, 3, "buy", 1000, 10, 0), traded(2, 3, "buy", 1000, 5, 5)]);
  });

  test("what is left after trading rests at the limit", () => {
    book.limit(1, "sell", 1000, 10);
    expect(book.limit(2, "buy", 1002, 25)).toBe(15);
    expect(events.slice(1)).toEqual([traded(1, 2, "buy", 1000, 10, 0), added(2, "buy", 1002, 15)]);
  });

  test("prices that do not meet do not trade", () => {
    book.limit(1, "sell", 1001, 10);
    book.limit(2, "buy", 1000, 10);
    expect(events).toEqual([added(1, "sell", 1001, 10), added(2, "buy", 1000, 10)]);
  });

  test("zero and negative prices are prices", () => {
    book.limit(1, "sell", -5, 10);
    book.limit(2, "buy", 0, 10);
    expect(events).toEqual([added(1, "sell", -5, 10), traded(1, 2, "buy", -5, 10, 0)]);
  });
});

describe("market orders", () => {
  test("trade at any price, and the rest is cancelled", () => {
    book.limit(1, "sell", 1000, 10);
    book.limit(2, "sell", 2000, 10);
    expect(book.market(3, "buy", 25)).toBe(5);
    expect(events.slice(2)).toEqual([
      traded(1, 3, "buy", 1000, 10, 0),
      traded(2, 3, "buy", 2000, 10, 0),
      cancelled(3, 5),
    ]);
    expect(book.size).toBe(0);
  });

  test("a market sell hits bids down to any price", () => {
    book.limit(1, "buy", -7, 10);
    expect(book.market(2, "sell", 10)).toBe(0);
    expect(events.at(-1)).toEqual(traded(1, 2, "sell", -7, 10, 0));
  });
});

describe("cancel, reduce, replace", () => {
  test("a cancelled order is gone, and a second cancel changes nothing", () => {
    book.limit(1, "buy", 999, 100);
    expect(book.cancel(1)).toBe(100);
    expect(book.cancel(1)).toBe(0);
    expect(events.slice(1)).toEqual([cancelled(1, 100), rejected(1, "unknown-order-id")]);
    expect(book.best("buy")).toBeUndefined();
  });

  test("a late cancel of a filled order touches no other", () => {
    book.limit(1, "buy", 999, 10);
    book.limit(2, "buy", 999, 10);
    book.market(3, "sell", 10);
    expect(book.cancel(1)).toBe(0);
    expect(book.orders("buy").map((order) => order.orderId)).toEqual([2]);
  });

  test("a reduced order keeps its place", () => {
    book.limit(1, "sell", 1000, 10);
    book.limit(2, "sell", 1000, 10);
    expect(book.reduce(1, 4)).toBe(6);
    book.market(3, "buy", 6);
    expect(events.slice(2)).toEqual([reduced(1, 6), traded(1, 3, "buy", 1000, 6, 0)]);
  });

  test("reducing by all of it, or more, cancels", () => {
    book.limit(1, "sell", 1000, 10);
    expect(book.reduce(1, 11)).toBe(0);
    expect(events.slice(1)).toEqual([cancelled(1, 10)]);
  });

  test("a replaced order loses its place", () => {
    book.limit(1, "sell", 1000, 10);
    book.limit(2, "sell", 1000, 10);
    expect(book.replace(1, 1000, 10)).toBe(10);
    book.market(3, "buy", 10);
    expect(events.slice(2)).toEqual([
      cancelled(1, 10),
      added(1, "sell", 1000, 10),
      traded(2, 3, "buy", 1000, 10, 0),
    ]);
  });

  test("a replaced order trades when its new price crosses", () => {
    book.limit(1, "sell", 1000, 10);
    book.limit(2, "buy", 990, 15);
    book.replace(2, 1000, 15);
    expect(events.slice(2)).toEqual([
      cancelled(2, 15),
      traded(1, 2, "buy", 1000, 10, 0),
      added(2, "buy", 1000, 5),
    ]);
  });
});

describe("refused commands change nothing", () => {
  const bad = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53];

  beforeEach(() => {
    book.limit(1, "buy", 999, 100);
    events.length = 0;
  });

  test.each(bad)("order id %d", (orderId) => {
    book.limit(orderId, "buy", 999, 1);
    book.market(orderId, "buy", 1);
    expect(events).toEqual([rejected(orderId, "invalid-order-id"), rejected(orderId, "invalid-order-id")]);
  });

  test.each(bad)("quantity %d", (quantity) => {
    book.limit(2, "sell", 999, quantity);
    book.market(2, "sell", quantity);
    book.replace(1, 999, quantity);
    book.reduce(1, quantity);
    expect(events.map(([, , reason]) => reason)).toEqual(new Array(4).fill("invalid-quantity"));
    expect(book.orders("buy")).toEqual([{ orderId: 1, side: "buy", price: 999, leavesQuantity: 100 }]);
  });

  test.each([1.5, Number.NaN, Number.NEGATIVE_INFINITY, -(2 ** 53)])("price %d", (price) => {
    book.limit(2, "sell", price, 1);
    book.replace(1, price, 1);
    expect(events).toEqual([rejected(2, "invalid-price"), rejected(1, "invalid-price")]);
    expect(book.order(1)?.leavesQuantity).toBe(100);
  });

  test("an id that is resting, or is not", () => {
    book.limit(1, "sell", 1005, 1);
    book.cancel(7);
    book.replace(7, 1, 1);
    book.reduce(7, 1);
    expect(events).toEqual([
      rejected(1, "duplicate-order-id"),
      rejected(7, "unknown-order-id"),
      rejected(7, "unknown-order-id"),
      rejected(7, "unknown-order-id"),
    ]);
  });
});

describe("reading the book", () => {
  test("depth adds up each price, best first", () => {
    book.limit(1, "sell", 1001, 10);
    book.limit(2, "sell", 1000, 20);
    book.limit(3, "sell", 1001, 5);
    book.limit(4, "sell", 1002, 1);
    expect(book.depth("sell", 2)).toEqual([
      { price: 1000, quantity: 20, orders: 1 },
      { price: 1001, quantity: 15, orders: 2 },
    ]);
    expect(book.depth("buy", 2)).toEqual([]);
    expect(book.depth("sell", 0)).toEqual([]);
  });

  test("what it returns is the caller's own", () => {
    book.limit(1, "sell", 1001, 10);
    const [order] = book.orders("sell");
    Object.assign(order!, { leavesQuantity: 0 });
    expect(book.order(1)?.leavesQuantity).toBe(10);
    expect(book.order(2)).toBeUndefined();
  });
});
