import { type Book, PLACE } from "../book.ts";
import type { OrderList } from "../order-extras.ts";
import { CHAIN, FLAGS, LEAVES, PLACE_SHIFT, SELLS, STRIDE_BITS } from "../order-store.ts";
import { NO_KEY } from "../price-ladder.ts";
import { nextRandomState, randomSize } from "../random.ts";
import { share } from "./allocation.ts";
import type { EngineState } from "./engine-state.ts";
import { areSiblings } from "./lists.ts";

/** A resting order as the trial changes it. */
interface Maker {
  readonly slot: number;
  readonly place: number;
  shown: number;
  reserve: number;
  readonly group: number;
  readonly account: number;
  readonly display: number;
  readonly list: OrderList | undefined;
  readonly displayLow: number;
  readonly displayHigh: number;
  random: number;
  isTop: boolean;
  /** Whether it is no longer where it stands in its queue. */
  isGone: boolean;
}

/**
 * What the order of `terms` would trade now with the keys from `limit` up, in the order in which it would: tried on
 * copies of the orders it meets.
 */
export function wouldTrade(
  state: EngineState,
  book: Book,
  sells: number,
  limit: number,
  quantity: number,
): number {
  return new Trial(state, book, sells, quantity).run(limit);
}

class Trial {
  readonly #state: EngineState;
  readonly #book: Book;
  readonly #other: number;
  #left: number;
  #traded = 0;
  /** The orders of the key that is looked at, in priority: those that are shown, and the others after them. */
  #shown: Maker[] = [];
  #unseen: Maker[] = [];
  /** How many of each, from the front, are gone. */
  #shownGone = 0;
  #unseenGone = 0;
  /** What the orders of a list traded in this trial. */
  readonly #executed = new Map<OrderList, number>();
  #isStopped = false;

  constructor(state: EngineState, book: Book, sells: number, quantity: number) {
    this.#state = state;
    this.#book = book;
    this.#other = SELLS - sells;
    this.#left = quantity;
  }

