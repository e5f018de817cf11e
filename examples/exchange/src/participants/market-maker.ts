import type { Side } from "@exchange-kit/orderbook";
import type { OrderView } from "../venue/order-view.ts";
import type { Random } from "./random.ts";
import type { Participant, Trader } from "./trader.ts";

/** Quotes on each side of an instrument. */
const QUOTES = 14;
/** Quotes renewed in each turn, on each side. */
const RENEWED = 2;
/** Deviation of the fair price's walk, in millionths a square root of a second. */
const VOLATILITY_PPM = 150;
/** How far a full position moves the quotes: this many ticks, away from more of it. */
const SKEW_TICKS = 6;
/** A full position, in lots. */
const FULL_POSITION = 15_000;
/** Share of the distance to the last trade that the fair price goes in a second: the market knows something too. */
const LEARNING = 0.15;

interface Book {
  readonly instrument: number;
  readonly tickSize: number;
  /** What it thinks the instrument is worth, in price units. */
  fair: number;
  position: number;
  /** Client order ids; empty where none was entered yet. */
  readonly quotes: Record<Side, string[]>;
}

/**
 * Quotes both sides of every instrument around a price that walks at random and follows the market, and leans against
 * its own position (the inventory term of Ho and Stoll, 1981); with a full one it quotes one side only.
 */
export class MarketMaker implements Participant {
  readonly #trader: Trader;
  readonly #random: Random;
  readonly #books: readonly Book[];

  constructor(trader: Trader, random: Random) {
    this.#trader = trader;
    this.#random = random;
    const { venue } = trader.sequenced;
    this.#books = venue.directory.instruments.map(({ tickSize }, instrument) => ({
      instrument,
      tickSize,
      fair: venue.lastPrice(instrument),
      position: 0,
      quotes: { buy: new Array(QUOTES).fill(""), sell: new Array(QUOTES).fill("") },
    }));
  }

  step({ elapsedSeconds }: { readonly elapsedSeconds: number }): void {
    const { venue } = this.#trader.sequenced;
    for (const book of this.#books) {
      const phase = venue.phase(book.instrument);
      if (phase === "closed" || phase === "halted") continue;
      const walk = (VOLATILITY_PPM / 1e6) * Math.sqrt(elapsedSeconds) * this.#random.normal();
      const pull = (venue.lastPrice(book.instrument) - book.fair) * Math.min(1, LEARNING * elapsedSeconds);
      // Far enough from zero for every quote below it to be a price.
      book.fair = Math.max(book.tickSize * (QUOTES + SKEW_TICKS + 4), book.fair * (1 + walk) + pull);
      for (const side of ["buy", "sell"] as const) {
        for (let count = 0; count < RENEWED; count++)
          this.#renew(book, side, this.#random.between(0, QUOTES - 1));
        // The first time, all of them.
        if (book.quotes[side].includes("")) {
          for (let place = 0; place < QUOTES; place++) this.#renew(book, side, place);
        }
      }
    }
  }

  executed({ instrument, side }: OrderView, _price: number, quantity: number): void {
    this.#books[instrument]!.position += side === "buy" ? quantity : -quantity;
  }

  #renew(book: Book, side: Side, place: number): void {
    const { instrument, tickSize, fair, position, quotes } = book;
    const old = quotes[side][place]!;
    if (old !== "") this.#trader.cancel(old);
    // Who has enough does not buy more: this is how a market loses its bids.
    if ((side === "buy" ? position : -position) >= FULL_POSITION) return;
    const skew = SKEW_TICKS * Math.max(-1, Math.min(1, position / FULL_POSITION));
    const away = 1 + place + this.#random.between(0, 1);
    const ticks = Math.round(fair / tickSize - skew) + (side === "buy" ? -away : away);
    quotes[side][place] = this.#trader.enter({
      instrument,
      side,
      quantity: 10 * this.#random.between(5, 40),
      price: Math.max(1, ticks) * tickSize,
    });
  }
}
