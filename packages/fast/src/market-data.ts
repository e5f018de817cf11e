import { FastError } from "./errors.ts";
import type { FastMessage } from "./message.ts";
import type { FieldDefinition, OperatorDefinition, TemplateDefinition } from "./template/definition.ts";
import type { FastInteger } from "./values/numbers.ts";

const copy: OperatorDefinition = { kind: "copy" };
const delta: OperatorDefinition = { kind: "delta" };
const increment: OperatorDefinition = { kind: "increment" };

/** What every message begins with: the number goes up by one, the time by little. */
const header: readonly FieldDefinition[] = [
  { type: "uInt64", name: "sequence", operator: increment },
  { type: "uInt64", name: "timeNanos", operator: delta },
];

const level: readonly FieldDefinition[] = [
  { type: "int64", name: "price", operator: delta },
  { type: "uInt64", name: "quantity" },
  { type: "uInt32", name: "orders", operator: copy },
];

/** Set while the parts of a snapshot that does not fit in one packet go on; costs a bit. */
const continues: FieldDefinition = {
  type: "boolean",
  name: "continues",
  optional: true,
  operator: { kind: "default" },
};

/**
 * Market data of a venue: snapshot, incremental, trade, status, heartbeat and reset; the snapshot and the incremental by
 * price levels (level 2) and by orders (level 3).
 *
 * Prices are integer ticks, quantities integer lots, times nanoseconds since 1970-01-01 UTC. All templates share
 * the dictionary `marketData`. `Reset` clears it: send one at the start of each packet that a receiver may join at.
 * Each channel (incrementals, snapshots) has an encoder, a decoder and a numbering of its own; `lastSequence` of a snapshot
 * is a number of the channel of incrementals.
 */
export const marketDataTemplates: readonly TemplateDefinition[] = [
  {
    name: "Snapshot",
    id: 1,
    dictionary: "marketData",
    fields: [
      ...header,
      { type: "uInt64", name: "lastSequence" },
      { type: "uInt32", name: "instrument", operator: copy },
      { type: "int64", name: "lastPrice", optional: true },
      { type: "sequence", name: "bids", fields: level },
      { type: "sequence", name: "asks", fields: level },
      continues,
    ],
  },
  {
    name: "Incremental",
    id: 2,
    dictionary: "marketData",
    fields: [
      ...header,
      {
        type: "sequence",
        name: "updates",
        fields: [
          { type: "uInt32", name: "instrument", operator: copy },
          {
            type: "enum",
            name: "action",
            elements: ["new", "change", "delete"],
            operator: { kind: "copy", value: "change" },
          },
          { type: "enum", name: "side", elements: ["buy", "sell"], operator: copy },
          { type: "int64", name: "price", operator: delta },
          { type: "uInt64", name: "quantity", optional: true },
          { type: "uInt32", name: "orders", optional: true, operator: { kind: "default", value: "1" } },
        ],
      },
    ],
  },
  {
    name: "Trade",
    id: 3,
    dictionary: "marketData",
    fields: [
      ...header,
      { type: "uInt32", name: "instrument", operator: copy },
      { type: "uInt64", name: "tradeId", operator: increment },
      { type: "int64", name: "price", operator: delta },
      { type: "uInt64", name: "quantity" },
      { type: "enum", name: "aggressor", elements: ["buy", "sell"], optional: true, operator: copy },
    ],
  },
  {
    name: "Status",
    id: 4,
    dictionary: "marketData",
    fields: [
      ...header,
      { type: "uInt32", name: "instrument", operator: copy },
      { type: "enum", name: "state", elements: ["preOpen", "auction", "open", "halted", "closed"] },
      { type: "unicode", name: "reason", optional: true },
    ],
  },
  { name: "Heartbeat", id: 5, dictionary: "marketData", fields: header },
  { name: "Reset", id: 6, dictionary: "marketData", reset: true, fields: [] },
  {
    name: "OrderSnapshot",
    id: 7,
    dictionary: "marketData",
    fields: [
      ...header,
      { type: "uInt64", name: "lastSequence" },
      { type: "uInt32", name: "instrument", operator: copy },
      {
        type: "sequence",
        name: "orders",
        fields: [
          { type: "enum", name: "side", elements: ["buy", "sell"], operator: copy },
          { type: "uInt64", name: "orderId", operator: delta },
          { type: "int64", name: "price", operator: delta },
          { type: "uInt64", name: "quantity" },
        ],
      },
      continues,
    ],
  },
  {
    name: "OrderIncremental",
    id: 8,
    dictionary: "marketData",
    fields: [
      ...header,
      {
        type: "sequence",
        name: "updates",
        fields: [
          { type: "uInt32", name: "instrument", operator: copy },
          {
            type: "enum",
            name: "action",
            elements: ["new", "change", "delete"],
            operator: { kind: "copy", value: "new" },
          },
          { type: "enum", name: "side", elements: ["buy", "sell"], operator: copy },
          { type: "uInt64", name: "orderId", operator: delta },
          { type: "int64", name: "price", operator: delta },
          { type: "uInt64", name: "quantity", optional: true },
        ],
      },
    ],
  },
];

/** What every message of {@link marketDataTemplates} but `Reset` begins with. */
export interface MarketDataHeader {
  /** Number of the message, one more than that of the one before. */
  readonly sequence: FastInteger;
  /** Time of sending, nanoseconds since 1970-01-01 UTC. */
  readonly timeNanos: FastInteger;
}

/** A price level of a {@link SnapshotFields}. */
export interface MarketDataLevel {
  /** Price in ticks. */
  readonly price: FastInteger;
  /** Open lots at the price. */
  readonly quantity: FastInteger;
  /** Resting orders at the price. */
  readonly orders: number;
}

