import { MetricsError } from "../errors.ts";

/**
 * Events in each of the last seconds. The caller passes the time, which makes it as deterministic as its input.
 *
 * Memory is one counter a slot; time that runs backwards is counted with the latest second.
 */
export class ThroughputMeter {
  readonly #counts: Float64Array;
  #total = 0;
  #latest = Number.NaN;
  #first = Number.NaN;
  #peak = 0;

  /**
   * @param seconds - how many seconds to look back on, 1 to 86,400
   * @throws {@link MetricsError} `option-out-of-range`
   */
  constructor(seconds = 60) {
    if (!(Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400)) {
      throw new MetricsError(
        "option-out-of-range",
        `seconds must be an integer from 1 to 86400, was ${seconds}`,
        { argument: "seconds", value: seconds },
      );
    }
    // One more than asked for: the second that is still running is not part of a rate.
    this.#counts = new Float64Array(seconds + 1);
  }

  /**
   * Counts events.
   *
   * @param nowMillis - time now in milliseconds, of any clock that does not run backwards
   * @param events - how many
   * @throws {@link MetricsError} `not-finite`
   */
  record(nowMillis: number, events = 1): void {
    if (!Number.isFinite(nowMillis) || !(events >= 0 && events < Infinity)) {
      throw new MetricsError(
        "not-finite",
        `time and events must be finite numbers, were ${nowMillis} and ${events}`,
        { argument: "nowMillis", value: nowMillis },
      );
    }
    this.#advance(Math.floor(nowMillis / 1000));
    const slot = this.#slot(this.#latest);
    this.#counts[slot] = this.#counts[slot]! + events;
    this.#peak = Math.max(this.#peak, this.#counts[slot]!);
    this.#total += events;
  }

  #slot(second: number): number {
    const slots = this.#counts.length;
    return ((second % slots) + slots) % slots;
  }

  #advance(second: number): void {
    if (Number.isNaN(this.#latest)) {
      this.#latest = second;
      this.#first = second;
      return;
    }
    const steps = Math.min(second - this.#latest, this.#counts.length);
    for (let step = 0; step < steps; step++) this.#counts[this.#slot(second - step)] = 0;
    this.#latest = Math.max(this.#latest, second);
  }

  /** Events counted since the start. */
  get total(): number {
    return this.#total;
  }

  /** Most events in one second since the start. */
  get peakPerSecond(): number {
    return this.#peak;
  }

  /**
   * Mean events a second over the full seconds looked back on, or since the first event when that is shorter.
   *
   * @param nowMillis - time now, as for {@link ThroughputMeter.record}
   * @returns `NaN` before the first full second
   */
  perSecond(nowMillis: number): number {
    if (Number.isNaN(this.#latest)) return Number.NaN;
    this.#advance(Math.floor(nowMillis / 1000));
    const seconds = Math.min(this.#counts.length - 1, this.#latest - this.#first);
    let sum = 0;
    for (let back = 1; back <= seconds; back++) sum += this.#counts[this.#slot(this.#latest - back)]!;
    return seconds === 0 ? Number.NaN : sum / seconds;
  }
}
