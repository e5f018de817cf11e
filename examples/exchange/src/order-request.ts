import { z } from "zod";
import { ApiError, type ApiErrorCode } from "./api-error.ts";
import type { NewOrder } from "./engine.ts";
import type { Instrument } from "./instruments.ts";
import { formatTickSize, parsePrice } from "./prices.ts";

/** The body of `POST /api/v1/orders`. A price is a decimal string, or a number that is read as JSON writes it. */
const schema = z.strictObject({
  symbol: z.string(),
  side: z.enum(["buy", "sell"]),
  type: z.enum(["limit", "market"]).default("limit"),
  price: z.union([z.string(), z.number()]).optional(),
  quantity: z.int().positive(),
});

const faultOfField: Readonly<Record<string, ApiErrorCode>> = {
  symbol: "unknown-symbol",
  side: "invalid-side",
  type: "invalid-type",
  price: "invalid-price",
  quantity: "invalid-quantity",
};

/** Reads an order from a request's body. @throws ApiError that names the first field that is wrong */
export function readOrder(body: unknown, instruments: ReadonlyMap<string, Instrument>): NewOrder {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path[0]?.toString();
    const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
    throw new ApiError(
      faultOfField[field ?? ""] ?? "invalid-request",
      unknown ? `an order has no field ${unknown}` : `${field ?? "the body"}: ${issue?.message}`,
      field ?? unknown,
    );
  }
  const { symbol, side, type, price, quantity } = parsed.data;
  const instrument = instruments.get(symbol);
  if (!instrument) {
    const known = [...instruments.keys()].join(", ");
    throw new ApiError(
      "unknown-symbol",
      `symbol must be one of ${known}, was ${symbol.slice(0, 40)}`,
      "symbol",
    );
  }
  if (quantity > instrument.maxQuantity) {
    throw new ApiError(
      "invalid-quantity",
      `quantity must be at most ${instrument.maxQuantity}, was ${quantity}`,
      "quantity",
    );
  }
  const order = { symbol, side, quantity, owner: "client" } as const;
  if (type === "market") {
    if (price !== undefined) throw new ApiError("invalid-price", "a market order has no price", "price");
    return order;
  }
  if (price === undefined) throw new ApiError("invalid-price", "a limit order needs a price", "price");
  const ticks = parsePrice(instrument, String(price));
  if (ticks === "price-off-tick") {
    const tickSize = formatTickSize(instrument);
    throw new ApiError(ticks, `price must be a multiple of the tick size ${tickSize}, was ${price}`, "price");
  }
  if (ticks === "invalid-price") {
    const given = String(price).slice(0, 40);
    throw new ApiError(ticks, `price must be a positive decimal such as "187.25", was ${given}`, "price");
  }
  return { ...order, price: ticks };
}
