import { dataFields } from "../data-fields.ts";

const SOH = "\x01";
/** Longest field that is held back until it is whole. */
const MAX_FIELD = 64 * 1024;
/** A value that says it is longer than its message hides nothing of the next. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: SOH ends a field
const TRAILER = /\x0110=\d{3}\x01/g;

/** Hides values in a text that comes in pieces: a field is given out when it is whole, so none is hidden by half. */
export class Redactor {
  readonly #secret: RegExp | undefined;
  /** Up to the value of a hidden data field, which may hold SOH: its length stands before it. */
  readonly #data: RegExp | undefined;
  /** Such a length at the end of a text. */
  readonly #lastLength: RegExp | undefined;
  #rest = "";
  #isDropping = false;

  /** @param tags - whose values are written as `***` */
  constructor(tags: readonly number[]) {
    if (tags.length === 0) return;
    this.#secret = new RegExp(`(^|\\x01)(${tags.join("|")})=[^\\x01]*`, "g");
    const lengths = dataFields();
    const data = tags.filter((tag) => (lengths[tag] ?? 0) !== 0);
    if (data.length === 0) return;
    const length = `(^|\\x01)(?:${data.map((tag) => lengths[tag]).join("|")})=(\\d{1,9})\\x01`;
    this.#data = new RegExp(`${length}(?:${data.join("|")})=`, "g");
    this.#lastLength = new RegExp(`${length}$`);
  }

  /**
   * Takes the next piece.
   *
   * @returns the fields that are whole; of a field that is too long to wait for, its tag and `***`
   */
  next(piece: string): string {
    let from = 0;
    if (this.#isDropping) {
      from = piece.indexOf(SOH);
      if (from < 0) return "";
      this.#isDropping = false;
    }
    const text = this.#rest + piece.slice(from);
    const end = this.#endOfWhole(text);
    this.#rest = text.slice(end);
    const whole = this.#hide(text.slice(0, end));
    if (this.#rest.length <= MAX_FIELD) return whole;
    const tag = this.#rest.slice(0, this.#rest.indexOf("=") + 1);
    this.#rest = "";
    this.#isDropping = true;
    return `${whole}${tag}***`;
  }

  /** What is left of a field that was never finished. */
  end(): string {
    const text = this.#hide(this.#rest);
    this.#rest = "";
    return text;
  }

  /** Where the fields end that are whole; a hidden data field counts together with its length. */
  #endOfWhole(text: string): number {
    const end = text.lastIndexOf(SOH) + 1;
    if (!this.#data) return end;
    for (const match of text.matchAll(this.#data)) {
      if (endOfData(text, match) >= text.length) return match.index + match[1]!.length;
    }
    const last = this.#lastLength!.exec(text.slice(0, end));
    return last ? last.index + last[1]!.length : end;
  }

  #hide(text: string): string {
    if (!this.#secret) return text;
    let shown = "";
    let from = 0;
    for (const match of this.#data ? text.matchAll(this.#data) : []) {
      // What looks like another one inside a value.
      if (match.index + match[1]!.length < from) continue;
      shown += `${text.slice(from, match.index + match[0].length)}***`;
      from = endOfData(text, match);
    }
    return (shown + text.slice(from)).replace(this.#secret, "$1$2=***");
  }
}

/** Where the value of a data field ends, by the length before it. */
function endOfData(text: string, match: RegExpExecArray): number {
  const start = match.index + match[0].length;
  TRAILER.lastIndex = start;
  const trailer = TRAILER.exec(text)?.index ?? text.length;
  return Math.min(start + Number(match[2]), trailer);
}
