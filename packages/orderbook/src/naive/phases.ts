import type { Phase } from "../instrument-options.ts";
import { checkPhase } from "../option-rules.ts";
import { uncross } from "./auction.ts";
import { isForAuction } from "./order.ts";
import { setLimitState } from "./price-limits.ts";
import { settle } from "./settling.ts";
import type { NaiveState } from "./state.ts";
import { act } from "./taking.ts";

/** See {@link MatchingEngine.setPhase}. */
export function setPhase(state: NaiveState, instrument: number, phase: Phase): void {
  const book = state.instruments[instrument];
  if (!book) return void state.reject(instrument, 0, "unknown-instrument");
  checkPhase(phase);
  if (book.phase === phase) return;
  let auction: number | undefined;
  if (phase === "continuous" || phase === "closed") {
    auction = uncross(state, instrument);
    for (const order of state.inOrder()) {
      if (order.instrument !== instrument || order.place !== "book" || !state.orders.includes(order))
        continue;
      if (isForAuction(order)) state.end(order, "expired");
      else if (order.price === undefined) {
        if (auction === undefined) state.end(order, "expired");
        else {
          order.price = auction;
          state.rest(order);
        }
      }
    }
  }
  if (phase === "closed") {
    for (const order of state.inOrder()) {
      if (order.instrument !== instrument || !state.orders.includes(order)) continue;
      if (order.time === "day" || order.place === "close") state.end(order, "expired");
    }
  }
  changePhase(state, instrument, phase);
  if (phase === "closing-auction") {
    for (const order of state.inOrder()) {
      if (order.instrument !== instrument || order.place !== "close") continue;
      state.remove(order);
      act(state, order);
    }
  }
  if (phase === "continuous") {
    if (auction !== undefined) {
      book.reference = auction;
      book.referenceSince = state.now;
      book.recent = [];
    }
    if (book.last !== undefined) book.trades.push(book.last);
  }
  settle(state, instrument);
}

/** Only the change of the phase, without an auction. */
export function changePhase(state: NaiveState, instrument: number, phase: Phase): void {
  const book = state.instruments[instrument]!;
  if (book.phase === "continuous") {
    setLimitState(state, instrument, "none");
    for (const order of state.bySequence(instrument)) {
      if (!order.peg || order.place !== "book") continue;
      state.end(order, "repriced");
      state.hold(order, "peg");
    }
    book.top.buy = undefined;
    book.top.sell = undefined;
  }
  book.phase = phase;
  book.auctionEnds = undefined;
  book.told = undefined;
  state.listener.phaseChanged(instrument, phase);
}
