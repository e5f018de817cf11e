import { expect, test } from "vitest";
import type { PublicTrade } from "../../src/market-data/public/public-market.ts";
import { RecentTrades } from "../../src/market-data/public/recent-trades.ts";

type Numbers = readonly [first: number, last: number];

function trades([first, last]: Numbers): PublicTrade[] {
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const tradeId = first + index;
    return { instrument: 0, tradeId, price: 10_000, quantity: 1, takerSide: "buy", timeMicros: tradeId };
  });
}

test.each<[string, Numbers, Numbers, Numbers]>([
  ["none that recovery told, after a clean stop", [1, 0], [1, 350], [151, 350]],
  ["some that recovery told, which are on disk too", [301, 350], [151, 350], [151, 350]],
  ["those that recovery told and that a full disk did not take", [301, 350], [101, 300], [151, 350]],
  ["none on disk", [1, 5], [1, 0], [1, 5]],
  ["more told than are kept", [1, 500], [301, 500], [301, 500]],
])("earlier trades go in front, each once: %s", (_, told, onDisk, expected) => {
  const recent = new RecentTrades();
  for (const trade of trades(told)) recent.add(trade);
  recent.addEarlier(trades(onDisk));
  expect(recent.list()).toEqual(trades(expected));
  const [next] = trades([501, 501]);
  recent.add(next!);
  expect(recent.list()).toEqual([...trades(expected), next!].slice(-200));
});
