// A store of orders that grows several times, some of its places given back meanwhile, keeps every order findable.
import { MatchingEngine } from "@exchange-kit/orderbook";
import { expect, test } from "vitest";
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
