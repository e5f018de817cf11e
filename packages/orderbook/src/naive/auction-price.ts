import type { ClearingResult, Interest } from "../auction-price.ts";

/** {@link auctionPrice} as its rule says: every limit is tried. */
export function naiveAuctionPrice(
  bids: readonly Interest[],
  asks: readonly Interest[],
  marketBuy: number,
  marketSell: number,
  reference: number | undefined,
): ClearingResult | undefined {
  const sum = (rows: readonly Interest[]): number => rows.reduce((total, row) => total + row.quantity, 0);
  const at = (price: number): ClearingResult => {
    const buys = marketBuy + sum(bids.filter((row) => row.price >= price));
    const sells = marketSell + sum(asks.filter((row) => row.price <= price));
    return { price, volume: Math.min(buys, sells), imbalance: buys - sells };
  };
  const limits = [...new Set([...bids, ...asks].map(({ price }) => price))].sort((a, b) => a - b);
  if (limits.length === 0) {
    const result = at(reference ?? 0);
    return reference === undefined || result.volume === 0 ? undefined : result;
  }
  const all = limits.map(at);
  const volume = Math.max(...all.map((result) => result.volume));
  if (volume === 0) return undefined;
  const largest = all.filter((result) => result.volume === volume);
  const surplus = Math.min(...largest.map(({ imbalance }) => Math.abs(imbalance)));
  const best = largest.filter(({ imbalance }) => Math.abs(imbalance) === surplus);
  const [lowest, highest] = [best[0]!, best.at(-1)!];
  if (best.every(({ imbalance }) => imbalance > 0)) return highest;
  if (best.every(({ imbalance }) => imbalance < 0)) return lowest;
  return at(Math.min(Math.max(reference ?? lowest.price, lowest.price), highest.price));
}
