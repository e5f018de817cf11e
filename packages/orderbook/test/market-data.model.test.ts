import {
  MarketDataFeed,
  type MarketDataListener,
  type MarketDataSnapshot,
  MatchingEngine,
  type Side,
} from "@exchange-kit/orderbook";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { applyCommand, commands, venue } from "./support/engine-command.ts";

interface Row {
  readonly orderId: number;
  readonly side: Side;
  readonly price: number;
  quantity: number;
}

/** What a receiver knows who has only the changes, and perhaps a snapshot to begin with. */
class Receiver implements MarketDataListener {
  sequence = 0;
  rows: Row[] = [];
  readonly levels = new Map<string, [number, number]>();
  readonly tops: Record<Side, [number | undefined, number]> = { buy: [undefined, 0], sell: [undefined, 0] };
  readonly instrument: number;

  constructor(instrument: number, from?: MarketDataSnapshot) {
    this.instrument = instrument;
    if (!from) return;
    this.sequence = from.sequence;
    this.rows = [...from.bids, ...from.asks].map((row) => ({ ...row }));
  }

  order(
    instrument: number,
    sequence: number,
    action: string,
    orderId: number,
    side: Side,
    price: number,
    quantity: number,
  ): void {
    if (!this.#isNext(instrument, sequence)) return;
    if (action === "add") this.rows.push({ orderId, side, price, quantity });
    const row = this.rows.find((other) => other.orderId === orderId)!;
    expect(row).toMatchObject({ side, price });
    row.quantity = quantity;
    if (action === "delete") this.rows = this.rows.filter((other) => other !== row);
  }

  level(
    instrument: number,
    sequence: number,
    side: Side,
    price: number,
    quantity: number,
    orders: number,
  ): void {
    if (!this.#isNext(instrument, sequence)) return;
    if (orders === 0) this.levels.delete(`${side} ${price}`);
    else this.levels.set(`${side} ${price}`, [quantity, orders]);
  }

  top(instrument: number, sequence: number, side: Side, price: number | undefined, quantity: number): void {
    if (this.#isNext(instrument, sequence)) this.tops[side] = [price, quantity];
  }

  /** The rows of a side in priority. */
  book(side: Side): Row[] {
    const sign = side === "buy" ? -1 : 1;
    return this.rows.filter((row) => row.side === side).sort((a, b) => (a.price - b.price) * sign);
  }

  #isNext(instrument: number, sequence: number): boolean {
    if (instrument !== this.instrument) return false;
    expect(sequence).toBe(++this.sequence);
    return true;
  }
}

test("changes alone, and a snapshot with the changes after it, both are the book that the engine shows", () => {
  fc.assert(
    fc.property(commands(60), fc.nat(60), fc.nat(venue.length - 1), (steps, when, main) => {
      const receivers = [...venue.keys()].map((index) => new Receiver(index));
      const feed = new MarketDataFeed(venue.length, {
        order: (...change) => receivers.forEach((receiver) => void receiver.order(...change)),
        level: (...change) => receivers.forEach((receiver) => void receiver.level(...change)),
        top: (...change) => receivers.forEach((receiver) => void receiver.top(...change)),
      });
      const engine = new MatchingEngine(venue, feed.listener);
      for (const [index, step] of steps.entries()) {
        applyCommand(engine, step);
        if (index === when) receivers.push(new Receiver(main, feed.snapshot(main)));
        for (const receiver of receivers) {
          const { instrument } = receiver;
          for (const side of ["buy", "sell"] as const) {
            const shown = engine.orders(instrument, side).filter((order) => order.displayedQuantity > 0);
            expect(receiver.book(side)).toEqual(
              shown.map(({ orderId, price, displayedQuantity }) => ({
                orderId,
                side,
                price,
                quantity: displayedQuantity,
              })),
            );
          }
        }
        for (const receiver of receivers.slice(0, venue.length)) {
          const { instrument } = receiver;
          for (const side of ["buy", "sell"] as const) {
            const depth = engine.depth(instrument, side, 99);
            expect(feed.depth(instrument, side, 99)).toEqual(depth);
            expect(receiver.tops[side]).toEqual([depth[0]?.price, depth[0]?.quantity ?? 0]);
            const levels = depth.map(({ price, quantity, orders }) => [
              `${side} ${price}`,
              [quantity, orders],
            ]);
            const known = [...receiver.levels].filter(([key]) => key.startsWith(side));
            expect(new Map(known)).toEqual(new Map(levels as never));
          }
        }
      }
    }),
    { numRuns: runs(80) },
  );
});

test("a depth of no levels is empty", () => {
  const feed = new MarketDataFeed(1, { order: () => {}, level: () => {}, top: () => {} });
  new MatchingEngine([{}], feed.listener).limit(0, 1, "buy", 10, 5);
  expect(feed.depth(0, "buy", 0)).toEqual([]);
  expect(feed.depth(0, "buy", 1)).toEqual([{ price: 10, quantity: 5, orders: 1 }]);
});
