import type { AuctionResult, MatchingEngine } from "@exchange-kit/orderbook";
import type { ByteReader, ByteWriter } from "../bytes.ts";
import type { MarketListener } from "../events.ts";
import { isCall } from "../oms/order-life.ts";

/** Tells what auctions would be, while calls are on and when it has changed. */
export class Indicatives {
  readonly #engine: MatchingEngine;
  readonly #listener: MarketListener;
  /** What was told last; `undefined` is nothing to trade. */
  readonly #told: (AuctionResult | undefined)[];

  constructor(engine: MatchingEngine, instruments: number, listener: MarketListener) {
    this.#engine = engine;
    this.#listener = listener;
    this.#told = new Array<AuctionResult | undefined>(instruments).fill(undefined);
  }

  /** The search goes through the whole book, so it is made as time passes, not with each order. */
  tell(): void {
    for (const [instrument, told] of this.#told.entries()) {
      const isOn = isCall(this.#engine.phase(instrument)!);
      const now = isOn ? this.#engine.indicative(instrument) : undefined;
      this.#told[instrument] = now;
      const isSame =
        now?.price === told?.price && now?.volume === told?.volume && now?.imbalance === told?.imbalance;
      if (isOn && !isSame) {
        this.#listener.indicativeChanged(instrument, now?.price, now?.volume ?? 0, now?.imbalance ?? 0);
      }
    }
  }

  write(writer: ByteWriter): void {
    for (const told of this.#told) {
      writer.byte(told === undefined ? 0 : 1);
      writer.int(told?.price ?? 0);
      writer.double(told?.volume ?? 0);
      writer.double(told?.imbalance ?? 0);
    }
  }

  read(reader: ByteReader): void {
    for (const instrument of this.#told.keys()) {
      const isThere = reader.byte() === 1;
      const told = { price: reader.int(), volume: reader.double(), imbalance: reader.double() };
      this.#told[instrument] = isThere ? told : undefined;
    }
  }
}
