import type { Day } from "../dates.ts";
import { TaxError } from "../errors.ts";
import type { BuyEvent, CoverEvent, SellEvent, ShortEvent } from "../events.ts";
import type { AccountState } from "../lots/lot.ts";
import { METHODS, oneOf } from "../options.ts";
import type { Engine, LotSeed } from "./engine.ts";
import { checkAverage, checkIdentification, picksOf } from "./identification.ts";
import { longStockBeside } from "./short-sales.ts";

/** A purchase, or a dividend that was reinvested. */
export function buy(engine: Engine, event: BuyEvent, day: Day): void {
  const { seed, account } = opening(engine, event, day, true);
  engine.open(engine.position(event.symbol, account, false), seed, true);
}

/** Opens a short position. */
export function shortSell(engine: Engine, event: ShortEvent, day: Day): void {
  const { seed, account } = opening(engine, event, day, false);
  if (!account.isTaxable) {
    throw new TaxError("wrong-side", `${account.id} cannot be short`, {
      event: event.id,
      field: "account",
    });
  }
  const heldLong = engine.options.shortSaleRules
    ? longStockBeside(engine, event.symbol, day)
    : engine.numbers.zero;
  const lot = engine.open(engine.position(event.symbol, account, true), seed, true);
  lot.longHeldAtOpening = heldLong;
}

function opening(
  engine: Engine,
  event: BuyEvent | ShortEvent,
  day: Day,
  isPurchase: boolean,
): { readonly seed: LotSeed; readonly account: AccountState } {
  const account = engine.account(event);
  const quantity = engine.quantityOf(event);
  const multiplier = engine.multiplier(event);
  const gross = engine.gross(event, quantity, multiplier);
  const amount = isPurchase ? gross + engine.fee(event) : gross - engine.fee(event);
  const { underlying } = event;
  const contract = underlying === undefined ? undefined : { underlying, multiplier };
  if (contract) engine.numbers.product(quantity, multiplier, { event: event.id, field: "quantity" });
  const seed = { id: event.id, acquired: day, quantity, amount, order: event.order, contract };
  return { seed, account };
}

/** Sells held shares. */
export function sell(engine: Engine, event: SellEvent, day: Day): void {
  const account = engine.account(event);
  const quantity = engine.quantityOf(event);
  const proceeds = engine.gross(event, quantity, engine.multiplier(event)) - engine.fee(event);
  const method = event.method ?? account.method;
  if (event.method !== undefined) oneOf(METHODS, event.method, "method", event.id);
  const position = engine.held(event.symbol, account, false, quantity, { event: event.id });
  const picks = picksOf(engine, event, position, quantity);
  if (picks || event.method !== undefined) checkIdentification(engine, event, day);
  if (!picks && method === "average") checkAverage(engine, event);
  engine.disposeLong(position, {
    event: event.id,
    kind: "sale",
    day,
    quantity,
    proceeds,
    method,
    picks,
    order: event.order,
  });
}

/** Buys shares to close a short position. */
export function cover(engine: Engine, event: CoverEvent, day: Day): void {
  const account = engine.account(event);
  const quantity = engine.quantityOf(event);
  const cost = engine.gross(event, quantity, engine.multiplier(event)) + engine.fee(event);
  const position = engine.held(event.symbol, account, true, quantity, { event: event.id });
  const picks = picksOf(engine, event, position, quantity);
  engine.closeShort(position, {
    event: event.id,
    kind: "short",
    day,
    quantity,
    cost,
    picks,
    order: event.order,
  });
}
