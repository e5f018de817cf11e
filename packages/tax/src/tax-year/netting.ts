import { type DecimalInput, formatReportAmount, parseReportAmount } from "../numbers.ts";

/** A year's gains and what was carried into it; exact decimals, losses negative, carryovers as positive losses. */
export interface NettingInput {
  /** Net short-term gain or loss of the year. */
  readonly shortTerm: DecimalInput;
  /** Net long-term gain or loss of the year. */
  readonly longTerm: DecimalInput;
  /** Short-term loss carried in, as a positive number. */
  readonly carryoverInShortTerm?: DecimalInput;
  /** Long-term loss carried in, as a positive number. */
  readonly carryoverInLongTerm?: DecimalInput;
  /** Loss deductible from other income: 3,000, or 1,500 for married filing separately (IRC 1211(b)). */
  readonly annualLimit?: DecimalInput;
  /** Taxable income before the exemption, may be negative; when given, it limits how much loss is used up. */
  readonly taxableIncome?: DecimalInput;
}

/** The year's result and what is carried out of it; exact decimals. */
export interface NettingResult {
  /** Short-term gains less losses and carryover: Schedule D line 7. */
  readonly netShortTerm: string;
  /** Long-term likewise: Schedule D line 15. */
  readonly netLongTerm: string;
  /** Both: Schedule D line 16. */
  readonly net: string;
  /** Loss deducted from other income: Schedule D line 21, as a positive number. */
  readonly deductibleLoss: string;
  /** Short-term loss carried to the next year, as a positive number. */
  readonly carryoverShortTerm: string;
  /** Long-term loss carried to the next year, as a positive number. */
  readonly carryoverLongTerm: string;
  /** Net long-term gain above net short-term loss, which is taxed at the lower rates. */
  readonly netCapitalGain: string;
}

const positive = (value: bigint): bigint => (value > 0n ? value : 0n);
const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/**
 * Sets short-term against short-term, long-term against long-term, then both against each other; deducts a loss
 * up to the limit and carries the rest on in its character, the deduction using up short-term loss first.
 *
 * @see IRC 1211(b), 1212(b), 1222(11); Capital Loss Carryover Worksheet of the Schedule D instructions
 */
export function netGains(input: NettingInput): NettingResult {
  const read = (value: DecimalInput | undefined, field: string): bigint =>
    value === undefined ? 0n : parseReportAmount(value, { field });
  const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
  const carriedShort = magnitude(read(input.carryoverInShortTerm, "carryoverInShortTerm"));
  const carriedLong = magnitude(read(input.carryoverInLongTerm, "carryoverInLongTerm"));
  const shortTerm = read(input.shortTerm, "shortTerm") - carriedShort;
  const longTerm = read(input.longTerm, "longTerm") - carriedLong;
  const net = shortTerm + longTerm;
  const limit = read(input.annualLimit ?? "3000", "annualLimit");
  const deductible = lesser(positive(-net), limit);
  // Worksheet lines 1 to 4: with little or no income the deduction uses up less of the loss.
  const used =
    input.taxableIncome === undefined
      ? deductible
      : lesser(deductible, positive(read(input.taxableIncome, "taxableIncome") + deductible));
  const shortLoss = positive(-shortTerm);
  const longLoss = positive(-longTerm);
  const carryShort = positive(shortLoss - positive(longTerm) - used);
  const usedByLong = positive(used - positive(shortLoss - positive(longTerm)));
  const carryLong = positive(longLoss - positive(shortTerm) - usedByLong);
  const write = formatReportAmount;
  return {
    netShortTerm: write(shortTerm),
    netLongTerm: write(longTerm),
    net: write(net),
    deductibleLoss: write(deductible),
    carryoverShortTerm: write(carryShort),
    carryoverLongTerm: write(carryLong),
    netCapitalGain: write(positive(longTerm - positive(-shortTerm))),
  };
}
