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
} from "./backtest.ts";
export { blackScholes, type EuropeanOption, impliedVolatility, type OptionValue } from "./black-scholes.ts";
export { normalDistribution, normalQuantile, studentDistribution, studentQuantile } from "./distributions.ts";
export { isRiskError, RiskError, type RiskErrorCode, type RiskErrorDetails } from "./errors.ts";
export { GateSettings, type InstrumentChange } from "./gate-settings.ts";
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
} from "./gate-types.ts";
export type { LimitName, Limits } from "./limits.ts";
export { luldBands } from "./luld.ts";
export { cholesky, covarianceMatrix, type Matrix } from "./matrix.ts";
export { type MonteCarloOptions, type MonteCarloResult, monteCarlo } from "./monte-carlo.ts";
export {
  componentExpectedShortfall,
  componentValueAtRisk,
  historicalComponentExpectedShortfall,
  incrementalValueAtRisk,
  type NormalPortfolio,
  portfolioReturns,
  type RiskSplit,
} from "./portfolio-risk.ts";
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
} from "./position-keeper.ts";
export {
  type GateSnapshot,
  type Holding,
  type NodeTotals,
  type OpenOrder,
  PreTradeGate,
} from "./pre-trade-gate.ts";
export { RejectCode, type RejectName, rejectName } from "./reject-code.ts";
export type { Series } from "./series.ts";
export { type SpanPosition, type SpanResult, type SpanScan, spanScan } from "./span.ts";
export {
  historicalScenarios,
  type Shocks,
  type StressPosition,
  type StressResult,
  type StressScenario,
  stress,
} from "./stress.ts";
export type { ThrottleOptions } from "./throttle.ts";
export {
  expectedShortfall,
  shape,
  type TailRisk,
  type TailRiskBase,
  type TailRiskOptions,
  tailRisk,
  valueAtRisk,
} from "./value-at-risk.ts";
export {
  conditionalVariances,
  type EwmaModel,
  fitGarch,
  type GarchFit,
  type GarchModel,
  garchForecast,
  type VarianceModel,
  volatility,
} from "./volatility.ts";
