import type { OrderType, SelfTradeMode, TimeInForce } from "@exchange-kit/orderbook";
import type { Capacity, OrderExtras, OrderSide } from "./commands.ts";

/** Where an order is in its life (FIX 39 OrdStatus). */
export type OrderStatus = "new" | "partially-filled" | "filled" | "cancelled" | "expired";

/**
 * An order as the venue keeps it. In an event it is the live record, in the state right after the event: **valid during
 * the call**, copy what is to stay. Prices in price units, quantities in lots.
 */
export interface OrderView {
  /** Counts the accepted orders: 1, 2, 3, … (FIX 37). */
  readonly orderId: number;
  /** The present one of its replace chain (FIX 11). */
  readonly clientOrderId: string;
  /** The one before the last replace; empty before the first (FIX 41). */
  readonly origClientOrderId: string;
  readonly session: number;
  readonly account: number;
  readonly firm: number;
  readonly instrument: number;
  readonly side: OrderSide;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  /** Total: traded, open and, after self-trade prevention, less what it took (FIX 38). */
  readonly quantity: number;
  /** Limit, or protection; `undefined` for none. A slid post-only order has the price that it rests at. */
  readonly price: number | undefined;
  readonly triggerPrice: number | undefined;
  readonly expireTimeMicros: number | undefined;
  readonly displayQuantity: number | undefined;
  readonly minimumQuantity: number | undefined;
  readonly postOnly: "reject" | "slide" | undefined;
  /** Its own or the account's; 0 is no group. */
  readonly selfTradeGroup: number;
  readonly selfTradeMode: SelfTradeMode;
  readonly capacity: Capacity;
  readonly extras: OrderExtras | undefined;
  readonly status: OrderStatus;
  /** Whether it waits for its trigger price. */
  readonly isWaiting: boolean;
  /** Open lots; 0 once it is closed (FIX 151). */
  readonly leavesQuantity: number;
  /** Traded lots (FIX 14). */
  readonly cumulativeQuantity: number;
  /** Sum of price × quantity over its trades, in price units: the exact average price is this ÷ cumulative (FIX 6). */
  readonly tradedValue: number;
  /** Reference number in public market data, 0 while it is not shown. */
  readonly publicReference: number;
  readonly enteredMicros: number;
  /** When it last changed (FIX 60). */
  readonly updatedMicros: number;
}
