import type { LineState } from "./line-state.ts";
import type { Fragment, Lot } from "./lot.ts";
import { lesser, type Ratio, share, type Units } from "./numbers.ts";

/** Days before and after a loss in which a purchase replaces what was sold, both ends included (IRC 1091(a)). */
export const WASH_DAYS = 30;

/** A purchase (or short sale) that may still replace shares of this group. */
interface Candidate {
  readonly lot: Lot;
  /** Shares of the group that one unit stands for: an option's multiplier, else 1. */
  readonly factor: Units;
  next: Candidate | undefined;
}

/** Shares sold at a loss that have not been replaced so far. */
interface OpenLoss {
  readonly line: LineState;
  symbol: string;
  /** In today's shares: splits since the sale change it. */
  quantity: Units;
  /** The same in shares of the line. */
  lineQuantity: Units;
  loss: Units;
}

/** One side (long or short) of one group of substantially identical securities. */
interface Side {
  first: Candidate | undefined;
  last: Candidate | undefined;
  losses: OpenLoss[];
  /** Index of the first open loss. */
  head: number;
}

interface Group {
  readonly long: Side;
  readonly short: Side;
}

/** Called for every match, before the replacement's basis and holding period change. */
export type OnWash = (line: LineState, lot: Lot, fragment: Fragment, quantity: Units, amount: Units) => void;

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
  readonly #onWash: OnWash;

  constructor(rules: WashRules, onWash: OnWash) {
    this.#rules = rules;
    this.#onWash = onWash;
  }

  /** A purchase or short sale: meets waiting losses at once, and later ones while it is held. */
  acquired(lot: Lot): void {
    const { symbol, account, isShort } = lot.position;
    this.#meetLosses(this.#side(symbol, account.id, isShort), lot, this.#rules.one);
    if (lot.underlying !== undefined) {
      this.#meetLosses(this.#side(lot.underlying, account.id, false), lot, lot.multiplier);
    }
  }

  /** A line with a loss: meets earlier purchases at once, and waits for later ones. */
  lost(line: LineState, loss: Units): void {
    const { isShort } = line.lot.position;
    const side = this.#side(line.symbol, line.account, isShort);
    const open: OpenLoss = {
      line,
      symbol: line.symbol,
      quantity: line.quantity,
      lineQuantity: line.quantity,
      loss,
    };
    let before: Candidate | undefined;
    let candidate = side.first;
    while (candidate && open.quantity) {
      const { lot, next } = candidate;
      if (lot.acquired < line.sold - WASH_DAYS || !hasUnused(lot)) {
        this.#drop(side, before, candidate);
      } else {
        const isEarlier = !this.#rules.countsEarlierPurchases && lot.sequence < line.lot.sequence;
        if (lot.purchase !== line.lot.purchase && !isEarlier) this.#meet(open, lot, candidate.factor);
        before = candidate;
      }
      candidate = next;
    }
    if (open.quantity) {
      line.exposed = open.lineQuantity;
      side.losses.push(open);
    }
  }

  /** Counts what waits in today's shares (rule C2). */
  split(symbol: string, ratio: Ratio): void {
    for (const group of this.#groups.values()) {
      for (const side of [group.long, group.short]) {
        for (let at = side.head; at < side.losses.length; at++) {
          const loss = side.losses[at]!;
          if (loss.symbol === symbol)
            loss.quantity = share(loss.quantity, ratio.numerator, ratio.denominator);
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
      const candidates = [...listed(old), ...listed(target)].sort((a, b) => a.lot.sequence - b.lot.sequence);
      target.losses = [...old.losses.slice(old.head), ...target.losses.slice(target.head)].sort(
        (a, b) => a.line.sold - b.line.sold,
      );
      target.head = 0;
      old.losses = [];
      old.head = 0;
      old.first = undefined;
      old.last = undefined;
      target.first = undefined;
      target.last = undefined;
      for (const { lot, factor } of candidates) append(target, lot, factor);
    }
  }

  /** Lets a part of a purchase that moved to another account stand in for it there. */
  moved(from: Lot, to: Lot, fromAccount: string): void {
    const { symbol, account, isShort } = to.position;
    if (!hasUnused(to)) return;
    for (const name of to.underlying === undefined ? [symbol] : [symbol, to.underlying]) {
      standIn(this.#side(name, fromAccount, isShort), this.#side(name, account.id, isShort), from, to);
    }
  }

  #meetLosses(side: Side, lot: Lot, factor: Units): void {
    const { losses } = side;
    const oldest = lot.acquired - WASH_DAYS;
    while (side.head < losses.length) {
      const loss = losses[side.head]!;
      if (loss.quantity && loss.line.sold >= oldest) break;
      if (loss.quantity) loss.line.exposed = this.#rules.zero;
      side.head++;
    }
    for (let at = side.head; at < losses.length && hasUnused(lot); at++) {
      const loss = losses[at]!;
      if (loss.quantity && loss.line.lot.purchase !== lot.purchase) {
        this.#meet(loss, lot, factor);
        loss.line.exposed = loss.lineQuantity;
      }
    }
    if (side.head > 64 && side.head * 2 > losses.length) {
      losses.splice(0, side.head);
      side.head = 0;
    }
    if (hasUnused(lot)) append(side, lot, factor);
  }

  #meet(loss: OpenLoss, lot: Lot, factor: Units): void {
    const { fragments } = lot;
    for (let at = 0; at < fragments.length && loss.quantity; at++) {
      const fragment = fragments[at]!;
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
      this.#onWash(loss.line, lot, splitOff(lot, at, units), lineQuantity, amount);
    }
  }

  #drop(side: Side, before: Candidate | undefined, candidate: Candidate): void {
    if (before) before.next = candidate.next;
    else side.first = candidate.next;
    if (side.last === candidate) side.last = before;
  }

  #side(symbol: string, account: string, isShort: boolean): Side {
    const name = this.#rules.groupOf(symbol, account);
    let group = this.#groups.get(name);
    if (!group) {
      group = { long: emptySide(), short: emptySide() };
      this.#groups.set(name, group);
    }
    return isShort ? group.short : group.long;
  }
}

