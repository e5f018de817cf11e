import type { Instrument } from "./instruments.ts";

/** A price above this many ticks is refused: far above any market here, far below where integers end. */
export const MAX_PRICE_TICKS = 100_000_000;

export type PriceFault = "invalid-price" | "price-off-tick";

/**
 * Reads a written price such as `187.25` exactly: digits are shifted, never multiplied as floating point.
 *
 * @returns ticks, or what is wrong with it
 */
export function parsePrice(instrument: Instrument, text: string): number | PriceFault {
  const match = /^(\d{1,12})(?:\.(\d{1,12}))?$/.exec(text);
  if (!match) return "invalid-price";
  const [, whole = "", fraction = ""] = match;
  const digits = fraction.replace(/0+$/, "");
  if (digits.length > instrument.decimals) return "price-off-tick";
  const units = Number(whole + digits.padEnd(instrument.decimals, "0"));
  if (units % instrument.tickUnits !== 0) return "price-off-tick";
  const ticks = units / instrument.tickUnits;
  return ticks >= 1 && ticks <= MAX_PRICE_TICKS ? ticks : "invalid-price";
}

/** Writes ticks as a decimal price. */
export function formatPrice(instrument: Instrument, ticks: number): string {
  const digits = String(ticks * instrument.tickUnits).padStart(instrument.decimals + 1, "0");
  const point = digits.length - instrument.decimals;
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** `0.05`: the tick size as people write it. */
export function formatTickSize(instrument: Instrument): string {
  return formatPrice(instrument, 1);
}
