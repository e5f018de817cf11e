import { join } from "node:path";
import type { SoupBinServerConnection } from "@exchange-kit/itch";
import { SoupBinTcpServer } from "@exchange-kit/itch/net";
import { isSamePassword, type Logins } from "../../logins.ts";
import type { SequencedVenue, VenuePart } from "../../sequenced-venue.ts";
import type { SequencerState } from "../../sequencer.ts";
import type { CancelOrder, ReplaceOrder, SubmitOrder, VenueCommand } from "../../venue/commands.ts";
import type { Liquidity } from "../../venue/events.ts";
import type { OrderView } from "../../venue/order-view.ts";
import type { OrderEndReason, RejectReason, RestateReason } from "../../venue/reject-reasons.ts";
import { OuchSession } from "./ouch-session.ts";
import { SessionStream } from "./session-stream.ts";
import { isOuchId } from "./tokens.ts";

export interface OuchGatewayParts {
  readonly sequenced: SequencedVenue;
  readonly logins: Logins;
  /** Where the sessions' streams are kept; in memory when left out. */
  readonly folder?: string | undefined;
}

/** OUCH 5.0 over SoupBinTCP: one port for all sessions, one connection at a time for each. */
export class OuchGateway implements VenuePart {
  readonly #parts: OuchGatewayParts;
  readonly #server: SoupBinTcpServer;
  /** By index of the venue's session. */
  readonly #sessions = new Map<number, OuchSession>();
  readonly #streams = new Map<number, SessionStream>();
  readonly #connected = new Map<SoupBinServerConnection, number>();

  constructor(parts: OuchGatewayParts) {
    this.#parts = parts;
    const { logins, folder } = parts;
    for (const login of logins.all) {
      if (login.protocol !== "ouch") continue;
      const path = folder && join(folder, `${login.session}.ouch`);
      this.#streams.set(logins.sessionOf(login), new SessionStream(path));
    }
    this.#server = new SoupBinTcpServer(
      {
        session: "OUCH",
        store: (username) => this.#streams.get(this.#indexOf(username)!)!.messages,
        authenticate: (username, password) => this.#authenticate(username, password),
      },
      {
        loggedIn: (connection, username) => {
          const index = this.#indexOf(username)!;
          this.#connected.set(connection, index);
          this.#session(index).connected();
        },
        unsequenced: (connection, bytes, offset, length) => {
          const session = this.#sessions.get(this.#connected.get(connection)!)!;
          const answer = session.receive(bytes, offset, length);
          if (answer) connection.send(answer, performance.now());
          if (session.stream.isChanged) this.#write();
        },
        closed: (connection) => {
          const index = this.#connected.get(connection);
          if (index === undefined) return;
          this.#connected.delete(connection);
          this.#sessions.get(index)!.lost();
        },
      },
    );
  }

  /** After the venue has recovered. @returns the port */
  listen(port: number, host: string): Promise<number> {
    for (const session of this.#all()) session.recovered();
    this.#write();
    return this.#server.listen(port, host);
  }

  async close(): Promise<void> {
    this.#write();
    await this.#server.close();
    for (const stream of this.#streams.values()) stream.close();
  }

  /** Clients that are logged in. */
  get connections(): number {
    return this.#connected.size;
  }

  batchEnded(): void {
    this.#write();
    this.#tellConnections();
  }

  stateChanged(state: SequencerState): void {
    if (state === "running") this.#tellConnections();
  }

  beforeSnapshot(): void {
    for (const stream of this.#streams.values()) stream.flush(this.#parts.sequenced.sequence, true);
  }

  commandRefused(command: VenueCommand): void {
    if (!("session" in command)) return;
    this.#sessions.get(command.session)?.commandRefused(command);
    this.#write();
  }

  orderAccepted(order: OrderView): void {
    this.#ofNamed(order)?.accepted(order);
  }

  orderRejected(command: SubmitOrder, _execId: number, reason: RejectReason): void {
    this.#of(command)?.rejected(command, reason);
  }

  orderExecuted(
    order: OrderView,
    _execId: number,
    tradeId: number,
    price: number,
    quantity: number,
    liquidity: Liquidity,
  ): void {
    this.#ofNamed(order)?.executed(order, tradeId, price, quantity, liquidity);
  }

  orderCancelled(order: OrderView, _execId: number, quantity: number, reason: OrderEndReason): void {
    this.#ofNamed(order)?.cancelled(order, quantity, reason);
  }

  orderReplaced(order: OrderView): void {
    if (!isOuchId(order.origClientOrderId)) return;
    if (isOuchId(order.clientOrderId)) this.#of(order)?.replaced(order);
    else this.#of(order)?.takenOver(order);
  }

  orderRestated(order: OrderView, _execId: number, reason: RestateReason): void {
    this.#ofNamed(order)?.restated(order, reason);
  }

  cancelRejected(
    command: CancelOrder | ReplaceOrder,
    _execId: number,
    order: OrderView | undefined,
    reason: RejectReason,
  ): void {
    if (command.type === "cancel") this.#of(command)?.cancelRejected(order);
    else this.#of(command)?.rejected(command, reason);
  }

  dayStarted(): void {
    for (const session of this.#all()) {
      session.dayChanged("S");
      session.beginDay();
    }
  }

  dayEnded(): void {
    for (const session of this.#all()) session.dayChanged("E");
  }

  /** What the venue took no command for when it happened. */
  #tellConnections(): void {
    for (const session of this.#sessions.values()) session.tellConnection();
  }

  /** Files first: what a client has seen must be there after a crash. */
  #write(): void {
    for (const stream of this.#streams.values()) stream.flush(this.#parts.sequenced.sequence, false);
    this.#server.pump();
  }

  #of({ session }: { readonly session: number }): OuchSession | undefined {
    if (!this.#streams.has(session)) return undefined;
    return this.#session(session);
  }

  /** The session of an order that OUCH has a name for. */
  #ofNamed(order: OrderView): OuchSession | undefined {
    return isOuchId(order.clientOrderId) ? this.#of(order) : undefined;
  }

  /** Sessions are made when the venue is there: with the first event that recovery tells, or by `listen`. */
  #session(index: number): OuchSession {
    let session = this.#sessions.get(index);
    if (!session) {
      session = new OuchSession(this.#parts.sequenced, index, this.#streams.get(index)!);
      this.#sessions.set(index, session);
    }
    return session;
  }

  #all(): OuchSession[] {
    return [...this.#streams.keys()].map((index) => this.#session(index));
  }

  #authenticate(username: string, password: string): boolean {
    const login = this.#parts.logins.ouch(username);
    // The password is compared in any case, so that an unknown name takes as long as a known one.
    const isRight = isSamePassword(password, login?.password ?? "");
    return (
      login !== undefined && isRight && ![...this.#connected.values()].includes(this.#indexOf(username)!)
    );
  }

  #indexOf(username: string): number | undefined {
    const login = this.#parts.logins.ouch(username);
    return login && this.#parts.logins.sessionOf(login);
  }
}
