import type { CalendarAction, CalendarPlan, CalendarStep } from "./calendar.ts";
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

/**
 * A plan that repeats a day's hours on every business day of a place.
 *
 * @throws RangeError for an unknown time zone, a malformed time or date, or steps out of order
 */
export function dayPlan(hours: TradingHours): CalendarPlan {
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
    for (let date = zone.dateAt(afterMicros); ; date++) {
      // 1970-01-01 was a Thursday.
      if (!hours.weekdays.includes((date + 4) % 7) || holidays.has(date)) continue;
      for (const { timeOfDay: at, action, session } of steps) {
        const atMicros = zone.momentOf(date, at);
        if (atMicros > afterMicros) yield { atMicros, action, date, session };
      }
    }
  };
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
