import { z } from "zod";
import { timeText } from "../../market-data/wire-format.ts";
import { formatPrice, formatPriceFraction, formatTickSize, parsePrice } from "../../prices.ts";
import { readFields } from "../../read-fields.ts";
import type { ReplaceOrder, SubmitOrder } from "../../venue/commands.ts";
import type { Instrument } from "../../venue/directory.ts";
import type { OrderView } from "../../venue/order-view.ts";
import type { Venue } from "../../venue/venue.ts";
import type { Fill } from "../outcomes.ts";
import { ApiError, type ApiErrorCode } from "./api-error.ts";
import { checkChangedPrices, checkTerms } from "./order-terms.ts";
import type { Sender } from "./sender.ts";

const PRICE_IN_WORDS = 'a positive decimal such as "187.25"';

/** A price is a decimal string, or a number that is read as JSON writes it. */
const price = z.union([z.string(), z.number()]).describe(PRICE_IN_WORDS);

/** As large as the journal writes; the venue has a lower limit of its own. */
const wholeLots = z
  .number()
  .max(2 ** 31 - 1)
  .int();
const lots = wholeLots.positive().describe("a whole number above 0");

/** The body of `POST /api/v1/orders`. */
const newOrder = z.strictObject({
  symbol: z.string().describe("the symbol of an instrument"),
  side: z.enum(["buy", "sell", "sell-short", "sell-short-exempt"]),
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
    .default("limit"),
  timeInForce: z.enum(["day", "gtc", "gtd", "ioc", "fok", "opg", "cls", "auction"]).default("day"),
  price: price.optional(),
  triggerPrice: price.optional(),
  quantity: lots,
  displayQuantity: wholeLots.nonnegative().describe("a whole number, 0 or more").optional(),
  minimumQuantity: lots.optional(),
  postOnly: z.enum(["reject", "slide"]).optional(),
  expireTime: z.iso
    .datetime()
    .refine((time) => Number.isSafeInteger(Date.parse(time) * 1000))
    .describe('a time in UTC such as "2026-01-30T21:00:00Z", before 2255')
    .optional(),
  clientOrderId: z
    .string()
    .regex(/^[\x21-\x7e]{1,36}$/)
    .describe("1 to 36 printable ASCII characters without spaces")
    .optional(),
});

/** The body of `PATCH /api/v1/orders/{id}`: the new total quantity, and a new price where it changes. */
const changes = z.strictObject({
  quantity: lots,
  price: price.optional(),
  triggerPrice: price.optional(),
  clientOrderId: newOrder.shape.clientOrderId,
});

const faultOfField: Readonly<Record<string, ApiErrorCode>> = {
  symbol: "unknown-symbol",
  side: "invalid-side",
  type: "invalid-type",
  timeInForce: "invalid-time-in-force",
  price: "invalid-price",
  triggerPrice: "invalid-price",
  quantity: "invalid-quantity",
  displayQuantity: "invalid-quantity",
  minimumQuantity: "invalid-quantity",
  clientOrderId: "invalid-client-order-id",
};

/** Reads an order from a request's body. @throws ApiError that names the first field that is wrong */
export function readNewOrder(body: unknown, venue: Venue, sender: Sender): SubmitOrder {
  const order = read(newOrder, body, "an order");
  const instrument = venue.instrument(order.symbol);
  const rules = venue.directory.instruments[instrument];
  if (!rules) {
    const text = `there is no instrument ${order.symbol.slice(0, 40)}; GET /api/v1/instruments lists them`;
    throw new ApiError("unknown-symbol", text, "symbol");
  }
  checkTerms(order);
  const expireTimeMicros = order.expireTime === undefined ? undefined : Date.parse(order.expireTime) * 1000;
  return {
    type: "submit",
    timeMicros: sender.timeMicros,
    session: sender.session,
    account: sender.account,
    clientOrderId: order.clientOrderId ?? sender.clientOrderId,
    instrument,
    side: order.side,
    quantity: order.quantity,
    orderType: order.type,
    timeInForce: order.timeInForce,
    price: readPrice(rules, order.price, "price"),
    triggerPrice: readPrice(rules, order.triggerPrice, "triggerPrice"),
    expireTimeMicros,
    displayQuantity: order.displayQuantity,
    minimumQuantity: order.minimumQuantity,
    postOnly: order.postOnly,
  };
}

/** Reads new terms of an order. @throws ApiError */
export function readChanges(body: unknown, order: OrderView, venue: Venue, sender: Sender): ReplaceOrder {
  const { orderId, account, instrument } = order;
  const rules = venue.directory.instruments[instrument]!;
  const { quantity, price, triggerPrice, clientOrderId } = read(changes, body, "a change");
  checkChangedPrices(order, price, triggerPrice);
  return {
    type: "replace",
    timeMicros: sender.timeMicros,
    session: sender.session,
    account,
    clientOrderId: clientOrderId ?? sender.clientOrderId,
    origClientOrderId: "",
    orderId,
    quantity,
    price: readPrice(rules, price, "price"),
    triggerPrice: readPrice(rules, triggerPrice, "triggerPrice"),
  };
}

function read<Schema extends z.ZodObject>(schema: Schema, body: unknown, what: string): z.output<Schema> {
  const { value, fault } = readFields(schema, body, what);
  if (fault === undefined) return value;
  const { field = "", words } = fault;
  const code = field in schema.shape ? faultOfField[field] : undefined;
  throw new ApiError(code ?? "invalid-request", words, fault.field);
}

function readPrice(rules: Instrument, given: string | number | undefined, field: string): number | undefined {
  if (given === undefined) return undefined;
  const units = parsePrice(rules, String(given));
  if (units === "price-off-tick") {
    const tickSize = formatTickSize(rules);
    throw new ApiError(
      units,
      `${field} must be a multiple of the tick size ${tickSize}, was ${given}`,
      field,
    );
  }
  if (units === "invalid-price") {
    const text = String(given).slice(0, 40);
    throw new ApiError(units, `${field} must be ${PRICE_IN_WORDS}, was ${text}`, field);
  }
  return units;
}

/** An order as the API shows it. What an order does not have is left out. */
export function orderJson(order: OrderView, venue: Venue): object {
  const { instrument, cumulativeQuantity, expireTimeMicros } = order;
  const rules = venue.directory.instruments[instrument]!;
  const price = (units: number | undefined): string | undefined =>
    units === undefined ? undefined : formatPrice(rules, units);
  return {
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    symbol: venue.symbol(instrument),
    side: order.side,
    type: order.orderType,
    timeInForce: order.timeInForce,
    price: price(order.price),
    triggerPrice: price(order.triggerPrice),
    quantity: order.quantity,
    displayQuantity: order.displayQuantity,
    minimumQuantity: order.minimumQuantity,
    postOnly: order.postOnly,
    expireTime: expireTimeMicros === undefined ? undefined : timeText(expireTimeMicros),
    status: order.status,
    isWaiting: order.isWaiting || undefined,
    cumulativeQuantity,
    leavesQuantity: order.leavesQuantity,
    averagePrice:
      cumulativeQuantity === 0
        ? undefined
        : formatPriceFraction(rules, order.tradedValue / cumulativeQuantity),
    enteredTime: timeText(order.enteredMicros),
    updatedTime: timeText(order.updatedMicros),
  };
}

export function fillsJson(fills: readonly Fill[], rules: Instrument): object[] {
  return fills.map(({ price, quantity }) => ({ price: formatPrice(rules, price), quantity }));
}
