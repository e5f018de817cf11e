import { formatDay, parseDay, toDay, yearOf } from "../dates.ts";
import type { ConstructiveSaleEvent, ShortEvent } from "../events.ts";
import { TaxLedger } from "../ledger/tax-ledger.ts";
import type { OpenLot } from "../lines/line.ts";
import type { LineKind } from "../lines/line-table.ts";
import {
  type DecimalInput,
  divideRounded,
  formatReportAmount,
  formatScaled,
  parseReportAmount,
  REPORT_DECIMALS,
} from "../numbers.ts";

/** Days after the closing for which the shares must be held without a new short sale (IRC 1259(c)(3)(A)(ii)). */
const HELD_DAYS = 60;
/** Lines of shares that stay. */
const NO_SALES: ReadonlySet<LineKind> = new Set(["constructive-sale", "return-of-capital", "cash-in-lieu"]);

/** Held shares with a gain against which such shares were sold short. Amounts are exact decimals. */
export interface ConstructiveSale {
  /** Id of the short sale. */
  readonly short: string;
  /** Its day, `YYYY-MM-DD`. */
  readonly date: string;
  /** Symbol of the held shares. */
  readonly symbol: string;
  /** Their account. */
  readonly account: string;
  /** Their lot. */
  readonly lot: string;
  /** How many of them. */
  readonly quantity: string;
  /** Their value at the price of the short sale. */
  readonly value: string;
  /** What that is above their basis. */
  readonly gain: string;
  /**
   * - `sold`: the shares count as sold on `date`; apply `event`
   * - `avoidable`: not if the short is closed until `closeBy` and the shares are then held as `reasons` say
   * - `excepted`: they do not count as sold
   */
  readonly status: "sold" | "avoidable" | "excepted";
  /** Last day for closing the short: the 30th after the end of its year. */
  readonly closeBy: string;
  /** When the short against these shares was closed, if it was. */
  readonly closed?: string;
  /** Last of the 60 days, from the closing on, in which the shares must be held without another short. */
  readonly holdUntil?: string;
  /** The status in words, with the rule. */
  readonly reasons: readonly string[];
  /** What {@link TaxLedger.applyLate} takes to count the shares as sold. */
  readonly event: ConstructiveSaleEvent;
}

/** A short sale and when it was closed; in shares of the end of its day. */
interface Short {
  readonly event: ShortEvent;
  quantity: bigint;
  open: bigint;
  closings: { readonly day: number; readonly quantity: bigint }[];
}

/** Like shares of a lot that stand against a short sale. */
interface Hedged {
  readonly short: Short;
  readonly held: OpenLot;
  /** How many shares of the short others stand against before them. */
  readonly before: bigint;
  readonly quantity: bigint;
}

/**
 * Finds short sales against shares held with a gain, and whether they count as sales of those shares.
 *
 * Shares are those of the short's symbol and of symbols identical to it in taxable accounts, held at the end of
 * its day, earliest purchases first; shares behind an earlier short, and shorts closed on their own day, are left out. Their value is the price of the short sale. Nothing is counted as sold
 * by this alone: each finding has the event that does so, and is left out once the ledger has it. Apply the
 * earliest and look again, as it raises the basis that the next is measured by. Not seen: options, swaps and forwards that do the same as a
 * short sale, shares bought against a short position with a gain, and related persons.
 *
 * @param ledger - stays as it is
 * @param asOf - last day whose events are known; that of the last event when left out
 * @throws TaxError `invalid-field` when `asOf` is not a date
 * @see IRC 1259(c)
 */
