import type { EngineListener } from "./engine-listener.ts";
import type { PriceLevel } from "./naive-order-book.ts";
import type { Side } from "./side.ts";

/**
 * Receives the public view of a book as changes. Each instrument numbers its changes 1, 2, 3 … over the three kinds
 * together, so that a receiver notices a gap. Prices are in ticks, quantities what is shown, in lots.
 */
export interface MarketDataListener {
  /**
   * Level 3: an order is shown at the back of the queue of its price (`add`), has another quantity in its place
   * (`change`), or is no longer shown (`delete`, quantity 0).
   */
  order(
    instrument: number,
    sequence: number,
    action: "add" | "change" | "delete",
    orderId: number,
    side: Side,
    price: number,
    quantity: number,
  ): void;
  /** Level 2: a price has this quantity in this many orders now; 0 and 0 when it is empty. */
  level(
    instrument: number,
    sequence: number,
    side: Side,
    price: number,
    quantity: number,
    orders: number,
  ): void;
  /** Level 1: the best price of a side, and its quantity, changed; `undefined` and 0 when the side is empty. */
  top(instrument: number, sequence: number, side: Side, price: number | undefined, quantity: number): void;
}

/** An order as the public sees it. */
export interface ShownOrder {
  /** The id it was entered with. */
  readonly orderId: number;
  /** Which way it trades. */
  readonly side: Side;
  /** In ticks. */
  readonly price: number;
  /** What is shown of it, in lots. */
  readonly quantity: number;
}

/** The public view of an instrument at one moment. */
export interface MarketDataSnapshot {
  /** Number of the last change that is in it: later changes begin at the next one. */
  readonly sequence: number;
  /** Shown bids, best price first, in time priority within a price. */
  readonly bids: readonly ShownOrder[];
  /** Shown offers, likewise. */
  readonly asks: readonly ShownOrder[];
}

interface Shown {
  readonly orderId: number;
  readonly side: Side;
  readonly price: number;
  quantity: number;
}

interface Level {
  readonly price: number;
  quantity: number;
  /** In time priority: a set keeps the order of insertion. */
  readonly orders: Set<Shown>;
}

interface View {
  sequence: number;
  /** Best price last, so that what changes most is cheap to move. */
  readonly levels: Record<Side, Level[]>;
  readonly top: Record<Side, { price: number | undefined; quantity: number }>;
}

const nothing = (): void => {};

/**
 * Turns the events of an engine into level 1, 2 and 3 market data. Hidden orders, reserves of icebergs, orders that wait
 * and market orders of a call do not appear in it. Give {@link MarketDataFeed.listener} to the engine, alone or called
 * from a listener of yours.
 *
 * @example
 * ```ts
 * import { MarketDataFeed, MatchingEngine } from "@exchange-kit/orderbook";
 *
 * const feed = new MarketDataFeed(1, {
 *   order: () => {},
 *   level: (_instrument, _sequence, side, price, quantity) => console.log(side, price, quantity),
 *   top: () => {},
 * });
 * const engine = new MatchingEngine([{}], feed.listener);
 * engine.limit(0, 1, "sell", 100, 5); // → sell 100 5
 * engine.market(0, 2, "buy", 2); // → sell 100 3
 * console.log(feed.snapshot(0).asks[0]?.quantity); // → 3
 * ```
 */
export class MarketDataFeed {
  /** Give this to the engine. */
  readonly listener: EngineListener;
  readonly #to: MarketDataListener;
  readonly #views: View[];
  readonly #shown = new Map<number, Shown>();

