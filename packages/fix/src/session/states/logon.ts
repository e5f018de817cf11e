import type { FixView } from "../../view.ts";
import type { SessionContext } from "../context.ts";
import { refuseLogon, rejectText, sendLogon } from "../session-messages.ts";
import type { StateHandler } from "./state.ts";

/** The states before a session is up have one deadline, and owe nothing to a peer that has not said who it is. */
const beforeLogon = {
  onWrongVersion: (context: SessionContext, view: FixView): void =>
    context.shut(`Incorrect BeginString: ${view.string(8)}`),
  onGarbled: (context: SessionContext, text: string): void => context.shut(text),
  onTick(context: SessionContext): void {
    if (context.now >= beforeLogon.deadline(context)) context.timeout("no Logon in time");
  },
  deadline: (context: SessionContext): number =>
    context.waitSince + (context.settings.logonTimeoutMillis ?? 10_000),
};

/** `awaiting-logon`: an acceptor waits for the first message. */
export const awaitingLogon: StateHandler = {
  ...beforeLogon,
  onMessage(context, view) {
    if (!view.equals(35, "A")) {
      context.shut(`first message is not a Logon but 35=${view.type}`);
      return;
    }
    if (!isGoodLogon(context, view)) return;
    const { schedule } = context.settings;
    if (schedule && !schedule.isOpen(context.now)) {
      context.shut("Logon outside the session's hours");
      return;
    }
    const decision = context.application.onLogonRequest?.(view, context.session) ?? "accept";
    if (decision === "wait") context.state = "authenticating";
    else if (decision === "accept") acceptLogon(context, view);
    else refuseLogon(context, decision.refuse);
  },
};

/** `authenticating`: the application has yet to decide; what comes meanwhile is kept by the input. */
export const authenticating: StateHandler = { ...beforeLogon, onMessage: () => {}, onGarbled: () => {} };

/** `logon-sent`: an initiator waits for the answer. */
export const logonSent: StateHandler = {
  ...beforeLogon,
  onMessage(context, view) {
    if (view.equals(35, "A")) {
      if (isGoodLogon(context, view)) onAnswer(context, view);
    } else if (view.equals(35, "5")) {
      context.shut(`Logon refused: ${view.string(58) ?? "no reason given"}`);
    } else context.shut(`first message is not a Logon but 35=${view.type}`);
  },
};

function isGoodLogon(context: SessionContext, view: FixView): boolean {
  const { checks, isFixt } = context;
  const { validator } = checks;
  if (validator && !validator.validate(view)) {
    context.shut(`Logon invalid: ${rejectText(context, validator.reason, validator.tag)}`);
    return false;
  }
  if (!checks.hasOurCompIds(view) || !checks.hasGoodTime(view)) {
    context.shut("Logon with a CompID or SendingTime problem");
    return false;
  }
  return !isFixt || checks.chooseVersion(view);
}

/** Answers a Logon, unless its numbers are out of the question. */
export function acceptLogon(context: SessionContext, view: FixView): void {
  const { settings, store, keepAlive, replay } = context;
  const hasReset = view.boolean(141) === true;
  const seqNum = view.int(34);
  const fault = faultOf(context, view);
  if (fault !== undefined) {
    refuseLogon(context, fault);
    return;
  }
  if (hasReset || settings.resetOnLogon) context.resetStore();
  if (isTooLow(context, seqNum)) return;
  const theirNext = nextExpectedOf(context, view);
  if (theirNext > store.nextSenderSeqNum) {
    const text = `NextExpectedMsgSeqNum too high, ours is ${store.nextSenderSeqNum} but received ${theirNext}`;
    refuseLogon(context, text);
    return;
  }
  keepAlive.intervalMillis = view.int(108) * 1000;
  const isInOrder = seqNum === store.nextTargetSeqNum;
  context.state = "active";
  if (isInOrder) store.nextTargetSeqNum = seqNum + 1;
  const ours = store.nextSenderSeqNum;
  sendLogon(context, hasReset, store.nextTargetSeqNum);
  onLoggedOn(context);
  if (theirNext < ours) replay.add(theirNext, ours - 1);
  closeGap(context, seqNum, isInOrder, theirNext);
}

/** What a Logon that we answer asks for and we do not agree to. */
export function faultOf({ settings }: SessionContext, logon: FixView): string | undefined {
  const heartbeat = logon.int(108);
  if (!(heartbeat >= 0 && heartbeat <= (settings.maxHeartBtIntSeconds ?? 3600))) {
    return `HeartBtInt ${logon.string(108)} is not acceptable`;
  }
  const isPlain = !logon.has(98) || logon.equals(98, "0");
  return isPlain ? undefined : `EncryptMethod ${logon.string(98)} is not acceptable`;
}

function onAnswer(context: SessionContext, view: FixView): void {
  const { store, keepAlive, replay } = context;
  const seqNum = view.int(34);
  if (view.boolean(141) === true && !context.hasSentReset) context.resetStore();
  context.hasSentReset = false;
  if (isTooLow(context, seqNum)) return;
  const heartbeat = view.int(108);
  if (heartbeat >= 0) keepAlive.intervalMillis = heartbeat * 1000;
  context.state = "active";
  const isInOrder = seqNum === store.nextTargetSeqNum;
  if (isInOrder) store.nextTargetSeqNum = seqNum + 1;
  // Before the application sends anything more.
  const ours = store.nextSenderSeqNum;
  onLoggedOn(context);
  const theirNext = nextExpectedOf(context, view);
  if (theirNext < ours) replay.add(theirNext, ours - 1);
  closeGap(context, seqNum, isInOrder, theirNext);
}

function isTooLow(context: SessionContext, seqNum: number): boolean {
  const expected = context.store.nextTargetSeqNum;
  if (!(seqNum < expected)) return false;
  refuseLogon(context, `MsgSeqNum too low, expecting ${expected} but received ${seqNum}`);
  return true;
}

/** NextExpectedMsgSeqNum(789), NaN when it is not used. */
function nextExpectedOf({ settings }: SessionContext, view: FixView): number {
  return settings.nextExpectedMsgSeqNum ? view.int(789) : Number.NaN;
}

/** With NextExpectedMsgSeqNum both sides send what is missing without being asked. */
function closeGap(context: SessionContext, seqNum: number, isInOrder: boolean, theirNext: number): void {
  if (!isInOrder && !(theirNext >= 0)) context.gap.askFor(seqNum - 1);
  context.replay.send();
}

function onLoggedOn(context: SessionContext): void {
  context.wasLoggedOn = true;
  context.keepAlive.onReceived();
  context.event("info", "logged-on", `logged on, heartbeat ${context.session.heartBtIntSeconds} s`);
  context.application.onLogon?.(context.session);
}
