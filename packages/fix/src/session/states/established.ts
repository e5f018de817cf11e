import { isAdminType } from "../../header.ts";
import { SessionRejectReason } from "../../validator.ts";
import type { FixView } from "../../view.ts";
import type { SessionContext } from "../context.ts";
import {
  answerTestRequest,
  endWith,
  sendBusinessReject,
  sendLogon,
  sendLogout,
  sendReject,
} from "../session-messages.ts";
import { faultOf } from "./logon.ts";
import type { StateHandler } from "./state.ts";

const HEARTBEAT = 0x30;
const TEST_REQUEST = 0x31;
const RESEND_REQUEST = 0x32;
const REJECT = 0x33;
const SEQUENCE_RESET = 0x34;
const LOGOUT = 0x35;
const LOGON = 0x41;

/** What `active` and `logout-sent` have in common: until the connection ends, every message is taken. */
const established = {
  onMessage(context: SessionContext, view: FixView): void {
    context.keepAlive.onReceived();
    const seqNum = view.int(34);
    if (!(seqNum >= 0)) {
      endWith(context, "MsgSeqNum missing or not a number");
      return;
    }
    if (context.hasSentReset && codeOf(view) !== LOGON && codeOf(view) !== LOGOUT) {
      onOutdated(context, view, seqNum);
      return;
    }
    route(context, view, seqNum);
    context.gap.onProgress((waiting, expected) => onOrdered(context, waiting, expected));
  },
  onWrongVersion(context: SessionContext, view: FixView): void {
    context.advancePast(view.int(34));
    sendLogout(context, "Incorrect BeginString");
  },
  onGarbled: (): void => {},
};

/** `active`: logged on. */
export const active: StateHandler = {
  ...established,
  onTick(context) {
    context.lookedAt = context.now;
    if (isOver(context)) sendLogout(context, "end of session");
    context.replay.send();
    context.gap.onTick();
    if (context.state === "active") context.keepAlive.onTick();
  },
  deadline(context) {
    if (context.replay.isReady) return context.now;
    // A schedule is asked once a second: its end is a matter of minutes.
    const scheduled = context.settings.schedule ? context.lookedAt + 1000 : Number.POSITIVE_INFINITY;
    return Math.min(scheduled, context.gap.deadline, context.keepAlive.deadline);
  },
};

/** `logout-sent`: our Logout waits for its answer. */
export const logoutSent: StateHandler = {
  ...established,
  onTick(context) {
    if (context.now >= giveUpAt(context)) {
      context.timeout("no answer to our Logout in time");
      return;
    }
    context.replay.send();
    context.gap.onTick();
  },
  deadline: (context) =>
    context.replay.isReady ? context.now : Math.min(giveUpAt(context), context.gap.deadline),
};

function giveUpAt({ waitSince, settings }: SessionContext): number {
  return waitSince + (settings.logoutTimeoutMillis ?? 2000);
}

/** By its schedule; where one session follows the other without a break, it ends when the next begins. */
function isOver({ settings: { schedule }, store, now }: SessionContext): boolean {
  if (!schedule) return false;
  const begun = store.createdAtMillis;
  return !schedule.isOpen(now) || (begun > 0 && !schedule.isSameSession(begun, now));
}

/** Some session messages are handled whatever their number. */
function route(context: SessionContext, view: FixView, seqNum: number): void {
  switch (codeOf(view)) {
    case LOGON:
      if (view.boolean(141) === true) onResetLogon(context, view, seqNum);
      else {
        context.hasSentReset = false;
        onOrdered(context, view, seqNum);
      }
      return;
    case RESEND_REQUEST:
      if (context.checks.isAcceptable(view, seqNum)) context.replay.onRequest(view, seqNum);
      return;
    case SEQUENCE_RESET:
      if (view.boolean(123) === true) onOrdered(context, view, seqNum);
      else if (context.checks.isAcceptable(view, seqNum)) onSequenceReset(context, view, seqNum);
      return;
    case LOGOUT:
      if (context.checks.isAcceptable(view, seqNum)) onLogout(context, view, seqNum);
      return;
    default:
      onOrdered(context, view, seqNum);
  }
}

/** The type's character, 0 for longer types. */
function codeOf(view: FixView): number {
  return view.length(35) === 1 ? view.char(35) : 0;
}

/** Messages that are handled in sequence only. */
function onOrdered(context: SessionContext, view: FixView, seqNum: number): void {
  const { checks, gap } = context;
  const expected = context.store.nextTargetSeqNum;
  if (seqNum === expected) {
    if (checks.isAcceptable(view, seqNum) && checks.isGoodDuplicate(view, seqNum))
      deliver(context, view, seqNum);
  } else if (checks.isFromPeer(view, seqNum)) {
    if (seqNum > expected) gap.onTooHigh(view, seqNum);
    else onTooLow(context, view, seqNum);
  }
}

