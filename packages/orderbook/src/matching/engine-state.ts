import { type Book, PLACE } from "../book.ts";
import type { CancelReason, EngineListener } from "../engine-listener.ts";
import type { EngineRejectReason } from "../engine-reject-reason.ts";
import { ExpiryQueue } from "../expiry-queue.ts";
import type { EngineOptions, OrderLimit } from "../instrument-options.ts";
import { OrderDetails, OrderTerms } from "../order-details.ts";
import type { OrderExtras, OrderList } from "../order-extras.ts";
import { isMarket } from "../order-rules.ts";
import {
  CHAIN,
  DETAILED,
  FILLED,
  FLAGS,
  ID_HIGH,
  KEY,
  LEAVES,
  MAX_ORDERS,
  OrderStore,
  PLACE_SHIFT,
  SELLS,
  STRIDE_BITS,
} from "../order-store.ts";
import { nextRandomState, randomSize } from "../random.ts";
import type { Side } from "../side.ts";

/** What an engine knows, and how an order comes to its place, changes there and leaves it. */
export class EngineState {
  readonly listener: EngineListener;
  readonly store: OrderStore = new OrderStore();
  readonly details: OrderDetails = new OrderDetails();
  readonly books: Book[] = [];
  readonly maximumOrders: number;
  readonly orderLimit: OrderLimit | undefined;
  /** The order that is worked on, when it is not plain. */
  readonly terms: OrderTerms = new OrderTerms();
  readonly expiries: ExpiryQueue = new ExpiryQueue();
  /** Orders with an end that are open. */
  expiring = 0;
  /** Slots of orders whose trigger was met, in the order in which they act; 0 for those that have, or that ended before. */
  readonly elected: number[] = [];
  /** How many of them need not be looked at any more. */
  #acted = 0;
  /** Orders entered in this interval, by session. */
  readonly entered: Map<number, number> = new Map();
  /** Number of the last order and of the last list. */
  sequence = 0;
  listSequence = 0;
  now = 0;

  constructor(listener: EngineListener, { maximumOrders = MAX_ORDERS, orderLimit }: EngineOptions) {
    this.listener = listener;
    this.maximumOrders = maximumOrders;
    this.orderLimit = orderLimit;
  }

  bookOf(slot: number): Book {
    return this.books[this.store.records[(slot << STRIDE_BITS) + ID_HIGH]! >>> 16]!;
  }

  flagsOf(slot: number): number {
    return this.store.records[(slot << STRIDE_BITS) + CHAIN]! & FLAGS;
  }

  /** All that is open of an order, the reserve of an iceberg included; 0 for no order. */
  leavesOf(slot: number): number {
    if (slot === 0) return 0;
    const at = slot << STRIDE_BITS;
    const { records } = this.store;
    const reserve = (records[at + CHAIN]! & DETAILED) !== 0 ? this.details.reserve[slot]! : 0;
    return records[at + LEAVES]! + reserve;
  }

  groupOf(slot: number): number {
    return (this.flagsOf(slot) & DETAILED) !== 0 ? this.details.group[slot]! : 0;
  }

  extrasOf(slot: number): OrderExtras | undefined {
    return (this.flagsOf(slot) & DETAILED) !== 0 ? this.details.extrasOf(slot) : undefined;
  }

  listOf(slot: number): OrderList | undefined {
    return this.extrasOf(slot)?.list;
  }

  /** Orders that could trade: buys, then sells, each in priority. */
  resting(book: Book): number[] {
    return [0, SELLS].flatMap((sells) => [...book.marketOrders(sells), ...book.limitOrders(sells)]);
  }

  /** Orders that wait: for a trigger, the close, something to follow, a parent; each as they were entered. */
  held(book: Book): number[] {
    return [
      ...this.asEntered(book.waitingOrders()),
      ...this.asEntered(book.closeOrders()),
      ...this.asEntered(book.pegOrders()),
      ...this.asEntered(book.childOrders()),
    ];
  }

  inOrder(book: Book): number[] {
    return [...this.resting(book), ...this.held(book)];
  }

  /** Sorts detailed orders as they were entered. */
  asEntered(slots: number[]): number[] {
    const { sequence } = this.details;
    return slots.sort((a, b) => sequence[a]! - sequence[b]!);
  }

  /** Puts the order of `terms` at its price, or among the market orders of a call. */
  rest(book: Book, orderId: number, sells: number, leaves: number, filled: number): void {
    const { terms } = this;
    terms.minimum = 0;
    const side = sideOf(sells);
    if (!terms.hasLimit) {
      this.place(book, orderId, sells, PLACE.MARKET, 0, leaves, 0, filled);
      this.listener.held(book.index, orderId, side, leaves);
      return;
    }
    // A market order with protection is one to the end of the call that it waits for.
    if (terms.type !== "pegged" && !isMarket(terms.type)) terms.type = "limit";
    const isWhole = terms.extras?.allOrNone === true;
    const isHidden = isWhole || terms.display === 0;
    const shown = isHidden || terms.display < 0 ? leaves : Math.min(terms.display, leaves);
    const place = isWhole ? PLACE.WHOLE : isHidden ? PLACE.DARK : PLACE.LIT;
    const isBetter =
      place === PLACE.LIT && book.rules.allocation !== undefined && betters(book, sells, terms.limit);
    const slot = this.place(book, orderId, sells, place, terms.limit, shown, leaves - shown, filled);
    if (isBetter) noteTop(book, sells, slot, leaves);
    this.listener.added(book.index, orderId, side, toPrice(terms.limit, sells), leaves, isHidden ? 0 : shown);
  }

