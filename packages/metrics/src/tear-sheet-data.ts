import {
  alphaBeta,
  battingAverage,
  correlation,
  informationRatio,
  rSquared,
  trackingError,
} from "./benchmark.ts";
import { ascendingDays, calendarReturns, type YearOfReturns } from "./calendar.ts";
import { downCapture, upCapture } from "./capture.ts";
import type { IsoDate } from "./dates.ts";
import { type HistogramBin, histogram, kurtosis, quantile, skewness } from "./distribution.ts";
import { calmar, martinRatio, stability } from "./drawdown-ratios.ts";
import { drawdownSeries, drawdowns, maxDrawdown, ulcerIndex } from "./drawdowns.ts";
import { finiteOption, integerOption, periodsPerYearOf, perYear } from "./options.ts";
import { downsideDeviation, omega } from "./partial-moments.ts";
import { annualVolatility, sharpe, sortino } from "./ratios.ts";
import { bestReturn, cagr, cumulativeReturns, totalReturn, worstReturn } from "./returns.ts";
import { rollingSharpe } from "./rolling.ts";
import { checkSameLength, checkSeries, observed, type Series } from "./series.ts";
import { probabilisticSharpe } from "./sharpe-inference.ts";
import { historicalES, historicalVaR, tailRatio } from "./tail-risk.ts";
import { profitFactor, type TradeStatistics, tradeStatistics, winRate } from "./trades.ts";

/** What a tear sheet is made from. */
export interface TearSheetInput {
  /** Last day of each period, ascending. */
  readonly dates: readonly IsoDate[];
  /** Simple period returns, −1 or more, as many as dates; `NaN` where missing. */
  readonly returns: Series;
  /** Returns of a benchmark in the same periods. */
  readonly benchmark?: Series;
  /** Profit or loss of each closed trade, in time order. */
  readonly trades?: Series;
}

/** Options of {@link tearSheet}. */
export interface TearSheetOptions {
  /** Periods in a year; 252 unless told. */
  readonly periodsPerYear?: number;
  /** Risk-free return of one period; 0 unless told. */
  readonly riskFreePerPeriod?: number;
  /** Periods in the window of the rolling Sharpe ratio, 2 or more; half a year unless told. */
  readonly rollingWindow?: number;
  /** How many of the deepest drawdowns to list, 0 or more; 10 unless told. */
  readonly drawdowns?: number;
}

/** Figures of the whole record; each is the function of the same name. */
export interface TearSheetSummary {
  /** Compounded return. */
  readonly totalReturn: number;
  /** Compound annual growth rate. */
  readonly cagr: number;
  /** Annualised volatility. */
  readonly annualVolatility: number;
  /** Sharpe ratio. */
  readonly sharpe: number;
  /** Probability that the true Sharpe ratio is above 0. */
  readonly probabilisticSharpe: number;
  /** Sortino ratio against the risk-free return. */
  readonly sortino: number;
  /** Calmar ratio. */
  readonly calmar: number;
  /** Martin ratio over the risk-free return. */
  readonly martinRatio: number;
  /** Omega at the risk-free return. */
  readonly omega: number;
  /** Maximum drawdown, 0 or below. */
  readonly maxDrawdown: number;
  /** Ulcer Index. */
  readonly ulcerIndex: number;
  /** Annualised downside deviation below 0. */
  readonly downsideDeviation: number;
  /** Historical 5 % value at risk of one period, as a return. */
  readonly historicalVaR: number;
  /** Historical 5 % expected shortfall of one period, as a return. */
  readonly historicalES: number;
  /** |P₉₅| / |P₅|. */
  readonly tailRatio: number;
  /** Population skewness. */
  readonly skewness: number;
  /** Population excess kurtosis. */
  readonly kurtosis: number;
  /** Best period. */
  readonly bestReturn: number;
  /** Worst period. */
  readonly worstReturn: number;
  /** Share of gaining periods. */
  readonly winRate: number;
  /** Sum of gains over sum of losses. */
  readonly profitFactor: number;
  /** R² of the log equity curve. */
  readonly stability: number;
}