function onTooLow(context: SessionContext, view: FixView, seqNum: number): void {
  if (view.boolean(43) !== true) {
    const text = `MsgSeqNum too low, expecting ${context.store.nextTargetSeqNum} but received ${seqNum}`;
    context.event("error", "sequence-too-low", text);
    endWith(context, text);
  } else if (context.checks.isGoodDuplicate(view, seqNum)) {
    context.statistics.duplicates++;
    context.event("info", "duplicate-ignored", `duplicate of message ${seqNum} ignored`);
  }
}

function deliver(context: SessionContext, view: FixView, seqNum: number): void {
  const { application, session } = context;
  switch (codeOf(view)) {
    case HEARTBEAT:
    case LOGON:
      application.onAdmin?.(view, session);
      break;
    case TEST_REQUEST:
      application.onAdmin?.(view, session);
      answerTestRequest(context, view);
      break;
    case REJECT: {
      const text = `peer rejected message ${view.string(45)}: ${view.string(58) ?? ""}`;
      context.event("warning", "peer-rejected", text);
      application.onAdmin?.(view, session);
      break;
    }
    case SEQUENCE_RESET:
      // A gap fill: the peer's next number stands in it.
      onSequenceReset(context, view, seqNum);
      return;
    default:
      if (application.onMessage?.(view, session) === "unsupported") {
        const text = context.isBefore42 ? "Unsupported message type" : "Unsupported Message Type";
        sendBusinessReject(context, view, 3, text);
      }
  }
  // Only now: what an application threw on has not been received. (It may have reset the session meanwhile.)
  context.advancePast(seqNum);
}

/** As many numbers follow as came before: near 2^53 no message could have one any more. */
const HIGHEST_NEW_SEQ_NO = 2 ** 52;

function onSequenceReset(context: SessionContext, view: FixView, seqNum: number): void {
  const { store, gap } = context;
  const next = view.int(36);
  const isForward = next >= store.nextTargetSeqNum && next <= HIGHEST_NEW_SEQ_NO;
  if (!isForward || (view.boolean(123) === true && next <= seqNum)) {
    sendReject(context, view, seqNum, SessionRejectReason.ValueIncorrect, 0);
  } else if (next > store.nextTargetSeqNum) {
    store.nextTargetSeqNum = next;
    gap.onMoved();
    context.event("info", "sequence-reset", `peer moved on to message ${next}`);
  }
}

/**
 * What the peer sent before it saw our reset has numbers of the old sequence: it says nothing about the new one, and cannot
 * be asked for again. Messages for the application still count, in order.
 */
function onOutdated(context: SessionContext, view: FixView, seqNum: number): void {
  const { checks } = context;
  if (seqNum !== context.outdatedTarget) {
    context.event("warning", "sequence-reset", `message ${seqNum} from before the reset dropped`);
    return;
  }
  context.outdatedTarget++;
  if (isAdminType(view.type)) return;
  if (checks.isAcceptable(view, seqNum) && checks.isGoodDuplicate(view, seqNum)) {
    deliver(context, view, seqNum);
  }
}

/** A Logon with 141=Y inside a session starts it anew, or answers ours. */
function onResetLogon(context: SessionContext, view: FixView, seqNum: number): void {
  const { checks, store, keepAlive } = context;
  if (!checks.hasOurCompIds(view) || !checks.hasGoodTime(view)) {
    endWith(context, "Logon with a CompID or SendingTime problem");
    return;
  }
  if (seqNum !== 1) {
    endWith(context, `ResetSeqNumFlag with MsgSeqNum ${seqNum}, must be 1`);
    return;
  }
  const isAnswer = context.hasSentReset;
  const fault = isAnswer ? undefined : faultOf(context, view);
  if (fault !== undefined) {
    endWith(context, fault);
    return;
  }
  context.hasSentReset = false;
  if (!isAnswer) context.resetStore();
  store.nextTargetSeqNum = 2;
  if (isAnswer) return;
  keepAlive.intervalMillis = view.int(108) * 1000;
  sendLogon(context, true, 2);
}

function onLogout(context: SessionContext, view: FixView, seqNum: number): void {
  const text = view.string(58);
  context.event("info", "logged-out", `peer logged out${text ? `: ${text}` : ""}`);
  context.advancePast(seqNum);
  sendLogout(context);
  if (context.settings.resetOnLogout) context.resetStore();
  context.shut(text ?? "Logout");
}
