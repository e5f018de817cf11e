import type { Phase } from "@exchange-kit/orderbook";
import type { Venue } from "../../venue/venue.ts";

/**
 * The hours of a day as System Events tell them, each once and in this order: `S` and `E` are start and end of system hours,
 * which are the venue's day; `Q` and `M` those of market hours. These start when the first instrument trades continuously, and
 * end when the last one is closed: the closing call belongs to them, trading after hours does not.
 */
export class MarketHours {
  readonly #tell: (eventCode: string) => void;
  #told = "";

  /** @param tell - gets each event when it comes */
  constructor(tell: (eventCode: string) => void) {
    this.#tell = tell;
  }

  /** Codes of the events of this day so far; none between two days. */
  get told(): string {
    return this.#told;
  }

  /** Tells nothing: these hours began before, in a session that ended. */
  recover(venue: Venue): void {
    if (!venue.isDayOpen) this.#told = "";
    else this.#told = hasMarket(venue) ? "SQ" : "S";
  }

  dayStarted(venue: Venue): void {
    this.#next("S");
    if (hasMarket(venue)) this.#next("Q");
  }

  /** The venue has the phase already. */
  phaseChanged(venue: Venue, phase: Phase): void {
    if (this.#told === "S" && phase === "continuous") this.#next("Q");
    else if (this.#told === "SQ" && phase === "closed" && !hasMarket(venue)) this.#next("M");
  }

  dayEnded(): void {
    if (this.#told === "SQ") this.#next("M");
    this.#next("E");
    this.#told = "";
  }

  #next(eventCode: string): void {
    this.#told += eventCode;
    this.#tell(eventCode);
  }
}

/** Whether an instrument trades continuously, or is in a call that follows this. What a halted one did before is not known. */
function hasMarket(venue: Venue): boolean {
  return venue.directory.instruments.some((_, instrument) => {
    const phase = venue.phase(instrument);
    return phase === "continuous" || phase === "volatility-auction" || phase === "closing-auction";
  });
}
