import { type DataFields, dataFields } from "./data-fields.ts";
import type { Dictionary } from "./dictionary.ts";
import { FixError } from "./errors.ts";
import { parseInteger, type Tokens } from "./field-reader.ts";
import { FixView } from "./view.ts";

/** Length of the table of data fields. */
const DATA_TAGS = 65_536;
const SOH = 1;
const EQUALS = 0x3d;
const ZERO = 0x30;
const MINUS = 0x2d;
/** Longest "8=FIX…|9=nnnnnnn|" that is looked for. */
const MAX_HEAD = 40;
/**
 * How far beyond a wrong BodyLength a CheckSum is looked for. A peer that sends byte after byte makes us look through
 * this much each time.
 */
const MAX_OVERSHOOT = 4096;
/** Beyond it another digit would be one too many: tags have nine at most. */
const MAX_TAG = 99_999_999;

/**
 * Why bytes were not a message. All of them are what FIX calls garbled: to be dropped without moving the expected
 * sequence number.
 *
 * - `not-fix`: bytes that do not begin with `8=FIX`
 * - `body-length`: BodyLength(9) is missing, not a number, or does not lead to CheckSum(10)
 * - `checksum`: CheckSum(10) is not three digits or not the sum
 * - `first-fields`: MsgType(35) is not the third field
 * - `syntax`: a field is not `tag=value`, or a data field's length is wrong
 * - `too-long`: longer than the parser's limit
 * - `too-many-fields`: more fields than the parser's limit
 */
export type FixProblem =
  | "not-fix"
  | "body-length"
  | "checksum"
  | "first-fields"
  | "syntax"
  | "too-long"
  | "too-many-fields";

/** Limits and knowledge of a {@link FixParser}. */
export interface FixParserOptions {
  /** Gives repeating groups their exact ends. */
  readonly dictionary?: Dictionary;
  /** FIXT: dictionary of header and session messages; default is the same. */
  readonly transportDictionary?: Dictionary;
  /** Longest message in bytes, default 1 MiB. */
  readonly maxMessageBytes?: number;
  /** Most fields of one message, default 50,000. */
  readonly maxFields?: number;
  /** Data fields beside the standard ones, as `[data tag, length tag]`. */
  readonly dataFields?: readonly (readonly [data: number, length: number])[];
}

/**
 * Finds messages in a stream of bytes: framing (8, 9, 35), BodyLength, CheckSum, `tag=value` syntax and data fields
 * with SOH inside. Allocates nothing per message.
 *
 * @example
 * ```ts
 * import { FixParser } from "@exchange-kit/fix";
 *
 * const bytes = new TextEncoder().encode("8=FIX.4.4|9=5|35=0|10=163|".replaceAll("|", "\u0001"));
 * const parser = new FixParser();
 * for (let at = 0, n = 0; (n = parser.parse(bytes, at)) > 0; at += n) {
 *   if (parser.problem === undefined) console.log(`message of type ${parser.view.type}`);
 * }
 * ```
 */
export class FixParser {
  /** The message last parsed; reused. */
  readonly view: FixView;
  /** Why the bytes just consumed were no message; `undefined` when {@link FixParser.view} holds one. */
  problem: FixProblem | undefined = undefined;
  /** Where in the buffer the problem was seen. */
  problemAt = 0;
  readonly #tokens: Tokens;
  readonly #maxMessageBytes: number;
  readonly #maxWords: number;
  readonly #dataFields: DataFields;

