export { isRiskError, RiskError, type RiskErrorCode, type RiskErrorDetails } from "./errors.ts";
export { GateCore } from "./gate/gate-core.ts";
export { GateSettings } from "./gate/gate-settings.ts";
export type {
  AlertLevel,
  Change,
  Failure,
  GateListener,
  GateOptions,
  InstrumentDefinition,
  LimitUse,
  NodeDefinition,
  NodeLevel,
  OrderRequest,
  OrderSide,
  OrderType,
  ReplaceRequest,
  SessionDefinition,
  TradingState,
} from "./gate/gate-types.ts";
export type { LimitName, Limits, SoftLimitName, SoftLimits } from "./gate/limits.ts";
export { luldBands } from "./gate/luld.ts";
export { type InstrumentChange, MarketSettings } from "./gate/market-settings.ts";
export {
  type GateSnapshot,
  type Holding,
  type NodeTotals,
  type OpenOrder,
  PreTradeGate,
} from "./gate/pre-trade-gate.ts";
export { RejectCode, type RejectName, rejectName } from "./gate/reject-code.ts";
export type { ThrottleOptions } from "./gate/throttle.ts";
export {
  type ChristoffersenTest,
  christoffersenTest,
  kupiecNonRejection,
  kupiecTest,
  type LikelihoodRatio,
  type RollingBacktest,
  rollingBacktest,
  type TrafficLight,
  trafficLight,
} from "./market/backtest.ts";
export {
  blackScholes,
  type EuropeanOption,
  impliedVolatility,
  type OptionValue,
} from "./market/black-scholes.ts";
export {
  normalDistribution,
  normalQuantile,
  studentDistribution,
  studentQuantile,
} from "./market/distributions.ts";
export { cholesky, covarianceMatrix, type Matrix } from "./market/matrix.ts";
export { type MonteCarloOptions, type MonteCarloResult, monteCarlo } from "./market/monte-carlo.ts";
export {
  componentExpectedShortfall,
  componentValueAtRisk,
  historicalComponentExpectedShortfall,
  incrementalValueAtRisk,
  type NormalPortfolio,
  portfolioReturns,
  type RiskSplit,
} from "./market/portfolio-risk.ts";
export type { Series } from "./market/series.ts";
export { type SpanPosition, type SpanResult, type SpanScan, spanScan } from "./market/span.ts";
export {
  historicalScenarios,
  type Shocks,
  type StressPosition,
  type StressResult,
  type StressScenario,
  stress,
} from "./market/stress.ts";
export {
  expectedShortfall,
  shape,
  type TailRisk,
  type TailRiskBase,
  type TailRiskOptions,
  tailRisk,
  valueAtRisk,
} from "./market/value-at-risk.ts";
export {
  conditionalVariances,
  type EwmaModel,
  fitGarch,
  type GarchFit,
  type GarchModel,
  garchForecast,
  type VarianceModel,
  volatility,
} from "./market/volatility.ts";
export {
  type AccountTotals,
  type CostMethod,
  type ExposureTotals,
  type OpenLot,
  type Position,
  type PositionInstrument,
  PositionKeeper,
  type PositionKeeperOptions,
  type PositionSnapshot,
} from "./positions/position-keeper.ts";
