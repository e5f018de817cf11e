import type { InstrumentOptions, Phase } from "./instrument-options.ts";
import { MAX_VALUE } from "./order-rules.ts";
import { CHAIN, NEXT, type OrderStore, PLACE_SHIFT, SELLS, STRIDE_BITS } from "./order-store.ts";
import { NO_KEY, PriceLadder } from "./price-ladder.ts";

/** Where an order is: which ladder holds it. */
export const PLACE = {
  /** At its price, shown. */
  LIT: 0,
  /** At its price, hidden. */
  DARK: 1,
  /** A market order that waits for an auction. */
  MARKET: 2,
  /** Waits until the price rises to its trigger. */
  RISING: 3,
  /** Waits until the price falls to its trigger. */
  FALLING: 4,
  /** Waits for the closing auction. */
  CLOSE: 5,
} as const;

/** Above and below every price: the range of no trade. Small integers, which cost nothing to compare. */
export const NO_LOW: number = MAX_VALUE + 1;
export const NO_HIGH: number = -MAX_VALUE - 1;

/** One instrument: its rules as plain numbers, its phase and its ladders. */
export class Book {
  readonly index: number;
  readonly rules: InstrumentOptions;
  readonly tickSize: number;
  readonly lotSize: number;
  readonly maximumQuantity: number;
  readonly lowestPrice: number;
  readonly highestPrice: number;
  /** 0 for none. */
  readonly dynamicBand: number;
  readonly buys: PriceLadder;
  readonly sells: PriceLadder;
  /** Hidden orders; `undefined` until there is one. */
  darkBuys: PriceLadder | undefined = undefined;
  darkSells: PriceLadder | undefined = undefined;
  hasDark = false;
  phase: Phase;
  isContinuous: boolean;
  /** Whether a plain order has more to pass than the ranges: a rule of the instrument, or the phase. */
  isRestricted = false;
  last: number | undefined;
  /** Orders that wait for a trigger. */
  waiting = 0;
  /** Range of the trades of this command, when somebody waits for it. */
  low: number = NO_LOW;
  high: number = NO_HIGH;
  readonly #store: OrderStore;
  /** Ladders of the other places, two each; most instruments have none. */
  readonly #others: (PriceLadder | undefined)[] = [];

  constructor(index: number, rules: InstrumentOptions, store: OrderStore) {
    this.index = index;
    this.rules = rules;
    this.tickSize = rules.tickSize ?? 1;
    this.lotSize = rules.lotSize ?? 1;
    this.maximumQuantity = rules.maximumQuantity ?? MAX_VALUE;
    this.lowestPrice = rules.lowestPrice ?? -MAX_VALUE;
    this.highestPrice = rules.highestPrice ?? MAX_VALUE;
    this.dynamicBand = rules.dynamicBand ?? 0;
    this.buys = new PriceLadder(store);
    this.sells = new PriceLadder(store);
    this.phase = "closed";
    this.isContinuous = false;
    this.enterPhase(rules.phase ?? "continuous");
    this.last = rules.referencePrice;
    this.#store = store;
  }

  enterPhase(phase: Phase): void {
    this.phase = phase;
    this.isContinuous = phase === "continuous";
    this.isRestricted =
      !this.isContinuous || this.tickSize !== 1 || this.lotSize !== 1 || this.dynamicBand !== 0;
  }

  /** Whether a plain order, which is in the ranges, must take the careful way, which knows the reason to refuse it. */
  restricts(price: number, quantity: number): boolean {
    return (
      !this.isContinuous ||
      price % this.tickSize !== 0 ||
      quantity % this.lotSize !== 0 ||
      (this.dynamicBand !== 0 && this.last !== undefined && Math.abs(price - this.last) > this.dynamicBand)
    );
  }

  /** The ladder of a place; side matters only for those that trade. */
  ladder(place: number, sells: number): PriceLadder {
    if (place === PLACE.LIT) return sells === SELLS ? this.sells : this.buys;
    if (place === PLACE.DARK) {
      this.hasDark = true;
      if (sells === SELLS) {
        this.darkSells ??= new PriceLadder(this.#store);
        return this.darkSells;
      }
      this.darkBuys ??= new PriceLadder(this.#store);
      return this.darkBuys;
    }
    const index = place === PLACE.MARKET ? sells : place;
    this.#others[index] ??= new PriceLadder(this.#store);
    return this.#others[index];
  }

  /** The ladder that an order is in. */
  ladderOf(slot: number): PriceLadder {
    const flags = this.#store.records[(slot << STRIDE_BITS) + CHAIN]! & 0xff;
    return this.ladder(flags >>> PLACE_SHIFT, flags & SELLS);
  }

  /** The order of a side that trades first, or 0. */
  first(sells: number): number {
    const market = this.#others[sells];
    if (market && market.bestKey !== NO_KEY) return market.firstOrder();
    const lit = sells === SELLS ? this.sells : this.buys;
    const dark = sells === SELLS ? this.darkSells : this.darkBuys;
    const ladder = dark && dark.bestKey > lit.bestKey ? dark : lit;
    return ladder.bestKey === NO_KEY ? 0 : ladder.firstOrder();
  }

  /** Best key of a side at which somebody would trade, hidden orders too. */
  bestKey(sells: number): number {
    const lit = sells === SELLS ? this.sells : this.buys;
    const dark = sells === SELLS ? this.darkSells : this.darkBuys;
    return Math.max(lit.bestKey, dark ? dark.bestKey : NO_KEY);
  }

  /** Market orders of a side that wait for an auction, first in first. */
  marketOrders(sells: number): number[] {
    return this.#slotsOf(this.#others[sells]);
  }

  /** Orders of a side at a price, in priority. */
  limitOrders(sells: number): number[] {
    const lit = sells === SELLS ? this.sells : this.buys;
    const dark = sells === SELLS ? this.darkSells : this.darkBuys;
    const slots: number[] = [];
    let key = this.bestKey(sells);
    while (key !== NO_KEY) {
      this.#collect(lit.headOf(key), slots);
      if (dark) this.#collect(dark.headOf(key), slots);
      key = Math.max(lit.below(key), dark ? dark.below(key) : NO_KEY);
    }
    return slots;
  }

  /** Orders that wait for a trigger, in no particular order. */
  waitingOrders(): number[] {
    return [...this.#slotsOf(this.#others[PLACE.RISING]), ...this.#slotsOf(this.#others[PLACE.FALLING])];
  }

  /** Orders that wait for the close, first in first. */
  closeOrders(): number[] {
    return this.#slotsOf(this.#others[PLACE.CLOSE]);
  }

  #slotsOf(ladder: PriceLadder | undefined): number[] {
    const slots: number[] = [];
    if (!ladder) return slots;
    for (let key = ladder.bestKey; key !== NO_KEY; key = ladder.below(key)) {
      this.#collect(ladder.headOf(key), slots);
    }
    return slots;
  }

  #collect(head: number, slots: number[]): void {
    for (let slot = head; slot !== 0; slot = this.#store.records[(slot << STRIDE_BITS) + NEXT]!) {
      slots.push(slot);
    }
  }
}
