import { FixError } from "../errors.ts";

/** A time of a week: `HH:MM:SS`, and in weekly schedules a day from 0 (Sunday) to 6. */
export interface ScheduleTime {
  /** Local time, `HH:MM` or `HH:MM:SS`. */
  readonly time: string;
  /** 0 Sunday to 6 Saturday; weekly schedules only. */
  readonly day?: number;
}

/** When a session is open, in the wall-clock time of a zone. */
export interface SessionScheduleOptions {
  /** Opening; with a `day` the schedule is weekly, else daily. */
  readonly start: ScheduleTime;
  /** Closing; when it is not after `start` it is on the next day (week). */
  readonly end: ScheduleTime;
  /** IANA time zone, default `UTC`. */
  readonly timeZone?: string;
  /** Daily schedules: days on which the session opens, 0 Sunday to 6; default all. */
  readonly days?: readonly number[];
  /** Local dates `YYYY-MM-DD` on which it does not open. */
  readonly holidays?: readonly string[];
}

const DAY = 86_400;
const WEEK = 7 * DAY;

/**
 * Tells whether a session is open, and whether two moments belong to the same one. Changes of summer time are followed,
 * as the question is put to the zone's own clock.
 */
export class SessionSchedule {
  readonly #start: number;
  readonly #end: number;
  readonly #period: number;
  readonly #days: ReadonlySet<number>;
  readonly #holidays: ReadonlySet<string>;
  readonly #clock: Intl.DateTimeFormat;

  /**
   * @param options - opening hours
   * @throws FixError `option-invalid` for a time, day, date or zone that does not exist
   */
  constructor(options: SessionScheduleOptions) {
    const isWeekly = options.start.day !== undefined;
    if (isWeekly !== (options.end.day !== undefined)) {
      throw new FixError("option-invalid", "start and end of a schedule must both have a day, or neither");
    }
    this.#period = isWeekly ? WEEK : DAY;
    this.#start = secondsOf(options.start);
    this.#end = secondsOf(options.end);
    this.#days = new Set(options.days ?? [0, 1, 2, 3, 4, 5, 6]);
    this.#holidays = new Set(options.holidays ?? []);
    for (const day of this.#days) secondsOf({ time: "00:00", day });
    for (const date of this.#holidays) {
      if (!/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(Date.parse(date)))
        throw new FixError("option-invalid", `a holiday is YYYY-MM-DD, was ${date}`);
    }
    try {
      this.#clock = new Intl.DateTimeFormat("en-US", {
        timeZone: options.timeZone ?? "UTC",
        hourCycle: "h23",
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
      });
    } catch {
      throw new FixError("option-invalid", `time zone ${options.timeZone} is not known`);
    }
  }

  /**
   * Whether the session is open.
   *
   * @param nowMillis - milliseconds since 1970
   */
  isOpen(nowMillis: number): boolean {
    return this.#opening(nowMillis) !== undefined;
  }

  /**
   * Whether both moments are in the same opening of the session: if not, sequence numbers begin anew.
   *
   * @param aMillis - milliseconds since 1970
   * @param bMillis - milliseconds since 1970
   */
  isSameSession(aMillis: number, bMillis: number): boolean {
    const a = this.#opening(aMillis);
    return a !== undefined && a === this.#opening(bMillis);
  }

  /** Local second (as if the zone's clock were UTC) at which the present opening began; `undefined` when closed. */
  #opening(nowMillis: number): number | undefined {
    const now = this.#localSeconds(nowMillis);
    // 1970-01-04 was a Sunday: weeks are counted from there.
    const origin = this.#period === WEEK ? 3 * DAY : 0;
    const length = mod(this.#end - this.#start, this.#period) || this.#period;
    const since = mod(now - origin - this.#start, this.#period);
    if (since >= length) return undefined;
    const opened = now - since;
    const date = new Date(opened * 1000);
    if (this.#holidays.has(date.toISOString().slice(0, 10))) return undefined;
    if (this.#period === DAY && !this.#days.has(date.getUTCDay())) return undefined;
    return opened;
  }

  #localSeconds(nowMillis: number): number {
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#clock.formatToParts(nowMillis)) parts[type] = Number(value);
    return (
      Date.UTC(parts.year!, parts.month! - 1, parts.day!, parts.hour!, parts.minute!, parts.second!) / 1000
    );
  }
}

function secondsOf({ time, day = 0 }: ScheduleTime): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(time);
  if (!match || !(Number.isInteger(day) && day >= 0 && day <= 6)) {
    throw new FixError(
      "option-invalid",
      `a schedule needs HH:MM[:SS] and a day from 0 to 6, was ${time}, ${day}`,
    );
  }
  return day * DAY + Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0);
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
