import {
  type DecimalInput,
  divideRounded,
  formatReportAmount,
  parseReportAmount,
  REPORT_DECIMALS,
} from "../numbers.ts";
import { type NettingInput, type NettingResult, netGains } from "../tax-year/netting.ts";
import { capitalLossLimits } from "../tax-year/rates.ts";
import type { Section1256Year } from "../tax-year/section-1256.ts";
import type { Box, Form8949, FormTotals } from "./form-8949.ts";

/** Lines of Schedule D (Form 1040), parts I to III; exact decimals. */
export interface ScheduleD {
  /** Tax year. */
  readonly year: number;
  /** 1a, 1b, 2, 3, 8a, 8b, 9, 10: columns (d), (e), (g), (h). */
  readonly lines: Readonly<Record<ScheduleDLine, FormTotals>>;
  /** Line 4: short-term part of Form 6781. */
  readonly line4: string;
  /** Line 6: short-term loss carried in, as a negative number. */
  readonly line6: string;
  /** Line 7: net short-term gain or loss. */
  readonly line7: string;
  /** Line 11: long-term part of Form 6781. */
  readonly line11: string;
  /** Line 14: long-term loss carried in, as a negative number. */
  readonly line14: string;
  /** Line 15: net long-term gain or loss. */
  readonly line15: string;
  /** Line 16: both. */
  readonly line16: string;
  /** Line 21: the deductible loss, as a negative number; zero when line 16 is a gain. */
  readonly line21: string;
  /** What is carried to the next year. */
  readonly carryover: CarryoverWorksheet;
}

/** Lines that take totals of Form 8949. */
export type ScheduleDLine = "1a" | "1b" | "2" | "3" | "8a" | "8b" | "9" | "10";

/** Result of the Capital Loss Carryover Worksheet, as positive numbers. */
export interface CarryoverWorksheet {
  /** Short-term loss for line 6 of the next year. */
  readonly shortTerm: string;
  /** Long-term loss for line 14 of the next year. */
  readonly longTerm: string;
}

/** What Schedule D needs beside Form 8949. */
export interface ScheduleDInput
  extends Pick<NettingInput, "carryoverInShortTerm" | "carryoverInLongTerm" | "taxableIncome"> {
  /** Married filing separately halves the deductible loss to 1,500. */
  readonly isMarriedFilingSeparately?: boolean;
  /** The year's gain on section 1256 contracts. */
  readonly section1256?: Pick<Section1256Year, "shortTerm" | "longTerm">;
}

const BOXES: Readonly<Record<Exclude<ScheduleDLine, "1a" | "8a">, readonly Box[]>> = {
  "1b": ["A", "G"],
  "2": ["B", "H"],
  "3": ["C", "I"],
  "8b": ["D", "J"],
  "9": ["E", "K"],
  "10": ["F", "L"],
};

/**
 * Carries Form 8949 to Schedule D, nets, limits the loss and works out what is carried on.
 *
 * @see Schedule D (Form 1040) 2025; IRC 1211(b), 1212(b)
 */
export function scheduleD(form: Form8949, input: ScheduleDInput = {}): ScheduleD {
  const lines: Record<ScheduleDLine, FormTotals> = {
    "1a": form.direct1a ?? sumPages(form, []),
    "1b": sumPages(form, BOXES["1b"]),
    "2": sumPages(form, BOXES["2"]),
    "3": sumPages(form, BOXES["3"]),
    "8a": form.direct8a ?? sumPages(form, []),
    "8b": sumPages(form, BOXES["8b"]),
    "9": sumPages(form, BOXES["9"]),
    "10": sumPages(form, BOXES["10"]),
  };
  const gain = (names: readonly ScheduleDLine[], more: DecimalInput): string =>
    formatReportAmount(
      names.reduce((sum, name) => sum + parseReportAmount(lines[name].gain), parseReportAmount(more)),
    );
  const line4 = input.section1256?.shortTerm ?? "0.00";
  const line11 = input.section1256?.longTerm ?? "0.00";
  const result: NettingResult = netGains({
    shortTerm: gain(["1a", "1b", "2", "3"], line4),
    longTerm: gain(["8a", "8b", "9", "10"], line11),
    annualLimit: capitalLossLimits[input.isMarriedFilingSeparately ? "separate" : "single"],
    carryoverInShortTerm: input.carryoverInShortTerm ?? "0",
    carryoverInLongTerm: input.carryoverInLongTerm ?? "0",
    ...(input.taxableIncome === undefined ? {} : { taxableIncome: input.taxableIncome }),
  });
  return {
    year: form.year,
    lines,
    line4,
    line6: negative(input.carryoverInShortTerm ?? "0"),
    line7: result.netShortTerm,
    line11,
    line14: negative(input.carryoverInLongTerm ?? "0"),
    line15: result.netLongTerm,
    line16: result.net,
    line21: negative(result.deductibleLoss),
    carryover: { shortTerm: result.carryoverShortTerm, longTerm: result.carryoverLongTerm },
  };
}

function negative(value: DecimalInput): string {
  const units = parseReportAmount(value);
  return formatReportAmount(units > 0n ? -units : units);
}

function sumPages(form: Form8949, boxes: readonly Box[]): FormTotals {
  const pages = form.pages.filter((page) => boxes.includes(page.box));
  const sum = (field: keyof FormTotals): string =>
    formatReportAmount(pages.reduce((total, page) => total + parseReportAmount(page.totals[field]), 0n));
  return { proceeds: sum("proceeds"), basis: sum("basis"), adjustment: sum("adjustment"), gain: sum("gain") };
}

/** Form 6781 part I, lines 1 to 9; exact decimals. */
export interface Form6781 {
  /** Tax year. */
  readonly year: number;
  /** Lines 1 to 5: gain or loss on section 1256 contracts. */
  readonly line5: string;
  /** Line 6: the part of a loss carried back to earlier years, as a positive number. */
  readonly line6: string;
  /** Line 7: lines 5 and 6. */
  readonly line7: string;
  /** Line 8: 40 %, to Schedule D line 4. */
  readonly line8: string;
  /** Line 9: 60 %, to Schedule D line 11. */
  readonly line9: string;
}

const CENT = 10n ** BigInt(REPORT_DECIMALS - 2);

/**
 * Fills Form 6781 part I.
 *
 * @param carriedBack - part of a net loss that is carried back to the three years before, by election (IRC 1212(c))
 */
export function form6781(year: number, result: Section1256Year, carriedBack: DecimalInput = "0"): Form6781 {
  const gain = parseReportAmount(result.gain);
  const back = parseReportAmount(carriedBack, { field: "carriedBack" });
  const line7 = gain + back;
  const line9 =
    back === 0n ? parseReportAmount(result.longTerm) : divideRounded(line7 * 6n, CENT * 10n) * CENT;
  return {
    year,
    line5: formatReportAmount(gain),
    line6: formatReportAmount(back),
    line7: formatReportAmount(line7),
    line8: formatReportAmount(line7 - line9),
    line9: formatReportAmount(line9),
  };
}
