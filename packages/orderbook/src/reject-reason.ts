/**
 * Why a book refused a command:
 *
 * - `invalid-order-id`: not a positive safe integer
 * - `duplicate-order-id`: an order with this id is resting
 * - `unknown-order-id`: no order with this id is resting (it never was, or it traded or was cancelled)
 * - `invalid-price`: not a safe integer number of ticks (0 and negative prices are prices, as of spreads)
 * - `invalid-quantity`: not a positive safe integer number of lots
 */
export type RejectReason =
  | "invalid-order-id"
  | "duplicate-order-id"
  | "unknown-order-id"
  | "invalid-price"
  | "invalid-quantity";
