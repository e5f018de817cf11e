import type { SequencedVenue } from "./sequenced-venue.ts";
import type { Calendar } from "./venue/calendar/calendar.ts";
import type { VenueCommand } from "./venue/commands.ts";

/** Longest sleep, so that a machine that slept, or whose clock was set, is noticed. */
const LONGEST_SLEEP_MILLIS = 1_000;
/** How often orders with an expiry time are looked at when nothing else happens. */
const ADVANCE_MILLIS = 1_000;

/** Wakes the calendar when something is due, and lets the venue's time pass when nobody trades. */
export class CalendarClock {
  readonly #sequenced: SequencedVenue;
  readonly #calendar: Calendar;
  /** Due, but refused so far: a venue that was halted catches up. */
  readonly #due: VenueCommand[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(sequenced: SequencedVenue, calendar: Calendar) {
    this.#sequenced = sequenced;
    this.#calendar = calendar;
  }

  start(): void {
    const now = this.#sequenced.now();
    this.#due.push(...this.#calendar.tick(now));
    while (this.#due.length > 0 && this.#sequenced.submit(this.#due[0]!) === undefined) this.#due.shift();
    if (now - this.#sequenced.venue.timeMicros > ADVANCE_MILLIS * 1000) {
      this.#sequenced.submit({ type: "advance", timeMicros: now });
    }
    const untilNext = (this.#calendar.nextMicros - now) / 1000;
    const sleep = Math.max(1, Math.min(untilNext, LONGEST_SLEEP_MILLIS));
    this.#timer = setTimeout(() => this.start(), sleep);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
