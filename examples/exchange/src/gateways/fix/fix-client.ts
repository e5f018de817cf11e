import type { FixSession, FixView } from "@exchange-kit/fix";
import type { SequencedVenue } from "../../sequenced-venue.ts";
import type { ReplaceOrder, SubmitOrder, VenueCommand } from "../../venue/commands.ts";
import type { OrderView } from "../../venue/order-view.ts";
import type { ExecutionReports, Write } from "./execution-reports.ts";
import type { MarketDataService } from "./market-data-service.ts";
import {
  CANCEL,
  MARKET_DATA,
  MASS_CANCEL,
  MASS_STATUS,
  NEW_ORDER,
  REPLACE,
  SECURITY_LIST,
  STATUS,
  TRADING_SESSIONS,
  typeOf,
} from "./message-types.ts";
import { OrderEntry } from "./order-entry.ts";
import { OrderQueries } from "./order-queries.ts";
import { answerSecurityList } from "./security-list.ts";
import type { SessionStores } from "./session-stores.ts";
import type { TradingSessions } from "./trading-sessions.ts";
import { type FixVersion, msgSeqNumOf, sourceNumber, versionOf } from "./versions.ts";

export interface FixClientParts {
  readonly sequenced: SequencedVenue;
  readonly reports: ExecutionReports;
  readonly marketData: MarketDataService;
  readonly tradingSessions: TradingSessions;
  readonly stores: SessionStores;
  /** Index of the venue's session. */
  readonly index: number;
  readonly isDropCopy: boolean;
  /** Clients of which the venue has yet to be told whether they are connected: it took no command when that changed. */
  readonly untold: Set<FixClient>;
  /** The session of a version, made if need be. */
  readonly open: (version: FixVersion) => FixSession;
  /** An ExecID(17) of the gateway's own. */
  readonly nextLocalId: () => string;
}

/**
 * One login: hands what the client sends to whoever serves it, and sends what happens to its orders. It may log on with any
 * version; while it is away, reports wait in the store of the version that it used last.
 */
export class FixClient {
  readonly index: number;
  readonly firm: number;
  readonly isDropCopy: boolean;
  readonly stores: SessionStores;
  /** Accounts of the firm, by name. */
  readonly accounts: ReadonlyMap<string, number>;
  /** The session that is logged on. */
  live: FixSession | undefined;
  readonly #parts: FixClientParts;
  readonly #sequenced: SequencedVenue;
  readonly #orders: OrderEntry;
  readonly #queries: OrderQueries;
  /** What recovery tells up to here is in the stores. */
  readonly #checkpoint: number;
  #version: FixVersion | undefined;
  /** The venue has yet to be told that the client left. */
  #isLeavingUntold = false;
  /** The one in use before a crash. */
  #recoveredVersion: FixVersion | undefined;
  /** Messages of that version below this number had been received before the crash, and were answered if they can be without the venue. */
  #receivedBelow = 0;
  /** Requests among them that had been refused, by client order id: they must not be carried out after all. */
  #refused = new Map<string, number>();

  constructor(parts: FixClientParts) {
    this.#parts = parts;
    this.#sequenced = parts.sequenced;
    this.index = parts.index;
    this.isDropCopy = parts.isDropCopy;
    this.stores = parts.stores;
    const { directory } = parts.sequenced.venue;
    this.firm = directory.firmOfSession[this.index]!;
    this.accounts = new Map(
      directory
        .accountsOf(this.firm)
        .map((account) => [directory.config.accounts[account]!.name, account] as const),
    );
    this.#checkpoint = parts.stores.checkpoint;
    this.#orders = new OrderEntry(this, parts);
    this.#queries = new OrderQueries(this, parts);
  }