  /** Takes an order without acting on it. */
  hold(
    book: Book,
    orderId: number,
    sells: number,
    place: number,
    key: number,
    quantity: number,
    filled = 0,
  ): void {
    this.place(book, orderId, sells, place, key, quantity, 0, filled);
    this.listener.held(book.index, orderId, sideOf(sells), quantity);
  }

  place(
    book: Book,
    orderId: number,
    sells: number,
    place: number,
    key: number,
    shown: number,
    reserve: number,
    filled: number,
  ): number {
    const { terms, store } = this;
    const isPlain = place === PLACE.LIT && terms.isPlain();
    const flags = sells | (isPlain ? 0 : DETAILED) | (place << PLACE_SHIFT);
    const slot = store.insert(orderId, book.index, flags, key, shown, filled);
    if (!isPlain) {
      this.details.store(slot, terms, reserve, store.capacity);
      this.enlist(book, slot, place);
    }
    book.ladder(place, sells).append(slot, key);
    if (terms.time === "gtd") this.watchExpiry(orderId);
    return slot;
  }

  /** Counts a detailed order that came to its place, where somebody has to know of it. */
  enlist(book: Book, slot: number, place: number): void {
    const isWaiting = place === PLACE.RISING || place === PLACE.FALLING;
    if (isWaiting) book.waiting++;
    const extras = this.details.extrasOf(slot);
    if (!extras) return;
    const { rare } = book;
    if (extras.peg) {
      rare.pegs.add(slot);
      rare.followed = [Number.NaN, Number.NaN, undefined];
    }
    if (extras.allOrNone && place === PLACE.WHOLE) rare.wholes++;
    if (extras.list) {
      rare.listed++;
      extras.list.members.add(slot);
    }
    if (isWaiting && (extras.trailAmount > 0 || extras.trailBasisPoints > 0)) {
      rare.trailing.add(slot);
      rare.trailedLow = Number.POSITIVE_INFINITY;
      rare.trailedHigh = Number.NEGATIVE_INFINITY;
    }
    book.updateSpecial();
  }

  watchExpiry(orderId: number): void {
    const { expireTime, sequence } = this.terms;
    this.expiring++;
    if (this.expiries.size > 2 * this.expiring + 64) {
      this.expiries.compact((id, entered) => this.isSame(this.store.find(id), entered));
    }
    this.expiries.push(expireTime, sequence, orderId);
  }

  /** Whether the order in this slot is the one that was entered with this sequence. */
  isSame(slot: number, sequence: number): boolean {
    return slot !== 0 && (this.flagsOf(slot) & DETAILED) !== 0 && this.details.sequence[slot] === sequence;
  }

  /** An iceberg whose shown part traded shows the next one, at the back. */
  refresh(book: Book, slot: number): void {
    const at = slot << STRIDE_BITS;
    const { records } = this.store;
    const reserve = (records[at + CHAIN]! & DETAILED) === 0 ? 0 : this.details.reserve[slot]!;
    if (records[at + LEAVES] !== 0 || reserve === 0) return;
    const shown = Math.min(this.#sizeOfRefresh(book, slot), reserve);
    const ladder = book.ladderOf(slot);
    ladder.remove(slot);
    records[at + LEAVES] = shown;
    this.details.reserve[slot] = reserve - shown;
    ladder.append(slot, records[at + KEY]!);
    const { top } = book.rare;
    const sells = records[at + CHAIN]! & SELLS;
    if (top[sells] === slot) top[sells] = 0;
    this.listener.refreshed(book.index, this.store.idOf(slot), shown);
  }

  #sizeOfRefresh(book: Book, slot: number): number {
    const extras = this.details.extrasOf(slot);
    if (!extras || extras.displayLow === 0) return this.details.display[slot]!;
    extras.random = nextRandomState(extras.random);
    return randomSize(extras.random, extras.displayLow, extras.displayHigh, book.lotSize);
  }

  /** Keeps the place in the queue; the reserve goes first. */
  shrink(slot: number, by: number): void {
    const at = slot << STRIDE_BITS;
    const { records } = this.store;
    const flags = records[at + CHAIN]! & FLAGS;
    let rest = by;
    if ((flags & DETAILED) !== 0) {
      const fromReserve = Math.min(by, this.details.reserve[slot]!);
      this.details.reserve[slot]! -= fromReserve;
      rest -= fromReserve;
    }
    records[at + LEAVES]! -= rest;
    this.listener.reduced(
      records[at + ID_HIGH]! >>> 16,
      this.store.idOf(slot),
      this.leavesOf(slot),
      flags >>> PLACE_SHIFT === PLACE.LIT ? records[at + LEAVES]! : 0,
    );
  }