/** Figures against the benchmark; each is the function of the same name. */
export interface TearSheetRelative {
  /** Compounded return of the benchmark. */
  readonly benchmarkTotalReturn: number;
  /** Slope. */
  readonly beta: number;
  /** Regression alpha per year. */
  readonly alpha: number;
  /** Pearson correlation. */
  readonly correlation: number;
  /** Its square. */
  readonly rSquared: number;
  /** Annualised tracking error. */
  readonly trackingError: number;
  /** Annualised information ratio. */
  readonly informationRatio: number;
  /** Share of the periods in which the benchmark was beaten. */
  readonly battingAverage: number;
  /** Ratio of annualised returns while the benchmark rose. */
  readonly upCapture: number;
  /** The same while it fell. */
  readonly downCapture: number;
}

/** One row of the drawdown table. */
export interface TearSheetDrawdown {
  /** Day of the high before the fall; the first period's day stands for the start of the record. */
  readonly start: IsoDate;
  /** Day of the lowest value. */
  readonly trough: IsoDate;
  /** Day of recovery; `null` while still below. */
  readonly recovery: IsoDate | null;
  /** Below 0. */
  readonly depth: number;
  /** Periods from the high to the recovery or the end. */
  readonly periods: number;
}

/** Everything that a report shows, as plain data. An undefined figure is `NaN`, which JSON writes as `null`. */
export interface TearSheet {
  /** Days of the periods. */
  readonly dates: readonly IsoDate[];
  /** Periods in a year that were assumed. */
  readonly periodsPerYear: number;
  /** Figures of the whole record. */
  readonly summary: TearSheetSummary;
  /** Figures against the benchmark, if there is one. */
  readonly relative: TearSheetRelative | null;
  /** Growth of 1 after each period. */
  readonly equity: readonly number[];
  /** Growth of 1 in the benchmark, if there is one. */
  readonly benchmarkEquity: readonly number[] | null;
  /** Drawdown after each period. */
  readonly drawdown: readonly number[];
  /** Sharpe ratio of the window that ends with each period; `NaN` before the first full window. */
  readonly rollingSharpe: readonly number[];
  /** Periods in that window. */
  readonly rollingWindow: number;
  /** Returns by month and year. */
  readonly calendar: readonly YearOfReturns[];
  /** Distribution of the period returns. */
  readonly distribution: readonly HistogramBin[];
  /** The deepest drawdowns, deepest first. */
  readonly drawdowns: readonly TearSheetDrawdown[];
  /** Statistics of the trades, if there are any. */
  readonly trades: TradeStatistics | null;
}

/**
 * Puts together the data of a tear sheet; `renderTearSheet` of the entry `./tear-sheet` makes a page of it.
 *
 * @throws {@link MetricsError} `length-mismatch`, `invalid-date`, `dates-not-ascending`, `not-finite`,
 *   `below-minus-one`, `not-positive` (everything was lost), `not-a-series`, `option-out-of-range`
 */
export function tearSheet(input: TearSheetInput, options: TearSheetOptions = {}): TearSheet {
  const { dates, returns, benchmark, trades } = input;
  const periodsPerYear = periodsPerYearOf(options);
  const riskFreePerPeriod = finiteOption("riskFreePerPeriod", options.riskFreePerPeriod ?? 0);
  const window = integerOption(
    "rollingWindow",
    options.rollingWindow ?? Math.max(2, Math.round(periodsPerYear / 2)),
    2,
    1_000_000,
  );
  const listed = integerOption("drawdowns", options.drawdowns ?? 10, 0);
  checkSeries(returns, "returns");
  ascendingDays(dates, returns.length);
  const figures = { periodsPerYear, riskFreePerPeriod };
  const ratios = rollingSharpe(returns, window, figures);
  const missing = new Array<number>(returns.length - ratios.length).fill(Number.NaN);
  return {
    dates: [...dates],
    periodsPerYear,
    summary: summaryOf(returns, figures),
    relative: benchmark ? relativeTo(benchmark, returns, figures) : null,
    equity: Array.from(cumulativeReturns(returns, { startingValue: 1 })),
    benchmarkEquity: benchmark ? Array.from(cumulativeReturns(benchmark, { startingValue: 1 })) : null,
    drawdown: Array.from(drawdownSeries(returns)),
    rollingSharpe: [...missing, ...ratios],
    rollingWindow: window,
    calendar: calendarReturns(dates, returns),
    distribution: histogram(returns, binsFor(returns)),
    drawdowns: drawdownTable(dates, returns).slice(0, listed),
    trades: trades ? tradeStatistics(trades) : null,
  };
}

