import { type Day, formatDay } from "../dates.ts";
import { TaxError } from "../errors.ts";
import type { ConstructiveSaleEvent } from "../events.ts";
import { type Fragment, fragmentsOf, type Lot, openLots, type Position } from "../lots/lot.ts";
import type { LotShare } from "../lots/selection.ts";
import { lesser, share, type Units } from "../numbers.ts";
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

/** What is taken of each fragment; those that were taken as sold before come last. */
function* fragmentsIn(
  picks: readonly LotShare[],
): Generator<{ lot: Lot; fragment: Fragment; quantity: Units }> {
  for (const { lot, quantity } of picks) {
    let left = quantity;
    const fragments = fragmentsOf(lot).sort((a, b) => startsAnew(lot, a) - startsAnew(lot, b));
    for (const fragment of fragments) {
      if (!left) break;
      const taken = lesser(fragment.quantity, left);
      left -= taken;
      yield { lot, fragment, quantity: taken };
    }
  }
}

function startsAnew(lot: Lot, fragment: Fragment): number {
  return fragment.heldFrom > lot.acquired ? 1 : 0;
}
