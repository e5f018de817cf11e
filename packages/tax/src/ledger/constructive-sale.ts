import { type Day, formatDay } from "../dates.ts";
import { TaxError } from "../errors.ts";
import type { ConstructiveSaleEvent } from "../events.ts";
import { type Fragment, fragmentsOf, type Lot, openLots, type Position } from "../lots/lot.ts";
import type { LotShare } from "../lots/selection.ts";
import { compareRatios, lesser, share, type Units } from "../numbers.ts";
import { splitOff } from "../wash-sales/wash-book.ts";
import type { Engine } from "./engine.ts";
import { picksOf } from "./identification.ts";

/**
 * Takes held shares as sold at their market value and bought back at it: a gain is recognised, the basis rises by it
 * and the holding period starts anew. Shares without a gain stay as they are.
 *
 * @see IRC 1259(a); the earliest purchases go first unless lots are named
 */
export function constructiveSale(engine: Engine, event: ConstructiveSaleEvent, day: Day): void {
  const account = engine.account(event);
  if (!account.isTaxable) {
    throw new TaxError("wrong-side", `nothing is taxed in ${account.id}`, {
      event: event.id,
      field: "account",
      rule: "IRC 1259",
    });
  }
  const quantity = engine.quantityOf(event);
  const value = engine.gross(event, quantity, engine.numbers.whole(1));
  const position = engine.held(event.symbol, account, false, quantity, { event: event.id });
  const picks = picksOf(engine, event, position, quantity) ?? inOrderOfPurchase(position, quantity);
  position.heap = undefined;
  let valueLeft = value;
  let quantityLeft = quantity;
  for (const { lot, fragment, quantity: taken } of fragmentsIn(picks)) {
    const part = share(valueLeft, taken, quantityLeft);
    valueLeft -= part;
    quantityLeft -= taken;
    takeAsSold(engine, event, day, lot, fragment, taken, part);
  }
}

function takeAsSold(
  engine: Engine,
  event: ConstructiveSaleEvent,
  day: Day,
  lot: Lot,
  fragment: Fragment,
  quantity: Units,
  value: Units,
): void {
  const basis = share(fragment.amount, quantity, fragment.quantity);
  if (value <= basis) return;
  splitOff(lot, fragment, quantity);
  engine.addGain({ event: event.id, kind: "constructive-sale", day }, { lot, ...fragment }, value, basis);
  fragment.amount = value;
  fragment.deferred = engine.numbers.zero;
  fragment.heldFrom = day;
  const text = `basis is the value of ${formatDay(day)}, from when the holding period counts (IRC 1259(a)(2))`;
  engine.record("basis-change", event.id, lot, fragment, text);
}

function inOrderOfPurchase(position: Position, quantity: Units): LotShare[] {
  const shares: LotShare[] = [];
  let left = quantity;
  for (const lot of openLots(position)) {
    if (!left) break;
    let held = left - left;
    for (const fragment of fragmentsOf(lot)) held += fragment.quantity;
    const taken = lesser(held, left);
    left -= taken;
    shares.push({ lot, quantity: taken });
  }
  return shares;
}

/** What is taken of each fragment: within a lot, shares with the greatest gain first. */
function* fragmentsIn(
  picks: readonly LotShare[],
): Generator<{ lot: Lot; fragment: Fragment; quantity: Units }> {
  for (const pick of picks) {
    let left = pick.quantity;
    const fragments = fragmentsOf(pick.lot);
    fragments.sort((a, b) => compareRatios(a.amount, a.quantity, b.amount, b.quantity));
    for (const fragment of fragments) {
      if (!left) break;
      const quantity = lesser(fragment.quantity, left);
      left -= quantity;
      yield { lot: pick.lot, fragment, quantity };
    }
  }
}