  /** @param options - limits and dictionary */
  constructor(options: FixParserOptions = {}) {
    this.#maxMessageBytes = positive("maxMessageBytes", options.maxMessageBytes ?? 1024 * 1024);
    this.#maxWords = positive("maxFields", options.maxFields ?? 50_000) * 3;
    this.#dataFields = dataFields(options.dataFields);
    this.#tokens = { bytes: new Uint8Array(0), words: new Int32Array(3 * 256), used: 0 };
    const { dictionary, transportDictionary } = options;
    this.view = new FixView(this.#tokens, dictionary, transportDictionary ?? dictionary);
  }

  /**
   * Takes the next message, or the next stretch of bytes that is not one.
   *
   * @param bytes - the stream so far
   * @param offset - where to begin
   * @param end - end of the valid bytes
   * @returns bytes consumed; 0 when more are needed. After a positive result {@link FixParser.problem} tells whether
   *   {@link FixParser.view} holds a message.
   */
  parse(bytes: Uint8Array, offset = 0, end: number = bytes.length): number {
    this.problem = undefined;
    if (!startsWithHead(bytes, offset, end)) return this.#skipTo(bytes, offset, end);
    // BodyLength is looked for in a few bytes only: a peer that never sends it does not make us search on and on.
    const limit = Math.min(end, offset + MAX_HEAD);
    let at = offset + 5;
    while (at < limit && bytes[at] !== SOH) at++;
    if (at + 3 > limit) return this.#shortHead(bytes, offset, end, limit);
    const beginEnd = at;
    if (bytes[at + 1] !== 0x39 || bytes[at + 2] !== EQUALS)
      return this.#garbled("body-length", bytes, offset, at + 1, end);
    at += 3;
    let length = 0;
    const digitsAt = at;
    while (at < limit && bytes[at] !== SOH) {
      const digit = bytes[at]! - ZERO;
      if (digit >>> 0 > 9) return this.#garbled("body-length", bytes, offset, at, end);
      length = length * 10 + digit;
      at++;
    }
    if (at >= limit) return this.#shortHead(bytes, offset, end, limit);
    if (at === digitsAt) return this.#garbled("body-length", bytes, offset, at, end);
    const bodyStart = at + 1;
    if (length > this.#maxMessageBytes) return this.#garbled("too-long", bytes, offset, digitsAt, end);
    const trailer = bodyStart + length;
    if (end < trailer + 7) {
      return end - offset > this.#maxMessageBytes + MAX_HEAD + 7
        ? this.#garbled("too-long", bytes, offset, at, end)
        : 0;
    }
    if (
      length === 0 ||
      bytes[trailer - 1] !== SOH ||
      bytes[trailer] !== 0x31 ||
      bytes[trailer + 1] !== ZERO ||
      bytes[trailer + 2] !== EQUALS ||
      bytes[trailer + 6] !== SOH
    ) {
      return this.#wrongLength(bytes, offset, trailer, end);
    }
    const tokens = this.#tokens;
    tokens.bytes = bytes;
    let words = tokens.words;
    words[0] = 8;
    words[1] = offset + 2;
    words[2] = beginEnd;
    words[3] = 9;
    words[4] = digitsAt;
    words[5] = at;
    tokens.used = 6;
    let sum = 0;
    for (let i = offset; i < bodyStart; i++) sum += bytes[i]!;
    sum = this.#scan(bytes, bodyStart, trailer, sum);
    const consumed = trailer + 7 - offset;
    if (sum < 0) {
      // A data field's SOH may hide "10=" inside a message, so what BodyLength frames is dropped as a whole.
      return consumed;
    }
    const hundreds = bytes[trailer + 3]! - ZERO;
    const tens = bytes[trailer + 4]! - ZERO;
    const ones = bytes[trailer + 5]! - ZERO;
    if (
      hundreds >>> 0 > 9 ||
      tens >>> 0 > 9 ||
      ones >>> 0 > 9 ||
      hundreds * 100 + tens * 10 + ones !== (sum & 255)
    ) {
      return this.#fail("checksum", trailer + 3, consumed);
    }
    const used = tokens.used;
    words = tokens.words;
    if (words[6] !== 35) return this.#fail("first-fields", bodyStart, consumed);
    words[used] = 10;
    words[used + 1] = trailer + 3;
    words[used + 2] = trailer + 6;
    tokens.used = used + 3;
    this.view.reset(offset, trailer + 7);
    return consumed;
  }

  /** Splits the body into fields. Gives the sum of all bytes, or -1 with the problem set. */
  #scan(bytes: Uint8Array, start: number, end: number, headSum: number): number {
    const words = this.#roomFor(end - start);
    const lastUsed = Math.min(words.length, this.#maxWords) - 6;
    const lengths = this.#dataFields;
    let used = 6;
    let sum = headSum;
    let at = start;
    let hasNegative = false;
    // bytes[end - 1] is SOH, which no loop passes: no further bound is needed inside a field.
    // `| 0` spares the check for overflow with each addition.
    while (at < end) {
      let code = bytes[at]!;
      let tag = code - ZERO;
      sum = (sum + code) | 0;
      if ((tag - 1) >>> 0 > 8) {
        // Tag 0 and negative tags are well formed, and are rejected as invalid tag numbers rather than dropped.
        const next = bytes[at + 1]!;
        if (code === MINUS && (next - ZERO - 1) >>> 0 <= 8) {
          tag = 0;
          hasNegative = true;
        } else if (code !== ZERO || next !== EQUALS) return this.#garbledAt("syntax", at);
      }
      at = (at + 1) | 0;
      code = bytes[at]!;
      while (code !== EQUALS) {
        const digit = code - ZERO;
        if (digit >>> 0 > 9 || tag > MAX_TAG) return this.#garbledAt("syntax", at);
        tag = (tag * 10 + digit) | 0;
        sum = (sum + code) | 0;
        at = (at + 1) | 0;
        code = bytes[at]!;
      }
      at = (at + 1) | 0;
      sum = (sum + EQUALS + SOH) | 0;
      if (used > lastUsed) return this.#garbledAt("too-many-fields", at);
      words[used] = tag;
      words[used + 1] = at;
      if (tag < DATA_TAGS && lengths[tag] !== 0 && words[used - 3] === lengths[tag]) {
        const length = parseInteger(bytes, words[used - 2]!, words[used - 1]!);
        const after = at + length;
        if (!(length >= 0 && after < end) || bytes[after] !== SOH) return this.#garbledAt("syntax", at);
        for (; at < after; at++) sum += bytes[at]!;
      } else {
        code = bytes[at]!;
        while (code !== SOH) {
          sum = (sum + code) | 0;
          at = (at + 1) | 0;
          code = bytes[at]!;
        }
      }
      words[used + 2] = at;
      used = (used + 3) | 0;
      at = (at + 1) | 0;
    }
    if (hasNegative) this.#negate(bytes, used);
    this.#tokens.used = used;
    // Over many megabytes it may have passed 2³¹, and negative is a problem.
    return sum & 255;
  }

  /** Gives tags written with a minus their sign; done apart so that the scan stays short. */
  #negate(bytes: Uint8Array, used: number): void {
    const words = this.#tokens.words;
    for (let at = 6; at < used; at += 3) {
      // The byte after the SOH that ends the previous value is this field's first.
      if (bytes[words[at - 1]! + 1] === MINUS) words[at] = -words[at]!;
    }
  }

  /** Words for a body of so many bytes, head and CheckSum included: a field has three bytes at least, `1=` and SOH. */
  #roomFor(bodyBytes: number): Int32Array {
    const tokens = this.#tokens;
    const needed = Math.min(bodyBytes, this.#maxWords) + 9;
    if (needed > tokens.words.length) {
      const words = new Int32Array(Math.max(needed, Math.min(this.#maxWords + 9, tokens.words.length * 2)));
      words.set(tokens.words.subarray(0, 6));
      tokens.words = words;
    }
    return tokens.words;
  }

  #garbledAt(problem: FixProblem, at: number): number {
    this.problem = problem;
    this.problemAt = at;
    return -1;
  }

  #fail(problem: FixProblem, at: number, consumed: number): number {
    this.problem = problem;
    this.problemAt = at;
    return consumed;
  }

  /** The head is not complete: wait, unless it is already longer than any head. */
  #shortHead(bytes: Uint8Array, offset: number, end: number, limit: number): number {
    return limit - offset < MAX_HEAD ? 0 : this.#garbled("body-length", bytes, offset, offset, end);
  }

  /** Drops the beginning of something that only looks like a message, up to the next one. */
  #garbled(problem: FixProblem, bytes: Uint8Array, offset: number, at: number, end: number): number {
    const consumed = this.#skipTo(bytes, offset + 2, end) + 2;
    return this.#fail(problem, at, consumed);
  }

