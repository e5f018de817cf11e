import { readFileSync } from "node:fs";
import {
  describeTemplates,
  FastDecoder,
  FastEncoder,
  marketDataTemplates,
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

test("the field tables of the guide are those of the templates", () => {
  const guide = readFileSync(new URL("../../../docs/guides/fast.md", import.meta.url), "utf8");
  // A formatter may align the columns of a guide otherwise.
  const bare = (text: string): string => text.replace(/-+/g, "-").replace(/ +/g, " ");
  expect(bare(guide)).toContain(bare(describeTemplates(marketDataTemplates)));
});
