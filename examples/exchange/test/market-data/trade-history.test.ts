import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TradeHistory } from "../../src/market-data/history/trade-history.ts";
import type { PublicTrade } from "../../src/market-data/public/public-market.ts";

const DAY = 86_400_000_000;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trade-history-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function trade(tradeId: number, timeMicros: number, instrument = 0): PublicTrade {
  const takerSide = (["buy", "sell", "auction"] as const)[tradeId % 3]!;
  return { instrument, tradeId, price: 10_000 + tradeId, quantity: tradeId * 3, takerSide, timeMicros };
}

function keep(history: TradeHistory, trades: readonly PublicTrade[]): void {
  for (const one of trades) history.traded(one);
}

test("trades of several days are found by time, the latest of them", async () => {
  const history = new TradeHistory(folder);
  const trades = [trade(1, 5), trade(2, DAY - 1), trade(3, DAY), trade(4, 3 * DAY + 7)];
  keep(history, trades);
  expect(await history.find(0, { limit: 10 })).toEqual(trades);
  expect(readdirSync(folder).sort()).toEqual(["trades-1970-01-01", "trades-1970-01-02", "trades-1970-01-04"]);
  expect(await history.find(0, { from: DAY - 1, to: 3 * DAY + 7, limit: 10 })).toEqual(trades.slice(1, 3));
  expect(await history.find(0, { to: DAY + 1, limit: 2 })).toEqual(trades.slice(1, 3));
  expect(await history.find(1, { limit: 10 })).toEqual([]);
  history.close();
});

test("pages before a trade's number give each trade once, also of a command that made several at one time", async () => {
  const history = new TradeHistory(folder);
  // Seven fills a command, over four days, and another instrument's between them.
  const trades = Array.from({ length: 700 }, (_, index) =>
    trade(index + 1, Math.floor(index / 7) * (DAY / 25), index % 5 === 0 ? 1 : 0),
  );
  keep(history, trades);
  const pages: PublicTrade[][] = [];
  for (let before = 701; ; before = pages[0]![0]!.tradeId) {
    const page = await history.find(0, { before, limit: 10 });
    if (page.length === 0) break;
    pages.unshift(page);
  }
  expect(pages.flat()).toEqual(trades.filter(({ instrument }) => instrument === 0));
  history.close();
});

test("a page opens the days that it is of, those behind it once", async () => {
  const history = new TradeHistory(folder);
  const trades = Array.from({ length: 30 }, (_, day) => trade(day + 1, day * DAY));
  keep(history, trades);
  await history.find(0, { before: 3, limit: 1 });
  // Whoever opens one of these would fail.
  for (const name of readdirSync(folder).sort().slice(2)) {
    rmSync(join(folder, name));
    mkdirSync(join(folder, name));
  }
  expect(await history.find(0, { before: 3, limit: 10 })).toEqual(trades.slice(0, 2));
  history.close();
});

test("the latest trades of all instruments are read over several days, oldest first", async () => {
  const history = new TradeHistory(folder);
  const trades = Array.from({ length: 3_500 }, (_, index) =>
    trade(index + 1, index * (DAY / 1_000), index % 2),
  );
  for (const one of trades) history.traded(one);
  const latest = async (most: number): Promise<PublicTrade[]> => {
    const read: PublicTrade[] = [];
    for await (const some of history.latest(most)) read.push(...some);
    return read;
  };
  expect(await latest(Number.POSITIVE_INFINITY)).toEqual(trades);
  expect(await latest(2_600)).toEqual(trades.slice(-2_600));
  expect(await latest(0)).toEqual([]);
  history.close();
});

test("what recovery tells again is kept once, and a trade that was cut off is told again", async () => {
  const first = new TradeHistory(folder);
  keep(first, [trade(1, 5), trade(2, 6)]);
  first.close();
  // A file system may leave zeros where the last pages of a file were to be.
  appendFileSync(
    join(folder, "trades-1970-01-01"),
    Buffer.concat([Buffer.alloc(80), Buffer.from("cut off")]),
  );
  const second = new TradeHistory(folder);
  keep(second, [trade(1, 5), trade(2, 6), trade(3, 7)]);
  expect(await second.find(0, { limit: 10 })).toEqual([trade(1, 5), trade(2, 6), trade(3, 7)]);
  second.close();
});

test("a recovery of more trades than are gathered keeps every one", async () => {
  const history = new TradeHistory(folder);
  const trades = Array.from({ length: 2_500 }, (_, index) => trade(index + 1, index * 100));
  for (const one of trades) history.traded(one);
  history.beforeSnapshot();
  expect(await history.find(0, { limit: 5_000 })).toEqual(trades);
  history.close();
});

test("a disk that takes no trades is told of once, and trades wait for it", async () => {
  const notices: string[] = [];
  const place = join(folder, "gone");
  const history = new TradeHistory(place, (text) => notices.push(text));
  history.traded(trade(1, 5));
  rmSync(place, { recursive: true });
  history.beforeSnapshot();
  history.traded(trade(2, 6));
  history.beforeSnapshot();
  expect(notices).toEqual([expect.stringContaining("cannot be written")]);
  mkdirSync(place);
  history.beforeSnapshot();
  expect(notices.at(-1)).toContain("0 trades are missing");
  expect(await history.find(0, { to: 10, limit: 10 })).toEqual([trade(1, 5), trade(2, 6)]);
  history.close();
});

test("any query gives what a list of all trades gives, over any restarts", async () => {
  const steps = fc.array(fc.record({ wait: fc.nat(DAY / 2), instrument: fc.nat(2), restart: fc.boolean() }), {
    maxLength: 30,
  });
  const query = fc.record({
    instrument: fc.nat(2),
    from: fc.nat(10 * DAY),
    to: fc.nat(10 * DAY),
    before: fc.option(fc.nat(31), { nil: undefined }),
    limit: fc.integer({ min: 1, max: 10 }),
  });
  await fc.assert(
    fc.asyncProperty(steps, fc.array(query, { maxLength: 5 }), async (list, queries) => {
      const place = mkdtempSync(join(folder, "run-"));
      const all: PublicTrade[] = [];
      let history = new TradeHistory(place);
      let time = 0;
      for (const { wait, instrument, restart } of list) {
        time += wait;
        all.push(trade(all.length + 1, time, instrument));
        keep(history, [all.at(-1)!]);
        if (!restart) continue;
        history.close();
        history = new TradeHistory(place);
        keep(history, all);
      }
      for (const { instrument, ...query } of queries) {
        const { from, to, before = Number.POSITIVE_INFINITY, limit } = query;
        expect(await history.find(instrument, query)).toEqual(
          all
            .filter((one) => one.instrument === instrument && one.timeMicros >= from && one.timeMicros < to)
            .filter(({ tradeId }) => tradeId < before)
            .slice(-limit),
        );
      }
      history.close();
    }),
    { numRuns: runs(50) },
  );
});
