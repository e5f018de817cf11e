import type { InstrumentOptions, Phase } from "./instrument-options.ts";
import { MAX_VALUE } from "./order-rules.ts";
import { CHAIN, NEXT, type OrderStore, PLACE_SHIFT, SELLS, STRIDE_BITS } from "./order-store.ts";
import { NO_KEY, PriceLadder } from "./price-ladder.ts";
import { RareBook } from "./rare-book.ts";
import { tickSizeAt } from "./tick-size.ts";

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
  /** A pegged order with nothing to follow. */
  PEG: 6,
  /** Waits until the first order of its list has traded. */
  PARENT: 7,
  /** At its price, hidden, and trades in full or not at all. */
  WHOLE: 8,
  /** Its trigger was met and it has not acted yet: in no ladder. */
  ELECTED: 10,
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
  /**
   * Shown orders: buys, then sells. An array, because a jump that depends on the side of an order is guessed wrong every
   * other time, and what the processor had begun of later commands is lost with it.
   */
  readonly lit: readonly [PriceLadder, PriceLadder];
  /** Hidden orders: buys, then sells; `undefined` until there is one. */
  readonly dark: [PriceLadder | undefined, PriceLadder | undefined] = [undefined, undefined];
  hasDark = false;
  phase: Phase;
  isContinuous: boolean;
  /**
   * From here to {@link Book.highestPlain} no rule has anything against the price of a plain order, so that two
   * comparisons spare it all of them. Outside, {@link Book.restricts} knows.
   */
  lowestPlain: number = NO_LOW;
  highestPlain: number = NO_HIGH;
  /** Orders that wait for a trigger. */
  waiting = 0;
  /** Range of the trades of this command, when somebody waits for it. */
  low: number = NO_LOW;
  high: number = NO_HIGH;
  /** What few instruments use. */
  readonly rare: RareBook;
  /** Whether a change of the book can have further consequences than triggers. */
  isSpecial = false;
  /** Tick size from one price up to another, of the tick band that was asked for last: prices seldom leave it. */
  #tick: number;
  #tickFrom = NO_HIGH;
  #tickTo = NO_LOW;
  /** The plain prices as far as they do not depend on the last one. */
  #lowestSteady = NO_LOW;
  #highestSteady = NO_HIGH;
  #last: number | undefined;
  /** Last prices from one up to another, for which the plain prices need not be found again. */
  #calmFrom = NO_LOW;
  #calmTo = NO_HIGH;
  readonly #store: OrderStore;
  /** Ladders of the other places, two each; most instruments have none. */
  readonly #others: (PriceLadder | undefined)[] = [];

  constructor(index: number, rules: InstrumentOptions, store: OrderStore) {
    this.index = index;
    this.rules = rules;
    this.tickSize = rules.tickSize ?? 1;
    this.#tick = this.tickSize;
    if (rules.tickBands !== undefined) this.#tickTo = NO_HIGH;
    this.lotSize = rules.lotSize ?? 1;
    this.maximumQuantity = rules.maximumQuantity ?? MAX_VALUE;
    this.lowestPrice = rules.lowestPrice ?? -MAX_VALUE;
    this.highestPrice = rules.highestPrice ?? MAX_VALUE;
    this.dynamicBand = rules.dynamicBand ?? 0;
    this.lit = [new PriceLadder(store), new PriceLadder(store)];
    this.phase = "closed";
    this.isContinuous = false;
    this.enterPhase(rules.phase ?? "continuous");
    this.last = rules.referencePrice;
    this.rare = new RareBook(rules);
    this.updateSpecial();
    this.#store = store;
  }

  enterPhase(phase: Phase): void {
    this.phase = phase;
    this.isContinuous = phase === "continuous";
    const { tickBands = [] } = this.rules;
    const isPlain = this.isContinuous && !this.isSpecial && this.tickSize === 1 && this.lotSize === 1;
    this.#lowestSteady = isPlain ? this.lowestPrice : NO_LOW;
    this.#highestSteady = isPlain ? Math.min(this.highestPrice, (tickBands[0]?.from ?? NO_LOW) - 1) : NO_HIGH;
    this.#findPlain();
  }

  /** Price of the last trade, or what stands for it. */
  get last(): number | undefined {
    return this.#last;
  }

  set last(price: number | undefined) {
    this.#last = price;
    if (!(price! >= this.#calmFrom && price! <= this.#calmTo)) this.#findPlain();
  }

  #findPlain(): void {
    const { dynamicBand } = this;
    const last = this.#last;
    this.lowestPlain = this.#lowestSteady;
    this.highestPlain = this.#highestSteady;
    this.#calmFrom = NO_HIGH;
    this.#calmTo = NO_LOW;
    if (dynamicBand === 0) return;
    if (last === undefined) {
      this.#calmTo = NO_HIGH - 1;
      return;
    }
    // Prices within half a band of this last price are within the whole of one that is as near to it.
    const half = dynamicBand >> 1;
    this.#calmFrom = last - half;
    this.#calmTo = last + half;
    this.lowestPlain = Math.max(this.lowestPlain, this.#calmFrom);
    this.highestPlain = Math.min(this.highestPlain, this.#calmTo);
  }

  /** Whether a plain limit order must take the careful way, which knows the reason to refuse it. */
  restricts(price: number, quantity: number): boolean {
    if (price < this.#tickFrom || price >= this.#tickTo) this.#findTick(price);
    const tick = this.#tick;
    return (
      price < this.lowestPrice ||
      price > this.highestPrice ||
      this.restrictsMarket(quantity) ||
      // A division takes longer than all the rest.
      (tick !== 1 && price % tick !== 0) ||
      (this.dynamicBand !== 0 && this.#last !== undefined && Math.abs(price - this.#last) > this.dynamicBand)
    );
  }

  /** Whether a market order must, to which no rule of prices applies. */
  restrictsMarket(quantity: number): boolean {
    return !this.isContinuous || this.isSpecial || (this.lotSize !== 1 && quantity % this.lotSize !== 0);
  }

  #findTick(price: number): void {
    this.#tick = tickSizeAt(price, this.rules);
    this.#tickFrom = NO_HIGH;
    this.#tickTo = NO_LOW;
    for (const { from } of this.rules.tickBands ?? []) {
      if (from <= price) this.#tickFrom = from;
      else {
        this.#tickTo = from;
        break;
      }
    }
  }

  /** The ladder of a place; side matters only for those that trade. */
  ladder(place: number, sells: number): PriceLadder {
    if (place === PLACE.LIT) return this.lit[sells]!;
    if (place === PLACE.DARK) {
      this.hasDark = true;
      this.dark[sells] ??= new PriceLadder(this.#store);
      return this.dark[sells];
    }
    const index = place === PLACE.MARKET ? sells : place === PLACE.WHOLE ? place + sells : place;
    this.#others[index] ??= new PriceLadder(this.#store);
    return this.#others[index];
  }

  /** The ladder that an order is in. */
  ladderOf(slot: number): PriceLadder {
    const flags = this.#store.records[(slot << STRIDE_BITS) + CHAIN]! & 0xff;
    return this.ladder(flags >>> PLACE_SHIFT, flags & SELLS);
  }

  /** Orders that want all or none; `undefined` until there is one. */
  wholes(sells: number): PriceLadder | undefined {
    return this.#others[PLACE.WHOLE + sells];
  }

  /** Notes whether the rules or the open orders need the careful way. */
  updateSpecial(): void {
    const { rules, rare } = this;
    this.isSpecial =
      rare.pegs.size > 0 ||
      rare.wholes > 0 ||
      rare.listed > 0 ||
      rules.allocation !== undefined ||
      rules.volatilityInterruption !== undefined ||
      rules.priceLimits !== undefined ||
      rules.maximumLevels !== undefined;
    this.enterPhase(this.phase);
  }

  /** Notes a price at which somebody traded, for those who wait for one. */
  noteTrade(price: number): void {
    if (price < this.low) this.low = price;
    if (price > this.high) this.high = price;
    this.rare.noteTrade(price);
  }

  /** The order of an auction's side that trades first, or 0. */
  first(sells: number): number {
    const market = this.#others[sells];
    if (market && market.bestKey !== NO_KEY) return market.firstOrder();
    const lit = this.lit[sells]!;
    const dark = this.dark[sells];
    const ladder = dark && dark.bestKey > lit.bestKey ? dark : lit;
    return ladder.bestKey === NO_KEY ? 0 : ladder.firstOrder();
  }

  /** Best key of a side at which somebody would trade, hidden orders too. */
  bestKey(sells: number): number {
    const lit = this.lit[sells]!;
    const dark = this.dark[sells];
    return Math.max(lit.bestKey, dark ? dark.bestKey : NO_KEY);
  }

  /** Market orders of a side that wait for an auction, first in first. */
  marketOrders(sells: number): number[] {
    return this.slotsOf(this.#others[sells]);
  }

  /** Best key of a side at which somebody stands, those who want all or none too. */
  highestKey(sells: number): number {
    return Math.max(this.bestKey(sells), this.wholes(sells)?.bestKey ?? NO_KEY);
  }

  /** The next key of a side below this one at which somebody stands. */
  keyBelow(key: number, sells: number): number {
    const lit = this.lit[sells]!;
    const dark = this.dark[sells];
    const wholes = this.wholes(sells);
    return Math.max(lit.below(key), dark ? dark.below(key) : NO_KEY, wholes ? wholes.below(key) : NO_KEY);
  }

  /** The orders of a side at a key, in priority. */
  ordersAt(key: number, sells: number): number[] {
    const slots: number[] = [];
    this.#collectAt(key, sells, slots);
    return slots;
  }

  /** Orders of a side at a price, in priority. */
  limitOrders(sells: number): number[] {
    const slots: number[] = [];
    for (let key = this.highestKey(sells); key !== NO_KEY; key = this.keyBelow(key, sells)) {
      this.#collectAt(key, sells, slots);
    }
    return slots;
  }

  /** Orders that wait for a trigger, in no particular order. */
  waitingOrders(): number[] {
    return [...this.slotsOf(this.#others[PLACE.RISING]), ...this.slotsOf(this.#others[PLACE.FALLING])];
  }

  /** Orders that wait for the close, first in first. */
  closeOrders(): number[] {
    return this.slotsOf(this.#others[PLACE.CLOSE]);
  }

  /** Pegged orders that wait, in no particular order. */
  pegOrders(): number[] {
    return this.slotsOf(this.#others[PLACE.PEG]);
  }

  /** Orders that wait for the first one of their list, in no particular order. */
  childOrders(): number[] {
    return this.slotsOf(this.#others[PLACE.PARENT]);
  }

  /** All orders of a ladder, the best key first. */
  slotsOf(ladder: PriceLadder | undefined): number[] {
    const slots: number[] = [];
    if (!ladder) return slots;
    for (let key = ladder.bestKey; key !== NO_KEY; key = ladder.below(key)) {
      this.#collect(ladder.headOf(key), slots);
    }
    return slots;
  }

  #collectAt(key: number, sells: number, slots: number[]): void {
    this.#collect(this.lit[sells]!.headOf(key), slots);
    const dark = this.dark[sells];
    if (dark) this.#collect(dark.headOf(key), slots);
    const wholes = this.wholes(sells);
    if (wholes) this.#collect(wholes.headOf(key), slots);
  }

  #collect(head: number, slots: number[]): void {
    for (let slot = head; slot !== 0; slot = this.#store.records[(slot << STRIDE_BITS) + NEXT]!) {
      slots.push(slot);
    }
  }
}
