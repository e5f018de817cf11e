import type { FixEncoder, FixSession, FixView } from "@exchange-kit/fix";
import type { SequencedVenue } from "../../sequenced-venue.ts";
import type { VenueCommand } from "../../venue/commands.ts";
import type { OrderView } from "../../venue/order-view.ts";
import { type ExecutionReports, stamp, writeCancelReject, writeExecId } from "./execution-reports.ts";
import { writeMassCancelReject } from "./mass-cancel-reports.ts";
import {
  type FixSender,
  isClientOrderId,
  readCancel,
  readMassCancel,
  readNewOrder,
  readReplace,
} from "./read-command.ts";
import { orderRejectCode, type Refusal, reasonText } from "./reasons.ts";
import type { SessionStores } from "./session-stores.ts";
import { type FixVersion, msgSeqNumOf, sourceNumber, versionOf } from "./versions.ts";

const NEW_ORDER = 0x44;
const CANCEL = 0x46;
const REPLACE = 0x47;
const MASS_CANCEL = 0x71;

export interface FixClientParts {
  readonly sequenced: SequencedVenue;
  readonly reports: ExecutionReports;
  readonly stores: SessionStores;
  /** Index of the venue's session. */
  readonly index: number;
  readonly isDropCopy: boolean;
  /** The session of a version, made if need be. */
  readonly open: (version: FixVersion) => FixSession;
  /** An ExecID(17) of the gateway's own. */
  readonly nextLocalId: () => string;
}

/** Writes the body of a message. */
export type Write = (encoder: FixEncoder, version: FixVersion) => void;

/**
 * One login: turns what the client sends into commands, and sends what happens to its orders. It may log on with any
 * version; while it is away, reports wait in the store of the version that it used last.
 */
export class FixClient {
  readonly index: number;
  readonly firm: number;
  readonly isDropCopy: boolean;
  readonly stores: SessionStores;
  /** The session that is logged on. */
  live: FixSession | undefined;
  readonly #parts: FixClientParts;
  readonly #sequenced: SequencedVenue;
  readonly #accounts: readonly number[];
  /** What recovery tells up to here is in the stores. */
  readonly #checkpoint: number;
  #version: FixVersion | undefined;
  /** Orders with PossResend=Y that the venue has not decided on. */
  readonly #possResends = new Set<string>();

  constructor(parts: FixClientParts) {
    this.#parts = parts;
    this.#sequenced = parts.sequenced;
    this.index = parts.index;
    this.isDropCopy = parts.isDropCopy;
    this.stores = parts.stores;
    const { directory } = parts.sequenced.venue;
    this.firm = directory.firmOfSession[this.index]!;
    this.#accounts = directory.accountsOf(this.firm);
    this.#checkpoint = parts.stores.checkpoint;
  }

