import { FixError } from "./errors.ts";

const SOH = 1;
/** Room before the body for `8=…|9=nnnnnnn|`. */
const HEAD_ROOM = 40;
const MAX_CACHED_TAG = 8192;
/** By tag: the first four bytes of "tag=", low byte first. */
const TAG_BYTES = new Int32Array(MAX_CACHED_TAG);
/** Bytes of "tag=" by tag, 0 where the tag has not been met yet. */
const TAG_WIDTH = new Uint8Array(MAX_CACHED_TAG);
/** Sum of the bytes of "tag=" and the SOH after the value. */
const TAG_SUM = new Int32Array(MAX_CACHED_TAG);

/** How a {@link FixEncoder} treats odd values. */
export interface FixEncoderOptions {
  /** Writes `tag=` with nothing after it instead of throwing, default false. */
  readonly allowEmptyValues?: boolean;
  /** Puts a larger buffer in the place of a full one, up to this size; without it a full buffer is an error. */
  readonly growTo?: number;
}

/**
 * Writes messages into a caller's buffer, field by field in the order of the calls; BodyLength and CheckSum are its own
 * business. Allocates nothing per message.
 *
 * @example
 * ```ts
 * import { FixEncoder } from "@exchange-kit/fix";
 *
 * const encoder = new FixEncoder(new Uint8Array(4096));
 * encoder.begin("FIX.4.4", "0");
 * encoder.string(49, "BUYER").string(56, "VENUE").int(34, 7);
 * const length = encoder.end();
 * const message = encoder.buffer.subarray(encoder.start, encoder.start + length);
 * console.log(new TextDecoder().decode(message).replaceAll("\u0001", "|"));
 * ```
 */
export class FixEncoder {
  /** Where messages are written. */
  buffer: Uint8Array;
  /** First byte of the last message: the head is put right against the body, so it is not at the offset given. */
  start = 0;
  readonly #allowEmpty: boolean;
  readonly #growTo: number;
  #at = 0;
  #sum = 0;
  #bodyStart = 0;
  #beginString = "";

  /**
   * @param buffer - where to write; may be replaced between messages
   * @param options - odd values
   */
  constructor(buffer: Uint8Array, options: FixEncoderOptions = {}) {
    this.buffer = buffer;
    this.#allowEmpty = options.allowEmptyValues ?? false;
    this.#growTo = options.growTo ?? 0;
  }

  /**
   * Begins a message with 8, 9 and 35.
   *
   * @param beginString - BeginString(8), such as `FIX.4.4`
   * @param type - MsgType(35)
   * @param offset - where in the buffer; the message begins up to 40 bytes further on, see {@link FixEncoder.start}
   */
  begin(beginString: string, type: string, offset = 0): this {
    this.#beginString = beginString;
    this.#bodyStart = offset + HEAD_ROOM;
    this.#at = this.#bodyStart;
    this.#sum = 0;
    return this.string(35, type);
  }

  /** Where the next field will be written: what lies before it, from `start`, is not complete until {@link end}. */
  get position(): number {
    return this.#at;
  }

