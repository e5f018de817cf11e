import type { PublicInstrument, PublicTrade } from "../../public/public-market.ts";
import { type TradeJson, tradeJson } from "../../wire-format.ts";
import { Stream } from "../stream.ts";

/** The trades: the latest ones, then each as it happens. Nothing is left out: who is too slow is cut off. */
export class TradesStream extends Stream {
  #trades: TradeJson[] = [];

  constructor(instrument: PublicInstrument, now: () => number) {
    super("trades", instrument, now, { throttleMillis: 0, isConflated: false });
  }

  override traded(trade: PublicTrade): void {
    this.#trades.push(tradeJson(this.instrument.rules, trade));
    this.isDirty = true;
  }

  protected override present(): { trades: TradeJson[] } {
    return { trades: this.instrument.trades.list().map((trade) => tradeJson(this.instrument.rules, trade)) };
  }

  protected override changes(): { trades: TradeJson[] } {
    const trades = this.#trades;
    this.#trades = [];
    return { trades };
  }
}
