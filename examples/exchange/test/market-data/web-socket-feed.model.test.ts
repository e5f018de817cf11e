import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { TRADES_KEPT } from "../../src/market-data/public/recent-trades.ts";
import { WebSocketFeed } from "../../src/market-data/web-socket/web-socket-feed.ts";
import { barJson, tradeJson } from "../../src/market-data/wire-format.ts";
import { commands } from "../venue/support/commands-arbitrary.ts";
import { instruments, opened, SmallMarket } from "./support/small-market.ts";
import { expectedOf, WebSocketClient } from "./support/web-socket-client.ts";

/** Everything that a client has is what the market has. */
function expectUpToDate(client: WebSocketClient, { market, bars }: SmallMarket): void {
  for (const instrument of instruments) {
    const { symbol, rules, trades, phase, haltReason, buys } = market.instruments[instrument]!;
    const { levels, orders } = expectedOf(market, instrument);
    expect(client.levels(symbol)).toEqual(levels);
    expect(client.orders(symbol)).toEqual(orders);
    expect(client.level1.get(symbol)).toMatchObject({ bid: client.levels(symbol).bids[0] ?? null });
    expect(buys.best() === undefined).toBe(client.levels(symbol).bids.length === 0);
    expect(client.trades.get(symbol)!.slice(-TRADES_KEPT)).toEqual(
      trades.list().map((trade) => tradeJson(rules, trade)),
    );
    expect(client.status.get(symbol)).toMatchObject({ phase, haltReason });
    expect([...client.bars.get(symbol)!.values()]).toEqual(
      bars
        .series(instrument, "1m")
        .between(0, Number.POSITIVE_INFINITY, 300)
        .map((bar) => barJson(rules, bar)),
    );
  }
}

const step = fc.oneof(
  { weight: 5, arbitrary: commands.map((list) => ({ kind: "trade" as const, list })) },
  { weight: 3, arbitrary: fc.constant({ kind: "tick" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "join" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "stick" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "read" as const }) },
);

test("snapshot and updates give every client the market, whenever it joins and however slow it is", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.constantFrom(0, 50, 100), (steps, throttle) => {
      const small = new SmallMarket();
      const feed = new WebSocketFeed(small.market, small.bars, { throttleMillis: throttle });
      small.apply(...opened);
      const clients: WebSocketClient[] = [];
      const join = (): void => {
        const client = new WebSocketClient(feed);
        client.subscribe("l1", "l2", "l3", "trades", "bars", "status");
        clients.push(client);
      };
      join();
      for (const next of steps) {
        if (next.kind === "trade") small.apply(...next.list);
        else if (next.kind === "tick") feed.tick();
        else if (next.kind === "join") join();
        // So much unread that conflated updates are left out, but not so much that it is cut off.
        else if (next.kind === "stick") {
          clients[0]!.socket.isStuck = true;
          clients[0]!.socket.bufferedAmount = 300 * 1024;
        } else clients[0]!.socket.readOn();
      }
      clients[0]!.socket.readOn();
      for (let tick = 0; tick < 2; tick++) feed.tick();
      for (const client of clients) expectUpToDate(client, small);
    }),
    { numRuns: runs(60) },
  );
});
