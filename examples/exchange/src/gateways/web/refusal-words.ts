import type { RejectReason } from "../../venue/reject-reasons.ts";

interface Refusal {
  readonly words: string;
  /** The part of the request to change, where it is one. */
  readonly field?: string | undefined;
}

/** What the venue's reasons mean to the person who sent an order. */
const refusals: Readonly<Record<RejectReason, readonly [words: string, field?: string]>> = {
  "unknown-session": ["the venue does not know this session"],
  "unknown-account": ["the venue does not know this account"],
  "unknown-instrument": ["the venue does not know this instrument", "symbol"],
  "not-permitted": ["the account may not do this"],
  "invalid-client-order-id": [
    "the client order id must be 1 to 36 printable ASCII characters",
    "clientOrderId",
  ],
  "duplicate-client-order-id": [
    "the client order id was used today already; that order is as it was",
    "clientOrderId",
  ],
  "unknown-order": ["no open or lately closed order of yours is meant", "id"],
  "too-late": ["the order is closed already: it traded, was cancelled or expired"],
  "invalid-request": ["the order does not have the price that the request would change"],

  // The risk gate.
  "invalid-order": [
    "the parts of the order do not go together: displayQuantity and postOnly are of orders that can stay on the book at " +
      "a price, not of ioc and fok; postOnly, minimumQuantity and a trigger are not of orders for an auction; and a " +
      "postOnly order has neither minimumQuantity nor a trigger",
  ],
  "duplicate-order-id": ["an open order has this id"],
  capacity: ["the venue has as many open orders as it can keep; try again later"],
  throttled: ["too many messages in a short time; wait a moment"],
  "duplicate-order": ["the same order came a moment ago; wait if it is meant twice"],
  restricted: ["the instrument is on a restricted list", "symbol"],
  "tick-size": ["the price must be a multiple of the instrument's tick size", "price"],
  "lot-size": ["the quantity must be a multiple of the instrument's lot size", "quantity"],
  "min-quantity": ["the quantity is less than the smallest order allowed", "quantity"],
  "max-quantity": ["the quantity is more than the largest order allowed", "quantity"],
  "max-notional": ["price × quantity is more than one order may be worth", "quantity"],
  "price-collar": ["the price is too far from the last price", "price"],
  "static-collar": ["the price is too far from the reference price", "price"],
  "fat-finger": ["the price is much worse than the market: a slip of the finger?", "price"],
  "luld-band": ["the price is outside the limit-up limit-down band", "price"],
  "stop-price": ["the last price has reached the trigger already", "triggerPrice"],
  halted: ["trading of the instrument, the firm or the account is halted"],
  "reduce-only": ["only orders that make the position smaller are taken", "side"],
  "short-marking": ["the position does not cover this sale: mark it sell-short", "side"],
  "short-sale-restricted": ["short sales at or below the best bid are restricted", "price"],
  "no-locate": ["no shares were located for this short sale", "side"],
  "self-trade": ["it would trade with an order of your own"],
  "order-to-trade": ["too many orders for each trade"],
  "repeated-execution": ["too many executions in a row; the operator must reset it"],
  "max-open-orders": ["as many orders are open as are allowed"],
  "max-position": ["the position could become larger than is allowed", "quantity"],
  "max-open-notional": ["open orders would be worth more than is allowed", "quantity"],
  credit: ["the day's credit would be used up", "quantity"],
  "buying-power": ["there is not enough cash for it", "quantity"],
  "gross-exposure": ["the gross exposure would be above its limit", "quantity"],
  "net-exposure": ["the net exposure would be above its limit", "quantity"],
  "sector-exposure": ["the exposure to the sector would be above its limit", "quantity"],
  concentration: ["too much of the capital would be in one instrument", "quantity"],
  "single-loss": ["the loss under stress would be above its limit", "quantity"],
  "daily-loss": ["the day's loss is above its limit; only orders that reduce the position pass"],

  // The matching engine.
  "invalid-order-id": ["the order id is not one"],
  "unknown-order-id": ["no open order has this id", "id"],
  "invalid-price": ["the price is no price of this instrument", "price"],
  "invalid-quantity": ["the quantity is no quantity", "quantity"],
  "off-tick-price": ["the price must be a multiple of the instrument's tick size", "price"],
  "off-lot-quantity": ["the quantity must be a multiple of the instrument's lot size", "quantity"],
  "quantity-above-maximum": ["the quantity is more than the largest order allowed", "quantity"],
  "price-outside-band": ["the price is outside the prices that the instrument may have", "price"],
  expired: ["the expire time is over already", "expireTime"],
  "phase-forbids-order": ["the instrument takes no such order in its present phase"],
  "would-take": ["a post-only order would have traded at this price", "price"],
  "held-order": ["an order that waits for its trigger can be reduced or cancelled, not replaced"],
  "too-many-orders": ["the book is full; try again later"],
  "too-many-levels": ["the book has as many prices as it can keep", "price"],
  "too-many-messages": ["too many messages in this interval; wait a moment"],
  "no-reference-price": ["there is no last price to follow yet", "triggerPrice"],
  "invalid-list": ["the orders of the list do not go together"],
};

export function refusalInWords(reason: RejectReason): Refusal {
  const [words, field] = refusals[reason];
  return { words, field };
}
