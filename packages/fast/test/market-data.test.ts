import { readFileSync } from "node:fs";
import {
  describeTemplates,
  FastDecoder,
  FastEncoder,
  FastStream,
  type MarketDataMessage,
  type MarketDataOrderUpdate,
  marketDataMessage,
  marketDataTemplates,
  type OrderIncrementalFields,
  TemplateRegistry,
} from "@exchange-kit/fast";
import { expect, test } from "vitest";

const registry = new TemplateRegistry(marketDataTemplates);

const day = [
  { template: "Reset", fields: {} },
  {
    template: "Snapshot",
    fields: {
      sequence: 1,
      timeNanos: 1_790_000_000_000_000_001n,
      lastSequence: 0,
      instrument: 7,
      lastPrice: undefined,
      continues: undefined,
      bids: [
        { price: 9_999, quantity: 40, orders: 2 },
        { price: 9_998, quantity: 10, orders: 2 },
      ],
      asks: [{ price: 10_001, quantity: 5, orders: 1 }],
    },
  },
  {
    template: "Incremental",
    fields: {
      sequence: 2,
      timeNanos: 1_790_000_000_000_000_500n,
      updates: [
        { instrument: 7, action: "change", side: "sell", price: 10_001, quantity: 3, orders: 1 },
        {
          instrument: 7,
          action: "delete",
          side: "buy",
          price: 9_998,
          quantity: undefined,
          orders: undefined,
        },
      ],
    },
  },
  {
    template: "Trade",
    fields: {
      sequence: 3,
      timeNanos: 1_790_000_000_000_000_501n,
      instrument: 7,
      tradeId: 1,
      price: 10_001,
      quantity: 2,
      aggressor: "buy",
    },
  },
  {
    template: "Status",
    fields: {
      sequence: 4,
      timeNanos: 1_790_000_000_000_000_502n,
      instrument: 7,
      state: "halted",
      reason: "naïve price",
    },
  },
  { template: "Heartbeat", fields: { sequence: 5, timeNanos: 1_790_000_000_000_000_503n } },
];

test("a day of market data comes back as it was sent", () => {
  const encoder = new FastEncoder(registry);
  const decoder = new FastDecoder(registry);
  for (const message of day) {
    const { template, fields } = decoder.decode(encoder.encode(message))!;
    expect({ template, fields }).toEqual(message);
  }
});

test("a heartbeat takes three bytes, a change of a level as far from the one before seven", () => {
  const encoder = new FastEncoder(registry);
  const sizes = day.map((message) => encoder.encode(message).length);
  expect(sizes.at(-1)).toBe(3);
  const update = { instrument: 7, action: "change", side: "sell", price: 10_001, quantity: 3, orders: 1 };
  const one = {
    template: "Incremental",
    fields: { sequence: 6, timeNanos: 1_790_000_000_000_000_504n, updates: [update] },
  };
  const two = {
    template: "Incremental",
    fields: { sequence: 7, timeNanos: 1_790_000_000_000_000_505n, updates: [update] },
  };
  encoder.encode(one);
  expect(encoder.encode(two).length).toBe(7);
});

/** The orders of one instrument by id, as a receiver of level 3 keeps them. */
class OrdersById {
  readonly orders = new Map<number, { side: string; price: number; quantity: number }>();
  apply({ action, orderId, side, price, quantity }: MarketDataOrderUpdate): void {
    if (action === "delete") this.orders.delete(Number(orderId));
    else this.orders.set(Number(orderId), { side, price: Number(price), quantity: Number(quantity) });
  }
}

