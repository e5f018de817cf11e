import { Dictionaries } from "../dictionaries.ts";
import { FastError, type FastErrorCode, type ReportCode } from "../errors.ts";
import type { ResolvedLimits } from "../options.ts";
import type { FieldInfo, Plan } from "../template/plan.ts";
import { type FastInteger, toFastInteger } from "../values/numbers.ts";
import { decodeUtf8 } from "../values/utf8.ts";

/** Thrown, and caught by the decoder, where the bytes end inside a message. It carries nothing, so it costs no trace. */
export const NEED_MORE: { readonly needMore: true } = Object.freeze({ needMore: true });

const ONE_CHARACTER: readonly string[] = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** A message part that is wrong but readable, kept until its message is complete. */
export interface PendingReport {
  readonly code: ReportCode;
  readonly field: FieldInfo | undefined;
  readonly offset: number;
}

/**
 * Position in the bytes, the dictionaries, and the wire's primitives.
 *
 * Generated decoders read one-byte values themselves and come here for the rest.
 */
export class Reader {
  bytes: Uint8Array = new Uint8Array(0);
  /** Next byte to read. */
  position = 0;
  /** End of the bytes that may be read. */
  end = 0;
  /** First byte of the message being read. */
  messageStart = 0;
  /** Words of the presence map read last, 28 bits each, the first field's bit highest. */
  readonly words: Int32Array;
  /** Whether the presence map read last had set bits beyond the words asked for. */
  hasExtraBits = false;
  readonly dictionaries: Dictionaries;
  /** Elements that sequences of this message may still have. */
  elementsLeft = 0;
  depth = 0;
  /** Where the vector read last begins; it ends at {@link position}. */
  vectorStart = 0;
  readonly reports: PendingReport[] = [];
  readonly limits: ResolvedLimits;
  readonly #fields: readonly FieldInfo[];
  readonly #pair32: Uint32Array = new Uint32Array(2);
  readonly #pair64: BigUint64Array = new BigUint64Array(this.#pair32.buffer);
  readonly #low: number = IS_LITTLE_ENDIAN ? 0 : 1;

  constructor(plan: Plan, limits: ResolvedLimits) {
    this.limits = limits;
    this.#fields = plan.fields;
    this.dictionaries = new Dictionaries(plan.slotCount);
    this.words = new Int32Array(1 + Math.ceil(plan.fields.length / 14));
  }

  /** The bytes end here. An error instead when the message is already too long to wait for. */
  more(): never {
    if (this.end - this.messageStart > this.limits.maxMessageBytes)
      this.fail("message-too-long", -1, `message exceeds ${this.limits.maxMessageBytes} bytes`);
    throw NEED_MORE;
  }

  /** @param field - index of the field concerned, −1 for none */
  fail(code: FastErrorCode, field: number, message: string = DESCRIPTION[code] ?? code): never {
    const info = this.#fields[field];
    throw new FastError(code, `${message}${info ? ` at ${info.path}` : ""}`, {
      offset: this.position,
      ...(info ? { field: info.path } : {}),
    });
  }

