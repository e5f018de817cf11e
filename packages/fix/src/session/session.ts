import type { FixEncoder } from "../encoder.ts";
import { FixError } from "../errors.ts";
import { isAdminType } from "../header.ts";
import type { AnyFields, FixMessage } from "../message.ts";
import type { FixView } from "../view.ts";
import { checkSettings } from "./check-settings.ts";
import { SessionContext } from "./context.ts";
import { NO_FIELDS, type TextFields } from "./outgoing.ts";
import { refuseLogon, sendBusinessReject, sendLogon, sendLogout } from "./session-messages.ts";
import type {
  FixApplication,
  LogonDecision,
  SendResult,
  SessionSettings,
  SessionStatistics,
} from "./settings.ts";
import { handlers } from "./states/index.ts";
import { acceptLogon } from "./states/logon.ts";
import type { SessionState } from "./states/state.ts";
import { MemoryStore, type MessageStore } from "./store.ts";

const REFUSED: SendResult = { seqNum: 0, status: "refused" };

/**
 * One FIX session as a pure state machine: bytes and time go in; bytes, messages and the next deadline come out. It reads
 * no clock and does no I/O; `./net` puts it on sockets.
 *
 * After each call, write {@link FixSession.takeOutput} to the peer, close the connection when the state is `closing`, and
 * call {@link FixSession.tick} when {@link FixSession.deadline} has come.
 */
export class FixSession {
  /** What it was made with. */
  readonly settings: SessionSettings;
  /** Its store. */
  readonly store: MessageStore;
  /** Counts for metrics. */
  readonly statistics: SessionStatistics = {
    received: 0,
    sent: 0,
    resent: 0,
    garbled: 0,
    rejected: 0,
    duplicates: 0,
    resendRequests: 0,
    queued: 0,
  };
  /** Bytes waiting to be written at which {@link FixSession.send} refuses. */
  readonly maxPendingBytes: number;
  readonly #context: SessionContext;
  #pendingBytes = 0;
  #hasRefused = false;

  /**
   * @param settings - who and how
   * @param application - gets the messages
   * @param store - sequence numbers and sent messages, default in memory
   * @throws FixError `option-invalid`
   */
  constructor(
    settings: SessionSettings,
    application: FixApplication = {},
    store: MessageStore = new MemoryStore(),
  ) {
    this.settings = settings;
    this.store = store;
    checkSettings(settings);
    this.maxPendingBytes = settings.maxPendingBytes ?? 16 * 1024 * 1024;
    this.#context = new SessionContext(this, application, onSound, onGarbled);
  }

  /** Where the session stands. */
  get state(): SessionState {
    return this.#context.state;
  }

  /** Whether messages go out at once. */
  get isLoggedOn(): boolean {
    return this.#context.state === "active";
  }

  /** Why the session is `closing`, or was closed. */
  get closeReason(): string {
    return this.#context.closeReason;
  }

  /** True while nothing should be read from the peer: an application is deciding on its Logon. */
  get isPaused(): boolean {
    return this.#context.state === "authenticating";
  }

  /** HeartBtInt(108) in force, in seconds. */
  get heartBtIntSeconds(): number {
    return this.#context.keepAlive.intervalMillis / 1000;
  }

