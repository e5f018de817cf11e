/** Places in an instrument's record. Flags are 0 or 1. */
export const Instrument = {
  multiplier: 0,
  currency: 1,
  sector: 2,
  permission: 3,
  tickSize: 4,
  lotSize: 5,
  minQuantity: 6,
  maxQuantity: 7,
  reference: 8,
  staticPpm: 9,
  dynamicPpm: 10,
  fatFingerPpm: 11,
  marginPpm: 12,
  stressPpm: 13,
  breakerPpm: 14,
  isShortMarked: 15,
  needsLocate: 16,
  isStopSided: 17,
  allowsAnyPrice: 18,
  tradable: 19,
  restricted: 20,
  shortSaleRestricted: 21,
  mark: 22,
  bid: 23,
  ask: 24,
  dynamicLow: 25,
  dynamicHigh: 26,
  staticLow: 27,
  staticHigh: 28,
  fatSell: 29,
  fatBuy: 30,
  bandLow: 31,
  bandHigh: 32,
  /** Rate to the base currency. */
  rate: 33,
  /** Base money that one lot is worth at the mark. */
  unit: 34,
} as const;

/** Places in a row's record: one node's holding in one instrument, with everything below the node. */
export const Row = {
  position: 0,
  openBuy: 1,
  openSell: 2,
  /** Base money of the open buys and sales at their worst price. */
  buyValue: 3,
  sellValue: 4,
  /** What the row adds to its node's totals; to gross exposure, the larger size of `netHigh` and `netLow`. */
  netHigh: 5,
  netLow: 6,
  margin: 7,
  value: 8,
  pnl: 9,
  /** What trades since the day's start brought in, in the instrument's currency. */
  cashFlow: 10,
  locates: 11,
  isRestricted: 12,
  maxLong: 13,
  maxShort: 14,
  /** 1 when the row or any above it is restricted. */
  isChainRestricted: 15,
} as const;

/** Places in a node's record: its state and totals, then its limits under their own names. */
export const Node = {
  state: 0,
  permissions: 1,
  isLocked: 2,
  group: 3,
  messages: 4,
  trades: 5,
  openOrders: 6,
  openNotional: 7,
  traded: 8,
  margin: 9,
  value: 10,
  cash: 11,
  hasCash: 12,
  pnl: 13,
  /** Gross exposure, and net exposure with all buys or all sales filled. */
  gross: 14,
  netHigh: 15,
  netLow: 16,
  /** Money that one instrument may be exposed to: `capital` × `maxConcentrationPpm`. */
  concentration: 17,
  minOrderQuantity: 18,
  maxOrderQuantity: 19,
  maxOrderNotional: 20,
  maxLong: 21,
  maxShort: 22,
  maxOpenOrders: 23,
  maxOpenNotional: 24,
  maxCredit: 25,
  maxGrossExposure: 26,
  maxNetExposure: 27,
  maxSectorGrossExposure: 28,
  maxSectorNetExposure: 29,
  capital: 30,
  maxConcentrationPpm: 31,
  maxSingleLoss: 32,
  maxDailyLoss: 33,
  duplicateWindowMillis: 34,
  maxOrderToTradeRatio: 35,
  orderToTradeGrace: 36,
  maxExecutions: 37,
  executionWindowMillis: 38,
  /** The narrowest of the node and all above it: what an order alone must keep to. See `narrowChains`. */
  leastOfChain: 39,
  mostOfChain: 40,
  mostNotionalOfChain: 41,
  permissionsOfChain: 42,
  /** 1 when any is halted, reducing, or locked by the repeated-execution throttle. */
  isChainHeld: 43,
  /** Which kinds of its limits are set: see `noteLimits`. */
  limitKinds: 44,
} as const;

/** Places in a sector's record: the part of a node's exposure that is in one sector. */
export const Sector = { gross: 0, netHigh: 1, netLow: 2 } as const;

/**
 * Masks an index of a record, of which there are never 2²⁴: then the compiler knows that no sum of an offset and a place
 * overflows, and leaves out a test of each.
 */
export const INDEX = 0xff_ffff;

/** Numbers in one record. */
export const INSTRUMENT_WIDTH: number = Object.keys(Instrument).length;
export const ROW_WIDTH: number = Object.keys(Row).length;
export const NODE_WIDTH: number = Object.keys(Node).length;
export const SECTOR_WIDTH: number = Object.keys(Sector).length;
