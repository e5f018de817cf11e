import type { Phase } from "@exchange-kit/orderbook";
import { formatPrice } from "../../../prices.ts";
import type { PublicInstrument } from "../../public/public-market.ts";
import { Stream } from "../stream.ts";

export interface StatusBody {
  readonly phase: Phase;
  /** Why it is halted; empty otherwise. */
  readonly haltReason: string;
  /** While a call is on: what the auction would be. The price is null when nothing would trade. */
  readonly indicative: {
    readonly price: string | null;
    readonly volume: number;
    /** Positive to buy, negative to sell. */
    readonly imbalance: number;
  } | null;
}

/** The phase of trading, and the indicative auction; every message says all of it. */
export class StatusStream extends Stream {
  constructor(instrument: PublicInstrument, now: () => number) {
    super("status", instrument, now, { throttleMillis: 0, isConflated: true });
  }

  override statusChanged(): void {
    this.isDirty = true;
  }

  protected override present(): StatusBody {
    const { phase, haltReason, indicative, rules } = this.instrument;
    return {
      phase,
      haltReason,
      indicative:
        indicative === undefined
          ? null
          : {
              price: indicative.price === undefined ? null : formatPrice(rules, indicative.price),
              volume: indicative.volume,
              imbalance: indicative.imbalance,
            },
    };
  }

  protected override changes(): StatusBody {
    return this.present();
  }
}
