import type { Phase } from "@exchange-kit/orderbook";

/** Whether orders gather for an auction in this phase. */
export function isCall(phase: Phase): boolean {
  switch (phase) {
    case "pre-open":
    case "opening-auction":
    case "volatility-auction":
    case "closing-auction":
      return true;
    default:
      return false;
  }
}

/** Whether an instrument can be brought into it by the calendar; `halted` is for halts. */
export function isTradingPhase(phase: unknown): boolean {
  return phase === "continuous" || phase === "closed" || isCall(phase as Phase);
}
