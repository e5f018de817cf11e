const FIRST_SIZE = 1024;

/** Writes little-endian numbers into bytes that grow. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_SIZE);
  #view: DataView = new DataView(this.#bytes.buffer);
  #length = 0;

  /** A copy of what was written. */
  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** What was written, valid until the next call. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets what was written and keeps the memory. */
  clear(): void {
    this.#length = 0;
  }

  byte(value: number): void {
    const at = this.#take(1);
    this.#view.setUint8(at, value);
  }

  int(value: number): void {
    const at = this.#take(4);
    this.#view.setInt32(at, value, true);
  }

  double(value: number): void {
    const at = this.#take(8);
    this.#view.setFloat64(at, value, true);
  }

  #take(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const bytes = new Uint8Array(this.#bytes.length * 2);
      bytes.set(this.#bytes);
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer);
    }
    return at;
  }
}

/** Reads what {@link ByteWriter} wrote; reading past the end throws a `RangeError`, which callers translate. */
export class ByteReader {
  readonly #view: DataView;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#view.byteLength - this.position;
  }

  byte(): number {
    return this.#view.getUint8(this.position++);
  }

  /** Passes an int when it is the next one. */
  skipInt(value: number): boolean {
    const isNext = this.left >= 4 && this.#view.getInt32(this.position, true) === value;
    if (isNext) this.position += 4;
    return isNext;
  }

  int(): number {
    const value = this.#view.getInt32(this.position, true);
    this.position += 4;
    return value;
  }

  /** Four bytes when the record is narrow, else eight. */
  number(isNarrow: boolean): number {
    return isNarrow ? this.int() : this.double();
  }

  double(): number {
    const value = this.#view.getFloat64(this.position, true);
    this.position += 8;
    return value;
  }
}

/** 64 bits as two FNV-1a hashes of 32 with different offsets, in hexadecimal. */
export function hashBytes(bytes: Uint8Array): string {
  let one = 0x811c_9dc5;
  let two = 0x6c62_272e;
  for (const byte of bytes) {
    one = Math.imul(one ^ byte, 0x0100_0193);
    two = Math.imul(two ^ byte, 0x0100_0193) ^ (one >>> 15);
  }
  const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");
  return hex(one) + hex(two);
}
