import type { EngineRejectReason } from "@exchange-kit/orderbook";
import type { RejectName } from "@exchange-kit/risk";

/**
 * Why a command was refused. The first that applies, in this order:
 *
 * - `unknown-session`, `unknown-account`, `unknown-instrument`: an index that the configuration does not have
 * - `not-permitted`: the account is not one of the session's firm
 * - `invalid-client-order-id`: not 1 to 36 printable ASCII characters
 * - `duplicate-client-order-id`: used before today by this account; what used it stays as it is
 * - `unknown-order`: no open or lately closed order of the account has this id (another participant's order too)
 * - `too-late`: the order is closed
 * - `invalid-request`: the fields do not go together
 *
 * then the reasons of the risk gate ({@link RejectName}), then those of the matching engine ({@link EngineRejectReason}).
 */
export type RejectReason =
  | "unknown-session"
  | "unknown-account"
  | "unknown-instrument"
  | "not-permitted"
  | "invalid-client-order-id"
  | "duplicate-client-order-id"
  | "unknown-order"
  | "too-late"
  | "invalid-request"
  | Exclude<RejectName, "accepted">
  | EngineRejectReason;

/**
 * Why an order ended before all of it traded.
 *
 * - `requested`: its owner cancelled it
 * - `mass-cancel`: by a mass cancel of its owner
 * - `unfilled`: a market, `ioc` or `fok` order, or its minimum quantity, found no more to trade
 * - `expired`: its time in force is over
 * - `self-trade`: self-trade prevention
 * - `disconnect`: its session was lost
 * - `kill-switch`: risk control stopped its firm or account
 * - `corporate-action`: a split changed what it was an order for
 * - `contingency`: another order of its list traded, or the one that it depended on ended
 */
export type OrderEndReason =
  | "requested"
  | "mass-cancel"
  | "unfilled"
  | "expired"
  | "self-trade"
  | "disconnect"
  | "kill-switch"
  | "corporate-action"
  | "contingency";

/**
 * Why an open order's terms changed without its owner asking (FIX 378 ExecRestatementReason).
 *
 * - `self-trade`: self-trade prevention took lots off it
 * - `price-slid`: a post-only order was moved behind the best opposite price, or an order to the instrument's price limit
 * - `reduced`: its owner cancelled a part of it ({@link CancelOrder.totalQuantity})
 * - `price-found`: an order without a limit got one: market-to-limit the price it traded at, a trailing stop limit that of
 *   its trigger
 */
export type RestateReason = "self-trade" | "price-slid" | "reduced" | "price-found";
