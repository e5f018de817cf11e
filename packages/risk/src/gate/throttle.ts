import { positive, whole } from "../arguments.ts";

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

/** Places in the state of a throttle. Levels are in thousandths of a token, so that whole milliseconds refill whole numbers. */
const [WINDOW, LEVEL, FILLED_AT, FULL, PER_MILLI] = [0, 1, 2, 3, 4] as const;

/** A sliding window and a token bucket over a clock that the caller moves. */
export class Throttle {
  readonly options: ThrottleOptions;
  readonly #clock: Float64Array;
  /** Times of the last `count` messages; the next one to overwrite is the oldest. */
  readonly #times: Float64Array;
  readonly #state: Float64Array = new Float64Array(5);
  readonly #hasBucket: boolean;
  #at = 0;

  /** @param clock - the present time is its first number; it never goes back */
  constructor(options: ThrottleOptions, clock: Float64Array) {
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
    this.#clock = clock;
    this.#hasBucket = bucket !== undefined;
    this.#times = new Float64Array(window?.count ?? 0).fill(Number.NEGATIVE_INFINITY);
    const full = (bucket?.capacity ?? 0) * 1000;
    const empty = Number.NEGATIVE_INFINITY;
    this.#state.set([window?.windowMillis ?? 0, full, empty, full, bucket?.perSecond ?? 0]);
  }

  /** Counts one message; `false` when it is over the rate. */
  accept(): boolean {
    const now = this.#clock[0]!;
    const times = this.#times;
    const state = this.#state;
    let isWithin = true;
    if (times.length > 0) {
      const at = this.#at;
      isWithin = times[at]! <= now - state[WINDOW]!;
      times[at] = now;
      this.#at = at + 1 === times.length ? 0 : at + 1;
    }
    if (this.#hasBucket) {
      const level = this.#levelAt(now);
      state[FILLED_AT] = now;
      if (level < 1000) isWithin = false;
      state[LEVEL] = level < 1000 ? level : level - 1000;
    }
    return isWithin;
  }

  /** What {@link Throttle.accept} would answer, counting nothing. */
  wouldAccept(): boolean {
    const now = this.#clock[0]!;
    const isWithin = this.#times.length === 0 || this.#times[this.#at]! <= now - this.#state[WINDOW]!;
    return isWithin && (!this.#hasBucket || this.#levelAt(now) >= 1000);
  }

  #levelAt(now: number): number {
    const state = this.#state;
    return Math.min(state[FULL]!, state[LEVEL]! + (now - state[FILLED_AT]!) * state[PER_MILLI]!);
  }

  dump(): ThrottleDump {
    const finite = (time: number): number | null => (time === Number.NEGATIVE_INFINITY ? null : time);
    const times = Array.from(this.#times, finite);
    const filledAt = finite(this.#state[FILLED_AT]!);
    return { options: this.options, times, at: this.#at, level: this.#state[LEVEL]!, filledAt };
  }

  static load(dump: ThrottleDump, clock: Float64Array): Throttle {
    const throttle = new Throttle(dump.options, clock);
    for (const [index, time] of dump.times.entries()) if (time !== null) throttle.#times[index] = time;
    throttle.#at = dump.at;
    throttle.#state[LEVEL] = dump.level;
    if (dump.filledAt !== null) throttle.#state[FILLED_AT] = dump.filledAt;
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
