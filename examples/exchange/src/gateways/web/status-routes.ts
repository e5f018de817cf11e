import type { FastifyInstance } from "fastify";
import type { PublicMarket } from "../../market-data/public/public-market.ts";
import { statusJson, timeText } from "../../market-data/wire-format.ts";
import { formatPrice } from "../../prices.ts";
import type { SequencedVenue } from "../../sequenced-venue.ts";

const MILLIS_PER_DAY = 86_400_000;

/** How the exchange is: its trading day, its journal, and the phase of every instrument. For everyone. */
export function addStatusRoutes(app: FastifyInstance, sequenced: SequencedVenue, market: PublicMarket): void {
  app.get("/api/v1/status", () => {
    const { venue, state, durability, sequence, pending } = sequenced;
    return {
      mic: venue.directory.config.mic,
      time: timeText(market.timeMicros),
      day: {
        date: venue.date < 0 ? null : new Date(venue.date * MILLIS_PER_DAY).toISOString().slice(0, 10),
        isOpen: venue.isDayOpen,
      },
      // Commands carried out since the beginning of the journal, and commands that wait to be made durable.
      journal: { state, durability, commands: sequence, pending },
      instruments: market.instruments.map((instrument) => ({
        symbol: instrument.symbol,
        ...statusJson(instrument),
        lastPrice: formatPrice(instrument.rules, instrument.lastPrice),
      })),
    };
  });
}
