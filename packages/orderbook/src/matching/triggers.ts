import { type Book, NO_HIGH, NO_LOW, PLACE } from "../book.ts";
import type { OrderExtras } from "../order-extras.ts";
import { SELLS } from "../order-store.ts";
import { NO_KEY } from "../price-ladder.ts";
import type { EngineState } from "./engine-state.ts";

/** Trigger of a trailing stop that begins at its distance from the last price. */
export const NO_TRIGGER: number = -(2 ** 31);

/** Where a trailing stop's trigger is when the last price is this one. */
export function trailFrom(
  { trailAmount, trailBasisPoints }: OrderExtras,
  sells: number,
  price: number,
): number {
  const distance = trailAmount || Math.max(Math.ceil((Math.abs(price) * trailBasisPoints) / 10_000), 1);
  return sells === 0 ? price + distance : price - distance;
}

/** Moves trailing triggers along the trades that were not looked at yet, and elects whoever they reach. */
export function elect(state: EngineState, book: Book): void {
  const { rare } = book;
  if (rare.trades.length === 0) return;
  const reached: number[] = [];
  for (const price of rare.trades) {
    takeReached(state, book, PLACE.RISING, 0 - price, reached);
    takeReached(state, book, PLACE.FALLING, price, reached);
    if (rare.trailing.size > 0) trail(state, book, price);
  }
  rare.trades = [];
  book.low = NO_LOW;
  book.high = NO_HIGH;
  // One by one: as arguments of one call, many would overflow the stack.
  for (const slot of state.asEntered(reached)) state.elected.push(slot);
}

function takeReached(state: EngineState, book: Book, place: number, lowest: number, reached: number[]): void {
  const ladder = book.ladder(place, 0);
  for (let key = ladder.bestKey; key !== NO_KEY && key >= lowest; key = ladder.bestKey) {
    const slot = ladder.headOf(key);
    state.elect(book, slot);
    reached.push(slot);
  }
}

function trail(state: EngineState, book: Book, price: number): void {
  const { rare } = book;
  if (price >= rare.trailedLow && price <= rare.trailedHigh) return;
  rare.trailedLow = Math.min(rare.trailedLow, price);
  rare.trailedHigh = Math.max(rare.trailedHigh, price);
  for (const slot of rare.trailing) {
    const sells = state.flagsOf(slot) & SELLS;
    const trigger = trailFrom(state.extrasOf(slot)!, sells, price);
    const old = state.details.trigger(slot);
    if (sells === 0 ? trigger >= old : trigger <= old) continue;
    state.details.setTrigger(slot, trigger);
    state.move(book, slot, sells === 0 ? 0 - trigger : trigger);
  }
}
