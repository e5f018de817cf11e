import { z } from "zod";
import type { InstrumentOptions } from "./instrument-options.ts";
import type { CancelFilter, Contingency, NewOrder } from "./new-order.ts";

const value = z
  .int()
  .min(-(2 ** 30 - 1))
  .max(2 ** 30 - 1);
const quantity = z
  .int()
  .min(1)
  .max(2 ** 30 - 1);
const party = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const basisPoints = z.int().min(1).max(10_000);
const duration = z
  .int()
  .min(1)
  .max(2 ** 52);
const instrument = z.int().min(0).max(65_535);
const side = z.enum(["buy", "sell"]);

/**
 * The form of a {@link NewOrder}, for orders that come as JSON from outside. Whether the fields go together and what
 * the instrument's rules and phase say is for the engine, which rejects with a reason.
 */
export const newOrderSchema: z.ZodType<NewOrder> = z.strictObject({
  instrument,
  orderId: z
    .int()
    .min(1)
    .max(2 ** 48 - 1),
  side,
  quantity,
  type: z
    .enum([
      "limit",
      "market",
      "market-to-limit",
      "stop",
      "stop-limit",
      "market-if-touched",
      "limit-if-touched",
      "trailing-stop",
      "trailing-stop-limit",
      "pegged",
    ])
    .exactOptional(),
  price: value.exactOptional(),
  triggerPrice: value.exactOptional(),
  trailAmount: quantity.exactOptional(),
  trailBasisPoints: basisPoints.exactOptional(),
  limitOffset: value.min(0).exactOptional(),
  peg: z.enum(["primary", "market", "midpoint"]).exactOptional(),
  pegOffset: value.exactOptional(),
  timeInForce: z.enum(["gtc", "day", "gtd", "ioc", "fok", "opg", "cls", "auction"]).exactOptional(),
  expireTime: z.int().min(0).exactOptional(),
  displayQuantity: z.int().min(0).exactOptional(),
  displayLowQuantity: quantity.exactOptional(),
  displayHighQuantity: quantity.exactOptional(),
  randomSeed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .exactOptional(),
  minimumQuantity: quantity.exactOptional(),
  allOrNone: z.boolean().exactOptional(),
  singlePrice: z.boolean().exactOptional(),
  postOnly: z.enum(["reject", "slide"]).exactOptional(),
  account: party.exactOptional(),
  session: party.exactOptional(),
  selfTradeGroup: party.exactOptional(),
  selfTradeMode: z.enum(["cancel-newest", "cancel-oldest", "cancel-both", "decrement"]).exactOptional(),
});

/** The form of an order list, as `MatchingEngine.enterList` takes it. */
export const orderListSchema: z.ZodType<OrderList> = z.strictObject({
  contingency: z.enum(["one-cancels-other", "one-updates-other", "one-triggers-other", "bracket"]),
  orders: z.array(newOrderSchema).min(2).max(16),
});

/** What {@link orderListSchema} describes. */
export interface OrderList {
  /** How the orders depend on each other. */
  readonly contingency: Contingency;
  /** The orders, the one that the others wait for first. */
  readonly orders: readonly NewOrder[];
}

/** The form of a {@link CancelFilter}. */
export const cancelFilterSchema: z.ZodType<CancelFilter> = z.strictObject({
  instrument: instrument.exactOptional(),
  side: side.exactOptional(),
  account: party.exactOptional(),
  session: party.exactOptional(),
});

const allocationStep = z.discriminatedUnion("step", [
  z.strictObject({
    step: z.literal("top-order"),
    minimum: quantity.exactOptional(),
    maximum: quantity.exactOptional(),
  }),
  z.strictObject({
    step: z.literal("lead-market-makers"),
    makers: z.array(z.strictObject({ account: party.min(1), percent: z.int().min(1).max(100) })),
  }),
  z.strictObject({ step: z.literal("fifo"), percent: z.int().min(1).max(100).exactOptional() }),
  z.strictObject({ step: z.literal("pro-rata"), minimum: quantity.exactOptional() }),
  z.strictObject({ step: z.literal("level") }),
]);

/** The form of {@link InstrumentOptions}, for instruments from a configuration file. */
export const instrumentOptionsSchema: z.ZodType<InstrumentOptions> = z.strictObject({
  tickSize: quantity.exactOptional(),
  tickBands: z.array(z.strictObject({ from: value, tickSize: quantity })).exactOptional(),
  lotSize: quantity.exactOptional(),
  maximumQuantity: quantity.exactOptional(),
  lowestPrice: value.exactOptional(),
  highestPrice: value.exactOptional(),
  dynamicBand: quantity.exactOptional(),
  volatilityInterruption: z.strictObject({ range: quantity, duration }).exactOptional(),
  priceLimits: z
    .strictObject({
      basisPoints,
      window: duration,
      updateBasisPoints: basisPoints,
      limitState: duration,
      pause: duration,
    })
    .exactOptional(),
  maximumLevels: quantity.exactOptional(),
  allocation: z.array(allocationStep).exactOptional(),
  referencePrice: value.exactOptional(),
  phase: z
    .enum([
      "pre-open",
      "opening-auction",
      "continuous",
      "volatility-auction",
      "closing-auction",
      "halted",
      "closed",
    ])
    .exactOptional(),
});

/** The schemas of this entry as JSON Schema (draft 2020-12), for documentation and for checks in other languages. */
export interface JsonSchemas {
  /** Of a {@link NewOrder}. */
  readonly newOrder: object;
  /** Of an {@link OrderList}. */
  readonly orderList: object;
  /** Of a {@link CancelFilter}. */
  readonly cancelFilter: object;
  /** Of {@link InstrumentOptions}. */
  readonly instrumentOptions: object;
}

/** Makes the JSON Schemas. */
export function jsonSchemas(): JsonSchemas {
  return {
    newOrder: z.toJSONSchema(newOrderSchema),
    orderList: z.toJSONSchema(orderListSchema),
    cancelFilter: z.toJSONSchema(cancelFilterSchema),
    instrumentOptions: z.toJSONSchema(instrumentOptionsSchema),
  };
}
