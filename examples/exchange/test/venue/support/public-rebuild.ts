import type { Side } from "@exchange-kit/orderbook";
import type { VenueListener } from "../../../src/venue/events.ts";
import type { ShownOrder } from "../../../src/venue/venue.ts";

interface Resting {
  reference: number;
  price: number;
  quantity: number;
}

/** The books as a receiver rebuilds them from the public events alone. */
export class PublicRebuild implements Partial<VenueListener> {
  /** By instrument and side, in the order of arrival. */
  readonly #books: Map<string, Resting[]> = new Map();

  /** The orders of a side: best price first, then as they came. */
  orders(instrument: number, side: Side): ShownOrder[] {
    const sign = side === "buy" ? -1 : 1;
    return this.#book(instrument, side).toSorted((a, b) => (a.price - b.price) * sign);
  }

  bookAdded(instrument: number, reference: number, side: Side, price: number, quantity: number): void {
    if (quantity <= 0) throw new Error("what is shown has a quantity");
    this.#book(instrument, side).push({ reference, price, quantity });
  }

  bookExecuted(
    instrument: number,
    reference: number,
    side: Side,
    price: number,
    quantity: number,
    leaves: number,
  ): void {
    if (this.#find(instrument, reference, side).price !== price)
      throw new Error("a maker trades at its price");
    this.#take(instrument, reference, side, quantity, leaves);
  }

  bookCrossed(
    instrument: number,
    reference: number,
    side: Side,
    _price: number,
    quantity: number,
    leaves: number,
  ): void {
    this.#take(instrument, reference, side, quantity, leaves);
  }

  bookReduced(instrument: number, reference: number, side: Side, quantity: number, leaves: number): void {
    this.#take(instrument, reference, side, quantity, leaves);
  }

  bookDeleted(instrument: number, reference: number, side: Side): void {
    this.#remove(instrument, reference, side);
  }

  bookReplaced(
    instrument: number,
    reference: number,
    newReference: number,
    side: Side,
    price: number,
    quantity: number,
  ): void {
    this.#remove(instrument, reference, side);
    this.bookAdded(instrument, newReference, side, price, quantity);
  }

  #take(instrument: number, reference: number, side: Side, quantity: number, leaves: number): void {
    const order = this.#find(instrument, reference, side);
    order.quantity -= quantity;
    if (order.quantity !== leaves || leaves < 0) throw new Error(`${leaves} are left, not ${order.quantity}`);
    if (leaves === 0) this.#remove(instrument, reference, side);
  }

  #remove(instrument: number, reference: number, side: Side): void {
    const book = this.#book(instrument, side);
    book.splice(book.indexOf(this.#find(instrument, reference, side)), 1);
  }

  #find(instrument: number, reference: number, side: Side): Resting {
    const order = this.#book(instrument, side).find((resting) => resting.reference === reference);
    if (order === undefined)
      throw new Error(`no ${side} of instrument ${instrument} has reference ${reference}`);
    return order;
  }

  #book(instrument: number, side: Side): Resting[] {
    const key = `${instrument}/${side}`;
    const known = this.#books.get(key);
    if (known !== undefined) return known;
    const fresh: Resting[] = [];
    this.#books.set(key, fresh);
    return fresh;
  }
}
