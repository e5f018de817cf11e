import { VenueError } from "./venue-error.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Characters up to which text is written one by one. */
const SHORT = 64;

/** Writes values one after another into bytes that grow; little-endian. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;

  /** @param room - bytes that will do, to the best of knowledge */
  constructor(room = 4096) {
    this.#bytes = new Uint8Array(room);
    this.#view = new DataView(this.#bytes.buffer);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  int(value: number): void {
    this.#reserve(4);
    this.#view.setInt32(this.#at, value, true);
    this.#at += 4;
  }

  double(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  bigint(value: bigint): void {
    this.text(value.toString());
  }

  /** Many whole numbers, with how many they are. */
  ints(values: Int32Array): void {
    this.int(values.length);
    this.#reserve(4 * values.length);
    const view = this.#view;
    let at = this.#at;
    for (let index = 0; index < values.length; index++, at += 4) view.setInt32(at, values[index]!, true);
    this.#at = at;
  }

  /** One of a list of words, which must have fewer than 256. */
  word<Word>(words: readonly Word[], value: Word): void {
    this.byte(words.indexOf(value));
  }

  text(value: string): void {
    const { length } = value;
    if (length > SHORT) return void this.blob(encoder.encode(value));
    // Short ASCII, which nearly all is, without a call out of JavaScript.
    this.#reserve(4 + length);
    const start = this.#at + 4;
    for (let index = 0; index < length; index++) {
      const unit = value.charCodeAt(index);
      if (unit > 0x7f) return void this.blob(encoder.encode(value));
      this.#bytes[start + index] = unit;
    }
    this.#view.setInt32(this.#at, length, true);
    this.#at = start + length;
  }

  blob(value: Uint8Array): void {
    this.int(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  /** What was written, without a copy: valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + count));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** Reads what a {@link ByteWriter} wrote. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    return this.#bytes[this.#take(1)]!;
  }

  int(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  bigint(): bigint {
    return BigInt(this.text());
  }

  ints(): Int32Array {
    const values = new Int32Array(this.int());
    const view = this.#view;
    let at = this.#take(4 * values.length);
    for (let index = 0; index < values.length; index++, at += 4) values[index] = view.getInt32(at, true);
    return values;
  }

  /** What the word is, is the writer's promise: a snapshot is checked by its sum. */
  word<Word>(words: readonly Word[]): Word {
    return words[this.byte()]!;
  }

  text(): string {
    const bytes = this.blob();
    if (bytes.length > SHORT) return decoder.decode(bytes);
    let text = "";
    for (const unit of bytes) {
      if (unit > 0x7f) return decoder.decode(bytes);
      text += String.fromCharCode(unit);
    }
    return text;
  }

  blob(): Uint8Array {
    const length = this.int();
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  #take(count: number): number {
    const at = this.#at;
    if (count < 0 || at + count > this.#bytes.length) {
      throw new VenueError(
        "invalid-snapshot",
        `the snapshot ends at byte ${this.#bytes.length}, within a value`,
      );
    }
    this.#at += count;
    return at;
  }
}

/** 64 bits of hash as 16 hexadecimal digits: two multiplicative hashes over 32-bit words. */
export function hashBytes(bytes: Uint8Array): string {
  let low = 0x811c_9dc5 ^ bytes.length;
  let high = 0x1234_5679;
  const words = bytes.length >>> 2;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let index = 0; index < words; index++) {
    const word = view.getInt32(index * 4, true);
    low = Math.imul(low ^ word, 0x9e37_79b1);
    low ^= low >>> 15;
    high = Math.imul(high ^ word, 0x85eb_ca6b);
    high ^= high >>> 13;
  }
  for (let index = words * 4; index < bytes.length; index++) {
    low = Math.imul(low ^ bytes[index]!, 0x0100_0193);
    high = Math.imul(high ^ bytes[index]!, 0xc2b2_ae35);
  }
  low = Math.imul(low ^ (low >>> 16), 0x85eb_ca6b);
  high = Math.imul(high ^ (high >>> 16), 0xc2b2_ae35);
  const digits = (value: number): string => ((value ^ (value >>> 13)) >>> 0).toString(16).padStart(8, "0");
  return digits(low) + digits(high);
}
