import { z } from "zod";
import type { InstrumentOptions } from "./instrument-options.ts";
import type { CancelFilter, NewOrder } from "./new-order.ts";

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
    ])
    .exactOptional(),
  price: value.exactOptional(),
  triggerPrice: value.exactOptional(),
  timeInForce: z.enum(["gtc", "day", "gtd", "ioc", "fok", "opg", "cls", "auction"]).exactOptional(),
  expireTime: z.int().min(0).exactOptional(),
  displayQuantity: z.int().min(0).exactOptional(),
  minimumQuantity: quantity.exactOptional(),
  postOnly: z.enum(["reject", "slide"]).exactOptional(),
  account: party.exactOptional(),
  session: party.exactOptional(),
  selfTradeGroup: party.exactOptional(),
  selfTradeMode: z.enum(["cancel-newest", "cancel-oldest", "cancel-both", "decrement"]).exactOptional(),
});

/** The form of a {@link CancelFilter}. */
export const cancelFilterSchema: z.ZodType<CancelFilter> = z.strictObject({
  instrument: instrument.exactOptional(),
  side: side.exactOptional(),
  account: party.exactOptional(),
  session: party.exactOptional(),
});

/** The form of {@link InstrumentOptions}, for instruments from a configuration file. */
export const instrumentOptionsSchema: z.ZodType<InstrumentOptions> = z.strictObject({
  tickSize: quantity.exactOptional(),
  lotSize: quantity.exactOptional(),
  maximumQuantity: quantity.exactOptional(),
  lowestPrice: value.exactOptional(),
  highestPrice: value.exactOptional(),
  dynamicBand: quantity.exactOptional(),
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
