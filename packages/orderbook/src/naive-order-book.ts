import type { OrderBookListener } from "./listener.ts";
import type { RejectReason } from "./reject-reason.ts";
import { opposite, type Side } from "./side.ts";

/** One price of one side, as {@link NaiveOrderBook.depth} shows it. */
export interface PriceLevel {
  /** In ticks. */
  readonly price: number;
  /** Sum of the open quantities at this price, in lots. */
  readonly quantity: number;
  /** How many orders rest at this price. */
  readonly orders: number;
}

/** An order that rests in a book. */
export interface RestingOrder {
  /** The id it was entered with. */
  readonly orderId: number;
  /** Which way it trades. */
  readonly side: Side;
  /** In ticks. */
  readonly price: number;
  /** What is still open of it, in lots. */
  readonly leavesQuantity: number;
}

type Order = { -readonly [Key in keyof RestingOrder]: RestingOrder[Key] };

/** The orders at one price, the one that came first in front; never empty. */
interface Level {
  readonly price: number;
  readonly orders: Order[];
}

/**
 * A price-time-priority order book for one instrument that is meant to be read and believed.
 *
 * Each side is an array of price levels, best first; each level an array of orders, oldest first. Every operation is
 * as plain as those arrays allow, so this book is the oracle that faster ones are tested against.
 *
 * Prices are integer ticks and quantities integer lots, both safe integers. The book reads no clock and draws no
 * random numbers: the same calls give the same events.
 *
 * @example
 * ```ts
 * import { NaiveOrderBook } from "@exchange-kit/orderbook";
 *
 * const book = new NaiveOrderBook({
 *   added: () => {},
 *   traded: (makerId, takerId, _side, price, quantity) =>
 *     console.log(`${takerId} took ${quantity} from ${makerId} at ${price}`),
 *   reduced: () => {},
 *   cancelled: () => {},
 *   rejected: () => {},
 * });
 * book.limit(1, "sell", 1001, 100);
 * book.limit(2, "buy", 1001, 30); // → 2 took 30 from 1 at 1001
 * ```
 */
export class NaiveOrderBook {
  readonly #listener: OrderBookListener;
  readonly #sides: Record<Side, Level[]> = { buy: [], sell: [] };
  readonly #byId = new Map<number, Order>();

  /** @param listener - is told everything that happens */
  constructor(listener: OrderBookListener) {
    this.#listener = listener;
  }

  /** How many orders rest in the book. */
  get size(): number {
    return this.#byId.size;
  }

  /**
   * Enters a limit order: it trades with the other side at its limit or better, and what is left rests.
   *
   * Fires `traded` for each trade, then `added` when something rests; or `rejected`.
   *
   * @param orderId - a positive safe integer that no resting order has
   * @param price - limit in ticks
   * @param quantity - in lots, 1 or more
   * @returns lots that rest, 0 when all of it traded or the order was rejected
   */
  limit(orderId: number, side: Side, price: number, quantity: number): number {
    const reason = this.#newOrderFault(orderId, quantity) ?? priceFault(price);
    if (reason) return this.#reject(orderId, reason);
    return this.#enter({ orderId, side, price, leavesQuantity: quantity });
  }

  /**
   * Enters a market order: it trades with the other side at any price, and what is left is cancelled.
   *
   * Fires `traded` for each trade, then `cancelled` when something is left; or `rejected`.
   *
   * @param orderId - a positive safe integer that no resting order has
   * @param quantity - in lots, 1 or more
   * @returns lots that found nothing to trade with, 0 when the order was rejected
   */
  market(orderId: number, side: Side, quantity: number): number {
    const reason = this.#newOrderFault(orderId, quantity);
    if (reason) return this.#reject(orderId, reason);
    const price = side === "buy" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    const order = { orderId, side, price, leavesQuantity: quantity };
    this.#match(order);
    if (order.leavesQuantity > 0) this.#listener.cancelled(orderId, order.leavesQuantity);
    return order.leavesQuantity;
  }

  /**
   * Cancels a resting order. Fires `cancelled`, or `rejected`.
   *
   * @returns lots that were still open, 0 when the id is unknown
   */
  cancel(orderId: number): number {
    const order = this.#byId.get(orderId);
    if (!order) return this.#reject(orderId, "unknown-order-id");
    this.#remove(order);
    this.#listener.cancelled(orderId, order.leavesQuantity);
    return order.leavesQuantity;
  }

  /**
   * Gives a resting order a new price and open quantity under the same id. It loses its place in the queue and
   * trades like a new order; to make an order smaller in its place use {@link NaiveOrderBook.reduce}.
   *
   * Fires `cancelled`, then what {@link NaiveOrderBook.limit} fires; or `rejected`.
   *
   * @param price - new limit in ticks
   * @param quantity - new open quantity in lots, 1 or more
   * @returns lots that rest
   * @see FIX 5.0 SP2, OrderCancelReplaceRequest
   */
  replace(orderId: number, price: number, quantity: number): number {
    const order = this.#byId.get(orderId);
    if (!order) return this.#reject(orderId, "unknown-order-id");
    const reason = priceFault(price) ?? quantityFault(quantity);
    if (reason) return this.#reject(orderId, reason);
    this.cancel(orderId);
    return this.#enter({ orderId, side: order.side, price, leavesQuantity: quantity });
  }

