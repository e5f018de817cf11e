import type { Book } from "../book.ts";
import { CHAIN, FILLED, KEY, SELLS, STRIDE_BITS } from "../order-store.ts";
import type { EngineState } from "./engine-state.ts";
import { movePegs } from "./pegs.ts";
import { highestKey, noteLimitState } from "./price-limits.ts";
import { act, begin, lowestInRange, trigger } from "./taking.ts";
import { wouldTrade } from "./trial.ts";
import { elect } from "./triggers.ts";

/** Does everything that a change of a book brings about, until nothing is left to do. */
export function settle(state: EngineState, book: Book): void {
  for (;;) {
    elect(state, book);
    const next = state.nextElected();
    if (next !== 0) {
      const { orderId, sells, leaves } = takeOut(state, book, next);
      trigger(state, book, orderId, sells, leaves);
      continue;
    }
    if (!book.isSpecial || book.phase === "halted" || book.phase === "closed") return;
    if (releaseChild(state, book)) continue;
    if (!book.isContinuous) return;
    if (movePriced(state, book) || movePegs(state, book) || fillWhole(state, book)) continue;
    noteLimitState(state, book);
    return;
  }
}

/** Takes an order out of the book, its terms into `state.terms`. */
function takeOut(
  state: EngineState,
  book: Book,
  slot: number,
): { readonly orderId: number; readonly sells: number; readonly leaves: number; readonly filled: number } {
  const at = slot << STRIDE_BITS;
  const { records } = state.store;
  const taken = {
    orderId: state.store.idOf(slot),
    sells: records[at + CHAIN]! & SELLS,
    leaves: state.leavesOf(slot),
    filled: records[at + FILLED]!,
  };
  state.details.load(slot, state.terms);
  state.leave(book, slot);
  return taken;
}

/** The first order whose parent has traded begins. @returns whether there was one */
function releaseChild(state: EngineState, book: Book): boolean {
  if (!book.rare.hasReleased) return false;
  const child = state.asEntered(book.childOrders()).find((slot) => state.listOf(slot)!.isReleased);
  if (child === undefined) {
    book.rare.hasReleased = false;
    return false;
  }
  const { orderId, sells, leaves } = takeOut(state, book, child);
  state.listener.triggered(book.index, orderId);
  begin(state, book, orderId, sells, leaves);
  return true;
}

/** The first order that is priced outside the limits is priced at them. @returns whether there was one */
function movePriced(state: EngineState, book: Book): boolean {
  for (const sells of [0, SELLS]) {
    const highest = highestKey(book, sells);
    const key = highest === undefined ? 0 : book.highestKey(sells);
    if (highest === undefined || key <= highest) continue;
    const slot = book.ordersAt(key, sells)[0]!;
    const at = slot << STRIDE_BITS;
    const { records } = state.store;
    const [orderId, leaves, filled] = [state.store.idOf(slot), state.leavesOf(slot), records[at + FILLED]!];
    if (state.flagsOf(slot) <= SELLS) {
      state.terms.reset();
      state.terms.limit = records[at + KEY]!;
    } else state.details.load(slot, state.terms);
    state.end(slot, "repriced");
    act(state, book, orderId, sells, leaves, filled);
    return true;
  }
  return false;
}

/** The first order that wants all or none and can have all trades. @returns whether there was one */
function fillWhole(state: EngineState, book: Book): boolean {
  if (book.rare.wholes === 0) return false;
  const slots = [0, SELLS].flatMap((sells) => book.slotsOf(book.wholes(sells)));
  for (const slot of state.asEntered(slots)) {
    const at = slot << STRIDE_BITS;
    const { records } = state.store;
    const sells = records[at + CHAIN]! & SELLS;
    const leaves = state.leavesOf(slot);
    const lowest = Math.max(0 - records[at + KEY]!, lowestInRange(book, sells));
    if (book.highestKey(SELLS - sells) < lowest) continue;
    state.details.load(slot, state.terms);
    if (wouldTrade(state, book, sells, lowest, leaves) < leaves) continue;
    const taken = takeOut(state, book, slot);
    act(state, book, taken.orderId, sells, leaves, taken.filled);
    return true;
  }
  return false;
}
