import type { OrderType, SelfTradeMode, TimeInForce } from "@exchange-kit/orderbook";
import type { Capacity, OrderSide, SubmitOrder } from "./commands.ts";
import type { OrderStatus } from "./order-view.ts";

// Words of an order by the number that stands for them in the journal and in snapshots: new ones go to the end.

export const SIDES: readonly OrderSide[] = ["buy", "sell", "sell-short", "sell-short-exempt"];
export const TYPES: readonly OrderType[] = [
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
];
export const TIMES: readonly TimeInForce[] = ["gtc", "day", "gtd", "ioc", "fok", "opg", "cls", "auction"];
export const POST_ONLY: readonly (SubmitOrder["postOnly"] | undefined)[] = [undefined, "reject", "slide"];
export const MODES: readonly (SelfTradeMode | undefined)[] = [
  undefined,
  "cancel-newest",
  "cancel-oldest",
  "cancel-both",
  "decrement",
];
export const CAPACITIES: readonly (Capacity | undefined)[] = [
  undefined,
  "agency",
  "principal",
  "riskless-principal",
];

export const STATUSES: readonly OrderStatus[] = ["new", "partially-filled", "filled", "cancelled", "expired"];
