/**
 * The last messages received, findable by (account, instrument, side, quantity, price). A ring of records with hash
 * chains by absolute position: a link that points out of the ring is dead, so nothing is ever deleted.
 */
export class DuplicateMemory {
  readonly #mask: number;
  /** Positions are counted from 1; 0 is "none". */
  readonly #heads: Float64Array;
  readonly #links: Float64Array;
  readonly #times: Float64Array;
  readonly #prices: Float64Array;
  readonly #quantities: Float64Array;
  readonly #accounts: Int32Array;
  readonly #instruments: Int32Array;
  readonly #sides: Uint8Array;
  #last = 0;

  constructor(capacity: number) {
    let size = 16;
    while (size < capacity) size *= 2;
    this.#mask = size - 1;
    this.#heads = new Float64Array(size);
    this.#links = new Float64Array(size);
    this.#times = new Float64Array(size);
    this.#prices = new Float64Array(size);
    this.#quantities = new Float64Array(size);
    this.#accounts = new Int32Array(size);
    this.#instruments = new Int32Array(size);
    this.#sides = new Uint8Array(size);
  }

  /** When the same order was last received later than `since`; negative infinity when it was not. */
  lastTime(
    account: number,
    instrument: number,
    side: number,
    quantity: number,
    price: number,
    since: number,
  ): number {
    let position = this.#heads[this.#home(account, instrument, side, quantity, price)]!;
    while (position > 0 && this.#last - position <= this.#mask) {
      const at = position & this.#mask;
      if (this.#times[at]! <= since) break;
      if (
        this.#prices[at] === price &&
        this.#quantities[at] === quantity &&
        this.#accounts[at] === account &&
        this.#instruments[at] === instrument &&
        this.#sides[at] === side
      ) {
        return this.#times[at]!;
      }
      position = this.#links[at]!;
    }
    return Number.NEGATIVE_INFINITY;
  }

  /** Remembers a message, in place of the oldest when full. */
  remember(
    account: number,
    instrument: number,
    side: number,
    quantity: number,
    price: number,
    now: number,
  ): void {
    const position = ++this.#last;
    const at = position & this.#mask;
    const home = this.#home(account, instrument, side, quantity, price);
    this.#accounts[at] = account;
    this.#instruments[at] = instrument;
    this.#sides[at] = side;
    this.#quantities[at] = quantity;
    this.#prices[at] = price;
    this.#times[at] = now;
    this.#links[at] = this.#heads[home]!;
    this.#heads[home] = position;
  }

  /** The remembered messages, oldest first, six numbers each. */
  dump(): number[] {
    const dump: number[] = [];
    for (let position = Math.max(1, this.#last - this.#mask); position <= this.#last; position++) {
      const at = position & this.#mask;
      dump.push(this.#accounts[at]!, this.#instruments[at]!, this.#sides[at]!);
      dump.push(this.#quantities[at]!, this.#prices[at]!, this.#times[at]!);
    }
    return dump;
  }

  load(dump: readonly number[]): void {
    for (let at = 0; at < dump.length; at += 6) {
      this.remember(dump[at]!, dump[at + 1]!, dump[at + 2]!, dump[at + 3]!, dump[at + 4]!, dump[at + 5]!);
    }
  }

  #home(account: number, instrument: number, side: number, quantity: number, price: number): number {
    let hash = Math.imul(account ^ (side << 24), 0x9e37_79b1) ^ Math.imul(instrument, 0x85eb_ca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d) ^ (quantity | 0);
    hash = Math.imul(hash ^ (hash >>> 12), 0x297a_2d39) ^ (price | 0);
    return (hash ^ (hash >>> 15)) & this.#mask;
  }
}
