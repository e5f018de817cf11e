import type { FixView } from "@exchange-kit/fix";
import type { SequencedVenue } from "../../sequenced-venue.ts";
import type { ReplaceOrder, SubmitOrder, VenueCommand } from "../../venue/commands.ts";
import type { OrderView } from "../../venue/order-view.ts";
import { copyFields } from "./copy-fields.ts";
import { type ExecutionReports, stamp, writeCancelReject, writeExecId } from "./execution-reports.ts";
import type { FixClient, FixClientParts } from "./fix-client.ts";
import { cancelFault, type LastingTerms, replaceFault } from "./lasting-terms.ts";
import { writeMassCancelReject } from "./mass-cancel-reports.ts";
import { MASS_CANCEL, NEW_ORDER, REPLACE } from "./message-types.ts";
import { PendingOrders } from "./pending-orders.ts";
import {
  type FixSender,
  readCancel,
  readMassCancel,
  readNewOrder,
  readOrderId,
  readReplace,
} from "./read-command.ts";
import { type FixFault, orderRejectCode, type Refusal, reasonText } from "./reasons.ts";
import { type FixVersion, sourceNumber } from "./versions.ts";

/** Turns NewOrderSingle, cancels, replaces and mass cancels of a client into commands, and says what is wrong with others. */
export class OrderEntry {
  readonly #client: FixClient;
  readonly #sequenced: SequencedVenue;
  readonly #reports: ExecutionReports;
  readonly #nextLocalId: () => string;
  readonly #pending = new PendingOrders();

  constructor(client: FixClient, { sequenced, reports, nextLocalId }: FixClientParts) {
    this.#client = client;
    this.#sequenced = sequenced;
    this.#reports = reports;
    this.#nextLocalId = nextLocalId;
  }

  /** @param type - of the message, see {@link NEW_ORDER} and others */
  receive(view: FixView, type: number, version: FixVersion): void {
    if (type === NEW_ORDER) this.#newOrder(view, version);
    else if (type === MASS_CANCEL) this.#massCancel(view, version);
    else this.#change(view, version, type === REPLACE);
  }

  /** A command that had been taken is known to the venue from here on. */
  carriedOut(command: SubmitOrder | ReplaceOrder): void {
    this.#pending.remove(command);
  }

