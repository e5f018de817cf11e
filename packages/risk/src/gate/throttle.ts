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

/**
 * Places in the numbers of a throttle, the last for the first of its times. Levels are in thousandths of a token, so that
 * whole milliseconds refill whole numbers.
 */
const [WINDOW, LEVEL, FILLED_AT, FULL, PER_MILLI, TIMES] = [0, 1, 2, 3, 4, 5] as const;
/** Before any time, in milliseconds; finite, so that a difference from it is a number. */
export const NEVER: number = Number.MIN_SAFE_INTEGER;

/** A sliding window and a token bucket over a clock that the caller moves. */
export class Throttle {
  readonly options: ThrottleOptions;
  readonly #clock: Float64Array;
  /** State, then times of the last `count` messages: in one array, because every message passes several throttles. */
  readonly #numbers: Float64Array;
  /** Place of the oldest time, the next to be overwritten. */
  #at: number = TIMES;

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
    this.#numbers = new Float64Array(TIMES + (window?.count ?? 1)).fill(NEVER);
    const full = (bucket?.capacity ?? Number.POSITIVE_INFINITY) * 1000;
    // Without a window every time is out of it; without a bucket there is no end of tokens.
    const millis = window?.windowMillis ?? Number.NEGATIVE_INFINITY;
    this.#numbers.set([millis, full, NEVER, full, bucket?.perSecond ?? 0]);
  }

  /** Counts one message; `false` when it is over the rate. */
  accept(): boolean {
    const now = this.#clock[0]!;
    const numbers = this.#numbers;
    const at = this.#at;
    let isWithin = numbers[at]! <= now - numbers[WINDOW]!;
    numbers[at] = now;
    this.#at = at + 1 === numbers.length ? TIMES : at + 1;
    const level = this.#levelAt(now);
    numbers[FILLED_AT] = now;
    if (level < 1000) isWithin = false;
    numbers[LEVEL] = level < 1000 ? level : level - 1000;
    return isWithin;
  }

  /** What {@link Throttle.accept} would answer, counting nothing. */
  wouldAccept(): boolean {
    const now = this.#clock[0]!;
    return this.#numbers[this.#at]! <= now - this.#numbers[WINDOW]! && this.#levelAt(now) >= 1000;
  }

  #levelAt(now: number): number {
    const numbers = this.#numbers;
    const level = numbers[LEVEL]! + (now - numbers[FILLED_AT]!) * numbers[PER_MILLI]!;
    const full = numbers[FULL]!;
    if (level > full) return full;
    return level;
  }

  dump(): ThrottleDump {
    const { window, bucket } = this.options;
    const numbers = this.#numbers;
    const times = window === undefined ? [] : Array.from(numbers.subarray(TIMES), timeOrNull);
    const level = bucket === undefined ? 0 : numbers[LEVEL]!;
    const filledAt = bucket === undefined ? null : timeOrNull(numbers[FILLED_AT]!);
    return { options: this.options, times, at: this.#at - TIMES, level, filledAt };
  }

  static load(dump: ThrottleDump, clock: Float64Array): Throttle {
    const throttle = new Throttle(dump.options, clock);
    const numbers = throttle.#numbers;
    for (const [index, time] of dump.times.entries()) if (time !== null) numbers[TIMES + index] = time;
    throttle.#at = TIMES + dump.at;
    if (dump.options.bucket !== undefined) numbers[LEVEL] = dump.level;
    if (dump.filledAt !== null) numbers[FILLED_AT] = dump.filledAt;
    return throttle;
  }
}

function timeOrNull(time: number): number | null {
  return time <= NEVER ? null : time;
}

/** State of a {@link Throttle} as plain data. */
export interface ThrottleDump {
  readonly options: ThrottleOptions;
  readonly times: readonly (number | null)[];
  readonly at: number;
  readonly level: number;
  readonly filledAt: number | null;
}
