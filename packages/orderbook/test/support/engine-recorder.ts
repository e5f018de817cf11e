import type { EngineListener } from "@exchange-kit/orderbook";

/** What an engine said: the event's name, then its arguments. */
export type EngineEvent = readonly [string, ...(number | string | undefined)[]];

/** A listener that writes every event into `events`. */
export function engineRecorder(events: EngineEvent[]): EngineListener {
  const record =
    (name: string) =>
    (...args: (number | string | undefined)[]): void =>
      void events.push([name, ...args]);
  return {
    added: record("added"),
    held: record("held"),
    triggered: record("triggered"),
    traded: record("traded"),
    crossed: record("crossed"),
    refreshed: record("refreshed"),
    reduced: record("reduced"),
    cancelled: record("cancelled"),
    rejected: record("rejected"),
    phaseChanged: record("phaseChanged"),
    indicative: record("indicative"),
    limitStateChanged: record("limitStateChanged"),
  };
}
