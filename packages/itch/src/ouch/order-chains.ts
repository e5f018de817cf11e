import { ItchError } from "../errors.ts";

/**
 * Where an order stands: `sent` (no answer yet), `live`, `pending-cancel` (a cancel waits for the end of a cross), and
 * for ever `filled`, `cancelled`, `replaced`, `rejected`.
 */
export type OuchOrderState =
  | "sent"
  | "live"
  | "pending-cancel"
  | "filled"
  | "cancelled"
  | "replaced"
  | "rejected";

/** What is known of an order in either version of OUCH; `Id` is how the client names its orders. */
export interface OuchOrderStatus<Id> {
  /** Order that it replaces; `undefined` for the first of a chain. */
  readonly replaces: Id | undefined;
  /** Order that it was replaced by, once accepted. */
  readonly replacedBy: Id | undefined;
  /** Symbol. */
  readonly symbol: string;
  /** `B`, `S`, `T` or `E`. */
  readonly side: string;
  /** Price in ten-thousandths of a dollar, as last told. */
  readonly price4: number;
  /** Shares still open. */
  readonly leavesQuantity: number;
  /** Shares executed, without broken trades. */
  readonly executedQuantity: number;
  /** Where it stands. */
  readonly state: OuchOrderState;
  /** Reference on the exchange; `undefined` before it is accepted. */
  readonly orderReferenceNumber: bigint | undefined;
  /** Reason code of the rejection or the last cancel; `undefined` when there was none. */
  readonly reason: number | string | undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What the exchange tells about an accepted order, first or replacement. */
interface Acceptance {
  readonly price4: number;
  readonly orderReferenceNumber: bigint;
  readonly orderState: string;
}

/**
 * A client's orders and the chains of their replacements. The versions of OUCH differ in how orders are named and in
 * the fields of their messages; what a message does to an order is the same, and stands here.
 */
export class OrderChains<Id, Named extends object> {
  readonly #orders: Map<Id, Mutable<OuchOrderStatus<Id>> & Named> = new Map();
  /** What an order's whole chain has executed: one counter that all its orders share. */
  readonly #executed: Map<Id, { shares: number }> = new Map();
  /** Shares by match number and order, to undo a broken trade. */
  readonly #matches: Map<string, number> = new Map();

  order(id: Id): (OuchOrderStatus<Id> & Named) | undefined {
    const order = this.#orders.get(id);
    return order && { ...order };
  }

  /** The last accepted replacement in an order's chain. */
  current(id: Id): (OuchOrderStatus<Id> & Named) | undefined {
    let order = this.#orders.get(id);
    while (order?.replacedBy !== undefined) order = this.#orders.get(order.replacedBy);
    return order && { ...order };
  }

  openOrders(): (OuchOrderStatus<Id> & Named)[] {
    return [...this.#orders.values()].filter(isOpen).map((order) => ({ ...order }));
  }

  enter(id: Id, named: Named, symbol: string, side: string, price4: number, quantity: number): void {
    this.#executed.set(id, { shares: 0 });
    this.#add(id, named, { replaces: undefined, symbol, side, price4, leavesQuantity: quantity });
  }

  /** @param quantity - as OUCH counts it: with what the chain has executed already */
  replace(oldId: Id, id: Id, named: Named, price4: number, quantity: number): void {
    const { symbol, side } = this.open(oldId);
    const executed = this.#executed.get(oldId)!;
    this.#executed.set(id, executed);
    const leavesQuantity = Math.max(0, quantity - executed.shares);
    this.#add(id, named, { replaces: oldId, symbol, side, price4, leavesQuantity });
  }

  /** @throws ItchError `unknown-order` when there is no such open order */
  open(id: Id): OuchOrderStatus<Id> {
    const order = this.#known(id);
    if (!isOpen(order)) throw new ItchError("unknown-order", `order ${id} is ${order.state}`);
    return order;
  }

  accepted(id: Id, quantity: number, told: Acceptance): void {
    const order = this.#known(id);
    const isDead = told.orderState === "D";
    order.price4 = told.price4;
    order.orderReferenceNumber = told.orderReferenceNumber;
    order.leavesQuantity = isDead ? 0 : quantity;
    order.state = isDead ? "cancelled" : "live";
  }

  replaced(oldId: Id, id: Id, quantity: number, told: Acceptance): void {
    const old = this.#known(oldId);
    // Only what was asked for can be answered; this also keeps a chain from biting its own tail.
    if (this.#known(id).replaces !== oldId) {
      throw new ItchError("unknown-order", `order ${id} was not sent to replace order ${oldId}`);
    }
    old.state = "replaced";
    old.leavesQuantity = 0;
    old.replacedBy = id;
    this.accepted(id, quantity, told);
  }

  cancelled(id: Id, shares: number, reason: string): void {
    const order = this.#known(id);
    order.reason = reason;
    reduce(order, shares, "cancelled");
  }

  executed(id: Id, shares: number, matchNumber: bigint): void {
    const order = this.#known(id);
    order.executedQuantity += shares;
    this.#executed.get(id)!.shares += shares;
    this.#matches.set(`${matchNumber}/${id}`, shares);
    reduce(order, shares, "filled");
  }

  /** The shares of a broken trade do not come back to the book: the order stays as it is, but has traded less. */
  broken(id: Id, matchNumber: bigint): void {
    const key = `${matchNumber}/${id}`;
    const shares = this.#matches.get(key) ?? 0;
    this.#known(id).executedQuantity -= shares;
    this.#executed.get(id)!.shares -= shares;
    this.#matches.delete(key);
  }

  rejected(id: Id, reason: number | string | undefined): void {
    const order = this.#known(id);
    order.state = "rejected";
    order.leavesQuantity = 0;
    order.reason = reason;
  }

  cancelPending(id: Id): void {
    const order = this.#known(id);
    if (order.state === "live") order.state = "pending-cancel";
  }

  cancelRejected(id: Id): void {
    const order = this.#known(id);
    if (order.state === "pending-cancel") order.state = "live";
  }

  repriced(id: Id, price4: number, orderReferenceNumber: bigint): void {
    const order = this.#known(id);
    order.price4 = price4;
    order.orderReferenceNumber = orderReferenceNumber;
  }

  modified(id: Id, side: string, quantity: number): void {
    const order = this.#known(id);
    order.side = side;
    order.leavesQuantity = quantity;
  }

  /** For messages that change nothing of what is kept. @throws ItchError `unknown-order` */
  mentioned(id: Id): void {
    this.#known(id);
  }

  #add(
    id: Id,
    named: Named,
    entered: Pick<OuchOrderStatus<Id>, "replaces" | "symbol" | "side" | "price4" | "leavesQuantity">,
  ): void {
    this.#orders.set(id, {
      ...named,
      ...entered,
      replacedBy: undefined,
      executedQuantity: 0,
      state: "sent",
      orderReferenceNumber: undefined,
      reason: undefined,
    });
  }

  #known(id: Id): Mutable<OuchOrderStatus<Id>> {
    const order = this.#orders.get(id);
    if (!order) throw new ItchError("unknown-order", `there is no order ${id}`);
    return order;
  }
}

function reduce(order: Mutable<OuchOrderStatus<unknown>>, shares: number, end: "filled" | "cancelled"): void {
  order.leavesQuantity = Math.max(0, order.leavesQuantity - shares);
  if (order.leavesQuantity === 0 && isOpen(order)) order.state = end;
}

function isOpen({ state }: OuchOrderStatus<unknown>): boolean {
  return state === "sent" || state === "live" || state === "pending-cancel";
}
