import type { AuctionResult } from "./auction-price.ts";
import type { LimitState } from "./engine-listener.ts";
import type { InstrumentOptions } from "./instrument-options.ts";

/** What an instrument keeps beside its ladders, where somebody uses it. */
export class RareBook {
  /** Slots of the pegged orders, those that wait too. */
  readonly pegs: Set<number> = new Set();
  /** Orders that want all or none, and orders in lists: how many are open. */
  wholes = 0;
  listed = 0;
  /** Best keys, and the reference of the price limits, for which the pegged orders are where they belong. */
  followed: readonly [number, number, number | undefined] = [Number.NaN, Number.NaN, undefined];
  /** Whether orders may wait whose parent has traded. */
  hasReleased = false;
  /** Slots of waiting trailing stops. */
  readonly trailing: Set<number> = new Set();
  /** No trailing trigger moves for a price between these. */
  trailedLow: number = Number.POSITIVE_INFINITY;
  trailedHigh: number = Number.NEGATIVE_INFINITY;
  /** Prices of the trades whose triggers were not looked for yet, where they turned round. */
  trades: number[] = [];
  /** Slots of the buy and the sell that bettered the market; 0 for none. */
  readonly top: [number, number] = [0, 0];
  /** When the volatility auction ends by itself. */
  auctionEnds: number | undefined = undefined;
  /** What was told last of this call's auction. */
  told: AuctionResult | undefined = undefined;
  /** Reference of the price limits, and since when. */
  reference: number | undefined;
  referenceSince = 0;
  /** Trades for the mean, by thirtieth of the window: [which, sum of the prices, trades]. */
  recent: [number, number, number][] = [];
  limitState: LimitState = "none";
  limitSince = 0;

  constructor({ referencePrice }: InstrumentOptions) {
    this.reference = referencePrice;
  }

  /** Keeps the prices at which the way of the trades turned, and the last. */
  noteTrade(price: number): void {
    const { trades } = this;
    const [before, last] = [trades.at(-2), trades.at(-1)];
    if (last === price) return;
    if (before !== undefined && last! > before === price > last!) trades[trades.length - 1] = price;
    else trades.push(price);
  }
}
