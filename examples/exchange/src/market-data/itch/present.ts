import type { ItchMessage } from "@exchange-kit/itch";
import type { Venue } from "../../venue/venue.ts";
import * as messages from "./itch-messages.ts";

const MICROS_A_DAY = 86_400_000_000;

/** Nanoseconds since midnight UTC, exactly: those since 1970 are more than a number can tell apart. */
export function nanosOfDay(micros: number): number {
  return (micros % MICROS_A_DAY) * 1_000;
}

/**
 * What there is at present, for somebody who knows nothing: the market, its instruments and every order that is shown, in
 * the order in which they trade. A session, the record of a day and a snapshot begin with it.
 *
 * @param events - codes of the system events that are in force
 * @param micros - when it is told
 */
export function* present(venue: Venue, events: string, micros: number): Iterable<ItchMessage> {
  const timestampNanos = nanosOfDay(micros);
  for (const code of events) yield messages.systemEvent({ instrument: -1, timestampNanos }, code);
  const { instruments } = venue.directory;
  for (const [instrument, rules] of instruments.entries()) {
    yield messages.stockDirectory({ instrument, timestampNanos }, venue.symbol(instrument), rules);
  }
  for (const instrument of instruments.keys()) {
    const symbol = venue.symbol(instrument);
    const phase = venue.phase(instrument);
    const reason = venue.haltReason(instrument);
    yield messages.tradingAction({ instrument, timestampNanos }, symbol, phase, reason);
  }
  for (const [instrument, rules] of instruments.entries()) {
    const stamp = { instrument, timestampNanos };
    const symbol = venue.symbol(instrument);
    for (const side of ["buy", "sell"] as const) {
      for (const { reference, price, quantity } of venue.shownOrders(instrument, side)) {
        yield messages.addOrder(stamp, symbol, rules, reference, side, price, quantity);
      }
    }
  }
}
