import { RiskError } from "../errors.ts";

/**
 * Limit-up limit-down bands around a reference price, rounded half up to the cent; the lower one is at least 0.
 *
 * Above 3.00, 5 % for tier 1 and 10 % for tier 2; from 0.75 to 3.00, 20 %; below 0.75 the lesser of 0.15 and 75 %. In
 * the last part of the day (15:35 to 16:00) doubled for tier 1, and for tier 2 at or below 3.00.
 *
 * @param reference - dollars, with at most four decimals, positive
 * @param tier - of the security
 * @param isLastPart - 15:35 or later
 * @returns dollars; multiply into your price units before `setInstrument({ bands })`
 * @throws RiskError `invalid-argument`
 * @see Plan to Address Extraordinary Market Volatility, appendix A
 */
export function luldBands(
  reference: number,
  tier: 1 | 2,
  isLastPart: boolean,
): {
  /** Lower band, in the unit of the reference price. */
  readonly lower: number;
  /** Upper band, in the unit of the reference price. */
  readonly upper: number;
} {
  if (!(reference > 0 && reference < 1e9) || (tier !== 1 && tier !== 2)) {
    throw new RiskError(
      "invalid-argument",
      `reference must be positive and tier 1 or 2, were ${reference}, ${tier}`,
    );
  }
  // Millionths of a dollar: a percentage of a price with four decimals is whole.
  const millionths = Math.round(reference * 10_000) * 100;
  let width: number;
  if (millionths > 3_000_000) width = (millionths / 100) * (tier === 1 ? 5 : 10);
  else if (millionths >= 750_000) width = (millionths / 100) * 20;
  else width = Math.min(150_000, (millionths / 100) * 75);
  if (isLastPart && (tier === 1 || millionths <= 3_000_000)) width *= 2;
  const cents = (value: number): number => Math.floor((value + 5_000) / 10_000) / 100;
  return { lower: Math.max(0, cents(millionths - width)), upper: cents(millionths + width) };
}
