import { type Day, toCalendar } from "../dates.ts";
import { TaxError } from "../errors.ts";
import type { ExerciseEvent, ExpiryEvent } from "../events.ts";
import type { Lot, Piece, Position } from "../lots/lot.ts";
import { take } from "../lots/selection.ts";
import { share, type Units } from "../numbers.ts";
import { oneOf } from "../options.ts";
import { splitOff } from "../wash-sales/wash-book.ts";
import type { Engine } from "./engine.ts";

/** Exercise, assignment, expiry and worthlessness (Pub. 550, "Options"; IRC 1234, 165(g)). */
export function optionEvent(engine: Engine, event: ExerciseEvent | ExpiryEvent, day: Day): void {
  if ("strike" in event) exercise(engine, event, day);
  else expire(engine, event, day);
}

function expire(engine: Engine, event: ExpiryEvent, day: Day): void {
  oneOf(["expiry", "worthless"], event.type, "type", event.id);
  if (event.type === "worthless") {
    const { month, day: dayOfMonth } = toCalendar(day);
    if (month !== 12 || dayOfMonth !== 31) {
      throw new TaxError("invalid-field", "worthless shares count as sold on 31 December", {
        event: event.id,
        field: "date",
        rule: "IRC 165(g)",
      });
    }
  }
  const account = engine.account(event);
  const positions = engine
    .positions(event.symbol)
    .filter((position) => position.account === account && position.quantity > 0);
  const place = { event: event.id };
  const wanted = event.quantity === undefined ? undefined : engine.numbers.quantity(event.quantity, place);
  const position = positions[0] ?? engine.held(event.symbol, account, false, engine.numbers.whole(1), place);
  const quantity = wanted ?? position.quantity;
  engine.held(event.symbol, account, position.isShort, quantity, place);
  const { zero } = engine.numbers;
  const common = { event: event.id, kind: event.type, day, quantity };
  if (position.isShort) engine.closeShort(position, { ...common, cost: zero });
  else engine.disposeLong(position, { ...common, proceeds: zero });
}

function exercise(engine: Engine, event: ExerciseEvent, day: Day): void {
  const { numbers } = engine;
  oneOf(["exercise", "assignment"], event.type, "type", event.id);
  oneOf(["call", "put"], event.right, "right", event.id);
  const account = engine.account(event);
  const contracts = engine.quantityOf(event);
  const multiplier = engine.multiplier(event);
  const isWritten = event.type === "assignment";
  const options = engine.held(event.symbol, account, isWritten, contracts, { event: event.id });
  const shares = numbers.product(contracts, multiplier, { event: event.id, field: "quantity" });
  const value = numbers.amount(event.strike, shares, { event: event.id, field: "strike" });
  const fee = engine.fee(event);
  const isPurchase = (event.right === "call") !== isWritten;
  if (isPurchase) {
    const pieces = takeOptions(engine, options, contracts, day);
    const premium = premiumOf(engine, pieces);
    const amount = isWritten ? value + fee - premium : value + fee + premium;
    const lot = engine.open(engine.position(event.underlying, account, false), {
      id: event.id,
      acquired: day,
      quantity: shares,
      amount,
    });
    carryWashes(lot, pieces, contracts, value + fee);
    if (lot.position.isWashable) engine.washes.acquired(lot);
    return;
  }
  const stock = engine.held(event.underlying, account, false, shares, { event: event.id });
  const premium = premiumOf(engine, takeOptions(engine, options, contracts, day));
  const proceeds = isWritten ? value - fee + premium : value - fee - premium;
  engine.disposeLong(stock, { event: event.id, kind: "exercise", day, quantity: shares, proceeds });
}

function takeOptions(engine: Engine, options: Position, contracts: Units, day: Day): Piece[] {
  return take(options, contracts, "fifo", { day, proceeds: engine.numbers.zero, quantity: contracts });
}

/** What the contracts cost or brought. */
function premiumOf(engine: Engine, pieces: readonly Piece[]): Units {
  return pieces.reduce((sum, { amount }) => sum + amount, engine.numbers.zero);
}

/**
 * Shares that came through options which already replaced shares sold at a loss are those replacements, and replace no
 * others; the days for which the sold shares were held count for them too (IRC 1223(3)).
 */
function carryWashes(lot: Lot, pieces: readonly Piece[], contracts: Units, paid: Units): void {
  const { position } = lot;
  const isWritten = pieces[0]!.lot.position.isShort;
  let part = lot.first!;
  let paidLeft = paid;
  let contractsLeft = contracts;
  for (const { lot: option, quantity, amount, deferred, heldFrom, isUsed } of pieces) {
    if (!isUsed) continue;
    const premium = isWritten ? -amount : amount;
    const total = part.amount;
    const cost = share(paidLeft, quantity, contractsLeft);
    paidLeft -= cost;
    splitOff(lot, part, share(part.quantity, quantity, contractsLeft));
    contractsLeft -= quantity;
    part.amount = cost + premium;
    part.deferred = deferred;
    part.isUsed = true;
    part.heldFrom = lot.acquired - (option.acquired - heldFrom);
    position.heap?.push(lot, part);
    if (!part.next) return;
    part = part.next;
    part.amount = total - cost - premium;
    position.heap?.push(lot, part);
  }
}
