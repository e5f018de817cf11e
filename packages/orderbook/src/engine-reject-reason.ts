import type { RejectReason } from "./reject-reason.ts";

/**
 * Why an engine refused a command. Beside those of {@link RejectReason}, whose ids and quantities end at 2^48 − 1 and
 * 2^30 − 1 here, and prices at ±(2^30 − 1):
 *
 * - `unknown-instrument`: no instrument has this index
 * - `invalid-order`: a field is not of its type or range, or the fields do not go together (an iceberg that is `ioc`,
 *   a stop without `triggerPrice`, …)
 * - `off-tick-price`: a price is not a multiple of the instrument's tick size
 * - `off-lot-quantity`: a quantity is not a multiple of the instrument's lot size
 * - `quantity-above-maximum`: more than the instrument's largest order
 * - `price-outside-band`: a limit price outside the instrument's static or dynamic band
 * - `expired`: `expireTime` is not after the engine's time
 * - `phase-forbids-order`: the phase takes no such order
 * - `would-take`: a post-only order would have traded
 * - `held-order`: an order that waits, or follows other prices, can be reduced or cancelled, not replaced
 * - `too-many-orders`: the engine is full
 * - `too-many-levels`: the side of the instrument has as many prices as it may have
 * - `too-many-messages`: the session entered as many orders in this interval as it may
 * - `no-reference-price`: a trailing stop without `triggerPrice` before there is a last price
 * - `invalid-list`: a list has too few or too many orders, of several instruments, or with the same id
 */
export type EngineRejectReason =
  | RejectReason
  | "unknown-instrument"
  | "invalid-order"
  | "off-tick-price"
  | "off-lot-quantity"
  | "quantity-above-maximum"
  | "price-outside-band"
  | "expired"
  | "phase-forbids-order"
  | "would-take"
  | "held-order"
  | "too-many-orders"
  | "too-many-levels"
  | "too-many-messages"
  | "no-reference-price"
  | "invalid-list";
