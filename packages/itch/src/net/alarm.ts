/** What has a time at which it wants to be called. */
interface Timed {
  /** In milliseconds of `performance.now()`; infinite for never. */
  readonly nextDeadline: number;
  tick(now: number): void;
}

/** Longest timer: setTimeout turns more than 2^31 - 1 into 1. */
export const LONGEST_MILLIS: number = 2 ** 31 - 1;

/** Calls `tick` of a state machine at its next deadline, again and again. */
export class Alarm {
  readonly #machine: Timed;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer goes off. */
  #due = Number.POSITIVE_INFINITY;

  constructor(machine: Timed) {
    this.#machine = machine;
  }

  /** Call after anything that may have moved the deadline. Later deadlines are found when the timer goes off. */
  set(): void {
    const deadline = this.#machine.nextDeadline;
    if (deadline >= this.#due || deadline === Number.POSITIVE_INFINITY) return;
    clearTimeout(this.#timer);
    this.#due = deadline;
    const delay = Math.min(Math.max(0, deadline - performance.now()), LONGEST_MILLIS);
    this.#timer = setTimeout(() => {
      this.#due = Number.POSITIVE_INFINITY;
      // Timers may go off a fraction of a millisecond early; a tick before its time would only set them again.
      this.#machine.tick(Math.max(performance.now(), Math.min(deadline, this.#machine.nextDeadline)));
      this.set();
    }, delay);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#due = Number.POSITIVE_INFINITY;
  }
}
