/** What was traded in one interval. Prices in price units, quantities in lots, times in microseconds since 1970. */
export interface Bar {
  /** Start of the interval: a multiple of its length. */
  readonly startMicros: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Sum of price × quantity: exact below 2^53, to 15 digits above. `value / volume` is the vwap. */
  readonly value: number;
  readonly trades: number;
}

/** Bars of one interval of one instrument, the latest ones. An interval without a trade has no bar. */
export class BarSeries {
  readonly intervalMicros: number;
  readonly #keep: number;
  /** A ring, oldest at `#oldest` once it is full. */
  readonly #bars: Bar[] = [];
  #oldest = 0;

  constructor(intervalMicros: number, keep: number) {
    this.intervalMicros = intervalMicros;
    this.#keep = keep;
  }

  /** Counts a trade; times must not go back. */
  add(timeMicros: number, price: number, quantity: number): void {
    const startMicros = timeMicros - (timeMicros % this.intervalMicros);
    const last = this.last();
    const value = price * quantity;
    if (last?.startMicros !== startMicros) {
      this.#push({
        startMicros,
        open: price,
        high: price,
        low: price,
        close: price,
        volume: quantity,
        value,
        trades: 1,
      });
      return;
    }
    const bar = last as { -readonly [Field in keyof Bar]: Bar[Field] };
    if (price > bar.high) bar.high = price;
    if (price < bar.low) bar.low = price;
    bar.close = price;
    bar.volume += quantity;
    bar.value += value;
    bar.trades++;
  }

  /** The latest bar, which may still grow. */
  last(): Bar | undefined {
    const { length } = this.#bars;
    return length < this.#keep ? this.#bars[length - 1] : this.#bars[(this.#oldest + length - 1) % length];
  }

  /** The latest `limit` bars that start from `from` on and before `to`, oldest first. They may still grow. */
  between(from: number, to: number, limit: number): Bar[] {
    const { length } = this.#bars;
    const chosen: Bar[] = [];
    for (let back = 1; back <= length && chosen.length < limit; back++) {
      const bar = this.#bars[(this.#oldest + length - back) % length]!;
      if (bar.startMicros < from) break;
      if (bar.startMicros < to) chosen.push(bar);
    }
    return chosen.reverse();
  }

  #push(bar: Bar): void {
    if (this.#bars.length < this.#keep) {
      this.#bars.push(bar);
      return;
    }
    this.#bars[this.#oldest] = bar;
    this.#oldest = (this.#oldest + 1) % this.#keep;
  }
}
