export {
  type BrinsonAttribution,
  type BrinsonEffects,
  type BrinsonInput,
  brinsonFachler,
  brinsonHoodBeebower,
} from "./attribution.ts";
export { type BasicOptions, type BasicStatistics, basicStatistics } from "./basic-statistics.ts";
export {
  type AlphaBeta,
  type AlphaOptions,
  alpha,
  alphaBeta,
  battingAverage,
  beta,
  correlation,
  downAlphaBeta,
  informationRatio,
  jensenAlpha,
  type RiskFreeAnnualOptions,
  rSquared,
  type SpecificRiskOptions,
  specificRisk,
  type TrackingErrorOptions,
  trackingError,
  treynor,
  upAlphaBeta,
} from "./benchmark.ts";
export { BenchmarkAccumulator, type BenchmarkAccumulatorOptions } from "./benchmark-accumulator.ts";
export { type BootstrapInterval, type BootstrapOptions, bootstrapInterval } from "./bootstrap.ts";
export { calendarReturns, type YearOfReturns } from "./calendar.ts";
export { type CaptureMethod, type CaptureOptions, capture, downCapture, upCapture } from "./capture.ts";
export {
  type CashFlow,
  type ModifiedDietzInput,
  modifiedDietz,
  timeWeightedReturn,
  type ValuationPeriod,
  type XirrOptions,
  xirr,
} from "./cash-flows.ts";
export type { DayCount, IsoDate } from "./dates.ts";
export {
  type DeviationOptions,
  type HistogramBin,
  histogram,
  jarqueBera,
  type KurtosisOptions,
  kurtosis,
  type MomentMethod,
  meanAbsoluteDeviation,
  quantile,
  type SkewnessOptions,
  skewness,
  standardDeviation,
} from "./distribution.ts";
export {
  burkeRatio,
  calmar,
  type DrawdownRatioOptions,
  martinRatio,
  painRatio,
  recoveryFactor,
  stability,
} from "./drawdown-ratios.ts";
export {
  type Drawdown,
  type DrawdownIndexOptions,
  drawdownSeries,
  drawdowns,
  maxDrawdown,
  painIndex,
  ulcerIndex,
} from "./drawdowns.ts";
export { isMetricsError, MetricsError, type MetricsErrorCode, type MetricsErrorDetails } from "./errors.ts";
export { type Exposure, exposure, timeInMarket, turnover } from "./exposure.ts";
export { type FactorAttribution, type FactorContribution, factorAttribution } from "./factor-attribution.ts";
export type { AnnualOptions, Convention } from "./options.ts";
export {
  type DownsideDeviationOptions,
  downsideDeviation,
  downsideFrequency,
  downsidePotential,
  type KappaOptions,
  kappa,
  type MarOptions,
  type OmegaOptions,
  omega,
  omegaSharpe,
  upsidePotential,
  upsidePotentialRatio,
  upsideRisk,
} from "./partial-moments.ts";
export { PathAccumulator } from "./path-accumulator.ts";
export { PerformanceAccumulator, type PerformanceOptions } from "./performance-accumulator.ts";
export { annualVolatility, type SharpeOptions, type SortinoOptions, sharpe, sortino } from "./ratios.ts";
export {
  bestReturn,
  type CumulativeOptions,
  cagr,
  cumulativeReturns,
  geometricMeanReturn,
  logReturns,
  meanReturn,
  simpleReturns,
  totalReturn,
  worstReturn,
} from "./returns.ts";
export {
  RollingBenchmark,
  RollingPerformance,
  rolling,
  rollingAlphaBeta,
  rollingMaxDrawdown,
  rollingSharpe,
  rollingSortino,
  rollingVolatility,
} from "./rolling.ts";
export type { Series } from "./series.ts";
export {
  type DeflatedSharpeOptions,
  deflatedSharpe,
  minimumTrackRecordLength,
  type ProbabilisticSharpeOptions,
  probabilisticSharpe,
  type TrackRecordOptions,
} from "./sharpe-inference.ts";
export {
  type ConfidenceOptions,
  type CutoffOptions,
  cornishFisherVaR,
  historicalES,
  historicalVaR,
  parametricES,
  parametricVaR,
  type TailRatioOptions,
  tailRatio,
} from "./tail-risk.ts";
export {
  type TearSheet,
  type TearSheetDrawdown,
  type TearSheetInput,
  type TearSheetOptions,
  type TearSheetRelative,
  type TearSheetSummary,
  tearSheet,
} from "./tear-sheet-data.ts";
export {
  expectancy,
  kelly,
  payoffRatio,
  profitFactor,
  type Streaks,
  streaks,
  type TradeStatistics,
  tradeStatistics,
  winRate,
} from "./trades.ts";
