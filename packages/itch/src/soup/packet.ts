import { ItchError } from "../errors.ts";

/** Types of SoupBinTCP packets, as their byte. */
export const SoupBinType = {
  /** `+` free text of either side. */
  debug: 0x2b,
  /** `A` from the server. */
  loginAccepted: 0x41,
  /** `J` from the server. */
  loginRejected: 0x4a,
  /** `S` from the server: a numbered message. */
  sequenced: 0x53,
  /** `H` from the server. */
  serverHeartbeat: 0x48,
  /** `Z` from the server. */
  endOfSession: 0x5a,
  /** `L` from the client. */
  loginRequest: 0x4c,
  /** `U` of either side: a message without a number. */
  unsequenced: 0x55,
  /** `R` from the client. */
  clientHeartbeat: 0x52,
  /** `O` from the client. */
  logout: 0x4f,
} as const;

/** Most bytes of a packet's payload: the length counts the type too. */
export const SOUP_MOST_PAYLOAD = 0xfffe;

/** Gets a packet: its type byte, and where its payload stands. The bytes are valid until the call returns. */
export type SoupBinPacketHandler = (type: number, bytes: Uint8Array, offset: number, length: number) => void;

/**
 * Cuts a TCP stream into SoupBinTCP packets, wherever the network cut it. Holds at most one incomplete packet
 * (64 KiB).
 *
 * @see SoupBinTCP protocol specification 3.00
 */
export class SoupBinPacketReader {
  readonly #onPacket: SoupBinPacketHandler;
  #held: Uint8Array | undefined;
  #heldLength = 0;
  #received = 0;
  #isStopped = false;

  /** @param onPacket - gets each packet */
  constructor(onPacket: SoupBinPacketHandler) {
    this.#onPacket = onPacket;
  }

  /**
   * Takes the next piece of the stream.
   *
   * @param bytes - may be reused after the call
   * @throws ItchError `protocol` (with `offset` in the stream) at a packet of length zero
   */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (this.#heldLength > 0 && at < bytes.length && !this.#isStopped) {
      const held = this.#held!;
      const need = this.#heldLength < 2 ? 2 : 2 + held[0]! * 256 + held[1]!;
      const taken = Math.min(Math.max(need - this.#heldLength, 0), bytes.length - at);
      held.set(bytes.subarray(at, at + taken), this.#heldLength);
      this.#heldLength += taken;
      at += taken;
      const total = this.#heldLength < 2 ? 0 : this.#lengthAt(held, 0, at - this.#heldLength);
      if (total > 0 && this.#heldLength === total) {
        this.#heldLength = 0;
        this.#onPacket(held[2]!, held, 3, total - 3);
      }
    }
    while (at + 2 <= bytes.length && !this.#isStopped) {
      const total = this.#lengthAt(bytes, at, at);
      if (at + total > bytes.length) break;
      this.#onPacket(bytes[at + 2]!, bytes, at + 3, total - 3);
      at += total;
    }
    if (at < bytes.length && !this.#isStopped) {
      this.#held ??= new Uint8Array(2 + 0xffff);
      this.#held.set(bytes.subarray(at), 0);
      this.#heldLength = bytes.length - at;
    }
    this.#received += bytes.length;
  }

  /** Delivers nothing more, not even what was pushed already: for a handler that has seen the last packet. */
  stop(): void {
    this.#isStopped = true;
  }

  #lengthAt(bytes: Uint8Array, at: number, position: number): number {
    const length = bytes[at]! * 256 + bytes[at + 1]!;
    if (length > 0) return 2 + length;
    const offset = this.#received + position;
    throw new ItchError("protocol", `the packet at byte ${offset} of the stream has length zero`, { offset });
  }
}

/** Makes a packet of a type and a payload. */
export function soupBinPacket(type: number, payload?: Uint8Array): Uint8Array {
  const length = payload?.length ?? 0;
  if (length > SOUP_MOST_PAYLOAD) {
    throw new ItchError(
      "oversized",
      `a payload has at most ${SOUP_MOST_PAYLOAD} bytes, this one has ${length}`,
    );
  }
  const packet = new Uint8Array(3 + length);
  packet[0] = (length + 1) >> 8;
  packet[1] = (length + 1) & 0xff;
  packet[2] = type;
  if (payload) packet.set(payload, 3);
  return packet;
}

/** Text padded to widths, as payload: positive widths pad on the right, negative ones on the left. */
export function padded(...parts: readonly (readonly [text: string, width: number])[]): Uint8Array {
  const text = parts
    .map(([part, width]) => (width > 0 ? part.padEnd(width) : part.padStart(-width)))
    .join("");
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Reads latin-1 text. */
export function latin1(bytes: Uint8Array, offset: number, length: number): string {
  let text = "";
  for (let index = offset; index < offset + length; index++) text += String.fromCharCode(bytes[index]!);
  return text;
}

/** Reads a number as ASCII digits padded with spaces on the left; `undefined` when it is none or above 2^53 - 1. */
export function numeric(bytes: Uint8Array, offset: number, length: number): number | undefined {
  const text = latin1(bytes, offset, length).trim();
  if (!/^[0-9]+$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
