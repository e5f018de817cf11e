import { type Book, PLACE } from "../book.ts";
import type { OrderExtras } from "../order-extras.ts";
import { CHAIN, DETAILED, FILLED, FLAGS, KEY, PLACE_SHIFT, SELLS, STRIDE_BITS } from "../order-store.ts";
import { NO_KEY } from "../price-ladder.ts";
import { tickDown, tickUp } from "../tick-size.ts";
import { type EngineState, sideOf, toKey, toPrice } from "./engine-state.ts";
import { highestKey } from "./price-limits.ts";
import { act } from "./taking.ts";

/** A pegged order, which is in `state.terms`, goes to where it belongs now. */
export function follow(
  state: EngineState,
  book: Book,
  orderId: number,
  sells: number,
  leaves: number,
  filled: number,
): void {
  const { terms } = state;
  const price = pegPrice(book, terms.extras!, sells);
  terms.display = 0;
  if (price === undefined) {
    state.hold(book, orderId, sells, PLACE.PEG, 0, leaves, filled);
    return;
  }
  terms.hasLimit = true;
  terms.limit = toKey(price, sells);
  act(state, book, orderId, sells, leaves, filled);
}

/** Where a pegged order belongs; `undefined` when it has to wait. */
function pegPrice(book: Book, { peg, pegOffset, pegLimit }: OrderExtras, sells: number): number | undefined {
  if (!book.isContinuous) return undefined;
  const [bid, ask] = [book.lit[0].bestKey, book.lit[1].bestKey];
  const isBuy = sells === 0;
  let price: number;
  if (peg === "midpoint") {
    if (bid === NO_KEY || ask === NO_KEY) return undefined;
    // A sell's key is the negative of its price.
    const middle = (bid - ask) / 2;
    price = (isBuy ? Math.floor(middle) : Math.ceil(middle)) + pegOffset;
  } else {
    const followsBid = (peg === "primary") === isBuy;
    const key = followsBid ? bid : ask;
    if (key === NO_KEY) return undefined;
    price = toPrice(key, followsBid ? 0 : SELLS) + pegOffset;
  }
  if (pegLimit !== undefined) price = isBuy ? Math.min(price, pegLimit) : Math.max(price, pegLimit);
  if (peg !== "midpoint") price = isBuy ? tickDown(price, book.rules) : tickUp(price, book.rules);
  const highest = highestKey(book, sells);
  if (highest !== undefined) price = toPrice(Math.min(toKey(price, sells), highest), sells);
  return price < book.lowestPrice || price > book.highestPrice ? undefined : price;
}

/** Moves pegged orders that are not where they belong. @returns whether that changed the book for others */
export function movePegs(state: EngineState, book: Book): boolean {
  const { rare, lit } = book;
  if (rare.pegs.size === 0) return false;
  const [bid, ask, reference] = rare.followed;
  if (bid === lit[0].bestKey && ask === lit[1].bestKey && reference === rare.reference) return false;
  for (const slot of followers(state, book)) {
    const at = slot << STRIDE_BITS;
    const { records } = state.store;
    const flags = records[at + CHAIN]!;
    const sells = flags & SELLS;
    const isWaiting = (flags & FLAGS) >>> PLACE_SHIFT === PLACE.PEG;
    const price = pegPrice(book, state.extrasOf(slot)!, sells);
    const current = isWaiting ? undefined : toPrice(records[at + KEY]!, sells);
    if (price === current) continue;
    const [orderId, leaves, filled] = [state.store.idOf(slot), state.leavesOf(slot), records[at + FILLED]!];
    const { size } = state.store;
    state.details.load(slot, state.terms);
    if (isWaiting) state.leave(book, slot);
    else state.end(slot, "repriced");
    follow(state, book, orderId, sells, leaves, filled);
    // It traded, met an order of its own group, or ended continuous trading: everything is looked at anew.
    if (!book.isContinuous) return true;
    if (state.store.size !== size || state.leavesOf(state.store.find(orderId)) !== leaves) return true;
  }
  rare.followed = [lit[0].bestKey, lit[1].bestKey, rare.reference];
  return false;
}

/** Outside continuous trading pegged orders wait. */
export function holdPegs(state: EngineState, book: Book): void {
  for (const slot of followers(state, book)) {
    const at = slot << STRIDE_BITS;
    const { records } = state.store;
    const flags = records[at + CHAIN]! & FLAGS;
    if (flags >>> PLACE_SHIFT === PLACE.PEG) continue;
    const leaves = state.leavesOf(slot);
    const orderId = state.store.idOf(slot);
    const sells = flags & SELLS;
    book.ladderOf(slot).remove(slot);
    records[at + CHAIN] = (records[at + CHAIN]! & ~FLAGS) | sells | DETAILED | (PLACE.PEG << PLACE_SHIFT);
    records[at + KEY] = 0;
    book.ladder(PLACE.PEG, sells).append(slot, 0);
    state.listener.cancelled(book.index, orderId, leaves, "repriced");
    state.listener.held(book.index, orderId, sideOf(sells), leaves);
  }
}

/** The pegged orders as they were entered, without those that wait for the first order of their list. */
function followers(state: EngineState, book: Book): number[] {
  const slots = [...book.rare.pegs].filter((slot) => state.flagsOf(slot) >>> PLACE_SHIFT !== PLACE.PARENT);
  return state.asEntered(slots);
}
