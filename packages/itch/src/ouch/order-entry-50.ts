import { ItchError } from "../errors.ts";
import { OrderChains, type OuchOrderStatus } from "./order-chains.ts";
import {
  type Ouch50EnterOrder,
  type Ouch50Inbound,
  type Ouch50Outbound,
  type Ouch50ReplaceOrder,
  ouch50,
} from "./ouch-50.ts";

/** One order of an OUCH 5.0 client, as far as the exchange has told. */
export interface OuchOrder extends OuchOrderStatus<number> {
  /** Number that the client gave it. */
  readonly userRefNum: number;
}

/** What an order is entered with; the number is given by {@link OuchOrderEntry}. */
export type OuchNewOrder = Omit<Ouch50EnterOrder, "type" | "userRefNum">;
/** What an order is replaced with; numbers are given by {@link OuchOrderEntry}. */
export type OuchReplacement = Omit<Ouch50ReplaceOrder, "type" | "userRefNum" | "origUserRefNum">;

/**
 * The order-entry state of an OUCH 5.0 client: numbers its orders, follows replace chains, and keeps every order's
 * state from the exchange's reports. It makes and takes messages; sending them is the caller's part.
 *
 * It is for one day: every order stays, and every execution too, as trades of the whole day may be broken.
 *
 * @see Nasdaq OUCH 5.0 specification
 */
export class OuchOrderEntry {
  readonly #chains: OrderChains<number, { readonly userRefNum: number }> = new OrderChains();
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
    return this.#chains.order(userRefNum);
  }

  /** The last accepted replacement in an order's chain: the order itself when it was not replaced. */
  current(userRefNum: number): OuchOrder | undefined {
    return this.#chains.current(userRefNum);
  }

  /** Orders that may still trade. */
  openOrders(): OuchOrder[] {
    return this.#chains.openOrders();
  }

  /**
   * Makes the message that enters an order, and begins to follow it.
   *
   * @throws ItchError `invalid-field` when it has a value that cannot be encoded; then nothing is followed
   */
  enter(order: OuchNewOrder): Ouch50Inbound {
    const userRefNum = this.#next;
    const message = this.#take({ type: "O", userRefNum, ...order });
    this.#chains.enter(userRefNum, { userRefNum }, order.symbol, order.side, order.price4, order.quantity);
    return message;
  }

  /**
   * Makes the message that replaces an order. Until the exchange answers, both are followed: the old one may trade.
   *
   * @throws ItchError `unknown-order` when there is no such open order, `invalid-field` as
   *   {@link OuchOrderEntry.enter}
   */
  replace(origUserRefNum: number, replacement: OuchReplacement): Ouch50Inbound {
    this.#chains.open(origUserRefNum);
    const userRefNum = this.#next;
    const message = this.#take({ type: "U", origUserRefNum, userRefNum, ...replacement });
    this.#chains.replace(
      origUserRefNum,
      userRefNum,
      { userRefNum },
      replacement.price4,
      replacement.quantity,
    );
    return message;
  }

  /**
   * Makes the message that reduces an order to `quantity` shares; 0 cancels it. Nothing changes here until the
   * exchange answers.
   *
   * @throws ItchError `unknown-order` when there is no such open order
   */
  cancel(userRefNum: number, quantity = 0): Ouch50Inbound {
    this.#chains.open(userRefNum);
    return { type: "X", userRefNum, quantity };
  }

  /**
   * Makes the message that changes an order's side or size and keeps its priority. Nothing changes here until the
   * exchange answers.
   *
   * @throws ItchError `unknown-order` when there is no such open order
   */
  modify(userRefNum: number, side: string, quantity: number): Ouch50Inbound {
    this.#chains.open(userRefNum);
    return { type: "M", userRefNum, side, quantity };
  }

  /**
   * Takes a report of the exchange.
   *
   * @returns the order as it is now; `undefined` for messages about no order
   * @throws ItchError `unknown-order` when it names an order that this client never sent, or answers a replacement
   *   that it never asked for
   */
  apply(message: Ouch50Outbound): OuchOrder | undefined {
    if (message.type === "S") return undefined;
    if (message.type === "Q") {
      this.#next = Math.max(this.#next, message.nextUserRefNum);
      return undefined;
    }
    const chains = this.#chains;
    const id = message.userRefNum;
    switch (message.type) {
      case "A":
        chains.accepted(id, message.quantity, message);
        break;
      case "U":
        chains.replaced(message.origUserRefNum, id, message.quantity, message);
        break;
      case "C":
        chains.cancelled(id, message.quantity, message.cancelOrderReason);
        break;
      case "D":
        chains.cancelled(id, message.decrementShares, message.cancelOrderReason);
        break;
      case "E":
        chains.executed(id, message.quantity, message.matchNumber);
        break;
      case "B":
        chains.broken(id, message.matchNumber);
        break;
      case "J":
        chains.rejected(id, message.rejectedOrderReason);
        break;
      case "P":
        chains.cancelPending(id);
        break;
      case "I":
        chains.cancelRejected(id);
        break;
      case "T":
        chains.repriced(id, message.price4, message.orderReferenceNumber);
        break;
      case "M":
        chains.modified(id, message.side, message.quantity);
        break;
      case "F":
      case "R":
        chains.mentioned(id);
        break;
    }
    return chains.order(id);
  }

  /** Uses the next number up for a message, unless that could not be sent: an order that never left must not be there. */
  #take(message: Ouch50Inbound): Ouch50Inbound {
    if (this.#next > 0xffffffff) throw new ItchError("invalid-option", "every user reference number is used");
    ouch50.encodeInbound(message);
    this.#next++;
    return message;
  }
}
