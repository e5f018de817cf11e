/** Sufficient statistics of pairs (return, benchmark return); `add` and `merge` as in performance-state.ts. */
export type BenchmarkState = Float64Array;

export const PERIODS = 0;
export const COUNT = 1;
export const MEAN_X = 2;
export const MEAN_Y = 3;
export const XX = 4;
export const YY = 5;
export const XY = 6;
/** Of the active return x − y: kept apart, as XX + YY − 2 XY loses its digits when x follows y closely. */
export const MEAN_ACTIVE = 7;
export const ACTIVE = 8;
export const GROWTH_X = 9;
export const GROWTH_Y = 10;
/** Periods with the benchmark above 0: all of them, sums and growth of the complete. Then below 0; then 0 or below. */
export const UP = 11;
export const UP_X = 12;
export const UP_Y = 13;
export const UP_GROWTH_X = 14;
export const UP_GROWTH_Y = 15;
export const DOWN = 16;
export const DOWN_GROWTH_X = 17;
export const DOWN_GROWTH_Y = 18;
/** Complete periods among those up and those down. */
export const UP_COMPLETE = 19;
export const NOT_UP_X = 20;
export const NOT_UP_Y = 21;
export const NOT_UP_GROWTH_X = 22;
export const SMALLEST_Y = 23;
export const LARGEST_Y = 24;
export const SMALLEST_ACTIVE = 25;
export const LARGEST_ACTIVE = 26;
export const SMALLEST_X = 27;
export const LARGEST_X = 28;
export const BEATEN = 29;
/** Growth where the other side may be missing: CAGRs are of each side alone. */
export const ALONE_X = 30;
export const ALONE_Y = 31;
export const UP_ALONE_Y = 32;
export const DOWN_ALONE_Y = 33;
export const PRESENT_X = 34;
export const PRESENT_Y = 35;
export const DOWN_COMPLETE = 36;
const SIZE = 37;

const PRODUCTS = [
  GROWTH_X,
  GROWTH_Y,
  UP_GROWTH_X,
  UP_GROWTH_Y,
  DOWN_GROWTH_X,
  DOWN_GROWTH_Y,
  NOT_UP_GROWTH_X,
  ALONE_X,
  ALONE_Y,
  UP_ALONE_Y,
  DOWN_ALONE_Y,
] as const;
const SUMS = [
  PERIODS,
  COUNT,
  UP,
  UP_X,
  UP_Y,
  DOWN,
  NOT_UP_X,
  NOT_UP_Y,
  BEATEN,
  UP_COMPLETE,
  DOWN_COMPLETE,
  PRESENT_X,
  PRESENT_Y,
] as const;
const SMALLEST = [SMALLEST_X, SMALLEST_Y, SMALLEST_ACTIVE] as const;
const LARGEST = [LARGEST_X, LARGEST_Y, LARGEST_ACTIVE] as const;

export function emptyState(): BenchmarkState {
  const state = new Float64Array(SIZE);
  clear(state);
  return state;
}

export function clear(state: BenchmarkState): void {
  state.fill(0);
  for (const index of PRODUCTS) state[index] = 1;
  for (const index of SMALLEST) state[index] = Infinity;
  for (const index of LARGEST) state[index] = -Infinity;
}

