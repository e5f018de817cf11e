import { ItchError } from "../errors.ts";
import type { Ouch50EnterOrder, Ouch50Inbound, Ouch50Outbound, Ouch50ReplaceOrder } from "./ouch-50.ts";

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

/** One order of a client, as far as the exchange has told. */
export interface OuchOrder {
  /** Number that the client gave it. */
  readonly userRefNum: number;
  /** Order that it replaces; `undefined` for the first of a chain. */
  readonly replaces: number | undefined;
  /** Order that it was replaced by, once accepted. */
  readonly replacedBy: number | undefined;
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

/** What an order is entered with; the number is given by {@link OuchOrderEntry}. */
export type OuchNewOrder = Omit<Ouch50EnterOrder, "type" | "userRefNum">;
/** What an order is replaced with; numbers are given by {@link OuchOrderEntry}. */
export type OuchReplacement = Omit<Ouch50ReplaceOrder, "type" | "userRefNum" | "origUserRefNum">;

/**
 * The order-entry state of an OUCH 5.0 client: numbers its orders, follows replace chains, and keeps every order's
 * state from the exchange's reports. It makes and takes messages; sending them is the caller's part.
 *
 * @see Nasdaq OUCH 5.0 specification
 */
export class OuchOrderEntry {
  readonly #orders: Map<number, Mutable<OuchOrder>> = new Map();
  /** Shares by match number and order, to undo a broken trade. */
  readonly #matches: Map<string, number> = new Map();
  #next: number;

  /**
   * @param nextUserRefNum - number of the first order: 1 on a new day, else as the answer to an account query says
   * @throws ItchError `invalid-option`
   */
  constructor(nextUserRefNum = 1) {
    if (!Number.isInteger(nextUserRefNum) || nextUserRefNum < 1 || nextUserRefNum > 0xffffffff) {
      throw new ItchError(
        "invalid-option",
        `nextUserRefNum must be from 1 to 2^32 - 1, was ${nextUserRefNum}`,
      );
    }
    this.#next = nextUserRefNum;
  }

  /** Number that the next order will get. */
  get nextUserRefNum(): number {
    return this.#next;
  }

  /** An order by its number; `undefined` when there is none. */
  order(userRefNum: number): OuchOrder | undefined {
    const order = this.#orders.get(userRefNum);
    return order && { ...order };
  }

  /** The last accepted replacement in an order's chain: the order itself when it was not replaced. */
  current(userRefNum: number): OuchOrder | undefined {
    let order = this.#orders.get(userRefNum);
    while (order?.replacedBy !== undefined) order = this.#orders.get(order.replacedBy);
    return order && { ...order };
  }

  /** Orders that may still trade. */
  openOrders(): OuchOrder[] {
    return [...this.#orders.values()].filter(isOpen).map((order) => ({ ...order }));
  }

  /** Makes the message that enters an order, and begins to follow it. */
  enter(order: OuchNewOrder): Ouch50Inbound {
    const userRefNum = this.#take();
    this.#orders.set(userRefNum, {
      userRefNum,
      replaces: undefined,
      replacedBy: undefined,
      symbol: order.symbol,
      side: order.side,
      price4: order.price4,
      leavesQuantity: order.quantity,
      executedQuantity: 0,
      state: "sent",
      orderReferenceNumber: undefined,
      reason: undefined,
    });
    return { type: "O", userRefNum, ...order };
  }

