import type { Phase } from "@exchange-kit/orderbook";
import type { VenueCommand } from "../commands.ts";

/** What a calendar does at a moment: begins or ends a day, settles, or brings every instrument into a phase. */
export type CalendarAction = "start-day" | "end-day" | "settle" | Exclude<Phase, "halted">;

export function isPhase(action: CalendarAction): action is Exclude<Phase, "halted"> {
  return action !== "start-day" && action !== "end-day" && action !== "settle";
}

/** Something that the calendar has planned. */
export interface CalendarStep {
  /** Microseconds since 1970. */
  readonly atMicros: number;
  readonly action: CalendarAction;
  /** The trading day it belongs to, in days since 1970. */
  readonly date: number;
  /** What the session that begins is called, such as `after-hours`. */
  readonly session: string;
}

/** The plan of a venue's days: all steps later than a moment, in order, without an end. */
export type CalendarPlan = (afterMicros: number) => Iterator<CalendarStep>;

/**
 * Says which commands are due. It reads no clock: give it the time, and wake it at {@link Calendar.nextMicros}.
 *
 * @example
 * ```ts
 * const isIn = (phase: Phase) =>
 *   venue.directory.instruments.every((_, index) => ["halted", phase].includes(venue.phase(index)));
 * const { date, isDayOpen } = venue;
 * const calendar = new Calendar(dayPlan(equityHours, { date, isDayOpen, isIn }), venue.timeMicros);
 * for (const command of calendar.tick(now)) sequencer.submit(command);
 * ```
 */
export class Calendar {
  readonly #steps: Iterator<CalendarStep>;
  #next: CalendarStep;
  #session = "closed";

  /**
   * @param afterMicros - when the venue's last command was, of a new venue {@link midnightBefore} now: what was due since
   * then is due at the first tick
   */
  constructor(plan: CalendarPlan, afterMicros: number) {
    this.#steps = plan(afterMicros);
    this.#next = this.#steps.next().value as CalendarStep;
  }

  /** When the next command is due, in microseconds since 1970. */
  get nextMicros(): number {
    return this.#next.atMicros;
  }

  /** The session that is on, as far as this calendar has begun one: `pre-open`, `continuous`, `after-hours`, … */
  get session(): string {
    return this.#session;
  }

  /**
   * The commands that are due, in order.
   *
   * @param nowMicros - stamped on them
   */
  tick(nowMicros: number): VenueCommand[] {
    const due: VenueCommand[] = [];
    while (this.#next.atMicros <= nowMicros) {
      due.push(commandOf(this.#next, nowMicros));
      this.#session = this.#next.session;
      this.#next = this.#steps.next().value as CalendarStep;
    }
    return due;
  }
}

function commandOf({ action, date }: CalendarStep, timeMicros: number): VenueCommand {
  switch (action) {
    case "start-day":
    case "end-day":
    case "settle":
      return { type: action, timeMicros, date };
    default:
      return { type: "phase", timeMicros, instrument: -1, phase: action };
  }
}
