/** The rules of one instrument. Everything has a default that restricts nothing. */
export interface InstrumentOptions {
  /** Prices must be multiples of this, in ticks; 1 when left out. */
  readonly tickSize?: number;
  /** Quantities, shown quantities too, must be multiples of this, in lots; 1 when left out. */
  readonly lotSize?: number;
  /** Largest quantity of one order, in lots. */
  readonly maximumQuantity?: number;
  /** Static band: lowest limit price that is taken, in ticks. */
  readonly lowestPrice?: number;
  /** Static band: highest limit price that is taken, in ticks. */
  readonly highestPrice?: number;
  /**
   * Dynamic band: limit prices further than this from the last price, in ticks, are refused; at any price before there is
   * one (CME Rulebook, price banding: the band moves with the last price).
   */
  readonly dynamicBand?: number;
  /** Last price before the first trade, in ticks: reference of the first auction, and of triggers. */
  readonly referencePrice?: number;
  /** Phase to begin in; `continuous` when left out. */
  readonly phase?: Phase;
}

/**
 * What an instrument does with orders (FIX 340 TradSesStatus, 1368 TradSesEvent):
 *
 * - `pre-open`, `opening-auction`, `volatility-auction`, `closing-auction`: a call; orders gather, nothing trades
 * - `continuous`: orders trade as they come
 * - `halted`, `closed`: only cancels and reductions are taken
 *
 * Entering `continuous` or `closed` from another phase first uncrosses the book.
 */
export type Phase =
  | "pre-open"
  | "opening-auction"
  | "continuous"
  | "volatility-auction"
  | "closing-auction"
  | "halted"
  | "closed";

/** How a {@link MatchingEngine} is set up. */
export interface EngineOptions {
  /** Most orders that may be open at once, over all instruments: 1 … 2^24 − 2, which is the default. */
  readonly maximumOrders?: number;
}