/** Rule of Freedman and Diaconis (1981): bins of 2 IQR / ∛n, which outliers do not widen; 10 to 120 of them. */
function binsFor(returns: Series): number {
  const spread = bestReturn(returns) - worstReturn(returns);
  const width = (2 * (quantile(returns, 0.75) - quantile(returns, 0.25))) / Math.cbrt(returns.length);
  return width > 0 ? Math.min(120, Math.max(10, Math.ceil(spread / width))) : 10;
}

interface Figures {
  readonly periodsPerYear: number;
  readonly riskFreePerPeriod: number;
}

function summaryOf(all: Series, figures: Figures): TearSheetSummary {
  const returns = observed(all);
  const { periodsPerYear, riskFreePerPeriod } = figures;
  const excess = returns.map((value) => value - riskFreePerPeriod);
  const riskFreeAnnual = perYear(riskFreePerPeriod, periodsPerYear);
  return {
    totalReturn: totalReturn(returns),
    cagr: cagr(all, figures),
    annualVolatility: annualVolatility(returns, figures),
    sharpe: sharpe(returns, figures),
    probabilisticSharpe: probabilisticSharpe(excess),
    sortino: sortino(returns, { periodsPerYear, marPerPeriod: riskFreePerPeriod }),
    calmar: calmar(all, figures),
    martinRatio: martinRatio(all, { periodsPerYear, riskFreeAnnual }),
    omega: omega(returns, figures),
    maxDrawdown: maxDrawdown(returns),
    ulcerIndex: ulcerIndex(returns),
    downsideDeviation: downsideDeviation(returns, figures),
    historicalVaR: historicalVaR(returns),
    historicalES: historicalES(returns),
    tailRatio: tailRatio(returns),
    skewness: skewness(returns),
    kurtosis: kurtosis(returns),
    bestReturn: bestReturn(returns),
    worstReturn: worstReturn(returns),
    winRate: winRate(returns),
    profitFactor: profitFactor(returns),
    stability: stability(returns),
  };
}

function relativeTo(benchmark: Series, returns: Series, figures: Figures): TearSheetRelative {
  checkSeries(benchmark, "benchmark");
  checkSameLength(returns, benchmark, "returns", "benchmark");
  return {
    benchmarkTotalReturn: totalReturn(benchmark),
    ...alphaBeta(returns, benchmark, figures),
    correlation: correlation(returns, benchmark),
    rSquared: rSquared(returns, benchmark),
    trackingError: trackingError(returns, benchmark, figures),
    informationRatio: informationRatio(returns, benchmark, figures),
    battingAverage: battingAverage(returns, benchmark),
    upCapture: upCapture(returns, benchmark, figures),
    downCapture: downCapture(returns, benchmark, figures),
  };
}

function drawdownTable(dates: readonly IsoDate[], returns: Series): TearSheetDrawdown[] {
  const equity = [1, ...cumulativeReturns(returns, { startingValue: 1 })];
  // Index 0 is the capital before the first period, which has no day of its own.
  const dayAt = (index: number): IsoDate => dates[Math.max(0, index - 1)]!;
  return drawdowns(equity)
    .sort((a, b) => a.depth - b.depth)
    .map(({ peak, trough, recovery, depth }) => ({
      start: dayAt(peak),
      trough: dayAt(trough),
      recovery: recovery === null ? null : dayAt(recovery),
      depth,
      periods: (recovery ?? equity.length - 1) - peak,
    }));
}
