import type { AllocationStep } from "./allocation-step.ts";
import { EngineError } from "./engine-error.ts";
import type { EngineOptions, InstrumentOptions, Phase } from "./instrument-options.ts";
import { MAX_VALUE } from "./order-rules.ts";
import { MAX_ORDERS } from "./order-store.ts";

/** Most instruments of one engine: 16 bits of an order record. */
const MAX_INSTRUMENTS = 65_536;
/** Longest duration: leaves room to add it to a time. */
const MAX_TIME = 2 ** 52;

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
    check("maximumLevels", 1, MAX_ORDERS);
    check("referencePrice", -MAX_VALUE, MAX_VALUE);
    checkTickBands(index, rules);
    checkProtections(index, rules);
    checkAllocation(index, rules.allocation ?? []);
    if (rules.phase !== undefined && !PHASES.includes(rules.phase)) {
      throw new EngineError(
        "invalid-option",
        `instrument ${index}: phase must be a phase, was ${rules.phase}`,
      );
    }
  }
  checkInteger("maximumOrders", options.maximumOrders, 1, MAX_ORDERS);
  if (options.orderLimit) {
    checkPresent("orderLimit: orders", options.orderLimit.orders, 1, Number.MAX_SAFE_INTEGER);
    checkPresent("orderLimit: interval", options.orderLimit.interval, 1, Number.MAX_SAFE_INTEGER);
  }
}

function checkTickBands(index: number, { tickSize = 1, tickBands = [] }: InstrumentOptions): void {
  let below = tickSize;
  let from = -MAX_VALUE - 1;
  for (const band of tickBands) {
    checkPresent(`instrument ${index}: from of a tick band`, band.from, from + 1, MAX_VALUE);
    checkPresent(`instrument ${index}: tickSize of a tick band`, band.tickSize, 1, MAX_VALUE);
    if (band.from % band.tickSize !== 0 || band.from % below !== 0) {
      throw new EngineError(
        "invalid-option",
        `instrument ${index}: from of a tick band must be a multiple of ${band.tickSize} and ${below}, was ${band.from}`,
      );
    }
    below = band.tickSize;
    from = band.from;
  }
}

function checkProtections(index: number, { volatilityInterruption, priceLimits }: InstrumentOptions): void {
  if (volatilityInterruption) {
    const { range, duration } = volatilityInterruption;
    checkPresent(`instrument ${index}: range of the volatility interruption`, range, 1, MAX_VALUE);
    checkPresent(`instrument ${index}: duration of the volatility interruption`, duration, 1, MAX_TIME);
  }
  if (priceLimits) {
    for (const name of ["basisPoints", "updateBasisPoints"] as const) {
      checkPresent(`instrument ${index}: ${name} of the price limits`, priceLimits[name], 1, 10_000);
    }
    for (const name of ["window", "limitState", "pause"] as const) {
      checkPresent(`instrument ${index}: ${name} of the price limits`, priceLimits[name], 1, MAX_TIME);
    }
  }
}

function checkAllocation(index: number, steps: readonly AllocationStep[]): void {
  for (const each of steps) {
    const check = (name: string, value: unknown, low: number, high: number): void =>
      checkInteger(`instrument ${index}: ${name} of the allocation step ${each.step}`, value, low, high);
    switch (each.step) {
      case "top-order":
        check("minimum", each.minimum, 1, MAX_VALUE);
        check("maximum", each.maximum, 1, MAX_VALUE);
        break;
      case "lead-market-makers": {
        let sum = 0;
        for (const { account, percent } of each.makers) {
          check("account", account ?? Number.NaN, 1, 2 ** 31 - 1);
          check("percent", percent ?? Number.NaN, 1, 100);
          sum += percent;
        }
        check("sum of percents", sum, 0, 100);
        break;
      }
      case "fifo":
        check("percent", each.percent, 1, 100);
        break;
      case "pro-rata":
        check("minimum", each.minimum, 1, MAX_VALUE);
        break;
      case "level":
        break;
      default:
        throw new EngineError(
          "invalid-option",
          `instrument ${index}: no allocation step is ${(each as AllocationStep).step}`,
        );
    }
  }
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

function checkPresent(name: string, value: unknown, low: number, high: number): void {
  checkInteger(name, value ?? Number.NaN, low, high);
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
