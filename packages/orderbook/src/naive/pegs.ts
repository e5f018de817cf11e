import { MAX_VALUE } from "../order-rules.ts";
import { opposite } from "../side.ts";
import { tickDown, tickUp } from "../tick-size.ts";
import type { Order } from "./order.ts";
import { limitsOf, within } from "./price-limits.ts";
import { best } from "./reading.ts";
import type { NaiveState } from "./state.ts";
import { act } from "./taking.ts";

/** A pegged order goes to where it belongs now. */
export function follow(state: NaiveState, order: Order): void {
  const price = pegPrice(state, order);
  if (price === undefined) state.hold(order, "peg");
  else {
    order.price = price;
    act(state, order);
  }
}

/** Where a pegged order belongs; `undefined` when it has to wait. */
export function pegPrice(state: NaiveState, order: Order): number | undefined {
  const { instrument, side, peg, pegOffset, pegLimit } = order;
  const book = state.instruments[instrument]!;
  if (book.phase !== "continuous") return undefined;
  const [own, other] = [best(state, instrument, side), best(state, instrument, opposite(side))];
  const isBuy = side === "buy";
  const middle =
    own === undefined || other === undefined
      ? undefined
      : isBuy
        ? Math.floor((own + other) / 2)
        : Math.ceil((own + other) / 2);
  const followed = peg === "primary" ? own : peg === "market" ? other : middle;
  if (followed === undefined) return undefined;
  let price = followed + pegOffset;
  if (pegLimit !== undefined) price = isBuy ? Math.min(price, pegLimit) : Math.max(price, pegLimit);
  if (peg !== "midpoint") price = isBuy ? tickDown(price, book.rules) : tickUp(price, book.rules);
  price = within(limitsOf(book), side, price);
  const { lowestPrice = -MAX_VALUE, highestPrice = MAX_VALUE } = book.rules;
  return price < lowestPrice || price > highestPrice ? undefined : price + 0;
}
