import { type Day, formatDay } from "../dates.ts";
import { isHeldLong, type Lot, openLots } from "../lots/lot.ts";
import { lesser, type Units } from "../numbers.ts";
import { splitOff } from "../wash-sales/wash-book.ts";
import type { Engine } from "./engine.ts";

function openLongLots(engine: Engine, symbol: string): Lot[] {
  return engine
    .identicalTo(symbol)
    .flatMap((name) => engine.positions(name))
    .filter((position) => !position.isShort && position.account.isTaxable)
    .flatMap(openLots)
    .sort((a, b) => a.acquired - b.acquired || a.sequence - b.sequence);
}

/**
 * Shares of the same security held for more than one year when a short is opened: a loss on closing the short is
 * long-term as far as they go.
 *
 * @see IRC 1233(d)
 */
export function longStockBeside(engine: Engine, symbol: string, opened: Day): Units {
  let held = engine.numbers.zero;
  for (const lot of openLongLots(engine, symbol)) {
    for (let fragment = lot.first; fragment; fragment = fragment.next) {
      if (isHeldLong(lot, fragment.heldFrom, opened)) held += fragment.quantity;
    }
  }
  return held;
}

/**
 * Starts the holding period of stock anew on the day a short is closed, as far as the stock was held for one year
 * or less when the short was opened, or was bought while it was open. Earliest purchases first, share for share.
 *
 * @see IRC 1233(b)(2)
 */
export function restartHolding(
  engine: Engine,
  symbol: string,
  opened: Day,
  closed: Day,
  quantity: Units,
  event: string,
): void {
  let left = quantity;
  for (const lot of openLongLots(engine, symbol)) {
    for (let part = lot.first; part && left > 0; part = part.next) {
      if (isHeldLong(lot, part.heldFrom, opened) || part.heldFrom >= closed) continue;
      // Another part of the short was closed against these shares before.
      if (part.heldFrom > opened && part.heldFrom > lot.acquired) continue;
      splitOff(lot, part, lesser(part.quantity, left));
      lot.position.heap?.push(lot, part);
      part.heldFrom = closed;
      left -= part.quantity;
      const text = `holding period starts on ${formatDay(closed)}, when the short was closed (IRC 1233(b))`;
      engine.record("holding-period", event, lot, part, text);
    }
  }
}
