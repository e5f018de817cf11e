import type { InstrumentOptions } from "./instrument-options.ts";
import { MAX_VALUE } from "./order-rules.ts";
import { tickDown, tickUp } from "./tick-size.ts";

/** At which price an auction would trade, and how much. */
export interface ClearingResult {
  /**
   * The auction's price in ticks: NOII's near price. It is the current reference price too, at which paired and imbalance
   * shares are counted: nobody trades beside the auction, as in a halt cross (Nasdaq Equity 4, Rule 4753(a)), where the
   * three are one.
   */
  readonly price: number;
  /** Lots that would trade. */
  readonly volume: number;
  /** Lots willing to trade at the price that find no counterpart: positive to buy, negative to sell. */
  readonly imbalance: number;
}

/**
 * What an auction would do now: the fields of Nasdaq's Net Order Imbalance Indicator.
 *
 * @see Nasdaq Equity 4, Rules 4752(a)(2), 4753(a) and 4754(a)(7)
 */
export interface AuctionResult extends ClearingResult {
  /**
   * The price at which the orders that are for this auction only would trade among themselves: market orders and those
   * with `opg`, `cls` or `auction`. `undefined` when they would not.
   */
  readonly farPrice: number | undefined;
}

/** Whether two results say the same. */
export function isSameResult(a: AuctionResult | undefined, b: AuctionResult | undefined): boolean {
  return (
    a?.price === b?.price &&
    a?.volume === b?.volume &&
    a?.imbalance === b?.imbalance &&
    a?.farPrice === b?.farPrice
  );
}

/** Open interest of one side at one limit. */
export interface Interest {
  /** In ticks. */
  readonly price: number;
  /** In lots. */
  readonly quantity: number;
}

/**
 * Finds the price of an auction from the limits of both sides: the one with the largest volume; of those the one with
 * the smallest imbalance; of those the highest when all have more to buy, the lowest when all have more to sell;
 * otherwise the reference price, or the nearest of them when it is outside. Without any limit it is the reference.
 *
 * Prices are compared at the limits, as at Xetra, so no auction is priced beyond all limits; at Euronext one is, at the
 * reference price, when a side has only market orders. Between two limits the price is the one closest to the last, as in
 * Nasdaq's halt cross; Xetra takes the closest limit.
 *
 * @param bids - limits to buy, best first
 * @param asks - limits to sell, best first
 * @param marketBuy - lots to buy at any price
 * @param marketSell - lots to sell at any price
 * @param reference - a valid price
 * @returns `undefined` when nothing can trade, or no price can be told
 * @see Nasdaq Equity 4, Rule 4753(b)(2); the principle of most executable volume in the market model of Deutsche Börse's
 * T7 for equities
 */
export function auctionPrice(
  bids: readonly Interest[],
  asks: readonly Interest[],
  marketBuy: number,
  marketSell: number,
  reference: number | undefined,
): ClearingResult | undefined {
  const total = (rows: readonly Interest[]): number => rows.reduce((sum, row) => sum + row.quantity, 0);
  if (bids.length + asks.length === 0) {
    const volume = Math.min(marketBuy, marketSell);
    return volume > 0 && reference !== undefined
      ? { price: reference, volume, imbalance: marketBuy - marketSell }
      : undefined;
  }
  // From the lowest price up: supply grows by the asks reached, demand falls by the bids passed.
  let demand = marketBuy + total(bids);
  let supply = marketSell;
  let bid = bids.length - 1;
  let ask = 0;
  // The lowest and the highest of the best prices so far, and whether at all of them more is left of one side.
  let lowest: ClearingResult | undefined;
  let highest: ClearingResult | undefined;
  let [isMoreToBuy, isMoreToSell] = [true, true];
  while (bid >= 0 || ask < asks.length) {
    const price = Math.min(bids[bid]?.price ?? Number.MAX_VALUE, asks[ask]?.price ?? Number.MAX_VALUE);
    for (; ask < asks.length && asks[ask]!.price === price; ask++) supply += asks[ask]!.quantity;
    const volume = Math.min(demand, supply);
    const imbalance = demand - supply;
    const order = lowest ? volume - lowest.volume || Math.abs(lowest.imbalance) - Math.abs(imbalance) : 1;
    if (order > 0) {
      lowest = { price, volume, imbalance };
      [isMoreToBuy, isMoreToSell] = [true, true];
    }
    if (order >= 0) {
      highest = { price, volume, imbalance };
      isMoreToBuy &&= imbalance > 0;
      isMoreToSell &&= imbalance < 0;
    }
    for (; bid >= 0 && bids[bid]!.price === price; bid--) demand -= bids[bid]!.quantity;
  }
  if (!lowest || !highest || lowest.volume === 0) return undefined;
  if (isMoreToBuy) return highest;
  if (isMoreToSell) return lowest;
  if (reference === undefined || reference <= lowest.price) return lowest;
  if (reference >= highest.price) return highest;
  const at = (rows: readonly Interest[], takes: (price: number) => boolean): number =>
    total(rows.filter((row) => takes(row.price)));
  const buys = marketBuy + at(bids, (price) => price >= reference);
  const sells = marketSell + at(asks, (price) => price <= reference);
  return { price: reference, volume: Math.min(buys, sells), imbalance: buys - sells };
}

/** The reference price of an auction after this last price: the valid price nearest to it, the lower of two. */
export function referencePrice(last: number | undefined, rules: InstrumentOptions): number | undefined {
  if (last === undefined) return undefined;
  const [down, up] = [tickDown(last, rules), tickUp(last, rules)];
  if (up > MAX_VALUE) return down;
  return down < -MAX_VALUE || up - last < last - down ? up : down;
}
