import {
  isItchError,
  type Ouch50CancelOrder,
  type Ouch50EnterOrder,
  type Ouch50ModifyOrder,
  type Ouch50Outbound,
  type Ouch50ReplaceOrder,
  OuchTag,
  ouch50,
} from "@exchange-kit/itch";
import { nanosOfDay } from "../../market-data/itch/present.ts";
import type { SequencedVenue } from "../../sequenced-venue.ts";
import type { SequencerRefusal } from "../../sequencer.ts";
import type { ReplaceOrder, SubmitOrder, VenueCommand } from "../../venue/commands.ts";
import type { Instrument } from "../../venue/directory.ts";
import type { Liquidity } from "../../venue/events.ts";
import type { OrderView } from "../../venue/order-view.ts";
import type { OrderEndReason, RejectReason, RestateReason } from "../../venue/reject-reasons.ts";
import {
  hasSide,
  MAX_WORD,
  type OrderTerms,
  type OuchSender,
  readCancelOrder,
  readEnterOrder,
  readReplaceOrder,
  replacedTerms,
} from "./read-command.ts";
import { type OuchFault, rejectCode } from "./reject-codes.ts";
import { cancelReason, liquidityFlag, price4, terms } from "./reports.ts";
import type { SessionStream } from "./session-stream.ts";
import { clOrdIdOf, isOuchId, userRefNumOf } from "./tokens.ts";

/** The highest is none: the journal has it for commands without a number, and no other could come after it. */
const MAX_USER_REF_NUM = 2 ** 32 - 2;
/** With orders entered by 14 characters of free text: more than printable ASCII cannot be kept. */
const PRINTABLE = /^[\x20-\x7e]*$/;

interface OpenOrder {
  readonly clientOrderId: string;
  leaves: number;
}

/**
 * One OUCH 5.0 session: turns what the client sends into commands, and what happens to its orders into messages of its
 * stream.
 *
 * A user reference number must be higher than every one before; a message with another one is passed over, as the
 * specification has it, so that a client may send again what it is not sure about. The highest one is durable with its
 * command.
 */
export class OuchSession {
  readonly stream: SessionStream;
  readonly #sequenced: SequencedVenue;
  readonly #index: number;
  readonly #account: number;
  /** Open orders by user reference number. */
  readonly #open = new Map<number, OpenOrder>();
  /** Orders and replaces that the venue has yet to carry out: a client may go on with them before it hears of them. */
  readonly #pending = new Map<number, OrderTerms>();
  #highest = 0;
  /** The venue has yet to be told that the client left: it took no command then, or did not carry it out. */
  #isLeavingUntold = false;
  /** The same of a client that is there. */
  #isComingUntold = false;

  constructor(sequenced: SequencedVenue, index: number, stream: SessionStream) {
    this.#sequenced = sequenced;
    this.#index = index;
    this.stream = stream;
    const { directory } = sequenced.venue;
    this.#account = directory.accountsOf(directory.firmOfSession[index]!)[0]!;
  }