  /**
   * Takes up where the journal stands after a recovery. Of what the client sent, all up to its last durable command has
   * been taken; what came after it is asked for again, because a command may be among it that was lost.
   */
  recovered(): void {
    const source = this.#sequenced.lastSourceNumber(this.index);
    this.#version = versionOf(source);
    const { stores } = this;
    if (stores.has(this.#version)) stores.of(this.#version).nextTargetSeqNum = msgSeqNumOf(source) + 1;
    this.batchEnded();
  }

  loggedOn(session: FixSession, version: FixVersion): void {
    this.live = session;
    this.#version = version;
    this.#tellConnection("session-connected", version, session.store.nextTargetSeqNum - 1);
  }

  /** Whether by Logout or by a lost connection: nobody looks after the orders any more. */
  loggedOut(session: FixSession): void {
    this.live = undefined;
    this.#tellConnection("session-disconnected", this.#version!, session.store.nextTargetSeqNum - 1);
  }

  /** Both sequences of a version begin at 1 again. */
  wasReset(version: FixVersion): void {
    this.#tellConnection("session-connected", version, 0);
  }

  /** A message in sequence. */
  receive(view: FixView, session: FixSession, version: FixVersion): undefined | "unsupported" {
    const type = view.length(35) === 1 ? view.char(35) : 0;
    if (type !== NEW_ORDER && type !== CANCEL && type !== REPLACE && type !== MASS_CANCEL)
      return "unsupported";
    if (this.isDropCopy) {
      session.rejectBusiness(view, version.isFix42 ? 0 : 6, "a drop copy session may not trade");
      return undefined;
    }
    if (type === NEW_ORDER) this.#newOrder(view, version);
    else if (type === MASS_CANCEL) this.#massCancel(view, version);
    else this.#change(view, version, type === REPLACE);
    return undefined;
  }

  /** Sends a message that the venue caused; one that recovery tells again is in the store, unless it was lost. */
  report(type: string, write: Write): void {
    if (this.#sequenced.isReplaying && this.#sequenced.sequence <= this.#checkpoint) return;
    this.send(type, write);
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

  /** An order that was sent as a possible repetition is one: its state is the answer. @returns whether it was */
  answerRepetition(account: number, clientOrderId: string): boolean {
    if (this.#possResends.size === 0 || !this.#possResends.delete(keyOf(account, clientOrderId)))
      return false;
    const order = this.#sequenced.venue.orderByClientId(account, clientOrderId);
    if (order) this.#sendStatus(order);
    return order !== undefined;
  }

  /** An order was taken or refused: a repetition of it is known from here on. */
  decided(account: number, clientOrderId: string): void {
    if (this.#possResends.size > 0) this.#possResends.delete(keyOf(account, clientOrderId));
  }

  /** A command that had been taken was not carried out: the disk is full. */
  commandRefused(command: VenueCommand): void {
    switch (command.type) {
      case "submit":
        this.send("8", (encoder, version) =>
          this.#parts.reports.rejected(encoder, version, command, this.#parts.nextLocalId(), "unavailable"),
        );
        break;
      case "cancel":
      case "replace":
        this.send("9", (encoder, version) =>
          this.#parts.reports.cancelRejected(encoder, version, command, undefined, "unavailable"),
        );
        break;
      case "mass-cancel":
        this.#refuseMassCancel(command.clientOrderId, command.instrument === -1 ? "7" : "1", "unavailable");
        break;
    }
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

  #newOrder(view: FixView, version: FixVersion): void {
    const { venue } = this.#sequenced;
    const account = this.#accountOf(view, undefined);
    const instrument = venue.instrument(view.string(55) ?? "");
    const command =
      account < 0
        ? "unknown-account"
        : readNewOrder(view, instrument, venue.directory.instruments, this.#sender(account));
    if (typeof command === "string") return void this.#refuseOrder(view, command);
    if (view.has(97) && view.boolean(97) === true) {
      const known = venue.orderByClientId(account, command.clientOrderId);
      if (known) return void this.#sendStatus(known);
      this.#possResends.add(keyOf(account, command.clientOrderId));
    }
    const refusal = this.#submit(command, view, version);
    if (refusal !== undefined) this.#refuseOrder(view, refusal);
  }

  #change(view: FixView, version: FixVersion, isReplace: boolean): void {
    const { venue } = this.#sequenced;
    const account = this.#accountOf(view, view.string(41));
    if (account < 0) return void this.#refuseChange(view, isReplace, "unknown-account");
    if (view.has(97) && view.boolean(97) === true) {
      // Repeated after it was carried out: the order has the new id, or is closed.
      const replaced = venue.orderByClientId(account, view.string(11)!);
      const order = replaced ?? venue.orderByClientId(account, view.string(41) ?? "");
      if (order && (replaced || order.leavesQuantity === 0)) return void this.#sendStatus(order);
    }
    const sender = this.#sender(account);
    const instrument = venue.instrument(view.string(55) ?? "");
    const command = isReplace
      ? readReplace(view, instrument, venue.directory.instruments, sender)
      : readCancel(view, sender);
    const refusal = typeof command === "string" ? command : this.#submit(command, view, version);
    if (refusal !== undefined) this.#refuseChange(view, isReplace, refusal);
  }

  #massCancel(view: FixView, version: FixVersion): void {
    const account = this.#accountOf(view, undefined);
    const instrument = this.#sequenced.venue.instrument(view.string(55) ?? "");
    const command = account < 0 ? "unknown-account" : readMassCancel(view, instrument, this.#sender(account));
    const refusal = typeof command === "string" ? command : this.#submit(command, view, version);
    if (refusal !== undefined) this.#refuseMassCancel(view.string(11)!, view.string(530)!, refusal);
  }

  /** The account named, or the one that has the order meant, or the firm's first; −1: not the firm's. */
  #accountOf(view: FixView, origClientOrderId: string | undefined): number {
    if (view.has(1)) {
      const account = this.#sequenced.venue.directory.account(view.string(1)!);
      return this.#accounts.includes(account) ? account : -1;
    }
    if (origClientOrderId !== undefined && this.#accounts.length > 1) {
      for (const account of this.#accounts) {
        if (this.#sequenced.venue.orderByClientId(account, origClientOrderId)) return account;
      }
    }
    return this.#accounts[0] ?? -1;
  }

  #submit(command: VenueCommand, view: FixView, version: FixVersion): Refusal | undefined {
    return this.#sequenced.submit(command, sourceNumber(version, view.int(34)));
  }

  #sender(account: number): FixSender {
    return { session: this.index, account, timeMicros: this.#sequenced.now() };
  }

  #sendStatus(order: OrderView): void {
    this.send("8", (encoder, version) => this.#parts.reports.status(encoder, version, order));
  }

  /** ExecutionReport of the gateway itself, which the venue knows nothing of: with the order's fields as they came. */
  #refuseOrder(view: FixView, reason: Refusal): void {
    this.send("8", (encoder, version) => {
      encoder.string(37, "NONE");
      copy(encoder, view, [11]);
      writeExecId(encoder, this.#parts.nextLocalId());
      if (version.isFix42) encoder.string(20, "0");
      encoder.string(150, "8").string(39, "8");
      encoder.int(103, orderRejectCode(reason, version)).string(58, reasonText(reason));
      copy(encoder, view, [1, 55, 54, 38, 40, 44, 59]);
      encoder.int(151, 0).int(14, 0).int(6, 0).string(60, stamp(this.#sequenced.now()));
    });
  }

  #refuseChange(view: FixView, isReplace: boolean, reason: Refusal): void {
    this.send("9", (encoder, version) =>
      writeCancelReject(encoder, version, {
        orderId: undefined,
        clientOrderId: view.string(11)!,
        origClientOrderId: view.string(41) ?? "NONE",
        status: "8",
        isReplace,
        reason,
        time: stamp(this.#sequenced.now()),
      }),
    );
  }

  #refuseMassCancel(clientOrderId: string, scope: string, reason: Refusal | "unsupported-scope"): void {
    const id = isClientOrderId(clientOrderId) ? clientOrderId : "NONE";
    this.send("r", (encoder, version) =>
      writeMassCancelReject(encoder, version, { id, scope, reportId: this.#parts.nextLocalId(), reason }),
    );
  }

  #tellConnection(
    type: "session-connected" | "session-disconnected",
    version: FixVersion,
    lastReceived: number,
  ): void {
    const { index } = this;
    const timeMicros = this.#sequenced.now();
    this.#sequenced.submit({ type, timeMicros, session: index }, sourceNumber(version, lastReceived));
  }
}

function copy(encoder: FixEncoder, view: FixView, tags: readonly number[]): void {
  for (const tag of tags) {
    const at = view.fieldIndex(tag);
    if (at >= 0) encoder.copyValue(tag, view.buffer, view.startAt(at), view.endAt(at));
  }
}

function keyOf(account: number, clientOrderId: string): string {
  return `${account} ${clientOrderId}`;
}
