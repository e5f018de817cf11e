import { createReadStream } from "node:fs";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { time, wholeNumber } from "../../market-data/address-values.ts";
import { BARS_KEPT, type BarInterval, type Bars, barIntervalNames } from "../../market-data/bars/bars.ts";
import type { History } from "../../market-data/history/history.ts";
import type { TradeHistory } from "../../market-data/history/trade-history.ts";
import type { PublicInstrument, PublicMarket } from "../../market-data/public/public-market.ts";
import type { WebSocketFeed } from "../../market-data/web-socket/web-socket-feed.ts";
import { barJson, rowOf, timeText, tradeJson } from "../../market-data/wire-format.ts";
import { formatTickSize } from "../../prices.ts";
import { ApiError } from "./api-error.ts";
import { limit, readQuery } from "./query.ts";

export interface MarketDataParts {
  readonly market: PublicMarket;
  readonly bars: Bars;
  readonly feed: WebSocketFeed;
  /** Where nothing is recorded, there is none. */
  readonly history?: History | undefined;
  /** Every trade; without it, only the latest are known. */
  readonly tradeHistory?: TradeHistory | undefined;
}

/** The one WebSocket. */
export const MARKET_DATA_PATH = "/api/v1/market-data";

const BOOK_DEPTH = 10;

const barsQuery = z.strictObject({
  interval: z.enum(barIntervalNames as [BarInterval, ...BarInterval[]]).default("1m"),
  from: time.default(0),
  to: time.optional(),
  limit: limit(BARS_KEPT, 500),
});

const tradesQuery = z.strictObject({
  from: time.default(0),
  to: time.optional(),
  before: wholeNumber.optional(),
  limit: limit(1_000, 200),
});

/** What everyone may see: instruments, books, trades, bars, recorded days, and the WebSocket channels. */
export function addMarketDataRoutes(app: FastifyInstance, parts: MarketDataParts): void {
  const { market, bars, feed, history, tradeHistory } = parts;
  const find = (symbol: string): { index: number; instrument: PublicInstrument } => {
    const index = market.find(symbol);
    if (index < 0) {
      throw new ApiError("unknown-symbol", `there is no instrument ${symbol.slice(0, 40)}`, "symbol", 404);
    }
    return { index, instrument: market.instruments[index]! };
  };

  app.get("/api/v1/instruments", () =>
    market.instruments.map(({ symbol, rules, phase, haltReason }, index) => ({
      number: index + 1,
      symbol,
      name: rules.name,
      priceDecimals: rules.priceDecimals,
      tickSize: formatTickSize(rules),
      lotSize: rules.lotSize,
      phase,
      haltReason,
    })),
  );

  app.get<{ Params: { symbol: string } }>("/api/v1/book/:symbol", (request) => {
    const { symbol, rules, phase, buys, sells } = find(request.params.symbol).instrument;
    return {
      symbol,
      time: timeText(market.timeMicros),
      phase,
      bids: buys.depth(BOOK_DEPTH).map((level) => rowOf(rules, level)),
      asks: sells.depth(BOOK_DEPTH).map((level) => rowOf(rules, level)),
    };
  });

  app.get<{ Params: { symbol: string } }>("/api/v1/bars/:symbol", (request) => {
    const { index, instrument } = find(request.params.symbol);
    const { interval, from, to = Number.POSITIVE_INFINITY, limit } = readQuery(barsQuery, request.query);
    const chosen = bars.series(index, interval).between(from, to, limit);
    return {
      symbol: instrument.symbol,
      interval,
      bars: chosen.map((bar) => barJson(instrument.rules, bar)),
    };
  });

  app.get<{ Params: { symbol: string } }>("/api/v1/trades/:symbol", async (request) => {
    const { index, instrument } = find(request.params.symbol);
    const query = readQuery(tradesQuery, request.query);
    const trades = tradeHistory ? await tradeHistory.find(index, query) : instrument.trades.find(query);
    return { symbol: instrument.symbol, trades: trades.map((trade) => tradeJson(instrument.rules, trade)) };
  });

  app.get("/api/v1/history", () => history?.list() ?? []);

  app.get<{ Params: { name: string } }>("/api/v1/history/:name", (request, reply) => {
    const path = history?.path(request.params.name);
    if (path === undefined)
      throw new ApiError("not-found", "no such day was recorded; GET /api/v1/history lists them");
    return reply.type("application/octet-stream").send(createReadStream(path));
  });

  app.route({
    method: "GET",
    url: MARKET_DATA_PATH,
    handler: () => {
      throw new ApiError("not-found", "this is a WebSocket: connect with ws://");
    },
    wsHandler: (socket, request) => feed.join(socket, request.query),
  });
}
