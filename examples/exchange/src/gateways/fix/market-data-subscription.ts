import { type FixEncoder, formatTimestamp } from "@exchange-kit/fix";
import type { PublicLevel } from "../../market-data/public/book-side.ts";
import type { PublicInstrument, PublicTrade } from "../../market-data/public/public-market.ts";
import { stamp } from "./execution-reports.ts";
import type { MarketDataRequest } from "./market-data-request.ts";
import type { FixVersion } from "./versions.ts";

/** Trades that wait for a slow client; older ones are left out. */
const TRADES_KEPT = 1_000;

const BID = "0";
const OFFER = "1";
const TRADE = "2";
const NEW = "0";
const CHANGE = "1";
const DELETE = "2";

interface Entry {
  readonly action: string;
  readonly type: string;
  readonly id: string;
  readonly price: number;
  readonly level: PublicLevel | undefined;
  readonly trade: PublicTrade | undefined;
}

/** What a client has been told of one instrument, and what it has yet to be told. */
export class MarketDataSubscription {
  readonly request: MarketDataRequest;
  readonly instrument: number;
  /** Something changed since the last message. */
  isDirty = false;
  /** When the last message was sent, in milliseconds. */
  sentAt = 0;
  readonly #market: PublicInstrument;
  /** What the client has of each side: lots and orders by price. */
  readonly #bids = new Map<number, PublicLevel>();
  readonly #offers = new Map<number, PublicLevel>();
  #trades: PublicTrade[] = [];

  constructor(request: MarketDataRequest, instrument: number, market: PublicInstrument) {
    this.request = request;
    this.instrument = instrument;
    this.#market = market;
  }

  traded(trade: PublicTrade): void {
    if (!this.request.hasTrades) return;
    if (this.#trades.length === TRADES_KEPT) this.#trades.shift();
    this.#trades.push(trade);
    this.isDirty = true;
  }

  bookChanged(): void {
    if (this.request.hasBids || this.request.hasOffers) this.isDirty = true;
  }

  /** MarketDataSnapshotFullRefresh: every level, and the last trade. */
  writeSnapshot(encoder: FixEncoder, version: FixVersion, timeMicros: number): void {
    const { symbol, rules, buys, sells, trades } = this.#market;
    const { requestId, depth, hasBids, hasOffers, hasTrades } = this.request;
    const bids = hasBids ? buys.depth(depth) : [];
    const offers = hasOffers ? sells.depth(depth) : [];
    const last = hasTrades ? trades.list().at(-1) : undefined;
    remember(this.#bids, bids);
    remember(this.#offers, offers);
    this.#trades = [];
    this.isDirty = false;
    encoder.string(262, requestId).string(55, symbol);
    // LastUpdateTime, required there.
    if (version.isFix50) encoder.string(779, stamp(timeMicros));
    encoder.int(268, bids.length + offers.length + (last ? 1 : 0));
    const position = version.isFix50 ? 1023 : 290;
    for (const [type, levels] of [
      [BID, bids],
      [OFFER, offers],
    ] as const) {
      for (const [index, level] of levels.entries()) {
        encoder.string(269, type).decimal(270, level.price, rules.priceDecimals);
        encoder
          .int(271, level.quantity)
          .int(346, level.orders)
          .int(position, index + 1);
      }
    }
    if (last) {
      encoder.string(269, TRADE).decimal(270, last.price, rules.priceDecimals);
      writeTradeSize(encoder, last);
    }
  }

  /** What a MarketDataIncrementalRefresh is to say; what it says counts as told. */
  takeChanges(): Entry[] {
    const { buys, sells } = this.#market;
    const { depth, hasBids, hasOffers } = this.request;
    const entries: Entry[] = [];
    if (hasBids) compare(this.#bids, buys.depth(depth), BID, entries);
    if (hasOffers) compare(this.#offers, sells.depth(depth), OFFER, entries);
    for (const trade of this.#trades) {
      const { price, tradeId } = trade;
      entries.push({ action: NEW, type: TRADE, id: `T${tradeId}`, price, level: undefined, trade });
    }
    this.#trades = [];
    this.isDirty = false;
    return entries;
  }

  writeChanges(encoder: FixEncoder, entries: readonly Entry[]): void {
    const { symbol, rules } = this.#market;
    encoder.string(262, this.request.requestId).int(268, entries.length);
    for (const { action, type, id, price, level, trade } of entries) {
      encoder.string(279, action).string(269, type).string(278, id).string(55, symbol);
      encoder.decimal(270, price, rules.priceDecimals);
      if (level) encoder.int(271, level.quantity).int(346, level.orders);
      if (trade) writeTradeSize(encoder, trade);
    }
  }
}

function writeTradeSize(encoder: FixEncoder, { quantity, timeMicros }: PublicTrade): void {
  const [date = "", time = ""] = formatTimestamp(Math.floor(timeMicros / 1000)).split("-");
  encoder.int(271, quantity).string(272, date).string(273, time);
}

function remember(told: Map<number, PublicLevel>, levels: readonly PublicLevel[]): void {
  told.clear();
  for (const level of levels) told.set(level.price, { ...level });
}

/** The way from what was told to what is; deletions first, so that a client never has too many levels. */
function compare(
  told: Map<number, PublicLevel>,
  levels: readonly PublicLevel[],
  type: string,
  entries: Entry[],
): void {
  const present = new Map(levels.map((level) => [level.price, level] as const));
  const entry = (action: string, price: number, level: PublicLevel | undefined): Entry => {
    return { action, type, id: `${type === BID ? "B" : "S"}${price}`, price, level, trade: undefined };
  };
  for (const price of told.keys()) if (!present.has(price)) entries.push(entry(DELETE, price, undefined));
  for (const level of levels) {
    const { price, quantity, orders } = level;
    const before = told.get(price);
    if (before === undefined) entries.push(entry(NEW, price, level));
    else if (before.quantity !== quantity || before.orders !== orders) {
      entries.push(entry(CHANGE, price, level));
    }
  }
  remember(told, levels);
}
