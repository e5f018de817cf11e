import type { PublicTrade } from "./public-market.ts";

/** Trades kept for each instrument. */
export const TRADES_KEPT = 200;

/** The latest trades of an instrument. */
export class RecentTrades {
  readonly #trades: PublicTrade[] = [];
  /** Where the oldest is, once the ring is full. */
  #oldest = 0;

  add(trade: PublicTrade): void {
    if (this.#trades.length < TRADES_KEPT) this.#trades.push(trade);
    else {
      this.#trades[this.#oldest] = trade;
      this.#oldest = (this.#oldest + 1) % TRADES_KEPT;
    }
  }

  /** Oldest first. */
  list(): PublicTrade[] {
    return [...this.#trades.slice(this.#oldest), ...this.#trades.slice(0, this.#oldest)];
  }
}
