import type { Dictionary } from "../dictionary.ts";
import { FixEncoder } from "../encoder.ts";
import { FixError } from "../errors.ts";
import { isAdminType, isHeaderTag } from "../header.ts";
import type { AnyFields, FixMessage } from "../message.ts";
import { FixParser } from "../parser.ts";
import { formatTimestamp, parseTimestamp, type TimestampPrecision } from "../timestamp.ts";
import { SessionRejectReason, Validator } from "../validator.ts";
import type { FixView } from "../view.ts";
import { InboundQueue } from "./inbound-queue.ts";
import { detailedRejectText, standardRejectText } from "./reject-text.ts";
import type {
  FixApplication,
  LogonDecision,
  SendResult,
  SessionEvent,
  SessionSettings,
  SessionStatistics,
} from "./settings.ts";
import { MemoryStore, type MessageStore } from "./store.ts";

/**
 * Where a session stands.
 *
 * - `disconnected`: no connection
 * - `awaiting-logon`: an acceptor waits for the first message
 * - `authenticating`: the application has yet to decide on a Logon
 * - `logon-sent`: an initiator waits for the answer
 * - `active`: logged on
 * - `logout-sent`: our Logout waits for its answer
 * - `closing`: the connection is to be closed once the output is written
 */
export type SessionState =
  | "disconnected"
  | "awaiting-logon"
  | "authenticating"
  | "logon-sent"
  | "active"
  | "logout-sent"
  | "closing";

const NEVER = Number.POSITIVE_INFINITY;
const TEST_REQUEST_AFTER = 1.2;
const DISCONNECT_AFTER = 2.4;
/** Resend requests of a peer that wait for their turn; more are dropped, the peer will ask again. */
const MAX_REPLAYS = 16;

