import type { Book } from "../book.ts";
import type { LimitState } from "../engine-listener.ts";
import { SELLS } from "../order-store.ts";
import { NO_KEY } from "../price-ladder.ts";
import { tickDown, tickUp } from "../tick-size.ts";
import { type EngineState, toPrice } from "./engine-state.ts";

/** The prices between which an instrument trades. */
interface Limits {
  readonly lower: number;
  readonly upper: number;
}

/** The limits of an instrument now, at valid prices; `undefined` when it has none. */
export function limitsOf({ rules, rare }: Book): Limits | undefined {
  const { reference } = rare;
  if (!rules.priceLimits || reference === undefined) return undefined;
  const width = Math.round((Math.abs(reference) * rules.priceLimits.basisPoints) / 10_000);
  const [up, down] = [tickUp(reference - width, rules), tickDown(reference + width, rules)];
  // A band so narrow that no valid price is in it is widened to the valid prices around it.
  return { lower: Math.min(up, down), upper: Math.max(up, down) };
}

/** Highest key at which an order of this side may stand; `undefined` for any. */
export function highestKey(book: Book, sells: number): number | undefined {
  const limits = limitsOf(book);
  return limits && (sells === SELLS ? 0 - limits.lower : limits.upper);
}

/** Notes a trade for the reference. */
export function notePrice(state: EngineState, book: Book, price: number): void {
  const { rare, rules } = book;
  if (!rules.priceLimits) return;
  if (rare.reference === undefined) restart(state, book, price);
  const which = Math.floor(state.now / thirtieth(rules.priceLimits.window));
  const last = rare.recent.at(-1);
  if (last?.[0] === which) {
    last[1] += price;
    last[2]++;
  } else rare.recent.push([which, price, 1]);
}

/** The reference is a price from now on. */
export function restart({ now }: EngineState, { rare }: Book, price: number): void {
  rare.reference = price;
  rare.referenceSince = now;
}

/** The mean of the window becomes the reference when it is far enough from it. */
export function updateReference(state: EngineState, book: Book): void {
  const { window, updateBasisPoints } = book.rules.priceLimits!;
  const { rare } = book;
  const part = thirtieth(window);
  const first = Math.floor(state.now / part) - Math.ceil(window / part) + 1;
  while (rare.recent.length > 0 && rare.recent[0]![0] < first) rare.recent.shift();
  const { reference } = rare;
  if (rare.recent.length === 0 || reference === undefined) return;
  if (state.now - rare.referenceSince < window / 10) return;
  let sum = 0;
  let trades = 0;
  for (const [, prices, count] of rare.recent) {
    sum += prices;
    trades += count;
  }
  const mean = Math.round(sum / trades) + 0;
  if (mean === reference) return;
  if (Math.abs(mean - reference) * 10_000 < Math.abs(reference) * updateBasisPoints) return;
  restart(state, book, mean);
}

/** Looks whether the best bid or offer stands at a limit. */
export function noteLimitState(state: EngineState, book: Book): void {
  const limits = limitsOf(book);
  if (!limits) return;
  const [bid, ask] = [book.lit[0].bestKey, book.lit[1].bestKey];
  const isUp = bid !== NO_KEY && bid === limits.upper;
  const isDown = ask !== NO_KEY && toPrice(ask, SELLS) === limits.lower;
  setLimitState(state, book, isUp ? "up" : isDown ? "down" : "none");
}

export function setLimitState(
  { now, listener }: EngineState,
  { index, rare }: Book,
  limitState: LimitState,
): void {
  if (rare.limitState === limitState) return;
  rare.limitState = limitState;
  rare.limitSince = now;
  listener.limitStateChanged?.(index, limitState);
}

function thirtieth(window: number): number {
  return Math.ceil(window / 30);
}
