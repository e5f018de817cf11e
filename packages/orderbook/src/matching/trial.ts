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
  /** The orders of the key that is looked at, in priority. */
  #makers: Maker[] = [];
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
      this.#makers = book
        .ordersAt(key, this.#other)
        .map((slot) => this.#copy(slot))
        .filter((maker) => this.#isThere(maker));
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

  #drop(maker: Maker): void {
    this.#makers = this.#makers.filter((other) => other !== maker);
  }

  /** @returns whether somebody at this key was met */
  #step(): boolean {
    const maker = this.#makers.find(({ place, shown }) => place !== PLACE.WHOLE || shown <= this.#left);
    if (!maker) return false;
    const { allocation } = this.#book.rules;
    const isShared = allocation !== undefined && maker.place === PLACE.LIT;
    const met = isShared ? this.#makers.filter(({ place }) => place === PLACE.LIT) : [maker];
    const { terms } = this.#state;
    const sibling = met.find(({ list }) => areSiblings(list, terms.extras?.list));
    const own = met.find(({ group }) => terms.group !== 0 && terms.group === group);
    if (sibling) this.#drop(sibling);
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
        const part = this.#makers.includes(each) ? Math.min(quantity, each.shown) : 0;
        if (part > 0) this.#trade(each, part);
      }
    } else this.#trade(maker, Math.min(this.#left, maker.shown));
    return !this.#isStopped;
  }

  #meetOwn(maker: Maker): void {
    const { mode } = this.#state.terms;
    if (mode === "cancel-newest" || mode === "cancel-both") this.#isStopped = true;
    else if (mode === "cancel-oldest") this.#drop(maker);
    else {
      const quantity = Math.min(this.#left, maker.shown + maker.reserve);
      if (!this.#takeOff(maker, quantity)) this.#drop(maker);
      this.#left -= quantity;
    }
  }

  #trade(maker: Maker, quantity: number): void {
    this.#left -= quantity;
    this.#traded += quantity;
    maker.shown -= quantity;
    if (maker.shown === 0) this.#drop(maker);
    if (maker.shown === 0 && maker.reserve > 0) this.#refresh(maker);
    const { list } = maker;
    if (!list) return;
    this.#executed.set(list, (this.#executed.get(list) ?? 0) + quantity);
    if (list.contingency === "one-triggers-other") return;
    for (const other of this.#makers) {
      if (other === maker || other.list !== list) continue;
      if (list.contingency === "one-cancels-other" || !this.#takeOff(other, quantity)) this.#drop(other);
    }
  }

  /** It shows its next part, behind the others that are shown. */
  #refresh(maker: Maker): void {
    let size = maker.display;
    if (maker.displayLow > 0) {
      maker.random = nextRandomState(maker.random);
      size = randomSize(maker.random, maker.displayLow, maker.displayHigh, this.#book.lotSize);
    }
    maker.shown = Math.min(size, maker.reserve);
    maker.reserve -= maker.shown;
    maker.isTop = false;
    const behind = this.#makers.findIndex(({ place }) => place !== PLACE.LIT);
    this.#makers.splice(behind < 0 ? this.#makers.length : behind, 0, maker);
  }
}
