import { ItchError, isItchError } from "../errors.ts";
import {
  MOLD_END_OF_SESSION,
  MOLD_HEADER_LENGTH,
  type MoldUdp64Header,
  readMoldPacket,
  SESSION_LENGTH,
  writeMoldHeader,
} from "./packet.ts";

/** What a {@link MoldUdp64Receiver} tells. */
export interface MoldUdp64ReceiverListener {
  /**
   * The next message of the session, each once and in order.
   *
   * @param bytes - holds the message; valid until the call returns
   * @param offset - of its first byte
   * @param length - in bytes; may be 0
   * @param sequence - its number
   */
  message(bytes: Uint8Array, offset: number, length: number, sequence: number): void;
  /** A request to send to the re-request server. Without this method nothing is requested. */
  request?(packet: Uint8Array): void;
  /** Messages `from` to `to` (both included) are given up: they were requested in vain. Those after them follow. */
  lost?(from: number, to: number): void;
  /** All messages of the session were delivered or given up. Fires once. */
  sessionEnded?(session: string): void;
  /** Another session began; its messages are numbered from 1 again. */
  sessionChanged?(session: string): void;
  /** A packet was dropped: `bad-packet`, or `protocol` when it is of a session that is over. */
  dropped?(error: ItchError): void;
}

/** Options of a {@link MoldUdp64Receiver}. */
export interface MoldUdp64ReceiverOptions {
  /** Session to follow; that of the first packet by default, and then any new one. */
  readonly session?: string;
  /** First message wanted; 1 by default, and `"current"` for the first of the first packet that comes. */
  readonly firstSequence?: number | "current";
  /** Wait so long before asking for what is missing, so that the other line can fill it; 0 by default. */
  readonly gapDelayMillis?: number;
  /** Ask again when nothing came for so long; 250 by default. */
  readonly requestTimeoutMillis?: number;
  /**
   * Give up on a gap after so many requests in vain; never by default. Where nothing came that follows it, it must have
   * been told again since the first of them: one wrong heartbeat gives up nothing.
   */
  readonly maxRequests?: number;
  /** Most messages asked for at once; 1,000 by default. */
  readonly maxRequestMessages?: number;
  /** Most messages kept that came before their turn; 65,536 by default. More are dropped, and asked for again. */
  readonly maxHeldMessages?: number;
  /** Most bytes of them; 16 MiB by default. */
  readonly maxHeldBytes?: number;
}

/** Counts of a {@link MoldUdp64Receiver}. */
export interface MoldUdp64ReceiverCounts {
  /** Packets received, whatever became of them. */
  packets: number;
  /** Messages delivered. */
  delivered: number;
  /** Messages received again, from the other line or from a request. */
  duplicates: number;
  /** Times that a number was found missing. */
  gaps: number;
  /** Requests sent. */
  requests: number;
  /** Messages given up. */
  lost: number;
  /** Packets dropped because they were malformed or of an old session. */
  badPackets: number;
  /** Messages dropped because too many waited for their turn. */
  overflowed: number;
}

/**
 * The receiving side of MoldUDP64: delivers every message of a session once and in order, whatever the network loses,
 * repeats or swaps. Give it the packets of both lines (A and B) and those of the re-request server: it goes by number.
 *
 * A pure state machine: time comes in as milliseconds of any clock that does not run back.
 *
 * @see MoldUDP64 protocol specification 1.00
 */
export class MoldUdp64Receiver {
  /** What happened so far. */
  readonly counts: Readonly<MoldUdp64ReceiverCounts>;
  readonly #counts: MoldUdp64ReceiverCounts;
  readonly #listener: MoldUdp64ReceiverListener;
  readonly #options: Required<Omit<MoldUdp64ReceiverOptions, "session" | "firstSequence">>;
  readonly #isFixed: boolean;
  #session: string | undefined;
  readonly #oldSessions: Set<string> = new Set();
  /** Next number to deliver; 0 until the first packet tells it. */
  #expected: number;
  /** One more than the highest number that is known to exist. */
  #target = 0;
  /** Number after the last of the session, once its end was told. */
  #endSequence: number | undefined;
  #isEnded = false;
  readonly #held: Map<number, Uint8Array> = new Map();
  #heldBytes = 0;
  /** When to request, while there is a gap. */
  #deadline = Number.POSITIVE_INFINITY;
  /** First number of the gap that `#requests` were made for. */
  #requestedFrom = 0;
  /** Number after the last that was asked for. */
  #requestedTo = 0;
  #requests = 0;
  /** One more than the highest number that packets told of since the first of `#requests`. */
  #toldSince = 0;

