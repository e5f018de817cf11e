import type { Phase } from "@exchange-kit/orderbook";
import { type CalendarAction, type CalendarPlan, type CalendarStep, isPhase } from "./calendar.ts";
import { TimeZone } from "./time-zone.ts";

/** The hours of a venue. */
export interface TradingHours {
  /** Name in the IANA database, such as `America/New_York`. */
  readonly timeZone: string;
  /** Days of the week on which it opens: 0 is Sunday. */
  readonly weekdays: readonly number[];
  /** Dates on which it does not, as `2026-12-25`. */
  readonly holidays: readonly string[];
  /** What happens in a day, by local time as `09:30` or `09:30:15`, in order. */
  readonly steps: readonly {
    readonly time: string;
    readonly action: CalendarAction;
    /** The action's name when left out. */
    readonly session?: string;
  }[];
}

/**
 * A day as in the American equity markets. The close uncrosses the closing auction and ends day orders; after-hours is
 * continuous trading of what is entered in it, and of orders that stay.
 */
export const equityHours: TradingHours = {
  timeZone: "America/New_York",
  weekdays: [1, 2, 3, 4, 5],
  holidays: [],
  steps: [
    { time: "06:00", action: "start-day" },
    { time: "06:00", action: "settle" },
    { time: "07:00", action: "pre-open" },
    { time: "09:28", action: "opening-auction" },
    { time: "09:30", action: "continuous" },
    { time: "15:50", action: "closing-auction" },
    { time: "16:00", action: "closed" },
    { time: "16:05", action: "continuous", session: "after-hours" },
    { time: "20:00", action: "end-day", session: "closed" },
  ],
};

/** Where a recovered venue stands. */
export interface DayState {
  /** The last day that began, in days since 1970; −1 before the first. */
  readonly date: number;
  readonly isDayOpen: boolean;
  /** Whether every instrument that is not halted is in a phase. */
  isIn(phase: Phase): boolean;
}

/**
 * A plan that repeats a day's hours on every business day of a place.
 *
 * @param venue - of a recovered venue: an order may have been carried out in the moment between a step's time and the step,
 * which was then lost, so what was due before the last command is done only if the venue shows it. When left out all was
 * @throws RangeError for an unknown time zone, a malformed time or date, or steps out of order
 */
export function dayPlan(hours: TradingHours, venue?: DayState): CalendarPlan {
  const zone = new TimeZone(hours.timeZone);
  const holidays = new Set(hours.holidays.map(dateOf));
  const steps = hours.steps.map(({ time, action, session }) => ({
    timeOfDay: timeOfDay(time),
    action,
    session: session ?? (action === "start-day" || action === "settle" ? "closed" : action),
  }));
  if (steps.length === 0) throw new RangeError("a day must have steps");
  if (!hours.weekdays.some((day) => Number.isInteger(day) && day >= 0 && day <= 6)) {
    throw new RangeError(`weekdays must be of 0 … 6, were ${hours.weekdays}`);
  }
  for (const [index, { timeOfDay: at }] of steps.entries()) {
    if (index > 0 && at < steps[index - 1]!.timeOfDay) {
      throw new RangeError(`the steps of a day must be in order, ${hours.steps[index]!.time} is not`);
    }
  }
  return function* (afterMicros: number): Generator<CalendarStep, never> {
    const today = zone.dateAt(afterMicros);
    for (let date = venue?.isDayOpen ? Math.min(venue.date, today) : today; ; date++) {
      // 1970-01-01 was a Thursday.
      if (!hours.weekdays.includes((date + 4) % 7) || holidays.has(date)) continue;
      const day = steps.map(({ timeOfDay: at, action, session }) => ({
        atMicros: zone.momentOf(date, at),
        action,
        date,
        session,
      }));
      const past = day.filter(({ atMicros }) => atMicros <= afterMicros);
      if (venue) yield* undone(past, venue);
      yield* day.slice(past.length);
    }
  };
}

/** Of the steps of a day that were due: those that the venue does not show. */
function undone(due: readonly CalendarStep[], venue: DayState): readonly CalendarStep[] {
  const date = due[0]?.date ?? -1;
  if (date > venue.date) return due;
  if (date < venue.date || !venue.isDayOpen) return [];
  // To settle again what is settled does nothing. Of the phases only the last one counts.
  const phases = due.flatMap((step) => (isPhase(step.action) ? [{ step, phase: step.action }] : []));
  const last = phases.at(-1);
  return due.filter(
    (step) =>
      step.action === "settle" ||
      step.action === "end-day" ||
      (step === last?.step && !venue.isIn(last.phase)),
  );
}

/** Midnight at the venue's place: what a new venue's calendar begins after, so that it catches up with the present day. */
export function midnightBefore({ timeZone }: TradingHours, nowMicros: number): number {
  const zone = new TimeZone(timeZone);
  return zone.momentOf(zone.dateAt(nowMicros), 0);
}

function timeOfDay(time: string): number {
  const [, hour, minute, second = "0"] = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(time) ?? [];
  if (hour === undefined) throw new RangeError(`a time must be as 09:30 or 09:30:15, was ${time}`);
  return (Number(hour) * 3_600 + Number(minute) * 60 + Number(second)) * 1_000_000;
}

/** Days since 1970 of a date as `2026-12-25`. */
export function dateOf(date: string): number {
  const millis = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(millis)) throw new RangeError(`a date must be as 2026-12-25, was ${date}`);
  return millis / 86_400_000;
}
