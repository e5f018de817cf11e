import { compareRatios, type Units } from "../numbers.ts";
import { byPurchase, type Fragment, type Lot, type Position } from "./lot.ts";

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
      for (let fragment = lot.first; fragment; fragment = fragment.next) this.push(lot, fragment);
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
    return comesFirst(a.fragment, b.fragment);
  }
}

/** Whether the second of two fragments of a lot is behind the first. */
function comesFirst(a: Fragment, b: Fragment): boolean {
  for (let fragment = a.next; fragment; fragment = fragment.next) if (fragment === b) return true;
  return false;
}
