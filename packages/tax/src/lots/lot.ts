import { type Day, isLongTerm } from "../dates.ts";
import type { LotMethod } from "../events.ts";
import type { Units } from "../numbers.ts";
import type { WashSide } from "../wash-sales/wash-book.ts";
import type { LotHeap } from "./lot-heap.ts";

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
  /** The lot's next fragment. */
  next: Fragment | undefined;
}

/** What an option is a contract to acquire. */
export interface Contract {
  readonly underlying: string;
  /** Shares of it in one unit. */
  readonly multiplier: Units;
}

/** One purchase (or short sale) as far as it is still open. */
export interface Lot {
  readonly id: string;
  /** The purchase's own day, kept through splits, mergers and spin-offs. */
  readonly acquired: Day;
  /** Counts purchases; orders lots of one day. */
  readonly sequence: number;
  /**
   * Shares with the same number are one purchase and do not replace each other (Rev. Rul. 56-602): the sequence of
   * the first fill of an order.
   */
  readonly purchase: number;
  readonly isInherited: boolean;
  readonly contract: Contract | undefined;
  /** Short lots: shares of the group that were held for more than a year when the short was opened. */
  longHeldAtOpening: Units;
  position: Position;
  /** In lot order: those used as replacements first. Undefined when the lot is closed. */
  first: Fragment | undefined;
}

/** The open lots of one symbol on one side of one account, in order of purchase. */
export interface Position {
  /** Counts an engine's positions from 0. */
  readonly index: number;
  readonly account: AccountState;
  readonly symbol: string;
  readonly isShort: boolean;
  /** Whether losses here are tested for wash sales. */
  readonly isWashable: boolean;
  lots: Lot[];
  /** Index of the first lot that may be open. */
  head: number;
  /** Lots in `lots` after `head` without shares. */
  closedLots: number;
  quantity: Units;
  /** Built when lots are first taken by price; dropped by corporate actions. */
  heap: LotHeap | undefined;
  /** Where its wash sales are matched, once there were any. */
  washSide: WashSide | undefined;
  /** Fragments that were sold, to be used again: most lots live for less than it takes to collect them. */
  spare: Fragment | undefined;
}

/** What the engine knows of an account. */
export interface AccountState {
  readonly id: string;
  /** Its disposals are reported, and losses may be deferred into it. */
  readonly isTaxable: boolean;
  /** Its standing order. */
  readonly method: LotMethod;
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

/** Whether shares sold on a day are long-term; inherited ones always are, unless their period was started anew. */
export function isHeldLong(lot: Lot, heldFrom: Day, sold: Day): boolean {
  return isInheritance(lot, heldFrom) || isLongTerm(heldFrom, sold);
}

/** Whether shares of a lot count as inherited: not after a constructive sale. */
export function isInheritance(lot: Lot, heldFrom: Day): boolean {
  return lot.isInherited && heldFrom <= lot.acquired;
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
  for (let fragment = lot.first; fragment; fragment = fragment.next) {
    position.quantity += fragment.quantity;
    position.heap?.push(lot, fragment);
  }
}

/** The open lots of a position, as a list that stays as it is while lots change. */
export function openLots(position: Position): Lot[] {
  return position.lots.slice(position.head).filter((lot) => lot.first !== undefined);
}

/** The fragments of a lot, as a list that stays as it is while they change. */
export function fragmentsOf(lot: Lot): Fragment[] {
  const fragments: Fragment[] = [];
  for (let fragment = lot.first; fragment; fragment = fragment.next) fragments.push(fragment);
  return fragments;
}

/** A fragment with its figures, made of a spare one where there is one. */
export function makeFragment(
  position: Position,
  quantity: Units,
  amount: Units,
  deferred: Units,
  heldFrom: Day,
  isUsed: boolean,
  next: Fragment | undefined,
): Fragment {
  const spare = position.spare;
  if (!spare) return { quantity, amount, deferred, heldFrom, isUsed, next };
  position.spare = spare.next;
  spare.quantity = quantity;
  spare.amount = amount;
  spare.deferred = deferred;
  spare.heldFrom = heldFrom;
  spare.isUsed = isUsed;
  spare.next = next;
  return spare;
}

/** Takes a fragment without shares out of its lot for good. */
export function discardFragment(lot: Lot, fragment: Fragment): void {
  dropFragment(lot, fragment);
  // A heap tells by its figures whether a fragment is still the one that was put in.
  if (lot.position.heap) return;
  fragment.next = lot.position.spare;
  lot.position.spare = fragment;
}

/** Takes a fragment out of its lot, and counts the lot as closed when it was the last. */
export function dropFragment(lot: Lot, fragment: Fragment): void {
  if (lot.first === fragment) lot.first = fragment.next;
  else {
    let before = lot.first!;
    while (before.next !== fragment) before = before.next!;
    before.next = fragment.next;
  }
  if (!lot.first) lot.position.closedLots++;
}

/** Gives a lot these fragments in this order. */
export function setFragments(lot: Lot, fragments: readonly Fragment[]): void {
  lot.first = fragments[0];
  for (const [at, fragment] of fragments.entries()) fragment.next = fragments[at + 1];
}

/** Forgets closed lots, so that a long history costs nothing. */
export function tidy(position: Position): void {
  const { lots } = position;
  while (position.head < lots.length && !lots[position.head]!.first) {
    position.head++;
    position.closedLots--;
  }
  if (position.head > 64 && position.head * 2 > lots.length) {
    lots.splice(0, position.head);
    position.head = 0;
  }
  if (position.closedLots > 64 && position.closedLots * 2 > lots.length - position.head) {
    position.lots = openLots(position);
    position.head = 0;
    position.closedLots = 0;
  }
}
