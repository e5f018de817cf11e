export type { AuctionResult } from "./auction-price.ts";
export { EngineError, type EngineErrorCode, isEngineError } from "./engine-error.ts";
export type { CancelReason, EngineListener } from "./engine-listener.ts";
export type { EngineRejectReason } from "./engine-reject-reason.ts";
export type { EngineOptions, InstrumentOptions, Phase } from "./instrument-options.ts";
export type { OrderBookListener } from "./listener.ts";
export {
  MarketDataFeed,
  type MarketDataListener,
  type MarketDataSnapshot,
  type ShownOrder,
} from "./market-data.ts";
export { MatchingEngine } from "./matching-engine.ts";
export { NaiveMatchingEngine } from "./naive-matching-engine.ts";
export { NaiveOrderBook, type PriceLevel, type RestingOrder } from "./naive-order-book.ts";
export type { CancelFilter, NewOrder, OrderType, SelfTradeMode, TimeInForce } from "./new-order.ts";
export type { OpenOrder } from "./open-order.ts";
export type { RejectReason } from "./reject-reason.ts";
export type { Side } from "./side.ts";