  /**
   * Takes up where the journal stands after a recovery. Of what the client sent, all up to its last durable command has
   * been taken; what came after it is asked for again, because a command may be among it that was lost.
   */
  recovered(): void {
    const { venue } = this.#sequenced;
    const source = this.#sequenced.lastSourceNumber(this.index);
    this.#version = versionOf(source);
    this.#recoveredVersion = this.#version;
    const { stores } = this;
    if (stores.has(this.#version)) {
      const store = stores.of(this.#version);
      this.#receivedBelow = store.nextTargetSeqNum;
      // A reset that the journal has not heard of: nothing that came after it is durable either.
      const isReset = stores.wasResetAfter(this.#version, venue.timeMicros);
      store.nextTargetSeqNum = isReset ? 1 : msgSeqNumOf(source) + 1;
      if (store.nextTargetSeqNum < this.#receivedBelow) {
        this.#refused = stores.refusedAfter(this.#version, store.nextTargetSeqNum);
      }
    }
    stores.reached(this.#sequenced.sequence);
    // With the number, which may be lower now: after another crash the journal may end with another version.
    stores.flush(true);
  }

  loggedOn(session: FixSession, version: FixVersion): void {
    this.live = session;
    this.#version = version;
    this.#tellConnection("session-connected", version, session.store.nextTargetSeqNum - 1);
  }

  /** Whether by Logout or by a lost connection: nobody looks after the orders any more. */
  loggedOut(session: FixSession): void {
    this.live = undefined;
    this.#parts.marketData.left(this);
    this.#parts.tradingSessions.left(this);
    this.#tellConnection("session-disconnected", this.#version!, session.store.nextTargetSeqNum - 1);
  }

  /** Both sequences of a version begin at 1 again. */
  wasReset(version: FixVersion): void {
    if (version === this.#recoveredVersion) this.#receivedBelow = 0;
    this.#tellConnection("session-connected", version, 0);
  }

  /** A message in sequence. */
  receive(view: FixView, session: FixSession, version: FixVersion): undefined | "unsupported" {
    switch (typeOf(view)) {
      case NEW_ORDER:
      case CANCEL:
      case REPLACE:
      case MASS_CANCEL:
        if (this.isDropCopy) this.#forbid(view, session, version);
        else if (!this.#wasRefused(view)) this.#orders.receive(view, typeOf(view), version);
        return undefined;
      case STATUS:
        return void this.#queries.status(view);
      case MASS_STATUS:
        return void this.#queries.massStatus(view);
      case MARKET_DATA:
        return void this.#parts.marketData.receive(this, view);
      case SECURITY_LIST:
        return void answerSecurityList(this, view, this.#sequenced.venue);
      case TRADING_SESSIONS:
        return void this.#parts.tradingSessions.receive(this, view, session, version);
      default:
        return this.hasAnswered(view) ? undefined : "unsupported";
    }
  }

  /** Sends a message that the venue caused; one that recovery tells again is in the store, unless it was lost. */
  report(type: string, write: Write): void {
    if (this.#sequenced.isReplaying && this.#sequenced.sequence <= this.#checkpoint) return;
    this.send(type, write);
  }

  /** Answers a message without the venue; not once more what was answered before a crash and is in the store. */
  answer(view: FixView, type: string, write: Write): void {
    if (!this.hasAnswered(view)) this.send(type, write);
  }

  /** Whether a message that is asked for again after a crash has the gateway's answer in the store. */
  hasAnswered(view: FixView): boolean {
    return this.#version === this.#recoveredVersion && view.int(34) < this.#receivedBelow;
  }

  /** Sends a message, or keeps it for when the client is back. */
  send(type: string, write: Write): void {
    const version = this.#present;
    const session = this.live ?? this.#parts.open(version);
    const encoder = session.begin(type, Date.now());
    if (!encoder) return;
    write(encoder, version);
    session.commit();
  }

  /** The order of the firm under a present client order id. */
  findOrder(clientOrderId: string): OrderView | undefined {
    for (const account of this.accounts.values()) {
      const order = this.#sequenced.venue.orderByClientId(account, clientOrderId);
      if (order) return order;
    }
    return undefined;
  }

  /**
   * Tells the venue whether it is connected, now that it may take commands again after a full disk or a full batch; and
   * that it left before it came back, since its orders may end with that.
   */
  tellAgain(): void {
    const version = this.#version!;
    const lastReceived = this.stores.of(version).nextTargetSeqNum - 1;
    if (this.#isLeavingUntold || !this.live)
      this.#tellConnection("session-disconnected", version, lastReceived);
    if (this.live) this.#tellConnection("session-connected", version, lastReceived);
  }

  /** A command that had been taken was carried out. */
  carriedOut(command: SubmitOrder | ReplaceOrder): void {
    this.#orders.carriedOut(command);
  }

  /** A command that had been taken was not carried out: the disk is full. */
  commandRefused(command: VenueCommand): void {
    if (command.type === "session-connected" || command.type === "session-disconnected") {
      this.#keepUntold(command.type);
    } else this.#orders.commandRefused(command);
  }

  /** Everything up to the present command is in the stores; a connection writes its own before it sends. */
  batchEnded(): void {
    this.stores.reached(this.#sequenced.sequence);
    if (!this.live) this.stores.flush();
  }

  get #present(): FixVersion {
    // While recovery goes on, the journal tells which version was in use.
    if (this.#version === undefined) return versionOf(this.#sequenced.lastSourceNumber(this.index));
    return this.#version;
  }

  /** Whether a request that is asked for again after a crash had been refused, which the client has heard or will hear. */
  #wasRefused(view: FixView): boolean {
    if (this.#refused.size === 0 || !this.hasAnswered(view)) return false;
    const id = view.string(11)!;
    const times = this.#refused.get(id) ?? 0;
    if (times > 1) this.#refused.set(id, times - 1);
    else this.#refused.delete(id);
    return times > 0;
  }

  #forbid(view: FixView, session: FixSession, version: FixVersion): void {
    if (this.hasAnswered(view)) return;
    session.rejectBusiness(view, version.isFix42 ? 0 : 6, "a drop copy session may not trade");
  }

  #tellConnection(
    type: "session-connected" | "session-disconnected",
    version: FixVersion,
    lastReceived: number,
  ): void {
    const { index } = this;
    const timeMicros = this.#sequenced.now();
    const command = { type, timeMicros, session: index };
    const refusal = this.#sequenced.submit(command, sourceNumber(version, lastReceived));
    if (refusal !== undefined) return void this.#keepUntold(type);
    this.#parts.untold.delete(this);
    if (type === "session-disconnected") this.#isLeavingUntold = false;
  }

  /** The venue did not take a change of the connection, or did not carry it out. */
  #keepUntold(type: "session-connected" | "session-disconnected"): void {
    this.#parts.untold.add(this);
    if (type === "session-disconnected") this.#isLeavingUntold = true;
  }
}
