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
    this.#links[slot * WIDTH + HASH] = hash;
    this.#link(slot);
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

  #link(slot: number): void {
    const bucket = this.#links[slot * WIDTH + HASH]! & (this.#heads.length - 1);
    this.#links[slot * WIDTH + NEXT] = this.#heads[bucket]!;
    this.#heads[bucket] = slot;
  }

  #grow(): void {
    const chains = this.#heads;
    this.#heads = new Int32Array(chains.length * 2);
    for (const head of chains) {
      // Linked again from the back, so that among equal hashes the latest stays first.
      const chain: number[] = [];
      for (let slot = head; slot !== 0; slot = this.#links[slot * WIDTH + NEXT]!) chain.push(slot);
      for (let at = chain.length - 1; at >= 0; at--) this.#link(chain[at]!);
    }
  }
}
