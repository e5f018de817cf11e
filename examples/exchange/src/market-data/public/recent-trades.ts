import type { PublicTrade } from "./public-market.ts";

/** Trades kept for each instrument. */
export const TRADES_KEPT = 200;

/** Which trades of an instrument are asked for: the latest of those that every bound lets through. */
export interface TradeQuery {
  /** From this time on, in microseconds since 1970. */
  readonly from?: number | undefined;
  /** Before this time. */
  readonly to?: number | undefined;
  /** With a smaller number. Fills of one command have one time, which cannot tell them apart. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** The latest trades of an instrument. */
export class RecentTrades {
  #trades: PublicTrade[] = [];
  /** Where the oldest is, once the ring is full. */
  #oldest = 0;

  add(trade: PublicTrade): void {
    if (this.#trades.length < TRADES_KEPT) this.#trades.push(trade);
    else {
      this.#trades[this.#oldest] = trade;
      this.#oldest = (this.#oldest + 1) % TRADES_KEPT;
    }
  }

  /** @param earlier - oldest first; those that are known already may be among them */
  addEarlier(earlier: readonly PublicTrade[]): void {
    const known = this.list();
    const firstId = known[0]?.tradeId ?? Number.POSITIVE_INFINITY;
    const unknown = earlier.filter(({ tradeId }) => tradeId < firstId);
    this.#trades = [...unknown, ...known].slice(-TRADES_KEPT);
    this.#oldest = 0;
  }

  /** The latest `limit` trades that are asked for, oldest first. */
  find({
    from = 0,
    to = Number.POSITIVE_INFINITY,
    before = Number.POSITIVE_INFINITY,
    limit,
  }: TradeQuery): PublicTrade[] {
    return this.list()
      .filter(({ timeMicros, tradeId }) => timeMicros >= from && timeMicros < to && tradeId < before)
      .slice(-limit);
  }

  /** Oldest first. */
  list(): PublicTrade[] {
    return [...this.#trades.slice(this.#oldest), ...this.#trades.slice(0, this.#oldest)];
  }
}
