import type { Day } from "../dates.ts";
import { TaxError } from "../errors.ts";
import type {
  MergerEvent,
  ReturnOfCapitalEvent,
  SpinOffEvent,
  SplitEvent,
  SymbolChangeEvent,
} from "../events.ts";
import {
  addLot,
  dropFragment,
  type Fragment,
  fragmentsOf,
  type Lot,
  openLots,
  type Piece,
  type Position,
  setFragments,
  tidy,
} from "../lots/lot.ts";
import { type DecimalInput, lesser, type Ratio, share, type Units } from "../numbers.ts";
import type { Engine } from "./engine.ts";

type CorporateAction = SplitEvent | SpinOffEvent | MergerEvent | ReturnOfCapitalEvent | SymbolChangeEvent;

/** Applies a corporate action to the open lots of every account, or of the account it names. */
export function corporateAction(engine: Engine, event: CorporateAction, day: Day): void {
  const only = event.account === undefined ? undefined : engine.account(event);
  const positions = engine
    .positions(event.symbol)
    .filter((position) => position.quantity > 0 && (only === undefined || position.account === only));
  const successor = "newSymbol" in event ? event.newSymbol : "child" in event ? event.child : undefined;
  if (successor === event.symbol || successor === "") {
    throw new TaxError("invalid-field", `must be another symbol than ${event.symbol}`, { event: event.id });
  }
  switch (event.type) {
    case "split":
      split(engine, event, day, positions);
      break;
    case "spin-off":
      spinOff(engine, event, day, positions);
      break;
    case "merger":
      merge(engine, event, day, positions);
      break;
    case "return-of-capital":
      returnCapital(engine, event, day, positions);
      break;
    case "symbol-change":
      rename(engine, event, positions);
      break;
  }
}

function* openFragments(position: Position): Generator<{ lot: Lot; fragment: Fragment }> {
  for (const lot of openLots(position)) {
    for (const fragment of fragmentsOf(lot)) yield { lot, fragment };
  }
}

/** Turns running totals instead of each part, so that a position's quantity is rounded once (rule N2). */
function scaler(ratio: Ratio, zero: Units): (quantity: Units) => Units {
  let before = zero;
  let after = zero;
  return (quantity) => {
    before += quantity;
    const total = share(before, ratio.numerator, ratio.denominator);
    if (typeof total === "number" && !Number.isSafeInteger(total)) {
      throw new TaxError("number-range", "quantities pass 2^53 units");
    }
    const part = total - after;
    after = total;
    return part;
  };
}

function split(engine: Engine, event: SplitEvent, day: Day, positions: readonly Position[]): void {
  const ratio = engine.numbers.ratio(event.ratio, { event: event.id, field: "ratio" });
  const { zero } = engine.numbers;
  checkPrice(engine, event);
  for (const position of positions) {
    const scale = scaler(ratio, zero);
    position.heap = undefined;
    let total = zero;
    for (const { lot, fragment } of openFragments(position)) {
      fragment.quantity = scale(fragment.quantity);
      total += fragment.quantity;
      const text = `${event.ratio} for 1 split; basis and dates stay`;
      engine.record("quantity-change", event.id, lot, fragment, text);
    }
    position.quantity = total;
    for (const lot of openLots(position)) scaleLongHeld(lot, ratio);
    dropEmpty(position);
  }
  engine.washes.split(event.symbol, ratio, event.account === undefined ? undefined : day);
  for (const position of positions) payFraction(engine, event, day, position);
}

/** Stock held long beside a short is split as the short is. */
function scaleLongHeld(lot: Lot, ratio: Ratio): void {
  lot.longHeldAtOpening = share(lot.longHeldAtOpening, ratio.numerator, ratio.denominator);
}

/** A lot too small to leave a unit after a reverse split keeps its basis by giving it to its neighbour. */
function dropEmpty(position: Position): void {
  let orphan: Fragment | undefined;
  let last: Fragment | undefined;
  for (const { lot, fragment } of openFragments(position)) {
    if (fragment.quantity) {
      if (orphan) moveBasis(orphan, fragment);
      orphan = undefined;
      last = fragment;
      continue;
    }
    dropFragment(lot, fragment);
    if (orphan) moveBasis(orphan, fragment);
    orphan = fragment;
  }
  if (orphan && last) moveBasis(orphan, last);
  tidy(position);
}

