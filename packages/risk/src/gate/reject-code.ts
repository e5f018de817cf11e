/**
 * Why the gate refused a message, as small integers **in the order in which the gate checks**: the first failing check
 * gives the code, and a smaller code always wins over a larger one.
 *
 * The list follows SEC Rule 15c3-5(c), Commission Delegated Regulation (EU) 2017/589 (RTS 6) articles 12 and 15 to 17,
 * Regulation SHO rules 200, 201 and 203, the LULD plan, and the FIA's best practices for automated trading risk controls.
 */
export const RejectCode = {
  /** Not refused. */
  Accepted: 0,
  /** A field out of range, a price that is not positive, or an account, instrument or session that was never added. */
  InvalidOrder: 1,
  /** An open order has this id. */
  DuplicateOrderId: 2,
  /** A replace of an order that is not open. */
  UnknownOrder: 3,
  /** As many orders are open as the gate was given room for. */
  Capacity: 4,
  /** A sliding window or token bucket of the session, the account or a node above it, or the instrument is used up. */
  Throttled: 5,
  /** The same account, instrument, side, quantity and price was received within the duplicate window. */
  DuplicateOrder: 6,
  /** The instrument is on the restricted list of the venue or of a node. */
  Restricted: 7,
  /** A node lacks the permission that the instrument asks for. */
  NotPermitted: 8,
  /** A price that is not a multiple of the tick size. */
  TickSize: 9,
  /** A quantity that is not a multiple of the lot size. */
  LotSize: 10,
  /** Fewer lots than the instrument's or a node's least. */
  MinQuantity: 11,
  /** More lots than the instrument's or a node's most. */
  MaxQuantity: 12,
  /** Price × quantity × multiplier in the base currency above a node's largest for one order. */
  MaxNotional: 13,
  /** Outside the collar around the last price (dynamic). */
  PriceCollar: 14,
  /** Outside the collar around the reference price (static). */
  StaticCollar: 15,
  /** Too far through the reference price on the aggressive side. */
  FatFinger: 16,
  /** A buy above the upper, or a sale below the lower, limit-up limit-down band. */
  LuldBand: 17,
  /** A stop order that the last price has triggered already. */
  StopPrice: 18,
  /** The instrument is not tradable, or a node of the chain is halted. */
  Halted: 19,
  /** A node of the chain is reducing, and the order does not lower its worst-case position. */
  ReduceOnly: 20,
  /** Marked as a long sale, but not covered by the position after all open sales (Reg SHO 200(g)). */
  ShortMarking: 21,
  /** A short sale at or below the best bid while the price test is on (Reg SHO 201). */
  ShortSaleRestricted: 22,
  /** A short sale beyond the shares located (Reg SHO 203(b)(1)). */
  NoLocate: 23,
  /** Would trade with an open order of the same self-trade group. */
  SelfTrade: 24,
  /** Too many messages per trade. */
  OrderToTrade: 25,
  /** Too many executions in a row; a person must reset it (RTS 6, repeated automated execution throttle). */
  RepeatedExecution: 26,
  /** As many orders open as a node allows. */
  MaxOpenOrders: 27,
  /** Position with all open orders of that side filled above the limit, long or short. */
  MaxPosition: 28,
  /** Notional of all open orders above the limit. */
  MaxOpenNotional: 29,
  /** Notional traded today plus all open orders above the credit threshold. */
  Credit: 30,
  /** Margin of the worst case above equity. */
  BuyingPower: 31,
  /** Sum of worst-case exposures above the limit. */
  GrossExposure: 32,
  /** Worst-case net exposure above the limit. */
  NetExposure: 33,
  /** Worst-case gross or net exposure to the instrument's sector above the limit. */
  SectorExposure: 34,
  /** Worst-case exposure to one instrument above its share of capital. */
  Concentration: 35,
  /** Loss of the worst-case position under the instrument's stress move above the limit. */
  SingleLoss: 36,
  /** Today's loss, realised and unrealised, above the limit; only reducing orders pass. */
  DailyLoss: 37,
} as const;

/** One of the values of {@link RejectCode}. */
export type RejectCode = (typeof RejectCode)[keyof typeof RejectCode];

/** Names of the codes as words, such as `price-collar`. */
export type RejectName =
  | "accepted"
  | "invalid-order"
  | "duplicate-order-id"
  | "unknown-order"
  | "capacity"
  | "throttled"
  | "duplicate-order"
  | "restricted"
  | "not-permitted"
  | "tick-size"
  | "lot-size"
  | "min-quantity"
  | "max-quantity"
  | "max-notional"
  | "price-collar"
  | "static-collar"
  | "fat-finger"
  | "luld-band"
  | "stop-price"
  | "halted"
  | "reduce-only"
  | "short-marking"
  | "short-sale-restricted"
  | "no-locate"
  | "self-trade"
  | "order-to-trade"
  | "repeated-execution"
  | "max-open-orders"
  | "max-position"
  | "max-open-notional"
  | "credit"
  | "buying-power"
  | "gross-exposure"
  | "net-exposure"
  | "sector-exposure"
  | "concentration"
  | "single-loss"
  | "daily-loss";

const NAMES = Object.keys(RejectCode).map((key) =>
  key.replace(/[A-Z]/g, (letter, at: number) => (at === 0 ? "" : "-") + letter.toLowerCase()),
) as RejectName[];

/**
 * The code as words.
 *
 * @param code - any {@link RejectCode}
 * @returns such as `max-position`
 */
export function rejectName(code: RejectCode): RejectName {
  return NAMES[code]!;
}
