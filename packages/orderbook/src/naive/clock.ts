import { checkTime } from "../option-rules.ts";
import { tellIndicative } from "./auction.ts";
import { changePhase, setPhase } from "./phases.ts";
import { updateReference } from "./price-limits.ts";
import { settle } from "./settling.ts";
import type { NaiveState } from "./state.ts";

/** See {@link MatchingEngine.advance}. */
export function advance(state: NaiveState, time: number): void {
  checkTime(time, state.now);
  if (interval(state, time) !== interval(state, state.now)) state.entered.clear();
  state.now = time;
  const gone = state.orders.filter((order) => order.time === "gtd" && order.expireTime <= time);
  gone.sort((a, b) => a.expireTime - b.expireTime || a.sequence - b.sequence);
  for (const order of gone) if (state.orders.includes(order)) state.end(order, "expired");
  for (const [index, book] of state.instruments.entries()) {
    settle(state, index);
    if (book.auctionEnds !== undefined && time >= book.auctionEnds) setPhase(state, index, "continuous");
    else if (book.phase === "continuous" && book.rules.priceLimits) {
      updateReference(state, book);
      settle(state, index);
      const { limitState, pause } = book.rules.priceLimits;
      if (book.limitState !== "none" && time - book.limitSince >= limitState) {
        changePhase(state, index, "volatility-auction");
        book.auctionEnds = time + pause;
      }
    }
    tellIndicative(state, index);
  }
}

/** Number of the interval in which orders are counted. */
function interval(state: NaiveState, time: number): number {
  return state.orderLimit ? Math.floor(time / state.orderLimit.interval) : 0;
}