  /**
   * Writes text of characters up to U+00FF, one byte each.
   *
   * @param tag - tag number
   * @param value - text
   * @throws FixError `value-invalid` when it is empty or holds SOH or a larger character; `buffer-too-small`
   */
  string(tag: number, value: string): this {
    const length = value.length;
    this.#open(tag, length);
    const buffer = this.buffer;
    let at = this.#at;
    let sum = this.#sum;
    // Two checks in one pass: any bit above the eighth, and SOH, which would let a value smuggle in fields.
    let bits = 0;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code === SOH) bits = 0x100;
      bits |= code;
      buffer[at++] = code;
      sum += code;
    }
    if (bits > 0xff || (length === 0 && !this.#allowEmpty)) this.#refuse(tag, value);
    buffer[at] = SOH;
    this.#at = at + 1;
    this.#sum = sum;
    return this;
  }

  /**
   * Writes a whole number.
   *
   * @param tag - tag number
   * @param value - a safe integer
   * @throws FixError `value-invalid` for any other number; `buffer-too-small`
   */
  int(tag: number, value: number): this {
    this.#open(tag, 17);
    this.#integer(tag, value);
    this.buffer[this.#at++] = SOH;
    return this;
  }

  /**
   * Writes a decimal number, exactly, without zeros at the end: 1234500 with 4 decimals is `123.45`.
   *
   * @param tag - tag number
   * @param units - whole number of units of 10^-decimals
   * @param decimals - 0 to 15
   * @throws FixError `value-invalid` for a number that is not a safe integer; `buffer-too-small`
   */
  decimal(tag: number, units: number, decimals: number): this {
    return this.#decimal(tag, units, decimals, false);
  }

  /**
   * Writes a decimal number with all its decimals: 1234500 with 4 decimals is `123.4500`.
   *
   * @param tag - tag number
   * @param units - whole number of units of 10^-decimals
   * @param decimals - 0 to 15
   * @throws FixError `value-invalid` for a number that is not a safe integer; `buffer-too-small`
   */
  fixed(tag: number, units: number, decimals: number): this {
    return this.#decimal(tag, units, decimals, true);
  }

  /**
   * Writes `Y` or `N`.
   *
   * @param tag - tag number
   * @param value - true for `Y`
   */
  boolean(tag: number, value: boolean): this {
    return this.string(tag, value ? "Y" : "N");
  }

  /**
   * Writes bytes as they are: a data field (write its length field before it), or a value copied from another message.
   *
   * @param tag - tag number
   * @param source - holds the bytes
   * @param start - first of them
   * @param end - after the last
   * @throws FixError `value-invalid` when there are none; `buffer-too-small`
   */
  bytes(tag: number, source: Uint8Array, start = 0, end: number = source.length): this {
    if (end <= start && !this.#allowEmpty) this.#refuse(tag, "");
    return this.copyValue(tag, source, start, end);
  }

  /**
   * As {@link FixEncoder.bytes}, and an empty value is written as it is.
   *
   * @param tag - tag number
   * @param source - holds the bytes
   * @param start - first of them
   * @param end - after the last
   */
  copyValue(tag: number, source: Uint8Array, start: number, end: number): this {
    this.#open(tag, end - start);
    this.#raw(source, start, end);
    this.buffer[this.#at++] = SOH;
    return this;
  }

  /**
   * Writes whole fields as they are, such as the body of a stored message.
   *
   * @param source - holds `tag=value` fields, each ended by SOH
   * @param start - first byte
   * @param end - after the last SOH
   * @throws FixError `buffer-too-small`
   */
  fields(source: Uint8Array, start: number, end: number): this {
    this.#room(end - start);
    this.#raw(source, start, end);
    return this;
  }

  /**
   * Ends the message: puts BeginString and BodyLength in front and CheckSum behind.
   *
   * @returns bytes of the message, which begins at {@link FixEncoder.start}
   * @throws FixError `buffer-too-small`
   */
  end(): number {
    this.#room(0);
    const buffer = this.buffer;
    const bodyEnd = this.#at;
    const length = bodyEnd - this.#bodyStart;
    const begin = this.#beginString;
    // From the body back to the front: "|", the digits of the length, "9=", "|", BeginString, "8=".
    let at = this.#bodyStart;
    let sum = this.#sum;
    buffer[--at] = SOH;
    for (let rest = length; ; ) {
      const digit = 48 + (rest % 10);
      buffer[--at] = digit;
      sum += digit;
      rest = (rest / 10) | 0;
      if (rest === 0) break;
    }
    at -= begin.length + 5;
    buffer[at] = 0x38;
    buffer[at + 1] = 0x3d;
    sum += 0x38 + 0x3d + 0x39 + 0x3d + SOH + SOH;
    for (let i = 0; i < begin.length; i++) {
      const code = begin.charCodeAt(i);
      buffer[at + 2 + i] = code;
      sum += code;
    }
    buffer[at + 2 + begin.length] = SOH;
    buffer[at + 3 + begin.length] = 0x39;
    buffer[at + 4 + begin.length] = 0x3d;
    this.start = at;
    sum &= 255;
    at = bodyEnd;
    buffer[at] = 0x31;
    buffer[at + 1] = 0x30;
    buffer[at + 2] = 0x3d;
    buffer[at + 3] = 48 + ((sum / 100) | 0);
    buffer[at + 4] = 48 + (((sum / 10) | 0) % 10);
    buffer[at + 5] = 48 + (sum % 10);
    buffer[at + 6] = SOH;
    this.#at = at + 7;
    return this.#at - this.start;
  }

  #decimal(tag: number, units: number, decimals: number, keepZeros: boolean): this {
    if (!(decimals >= 0 && decimals <= 15 && Number.isInteger(decimals))) {
      throw new FixError("value-invalid", `tag ${tag}: decimals must be 0 to 15, was ${decimals}`, tag);
    }
    this.#open(tag, 36);
    const scale = POWERS[decimals]!;
    const isNegative = units < 0;
    const whole = Math.floor((isNegative ? -units : units) / scale);
    let fraction = (isNegative ? -units : units) - whole * scale;
    if (isNegative) {
      this.buffer[this.#at++] = 0x2d;
      this.#sum += 0x2d;
    }
    if (!Number.isSafeInteger(units)) this.#refuse(tag, String(units));
    this.#integer(tag, whole);
    if (decimals > 0 && (fraction > 0 || keepZeros)) {
      this.buffer[this.#at++] = 0x2e;
      this.#sum += 0x2e;
      for (let unit = scale / 10; unit >= 1 && (fraction > 0 || keepZeros); unit /= 10) {
        const digit = Math.floor(fraction / unit);
        this.buffer[this.#at++] = 48 + digit;
        this.#sum += 48 + digit;
        fraction -= digit * unit;
      }
    }
    this.buffer[this.#at++] = SOH;
    return this;
  }

  #integer(tag: number, value: number): void {
    let rest = value;
    if (rest < 0) {
      this.buffer[this.#at++] = 0x2d;
      this.#sum += 0x2d;
      rest = -rest;
    }
    if (rest > 0x7fffffff || (rest | 0) !== rest) {
      this.#bigInteger(tag, rest);
      return;
    }
    let small = rest | 0;
    let count = 1;
    for (let bound = 10; count < 10 && small >= bound; bound *= 10) count++;
    const buffer = this.buffer;
    let sum = 48 * count;
    for (let at = this.#at + count - 1; at >= this.#at; at--) {
      const quotient = (small / 10) | 0;
      const digit = small - quotient * 10;
      buffer[at] = 48 + digit;
      sum += digit;
      small = quotient;
    }
    this.#at += count;
    this.#sum += sum;
  }

  #bigInteger(tag: number, value: number): void {
    if (!Number.isSafeInteger(value)) this.#refuse(tag, String(value));
    for (const character of String(value)) {
      const code = character.charCodeAt(0);
      this.buffer[this.#at++] = code;
      this.#sum += code;
    }
  }

  #raw(source: Uint8Array, start: number, end: number): void {
    const buffer = this.buffer;
    let at = this.#at;
    let sum = this.#sum;
    for (let i = start; i < end; i++) {
      const code = source[i]!;
      buffer[at++] = code;
      sum += code;
    }
    this.#at = at;
    this.#sum = sum;
  }

  /** Writes "tag=" and counts the SOH that will end the value. */
  #open(tag: number, valueLength: number): void {
    const at = this.#at;
    if (at + valueLength + 24 > this.buffer.length) this.#room(valueLength);
    const width = tag < MAX_CACHED_TAG && tag > 0 ? TAG_WIDTH[tag]! : 0;
    if (width === 0) {
      this.#openUncached(tag);
      return;
    }
    const key = TAG_BYTES[tag]!;
    const buffer = this.buffer;
    buffer[at] = key;
    buffer[at + 1] = key >> 8;
    if (width > 2) buffer[at + 2] = key >> 16;
    if (width > 3) {
      buffer[at + 3] = key >> 24;
      if (width > 4) buffer[at + 4] = 0x3d;
    }
    this.#at = at + width;
    this.#sum += TAG_SUM[tag]!;
  }

  #openUncached(tag: number): void {
    if (!Number.isSafeInteger(tag) || tag < 1) {
      throw new FixError("value-invalid", `a tag must be a whole number above 0, was ${tag}`, tag);
    }
    const text = `${tag}=`;
    let key = 0;
    let weight = SOH;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (i < 4) key |= code << (8 * i);
      weight += code;
      this.buffer[this.#at++] = code;
    }
    this.#sum += weight;
    if (tag >= MAX_CACHED_TAG) return;
    TAG_BYTES[tag] = key;
    TAG_SUM[tag] = weight;
    TAG_WIDTH[tag] = text.length;
  }

  #room(more: number): void {
    const needed = this.#at + more + 24;
    if (needed <= this.buffer.length) return;
    if (needed <= this.#growTo) {
      const larger = new Uint8Array(Math.min(this.#growTo, Math.max(needed, this.buffer.length * 2)));
      larger.set(this.buffer.subarray(0, this.#at));
      this.buffer = larger;
    } else {
      throw new FixError(
        "buffer-too-small",
        `the buffer must have ${needed} bytes, has ${this.buffer.length}`,
      );
    }
  }

  #refuse(tag: number, value: string): never {
    throw new FixError(
      "value-invalid",
      `tag ${tag}: a value must be characters up to U+00FF without SOH, or a safe integer, was ${JSON.stringify(value)}`,
      tag,
    );
  }
}

const POWERS: readonly number[] = Array.from({ length: 16 }, (_, n) => 10 ** n);