  /**
   * Takes `by` lots off a resting order, which keeps its place in the queue. Taking all of it, or more, cancels it.
   *
   * Fires `reduced` or `cancelled`; or `rejected`.
   *
   * @param by - lots to take off, 1 or more
   * @returns lots that are still open
   * @see FIX 5.0 SP2, OrderCancelReplaceRequest: decreasing the quantity keeps priority
   */
  reduce(orderId: number, by: number): number {
    const order = this.#byId.get(orderId);
    if (!order) return this.#reject(orderId, "unknown-order-id");
    const reason = quantityFault(by);
    if (reason) return this.#reject(orderId, reason);
    if (by >= order.leavesQuantity) {
      this.cancel(orderId);
      return 0;
    }
    order.leavesQuantity -= by;
    this.#listener.reduced(orderId, order.leavesQuantity);
    return order.leavesQuantity;
  }

  /** The best price of a side in ticks: the highest bid or the lowest offer. `undefined` when nothing rests there. */
  best(side: Side): number | undefined {
    return this.#sides[side][0]?.price;
  }

  /** The best `levels` prices of a side, best first. */
  depth(side: Side, levels: number): PriceLevel[] {
    return this.#sides[side].slice(0, levels).map(({ price, orders }) => ({
      price,
      quantity: orders.reduce((sum, order) => sum + order.leavesQuantity, 0),
      orders: orders.length,
    }));
  }

  /** The orders of a side, best price first and in time priority within a price. */
  orders(side: Side): RestingOrder[] {
    return this.#sides[side].flatMap((level) => level.orders.map((order) => ({ ...order })));
  }

  /** The resting order with this id. */
  order(orderId: number): RestingOrder | undefined {
    const order = this.#byId.get(orderId);
    return order && { ...order };
  }

  #enter(order: Order): number {
    this.#match(order);
    if (order.leavesQuantity === 0) return 0;
    const levels = this.#sides[order.side];
    const place = placeOf(levels, order);
    if (levels[place]?.price === order.price) levels[place].orders.push(order);
    else levels.splice(place, 0, { price: order.price, orders: [order] });
    this.#byId.set(order.orderId, order);
    this.#listener.added(order.orderId, order.side, order.price, order.leavesQuantity);
    return order.leavesQuantity;
  }

  #match(taker: Order): void {
    const makers = this.#sides[opposite(taker.side)];
    while (taker.leavesQuantity > 0) {
      const maker = makers[0]?.orders[0];
      if (!maker || !crosses(taker, maker.price)) break;
      const quantity = Math.min(taker.leavesQuantity, maker.leavesQuantity);
      taker.leavesQuantity -= quantity;
      maker.leavesQuantity -= quantity;
      if (maker.leavesQuantity === 0) this.#remove(maker);
      this.#listener.traded(
        maker.orderId,
        taker.orderId,
        taker.side,
        maker.price,
        quantity,
        maker.leavesQuantity,
      );
    }
  }

  #remove(order: Order): void {
    const levels = this.#sides[order.side];
    const place = placeOf(levels, order);
    const { orders } = levels[place]!;
    orders.splice(orders.indexOf(order), 1);
    if (orders.length === 0) levels.splice(place, 1);
    this.#byId.delete(order.orderId);
  }

  #newOrderFault(orderId: number, quantity: number): RejectReason | undefined {
    if (!Number.isSafeInteger(orderId) || orderId <= 0) return "invalid-order-id";
    if (this.#byId.has(orderId)) return "duplicate-order-id";
    return quantityFault(quantity);
  }

  #reject(orderId: number, reason: RejectReason): 0 {
    this.#listener.rejected(orderId, reason);
    return 0;
  }
}

/** Where the level of this order's price is, or where it would go: behind every better price. */
function placeOf(levels: readonly Level[], { side, price }: Order): number {
  let low = 0;
  let high = levels.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = levels[middle]!.price;
    if (side === "buy" ? other > price : other < price) low = middle + 1;
    else high = middle;
  }
  return low;
}

function crosses(taker: Order, makerPrice: number): boolean {
  return taker.side === "buy" ? makerPrice <= taker.price : makerPrice >= taker.price;
}

function priceFault(price: number): RejectReason | undefined {
  return Number.isSafeInteger(price) ? undefined : "invalid-price";
}

function quantityFault(quantity: number): RejectReason | undefined {
  return Number.isSafeInteger(quantity) && quantity > 0 ? undefined : "invalid-quantity";
}