  /** @param instruments - how many the engine has */
  constructor(instruments: number, to: MarketDataListener) {
    this.#to = to;
    this.#views = Array.from({ length: instruments }, () => ({
      sequence: 0,
      levels: { buy: [], sell: [] },
      top: { buy: { price: undefined, quantity: 0 }, sell: { price: undefined, quantity: 0 } },
    }));
    this.listener = {
      added: (instrument, orderId, side, price, _quantity, displayed) => {
        if (displayed > 0) this.#show(instrument, { orderId, side, price, quantity: displayed });
      },
      traded: (instrument, makerId, _takerId, _side, _price, quantity, leaves) =>
        this.#take(instrument, makerId, quantity, leaves),
      crossed: (instrument, buyId, sellId, _price, quantity, buyLeaves, sellLeaves) => {
        this.#take(instrument, buyId, quantity, buyLeaves);
        this.#take(instrument, sellId, quantity, sellLeaves);
      },
      refreshed: (instrument, orderId, displayed) => {
        const order = this.#shown.get(orderId);
        if (order) this.#show(instrument, { ...order, quantity: displayed });
      },
      reduced: (instrument, orderId, _leaves, displayed) => {
        const order = this.#shown.get(orderId);
        if (order && order.quantity !== displayed) this.#change(instrument, order, displayed);
      },
      cancelled: (instrument, orderId) => {
        const order = this.#shown.get(orderId);
        if (!order) return;
        this.#change(instrument, order, 0);
        this.#shown.delete(orderId);
      },
      held: nothing,
      triggered: nothing,
      rejected: nothing,
      phaseChanged: nothing,
    };
  }

  /** The view of an instrument now, from which a receiver that missed something goes on. */
  snapshot(instrument: number): MarketDataSnapshot {
    const view = this.#views[instrument]!;
    const orders = (side: Side): ShownOrder[] =>
      view.levels[side].toReversed().flatMap((level) => [...level.orders].map((order) => ({ ...order })));
    return { sequence: view.sequence, bids: orders("buy"), asks: orders("sell") };
  }

  /** The best `levels` prices of a side as they are shown, best first. */
  depth(instrument: number, side: Side, levels: number): PriceLevel[] {
    return this.#views[instrument]!.levels[side].slice(levels > 0 ? -levels : Number.POSITIVE_INFINITY)
      .reverse()
      .map(({ price, quantity, orders }) => ({ price, quantity, orders: orders.size }));
  }

  /** Part of a resting order traded; an iceberg that shows nothing now is kept until its refresh. */
  #take(instrument: number, orderId: number, quantity: number, leaves: number): void {
    const order = this.#shown.get(orderId);
    if (!order) return;
    this.#change(instrument, order, order.quantity - quantity);
    if (leaves === 0) this.#shown.delete(orderId);
  }

  #show(instrument: number, order: Shown): void {
    const view = this.#views[instrument]!;
    const levels = view.levels[order.side];
    const place = placeOf(levels, order);
    if (levels[place]?.price !== order.price) {
      levels.splice(place, 0, { price: order.price, quantity: 0, orders: new Set() });
    }
    const level = levels[place]!;
    level.orders.add(order);
    level.quantity += order.quantity;
    this.#shown.set(order.orderId, order);
    this.#tell(instrument, view, "add", order, level);
  }

  #change(instrument: number, order: Shown, quantity: number): void {
    if (order.quantity === 0) return;
    const view = this.#views[instrument]!;
    const levels = view.levels[order.side];
    const place = placeOf(levels, order);
    const level = levels[place]!;
    level.quantity += quantity - order.quantity;
    order.quantity = quantity;
    if (quantity === 0) level.orders.delete(order);
    if (level.orders.size === 0) levels.splice(place, 1);
    this.#tell(instrument, view, quantity === 0 ? "delete" : "change", order, level);
  }

  #tell(
    instrument: number,
    view: View,
    action: "add" | "change" | "delete",
    order: Shown,
    level: Level,
  ): void {
    const { orderId, side, price, quantity } = order;
    this.#to.order(instrument, ++view.sequence, action, orderId, side, price, quantity);
    this.#to.level(instrument, ++view.sequence, side, price, level.quantity, level.orders.size);
    const best = view.levels[side].at(-1);
    const top = view.top[side];
    if (best?.price === top.price && (best?.quantity ?? 0) === top.quantity) return;
    top.price = best?.price;
    top.quantity = best?.quantity ?? 0;
    this.#to.top(instrument, ++view.sequence, side, top.price, top.quantity);
  }
}

/** Where the level of this price is, or would be, in levels that end with the best. */
function placeOf(levels: readonly Level[], { side, price }: Shown): number {
  const sign = side === "buy" ? 1 : -1;
  let low = 0;
  let high = levels.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((levels[middle]!.price - price) * sign < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
