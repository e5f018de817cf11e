import type { SequencedVenue } from "../sequenced-venue.ts";
import type { SubmitOrder } from "../venue/commands.ts";
import type { OrderView } from "../venue/order-view.ts";

/** What a simulated trader is given each time it may act. */
export interface Turn {
  /** Since the last one. */
  readonly elapsedSeconds: number;
}

export interface Participant {
  /** Acts once. */
  step(turn: Turn): void;
  /** One of its orders traded. */
  executed?(order: OrderView, price: number, quantity: number): void;
}

export type Terms = Pick<SubmitOrder, "instrument" | "side" | "quantity"> &
  Partial<Pick<SubmitOrder, "price" | "timeInForce" | "selfTradeGroup">>;

/** The hands of a participant: enters and cancels orders in its name, as any client of the venue would. */
export class Trader {
  readonly session: number;
  readonly account: number;
  readonly sequenced: SequencedVenue;
  /** Makes client order ids differ from those of a run before. */
  readonly #run: string;
  #lastId = 0;

  /** @param firm - of the venue's configuration, with a session `FIRM-API` and an account `FIRM-1` */
  constructor(sequenced: SequencedVenue, firm: string) {
    this.sequenced = sequenced;
    const { directory } = sequenced.venue;
    this.session = directory.session(`${firm}-API`);
    this.account = directory.account(`${firm}-1`);
    if (this.session < 0 || this.account < 0)
      throw new Error(`the venue has no firm ${firm} with API and account`);
    this.#run = sequenced.now().toString(36);
  }

  /** A limit order with a price, a market order without. @returns its client order id */
  enter({ timeInForce, ...terms }: Terms): string {
    const clientOrderId = `${this.#run}-${++this.#lastId}`;
    this.sequenced.submit({
      type: "submit",
      timeMicros: this.sequenced.now(),
      session: this.session,
      account: this.account,
      clientOrderId,
      orderType: terms.price === undefined ? "market" : "limit",
      timeInForce: timeInForce ?? (terms.price === undefined ? "ioc" : "day"),
      ...terms,
    });
    return clientOrderId;
  }

  /** An order that is gone is no matter: the venue says so and nobody listens. */
  cancel(origClientOrderId: string): void {
    this.#cancelTo(origClientOrderId, 0);
  }

  /** Takes `by` lots off an order that may have traded meanwhile; it keeps its place. */
  reduce(origClientOrderId: string, by: number): void {
    const order = this.sequenced.venue.orderByClientId(this.account, origClientOrderId);
    if (order === undefined || order.leavesQuantity <= by) {
      this.cancel(origClientOrderId);
      return;
    }
    this.#cancelTo(origClientOrderId, order.quantity - by);
  }

  #cancelTo(origClientOrderId: string, totalQuantity: number): void {
    this.sequenced.submit({
      type: "cancel",
      timeMicros: this.sequenced.now(),
      session: this.session,
      account: this.account,
      clientOrderId: "",
      origClientOrderId,
      orderId: 0,
      totalQuantity,
    });
  }
}
