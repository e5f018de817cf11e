import { formatPrice } from "../../../prices.ts";
import type { BookSide, PublicLevel } from "../../public/book-side.ts";
import type { PublicInstrument } from "../../public/public-market.ts";
import { type Row, rowOf } from "../../wire-format.ts";
import { Stream } from "../stream.ts";

export interface Level2Body {
  /** Buys, best first. In an update the prices that changed, with what they are now: quantity 0 is gone. */
  readonly bids: readonly Row[];
  readonly asks: readonly Row[];
}

/**
 * The best prices of each side, down to a depth. Updates are the difference between what was shown before and now, so a
 * price that another one pushed out of the depth is told as gone, and comes back when there is room again.
 */
export class Level2Stream extends Stream {
  readonly #depth: number;
  #bids: readonly PublicLevel[];
  #asks: readonly PublicLevel[];

  constructor(instrument: PublicInstrument, now: () => number, throttleMillis: number, depth: number) {
    super("l2", instrument, now, { throttleMillis, isConflated: true });
    this.#depth = depth;
    this.#bids = this.#shown(instrument.buys);
    this.#asks = this.#shown(instrument.sells);
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

  protected override present(): Level2Body {
    const { rules } = this.instrument;
    return {
      bids: this.#bids.map((level) => rowOf(rules, level)),
      asks: this.#asks.map((level) => rowOf(rules, level)),
    };
  }

  protected override changes(): Level2Body | undefined {
    const { buys, sells } = this.instrument;
    const bids = this.#shown(buys);
    const asks = this.#shown(sells);
    const body = {
      bids: this.#difference(this.#bids, bids, -1),
      asks: this.#difference(this.#asks, asks, 1),
    };
    this.#bids = bids;
    this.#asks = asks;
    return body.bids.length + body.asks.length === 0 ? undefined : body;
  }

  /** Copies: the live ones change. */
  #shown(side: BookSide): PublicLevel[] {
    return side.depth(this.#depth).map((level) => ({ ...level }));
  }

  /** @param sign - 1 when lower prices come first */
  #difference(before: readonly PublicLevel[], now: readonly PublicLevel[], sign: 1 | -1): Row[] {
    const { rules } = this.instrument;
    const rows: Row[] = [];
    let old = 0;
    for (const level of now) {
      while (old < before.length && (before[old]!.price - level.price) * sign < 0) {
        rows.push([formatPrice(rules, before[old++]!.price), 0, 0]);
      }
      const same = before[old];
      if (same?.price === level.price) old++;
      if (same?.price !== level.price || same.quantity !== level.quantity || same.orders !== level.orders) {
        rows.push(rowOf(rules, level));
      }
    }
    for (const { price } of before.slice(old)) rows.push([formatPrice(rules, price), 0, 0]);
    return rows;
  }
}
