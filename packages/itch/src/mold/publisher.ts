import { ItchError } from "../errors.ts";
import type { MessageStore, SequencedMessages } from "../message-store.ts";
import {
  MOLD_END_OF_SESSION,
  MOLD_HEADER_LENGTH,
  MOLD_MOST_MESSAGES,
  readMoldHeader,
  SESSION_LENGTH,
  writeMoldHeader,
} from "./packet.ts";

/** Fits an Ethernet frame of 1,500 bytes with IPv4 and UDP headers and a tag or tunnel to spare. */
const DEFAULT_PACKET_BYTES = 1400;
/** Largest payload of a UDP datagram over IPv4. */
const LARGEST_PACKET_BYTES = 65_507;

/** Options of a {@link MoldUdp64Publisher}. */
export interface MoldUdp64PublisherOptions {
  /** Session name, at most 10 latin-1 characters. */
  readonly session: string;
  /** Keeps what was published, for a re-request server; its next number is the session's next. */
  readonly store: MessageStore;
  /** Largest packet in bytes; 1,400 by default. */
  readonly maxPacketBytes?: number;
  /** Heartbeat after so many milliseconds without a packet; 1,000 by default. */
  readonly heartbeatMillis?: number;
}

/**
 * The sending side of MoldUDP64: packs messages into packets, numbers them, and keeps a quiet line alive.
 *
 * A pure state machine: packets go to `send`, time comes in as milliseconds of any clock that does not run back.
 *
 * @see MoldUDP64 protocol specification 1.00
 */
export class MoldUdp64Publisher {
  readonly #session: string;
  readonly #store: MessageStore;
  readonly #heartbeatMillis: number;
  readonly #send: (packet: Uint8Array) => void;
  readonly #packet: Uint8Array;
  #length: number = MOLD_HEADER_LENGTH;
  #count = 0;
  #isEnded = false;
  /** Long ago, so that the first tick sends; finite, so that a heartbeat after infinite milliseconds is none. */
  #lastSent = -Number.MAX_VALUE;

  /**
   * @param options - see {@link MoldUdp64PublisherOptions}
   * @param send - gets each packet; its bytes are valid until the call returns
   * @throws ItchError `invalid-option`
   */
  constructor(options: MoldUdp64PublisherOptions, send: (packet: Uint8Array) => void) {
    const { session, store, maxPacketBytes = DEFAULT_PACKET_BYTES, heartbeatMillis = 1000 } = options;
    this.#session = checkedSession(session);
    this.#store = store;
    this.#heartbeatMillis = heartbeatMillis;
    this.#packet = new Uint8Array(checkedPacketBytes(maxPacketBytes));
    this.#send = send;
  }

  /** When {@link MoldUdp64Publisher.tick} wants to be called next, in milliseconds. */
  get nextDeadline(): number {
    return this.#count > 0 ? this.#lastSent : this.#lastSent + this.#heartbeatMillis;
  }

