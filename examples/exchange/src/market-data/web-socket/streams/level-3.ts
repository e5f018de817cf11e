import type { Side } from "@exchange-kit/orderbook";
import { formatPrice } from "../../../prices.ts";
import type { PublicOrder } from "../../public/book-side.ts";
import type { PublicInstrument } from "../../public/public-market.ts";
import { Stream } from "../stream.ts";

/** An order: its public reference, side, price and shown lots. */
export type OrderRow = readonly [reference: number, side: Side, price: string, quantity: number];

/** `add` puts an order behind all others of its price, `change` keeps its place, `delete` takes it out. */
export type OrderChange =
  | readonly ["add", ...OrderRow]
  | readonly ["change", reference: number, quantity: number]
  | readonly ["delete", reference: number];

/** Orders of a book that a snapshot may have. */
export const MAX_SNAPSHOT_ORDERS = 20_000;

/** Every order that is shown. Nothing is left out: who is too slow is cut off. */
export class Level3Stream extends Stream {
  #changes: OrderChange[] = [];

  constructor(instrument: PublicInstrument, now: () => number) {
    super("l3", instrument, now, { throttleMillis: 0, isConflated: false });
  }

  override get isTooLarge(): boolean {
    return this.instrument.buys.size + this.instrument.sells.size > MAX_SNAPSHOT_ORDERS;
  }

  override orderAdded(order: PublicOrder): void {
    this.#change(["add", ...this.#row(order)]);
  }

  override orderChanged({ reference, quantity }: PublicOrder): void {
    this.#change(["change", reference, quantity]);
  }

  override orderDeleted({ reference }: PublicOrder): void {
    this.#change(["delete", reference]);
  }

  /** Orders in priority: buys before sells, best price first, oldest first at a price. */
  protected override present(): { orders: OrderRow[] } {
    const { buys, sells } = this.instrument;
    return { orders: [...buys.inPriority(), ...sells.inPriority()].map((order) => this.#row(order)) };
  }

  protected override changes(): { changes: OrderChange[] } {
    const changes = this.#changes;
    this.#changes = [];
    return { changes };
  }

  #change(change: OrderChange): void {
    this.#changes.push(change);
    this.isDirty = true;
  }

  #row({ reference, side, price, quantity }: PublicOrder): OrderRow {
    return [reference, side, formatPrice(this.instrument.rules, price), quantity];
  }
}
