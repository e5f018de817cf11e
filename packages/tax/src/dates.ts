import { TaxError, type TaxErrorPlace } from "./errors.ts";

/** A calendar date as days since 1970-01-01; no time of day and no zone, so differences are exact. */
export type Day = number;

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads a calendar date.
 *
 * @param text - `YYYY-MM-DD`, years 1800 to 9999
 * @param place - named in the error
 * @throws TaxError `invalid-field` when it is not a date of the calendar
 */
export function parseDay(text: string, place: TaxErrorPlace = {}): Day {
  // Events of one day come together.
  if (text === lastText) return lastDay;
  const day = readDay(text, place);
  lastText = text;
  lastDay = day;
  return day;
}

let lastText = "1970-01-01";
let lastDay: Day = 0;

function readDay(text: string, place: TaxErrorPlace): Day {
  if (typeof text === "string" && text.length === 10) {
    const year = digits(text, 0, 4);
    const month = digits(text, 5, 7);
    const day = digits(text, 8, 10);
    const hasDashes = text.charCodeAt(4) === 45 && text.charCodeAt(7) === 45;
    if (hasDashes && year >= 1800 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)) {
      return toDay(year, month, day);
    }
  }
  throw new TaxError("invalid-field", `must be a date YYYY-MM-DD, was ${JSON.stringify(text)}`, {
    field: "date",
    ...place,
  });
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function daysIn(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : MONTH_DAYS[month - 1]!;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/**
 * Days since 1970-01-01 of a proleptic Gregorian date.
 *
 * @see Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil
 */
export function toDay(year: number, month: number, day: number): Day {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Year, month (1–12) and day of the month of a {@link Day}. */
export interface CalendarDate {
  /** The year. */
  readonly year: number;
  /** The month, 1 to 12. */
  readonly month: number;
  /** The day of the month, from 1. */
  readonly day: number;
}

/** The calendar date of a {@link Day}; the inverse of {@link toDay}. */
export function toCalendar(value: Day): CalendarDate {
  const shifted = value + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

/** Days written last, by their lowest bits: a report names the same few hundred over and over. */
const WRITTEN_DAYS = new Int32Array(1024).fill(-1 << 31);
const WRITTEN_TEXTS: string[] = new Array(WRITTEN_DAYS.length).fill("");

/** Writes a {@link Day} as `YYYY-MM-DD`. */
export function formatDay(value: Day): string {
  const at = value & (WRITTEN_DAYS.length - 1);
  if (WRITTEN_DAYS[at] !== value) {
    WRITTEN_DAYS[at] = value;
    WRITTEN_TEXTS[at] = writeDay(value);
  }
  return WRITTEN_TEXTS[at]!;
}

function writeDay(value: Day): string {
  const { year, month, day } = toCalendar(value);
  return `${String(year).padStart(4, "0")}-${month < 10 ? "0" : ""}${month}-${day < 10 ? "0" : ""}${day}`;
}

/** The year a {@link Day} lies in. */
export function yearOf(value: Day): number {
  return toCalendar(value).year;
}

/**
 * Tells whether property was held for more than one year. The acquisition day is left out and the day of sale
 * counts; months are calendar months, so property bought on the last day of February is long-term from 1 March.
 *
 * @param heldFrom - acquisition day, moved back by tacking
 * @param sold - trade date of the sale
 * @see IRC 1222; Rev. Rul. 66-7, 66-97, 70-598
 */
export function isLongTerm(heldFrom: Day, sold: Day): boolean {
  const days = sold - heldFrom;
  if (days < 366) return false;
  if (days > 367) return true;
  const start = toCalendar(heldFrom + 1);
  // toDay carries 29 February of a common year into 1 March, as Rev. Rul. 66-7 has it.
  return sold >= toDay(start.year + 1, start.month, start.day);
}
