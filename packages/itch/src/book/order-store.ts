import { keyOf, Ladders, NUMBER } from "./ladders.ts";

/** Words of an order record: its 64-bit reference, shares left, level number, neighbours in the queue, MPID bytes. */
export const ORDER_STRIDE = 8;
export const HIGH = 0;
export const LOW = 1;
export const SHARES = 2;
export const LEVEL = 3;
export const PREVIOUS = 4;
export const NEXT = 5;
/** The four bytes of the attribution, 0 when there is none. */
export const ATTRIBUTION = 6;

/**
 * Words of a level record: price, number of orders, first and last order of the queue, ladder number. Its last two
 * words hold the total of shares as a float: exact, since that is below 2^53 until two million full-size orders.
 */
export const LEVEL_STRIDE = 8;
export const PRICE = 0;
export const ORDERS = 1;
export const FIRST = 2;
export const LAST = 3;
/** Locate code × 2, + 1 for the sell side. */
export const LADDER = 4;
/** Index of a level's total in the float view of the records is `(level & NUMBER) * TOTAL_STRIDE + TOTAL`. */
export const TOTAL_STRIDE = 4;
export const TOTAL = 3;

/** All orders and price levels of a day, in typed arrays that grow by doubling; number 0 means none. */
export class OrderStore {
  orders: Uint32Array = new Uint32Array(1024 * ORDER_STRIDE);
  levels: Uint32Array = new Uint32Array(256 * LEVEL_STRIDE);
  /** The bytes of `levels` again, as floats. */
  levelTotals: Float64Array = new Float64Array(this.levels.buffer);
  /** A ladder's number is the locate code × 2, + 1 for the sell side. */
  readonly ladders: Ladders = new Ladders();
  /** First free order record, linked by NEXT; 0 when only those beyond `#ordersUsed` are free. */
  #freeOrder = 0;
  #ordersUsed = 1;
  #freeLevel = 0;
  #levelsUsed = 1;

  /** Puts an order at the end of the queue at its price; returns its slot. */
  append(ladderNumber: number, high: number, low: number, shares: number, price4: number): number {
    const slot = this.#takeOrder();
    const level = this.#levelFor(ladderNumber, price4);
    const orders = this.orders;
    const levels = this.levels;
    const at = (slot & NUMBER) * ORDER_STRIDE;
    const levelAt = (level & NUMBER) * LEVEL_STRIDE;
    const last = levels[levelAt + LAST]!;
    orders[at + HIGH] = high;
    orders[at + LOW] = low;
    orders[at + SHARES] = shares;
    orders[at + LEVEL] = level;
    orders[at + PREVIOUS] = last;
    orders[at + NEXT] = 0;
    orders[at + ATTRIBUTION] = 0;
    // Record 0 is of no order, so what is written there is never read.
    orders[(last & NUMBER) * ORDER_STRIDE + NEXT] = slot;
    levels[levelAt + FIRST] = whereNone(last, slot, levels[levelAt + FIRST]!);
    levels[levelAt + LAST] = slot;
    levels[levelAt + ORDERS]!++;
    this.levelTotals[(level & NUMBER) * TOTAL_STRIDE + TOTAL]! += shares;
    return slot;
  }

  /** Takes shares off an order, fewer than it has. */
  reduce(slot: number, shares: number): void {
    const at = (slot & NUMBER) * ORDER_STRIDE;
    this.orders[at + SHARES]! -= shares;
    this.levelTotals[(this.orders[at + LEVEL]! & NUMBER) * TOTAL_STRIDE + TOTAL]! -= shares;
  }

