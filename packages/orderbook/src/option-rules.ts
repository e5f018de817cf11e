import { EngineError } from "./engine-error.ts";
import type { EngineOptions, InstrumentOptions, Phase } from "./instrument-options.ts";
import { MAX_VALUE } from "./order-rules.ts";
import { MAX_ORDERS } from "./order-store.ts";

/** Most instruments of one engine: 16 bits of an order record. */
const MAX_INSTRUMENTS = 65_536;

export const PHASES = [
  "pre-open",
  "opening-auction",
  "continuous",
  "volatility-auction",
  "closing-auction",
  "halted",
  "closed",
] as const;

/** @throws EngineError `invalid-option` */
export function checkOptions(instruments: readonly InstrumentOptions[], options: EngineOptions): void {
  if (instruments.length === 0 || instruments.length > MAX_INSTRUMENTS) {
    throw new EngineError(
      "invalid-option",
      `there must be 1 to ${MAX_INSTRUMENTS} instruments, were ${instruments.length}`,
    );
  }
  for (const [index, rules] of instruments.entries()) {
    const check = (name: keyof InstrumentOptions, low: number, high: number): void =>
      checkInteger(`instrument ${index}: ${name}`, rules[name], low, high);
    check("tickSize", 1, MAX_VALUE);
    check("lotSize", 1, MAX_VALUE);
    check("maximumQuantity", 1, MAX_VALUE);
    check("lowestPrice", -MAX_VALUE, MAX_VALUE);
    check("highestPrice", rules.lowestPrice ?? -MAX_VALUE, MAX_VALUE);
    check("dynamicBand", 1, MAX_VALUE);
    check("referencePrice", -MAX_VALUE, MAX_VALUE);
    if (rules.phase !== undefined && !PHASES.includes(rules.phase)) {
      throw new EngineError(
        "invalid-option",
        `instrument ${index}: phase must be a phase, was ${rules.phase}`,
      );
    }
  }
  checkInteger("maximumOrders", options.maximumOrders, 1, MAX_ORDERS);
}

/** @throws EngineError `invalid-time` or `time-goes-back` */
export function checkTime(time: number, now: number): void {
  if (!Number.isSafeInteger(time) || time < 0) {
    throw new EngineError("invalid-time", `time must be a safe integer of at least 0, was ${time}`);
  }
  if (time < now) throw new EngineError("time-goes-back", `time must not be before ${now}, was ${time}`);
}

/** @throws EngineError `invalid-option` */
export function checkLastPrice(price: number): void {
  if (price === undefined) throw new EngineError("invalid-option", "last price must be a number");
  checkInteger("last price", price, -MAX_VALUE, MAX_VALUE);
}

/** @throws EngineError `invalid-phase` */
export function checkPhase(phase: Phase): void {
  if (!PHASES.includes(phase)) throw new EngineError("invalid-phase", `phase must be a phase, was ${phase}`);
}

function checkInteger(name: string, value: unknown, low: number, high: number): void {
  if (value === undefined) return;
  if (!Number.isInteger(value) || (value as number) < low || (value as number) > high) {
    throw new EngineError(
      "invalid-option",
      `${name} must be an integer from ${low} to ${high}, was ${value}`,
    );
  }
}