function emptySide(): Side {
  return { first: undefined, last: undefined, losses: [], head: 0 };
}

function append(side: Side, lot: Lot, factor: Units): void {
  const node: Candidate = { lot, factor, next: undefined };
  if (side.last) side.last.next = node;
  else side.first = node;
  side.last = node;
}

/** Puts `to` beside `from` among the candidates, or last where it is in another group now. */
function standIn(old: Side, target: Side, from: Lot, to: Lot): void {
  for (let node = old.first; node; node = node.next) {
    if (node.lot !== from) continue;
    if (old === target) {
      const copy: Candidate = { lot: to, factor: node.factor, next: node.next };
      node.next = copy;
      if (old.last === node) old.last = copy;
    } else append(target, to, node.factor);
    return;
  }
}

function listed(side: Side): Candidate[] {
  const nodes: Candidate[] = [];
  for (let node = side.first; node; node = node.next) nodes.push(node);
  return nodes;
}

function hasUnused(lot: Lot): boolean {
  for (const fragment of lot.fragments) if (!fragment.isUsed) return true;
  return false;
}

/**
 * Cuts `quantity` off a fragment and puts it before the rest, so that a replacement splits into an adjusted and
 * an unadjusted part.
 */
export function splitOff(lot: Lot, at: number, quantity: Units): Fragment {
  const rest = lot.fragments[at]!;
  // biome-ignore lint/suspicious/noDoubleEquals: Units are number or bigint, never mixed
  if (rest.quantity == quantity) return rest;
  const part: Fragment = {
    quantity,
    amount: share(rest.amount, quantity, rest.quantity),
    deferred: share(rest.deferred, quantity, rest.quantity),
    heldFrom: rest.heldFrom,
    isUsed: rest.isUsed,
  };
  rest.quantity -= part.quantity;
  rest.amount -= part.amount;
  rest.deferred -= part.deferred;
  lot.fragments.splice(at, 0, part);
  lot.position.heap?.push(lot, rest);
  return part;
}
