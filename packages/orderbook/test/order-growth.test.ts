// A store of orders that grows several times, some of its places given back meanwhile, keeps every order findable.
import { MatchingEngine } from "@exchange-kit/orderbook";
import { EngineEmitter } from "@exchange-kit/orderbook/events";
import { describe, expect, test } from "vitest";
import { Desk } from "./support/desk.ts";

const ORDERS = 6_000;

// Ids below 2^31, across it and beyond 2^32: each kind is stored in a way of its own.
test.each([1, 2 ** 31 - ORDERS / 2, 2 ** 40])("orders from id %d on outlive growth", (first) => {
  const { engine } = new Desk(MatchingEngine);
  for (let index = 0; index < ORDERS; index++) {
    engine.limit(0, first + index, "buy", 100 + (index % 50), 1 + (index % 9));
    if (index % 3 === 2) engine.cancel(first + index - 1);
  }
  for (let index = 0; index < ORDERS; index++) {
    expect(engine.cancel(first + index)).toBe(index % 3 === 1 ? 0 : 1 + (index % 9));
  }
  expect(engine.size).toBe(0);
});

describe("more orders at one price than a call can have arguments", () => {
  const orders = 130_000;
  const engine = new MatchingEngine([{}], new EngineEmitter().listener);

  test("a snapshot has them, a new phase keeps them, and all are cancelled", () => {
    for (let id = 1; id <= orders; id++) engine.limit(0, id, "buy", 100, 1);
    const restored = new MatchingEngine([{}], new EngineEmitter().listener);
    restored.restore(engine.snapshot());
    expect(restored.size).toBe(orders);
    engine.setPhase(0, "halted");
    engine.setPhase(0, "continuous");
    expect(engine.orders(0, "buy")).toHaveLength(orders);
    expect(engine.cancelAll()).toBe(orders);
  });

  test("one trade triggers all of them", () => {
    for (let orderId = 1; orderId <= orders; orderId++) {
      engine.enter({ instrument: 0, orderId, side: "buy", type: "stop", triggerPrice: 100, quantity: 1 });
    }
    engine.limit(0, orders + 1, "sell", 100, 1);
    engine.market(0, orders + 2, "buy", 1);
    expect(engine.size).toBe(0);
  });

  test("an order that wants all or none of them is tried in a time that grows as they do", () => {
    for (let id = 1; id <= orders; id++) engine.limit(0, id, "sell", 100, 1);
    const order = { instrument: 0, side: "buy", price: 100, timeInForce: "fok" } as const;
    // Each try took a step for each pair of orders.
    engine.enter({ ...order, orderId: orders + 1, quantity: orders + 1 });
    expect(engine.size).toBe(orders);
    engine.enter({ ...order, orderId: orders + 1, quantity: orders });
    expect(engine.size).toBe(0);
  });
});
