/** Places in the record of a message: a cache line. */
const [ACCOUNT, INSTRUMENT, SIDE, QUANTITY, PRICE, TIME, LINK] = [0, 1, 2, 3, 4, 5, 6] as const;
const WIDTH = 8;
/** Numbers of a chain's head. */
const HEAD_WIDTH = 2;
const [WINDOW, AGE] = [0, 1];

/**
 * The last messages received, findable by (account, instrument, side, quantity, price). A ring of records with hash
 * chains by absolute position: a link that points out of the ring is dead, so nothing is ever deleted.
 */
export class DuplicateMemory {
  readonly #clock: Float64Array;
  readonly #mask: number;
  /** Position and time of each chain's latest message. Positions are counted from 1; 0 is "none". */
  readonly #heads: Float64Array;
  readonly #ring: Float64Array;
  /** In memory: a call that is not inlined would allocate to pass or return what is not a small integer. */
  readonly #times: Float64Array = new Float64Array(2);
  #last = 0;

  /** @param clock - the present time is its first number */
  constructor(capacity: number, clock: Float64Array) {
    let size = 16;
    while (size < capacity) size *= 2;
    this.#clock = clock;
    this.#mask = size - 1;
    this.#heads = new Float64Array(size * HEAD_WIDTH);
    this.#ring = new Float64Array(size * WIDTH);
  }

  /** Messages longer ago than this, in milliseconds, are forgotten. */
  get window(): number {
    return this.#times[WINDOW]!;
  }

  set window(millis: number) {
    this.#times[WINDOW] = millis;
  }

  /** Milliseconds since the same order was last received, when it was. */
  get age(): number {
    return this.#times[AGE]!;
  }

  /**
   * Was the same order last received within the window? How long ago is then {@link DuplicateMemory.age}.
   *
   * @param remembers - take the message of the present time in, in place of the oldest when full
   */
  has(
    account: number,
    instrument: number,
    side: number,
    quantity: number,
    price: number,
    remembers: boolean,
  ): boolean {
    const home = this.#home(account, instrument, side, quantity, price) * HEAD_WIDTH;
    const isKnown = this.#find(home, account, instrument, side, quantity, price);
    if (remembers) this.#remember(home, account, instrument, side, quantity, price);
    return isKnown;
  }

  #find(
    home: number,
    account: number,
    instrument: number,
    side: number,
    quantity: number,
    price: number,
  ): boolean {
    const ring = this.#ring;
    const now = this.#clock[0]!;
    const window = this.#times[WINDOW]!;
    // Nearly always the chain's latest message is too old: then its record, far away in memory, is not looked at.
    if (now - this.#heads[home + 1]! >= window) return false;
    let position = this.#heads[home]!;
    while (position > 0 && this.#last - position <= this.#mask) {
      const at = (position & this.#mask) * WIDTH;
      const age = now - ring[at + TIME]!;
      if (age >= window) break;
      if (
        ring[at + PRICE] === price &&
        ring[at + QUANTITY] === quantity &&
        ring[at + ACCOUNT] === account &&
        ring[at + INSTRUMENT] === instrument &&
        ring[at + SIDE] === side
      ) {
        this.#times[AGE] = age;
        return true;
      }
      position = ring[at + LINK]!;
    }
    return false;
  }

  #remember(
    home: number,
    account: number,
    instrument: number,
    side: number,
    quantity: number,
    price: number,
  ): void {
    const ring = this.#ring;
    const heads = this.#heads;
    const now = this.#clock[0]!;
    const position = ++this.#last;
    const at = (position & this.#mask) * WIDTH;
    ring[at + ACCOUNT] = account;
    ring[at + INSTRUMENT] = instrument;
    ring[at + SIDE] = side;
    ring[at + QUANTITY] = quantity;
    ring[at + PRICE] = price;
    ring[at + TIME] = now;
    ring[at + LINK] = heads[home]!;
    heads[home] = position;
    heads[home + 1] = now;
  }

  /** The remembered messages, oldest first, six numbers each. */
  dump(): number[] {
    const dump: number[] = [];
    for (let position = Math.max(1, this.#last - this.#mask); position <= this.#last; position++) {
      const at = (position & this.#mask) * WIDTH;
      dump.push(...this.#ring.subarray(at, at + LINK));
    }
    return dump;
  }

  load(dump: readonly number[]): void {
    const now = this.#clock[0]!;
    for (let at = 0; at < dump.length; at += LINK) {
      this.#clock[0] = dump[at + TIME]!;
      this.has(dump[at]!, dump[at + 1]!, dump[at + 2]!, dump[at + 3]!, dump[at + 4]!, true);
    }
    this.#clock[0] = now;
  }

  #home(account: number, instrument: number, side: number, quantity: number, price: number): number {
    let hash = Math.imul(account ^ (side << 24), 0x9e37_79b1) ^ Math.imul(instrument, 0x85eb_ca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d) ^ (quantity | 0);
    hash = Math.imul(hash ^ (hash >>> 12), 0x297a_2d39) ^ (price | 0);
    return (hash ^ (hash >>> 15)) & this.#mask;
  }
}