  report(code: ReportCode, field: number): void {
    this.reports.push({ code, field: this.#fields[field], offset: this.position });
  }

  /**
   * Takes the elements of a sequence from what the message may have.
   *
   * @returns for how many to take memory at once: none, when the bytes at hand cannot hold so many as are said
   */
  spend(count: FastInteger, minBytes: number, field: number): number {
    // A delta can make a length that is no uInt32.
    if (typeof count !== "number" || count < 0 || count > 4294967295)
      this.fail("D2", field, `sequence length ${count} is no uInt32`);
    this.elementsLeft -= count;
    if (this.elementsLeft < 0) {
      this.fail(
        "too-many-elements",
        field,
        `sequences of the message exceed ${this.limits.maxElements} elements, this one has ${count}`,
      );
    }
    return count * minBytes <= this.end - this.position ? count : 0;
  }

  /**
   * Reads a presence map.
   *
   * @param bits - bits that fields use; set bits beyond are reported
   * @param words - words wanted of {@link words}
   * @param isExact - false when the segment may use fewer bits, and looks at the spare ones itself
   * @returns the first word
   */
  presenceMap(bits: number, words: number, isExact: boolean, field: number): number {
    const { bytes, end, words: map } = this;
    const start = this.position;
    let at = start;
    let spare = 0;
    for (let index = 0; index < words; index++) map[index] = 0;
    let byte: number;
    do {
      if (at >= end) this.more();
      byte = bytes[at]!;
      const first = (at - start) * 7;
      const data = byte & 127;
      if (first + 7 <= words * 28) map[(first / 28) | 0]! |= data << (21 - (first % 28));
      if (first + 7 > bits) spare |= first >= bits ? data : data & ((1 << (first + 7 - bits)) - 1);
      at++;
    } while (byte < 128);
    this.position = at;
    if (byte === 128 && at - start > 1) this.report("R7", field);
    if (isExact && spare !== 0) this.report("R8", field);
    this.hasExtraBits = spare !== 0;
    return map[0]!;
  }

  /** Reports set bits after the last used one, for segments that know only at their end how many they use. */
  spareBits(used: number, hasExtra: boolean, words: readonly number[], field: number): void {
    let hasSpare = hasExtra;
    for (const [index, word] of words.entries()) {
      const left = Math.min(28, Math.max(0, (index + 1) * 28 - used));
      if ((word & (left === 28 ? 0xfffffff : (1 << left) - 1)) !== 0) hasSpare = true;
    }
    if (hasSpare) this.report("R8", field);
  }

  /** Reads a stop-bit entity as an unsigned integer; the caller checks the range. */
  unsigned(field: number): FastInteger {
    const { bytes } = this;
    let at = this.position;
    // Four bytes fit in an int32, and never leave the range of a type.
    if (this.end - at >= 4) {
      const first = bytes[at++]!;
      if (first > 127) {
        this.position = at;
        return first & 127;
      }
      let value = first;
      let byte = bytes[at++]!;
      if (byte < 128) {
        value = (value << 7) | byte;
        byte = bytes[at++]!;
        if (byte < 128) {
          value = (value << 7) | byte;
          byte = bytes[at++]!;
          if (byte < 128) return this.#long(field, false);
        }
      }
      this.position = at;
      if (first === 0) this.report("R6", field);
      return (value << 7) | (byte & 127);
    }
    return this.#long(field, false);
  }

  /** Reads a stop-bit entity as a two's complement integer; the caller checks the range. */
  signed(field: number): FastInteger {
    const { bytes } = this;
    let at = this.position;
    if (this.end - at >= 4) {
      const first = bytes[at++]!;
      let value = (first << 25) >> 25;
      if (first > 127) {
        this.position = at;
        return value;
      }
      const second = bytes[at++]!;
      let byte = second;
      if (byte < 128) {
        value = (value << 7) | byte;
        byte = bytes[at++]!;
        if (byte < 128) {
          value = (value << 7) | byte;
          byte = bytes[at++]!;
          if (byte < 128) return this.#long(field, true);
        }
      }
      this.position = at;
      if (first === ((second & 64) === 0 ? 0 : 127)) this.report("R6", field);
      return (value << 7) | (byte & 127);
    }
    return this.#long(field, true);
  }

  #long(field: number, isSigned: boolean): FastInteger {
    const { bytes, end } = this;
    const start = this.position;
    let at = start;
    for (;;) {
      if (at >= end) this.more();
      if (bytes[at++]! > 127) break;
    }
    this.position = at;
    const isNegative = isSigned && (bytes[start]! & 64) !== 0;
    let from = start;
    const filler = isNegative ? 127 : 0;
    while (
      at - from > 1 &&
      bytes[from] === filler &&
      (!isSigned || ((bytes[from + 1]! & 64) !== 0) === isNegative)
    )
      from++;
    if (from > start) this.report("R6", field);
    const count = at - from;
    if (count > 10) this.fail("D2", field, "integer of more than 70 bits");
    if (count <= 7) {
      let value = isNegative ? -1 : 0;
      for (let index = from; index < at; index++) value = value * 128 + (bytes[index]! & 127);
      return value;
    }
    // Groups of 28 bits: the last four bytes, the four before, and at most two more.
    const low =
      (bytes[at - 4]! << 21) | (bytes[at - 3]! << 14) | (bytes[at - 2]! << 7) | (bytes[at - 1]! & 127);
    const middle = (bytes[at - 8]! << 21) | (bytes[at - 7]! << 14) | (bytes[at - 6]! << 7) | bytes[at - 5]!;
    let top = isNegative ? -1 : 0;
    for (let index = from; index < at - 8; index++) top = (top << 7) | (bytes[index]! & 127);
    if (isNegative) {
      if (count === 8) return toFastInteger((BigInt(middle - 0x10000000) << 28n) + BigInt(low));
      return toFastInteger((BigInt(top) << 56n) + (BigInt(middle) << 28n) + BigInt(low));
    }
    if (top > 255) return (BigInt(top) << 56n) + (BigInt(middle) << 28n) + BigInt(low);
    const low32 = (low | (middle << 28)) >>> 0;
    const high32 = ((middle >>> 4) | (top << 24)) >>> 0;
    if (high32 < 0x200000) return high32 * 4294967296 + low32;
    // One allocation, where arithmetic on bigints would make four.
    this.#pair32[this.#low] = low32;
    this.#pair32[1 - this.#low] = high32;
    return this.#pair64[0]!;
  }

  /** Reads an ASCII string; `null` is the null of a nullable one. */
  ascii(isNullable: boolean, field: number): string | null {
    const { bytes, end } = this;
    const start = this.position;
    let at = start;
    do {
      if (at >= end) {
        if (at - start > this.limits.maxStringBytes) this.#tooLong(field, at - start);
        this.more();
      }
    } while (bytes[at++]! < 128);
    const length = at - start;
    if (length > this.limits.maxStringBytes) this.#tooLong(field, length);
    this.position = at;
    const first = bytes[start]! & 127;
    if (first === 0) return this.#withPreamble(start, at, isNullable, field);
    return this.asciiText(start, at);
  }

  /** @see FAST 1.1 section 10.6.3 */
  #withPreamble(start: number, end: number, isNullable: boolean, field: number): string | null {
    const isZero = (at: number): boolean => (this.bytes[at]! & 127) === 0;
    if (end - start === 1) return isNullable ? null : "";
    let from = start + 1;
    if (isNullable && isZero(from)) {
      from++;
      if (from === end) return "";
    }
    if (!isZero(from)) this.report("R9", field);
    return this.asciiText(from, end);
  }

