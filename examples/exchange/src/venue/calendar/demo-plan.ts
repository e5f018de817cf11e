import { type CalendarAction, type CalendarPlan, type CalendarStep, isPhase } from "./calendar.ts";

const MICROS_PER_DAY = 86_400_000_000;

/** The opening of a demonstration, in microseconds after its beginning. */
const OPENING: readonly (readonly [number, CalendarAction])[] = [
  [0, "pre-open"],
  [1_000_000, "opening-auction"],
  [1_500_000, "continuous"],
];

/** What the plan needs to know of a venue that may have been recovered. */
export interface DemoState {
  readonly date: number;
  readonly isDayOpen: boolean;
  /** Whether every instrument trades already: then it goes on as it was, otherwise it opens anew. */
  readonly isTrading: boolean;
}

/**
 * A venue that opens a second and a half after it starts, and again at each midnight UTC, when the day before is ended and
 * settled.
 *
 * @param nowMicros - when it starts
 */
export function demoPlan(venue: DemoState, nowMicros: number): CalendarPlan {
  return function* (): Generator<CalendarStep, never> {
    let today = Math.max(venue.date, Math.floor(nowMicros / MICROS_PER_DAY));
    const step = (atMicros: number, action: CalendarAction, date: number): CalendarStep => {
      return { atMicros, action, date, session: isPhase(action) ? action : "closed" };
    };
    const isSameDay = venue.isDayOpen && venue.date === today;
    if (venue.isDayOpen && !isSameDay) yield step(nowMicros, "end-day", venue.date);
    if (!isSameDay) {
      // A day that was ended today is followed by a day of its own.
      if (venue.date === today) today++;
      if (venue.date >= 0) yield step(nowMicros, "settle", today);
      yield step(nowMicros, "start-day", today);
    }
    if (!(isSameDay && venue.isTrading)) {
      for (const [after, action] of OPENING) yield step(nowMicros + after, action, today);
    }
    for (;;) {
      const midnight = (today + 1) * MICROS_PER_DAY;
      yield step(midnight, "end-day", today);
      today++;
      yield step(midnight, "settle", today);
      yield step(midnight, "start-day", today);
      for (const [after, action] of OPENING) yield step(midnight + after, action, today);
    }
  };
}
