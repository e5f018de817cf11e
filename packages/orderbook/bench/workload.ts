import type { EngineListener, MatchingEngine, Side } from "@exchange-kit/orderbook";

/** One command of a workload; unused fields are 0. */
export interface Step {
  readonly kind: "limit" | "cancel" | "replace" | "market";
  readonly instrument: number;
  readonly orderId: number;
  readonly side: Side;
  readonly price: number;
  readonly quantity: number;
}

/** A linear congruential generator, so that every run has the same workload. */
export function generator(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % bound;
  };
}

/**
 * Limit orders near a price (near: within 256 ticks, log-uniform; deep: within 5,000, uniform), cancels of random
 * earlier ones, replaces and market orders in the proportions 51 : 40 : 5 : 4.
 */
export function workload(steps: number, instruments: number, shape: "near" | "deep"): Step[] {
  const below = generator(12_345);
  const distance = (): number => (shape === "deep" ? 1 + below(5_000) : 1 + below(1 << (1 + below(8))));
  const made: Step[] = [];
  const entered: Step[] = [];
  for (let orderId = 1; orderId <= steps; orderId++) {
    const draw = below(100);
    const side: Side = below(2) === 0 ? "buy" : "sell";
    const instrument = Math.floor((below(instruments) * (below(instruments) + 1)) / instruments);
    const earlier = entered[Math.max(0, entered.length - 1 - below(5_000))];
    const away = below(16) === 0 ? -2 : distance();
    const priceOf = (of: Side): number => 100_000 + (of === "buy" ? -away : away);
    if (draw < 51 || !earlier) {
      const step: Step = {
        kind: "limit",
        instrument,
        orderId,
        side,
        price: priceOf(side),
        quantity: 1 + below(100),
      };
      made.push(step);
      entered.push(step);
    } else if (draw < 91) made.push({ ...earlier, kind: "cancel" });
    else if (draw < 96) {
      made.push({ ...earlier, kind: "replace", price: priceOf(earlier.side), quantity: 1 + below(100) });
    } else made.push({ kind: "market", instrument, orderId, side, price: 0, quantity: 1 + below(80) });
  }
  return made;
}

/** Gives the steps to an engine. */
export function apply(
  engine: Pick<MatchingEngine, "limit" | "cancel" | "replace" | "market">,
  steps: readonly Step[],
): void {
  for (const { kind, instrument, orderId, side, price, quantity } of steps) {
    if (kind === "limit") engine.limit(instrument, orderId, side, price, quantity);
    else if (kind === "cancel") engine.cancel(orderId);
    else if (kind === "replace") engine.replace(orderId, price, quantity);
    else engine.market(instrument, orderId, side, quantity);
  }
}

/** Adds up what trades, so that nothing is optimised away. */
export class VolumeListener implements EngineListener {
  volume = 0;
  added(): void {}
  held(): void {}
  triggered(): void {}
  traded(
    _instrument: number,
    _makerId: number,
    _takerId: number,
    _takerSide: Side,
    _price: number,
    quantity: number,
  ): void {
    this.volume += quantity;
  }
  crossed(_instrument: number, _buyId: number, _sellId: number, _price: number, quantity: number): void {
    this.volume += quantity;
  }
  refreshed(): void {}
  reduced(): void {}
  cancelled(): void {}
  rejected(): void {}
  phaseChanged(): void {}
}
