import { RiskError } from "./errors.ts";

/** How many messages may arrive: a sliding window, a token bucket, or both. */
export interface ThrottleOptions {
  /**
   * At most `count` messages in any half-open interval (t − `windowMillis`, t]. Refused messages count, so a flood
   * stays refused until it pauses.
   */
  readonly window?: {
    /** Most messages in the window, at least 1. */
    readonly count: number;
    /** Length of the window, in milliseconds. */
    readonly windowMillis: number;
  };
  /**
   * A bucket of `capacity` tokens, refilled with `perSecond`. Each message that finds a token takes it, whatever the
   * later checks say; a message that finds none is refused and takes none.
   */
  readonly bucket?: {
    /** Tokens in a full bucket, at least 1. */
    readonly capacity: number;
    /** Tokens refilled in a second. */
    readonly perSecond: number;
  };
}

/** A sliding window and a token bucket over a clock that the caller moves. */
export class Throttle {
  readonly options: ThrottleOptions;
  /** Times of the last `count` messages; the next one to overwrite is the oldest. */
  readonly #times: Float64Array;
  readonly #windowMillis: number;
  #at = 0;
  /** In thousandths of a token, so that whole milliseconds refill whole numbers. */
  #level: number;
  #filledAt = Number.NEGATIVE_INFINITY;
  readonly #full: number;
  readonly #perMilli: number;

  constructor(options: ThrottleOptions) {
    const { window, bucket } = options;
    if (window) {
      whole("window.count", window.count, 1);
      positive("window.windowMillis", window.windowMillis);
    }
    if (bucket) {
      whole("bucket.capacity", bucket.capacity, 1);
      positive("bucket.perSecond", bucket.perSecond);
    }
    this.options = options;
    this.#times = new Float64Array(window?.count ?? 0).fill(Number.NEGATIVE_INFINITY);
    this.#windowMillis = window?.windowMillis ?? 0;
    this.#full = (bucket?.capacity ?? 0) * 1000;
    this.#level = this.#full;
    this.#perMilli = bucket?.perSecond ?? 0;
  }

  /** Counts one message; `false` when it is over the rate. `now` never goes back (the gate sees to it). */
  accept(now: number): boolean {
    let isWithin = true;
    if (this.#times.length > 0) {
      isWithin = this.#times[this.#at]! <= now - this.#windowMillis;
      this.#times[this.#at] = now;
      this.#at = this.#at + 1 === this.#times.length ? 0 : this.#at + 1;
    }
    if (this.#full > 0) {
      if (this.#filledAt > Number.NEGATIVE_INFINITY) {
        this.#level = Math.min(this.#full, this.#level + (now - this.#filledAt) * this.#perMilli);
      }
      this.#filledAt = now;
      if (this.#level < 1000) isWithin = false;
      else this.#level -= 1000;
    }
    return isWithin;
  }

  /** What {@link Throttle.accept} would answer, counting nothing. */
  wouldAccept(now: number): boolean {
    if (this.#times.length > 0 && this.#times[this.#at]! > now - this.#windowMillis) return false;
    if (this.#full === 0 || this.#filledAt === Number.NEGATIVE_INFINITY) return true;
    return Math.min(this.#full, this.#level + (now - this.#filledAt) * this.#perMilli) >= 1000;
  }

  dump(): ThrottleDump {
    const times = Array.from(this.#times, (time) => (time === Number.NEGATIVE_INFINITY ? null : time));
    const filledAt = this.#filledAt === Number.NEGATIVE_INFINITY ? null : this.#filledAt;
    return { options: this.options, times, at: this.#at, level: this.#level, filledAt };
  }

  static load(dump: ThrottleDump): Throttle {
    const throttle = new Throttle(dump.options);
    for (const [index, time] of dump.times.entries()) if (time !== null) throttle.#times[index] = time;
    throttle.#at = dump.at;
    throttle.#level = dump.level;
    if (dump.filledAt !== null) throttle.#filledAt = dump.filledAt;
    return throttle;
  }
}

/** State of a {@link Throttle} as plain data. */
export interface ThrottleDump {
  readonly options: ThrottleOptions;
  readonly times: readonly (number | null)[];
  readonly at: number;
  readonly level: number;
  readonly filledAt: number | null;
}

/** Throws `invalid-argument` unless `value` is a safe integer of at least `least`. */
export function whole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RiskError(
      "invalid-argument",
      `${name} must be a whole number of at least ${least}, was ${value}`,
      {
        value,
      },
    );
  }
}

/** Throws `invalid-argument` unless `value` is a positive finite number. */
export function positive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new RiskError("invalid-argument", `${name} must be positive, was ${value}`, { value });
  }
}
