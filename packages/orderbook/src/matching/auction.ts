import {
  type AuctionResult,
  auctionPrice,
  type ClearingResult,
  type Interest,
  isSameResult,
  referencePrice,
} from "../auction-price.ts";
import { type Book, PLACE } from "../book.ts";
import { isCall, isMarket } from "../order-rules.ts";
import { DETAILED, FLAGS, KEY, LEAVES, NEXT, PLACE_SHIFT, SELLS, STRIDE_BITS } from "../order-store.ts";
import { NO_KEY } from "../price-ladder.ts";
import { type EngineState, toKey, toPrice } from "./engine-state.ts";
import { areSiblings, executed } from "./lists.ts";

/** What the auction would be if the call ended now. */
export function indicative(state: EngineState, book: Book): AuctionResult | undefined {
  const [bids, asks] = [interest(state, book, 0), interest(state, book, SELLS)];
  const result = clearing(book, bids.all, asks.all);
  return result && { ...result, farPrice: clearing(book, bids.own, asks.own)?.price };
}

/** What orders of a side would trade in an auction. */
interface OpenInterest {
  /** Best first. */
  readonly limits: Interest[];
  /** Lots at any price. */
  market: number;
}

/** Where the interest of both sides crosses. */
function clearing(book: Book, bids: OpenInterest, asks: OpenInterest): ClearingResult | undefined {
  if (bids.limits.length === 0 && bids.market === 0) return undefined;
  const reference = referencePrice(book.last, book.rules);
  return auctionPrice(bids.limits, asks.limits, bids.market, asks.market, reference);
}

/** Whether an order ends with the auction: what is left of a market order never rests, whatever its time in force. */
export function isForAuction(state: EngineState, slot: number): boolean {
  if ((state.flagsOf(slot) & DETAILED) === 0) return false;
  const time = state.details.time(slot);
  return time === "opg" || time === "cls" || time === "auction" || isMarket(state.details.type(slot));
}

/** Interest of a side, of all orders and of those for the auction only; orders that want all or none take no part. */
function interest(
  state: EngineState,
  book: Book,
  sells: number,
): { readonly all: OpenInterest; readonly own: OpenInterest } {
  const all: OpenInterest = { limits: [], market: 0 };
  const own: OpenInterest = { limits: [], market: 0 };
  for (const slot of book.marketOrders(sells)) {
    const quantity = state.leavesOf(slot);
    all.market += quantity;
    if (isForAuction(state, slot)) own.market += quantity;
  }
  const lit = book.lit[sells]!;
  const dark = book.dark[sells];
  const { records } = state.store;
  for (let key = book.bestKey(sells); key !== NO_KEY; ) {
    const price = toPrice(key, sells);
    let [quantity, ownQuantity] = [0, 0];
    for (const head of [lit.headOf(key), dark ? dark.headOf(key) : 0]) {
      for (let slot = head; slot !== 0; slot = records[(slot << STRIDE_BITS) + NEXT]!) {
        const leaves = state.leavesOf(slot);
        quantity += leaves;
        if (isForAuction(state, slot)) ownQuantity += leaves;
      }
    }
    all.limits.push({ price, quantity });
    if (ownQuantity > 0) own.limits.push({ price, quantity: ownQuantity });
    key = Math.max(lit.below(key), dark ? dark.below(key) : NO_KEY);
  }
  return { all, own };
}

/** Tells what the auction would be, when that changed. */
export function tellIndicative(state: EngineState, book: Book): void {
  if (!isCall(book.phase)) return;
  const result = indicative(state, book);
  const { told } = book.rare;
  if (isSameResult(result, told)) return;
  book.rare.told = result;
  const { volume = 0, imbalance = 0 } = result ?? {};
  state.listener.indicative?.(book.index, result?.price, volume, imbalance, result?.farPrice);
}

/**
 * Crosses until nothing is crossed: once, unless orders that the price counted on ended with another of their list.
 *
 * @returns the (last) price, `undefined` when nothing traded
 */
export function uncross(state: EngineState, book: Book): number | undefined {
  let price: number | undefined;
  for (;;) {
    const { size } = state.store;
    const crossed = cross(state, book);
    if (crossed === undefined && state.store.size === size) return price;
    price = crossed ?? price;
  }
}

/** Crosses at one price. @returns it, `undefined` when nothing traded */
function cross(state: EngineState, book: Book): number | undefined {
  const result = clearing(book, interest(state, book, 0).all, interest(state, book, SELLS).all);
  if (!result) return undefined;
  const { records } = state.store;
  let open = result.volume;
  while (open > 0) {
    const [buy, sell] = [book.first(0), book.first(SELLS)];
    // Lists may have taken away orders that the price counted on.
    if (!isWithin(state, buy, result.price) || !isWithin(state, sell, result.price)) break;
    const [buyExtras, sellExtras] = [state.extrasOf(buy), state.extrasOf(sell)];
    if (areSiblings(buyExtras?.list, sellExtras?.list)) {
      state.end(sell, "contingency");
      continue;
    }
    const shown = Math.min(records[(buy << STRIDE_BITS) + LEAVES]!, records[(sell << STRIDE_BITS) + LEAVES]!);
    const quantity = Math.min(open, shown);
    open -= quantity;
    const [buyId, sellId] = [state.store.idOf(buy), state.store.idOf(sell)];
    const buyLeaves = state.fill(book, buy, quantity);
    const sellLeaves = state.fill(book, sell, quantity);
    state.listener.crossed(book.index, buyId, sellId, result.price, quantity, buyLeaves, sellLeaves);
    if (buyLeaves > 0) state.refresh(book, buy);
    if (sellLeaves > 0) state.refresh(book, sell);
    if (buyExtras) executed(state, book, buyExtras, buyLeaves > 0 ? buy : 0, buyLeaves, quantity);
    if (sellExtras) executed(state, book, sellExtras, sellLeaves > 0 ? sell : 0, sellLeaves, quantity);
  }
  if (open === result.volume) return undefined;
  book.last = result.price;
  return result.price;
}

/** Whether there is an order in this slot, and it trades at a price. */
function isWithin(state: EngineState, slot: number, price: number): boolean {
  if (slot === 0) return false;
  const flags = state.flagsOf(slot);
  if ((flags & FLAGS) >>> PLACE_SHIFT === PLACE.MARKET) return true;
  const limit = state.store.records[(slot << STRIDE_BITS) + KEY]!;
  return limit >= toKey(price, flags & SELLS);
}
