import { NaiveOrderBook, type OrderBookListener, type Side } from "@exchange-kit/orderbook";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";

// The naive book is the model of faster books; nothing plainer stands behind it. So it is checked by the laws every
// book obeys, after every command.

type Command =
  | { kind: "limit"; id: number; side: Side; price: number; quantity: number }
  | { kind: "market"; id: number; side: Side; quantity: number }
  | { kind: "cancel"; id: number }
  | { kind: "replace"; id: number; price: number; quantity: number }
  | { kind: "reduce"; id: number; quantity: number };

// Few ids and prices, so that collisions, unknown ids and full queues happen.
const id = fc.integer({ min: 1, max: 12 });
const side = fc.constantFrom<Side>("buy", "sell");
const price = fc.integer({ min: 95, max: 105 });
const quantity = fc.integer({ min: 1, max: 20 });
const command: fc.Arbitrary<Command> = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant("limit" as const), id, side, price, quantity }), weight: 4 },
  fc.record({ kind: fc.constant("market" as const), id, side, quantity }),
  fc.record({ kind: fc.constant("cancel" as const), id }),
  fc.record({ kind: fc.constant("replace" as const), id, price, quantity }),
  fc.record({ kind: fc.constant("reduce" as const), id, quantity }),
);

/** Counts what each id was given, traded and lost, and checks each trade when it happens. */
class Auditor implements OrderBookListener {
  readonly leaves = new Map<number, number>();
  readonly limits = new Map<number, number>();
  taker: { id: number; side: Side; limit: number } | undefined;

  added(orderId: number, _side: Side, restsAt: number, quantity: number): void {
    expect(restsAt).toBe(this.limits.get(orderId));
    expect(quantity).toBe(this.leaves.get(orderId));
  }

  traded(
    makerId: number,
    takerId: number,
    takerSide: Side,
    at: number,
    quantity: number,
    makerLeaves: number,
  ): void {
    expect(takerId).toBe(this.taker?.id);
    expect(takerSide).toBe(this.taker?.side);
    expect(quantity).toBeGreaterThan(0);
    expect(at).toBe(this.limits.get(makerId));
    if (takerSide === "buy") expect(at).toBeLessThanOrEqual(this.taker!.limit);
    else expect(at).toBeGreaterThanOrEqual(this.taker!.limit);
    this.#take(makerId, quantity);
    this.#take(takerId, quantity);
    expect(makerLeaves).toBe(this.leaves.get(makerId) ?? 0);
  }

  reduced(orderId: number, leaves: number): void {
    expect(leaves).toBeGreaterThan(0);
    expect(leaves).toBeLessThan(this.leaves.get(orderId)!);
    this.leaves.set(orderId, leaves);
  }

  cancelled(orderId: number, quantity: number): void {
    expect(quantity).toBe(this.leaves.get(orderId));
    this.leaves.delete(orderId);
  }

  rejected(): void {
    this.taker = undefined;
  }

  #take(orderId: number, quantity: number): void {
    const left = this.leaves.get(orderId)! - quantity;
    expect(left).toBeGreaterThanOrEqual(0);
    if (left === 0) this.leaves.delete(orderId);
    else this.leaves.set(orderId, left);
  }
}

function apply(book: NaiveOrderBook, auditor: Auditor, step: Command): void {
  const resting = book.order(step.id);
  const enters = (side: Side, limit: number, quantity: number): void => {
    auditor.taker = { id: step.id, side, limit };
    auditor.limits.set(step.id, limit);
    auditor.leaves.set(step.id, quantity);
  };
  switch (step.kind) {
    case "limit":
      if (!resting) enters(step.side, step.price, step.quantity);
      book.limit(step.id, step.side, step.price, step.quantity);
      break;
    case "market":
      if (!resting) enters(step.side, step.side === "buy" ? Infinity : -Infinity, step.quantity);
      book.market(step.id, step.side, step.quantity);
      break;
    case "cancel":
      book.cancel(step.id);
      break;
    case "replace":
      // The order ends (checked here), then a new one of the same id enters.
      if (resting) {
        expect(auditor.leaves.get(step.id)).toBe(resting.leavesQuantity);
        const { cancelled } = auditor;
        auditor.cancelled = (orderId, quantity) => {
          cancelled.call(auditor, orderId, quantity);
          enters(resting.side, step.price, step.quantity);
        };
        book.replace(step.id, step.price, step.quantity);
        auditor.cancelled = cancelled;
      } else book.replace(step.id, step.price, step.quantity);
      break;
    case "reduce":
      book.reduce(step.id, step.quantity);
      break;
  }
}

function checkLaws(book: NaiveOrderBook, auditor: Auditor): void {
  const [bid, ask] = [book.best("buy"), book.best("sell")];
  if (bid !== undefined && ask !== undefined) expect(bid).toBeLessThan(ask);
  const all = [...book.orders("buy"), ...book.orders("sell")];
  expect(book.size).toBe(all.length);
  expect(new Map(all.map((order) => [order.orderId, order.leavesQuantity]))).toEqual(auditor.leaves);
  for (const side of ["buy", "sell"] as const) {
    const levels = book.depth(side, Number.POSITIVE_INFINITY);
    const prices = levels.map((level) => level.price);
    expect(prices).toEqual([...new Set(prices)].sort((a, b) => (side === "buy" ? b - a : a - b)));
    const total = (rows: readonly { quantity: number }[]): number =>
      rows.reduce((sum, row) => sum + row.quantity, 0);
    expect(total(levels)).toBe(book.orders(side).reduce((sum, order) => sum + order.leavesQuantity, 0));
  }
}

test("never crossed, sorted, and every lot is accounted for after each command", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const auditor = new Auditor();
      const book = new NaiveOrderBook(auditor);
      for (const step of commands) {
        apply(book, auditor, step);
        checkLaws(book, auditor);
      }
    }),
    { numRuns: runs(150) },
  );
});

test("an order at the back of a queue trades only after those before it", () => {
  fc.assert(
    fc.property(fc.array(quantity, { minLength: 1, maxLength: 10 }), quantity, (queue, taken) => {
      const trades: [number, number][] = [];
      const silent = (): void => {};
      const book = new NaiveOrderBook({
        added: silent,
        reduced: silent,
        cancelled: silent,
        rejected: silent,
        traded: (makerId, _takerId, _side, _price, traded) => void trades.push([makerId, traded]),
      });
      for (const [index, size] of queue.entries()) book.limit(index + 1, "sell", 100, size);
      book.market(1000, "buy", taken);
      const expected: [number, number][] = [];
      let left = taken;
      for (const [index, size] of queue.entries()) {
        if (left > 0) expected.push([index + 1, Math.min(left, size)]);
        left -= size;
      }
      expect(trades).toEqual(expected);
    }),
    { numRuns: runs(100) },
  );
});
