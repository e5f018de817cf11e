import {
  type AuctionResult,
  type ClearingResult,
  type Interest,
  isSameResult,
  referencePrice,
} from "../auction-price.ts";
import { isCall } from "../order-rules.ts";
import type { Side } from "../side.ts";
import { naiveAuctionPrice } from "./auction-price.ts";
import { areSiblings, isForAuction, type Order } from "./order.ts";
import type { NaiveState } from "./state.ts";
import { executed } from "./taking.ts";

/** See {@link MatchingEngine.indicative}. */
export function indicative(state: NaiveState, instrument: number): AuctionResult | undefined {
  const result = clearing(state, instrument, () => true);
  return result && { ...result, farPrice: clearing(state, instrument, isForAuction)?.price };
}

/** Where these orders cross. */
function clearing(
  state: NaiveState,
  instrument: number,
  takesPart: (order: Order) => boolean,
): ClearingResult | undefined {
  const book = state.instruments[instrument];
  if (!book) return undefined;
  const orders = (side: Side): Order[] => state.auctionQueue(instrument, side).filter(takesPart);
  const interest = (side: Side): Interest[] =>
    orders(side)
      .filter((order) => order.price !== undefined)
      .map((order) => ({ price: order.price!, quantity: order.leaves }));
  const market = (side: Side): number =>
    orders(side)
      .filter((order) => order.price === undefined)
      .reduce((sum, order) => sum + order.leaves, 0);
  const reference = referencePrice(book.last, book.rules);
  return naiveAuctionPrice(interest("buy"), interest("sell"), market("buy"), market("sell"), reference);
}

/** Tells what the auction would be, when that changed. */
export function tellIndicative(state: NaiveState, instrument: number): void {
  const book = state.instruments[instrument]!;
  if (!isCall(book.phase)) return;
  const result = indicative(state, instrument);
  if (isSameResult(result, book.told)) return;
  book.told = result;
  const { volume = 0, imbalance = 0 } = result ?? {};
  state.listener.indicative?.(instrument, result?.price, volume, imbalance, result?.farPrice);
}

/**
 * Crosses until nothing is crossed: lists may take away orders that a price counted on.
 *
 * @returns the (last) price, `undefined` when nothing traded
 */
export function uncross(state: NaiveState, instrument: number): number | undefined {
  let price: number | undefined;
  for (;;) {
    const { length } = state.orders;
    const crossed = cross(state, instrument);
    if (crossed === undefined && state.orders.length === length) return price;
    price = crossed ?? price;
  }
}

/** Crosses at one price. @returns it, `undefined` when nothing traded */
function cross(state: NaiveState, instrument: number): number | undefined {
  const result = clearing(state, instrument, () => true);
  if (!result) return undefined;
  const { price } = result;
  let traded = 0;
  while (traded < result.volume) {
    const buy = state.auctionQueue(instrument, "buy")[0];
    const sell = state.auctionQueue(instrument, "sell")[0];
    // Lists may have taken away orders that the price counted on.
    if (!buy || !sell || (buy.price ?? price) < price || (sell.price ?? price) > price) break;
    if (areSiblings(buy, sell)) {
      state.end(sell, "contingency");
      continue;
    }
    const quantity = Math.min(
      result.volume - traded,
      buy.displayed || buy.leaves,
      sell.displayed || sell.leaves,
    );
    traded += quantity;
    state.fill(buy, quantity);
    state.fill(sell, quantity);
    state.listener.crossed(instrument, buy.id, sell.id, price, quantity, buy.leaves, sell.leaves);
    state.refresh(buy);
    state.refresh(sell);
    executed(state, buy, quantity);
    executed(state, sell, quantity);
  }
  if (traded === 0) return undefined;
  state.instruments[instrument]!.last = price;
  return price;
}
