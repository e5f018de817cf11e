import type { Day } from "../dates.ts";
import type { LineTable } from "../lines/line-table.ts";
import { type Fragment, type Lot, makeFragment, type Position } from "../lots/lot.ts";
import { lesser, type Ratio, share, type Units } from "../numbers.ts";

/** Days before and after a loss in which a purchase replaces what was sold, both ends included (IRC 1091(a)). */
export const WASH_DAYS = 30;

/** Shares sold at a loss that have not been replaced so far. */
interface OpenLoss {
  readonly line: number;
  readonly lot: Lot;
  readonly sold: Day;
  symbol: string;
  /** In today's shares: splits since the sale change it. */
  quantity: Units;
  /** The same in shares of the line. */
  lineQuantity: Units;
  loss: Units;
  /** Day of the last split that an account had alone. */
  splitOn?: Day;
}

/** One side (long or short) of one group of substantially identical securities. */
export interface WashSide {
  /** Purchases (or short sales) that may still replace shares, in order of purchase. */
  candidates: Lot[];
  /** Index of the first of them. */
  firstCandidate: number;
  /** Losses that wait for purchases, in order of disposal. */
  losses: OpenLoss[];
  /** Index of the first of them. */
  firstLoss: number;
}

interface Group {
  readonly long: WashSide;
  readonly short: WashSide;
}

/** Called for every match, before the replacement's basis and holding period change. */
export type OnWash = (line: number, lot: Lot, fragment: Fragment, quantity: Units, amount: Units) => void;

/** What the book needs to know of a ledger. */
export interface WashRules {
  readonly zero: Units;
  readonly one: Units;
  /** Names the group a symbol belongs to. */
  groupOf(symbol: string, account: string): string;
  /** Whether purchases before the lot that was sold count as replacements. */
  readonly countsEarlierPurchases: boolean;
}

/**
 * Matches losses with replacements, share by share and without looking ahead: a loss first meets the purchases of
 * the 30 days before it that are still held; what is left waits for purchases of the 30 days after it.
 *
 * Losses go in the order of disposal, replacements in the order of acquisition (26 CFR 1.1091-1(b) to (e)). Each
 * step either uses up a loss, uses up a purchase, or drops one that is out of the window, so the cost is constant
 * per match.
 */
export class WashBook {
  readonly #groups = new Map<string, Group>();
  readonly #rules: WashRules;
  readonly #lines: LineTable;
  readonly #onWash: OnWash;
  /** Candidates that a loss passed by, kept to be used again. */
  readonly #passed: Lot[] = [];

  constructor(rules: WashRules, lines: LineTable, onWash: OnWash) {
    this.#rules = rules;
    this.#lines = lines;
    this.#onWash = onWash;
  }

  /** A purchase or short sale: meets waiting losses at once, and later ones while it is held. */
  acquired(lot: Lot): void {
    const side = this.#sideOf(lot.position);
    this.#meetLosses(side, lot);
    if (!lot.contract) return;
    const ofStock = this.#side(lot.contract.underlying, lot.position.account.id, false);
    if (ofStock !== side) this.#meetLosses(ofStock, lot);
  }

  /** A line with a loss: meets earlier purchases at once, and waits for later ones. */
  lost(line: number): void {
    const lines = this.#lines;
    const position = lines.positionOf(line);
    const lineLot = lines.lots[line]!;
    const sold = lines.sold[line]!;
    const quantity = lines.quantity.at(line);
    const loss = lines.basis.at(line) - lines.proceeds.at(line);
    const side = this.#sideOf(position);
    const open = {
      line,
      lot: lineLot,
      sold,
      symbol: position.symbol,
      quantity,
      lineQuantity: quantity,
      loss,
    };
    const { countsEarlierPurchases } = this.#rules;
    const { candidates } = side;
    const passed = this.#passed;
    let at = side.firstCandidate;
    for (; at < candidates.length && open.quantity; at++) {
      const lot = candidates[at]!;
      if (lot.acquired < sold - WASH_DAYS) continue;
      const isEarlier = !countsEarlierPurchases && lot.sequence < lineLot.sequence;
      if (lot.purchase !== lineLot.purchase && !isEarlier) this.#meet(open, lot, side);
      if (hasUnused(lot)) passed.push(lot);
    }
    // Those that were looked at and are still of use move up to the rest; the others are forgotten.
    side.firstCandidate = at - passed.length;
    while (passed.length > 0) candidates[--at] = passed.pop()!;
    if (side.firstCandidate > 64 && side.firstCandidate * 2 > candidates.length) {
      candidates.splice(0, side.firstCandidate);
      side.firstCandidate = 0;
    }
    if (open.quantity) {
      lines.exposed.set(line, open.lineQuantity);
      side.losses.push(open);
    }
  }

  /**
   * Counts what waits in today's shares (rule C2).
   *
   * @param ofAccount - its day, for a split that names an account: other accounts may report the same one, and what
   * waits is counted over once
   */
  split(symbol: string, ratio: Ratio, ofAccount?: Day): void {
    for (const group of this.#groups.values()) {
      for (const side of [group.long, group.short]) {
        for (let at = side.firstLoss; at < side.losses.length; at++) {
          const loss = side.losses[at]!;
          if (loss.symbol !== symbol || (ofAccount !== undefined && loss.splitOn === ofAccount)) continue;
          loss.quantity = share(loss.quantity, ratio.numerator, ratio.denominator);
          if (ofAccount !== undefined) loss.splitOn = ofAccount;
        }
      }
    }
  }

