import { isTrailing } from "../order-rules.ts";
import { isReached, type Order, trailFrom } from "./order.ts";
import { follow, pegPrice } from "./pegs.ts";
import { limitsOf, noteLimitState, within } from "./price-limits.ts";
import type { NaiveState } from "./state.ts";
import { act, begin, trigger } from "./taking.ts";
import { wouldTrade } from "./trial.ts";

/** Does everything that a change of the book brings about, until nothing is left to do. */
export function settle(state: NaiveState, instrument: number): void {
  const book = state.instruments[instrument]!;
  for (;;) {
    elect(state, instrument);
    const elected = state.elected.shift();
    if (elected) {
      state.remove(elected);
      trigger(state, elected);
      continue;
    }
    if (book.phase === "halted" || book.phase === "closed") return;
    const child = state.held(instrument).find((order) => order.place === "parent" && order.list!.isReleased);
    if (child) {
      state.remove(child);
      state.listener.triggered(instrument, child.id);
      begin(state, child);
      continue;
    }
    if (book.phase !== "continuous") return;
    const outside = firstOutside(state, instrument);
    if (outside) {
      state.end(outside, "repriced");
      act(state, outside);
      continue;
    }
    const moved = state.bySequence(instrument).find((order) => {
      if (!order.peg || (order.place !== "book" && order.place !== "peg")) return false;
      return pegPrice(state, order) !== (order.place === "book" ? order.price : undefined);
    });
    if (moved) {
      if (moved.place === "book") state.end(moved, "repriced");
      else state.remove(moved);
      follow(state, moved);
      continue;
    }
    const whole = state
      .bySequence(instrument)
      .find((order) => order.allOrNone && order.place === "book" && canFill(state, order));
    if (whole) {
      state.remove(whole);
      act(state, whole);
      continue;
    }
    noteLimitState(state, instrument);
    return;
  }
}

/** Moves trailing triggers along the trades that were not looked at yet, and elects whoever they reach. */
export function elect(state: NaiveState, instrument: number): void {
  const book = state.instruments[instrument]!;
  const reached: Order[] = [];
  for (const price of book.trades) {
    for (const order of state.held(instrument)) {
      if (order.place !== "trigger") continue;
      if (isReached(order, price)) {
        order.place = "elected";
        reached.push(order);
      } else if (isTrailing(order.type)) {
        const trigger = trailFrom(order, price);
        if (order.side === "buy" ? trigger < order.trigger! : trigger > order.trigger!)
          order.trigger = trigger;
      }
    }
  }
  book.trades = [];
  state.elected = [...state.elected, ...reached.sort((a, b) => a.sequence - b.sequence)];
}

/** The first order that is priced outside the limits. */
function firstOutside(state: NaiveState, instrument: number): Order | undefined {
  const limits = limitsOf(state.instruments[instrument]!);
  if (!limits) return undefined;
  return [...state.queue(instrument, "buy"), ...state.queue(instrument, "sell")].find(
    ({ side, price }) => within(limits, side, price!) !== price,
  );
}

function canFill(state: NaiveState, order: Order): boolean {
  const { rules, last } = state.instruments[order.instrument]!;
  const range = rules.volatilityInterruption?.range;
  let worst = order.price!;
  if (range !== undefined && last !== undefined) {
    worst = order.side === "buy" ? Math.min(worst, last + range) : Math.max(worst, last - range);
  }
  return wouldTrade(state, order, worst) >= order.leaves;
}
