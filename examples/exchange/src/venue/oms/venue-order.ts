import type { OrderType, SelfTradeMode, TimeInForce } from "@exchange-kit/orderbook";
import type { Capacity, OrderSide } from "../commands.ts";
import type { OrderStatus, OrderView } from "../order-view.ts";

/** The record of an order. Records are used again for later orders; `slot` is what the engine and the gate call it. */
export class VenueOrder implements OrderView {
  /** Its place in the store, 1, 2, 3, …: small integers, so that no table is needed to find it. */
  readonly slot: number;
  orderId = 0;
  clientOrderId = "";
  origClientOrderId = "";
  session = 0;
  account = 0;
  firm = 0;
  instrument = 0;
  side: OrderSide = "buy";
  orderType: OrderType = "limit";
  timeInForce: TimeInForce = "day";
  quantity = 0;
  price: number | undefined = undefined;
  triggerPrice: number | undefined = undefined;
  expireTimeMicros: number | undefined = undefined;
  displayQuantity: number | undefined = undefined;
  minimumQuantity: number | undefined = undefined;
  postOnly: "reject" | "slide" | undefined = undefined;
  capacity: Capacity = "agency";
  status: OrderStatus = "new";
  isWaiting = false;
  /** Whether it is in the book at no price: it waits for its trigger, or for an auction. */
  isHeld = false;
  selfTradeGroup = 0;
  selfTradeMode: SelfTradeMode = "cancel-newest";
  leavesQuantity = 0;
  cumulativeQuantity = 0;
  tradedValue = 0;
  publicReference = 0;
  /** Lots that the public sees of it. */
  shownQuantity = 0;
  enteredMicros = 0;
  updatedMicros = 0;
  /** Hash of account and client order id, and the next record of its bucket, for {@link ClientOrderIds}. */
  idHash = 0;
  nextInBucket = 0;

  constructor(slot: number) {
    this.slot = slot;
  }

  get isOpen(): boolean {
    return this.leavesQuantity > 0;
  }

  get isBuy(): boolean {
    return this.side === "buy";
  }
}
