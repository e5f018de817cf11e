import type { Side } from "@exchange-kit/orderbook";
import type { Random } from "./random.ts";
import type { Participant, Terms, Trader, Turn } from "./trader.ts";

/** Orders a second and instrument that come by themselves. */
const BASE_RATE = 1.2;
/** Further orders that each order draws after itself. */
const OFFSPRING = 0.55;
/** How fast the draw of an order fades, a second. */
const DECAY = 1.5;
/** Share of orders that take at once. */
const TAKERS = 0.55;
/** Chance a second that a resting order is withdrawn. */
const WITHDRAWALS = 0.08;
/** Share of resting orders that are far away, and how far: up to this, in millionths of the price. */
const PATIENT = 0.15;
const FAR_PPM = 60_000;
/** Such orders that stand there from the beginning, on each side. */
const PATIENT_AT_FIRST = 10;
/** Resting orders at most, an instrument. */
const MOST_RESTING = 60;
interface Flow {
  readonly instrument: number;
  readonly tickSize: number;
  /** Orders a second above the base rate, drawn by those before. */
  excitation: number;
  readonly resting: string[];
}

/**
 * Many small traders without a plan. Their orders come in bursts: each draws others after itself (a Hawkes process, 1971;
 * for order flow Bacry, Mastromatteo and Muzy, 2015). Sides are fair coins, sizes and distances geometric, as in the
 * zero-intelligence model of Farmer, Patelli and Zovko (2005); some distances are very long (Zovko and Farmer, 2002),
 * so that a crash has somewhere to fall to.
 */
export class NoiseTraders implements Participant {
  readonly #trader: Trader;
  readonly #random: Random;
  readonly #flows: readonly Flow[];

  constructor(trader: Trader, random: Random) {
    this.#trader = trader;
    this.#random = random;
    this.#flows = trader.sequenced.venue.directory.instruments.map(({ tickSize }, instrument) => ({
      instrument,
      tickSize,
      excitation: 0,
      resting: [],
    }));
  }

  step({ elapsedSeconds }: Turn): void {
    const { venue } = this.#trader.sequenced;
    for (const flow of this.#flows) {
      const phase = venue.phase(flow.instrument);
      if (phase === "closed" || phase === "halted") continue;
      if (flow.resting.length === 0) this.#settleIn(flow);
      flow.excitation *= Math.exp(-DECAY * elapsedSeconds);
      const arrivals = this.#random.poisson((BASE_RATE + flow.excitation) * elapsedSeconds);
      flow.excitation += arrivals * OFFSPRING * DECAY;
      for (let count = 0; count < arrivals; count++) this.#arrive(flow, phase === "continuous");
      const leaving = this.#random.poisson(flow.resting.length * WITHDRAWALS * elapsedSeconds);
      for (let count = 0; count < leaving; count++) this.#withdraw(flow);
    }
  }

  #arrive(flow: Flow, isContinuous: boolean): void {
    const { instrument, tickSize, resting } = flow;
    const { venue } = this.#trader.sequenced;
    const side: Side = this.#random.chance(0.5) ? "buy" : "sell";
    const quantity = 10 * (1 + this.#random.geometric(6));
    if (isContinuous && this.#random.chance(TAKERS)) {
      this.#enter({ instrument, side, quantity });
      return;
    }
    if (this.#random.chance(PATIENT)) this.#restFar(flow, side);
    else {
      // In a call orders overlap, which is what an auction is for.
      const distance = this.#random.geometric(isContinuous ? 4 : 2) - (isContinuous ? 0 : 3);
      const anchor = venue.best(instrument, side) ?? venue.lastPrice(instrument);
      const ticks = Math.round(anchor / tickSize) + (side === "buy" ? -distance : distance);
      resting.push(this.#enter({ instrument, side, quantity, price: Math.max(1, ticks) * tickSize }));
    }
    if (resting.length > MOST_RESTING) this.#trader.cancel(resting.shift()!);
  }

  #settleIn(flow: Flow): void {
    for (let count = 0; count < PATIENT_AT_FIRST; count++) {
      this.#restFar(flow, "buy");
      this.#restFar(flow, "sell");
    }
  }

  #restFar({ instrument, tickSize, resting }: Flow, side: Side): void {
    const last = this.#trader.sequenced.venue.lastPrice(instrument);
    const away = (this.#random.unit() ** 2 * FAR_PPM) / 1e6;
    const ticks = Math.max(1, Math.round((last * (side === "buy" ? 1 - away : 1 + away)) / tickSize));
    const quantity = 10 * (5 + this.#random.geometric(20));
    resting.push(this.#enter({ instrument, side, quantity, price: ticks * tickSize }));
  }

  /**
   * Without self-trade prevention: they share an account, and are many all the same. As one, whoever takes would be cancelled
   * wherever another of them is the best, and an instrument with a wide tick would not trade for half a minute.
   */
  #enter(terms: Terms): string {
    return this.#trader.enter({ ...terms, selfTradeGroup: 0 });
  }

  #withdraw({ resting }: Flow): void {
    if (resting.length === 0) return;
    const [order] = resting.splice(this.#random.between(0, resting.length - 1), 1);
    this.#trader.cancel(order!);
  }
}
