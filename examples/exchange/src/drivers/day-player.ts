import type { ItchMessage } from "@exchange-kit/itch";
import { readItchFile } from "@exchange-kit/itch/file";
import type { Side } from "@exchange-kit/orderbook";
import { Trader } from "../participants/trader.ts";
import type { SequencedVenue } from "../sequenced-venue.ts";

export interface DayPlayerOptions {
  readonly path: string;
  /** 2 plays two hours in one; `Infinity` as fast as the venue takes it. */
  readonly speed: number;
  /** Told when the day is over: messages played, and those of instruments that the venue does not have. */
  readonly onEnd?: (played: number, passedOver: number) => void;
}

/** Commands that may wait in the venue before the player pauses. */
const MOST_PENDING = 5_000;
/** How long the player rests when it is ahead, at most. */
const REST_MILLIS = 20;

interface PlayedOrder {
  readonly id: string;
  readonly instrument: number;
  readonly side: Side;
  readonly price: number;
}

/**
 * Lets a recorded day happen again: what rested then rests here, in the name of the firm MAKR, and what traded then is
 * bought or sold by NOIS at the same price. Orders that others enter meanwhile take part, so the day may go another way. While
 * an instrument does not trade the day stands still: an opening, a halt or midnight would otherwise swallow what traded then.
 */
export class DayPlayer {
  readonly #sequenced: SequencedVenue;
  readonly #options: DayPlayerOptions;
  readonly #makers: Trader;
  readonly #takers: Trader;
  readonly #orders = new Map<bigint, PlayedOrder>();
  #isStopped = false;

  /** @param sequenced - a venue with the configuration of the day: see {@link recordedDayConfig} */
  constructor(sequenced: SequencedVenue, options: DayPlayerOptions) {
    this.#sequenced = sequenced;
    this.#options = options;
    this.#makers = new Trader(sequenced, "MAKR");
    this.#takers = new Trader(sequenced, "NOIS");
  }

  /** Resolves at the end of the day, or soon after {@link stop}. */
  async play(): Promise<void> {
    const { path, speed, onEnd } = this.#options;
    let begun: { millis: number; readonly nanos: number } | undefined;
    let played = 0;
    let passedOver = 0;
    for await (const message of readItchFile(path)) {
      if (this.#isStopped) return;
      if (!isOrderFlow(message)) continue;
      begun ??= { millis: performance.now(), nanos: message.timestampNanos };
      const dueMillis = begun.millis + (message.timestampNanos - begun.nanos) / 1e6 / speed;
      begun.millis += await this.#until(dueMillis);
      if (this.#play(message)) played++;
      else passedOver++;
    }
    onEnd?.(played, passedOver);
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** @returns milliseconds for which the venue did not trade, by which the rest of the day is later */
  async #until(dueMillis: number): Promise<number> {
    let paused = 0;
    for (;;) {
      const now = performance.now();
      const ahead = dueMillis + paused - now;
      const isTrading = this.#isTrading;
      const isBusy = this.#sequenced.pending > MOST_PENDING || this.#sequenced.state !== "running";
      if ((ahead <= 0 && !isBusy && isTrading) || this.#isStopped) return paused;
      await new Promise((wake) => setTimeout(wake, isBusy || !isTrading ? 1 : Math.min(ahead, REST_MILLIS)));
      if (!isTrading) paused += performance.now() - now;
    }
  }

  get #isTrading(): boolean {
    const { venue } = this.#sequenced;
    for (const instrument of venue.directory.instruments.keys()) {
      if (venue.phase(instrument) !== "continuous") return false;
    }
    return true;
  }

  /** @returns whether it is about an instrument and an order that are here */
  #play(message: OrderFlow): boolean {
    switch (message.type) {
      case "A":
      case "F": {
        const instrument = this.#sequenced.venue.instrument(message.stock);
        if (instrument < 0) return false;
        const side = message.buySellIndicator === "B" ? "buy" : "sell";
        this.#enter(message.orderReferenceNumber, instrument, side, message.price4, message.shares);
        return true;
      }
      case "U": {
        const old = this.#take(message.originalOrderReferenceNumber);
        if (!old) return false;
        this.#makers.cancel(old.id);
        this.#enter(
          message.newOrderReferenceNumber,
          old.instrument,
          old.side,
          message.price4,
          message.shares,
        );
        return true;
      }
      case "D": {
        const old = this.#take(message.orderReferenceNumber);
        if (old) this.#makers.cancel(old.id);
        return old !== undefined;
      }
      case "X": {
        const order = this.#orders.get(message.orderReferenceNumber);
        if (order) this.#makers.reduce(order.id, message.cancelledShares);
        return order !== undefined;
      }
      case "E":
      case "C": {
        const order = this.#orders.get(message.orderReferenceNumber);
        if (!order) return false;
        const { instrument, side, price } = order;
        this.#takers.enter({
          instrument,
          side: side === "buy" ? "sell" : "buy",
          quantity: message.executedShares,
          price,
          timeInForce: "ioc",
        });
        return true;
      }
    }
  }

  #enter(reference: bigint, instrument: number, side: Side, price: number, quantity: number): void {
    // Midnight UTC is in the middle of many a recorded day, and no end of it.
    const id = this.#makers.enter({ instrument, side, quantity, price, timeInForce: "gtc" });
    this.#orders.set(reference, { id, instrument, side, price });
  }

  #take(reference: bigint): PlayedOrder | undefined {
    const order = this.#orders.get(reference);
    this.#orders.delete(reference);
    return order;
  }
}

type OrderFlow = Extract<ItchMessage, { type: "A" | "F" | "E" | "C" | "X" | "D" | "U" }>;

function isOrderFlow(message: ItchMessage): message is OrderFlow {
  return "AFECXDU".includes(message.type);
}
