import { type FastInteger, toFastInteger } from "./values.ts";

/** A growing buffer with the wire's primitives. */
export class Writer {
  bytes: Uint8Array = new Uint8Array(1024);
  position = 0;

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.position + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.position + count, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.position));
    this.bytes = larger;
  }

  /** Writes a stop-bit entity of the fewest bytes. */
  unsigned(value: FastInteger): void {
    if (this.position + 16 > this.bytes.length) this.reserve(16);
    this.#unsignedDigits(value, 128);
  }

  /** Writes a two's complement stop-bit entity of the fewest bytes. */
  signed(value: FastInteger): void {
    if (this.position + 16 > this.bytes.length) this.reserve(16);
    this.#signedDigits(value, 128);
  }

  #unsignedDigits(value: FastInteger, stop: number): void {
    if (typeof value === "number" && value < 0x10000000) {
      const { bytes } = this;
      let at = this.position;
      if (value >= 0x80) {
        if (value >= 0x4000) {
          if (value >= 0x200000) bytes[at++] = value >> 21;
          bytes[at++] = (value >> 14) & 127;
        }
        bytes[at++] = (value >> 7) & 127;
      }
      bytes[at++] = (value & 127) | stop;
      this.position = at;
      return;
    }
    this.#unsignedDigits(highPart(value), 0);
    this.#lowDigits(lowPart(value), stop);
  }

  #signedDigits(value: FastInteger, stop: number): void {
    if (typeof value === "number" && value >= -0x8000000 && value < 0x8000000) {
      const { bytes } = this;
      let at = this.position;
      if (value < -64 || value >= 64) {
        if (value < -0x2000 || value >= 0x2000) {
          if (value < -0x100000 || value >= 0x100000) bytes[at++] = (value >> 21) & 127;
          bytes[at++] = (value >> 14) & 127;
        }
        bytes[at++] = (value >> 7) & 127;
      }
      bytes[at++] = (value & 127) | stop;
      this.position = at;
      return;
    }
    this.#signedDigits(highPart(value), 0);
    this.#lowDigits(lowPart(value), stop);
  }

  #lowDigits(value: number, stop: number): void {
    const { bytes } = this;
    bytes[this.position++] = value >> 21;
    bytes[this.position++] = (value >> 14) & 127;
    bytes[this.position++] = (value >> 7) & 127;
    bytes[this.position++] = (value & 127) | stop;
  }

  /**
   * Writes an ASCII string.
   *
   * @param isNullable - whether null could stand here, so that the empty string needs another form
   */
  ascii(text: string, isNullable: boolean): void {
    const { length } = text;
    this.reserve(length + 3);
    const { bytes } = this;
    if (length === 0 || text.charCodeAt(0) === 0) {
      if (isNullable) bytes[this.position++] = 0;
      bytes[this.position++] = length === 0 ? 128 : 0;
      if (length === 0) return;
    }
    let at = this.position;
    for (let index = 0; index < length; index++) bytes[at++] = text.charCodeAt(index);
    bytes[at - 1]! |= 128;
    this.position = at;
  }

  /** Writes a vector: its length, then its bytes. */
  vector(value: Uint8Array, isNullable: boolean): void {
    this.unsigned(value.length + (isNullable ? 1 : 0));
    this.reserve(value.length);
    this.bytes.set(value, this.position);
    this.position += value.length;
  }

  /** Writes null, which is the same for all types. */
  absent(): void {
    this.reserve(1);
    this.bytes[this.position++] = 128;
  }
}

// 28 bits are four stop-bit bytes. Division and floor are exact for safe integers, the sign included.
function highPart(value: FastInteger): FastInteger {
  if (typeof value === "number") return Math.floor(value / 0x10000000);
  return toFastInteger(value >> 28n);
}

function lowPart(value: FastInteger): number {
  if (typeof value === "number") return value - Math.floor(value / 0x10000000) * 0x10000000;
  return Number(value & 0xfffffffn);
}
