/** What can be traded, and how its prices and quantities look outside; inside both are integers. */
export interface Instrument {
  readonly symbol: string;
  readonly name: string;
  /** Digits after the decimal point in a written price. */
  readonly decimals: number;
  /** Size of a tick in units of the last digit: 5 with 2 decimals is a tick of 0.05. */
  readonly tickUnits: number;
  /** Where the simulated market starts, in ticks. */
  readonly openingPrice: number;
  /** Largest quantity of one order. */
  readonly maxQuantity: number;
}

export const instruments: readonly Instrument[] = [
  {
    symbol: "ACME",
    name: "Acme Rockets",
    decimals: 2,
    tickUnits: 1,
    openingPrice: 18_725,
    maxQuantity: 100_000,
  },
  {
    symbol: "BOLT",
    name: "Bolt & Nut Works",
    decimals: 2,
    tickUnits: 5,
    openingPrice: 842,
    maxQuantity: 100_000,
  },
  {
    symbol: "CRUX",
    name: "Crux Semiconductor",
    decimals: 1,
    tickUnits: 5,
    openingPrice: 2_210,
    maxQuantity: 10_000,
  },
];