  /**
   * @param listener - gets messages and requests
   * @param options - see {@link MoldUdp64ReceiverOptions}
   * @throws ItchError `invalid-option`
   */
  constructor(listener: MoldUdp64ReceiverListener, options: MoldUdp64ReceiverOptions = {}) {
    const { session, firstSequence = 1, ...others } = options;
    if (session !== undefined && session.length > SESSION_LENGTH) {
      throw new ItchError("invalid-option", `session must be at most 10 characters, was "${session}"`);
    }
    if (firstSequence !== "current" && !(Number.isSafeInteger(firstSequence) && firstSequence >= 1)) {
      throw new ItchError("invalid-option", `firstSequence must be a positive integer, was ${firstSequence}`);
    }
    const resolved = {
      gapDelayMillis: 0,
      requestTimeoutMillis: 250,
      maxRequests: Number.POSITIVE_INFINITY,
      maxRequestMessages: 1000,
      maxHeldMessages: 65_536,
      maxHeldBytes: 16 * 1024 * 1024,
      ...others,
    };
    if (!(resolved.maxRequestMessages >= 1 && resolved.maxRequestMessages < MOLD_END_OF_SESSION)) {
      throw new ItchError(
        "invalid-option",
        `maxRequestMessages must be from 1 to 65534, was ${resolved.maxRequestMessages}`,
      );
    }
    this.#listener = listener;
    this.#options = resolved;
    this.#session = session?.padEnd(SESSION_LENGTH);
    this.#isFixed = session !== undefined;
    this.#expected = firstSequence === "current" ? 0 : firstSequence;
    this.#counts = {
      packets: 0,
      delivered: 0,
      duplicates: 0,
      gaps: 0,
      requests: 0,
      lost: 0,
      badPackets: 0,
      overflowed: 0,
    };
    this.counts = this.#counts;
  }

  /** Number of the next message to be delivered; 0 while it is not known. */
  get nextSequence(): number {
    return this.#expected;
  }

  /** Session followed, without padding; `undefined` before the first packet. */
  get session(): string | undefined {
    return this.#session?.trimEnd();
  }

  /** True while a message is missing that is known to exist. */
  get hasGap(): boolean {
    return this.#target > this.#expected;
  }

  /** When {@link MoldUdp64Receiver.tick} must be called next, in milliseconds; infinite while nothing is missing. */
  get nextDeadline(): number {
    return this.#deadline;
  }

  /**
   * Takes a packet of any line.
   *
   * @param packet - may be reused after the call
   * @param now - milliseconds
   * @param isAnswer - true for a packet of the re-request server: what it left out is asked for at once; after packets
   *   of the lines, which may bring the rest by themselves, only when `requestTimeoutMillis` have passed
   */
  receive(packet: Uint8Array, now: number, isAnswer = false): void {
    this.#counts.packets++;
    let header: MoldUdp64Header;
    // The messages are taken only after the whole packet was found sound and of this session.
    const offsets: number[] = [];
    try {
      header = readMoldPacket(packet, (offset, length) => offsets.push(offset, length));
    } catch (error) {
      if (!isItchError(error)) throw error;
      this.#drop(error);
      return;
    }
    if (!this.#follow(header)) return;
    for (let index = 0; index < offsets.length; index += 2) {
      this.#take(packet, offsets[index]!, offsets[index + 1]!, header.sequence + index / 2);
    }
    const next = header.sequence + offsets.length / 2;
    this.#target = Math.max(this.#target, next);
    this.#toldSince = Math.max(this.#toldSince, next);
    if (header.count === MOLD_END_OF_SESSION) this.#endSequence = header.sequence;
    this.#advance(now, isAnswer);
  }

  /** Asks for what is missing when it is time, or gives it up. */
  tick(now: number): void {
    if (now < this.#deadline || !this.hasGap) return;
    if (this.#requestedFrom === this.#expected && this.#requests >= this.#options.maxRequests) this.#giveUp();
    this.#advance(now);
    if (this.hasGap && now >= this.#deadline) this.#request(now);
  }

  #drop(error: ItchError): void {
    this.#counts.badPackets++;
    this.#listener.dropped?.(error);
  }

  /** True when the packet belongs to the session that is followed, which it may begin. */
  #follow({ session, sequence }: MoldUdp64Header): boolean {
    if (session !== this.#session) {
      if (this.#session !== undefined && (this.#isFixed || this.#oldSessions.has(session))) {
        this.#drop(new ItchError("protocol", `a packet of session "${session}", not of "${this.#session}"`));
        return false;
      }
      const isFirst = this.#session === undefined;
      // Enough to tell late packets of the last few days; a hostile sender cannot make it grow.
      if (this.#oldSessions.size >= 8) this.#oldSessions.clear();
      if (this.#session !== undefined) this.#oldSessions.add(this.#session);
      this.#session = session;
      if (!isFirst) {
        this.#reset();
        this.#listener.sessionChanged?.(session.trimEnd());
      }
    }
    if (this.#expected === 0) this.#expected = Math.max(1, sequence);
    return true;
  }

  #reset(): void {
    this.#held.clear();
    this.#heldBytes = 0;
    this.#expected = 1;
    this.#target = 0;
    this.#endSequence = undefined;
    this.#isEnded = false;
    this.#deadline = Number.POSITIVE_INFINITY;
    this.#requests = 0;
    this.#requestedFrom = 0;
    this.#requestedTo = 0;
  }

  #take(bytes: Uint8Array, offset: number, length: number, sequence: number): void {
    if (sequence < this.#expected || this.#held.has(sequence)) {
      this.#counts.duplicates++;
      return;
    }
    if (sequence === this.#expected) {
      this.#deliver(bytes, offset, length);
      return;
    }
    const { maxHeldMessages, maxHeldBytes } = this.#options;
    if (this.#held.size >= maxHeldMessages || this.#heldBytes + length > maxHeldBytes) {
      this.#counts.overflowed++;
      return;
    }
    // Not `slice`: on a Buffer that would be a window on bytes that the caller may reuse.
    this.#held.set(sequence, new Uint8Array(bytes.subarray(offset, offset + length)));
    this.#heldBytes += length;
  }

  #deliver(bytes: Uint8Array, offset: number, length: number): void {
    // Moved on before the call: what the listener sees of this receiver is already true.
    const sequence = this.#expected++;
    this.#counts.delivered++;
    this.#listener.message(bytes, offset, length, sequence);
  }

  /** Delivers what waited for its turn, and settles what is missing after it. */
  #advance(now: number, isAnswer = false): void {
    for (;;) {
      const next = this.#held.get(this.#expected);
      if (next === undefined) break;
      this.#held.delete(this.#expected);
      this.#heldBytes -= next.length;
      this.#deliver(next, 0, next.length);
    }
    if (this.#endSequence !== undefined && this.#expected >= this.#endSequence && !this.#isEnded) {
      this.#isEnded = true;
      this.#listener.sessionEnded?.(this.#session!.trimEnd());
    }
    if (!this.hasGap) {
      this.#deadline = Number.POSITIVE_INFINITY;
      return;
    }
    if (this.#deadline === Number.POSITIVE_INFINITY) {
      this.#counts.gaps++;
      this.#deadline = now + this.#options.gapDelayMillis;
      // The requests of the gap before are done with, unless it is that one, told of again.
      if (this.#requestedFrom !== this.#expected) this.#requests = 0;
      if (this.#options.gapDelayMillis === 0) this.#request(now);
    } else if (
      this.#requests > 0 &&
      this.#expected > this.#requestedFrom &&
      (isAnswer || this.#expected >= this.#requestedTo)
    ) {
      // The answer brought part of it, or all that was asked for is there: ask for the rest at once.
      this.#request(now);
    }
  }

  #request(now: number): void {
    this.#requests = this.#requestedFrom === this.#expected ? this.#requests + 1 : 1;
    if (this.#requests === 1) this.#toldSince = 0;
    this.#requestedFrom = this.#expected;
    this.#requestedTo = this.#gapEnd(this.#options.maxRequestMessages);
    this.#deadline = now + this.#options.requestTimeoutMillis;
    if (!this.#listener.request) return;
    this.#counts.requests++;
    const packet = new Uint8Array(MOLD_HEADER_LENGTH);
    const count = this.#requestedTo - this.#expected;
    writeMoldHeader({ session: this.#session!, sequence: this.#expected, count }, packet);
    this.#listener.request(packet);
  }

  /** First number after the gap that is already there or does not exist yet, at most `limit` away. */
  #gapEnd(limit: number): number {
    const end = Math.min(this.#target, this.#expected + limit);
    let sequence = this.#expected;
    while (sequence < end && !this.#held.has(sequence)) sequence++;
    return sequence;
  }

  #giveUp(): void {
    const from = this.#expected;
    // Nothing that follows is there: then a gap is what was told twice, and the rest of what was told is forgotten.
    if (this.#held.size === 0) this.#target = Math.max(from, Math.min(this.#target, this.#toldSince));
    // Held numbers are few: the lowest of them, or the end of what is known, ends the gap.
    let end = this.#target;
    for (const sequence of this.#held.keys()) if (sequence < end) end = sequence;
    if (end === from) return;
    this.#expected = end;
    this.#counts.lost += end - from;
    this.#listener.lost?.(from, end - 1);
  }
}