  /**
   * Adds a message to the packet being filled, which is sent first when it has no room left.
   *
   * @param message - copied
   * @param now - milliseconds
   * @returns the message's sequence number
   * @throws ItchError `oversized` when no packet can hold it, `session-ended`
   */
  publish(message: Uint8Array, now: number): number {
    if (this.#isEnded) throw new ItchError("session-ended", `session ${this.#session} has ended`);
    if (MOLD_HEADER_LENGTH + 2 + message.length > this.#packet.length) {
      throw new ItchError(
        "oversized",
        `a message of ${message.length} bytes does not fit a packet of ${this.#packet.length} bytes`,
      );
    }
    if (this.#length + 2 + message.length > this.#packet.length || this.#count === MOLD_MOST_MESSAGES) {
      this.flush(now);
    }
    const sequence = this.#store.append(message);
    this.#packet[this.#length] = message.length >> 8;
    this.#packet[this.#length + 1] = message.length & 0xff;
    this.#packet.set(message, this.#length + 2);
    this.#length += 2 + message.length;
    this.#count++;
    return sequence;
  }

  /** Sends the packet being filled, if it holds a message. */
  flush(now: number): void {
    if (this.#count > 0) this.#sendPacket(this.#store.nextSequence - this.#count, this.#count, now);
  }

  /** Sends what waits; else a heartbeat, or the end of session again, when it is time for one. */
  tick(now: number): void {
    if (this.#count > 0) this.flush(now);
    else if (now - this.#lastSent >= this.#heartbeatMillis) {
      this.#sendPacket(this.#store.nextSequence, this.#isEnded ? MOLD_END_OF_SESSION : 0, now);
    }
  }

  /** Ends the session: sends what waits and the end-of-session packet, which later ticks repeat. */
  end(now: number): void {
    this.flush(now);
    this.#isEnded = true;
    this.#sendPacket(this.#store.nextSequence, MOLD_END_OF_SESSION, now);
  }

  #sendPacket(sequence: number, count: number, now: number): void {
    writeMoldHeader({ session: this.#session, sequence, count }, this.#packet);
    const packet = this.#packet.subarray(0, this.#length);
    this.#length = MOLD_HEADER_LENGTH;
    this.#count = 0;
    this.#lastSent = now;
    this.#send(packet);
  }
}

/** Options of a {@link MoldUdp64RequestServer}. */
export interface MoldUdp64RequestServerOptions {
  /** Session name, at most 10 latin-1 characters. */
  readonly session: string;
  /** What was published. */
  readonly store: SequencedMessages;
  /** Largest packet in bytes; 1,400 by default. */
  readonly maxPacketBytes?: number;
}

/**
 * Answers re-requests of a MoldUDP64 session: one packet with as many of the wanted messages as fit, from the first
 * on. A request never causes more than one packet, whatever it asks for.
 */
export class MoldUdp64RequestServer {
  /** Requests that got no answer: malformed, of another session, or for nothing that is in the store. */
  refused = 0;
  readonly #session: string;
  readonly #store: SequencedMessages;
  readonly #maxPacketBytes: number;

  /** @throws ItchError `invalid-option` */
  constructor({ session, store, maxPacketBytes = DEFAULT_PACKET_BYTES }: MoldUdp64RequestServerOptions) {
    this.#session = checkedSession(session);
    this.#store = store;
    this.#maxPacketBytes = checkedPacketBytes(maxPacketBytes);
  }

  /**
   * Answers a request.
   *
   * @param request - as received
   * @returns the packet to send to the requester; `undefined` when there is nothing to answer
   */
  respond(request: Uint8Array): Uint8Array | undefined {
    if (request.length === MOLD_HEADER_LENGTH) {
      const { session, sequence, count } = requestHeader(request);
      if (session === this.#session.padEnd(SESSION_LENGTH) && sequence > 0) {
        const packet = this.#fill(sequence, Math.min(count, MOLD_MOST_MESSAGES));
        if (packet) return packet;
      }
    }
    this.refused++;
    return undefined;
  }

  #fill(sequence: number, count: number): Uint8Array | undefined {
    const packet = new Uint8Array(this.#maxPacketBytes);
    let length = MOLD_HEADER_LENGTH;
    let filled = 0;
    while (filled < count) {
      const message = this.#store.message(sequence + filled);
      if (!message || length + 2 + message.length > packet.length) break;
      packet[length] = message.length >> 8;
      packet[length + 1] = message.length & 0xff;
      packet.set(message, length + 2);
      length += 2 + message.length;
      filled++;
    }
    if (filled === 0) return undefined;
    writeMoldHeader({ session: this.#session, sequence, count: filled }, packet);
    return packet.subarray(0, length);
  }
}

function requestHeader(request: Uint8Array): { session: string; sequence: number; count: number } {
  // A number beyond 2^53 names nothing that any store can hold: refused like any other unknown number.
  try {
    return readMoldHeader(request);
  } catch {
    return { session: "", sequence: 0, count: 0 };
  }
}

function checkedSession(session: string): string {
  for (let index = 0; index < session.length; index++) {
    if (index >= SESSION_LENGTH || session.charCodeAt(index) > 0xff) {
      throw new ItchError(
        "invalid-option",
        `session must be at most 10 latin-1 characters, was "${session}"`,
      );
    }
  }
  return session;
}

function checkedPacketBytes(bytes: number): number {
  if (!Number.isInteger(bytes) || bytes < MOLD_HEADER_LENGTH + 2 || bytes > LARGEST_PACKET_BYTES) {
    throw new ItchError(
      "invalid-option",
      `maxPacketBytes must be an integer from 22 to ${LARGEST_PACKET_BYTES}, was ${bytes}`,
    );
  }
  return bytes;
}