  /**
   * Makes the message that replaces an order. Until the exchange answers, both are followed: the old one may trade.
   *
   * @throws ItchError `unknown-order` when there is no such open order
   */
  replace(userRefNum: number, replacement: OuchReplacement): Ouch50Inbound {
    const old = this.#open(userRefNum);
    const next = this.#take();
    this.#orders.set(next, {
      userRefNum: next,
      replaces: userRefNum,
      replacedBy: undefined,
      symbol: old.symbol,
      side: old.side,
      price4: replacement.price4,
      // As OUCH counts it: the quantity of a replacement includes what the chain has executed already.
      leavesQuantity: Math.max(0, replacement.quantity - this.#executedInChain(old)),
      executedQuantity: 0,
      state: "sent",
      orderReferenceNumber: undefined,
      reason: undefined,
    });
    return { type: "U", origUserRefNum: userRefNum, userRefNum: next, ...replacement };
  }

  /**
   * Makes the message that reduces an order to `quantity` shares; 0 cancels it. Nothing changes here until the
   * exchange answers.
   *
   * @throws ItchError `unknown-order` when there is no such open order
   */
  cancel(userRefNum: number, quantity = 0): Ouch50Inbound {
    this.#open(userRefNum);
    return { type: "X", userRefNum, quantity };
  }

  /**
   * Takes a report of the exchange.
   *
   * @returns the order as it is now; `undefined` for messages about no order
   * @throws ItchError `unknown-order` when it names an order that this client never sent
   */
  apply(message: Ouch50Outbound): OuchOrder | undefined {
    if (message.type === "S") return undefined;
    if (message.type === "Q") {
      this.#next = Math.max(this.#next, message.nextUserRefNum);
      return undefined;
    }
    const order = this.#known(message.userRefNum);
    switch (message.type) {
      case "A":
        order.price4 = message.price4;
        order.leavesQuantity = message.quantity;
        this.#accepted(order, message.orderReferenceNumber, message.orderState);
        break;
      case "U": {
        const old = this.#known(message.origUserRefNum);
        old.state = "replaced";
        old.leavesQuantity = 0;
        old.replacedBy = message.userRefNum;
        order.price4 = message.price4;
        order.leavesQuantity = message.quantity;
        this.#accepted(order, message.orderReferenceNumber, message.orderState);
        break;
      }
      case "C":
        this.#reduce(order, message.quantity, "cancelled");
        order.reason = message.cancelOrderReason;
        break;
      case "D":
        this.#reduce(order, message.decrementShares, "cancelled");
        order.reason = message.cancelOrderReason;
        break;
      case "E":
        order.executedQuantity += message.quantity;
        this.#matches.set(`${message.matchNumber}/${order.userRefNum}`, message.quantity);
        this.#reduce(order, message.quantity, "filled");
        break;
      case "B": {
        // The shares do not come back to the book: the order stays as it is, but has traded less.
        const key = `${message.matchNumber}/${order.userRefNum}`;
        order.executedQuantity -= this.#matches.get(key) ?? 0;
        this.#matches.delete(key);
        break;
      }
      case "J":
        order.state = "rejected";
        order.leavesQuantity = 0;
        order.reason = message.rejectedOrderReason;
        break;
      case "P":
        if (order.state === "live") order.state = "pending-cancel";
        break;
      case "I":
        if (order.state === "pending-cancel") order.state = "live";
        break;
      case "T":
        order.price4 = message.price4;
        order.orderReferenceNumber = message.orderReferenceNumber;
        break;
      case "M":
        order.side = message.side;
        order.leavesQuantity = message.quantity;
        break;
      case "F":
      case "R":
        // A corrected price or a new display size: nothing of what is kept here changes.
        break;
    }
    return { ...order };
  }

  #accepted(order: Mutable<OuchOrder>, reference: bigint, state: string): void {
    order.orderReferenceNumber = reference;
    order.state = state === "D" ? "cancelled" : "live";
    if (state === "D") order.leavesQuantity = 0;
  }

  #reduce(order: Mutable<OuchOrder>, shares: number, end: "filled" | "cancelled"): void {
    order.leavesQuantity = Math.max(0, order.leavesQuantity - shares);
    if (order.leavesQuantity === 0 && isOpen(order)) order.state = end;
  }

  #executedInChain(order: OuchOrder): number {
    const before = order.replaces === undefined ? undefined : this.#orders.get(order.replaces);
    return order.executedQuantity + (before ? this.#executedInChain(before) : 0);
  }

  #take(): number {
    if (this.#next > 0xffffffff) throw new ItchError("invalid-option", "every user reference number is used");
    return this.#next++;
  }

  #known(userRefNum: number): Mutable<OuchOrder> {
    const order = this.#orders.get(userRefNum);
    if (!order) throw new ItchError("unknown-order", `there is no order ${userRefNum}`);
    return order;
  }

  #open(userRefNum: number): OuchOrder {
    const order = this.#known(userRefNum);
    if (!isOpen(order)) throw new ItchError("unknown-order", `order ${userRefNum} is ${order.state}`);
    return order;
  }
}

function isOpen({ state }: OuchOrder): boolean {
  return state === "sent" || state === "live" || state === "pending-cancel";
}
