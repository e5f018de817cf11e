import { MetricsError } from "./errors.ts";

/**
 * Whose definition to follow where the field disagrees; the guide "Conventions of performance measures" has the
 * table of differences.
 *
 * - `exchange-kit` (default): sample deviation, arithmetic Sharpe and Sortino, all periods in every denominator
 * - `empyrical`: as `exchange-kit` in every measure that this option changes
 * - `quantstats`: version 0.0.8x of the Python package of that name
 * - `bacon`: Bacon, "Practical Portfolio Performance Measurement and Attribution", 2nd edition: population
 *   deviation, ratios of annualised geometric returns
 */
export type Convention = "exchange-kit" | "empyrical" | "quantstats" | "bacon";

const CONVENTIONS: readonly string[] = ["exchange-kit", "empyrical", "quantstats", "bacon"];

/** Options of measures that are stated per year. */
export interface AnnualOptions {
  /** Periods in a year, above 0: 252 for trading days (default), 52, 12, 4, 1. */
  readonly periodsPerYear?: number;
  /** Whose definition to follow; `exchange-kit` unless told. */
  readonly convention?: Convention;
}

function outOfRange(argument: string, rule: string, value: unknown): never {
  throw new MetricsError("option-out-of-range", `${argument} must be ${rule}, was ${String(value)}`, {
    argument,
    value,
  });
}

export function periodsPerYearOf(options: { readonly periodsPerYear?: number }): number {
  const value = options.periodsPerYear ?? 252;
  return value > 0 && value < Infinity ? value : outOfRange("periodsPerYear", "a positive number", value);
}

export function conventionOf(options: { readonly convention?: Convention }): Convention {
  const value = options.convention ?? "exchange-kit";
  return CONVENTIONS.includes(value)
    ? value
    : outOfRange("convention", `one of ${CONVENTIONS.join(", ")}`, value);
}

export function finiteOption(argument: string, value: number): number {
  return Number.isFinite(value) ? value : outOfRange(argument, "a finite number", value);
}

/** A rate, above -1 so that 1 + rate can be compounded. */
export function rateOption(argument: string, value: number): number {
  return Number.isFinite(value) && value > -1 ? value : outOfRange(argument, "a finite rate above -1", value);
}

/** Strictly between 0 and 1. */
export function fractionOption(argument: string, value: number): number {
  return value > 0 && value < 1 ? value : outOfRange(argument, "between 0 and 1, both excluded", value);
}

export function integerOption(
  argument: string,
  value: number,
  atLeast: number,
  atMost: number = 2 ** 31,
): number {
  return Number.isInteger(value) && value >= atLeast && value <= atMost
    ? value
    : outOfRange(argument, `an integer from ${atLeast} to ${atMost}`, value);
}

export function rangeOption(argument: string, value: number, atLeast: number, atMost: number): number {
  return value >= atLeast && value <= atMost
    ? value
    : outOfRange(argument, `from ${atLeast} to ${atMost}`, value);
}

export function choiceOption<T extends string>(argument: string, value: T, choices: readonly T[]): T {
  return choices.includes(value) ? value : outOfRange(argument, `one of ${choices.join(", ")}`, value);
}

/** Turns a rate per period into one per year by compounding. */
export function perYear(ratePerPeriod: number, periodsPerYear: number): number {
  return (1 + ratePerPeriod) ** periodsPerYear - 1;
}

/** Turns a rate per year into one per period by compounding. */
export function perPeriod(ratePerYear: number, periodsPerYear: number): number {
  return (1 + ratePerYear) ** (1 / periodsPerYear) - 1;
}
