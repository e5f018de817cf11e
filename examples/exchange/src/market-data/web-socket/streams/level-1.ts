import { formatPrice } from "../../../prices.ts";
import type { PublicLevel } from "../../public/book-side.ts";
import type { PublicInstrument } from "../../public/public-market.ts";
import { type Row, rowOf } from "../../wire-format.ts";
import { Stream } from "../stream.ts";

export interface Level1Body {
  readonly bid: Row | null;
  readonly ask: Row | null;
  /** Price of the last trade, as splits since then leave it; the reference price before the first. */
  readonly last: string;
}

/** The best price of each side and the last trade; every message says all of it. */
export class Level1Stream extends Stream {
  #shown: string;

  constructor(instrument: PublicInstrument, now: () => number, throttleMillis: number) {
    super("l1", instrument, now, { throttleMillis, isConflated: true });
    this.#shown = JSON.stringify(this.#body());
  }

  override orderAdded(): void {
    this.isDirty = true;
  }

  override orderChanged(): void {
    this.isDirty = true;
  }

  override orderDeleted(): void {
    this.isDirty = true;
  }

  override traded(): void {
    this.isDirty = true;
  }

  override lastPriceAdjusted(): void {
    this.isDirty = true;
  }

  protected override present(): Level1Body {
    return JSON.parse(this.#shown);
  }

  protected override changes(): Level1Body | undefined {
    const body = this.#body();
    const text = JSON.stringify(body);
    if (text === this.#shown) return undefined;
    this.#shown = text;
    return body;
  }

  #body(): Level1Body {
    const { buys, sells, rules, lastPrice } = this.instrument;
    const row = (level: PublicLevel | undefined): Row | null =>
      level === undefined ? null : rowOf(rules, level);
    return { bid: row(buys.best()), ask: row(sells.best()), last: formatPrice(rules, lastPrice) };
  }
}
