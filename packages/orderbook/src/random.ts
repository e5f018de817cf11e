/** The state after this one of the generator of random refreshes: a step of Weyl's sequence on 32 bits. */
export function nextRandomState(state: number): number {
  return (state + 0x6d2b_79f5) | 0;
}

/**
 * The whole number from 0 to `count` − 1 that a state of the generator stands for.
 *
 * @see mulberry32 by Tommy Ettinger (public domain): a Weyl sequence, mixed
 */
export function randomBelow(state: number, count: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count);
}

/** What a random refresh shows, from `low` to `high` lots, by the state of the generator. */
export function randomSize(state: number, low: number, high: number, lotSize: number): number {
  return low + randomBelow(state, (high - low) / lotSize + 1) * lotSize;
}