  /**
   * BodyLength does not lead to CheckSum: drops up to the first CheckSum after the point it leads to. A length that is
   * too long so takes the next message with it, as in the acceptance tests of the field (2m_BodyLengthValueNotCorrect).
   */
  #wrongLength(bytes: Uint8Array, offset: number, trailer: number, end: number): number {
    const limit = Math.min(end, trailer + MAX_OVERSHOOT);
    for (let at = trailer - 1; at + 4 < limit; at++) {
      if (bytes[at] !== SOH || bytes[at + 1] !== 0x31 || bytes[at + 2] !== ZERO || bytes[at + 3] !== EQUALS)
        continue;
      for (let after = at + 4; after < limit; after++) {
        if (bytes[after] === SOH) return this.#fail("body-length", trailer, after + 1 - offset);
      }
      break;
    }
    return limit < end ? this.#garbled("body-length", bytes, offset, trailer, end) : 0;
  }

  /** Consumes bytes up to the next `8=FIX`, keeping a beginning of it at the very end. */
  #skipTo(bytes: Uint8Array, offset: number, end: number): number {
    let at = offset;
    while (at < end && !startsWithHead(bytes, at, end)) at++;
    return at === offset ? 0 : this.#fail("not-fix", offset, at - offset);
  }
}

/** Whether the bytes begin with `8=FIX`, as far as there are bytes. */
function startsWithHead(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 5 <= end) {
    return (
      bytes[at] === 0x38 &&
      bytes[at + 1] === EQUALS &&
      bytes[at + 2] === 0x46 &&
      bytes[at + 3] === 0x49 &&
      bytes[at + 4] === 0x58
    );
  }
  const head = [0x38, EQUALS, 0x46, 0x49, 0x58];
  for (let i = 0; at + i < end; i++) if (bytes[at + i] !== head[i]) return false;
  return true;
}

function positive(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new FixError("option-invalid", `${name} must be a whole number above 0, was ${value}`);
  }
  return value;
}
