import type { SequencedVenue, VenuePart } from "../sequenced-venue.ts";
import type { SequencerRefusal } from "../sequencer.ts";
import type { CancelOrder, MassCancel, ReplaceOrder, SubmitOrder, VenueCommand } from "../venue/commands.ts";
import type { OrderView } from "../venue/order-view.ts";
import type { OrderEndReason, RejectReason, RestateReason } from "../venue/reject-reasons.ts";

export type OrderCommand = SubmitOrder | CancelOrder | ReplaceOrder | MassCancel;

export interface Fill {
  /** In price units. */
  readonly price: number;
  /** In lots. */
  readonly quantity: number;
}

/** What became of a command, for clients that ask and wait, such as those of an HTTP API. */
export type Outcome =
  /** Carried out. `order` is a copy of the order after it; none for a mass cancel. */
  | {
      readonly kind: "done";
      readonly order: OrderView | undefined;
      readonly fills: readonly Fill[];
      /** Lots of the order that the command cancelled; of a mass cancel, orders. */
      readonly cancelled: number;
      /** Why the order ended by the command, when it was not traded whole. */
      readonly endReason: OrderEndReason | undefined;
    }
  /** Refused by the venue. */
  | { readonly kind: "rejected"; readonly reason: RejectReason }
  /** Never reached the venue: its journal takes nothing. */
  | { readonly kind: "unavailable"; readonly why: SequencerRefusal };

/** Joins a command with the events that it causes. */
export class Outcomes implements VenuePart {
  readonly #venue: SequencedVenue;
  readonly #waiting = new Map<VenueCommand, (outcome: Outcome) => void>();
  /** The order of the command that is being carried out, and what happened to it so far. */
  #orderId = 0;
  #order: OrderView | undefined;
  #fills: Fill[] = [];
  #cancelled = 0;
  #endReason: OrderEndReason | undefined;
  #reason: RejectReason | undefined;

  constructor(venue: SequencedVenue) {
    this.#venue = venue;
  }

  /** Gives a command to the venue; resolves when it is durable and carried out. */
  submit(command: OrderCommand): Promise<Outcome> {
    const why = this.#venue.submit(command);
    if (why !== undefined) return Promise.resolve({ kind: "unavailable", why });
    return new Promise((resolve) => this.#waiting.set(command, resolve));
  }

  commandRefused(command: VenueCommand): void {
    this.#settle(command, { kind: "unavailable", why: "halted" });
  }

  began(): void {
    this.#orderId = 0;
    this.#order = undefined;
    this.#fills = [];
    this.#cancelled = 0;
    this.#endReason = undefined;
    this.#reason = undefined;
  }

  orderAccepted(order: OrderView): void {
    this.#about(order);
  }

  orderExecuted(order: OrderView, _execId: number, _tradeId: number, price: number, quantity: number): void {
    if (order.orderId === this.#orderId) this.#fills.push({ price, quantity });
  }

  orderReplaced(order: OrderView): void {
    this.#about(order);
  }

  orderRestated(order: OrderView, _execId: number, reason: RestateReason): void {
    if (reason === "reduced") this.#about(order);
  }

  orderCancelled(order: OrderView, _execId: number, quantity: number, reason: OrderEndReason): void {
    // Orders whose time is over end at the beginning of whatever command comes next.
    if (reason === "requested") this.#about(order);
    if (order.orderId !== this.#orderId) return;
    this.#cancelled += quantity;
    this.#endReason = reason;
  }

  orderRejected(_command: SubmitOrder, _execId: number, reason: RejectReason): void {
    this.#reason = reason;
  }

  cancelRejected(
    _command: CancelOrder | ReplaceOrder,
    _execId: number,
    _order: OrderView | undefined,
    reason: RejectReason,
  ): void {
    this.#reason = reason;
  }

  massCancelled(_command: MassCancel, _execId: number, count: number): void {
    this.#order = undefined;
    this.#cancelled = count;
  }

  massCancelRejected(_command: MassCancel, _execId: number, reason: RejectReason): void {
    this.#reason = reason;
  }

  ended(command: VenueCommand): void {
    if (!this.#waiting.has(command)) return;
    this.#settle(
      command,
      this.#reason === undefined
        ? {
            kind: "done",
            order: this.#order && { ...this.#order },
            fills: this.#fills,
            cancelled: this.#cancelled,
            endReason: this.#endReason,
          }
        : { kind: "rejected", reason: this.#reason },
    );
  }

  /** The first order that a command is told to have acted on is the one that it is about. */
  #about(order: OrderView): void {
    if (this.#orderId !== 0) return;
    this.#orderId = order.orderId;
    this.#order = order;
  }

  #settle(command: VenueCommand, outcome: Outcome): void {
    this.#waiting.get(command)?.(outcome);
    this.#waiting.delete(command);
  }
}
