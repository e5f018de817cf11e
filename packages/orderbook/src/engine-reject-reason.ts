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
 * - `held-order`: an order that waits for a trigger or an auction can be reduced or cancelled, not replaced
 * - `too-many-orders`: the engine is full
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
  | "too-many-orders";