test("a receiver that joins late, and loses a datagram, has the orders of the venue after a snapshot in parts", () => {
  const timeNanos = 1_790_000_000_000_000_000n;
  const venue = new OrdersById();
  const live = new FastEncoder(registry);
  const snapshots = new FastEncoder(registry);
  const encode = (encoder: FastEncoder, message: MarketDataMessage): Uint8Array => encoder.encode(message);
  /** A datagram is a `Reset` and what follows. */
  const datagram = (encoder: FastEncoder, message: MarketDataMessage): Uint8Array =>
    Uint8Array.from([...encode(encoder, { template: "Reset", fields: {} }), ...encode(encoder, message)]);
  const incremental = (sequence: number): Uint8Array => {
    const update: MarketDataOrderUpdate =
      sequence % 4 === 3
        ? { instrument: 7, action: "delete", side: "buy", orderId: sequence - 1, price: 10_000 - sequence }
        : {
            instrument: 7,
            action: "new",
            side: "buy",
            orderId: sequence,
            price: 10_000 - sequence,
            quantity: 5,
          };
    venue.apply(update);
    return datagram(live, {
      template: "OrderIncremental",
      fields: { sequence, timeNanos: timeNanos + BigInt(sequence), updates: [update] },
    });
  };
  for (let sequence = 1; sequence <= 10; sequence++) incremental(sequence);

  const receiver = new OrdersById();
  const kept: OrderIncrementalFields[] = [];
  let next: number | undefined;
  const channel = new FastStream(
    registry,
    {
      message: (decoded) => {
        const { template, fields: message } = marketDataMessage(decoded);
        if (template !== "OrderIncremental") return;
        if (message.sequence !== next) kept.push(message);
        else {
          next++;
          message.updates.forEach((update) => void receiver.apply(update));
        }
      },
      error: (error) => {
        throw error;
      },
    },
    { framing: { kind: "packet" } },
  );
  // It joins at 11, does not get 12, and the snapshot is made after 13.
  for (const sequence of [11, 12, 13]) {
    const packet = incremental(sequence);
    if (sequence !== 12) channel.push(packet);
  }
  const orders = [...venue.orders].map(([orderId, order]) => ({ orderId, ...order, side: "buy" as const }));
  const part = (sequence: number, from: number, to: number, continues?: boolean): Uint8Array =>
    datagram(snapshots, {
      template: "OrderSnapshot",
      fields: {
        sequence,
        timeNanos,
        lastSequence: 13,
        instrument: 7,
        orders: orders.slice(from, to),
        continues,
      },
    });
  const parts = [part(1, 0, 4, true), part(2, 4, orders.length)];
  channel.push(incremental(14));

  let isWhole = false;
  const recovery = new FastStream(
    registry,
    {
      message: (decoded) => {
        const { template, fields: snapshot } = marketDataMessage(decoded);
        if (template !== "OrderSnapshot") return;
        const { instrument } = snapshot;
        for (const order of snapshot.orders) receiver.apply({ instrument, action: "new", ...order });
        isWhole = snapshot.continues !== true;
        next = Number(snapshot.lastSequence) + 1;
      },
      error: (error) => {
        throw error;
      },
    },
    { framing: { kind: "packet" } },
  );
  for (const packet of parts) {
    expect(isWhole).toBe(false);
    recovery.push(packet);
  }
  expect(isWhole).toBe(true);
  for (const message of kept.filter(({ sequence }) => Number(sequence) >= next!)) {
    expect(message.sequence).toBe(next);
    next!++;
    for (const update of message.updates) receiver.apply(update);
  }
  channel.push(incremental(15));
  expect(receiver.orders).toEqual(venue.orders);
  expect(receiver.orders.size).toBeGreaterThan(5);
});

test("a message of other templates is none of these", () => {
  expect(() => marketDataMessage({ template: "Quote", id: 9, fields: {} })).toThrow(
    expect.objectContaining({ code: "unknown-template" }),
  );
});

test("the field tables of the guide are those of the templates", () => {
  const guide = readFileSync(new URL("../../../docs/guides/fast.md", import.meta.url), "utf8");
  // A formatter may align the columns of a guide otherwise.
  const bare = (text: string): string => text.replace(/-+/g, "-").replace(/ +/g, " ");
  expect(bare(guide)).toContain(bare(describeTemplates(marketDataTemplates)));
});
