import { type Book, PLACE } from "../book.ts";
import type { Phase } from "../instrument-options.ts";
import { CHAIN, DETAILED, FILLED, PLACE_SHIFT, SELLS, STRIDE_BITS } from "../order-store.ts";
import { isForAuction, uncross } from "./auction.ts";
import { type EngineState, toKey } from "./engine-state.ts";
import { holdPegs } from "./pegs.ts";
import { restart, setLimitState } from "./price-limits.ts";
import { settle } from "./settling.ts";
import { act } from "./taking.ts";

/** Brings an instrument from one phase into another, with all that belongs to the way. */
export function enterPhase(state: EngineState, book: Book, phase: Phase): void {
  const auction = phase === "continuous" || phase === "closed" ? endCall(state, book) : undefined;
  if (phase === "closed") endDay(state, book);
  changePhase(state, book, phase);
  if (phase === "closing-auction") {
    for (const slot of state.asEntered(book.closeOrders())) {
      const at = slot << STRIDE_BITS;
      const { records } = state.store;
      const [orderId, sells] = [state.store.idOf(slot), records[at + CHAIN]! & SELLS];
      const leaves = state.leavesOf(slot);
      state.details.load(slot, state.terms);
      state.leave(book, slot);
      act(state, book, orderId, sells, leaves, 0);
    }
  }
  if (phase === "continuous") {
    if (auction !== undefined) {
      restart(state, book, auction);
      book.rare.recent = [];
    }
    if (book.last !== undefined && book.waiting > 0) book.noteTrade(book.last);
  }
  settle(state, book);
}

/** Only the change of the phase, without an auction. */
export function changePhase(state: EngineState, book: Book, phase: Phase): void {
  const { rare } = book;
  if (book.isContinuous) {
    setLimitState(state, book, "none");
    holdPegs(state, book);
    rare.top[0] = 0;
    rare.top[1] = 0;
  }
  book.enterPhase(phase);
  rare.followed = [Number.NaN, Number.NaN, undefined];
  rare.auctionEnds = undefined;
  rare.told = undefined;
  state.listener.phaseChanged(book.index, phase);
}

/** The way out of a call: the cross, then everything ends that was only for it. @returns the auction's price */
function endCall(state: EngineState, book: Book): number | undefined {
  const price = uncross(state, book);
  for (const { slot, orderId, sequence } of detailed(state, state.resting(book))) {
    // Another order of its list may have ended it.
    if (state.store.find(orderId) !== slot || !state.isSame(slot, sequence)) continue;
    const hasPrice = state.flagsOf(slot) >>> PLACE_SHIFT !== PLACE.MARKET;
    if (isForAuction(state, slot) || (!hasPrice && price === undefined)) state.end(slot, "expired");
    else if (!hasPrice) limitAt(state, book, slot, price!);
  }
  return price;
}

/** What is left of a market-to-limit order after an auction rests at the auction's price. */
function limitAt(state: EngineState, book: Book, slot: number, price: number): void {
  const at = slot << STRIDE_BITS;
  const { records } = state.store;
  const orderId = state.store.idOf(slot);
  const sells = records[at + CHAIN]! & SELLS;
  const leaves = state.leavesOf(slot);
  const filled = records[at + FILLED]!;
  state.details.load(slot, state.terms);
  state.terms.hasLimit = true;
  state.terms.limit = toKey(price, sells);
  state.leave(book, slot);
  state.rest(book, orderId, sells, leaves, filled);
}

function endDay(state: EngineState, book: Book): void {
  for (const { slot, orderId, sequence } of detailed(state, state.inOrder(book))) {
    if (state.store.find(orderId) !== slot || !state.isSame(slot, sequence)) continue;
    const place = state.flagsOf(slot) >>> PLACE_SHIFT;
    if (place === PLACE.CLOSE || state.details.time(slot) === "day") state.end(slot, "expired");
  }
}

/** The detailed ones of these orders, to be recognised after others of their list ended. */
function detailed(
  state: EngineState,
  slots: readonly number[],
): { readonly slot: number; readonly orderId: number; readonly sequence: number }[] {
  return slots
    .filter((slot) => (state.flagsOf(slot) & DETAILED) !== 0)
    .map((slot) => ({ slot, orderId: state.store.idOf(slot), sequence: state.details.sequence[slot]! }));
}