export function constructiveSales(
  ledger: TaxLedger,
  asOf: string | undefined = ledger.lastDate,
): ConstructiveSale[] {
  if (asOf === undefined) return [];
  const today = parseDay(asOf, { field: "asOf" });
  const isSame = sameSecurity(ledger);
  const { shorts, hedged } = readHistory(ledger, isSame);
  const sales = ledger.lines().filter((line) => line.side === "long" && !NO_SALES.has(line.kind));
  const counted = countedShares(ledger);
  const found: ConstructiveSale[] = [];
  for (const { short, held, before, quantity } of hedged) {
    const { id, date } = short.event;
    const closeBy = toDay(yearOf(parseDay(date)) + 1, 1, 30);
    for (const part of partsOf(short, before, quantity)) {
      const { closed } = part;
      const holdUntil = closed === undefined ? undefined : closed + HELD_DAYS - 1;
      const isInPeriod = (day: string): boolean => holdUntil !== undefined && parseDay(day) <= holdUntil;
      const sale = sales.find(
        ({ lot, account, sold }) =>
          lot === held.lot && account === held.account && sold > date && isInPeriod(sold),
      );
      const next = shorts.find(
        ({ event }) =>
          event !== short.event &&
          isSame(event.symbol, held.symbol) &&
          parseDay(event.date) >= closed! &&
          isInPeriod(event.date),
      );
      const verdict = judge({
        closeBy,
        closed,
        holdUntil,
        today,
        sale: sale?.disposal,
        next: next?.event.id,
      });
      if (verdict.status === "sold") {
        const isCounted = lesser(part.quantity, counted.get(keyOf(id, held.lot)) ?? 0n);
        counted.set(keyOf(id, held.lot), (counted.get(keyOf(id, held.lot)) ?? 0n) - isCounted);
        part.from += isCounted;
        part.quantity -= isCounted;
      }
      const sums = sumsOf(ledger, short, held, part.quantity);
      if (sums.gain <= 0n) continue;
      const shares = formatScaled(part.quantity, REPORT_DECIMALS, 0);
      const value = formatReportAmount(sums.value);
      const { symbol, account, lot } = held;
      found.push({
        short: id,
        date,
        symbol,
        account,
        lot,
        quantity: shares,
        value,
        gain: formatReportAmount(sums.gain),
        ...verdict,
        closeBy: formatDay(closeBy),
        ...(closed === undefined ? {} : { closed: formatDay(closed), holdUntil: formatDay(holdUntil!) }),
        event: {
          type: "constructive-sale",
          id: `${id} ${lot} ${formatScaled(part.from, REPORT_DECIMALS, 0)}`,
          date,
          symbol,
          account,
          quantity: shares,
          amount: value,
          lots: [{ lot, quantity: shares }],
          short: id,
        },
      });
    }
  }
  return found;
}

/** Replays the history to see what was held at the end of each short sale's day, and when the shorts were closed. */
function readHistory(
  ledger: TaxLedger,
  isSame: IsSame,
): { readonly shorts: Short[]; readonly hedged: Hedged[] } {
  const replay = new TaxLedger(ledger.snapshot().options);
  const shorts: Short[] = [];
  const hedged: Hedged[] = [];
  let seen = 0;
  const endDay = (): void => {
    for (; seen < shorts.length; seen++) hedged.push(...hedgedBy(replay, isSame, shorts, shorts[seen]!));
  };
  for (const event of ledger.events) {
    if (event.date !== replay.lastDate) endDay();
    const before = event.type === "cover" ? openShorts(replay) : undefined;
    replay.apply(event);
    if (event.type === "short" && isShortSaleOfStock(ledger, event)) {
      const quantity = parseReportAmount(event.quantity);
      shorts.push({ event, quantity, open: quantity, closings: [] });
    }
    if (event.type === "split") {
      const ofToday = shorts.slice(seen).filter((short) => short.event.symbol === event.symbol);
      for (const short of ofToday) split(short, event.ratio);
    }
    if (!before) continue;
    const after = openShorts(replay);
    for (const short of shorts) {
      const [old, left] = [before.get(short.event.id) ?? 0n, after.get(short.event.id) ?? 0n];
      if (old > left) close(short, parseDay(event.date), old, left);
    }
  }
  endDay();
  return { shorts, hedged };
}

/** Open shares of every short lot. */
function openShorts(replay: TaxLedger): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { lot, side, quantity } of replay.lots()) {
    if (side === "short") sums.set(lot, (sums.get(lot) ?? 0n) + parseReportAmount(quantity));
  }
  return sums;
}

