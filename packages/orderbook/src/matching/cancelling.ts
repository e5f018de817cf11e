import type { Book } from "../book.ts";
import type { CancelReason } from "../engine-listener.ts";
import type { CancelFilter } from "../new-order.ts";
import { DETAILED } from "../order-store.ts";
import { type EngineState, sideOf } from "./engine-state.ts";
import { settle } from "./settling.ts";

/** Ends an order at request, with all that this brings about. */
export function endCarefully(state: EngineState, book: Book, slot: number): number {
  const leaves = state.end(slot, "requested");
  if (book.isSpecial) settle(state, book);
  return leaves;
}

/** See {@link MatchingEngine.cancelAll}. */
export function cancelAll(state: EngineState, filter: CancelFilter): number {
  const { details } = state;
  return cancelWhere(state, "mass-cancel", filter.instrument, (slot, flags) => {
    const isDetailed = (flags & DETAILED) !== 0;
    const account = isDetailed ? details.account[slot]! : 0;
    const session = isDetailed ? details.session[slot]! : 0;
    return (
      sideOf(flags) === (filter.side ?? sideOf(flags)) &&
      account === (filter.account ?? account) &&
      session === (filter.session ?? session)
    );
  });
}

/** See {@link MatchingEngine.disconnect}. */
export function disconnect(state: EngineState, session: number): number {
  if (session === 0) return 0;
  const { details } = state;
  return cancelWhere(
    state,
    "disconnected",
    undefined,
    (slot, flags) => (flags & DETAILED) !== 0 && details.session[slot] === session,
  );
}

function cancelWhere(
  state: EngineState,
  reason: CancelReason,
  instrument: number | undefined,
  matches: (slot: number, flags: number) => boolean,
): number {
  let count = 0;
  for (const book of state.books) {
    if (book.index !== (instrument ?? book.index)) continue;
    const chosen = state.inOrder(book).filter((slot) => matches(slot, state.flagsOf(slot)));
    const ids = chosen.map((slot) => state.store.idOf(slot));
    for (const [index, slot] of chosen.entries()) {
      // One that depended on another may be gone already.
      if (state.store.find(ids[index]!) !== slot) continue;
      state.end(slot, reason);
      count++;
    }
  }
  for (const book of state.books) if (book.isSpecial) settle(state, book);
  return count;
}
