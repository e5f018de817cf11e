import type { InstrumentOptions } from "./instrument-options.ts";

type TickRules = Pick<InstrumentOptions, "tickSize" | "tickBands">;

/** Tick size that holds at a price. */
export function tickSizeAt(price: number, { tickSize = 1, tickBands = [] }: TickRules): number {
  let size = tickSize;
  for (const band of tickBands) {
    if (band.from > price) break;
    size = band.tickSize;
  }
  return size;
}

/** The highest valid price that is not above this one. */
export function tickDown(price: number, rules: TickRules): number {
  const size = tickSizeAt(price, rules);
  return Math.floor(price / size) * size + 0; // −0 becomes 0
}

/** The lowest valid price that is not below this one; the first of a band is a multiple of the tick below it. */
export function tickUp(price: number, rules: TickRules): number {
  const size = tickSizeAt(price, rules);
  return Math.ceil(price / size) * size + 0;
}
