import { type Day, formatDay, parseDay } from "../dates.ts";
import { TaxError } from "../errors.ts";
import type { BuyEvent, ReturnOfCapitalEvent, SellEvent, SplitEvent, TaxEvent } from "../events.ts";
import type { Jurisdiction } from "../jurisdiction.ts";
import { formatScaled, lesser, Numbers, share, type Units } from "../numbers.ts";

/** The rule by which a disposal found its cost (TCGA 1992 s105, s106A, s104). */
export type MatchRule = "SAME_DAY" | "THIRTY_DAY" | "SECTION_104";

/** A part of a day's disposals and the acquisitions it is matched with. */
export interface ShareMatch {
  /** The security. */
  readonly symbol: string;
  /** Day of the disposals. */
  readonly sold: string;
  /** The rule. */
  readonly rule: MatchRule;
  /** Day of the acquisitions; null for the pool. */
  readonly matchedDate: string | null;
  /** Shares, as they were on the day of the disposal. */
  readonly quantity: string;
  /** Proceeds after costs. */
  readonly proceeds: string;
  /** Allowable cost. */
  readonly cost: string;
  /** proceeds − cost. */
  readonly gain: string;
}

/** A section 104 holding. */
export interface SharePool {
  /** Shares in it. */
  readonly quantity: string;
  /** Their cost. */
  readonly cost: string;
}

/** What share matching gives. */
export interface UnitedKingdomReport {
  /** Matches by day of disposal. */
  readonly matches: readonly ShareMatch[];
  /** The holding of each symbol at the end. */
  readonly pools: Readonly<Record<string, SharePool>>;
  /** Sum of the gains. */
  readonly totalGain: string;
}

/** How figures are kept and written. */
export interface UnitedKingdomOptions {
  /** Decimals of the amounts written: 4 when left out. HMRC's rounding to pounds is left to the return. */
  readonly decimals?: number;
}

/** Days after a disposal in which acquisitions are matched with it first (TCGA 1992 s106A(5)). */
const MATCH_DAYS = 30;
/** Decimals that are kept inside: far beyond anything written, so that thirds do not show. */
const INNER_DECIMALS = 30;

interface DayTrades {
  readonly day: Day;
  /** New shares for one old, of splits on this day, before its trades. */
  readonly splits: { readonly numerator: Units; readonly denominator: Units }[];
  returned: Units;
  bought: Units;
  cost: Units;
  sold: Units;
  proceeds: Units;
}

/**
 * United Kingdom share matching: disposals of a day against acquisitions of the same day, then of the 30 days
 * after it (earliest first, in split-adjusted shares), then the section 104 pool at average cost.
 *
 * Knows `buy`, `reinvest`, `sell`, `split` and `return-of-capital`; anything else is refused. Events may come in
 * any order.
 *
 * @throws TaxError `not-enough` when more is sold than was ever held, `invalid-field` for other kinds of events
 * @see HMRC HS284, CG51560, CRYPTO22250
 */
export function unitedKingdom(
  events: Iterable<TaxEvent>,
  options: UnitedKingdomOptions = {},
): UnitedKingdomReport {
  const numbers = new Numbers("bigint", INNER_DECIMALS, INNER_DECIMALS);
  const bySymbol = new Map<string, Map<Day, DayTrades>>();
  for (const event of events) addEvent(numbers, bySymbol, event);
  const decimals = options.decimals ?? 4;
  const money = (value: Units): string => {
    const scaled = share(
      numbers.whole(BigInt(value)),
      numbers.whole(1),
      numbers.whole(10n ** BigInt(INNER_DECIMALS - decimals)),
    );
    return formatScaled(BigInt(scaled), decimals, decimals);
  };
  const found: { day: Day; match: ShareMatch }[] = [];
  const pools: Record<string, SharePool> = {};
  let total = numbers.zero;
  for (const [symbol, days] of bySymbol) {
    const ordered = [...days.values()].sort((a, b) => a.day - b.day);
    const result = matchSymbol(numbers, symbol, ordered);
    for (const { day, rule, matched, quantity, proceeds, cost } of result.matches) {
      total += proceeds - cost;
      found.push({
        day,
        match: {
          symbol,
          sold: formatDay(day),
          rule,
          matchedDate: matched === undefined ? null : formatDay(matched),
          quantity: numbers.formatQuantity(quantity),
          proceeds: money(proceeds),
          cost: money(cost),
          gain: money(proceeds - cost),
        },
      });
    }
    pools[symbol] = { quantity: numbers.formatQuantity(result.quantity), cost: money(result.cost) };
  }
  found.sort((a, b) => a.day - b.day);
  return { matches: found.map(({ match }) => match), pools, totalGain: money(total) };
}

/** {@link unitedKingdom} as a plug-in. */
export const ukJurisdiction: Jurisdiction<UnitedKingdomReport> = {
  id: "UK",
  title: "United Kingdom, section 104 holdings",
  report: (events) => unitedKingdom(events),
};

