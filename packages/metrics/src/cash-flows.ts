import { DAY_COUNTS, type DayCount, dayOf, type IsoDate, yearsBetween } from "./dates.ts";
import { MetricsError } from "./errors.ts";
import { choiceOption, finiteOption } from "./options.ts";

/** Money that moved on a day. */
export interface CashFlow {
  /** Day of the flow, `YYYY-MM-DD`. */
  readonly date: IsoDate;
  /** Amount in any currency; the sign's meaning is told by the function. */
  readonly amount: number;
}

/** Options of {@link xirr}. */
export interface XirrOptions {
  /** How days become years; `act/365` unless told. */
  readonly dayCount?: DayCount;
}

/**
 * Internal rate of return of dated flows (money-weighted return): the yearly rate at which
 * Σ amount / (1 + rate)^years = 0, years counted from the earliest flow.
 *
 * Payments in are negative, payments out positive. With several solutions it is the one nearest to 0.
 *
 * @param flows - in any order
 * @returns a rate above −1; `NaN` when no rate solves it, as for flows of one sign
 * @throws {@link MetricsError} `not-finite`, `invalid-date`, `option-out-of-range`
 * @see Microsoft Excel, XIRR; Bacon (2008), section 2.7
 */
export function xirr(flows: readonly CashFlow[], options: XirrOptions = {}): number {
  const dayCount = choiceOption("dayCount", options.dayCount ?? "act/365", DAY_COUNTS);
  const days = flows.map(({ date }, index) => dayOf(date, "flows", index));
  const amounts = flows.map(({ amount }, index) => amountOf(amount, "flows", index));
  if (flows.length === 0) return Number.NaN;
  const first = days.reduce((a, b) => (b.number < a.number ? b : a));
  const years = days.map((day) => yearsBetween(first, day, dayCount));
  return rootNearestZero((logRate) =>
    amounts.reduce((sum, amount, index) => sum + amount * Math.exp(-logRate * years[index]!), 0),
  );
}

function amountOf(amount: number, argument: string, index: number): number {
  if (Number.isFinite(amount)) return amount;
  throw new MetricsError("not-finite", `${argument}[${index}] must have a finite amount, was ${amount}`, {
    argument,
    index,
    value: amount,
  });
}

/** Steps of ln(1 + rate) away from 0, finer near it: rates from −99.9999 % to a million-fold are searched. */
const LOG_RATE_STEP = 0.01;
const LOG_RATE_LIMIT = 14;

/** Looks outward from 0 for the first change of sign on either side, then bisects to the last bit. */
function rootNearestZero(value: (logRate: number) => number): number {
  const start = Math.sign(value(0));
  if (start === 0) return 0;
  // Far out, over many years, flows of both signs are infinite and their sum is no number: that is no crossing.
  const crosses = (logRate: number): boolean => Math.sign(value(logRate)) * start < 1;
  let above = 0;
  let below = 0;
  for (let step = LOG_RATE_STEP; above < LOG_RATE_LIMIT; step *= 1.02) {
    const higher = crosses(above + step) ? bisect(value, above, above + step) : Infinity;
    const lower = crosses(below - step) ? bisect(value, below - step, below) : -Infinity;
    if (higher < Infinity || lower > -Infinity) return Math.expm1(higher < -lower ? higher : lower);
    above += step;
    below -= step;
  }
  return Number.NaN;
}

function bisect(value: (x: number) => number, from: number, to: number): number {
  let low = from;
  let high = to;
  const sign = Math.sign(value(low));
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (Math.sign(value(middle)) === sign) low = middle;
    else high = middle;
  }
}

/** What {@link modifiedDietz} needs to know. */
export interface ModifiedDietzInput {
  /** Value at the start, before any flow. */
  readonly startValue: number;
  /** Value at the end, after every flow. */
  readonly endValue: number;
  /** First day. */
  readonly startDate: IsoDate;
  /** Last day, after the first. */
  readonly endDate: IsoDate;
  /** Money paid in (positive) or taken out (negative) at the end of its day. */
  readonly flows: readonly CashFlow[];
}

/**
 * Modified Dietz return: (end − start − Σ F) / (start + Σ F w), a flow weighted by the share of the span it was
 * there, w = (days − days before it) / days; flows at the end of the day.
 *
 * @returns return over the span; `NaN` when no money was invested on average
 * @throws {@link MetricsError} `not-finite`, `invalid-date`, `dates-not-ascending` for a flow outside the span
 * @see Dietz (1966); Bacon (2008), section 2.8
 */
export function modifiedDietz(input: ModifiedDietzInput): number {
  const start = dayOf(input.startDate, "startDate");
  const end = dayOf(input.endDate, "endDate");
  const span = end.number - start.number;
  if (span <= 0) {
    throw new MetricsError(
      "dates-not-ascending",
      `endDate must be after startDate ${input.startDate}, was ${input.endDate}`,
      { argument: "endDate", value: input.endDate },
    );
  }
  let paidIn = 0;
  let invested = finiteOption("startValue", input.startValue);
  for (const [index, { date, amount }] of input.flows.entries()) {
    const since = dayOf(date, "flows", index).number - start.number;
    if (since < 0 || since > span) {
      throw new MetricsError(
        "dates-not-ascending",
        `flows[${index}] must lie between ${input.startDate} and ${input.endDate}, was ${date}`,
        { argument: "flows", index, value: date },
      );
    }
    paidIn += amountOf(amount, "flows", index);
    invested += (amount * (span - since)) / span;
  }
  if (invested === 0) return Number.NaN;
  return (finiteOption("endValue", input.endValue) - input.startValue - paidIn) / invested;
}

/** A stretch between two external flows. */
export interface ValuationPeriod {
  /** Value at its start, after the flow. */
  readonly start: number;
  /** Value at its end, before the next flow. */
  readonly end: number;
}

/**
 * Time-weighted return: Π(endᵢ / startᵢ) − 1 over the stretches between external flows.
 *
 * @param periods - in time order
 * @returns `NaN` for none, or for a stretch that starts with nothing
 * @throws {@link MetricsError} `not-finite`
 * @see Bacon (2008), section 2.4, true time-weighted return
 */
export function timeWeightedReturn(periods: readonly ValuationPeriod[]): number {
  if (periods.length === 0) return Number.NaN;
  let growth = 1;
  for (const [index, { start, end }] of periods.entries()) {
    amountOf(start, "periods", index);
    growth *= start === 0 ? Number.NaN : amountOf(end, "periods", index) / start;
  }
  return growth - 1;
}
