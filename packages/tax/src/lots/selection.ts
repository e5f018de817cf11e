import type { Day } from "../dates.ts";
import { TaxError } from "../errors.ts";
import type { LotMethod } from "../events.ts";
import { compareRatios, share, type Units } from "../numbers.ts";
import {
  byPurchase,
  discardFragment,
  type Fragment,
  fragmentsOf,
  isHeldLong,
  type Lot,
  openLots,
  type Piece,
  type Position,
  tidy,
} from "./lot.ts";
import { LotHeap } from "./lot-heap.ts";

/** A lot and how much of it to take, checked against the position. */
export interface LotShare {
  readonly lot: Lot;
  readonly quantity: Units;
}

/** What a disposal brings, for choosing lots by their gain. */
export interface Sale {
  readonly day: Day;
  readonly proceeds: Units;
  readonly quantity: Units;
}

/** Finds named lots and checks that they are open and large enough; changes nothing. */
export function findLots(
  position: Position,
  picks: readonly { readonly lot: string; readonly quantity: Units }[],
  event: string,
): LotShare[] {
  const wanted = new Map<Lot, Units>();
  const found = picks.map((pick) => {
    const lot = position.lots.find((open) => open.id === pick.lot && open.first);
    if (!lot) {
      throw new TaxError("unknown-lot", `there is no open lot ${pick.lot} of ${position.symbol}`, {
        event,
        field: "lots",
      });
    }
    const total = wanted.has(lot) ? wanted.get(lot)! + pick.quantity : pick.quantity;
    wanted.set(lot, total);
    if (total > openQuantity(lot.first!)) {
      throw new TaxError("not-enough", `lot ${pick.lot} holds less than is taken from it`, {
        event,
        field: "lots",
      });
    }
    return { lot, quantity: pick.quantity };
  });
  return found;
}

function openQuantity(first: Fragment): Units {
  let total = first.quantity;
  for (let { next } = first; next; { next } = next) total += next.quantity;
  return total;
}

/**
 * Takes shares out of a position, in the order of the method, and returns the parts. The position must hold
 * enough. Basis leaves each fragment by {@link share}, so that the last part takes what is left (rule N2).
 */
export function take(
  position: Position,
  quantity: Units,
  method: LotMethod,
  sale: Sale,
  picks?: readonly LotShare[],
): Piece[] {
  const pieces: Piece[] = [];
  if (picks) {
    for (const pick of picks) takeFromLot(pick.lot, pick.quantity, pieces);
  } else {
    let left = quantity;
    if (method === "average") spreadAverage(position);
    const ordered = method === "tax-efficient" ? byTaxCost(position, sale) : undefined;
    let next = 0;
    while (left > 0) {
      if (ordered) {
        const { lot, fragment } = ordered[next++]!;
        left -= takeFromFragment(lot, fragment, left, pieces);
      } else if (method === "hifo" || method === "lofo") {
        if (position.heap?.method !== method) position.heap = new LotHeap(method, position);
        const { lot, fragment } = position.heap.first();
        left -= takeFromFragment(lot, fragment, left, pieces);
      } else {
        const lot = method === "lifo" ? lastLot(position) : firstLot(position);
        left -= takeFromFragment(lot, lot.first!, left, pieces);
      }
    }
  }
  tidy(position);
  return pieces;
}

function takeFromLot(lot: Lot, quantity: Units, pieces: Piece[]): void {
  let left = quantity;
  while (left > 0) left -= takeFromFragment(lot, lot.first!, left, pieces);
}

function firstLot(position: Position): Lot {
  const { lots } = position;
  while (!lots[position.head]!.first) {
    position.head++;
    position.closedLots--;
  }
  return lots[position.head]!;
}

function lastLot(position: Position): Lot {
  const { lots } = position;
  while (!lots[lots.length - 1]!.first) {
    lots.pop();
    position.closedLots--;
  }
  return lots[lots.length - 1]!;
}

/** Takes up to `wanted` out of one fragment and returns how much that was. */
function takeFromFragment(lot: Lot, fragment: Fragment, wanted: Units, pieces: Piece[]): Units {
  const { position } = lot;
  const available = fragment.quantity;
  const quantity = wanted < available ? wanted : available;
  const amount = share(fragment.amount, quantity, available);
  const deferred = fragment.deferred ? share(fragment.deferred, quantity, available) : fragment.deferred;
  pieces.push({ lot, quantity, amount, deferred, heldFrom: fragment.heldFrom, isUsed: fragment.isUsed });
  fragment.quantity -= quantity;
  fragment.amount -= amount;
  fragment.deferred -= deferred;
  position.quantity -= quantity;
  if (fragment.quantity) position.heap?.push(lot, fragment);
  else discardFragment(lot, fragment);
  return quantity;
}

interface Candidate {
  readonly lot: Lot;
  readonly fragment: Fragment;
  /** Rule F3's classes, taken in this order. */
  readonly rank: number;
}

/** Rule F3: losses first (short-term before long-term, largest first), then zero, then gains (long-term first). */
function byTaxCost(position: Position, sale: Sale): Candidate[] {
  const candidates: Candidate[] = [];
  for (const lot of openLots(position)) {
    for (let fragment = lot.first; fragment; fragment = fragment.next) {
      const order = compareRatios(sale.proceeds, sale.quantity, fragment.amount, fragment.quantity);
      const isLong = isHeldLong(lot, fragment.heldFrom, sale.day);
      const rank = order < 0 ? (isLong ? 1 : 0) : order === 0 ? (isLong ? 3 : 2) : isLong ? 4 : 5;
      candidates.push({ lot, fragment, rank });
    }
  }
  return candidates.sort(
    (a, b) =>
      a.rank - b.rank ||
      // The largest basis per share is the largest loss and the smallest gain.
      compareRatios(b.fragment.amount, b.fragment.quantity, a.fragment.amount, a.fragment.quantity) ||
      byPurchase(a.lot, b.lot),
  );
}

/** Gives every share the average basis of all (26 CFR 1.1012-1(e)); sums stay exact. */
function spreadAverage(position: Position): void {
  const fragments: Fragment[] = [];
  for (const lot of openLots(position)) fragments.push(...fragmentsOf(lot));
  spread(fragments, "amount");
  spread(fragments, "deferred");
  position.heap = undefined;
}

function spread(fragments: readonly Fragment[], field: "amount" | "deferred"): void {
  const [first, ...rest] = fragments;
  if (!first) return;
  let amount = first[field];
  let quantity = first.quantity;
  for (const fragment of rest) {
    amount += fragment[field];
    quantity += fragment.quantity;
  }
  for (const fragment of fragments) {
    const part = share(amount, fragment.quantity, quantity);
    fragment[field] = part;
    amount -= part;
    quantity -= fragment.quantity;
  }
}