  /** Takes an order out of its queue, and its level off the ladder when it was the last. */
  remove(slot: number): void {
    const orders = this.orders;
    const levels = this.levels;
    const at = (slot & NUMBER) * ORDER_STRIDE;
    const level = orders[at + LEVEL]!;
    const levelAt = (level & NUMBER) * LEVEL_STRIDE;
    const previous = orders[at + PREVIOUS]!;
    const next = orders[at + NEXT]!;
    const left = levels[levelAt + ORDERS]! - 1;
    if (left === 0) {
      this.#dropLevel(level);
    } else {
      orders[(previous & NUMBER) * ORDER_STRIDE + NEXT] = next;
      orders[(next & NUMBER) * ORDER_STRIDE + PREVIOUS] = previous;
      levels[levelAt + FIRST] = whereNone(previous, next, levels[levelAt + FIRST]!);
      levels[levelAt + LAST] = whereNone(next, previous, levels[levelAt + LAST]!);
      levels[levelAt + ORDERS] = left;
      this.levelTotals[(level & NUMBER) * TOTAL_STRIDE + TOTAL]! -= orders[at + SHARES]!;
    }
    orders[at + NEXT] = this.#freeOrder;
    this.#freeOrder = slot;
  }

  clear(): void {
    this.ladders.clear();
    this.#freeOrder = 0;
    this.#ordersUsed = 1;
    this.#freeLevel = 0;
    this.#levelsUsed = 1;
  }

  #levelFor(ladderNumber: number, price4: number): number {
    const ladders = this.ladders;
    ladders.open(ladderNumber);
    const key = keyOf(price4, ladderNumber & 1);
    const position = ladders.find(ladderNumber, key);
    if (position >= 0) return ladders.levelOf(ladderNumber, position);
    const level = this.#takeLevel();
    const at = (level & NUMBER) * LEVEL_STRIDE;
    this.levels[at + PRICE] = price4;
    this.levels[at + ORDERS] = 0;
    this.levels[at + FIRST] = 0;
    this.levels[at + LAST] = 0;
    this.levels[at + LADDER] = ladderNumber;
    this.levelTotals[(level & NUMBER) * TOTAL_STRIDE + TOTAL] = 0;
    ladders.insertAt(ladderNumber, -1 - position, key, level);
    return level;
  }

  #dropLevel(level: number): void {
    const at = (level & NUMBER) * LEVEL_STRIDE;
    const ladderNumber = this.levels[at + LADDER]!;
    this.ladders.remove(ladderNumber, keyOf(this.levels[at + PRICE]!, ladderNumber & 1));
    this.levels[at + ORDERS] = 0;
    this.levelTotals[(level & NUMBER) * TOTAL_STRIDE + TOTAL] = 0;
    this.levels[at + LAST] = this.#freeLevel;
    this.#freeLevel = level;
  }

  #takeOrder(): number {
    const free = this.#freeOrder;
    if (free !== 0) {
      this.#freeOrder = this.orders[(free & NUMBER) * ORDER_STRIDE + NEXT]!;
      return free;
    }
    const slot = this.#ordersUsed++;
    if ((slot + 1) * ORDER_STRIDE > this.orders.length) {
      const larger = new Uint32Array(this.orders.length * 2);
      larger.set(this.orders);
      this.orders = larger;
    }
    return slot;
  }

  #takeLevel(): number {
    const free = this.#freeLevel;
    if (free !== 0) {
      this.#freeLevel = this.levels[(free & NUMBER) * LEVEL_STRIDE + LAST]!;
      return free;
    }
    const level = this.#levelsUsed++;
    if ((level + 1) * LEVEL_STRIDE > this.levels.length) {
      const larger = new Uint32Array(this.levels.length * 2);
      larger.set(this.levels);
      this.levels = larger;
      this.levelTotals = new Float64Array(larger.buffer);
    }
    return level;
  }
}

/**
 * `there` where the neighbour is none, else `here`. By arithmetic: a jump that depends on a neighbour waits for memory, is
 * guessed wrong every other time, and what the processor had begun of the next messages is then lost.
 */
function whereNone(neighbour: number, there: number, here: number): number {
  const mask = -+(neighbour === 0);
  return (there & mask) | (here & ~mask);
}
