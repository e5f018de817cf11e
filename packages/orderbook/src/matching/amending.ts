import { type Book, PLACE } from "../book.ts";
import type { EngineRejectReason } from "../engine-reject-reason.ts";
import { displayFault, MAX_VALUE, priceFault, quantityFault } from "../order-rules.ts";
import { CHAIN, DETAILED, FILLED, KEY, LEAVES, PLACE_SHIFT, SELLS, STRIDE_BITS } from "../order-store.ts";
import { NO_KEY } from "../price-ladder.ts";
import { type EngineState, sideOf, toKey } from "./engine-state.ts";
import { isPostable, levelFault } from "./entry-rules.ts";
import { settle } from "./settling.ts";
import { act } from "./taking.ts";

/** Replaces an order that is not plain, or one by terms that are not plainly right. */
export function replaceCarefully(
  state: EngineState,
  book: Book,
  slot: number,
  price: number,
  quantity: number,
): number {
  const filled = state.store.records[(slot << STRIDE_BITS) + FILLED]!;
  const fault =
    replaceFault(state, book, slot, price, quantity) ??
    (filled + quantity > MAX_VALUE ? "invalid-quantity" : undefined);
  if (fault) return state.reject(book.index, state.store.idOf(slot), fault);
  return replaceBy(state, book, slot, price, quantity);
}

/** Gives an order new terms, which are right. */
export function replaceBy(
  state: EngineState,
  book: Book,
  slot: number,
  price: number,
  quantity: number,
  display?: number,
): number {
  const { terms } = state;
  const orderId = state.store.idOf(slot);
  const at = slot << STRIDE_BITS;
  const { records } = state.store;
  const flags = records[at + CHAIN]!;
  const sells = flags & SELLS;
  const filled = records[at + FILLED]!;
  if ((flags & DETAILED) !== 0) state.details.load(slot, terms);
  else terms.reset();
  terms.limit = toKey(price, sells);
  if (display !== undefined) terms.display = display;
  if (terms.postOnly && !isPostable(book, sells, terms)) {
    return state.reject(book.index, orderId, "would-take");
  }
  state.end(slot, "replaced");
  act(state, book, orderId, sells, quantity, filled);
  if (book.high >= book.low || book.isSpecial) settle(state, book);
  return state.leavesOf(state.store.find(orderId));
}

/** What is wrong with an amendment. */
export function amendFault(
  state: EngineState,
  book: Book,
  slot: number,
  price: number,
  totalQuantity: number,
  display: number | undefined,
): EngineRejectReason | undefined {
  return (
    replaceFault(state, book, slot, price, totalQuantity) ??
    (display === undefined ? undefined : displayChangeFault(state, book, slot, display, totalQuantity))
  );
}

/** Whether an amended order keeps its place: same price, no more open, no more shown, as hidden as before. */
export function keepsPlace(
  state: EngineState,
  slot: number,
  price: number,
  leaves: number,
  displayQuantity: number | undefined,
): boolean {
  const at = slot << STRIDE_BITS;
  const { records } = state.store;
  const before = displayOf(state, slot);
  const display = displayQuantity ?? before;
  return (
    leaves <= state.leavesOf(slot) &&
    toKey(price, records[at + CHAIN]! & SELLS) === records[at + KEY] &&
    display <= before &&
    (display === 0) === (before === 0)
  );
}

/** Makes an order smaller, and what it shows. @returns lots that are open now */
export function amendInPlace(
  state: EngineState,
  book: Book,
  slot: number,
  leaves: number,
  displayQuantity: number | undefined,
): number {
  const orderId = state.store.idOf(slot);
  const before = displayOf(state, slot);
  const display = displayQuantity ?? before;
  if (display !== before) showLess(state, slot, display);
  state.shrink(slot, state.leavesOf(slot) - leaves);
  if (book.isSpecial) settle(state, book);
  return state.leavesOf(state.store.find(orderId));
}

/** Largest part that an order shows; infinite when it shows all. */
function displayOf(state: EngineState, slot: number): number {
  const shown = (state.flagsOf(slot) & DETAILED) !== 0 ? state.details.display[slot]! : -1;
  return shown < 0 ? Number.POSITIVE_INFINITY : shown;
}

function replaceFault(
  state: EngineState,
  book: Book,
  slot: number,
  price: number,
  quantity: number,
): EngineRejectReason | undefined {
  if (book.phase === "halted" || book.phase === "closed") return "phase-forbids-order";
  const flags = state.flagsOf(slot);
  const place = flags >>> PLACE_SHIFT;
  if (place !== PLACE.LIT && place !== PLACE.DARK && place !== PLACE.WHOLE) return "held-order";
  if (state.extrasOf(slot)?.peg) return "held-order";
  return (
    priceFault(price, book.rules, book.last) ??
    quantityFault(quantity, book.rules) ??
    (book.rules.maximumLevels === undefined
      ? undefined
      : levelFault(book, sideOf(flags), price, keyLeft(state, book, slot)))
  );
}

/** The key that an order leaves empty when it goes elsewhere. */
function keyLeft(state: EngineState, book: Book, slot: number): number {
  const key = state.store.records[(slot << STRIDE_BITS) + KEY]!;
  return book.ordersAt(key, state.flagsOf(slot) & SELLS).length === 1 ? key : NO_KEY;
}

function displayChangeFault(
  state: EngineState,
  book: Book,
  slot: number,
  display: number,
  quantity: number,
): EngineRejectReason | undefined {
  const { details } = state;
  const type = (state.flagsOf(slot) & DETAILED) !== 0 ? details.type(slot) : "limit";
  const extras = state.extrasOf(slot);
  return displayFault(display, quantity, book.rules, type, {
    isWhole: extras?.allOrNone ?? false,
    isRandom: (extras?.displayLow ?? 0) > 0,
  });
}

/** Moves a part of what an order shows into its reserve. */
function showLess(state: EngineState, slot: number, display: number): void {
  const { details, terms } = state;
  const at = slot << STRIDE_BITS;
  const { records } = state.store;
  if ((records[at + CHAIN]! & DETAILED) === 0) {
    terms.reset();
    terms.limit = records[at + KEY]!;
    details.store(slot, terms, 0, state.store.capacity);
    records[at + CHAIN]! |= DETAILED;
  }
  details.display[slot] = display;
  const shown = Math.min(records[at + LEAVES]!, display);
  details.reserve[slot]! += records[at + LEAVES]! - shown;
  records[at + LEAVES] = shown;
}