function moveBasis(from: Fragment, to: Fragment): void {
  to.amount += from.amount;
  to.deferred += from.deferred;
}

function checkPrice(
  engine: Engine,
  event: { readonly id: string; readonly cashInLieuPrice?: DecimalInput },
): void {
  if (event.cashInLieuPrice === undefined) return;
  engine.numbers.amount(event.cashInLieuPrice, engine.numbers.whole(1), {
    event: event.id,
    field: "cashInLieuPrice",
  });
}

/** Sells an account's fraction of a share for cash. */
function payFraction(
  engine: Engine,
  event: { readonly id: string; readonly cashInLieuPrice?: DecimalInput },
  day: Day,
  position: Position,
): void {
  if (event.cashInLieuPrice === undefined) return;
  const { numbers } = engine;
  const one = numbers.whole(10n ** BigInt(numbers.quantityDecimals));
  const quantity = position.quantity % one;
  if (!quantity) return;
  const money = numbers.amount(event.cashInLieuPrice, quantity, {
    event: event.id,
    field: "cashInLieuPrice",
  });
  const disposal = { event: event.id, kind: "cash-in-lieu", day, quantity } as const;
  if (position.isShort) engine.closeShort(position, { ...disposal, cost: money });
  else engine.disposeLong(position, { ...disposal, proceeds: money });
}

function spinOff(engine: Engine, event: SpinOffEvent, day: Day, positions: readonly Position[]): void {
  const { numbers } = engine;
  const ratio = numbers.ratio(event.ratio, { event: event.id, field: "ratio" });
  const place = { event: event.id, field: "basisFractionToChild" };
  const fraction = numbers.ratio(event.basisFractionToChild, place);
  if (fraction.numerator > fraction.denominator) {
    throw new TaxError("invalid-field", `must be at most 1, was ${event.basisFractionToChild}`, place);
  }
  checkPrice(engine, event);
  for (const position of positions) {
    const child = engine.position(event.child, position.account, position.isShort);
    const scale = scaler(ratio, numbers.zero);
    position.heap = undefined;
    for (const lot of openLots(position)) {
      const fragments: Fragment[] = [];
      for (const fragment of fragmentsOf(lot)) {
        const quantity = scale(fragment.quantity);
        if (!quantity) continue;
        const amount = share(fragment.amount, fraction.numerator, fraction.denominator);
        const deferred = share(fragment.deferred, fraction.numerator, fraction.denominator);
        fragment.amount -= amount;
        fragment.deferred -= deferred;
        fragments.push({ ...fragment, quantity, amount, deferred });
        const text = `${event.basisFractionToChild} of the basis goes to ${event.child}`;
        engine.record("basis-change", event.id, lot, fragment, text);
      }
      if (fragments.length > 0) {
        const spunOff = { ...lot, id: `${lot.id}/${event.child}`, position: child };
        scaleLongHeld(spunOff, ratio);
        setFragments(spunOff, fragments);
        addLot(child, spunOff);
      }
    }
    payFraction(engine, event, day, child);
  }
}

