import { ItchError } from "../errors.ts";

/** Bytes before the first message block: session 10, sequence number 8, message count 2. */
export const MOLD_HEADER_LENGTH = 20;
/** Message count of a packet that ends the session. */
export const MOLD_END_OF_SESSION = 0xffff;
/** Most messages that one packet can hold, since 0xffff means end of session. */
export const MOLD_MOST_MESSAGES = 0xfffe;
/** Characters of a session name. */
export const SESSION_LENGTH = 10;

/** Header of a MoldUDP64 packet, downstream or request. */
export interface MoldUdp64Header {
  /** Session name of 10 characters, padded with spaces. */
  readonly session: string;
  /** Sequence number of the first message; in a heartbeat and at the end of session, the next one expected. */
  readonly sequence: number;
  /** Number of messages; 0 is a heartbeat, 0xffff the end of session. In a request: how many are wanted. */
  readonly count: number;
}

/**
 * Reads the header of a packet.
 *
 * @throws ItchError `bad-packet` when it is shorter than a header, or its sequence number is above 2^53 - 1
 * @see MoldUDP64 protocol specification 1.00
 */
export function readMoldHeader(packet: Uint8Array): MoldUdp64Header {
  if (packet.length < MOLD_HEADER_LENGTH) {
    throw new ItchError(
      "bad-packet",
      `a packet has a header of 20 bytes, this one is ${packet.length} bytes`,
    );
  }
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const sequence = view.getUint32(10) * 2 ** 32 + view.getUint32(14);
  if (!Number.isSafeInteger(sequence)) {
    throw new ItchError("bad-packet", `sequence number ${view.getBigUint64(10)} is above 2^53 - 1`);
  }
  let session = "";
  for (let index = 0; index < SESSION_LENGTH; index++) session += String.fromCharCode(packet[index]!);
  return { session, sequence, count: view.getUint16(18) };
}

/**
 * Writes a header into `target`, which has room for 20 bytes.
 *
 * @returns 20, the bytes written
 */
export function writeMoldHeader(header: MoldUdp64Header, target: Uint8Array): number {
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  for (let index = 0; index < SESSION_LENGTH; index++) {
    target[index] = index < header.session.length ? header.session.charCodeAt(index) : 0x20;
  }
  view.setUint32(10, Math.floor(header.sequence / 2 ** 32));
  view.setUint32(14, header.sequence >>> 0);
  view.setUint16(18, header.count);
  return MOLD_HEADER_LENGTH;
}

/**
 * Walks the messages of a downstream packet.
 *
 * All lengths are checked before the first message is delivered: a packet whose count or lengths lie gives none.
 *
 * @param packet - a whole packet
 * @param onMessage - gets the offset and length of each message in `packet`, in order
 * @returns the header
 * @throws ItchError `bad-packet` when the messages do not fill the packet exactly
 */
export function readMoldPacket(
  packet: Uint8Array,
  onMessage: (offset: number, length: number, sequence: number) => void,
): MoldUdp64Header {
  const header = readMoldHeader(packet);
  const count = header.count === MOLD_END_OF_SESSION ? 0 : header.count;
  let at = MOLD_HEADER_LENGTH;
  for (let index = 0; index < count; index++) {
    at += at + 2 <= packet.length ? 2 + packet[at]! * 256 + packet[at + 1]! : 2;
    if (at > packet.length) {
      throw new ItchError(
        "bad-packet",
        `message ${index + 1} of ${count} ends at byte ${at} of ${packet.length}`,
      );
    }
  }
  if (at !== packet.length) {
    throw new ItchError("bad-packet", `${count} messages end at byte ${at} of ${packet.length}`);
  }
  at = MOLD_HEADER_LENGTH;
  for (let index = 0; index < count; index++) {
    const length = packet[at]! * 256 + packet[at + 1]!;
    onMessage(at + 2, length, header.sequence + index);
    at += 2 + length;
  }
  return header;
}
