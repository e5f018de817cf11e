import { crc32 } from "node:zlib";

/**
 * The records that are made durable with one write, as they lie in the file. Little-endian:
 *
 * | offset | bytes | field |
 * | --- | --- | --- |
 * | 0 | 4 | magic, "EXJ1" |
 * | 4 | 4 | CRC-32 of everything behind it |
 * | 8 | 4 | length of the body |
 * | 12 | 4 | number of records |
 * | 16 | 8 | sequence number of the first record, as float64 |
 * | 24 | … | body: for each record its length (u32), then its bytes |
 *
 * Only one batch is written at a time, so a crash can damage no more than the last one of the last file.
 */
const MAGIC = 0x314a_5845;
export const BATCH_HEAD: number = 24;
const RECORD_HEAD = 4;
const CHECKED_FROM = 8;

/** Largest record. */
export const MAX_RECORD_BYTES: number = 64 * 1024;
/** Largest batch. */
export const MAX_BATCH_BYTES: number = 4 * 1024 * 1024;

/** A batch that is being gathered, in one buffer that is used again. */
export class Batch {
  readonly bytes: Uint8Array = new Uint8Array(MAX_BATCH_BYTES);
  readonly #view = new DataView(this.bytes.buffer);
  #length = BATCH_HEAD;
  #count = 0;
  #firstSequence = 1;

  /** Empties it; the next record has this sequence number. */
  begin(firstSequence: number): void {
    this.#length = BATCH_HEAD;
    this.#count = 0;
    this.#firstSequence = firstSequence;
  }

  get count(): number {
    return this.#count;
  }

  get lastSequence(): number {
    return this.#firstSequence + this.#count - 1;
  }

  /** Whether the largest record might not fit. */
  get isFull(): boolean {
    return this.#length + RECORD_HEAD + MAX_RECORD_BYTES > MAX_BATCH_BYTES;
  }

  /** Where the next record's bytes are to be written, if it {@link isFull | fits}. */
  get recordOffset(): number {
    return this.#length + RECORD_HEAD;
  }

  /** Takes the bytes that were written at {@link recordOffset} as the next record. */
  commit(length: number): void {
    if (length > MAX_RECORD_BYTES) throw new RangeError(`a record of ${length} bytes is too long`);
    this.#view.setUint32(this.#length, length, true);
    this.#length += RECORD_HEAD + length;
    this.#count++;
  }

  /** The whole batch with its head; valid until {@link begin}. */
  seal(): Uint8Array {
    this.#view.setUint32(0, MAGIC, true);
    this.#view.setUint32(8, this.#length - BATCH_HEAD, true);
    this.#view.setUint32(12, this.#count, true);
    this.#view.setFloat64(16, this.#firstSequence, true);
    const sealed = this.bytes.subarray(0, this.#length);
    this.#view.setUint32(4, crc32(sealed.subarray(CHECKED_FROM)), true);
    return sealed;
  }
}

export interface BatchHead {
  /** Bytes with the head. */
  readonly length: number;
  readonly count: number;
  readonly firstSequence: number;
}

/** The whole and undamaged batch at an offset, if there is one. */
export function readBatchHead(bytes: Buffer, offset: number): BatchHead | undefined {
  if (offset + BATCH_HEAD > bytes.length || bytes.readUInt32LE(offset) !== MAGIC) return undefined;
  const length = BATCH_HEAD + bytes.readUInt32LE(offset + 8);
  if (length > MAX_BATCH_BYTES || offset + length > bytes.length) return undefined;
  const checked = bytes.subarray(offset + CHECKED_FROM, offset + length);
  if (crc32(checked) !== bytes.readUInt32LE(offset + 4)) return undefined;
  return { length, count: bytes.readUInt32LE(offset + 12), firstSequence: bytes.readDoubleLE(offset + 16) };
}

/** Calls `visit` with each record of an undamaged batch: a view of its bytes, and its sequence number. */
export function readRecords(
  bytes: Buffer,
  offset: number,
  head: BatchHead,
  visit: (bytes: Uint8Array, start: number, end: number, sequence: number) => void,
): void {
  let at = offset + BATCH_HEAD;
  for (let index = 0; index < head.count; index++) {
    const start = at + RECORD_HEAD;
    at = start + bytes.readUInt32LE(at);
    visit(bytes, start, at, head.firstSequence + index);
  }
}