function merge(engine: Engine, event: MergerEvent, day: Day, positions: readonly Position[]): void {
  const { numbers } = engine;
  const cash = event.cashPerShare ?? "0";
  const cashPlace = { event: event.id, field: "cashPerShare" };
  const isForCash = Number(event.ratio) === 0;
  const ratio = isForCash ? undefined : numbers.ratio(event.ratio, { event: event.id, field: "ratio" });
  const hasBoot = numbers.amount(cash, numbers.whole(10n ** BigInt(numbers.quantityDecimals)), cashPlace) > 0;
  if (ratio && hasBoot && event.fmvPerNewShare === undefined) {
    throw new TaxError("invalid-field", "must be given when cash is paid", {
      event: event.id,
      field: "fmvPerNewShare",
    });
  }
  const fmv = event.fmvPerNewShare ?? "0";
  const fmvPlace = { event: event.id, field: "fmvPerNewShare" };
  numbers.amount(fmv, numbers.whole(1), fmvPlace);
  for (const position of positions) {
    const { quantity } = position;
    const paid = numbers.amount(cash, quantity, cashPlace);
    if (!ratio) {
      const disposal = { event: event.id, kind: "merger", day, quantity } as const;
      if (position.isShort) engine.closeShort(position, { ...disposal, cost: paid });
      else engine.disposeLong(position, { ...disposal, proceeds: paid });
      continue;
    }
    const target = engine.position(event.newSymbol, position.account, position.isShort);
    const scale = scaler(ratio, numbers.zero);
    let paidLeft = paid;
    let quantityLeft = quantity;
    for (const { lot, fragment } of openFragments(position)) {
      const boot = share(paidLeft, fragment.quantity, quantityLeft);
      paidLeft -= boot;
      quantityLeft -= fragment.quantity;
      const newQuantity = scale(fragment.quantity);
      if (hasBoot) {
        const value = numbers.amount(fmv, newQuantity, fmvPlace);
        payBoot(engine, event, day, { lot, ...fragment }, fragment, boot, value);
      }
      fragment.quantity = newQuantity;
    }
    for (const lot of openLots(position)) scaleLongHeld(lot, ratio);
    moveAll(position, target);
    target.heap = undefined;
    dropEmpty(target);
  }
}

/** IRC 356: gain up to the cash is recognised, a loss never; the basis falls by the cash and rises by the gain. */
function payBoot(
  engine: Engine,
  event: MergerEvent,
  day: Day,
  piece: Piece,
  fragment: Fragment,
  boot: Units,
  value: Units,
): void {
  const { zero } = engine.numbers;
  if (piece.lot.position.isShort) {
    // A short seller pays the cash: it comes off what the short brought.
    fragment.amount -= boot;
    return;
  }
  const realised = boot + value - fragment.amount;
  const positive = realised > 0 ? realised : zero;
  const recognised = positive < boot ? positive : boot;
  fragment.amount -= boot - recognised;
  const text = `basis less ${engine.numbers.formatMoney(boot)} cash, plus ${engine.numbers.formatMoney(recognised)} gain`;
  engine.record("basis-change", event.id, piece.lot, fragment, text);
  if (piece.lot.position.account.isTaxable) {
    engine.addGain({ event: event.id, kind: "merger", day }, piece, boot, boot - recognised);
  }
}

function returnCapital(
  engine: Engine,
  event: ReturnOfCapitalEvent,
  day: Day,
  positions: readonly Position[],
): void {
  const { numbers } = engine;
  const place = { event: event.id, field: "perShare" };
  numbers.amount(event.perShare, numbers.whole(1), place);
  for (const position of positions) {
    if (position.isShort) continue;
    let paidLeft = numbers.amount(event.perShare, position.quantity, place);
    let quantityLeft = position.quantity;
    position.heap = undefined;
    for (const { lot, fragment } of openFragments(position)) {
      const paid = share(paidLeft, fragment.quantity, quantityLeft);
      paidLeft -= paid;
      quantityLeft -= fragment.quantity;
      const reduction = lesser(paid, fragment.amount);
      fragment.amount -= reduction;
      if (fragment.deferred > fragment.amount) fragment.deferred = fragment.amount;
      const text = `${event.perShare} a share of capital returned`;
      engine.record("basis-change", event.id, lot, fragment, text);
      const excess = paid - reduction;
      if (excess && position.account.isTaxable) {
        const disposal = { event: event.id, kind: "return-of-capital", day } as const;
        engine.addGain(disposal, { lot, ...fragment }, excess, numbers.zero);
      }
    }
  }
}

function rename(engine: Engine, event: SymbolChangeEvent, positions: readonly Position[]): void {
  for (const position of positions) {
    const target = engine.position(event.newSymbol, position.account, position.isShort);
    if (target !== position) moveAll(position, target);
  }
  engine.takePlace(event.symbol, event.newSymbol);
  for (const account of engine.accounts.values()) {
    engine.washes.renamed(event.symbol, event.newSymbol, account.id);
  }
}

function moveAll(from: Position, to: Position): void {
  from.heap = undefined;
  for (const lot of from.lots.splice(0)) {
    if (!lot.first) continue;
    lot.position = to;
    addLot(to, lot);
  }
  from.head = 0;
  from.closedLots = 0;
  from.quantity -= from.quantity;
}
