import type { MarketWatcher, PublicTrade } from "../public/public-market.ts";
import { BarSeries } from "./bar-series.ts";

const SECOND = 1_000_000;

export type BarInterval = "1s" | "5s" | "1m" | "5m" | "15m" | "1h" | "1d";

/** Lengths of the intervals in microseconds; each begins at a multiple of it since 1970, so a day is a day in UTC. */
export const barIntervals: Readonly<Record<BarInterval, number>> = {
  "1s": SECOND,
  "5s": 5 * SECOND,
  "1m": 60 * SECOND,
  "5m": 300 * SECOND,
  "15m": 900 * SECOND,
  "1h": 3_600 * SECOND,
  "1d": 86_400 * SECOND,
};

export const barIntervalNames: BarInterval[] = Object.keys(barIntervals) as BarInterval[];

/** Bars kept of each interval and instrument: a day of minutes. */
export const BARS_KEPT = 1_440;

/** Bars of every interval and instrument, made of the public trades; an auction is one trade. */
export class Bars implements MarketWatcher {
  readonly #series: readonly (readonly BarSeries[])[];

  constructor(instruments: number, keep: number = BARS_KEPT) {
    this.#series = Array.from({ length: instruments }, () =>
      barIntervalNames.map((interval) => new BarSeries(barIntervals[interval], keep)),
    );
  }

  traded({ instrument, timeMicros, price, quantity }: PublicTrade): void {
    for (const series of this.#series[instrument]!) series.add(timeMicros, price, quantity);
  }

  series(instrument: number, interval: BarInterval): BarSeries {
    return this.#series[instrument]![barIntervalNames.indexOf(interval)]!;
  }
}
