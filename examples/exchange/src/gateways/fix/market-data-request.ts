import type { FixView } from "@exchange-kit/fix";
import type { PublicMarket } from "../../market-data/public/public-market.ts";

/** Most levels of a side that a client gets: what `0`, the full book, means. */
const FULL_DEPTH = 1_000;

/** A MarketDataRequest that can be served. */
export interface MarketDataRequest {
  readonly requestId: string;
  readonly instruments: readonly number[];
  /** Levels of each side. */
  readonly depth: number;
  readonly hasBids: boolean;
  readonly hasOffers: boolean;
  readonly hasTrades: boolean;
  readonly isSubscription: boolean;
  /** Each update is a whole snapshot. */
  readonly isFullRefresh: boolean;
}

/** What is wrong with a MarketDataRequest. */
export interface MarketDataRefusal {
  /** MDReqRejReason(281); none when the standard has no code for it. */
  readonly code: string | undefined;
  readonly text: string;
}

/** Reads a request for a snapshot or a subscription. */
export function readMarketDataRequest(
  view: FixView,
  market: PublicMarket,
): MarketDataRequest | MarketDataRefusal {
  const kind = view.string(263);
  if (kind !== "0" && kind !== "1") {
    return { code: "4", text: "SubscriptionRequestType must be 0, 1 or 2" };
  }
  const depth = view.int(264);
  if (!(depth >= 0)) return { code: "5", text: "MarketDepth must be 0 or more" };
  const update = view.string(265);
  if (kind === "1" && update !== "0" && update !== "1") {
    return { code: "6", text: "MDUpdateType must be 0 or 1" };
  }
  if (view.boolean(266) === false) return { code: "7", text: "books are of price levels only" };
  const types = new Set<string>();
  const entryTypes = view.group(267);
  while (entryTypes.next()) types.add(entryTypes.string(269) ?? "");
  for (const type of types) {
    if (type !== "0" && type !== "1" && type !== "2") {
      return { code: "8", text: "MDEntryType must be 0 (bid), 1 (offer) or 2 (trade)" };
    }
  }
  const instruments: number[] = [];
  const symbols = view.group(146);
  while (symbols.next()) {
    const symbol = symbols.string(55) ?? "";
    const instrument = market.find(symbol);
    if (instrument < 0) return { code: "0", text: `there is no security ${symbol}` };
    if (!instruments.includes(instrument)) instruments.push(instrument);
  }
  if (types.size === 0) return { code: "8", text: "no MDEntryType" };
  if (instruments.length === 0) return { code: "0", text: "no Symbol" };
  return {
    requestId: view.string(262)!,
    instruments,
    depth: depth === 0 ? FULL_DEPTH : Math.min(depth, FULL_DEPTH),
    hasBids: types.has("0"),
    hasOffers: types.has("1"),
    hasTrades: types.has("2"),
    isSubscription: kind === "1",
    isFullRefresh: update !== "1",
  };
}
