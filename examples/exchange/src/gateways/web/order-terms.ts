import type { OrderView } from "../../venue/order-view.ts";
import { ApiError } from "./api-error.ts";

interface Terms {
  readonly type: string;
  readonly timeInForce: string;
  readonly price?: unknown;
  readonly triggerPrice?: unknown;
  readonly expireTime?: unknown;
  readonly quantity: number;
  readonly displayQuantity?: number | undefined;
  readonly minimumQuantity?: number | undefined;
}

const limitTypes = ["limit", "stop-limit", "limit-if-touched"];
const triggeredTypes = ["stop", "stop-limit", "market-if-touched", "limit-if-touched"];

/**
 * Looks for fields that do not go together. The venue does too, but has one reason for all of them and no field.
 *
 * @throws ApiError that names the field
 */
export function checkTerms(terms: Terms): void {
  const { type, timeInForce, price, triggerPrice, expireTime, quantity } = terms;
  if (limitTypes.includes(type) !== (price !== undefined)) {
    const words = price === undefined ? "needs a price" : "has no price";
    throw new ApiError("invalid-price", `a ${type} order ${words}`, "price");
  }
  if (triggeredTypes.includes(type) !== (triggerPrice !== undefined)) {
    const words = triggerPrice === undefined ? "needs a trigger price" : "has no trigger price";
    throw new ApiError("invalid-price", `a ${type} order ${words}`, "triggerPrice");
  }
  if ((timeInForce === "gtd") !== (expireTime !== undefined)) {
    const words = expireTime === undefined ? "needs an expire time" : "has no expire time";
    throw new ApiError(
      "invalid-request",
      `an order with time in force ${timeInForce} ${words}`,
      "expireTime",
    );
  }
  for (const field of ["displayQuantity", "minimumQuantity"] as const) {
    const part = terms[field];
    if (part !== undefined && part > quantity) {
      const text = `${field} must be at most the quantity ${quantity}, was ${part}`;
      throw new ApiError("invalid-quantity", text, field);
    }
  }
}

/** Looks for prices that an open order has not, of which the venue says only that the request does not fit. @throws ApiError */
export function checkChangedPrices(order: OrderView, price: unknown, triggerPrice: unknown): void {
  const { orderType, isWaiting, leavesQuantity } = order;
  if (leavesQuantity === 0) return;
  if (price !== undefined && order.price === undefined) {
    throw new ApiError("invalid-price", `a ${orderType} order has no price`, "price");
  }
  if (triggerPrice !== undefined && !isWaiting) {
    const words =
      order.triggerPrice === undefined
        ? `a ${orderType} order has no trigger price`
        : "the order no longer waits for its trigger price";
    throw new ApiError("invalid-price", words, "triggerPrice");
  }
}
