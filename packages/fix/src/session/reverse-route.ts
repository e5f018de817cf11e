import type { Dictionary } from "../dictionary.ts";
import type { FixView } from "../view.ts";
import { NO_FIELDS, type TextFields } from "./outgoing.ts";

/** What was "on behalf of" comes back as "deliver to" and the other way about. @see FIX 4.4 vol. 2, message routing */
const REVERSED: readonly (readonly [from: number, to: number])[] = [
  [128, 115],
  [129, 116],
  [115, 128],
  [116, 129],
  [145, 144],
  [144, 145],
];

/**
 * Routing fields of an answer, by ascending tag.
 *
 * @param view - the message that is answered
 * @param transport - FIX 4.0 has no locations: a field that the header does not have cannot be sent back either
 */
export function reverseRoute(view: FixView, transport: Dictionary): TextFields {
  let fields: [number, string][] | undefined;
  for (const [from, to] of REVERSED) {
    const value = view.string(from);
    if (value && transport.header.table.get(to) !== 0) {
      fields ??= [];
      fields.push([to, value]);
    }
  }
  return fields ?? NO_FIELDS;
}
