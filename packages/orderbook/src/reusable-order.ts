import type { NewOrder, OrderType, Peg, SelfTradeMode, TimeInForce } from "./new-order.ts";
import type { Side } from "./side.ts";

type Fields = { -readonly [Name in keyof Required<NewOrder>]: NewOrder[Name] | undefined };

/**
 * A {@link NewOrder} with every field there, to be filled in and entered again and again. The engine keeps no reference to it,
 * and reads it as it is: other objects have many shapes, of which it makes a copy first, because V8 reads a field fast only
 * where it has met few.
 *
 * @example
 * ```ts
 * import { MatchingEngine, ReusableOrder } from "@exchange-kit/orderbook";
 * import { EngineEmitter } from "@exchange-kit/orderbook/events";
 *
 * const engine = new MatchingEngine([{ tickSize: 1 }], new EngineEmitter().listener);
 * const order = new ReusableOrder();
 * order.instrument = 0;
 * order.side = "sell";
 * order.price = 100;
 * for (const orderId of [1, 2]) {
 *   order.orderId = orderId;
 *   order.quantity = orderId * 10;
 *   engine.enter(order);
 * }
 * console.log(engine.size); // → 2
 * ```
 */
export class ReusableOrder implements Fields {
  // Not there until somebody fills them in: an order that lacks one is refused.
  instrument: number | undefined = undefined;
  orderId: number | undefined = undefined;
  side: Side | undefined = undefined;
  quantity: number | undefined = undefined;
  type: OrderType | undefined = undefined;
  price: number | undefined = undefined;
  triggerPrice: number | undefined = undefined;
  trailAmount: number | undefined = undefined;
  trailBasisPoints: number | undefined = undefined;
  limitOffset: number | undefined = undefined;
  peg: Peg | undefined = undefined;
  pegOffset: number | undefined = undefined;
  timeInForce: TimeInForce | undefined = undefined;
  expireTime: number | undefined = undefined;
  displayQuantity: number | undefined = undefined;
  displayLowQuantity: number | undefined = undefined;
  displayHighQuantity: number | undefined = undefined;
  randomSeed: number | undefined = undefined;
  minimumQuantity: number | undefined = undefined;
  allOrNone: boolean | undefined = undefined;
  singlePrice: boolean | undefined = undefined;
  postOnly: "reject" | "slide" | undefined = undefined;
  account: number | undefined = undefined;
  session: number | undefined = undefined;
  selfTradeGroup: number | undefined = undefined;
  selfTradeMode: SelfTradeMode | undefined = undefined;
}

/** The order itself where it has every field, or a copy that has. */
export function inOneShape(order: NewOrder | ReusableOrder): NewOrder {
  if (order instanceof ReusableOrder) return order as NewOrder;
  const copy: ReusableOrder = new ReusableOrder();
  // All fields of a plain object are its own, and copying those is 25 times as fast as asking for each.
  if (Object.getPrototypeOf(order) === Object.prototype) return Object.assign(copy, order) as NewOrder;
  const fields = copy as unknown as Record<string, unknown>;
  for (const field of Object.keys(copy)) fields[field] = order[field as keyof NewOrder];
  return copy as NewOrder;
}
