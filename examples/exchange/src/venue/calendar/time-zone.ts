const MICROS_PER_DAY = 86_400_000_000;

/** Converts between dates and times of a place and microseconds since 1970, with its daylight-saving rules. */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat;

  /**
   * @param name - of the IANA database, such as `America/New_York`
   * @throws RangeError for an unknown one
   */
  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /** The date there at a moment, in days since 1970. */
  dateAt(micros: number): number {
    return Math.floor((micros + this.#offsetAt(micros)) / MICROS_PER_DAY);
  }

  /**
   * The moment at which clocks there show a time. One that they skip in spring is the moment an hour later; of one that
   * they show twice in autumn it is the first.
   *
   * @param date - days since 1970
   * @param timeOfDayMicros - since midnight
   */
  momentOf(date: number, timeOfDayMicros: number): number {
    const shown = date * MICROS_PER_DAY + timeOfDayMicros;
    // A whole day away: `shown` as it stands, taken for UTC, is up to fourteen hours from the moment that is looked for.
    const before = shown - this.#offsetAt(shown - MICROS_PER_DAY);
    if (before + this.#offsetAt(before) === shown) return before;
    const after = shown - this.#offsetAt(shown + MICROS_PER_DAY);
    return after + this.#offsetAt(after) === shown ? after : before;
  }

  /** What clocks there show beyond UTC, in microseconds. */
  #offsetAt(micros: number): number {
    const millis = Math.floor(micros / 1_000_000) * 1_000;
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(millis)) parts[type] = Number(value);
    const shown = Date.UTC(
      parts.year!,
      parts.month! - 1,
      parts.day!,
      parts.hour!,
      parts.minute!,
      parts.second!,
    );
    return (shown - millis) * 1_000;
  }
}
