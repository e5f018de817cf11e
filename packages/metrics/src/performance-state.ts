/**
 * Sufficient statistics of a stretch of returns in one Float64Array: `add` appends a return, `merge` joins two
 * stretches that follow each other. Everything that streams and rolls is built on these two.
 */
export type PerformanceState = Float64Array;

export const PERIODS = 0;
export const COUNT = 1;
export const MEAN = 2;
/** Sums of the 2nd, 3rd and 4th powers of the distance to the mean. */
export const M2 = 3;
export const M3 = 4;
export const M4 = 5;
export const SMALLEST = 6;
export const LARGEST = 7;
/** Sums of max(mar − r, 0) to the 1st, 2nd, 3rd power; of max(r − mar, 0) to the 1st and 2nd. */
export const LOWER_1 = 8;
export const LOWER_2 = 9;
export const LOWER_3 = 10;
export const UPPER_1 = 11;
export const UPPER_2 = 12;
export const BELOW = 13;
/** Wealth at the end, its highest and lowest value; the stretch starts with wealth 1. */
export const WEALTH = 14;
export const PEAK = 15;
export const LOW = 16;
/** Deepest drawdown as wealth / peak, 1 for none. */
export const DEEPEST = 17;
export const WINS = 18;
export const LOSSES = 19;
export const GAINED = 20;
export const LOST = 21;
/** Run of wins at the start (as long as nothing else came), at the end, and the longest; then losses. */
export const FIRST_WINS = 22;
export const LAST_WINS = 23;
export const MOST_WINS = 24;
export const FIRST_LOSSES = 25;
export const LAST_LOSSES = 26;
export const MOST_LOSSES = 27;
const SIZE = 28;

export function emptyState(): PerformanceState {
  const state = new Float64Array(SIZE);
  clear(state);
  return state;
}

export function clear(state: PerformanceState): void {
  state.fill(0);
  state[SMALLEST] = Infinity;
  state[LARGEST] = -Infinity;
  state[WEALTH] = 1;
  state[PEAK] = 1;
  state[LOW] = 1;
  state[DEEPEST] = 1;
}

/** Appends one return, `NaN` for a missing one. Moments by the update of Pébay (2008), SAND2008-6212. */
export function add(s: PerformanceState, value: number, mar: number): void {
  s[PERIODS] = s[PERIODS]! + 1;
  if (Number.isNaN(value)) return;
  const before = s[COUNT]!;
  const n = before + 1;
  const delta = value - s[MEAN]!;
  const step = delta / n;
  const step2 = step * step;
  const term = delta * step * before;
  const m2 = s[M2]!;
  const m3 = s[M3]!;
  s[COUNT] = n;
  s[MEAN] = s[MEAN]! + step;
  s[M4] = s[M4]! + term * step2 * (n * n - 3 * n + 3) + 6 * step2 * m2 - 4 * step * m3;
  s[M3] = m3 + term * step * (n - 2) - 3 * step * m2;
  s[M2] = m2 + term;
  if (value < s[SMALLEST]!) s[SMALLEST] = value;
  if (value > s[LARGEST]!) s[LARGEST] = value;

  const away = value - mar;
  if (away < 0) {
    s[LOWER_1] = s[LOWER_1]! - away;
    s[LOWER_2] = s[LOWER_2]! + away * away;
    s[LOWER_3] = s[LOWER_3]! - away * away * away;
    s[BELOW] = s[BELOW]! + 1;
  } else {
    s[UPPER_1] = s[UPPER_1]! + away;
    s[UPPER_2] = s[UPPER_2]! + away * away;
  }

  const wealth = s[WEALTH]! * (1 + value);
  s[WEALTH] = wealth;
  if (wealth > s[PEAK]!) s[PEAK] = wealth;
  else if (wealth < s[DEEPEST]! * s[PEAK]!) s[DEEPEST] = wealth / s[PEAK]!;
  if (wealth < s[LOW]!) s[LOW] = wealth;

  if (value > 0) {
    s[WINS] = s[WINS]! + 1;
    s[GAINED] = s[GAINED]! + value;
    const run = s[LAST_WINS]! + 1;
    s[LAST_WINS] = run;
    s[LAST_LOSSES] = 0;
    if (run > s[MOST_WINS]!) s[MOST_WINS] = run;
    if (run === n) s[FIRST_WINS] = run;
  } else if (value < 0) {
    s[LOSSES] = s[LOSSES]! + 1;
    s[LOST] = s[LOST]! - value;
    const run = s[LAST_LOSSES]! + 1;
    s[LAST_LOSSES] = run;
    s[LAST_WINS] = 0;
    if (run > s[MOST_LOSSES]!) s[MOST_LOSSES] = run;
    if (run === n) s[FIRST_LOSSES] = run;
  } else {
    s[LAST_WINS] = 0;
    s[LAST_LOSSES] = 0;
  }
}

