const EMPTY = -1;
/** Divides a key into halves. */
const WORD = 2 ** 32;

/**
 * A map from safe integers to small non-negative integers, by open addressing with linear probing. Insert and delete
 * churn allocates nothing; a `Map` costs about 40 ns and garbage for the same.
 *
 * The key is put into `key[0]` before a call: as an argument, a key that is not a small integer would be allocated
 * wherever the call is not inlined.
 */
export class IdMap {
  /** The key of the next call. */
  readonly key: Float64Array = new Float64Array(1);
  #keys: Float64Array;
  #values: Int32Array;
  #mask: number;
  #size = 0;
  /** Where the last `get` found nothing, for `add`. */
  #gap = 0;

  constructor(capacity: number) {
    let cells = 16;
    while (cells < capacity * 2) cells *= 2;
    this.#keys = new Float64Array(cells);
    this.#values = new Int32Array(cells).fill(EMPTY);
    this.#mask = cells - 1;
  }

  /** The value of the key, or -1. */
  get(): number {
    const key = this.key[0]!;
    let at = home(key | 0, (key / WORD) | 0) & this.#mask;
    for (;;) {
      const value = this.#values[at]!;
      if (value === EMPTY) {
        this.#gap = at;
        return EMPTY;
      }
      if (this.#keys[at] === key) return value;
      at = (at + 1) & this.#mask;
    }
  }

  /** Adds the key, which the last call looked for in vain. */
  add(value: number): void {
    if ((this.#size + 1) * 2 > this.#mask + 1) this.#grow();
    const at = this.#gap;
    this.#keys[at] = this.key[0]!;
    this.#values[at] = value;
    this.#size++;
  }

  /** Removes the key; without it, nothing happens. */
  delete(): void {
    const key = this.key[0]!;
    let at = home(key | 0, (key / WORD) | 0) & this.#mask;
    for (;;) {
      if (this.#values[at] === EMPTY) return;
      if (this.#keys[at] === key) break;
      at = (at + 1) & this.#mask;
    }
    this.#size--;
    // Close the gap: move back each later entry of the run that may stand here, so that no tombstones are needed.
    let next = (at + 1) & this.#mask;
    while (this.#values[next] !== EMPTY) {
      const wanted = home(this.#keys[next]! | 0, (this.#keys[next]! / WORD) | 0) & this.#mask;
      if (((next - wanted) & this.#mask) >= ((next - at) & this.#mask)) {
        this.#keys[at] = this.#keys[next]!;
        this.#values[at] = this.#values[next]!;
        at = next;
      }
      next = (next + 1) & this.#mask;
    }
    this.#values[at] = EMPTY;
  }

  #grow(): void {
    const added = this.key[0]!;
    const [keys, values] = [this.#keys, this.#values];
    this.#mask = this.#mask * 2 + 1;
    this.#keys = new Float64Array(this.#mask + 1);
    this.#values = new Int32Array(this.#mask + 1).fill(EMPTY);
    this.#size = 0;
    for (let at = 0; at < values.length; at++) {
      if (values[at] === EMPTY) continue;
      this.key[0] = keys[at]!;
      this.get();
      this.add(values[at]!);
    }
    this.key[0] = added;
    this.get();
  }
}

/** In halves, which are small integers: the whole would be allocated where the call is not inlined. */
function home(low: number, high: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1);
  return mixed ^ (mixed >>> 15);
}
