import { FixEncoder } from "../encoder.ts";
import { writeText } from "../message.ts";
import { formatTimestamp, type TimestampPrecision } from "../timestamp.ts";
import type { SessionContext } from "./context.ts";

/** Header or body fields as text, by ascending tag. */
export type TextFields = readonly (readonly [tag: number, value: string])[];

export const NO_FIELDS: TextFields = [];

/** Bytes of the longest message that can be sent. */
const LONGEST_MESSAGE = 64 * 1024 * 1024;

/**
 * Writes messages: header, sequence number, store. The encoder's buffer begins with the bytes that wait to be taken by the
 * network shell; each message is written behind them and moved against them when it is sent.
 */
export class Outgoing {
  readonly encoder: FixEncoder;
  /** When something was last written. */
  lastSent = 0;
  readonly #context: SessionContext;
  readonly #precision: TimestampPrecision;
  readonly #hasLastProcessed: boolean;
  #isComposing = false;
  #length = 0;
  #stampAt = -1;
  #stamp = "";

  constructor(context: SessionContext) {
    const { settings } = context;
    this.#context = context;
    this.#precision = settings.timestampPrecision ?? (context.isBefore42 ? "seconds" : "millis");
    this.#hasLastProcessed = settings.lastMsgSeqNumProcessed === true;
    const growTo = context.session.maxPendingBytes + LONGEST_MESSAGE;
    this.encoder = new FixEncoder(new Uint8Array(4096), { growTo });
  }

  /** Bytes that wait. */
  get length(): number {
    return this.#length;
  }

  /** Whether a message was begun and not finished. */
  get isComposing(): boolean {
    return this.#isComposing;
  }

  /** The bytes that wait, which count as handed over; valid until the next message. */
  take(): Uint8Array {
    const length = this.#length;
    this.#length = 0;
    return this.encoder.buffer.subarray(0, length);
  }

  clear(): void {
    this.#length = 0;
  }

  /** Begins a message with the next sequence number; {@link finish} sends it. */
  begin(type: string, header: TextFields = NO_FIELDS): FixEncoder {
    this.beginAt(this.#context.store.nextSenderSeqNum, type, header);
    this.#isComposing = true;
    return this.encoder;
  }

  /** Begins a message that has a sequence number of its own; {@link emit} sends it, past the store. */
  beginAt(seqNum: number, type: string, header: TextFields = NO_FIELDS): FixEncoder {
    const { settings, store } = this.#context;
    const encoder = this.beginBare(type).int(34, seqNum);
    let next = header.length === 0 ? 0 : this.#extra(header, 0, 49);
    encoder.string(49, settings.senderCompId);
    this.#own(50, settings.senderSubId, header);
    if (next < header.length) next = this.#extra(header, next, 52);
    encoder.string(52, this.timestamp());
    encoder.string(56, settings.targetCompId);
    this.#own(57, settings.targetSubId, header);
    if (next < header.length) next = this.#extra(header, next, 142);
    this.#own(142, settings.senderLocationId, header);
    this.#own(143, settings.targetLocationId, header);
    if (next < header.length) next = this.#extra(header, next, 369);
    if (this.#hasLastProcessed) encoder.int(369, store.nextTargetSeqNum - 1);
    if (next < header.length) this.#extra(header, next, Number.POSITIVE_INFINITY);
    return encoder;
  }

  /** Begins a message without a header; {@link emit} sends it, past the store. */
  beginBare(type: string): FixEncoder {
    // One that was begun and never finished has no number yet: it is forgotten.
    this.#isComposing = false;
    return this.encoder.begin(this.#context.settings.beginString, type, this.#length);
  }

  /** A field of the settings, unless the message brings its own. */
  #own(tag: number, value: string | undefined, header: TextFields): void {
    if (value === undefined || (header.length > 0 && header.some(([given]) => given === tag))) return;
    this.encoder.string(tag, value);
  }

  /** Writes further header fields below a tag; gives the place of the next. */
  #extra(header: TextFields, from: number, before: number): number {
    let index = from;
    for (; index < header.length && header[index]![0] < before; index++) {
      const [tag, value] = header[index]!;
      const [lengthTag, length] = header[index - 1] ?? [0, ""];
      writeText(this.encoder, tag, value, lengthTag, length);
    }
    return index;
  }

  /** Stores the message that was begun and, unless it is only kept for later, puts it behind what waits. */
  finish(isKeptOnly = false): void {
    this.#isComposing = false;
    const { store, statistics } = this.#context;
    const length = this.encoder.end();
    const { start, buffer } = this.encoder;
    store.append(store.nextSenderSeqNum, buffer, start, start + length);
    if (isKeptOnly) return;
    statistics.sent++;
    this.emit(length);
  }

  /** Forgets the message that was begun. */
  abandon(): void {
    this.#isComposing = false;
  }

  /** Puts the encoder's message behind what waits to be written. */
  emit(length: number): void {
    const { start, buffer } = this.encoder;
    buffer.copyWithin(this.#length, start, start + length);
    this.#length += length;
    this.lastSent = this.#context.now;
  }

  /** The present time as SendingTime(52). */
  timestamp(): string {
    const { now } = this.#context;
    if (this.#stampAt !== now) {
      this.#stampAt = now;
      this.#stamp = formatTimestamp(now, this.#precision);
    }
    return this.#stamp;
  }
}
