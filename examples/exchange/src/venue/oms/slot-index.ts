const FIRST_SIZE = 1024;
/** Numbers of a slot: its hash, and the next slot of its bucket. */
const [HASH, NEXT, WIDTH] = [0, 1, 2];

/**
 * A hash table of slots, small positive integers each of which is in at most once. The chains lie apart from the records
 * that the slots stand for: those are far from each other in memory, and only the one that is wanted should be looked at.
 */
export class SlotIndex {
  /** First slot of each bucket, 0 for none. */
  #heads: Int32Array = new Int32Array(FIRST_SIZE);
  #links: Int32Array = new Int32Array(FIRST_SIZE * WIDTH);
  #count = 0;

  /** The latest slot with the hash, an int32; 0 for none. */
  first(hash: number): number {
    return this.#among(this.#heads[hash & (this.#heads.length - 1)]!, hash);
  }

  /** The slot before it with the same hash; 0 for none. */
  next(slot: number): number {
    return this.#among(this.#links[slot * WIDTH + NEXT]!, this.#links[slot * WIDTH + HASH]!);
  }

  add(slot: number, hash: number): void {
    if (this.#count >= this.#heads.length) this.#grow();
    while ((slot + 1) * WIDTH > this.#links.length) {
      const links = this.#links;
      this.#links = new Int32Array(links.length * 2);
      this.#links.set(links);
    }
    const bucket = hash & (this.#heads.length - 1);
    this.#links[slot * WIDTH + HASH] = hash;
    this.#links[slot * WIDTH + NEXT] = this.#heads[bucket]!;
    this.#heads[bucket] = slot;
    this.#count++;
  }

  /** Takes a slot out, which must be in. */
  remove(slot: number): void {
    const links = this.#links;
    const bucket = links[slot * WIDTH + HASH]! & (this.#heads.length - 1);
    const after = links[slot * WIDTH + NEXT]!;
    let before = this.#heads[bucket]!;
    if (before === slot) this.#heads[bucket] = after;
    else {
      while (links[before * WIDTH + NEXT] !== slot) before = links[before * WIDTH + NEXT]!;
      links[before * WIDTH + NEXT] = after;
    }
    this.#count--;
  }

  #among(slot: number, hash: number): number {
    const links = this.#links;
    let at = slot;
    while (at !== 0 && links[at * WIDTH + HASH] !== hash) at = links[at * WIDTH + NEXT]!;
    return at;
  }

  /** Each chain becomes two, in which the slots stay in order. */
  #grow(): void {
    const [chains, links] = [this.#heads, this.#links];
    const size = chains.length;
    const heads = new Int32Array(size * 2);
    for (let bucket = 0; bucket < size; bucket++) {
      let [lowEnd, highEnd] = [0, 0];
      for (let slot = chains[bucket]!; slot !== 0; slot = links[slot * WIDTH + NEXT]!) {
        if ((links[slot * WIDTH + HASH]! & size) === 0) {
          if (lowEnd === 0) heads[bucket] = slot;
          else links[lowEnd * WIDTH + NEXT] = slot;
          lowEnd = slot;
        } else {
          if (highEnd === 0) heads[bucket + size] = slot;
          else links[highEnd * WIDTH + NEXT] = slot;
          highEnd = slot;
        }
      }
      if (lowEnd !== 0) links[lowEnd * WIDTH + NEXT] = 0;
      if (highEnd !== 0) links[highEnd * WIDTH + NEXT] = 0;
    }
    this.#heads = heads;
  }
}