  /** When {@link FixSession.tick} is to be called next, in milliseconds since 1970; Infinity: not at all. */
  get deadline(): number {
    return handlers[this.#context.state].deadline(this.#context);
  }

  /** Bytes the network shell has not got rid of yet; the shell keeps it up to date. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Sets what waits; below half of the bound a session that refused messages tells its application that it takes them again. */
  set pendingBytes(bytes: number) {
    this.#pendingBytes = bytes;
    if (!this.#hasRefused || bytes + this.#context.outgoing.length > this.maxPendingBytes / 2) return;
    this.#hasRefused = false;
    this.#context.application.onWritable?.(this);
  }

  /** True while {@link FixSession.send} refuses, or keeps, messages because the peer reads too slowly. */
  get isBlocked(): boolean {
    return this.#pendingBytes + this.#context.outgoing.length > this.maxPendingBytes;
  }

  /** Bytes to write, or none. Valid until the next call of any method; they count as handed over. */
  takeOutput(): Uint8Array {
    return this.#context.outgoing.take();
  }

  /** Whether {@link FixSession.takeOutput} has anything. */
  get hasOutput(): boolean {
    return this.#context.outgoing.length > 0;
  }

  /**
   * A connection is there. An initiator sends its Logon.
   *
   * @param nowMillis - the time, in milliseconds since 1970
   */
  connect(nowMillis: number): void {
    const context = this.#context;
    const { settings, store } = this;
    if (context.state !== "disconnected") {
      throw new FixError("state-invalid", `connect: the session is ${context.state}`);
    }
    context.now = nowMillis;
    context.waitSince = nowMillis;
    context.closeReason = "";
    context.garbledInARow = 0;
    context.keepAlive.start();
    context.lookedAt = nowMillis;
    this.#renewStore();
    context.event("info", "connected", `connected as ${settings.role}`);
    if (settings.role === "acceptor") {
      context.state = "awaiting-logon";
      return;
    }
    context.keepAlive.intervalMillis = (settings.heartBtIntSeconds ?? 30) * 1000;
    if (settings.resetOnLogon) {
      context.resetStore();
      context.hasSentReset = true;
    }
    context.state = "logon-sent";
    sendLogon(context, settings.resetOnLogon === true, store.nextTargetSeqNum);
  }

  /**
   * Begins anew with an opening of the schedule. A fresh store gets the time of its first use, unless it holds numbers set
   * by hand.
   */
  #renewStore(): void {
    const { store, settings } = this;
    const { now } = this.#context;
    const begun = store.createdAtMillis;
    if (begun === 0) {
      if (store.nextSenderSeqNum === 1 && store.nextTargetSeqNum === 1) store.reset(now);
    } else if (settings.schedule?.isSameSession(begun, now) === false) this.#context.resetStore();
  }

  /** Whether a message sent now, while no messages go out, will be there for the peer after its next Logon. */
  #isKept(): boolean {
    const { resetOnLogon, resetOnDisconnect, schedule } = this.settings;
    const { state, now } = this.#context;
    if (resetOnLogon || resetOnDisconnect) return false;
    if (state !== "disconnected") return true;
    if (schedule?.isOpen(now) === false) return false;
    this.#renewStore();
    return true;
  }

  /**
   * The connection is gone.
   *
   * @param nowMillis - the time
   * @param reason - for the application and the log, when the session itself had none
   */
  disconnected(nowMillis: number, reason = "connection lost"): void {
    const context = this.#context;
    if (context.state === "disconnected") return;
    context.now = nowMillis;
    context.closeReason ||= reason;
    const { wasLoggedOn } = context;
    context.wasLoggedOn = false;
    context.state = "disconnected";
    context.hasSentReset = false;
    context.input.clear();
    context.outgoing.clear();
    context.gap.clear();
    context.replay.clear();
    if (this.settings.resetOnDisconnect) context.resetStore();
    context.event("info", "disconnected", context.closeReason);
    if (wasLoggedOn) context.application.onLogout?.(this, context.closeReason);
  }

  /**
   * Bytes from the peer, cut anywhere.
   *
   * @param chunk - only read during the call
   * @param nowMillis - the time
   */
  receive(chunk: Uint8Array, nowMillis: number): void {
    const context = this.#context;
    if (context.state === "disconnected" || context.state === "closing") return;
    context.now = nowMillis;
    context.input.receive(chunk);
  }

  /**
   * Time has passed: heartbeats, timeouts, the rest of a resend.
   *
   * @param nowMillis - the time
   */
  tick(nowMillis: number): void {
    const context = this.#context;
    context.now = nowMillis;
    handlers[context.state].onTick(context);
  }

  /**
   * Sends an application message; the session fills in header and trailer.
   *
   * @param message - type, body, and header fields beyond the session's own
   * @param nowMillis - the time
   */
  // biome-ignore lint/suspicious/noExplicitAny: a message of any type
  send(message: FixMessage<any> | FixMessage<AnyFields>, nowMillis: number): SendResult {
    const encoder = this.begin(message.type, nowMillis, message.headerFields());
    if (!encoder) return REFUSED;
    try {
      message.writeBody(encoder);
    } catch (error) {
      this.#context.outgoing.abandon();
      throw error;
    }
    return this.commit();
  }

