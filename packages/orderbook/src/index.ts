export {
  type AllocationStep,
  type CmeAlgorithm,
  type CmeParameters,
  cmeAllocation,
  type FifoStep,
  type LeadMarketMaker,
  type LeadMarketMakersStep,
  type LevelStep,
  type ProRataStep,
  type TopOrderStep,
} from "./allocation-step.ts";
export type { AuctionResult } from "./auction-price.ts";
export { EngineError, type EngineErrorCode, isEngineError } from "./engine-error.ts";
export type { CancelReason, EngineListener, LimitState } from "./engine-listener.ts";
export type { EngineRejectReason } from "./engine-reject-reason.ts";
export type {
  EngineOptions,
  InstrumentOptions,
  OrderLimit,
  Phase,
  PriceLimits,
  TickBand,
  VolatilityInterruption,
} from "./instrument-options.ts";
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
export type {
  CancelFilter,
  Contingency,
  NewOrder,
  OrderType,
  Peg,
  SelfTradeMode,
  TimeInForce,
} from "./new-order.ts";
export type { OpenOrder, OrderStatus } from "./open-order.ts";
export type { CurrentPriceLimits, LevelStatistics, OrderVisitor } from "./price-level.ts";
export type { RejectReason } from "./reject-reason.ts";
export { ReusableOrder } from "./reusable-order.ts";
export type { Side } from "./side.ts";
