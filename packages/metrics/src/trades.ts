import { observed, type Series } from "./series.ts";

/** Longest runs of one sign; a value of 0 ends both kinds. */
export interface Streaks {
  /** Most values above 0 in a row. */
  readonly longestWin: number;
  /** Most values below 0 in a row. */
  readonly longestLoss: number;
  /** The run that the series ends with: positive for wins, negative for losses, 0 for none. */
  readonly current: number;
}

/**
 * Runs of gains and of losses, in trades or in returns.
 *
 * @param values - profits or returns in time order; missing ones are dropped
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 */
export function streaks(values: Series): Streaks {
  let [longestWin, longestLoss, current] = [0, 0, 0];
  for (const value of observed(values, "values")) {
    if (value > 0) current = current > 0 ? current + 1 : 1;
    else if (value < 0) current = current < 0 ? current - 1 : -1;
    else current = 0;
    longestWin = Math.max(longestWin, current);
    longestLoss = Math.max(longestLoss, -current);
  }
  return { longestWin, longestLoss, current };
}

/** What {@link tradeStatistics} finds. Averages and ratios without the trades they need are `NaN` or `Infinity`. */
export interface TradeStatistics {
  /** Trades with a result, zero ones included. */
  readonly count: number;
  /** Trades with a profit above 0. */
  readonly wins: number;
  /** Trades with a profit below 0. */
  readonly losses: number;
  /** Wins over wins and losses; trades of exactly 0 are left out. */
  readonly winRate: number;
  /** Sum of profits over sum of losses. */
  readonly profitFactor: number;
  /** Average win over average loss. */
  readonly payoffRatio: number;
  /** Mean result of all trades, zero ones included. */
  readonly expectancy: number;
  /** Kelly fraction, see {@link kelly}. */
  readonly kelly: number;
  /** Sum of all results. */
  readonly netProfit: number;
  /** Mean of the wins. */
  readonly averageWin: number;
  /** Mean of the losses, below 0. */
  readonly averageLoss: number;
  /** Best result. */
  readonly largestWin: number;
  /** Worst result. */
  readonly largestLoss: number;
  /** Most wins in a row. */
  readonly longestWinStreak: number;
  /** Most losses in a row. */
  readonly longestLossStreak: number;
}

/** Sums that the trade measures are made of. */
export interface TradeSums {
  readonly count: number;
  readonly wins: number;
  readonly losses: number;
  readonly gained: number;
  /** 0 or above. */
  readonly lost: number;
}

export function winRateFrom(sums: TradeSums): number {
  return sums.wins / (sums.wins + sums.losses);
}

export function profitFactorFrom(sums: TradeSums): number {
  return sums.gained / sums.lost;
}

export function payoffFrom(sums: TradeSums): number {
  const averageWin = sums.wins === 0 ? 0 : sums.gained / sums.wins;
  return averageWin / (sums.losses === 0 ? 0 : sums.lost / sums.losses);
}

export function kellyFrom(sums: TradeSums): number {
  const rate = winRateFrom(sums);
  return rate === 1 ? 1 : rate - (1 - rate) / payoffFrom(sums);
}

function sumsOf(values: Float64Array): TradeSums {
  let [wins, losses, gained, lost] = [0, 0, 0, 0];
  for (const value of values) {
    if (value > 0) {
      wins++;
      gained += value;
    } else if (value < 0) {
      losses++;
      lost -= value;
    }
  }
  return { count: values.length, wins, losses, gained, lost };
}

/**
 * Statistics of closed trades.
 *
 * @param trades - profit or loss of each trade in time order; missing ones are dropped
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 * @see Pardo (2008), "The Evaluation and Optimization of Trading Strategies", chapter 13
 */
export function tradeStatistics(trades: Series): TradeStatistics {
  const values = observed(trades, "trades");
  const sums = sumsOf(values);
  const { longestWin, longestLoss } = streaks(values);
  const net = sums.gained - sums.lost;
  return {
    count: sums.count,
    wins: sums.wins,
    losses: sums.losses,
    winRate: winRateFrom(sums),
    profitFactor: profitFactorFrom(sums),
    payoffRatio: payoffFrom(sums),
    expectancy: net / sums.count,
    kelly: kellyFrom(sums),
    netProfit: net,
    averageWin: sums.gained / sums.wins,
    averageLoss: -sums.lost / sums.losses,
    largestWin: values.length === 0 ? Number.NaN : values.reduce((a, b) => Math.max(a, b)),
    largestLoss: values.length === 0 ? Number.NaN : values.reduce((a, b) => Math.min(a, b)),
    longestWinStreak: longestWin,
    longestLossStreak: longestLoss,
  };
}

/**
 * Share of wins among the values that are not 0.
 *
 * @param values - profits or returns; missing ones are dropped
 * @returns 0 to 1; `NaN` when none differs from 0
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 */
export function winRate(values: Series): number {
  return winRateFrom(sumsOf(observed(values, "values")));
}

/**
 * Profit factor: sum of gains over sum of losses.
 *
 * @param values - profits or returns; missing ones are dropped
 * @returns `Infinity` without losses, `NaN` without either
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 */
export function profitFactor(values: Series): number {
  return profitFactorFrom(sumsOf(observed(values, "values")));
}

/**
 * Payoff ratio: average gain over average loss.
 *
 * @param values - profits or returns; missing ones are dropped
 * @returns `Infinity` without losses, 0 without gains, `NaN` without either
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 */
export function payoffRatio(values: Series): number {
  return payoffFrom(sumsOf(observed(values, "values")));
}

/**
 * Expectancy: mean result of a trade, zero ones included.
 *
 * @param values - profits or returns; missing ones are dropped
 * @returns `NaN` for none
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 */
export function expectancy(values: Series): number {
  const sums = sumsOf(observed(values, "values"));
  return (sums.gained - sums.lost) / sums.count;
}

/**
 * Kelly fraction: W − (1 − W) / R with win rate W and payoff ratio R; values of 0 are left out.
 *
 * @param values - profits or returns; missing ones are dropped
 * @returns 1 without losses, `-Infinity` without gains, `NaN` without either
 * @throws {@link MetricsError} `not-finite`, `not-a-series`
 * @see Kelly (1956), "A new interpretation of information rate"
 */
export function kelly(values: Series): number {
  return kellyFrom(sumsOf(observed(values, "values")));
}
