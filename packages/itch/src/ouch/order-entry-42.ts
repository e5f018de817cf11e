import { ItchError } from "../errors.ts";
import { OrderChains, type OuchOrderStatus } from "./order-chains.ts";
import {
  type Ouch42EnterOrder,
  type Ouch42Inbound,
  type Ouch42Outbound,
  type Ouch42ReplaceOrder,
  ouch42,
} from "./ouch-42.ts";

/** Characters of a token on the wire. */
const TOKEN_LENGTH = 14;

/** One order of an OUCH 4.2 client, as far as the exchange has told. */
export interface Ouch42Order extends OuchOrderStatus<string> {
  /** Token that the client gave it. */
  readonly orderToken: string;
}

/** What an order is entered with; the token is given by {@link Ouch42OrderEntry}. */
export type Ouch42NewOrder = Omit<Ouch42EnterOrder, "type" | "orderToken">;
/** What an order is replaced with; tokens are given by {@link Ouch42OrderEntry}. */
export type Ouch42Replacement = Omit<
  Ouch42ReplaceOrder,
  "type" | "existingOrderToken" | "replacementOrderToken"
>;

/** How an {@link Ouch42OrderEntry} makes its tokens: the prefix, then a number that counts up. */
export interface Ouch42OrderEntryOptions {
  /** Letters and digits that every token begins with; none by default. */
  readonly tokenPrefix?: string;
  /** Number in the first token: 1 by default; later in a day, one that was not used yet. */
  readonly nextTokenNumber?: number;
}

/**
 * The order-entry state of an OUCH 4.2 client: gives its orders tokens, follows replace chains, and keeps every
 * order's state from the exchange's reports. It makes and takes messages; sending them is the caller's part.
 *
 * The exchange ignores a token that was used before on the same day, and a replace, cancel or modify of an order that
 * is no longer there: there will be no answer. So a replacement that waits for its answer when the order it replaces
 * is filled, cancelled or rejected becomes `rejected` with it.
 *
 * It is for one day: every order stays, and every execution too, as trades of the whole day may be broken.
 *
 * @see Nasdaq OUCH 4.2 specification
 */
export class Ouch42OrderEntry {
  readonly #chains: OrderChains<string, { readonly orderToken: string }> = new OrderChains();
  /** Replacements that wait for an answer, by the order that they replace. */
  readonly #waiting: Map<string, string[]> = new Map();
  readonly #prefix: string;
  #next: number;

  /** @throws ItchError `invalid-option` */
  constructor({ tokenPrefix = "", nextTokenNumber = 1 }: Ouch42OrderEntryOptions = {}) {
    if (!/^[0-9A-Za-z]{0,13}$/.test(tokenPrefix)) {
      throw new ItchError(
        "invalid-option",
        `tokenPrefix must be at most 13 letters and digits, was "${tokenPrefix}"`,
      );
    }
    if (!Number.isSafeInteger(nextTokenNumber) || nextTokenNumber < 0) {
      throw new ItchError(
        "invalid-option",
        `nextTokenNumber must be an integer from 0, was ${nextTokenNumber}`,
      );
    }
    this.#prefix = tokenPrefix;
    this.#next = nextTokenNumber;
  }

  /** Number that the next token will have. */
  get nextTokenNumber(): number {
    return this.#next;
  }

  /** An order by its token; `undefined` when there is none. */
  order(orderToken: string): Ouch42Order | undefined {
    return this.#chains.order(orderToken);
  }

  /** The last accepted replacement in an order's chain: the order itself when it was not replaced. */
  current(orderToken: string): Ouch42Order | undefined {
    return this.#chains.current(orderToken);
  }

  /** Orders that may still trade. */
  openOrders(): Ouch42Order[] {
    return this.#chains.openOrders();
  }

