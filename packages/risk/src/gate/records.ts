/**
 * Records of numbers, one after another in one array. All numbers of a record lie together, so that a check touches few
 * cache lines, and one bounds check and one pointer serve for all of them.
 */
export class Records {
  /** Numbers in one record. */
  readonly width: number;
  /** Record `index` begins at `index × width`. Replaced when it grows: do not keep it over an {@link Records.add}. */
  data: Float64Array;
  /** Records in use. */
  count = 0;

  constructor(width: number, room: number) {
    this.width = width;
    this.data = new Float64Array(width * room);
  }

  /** Adds a record of zeros; returns its index. */
  add(): number {
    const index = this.count++;
    if (this.count * this.width > this.data.length) this.data = doubled(this.data);
    return index;
  }

  dump(): number[] {
    return Array.from(this.data.subarray(0, this.count * this.width));
  }

  load(dump: readonly number[]): void {
    this.count = dump.length / this.width;
    while (this.data.length < dump.length) this.data = doubled(this.data);
    this.data.set(dump);
  }
}

/** Twice as long, with the same beginning. */
export function doubled<T extends Float64Array | Int32Array | Uint8Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(array.length * 2);
  larger.set(array);
  return larger;
}
