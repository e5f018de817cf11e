import {
  type EngineOptions,
  type InstrumentOptions,
  MatchingEngine,
  NaiveMatchingEngine,
  type NewOrder,
} from "@exchange-kit/orderbook";
import { type EngineEvent, engineRecorder } from "./engine-recorder.ts";

/** Both engines, for `describe.each`. */
export const engines: readonly (readonly [string, Engine])[] = [
  ["naive", NaiveMatchingEngine],
  ["fast", MatchingEngine],
];

type Engine = typeof NaiveMatchingEngine | typeof MatchingEngine;

/** One instrument of an engine, with short words for what a test does to it. */
export class Desk {
  readonly events: EngineEvent[] = [];
  readonly engine: InstanceType<Engine>;

  constructor(Engine: Engine, options: InstrumentOptions = {}, engineOptions: EngineOptions = {}) {
    this.engine = new Engine([options], engineRecorder(this.events), engineOptions);
  }

  enter(order: Omit<NewOrder, "instrument">): number {
    return this.engine.enter({ instrument: 0, ...order });
  }

  buy(orderId: number, price: number, quantity: number): number {
    return this.engine.limit(0, orderId, "buy", price, quantity);
  }

  sell(orderId: number, price: number, quantity: number): number {
    return this.engine.limit(0, orderId, "sell", price, quantity);
  }

  /** Makes this the last price, by a trade of one lot between orders 9001 and 9002. */
  trade(price: number): void {
    this.buy(9001, price, 1);
    this.sell(9002, price, 1);
  }

  /** The events since the last call. */
  news(): EngineEvent[] {
    return this.events.splice(0);
  }

  last(): EngineEvent | undefined {
    return this.events.at(-1);
  }

  /** [maker, taker, price, quantity] of the trades since the events were last taken. */
  trades(): unknown[] {
    return this.events
      .filter(([name]) => name === "traded")
      .map(([, , maker, taker, , price, quantity]) => [maker, taker, price, quantity]);
  }
}