/** `old` and `left` are in shares of the closing's day: splits may have changed their number. */
function close(short: Short, day: number, old: bigint, left: bigint): void {
  const quantity = (short.open * (old - left)) / old;
  short.open -= quantity;
  short.closings.push({ day, quantity });
}

/** A split on the day of the short sale, after it. */
function split(short: Short, ratio: DecimalInput): void {
  const [above, below = "1"] = String(ratio).split("/");
  const [upper, lower] = [parseReportAmount(above!.trim()), parseReportAmount(below.trim())];
  const scaled = (quantity: bigint): bigint => (quantity * upper) / lower;
  short.quantity = scaled(short.quantity);
  short.open = scaled(short.open);
  short.closings = short.closings.map(({ day, quantity }) => ({ day, quantity: scaled(quantity) }));
}

/** IRC 1259(b) knows stock, debt and partnership interests; a written option is no short sale of them. */
function isShortSaleOfStock({ options }: TaxLedger, event: ShortEvent): boolean {
  const assetClass = options.assetClasses[event.symbol] ?? options.assetClass;
  return event.underlying === undefined && event.multiplier === undefined && assetClass !== "digital";
}

/** Held shares that no earlier short stands against, earliest purchases first; what was closed that day needs none. */
function hedgedBy(replay: TaxLedger, isSame: IsSame, shorts: readonly Short[], short: Short): Hedged[] {
  const lots = replay.lots().filter((lot) => isSame(lot.symbol, short.event.symbol));
  const ids = new Set(shorts.slice(0, shorts.indexOf(short)).map(({ event }) => event.id));
  const earlier = lots.filter((lot) => lot.side === "short" && ids.has(lot.lot));
  let taken = earlier.reduce((sum, lot) => sum + parseReportAmount(lot.quantity), 0n);
  let left = short.open;
  const hedged: Hedged[] = [];
  for (const fragments of taxableLots(replay, lots)) {
    // Those that were taken as sold for an earlier short have the higher basis by that.
    const held = fragments.reduce((sum, { quantity }) => sum + parseReportAmount(quantity), 0n);
    const skipped = lesser(taken, held);
    taken -= skipped;
    let ofLot = lesser(left, held - skipped);
    for (const fragment of fragments) {
      const against = lesser(ofLot, parseReportAmount(fragment.quantity));
      if (against > 0n) {
        hedged.push({ short, held: fragment, before: short.quantity - left, quantity: against });
      }
      ofLot -= against;
      left -= against;
    }
  }
  return hedged;
}

/** The parts of each held lot, those with the greatest gain first, as a constructive sale takes them. */
function taxableLots(replay: TaxLedger, lots: readonly OpenLot[]): OpenLot[][] {
  const byLot = new Map<string, OpenLot[]>();
  for (const held of lots) {
    if (held.side === "short" || !isTaxable(replay, held.account)) continue;
    const key = JSON.stringify([held.lot, held.account]);
    byLot.set(key, [...(byLot.get(key) ?? []), held]);
  }
  return [...byLot.values()].map((fragments) =>
    fragments.sort((a, b) => {
      const order =
        parseReportAmount(a.amount) * parseReportAmount(b.quantity) -
        parseReportAmount(b.amount) * parseReportAmount(a.quantity);
      return order < 0n ? -1 : order > 0n ? 1 : 0;
    }),
  );
}

/** Shares of a short sale, from the one with that number, and the day on which they were closed. */
interface Part {
  from: bigint;
  quantity: bigint;
  readonly closed: number | undefined;
}

/** Parts of hedged shares by the day on which the short against them was closed; its first shares close first. */
function partsOf(short: Short, before: bigint, quantity: bigint): Part[] {
  const parts: Part[] = [];
  let from = before;
  const to = before + quantity;
  let closedSoFar = 0n;
  for (const closing of short.closings) {
    closedSoFar += closing.quantity;
    const end = lesser(closedSoFar, to);
    if (end <= from) continue;
    parts.push({ from, quantity: end - from, closed: closing.day });
    from = end;
  }
  if (from < to) parts.push({ from, quantity: to - from, closed: undefined });
  return parts;
}

