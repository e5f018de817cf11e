import { type Day, dayOf, type IsoDate } from "./dates.ts";
import { MetricsError } from "./errors.ts";
import { checkSeries, type Series } from "./series.ts";

/** Return of one calendar year and of its months. */
export interface YearOfReturns {
  /** Calendar year. */
  readonly year: number;
  /** Twelve compounded returns, January first; `null` for a month without any. */
  readonly months: readonly (number | null)[];
  /** Compounded return of the year's periods. */
  readonly total: number;
}

/**
 * Compounded returns by month and year, a period belonging to the month of its end.
 *
 * @param dates - last day of each period, ascending; as many as returns
 * @param returns - simple period returns; missing ones count as 0 in a month that has others
 * @returns years that have at least one return, ascending
 * @throws {@link MetricsError} `invalid-date`, `dates-not-ascending`, `length-mismatch`, `not-finite`, `not-a-series`
 */
export function calendarReturns(dates: readonly IsoDate[], returns: Series): YearOfReturns[] {
  checkSeries(returns, "returns");
  const days = ascendingDays(dates, returns.length);
  const years = new Map<number, (number | null)[]>();
  for (const [index, { year, month }] of days.entries()) {
    const value = returns[index]!;
    if (Number.isNaN(value)) continue;
    const months = years.get(year) ?? new Array<number | null>(12).fill(null);
    years.set(year, months);
    months[month - 1] = (months[month - 1] ?? 1) * (1 + value);
  }
  return [...years].map(([year, growth]) => ({
    year,
    months: growth.map((value) => (value === null ? null : value - 1)),
    total: growth.reduce<number>((product, value) => product * (value ?? 1), 1) - 1,
  }));
}

export function ascendingDays(dates: readonly IsoDate[], length: number): Day[] {
  if (dates.length !== length) {
    throw new MetricsError(
      "length-mismatch",
      `dates must have as many values as returns (${length}), had ${dates.length}`,
      { argument: "dates", value: dates.length },
    );
  }
  const days = dates.map((date, index) => dayOf(date, "dates", index));
  for (let index = 1; index < days.length; index++) {
    if (days[index]!.number < days[index - 1]!.number) {
      throw new MetricsError(
        "dates-not-ascending",
        `dates[${index}] must not be before ${dates[index - 1]}, was ${dates[index]}`,
        { argument: "dates", index, value: dates[index] },
      );
    }
  }
  return days;
}