  asciiText(start: number, end: number): string {
    const { bytes } = this;
    switch (end - start) {
      case 0:
        return "";
      case 1:
        return ONE_CHARACTER[bytes[start]! & 127]!;
      case 2:
        return String.fromCharCode(bytes[start]!, bytes[start + 1]! & 127);
      case 3:
        return String.fromCharCode(bytes[start]!, bytes[start + 1]!, bytes[start + 2]! & 127);
      case 4:
        return String.fromCharCode(
          bytes[start]!,
          bytes[start + 1]!,
          bytes[start + 2]!,
          bytes[start + 3]! & 127,
        );
    }
    let text = "";
    let at = start;
    for (; end - at > 4; at += 4)
      text += String.fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!);
    return text + this.asciiText(at, end);
  }

  /**
   * Reads the length of a vector and passes its bytes, which then lie from {@link vectorStart} to {@link position}.
   *
   * @returns false for the null of a nullable one
   */
  vector(isNullable: boolean, field: number): boolean {
    let length = this.unsigned(field);
    if (isNullable) {
      if (length === 0) return false;
      length = typeof length === "number" ? length - 1 : toFastInteger(length - 1n);
    }
    if (length > 4294967295) this.fail("D2", field);
    if (length > this.limits.maxStringBytes) this.#tooLong(field, Number(length));
    const start = this.position;
    if (Number(length) > this.end - start) this.more();
    this.vectorStart = start;
    this.position = start + Number(length);
    return true;
  }

  /** The vector read last, as bytes of its own. */
  vectorBytes(): Uint8Array {
    // Not slice(): a Node Buffer's slice is a view, which the caller's next read would overwrite.
    const copy = new Uint8Array(this.position - this.vectorStart);
    copy.set(this.bytes.subarray(this.vectorStart, this.position));
    return copy;
  }

  /** Reports bytes that are not UTF-8. */
  checkText(bytes: Uint8Array, field: number): void {
    if (!decodeUtf8(bytes).isValid) this.report("R2", field);
  }

  #tooLong(field: number, length: number): never {
    this.fail(
      "string-too-long",
      field,
      `string or vector of ${length} bytes exceeds ${this.limits.maxStringBytes}`,
    );
  }
}

const DESCRIPTION: Partial<Record<FastErrorCode, string>> = {
  D2: "integer outside the type of its field",
  D4: "previous value is of another type",
  D5: "mandatory value is absent, and there is no previous or initial one",
  D6: "mandatory value is absent, or delta is given, where the previous value is empty",
  D7: "subtraction length does not fit the previous value",
  D8: "static reference to a template that does not exist",
  D9: "unknown template id",
  D12: "block of no bytes",
};
