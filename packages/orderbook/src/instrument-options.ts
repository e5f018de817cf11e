import type { AllocationStep } from "./allocation-step.ts";

/** A tick size that holds from a price on. */
export interface TickBand {
  /** Lowest price of the band, in ticks: a multiple of its own tick size and of that of the band below. */
  readonly from: number;
  /** Prices from there on must be multiples of this. */
  readonly tickSize: number;
}

/** A volatility interruption (Deutsche Börse T7 for equities, safeguards: volatility interruptions). */
export interface VolatilityInterruption {
  /** Trades further than this from the last price before the incoming order, in ticks, do not take place. */
  readonly range: number;
  /** How long the auction is that takes their place, in the unit of the engine's time. */
  readonly duration: number;
}

/**
 * Price limits that move with the market, with a pause (the Limit Up-Limit Down Plan of US equities). The limits are
 * `basisPoints` of the reference price above and below it, at the last valid prices within, or at those around where there
 * is none. The reference is the first price, after a pause the auction's price, and then the mean price of the trades of
 * the last `window` each time that moved away from it by `updateBasisPoints` or more, at most once in a tenth of the
 * window; the mean forgets in steps of a thirtieth of it.
 *
 * Nothing trades outside the limits in continuous trading; an order priced outside is priced at the limit. While the best
 * bid stands at the upper limit, or the best offer at the lower, the instrument is in a limit state; after `limitState`
 * of it a volatility auction begins, which ends after `pause`.
 */
export interface PriceLimits {
  /** Half the width of the band in hundredths of a percent of the reference price, 1 … 10,000 (Plan: 500 for tier 1). */
  readonly basisPoints: number;
  /** Time over which the reference is averaged (Plan: five minutes). */
  readonly window: number;
  /** How far the mean has to move before it becomes the reference, in hundredths of a percent (Plan: 100). */
  readonly updateBasisPoints: number;
  /** How long a limit state may last (Plan: 15 seconds). */
  readonly limitState: number;
  /** How long the pause is (Plan: five minutes). */
  readonly pause: number;
}

/** The rules of one instrument. Everything has a default that restricts nothing. */
export interface InstrumentOptions {
  /** Prices must be multiples of this, in ticks; 1 when left out. */
  readonly tickSize?: number;
  /** Tick sizes by price, ascending; below the first band `tickSize` holds (as in the tables of MiFID II, RTS 11). */
  readonly tickBands?: readonly TickBand[];
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
  /** What happens instead of trades far from the last price; nothing when left out. */
  readonly volatilityInterruption?: VolatilityInterruption;
  /** Limits that move with the market; none when left out. */
  readonly priceLimits?: PriceLimits;
  /**
   * Most prices at which orders may rest on a side, 1 or more; any number when left out. Counted when an order with a price is
   * entered or replaced: what rests later or elsewhere, such as a triggered, slid or pegged order, is not refused.
   */
  readonly maximumLevels?: number;
  /**
   * How an incoming order is shared among the orders shown at a price, step by step; by time when left out. Hidden orders
   * follow by time. See {@link cmeAllocation} for the compositions of CME Globex.
   */
  readonly allocation?: readonly AllocationStep[];
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

/** How many orders a session may enter. */
export interface OrderLimit {
  /** Orders that are taken from one session in one interval, 1 or more. */
  readonly orders: number;
  /** Length of an interval, in the unit of the engine's time; intervals begin at its multiples. */
  readonly interval: number;
}

/** How a {@link MatchingEngine} is set up. */
export interface EngineOptions {
  /** Most orders that may be open at once, over all instruments: 1 … 2^24 − 2, which is the default. */
  readonly maximumOrders?: number;
  /** Holds for every session other than 0; no limit when left out. */
  readonly orderLimit?: OrderLimit;
}
