export type { ItchBookListener, PrintSource, ReductionCause } from "./book/book-listener.ts";
export { ItchBook, type QueuePosition } from "./book/itch-book.ts";
export { type ItchLevel, type ItchOrder, type ItchSide, SymbolBook } from "./book/symbol-book.ts";
export type { TradeStatistics } from "./book/trade-statistics.ts";
export { type CapturedFrame, CaptureReader, isCapture } from "./capture/capture-reader.ts";
export { type CapturedDatagram, datagramOf } from "./capture/datagram.ts";
export { ItchError, type ItchErrorCode, type ItchErrorDetails, isItchError } from "./errors.ts";
export { decodeEndOfSnapshot, encodeEndOfSnapshot } from "./glimpse/end-of-snapshot.ts";
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
export { MessageStore, type SequencedMessages } from "./message-store.ts";
export {
  MOLD_END_OF_SESSION,
  type MoldUdp64Header,
  readMoldHeader,
  readMoldPacket,
  writeMoldHeader,
} from "./mold/packet.ts";
export {
  MoldUdp64Publisher,
  type MoldUdp64PublisherOptions,
  MoldUdp64RequestServer,
  type MoldUdp64RequestServerOptions,
} from "./mold/publisher.ts";
export {
  MoldUdp64Receiver,
  type MoldUdp64ReceiverCounts,
  type MoldUdp64ReceiverListener,
  type MoldUdp64ReceiverOptions,
} from "./mold/receiver.ts";
export { type OuchAppendage, OuchTag } from "./ouch/appendage.ts";
export type { OuchCodec, OuchTyped } from "./ouch/codec.ts";
export type { OuchOrderState, OuchOrderStatus } from "./ouch/order-chains.ts";
export {
  type Ouch42NewOrder,
  type Ouch42Order,
  Ouch42OrderEntry,
  type Ouch42OrderEntryOptions,
  type Ouch42Replacement,
} from "./ouch/order-entry-42.ts";
export {
  type OuchNewOrder,
  type OuchOrder,
  OuchOrderEntry,
  type OuchReplacement,
} from "./ouch/order-entry-50.ts";
export {
  type Ouch42Accepted,
  type Ouch42AiqCanceled,
  type Ouch42BrokenTrade,
  type Ouch42Canceled,
  type Ouch42CancelOrder,
  type Ouch42CancelPending,
  type Ouch42CancelReject,
  type Ouch42EnterOrder,
  type Ouch42Executed,
  type Ouch42ExecutedWithReferencePrice,
  type Ouch42Inbound,
  type Ouch42ModifyOrder,
  type Ouch42OrderModified,
  type Ouch42OrderPriorityUpdate,
  type Ouch42Outbound,
  type Ouch42RejectedOrder,
  type Ouch42Replaced,
  type Ouch42ReplaceOrder,
  type Ouch42SequencedTradeNow,
  type Ouch42SystemEvent,
  type Ouch42TradeCorrection,
  type Ouch42TradeNow,
  ouch42,
} from "./ouch/ouch-42.ts";
export {
  type Ouch50AccountQuery,
  type Ouch50AccountQueryResponse,
  type Ouch50AiqCanceled,
  type Ouch50BrokenTrade,
  type Ouch50Canceled,
  type Ouch50CancelOrder,
  type Ouch50CancelPending,
  type Ouch50CancelReject,
  type Ouch50EnterOrder,
  type Ouch50Inbound,
  type Ouch50ModifyOrder,
  type Ouch50OrderAccepted,
  type Ouch50OrderExecuted,
  type Ouch50OrderModified,
  type Ouch50OrderPriorityUpdate,
  type Ouch50OrderRestated,
  type Ouch50Outbound,
  type Ouch50RejectedOrder,
  type Ouch50Replaced,
  type Ouch50ReplaceOrder,
  type Ouch50SystemEvent,
  type Ouch50TradeCorrection,
  ouch50,
} from "./ouch/ouch-50.ts";
export {
  SoupBinClient,
  type SoupBinClientEvents,
  type SoupBinClientListener,
  type SoupBinClientOptions,
  type SoupBinClientState,
} from "./soup/client.ts";
export { type SoupBinPacketHandler, SoupBinPacketReader, SoupBinType, soupBinPacket } from "./soup/packet.ts";
export {
  SoupBinServerConnection,
  type SoupBinServerListener,
  type SoupBinServerOptions,
  type SoupBinServerState,
} from "./soup/server.ts";
