import { type Ouch50Outbound, ouch50 } from "@exchange-kit/itch";
import { SoupBinTcpClient } from "@exchange-kit/itch/net";

interface SentOrder {
  readonly bytes: Uint8Array;
  readonly quantity: number;
  answers: number;
  executed: number;
  cancelled: number;
}

/**
 * Sends orders, remembers every answer, and looks for one that is missing, doubled or contradicts the others. After a lost
 * connection it asks which number the exchange expects and sends again what never arrived.
 */
export class OuchFaultClient {
  readonly faults: string[] = [];
  /** Name of the venue's session. */
  readonly session: string;
  readonly #name: string;
  readonly #side: "B" | "S";
  readonly #client: SoupBinTcpClient;
  readonly #sent: SentOrder[] = [];
  /** Orders that have an answer. */
  answered = 0;
  /** Lots that traded. */
  executed = 0;
  readonly #matches = new Set<string>();
  #isReady = false;

  constructor(name: string, port: number, side: "B" | "S") {
    this.#name = name;
    this.session = `${name}-OUCH`;
    this.#side = side;
    const take = (bytes: Uint8Array, offset: number, length: number): void =>
      this.#take(ouch50.decodeOutbound(bytes, offset, length));
    this.#client = new SoupBinTcpClient(
      { host: "127.0.0.1", port, username: name, password: name.toLowerCase(), reconnectMillis: 20 },
      {
        message: take,
        unsequenced: take,
        accepted: () => this.#client.send(ouch50.encodeInbound({ type: "Q" })),
        disconnected: () => {
          this.#isReady = false;
        },
        failed: (error) => {
          if (error.code === "login-rejected") this.faults.push(`${name}: ${error.message}`);
        },
      },
    );
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get sent(): number {
    return this.#sent.length;
  }

  /** Client order ids, as the venue knows them, of the orders that the exchange has acknowledged. */
  acknowledged(): string[] {
    return this.#sent.flatMap(({ answers }, index) => (answers > 0 ? [`${index + 1}/f${index + 1}`] : []));
  }

  /** Sends so many orders, if the connection is up. They meet those of the other side. */
  send(count: number): void {
    if (!this.#isReady) return;
    for (let index = 0; index < count; index++) {
      const userRefNum = this.#sent.length + 1;
      const quantity = 10 * (1 + (userRefNum % 7));
      const bytes = ouch50.encodeInbound({
        type: "O",
        userRefNum,
        side: this.#side,
        quantity,
        symbol: userRefNum % 3 === 0 ? "BOLT" : "ACME",
        price4: userRefNum % 3 === 0 ? 421_000 : 1_872_500,
        timeInForce: "0",
        display: "Y",
        capacity: "P",
        intermarketSweepEligibility: "N",
        crossType: "N",
        clOrdId: `f${userRefNum}`,
        appendages: [],
      });
      this.#sent.push({ bytes, quantity, answers: 0, executed: 0, cancelled: 0 });
      this.#client.send(bytes);
    }
  }

  close(): void {
    this.#client.close();
  }

  #take(message: Ouch50Outbound): void {
    if (message.type === "S") return;
    if (message.type === "Q") {
      // What has a higher number never reached the journal.
      for (const { bytes } of this.#sent.slice(message.nextUserRefNum - 1)) this.#client.send(bytes);
      this.#isReady = true;
      return;
    }
    const order = this.#sent[message.userRefNum - 1];
    if (!order) {
      this.faults.push(`${this.#name}: ${message.type} of order ${message.userRefNum}, which was never sent`);
      return;
    }
    if (message.type === "A" || message.type === "J") {
      if (++order.answers === 1) this.answered++;
      else this.#fault(message.userRefNum, "was answered twice");
    } else if (order.answers === 0) this.#fault(message.userRefNum, `has ${message.type} before its answer`);
    if (message.type === "E") {
      const match = `${message.userRefNum}/${message.matchNumber}`;
      if (this.#matches.has(match))
        this.#fault(message.userRefNum, `was told trade ${message.matchNumber} twice`);
      this.#matches.add(match);
      order.executed += message.quantity;
      this.executed += message.quantity;
    } else if (message.type === "C") order.cancelled += message.quantity;
    if (order.executed + order.cancelled > order.quantity) {
      this.#fault(message.userRefNum, `ended ${order.executed + order.cancelled} of ${order.quantity} lots`);
    }
  }

  #fault(userRefNum: number, what: string): void {
    this.faults.push(`${this.#name}: order ${userRefNum} ${what}`);
  }
}
