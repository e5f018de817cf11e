import { Dictionary, FixMessage, type FixView, formatTimestamp } from "@exchange-kit/fix";
import { FIX44 } from "@exchange-kit/fix/fix44";
import { FixInitiator } from "@exchange-kit/fix/net";

interface SentOrder {
  readonly quantity: number;
  answers: number;
  executed: number;
  cancelled: number;
}

/**
 * Sends orders over FIX, remembers every report, and looks for one that is missing, doubled or contradicts the others. What
 * was lost with a connection both sides ask for again: that is the session's work, which this client takes on trust no more
 * than the exchange's.
 */
export class FixFaultClient {
  readonly faults: string[] = [];
  /** Name of the venue's session. */
  readonly session: string;
  /** ExecID of every report, in the order in which they came. */
  readonly execIds: number[] = [];
  /** Orders that have an answer. */
  answered = 0;
  readonly #side: "1" | "2";
  readonly #initiator: FixInitiator;
  readonly #sent: SentOrder[] = [];

  constructor(name: string, port: number, side: "1" | "2") {
    this.session = `${name}-FIX`;
    this.#side = side;
    this.#initiator = new FixInitiator({
      session: {
        beginString: "FIX.4.4",
        senderCompId: name,
        targetCompId: "XKIT",
        dictionary: new Dictionary(FIX44),
        logonFields: [[554, name.toLowerCase()]],
      },
      host: "127.0.0.1",
      port,
      reconnectMillis: 20,
      application: {
        onMessage: (view) => {
          this.#take(view);
          return undefined;
        },
        onEvent: ({ code, text }) => {
          if (code === "sequence-too-low" || code === "logon-refused" || code === "rejected") {
            this.faults.push(`${this.session}: ${text}`);
          }
        },
      },
    });
    this.#initiator.start();
  }

  get isReady(): boolean {
    return this.#initiator.session.isLoggedOn;
  }

  get sent(): number {
    return this.#sent.length;
  }

  /** Client order ids of the orders that the exchange has acknowledged. */
  acknowledged(): string[] {
    return this.#sent.flatMap(({ answers }, index) => (answers > 0 ? [`x${index + 1}`] : []));
  }

  /** Sends so many orders, if the connection is up. They meet those of the other side. */
  send(count: number): void {
    if (!this.isReady) return;
    for (let index = 0; index < count; index++) {
      const number = this.#sent.length + 1;
      const quantity = 10 * (1 + (number % 7));
      const order = new FixMessage("D")
        .set(11, `x${number}`)
        .set(55, number % 3 === 0 ? "BOLT" : "ACME")
        .set(54, this.#side)
        .set(60, formatTimestamp(Date.now()))
        .set(38, String(quantity))
        .set(40, "2")
        .set(44, number % 3 === 0 ? "42.10" : "187.25");
      this.#sent.push({ quantity, answers: 0, executed: 0, cancelled: 0 });
      this.#initiator.session.send(order, Date.now());
    }
  }

  close(): void {
    void this.#initiator.stop();
  }

  #take(view: FixView): void {
    const execId = view.int(17);
    if (view.type !== "8" || !(execId > (this.execIds.at(-1) ?? 0))) {
      this.faults.push(
        `${this.session}: ${view.type} with ExecID ${view.string(17)}, ${view.string(58) ?? ""}`,
      );
      return;
    }
    this.execIds.push(execId);
    const id = view.string(11)!;
    const order = this.#sent[Number(id.slice(1)) - 1];
    if (!order) {
      this.faults.push(`${this.session}: a report of ${id}, which was never sent`);
      return;
    }
    const kind = view.string(150)!;
    if (kind === "0" || kind === "8") {
      if (++order.answers === 1) this.answered++;
      else this.#fault(id, "was answered twice");
    } else if (order.answers === 0) this.#fault(id, `has ExecType ${kind} before its answer`);
    if (kind === "F") order.executed += view.int(32);
    if (kind === "4" || kind === "C") order.cancelled += order.quantity - view.int(14);
    if (order.executed + order.cancelled > order.quantity || view.int(14) !== order.executed) {
      const { executed, cancelled, quantity } = order;
      this.#fault(
        id,
        `has CumQty ${view.int(14)}, ${executed} traded and ${cancelled} cancelled of ${quantity}`,
      );
    }
  }

  #fault(id: string, what: string): void {
    this.faults.push(`${this.session}: order ${id} ${what}`);
  }
}
