import { type Book, PLACE } from "../book.ts";
import type { PriceLevel } from "../naive-order-book.ts";
import type { OpenOrder, OrderStatus } from "../open-order.ts";
import {
  CHAIN,
  DETAILED,
  FILLED,
  FLAGS,
  ID_HIGH,
  KEY,
  LEAVES,
  NEXT,
  PLACE_SHIFT,
  SELLS,
  STRIDE_BITS,
} from "../order-store.ts";
import { NO_KEY } from "../price-ladder.ts";
import type { LevelStatistics, OrderVisitor } from "../price-level.ts";
import { type EngineState, sideOf, toPrice } from "./engine-state.ts";

const STATUS: Readonly<Record<number, OrderStatus>> = {
  [PLACE.MARKET]: "waiting-for-auction",
  [PLACE.RISING]: "waiting-for-trigger",
  [PLACE.FALLING]: "waiting-for-trigger",
  [PLACE.CLOSE]: "waiting-for-close",
  [PLACE.PEG]: "waiting-for-reference",
  [PLACE.PARENT]: "waiting-for-parent",
};

/** The best `levels` prices of a side as they are shown, best first. */
export function depth({ store }: EngineState, book: Book, sells: number, levels: number): PriceLevel[] {
  const rows: PriceLevel[] = [];
  const ladder = book.ladder(PLACE.LIT, sells);
  const { records } = store;
  for (let key = ladder.bestKey; key !== NO_KEY && rows.length < levels; key = ladder.below(key)) {
    let quantity = 0;
    let orders = 0;
    for (let slot = ladder.headOf(key); slot !== 0; slot = records[(slot << STRIDE_BITS) + NEXT]!) {
      quantity += records[(slot << STRIDE_BITS) + LEAVES]!;
      orders++;
    }
    rows.push({ price: toPrice(key, sells), quantity, orders });
  }
  return rows;
}

export function levelStatistics(
  state: EngineState,
  book: Book,
  sells: number,
  key: number,
): LevelStatistics | undefined {
  const slots = book.ordersAt(key, sells);
  if (slots.length === 0) return undefined;
  let [shownOrders, shownQuantity, quantity, largestQuantity] = [0, 0, 0, 0];
  for (const slot of slots) {
    const leaves = state.leavesOf(slot);
    const shown = shownOf(state, slot);
    if (shown > 0) shownOrders++;
    shownQuantity += shown;
    quantity += leaves;
    largestQuantity = Math.max(largestQuantity, leaves);
  }
  return {
    orders: slots.length,
    shownOrders,
    shownQuantity,
    quantity,
    largestQuantity,
    firstOrderId: state.store.idOf(slots[0]!),
  };
}

export function eachOrder(state: EngineState, book: Book, sells: number, visit: OrderVisitor): void {
  for (const slot of book.marketOrders(sells)) {
    visit(state.store.idOf(slot), undefined, state.leavesOf(slot), 0);
  }
  for (let key = book.highestKey(sells); key !== NO_KEY; key = book.keyBelow(key, sells)) {
    const price = toPrice(key, sells);
    for (const slot of book.ordersAt(key, sells)) {
      visit(state.store.idOf(slot), price, state.leavesOf(slot), shownOf(state, slot));
    }
  }
}

/** The orders that trade before this one at its price; `undefined` if it waits. */
export function ordersAhead(state: EngineState, slot: number): number[] | undefined {
  if (slot === 0) return undefined;
  const flags = state.flagsOf(slot);
  const place = flags >>> PLACE_SHIFT;
  const book = state.bookOf(slot);
  if (place === PLACE.MARKET) return before(book.marketOrders(flags & SELLS), slot);
  if (STATUS[place] !== undefined) return undefined;
  return before(book.ordersAt(state.store.records[(slot << STRIDE_BITS) + KEY]!, flags & SELLS), slot);
}

function before(slots: number[], slot: number): number[] {
  return slots.slice(0, slots.indexOf(slot));
}

export function openOrder(state: EngineState, slot: number): OpenOrder {
  const at = slot << STRIDE_BITS;
  const { store, details } = state;
  const { records } = store;
  const flags = records[at + CHAIN]! & FLAGS;
  const place = flags >>> PLACE_SHIFT;
  const isDetailed = (flags & DETAILED) !== 0;
  const status = STATUS[place] ?? "resting";
  return {
    orderId: store.idOf(slot),
    instrument: records[at + ID_HIGH]! >>> 16,
    side: sideOf(flags),
    status,
    type: isDetailed ? details.type(slot) : "limit",
    timeInForce: isDetailed ? details.time(slot) : "gtc",
    price: status === "resting" ? toPrice(records[at + KEY]!, flags & SELLS) : undefined,
    triggerPrice: status === "waiting-for-trigger" ? details.trigger(slot) : undefined,
    leavesQuantity: state.leavesOf(slot),
    displayedQuantity: shownOf(state, slot),
    filledQuantity: records[at + FILLED]!,
  };
}

function shownOf(state: EngineState, slot: number): number {
  const isShown = state.flagsOf(slot) >>> PLACE_SHIFT === PLACE.LIT;
  return isShown ? state.store.records[(slot << STRIDE_BITS) + LEAVES]! : 0;
}
