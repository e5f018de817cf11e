import type {
  IpoQuotingPeriodUpdateView,
  LuldAuctionCollarView,
  MarketParticipantPositionView,
  MwcbDeclineLevelView,
  MwcbStatusView,
  OperationalHaltView,
  RegShoRestrictionView,
  StockDirectoryView,
  StockTradingActionView,
  SystemEventView,
} from "./administrative.ts";
import type {
  AddOrderView,
  AddOrderWithMpidView,
  OrderCancelView,
  OrderDeleteView,
  OrderExecutedView,
  OrderExecutedWithPriceView,
  OrderReplaceView,
} from "./orders.ts";
import type {
  BrokenTradeView,
  CrossTradeView,
  DirectListingPriceDiscoveryView,
  NetOrderImbalanceView,
  NonCrossTradeView,
  RetailInterestView,
} from "./trades.ts";

/**
 * What a decoder tells: one call a message, with a view that is valid until the call returns.
 *
 * Every method is optional; a type without a method is decoded (its length is checked) and not reported.
 */
export interface ItchListener {
  /** Type `S`. A milestone of the trading day: start and end of messages, system hours and market hours. */
  systemEvent?(message: SystemEventView): void;
  /** Type `R`. One security of the day; sent for every symbol before the start of trading, and names its locate code. */
  stockDirectory?(message: StockDirectoryView): void;
  /** Type `H`. A change of the trading state of a security: halted, paused, quotation only, or trading. */
  stockTradingAction?(message: StockTradingActionView): void;
  /** Type `Y`. The state of the short-sale price test (Regulation SHO rule 201) for a security. */
  regShoRestriction?(message: RegShoRestrictionView): void;
  /** Type `L`. The state of one market maker in one security. */
  marketParticipantPosition?(message: MarketParticipantPositionView): void;
  /** Type `V`. The three decline levels of the market-wide circuit breaker for the day. */
  mwcbDeclineLevel?(message: MwcbDeclineLevelView): void;
  /** Type `W`. A level of the market-wide circuit breaker was breached. */
  mwcbStatus?(message: MwcbStatusView): void;
  /** Type `K`. The expected release time and price of an IPO. */
  ipoQuotingPeriodUpdate?(message: IpoQuotingPeriodUpdateView): void;
  /** Type `J`. The price collars of the auction that ends a limit-up limit-down pause. */
  luldAuctionCollar?(message: LuldAuctionCollarView): void;
  /** Type `h`. A halt of one security on one market centre (operational halt), or its end. */
  operationalHalt?(message: OperationalHaltView): void;
  /** Type `A`. An order without attribution was accepted and is displayed on the book. */
  addOrder?(message: AddOrderView): void;
  /** Type `F`. An order attributed to a market participant was accepted and is displayed on the book. */
  addOrderWithMpid?(message: AddOrderWithMpidView): void;
  /** Type `E`. A displayed order was executed, whole or in part, at its own price. */
  orderExecuted?(message: OrderExecutedView): void;
  /** Type `C`. A displayed order was executed, whole or in part, at a price that differs from its display price. */
  orderExecutedWithPrice?(message: OrderExecutedWithPriceView): void;
  /** Type `X`. Part of a displayed order was cancelled; the rest keeps its place in the queue. */
  orderCancel?(message: OrderCancelView): void;
  /** Type `D`. A displayed order was cancelled; nothing of it remains. */
  orderDelete?(message: OrderDeleteView): void;
  /** Type `U`. A displayed order was replaced by one with a new reference, size and price; side and stock stay. */
  orderReplace?(message: OrderReplaceView): void;
  /** Type `P`. A trade against an order that was not displayed; it does not change the book. */
  nonCrossTrade?(message: NonCrossTradeView): void;
  /** Type `Q`. The result of a cross: opening, closing, halt or IPO. */
  crossTrade?(message: CrossTradeView): void;
  /** Type `B`. An earlier execution was broken; statistics need a correction, the book does not. */
  brokenTrade?(message: BrokenTradeView): void;
  /** Type `I`. What a cross would trade now, and the imbalance that would remain (NOII). */
  netOrderImbalance?(message: NetOrderImbalanceView): void;
  /** Type `N`. Whether there is retail interest on one side of a security. */
  retailInterest?(message: RetailInterestView): void;
  /** Type `O`. Price discovery of a direct listing with a capital raise. */
  directListingPriceDiscovery?(message: DirectListingPriceDiscoveryView): void;
  /**
   * A frame that is no message: its type is unknown, or its length is not that of its type.
   *
   * @param type - first byte of the frame, as a character; empty when the frame has no bytes
   * @param length - length of the frame in bytes
   * @param offset - where the frame's first byte stands in the bytes given to the decoder
   */
  skipped?(type: string, length: number, offset: number): void;
}
