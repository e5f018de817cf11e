import { MetricsError } from "./errors.ts";

/** A day as `YYYY-MM-DD`, proleptic Gregorian calendar. */
export type IsoDate = string;

export interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** Days since 1970-01-01. */
  readonly number: number;
}

/** Reads a date; what is not a real day is refused. */
export function dayOf(text: IsoDate, argument: string, index?: number): Day {
  const match = typeof text === "string" ? /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) : null;
  const [year, month, day] = match ? [Number(match[1]), Number(match[2]), Number(match[3])] : [0, 0, 0];
  // `Date.UTC` maps years below 100 into the 20th century; no market is that old.
  const millis = Date.UTC(year, month - 1, day);
  const date = new Date(millis);
  if (!match || year < 100 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) {
    const place = index === undefined ? argument : `${argument}[${index}]`;
    throw new MetricsError("invalid-date", `${place} must be a day written YYYY-MM-DD, was ${String(text)}`, {
      argument,
      ...(index === undefined ? {} : { index }),
      value: text,
    });
  }
  return { year, month, day, number: millis / 86_400_000 };
}

/**
 * How a span of days becomes years.
 *
 * - `act/365`: days / 365, as Excel's XIRR
 * - `act/365.25`: days / 365.25
 * - `act/360`: days / 360
 * - `30/360`: months of 30 days, the US (bond basis) rule
 * - `act/act`: days in each calendar year over the length of that year (ISDA)
 */
export type DayCount = "act/365" | "act/365.25" | "act/360" | "30/360" | "act/act";

export const DAY_COUNTS: readonly DayCount[] = ["act/365", "act/365.25", "act/360", "30/360", "act/act"];

export function yearsBetween(from: Day, to: Day, dayCount: DayCount): number {
  const days = to.number - from.number;
  switch (dayCount) {
    case "act/365":
      return days / 365;
    case "act/365.25":
      return days / 365.25;
    case "act/360":
      return days / 360;
    case "30/360": {
      const start = Math.min(from.day, 30);
      const end = to.day === 31 && start === 30 ? 30 : to.day;
      return ((to.year - from.year) * 360 + (to.month - from.month) * 30 + end - start) / 360;
    }
    case "act/act":
      return yearPosition(to) - yearPosition(from);
  }
}

function yearPosition(day: Day): number {
  const start = Date.UTC(day.year, 0, 1) / 86_400_000;
  const length = Date.UTC(day.year + 1, 0, 1) / 86_400_000 - start;
  return day.year + (day.number - start) / length;
}
