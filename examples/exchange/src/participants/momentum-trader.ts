import type { OrderView } from "../venue/order-view.ts";
import type { Random } from "./random.ts";
import type { Participant, Trader, Turn } from "./trader.ts";

/** Half-lives of the two averages of the price, in seconds. */
const FAST_SECONDS = 3;
const SLOW_SECONDS = 15;
/** Acts when they are further apart than this, in millionths of the price. */
const THRESHOLD_PPM = 250;
/** Shortest time between two orders in an instrument, in seconds. */
const PAUSE_SECONDS = 2;
/** Most lots held, long or short. */
const MOST_LOTS = 3_000;
const ORDER_LOTS = 200;

interface Trend {
  readonly instrument: number;
  fast: number;
  slow: number;
  position: number;
  pause: number;
}

/** Buys what rises and sells what falls: compares a fast and a slow average of the last price. */
export class MomentumTrader implements Participant {
  readonly #trader: Trader;
  readonly #random: Random;
  readonly #trends: readonly Trend[];

  constructor(trader: Trader, random: Random) {
    this.#trader = trader;
    this.#random = random;
    const { venue } = trader.sequenced;
    this.#trends = venue.directory.instruments.map((_, instrument) => {
      const price = venue.lastPrice(instrument);
      return { instrument, fast: price, slow: price, position: 0, pause: 0 };
    });
  }

  step({ elapsedSeconds }: Turn): void {
    const { venue } = this.#trader.sequenced;
    for (const trend of this.#trends) {
      const last = venue.lastPrice(trend.instrument);
      trend.fast += (last - trend.fast) * (1 - 2 ** (-elapsedSeconds / FAST_SECONDS));
      trend.slow += (last - trend.slow) * (1 - 2 ** (-elapsedSeconds / SLOW_SECONDS));
      trend.pause -= elapsedSeconds;
      const signalPpm = ((trend.fast - trend.slow) / trend.slow) * 1e6;
      if (Math.abs(signalPpm) < THRESHOLD_PPM || trend.pause > 0) continue;
      if (venue.phase(trend.instrument) !== "continuous") continue;
      const side = signalPpm > 0 ? "buy" : "sell";
      if ((side === "buy" ? trend.position : -trend.position) >= MOST_LOTS) continue;
      trend.pause = PAUSE_SECONDS * (0.5 + this.#random.unit());
      this.#trader.enter({ instrument: trend.instrument, side, quantity: ORDER_LOTS });
    }
  }

  executed({ instrument, side }: OrderView, _price: number, quantity: number): void {
    this.#trends[instrument]!.position += side === "buy" ? quantity : -quantity;
  }
}
