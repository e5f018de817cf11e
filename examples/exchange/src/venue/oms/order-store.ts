import type { ByteReader, ByteWriter } from "../bytes.ts";
import { ClientOrderIds } from "./client-order-ids.ts";
import { SlotIndex } from "./slot-index.ts";
import { VenueOrder } from "./venue-order.ts";

/**
 * All orders that can be asked for: those that are open, and the latest closed ones. Records are used again, lowest cost
 * first: the one freed last.
 */
export class OrderStore {
  /** By slot; slot 0 is no order. */
  readonly orders: (VenueOrder | undefined)[] = [undefined];
  readonly clientIds: ClientOrderIds;
  /** By the order id's low 32 bits. */
  readonly #byOrderId = new SlotIndex();
  readonly #free: number[] = [];
  /** Slots of closed orders in the order in which they closed, from `#closedFrom` on. */
  #closed: number[] = [];
  #closedFrom = 0;
  readonly #closedKept: number;
  #lastOrderId = 0;
  #open = 0;

  constructor(closedKept: number, idsRemembered: number) {
    this.#closedKept = closedKept;
    this.clientIds = new ClientOrderIds(this.orders, idsRemembered);
  }

  get openCount(): number {
    return this.#open;
  }

  /** A record for a new order, not yet findable. It has no id before {@link OrderStore.open}. */
  take(): VenueOrder {
    const slot = this.#free.pop();
    if (slot !== undefined) return this.orders[slot]!;
    const order = new VenueOrder(this.orders.length);
    this.orders.push(order);
    return order;
  }

  /** Gives back a record that {@link OrderStore.take} gave and nobody saw. */
  giveBack(order: VenueOrder): void {
    this.#free.push(order.slot);
  }

  /** The order is taken: it gets its order id, and is found by it and by its client order id. */
  open(order: VenueOrder): void {
    order.orderId = ++this.#lastOrderId;
    this.#byOrderId.add(order.slot, order.orderId | 0);
    this.clientIds.add(order, order.idHash);
    this.#open++;
  }

  /** The order has ended; it stays findable for a while. */
  close(order: VenueOrder): void {
    this.#open--;
    this.#closed.push(order.slot);
  }

  /** Forgets the oldest closed orders beyond those that are kept. Between commands only: reports hold records. */
  trim(): void {
    while (this.#closed.length - this.#closedFrom > this.#closedKept) {
      const order = this.orders[this.#closed[this.#closedFrom++]!]!;
      this.#byOrderId.remove(order.slot);
      this.clientIds.remove(order);
      order.orderId = 0;
      this.#free.push(order.slot);
    }
    if (this.#closedFrom > this.#closedKept + 1024) {
      this.#closed = this.#closed.slice(this.#closedFrom);
      this.#closedFrom = 0;
    }
  }

  byOrderId(orderId: number): VenueOrder | undefined {
    for (let slot = this.#byOrderId.first(orderId | 0); slot !== 0; slot = this.#byOrderId.next(slot)) {
      if (this.orders[slot]!.orderId === orderId) return this.orders[slot];
    }
    return undefined;
  }

  /** Open orders by ascending order id. */
  openOrders(isWanted: (order: VenueOrder) => boolean): VenueOrder[] {
    const found: VenueOrder[] = [];
    for (const order of this.orders) {
      // A record without an id is free, or of an order that was refused.
      if (order && order.orderId > 0 && order.leavesQuantity > 0 && isWanted(order)) found.push(order);
    }
    return found.sort((a, b) => a.orderId - b.orderId);
  }

  /** Closed orders that are still remembered, the latest first, until `limit` are found. */
  closedOrders(isWanted: (order: VenueOrder) => boolean, limit: number): VenueOrder[] {
    const found: VenueOrder[] = [];
    for (let at = this.#closed.length - 1; at >= this.#closedFrom && found.length < limit; at--) {
      const order = this.orders[this.#closed[at]!]!;
      if (isWanted(order)) found.push(order);
    }
    return found;
  }

  write(writer: ByteWriter): void {
    writer.double(this.#lastOrderId);
    writer.int(this.orders.length);
    const known = this.#known();
    writer.int(known.length);
    for (const order of known) {
      writer.int(order.slot);
      order.write(writer);
    }
    writer.ints(Int32Array.from(this.#free));
    writer.ints(Int32Array.from(this.#closed.slice(this.#closedFrom)));
    this.clientIds.write(writer);
  }

  /** Takes over what {@link OrderStore.write} wrote; the store must be new. */
  read(reader: ByteReader): void {
    this.#lastOrderId = reader.double();
    const slots = reader.int();
    for (let slot = 1; slot < slots; slot++) this.orders.push(new VenueOrder(slot));
    for (let left = reader.int(); left > 0; left--) {
      const order = this.orders[reader.int()]!;
      order.read(reader);
      this.#byOrderId.add(order.slot, order.orderId | 0);
      if (order.leavesQuantity > 0) this.#open++;
    }
    for (const slot of reader.ints()) this.#free.push(slot);
    this.#closed = Array.from(reader.ints());
    this.clientIds.read(reader, this.#known());
  }

  /** Orders that can be asked for, by slot. */
  #known(): VenueOrder[] {
    return this.orders.filter((order): order is VenueOrder => order !== undefined && order.orderId > 0);
  }
}
