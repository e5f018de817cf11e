import { ItchError } from "../errors.ts";
import { numeric, padded } from "../soup/packet.ts";

/** The message's type, `G`. */
const TYPE = 0x47;
const SEQUENCE_LENGTH = 20;

/**
 * Makes the message that ends a GLIMPSE snapshot: `G`, then a number as 20 ASCII digits, with spaces on the left.
 *
 * @param sequence - of the ITCH message to go on with: the first that is not in the snapshot
 * @throws ItchError `invalid-field` when it is not an integer from 1 to 2^53 - 1
 * @see Nasdaq GLIMPSE 5.0 specification, Snapshot Message
 */
export function encodeEndOfSnapshot(sequence: number): Uint8Array {
  if (!Number.isSafeInteger(sequence) || sequence < 1) {
    throw new ItchError("invalid-field", `sequence must be an integer from 1, was ${sequence}`, {
      field: "sequence",
    });
  }
  return padded(["G", 1], [String(sequence), -SEQUENCE_LENGTH]);
}

/**
 * Reads the message that ends a GLIMPSE snapshot. All others of a snapshot are those of ITCH 5.0, which has no type `G`.
 *
 * @param bytes - where the message stands
 * @param offset - of its type
 * @param length - of the message
 * @returns the number of the ITCH message to go on with; `undefined` when it is another message, or its number is none
 * @see Nasdaq GLIMPSE 5.0 specification, Snapshot Message
 */
export function decodeEndOfSnapshot(
  bytes: Uint8Array,
  offset = 0,
  length: number = bytes.length - offset,
): number | undefined {
  if (length !== 1 + SEQUENCE_LENGTH || bytes[offset] !== TYPE) return undefined;
  return numeric(bytes, offset + 1, SEQUENCE_LENGTH);
}
