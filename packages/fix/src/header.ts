/** Tags of the standard header beside 8, 9 and 35, in all versions. */
const HEADER = new Set([
  34, 43, 49, 50, 52, 56, 57, 90, 91, 97, 115, 116, 122, 128, 129, 142, 143, 144, 145, 212, 213, 347, 369,
  627, 628, 629, 630, 1128, 1129, 1156,
]);

/**
 * Whether a tag belongs to the standard header (8, 9 and 35 included).
 *
 * @param tag - tag number
 * @see FIX 5.0 SP2, StandardHeader; FIXT 1.1
 */
export function isHeaderTag(tag: number): boolean {
  return tag === 8 || tag === 9 || tag === 35 || HEADER.has(tag);
}

/**
 * Whether a tag belongs to the standard trailer.
 *
 * @param tag - tag number
 */
export function isTrailerTag(tag: number): boolean {
  return tag === 10 || tag === 89 || tag === 93;
}

/**
 * Whether a message type is session-level: Heartbeat, TestRequest, ResendRequest, Reject, SequenceReset, Logout, Logon.
 *
 * @param type - MsgType(35)
 */
export function isAdminType(type: string): boolean {
  return type.length === 1 && "012345A".includes(type);
}
