interface Expiry {
  readonly time: number;
  readonly sequence: number;
  readonly orderId: number;
}

/** Orders with an end, the next to end first: a binary heap by time, then by entry. */
export class ExpiryQueue {
  #heap: Expiry[] = [];

  /** How many are queued, those that ended otherwise included. */
  get size(): number {
    return this.#heap.length;
  }

  push(time: number, sequence: number, orderId: number): void {
    const heap = this.#heap;
    const added = { time, sequence, orderId };
    let at = heap.length;
    for (; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent]!, added)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = added;
  }

  /** Takes the next one that ends at `time` or before. */
  pop(time: number): Expiry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (!first || first.time > time) return undefined;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (isBefore(last, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }

  /** Drops what is not alive any more, and what an order that came to its place again is queued for twice. */
  compact(isAlive: (orderId: number, sequence: number) => boolean): void {
    const alive = new Map<number, Expiry>();
    for (const each of this.#heap) if (isAlive(each.orderId, each.sequence)) alive.set(each.sequence, each);
    this.#heap = [];
    for (const { time, sequence, orderId } of alive.values()) this.push(time, sequence, orderId);
  }
}

function isBefore(a: Expiry, b: Expiry): boolean {
  return a.time < b.time || (a.time === b.time && a.sequence < b.sequence);
}
