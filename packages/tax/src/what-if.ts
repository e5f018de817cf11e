import { formatDay, parseDay } from "./dates.ts";
import { TaxError } from "./errors.ts";
import type { TaxEvent } from "./events.ts";
import type { TaxLedger } from "./ledger.ts";
import type { GainLine, OpenLot, Totals } from "./line.ts";
import { type NettingInput, type NettingResult, netGains } from "./netting.ts";
import { type DecimalInput, formatReportAmount, parseReportAmount, REPORT_DECIMALS } from "./numbers.ts";
import { WASH_DAYS } from "./wash-book.ts";

/** What events would change, without their being applied. */
export interface WhatIf {
  /** Lines that the events would add. */
  readonly newLines: readonly GainLine[];
  /** Earlier lines that they would change, as they would read. */
  readonly changedLines: readonly GainLine[];
  /** Open lots after them. */
  readonly lots: readonly OpenLot[];
  /** Sums before. */
  readonly before: Totals;
  /** Sums after. */
  readonly after: Totals;
}

/**
 * Shows what events would do. The ledger stays as it is.
 *
 * @throws TaxError as {@link TaxLedger.apply} would
 */
export function whatIf(ledger: TaxLedger, events: readonly TaxEvent[]): WhatIf {
  const trial = ledger.clone();
  trial.applyAll(events);
  const old = ledger.lines();
  const lines = trial.lines();
  return {
    newLines: lines.slice(old.length),
    changedLines: lines
      .slice(0, old.length)
      .filter((line, index) => line.adjustment !== old[index]!.adjustment),
    lots: trial.lots(),
    before: ledger.totals(),
    after: trial.totals(),
  };
}

/** A loss that a purchase would wash. */
export interface WashExposure {
  /** The disposal. */
  readonly disposal: string;
  /** The lot that was sold. */
  readonly lot: string;
  /** The symbol. */
  readonly symbol: string;
  /** Shares that could still be replaced. */
  readonly quantity: string;
  /** Loss at stake. */
  readonly loss: string;
  /** Last day on which a purchase washes it. */
  readonly until: string;
}

/** Losses that a purchase on `date` would wash: "buying N now washes X until date D". */
export function washExposure(ledger: TaxLedger, date: string): WashExposure[] {
  const day = parseDay(date);
  return ledger
    .lines()
    .filter((line) => line.isProvisional && parseDay(line.windowEnds) >= day)
    .map((line) => ({
      disposal: line.disposal,
      lot: line.lot,
      symbol: line.symbol,
      quantity: line.exposedQuantity,
      loss: formatReportAmount(-parseReportAmount(line.gain)),
      until: line.windowEnds,
    }));
}

/** Like shares of a lot that could be sold at a loss. */
export interface HarvestCandidate {
  /** The lot. */
  readonly lot: string;
  /** Its account. */
  readonly account: string;
  /** The symbol. */
  readonly symbol: string;
  /** Shares. */
  readonly quantity: string;
  /** Loss at the given price, as a positive number. */
  readonly loss: string;
  /** The part that purchases of the last 30 days would wash at once. */
  readonly washed: string;
  /** Character of the loss. */
  readonly term: "S" | "L";
  /** Purchases until this day (included) would wash the rest. */
  readonly doNotBuyUntil: string;
}

/**
 * Lots that stand at a loss, largest first. Each is sold in a trial of its own, so `washed` is what a sale of that
 * lot alone would lose to purchases already made.
 *
 * @param date - day of the sale, not before the ledger's last event
 * @param prices - market price by symbol; symbols without one are left out
 * @throws TaxError for a bad date or price
 */
export function harvestCandidates(
  ledger: TaxLedger,
  date: string,
  prices: Readonly<Record<string, DecimalInput>>,
): HarvestCandidate[] {
  const wholeLots = new Map<string, { first: OpenLot; quantity: bigint }>();
  for (const lot of ledger.lots()) {
    if (prices[lot.symbol] === undefined || lot.side === "short" || !isTaxable(ledger, lot.account)) continue;
    if (!standsAtLoss(lot, prices[lot.symbol]!)) continue;
    const key = JSON.stringify([lot.account, lot.symbol, lot.lot]);
    wholeLots.set(key, { first: lot, quantity: 0n });
  }
  for (const lot of ledger.lots()) {
    const whole = wholeLots.get(JSON.stringify([lot.account, lot.symbol, lot.lot]));
    if (whole && lot.side === "long") whole.quantity += parseReportAmount(lot.quantity);
  }
  const found: HarvestCandidate[] = [];
  for (const { first, quantity } of wholeLots.values()) {
    const { lot, account, symbol } = first;
    const shares = formatReportAmount(quantity);
    const sale: TaxEvent = {
      type: "sell",
      id: "harvest trial",
      date,
      symbol,
      account,
      quantity: shares,
      price: prices[symbol]!,
      lots: [{ lot, quantity: shares }],
    };
    for (const line of whatIf(ledger, [sale]).newLines) {
      const loss = parseReportAmount(line.basis) - parseReportAmount(line.proceeds);
      if (loss <= 0n) continue;
      found.push({
        lot,
        account,
        symbol,
        quantity: line.quantity,
        loss: formatReportAmount(loss),
        washed: line.adjustment,
        term: line.term,
        doNotBuyUntil: line.windowEnds,
      });
    }
  }
  return found.sort((a, b) => (parseReportAmount(a.loss) < parseReportAmount(b.loss) ? 1 : -1));
}

function standsAtLoss(lot: OpenLot, price: DecimalInput): boolean {
  const value = parseReportAmount(price, { field: "price" }) * parseReportAmount(lot.quantity);
  return value < parseReportAmount(lot.amount) * 10n ** BigInt(REPORT_DECIMALS);
}

function isTaxable(ledger: TaxLedger, account: string): boolean {
  return ledger.options.accounts.some(({ id, type }) => id === account && type === "taxable");
}

/** The year as it would end. */
export interface YearEstimate extends NettingResult {
  /** Lines of the year that a purchase could still change. */
  readonly provisionalLines: number;
  /** Day after which the year can no longer change. */
  readonly finalAfter: string;
}

/**
 * Nets a year's lines so far with what was carried in.
 *
 * @throws TaxError `invalid-field` when the year is not a whole number
 */
export function estimateYear(
  ledger: TaxLedger,
  year: number,
  carried: Omit<NettingInput, "shortTerm" | "longTerm"> = {},
): YearEstimate {
  if (!Number.isInteger(year)) {
    throw new TaxError("invalid-field", `must be a whole number, was ${year}`, { field: "year" });
  }
  const { shortTerm, longTerm } = ledger.totals({ year });
  const provisionalLines = ledger.lines({ year }).filter((line) => line.isProvisional).length;
  const finalAfter = formatDay(parseDay(`${year}-12-31`) + WASH_DAYS);
  return { ...netGains({ ...carried, shortTerm, longTerm }), provisionalLines, finalAfter };
}
