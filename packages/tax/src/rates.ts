/** Filing status, as far as it changes the bands. */
export type FilingStatus = "single" | "joint" | "head-of-household";

/** Upper ends of the 0 % and 15 % bands, in dollars of taxable income. */
export interface RateBands {
  /** Gains up to here are taxed at 0 %. */
  readonly zeroUpTo: number;
  /** Gains up to here are taxed at 15 %, those above at 20 %. */
  readonly fifteenUpTo: number;
}

/**
 * Bands of IRC 1(h) by tax year: Rev. Proc. 2023-34 (2024), 2024-40 (2025), 2025-32 (2026). To be checked against
 * the year's revenue procedure before use.
 */
export const longTermRates: Readonly<Record<number, Readonly<Record<FilingStatus, RateBands>>>> = {
  2024: {
    single: { zeroUpTo: 47_025, fifteenUpTo: 518_900 },
    joint: { zeroUpTo: 94_050, fifteenUpTo: 583_750 },
    "head-of-household": { zeroUpTo: 63_000, fifteenUpTo: 551_350 },
  },
  2025: {
    single: { zeroUpTo: 48_350, fifteenUpTo: 533_400 },
    joint: { zeroUpTo: 96_700, fifteenUpTo: 600_050 },
    "head-of-household": { zeroUpTo: 64_750, fifteenUpTo: 566_700 },
  },
  2026: {
    single: { zeroUpTo: 49_450, fifteenUpTo: 545_500 },
    joint: { zeroUpTo: 98_900, fifteenUpTo: 613_700 },
    "head-of-household": { zeroUpTo: 66_200, fifteenUpTo: 579_600 },
  },
};
