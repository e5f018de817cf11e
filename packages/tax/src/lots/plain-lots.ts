import { TaxError } from "../errors.ts";
import { compareRatios, lesser, share } from "../numbers.ts";

/** Orders in which {@link PlainLots} can be sold. */
export type PlainMethod = "fifo" | "lifo" | "hifo" | "lofo";

/** Hears what {@link PlainLots} does; called during `sell`. */
export interface PlainLotsListener {
  /**
   * A part of a lot was sold.
   *
   * @param lot - the lot's number, as `buy` returned it
   * @param quantity - units sold out of it
   * @param basis - cost that left with them
   * @param proceeds - their part of the proceeds
   */
  closed(lot: number, quantity: number, basis: number, proceeds: number): void;
}

const FIRST_CAPACITY = 64;

/**
 * Lots of one position without wash sales or corporate actions, in typed arrays: for running profit and loss, and
 * for books of millions of lots. Quantities and money are safe integers; basis and proceeds are split as in the
 * full ledger, so sums return to the unit.
 *
 * Cost: constant per purchase and per lot sold for `fifo` and `lifo`, O(log n) for `hifo` and `lofo`; 16 bytes a
 * lot, 20 for the latter.
 */
export class PlainLots {
  readonly #method: PlainMethod;
  readonly #listener: PlainLotsListener;
  #quantities = new Float64Array(FIRST_CAPACITY);
  #costs = new Float64Array(FIRST_CAPACITY);
  #heap = new Int32Array(FIRST_CAPACITY);
  #heapSize = 0;
  /** Number of the lot at index 0. */
  #base = 0;
  #head = 0;
  #tail = 0;
  #quantity = 0;
  #cost = 0;

  /**
   * @param method - order in which lots are sold
   * @param listener - hears of every part sold
   */
  constructor(method: PlainMethod, listener: PlainLotsListener) {
    if (!["fifo", "lifo", "hifo", "lofo"].includes(method)) {
      throw new TaxError("invalid-field", `must be fifo, lifo, hifo or lofo, was ${method}`, {
        field: "method",
      });
    }
    this.#method = method;
    this.#listener = listener;
  }

  /** Units held. */
  get quantity(): number {
    return this.#quantity;
  }

  /** Their total cost. */
  get cost(): number {
    return this.#cost;
  }

  /**
   * Opens a lot.
   *
   * @param quantity - units, 1 or more
   * @param cost - total cost with fees, 0 or more
   * @returns the lot's number; `lifo` gives the number of a lot that is sold out to the next one
   * @throws TaxError `number-range` when an argument or a sum is not a safe integer
   */
  buy(quantity: number, cost: number): number {
    const held = this.#quantity + quantity;
    const paid = this.#cost + cost;
    if (!(quantity > 0) || !(cost >= 0) || !Number.isSafeInteger(held) || !Number.isSafeInteger(paid)) {
      throw new TaxError(
        "number-range",
        `quantity ${quantity} and cost ${cost} must be safe integers above zero`,
      );
    }
    if (this.#tail === this.#quantities.length) this.#makeRoom();
    const slot = this.#tail++;
    this.#quantities[slot] = quantity;
    this.#costs[slot] = cost;
    this.#quantity = held;
    this.#cost = paid;
    if (this.#method === "hifo" || this.#method === "lofo") this.#siftUp(this.#heapSize++, slot);
    return this.#base + slot;
  }

  /**
   * Sells units; fires `closed` for every part of a lot.
   *
   * @param quantity - units, 1 or more
   * @param proceeds - what they brought after fees
   * @throws TaxError `not-enough` when fewer are held, `number-range` for other numbers
   */
  sell(quantity: number, proceeds: number): void {
    if (!Number.isSafeInteger(quantity) || !(quantity > 0) || !Number.isSafeInteger(proceeds)) {
      throw new TaxError(
        "number-range",
        `quantity ${quantity} and proceeds ${proceeds} must be safe integers`,
      );
    }
    if (quantity > this.#quantity) {
      throw new TaxError("not-enough", `${quantity} wanted, ${this.#quantity} held`, { field: "quantity" });
    }
    this.#quantity -= quantity;
    const quantities = this.#quantities;
    const costs = this.#costs;
    let left = quantity;
    let proceedsLeft = proceeds;
    while (left > 0) {
      const slot = this.#next();
      const available = quantities[slot]!;
      const taken = lesser(left, available);
      const basis = taken === available ? costs[slot]! : share(costs[slot]!, taken, available);
      const part = taken === left ? proceedsLeft : share(proceedsLeft, taken, left);
      quantities[slot] = available - taken;
      costs[slot] = costs[slot]! - basis;
      this.#cost -= basis;
      left -= taken;
      proceedsLeft -= part;
      const lot = this.#base + slot;
      this.#taken(slot);
      this.#listener.closed(lot, taken, basis, part);
    }
  }

  #next(): number {
    switch (this.#method) {
      case "fifo":
        return this.#head;
      case "lifo":
        return this.#tail - 1;
      default:
        return this.#heap[0]!;
    }
  }

  /** Steps over a lot that is sold out, or puts one whose cost per unit was rounded back in its place. */
  #taken(slot: number): void {
    const isEmpty = this.#quantities[slot] === 0;
    if (this.#method === "fifo") {
      if (isEmpty && ++this.#head === this.#tail) this.#restart();
    } else if (this.#method === "lifo") {
      if (isEmpty) this.#tail--;
    } else if (isEmpty) {
      const last = this.#heap[--this.#heapSize]!;
      if (this.#heapSize > 0) this.#siftDown(last);
    } else this.#siftDown(slot);
  }

  #restart(): void {
    this.#base += this.#tail;
    this.#head = 0;
    this.#tail = 0;
  }

  #makeRoom(): void {
    const isMostlySold = this.#head * 2 > this.#tail;
    if (isMostlySold) {
      this.#quantities.copyWithin(0, this.#head, this.#tail);
      this.#costs.copyWithin(0, this.#head, this.#tail);
      this.#base += this.#head;
      this.#tail -= this.#head;
      this.#head = 0;
      return;
    }
    const capacity = this.#quantities.length * 2;
    const grow = <T extends Float64Array | Int32Array>(bigger: T, old: T): T => {
      bigger.set(old);
      return bigger;
    };
    this.#quantities = grow(new Float64Array(capacity), this.#quantities);
    this.#costs = grow(new Float64Array(capacity), this.#costs);
    if (this.#method === "hifo" || this.#method === "lofo") {
      this.#heap = grow(new Int32Array(capacity), this.#heap);
    }
  }

  #isBefore(a: number, b: number): boolean {
    const order = compareRatios(this.#costs[a]!, this.#quantities[a]!, this.#costs[b]!, this.#quantities[b]!);
    if (order === 0) return a < b;
    return this.#method === "hifo" ? order > 0 : order < 0;
  }

  #siftUp(from: number, slot: number): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(slot, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = slot;
  }

  #siftDown(slot: number): void {
    const heap = this.#heap;
    const size = this.#heapSize;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#isBefore(heap[child]!, slot)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = slot;
  }
}
