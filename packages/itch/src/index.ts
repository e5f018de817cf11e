export type { ItchBookListener, PrintSource, ReductionCause } from "./book/book-listener.ts";
export { ItchBook, type QueuePosition } from "./book/itch-book.ts";
export { type ItchLevel, type ItchOrder, type ItchSide, SymbolBook } from "./book/symbol-book.ts";
export type { TradeStatistics } from "./book/trade-statistics.ts";
export { ItchError, type ItchErrorCode, type ItchErrorDetails, isItchError } from "./errors.ts";
export {
  type IpoQuotingPeriodUpdate,
  IpoQuotingPeriodUpdateView,
  type LuldAuctionCollar,
  LuldAuctionCollarView,
  type MarketParticipantPosition,
  MarketParticipantPositionView,
  type MwcbDeclineLevel,
  MwcbDeclineLevelView,
  type MwcbStatus,
  MwcbStatusView,
  type OperationalHalt,
  OperationalHaltView,
  type RegShoRestriction,
  RegShoRestrictionView,
  type StockDirectory,
  StockDirectoryView,
  type StockTradingAction,
  StockTradingActionView,
  type SystemEvent,
  SystemEventView,
} from "./itch/administrative.ts";
export { ItchDecoder } from "./itch/decoder.ts";
export { ItchEncoder } from "./itch/encoder.ts";
export {
  type ItchField,
  type ItchFieldKind,
  type ItchFormat,
  itchFormats,
  itchLength,
} from "./itch/formats.ts";
export { ItchFrameReader, type ItchFraming } from "./itch/frame-reader.ts";
export type { ItchHeader } from "./itch/header.ts";
export type { ItchListener } from "./itch/listener.ts";
export { decodeItch, type ItchMessage, itchObjects } from "./itch/objects.ts";
export {
  type AddOrder,
  AddOrderView,
  type AddOrderWithMpid,
  AddOrderWithMpidView,
  type OrderCancel,
  OrderCancelView,
  type OrderDelete,
  OrderDeleteView,
  type OrderExecuted,
  OrderExecutedView,
  type OrderExecutedWithPrice,
  OrderExecutedWithPriceView,
  type OrderReplace,
  OrderReplaceView,
} from "./itch/orders.ts";
export {
  type BrokenTrade,
  BrokenTradeView,
  type CrossTrade,
  CrossTradeView,
  type DirectListingPriceDiscovery,
  DirectListingPriceDiscoveryView,
  type NetOrderImbalance,
  NetOrderImbalanceView,
  type NonCrossTrade,
  NonCrossTradeView,
  type RetailInterest,
  RetailInterestView,
} from "./itch/trades.ts";
