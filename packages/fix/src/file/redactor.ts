const SOH = "\x01";
/** Longest field that is held back until it is whole. */
const MAX_FIELD = 64 * 1024;

/** Hides values in a text that comes in pieces: a field is given out when it is whole, so none is hidden by half. */
export class Redactor {
  readonly #secret: RegExp | undefined;
  #rest = "";
  #isDropping = false;

  /** @param tags - whose values are written as `***` */
  constructor(tags: readonly number[]) {
    if (tags.length > 0) this.#secret = new RegExp(`(^|\\x01)(${tags.join("|")})=[^\\x01]*`, "g");
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
    const end = text.lastIndexOf(SOH) + 1;
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

  #hide(text: string): string {
    return this.#secret ? text.replace(this.#secret, "$1$2=***") : text;
  }
}