interface Replay {
  next: number;
  readonly end: number;
}

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
  /** Bytes the network shell has not got rid of yet; the shell keeps it up to date. */
  pendingBytes = 0;
  readonly #application: FixApplication;
  readonly #parser: FixParser;
  readonly #storeParser: FixParser;
  readonly #encoder: FixEncoder;
  readonly #transport: Dictionary;
  readonly #validators = new Map<string, Validator>();
  #validator: Validator | undefined;
  readonly #precision: TimestampPrecision;
  readonly #queue: InboundQueue;
  readonly #isFixt: boolean;
  /** FIX 4.0 and 4.1: rejects have no 371, 372 and 373. */
  readonly #isBefore42: boolean;
  readonly #replayBatch: number;
  readonly #maxPendingBytes: number;
  readonly #tolerance: number;

  #state: SessionState = "disconnected";
  #closeReason = "";
  #now = 0;
  #stampAt = -1;
  #stamp = "";
  #heartbeatMillis = 0;
  #lastSent = 0;
  #lastReceived = 0;
  #isTestPending = false;
  /** When the wait for a Logon or Logout began. */
  #waitSince = 0;
  #pending: Uint8Array = new Uint8Array(0);
  #pendingLength = 0;
  #out: Uint8Array = new Uint8Array(4096);
  #outLength = 0;
  #isReceiving = false;
  #composing = "";
  /** Highest number missing below which we have asked for everything; 0: nothing is outstanding. */
  #resendTo = 0;
  #resendChunkEnd = 0;
  #resendAskedAt = 0;
  #hasSentReset = false;
  readonly #replays: Replay[] = [];

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
    this.#application = application;
    this.#isFixt = settings.beginString.startsWith("FIXT");
    if (this.#isFixt && (!settings.transportDictionary || !settings.defaultApplVerId)) {
      throw new FixError("option-invalid", "a FIXT session needs transportDictionary and defaultApplVerId");
    }
    this.#transport = settings.transportDictionary ?? settings.dictionary;
    this.#isBefore42 = settings.beginString === "FIX.4.0" || settings.beginString === "FIX.4.1";
    this.#precision = settings.timestampPrecision ?? (this.#isBefore42 ? "seconds" : "millis");
    this.#tolerance = settings.sendingTimeToleranceMillis ?? 120_000;
    this.#replayBatch = settings.replayBatch ?? 1000;
    this.#maxPendingBytes = settings.maxPendingBytes ?? 16 * 1024 * 1024;
    const maxMessageBytes = settings.maxMessageBytes ?? 1024 * 1024;
    this.#parser = new FixParser({ dictionary: settings.dictionary, maxMessageBytes });
    this.#storeParser = new FixParser({ maxMessageBytes: 2 ** 30 });
    this.#encoder = new FixEncoder(new Uint8Array(4096), { growTo: 64 * 1024 * 1024 });
    this.#queue = new InboundQueue(
      settings.maxQueuedMessages ?? 10_000,
      settings.maxQueuedBytes ?? 16 * 1024 * 1024,
    );
    if (settings.validation !== false) {
      this.#validator = new Validator(settings.dictionary, settings.validation ?? {}, this.#transport);
    }
  }

  /** Where the session stands. */
  get state(): SessionState {
    return this.#state;
  }

  /** Whether messages go out at once. */
  get isLoggedOn(): boolean {
    return this.#state === "active";
  }

  /** Why the session is `closing`, or was closed. */
  get closeReason(): string {
    return this.#closeReason;
  }

  /** True while nothing should be read from the peer: an application is deciding on its Logon. */
  get isPaused(): boolean {
    return this.#state === "authenticating";
  }

  /** HeartBtInt(108) in force, in seconds. */
  get heartBtIntSeconds(): number {
    return this.#heartbeatMillis / 1000;
  }

  /** When {@link FixSession.tick} is to be called next, in milliseconds since 1970; Infinity: not at all. */
  get deadline(): number {
    switch (this.#state) {
      case "disconnected":
      case "closing":
        return NEVER;
      case "awaiting-logon":
      case "logon-sent":
      case "authenticating":
        return this.#waitSince + (this.settings.logonTimeoutMillis ?? 10_000);
      default:
        return this.#activeDeadline();
    }
  }

  /** Bytes to write, or none. Valid until the next call of any method; they count as handed over. */
  takeOutput(): Uint8Array {
    const length = this.#outLength;
    this.#outLength = 0;
    return this.#out.subarray(0, length);
  }

  /** Whether {@link FixSession.takeOutput} has anything. */
  get hasOutput(): boolean {
    return this.#outLength > 0;
  }

  /**
   * A connection is there. An initiator sends its Logon.
   *
   * @param nowMillis - the time, in milliseconds since 1970
   */
  connect(nowMillis: number): void {
    if (this.#state !== "disconnected")
      throw new FixError("state-invalid", `connect: the session is ${this.#state}`);
    this.#now = nowMillis;
    this.#lastSent = nowMillis;
    this.#lastReceived = nowMillis;
    this.#waitSince = nowMillis;
    this.#isTestPending = false;
    this.#closeReason = "";
    const { schedule } = this.settings;
    if (
      schedule &&
      this.store.createdAtMillis > 0 &&
      !schedule.isSameSession(this.store.createdAtMillis, nowMillis)
    ) {
      this.#resetStore();
    } else if (this.store.createdAtMillis === 0) this.#touchStore();
    this.#event("info", "connected", `connected as ${this.settings.role}`);
    if (this.settings.role === "acceptor") {
      this.#state = "awaiting-logon";
      return;
    }
    this.#heartbeatMillis = (this.settings.heartBtIntSeconds ?? 30) * 1000;
    if (this.settings.resetOnLogon) {
      this.#resetStore();
      this.#hasSentReset = true;
    }
    this.#state = "logon-sent";
    this.#sendLogon(this.settings.resetOnLogon === true, this.store.nextTargetSeqNum);
  }

  /**
   * The connection is gone.
   *
   * @param nowMillis - the time
   * @param reason - for the application and the log, when the session itself had none
   */
  disconnected(nowMillis: number, reason = "connection lost"): void {
    if (this.#state === "disconnected") return;
    this.#now = nowMillis;
    const text = this.#closeReason || reason;
    this.#closeReason = text;
    const wasUp = this.#wasLoggedOn;
    this.#wasLoggedOn = false;
    this.#state = "disconnected";
    this.#pendingLength = 0;
    this.#outLength = 0;
    this.#queue.clear();
    this.statistics.queued = 0;
    this.#resendTo = 0;
    this.#replays.length = 0;
    this.#hasSentReset = false;
    if (this.settings.resetOnDisconnect) this.#resetStore();
    this.#event("info", "disconnected", text);
    if (wasUp) this.#application.onLogout?.(this, text);
  }
  #wasLoggedOn = false;

  /**
   * Bytes from the peer, cut anywhere.
   *
   * @param chunk - only read during the call
   * @param nowMillis - the time
   */
  receive(chunk: Uint8Array, nowMillis: number): void {
    if (this.#state === "disconnected" || this.#state === "closing") return;
    this.#now = nowMillis;
    if (this.#pendingLength > 0 || this.#state === "authenticating") {
      this.#keep(chunk, 0, chunk.length);
      if (this.#state === "authenticating") return;
      const length = this.#pendingLength;
      this.#pendingLength = 0;
      this.#consume(this.#pending, length);
    } else this.#consume(chunk, chunk.length);
  }

  /**
   * Time has passed: heartbeats, timeouts, the rest of a resend.
   *
   * @param nowMillis - the time
   */
  tick(nowMillis: number): void {
    this.#now = nowMillis;
    switch (this.#state) {
      case "disconnected":
      case "closing":
        return;
      case "awaiting-logon":
      case "authenticating":
      case "logon-sent":
        if (nowMillis >= this.deadline) this.#timeout("no Logon in time");
        return;
      case "logout-sent":
        if (nowMillis - this.#waitSince >= (this.settings.logoutTimeoutMillis ?? 2000)) {
          this.#timeout("no answer to our Logout in time");
          return;
        }
        break;
      default:
    }
    if (this.settings.schedule && this.#state === "active" && !this.settings.schedule.isOpen(nowMillis)) {
      this.logout(nowMillis, "end of session");
    }
    this.#replay();
    if (this.#resendTo > 0 && nowMillis - this.#resendAskedAt >= this.#resendTimeout) {
      this.#askAgain(this.#resendTo);
    }
    this.#keepAlive();
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
      this.#composing = "";
      throw error;
    }
    return this.commit();
  }

  /**
   * Begins an application message field by field, without allocation; {@link FixSession.commit} sends it.
   *
   * @param type - MsgType(35)
   * @param nowMillis - the time
   * @param header - header fields beyond the session's own, by ascending tag
   * @returns the encoder to write the body with; `undefined` when the message is refused
   * @throws FixError `state-invalid` for a session-level type
   */
  begin(
    type: string,
    nowMillis: number,
    header: readonly (readonly [tag: number, value: string])[] = NO_FIELDS,
  ): FixEncoder | undefined {
    if (isAdminType(type)) {
      throw new FixError("state-invalid", `${type} is a session message: the session itself sends it`);
    }
    if (this.#state === "active" || this.#state === "logout-sent") {
      if (this.pendingBytes + this.#outLength > this.#maxPendingBytes) {
        this.#event(
          "warning",
          "slow-consumer",
          `${this.pendingBytes + this.#outLength} bytes wait: message refused`,
        );
        return undefined;
      }
    } else if (this.settings.resetOnLogon || this.settings.resetOnDisconnect) return undefined;
    this.#now = Math.max(this.#now, nowMillis);
    this.#open(type, header);
    return this.#encoder;
  }

  /**
   * Sends the message begun by {@link FixSession.begin}.
   *
   * @throws FixError `state-invalid` when none was begun
   */
  commit(): SendResult {
    if (this.#composing === "") throw new FixError("state-invalid", "commit: no message was begun");
    const seqNum = this.store.nextSenderSeqNum;
    const isUp = this.#state === "active" || this.#state === "logout-sent";
    this.#close(isUp);
    if (isUp && !this.#isReceiving) this.#application.onOutput?.(this);
    return { seqNum, status: isUp ? "sent" : "queued" };
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
    const seqNum = message.int(34);
    const type = message.type;
    this.statistics.rejected++;
    if (this.#isBefore42) {
      this.#open("3", reverseRoute(message, this.#transport));
      this.#encoder.int(45, seqNum).string(58, text);
    } else {
      this.#open("j", reverseRoute(message, this.#transport));
      this.#encoder.int(45, seqNum).string(58, text).string(372, type).int(380, reason);
    }
    this.#close(true);
  }

  /**
   * Decides on a Logon for which the application said `"wait"`.
   *
   * @param decision - accept, or refuse with a text
   * @param nowMillis - the time
   */
  completeLogon(decision: Exclude<LogonDecision, "wait">, nowMillis: number): void {
    if (this.#state !== "authenticating") return;
    this.#now = nowMillis;
    const length = this.#pendingLength;
    const bytes = this.#pending.slice(0, length);
    this.#pendingLength = 0;
    // The Logon itself was kept in front of what came after it.
    const consumed = this.#parser.parse(bytes, 0, length);
    this.#state = "awaiting-logon";
    if (decision === "accept") this.#acceptLogon(this.#parser.view);
    else this.#refuseLogon(decision.refuse);
    this.#consume(bytes.subarray(consumed), length - consumed);
    this.#application.onOutput?.(this);
  }

  /**
   * Ends the session in order: Logout, its answer or the timeout, then the connection is closed.
   *
   * @param nowMillis - the time
   * @param text - Text(58)
   */
  logout(nowMillis: number, text?: string): void {
    this.#now = Math.max(this.#now, nowMillis);
    if (this.#state !== "active") return;
    this.#sendLogout(text);
    if (!this.#isReceiving) this.#application.onOutput?.(this);
  }

  /**
   * Starts both sequence numbers at 1 while logged on: Logon with ResetSeqNumFlag(141)=Y.
   *
   * @param nowMillis - the time
   */
  resetSequence(nowMillis: number): void {
    if (this.#state !== "active")
      throw new FixError("state-invalid", "resetSequence: the session is not logged on");
    this.#now = Math.max(this.#now, nowMillis);
    this.#resetStore();
    this.#hasSentReset = true;
    this.#sendLogon(true, 1);
    if (!this.#isReceiving) this.#application.onOutput?.(this);
  }

  // --- incoming -----------------------------------------------------------------------------------------------------

  #consume(bytes: Uint8Array, length: number): void {
    const parser = this.#parser;
    let at = 0;
    this.#isReceiving = true;
    try {
      while (at < length && this.#isReading()) {
        const consumed = parser.parse(bytes, at, length);
        if (consumed === 0) break;
        const start = at;
        at += consumed;
        if (parser.problem !== undefined) this.#onGarbled();
        else this.#onSound(parser.view);
        if (this.#state === "authenticating") at = start;
      }
    } finally {
      this.#isReceiving = false;
    }
    if (this.#state !== "closing" && at < length) this.#keep(bytes, at, length);
  }

  #isReading(): boolean {
    return this.#state !== "closing" && this.#state !== "authenticating" && this.#state !== "disconnected";
  }

  /** Appends to the bytes that wait for the rest of their message; `bytes` may be that buffer itself. */
  #keep(bytes: Uint8Array, from: number, to: number): void {
    const needed = this.#pendingLength + to - from;
    if (needed > this.#pending.length) {
      const larger = new Uint8Array(Math.max(needed, this.#pending.length * 2, 4096));
      larger.set(this.#pending.subarray(0, this.#pendingLength));
      larger.set(bytes.subarray(from, to), this.#pendingLength);
      this.#pending = larger;
    } else if (bytes === this.#pending) this.#pending.copyWithin(this.#pendingLength, from, to);
    else this.#pending.set(bytes.subarray(from, to), this.#pendingLength);
    this.#pendingLength = needed;
  }

  #onGarbled(): void {
    this.statistics.garbled++;
    const text = `garbled: ${this.#parser.problem}`;
    this.#event("warning", "garbled", text);
    // Nothing is owed to a peer that has not said who it is.
    if (this.#state === "awaiting-logon" || this.#state === "logon-sent") this.#shut(text);
  }

  #onSound(view: FixView): void {
    this.statistics.received++;
    const isUp = this.#state === "active" || this.#state === "logout-sent";
    if (!view.equals(8, this.settings.beginString)) {
      this.#onWrongBeginString(view, isUp);
      return;
    }
    if (!isUp) {
      this.#onFirst(view);
      return;
    }
    this.#lastReceived = this.#now;
    this.#isTestPending = false;
    const seqNum = view.int(34);
    if (!(seqNum >= 0)) {
      this.#endWith("MsgSeqNum missing or not a number");
      return;
    }
    const code = view.length(35) === 1 ? view.char(35) : 0;
    switch (code) {
      case 0x41: // A
        if (view.boolean(141) === true) this.#onResetLogon(view, seqNum);
        else this.#onOrdered(view, seqNum, code);
        break;
      case 0x32: // 2
        if (this.#isAcceptable(view, seqNum)) this.#onResendRequest(view, seqNum);
        break;
      case 0x34: // 4
        if (view.boolean(123) === true) this.#onOrdered(view, seqNum, code);
        else if (this.#isAcceptable(view, seqNum)) this.#onSequenceReset(view, seqNum);
        break;
      case 0x35: // 5
        if (this.#isAcceptable(view, seqNum)) this.#onLogout(view, seqNum);
        break;
      default:
        this.#onOrdered(view, seqNum, code);
    }
    this.#afterProgress();
  }

  #onWrongBeginString(view: FixView, isUp: boolean): void {
    const text = "Incorrect BeginString";
    if (!isUp) {
      this.#shut(`${text}: ${view.string(8)}`);
      return;
    }
    if (view.int(34) === this.store.nextTargetSeqNum) this.store.nextTargetSeqNum++;
    if (this.#state === "logout-sent") return;
    this.#sendLogout(text);
  }

  #onFirst(view: FixView): void {
    const isInitiator = this.#state === "logon-sent";
    if (!view.equals(35, "A")) {
      const text = view.string(58);
      this.#shut(
        isInitiator && view.equals(35, "5")
          ? `Logon refused: ${text ?? "no reason given"}`
          : `first message is not a Logon but 35=${view.type}`,
      );
      return;
    }
    if (this.#validator && !this.#validator.validate(view)) {
      this.#shut(`Logon invalid: ${this.#rejectText(this.#validator.reason, this.#validator.tag)}`);
      return;
    }
    if (!this.#hasOurCompIds(view) || !this.#hasGoodTime(view)) {
      this.#shut("Logon with a CompID or SendingTime problem");
      return;
    }
    if (this.#isFixt && !this.#chooseVersion(view)) return;
    if (isInitiator) {
      this.#onLogonAnswer(view);
      return;
    }
    if (this.settings.schedule && !this.settings.schedule.isOpen(this.#now)) {
      this.#shut("Logon outside the session's hours");
      return;
    }
    const decision = this.#application.onLogonRequest?.(view, this) ?? "accept";
    if (decision === "wait") this.#state = "authenticating";
    else if (decision === "accept") this.#acceptLogon(view);
    else this.#refuseLogon(decision.refuse);
  }

  /** FIXT: from now on the body of messages is read by the peer's DefaultApplVerID(1137). */
  #chooseVersion(view: FixView): boolean {
    const version = view.string(1137) ?? this.settings.defaultApplVerId!;
    if (this.settings.validation === false || version === this.settings.defaultApplVerId) return true;
    const validator = this.#validatorOf(version);
    if (!validator) {
      this.#shut(`DefaultApplVerID ${version} is not supported`);
      return false;
    }
    this.#validator = validator;
    return true;
  }

  #validatorOf(key: string): Validator | undefined {
    const known = this.#validators.get(key);
    if (known) return known;
    const dictionary =
      key === this.settings.defaultApplVerId
        ? this.settings.dictionary
        : this.settings.applicationDictionaries?.[key];
    if (!dictionary) return undefined;
    const validator = new Validator(dictionary, this.settings.validation || {}, this.#transport);
    this.#validators.set(key, validator);
    return validator;
  }

  #acceptLogon(view: FixView): void {
    const hasReset = view.boolean(141) === true;
    const seqNum = view.int(34);
    const heartbeat = view.int(108);
    if (!(heartbeat >= 0 && heartbeat <= (this.settings.maxHeartBtIntSeconds ?? 3600))) {
      this.#refuseLogon(`HeartBtInt ${view.string(108)} is not acceptable`);
      return;
    }
    if (hasReset || this.settings.resetOnLogon) this.#resetStore();
    if (seqNum < this.store.nextTargetSeqNum) {
      this.#refuseLogon(`MsgSeqNum too low, expecting ${this.store.nextTargetSeqNum} but received ${seqNum}`);
      return;
    }
    const theirNext = this.settings.nextExpectedMsgSeqNum ? view.int(789) : Number.NaN;
    if (theirNext > this.store.nextSenderSeqNum) {
      this.#refuseLogon(
        `NextExpectedMsgSeqNum too high, ours is ${this.store.nextSenderSeqNum} but received ${theirNext}`,
      );
      return;
    }
    this.#heartbeatMillis = heartbeat * 1000;
    const isInOrder = seqNum === this.store.nextTargetSeqNum;
    this.#state = "active";
    if (isInOrder) this.store.nextTargetSeqNum = seqNum + 1;
    const ours = this.store.nextSenderSeqNum;
    this.#sendLogon(hasReset, this.store.nextTargetSeqNum);
    this.#loggedOn();
    if (theirNext < ours) this.#queueReplay(theirNext, ours - 1);
    if (!isInOrder && !(theirNext >= 0)) this.#askForGap(seqNum - 1);
    this.#replay();
  }

  #refuseLogon(text: string): void {
    this.#event("error", "logon-refused", text);
    this.#open("5", NO_FIELDS);
    this.#encoder.string(58, text);
    this.#close(true);
    this.#shut(text);
  }

  #onLogonAnswer(view: FixView): void {
    const seqNum = view.int(34);
    if (view.boolean(141) === true && !this.#hasSentReset) this.#resetStore();
    this.#hasSentReset = false;
    if (seqNum < this.store.nextTargetSeqNum) {
      this.#refuseLogon(`MsgSeqNum too low, expecting ${this.store.nextTargetSeqNum} but received ${seqNum}`);
      return;
    }
    const heartbeat = view.int(108);
    if (heartbeat >= 0) this.#heartbeatMillis = heartbeat * 1000;
    this.#lastReceived = this.#now;
    this.#state = "active";
    const isInOrder = seqNum === this.store.nextTargetSeqNum;
    if (isInOrder) this.store.nextTargetSeqNum = seqNum + 1;
    this.#loggedOn();
    const theirNext = this.settings.nextExpectedMsgSeqNum ? view.int(789) : Number.NaN;
    if (theirNext < this.store.nextSenderSeqNum)
      this.#queueReplay(theirNext, this.store.nextSenderSeqNum - 1);
    if (!isInOrder && !(theirNext >= 0)) this.#askForGap(seqNum - 1);
    this.#replay();
  }

  #loggedOn(): void {
    this.#wasLoggedOn = true;
    this.#lastReceived = this.#now;
    this.#event("info", "logged-on", `logged on, heartbeat ${this.heartBtIntSeconds} s`);
    this.#application.onLogon?.(this);
  }

  /** A Logon with 141=Y inside a session starts it anew, or answers ours. */
  #onResetLogon(view: FixView, seqNum: number): void {
    if (!this.#hasOurCompIds(view) || !this.#hasGoodTime(view)) {
      this.#endWith("Logon with a CompID or SendingTime problem");
      return;
    }
    if (seqNum !== 1) {
      this.#endWith(`ResetSeqNumFlag with MsgSeqNum ${seqNum}, must be 1`);
      return;
    }
    if (this.#hasSentReset) {
      this.#hasSentReset = false;
      this.store.nextTargetSeqNum = 2;
      return;
    }
    this.#resetStore();
    this.store.nextTargetSeqNum = 2;
    const heartbeat = view.int(108);
    if (heartbeat >= 0) this.#heartbeatMillis = heartbeat * 1000;
    this.#sendLogon(true, 2);
  }

  /** For messages that are handled whatever their number: sound, from our peer, of the present. */
  #isAcceptable(view: FixView, seqNum: number): boolean {
    return this.#isValid(view, seqNum) && this.#isFromPeer(view, seqNum);
  }

  #isValid(view: FixView, seqNum: number): boolean {
    let validator = this.#validator;
    if (!validator) return true;
    if (this.#isFixt && (view.has(1128) || view.has(1129) || view.has(1156))) {
      validator = this.#validatorFor(view, validator);
      if (!validator) {
        this.#reject(
          view,
          seqNum,
          SessionRejectReason.InvalidApplicationVersion,
          view.has(1128) ? 1128 : 1129,
        );
        return false;
      }
    }
    if (validator.validate(view)) return true;
    // A Reject is never answered with a Reject.
    if (view.equals(35, "3")) {
      this.#event("warning", "rejected", `invalid Reject ignored: ${standardRejectText(validator.reason)}`);
      this.#advancePast(seqNum);
    } else this.#reject(view, seqNum, validator.reason, validator.tag);
    return false;
  }

  /** FIXT: the dictionary that a message's own ApplVerID, ApplExtID and CstmApplVerID ask for. */
  #validatorFor(view: FixView, standard: Validator): Validator | undefined {
    const version = view.string(1128) ?? this.settings.defaultApplVerId!;
    const custom = view.string(1129);
    if (custom !== undefined) return this.#validatorOf(`${version}:${custom}`);
    const extension = view.string(1156);
    if (extension !== undefined) return this.#validatorOf(`${version}+EP${extension}`);
    return view.has(1128) ? this.#validatorOf(version) : standard;
  }

  #isFromPeer(view: FixView, seqNum: number): boolean {
    if (!this.#hasGoodTime(view)) {
      this.#reject(view, seqNum, SessionRejectReason.SendingTimeAccuracy, 0);
      this.#sendLogout();
      return false;
    }
    if (!this.#hasOurCompIds(view)) {
      this.#reject(view, seqNum, SessionRejectReason.CompIdProblem, 0);
      this.#sendLogout();
      return false;
    }
    return true;
  }

  #hasOurCompIds(view: FixView): boolean {
    return view.equals(49, this.settings.targetCompId) && view.equals(56, this.settings.senderCompId);
  }

  #hasGoodTime(view: FixView): boolean {
    if (this.#tolerance === 0) return true;
    return Math.abs(this.#timeOf(view, 52) - this.#now) <= this.#tolerance;
  }

  #lastStamp = new Uint8Array(0);
  #lastStampMillis = Number.NaN;
  #timeOf(view: FixView, tag: number): number {
    const at = view.fieldIndex(tag);
    if (at < 0) return Number.NaN;
    const start = view.startAt(at);
    const end = view.endAt(at);
    // Many messages carry the time of the one before.
    const last = this.#lastStamp;
    let isSame = last.length === end - start;
    for (let i = 0; isSame && i < last.length; i++) isSame = last[i] === view.buffer[start + i];
    if (!isSame) {
      this.#lastStamp = view.buffer.slice(start, Math.min(end, start + 40));
      this.#lastStampMillis = parseTimestamp(view.buffer, start, end);
    }
    return this.#lastStampMillis;
  }

  /** Messages that are handled in sequence only. */
  #onOrdered(view: FixView, seqNum: number, code: number): void {
    const expected = this.store.nextTargetSeqNum;
    if (seqNum === expected) {
      if (!this.#isValid(view, seqNum) || !this.#isFromPeer(view, seqNum)) return;
      if (!this.#isGoodDuplicate(view, seqNum, code)) return;
      this.#dispatch(view, seqNum, code);
      return;
    }
    if (!this.#isFromPeer(view, seqNum)) return;
    if (seqNum > expected) {
      if (this.#queue.put(seqNum, view)) this.statistics.queued = this.#queue.size;
      else
        this.#event("warning", "queue-full", `message ${seqNum} above a gap dropped, to be asked for again`);
      this.#onGap(seqNum);
    } else this.#onTooLow(view, seqNum, code);
  }

  /** @see FIX 4.4 vol. 2, PossDupFlag: OrigSendingTime is required with it and not after SendingTime */
  #isGoodDuplicate(view: FixView, seqNum: number, code: number): boolean {
    if (code === 0x34 || view.boolean(43) !== true) return true;
    if (!view.has(122)) {
      if (this.settings.requiresOrigSendingTime === false) return true;
      this.#reject(view, seqNum, SessionRejectReason.RequiredTagMissing, 122);
      return false;
    }
    if (this.#timeOf(view, 122) > this.#timeOf(view, 52)) {
      this.#reject(view, seqNum, SessionRejectReason.SendingTimeAccuracy, 0);
      this.#sendLogout();
      return false;
    }
    return true;
  }

  #onTooLow(view: FixView, seqNum: number, code: number): void {
    if (view.boolean(43) !== true) {
      const text = `MsgSeqNum too low, expecting ${this.store.nextTargetSeqNum} but received ${seqNum}`;
      this.#event("error", "sequence-too-low", text);
      this.#endWith(text);
      return;
    }
    if (!this.#isGoodDuplicate(view, seqNum, code)) return;
    this.statistics.duplicates++;
    this.#event("info", "duplicate-ignored", `duplicate of message ${seqNum} ignored`);
  }

  #dispatch(view: FixView, seqNum: number, code: number): void {
    switch (code) {
      case 0x30: // 0
      case 0x41: // A
        this.#application.onAdmin?.(view, this);
        break;
      case 0x31: // 1
        this.#application.onAdmin?.(view, this);
        this.#answerTestRequest(view);
        break;
      case 0x33: // 3
        this.#event(
          "warning",
          "peer-rejected",
          `peer rejected message ${view.string(45)}: ${view.string(58) ?? ""}`,
        );
        this.#application.onAdmin?.(view, this);
        break;
      case 0x34: // 4, gap fill
        this.#onSequenceReset(view, seqNum);
        return;
      default:
        if (this.#application.onMessage?.(view, this) === "unsupported") {
          this.rejectBusiness(
            view,
            3,
            this.#isBefore42 ? "Unsupported message type" : "Unsupported Message Type",
          );
        }
    }
    // Only now: what an application threw on has not been received. (It may have reset the session meanwhile.)
    this.#advancePast(seqNum);
  }

  #answerTestRequest(view: FixView): void {
    this.#open("0", NO_FIELDS);
    const at = view.fieldIndex(112);
    if (at >= 0) this.#encoder.copyValue(112, view.buffer, view.startAt(at), view.endAt(at));
    this.#close(true);
  }

  #onSequenceReset(view: FixView, seqNum: number): void {
    const next = view.int(36);
    const expected = this.store.nextTargetSeqNum;
    if (!(next >= expected) || (view.boolean(123) === true && next <= seqNum)) {
      this.#reject(view, seqNum, SessionRejectReason.ValueIncorrect, 0);
      return;
    }
    if (next > expected) {
      this.store.nextTargetSeqNum = next;
      this.#event("info", "sequence-reset", `peer moved on to message ${next}`);
    }
  }

  #onLogout(view: FixView, seqNum: number): void {
    const text = view.string(58);
    this.#event("info", "logged-out", `peer logged out${text ? `: ${text}` : ""}`);
    this.#advancePast(seqNum);
    if (this.#state !== "logout-sent") this.#sendLogout();
    if (this.settings.resetOnLogout) this.#resetStore();
    this.#shut(text ?? "Logout");
  }

  #onGap(seqNum: number): void {
    if (this.#resendTo > 0 && this.#now - this.#resendAskedAt < this.#resendTimeout) return;
    this.#askForGap(seqNum - 1);
  }

  get #resendTimeout(): number {
    return this.settings.resendTimeoutMillis ?? 30_000;
  }

  #askForGap(upTo: number): void {
    this.#event("warning", "sequence-gap", `messages ${this.store.nextTargetSeqNum} to ${upTo} are missing`);
    this.#askAgain(upTo);
  }

  #askAgain(upTo: number): void {
    const from = this.store.nextTargetSeqNum;
    const chunk = this.settings.resendChunk ?? 0;
    const isOpenEnd = chunk === 0 || from + chunk > upTo;
    this.#resendTo = upTo;
    this.#resendChunkEnd = isOpenEnd ? upTo : from + chunk - 1;
    this.#resendAskedAt = this.#now;
    this.statistics.resendRequests++;
    this.#open("2", NO_FIELDS);
    this.#encoder
      .int(7, from)
      .int(16, chunk === 0 ? (this.settings.openEndSeqNum ?? 0) : this.#resendChunkEnd);
    this.#close(true);
  }

  /** Takes messages that waited above a gap, and asks for the next part of a gap. */
  #afterProgress(): void {
    while (this.#queue.size > 0 && this.#isReading()) {
      const expected = this.store.nextTargetSeqNum;
      const bytes = this.#queue.take(expected);
      if (!bytes) break;
      this.#parser.parse(bytes, 0, bytes.length);
      const view = this.#parser.view;
      this.#onOrdered(view, expected, view.length(35) === 1 ? view.char(35) : 0);
      // A message that was refused with a Logout has not been counted: do not go round for ever.
      if (this.store.nextTargetSeqNum === expected) break;
    }
    this.statistics.queued = this.#queue.size;
    if (this.#resendTo === 0) return;
    const expected = this.store.nextTargetSeqNum;
    if (expected > this.#resendTo) {
      this.#resendTo = 0;
      this.#queue.forgetBelow(expected);
    } else if (expected > this.#resendChunkEnd) this.#askAgain(this.#resendTo);
    else this.#queue.forgetBelow(expected);
  }

  #advancePast(seqNum: number): void {
    if (this.store.nextTargetSeqNum === seqNum) this.store.nextTargetSeqNum = seqNum + 1;
  }

  // --- resend -------------------------------------------------------------------------------------------------------

  #onResendRequest(view: FixView, seqNum: number): void {
    const begin = Math.max(1, view.int(7));
    const asked = view.int(16);
    const last = this.store.nextSenderSeqNum - 1;
    this.#advancePast(seqNum);
    const end = asked === 0 || asked > last ? last : asked;
    if (!(begin <= end)) {
      this.#event(
        "warning",
        "resend",
        `peer asked for messages ${view.string(7)} to ${view.string(16)}: there are none`,
      );
      return;
    }
    this.#event("info", "resend", `peer asked for messages ${begin} to ${end}`);
    this.#queueReplay(begin, end);
    this.#replay();
  }

  #queueReplay(begin: number, end: number): void {
    const isOnItsWay = this.#replays.some((replay) => replay.next <= begin && replay.end >= end);
    if (!isOnItsWay && this.#replays.length < MAX_REPLAYS) this.#replays.push({ next: begin, end });
  }

  /** Sends a part of what was asked for; the rest follows with the next tick, live messages in between. */
  #replay(): void {
    let budget = this.#replayBatch;
    while (budget > 0 && this.#replays.length > 0 && this.#state !== "closing") {
      if (this.pendingBytes + this.#outLength > this.#maxPendingBytes) return;
      const replay = this.#replays[0]!;
      let gapFrom = 0;
      while (replay.next <= replay.end && budget > 0) {
        budget--;
        const seqNum = replay.next++;
        const stored = this.store.get(seqNum);
        if (!stored || !this.#isForResend(stored)) {
          if (gapFrom === 0) gapFrom = seqNum;
          continue;
        }
        if (gapFrom > 0) this.#gapFill(gapFrom, seqNum);
        gapFrom = 0;
        this.#resend(this.#storeParser.view);
      }
      if (gapFrom > 0) this.#gapFill(gapFrom, replay.next);
      if (replay.next > replay.end) this.#replays.shift();
    }
  }

  #isForResend(stored: Uint8Array): boolean {
    this.#storeParser.parse(stored, 0, stored.length);
    if (this.#storeParser.problem !== undefined || this.#storeParser.view.size === 0) return false;
    const view = this.#storeParser.view;
    return !isAdminType(view.type) && this.#application.onResend?.(view, this) !== "skip";
  }

  /** The stored message with 43=Y, a new 52 and the old one as 122; the body goes out byte for byte. */
  #resend(view: FixView): void {
    const encoder = this.#encoder;
    encoder.begin(this.settings.beginString, view.type);
    let hasFlag = false;
    let hasTime = false;
    let index = 3;
    const last = view.size - 1;
    for (; index < last && isHeaderTag(view.tagAt(index)); index++) {
      const tag = view.tagAt(index);
      if (!hasFlag && tag > 43) {
        encoder.string(43, "Y");
        hasFlag = true;
      }
      if (!hasTime && tag > 122) {
        encoder.string(122, view.string(52)!);
        hasTime = true;
      }
      if (tag === 52) encoder.string(52, this.#timestamp());
      else encoder.bytes(tag, view.buffer, view.startAt(index), view.endAt(index));
    }
    if (!hasTime) encoder.string(122, view.string(52)!);
    // The body begins after the SOH of the last header field and ends where "10=" begins.
    encoder.fields(view.buffer, view.endAt(index - 1) + 1, view.startAt(last) - 3);
    this.#emit(encoder.end());
    this.statistics.resent++;
  }

  #gapFill(from: number, next: number): void {
    const stamp = this.#timestamp();
    const encoder = this.#encoder;
    encoder.begin(this.settings.beginString, "4");
    this.#header(from, [
      [43, "Y"],
      [122, stamp],
    ]);
    encoder.int(36, next).string(123, "Y");
    this.#emit(encoder.end());
  }

  // --- outgoing -----------------------------------------------------------------------------------------------------

  #reject(view: FixView, seqNum: number, reason: number, tag: number): void {
    this.statistics.rejected++;
    const text = this.#rejectText(reason, tag);
    const type = view.string(35) ?? "";
    this.#event("warning", "rejected", `message ${seqNum} rejected: ${text}`);
    const hasTag = tag !== 0 || reason === SessionRejectReason.InvalidTagNumber;
    this.#open("3", reverseRoute(view, this.#transport));
    this.#encoder.int(45, seqNum);
    if (this.#isBefore42) this.#encoder.string(58, hasTag ? `${standardRejectText(reason)} (${tag})` : text);
    else {
      this.#encoder.string(58, text);
      if (hasTag) this.#encoder.int(371, tag);
      this.#encoder.string(372, type);
      // FIX 4.2 knows reasons up to 11.
      if (this.settings.beginString !== "FIX.4.2" || reason <= 11) this.#encoder.int(373, reason);
    }
    this.#close(true);
    if (type !== "A" && !(type === "4" && view.boolean(123) !== true)) this.#advancePast(seqNum);
  }

  #rejectText(reason: number, tag: number): string {
    return this.settings.rejectText === "standard" || this.#isBefore42
      ? standardRejectText(reason)
      : detailedRejectText(
          reason,
          tag,
          this.#transport.fieldName(tag) ? this.#transport : this.settings.dictionary,
        );
  }

  #sendLogon(hasReset: boolean, nextExpected: number): void {
    const { settings } = this;
    this.#open("A", NO_FIELDS);
    const fields: [number, string][] = [
      [98, "0"],
      [108, String(this.#heartbeatMillis / 1000)],
      ...(hasReset ? ([[141, "Y"]] as [number, string][]) : []),
      ...(settings.nextExpectedMsgSeqNum ? ([[789, String(nextExpected)]] as [number, string][]) : []),
      ...(this.#isFixt ? ([[1137, settings.defaultApplVerId!]] as [number, string][]) : []),
      ...(settings.logonFields ?? []).map(([tag, value]) => [tag, value] as [number, string]),
    ];
    fields.sort((a, b) => a[0] - b[0]);
    for (const [tag, value] of fields) this.#encoder.string(tag, value);
    this.#close(true);
  }

  #sendLogout(text?: string): void {
    if (this.#state === "logout-sent") return;
    this.#open("5", NO_FIELDS);
    if (text) this.#encoder.string(58, text);
    this.#close(true);
    this.#state = "logout-sent";
    this.#waitSince = this.#now;
    if (text) this.#closeReason = text;
  }

  /** Logout with a text, and no wait for an answer: the peer's numbers cannot be trusted. */
  #endWith(text: string): void {
    this.#sendLogout(text);
    this.#shut(text);
  }

  #shut(reason: string): void {
    this.#closeReason = reason;
    this.#state = "closing";
    this.#pendingLength = 0;
  }

  #timeout(text: string): void {
    this.#event("error", "timeout", text);
    this.#shut(text);
  }

  #open(type: string, extra: readonly (readonly [number, string])[]): void {
    if (this.#composing !== "") throw new FixError("state-invalid", "a message was begun and not committed");
    this.#encoder.begin(this.settings.beginString, type);
    this.#header(this.store.nextSenderSeqNum, extra);
    this.#composing = type;
  }

  /** Header fields after 35, by ascending tag. */
  #header(seqNum: number, extra: readonly (readonly [number, string])[]): void {
    const encoder = this.#encoder;
    const { settings } = this;
    encoder.int(34, seqNum);
    let index = 0;
    const before = (tag: number): void => {
      while (index < extra.length && extra[index]![0] < tag) {
        encoder.string(extra[index]![0], extra[index]![1]);
        index++;
      }
    };
    if (extra.length > 0) before(49);
    encoder.string(49, settings.senderCompId);
    if (settings.senderSubId !== undefined) encoder.string(50, settings.senderSubId);
    if (extra.length > 0) before(52);
    encoder.string(52, this.#timestamp());
    encoder.string(56, settings.targetCompId);
    if (settings.targetSubId !== undefined) encoder.string(57, settings.targetSubId);
    if (extra.length > 0) before(142);
    if (settings.senderLocationId !== undefined) encoder.string(142, settings.senderLocationId);
    if (settings.targetLocationId !== undefined) encoder.string(143, settings.targetLocationId);
    if (extra.length > 0) before(369);
    if (settings.lastMsgSeqNumProcessed) encoder.int(369, this.store.nextTargetSeqNum - 1);
    if (extra.length > 0) before(NEVER);
  }

  #close(isUp: boolean): void {
    this.#composing = "";
    const length = this.#encoder.end();
    const { start, buffer } = this.#encoder;
    this.store.append(this.store.nextSenderSeqNum, buffer, start, start + length);
    if (!isUp) return;
    this.statistics.sent++;
    this.#emit(length);
  }

  /** Puts the encoder's message behind what waits to be written. */
  #emit(length: number): void {
    const { start, buffer } = this.#encoder;
    const needed = this.#outLength + length;
    if (needed > this.#out.length) {
      const larger = new Uint8Array(Math.max(needed, this.#out.length * 2));
      larger.set(this.#out.subarray(0, this.#outLength));
      this.#out = larger;
    }
    const out = this.#out;
    // A loop beats set(subarray()) for messages of this size: no view object is made.
    for (let from = start, to = this.#outLength; to < needed; from++, to++) out[to] = buffer[from]!;
    this.#outLength = needed;
    this.#lastSent = this.#now;
  }

  #timestamp(): string {
    if (this.#stampAt !== this.#now) {
      this.#stampAt = this.#now;
      this.#stamp = formatTimestamp(this.#now, this.#precision);
    }
    return this.#stamp;
  }

  // --- time ---------------------------------------------------------------------------------------------------------

  #activeDeadline(): number {
    let deadline = NEVER;
    if (this.#state === "logout-sent")
      deadline = this.#waitSince + (this.settings.logoutTimeoutMillis ?? 2000);
    if (this.#replays.length > 0) return this.#now;
    if (this.#resendTo > 0) deadline = Math.min(deadline, this.#resendAskedAt + this.#resendTimeout);
    // A schedule is asked once a second: its end is a matter of minutes.
    if (this.settings.schedule) deadline = Math.min(deadline, this.#now + 1000);
    const interval = this.#heartbeatMillis;
    if (interval === 0) return deadline;
    if (this.#isTestPending) return Math.min(deadline, this.#lastReceived + interval * DISCONNECT_AFTER);
    return Math.min(deadline, this.#lastReceived + interval * TEST_REQUEST_AFTER, this.#lastSent + interval);
  }

  #keepAlive(): void {
    const interval = this.#heartbeatMillis;
    if (interval === 0 || this.#state !== "active") return;
    const silence = this.#now - this.#lastReceived;
    if (silence >= interval * DISCONNECT_AFTER) {
      this.#timeout(`nothing received for ${silence} ms`);
      return;
    }
    if (silence >= interval * TEST_REQUEST_AFTER && !this.#isTestPending) {
      this.#isTestPending = true;
      this.#open("1", NO_FIELDS);
      this.#encoder.string(112, this.settings.testReqId ?? this.#timestamp());
      this.#close(true);
    } else if (!this.#isTestPending && this.#now - this.#lastSent >= interval) {
      this.#open("0", NO_FIELDS);
      this.#close(true);
    }
  }

  // --- the rest -----------------------------------------------------------------------------------------------------

  #resetStore(): void {
    this.store.reset(this.#now);
    this.#queue.clear();
    this.#resendTo = 0;
    this.#replays.length = 0;
  }

  /** A fresh store gets the time of its first use, unless it holds numbers set by hand. */
  #touchStore(): void {
    if (this.store.nextSenderSeqNum === 1 && this.store.nextTargetSeqNum === 1) this.store.reset(this.#now);
  }

  #event(level: SessionEvent["level"], code: SessionEvent["code"], text: string): void {
    this.#application.onEvent?.({ level, code, text }, this);
  }
}

const NO_FIELDS: readonly (readonly [number, string])[] = [];
const REFUSED: SendResult = { seqNum: 0, status: "refused" };

/** What was "on behalf of" comes back as "deliver to" and the other way about. @see FIX 4.4 vol. 2, message routing */
const REVERSED: readonly (readonly [from: number, to: number])[] = [
  [128, 115],
  [129, 116],
  [115, 128],
  [116, 129],
  [145, 144],
  [144, 145],
];

function reverseRoute(view: FixView, transport: Dictionary): readonly (readonly [number, string])[] {
  let fields: [number, string][] | undefined;
  for (const [from, to] of REVERSED) {
    const value = view.string(from);
    // FIX 4.0 has no locations: a field that its header does not have cannot be sent back either.
    if (value && transport.header.table.get(to) !== 0) {
      fields ??= [];
      fields.push([to, value]);
    }
  }
  return fields ?? NO_FIELDS;
}