/** Sets `into` to `earlier` followed by `later`; `into` may be either of them. */
export function merge(into: PerformanceState, earlier: PerformanceState, later: PerformanceState): void {
  const na = earlier[COUNT]!;
  const nb = later[COUNT]!;
  const periods = earlier[PERIODS]! + later[PERIODS]!;
  if (na === 0 || nb === 0) {
    into.set(na === 0 ? later : earlier);
    into[PERIODS] = periods;
    return;
  }
  const n = na + nb;
  const delta = later[MEAN]! - earlier[MEAN]!;
  const perN = delta / n;
  const m2 = earlier[M2]! + later[M2]! + delta * perN * na * nb;
  const m3 =
    earlier[M3]! +
    later[M3]! +
    delta * perN * perN * na * nb * (na - nb) +
    3 * perN * (na * later[M2]! - nb * earlier[M2]!);
  const m4 =
    earlier[M4]! +
    later[M4]! +
    delta * perN ** 3 * na * nb * (na * na - na * nb + nb * nb) +
    6 * perN * perN * (na * na * later[M2]! + nb * nb * earlier[M2]!) +
    4 * perN * (na * later[M3]! - nb * earlier[M3]!);
  const mean = earlier[MEAN]! + perN * nb;
  const smallest = Math.min(earlier[SMALLEST]!, later[SMALLEST]!);
  const largest = Math.max(earlier[LARGEST]!, later[LARGEST]!);

  // The later stretch starts from the earlier one's wealth (0 or above), so its path is scaled by it. A point's
  // drawdown is the worse of that from the earlier peak and that within its own stretch.
  const start = earlier[WEALTH]!;
  const lowThen = start * later[LOW]!;
  const peakThen = start * later[PEAK]!;
  const wealth = start * later[WEALTH]!;
  const deepest = Math.min(earlier[DEEPEST]!, later[DEEPEST]!, lowThen / earlier[PEAK]!);
  const low = Math.min(earlier[LOW]!, lowThen);
  const peak = Math.max(earlier[PEAK]!, peakThen);

  const firstWins = earlier[FIRST_WINS]! === na ? na + later[FIRST_WINS]! : earlier[FIRST_WINS]!;
  const lastWins = later[LAST_WINS]! === nb ? nb + earlier[LAST_WINS]! : later[LAST_WINS]!;
  const mostWins = Math.max(earlier[MOST_WINS]!, later[MOST_WINS]!, earlier[LAST_WINS]! + later[FIRST_WINS]!);
  const firstLosses = earlier[FIRST_LOSSES]! === na ? na + later[FIRST_LOSSES]! : earlier[FIRST_LOSSES]!;
  const lastLosses = later[LAST_LOSSES]! === nb ? nb + earlier[LAST_LOSSES]! : later[LAST_LOSSES]!;
  const mostLosses = Math.max(
    earlier[MOST_LOSSES]!,
    later[MOST_LOSSES]!,
    earlier[LAST_LOSSES]! + later[FIRST_LOSSES]!,
  );
  for (const sum of [LOWER_1, LOWER_2, LOWER_3, UPPER_1, UPPER_2, BELOW, WINS, LOSSES, GAINED, LOST])
    into[sum] = earlier[sum]! + later[sum]!;

  into[PERIODS] = periods;
  into[COUNT] = n;
  into[MEAN] = mean;
  into[M2] = m2;
  into[M3] = m3;
  into[M4] = m4;
  into[SMALLEST] = smallest;
  into[LARGEST] = largest;
  into[WEALTH] = wealth;
  into[PEAK] = peak;
  into[LOW] = low;
  into[DEEPEST] = deepest;
  into[FIRST_WINS] = firstWins;
  into[LAST_WINS] = lastWins;
  into[MOST_WINS] = mostWins;
  into[FIRST_LOSSES] = firstLosses;
  into[LAST_LOSSES] = lastLosses;
  into[MOST_LOSSES] = mostLosses;
}