/** Appends one pair; a pair that lacks either value counts as a missing period. */
export function add(s: BenchmarkState, x: number, y: number): void {
  s[PERIODS] = s[PERIODS]! + 1;
  if (!Number.isNaN(x)) {
    s[PRESENT_X] = s[PRESENT_X]! + 1;
    s[ALONE_X] = s[ALONE_X]! * (1 + x);
  }
  if (!Number.isNaN(y)) s[PRESENT_Y] = s[PRESENT_Y]! + 1;
  if (y > 0) {
    s[UP] = s[UP]! + 1;
    s[UP_ALONE_Y] = s[UP_ALONE_Y]! * (1 + y);
    s[ALONE_Y] = s[ALONE_Y]! * (1 + y);
  } else if (y < 0) {
    s[DOWN] = s[DOWN]! + 1;
    s[DOWN_ALONE_Y] = s[DOWN_ALONE_Y]! * (1 + y);
    s[ALONE_Y] = s[ALONE_Y]! * (1 + y);
  }
  if (Number.isNaN(x) || Number.isNaN(y)) return;
  const n = s[COUNT]! + 1;
  const active = x - y;
  const dx = x - s[MEAN_X]!;
  const dy = y - s[MEAN_Y]!;
  const da = active - s[MEAN_ACTIVE]!;
  const share = (n - 1) / n;
  s[COUNT] = n;
  s[MEAN_X] = s[MEAN_X]! + dx / n;
  s[MEAN_Y] = s[MEAN_Y]! + dy / n;
  s[MEAN_ACTIVE] = s[MEAN_ACTIVE]! + da / n;
  s[XX] = s[XX]! + dx * dx * share;
  s[YY] = s[YY]! + dy * dy * share;
  s[XY] = s[XY]! + dx * dy * share;
  s[ACTIVE] = s[ACTIVE]! + da * da * share;
  s[GROWTH_X] = s[GROWTH_X]! * (1 + x);
  s[GROWTH_Y] = s[GROWTH_Y]! * (1 + y);
  if (active > 0) s[BEATEN] = s[BEATEN]! + 1;
  if (y > 0) {
    s[UP_COMPLETE] = s[UP_COMPLETE]! + 1;
    s[UP_X] = s[UP_X]! + x;
    s[UP_Y] = s[UP_Y]! + y;
    s[UP_GROWTH_X] = s[UP_GROWTH_X]! * (1 + x);
    s[UP_GROWTH_Y] = s[UP_GROWTH_Y]! * (1 + y);
  } else {
    s[NOT_UP_X] = s[NOT_UP_X]! + x;
    s[NOT_UP_Y] = s[NOT_UP_Y]! + y;
    s[NOT_UP_GROWTH_X] = s[NOT_UP_GROWTH_X]! * (1 + x);
    if (y < 0) {
      s[DOWN_COMPLETE] = s[DOWN_COMPLETE]! + 1;
      s[DOWN_GROWTH_X] = s[DOWN_GROWTH_X]! * (1 + x);
      s[DOWN_GROWTH_Y] = s[DOWN_GROWTH_Y]! * (1 + y);
    }
  }
  if (x < s[SMALLEST_X]!) s[SMALLEST_X] = x;
  if (x > s[LARGEST_X]!) s[LARGEST_X] = x;
  if (y < s[SMALLEST_Y]!) s[SMALLEST_Y] = y;
  if (y > s[LARGEST_Y]!) s[LARGEST_Y] = y;
  if (active < s[SMALLEST_ACTIVE]!) s[SMALLEST_ACTIVE] = active;
  if (active > s[LARGEST_ACTIVE]!) s[LARGEST_ACTIVE] = active;
}

/** Sets `into` to both together; `into` may be either of them. */
export function merge(into: BenchmarkState, earlier: BenchmarkState, later: BenchmarkState): void {
  const na = earlier[COUNT]!;
  const nb = later[COUNT]!;
  const n = na + nb;
  const weight = n === 0 ? 0 : (na * nb) / n;
  const share = n === 0 ? 0 : nb / n;
  const dx = later[MEAN_X]! - earlier[MEAN_X]!;
  const dy = later[MEAN_Y]! - earlier[MEAN_Y]!;
  const da = later[MEAN_ACTIVE]! - earlier[MEAN_ACTIVE]!;
  into[MEAN_X] = earlier[MEAN_X]! + dx * share;
  into[MEAN_Y] = earlier[MEAN_Y]! + dy * share;
  into[MEAN_ACTIVE] = earlier[MEAN_ACTIVE]! + da * share;
  into[XX] = earlier[XX]! + later[XX]! + dx * dx * weight;
  into[YY] = earlier[YY]! + later[YY]! + dy * dy * weight;
  into[XY] = earlier[XY]! + later[XY]! + dx * dy * weight;
  into[ACTIVE] = earlier[ACTIVE]! + later[ACTIVE]! + da * da * weight;
  for (const index of PRODUCTS) into[index] = earlier[index]! * later[index]!;
  for (const index of SUMS) into[index] = earlier[index]! + later[index]!;
  for (const index of SMALLEST) into[index] = Math.min(earlier[index]!, later[index]!);
  for (const index of LARGEST) into[index] = Math.max(earlier[index]!, later[index]!);
}
