/** Seed of this run's property tests; `PROPERTY_SEED` repeats an earlier run. */
export const seed: number = Number(process.env.PROPERTY_SEED ?? 20_260_101);

/** Longest time for one property in a long run; without it each property makes all its runs. */
export const secondsPerProperty: number | undefined = process.env.PROPERTY_SECONDS
  ? Number(process.env.PROPERTY_SECONDS)
  : undefined;

/**
 * How often a property is tried: `count` times in `npm test`, `PROPERTY_FACTOR` times as often in
 * `npm run test:long`.
 */
export function runs(count: number): number {
  return Math.ceil(count * Number(process.env.PROPERTY_FACTOR ?? 1));
}
