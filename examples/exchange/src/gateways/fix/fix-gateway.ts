import type { FixSession, FixView, SessionSettings } from "@exchange-kit/fix";
import { FixAcceptor, type LogonIdentity } from "@exchange-kit/fix/net";
import { isSamePassword, type Login, type Logins } from "../../logins.ts";
import type { PublicMarket } from "../../market-data/public/public-market.ts";
import type { SequencedVenue, VenuePart } from "../../sequenced-venue.ts";
import type { SequencerState } from "../../sequencer.ts";
import type {
  CancelOrder,
  MassCancel,
  ReplaceOrder,
  SubmitOrder,
  VenueCommand,
} from "../../venue/commands.ts";
import type { Liquidity } from "../../venue/events.ts";
import type { OrderView } from "../../venue/order-view.ts";
import type { OrderEndReason, RejectReason, RestateReason } from "../../venue/reject-reasons.ts";
import { ExecutionReports, type Write } from "./execution-reports.ts";
import { FixClient } from "./fix-client.ts";
import { MarketDataService } from "./market-data-service.ts";
import { writeMassCancelReject, writeMassCancelReport } from "./mass-cancel-reports.ts";
import { SessionStores } from "./session-stores.ts";
import { TradingSessions } from "./trading-sessions.ts";
import { type FixVersion, isRepetition, versions } from "./versions.ts";

export interface FixGatewayParts {
  readonly sequenced: SequencedVenue;
  readonly logins: Logins;
  /** What MarketDataRequest and TradingSessionStatusRequest are answered from. */
  readonly market: PublicMarket;
  /** CompID of the venue. */
  readonly compId: string;
  /** Where the sessions' stores are kept; in memory when left out. */
  readonly folder?: string | undefined;
  /** Whether the journal survives a loss of power: then snapshots wait until the stores do too. Default `true`. */
  readonly isForcedToDisk?: boolean;
}

type FixLogin = Login & { protocol: "fix" };

/** Output that a client may leave unread before new messages only go into its store. */
const MAX_PENDING_BYTES = 16 * 1024 * 1024;
/** Output that a client may leave unread before it is cut off: a resend may be on its way. */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024;
const MAX_MESSAGE_BYTES = 64 * 1024;

/** FIX 4.2, 4.4 and 5.0 SP2 on one port: one connection at a time for each login, with whichever version. */
export class FixGateway implements VenuePart {
  readonly #parts: FixGatewayParts;
  readonly #acceptor: FixAcceptor;
  /** By index of the venue's session. */
  #clients: (FixClient | undefined)[] = [];
  /** By index of the firm. */
  readonly #dropCopies: (FixClient[] | undefined)[] = [];
  readonly #reports: ExecutionReports;
  readonly #marketData: MarketDataService;
  readonly #tradingSessions: TradingSessions;
  readonly #byCompId = new Map<string, FixClient>();
  readonly #bySession = new Map<FixSession, { client: FixClient; version: FixVersion }>();
  /**
   * Clients with messages of the present batch, and which of them by index. A set would get a new table with each batch,
   * which the old one holds on to when both outlive a collection or two.
   */
  readonly #touched: FixClient[] = [];
  #isTouched: boolean[] = [];
  readonly #untold = new Set<FixClient>();
  #isMade = false;
  #localIds = 0;
  #localIdPrefix = "";

