import type { Dictionary } from "../dictionary.ts";

/** @see FIX 5.0 SP2, field 373: the standard's own words */
const TEXTS: Readonly<Record<number, string>> = {
  0: "Invalid tag number",
  1: "Required tag missing",
  2: "Tag not defined for this message type",
  4: "Tag specified without a value",
  5: "Value is incorrect (out of range) for this tag",
  6: "Incorrect data format for value",
  9: "CompID problem",
  10: "SendingTime accuracy problem",
  11: "Invalid MsgType",
  13: "Tag appears more than once",
  14: "Tag specified out of required order",
  15: "Repeating group fields out of order",
  16: "Incorrect NumInGroup count for repeating group",
  18: "Invalid or unsupported application version",
};

/** The standard's words for a SessionRejectReason(373). */
export function standardRejectText(reason: number): string {
  return TEXTS[reason] ?? "Other";
}

/** The same with the field's name, for people who read logs: `Required tag missing: ClOrdID (11)`. */
export function detailedRejectText(reason: number, tag: number, dictionary: Dictionary): string {
  const text = standardRejectText(reason);
  if (tag === 0) return text;
  const name = dictionary.fieldName(tag);
  return name ? `${text}: ${name} (${tag})` : `${text}: ${tag}`;
}
