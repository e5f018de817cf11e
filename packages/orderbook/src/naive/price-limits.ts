import type { LimitState } from "../engine-listener.ts";
import { checkLastPrice } from "../option-rules.ts";
import type { CurrentPriceLimits } from "../price-level.ts";
import type { Side } from "../side.ts";
import { tickDown, tickUp } from "../tick-size.ts";
import type { Instrument } from "./instrument.ts";
import { best } from "./reading.ts";
import { settle } from "./settling.ts";
import type { NaiveState } from "./state.ts";

/** See {@link MatchingEngine.setLastPrice}. */
export function setLastPrice(state: NaiveState, instrument: number, price: number): void {
  checkLastPrice(price);
  const book = state.instruments[instrument];
  if (!book) return;
  book.last = price;
  book.reference = price;
  book.referenceSince = state.now;
  book.recent = [];
  settle(state, instrument);
}

/** See {@link MatchingEngine.priceLimits}. */
export function priceLimits(state: NaiveState, instrument: number): CurrentPriceLimits | undefined {
  const book = state.instruments[instrument];
  const limits = book && limitsOf(book);
  return limits && { ...limits, state: book.limitState };
}

/** Notes whether a best price stands at a limit. */
export function noteLimitState(state: NaiveState, instrument: number): void {
  const limits = limitsOf(state.instruments[instrument]!);
  if (!limits) return;
  const isUp = best(state, instrument, "buy") === limits.upper;
  const isDown = best(state, instrument, "sell") === limits.lower;
  setLimitState(state, instrument, isUp ? "up" : isDown ? "down" : "none");
}

export function setLimitState(state: NaiveState, instrument: number, limitState: LimitState): void {
  const book = state.instruments[instrument]!;
  if (book.limitState === limitState) return;
  book.limitState = limitState;
  book.limitSince = state.now;
  state.listener.limitStateChanged?.(instrument, limitState);
}

/** Moves the reference of the price limits to the mean of the window, when that is far enough from it. */
export function updateReference(state: NaiveState, book: Instrument): void {
  const { window, updateBasisPoints } = book.rules.priceLimits!;
  const part = thirtieth(book);
  const first = Math.floor(state.now / part) - Math.ceil(window / part) + 1;
  book.recent = book.recent.filter(([when]) => when >= first);
  const { recent, reference } = book;
  if (recent.length === 0 || reference === undefined) return;
  if (state.now - book.referenceSince < window / 10) return;
  const mean = Math.round(recent.reduce((sum, [, price]) => sum + price, 0) / recent.length) + 0;
  if (Math.abs(mean - reference) * 10_000 < Math.abs(reference) * updateBasisPoints) return;
  if (mean === reference) return;
  book.reference = mean;
  book.referenceSince = state.now;
}

interface Limits {
  readonly lower: number;
  readonly upper: number;
}

/** The price limits, at valid prices. */
export function limitsOf({ rules, reference }: Instrument): Limits | undefined {
  if (!rules.priceLimits || reference === undefined) return undefined;
  const width = Math.round((Math.abs(reference) * rules.priceLimits.basisPoints) / 10_000);
  const lower = tickUp(reference - width, rules);
  const upper = tickDown(reference + width, rules);
  // A band so narrow that no valid price is in it is widened to the valid prices around it.
  return lower <= upper ? { lower, upper } : { lower: upper, upper: lower };
}

/** A limit price, not further than the price limits let it. */
export function within(limits: Limits | undefined, side: Side, price: number): number {
  if (!limits) return price;
  return side === "buy" ? Math.min(price, limits.upper) : Math.max(price, limits.lower);
}

/** Length of the parts into which the window of the mean is cut. */
export function thirtieth({ rules }: Instrument): number {
  return Math.ceil(rules.priceLimits!.window / 30);
}