  constructor(parts: FixGatewayParts) {
    this.#parts = parts;
    const { sequenced } = parts;
    this.#marketData = new MarketDataService(parts.market);
    this.#tradingSessions = new TradingSessions(parts.market);
    this.#reports = new ExecutionReports({
      symbol: (instrument) => sequenced.venue.symbol(instrument) ?? "[N/A]",
      priceDecimals: (instrument) => sequenced.venue.directory.instruments[instrument]?.priceDecimals ?? 0,
      account: (account) => sequenced.venue.directory.config.accounts[account]?.name ?? "NONE",
    });
    this.#acceptor = new FixAcceptor({
      sessions: (identity) => this.#identify(identity),
      authorize: (logon, identity) => this.#authorize(logon, identity),
      application: {
        onLogon: (session) => {
          const { client, version } = this.#of(session);
          client.loggedOn(session, version);
        },
        onLogout: (session) => {
          const { client } = this.#of(session);
          if (client.live === session) client.loggedOut(session);
        },
        onMessage: (view, session) => {
          const { client, version } = this.#of(session);
          return client.receive(view, session, version);
        },
        // A picture of the market that has passed is of no use: the client gets a gap fill.
        onResend: (view) => (isMarketData(view.type) ? "skip" : undefined),
      },
      store: ({ targetCompId, beginString }) =>
        this.#byCompId.get(targetCompId)!.stores.of(versionNamed(beginString)!),
      maxUnreadBytes: MAX_UNREAD_BYTES,
      maxPendingLogons: 2_000,
    });
  }

  /** After the venue has recovered. @returns the port */
  listen(port: number, host: string): Promise<number> {
    this.#make();
    this.#localIdPrefix = `G${this.#parts.sequenced.now().toString(36)}`;
    for (const client of this.#byCompId.values()) client.recovered();
    return this.#acceptor.listen(port, host);
  }

  async close(): Promise<void> {
    this.#marketData.close();
    await this.#acceptor.close();
    for (const { stores } of this.#byCompId.values()) await stores.close();
  }

  /** Clients that are logged on. */
  get connections(): number {
    return [...this.#byCompId.values()].filter(({ live }) => live !== undefined).length;
  }

  batchEnded(): void {
    for (const client of this.#touched) {
      client.batchEnded();
      this.#isTouched[client.index] = false;
    }
    this.#touched.length = 0;
    this.#tellConnections();
  }

  stateChanged(state: SequencerState): void {
    if (state === "running") this.#tellConnections();
  }

  beforeSnapshot(): void {
    const { sequenced, isForcedToDisk = true } = this.#parts;
    for (const { stores } of this.#byCompId.values()) {
      stores.reached(sequenced.sequence);
      if (isForcedToDisk) stores.forceToDisk();
      else stores.flush();
    }
  }

  commandRefused(command: VenueCommand): void {
    if ("session" in command) this.#client(command.session)?.commandRefused(command);
  }

  ended(command: VenueCommand): void {
    if (command.type !== "submit" && command.type !== "replace") return;
    this.#client(command.session)?.carriedOut(command);
  }

  orderAccepted(order: OrderView, execId: number): void {
    this.#report(order, this.#reports.accepted(order, execId));
  }

  orderRejected(command: SubmitOrder, execId: number, reason: RejectReason): void {
    const { session, account, clientOrderId } = command;
    const { sequenced } = this.#parts;
    const client = this.#client(session);
    // The first copy was on its way when the second came: now it is there, and its state is the answer.
    if (
      client &&
      reason === "duplicate-client-order-id" &&
      isRepetition(sequenced.lastSourceNumber(session))
    ) {
      const order = sequenced.venue.orderEnteredAs(account, clientOrderId);
      if (order) {
        this.#tell(client, "8", this.#reports.status(order));
        return;
      }
    }
    const firm = sequenced.venue.directory.firmOfSession[session] ?? -1;
    this.#report({ session, firm }, this.#reports.rejected(command, execId, reason));
  }

  orderTriggered(order: OrderView, execId: number): void {
    this.#report(order, this.#reports.restated(order, execId, "triggered"));
  }

  orderExecuted(
    order: OrderView,
    execId: number,
    tradeId: number,
    price: number,
    quantity: number,
    liquidity: Liquidity,
  ): void {
    this.#report(order, this.#reports.executed(order, execId, tradeId, price, quantity, liquidity));
  }

  orderCancelled(
    order: OrderView,
    execId: number,
    _quantity: number,
    reason: OrderEndReason,
    requestId: string,
  ): void {
    this.#report(order, this.#reports.cancelled(order, execId, reason, requestId));
  }

  orderReplaced(order: OrderView, execId: number): void {
    this.#report(order, this.#reports.replaced(order, execId));
  }

  orderRestated(order: OrderView, execId: number, reason: RestateReason): void {
    this.#report(order, this.#reports.restated(order, execId, reason));
  }

  cancelRejected(
    command: CancelOrder | ReplaceOrder,
    _execId: number,
    order: OrderView | undefined,
    reason: RejectReason,
  ): void {
    this.#tell(this.#client(command.session), "9", this.#reports.cancelRejected(command, order, reason));
  }

  massCancelled(command: MassCancel, execId: number, count: number): void {
    this.#tell(this.#client(command.session), "r", (encoder, version) =>
      writeMassCancelReport(encoder, version, command, execId, count),
    );
  }

  massCancelRejected(command: MassCancel, execId: number, reason: RejectReason): void {
    const scope = command.instrument === -1 ? "7" : "1";
    const id = command.clientOrderId || "NONE";
    this.#tell(this.#client(command.session), "r", (encoder, version) =>
      writeMassCancelReject(encoder, version, { id, scope, reportId: String(execId), reason }),
    );
  }

  #tellConnections(): void {
    if (this.#untold.size > 0) for (const client of [...this.#untold]) client.tellAgain();
  }

  /** An ExecutionReport for the session of an order, and for its firm's drop copies. */
  #report({ session, firm }: { readonly session: number; readonly firm: number }, write: Write): void {
    this.#tell(this.#client(session), "8", write);
    const copies = this.#dropCopies[firm];
    if (!copies) return;
    const writeCopy: Write = (encoder, version) => {
      write(encoder, version);
      // CopyMsgIndicator, which FIX 4.2 does not have.
      if (!version.isFix42) encoder.boolean(797, true);
    };
    for (const copy of copies) this.#tell(copy, "8", writeCopy);
  }

  #tell(client: FixClient | undefined, type: string, write: Write): void {
    if (!client) return;
    client.report(type, write);
    if (this.#isTouched[client.index]) return;
    this.#isTouched[client.index] = true;
    this.#touched.push(client);
  }

  #client(session: number): FixClient | undefined {
    if (!this.#isMade) this.#make();
    return this.#clients[session];
  }

  /** When the venue is there: with the first event that recovery tells, or to listen. */
  #make(): void {
    if (this.#isMade) return;
    this.#isMade = true;
    const { sequenced, logins, folder } = this.#parts;
    const { length } = sequenced.venue.directory.config.sessions;
    this.#clients = new Array<FixClient | undefined>(length);
    this.#isTouched = new Array<boolean>(length).fill(false);
    for (const login of logins.all) {
      if (login.protocol !== "fix") continue;
      const client = this.#makeClient(login, logins.sessionOf(login), folder);
      this.#clients[client.index] = client;
      this.#byCompId.set(login.compId, client);
      if (!client.isDropCopy) continue;
      const copies = this.#dropCopies[client.firm];
      if (copies) copies.push(client);
      else this.#dropCopies[client.firm] = [client];
    }
  }

  #makeClient(
    { compId, session, isDropCopy }: FixLogin,
    index: number,
    folder: string | undefined,
  ): FixClient {
    const client: FixClient = new FixClient({
      sequenced: this.#parts.sequenced,
      reports: this.#reports,
      marketData: this.#marketData,
      tradingSessions: this.#tradingSessions,
      stores: new SessionStores({
        folder,
        name: session,
        versions,
        nowMicros: () => this.#parts.sequenced.now(),
        onReset: (version) => client.wasReset(version),
      }),
      index,
      isDropCopy: isDropCopy ?? false,
      untold: this.#untold,
      open: (version) => this.#open(client, compId, version),
      nextLocalId: () => `${this.#localIdPrefix}-${++this.#localIds}`,
    });
    return client;
  }

  #open(client: FixClient, compId: string, version: FixVersion): FixSession {
    const session = this.#acceptor.session(this.#settings(compId, version));
    if (!this.#bySession.has(session)) this.#bySession.set(session, { client, version });
    return session;
  }

  #of(session: FixSession): { client: FixClient; version: FixVersion } {
    const known = this.#bySession.get(session);
    if (known) return known;
    const { beginString, targetCompId } = session.settings;
    const found = { client: this.#byCompId.get(targetCompId)!, version: versionNamed(beginString)! };
    this.#bySession.set(session, found);
    return found;
  }

  #identify({ beginString, senderCompId, targetCompId }: LogonIdentity): Settings | undefined {
    const version = versionNamed(beginString);
    if (!version || targetCompId !== this.#parts.compId || !this.#byCompId.has(senderCompId))
      return undefined;
    return this.#settings(senderCompId, version);
  }

  #settings(compId: string, version: FixVersion): Settings {
    return {
      beginString: version.beginString,
      senderCompId: this.#parts.compId,
      targetCompId: compId,
      ...version.dictionaries(),
      validation: { checkUserDefinedTags: false },
      maxMessageBytes: MAX_MESSAGE_BYTES,
      maxPendingBytes: MAX_PENDING_BYTES,
      whenBlocked: "keep",
    };
  }

  /** Password(554); FIX 4.2 has no field for it, there RawData(96) may hold it too. */
  #authorize(logon: FixView, { beginString, senderCompId }: LogonIdentity): string | undefined {
    const login = this.#parts.logins.fix(senderCompId);
    const isFix42 = versionNamed(beginString)?.isFix42 ?? false;
    const given = logon.string(554) ?? (isFix42 ? logon.string(96) : undefined) ?? "";
    // Compared in any case, so that an unknown name takes as long as a known one; the acceptor refuses it.
    const isRight = isSamePassword(given, login?.password ?? "");
    if (!login) return undefined;
    const username = logon.string(553) ?? login.compId;
    if (!isRight || username !== login.compId) return "wrong username or password";
    return this.#byCompId.get(senderCompId)!.live === undefined ? undefined : "already logged on";
  }
}

type Settings = Omit<SessionSettings, "role">;

function isMarketData(type: string): boolean {
  return type === "W" || type === "X";
}

function versionNamed(beginString: string): FixVersion | undefined {
  return versions.find((version) => version.beginString === beginString);
}
