import { SessionRejectReason } from "../validator.ts";
import type { FixView } from "../view.ts";
import type { SessionContext } from "./context.ts";
import type { TextFields } from "./outgoing.ts";
import { detailedRejectText, standardRejectText } from "./reject-text.ts";
import { reverseRoute } from "./reverse-route.ts";

/** Logon, with what the settings add to it. */
export function sendLogon(context: SessionContext, hasReset: boolean, nextExpected: number): void {
  const { settings, outgoing, keepAlive } = context;
  const fields: [tag: number, value: string][] = [
    [98, "0"],
    [108, String(keepAlive.intervalMillis / 1000)],
  ];
  if (hasReset) fields.push([141, "Y"]);
  if (settings.nextExpectedMsgSeqNum) fields.push([789, String(nextExpected)]);
  if (context.isFixt) fields.push([1137, settings.defaultApplVerId!]);
  for (const [tag, value] of settings.logonFields ?? []) fields.push([tag, value]);
  fields.sort((a, b) => a[0] - b[0]);
  const encoder = outgoing.begin("A");
  for (const [tag, value] of fields) encoder.string(tag, value);
  outgoing.finish();
}

/** Logout; its answer, or the timeout, ends the connection. */
export function sendLogout(context: SessionContext, text?: string): void {
  if (context.state === "logout-sent") return;
  const encoder = context.outgoing.begin("5");
  if (text) encoder.string(58, text);
  context.outgoing.finish();
  context.state = "logout-sent";
  context.waitSince = context.now;
  if (text) context.closeReason = text;
}

/** Logout with a text, and no wait for an answer: the peer's numbers cannot be trusted. */
export function endWith(context: SessionContext, text: string): void {
  sendLogout(context, text);
  context.shut(text);
}

/** Logout in the place of a Logon, and the end. */
export function refuseLogon(context: SessionContext, text: string): void {
  context.event("error", "logon-refused", text);
  context.outgoing.begin("5").string(58, text);
  context.outgoing.finish();
  context.shut(text);
}

export function sendHeartbeat(context: SessionContext): void {
  context.outgoing.begin("0");
  context.outgoing.finish();
}

export function sendTestRequest(context: SessionContext): void {
  const { outgoing, settings } = context;
  outgoing.begin("1").string(112, settings.testReqId ?? outgoing.timestamp());
  outgoing.finish();
}

/** Heartbeat with the TestReqID(112) of a TestRequest. */
export function answerTestRequest(context: SessionContext, view: FixView): void {
  const encoder = context.outgoing.begin("0");
  const at = view.fieldIndex(112);
  if (at >= 0) encoder.copyValue(112, view.buffer, view.startAt(at), view.endAt(at));
  context.outgoing.finish();
}

export function sendResendRequest(context: SessionContext, from: number, end: number): void {
  context.outgoing.begin("2").int(7, from).int(16, end);
  context.outgoing.finish();
}

/** Reject, in the form of the version; the message counts as received. */
export function sendReject(
  context: SessionContext,
  view: FixView,
  seqNum: number,
  reason: number,
  tag: number,
): void {
  const { outgoing, settings, transport, isBefore42 } = context;
  const text = rejectText(context, reason, tag);
  const type = view.string(35) ?? "";
  const hasTag = tag !== 0 || reason === SessionRejectReason.InvalidTagNumber;
  context.statistics.rejected++;
  context.event("warning", "rejected", `message ${seqNum} rejected: ${text}`);
  const encoder = outgoing.begin("3", reverseRoute(view, transport)).int(45, seqNum);
  encoder.string(58, isBefore42 && hasTag ? `${text} (${tag})` : text);
  if (!isBefore42) {
    if (hasTag) encoder.int(371, tag);
    encoder.string(372, type);
    // FIX 4.2 knows reasons up to 11.
    if (settings.beginString !== "FIX.4.2" || reason <= 11) encoder.int(373, reason);
  }
  outgoing.finish();
  if (type !== "A" && !(type === "4" && view.boolean(123) !== true)) context.advancePast(seqNum);
}

/** The standard's words, and for people the field's name. */
export function rejectText(context: SessionContext, reason: number, tag: number): string {
  const { transport, settings } = context;
  if (settings.rejectText === "standard" || context.isBefore42) return standardRejectText(reason);
  return detailedRejectText(reason, tag, transport.fieldName(tag) ? transport : settings.dictionary);
}

/** BusinessMessageReject, which is a Reject before FIX 4.2. */
export function sendBusinessReject(
  context: SessionContext,
  view: FixView,
  reason: number,
  text: string,
): void {
  const { outgoing, transport, isBefore42 } = context;
  const header: TextFields = reverseRoute(view, transport);
  const seqNum = view.int(34);
  const type = view.type;
  context.statistics.rejected++;
  const encoder = outgoing
    .begin(isBefore42 ? "3" : "j", header)
    .int(45, seqNum)
    .string(58, text);
  if (!isBefore42) encoder.string(372, type).int(380, reason);
  outgoing.finish();
}
