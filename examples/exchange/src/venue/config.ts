import type { PriceLimits, SelfTradeMode, VolatilityInterruption } from "@exchange-kit/orderbook";
import type { Limits, ThrottleOptions } from "@exchange-kit/risk";

/**
 * What a venue trades and who trades there. Fixed for the life of a journal: what changes while trading (fees, limits,
 * symbols) changes by command. Commands and events name instruments, firms, accounts and sessions by their index in
 * these lists. Passwords are no part of it: they belong to the gateways.
 */
export interface VenueConfig {
  /** Market identifier code (ISO 10383), such as `XKIT`. */
  readonly mic: string;
  /** The currency of every price, and of the cash ledger, whose unit is its smallest: 2 decimals are cents. */
  readonly currency: { readonly code: string; readonly decimals: number };
  readonly instruments: readonly InstrumentConfig[];
  readonly firms: readonly FirmConfig[];
  readonly accounts: readonly AccountConfig[];
  readonly sessions: readonly SessionConfig[];
  /** Fees in force until a `set-fees` command. None when left out. */
  readonly fees?: FeeSchedule;
  /** Most orders open at once; 2^20 when left out. */
  readonly maximumOpenOrders?: number;
  /** Closed orders that can still be asked for, the latest ones; 65,536 when left out. */
  readonly closedOrdersKept?: number;
  /** Client order ids of the day that are remembered against reuse, the latest ones; 2^20 when left out. */
  readonly clientOrderIdsKept?: number;
}

/**
 * An instrument. **Prices are whole price units**: the last written digit, so 187.25 is 18,725 when `priceDecimals` is
 * 2. Quantities are lots: shares.
 */
export interface InstrumentConfig {
  /** 1 to 8 characters A–Z, 0–9, dot: what ITCH and OUCH have room for. Unique. */
  readonly symbol: string;
  readonly name: string;
  /** Digits after the point in a written price: 0 … the currency's decimals. */
  readonly priceDecimals: number;
  /** Prices are multiples of this many price units. */
  readonly tickSize: number;
  /** Quantities are multiples of this many lots; 1 when left out. */
  readonly lotSize?: number;
  /** Most lots in one order. */
  readonly maximumQuantity: number;
  /** The price before the first trade, in price units. */
  readonly referencePrice: number;
  /** Static band: lowest limit price that is taken; one tick when left out. */
  readonly lowestPrice?: number;
  /** Static band: highest limit price that is taken; a hundred times the reference price when left out. */
  readonly highestPrice?: number;
  /** Collars of the risk gate, in millionths of the reference price or the last price; 0 (none) when left out. */
  readonly staticCollarPpm?: number;
  readonly dynamicCollarPpm?: number;
  readonly fatFingerPpm?: number;
  /** An auction in place of trades far from the last price; times in microseconds. None when left out. */
  readonly volatilityInterruption?: VolatilityInterruption | undefined;
  /** Limits that move with the market (LULD); times in microseconds. None when left out. */
  readonly priceLimits?: PriceLimits | undefined;
  /** Whether a plain `sell` must be covered by the position, so that short sales have to be marked. Default `false`. */
  readonly isShortMarked?: boolean;
}

/** A member firm: the participant. It sees and cancels its own orders only. */
export interface FirmConfig {
  /** Unique; at most 4 characters when it is to appear as MPID in ITCH and OUCH. */
  readonly name: string;
  readonly limits?: Limits;
  readonly throttle?: ThrottleOptions;
}

/** An account of a firm: where positions and money are. */
export interface AccountConfig {
  /** Unique. */
  readonly name: string;
  /** Name of its firm. */
  readonly firm: string;
  readonly limits?: Limits;
  /** Orders of one group do not trade with each other, 1 … 2^31 − 1; 0, the default, is no group. */
  readonly selfTradeGroup?: number;
  /** `cancel-newest` when left out. */
  readonly selfTradeMode?: SelfTradeMode;
  /** Whether orders are checked against cash and positions at the gate (margin 100 %). Default `false`. */
  readonly isCashAccount?: boolean;
}

/** A connection that commands come by: a FIX CompID, an OUCH login, an API key. */
export interface SessionConfig {
  /** Unique. */
  readonly name: string;
  /** Name of its firm: it may use every account of that firm. */
  readonly firm: string;
  /** Whether its open orders are cancelled when it disconnects. Default `false`. */
  readonly cancelOnDisconnect?: boolean;
  readonly throttle?: ThrottleOptions;
}

/** Fees of an execution in millionths of its value, rounded half up to minor units; negative is a rebate. */
export interface FeeSchedule {
  readonly makerPpm: number;
  readonly takerPpm: number;
  /** Of both sides of an auction's trades. */
  readonly auctionPpm: number;
}