function addEvent(numbers: Numbers, bySymbol: Map<string, Map<Day, DayTrades>>, event: TaxEvent): void {
  const day = parseDay(event.date, { event: event.id });
  let days = bySymbol.get(event.symbol);
  if (!days) {
    days = new Map();
    bySymbol.set(event.symbol, days);
  }
  let trades = days.get(day);
  const { zero } = numbers;
  if (!trades) {
    trades = { day, splits: [], returned: zero, bought: zero, cost: zero, sold: zero, proceeds: zero };
    days.set(day, trades);
  }
  switch (event.type) {
    case "buy":
    case "reinvest": {
      const { quantity, gross, fee } = consideration(numbers, event);
      trades.bought += quantity;
      trades.cost += gross + fee;
      break;
    }
    case "sell": {
      const { quantity, gross, fee } = consideration(numbers, event);
      trades.sold += quantity;
      trades.proceeds += gross - fee;
      break;
    }
    case "split":
      trades.splits.push(ratioOf(numbers, event));
      break;
    case "return-of-capital":
      trades.returned += perShare(numbers, event);
      break;
    default:
      throw new TaxError("invalid-field", `${event.type} is not known to United Kingdom matching`, {
        event: event.id,
        field: "type",
      });
  }
}

function consideration(
  numbers: Numbers,
  event: BuyEvent | SellEvent,
): { quantity: Units; gross: Units; fee: Units } {
  const quantity = numbers.quantity(event.quantity, { event: event.id, field: "quantity" });
  const place = { event: event.id, field: "multiplier" };
  const multiplier = numbers.ratio(event.multiplier ?? 1, place);
  if (multiplier.denominator > 1) throw new TaxError("invalid-field", "must be a whole number", place);
  const gross =
    event.amount === undefined
      ? numbers.amount(event.price ?? "", quantity, { event: event.id, field: "price" }, multiplier.numerator)
      : numbers.money(event.amount, { event: event.id, field: "amount" });
  const fee = numbers.money(event.fee ?? "0", { event: event.id, field: "fee" });
  return { quantity, gross, fee };
}

function ratioOf(numbers: Numbers, event: SplitEvent): { numerator: Units; denominator: Units } {
  return numbers.ratio(event.ratio, { event: event.id, field: "ratio" });
}

function perShare(numbers: Numbers, event: ReturnOfCapitalEvent): Units {
  const one = numbers.whole(10n ** BigInt(INNER_DECIMALS));
  return numbers.amount(event.perShare, one, { event: event.id, field: "perShare" });
}

interface RawMatch {
  readonly day: Day;
  readonly rule: MatchRule;
  readonly matched: Day | undefined;
  readonly quantity: Units;
  readonly proceeds: Units;
  readonly cost: Units;
}

function matchSymbol(
  numbers: Numbers,
  symbol: string,
  days: readonly DayTrades[],
): { matches: RawMatch[]; quantity: Units; cost: Units } {
  const matches: RawMatch[] = [];
  const take = (from: DayTrades, of: DayTrades, rule: MatchRule, sold: Units, bought: Units): void => {
    const proceeds = share(of.proceeds, sold, of.sold);
    const cost = share(from.cost, bought, from.bought);
    of.proceeds -= proceeds;
    of.sold -= sold;
    from.cost -= cost;
    from.bought -= bought;
    matches.push({ day: of.day, rule, matched: from.day, quantity: sold, proceeds, cost });
  };
  // Same-day matches of every day come first: those shares are no longer there for earlier disposals.
  for (const day of days) {
    const quantity = lesser(day.sold, day.bought);
    if (quantity > 0) take(day, day, "SAME_DAY", quantity, quantity);
  }
  for (const [index, day] of days.entries()) {
    const ratio = { numerator: numbers.whole(1), denominator: numbers.whole(1) };
    for (
      let at = index + 1;
      at < days.length && days[at]!.day <= day.day + MATCH_DAYS && day.sold > 0;
      at++
    ) {
      const later = days[at]!;
      for (const split of later.splits) {
        ratio.numerator *= split.numerator;
        ratio.denominator *= split.denominator;
      }
      if (!later.bought) continue;
      const wanted = share(day.sold, ratio.numerator, ratio.denominator);
      if (later.bought < wanted) {
        take(later, day, "THIRTY_DAY", share(later.bought, ratio.denominator, ratio.numerator), later.bought);
      } else take(later, day, "THIRTY_DAY", day.sold, wanted);
    }
  }
  let { zero: quantity, zero: cost } = numbers;
  for (const day of days) {
    for (const { numerator, denominator } of day.splits) quantity = share(quantity, numerator, denominator);
    const one = numbers.whole(10n ** BigInt(INNER_DECIMALS));
    const returned = day.returned ? share(day.returned, quantity, one) : numbers.zero;
    cost = returned < cost ? cost - returned : numbers.zero;
    quantity += day.bought;
    cost += day.cost;
    if (!day.sold) continue;
    if (day.sold > quantity) {
      throw new TaxError(
        "not-enough",
        `${numbers.formatQuantity(day.sold)} of ${symbol} sold on ${formatDay(day.day)}, the pool holds ${numbers.formatQuantity(quantity)}`,
        { rule: "TCGA 1992 s104" },
      );
    }
    const pooled = share(cost, day.sold, quantity);
    quantity -= day.sold;
    cost -= pooled;
    matches.push({
      day: day.day,
      rule: "SECTION_104",
      matched: undefined,
      quantity: day.sold,
      proceeds: day.proceeds,
      cost: pooled,
    });
  }
  const order: readonly MatchRule[] = ["SAME_DAY", "THIRTY_DAY", "SECTION_104"];
  matches.sort((a, b) => a.day - b.day || order.indexOf(a.rule) - order.indexOf(b.rule));
  return { matches, quantity, cost };
}
