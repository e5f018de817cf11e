import type { InstrumentConfig } from "./venue/config.ts";

/** What a price looks like outside; inside it is whole price units. */
export type PriceFormat = Pick<InstrumentConfig, "priceDecimals" | "tickSize">;

/** A price above this many units is refused: far above any market here, far below where integers end. */
export const MAX_PRICE: number = 2 ** 30 - 1;

export type PriceFault = "invalid-price" | "price-off-tick";

/**
 * Reads a written price such as `187.25` exactly: digits are shifted, never multiplied as floating point.
 *
 * @returns price units, or what is wrong with it
 */
export function parsePrice({ priceDecimals, tickSize }: PriceFormat, text: string): number | PriceFault {
  const match = /^(\d{1,12})(?:\.(\d{1,12}))?$/.exec(text);
  if (!match) return "invalid-price";
  const [, whole = "", fraction = ""] = match;
  const digits = fraction.replace(/0+$/, "");
  if (digits.length > priceDecimals) return "price-off-tick";
  const units = Number(whole + digits.padEnd(priceDecimals, "0"));
  if (units % tickSize !== 0) return "price-off-tick";
  return units >= 1 && units <= MAX_PRICE ? units : "invalid-price";
}

/** Writes price units as a decimal price. */
export function formatPrice({ priceDecimals }: PriceFormat, units: number): string {
  if (priceDecimals === 0) return String(units);
  const digits = String(units).padStart(priceDecimals + 1, "0");
  const point = digits.length - priceDecimals;
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** `0.05`: the tick size as people write it. */
export function formatTickSize(format: PriceFormat): string {
  return formatPrice(format, format.tickSize);
}

/**
 * Writes price units that need not be whole, such as an average: with the decimals of a price, and up to four more where
 * they are not zero.
 */
export function formatPriceFraction({ priceDecimals }: PriceFormat, units: number): string {
  return (units / 10 ** priceDecimals).toFixed(priceDecimals + 4).replace(/\.?0{1,4}$/, "");
}

/** Writes an amount in minor units, such as cents, as a decimal number. */
export function formatMoney(minorUnits: number | bigint, decimals: number): string {
  const digits = String(minorUnits)
    .replace("-", "")
    .padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  const sign = minorUnits < 0 ? "-" : "";
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