  run(limit: number): number {
    const book = this.#book;
    let key = book.highestKey(this.#other);
    for (; key !== NO_KEY && key >= limit && this.#left > 0; key = book.keyBelow(key, this.#other)) {
      const makers = book.ordersAt(key, this.#other).map((slot) => this.#copy(slot));
      const there = makers.filter((maker) => this.#isThere(maker));
      this.#shown = there.filter(({ place }) => place === PLACE.LIT);
      this.#unseen = there.filter(({ place }) => place !== PLACE.LIT);
      this.#shownGone = 0;
      this.#unseenGone = 0;
      while (this.#left > 0 && this.#step());
      if (this.#isStopped) break;
    }
    return this.#traded;
  }

  #copy(slot: number): Maker {
    const { details, store } = this.#state;
    const at = slot << STRIDE_BITS;
    const flags = store.records[at + CHAIN]! & FLAGS;
    const shown = store.records[at + LEAVES]!;
    const extras = this.#state.extrasOf(slot);
    const isPlain = flags <= SELLS;
    return {
      slot,
      place: flags >>> PLACE_SHIFT,
      shown,
      reserve: isPlain ? 0 : details.reserve[slot]!,
      group: isPlain ? 0 : details.group[slot]!,
      account: isPlain ? 0 : details.account[slot]!,
      display: isPlain ? -1 : details.display[slot]!,
      list: extras?.list,
      displayLow: extras?.displayLow ?? 0,
      displayHigh: extras?.displayHigh ?? 0,
      random: extras?.random ?? 0,
      isTop: this.#book.rare.top[this.#other as 0 | 1] === slot,
      isGone: false,
    };
  }

  /** Takes off an order that comes into view what others of its list traded; whether something is left of it. */
  #isThere(maker: Maker): boolean {
    const { list } = maker;
    const executed = list && this.#executed.get(list);
    if (!executed || list.contingency === "one-triggers-other") return true;
    return list.contingency !== "one-cancels-other" && this.#takeOff(maker, executed);
  }

  /** @returns whether something is left */
  #takeOff(maker: Maker, quantity: number): boolean {
    const fromReserve = Math.min(quantity, maker.reserve);
    maker.reserve -= fromReserve;
    maker.shown -= quantity - fromReserve;
    return maker.shown > 0;
  }

  /** The order that is met next. */
  #first(): Maker | undefined {
    const [shown, unseen] = [this.#shown, this.#unseen];
    while (shown[this.#shownGone]?.isGone) this.#shownGone++;
    if (this.#shownGone < shown.length) return shown[this.#shownGone];
    while (unseen[this.#unseenGone]?.isGone) this.#unseenGone++;
    for (let at = this.#unseenGone; at < unseen.length; at++) {
      const maker = unseen[at]!;
      if (!maker.isGone && (maker.place !== PLACE.WHOLE || maker.shown <= this.#left)) return maker;
    }
    return undefined;
  }

  /** @returns whether somebody at this key was met */
  #step(): boolean {
    const maker = this.#first();
    if (!maker) return false;
    const { allocation } = this.#book.rules;
    const isShared = allocation !== undefined && maker.place === PLACE.LIT;
    const met = isShared ? this.#shown.filter(({ isGone }) => !isGone) : [maker];
    const { terms } = this.#state;
    const sibling = met.find(({ list }) => areSiblings(list, terms.extras?.list));
    const own = met.find(({ group }) => terms.group !== 0 && terms.group === group);
    if (sibling) sibling.isGone = true;
    else if (own) this.#meetOwn(own);
    else if (isShared) {
      const given = share(
        allocation,
        this.#book.lotSize,
        this.#left,
        met.map(({ shown }) => shown),
        met.map(({ account }) => account),
        met.findIndex(({ isTop }) => isTop),
      );
      for (const [index, quantity] of given.entries()) {
        const each = met[index]!;
        const part = each.isGone ? 0 : Math.min(quantity, each.shown);
        if (part > 0) this.#trade(each, part);
      }
    } else this.#trade(maker, Math.min(this.#left, maker.shown));
    return !this.#isStopped;
  }

  #meetOwn(maker: Maker): void {
    const { mode } = this.#state.terms;
    if (mode === "cancel-newest" || mode === "cancel-both") this.#isStopped = true;
    else if (mode === "cancel-oldest") maker.isGone = true;
    else {
      const quantity = Math.min(this.#left, maker.shown + maker.reserve);
      if (!this.#takeOff(maker, quantity)) maker.isGone = true;
      this.#left -= quantity;
    }
  }

  #trade(maker: Maker, quantity: number): void {
    this.#left -= quantity;
    this.#traded += quantity;
    maker.shown -= quantity;
    maker.isGone = maker.shown === 0;
    const left = maker.isGone && maker.reserve > 0 ? this.#refreshed(maker) : maker;
    const { list } = maker;
    if (!list) return;
    this.#executed.set(list, (this.#executed.get(list) ?? 0) + quantity);
    if (list.contingency === "one-triggers-other") return;
    for (const queue of [this.#shown, this.#unseen]) {
      for (const other of queue) {
        if (other === left || other.isGone || other.list !== list) continue;
        other.isGone = list.contingency === "one-cancels-other" || !this.#takeOff(other, quantity);
      }
    }
  }

  /** Its next part, behind the others that are shown. */
  #refreshed(maker: Maker): Maker {
    let { display: size, random } = maker;
    if (maker.displayLow > 0) {
      random = nextRandomState(random);
      size = randomSize(random, maker.displayLow, maker.displayHigh, this.#book.lotSize);
    }
    const shown = Math.min(size, maker.reserve);
    const next = { ...maker, shown, reserve: maker.reserve - shown, random, isTop: false, isGone: false };
    this.#shown.push(next);
    return next;
  }
}
