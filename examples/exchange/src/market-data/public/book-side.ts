import type { Side } from "@exchange-kit/orderbook";

/** An order that the public sees. */
export interface PublicOrder {
  readonly reference: number;
  readonly side: Side;
  /** Price units. */
  readonly price: number;
  /** Shown lots. */
  quantity: number;
}

/** What is shown at a price; changes as the book does. */
export interface PublicLevel {
  readonly price: number;
  quantity: number;
  orders: number;
}

/** One side of a public book: its orders in the order of arrival, and what they add up to at each price. */
export class BookSide {
  readonly side: Side;
  readonly #orders = new Map<number, PublicOrder>();
  /** Best price last: most changes are near the best, and the end of an array moves least. */
  readonly #levels: PublicLevel[] = [];
  /** Makes a greater key a better price. */
  readonly #sign: 1 | -1;

  constructor(side: Side) {
    this.side = side;
    this.#sign = side === "buy" ? 1 : -1;
  }

  get size(): number {
    return this.#orders.size;
  }

  order(reference: number): PublicOrder | undefined {
    return this.#orders.get(reference);
  }

  add(order: PublicOrder): void {
    this.#orders.set(order.reference, order);
    const place = this.#place(order.price);
    const level = this.#levels[place];
    if (level?.price === order.price) {
      level.quantity += order.quantity;
      level.orders++;
    } else this.#levels.splice(place, 0, { price: order.price, quantity: order.quantity, orders: 1 });
  }

  /** Takes lots off an order; at 0 it is gone. */
  reduce(order: PublicOrder, quantity: number): void {
    const place = this.#place(order.price);
    const level = this.#levels[place]!;
    order.quantity -= quantity;
    level.quantity -= quantity;
    if (order.quantity > 0) return;
    this.#orders.delete(order.reference);
    if (--level.orders === 0) this.#levels.splice(place, 1);
  }

  /** The best price, or `undefined` when nothing is shown. */
  best(): PublicLevel | undefined {
    return this.#levels.at(-1);
  }

  /** What is shown at a price. */
  level(price: number): PublicLevel | undefined {
    const level = this.#levels[this.#place(price)];
    return level?.price === price ? level : undefined;
  }

  /** The best prices, best first. */
  depth(levels: number): PublicLevel[] {
    return this.#levels.slice(Math.max(0, this.#levels.length - levels)).reverse();
  }

  /** Every order: best price first, then as they came. */
  inPriority(): PublicOrder[] {
    return [...this.#orders.values()].sort((a, b) => (b.price - a.price) * this.#sign);
  }

  /** Where the level of a price is, or would be. */
  #place(price: number): number {
    const levels = this.#levels;
    const key = price * this.#sign;
    const best = levels.length - 1;
    if (best >= 0 && levels[best]!.price === price) return best;
    let low = 0;
    let high = levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (levels[middle]!.price * this.#sign < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