  /** @returns what is left of the order, which is gone at 0 */
  fill(book: Book, slot: number, quantity: number): number {
    const at = slot << STRIDE_BITS;
    const { records } = this.store;
    records[at + LEAVES]! -= quantity;
    records[at + FILLED]! += quantity;
    const leaves = this.leavesOf(slot);
    if (leaves === 0) {
      book.ladderOf(slot).remove(slot);
      this.forget(slot);
    }
    return leaves;
  }

  end(slot: number, reason: CancelReason): number {
    const book = this.bookOf(slot);
    const orderId = this.store.idOf(slot);
    const leaves = this.leavesOf(slot);
    const extras = this.extrasOf(slot);
    this.leave(book, slot);
    this.listener.cancelled(book.index, orderId, leaves, reason);
    if (extras && reason !== "replaced" && reason !== "repriced") this.endedUnfilled(extras);
    return leaves;
  }

  /** Tells that an order that is nowhere ended. */
  endIncoming(book: Book, orderId: number, leaves: number, reason: CancelReason): void {
    const { extras } = this.terms;
    this.listener.cancelled(book.index, orderId, leaves, reason);
    if (extras) this.endedUnfilled(extras);
  }

  /** The other orders of a list whose first one ended end with it. */
  endedUnfilled({ list, isParent }: OrderExtras): void {
    if (!list || !isParent) return;
    for (const child of this.asEntered([...list.members])) this.end(child, "contingency");
  }

  /** The next order whose trigger was met, 0 for none. */
  nextElected(): number {
    const { elected } = this;
    while (elected[this.#acted] === 0) this.#acted++;
    if (this.#acted < elected.length) return elected[this.#acted]!;
    elected.length = 0;
    this.#acted = 0;
    return 0;
  }

  /** Takes an order out of its place and deletes it. */
  leave(book: Book, slot: number): void {
    if (this.flagsOf(slot) >>> PLACE_SHIFT === PLACE.ELECTED) {
      this.elected[this.elected.indexOf(slot, this.#acted)] = 0;
    } else book.ladderOf(slot).remove(slot);
    this.forget(slot);
  }

  /** Moves an order to the back of another key. */
  move(book: Book, slot: number, key: number): void {
    const ladder = book.ladderOf(slot);
    ladder.remove(slot);
    this.store.records[(slot << STRIDE_BITS) + KEY] = key;
    ladder.append(slot, key);
  }

  /** A waiting order was reached. */
  elect(book: Book, slot: number): void {
    const at = (slot << STRIDE_BITS) + CHAIN;
    const { records } = this.store;
    book.ladderOf(slot).remove(slot);
    book.waiting--;
    book.rare.trailing.delete(slot);
    records[at] = (records[at]! & ~(FLAGS & ~(SELLS | DETAILED))) | (PLACE.ELECTED << PLACE_SHIFT);
  }

  /** Deletes an order that is in no queue any more. */
  forget(slot: number): void {
    const flags = this.flagsOf(slot);
    const book = this.bookOf(slot);
    const { rare } = book;
    if (rare.top[flags & SELLS] === slot) rare.top[flags & SELLS] = 0;
    if ((flags & DETAILED) !== 0) {
      const place = flags >>> PLACE_SHIFT;
      if (place === PLACE.RISING || place === PLACE.FALLING) {
        book.waiting--;
        rare.trailing.delete(slot);
      }
      if (this.details.time(slot) === "gtd") this.expiring--;
      const extras = this.details.extrasOf(slot);
      if (extras) {
        if (extras.peg) rare.pegs.delete(slot);
        if (place === PLACE.WHOLE) rare.wholes--;
        if (extras.list) {
          rare.listed--;
          extras.list.members.delete(slot);
        }
        this.details.delete(slot);
        book.updateSpecial();
      }
    }
    this.store.delete(slot);
  }

  reject(instrument: number, orderId: number, reason: EngineRejectReason): 0 {
    this.listener.rejected(instrument, orderId, reason);
    return 0;
  }
}

/** Whether a key is better than all that a side shows. */
function betters(book: Book, sells: number, key: number): boolean {
  return book.isContinuous && key > book.lit[sells]!.bestKey;
}

function noteTop(book: Book, sells: number, slot: number, leaves: number): void {
  const step = book.rules.allocation?.find((each) => each.step === "top-order");
  if (step) book.rare.top[sells as 0 | 1] = leaves >= (step.minimum ?? 1) ? slot : 0;
}

/** Negates for a sale, without a jump and never to −0, which events would show: the complement of n is −n − 1. */
export function toKey(price: number, sells: number): number {
  return (price ^ -sells) + sells;
}

export function toPrice(key: number, sells: number): number {
  return (key ^ -sells) + sells;
}

const SIDES: readonly [Side, Side] = ["buy", "sell"];

export function sideOf(flags: number): Side {
  return SIDES[(flags & SELLS) as 0 | 1];
}
