/** Series that tests share. */

/** Monthly returns of a fund and its benchmark: the example of Bacon (2008) that PerformanceAnalytics ships too. */
export const fund: readonly number[] = [
  0.003, 0.026, 0.011, -0.01, 0.015, 0.025, 0.016, 0.067, -0.014, 0.04, -0.005, 0.081, 0.04, -0.037, -0.061,
  0.017, -0.049, -0.022, 0.07, 0.058, -0.065, 0.024, -0.005, -0.009,
];
export const benchmark: readonly number[] = [
  0.002, 0.025, 0.018, -0.011, 0.014, 0.018, 0.014, 0.065, -0.015, 0.042, -0.006, 0.083, 0.039, -0.038,
  -0.062, 0.015, -0.048, 0.021, 0.06, 0.056, -0.067, 0.019, -0.003, 0,
];

/** Ten years of trading days made by a linear congruential generator: the same on every machine. */
export function madeYears(
  seed = 11,
  years = 10,
): { dates: string[]; returns: number[]; benchmark: number[] } {
  let state = seed;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const normal = (): number => uniform() + uniform() + uniform() + uniform() + uniform() + uniform() - 3;
  const dates: string[] = [];
  const [returns, market]: [number[], number[]] = [[], []];
  let unrest = 1;
  for (let day = Date.UTC(2014, 0, 2); day < Date.UTC(2014 + years, 0, 1); day += 86_400_000) {
    const date = new Date(day);
    if (date.getUTCDay() % 6 === 0) continue;
    unrest = Math.max(0.6, 0.97 * unrest + 0.03 + 0.12 * (uniform() - 0.49));
    const common = 0.0003 + 0.012 * unrest * normal();
    dates.push(date.toISOString().slice(0, 10));
    market.push(common);
    returns.push(0.0002 + 0.7 * common + 0.006 * normal());
  }
  return { dates, returns, benchmark: market };
}
