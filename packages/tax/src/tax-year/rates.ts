/** Filing status, as far as it changes the bands. */
export type FilingStatus = "single" | "joint" | "head-of-household" | "separate";

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
    separate: { zeroUpTo: 47_025, fifteenUpTo: 291_850 },
  },
  2025: {
    single: { zeroUpTo: 48_350, fifteenUpTo: 533_400 },
    joint: { zeroUpTo: 96_700, fifteenUpTo: 600_050 },
    "head-of-household": { zeroUpTo: 64_750, fifteenUpTo: 566_700 },
    separate: { zeroUpTo: 48_350, fifteenUpTo: 300_000 },
  },
  2026: {
    single: { zeroUpTo: 49_450, fifteenUpTo: 545_500 },
    joint: { zeroUpTo: 98_900, fifteenUpTo: 613_700 },
    "head-of-household": { zeroUpTo: 66_200, fifteenUpTo: 579_600 },
    separate: { zeroUpTo: 49_450, fifteenUpTo: 306_850 },
  },
};

/** Highest rates in percent on kinds of gain that the bands do not cover (IRC 1(h)(1)(E), 1(h)(4), 1411). */
export const maximumRates = {
  /** Gain on collectibles (IRC 1(h)(4)). */
  collectibles: 28,
  /** Gain on buildings up to the depreciation taken (IRC 1(h)(1)(E)). */
  unrecapturedSection1250: 25,
  /** On top of the others (IRC 1411). */
  netInvestmentIncome: 3.8,
} as const;

/** Modified adjusted gross income above which the net investment income tax is due (IRC 1411(b); not indexed). */
export const netInvestmentIncomeThresholds: Readonly<Record<FilingStatus, number>> = {
  single: 200_000,
  joint: 250_000,
  "head-of-household": 200_000,
  separate: 125_000,
};

/** Loss that may be deducted from other income in a year (IRC 1211(b); not indexed). */
export const capitalLossLimits: Readonly<Record<FilingStatus, number>> = {
  single: 3_000,
  joint: 3_000,
  "head-of-household": 3_000,
  separate: 1_500,
};
