import { formatDay, parseDay } from "../dates.ts";
import type { TaxEvent } from "../events.ts";
import type { TaxLedger } from "../ledger/tax-ledger.ts";
import type { GainLine, OpenLot, Totals } from "../lines/line.ts";
import { type DecimalInput, formatReportAmount, parseReportAmount, REPORT_DECIMALS } from "../numbers.ts";
import { type NettingInput, type NettingResult, netGains } from "../tax-year/netting.ts";
import { WASH_DAYS } from "../wash-sales/wash-book.ts";

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
 * Lists lots that would be sold at a loss, the largest loss first, each as if it alone were sold, with a guard
 * against wash sales: what recent purchases would wash at once, and until when nothing may be bought.
 *
 * @param ledger - stays as it is
 * @param date - day of the sale, `YYYY-MM-DD`, not before the last event
 * @param prices - price by symbol; symbols without one are left out
 * @throws TaxError as {@link TaxLedger.apply} would
 */
export function harvestCandidates(
  ledger: TaxLedger,
  date: string,
  prices: Readonly<Record<string, DecimalInput>>,
): HarvestCandidate[] {
  const found: HarvestCandidate[] = [];
  for (const sales of independentSales(ledger, date, prices)) {
    for (const line of whatIf(ledger, sales).newLines) {
      const loss = parseReportAmount(line.basis) - parseReportAmount(line.proceeds);
      if (loss <= 0n) continue;
      found.push({
        lot: line.lot,
        account: line.account,
        symbol: line.symbol,
        quantity: line.quantity,
        loss: formatReportAmount(loss),
        washed: line.adjustment,
        term: line.term,
        doNotBuyUntil: line.windowEnds,
      });
    }
  }
  return found.sort((a, b) => compare(parseReportAmount(b.loss), parseReportAmount(a.loss)));
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Trial sales of whole lots in rounds. What is sold in one round cannot touch each other, so that a round needs one
 * look at the history for all its lots: each of them is of another group of identical securities.
 */
function independentSales(
  ledger: TaxLedger,
  date: string,
  prices: Readonly<Record<string, DecimalInput>>,
): TaxEvent[][] {
  const { multipliers, groupOf } = contractsOf(ledger);
  const wholeLots = new Map<string, { first: OpenLot; quantity: bigint; hasLoss: boolean }>();
  for (const lot of ledger.lots()) {
    if (prices[lot.symbol] === undefined || lot.side !== "long" || !isTaxable(ledger, lot.account)) continue;
    const key = JSON.stringify([lot.account, lot.symbol, lot.lot]);
    const whole = wholeLots.get(key) ?? { first: lot, quantity: 0n, hasLoss: false };
    whole.quantity += parseReportAmount(lot.quantity);
    if (standsAtLoss(lot, prices[lot.symbol]!, multipliers.get(lot.symbol) ?? "1")) whole.hasLoss = true;
    wholeLots.set(key, whole);
  }
  const rounds: TaxEvent[][] = [];
  const lotsOfGroup = new Map<string, number>();
  for (const { first, quantity, hasLoss } of wholeLots.values()) {
    if (!hasLoss) continue;
    const { lot, account, symbol } = first;
    const group = groupOf(symbol);
    const round = lotsOfGroup.get(group) ?? 0;
    lotsOfGroup.set(group, round + 1);
    rounds[round] ??= [];
    const shares = formatReportAmount(quantity).replace(/\.00$/, "");
    const multiplier = multipliers.get(symbol);
    rounds[round].push({
      type: "sell",
      id: `harvest trial ${round} ${group}`,
      date,
      symbol,
      account,
      quantity: shares,
      price: prices[symbol]!,
      lots: [{ lot, quantity: shares }],
      identifiedOn: date,
      ...(multiplier === undefined ? {} : { multiplier }),
    });
  }
  return rounds;
}

/** Units of a contract by symbol, and the group that a symbol's sales touch: of an option, its stock's. */
function contractsOf(ledger: TaxLedger): {
  readonly multipliers: ReadonlyMap<string, DecimalInput>;
  readonly groupOf: (symbol: string) => string;
} {
  const multipliers = new Map<string, DecimalInput>();
  const stocks = new Map<string, string>();
  const groups = new Map(
    ledger.options.substantiallyIdentical.flatMap((group) => group.map((symbol) => [symbol, group[0]!])),
  );
  for (const event of ledger.events) {
    if (event.type === "symbol-change") {
      const { symbol, newSymbol } = event;
      const [multiplier, stock] = [multipliers.get(symbol), stocks.get(symbol)];
      if (multiplier !== undefined) multipliers.set(newSymbol, multiplier);
      if (stock !== undefined) stocks.set(newSymbol, stock);
      if (!groups.has(newSymbol)) groups.set(newSymbol, groups.get(symbol) ?? symbol);
    }
    if (event.type !== "buy" && event.type !== "reinvest") continue;
    if (event.multiplier !== undefined) multipliers.set(event.symbol, event.multiplier);
    if (event.underlying !== undefined) stocks.set(event.symbol, event.underlying);
  }
  return {
    multipliers,
    groupOf: (symbol) => {
      const stock = stocks.get(symbol) ?? symbol;
      return groups.get(stock) ?? stock;
    },
  };
}

function standsAtLoss(lot: OpenLot, price: DecimalInput, multiplier: DecimalInput): boolean {
  const scale = 10n ** BigInt(REPORT_DECIMALS);
  const unit = parseReportAmount(price, { field: "price" }) * parseReportAmount(multiplier);
  return unit * parseReportAmount(lot.quantity) < parseReportAmount(lot.amount) * scale * scale;
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
  const { shortTerm, longTerm } = ledger.totals({ year });
  const provisionalLines = ledger.lines({ year }).filter((line) => line.isProvisional).length;
  const finalAfter = formatDay(parseDay(`${year}-12-31`) + WASH_DAYS);
  return { ...netGains({ ...carried, shortTerm, longTerm }), provisionalLines, finalAfter };
}
