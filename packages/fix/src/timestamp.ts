/** Digits after the second in a UTCTimestamp: none, 3 (milliseconds), 6 or 9. */
export type TimestampPrecision = "seconds" | "millis" | "micros" | "nanos";

const MILLIS_PER_DAY = 86_400_000;

// Most of what is written one after another is of the same second.
let lastSecond = Number.NaN;
let lastSecondText = "";

const FRACTIONS = Array.from({ length: 1000 }, (_, millis) => `.${String(millis).padStart(3, "0")}`);
const ZEROS = { millis: "", micros: "000", nanos: "000000" } as const;

/**
 * Writes a UTCTimestamp: `20260105-14:30:00.123`.
 *
 * @param millis - milliseconds since 1970-01-01 UTC, whole
 * @param precision - digits of the fraction; micros and nanos are written with zeros after the third
 */
export function formatTimestamp(millis: number, precision: TimestampPrecision = "millis"): string {
  const second = Math.floor(millis / 1000);
  if (second !== lastSecond) {
    const iso = new Date(second * 1000).toISOString();
    lastSecondText = `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 10)}-${iso.slice(11, 19)}`;
    lastSecond = second;
  }
  if (precision === "seconds") return lastSecondText;
  return `${lastSecondText}${FRACTIONS[Math.floor(millis - second * 1000)]}${ZEROS[precision]}`;
}

/**
 * Reads a UTCTimestamp, `YYYYMMDD-HH:MM:SS` with an optional fraction of 1 to 12 digits.
 *
 * @param bytes - holds the value
 * @param start - first byte
 * @param end - after the last byte
 * @returns milliseconds since 1970-01-01 UTC, the fraction cut to milliseconds; NaN when it is not a timestamp. A leap
 *   second (`:60`) counts as the second after `:59`.
 */
export function parseTimestamp(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 17 || bytes[start + 8] !== 0x2d) return Number.NaN;
  const day = parseDate(bytes, start, start + 8);
  return day + parseTimeOfDay(bytes, start + 9, end);
}

/** Midnight of `YYYYMMDD` in milliseconds since 1970; NaN when it is no day of the calendar. */
function parseDate(bytes: Uint8Array, start: number, end: number): number {
  if (!isDate(bytes, start, end)) return Number.NaN;
  const [year, month] = [digits(bytes, start, 4), digits(bytes, start + 4, 2)];
  return daysSinceEpoch(year, month, digits(bytes, start + 6, 2)) * MILLIS_PER_DAY;
}

/** Milliseconds since midnight of `HH:MM:SS[.fraction]`; NaN when it is no time of day. */
function parseTimeOfDay(bytes: Uint8Array, start: number, end: number): number {
  if (!isTimeOfDay(bytes, start, end)) return Number.NaN;
  const minutes = digits(bytes, start, 2) * 60 + digits(bytes, start + 3, 2);
  let millis = (minutes * 60 + digits(bytes, start + 6, 2)) * 1000;
  for (let at = start + 9, unit = 100; at < end && unit >= 1; at++, unit /= 10) {
    millis += (bytes[at]! - 0x30) * unit;
  }
  return millis;
}

// What follows only says whether a value is well formed, in small integers: a validator makes no number objects.

/** Whether the bytes are a UTCTimestamp. */
export function isTimestamp(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start >= 17 &&
    bytes[start + 8] === 0x2d &&
    isDate(bytes, start, start + 8) &&
    isTimeOfDay(bytes, start + 9, end)
  );
}

/** Whether the bytes are `YYYYMMDD`, a day of the calendar. */
export function isDate(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== 8) return false;
  const year = digits(bytes, start, 4);
  const month = digits(bytes, start + 4, 2);
  const day = digits(bytes, start + 6, 2);
  return year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

/** Whether the bytes are `HH:MM:SS` with an optional fraction of 1 to 12 digits. */
export function isTimeOfDay(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 8 || bytes[start + 2] !== 0x3a || bytes[start + 5] !== 0x3a) return false;
  const hours = digits(bytes, start, 2);
  const minutes = digits(bytes, start + 3, 2);
  const seconds = digits(bytes, start + 6, 2);
  if (!(hours >= 0 && hours <= 23 && minutes >= 0 && minutes <= 59 && seconds >= 0 && seconds <= 60))
    return false;
  if (end - start === 8) return true;
  const count = end - start - 9;
  if (bytes[start + 8] !== 0x2e || count < 1 || count > 12) return false;
  for (let at = start + 9; at < end; at++) if ((bytes[at]! - 0x30) >>> 0 > 9) return false;
  return true;
}

/** A number of two or four digits, -1 when there is something else. */
function digits(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let at = start; at < start + count; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit >>> 0 > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01 of a Gregorian date (Hinnant, "chrono-compatible low-level date algorithms", days_from_civil). */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
