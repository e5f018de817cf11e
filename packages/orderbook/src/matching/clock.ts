import type { Book } from "../book.ts";
import { checkTime } from "../option-rules.ts";
import { tellIndicative } from "./auction.ts";
import type { EngineState } from "./engine-state.ts";
import { changePhase, enterPhase } from "./phases.ts";
import { updateReference } from "./price-limits.ts";
import { settle } from "./settling.ts";

/** See {@link MatchingEngine.advance}. */
export function advance(state: EngineState, time: number): void {
  checkTime(time, state.now);
  if (state.orderLimit) {
    const { interval } = state.orderLimit;
    if (Math.floor(time / interval) !== Math.floor(state.now / interval)) state.entered.clear();
  }
  state.now = time + 0; // −0 becomes 0
  for (let next = state.expiries.pop(time); next; next = state.expiries.pop(time)) {
    const slot = state.store.find(next.orderId);
    if (state.isSame(slot, next.sequence)) state.end(slot, "expired");
  }
  for (const book of state.books) if (book.isSpecial || !book.isContinuous) advanceBook(state, book, time);
}

function advanceBook(state: EngineState, book: Book, time: number): void {
  const { rare, rules } = book;
  settle(state, book);
  if (rare.auctionEnds !== undefined && time >= rare.auctionEnds) enterPhase(state, book, "continuous");
  else if (book.isContinuous && rules.priceLimits) {
    updateReference(state, book);
    settle(state, book);
    if (rare.limitState !== "none" && time - rare.limitSince >= rules.priceLimits.limitState) {
      changePhase(state, book, "volatility-auction");
      rare.auctionEnds = time + rules.priceLimits.pause;
    }
  }
  tellIndicative(state, book);
}
