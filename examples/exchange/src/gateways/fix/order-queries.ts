import type { FixView } from "@exchange-kit/fix";
import type { SequencedVenue } from "../../sequenced-venue.ts";
import type { OrderView } from "../../venue/order-view.ts";
import { type ExecutionReports, type StatusRequest, writeNoOrder } from "./execution-reports.ts";
import type { FixClient, FixClientParts } from "./fix-client.ts";

/** Answers OrderStatusRequest and OrderMassStatusRequest with the orders of the client's own firm. */
export class OrderQueries {
  readonly #client: FixClient;
  readonly #sequenced: SequencedVenue;
  readonly #reports: ExecutionReports;

  constructor(client: FixClient, { sequenced, reports }: FixClientParts) {
    this.#client = client;
    this.#sequenced = sequenced;
    this.#reports = reports;
  }

  /** By ClOrdID(11), else by OrderID(37). An order of another firm is as unknown as one that never was. */
  status(view: FixView): void {
    const statusId = view.string(790);
    const order = this.#find(view);
    if (order) return void this.#send(view, order, { statusId });
    const asked = {
      clientOrderId: view.string(11) ?? "",
      side: view.string(54)!,
      symbol: view.string(55) ?? "[N/A]",
    };
    this.#sendNone(view, { ...asked, text: "unknown order" }, { statusId });
  }

  /** Open orders of the session, of all its instruments or of one; a drop copy session asks for those of the firm. */
  massStatus(view: FixView): void {
    const massId = view.string(584)!;
    const { venue } = this.#sequenced;
    const symbol = view.string(55);
    const none = (text: string): void =>
      this.#sendNone(
        view,
        { clientOrderId: "", side: "1", symbol: symbol ?? "[N/A]", text },
        { massId, total: 0, isLast: true },
      );
    const isOfSecurity = view.equals(585, "1");
    if (!isOfSecurity && !view.equals(585, "7"))
      return void none("only 1 (of a security) and 7 (all) are supported");
    const instrument = isOfSecurity ? venue.instrument(symbol ?? "") : -1;
    if (isOfSecurity && instrument < 0) return void none("unknown symbol");
    const account = view.has(1) ? this.#client.accounts.get(view.string(1)!) : undefined;
    if (view.has(1) && account === undefined) return void none("unknown account");
    const orders = venue
      .openOrders(this.#client.firm)
      .filter(
        (order) =>
          (this.#client.isDropCopy || order.session === this.#client.index) &&
          (instrument < 0 || order.instrument === instrument) &&
          (account === undefined || order.account === account),
      );
    if (orders.length === 0) return void none("no open orders");
    for (const [index, order] of orders.entries()) {
      this.#send(view, order, { massId, total: orders.length, isLast: index === orders.length - 1 });
    }
  }

  #find(view: FixView): OrderView | undefined {
    const clientOrderId = view.string(11);
    if (clientOrderId !== undefined) {
      const order = this.#client.findOrder(clientOrderId);
      if (order) return order;
    }
    const order = this.#sequenced.venue.order(view.int(37));
    return order?.firm === this.#client.firm ? order : undefined;
  }

  #send(view: FixView, order: OrderView, request: StatusRequest): void {
    this.#client.answer(view, "8", this.#reports.status(order, request));
  }

  #sendNone(view: FixView, asked: Parameters<typeof writeNoOrder>[2], request: StatusRequest): void {
    this.#client.answer(view, "8", (encoder, version) => writeNoOrder(encoder, version, asked, request));
  }
}
