import type { Side } from "@exchange-kit/orderbook";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { SequencedVenue } from "./sequenced-venue.ts";

/** Quotes the market maker keeps on each side of an instrument. */
const QUOTES = 18;

interface Market {
  readonly instrument: number;
  readonly tickSize: number;
  /** What the market maker thinks the instrument is worth, in ticks; it walks at random. */
  fairTicks: number;
  /** Client order ids of the market maker's quotes; empty where none was entered yet. */
  readonly quotes: Record<Side, string[]>;
}

/**
 * Simulated traders, so that something moves: in each instrument a market maker that quotes around a wandering fair
 * price, and impatient traders who take what is there. The same seed and steps give the same orders.
 */
export class Participants {
  readonly #sequenced: SequencedVenue;
  readonly #markets: readonly Market[];
  readonly #random: ReturnType<typeof xoroshiro128plus>;
  readonly #maker: { readonly session: number; readonly account: number };
  readonly #taker: { readonly session: number; readonly account: number };
  /** Makes client order ids differ from those of a run before. */
  readonly #run: string;
  #lastId = 0;

  constructor(sequenced: SequencedVenue, seed: number) {
    this.#sequenced = sequenced;
    this.#random = xoroshiro128plus(seed);
    const { directory } = sequenced.venue;
    this.#maker = { session: directory.session("MAKR-API"), account: directory.account("MAKR-1") };
    this.#taker = { session: directory.session("NOIS-API"), account: directory.account("NOIS-1") };
    this.#run = sequenced.now().toString(36);
    this.#markets = directory.instruments.map(({ tickSize, referencePrice }, instrument) => ({
      instrument,
      tickSize,
      fairTicks: referencePrice / tickSize,
      quotes: { buy: new Array(QUOTES).fill(""), sell: new Array(QUOTES).fill("") },
    }));
  }

  /** Fills the books before anyone looks. */
  open(): void {
    for (const market of this.#markets) {
      for (let place = 0; place < QUOTES; place++) {
        this.#quote(market, "buy", place);
        this.#quote(market, "sell", place);
      }
    }
  }

  /** Each trader acts once, in each instrument. */
  step(): void {
    for (const market of this.#markets) {
      // Far from zero, so that quotes below the fair price stay positive.
      market.fairTicks = Math.max(10 * QUOTES, market.fairTicks + this.#between(-1, 1));
      for (const side of ["buy", "sell"] as const) this.#quote(market, side, this.#between(0, QUOTES - 1));
      if (this.#between(1, 3) === 1) this.#take(market);
    }
  }

  /** Renews one quote: the order that stands there is cancelled, if it still does, and another entered. */
  #quote(market: Market, side: Side, place: number): void {
    const timeMicros = this.#sequenced.now();
    const quotes = market.quotes[side];
    const origClientOrderId = quotes[place]!;
    if (origClientOrderId !== "") {
      this.#sequenced.submit({
        type: "cancel",
        timeMicros,
        ...this.#maker,
        clientOrderId: "",
        origClientOrderId,
        orderId: 0,
        totalQuantity: 0,
      });
    }
    const away = 1 + place + this.#between(0, 1);
    const ticks = side === "buy" ? market.fairTicks - away : market.fairTicks + away;
    const clientOrderId = this.#nextId();
    quotes[place] = clientOrderId;
    this.#sequenced.submit({
      type: "submit",
      timeMicros,
      ...this.#maker,
      clientOrderId,
      instrument: market.instrument,
      side,
      quantity: 10 * this.#between(5, 40),
      orderType: "limit",
      timeInForce: "day",
      price: ticks * market.tickSize,
    });
  }

  #take(market: Market): void {
    this.#sequenced.submit({
      type: "submit",
      timeMicros: this.#sequenced.now(),
      ...this.#taker,
      clientOrderId: this.#nextId(),
      instrument: market.instrument,
      side: this.#between(0, 1) === 0 ? "buy" : "sell",
      quantity: 10 * this.#between(1, 30),
      orderType: "market",
      timeInForce: "ioc",
    });
  }

  #nextId(): string {
    return `${this.#run}-${++this.#lastId}`;
  }

  #between(from: number, to: number): number {
    return uniformInt(this.#random, from, to);
  }
}
