import { type Day, formatDay } from "../dates.ts";
import { TaxError } from "../errors.ts";
import type { ConstructiveSaleEvent } from "../events.ts";
import { type Fragment, fragmentsOf, type Lot, openLots } from "../lots/lot.ts";
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
    throw new TaxError("wrong-side", "must be taxable", {
      event: event.id,
      field: "account",
    });
  }
  const quantity = engine.quantityOf(event);
  const value = engine.gross(event, quantity, engine.numbers.whole(1));
  const position = engine.held(event.symbol, account, false, quantity, { event: event.id });
  const picks = picksOf(engine, event, position, quantity);
  position.heap = undefined;
  let valueLeft = value;
  let quantityLeft = quantity;
  for (const { lot, quantity: wanted } of picks ?? openLots(position).map((lot) => ({ lot, quantity }))) {
    let left = lesser(wanted, quantityLeft);
    for (const fragment of byGain(lot)) {
      const taken = lesser(fragment.quantity, left);
      if (!taken) break;
      const part = share(valueLeft, taken, quantityLeft);
      valueLeft -= part;
      quantityLeft -= taken;
      left -= taken;
      takeAsSold(engine, event, day, lot, fragment, taken, part);
    }
  }
}

/** The fragments of a lot, the greatest gain first. */
function byGain(lot: Lot): Fragment[] {
  return fragmentsOf(lot).sort((a, b) => compareRatios(a.amount, a.quantity, b.amount, b.quantity));
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
  const text = `sold and bought back ${formatDay(day)} (IRC 1259)`;
  engine.record("basis-change", event.id, lot, fragment, text);
}
