import type { EngineListener } from "../engine-listener.ts";
import type { List, Order } from "./order.ts";
import { NaiveState } from "./state.ts";
import { match } from "./taking.ts";

/** What this order would trade now: tries it on a copy of everything, in silence. */
export function wouldTrade(state: NaiveState, order: Order, worst: number): number {
  const trial = new NaiveState(
    state.instruments.map(({ rules }) => rules),
    SILENT,
    {},
  );
  const lists = new Map<List | undefined, List>();
  const copy = (one: Order): Order => {
    const { list } = one;
    if (list && !lists.has(list)) lists.set(list, { ...list });
    return { ...one, list: list && lists.get(list) };
  };
  trial.orders = state.orders.map(copy);
  for (const [index, { top }] of state.instruments.entries()) {
    for (const side of ["buy", "sell"] as const) {
      const place = state.orders.indexOf(top[side]!);
      trial.instruments[index]!.top[side] = trial.orders[place];
    }
  }
  trial.counter = state.counter;
  trial.now = state.now;
  const taker = copy(order);
  match(trial, taker, worst);
  return taker.filled - order.filled;
}

const nothing = (): void => {};
const SILENT: EngineListener = {
  added: nothing,
  held: nothing,
  triggered: nothing,
  traded: nothing,
  crossed: nothing,
  refreshed: nothing,
  reduced: nothing,
  cancelled: nothing,
  rejected: nothing,
  phaseChanged: nothing,
};
