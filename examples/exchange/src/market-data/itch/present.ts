import type { ItchMessage } from "@exchange-kit/itch";
import type { Venue } from "../../venue/venue.ts";
import * as messages from "./itch-messages.ts";

/**
 * What there is at present, for somebody who knows nothing: the market, its instruments and every order that is shown, in
 * the order in which they trade. A session, the record of a day and a snapshot begin with it.
 */
export function* present(venue: Venue, timestampNanos: number): Iterable<ItchMessage> {
  yield messages.systemEvent({ instrument: -1, timestampNanos }, "O");
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