/** Fields of `Snapshot`: the whole book of one instrument. */
export interface SnapshotFields extends MarketDataHeader {
  /** Sequence number of the last incremental that the book contains. */
  readonly lastSequence: FastInteger;
  /** Number of the instrument. */
  readonly instrument: number;
  /** Price of the last trade in ticks; absent before the first. */
  readonly lastPrice?: FastInteger | undefined;
  /** Buy levels, best first. */
  readonly bids: readonly MarketDataLevel[];
  /** Sell levels, best first. */
  readonly asks: readonly MarketDataLevel[];
  /** True when further levels of this snapshot follow in the next message; absent in the last, or only, part. */
  readonly continues?: boolean | undefined;
}

/** One change of a {@link IncrementalFields}. */
export interface MarketDataUpdate {
  /** Number of the instrument. */
  readonly instrument: number;
  /** What happens to the level. */
  readonly action: "new" | "change" | "delete";
  /** Side of the book. */
  readonly side: "buy" | "sell";
  /** Price of the level in ticks. */
  readonly price: FastInteger;
  /** Open lots after the change; absent when the level is deleted. */
  readonly quantity?: FastInteger | undefined;
  /** Resting orders after the change; absent when the level is deleted. */
  readonly orders?: number | undefined;
}

/** Fields of `Incremental`: changes of price levels, in the order in which they happened. */
export interface IncrementalFields extends MarketDataHeader {
  /** The changes. */
  readonly updates: readonly MarketDataUpdate[];
}

/** Fields of `Trade`. */
export interface TradeFields extends MarketDataHeader {
  /** Number of the instrument. */
  readonly instrument: number;
  /** Number of the trade. */
  readonly tradeId: FastInteger;
  /** Price in ticks. */
  readonly price: FastInteger;
  /** Lots traded. */
  readonly quantity: FastInteger;
  /** Side of the incoming order; absent in an auction. */
  readonly aggressor?: "buy" | "sell" | undefined;
}

/** Fields of `Status`: an instrument changes its trading state. */
export interface StatusFields extends MarketDataHeader {
  /** Number of the instrument. */
  readonly instrument: number;
  /** State from now on. */
  readonly state: "preOpen" | "auction" | "open" | "halted" | "closed";
  /** Why, in words. */
  readonly reason?: string | undefined;
}

/** An order of an {@link OrderSnapshotFields}. */
export interface MarketDataOrder {
  /** Side of the book. */
  readonly side: "buy" | "sell";
  /** Number of the order. */
  readonly orderId: FastInteger;
  /** Price in ticks. */
  readonly price: FastInteger;
  /** Open lots that are shown. */
  readonly quantity: FastInteger;
}

/** Fields of `OrderSnapshot`: every order of one instrument. */
export interface OrderSnapshotFields extends MarketDataHeader {
  /** Sequence number of the last incremental that the book contains. */
  readonly lastSequence: FastInteger;
  /** Number of the instrument. */
  readonly instrument: number;
  /** Orders in priority: buys before sells, best price first, oldest first at a price. */
  readonly orders: readonly MarketDataOrder[];
  /** True when further orders of this snapshot follow in the next message; absent in the last, or only, part. */
  readonly continues?: boolean | undefined;
}

/** One change of an {@link OrderIncrementalFields}. */
export interface MarketDataOrderUpdate {
  /** Number of the instrument. */
  readonly instrument: number;
  /**
   * What happens to the order: `new` puts it behind all others of its price, `change` sets its quantity and keeps its
   * place, `delete` takes it out. One that changes its price or loses its place is deleted and new.
   */
  readonly action: "new" | "change" | "delete";
  /** Side of the book. */
  readonly side: "buy" | "sell";
  /** Number of the order. */
  readonly orderId: FastInteger;
  /** Price of the order in ticks. */
  readonly price: FastInteger;
  /** Open lots after the change; absent when the order is deleted. */
  readonly quantity?: FastInteger | undefined;
}

/** Fields of `OrderIncremental`: changes of orders, in the order in which they happened. */
export interface OrderIncrementalFields extends MarketDataHeader {
  /** The changes. */
  readonly updates: readonly MarketDataOrderUpdate[];
}

/** A message of one template. */
export interface MarketDataMessageOf<Template extends string, Fields> {
  /** Name of the template, which tells the fields. */
  readonly template: Template;
  /** The values by name of the field. */
  readonly fields: Fields;
}

/** A message of {@link marketDataTemplates}, to be encoded; what a decoder gives has the template's `id` too. */
export type MarketDataMessage =
  | MarketDataMessageOf<"Snapshot", SnapshotFields>
  | MarketDataMessageOf<"Incremental", IncrementalFields>
  | MarketDataMessageOf<"Trade", TradeFields>
  | MarketDataMessageOf<"Status", StatusFields>
  | MarketDataMessageOf<"Heartbeat", MarketDataHeader>
  | MarketDataMessageOf<"Reset", Readonly<Record<string, never>>>
  | MarketDataMessageOf<"OrderSnapshot", OrderSnapshotFields>
  | MarketDataMessageOf<"OrderIncremental", OrderIncrementalFields>;

const NAMES: ReadonlySet<string> = new Set(marketDataTemplates.map(({ name }) => name));

/**
 * Gives a decoded message of {@link marketDataTemplates} its type, by which `template` tells its fields.
 *
 * @param message - what a decoder with these templates gave
 * @returns the same object
 * @throws FastError `unknown-template` when the template is none of these
 */
export function marketDataMessage(message: FastMessage): MarketDataMessage {
  if (!NAMES.has(message.template))
    throw new FastError("unknown-template", `"${message.template}" is no template of market data`);
  return message as unknown as MarketDataMessage;
}