  /** A command that had been taken was not carried out: the disk is full. */
  commandRefused(command: VenueCommand): void {
    if (command.type === "submit" || command.type === "replace") this.#pending.remove(command);
    switch (command.type) {
      case "submit":
        this.#client.send("8", this.#reports.rejected(command, this.#nextLocalId(), "unavailable"));
        break;
      case "cancel":
      case "replace": {
        const { account, origClientOrderId, orderId } = command;
        const order = this.#orderOf(account, origClientOrderId, orderId);
        this.#client.send("9", this.#reports.cancelRejected(command, order, "unavailable"));
        break;
      }
      case "mass-cancel":
        this.#client.send("r", (encoder, version) =>
          writeMassCancelReject(encoder, version, {
            id: command.clientOrderId || "NONE",
            scope: command.instrument === -1 ? "7" : "1",
            reportId: this.#nextLocalId(),
            reason: "unavailable",
          }),
        );
        break;
    }
  }

  #newOrder(view: FixView, version: FixVersion): void {
    const { venue } = this.#sequenced;
    const account = this.#accountOf(view, false);
    const instrument = venue.instrument(view.string(55) ?? "");
    const command =
      account < 0
        ? "unknown-account"
        : readNewOrder(view, instrument, venue.directory, this.#sender(account));
    if (typeof command === "string") return void this.#refuseOrder(view, command);
    if (isMarkedRepetition(view)) {
      const known = venue.orderEnteredAs(account, command.clientOrderId);
      if (known) return void this.#sendStatus(known);
    }
    const refusal = this.#submit(command, view, version);
    if (refusal !== undefined) this.#refuseOrder(view, refusal);
    else this.#pending.add(command, command);
  }

  #change(view: FixView, version: FixVersion, isReplace: boolean): void {
    const { venue } = this.#sequenced;
    const account = this.#accountOf(view, true);
    if (account < 0) return void this.#refuseChange(view, isReplace, "unknown-account");
    const meant = this.#findOrder(view, account);
    if (isMarkedRepetition(view)) {
      // Repeated after it was carried out: the order has the new id, or is closed.
      const replaced = venue.orderByClientId(account, view.string(11)!);
      const order = replaced ?? meant;
      if (order && (replaced || order.leavesQuantity === 0)) return void this.#sendStatus(order);
    }
    const sender = this.#sender(account);
    const instrument = venue.instrument(view.string(55) ?? "");
    const command = isReplace
      ? readReplace(view, instrument, venue.directory, sender)
      : readCancel(view, sender);
    if (typeof command === "string") return void this.#refuseChange(view, isReplace, command, meant);
    const pending = this.#findPending(view, account);
    const refusal =
      this.#changeFault(view, isReplace, instrument, meant, pending) ?? this.#submit(command, view, version);
    if (refusal !== undefined) return void this.#refuseChange(view, isReplace, refusal, meant);
    const terms = isOpen(meant) ? meant : pending;
    if (command.type === "replace" && terms) this.#pending.add(command, terms);
  }

  /**
   * What is wrong with a change of an order. Both the open order and one on its way may have the id when the request is
   * carried out, so it must fit both; a closed order is left to the venue, which says that it is too late.
   */
  #changeFault(
    view: FixView,
    isReplace: boolean,
    instrument: number,
    meant: OrderView | undefined,
    pending: LastingTerms | undefined,
  ): FixFault | "unknown-order" | undefined {
    if (meant === undefined && pending === undefined) return "unknown-order";
    const { directory } = this.#sequenced.venue;
    const faultFor = (terms: LastingTerms): FixFault | undefined =>
      isReplace ? replaceFault(view, instrument, terms, directory) : cancelFault(view, instrument, terms);
    return (isOpen(meant) ? faultFor(meant) : undefined) ?? (pending && faultFor(pending));
  }

  #massCancel(view: FixView, version: FixVersion): void {
    const account = this.#accountOf(view, false);
    const instrument = this.#sequenced.venue.instrument(view.string(55) ?? "");
    const command = account < 0 ? "unknown-account" : readMassCancel(view, instrument, this.#sender(account));
    const reason = typeof command === "string" ? command : this.#submit(command, view, version);
    if (reason === undefined) return;
    this.#client.send("r", (encoder) =>
      writeMassCancelReject(encoder, version, {
        id: view.string(11)!,
        scope: view.string(530)!,
        reportId: this.#nextLocalId(),
        reason,
      }),
    );
  }

  /** The account named, or the one that has the order that a change means, or the firm's first; −1: not the firm's. */
  #accountOf(view: FixView, isChange: boolean): number {
    const { accounts } = this.#client;
    if (view.has(1)) return accounts.get(view.string(1)!) ?? -1;
    if (isChange && accounts.size > 1) {
      for (const account of accounts.values()) {
        if (this.#findOrder(view, account) ?? this.#findPending(view, account)) return account;
      }
    }
    for (const account of accounts.values()) return account;
    return -1;
  }

  /** The order of an account that a change means: by OrigClOrdID(41), or by OrderID(37) when that is left out. */
  #findOrder(view: FixView, account: number): OrderView | undefined {
    return this.#orderOf(account, view.string(41) ?? "", readOrderId(view));
  }

  #orderOf(account: number, origClientOrderId: string, orderId: number): OrderView | undefined {
    const { venue } = this.#sequenced;
    if (origClientOrderId !== "") return venue.orderByClientId(account, origClientOrderId);
    const order = venue.order(orderId);
    return order?.account === account ? order : undefined;
  }

  /** The order on its way to the venue that a change means; it has no OrderID(37) yet. */
  #findPending(view: FixView, account: number): LastingTerms | undefined {
    return view.has(41) ? this.#pending.find(account, view.string(41)!) : undefined;
  }

  #submit(command: VenueCommand, view: FixView, version: FixVersion): Refusal | undefined {
    const source = sourceNumber(version, view.int(34), isMarkedRepetition(view));
    return this.#sequenced.submit(command, source);
  }

  #sender(account: number): FixSender {
    return { session: this.#client.index, account, timeMicros: this.#sequenced.now() };
  }

  #sendStatus(order: OrderView): void {
    this.#client.send("8", this.#reports.status(order));
  }

  /** ExecutionReport of the gateway itself, which the venue knows nothing of: with the order's fields as they came. */
  #refuseOrder(view: FixView, reason: Refusal): void {
    this.#client.send("8", (encoder, version) => {
      encoder.string(37, "NONE");
      copyFields(encoder, view, [11]);
      writeExecId(encoder, this.#nextLocalId());
      if (version.isFix42) encoder.string(20, "0");
      encoder.string(150, "8").string(39, "8");
      encoder.int(103, orderRejectCode(reason, version)).string(58, reasonText(reason));
      copyFields(encoder, view, [1, 55, 54, 38, 40, 44, 59]);
      encoder.int(151, 0).int(14, 0).int(6, 0).string(60, stamp(this.#sequenced.now()));
    });
  }

  #refuseChange(view: FixView, isReplace: boolean, reason: Refusal, order?: OrderView): void {
    const pending = this.#findPending(view, this.#accountOf(view, true));
    this.#client.send("9", (encoder, version) =>
      writeCancelReject(encoder, version, {
        order,
        // Pending new, or pending replace of an order that is there.
        pendingStatus: pending && (pending.orderId === undefined ? "A" : "E"),
        clientOrderId: view.string(11)!,
        origClientOrderId: view.string(41) ?? order?.clientOrderId ?? "NONE",
        isReplace,
        reason,
        time: stamp(this.#sequenced.now()),
      }),
    );
  }
}

function isOpen(order: OrderView | undefined): order is OrderView {
  return order !== undefined && order.leavesQuantity > 0;
}

/** PossDupFlag(43) or PossResend(97): the client may have sent the same before, under this number or another. */
function isMarkedRepetition(view: FixView): boolean {
  return view.boolean(97) === true || view.boolean(43) === true;
}