  /** Carries candidates and waiting losses over to a new symbol. */
  renamed(from: string, to: string, account: string): void {
    for (const isShort of [false, true]) {
      const old = this.#side(from, account, isShort);
      const target = this.#side(to, account, isShort);
      for (const loss of old.losses) if (loss.symbol === from) loss.symbol = to;
      if (old === target) continue;
      target.candidates = [
        ...old.candidates.slice(old.firstCandidate),
        ...target.candidates.slice(target.firstCandidate),
      ].sort((a, b) => a.sequence - b.sequence);
      target.firstCandidate = 0;
      target.losses = [...old.losses.slice(old.firstLoss), ...target.losses.slice(target.firstLoss)].sort(
        (a, b) => a.sold - b.sold,
      );
      target.firstLoss = 0;
      Object.assign(old, emptySide());
    }
  }

  /** Lets a part of a purchase that moved to another account stand in for it there. */
  moved(from: Lot, to: Lot, fromAccount: string): void {
    const { symbol, account, isShort } = to.position;
    if (!hasUnused(to)) return;
    for (const name of to.contract ? [symbol, to.contract.underlying] : [symbol]) {
      standIn(this.#side(name, fromAccount, isShort), this.#side(name, account.id, isShort), from, to);
    }
  }

  #meetLosses(side: WashSide, lot: Lot): void {
    const { losses } = side;
    if (side.firstLoss < losses.length) {
      const lines = this.#lines;
      const oldest = lot.acquired - WASH_DAYS;
      while (side.firstLoss < losses.length) {
        const loss = losses[side.firstLoss]!;
        if (loss.quantity && loss.sold >= oldest) break;
        if (loss.quantity) lines.exposed.delete(loss.line);
        side.firstLoss++;
      }
      for (let at = side.firstLoss; at < losses.length && hasUnused(lot); at++) {
        const loss = losses[at]!;
        if (loss.quantity && loss.lot.purchase !== lot.purchase) {
          this.#meet(loss, lot, side);
          if (loss.quantity) lines.exposed.set(loss.line, loss.lineQuantity);
          else lines.exposed.delete(loss.line);
        }
      }
      if (side.firstLoss > 64 && side.firstLoss * 2 > losses.length) {
        losses.splice(0, side.firstLoss);
        side.firstLoss = 0;
      }
    }
    if (hasUnused(lot)) side.candidates.push(lot);
  }

  #meet(loss: OpenLoss, lot: Lot, side: WashSide): void {
    // Shares of the group that one unit stands for: on its underlying's side, those of an option's contract. Shares that
    // have another name in one account only are on the other's side too.
    const { one } = this.#rules;
    const factor = side === this.#sideOf(lot.position) ? one : (lot.contract?.multiplier ?? one);
    for (let fragment = lot.first; fragment && loss.quantity; fragment = fragment.next) {
      if (fragment.isUsed) continue;
      const available = fragment.quantity * factor;
      const matched = lesser(loss.quantity, available);
      // Part of a contract may be less than the smallest unit of a quantity.
      const units = share(fragment.quantity, matched, available) || this.#rules.one;
      const amount = share(loss.loss, matched, loss.quantity);
      const lineQuantity = share(loss.lineQuantity, matched, loss.quantity);
      loss.quantity -= matched;
      loss.loss -= amount;
      loss.lineQuantity -= lineQuantity;
      splitOff(lot, fragment, units);
      this.#onWash(loss.line, lot, fragment, lineQuantity, amount);
    }
  }

  #sideOf(position: Position): WashSide {
    if (position.washSide) return position.washSide;
    const side = this.#side(position.symbol, position.account.id, position.isShort);
    position.washSide = side;
    return side;
  }

  #side(symbol: string, account: string, isShort: boolean): WashSide {
    const name = this.#rules.groupOf(symbol, account);
    let group = this.#groups.get(name);
    if (!group) {
      group = { long: emptySide(), short: emptySide() };
      this.#groups.set(name, group);
    }
    return isShort ? group.short : group.long;
  }
}

function emptySide(): WashSide {
  return { candidates: [], firstCandidate: 0, losses: [], firstLoss: 0 };
}

/** Puts `to` beside `from` among the candidates, or last where it is in another group now. */
function standIn(old: WashSide, target: WashSide, from: Lot, to: Lot): void {
  const at = old.candidates.indexOf(from, old.firstCandidate);
  if (at < 0) return;
  if (old === target) old.candidates.splice(at + 1, 0, to);
  else target.candidates.push(to);
}

function hasUnused(lot: Lot): boolean {
  for (let fragment = lot.first; fragment; fragment = fragment.next) if (!fragment.isUsed) return true;
  return false;
}

/**
 * Leaves `quantity` in a fragment and puts the rest behind it, so that a replacement splits into an adjusted and
 * an unadjusted part.
 */
export function splitOff(lot: Lot, part: Fragment, quantity: Units): void {
  // biome-ignore lint/suspicious/noDoubleEquals: Units are number or bigint, never mixed
  if (part.quantity == quantity) return;
  const amount = share(part.amount, quantity, part.quantity);
  const deferred = part.deferred ? share(part.deferred, quantity, part.quantity) : part.deferred;
  const rest = makeFragment(
    lot.position,
    part.quantity - quantity,
    part.amount - amount,
    part.deferred - deferred,
    part.heldFrom,
    part.isUsed,
    part.next,
  );
  part.quantity = quantity;
  part.amount = amount;
  part.deferred = deferred;
  part.next = rest;
  lot.position.heap?.push(lot, rest);
}