  /**
   * Begins an application message field by field, without allocation; {@link FixSession.commit} sends it. One that was
   * begun before and not committed, such as after an encoder's error, is forgotten; so is this one when the session sends
   * a message of its own in between.
   *
   * @param type - MsgType(35)
   * @param nowMillis - the time
   * @param header - header fields beyond the session's own, by ascending tag
   * @returns the encoder to write the body with; `undefined` when the message is refused
   * @throws FixError `state-invalid` for a session-level type
   */
  begin(type: string, nowMillis: number, header: TextFields = NO_FIELDS): FixEncoder | undefined {
    const context = this.#context;
    if (isAdminType(type)) {
      throw new FixError("state-invalid", `${type} is a session message: the session itself sends it`);
    }
    context.now = Math.max(context.now, nowMillis);
    if (context.isUp) {
      if (this.isBlocked) {
        this.#refuse();
        if (this.settings.whenBlocked !== "keep") return undefined;
      }
    } else if (!this.#isKept()) return undefined;
    return context.outgoing.begin(type, header);
  }

  /** The first refusal is told, and later that the peer has caught up. */
  #refuse(): void {
    if (this.#hasRefused) return;
    this.#hasRefused = true;
    const bytes = this.#pendingBytes + this.#context.outgoing.length;
    this.#context.event("warning", "slow-consumer", `${bytes} bytes wait: messages are refused`);
  }

  /**
   * Sends the message begun by {@link FixSession.begin}.
   *
   * @throws FixError `state-invalid` when none was begun
   */
  commit(): SendResult {
    const { outgoing, isUp } = this.#context;
    if (!outgoing.isComposing) throw new FixError("state-invalid", "commit: no message was begun");
    const seqNum = this.store.nextSenderSeqNum;
    const isSent = isUp && !this.isBlocked;
    outgoing.finish(!isSent);
    if (isSent) this.#announceOutput();
    return { seqNum, status: isSent ? "sent" : "queued" };
  }

  /** Tells the network shell, unless it is about to look anyway. */
  #announceOutput(): void {
    if (!this.#context.input.isReceiving) this.#context.application.onOutput?.(this);
  }

  /**
   * Answers a message with a BusinessMessageReject (FIX 4.2 on), or a Reject before that.
   *
   * @param message - the message that cannot be served
   * @param reason - BusinessRejectReason(380), 3 for an unsupported message type
   * @param text - Text(58)
   * @see FIX 4.4, BusinessMessageReject
   */
  rejectBusiness(message: FixView, reason: number, text: string): void {
    sendBusinessReject(this.#context, message, reason, text);
  }

  /**
   * Decides on a Logon for which the application said `"wait"`: the one that waits now. When `onEvent` tells `disconnected`
   * meanwhile, the decision is not wanted any more, and must not be given to the next connection.
   *
   * @param decision - accept, or refuse with a text
   * @param nowMillis - the time
   */
  completeLogon(decision: Exclude<LogonDecision, "wait">, nowMillis: number): void {
    const context = this.#context;
    if (context.state !== "authenticating") return;
    context.now = nowMillis;
    context.input.resume((logon) => {
      context.state = "awaiting-logon";
      if (decision === "accept") acceptLogon(context, logon);
      else refuseLogon(context, decision.refuse);
    });
    context.application.onOutput?.(this);
  }

  /**
   * Ends the session in order: Logout, its answer or the timeout, then the connection is closed.
   *
   * @param nowMillis - the time
   * @param text - Text(58)
   */
  logout(nowMillis: number, text?: string): void {
    const context = this.#context;
    context.now = Math.max(context.now, nowMillis);
    if (context.state !== "active") return;
    sendLogout(context, text);
    this.#announceOutput();
  }

  /**
   * Starts both sequence numbers at 1 while logged on: Logon with ResetSeqNumFlag(141)=Y. While one waits for its answer, a
   * second call does nothing.
   *
   * @param nowMillis - the time
   */
  resetSequence(nowMillis: number): void {
    const context = this.#context;
    if (context.state !== "active") {
      throw new FixError("state-invalid", "resetSequence: the session is not logged on");
    }
    context.now = Math.max(context.now, nowMillis);
    // Its answer would be taken for a reset of the peer's own, and each side would go on to answer the other.
    if (context.hasSentReset) return;
    context.outdatedTarget = this.store.nextTargetSeqNum;
    context.resetStore();
    context.hasSentReset = true;
    sendLogon(context, true, 1);
    this.#announceOutput();
  }
}

function onSound(context: SessionContext): void {
  const { view } = context.input.parser;
  const handler = handlers[context.state];
  context.statistics.received++;
  context.garbledInARow = 0;
  if (view.equals(8, context.settings.beginString)) handler.onMessage(context, view);
  else handler.onWrongVersion(context, view);
}

function onGarbled(context: SessionContext): void {
  const text = `garbled: ${context.input.parser.problem}`;
  context.statistics.garbled++;
  context.event("warning", "garbled", text);
  handlers[context.state].onGarbled(context, text);
  if (++context.garbledInARow < (context.settings.maxGarbled ?? 100) || context.state === "closing") return;
  context.event("error", "too-much-garbage", `${context.garbledInARow} times in a row no message`);
  context.shut("too much garbage");
}