interface Facts {
  readonly closeBy: number;
  readonly closed: number | undefined;
  readonly holdUntil: number | undefined;
  readonly today: number;
  /** A disposal of the shares in the time in which they must be held. */
  readonly sale: string | undefined;
  /** Another short sale in that time. */
  readonly next: string | undefined;
}

function judge({
  closeBy,
  closed,
  holdUntil,
  today,
  sale,
  next,
}: Facts): Pick<ConstructiveSale, "status" | "reasons"> {
  const rule = "§1259(c)(3)(A)";
  if (closed === undefined || closed > closeBy) {
    return today <= closeBy
      ? { status: "avoidable", reasons: [`open: must be closed until ${formatDay(closeBy)}; ${rule}(i)`] }
      : { status: "sold", reasons: [`was not closed until ${formatDay(closeBy)}; ${rule}(i)`] };
  }
  const closing = `closed on ${formatDay(closed)}, in time; ${rule}(i)`;
  const until = formatDay(holdUntil!);
  if (sale !== undefined)
    return { status: "sold", reasons: [closing, `${sale} sold of the lot until ${until}; ${rule}(ii)`] };
  if (next !== undefined) {
    return { status: "sold", reasons: [closing, `${next} was sold short until ${until}; ${rule}(iii)`] };
  }
  return today < holdUntil!
    ? {
        status: "avoidable",
        reasons: [closing, `must be held, without another short, until ${until}; ${rule}(ii), (iii)`],
      }
    : {
        status: "excepted",
        reasons: [closing, `held, without another short, until ${until}; ${rule}(ii), (iii)`],
      };
}

/** Value and gain of part of the held shares at the price of the short sale, in the ledger's money units. */
function sumsOf(
  { options }: TaxLedger,
  { event, quantity: sold }: Short,
  held: OpenLot,
  quantity: bigint,
): { readonly value: bigint; readonly gain: bigint } {
  const proceeds =
    event.amount === undefined
      ? (parseReportAmount(event.price!) * parseReportAmount(event.quantity)) / 10n ** BigInt(REPORT_DECIMALS)
      : parseReportAmount(event.amount);
  const unit = 10n ** BigInt(REPORT_DECIMALS - options.moneyDecimals);
  const partOf = (amount: bigint, whole: bigint): bigint =>
    divideRounded(amount * quantity, whole * unit) * unit;
  const value = partOf(proceeds, sold);
  return { value, gain: value - partOf(parseReportAmount(held.amount), parseReportAmount(held.quantity)) };
}

/** Shares that the ledger already counts as sold, by short sale and lot. */
function countedShares(ledger: TaxLedger): Map<string, bigint> {
  const counted = new Map<string, bigint>();
  for (const event of ledger.events) {
    if (event.type !== "constructive-sale" || event.short === undefined) continue;
    for (const { lot, quantity } of event.lots ?? []) {
      const key = keyOf(event.short, lot);
      counted.set(key, (counted.get(key) ?? 0n) + parseReportAmount(quantity));
    }
  }
  return counted;
}

function keyOf(short: string, lot: string): string {
  return JSON.stringify([short, lot]);
}

type IsSame = (one: string, other: string) => boolean;

/** As the ledger groups symbols: a new name comes into the group of the old one. */
function sameSecurity({ options, events }: TaxLedger): IsSame {
  const groups = new Map(
    options.substantiallyIdentical.flatMap((group) => group.map((symbol) => [symbol, group])),
  );
  for (const event of events) {
    if (event.type !== "symbol-change" || groups.has(event.newSymbol)) continue;
    const group = groups.get(event.symbol);
    if (group) groups.set(event.newSymbol, group);
  }
  return (one, other) => one === other || (groups.has(one) && groups.get(one) === groups.get(other));
}

function isTaxable({ options }: TaxLedger, account: string): boolean {
  return options.accounts.some(({ id, type }) => id === account && type === "taxable");
}

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
