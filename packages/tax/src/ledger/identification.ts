import { type Day, parseDay } from "../dates.ts";
import { TaxError } from "../errors.ts";
import type { LotPick, SellEvent } from "../events.ts";
import type { Position } from "../lots/lot.ts";
import { findLots, type LotShare } from "../lots/selection.ts";
import type { Units } from "../numbers.ts";
import type { Engine } from "./engine.ts";

/** The lots that an event names, checked; undefined when it names none. */
export function picksOf(
  engine: Engine,
  event: { readonly id: string; readonly lots?: readonly LotPick[] },
  position: Position,
  quantity: Units,
): LotShare[] | undefined {
  if (!event.lots) return undefined;
  const place = { event: event.id, field: "lots" };
  const wanted = event.lots.map((pick) => ({
    lot: pick.lot,
    quantity: engine.numbers.quantity(pick.quantity, place),
  }));
  let total = engine.numbers.zero;
  for (const pick of wanted) total += pick.quantity;
  // biome-ignore lint/suspicious/noDoubleEquals: Units are number or bigint, never mixed
  if (total != quantity) {
    throw new TaxError("invalid-field", "the parts of lots must add up to the quantity", place);
  }
  return findLots(position, wanted, event.id);
}

/** Refuses lots or an order of them that were named too late, or without a date where one is asked for. */
export function checkIdentification(engine: Engine, event: SellEvent, day: Day): void {
  const rule = "26 CFR 1.1012-1(c)(8)";
  if (event.identifiedOn === undefined) {
    // First in, first out needs no identification.
    const isFifo = event.lots === undefined && event.method === "fifo";
    if (engine.options.identification === "assumed" || isFifo) return;
    throw new TaxError("missing-identification", "must say when the lots were identified", {
      event: event.id,
      field: "identifiedOn",
      rule,
    });
  }
  const identified = parseDay(event.identifiedOn, { event: event.id, field: "identifiedOn" });
  const isDigital = engine.classOf(event.symbol) === "digital";
  const settles =
    isDigital || event.settlementDate === undefined
      ? day
      : parseDay(event.settlementDate, { event: event.id, field: "settlementDate" });
  if (identified <= settles) return;
  throw new TaxError("late-identification", `lots were identified on ${event.identifiedOn}, too late`, {
    event: event.id,
    field: "identifiedOn",
    rule,
  });
}

/** Refuses average cost where the law does not know it. */
export function checkAverage(engine: Engine, event: SellEvent): void {
  if (engine.mayAverage(event.symbol)) return;
  throw new TaxError("average-not-allowed", `${event.symbol} is not of class fund`, {
    event: event.id,
    field: "method",
    rule: "26 CFR 1.1012-1(e)",
  });
}
