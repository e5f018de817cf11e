import type { FastInteger } from "../values/numbers.ts";
import { closeMap, putSigned, putUnsigned } from "./stop-bit.ts";

/**
 * Where a message is written: the caller's bytes while they have room to spare, else a growing buffer of our own, with
 * each byte at the same offset.
 */
export class WireWriter {
  bytes: Uint8Array;
  position = 0;
  /** Where the caller's bytes end. */
  limit = 0;
  #own: Uint8Array = new Uint8Array(1024);
  #start = 0;

  constructor() {
    this.bytes = this.#own;
  }

  /** Begins a message in a buffer of our own, which may grow without end. */
  begin(): void {
    this.bytes = this.#own;
    this.#start = 0;
    this.position = 0;
    this.limit = Number.POSITIVE_INFINITY;
  }

  /** Begins a message in the caller's bytes. */
  beginIn(target: Uint8Array, offset: number): void {
    this.bytes = target;
    this.#start = offset;
    this.position = offset;
    this.limit = target.length;
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.position + count;
    if (needed <= this.bytes.length) return;
    const from = this.bytes;
    if (needed > this.#own.length) this.#own = new Uint8Array(Math.max(needed, this.#own.length * 2));
    this.#own.set(from.subarray(this.#start, this.position), this.#start);
    this.bytes = this.#own;
  }

  /** Ends a message begun by {@link beginIn} that fits: sees to it that the caller has it all. */
  deliver(target: Uint8Array): void {
    if (this.bytes !== target) target.set(this.bytes.subarray(this.#start, this.position), this.#start);
    this.bytes = this.#own;
  }

  /** Writes a stop-bit entity of the fewest bytes. */
  unsigned(value: FastInteger): void {
    this.reserve(16);
    this.position = putUnsigned(this.bytes, this.position, value);
  }

  /** Writes a two's complement stop-bit entity of the fewest bytes. */
  signed(value: FastInteger): void {
    this.reserve(16);
    this.position = putSigned(this.bytes, this.position, value);
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

  /** Puts a presence map before what was written since `start`. */
  presenceMap(start: number, bits: readonly boolean[]): void {
    const room = Math.max(1, Math.ceil(bits.length / 7));
    this.reserve(room);
    this.bytes.copyWithin(start + room, start, this.position);
    const words: number[] = new Array(Math.ceil(room / 4)).fill(0);
    for (const [bit, isSet] of bits.entries())
      if (isSet) words[Math.floor(bit / 28)]! |= 0x8000000 >> (bit % 28);
    this.position = closeMap(this.bytes, start, room, this.position + room, words);
  }
}
