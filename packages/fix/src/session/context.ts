import type { Dictionary } from "../dictionary.ts";
import { Checks } from "./checks.ts";
import { Gap } from "./gap.ts";
import { Input } from "./input.ts";
import { KeepAlive } from "./keep-alive.ts";
import { Outgoing } from "./outgoing.ts";
import { Replay } from "./replay.ts";
import type { FixSession } from "./session.ts";
import type { FixApplication, SessionEvent, SessionSettings, SessionStatistics } from "./settings.ts";
import type { SessionState } from "./states/state.ts";
import type { MessageStore } from "./store.ts";

/** What the states and parts of one session share. */
export class SessionContext {
  readonly session: FixSession;
  readonly settings: SessionSettings;
  readonly application: FixApplication;
  readonly store: MessageStore;
  readonly statistics: SessionStatistics;
  /** Dictionary of header, trailer and session messages. */
  readonly transport: Dictionary;
  readonly isFixt: boolean;
  /** FIX 4.0 and 4.1: rejects have no 371, 372 and 373. */
  readonly isBefore42: boolean;
  readonly input: Input;
  readonly outgoing: Outgoing;
  readonly checks: Checks;
  readonly gap: Gap;
  readonly replay: Replay;
  readonly keepAlive: KeepAlive;

  state: SessionState = "disconnected";
  closeReason = "";
  /** The time of the present call. */
  now = 0;
  /** Stretches of bytes that were no message, since the last message. */
  garbledInARow = 0;
  /** When the wait for a Logon or Logout began. */
  waitSince = 0;
  /** The application was told of a logon, so it is told of the end too. */
  wasLoggedOn = false;
  /** Our Logon with ResetSeqNumFlag waits for its answer. */
  hasSentReset = false;
  /** MsgSeqNum expected next of what the peer sends before it sees that reset. */
  outdatedTarget = 0;
  /** When the schedule was last looked at. */
  lookedAt = 0;

  constructor(
    session: FixSession,
    application: FixApplication,
    handleSound: (context: SessionContext) => void,
    handleGarbled: (context: SessionContext) => void,
  ) {
    const { settings, store, statistics } = session;
    this.session = session;
    this.settings = settings;
    this.application = application;
    this.store = store;
    this.statistics = statistics;
    this.transport = settings.transportDictionary ?? settings.dictionary;
    this.isFixt = settings.beginString.startsWith("FIXT");
    this.isBefore42 = settings.beginString === "FIX.4.0" || settings.beginString === "FIX.4.1";
    this.input = new Input(this, handleSound, handleGarbled);
    this.outgoing = new Outgoing(this);
    this.checks = new Checks(this);
    this.gap = new Gap(this);
    this.replay = new Replay(this);
    this.keepAlive = new KeepAlive(this);
  }

  /** Messages go both ways. */
  get isUp(): boolean {
    return this.state === "active" || this.state === "logout-sent";
  }

  event(level: SessionEvent["level"], code: SessionEvent["code"], text: string): void {
    this.application.onEvent?.({ level, code, text }, this.session);
  }

  /** The connection is to be closed once the output is written. */
  shut(reason: string): void {
    this.closeReason = reason;
    this.state = "closing";
    this.input.clear();
  }

  timeout(text: string): void {
    this.event("error", "timeout", text);
    this.shut(text);
  }

  /** Counts a message as received, unless the sequence has moved meanwhile. */
  advancePast(seqNum: number): void {
    if (this.store.nextTargetSeqNum !== seqNum) return;
    this.store.nextTargetSeqNum = seqNum + 1;
    this.gap.onArrived(seqNum);
  }

  /** Both sequences begin anew. */
  resetStore(): void {
    this.store.reset(this.now);
    this.gap.clear();
    this.replay.clear();
  }
}
