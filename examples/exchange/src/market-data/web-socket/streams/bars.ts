import type { BarSeries } from "../../bars/bar-series.ts";
import type { BarInterval } from "../../bars/bars.ts";
import type { PublicInstrument } from "../../public/public-market.ts";
import { type BarJson, barJson } from "../../wire-format.ts";
import { Stream } from "../stream.ts";

/** Bars in a snapshot, the latest ones. */
const SNAPSHOT_BARS = 300;

export interface BarsBody {
  readonly interval: BarInterval;
  /** Oldest first. A bar with the start of an earlier one replaces it. */
  readonly bars: readonly BarJson[];
}

/** Bars of one interval: the latest ones, then each that is new or grew. */
export class BarsStream extends Stream {
  readonly #interval: BarInterval;
  readonly #series: BarSeries;
  /** Start of the last bar that was sent: it may grow. */
  #sentMicros: number;

  constructor(
    instrument: PublicInstrument,
    now: () => number,
    throttleMillis: number,
    interval: BarInterval,
    series: BarSeries,
  ) {
    super("bars", instrument, now, { throttleMillis, isConflated: true });
    this.#interval = interval;
    this.#series = series;
    this.#sentMicros = series.last()?.startMicros ?? 0;
  }

  override traded(): void {
    this.isDirty = true;
  }

  protected override present(): BarsBody {
    return this.#body(0, SNAPSHOT_BARS);
  }

  protected override changes(): BarsBody {
    const body = this.#body(this.#sentMicros, Number.POSITIVE_INFINITY);
    this.#sentMicros = this.#series.last()!.startMicros;
    return body;
  }

  #body(from: number, limit: number): BarsBody {
    const bars = this.#series.between(from, Number.POSITIVE_INFINITY, limit);
    return { interval: this.#interval, bars: bars.map((bar) => barJson(this.instrument.rules, bar)) };
  }
}
