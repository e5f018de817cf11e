import { ItchBook, ItchDecoder, type ItchMessage } from "@exchange-kit/itch";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { framed, make } from "./support/messages.ts";

interface PlainOrder {
  readonly side: "B" | "S";
  readonly price4: number;
  shares: number;
}

/** The rules in their plainest form: one map in arrival order. */
class PlainBook {
  readonly orders: Map<bigint, PlainOrder> = new Map();
  orphans = 0;
  duplicateAdds = 0;
  overReductions = 0;

  apply(message: ItchMessage): void {
    if (message.type === "A") {
      this.#add(
        message.orderReferenceNumber,
        message.buySellIndicator as "B" | "S",
        message.shares,
        message.price4,
      );
    } else if (message.type === "E") this.#reduce(message.orderReferenceNumber, message.executedShares);
    else if (message.type === "X") this.#reduce(message.orderReferenceNumber, message.cancelledShares);
    else if (message.type === "D") {
      if (!this.orders.delete(message.orderReferenceNumber)) this.orphans++;
    } else if (message.type === "U") {
      const old = this.orders.get(message.originalOrderReferenceNumber);
      if (!old) this.orphans++;
      else {
        this.orders.delete(message.originalOrderReferenceNumber);
        this.#add(message.newOrderReferenceNumber, old.side, message.shares, message.price4);
      }
    }
  }

  queue(side: "B" | "S"): [bigint, PlainOrder][] {
    const direction = side === "B" ? -1 : 1;
    // Sorting is stable, and a map keeps the order in which its keys came.
    return [...this.orders]
      .filter(([, order]) => order.side === side)
      .sort(([, a], [, b]) => direction * (a.price4 - b.price4));
  }

  #add(reference: bigint, side: "B" | "S", shares: number, price4: number): void {
    if (this.orders.delete(reference)) this.duplicateAdds++;
    this.orders.set(reference, { side, price4, shares });
  }

  #reduce(reference: bigint, shares: number): void {
    const order = this.orders.get(reference);
    if (!order) {
      this.orphans++;
      return;
    }
    if (shares > order.shares) this.overReductions++;
    order.shares -= shares;
    if (order.shares <= 0) this.orders.delete(reference);
  }
}

// A small range of references, so that they collide; prices reach beyond 2^31 and are far apart.
const reference = fc.integer({ min: 1, max: 40 });
const price = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom(2 ** 31, 2 ** 32 - 1, 2_000_000_000));
const shares = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constantFrom(2 ** 31, 2 ** 32 - 1));
const command: fc.Arbitrary<ItchMessage> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(reference, fc.constantFrom("B" as const, "S" as const), shares, price)
      .map((args) => make.add(...args)),
  },
  { weight: 2, arbitrary: fc.tuple(reference, shares).map((args) => make.execute(...args)) },
  { weight: 1, arbitrary: fc.tuple(reference, shares).map((args) => make.cancel(...args)) },
  { weight: 2, arbitrary: reference.map((id) => make.delete(id)) },
  {
    weight: 2,
    arbitrary: fc.tuple(reference, reference, shares, price).map((args) => make.replace(...args)),
  },
);

test("the book is the plain book, after every message", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 120 }), (commands) => {
      const plain = new PlainBook();
      const book = new ItchBook();
      const decoder = new ItchDecoder(book);
      for (const message of commands) {
        decoder.decodeFrames(framed([message]));
        plain.apply(message);
        expect(book).toMatchObject({
          orphans: plain.orphans,
          duplicateAdds: plain.duplicateAdds,
          overReductions: plain.overReductions,
          liveOrders: plain.orders.size,
        });
      }
      const symbol = book.book("ACME");
      for (const [side, name] of [
        ["B", "buy"],
        ["S", "sell"],
      ] as const) {
        const queue = plain.queue(side);
        expect(
          symbol?.orders(name).map((order) => [order.orderReferenceNumber, order.shares, order.price4]) ?? [],
        ).toEqual(queue.map(([id, order]) => [id, order.shares, order.price4]));
        const levels = new Map<number, { price4: number; shares: number; orders: number }>();
        for (const [, order] of queue) {
          const level = levels.get(order.price4) ?? { price4: order.price4, shares: 0, orders: 0 };
          level.shares += order.shares;
          level.orders++;
          levels.set(order.price4, level);
        }
        expect(symbol?.depth(name) ?? []).toEqual([...levels.values()]);
      }
    }),
    { numRuns: runs(150) },
  );
});

test("a hundred thousand orders that come and go at any price leave nothing behind", () => {
  const book = new ItchBook();
  const decoder = new ItchDecoder(book);
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state;
  };
  const messages: ItchMessage[] = [];
  for (let id = 1; id <= 100_000; id++) messages.push(make.add(id * 2, id % 2 ? "B" : "S", 1, next() >>> 16));
  for (let id = 1; id <= 100_000; id++) messages.push(make.delete(id * 2));
  decoder.decodeFrames(framed(messages));
  expect([book.liveOrders, book.maxLiveOrders, book.orphans]).toEqual([0, 100_000, 0]);
  expect(book.book("ACME")!.depth("buy")).toEqual([]);
});
