import { Bars } from "../../../src/market-data/bars/bars.ts";
import { PublicMarket } from "../../../src/market-data/public/public-market.ts";
import type { VenueCommand } from "../../../src/venue/commands.ts";
import { fanOut } from "../../../src/venue/events.ts";
import { Venue } from "../../../src/venue/venue.ts";
import { smallConfig } from "../../venue/support/desk.ts";

/** A day that is open, with securities to sell. */
export const opened: readonly VenueCommand[] = [
  { type: "start-day", timeMicros: 1, date: 0 },
  { type: "transfer-securities", timeMicros: 2, account: 0, instrument: 0, quantity: 2_000, price: 10_000 },
  { type: "transfer-securities", timeMicros: 2, account: 2, instrument: 1, quantity: 20_000, price: 500 },
  { type: "phase", timeMicros: 3, instrument: -1, phase: "continuous" },
];

/** A venue and its public market, without a journal: commands are carried out at once. */
export class SmallMarket {
  readonly venue: Venue;
  readonly market: PublicMarket;
  readonly bars: Bars;
  readonly #late: PublicMarket;

  constructor() {
    let venue: Venue | undefined;
    const make = (): PublicMarket =>
      new PublicMarket(
        smallConfig.instruments.map((rules) => ({ lotSize: 1, ...rules })),
        () => venue?.timeMicros ?? 0,
      );
    this.market = make();
    this.#late = make();
    venue = new Venue(smallConfig, fanOut([this.market, this.#late]));
    this.venue = venue;
    this.market.open(venue);
    this.bars = new Bars(smallConfig.instruments.length);
    this.market.watch(this.bars);
  }

  /** Another market that heard only trades so far. */
  openLate(): PublicMarket {
    this.#late.open(this.venue);
    return this.#late;
  }

  apply(...commands: readonly VenueCommand[]): void {
    for (const command of commands) this.venue.apply(command);
    this.market.batchEnded();
  }
}

export const instruments: readonly number[] = [...smallConfig.instruments.keys()];
