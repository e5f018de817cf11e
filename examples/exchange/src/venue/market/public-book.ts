import type { Side } from "@exchange-kit/orderbook";
import type { MarketListener } from "../events.ts";
import type { VenueOrder } from "../oms/venue-order.ts";

/**
 * What the public sees of the orders. It gives a reference number to each order, or part of an iceberg, that is shown;
 * the numbers say nothing about order ids, so hidden orders leave no gap.
 */
export class PublicBook {
  readonly #listener: MarketListener;
  lastReference = 0;
  /** An order that was taken off its place to be put at another; its public end is told when it is known which. */
  #moving: VenueOrder | undefined;

  constructor(listener: MarketListener) {
    this.#listener = listener;
  }

  /** An order rests at `price` and shows `quantity`, which may be 0. */
  added(order: VenueOrder, price: number, quantity: number): void {
    const { instrument } = order;
    const moved = this.#moving === order ? order.publicReference : 0;
    if (moved === 0) this.settle();
    else this.#moving = undefined;
    if (quantity === 0) {
      if (moved !== 0) this.#delete(order);
      return;
    }
    const reference = ++this.lastReference;
    order.publicReference = reference;
    order.shownQuantity = quantity;
    const side = sideOf(order);
    if (moved === 0) this.#listener.bookAdded(instrument, reference, side, price, quantity);
    else this.#listener.bookReplaced(instrument, moved, reference, side, price, quantity);
  }

  /** A resting order traded in continuous trading. */
  traded(maker: VenueOrder, price: number, quantity: number, tradeId: number): void {
    this.settle();
    const { instrument } = maker;
    if (maker.shownQuantity === 0) {
      this.#listener.hiddenTraded(instrument, sideOf(maker), price, quantity, tradeId);
      return;
    }
    const reference = maker.publicReference;
    const leaves = this.#take(maker, quantity);
    this.#listener.bookExecuted(instrument, reference, sideOf(maker), price, quantity, leaves, tradeId);
  }

  /** An order traded in an auction. */
  crossed(order: VenueOrder, price: number, quantity: number, tradeId: number): void {
    if (order.shownQuantity === 0) return;
    const { instrument, publicReference } = order;
    const leaves = this.#take(order, quantity);
    this.#listener.bookCrossed(instrument, publicReference, sideOf(order), price, quantity, leaves, tradeId);
  }

  /** An order shows `shown` lots and kept its place. */
  reduced(order: VenueOrder, shown: number): void {
    this.settle();
    const by = order.shownQuantity - shown;
    if (order.shownQuantity === 0 || by === 0) return;
    order.shownQuantity = shown;
    this.#listener.bookReduced(order.instrument, order.publicReference, sideOf(order), by, shown);
  }

  /** An order is gone. */
  ended(order: VenueOrder): void {
    this.settle();
    if (order.shownQuantity > 0) this.#delete(order);
  }

  /** An order is taken off its place; {@link PublicBook.added} may follow. */
  moves(order: VenueOrder): void {
    this.settle();
    if (order.shownQuantity > 0) this.#moving = order;
  }

  /** Something else happened before the order was put anywhere: to the public it is gone. */
  settle(): void {
    const order = this.#moving;
    if (order === undefined) return;
    this.#moving = undefined;
    this.#delete(order);
  }

  #delete(order: VenueOrder): void {
    const reference = order.publicReference;
    order.publicReference = 0;
    order.shownQuantity = 0;
    this.#listener.bookDeleted(order.instrument, reference, sideOf(order));
  }

  #take(order: VenueOrder, quantity: number): number {
    order.shownQuantity -= quantity;
    if (order.shownQuantity === 0) order.publicReference = 0;
    return order.shownQuantity;
  }
}

function sideOf(order: VenueOrder): Side {
  return order.isBuy ? "buy" : "sell";
}
