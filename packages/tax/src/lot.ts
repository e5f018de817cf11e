import type { Day } from "./dates.ts";
import { compareRatios, type Units } from "./numbers.ts";

/** Shares of one lot that are alike: same basis per share, same holding period. */
export interface Fragment {
  quantity: Units;
  /** Long: adjusted basis. Short: opening proceeds, lowered by deferred losses. Always the total. */
  amount: Units;
  /** The part of `amount` that came from washed losses. */
  deferred: Units;
  /** Acquisition day, moved back by tacking or forward by a short sale. */
  heldFrom: Day;
  /** It already replaced shares sold at a loss, so it cannot do so again (26 CFR 1.1091-1(e)). */
  isUsed: boolean;
}

/** One purchase (or short sale) as far as it is still open. */
export interface Lot {
  readonly id: string;
  /** The purchase's own day, kept through splits, mergers and spin-offs. */
  readonly acquired: Day;
  /** Counts purchases; orders lots of one day. */
  readonly sequence: number;
  /** Shares with the same key are one purchase and do not replace each other (Rev. Rul. 56-602). */
  readonly purchase: string;
  readonly isInherited: boolean;
  /** Shares of the underlying stock in one unit; 1 for the stock itself. */
  readonly multiplier: Units;
  /** The stock that an option is a contract to acquire. */
  readonly underlying: string | undefined;
  /** Short lots: shares of the group that were held for more than a year when the short was opened. */
  longHeldAtOpening: Units;
  position: Position;
  /** In lot order: those used as replacements first. */
  fragments: Fragment[];
}

/** The open lots of one symbol on one side of one account, in order of purchase. */
export interface Position {
  readonly account: AccountState;
  symbol: string;
  readonly isShort: boolean;
  lots: Lot[];
  /** Index of the first lot that may be open. */
  head: number;
  /** Lots in `lots` after `head` without shares. */
  closedLots: number;
  quantity: Units;
  /** Built when lots are first taken by price; dropped by corporate actions. */
  heap: LotHeap | undefined;
}

/** What the engine knows of an account. */
export interface AccountState {
  readonly id: string;
  /** Its disposals are reported, and losses may be deferred into it. */
  readonly isTaxable: boolean;
}

/** A part taken out of a fragment. */
export interface Piece {
  readonly lot: Lot;
  readonly quantity: Units;
  readonly amount: Units;
  readonly deferred: Units;
  readonly heldFrom: Day;
  readonly isUsed: boolean;
}

export function byPurchase(a: Lot, b: Lot): number {
  return a.acquired - b.acquired || a.sequence - b.sequence;
}

/** Puts a lot where its purchase date belongs; almost always at the end. */
export function addLot(position: Position, lot: Lot): void {
  const { lots } = position;
  let at = lots.length;
  while (at > position.head && byPurchase(lots[at - 1]!, lot) > 0) at--;
  if (at === lots.length) lots.push(lot);
  else lots.splice(at, 0, lot);
  for (const fragment of lot.fragments) {
    position.quantity += fragment.quantity;
    position.heap?.push(lot, fragment);
  }
}

/** Forgets closed lots, so that a long history costs nothing. */
export function tidy(position: Position): void {
  const { lots } = position;
  while (position.head < lots.length && lots[position.head]!.fragments.length === 0) {
    position.head++;
    position.closedLots--;
  }
  if (position.head > 64 && position.head * 2 > lots.length) {
    lots.splice(0, position.head);
    position.head = 0;
  }
  if (position.closedLots > 64 && position.closedLots * 2 > lots.length - position.head) {
    position.lots = lots.filter((lot) => lot.fragments.length > 0);
    position.head = 0;
    position.closedLots = 0;
  }
}

interface Entry {
  readonly lot: Lot;
  readonly fragment: Fragment;
  readonly quantity: Units;
  readonly amount: Units;
}

/**
 * Open fragments by adjusted basis per share. A fragment that changes is pushed again; entries that no longer
 * describe their fragment are dropped when they come up.
 */
export class LotHeap {
  readonly #entries: Entry[] = [];
  readonly #sign: number;
  readonly method: "hifo" | "lofo";

  constructor(method: "hifo" | "lofo", position: Position) {
    this.method = method;
    this.#sign = method === "hifo" ? -1 : 1;
    for (let at = position.head; at < position.lots.length; at++) {
      const lot = position.lots[at]!;
      for (const fragment of lot.fragments) this.push(lot, fragment);
    }
  }

  push(lot: Lot, fragment: Fragment): void {
    const entries = this.#entries;
    const entry = { lot, fragment, quantity: fragment.quantity, amount: fragment.amount };
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(entry, entries[parent]!)) break;
      entries[at] = entries[parent]!;
      at = parent;
    }
    entries[at] = entry;
  }

  /** The fragment that comes next; it stays in the heap until it changes. */
  first(): { readonly lot: Lot; readonly fragment: Fragment } {
    for (;;) {
      const top = this.#entries[0]!;
      const { fragment } = top;
      // biome-ignore lint/suspicious/noDoubleEquals: Units are number or bigint, never mixed
      if (fragment.quantity == top.quantity && fragment.amount == top.amount) return top;
      this.#dropFirst();
    }
  }

  #dropFirst(): void {
    const entries = this.#entries;
    const last = entries.pop()!;
    const { length } = entries;
    if (length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= length) break;
      if (child + 1 < length && this.#isBefore(entries[child + 1]!, entries[child]!)) child++;
      if (!this.#isBefore(entries[child]!, last)) break;
      entries[at] = entries[child]!;
      at = child;
    }
    entries[at] = last;
  }

  #isBefore(a: Entry, b: Entry): boolean {
    const order = this.#sign * compareRatios(a.amount, a.quantity, b.amount, b.quantity);
    if (order !== 0) return order < 0;
    if (a.lot !== b.lot) return byPurchase(a.lot, b.lot) < 0;
    return a.lot.fragments.indexOf(a.fragment) < b.lot.fragments.indexOf(b.fragment);
  }
}
