import type { Side } from "@exchange-kit/orderbook";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Engine } from "./engine.ts";
import type { Instrument } from "./instruments.ts";

/** Quotes the market maker keeps on each side of an instrument. */
const QUOTES = 18;

interface Market {
  readonly instrument: Instrument;
  /** What the market maker thinks the instrument is worth, in ticks; it walks at random. */
  fairPrice: number;
  /** Order ids of the market maker's quotes; 0 where none was entered yet. */
  readonly quotes: Record<Side, number[]>;
}

/**
 * Simulated traders, so that something moves: in each instrument a market maker that quotes around a wandering fair
 * price, and impatient traders who take what is there. The same seed and steps give the same orders.
 */
export class Participants {
  readonly #engine: Engine;
  readonly #markets: readonly Market[];
  readonly #random: ReturnType<typeof xoroshiro128plus>;

  constructor(engine: Engine, instruments: readonly Instrument[], seed: number) {
    this.#engine = engine;
    this.#random = xoroshiro128plus(seed);
    this.#markets = instruments.map((instrument) => ({
      instrument,
      fairPrice: instrument.openingPrice,
      quotes: { buy: new Array(QUOTES).fill(0), sell: new Array(QUOTES).fill(0) },
    }));
  }

  /** Fills the books before anyone looks. */
  open(timeMillis: number): void {
    for (const market of this.#markets) {
      for (let place = 0; place < QUOTES; place++) {
        this.#quote(market, "buy", place, timeMillis);
        this.#quote(market, "sell", place, timeMillis);
      }
    }
  }

  /** Each trader acts once, in each instrument. */
  step(timeMillis: number): void {
    for (const market of this.#markets) {
      // Far from zero, so that quotes below the fair price stay positive.
      market.fairPrice = Math.max(10 * QUOTES, market.fairPrice + this.#between(-1, 1));
      for (const side of ["buy", "sell"] as const) {
        this.#quote(market, side, this.#between(0, QUOTES - 1), timeMillis);
      }
      if (this.#between(1, 3) === 1) this.#take(market, timeMillis);
    }
  }

  /** Renews one quote: the order that stands there is cancelled, if it still does, and another entered. */
  #quote(market: Market, side: Side, place: number, timeMillis: number): void {
    const quotes = market.quotes[side];
    const old = quotes[place]!;
    if (this.#engine.isOpen(old)) this.#engine.cancel(old, "simulation");
    const away = 1 + place + this.#between(0, 1);
    const report = this.#engine.submit(
      {
        symbol: market.instrument.symbol,
        side,
        price: side === "buy" ? market.fairPrice - away : market.fairPrice + away,
        quantity: 10 * this.#between(5, 40),
        owner: "simulation",
      },
      timeMillis,
    );
    quotes[place] = typeof report === "string" ? 0 : report.orderId;
  }

  #take(market: Market, timeMillis: number): void {
    const side = this.#between(0, 1) === 0 ? "buy" : "sell";
    const quantity = 10 * this.#between(1, 30);
    this.#engine.submit(
      { symbol: market.instrument.symbol, side, quantity, owner: "simulation" },
      timeMillis,
    );
  }

  #between(from: number, to: number): number {
    return uniformInt(this.#random, from, to);
  }
}
