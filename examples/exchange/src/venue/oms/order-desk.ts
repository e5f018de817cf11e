import type { PriceLevel } from "@exchange-kit/orderbook";
import type { SubmitOrder, VenueCommand } from "../commands.ts";
import type { OrderView } from "../order-view.ts";
import type { AccountPosition, Venue } from "../venue.ts";

/** Terms of an order, by the names of instruments; see {@link SubmitOrder} for what they mean. */
export type OrderTerms = Pick<SubmitOrder, "clientOrderId" | "side" | "quantity"> &
  Partial<
    Omit<
      SubmitOrder,
      "type" | "timeMicros" | "session" | "account" | "instrument" | "clientOrderId" | "side" | "quantity"
    >
  > & { readonly symbol: string };

export interface OrderDeskParts {
  readonly venue: Venue;
  /** Takes commands: the sequencer's `submit`, or `venue.apply` where nothing is to be durable. */
  readonly send: (command: VenueCommand) => void;
  /** Microseconds since 1970. */
  readonly now: () => number;
  /** Names of a session and of an account of its firm. */
  readonly session: string;
  readonly account: string;
}

/** What came of a request that names something that is not there; orders themselves are refused by report. */
export type DeskFault = "unknown-symbol";

/**
 * Order management for a client in the same process, by names instead of indexes. It builds commands and reads the venue;
 * what becomes of an order is told by the venue's listener, and by {@link OrderDesk.getOrderStatus} once the command has been
 * carried out.
 *
 * @example
 * ```ts
 * const desk = new OrderDesk({ venue, send: (command) => venue.apply(command), now, session: "WEB-API", account: "WEB-1" });
 * desk.submitOrder({ clientOrderId: "w1", symbol: "ACME", side: "buy", quantity: 100, price: 18_725 });
 * desk.getOrderStatus("w1")?.status; // → "new"
 * ```
 */
export class OrderDesk {
  readonly #venue: Venue;
  readonly #send: (command: VenueCommand) => void;
  readonly #now: () => number;
  readonly #session: number;
  readonly #account: number;

  /** @throws RangeError when there is no such session or account */
  constructor({ venue, send, now, session, account }: OrderDeskParts) {
    this.#venue = venue;
    this.#send = send;
    this.#now = now;
    this.#session = venue.directory.session(session);
    this.#account = venue.directory.account(account);
    if (this.#session < 0) throw new RangeError(`there is no session ${session}`);
    if (this.#account < 0) throw new RangeError(`there is no account ${account}`);
  }

  /** Enters an order: a limit order for the day with a price, a market order without, unless the terms say otherwise. */
  submitOrder({ symbol, ...terms }: OrderTerms): DeskFault | undefined {
    const instrument = this.#venue.instrument(symbol);
    if (instrument < 0) return "unknown-symbol";
    this.#send({
      orderType: terms.price === undefined ? "market" : "limit",
      timeInForce: "day",
      ...terms,
      type: "submit",
      timeMicros: this.#now(),
      session: this.#session,
      account: this.#account,
      instrument,
    });
    return undefined;
  }

  /** Cancels the order with this client order id. */
  cancelOrder(origClientOrderId: string, clientOrderId = ""): void {
    this.#send({
      type: "cancel",
      ...this.#request(),
      clientOrderId,
      origClientOrderId,
      orderId: 0,
      totalQuantity: 0,
    });
  }

  /** Gives the order with this client order id a new one, and new terms: a total quantity, a limit, a trigger. */
  modifyOrder(
    origClientOrderId: string,
    terms: {
      readonly clientOrderId: string;
      readonly quantity: number;
      readonly price?: number;
      readonly triggerPrice?: number;
    },
  ): void {
    this.#send({ type: "replace", ...this.#request(), ...terms, origClientOrderId, orderId: 0 });
  }

  /** A copy of the order under this client order id; `undefined` when the account has none, or none any more. */
  getOrderStatus(clientOrderId: string): OrderView | undefined {
    const order = this.#venue.orderByClientId(this.#account, clientOrderId);
    return order && { ...order };
  }

  /** What the account holds; `undefined` for an unknown symbol. */
  getPosition(symbol: string): AccountPosition | undefined {
    const instrument = this.#venue.instrument(symbol);
    return instrument < 0 ? undefined : this.#venue.position(this.#account, instrument);
  }

  /** The best prices of both sides as the public sees them; none of an unknown symbol. */
  getOrderBook(symbol: string, levels = 10): { bids: PriceLevel[]; asks: PriceLevel[] } {
    const instrument = this.#venue.instrument(symbol);
    return {
      bids: this.#venue.depth(instrument, "buy", levels),
      asks: this.#venue.depth(instrument, "sell", levels),
    };
  }

  #request(): { timeMicros: number; session: number; account: number } {
    return { timeMicros: this.#now(), session: this.#session, account: this.#account };
  }
}
