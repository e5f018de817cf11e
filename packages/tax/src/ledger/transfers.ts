import { type Day, parseDay } from "../dates.ts";
import { TaxError } from "../errors.ts";
import type { ReceiveEvent, TransferEvent } from "../events.ts";
import {
  addLot,
  type Fragment,
  fragmentsOf,
  type Lot,
  type Piece,
  type Position,
  setFragments,
  tidy,
} from "../lots/lot.ts";
import { take } from "../lots/selection.ts";
import { oneOf } from "../options.ts";
import type { Engine } from "./engine.ts";
import { picksOf } from "./identification.ts";

/** Shares that came without a purchase: a lot that is no replacement. */
export function receive(engine: Engine, event: ReceiveEvent, day: Day): void {
  const place = { event: event.id, field: "acquired" };
  const seed = {
    id: event.id,
    acquired: event.acquired === undefined ? day : parseDay(event.acquired, place),
    quantity: engine.quantityOf(event),
    amount: engine.numbers.money(event.basis, { event: event.id, field: "basis" }),
    isInherited: event.reason === "inheritance",
  };
  oneOf(["gift", "inheritance"], event.reason, "reason", event.id);
  if (seed.acquired > day) throw new TaxError("invalid-field", `must not be after ${event.date}`, place);
  engine.open(engine.position(event.symbol, engine.account(event), false), seed);
}

/** Moves lots, or parts of them, to another account of the same kind. */
export function transfer(engine: Engine, event: TransferEvent): void {
  const account = engine.account(event);
  const target = engine.account({ id: event.id, account: event.toAccount }, "toAccount");
  const quantity = engine.quantityOf(event);
  if (target === account || target.isTaxable !== account.isTaxable) {
    throw new TaxError("invalid-field", "must be another account of the same kind", {
      event: event.id,
      field: "toAccount",
    });
  }
  const from = engine.held(event.symbol, account, false, quantity, { event: event.id });
  const picks = picksOf(engine, event, from, quantity);
  const to = engine.position(event.symbol, target, false);
  const sale = { day: 0, proceeds: engine.numbers.zero, quantity };
  for (const piece of take(from, quantity, "fifo", sale, picks)) move(engine, piece, from, to);
  tidy(from);
}

function move(engine: Engine, piece: Piece, from: Position, to: Position): void {
  const { lot, ...rest } = piece;
  const fragment: Fragment = { ...rest, next: undefined };
  const there = to.lots.find((open) => open.id === lot.id && open.sequence === lot.sequence);
  if (there) {
    if (!there.first) to.closedLots--;
    const fragments = [...fragmentsOf(there), fragment];
    setFragments(
      there,
      fragments.sort((a, b) => Number(b.isUsed) - Number(a.isUsed)),
    );
    to.quantity += fragment.quantity;
    to.heap = undefined;
    engine.washes.moved(lot, there, from.account.id);
    return;
  }
  const moved: Lot = { ...lot, position: to, first: fragment };
  addLot(to, moved);
  engine.washes.moved(lot, moved, from.account.id);
}
