import type { AuctionResult } from "../auction-price.ts";
import type { LimitState } from "../engine-listener.ts";
import type { InstrumentOptions, Phase } from "../instrument-options.ts";
import type { Side } from "../side.ts";
import type { Order } from "./order.ts";

/** What an instrument has beside its orders. */
export interface Instrument {
  readonly rules: InstrumentOptions;
  phase: Phase;
  last: number | undefined;
  /** Prices of the trades whose triggers were not looked for yet; those of one order go one way. */
  trades: number[];
  /** When the volatility auction ends by itself. */
  auctionEnds: number | undefined;
  /** What was told last of this call's auction. */
  told: AuctionResult | undefined;
  /** The order that bettered the market. */
  readonly top: Record<Side, Order | undefined>;
  /** Reference of the price limits, and since when. */
  reference: number | undefined;
  referenceSince: number;
  /** Trades for the mean: [thirtieth of the window, price]. */
  recent: (readonly [number, number])[];
  limitState: LimitState;
  limitSince: number;
}
