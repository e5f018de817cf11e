/** The enumerated values of one field, looked up by their bytes without making a string. */
export class ValueSet {
  /** Values of one byte, the common case. */
  readonly #single = new Uint8Array(256);
  readonly #longer = new Map<number, readonly string[]>();

  constructor(values: Iterable<string>) {
    for (const value of values) {
      if (value.length === 1) this.#single[value.charCodeAt(0) & 255] = 1;
      else {
        let hash = 0;
        for (let i = 0; i < value.length; i++) hash = (Math.imul(hash, 31) + value.charCodeAt(i)) | 0;
        this.#longer.set(hash, [...(this.#longer.get(hash) ?? []), value]);
      }
    }
  }

  /** Whether the bytes from `start` to `end` are one of the values. */
  has(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start === 1) return this.#single[bytes[start]!] === 1;
    let hash = 0;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
    const candidates = this.#longer.get(hash);
    if (!candidates) return false;
    for (let i = 0; i < candidates.length; i++)
      if (equalsAscii(bytes, start, end, candidates[i]!)) return true;
    return false;
  }

  /** Whether each of the values between spaces is in the set. */
  hasAll(bytes: Uint8Array, start: number, end: number): boolean {
    let from = start;
    for (let i = start; i <= end; i++) {
      if (i < end && bytes[i] !== 0x20) continue;
      if (!this.has(bytes, from, i)) return false;
      from = i + 1;
    }
    return true;
  }
}

/** Whether the bytes from `start` to `end` are the characters of `text`. */
export function equalsAscii(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}