  /**
   * Makes the message that enters an order, and begins to follow it.
   *
   * @throws ItchError `invalid-option` when the next token would be longer than 14 characters, `invalid-field` when the
   *   order has a value that cannot be encoded; then nothing is followed
   */
  enter(order: Ouch42NewOrder): Ouch42EnterOrder {
    const orderToken = this.#token();
    const message = this.#take<Ouch42EnterOrder>({ type: "O", orderToken, ...order });
    this.#chains.enter(
      orderToken,
      { orderToken },
      order.stock,
      order.buySellIndicator,
      order.price4,
      order.shares,
    );
    return message;
  }

  /**
   * Makes the message that replaces an order. Until the exchange answers, both are followed: the old one may trade.
   *
   * @param existingOrderToken - of the order to replace
   * @param replacement - its shares count what the chain has executed already, too
   * @throws ItchError `unknown-order` when there is no such open order, others as {@link Ouch42OrderEntry.enter}
   */
  replace(existingOrderToken: string, replacement: Ouch42Replacement): Ouch42ReplaceOrder {
    this.#chains.open(existingOrderToken);
    const orderToken = this.#token();
    const message = this.#take<Ouch42ReplaceOrder>({
      type: "U",
      existingOrderToken,
      replacementOrderToken: orderToken,
      ...replacement,
    });
    this.#chains.replace(
      existingOrderToken,
      orderToken,
      { orderToken },
      replacement.price4,
      replacement.shares,
    );
    const waiting = this.#waiting.get(existingOrderToken);
    if (waiting) waiting.push(orderToken);
    else this.#waiting.set(existingOrderToken, [orderToken]);
    return message;
  }

  /**
   * Makes the message that reduces an order to `shares`; 0 cancels it. Nothing changes here until the exchange answers.
   *
   * @throws ItchError `unknown-order` when there is no such open order
   */
  cancel(orderToken: string, shares = 0): Ouch42Inbound {
    this.#chains.open(orderToken);
    return { type: "X", orderToken, shares };
  }

  /**
   * Makes the message that changes an order's side or size and keeps its priority. Nothing changes here until the
   * exchange answers.
   *
   * @throws ItchError `unknown-order` when there is no such open order
   */
  modify(orderToken: string, buySellIndicator: string, shares: number): Ouch42Inbound {
    this.#chains.open(orderToken);
    return { type: "M", orderToken, buySellIndicator, shares };
  }

  /**
   * Takes a report of the exchange.
   *
   * @returns the order as it is now; `undefined` for messages about no order
   * @throws ItchError `unknown-order` when it names an order that this client never sent, or answers a replacement
   *   that it never asked for
   */
  apply(message: Ouch42Outbound): Ouch42Order | undefined {
    if (message.type === "S") return undefined;
    const chains = this.#chains;
    const token = message.type === "U" ? message.replacementOrderToken : message.orderToken;
    switch (message.type) {
      case "A":
        chains.accepted(token, message.shares, message);
        break;
      case "U":
        chains.replaced(message.previousOrderToken, token, message.shares, message);
        this.#endWait(message.previousOrderToken);
        break;
      case "C":
      case "D":
        chains.cancelled(token, message.decrementShares, message.cancelOrderReason);
        break;
      case "E":
      case "G":
        chains.executed(token, message.executedShares, message.matchNumber);
        break;
      case "B":
        chains.broken(token, message.matchNumber);
        break;
      case "J":
        chains.rejected(token, message.rejectedOrderReason);
        break;
      case "P":
        chains.cancelPending(token);
        break;
      case "I":
        chains.cancelRejected(token);
        break;
      case "T":
        chains.repriced(token, message.price4, message.orderReferenceNumber);
        break;
      case "M":
        chains.modified(token, message.buySellIndicator, message.shares);
        break;
      case "F":
      case "N":
        chains.mentioned(token);
        break;
    }
    const order = chains.order(token);
    if (order?.leavesQuantity === 0) this.#endWait(token);
    return order;
  }

  /** Rejects the replacements that wait for an order which is gone, and those that wait for them in turn. */
  #endWait(token: string): void {
    const gone = [token];
    for (let name = gone.pop(); name !== undefined; name = gone.pop()) {
      for (const waiting of this.#waiting.get(name) ?? []) {
        if (this.#chains.order(waiting)?.state !== "sent") continue;
        this.#chains.rejected(waiting, undefined);
        gone.push(waiting);
      }
      this.#waiting.delete(name);
    }
  }

  /** Uses the next token up for a message, unless that could not be sent: an order that never left must not be there. */
  #take<Message extends Ouch42Inbound>(message: Message): Message {
    ouch42.encodeInbound(message);
    this.#next++;
    return message;
  }

  #token(): string {
    const token = `${this.#prefix}${this.#next}`;
    if (token.length > TOKEN_LENGTH) {
      throw new ItchError("invalid-option", `token ${token} is longer than ${TOKEN_LENGTH} characters`);
    }
    return token;
  }
}