  /** Takes up where the venue stands after a recovery. */
  recovered(): void {
    this.#highest = this.#sequenced.lastSourceNumber(this.#index);
    const { venue } = this.#sequenced;
    this.#open.clear();
    for (const order of venue.openOrders(venue.directory.firmOfSession[this.#index]!)) {
      if (order.session === this.#index && isOuchId(order.clientOrderId)) this.#remember(order);
    }
  }

  /** A message of the client. @returns an answer for the client that is no part of the stream */
  receive(bytes: Uint8Array, offset: number, length: number): Uint8Array | undefined {
    let message: ReturnType<typeof ouch50.decodeInbound>;
    try {
      message = ouch50.decodeInbound(bytes, offset, length);
    } catch (error) {
      // What cannot be read cannot be answered: OUCH has no message for it. The session is in order all the same.
      if (isItchError(error)) return undefined;
      throw error;
    }
    switch (message.type) {
      case "O":
        this.#enter(message);
        return undefined;
      case "U":
        this.#replace(message);
        return undefined;
      case "X":
      case "M":
        this.#cancel(message);
        return undefined;
      case "Q":
        return ouch50.encodeOutbound({
          type: "Q",
          timestampNanos: nanosOfDay(this.#sequenced.now()),
          nextUserRefNum: this.#highest + 1,
        });
    }
  }

  /** The client is logged in. */
  connected(): void {
    this.#isComingUntold = true;
    this.tellConnection();
  }

  /** The client is gone. */
  lost(): void {
    this.#isComingUntold = false;
    this.#isLeavingUntold = true;
    this.tellConnection();
  }

  /** Tells the venue what it has yet to be told; that a client left before it came back, since its orders may end with it. */
  tellConnection(): void {
    if (this.#isLeavingUntold) {
      this.#isLeavingUntold = this.#submitConnection("session-disconnected") !== undefined;
    }
    if (this.#isComingUntold && !this.#isLeavingUntold) {
      this.#isComingUntold = this.#submitConnection("session-connected") !== undefined;
    }
  }

  #submitConnection(type: "session-connected" | "session-disconnected"): SequencerRefusal | undefined {
    return this.#sequenced.submit({ type, timeMicros: this.#sequenced.now(), session: this.#index });
  }

  /** A day begins: reference numbers start again at 1. */
  beginDay(): void {
    // A crash may come before the command below is durable; recovery comes through here.
    this.#sequenced.numberAnew(this.#index);
    if (this.#sequenced.isReplaying) return;
    this.#highest = 0;
    const command: VenueCommand = {
      type: "session-connected",
      timeMicros: this.#sequenced.now(),
      session: this.#index,
    };
    this.#sequenced.submit(command, 0);
  }

  #enter(message: Ouch50EnterOrder): void {
    if (!this.#isNext(message.userRefNum)) return;
    if (this.#isTaken(message)) return;
    const command = PRINTABLE.test(message.clOrdId)
      ? readEnterOrder(
          message,
          this.#sequenced.venue.instrument(message.symbol),
          this.#instruments,
          this.#sender(),
        )
      : "unsupported-option";
    if (this.#submit(command, message)) this.#pending.set(message.userRefNum, command);
  }

  #replace(message: Ouch50ReplaceOrder): void {
    const { userRefNum, clOrdId } = message;
    if (!this.#isNext(userRefNum)) return;
    if (this.#isTaken(message)) return;
    const order = this.#meant(message.origUserRefNum);
    // The specification passes over a replace of an order that is no longer live; saying so is of more use.
    if (!order || !PRINTABLE.test(clOrdId))
      return void this.#rejectHere(userRefNum, clOrdId, "unknown-order");
    const command = readReplaceOrder(message, order, this.#instruments, this.#sender());
    if (this.#submit(command, message)) this.#pending.set(userRefNum, replacedTerms(order, command));
  }

  /** Whether an order of an earlier day still has the number, which the client then has been told. */
  #isTaken({ userRefNum, clOrdId }: Ouch50EnterOrder | Ouch50ReplaceOrder): boolean {
    const isTaken = this.#open.has(userRefNum);
    if (isTaken) this.#rejectHere(userRefNum, clOrdId, "duplicate-client-order-id");
    return isTaken;
  }

  /** @returns whether it was taken; otherwise the client has been told */
  #submit<Command extends SubmitOrder | ReplaceOrder>(
    command: Command | OuchFault,
    { userRefNum, clOrdId }: Ouch50EnterOrder | Ouch50ReplaceOrder,
  ): command is Command {
    const isFault = typeof command === "string";
    if (!isFault && this.#sequenced.submit(command, userRefNum) === undefined) return true;
    this.#rejectHere(userRefNum, clOrdId, isFault ? command : "unavailable");
    return false;
  }

  /** Superfluous cancels are passed over, as the specification has it. */
  #cancel(message: Ouch50CancelOrder | Ouch50ModifyOrder): void {
    const order = this.#meant(message.userRefNum);
    if (!order) return;
    if (message.type === "M" && !hasSide(order, message.side)) {
      this.#cancelRejectHere(message.userRefNum);
      return;
    }
    if (message.quantity > MAX_WORD) return;
    const refusal = this.#sequenced.submit(readCancelOrder(message, order, this.#sender()));
    if (refusal !== undefined) this.#cancelRejectHere(message.userRefNum);
  }

  /** The order that is open under a number, or will be when what was sent is carried out; the venue finds it by its id then. */
  #meant(userRefNum: number): OrderTerms | undefined {
    const { venue } = this.#sequenced;
    const open = this.#open.get(userRefNum);
    if (open) return venue.orderByClientId(this.#account, open.clientOrderId);
    const pending = this.#pending.get(userRefNum);
    const other = pending && venue.orderByClientId(this.#account, pending.clientOrderId);
    // An order of another session has the id: this one will be refused, and what follows must not reach the other.
    if (other && other.leavesQuantity > 0 && other.session !== this.#index) return undefined;
    return pending;
  }

  /** A command that had been taken was not carried out: the disk is full. */
  commandRefused(command: VenueCommand): void {
    switch (command.type) {
      case "submit":
      case "replace": {
        const { clientOrderId } = command;
        const userRefNum = userRefNumOf(clientOrderId);
        this.#pending.delete(userRefNum);
        this.#rejectHere(userRefNum, clOrdIdOf(clientOrderId), "unavailable");
        return;
      }
      case "cancel": {
        const userRefNum = userRefNumOf(command.origClientOrderId);
        if (this.#open.has(userRefNum) || this.#pending.has(userRefNum)) this.#cancelRejectHere(userRefNum);
        return;
      }
      case "session-disconnected":
        this.#isLeavingUntold = true;
        return;
      case "session-connected":
        this.#isComingUntold = true;
    }
  }

  /** An answer of the gateway itself, which the journal knows nothing of. */
  #rejectHere(
    userRefNum: number,
    clOrdId: string,
    fault: OuchFault | "unknown-order" | "duplicate-client-order-id",
  ): void {
    this.stream.appendLocal(
      this.#sequenced.sequence,
      ouch50.encodeOutbound({
        type: "J",
        timestampNanos: nanosOfDay(this.#sequenced.now()),
        userRefNum,
        rejectedOrderReason: rejectCode(fault),
        clOrdId: PRINTABLE.test(clOrdId) ? clOrdId : "",
      }),
    );
  }

  #cancelRejectHere(userRefNum: number): void {
    this.stream.appendLocal(
      this.#sequenced.sequence,
      ouch50.encodeOutbound({
        type: "I",
        timestampNanos: nanosOfDay(this.#sequenced.now()),
        userRefNum,
      }),
    );
  }

  accepted(order: OrderView): void {
    this.#remember(order);
    this.#tell({ type: "A", timestampNanos: this.#time, ...this.#terms(order) });
  }

  rejected(command: SubmitOrder | ReplaceOrder, reason: RejectReason): void {
    const { clientOrderId } = command;
    const userRefNum = userRefNumOf(clientOrderId);
    this.#pending.delete(userRefNum);
    this.#tell({
      type: "J",
      timestampNanos: this.#time,
      userRefNum,
      rejectedOrderReason: rejectCode(reason),
      clOrdId: clOrdIdOf(clientOrderId),
    });
  }

  /** A cancel of an order that has ended was superfluous. */
  cancelRejected(order: OrderView | undefined): void {
    if (order === undefined || order.leavesQuantity === 0) return;
    this.#tell({ type: "I", timestampNanos: this.#time, userRefNum: userRefNumOf(order.clientOrderId) });
  }

  executed(order: OrderView, tradeId: number, price: number, quantity: number, liquidity: Liquidity): void {
    this.#tell({
      type: "E",
      timestampNanos: this.#time,
      userRefNum: this.#update(order),
      quantity,
      price4: price4(price, this.#rulesOf(order)),
      liquidityFlag: liquidityFlag(liquidity, this.#sequenced.venue.phase(order.instrument)),
      matchNumber: BigInt(tradeId),
      appendages: [],
    });
  }

  cancelled(order: OrderView, quantity: number, reason: OrderEndReason): void {
    this.#tell({
      type: "C",
      timestampNanos: this.#time,
      userRefNum: this.#update(order),
      quantity,
      cancelOrderReason: cancelReason(reason),
    });
  }

  replaced(order: OrderView): void {
    const origUserRefNum = userRefNumOf(order.origClientOrderId);
    this.#open.delete(origUserRefNum);
    this.#remember(order);
    this.#tell({
      type: "U",
      timestampNanos: this.#time,
      origUserRefNum,
      ...this.#terms(order),
    });
  }

  /** Another session of the firm replaced the order under an id that OUCH has no name for: here it has ended. */
  takenOver(order: OrderView): void {
    const userRefNum = userRefNumOf(order.origClientOrderId);
    const quantity = this.#open.get(userRefNum)?.leaves ?? order.leavesQuantity;
    this.#open.delete(userRefNum);
    this.#tell({ type: "C", timestampNanos: this.#time, userRefNum, quantity, cancelOrderReason: "S" });
  }

  restated(order: OrderView, reason: RestateReason): void {
    const before = this.#open.get(userRefNumOf(order.clientOrderId))?.leaves ?? order.leavesQuantity;
    const userRefNum = this.#update(order);
    if (reason === "self-trade" || reason === "reduced") {
      this.#tell({
        type: "C",
        timestampNanos: this.#time,
        userRefNum,
        quantity: before - order.leavesQuantity,
        cancelOrderReason: reason === "reduced" ? "U" : "Q",
      });
      return;
    }
    this.#tell({
      type: "R",
      timestampNanos: this.#time,
      userRefNum,
      orderRestatedReason: "P",
      appendages: [{ tag: OuchTag.displayPrice, value: price4(order.price ?? 0, this.#rulesOf(order)) }],
    });
  }

  dayChanged(eventCode: "S" | "E"): void {
    this.#tell({ type: "S", timestampNanos: this.#time, eventCode });
  }

  #tell(message: Ouch50Outbound): void {
    this.stream.append(this.#sequenced.sequence, ouch50.encodeOutbound(message));
  }

  #remember({ clientOrderId, leavesQuantity }: OrderView): void {
    const userRefNum = userRefNumOf(clientOrderId);
    this.#pending.delete(userRefNum);
    if (leavesQuantity > 0) this.#open.set(userRefNum, { clientOrderId, leaves: leavesQuantity });
  }

  /** @returns its user reference number */
  #update({ clientOrderId, leavesQuantity }: OrderView): number {
    const userRefNum = userRefNumOf(clientOrderId);
    const open = this.#open.get(userRefNum);
    if (leavesQuantity === 0) this.#open.delete(userRefNum);
    else if (open) open.leaves = leavesQuantity;
    return userRefNum;
  }

  #isNext(userRefNum: number): boolean {
    if (userRefNum <= this.#highest || userRefNum > MAX_USER_REF_NUM) return false;
    this.#highest = userRefNum;
    return true;
  }

  #sender(): OuchSender {
    return { session: this.#index, account: this.#account, timeMicros: this.#sequenced.now() };
  }

  get #instruments(): readonly Instrument[] {
    return this.#sequenced.venue.directory.instruments;
  }

  #terms(order: OrderView): ReturnType<typeof terms> {
    return terms(order, this.#sequenced.venue.symbol(order.instrument), this.#rulesOf(order));
  }

  #rulesOf({ instrument }: OrderView): Instrument {
    return this.#instruments[instrument]!;
  }

  get #time(): number {
    return nanosOfDay(this.#sequenced.venue.timeMicros);
  }
}
