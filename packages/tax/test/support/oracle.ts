import { isLongTerm, parseDay, type TaxEvent } from "@exchange-kit/tax";

/**
 * Tax lots the slow and obvious way: every share is an object of its own, and a loss looks at all purchases of
 * the whole history, past and future. Splits are undone first by counting in the shares of the last day, so
 * prices must be multiples of the product of all splits.
 */
export interface OracleOptions {
  readonly method: "fifo" | "lifo" | "hifo" | "lofo" | "tax-efficient";
  readonly iraAccounts: readonly string[];
  readonly washSales: boolean;
  /** Symbols that are substantially identical to each other. */
  readonly identical: readonly string[];
}

interface Share {
  basis: number;
  heldFrom: number;
  isUsed: boolean;
  isGone: boolean;
}

interface Purchase {
  readonly id: string;
  readonly at: number;
  readonly key: string;
  readonly day: number;
  readonly symbol: string;
  readonly account: string;
  readonly isShort: boolean;
  readonly shares: Share[];
}

interface SoldShare {
  readonly disposal: string;
  readonly purchase: Purchase;
  readonly index: number;
  readonly day: number;
  readonly heldFrom: number;
  readonly proceeds: number;
  readonly basis: number;
  disallowed: number;
  permanent: number;
}

/** Sums of like shares, by a key that names everything in which they are alike. */
export type Sums = Record<
  string,
  { shares: number; proceeds: number; basis: number; washed: number; lost: number }
>;

export interface OracleResult {
  readonly lines: Sums;
  readonly lots: Sums;
}

export function simulate(events: readonly TaxEvent[], options: OracleOptions): OracleResult {
  const factors = splitFactors(events);
  const purchases: Purchase[] = [];
  for (const [at, event] of events.entries()) {
    if (event.type !== "buy" && event.type !== "short") continue;
    const factor = factors[at]!;
    const day = parseDay(event.date);
    purchases.push({
      id: event.id,
      at,
      key: event.order ?? event.id,
      day,
      symbol: event.symbol,
      account: event.account!,
      isShort: event.type === "short",
      shares: Array.from({ length: Number(event.quantity) * factor }, () => ({
        basis: Number(event.price) / factor,
        heldFrom: day,
        isUsed: false,
        isGone: false,
      })),
    });
  }
  const sold: SoldShare[] = [];
  for (let at = 0; at < events.length; at++) {
    const event = events[at]!;
    if (event.type !== "sell" && event.type !== "cover") continue;
    let batch: SoldShare[] = [];
    for (; ; at++) {
      const fill = events[at]!;
      if (fill.type !== "sell" && fill.type !== "cover") break;
      batch = batch.concat(dispose(fill, at, factors[at]!, purchases, options));
      const next = events[at + 1];
      const isSameOrder =
        (next?.type === "sell" || next?.type === "cover") &&
        fill.order !== undefined &&
        next.order === fill.order;
      if (!isSameOrder) break;
    }
    sold.push(...batch);
    if (options.washSales) wash(batch, at, purchases, options);
  }
  return { lines: sumLines(sold), lots: sumLots(purchases) };
}

/** How many of the last day's shares one share of each event's day became. */
function splitFactors(events: readonly TaxEvent[]): number[] {
  return events.map((event, at) =>
    events
      .slice(at)
      .filter((later) => later.type === "split" && later.symbol === event.symbol)
      .reduce((factor, later) => factor * Number("ratio" in later ? later.ratio : 1), 1),
  );
}

function dispose(
  event: TaxEvent & { type: "sell" | "cover" },
  at: number,
  factor: number,
  purchases: readonly Purchase[],
  options: OracleOptions,
): SoldShare[] {
  const isCover = event.type === "cover";
  const day = parseDay(event.date);
  const price = Number(event.price) / factor;
  const own = purchases
    .filter(
      (purchase) =>
        purchase.at < at &&
        purchase.isShort === isCover &&
        purchase.symbol === event.symbol &&
        purchase.account === event.account,
    )
    .flatMap((purchase) => purchase.shares.map((share, index) => ({ purchase, share, index })))
    .filter(({ share }) => !share.isGone);
  const method = isCover ? "fifo" : options.method;
  const inOrder = [...own].sort((a, b) => {
    if (method === "lifo") return b.purchase.at - a.purchase.at;
    if (method === "hifo") return b.share.basis - a.share.basis;
    if (method === "lofo") return a.share.basis - b.share.basis;
    if (method === "tax-efficient") {
      return rank(a.share, price, day) - rank(b.share, price, day) || b.share.basis - a.share.basis;
    }
    return 0;
  });
  return inOrder.slice(0, Number(event.quantity) * factor).map(({ purchase, share, index }) => {
    share.isGone = true;
    return {
      disposal: event.id,
      purchase,
      index,
      day,
      heldFrom: share.heldFrom,
      proceeds: isCover ? share.basis : price,
      basis: isCover ? price : share.basis,
      disallowed: 0,
      permanent: 0,
    };
  });
}

function rank(share: Share, price: number, day: number): number {
  const isLong = isLongTerm(share.heldFrom, day);
  if (share.basis > price) return isLong ? 1 : 0;
  if (share.basis === price) return isLong ? 3 : 2;
  return isLong ? 4 : 5;
}

function wash(
  batch: readonly SoldShare[],
  at: number,
  purchases: readonly Purchase[],
  options: OracleOptions,
): void {
  const inOrder = [...batch].sort((a, b) => a.purchase.at - b.purchase.at);
  const isIdentical = (a: string, b: string): boolean =>
    a === b || (options.identical.includes(a) && options.identical.includes(b));
  for (const share of inOrder) {
    const loss = share.basis - share.proceeds;
    if (loss <= 0 || options.iraAccounts.includes(share.purchase.account)) continue;
    for (const purchase of purchases) {
      if (Math.abs(purchase.day - share.day) > 30) continue;
      if (purchase.isShort !== share.purchase.isShort || purchase.key === share.purchase.key) continue;
      if (!isIdentical(purchase.symbol, share.purchase.symbol)) continue;
      const found = purchase.shares.find((one) => !one.isUsed && (purchase.at > at || !one.isGone));
      if (!found) continue;
      found.isUsed = true;
      share.disallowed = loss;
      if (options.iraAccounts.includes(purchase.account)) share.permanent = loss;
      else if (purchase.isShort) found.basis -= loss;
      else {
        found.basis += loss;
        found.heldFrom = purchase.day - (share.day - share.heldFrom);
      }
      break;
    }
  }
}

function sumLines(sold: readonly SoldShare[]): Sums {
  const sums: Sums = {};
  for (const one of sold) {
    const { purchase, heldFrom, day } = one;
    const perShare = purchase.isShort ? one.proceeds : one.basis;
    const term = !purchase.isShort && isLongTerm(heldFrom, day) ? "L" : "S";
    const key = [one.disposal, purchase.id, purchase.account, heldFrom, perShare, term].join(" ");
    add(sums, key, one.proceeds, one.basis, one.disallowed, one.permanent);
  }
  return sums;
}

function sumLots(purchases: readonly Purchase[]): Sums {
  const sums: Sums = {};
  for (const purchase of purchases) {
    for (const share of purchase.shares) {
      if (share.isGone) continue;
      const key = [purchase.id, purchase.account, share.heldFrom, share.basis, share.isUsed].join(" ");
      add(sums, key, 0, share.basis, 0, 0);
    }
  }
  return sums;
}

export function add(
  sums: Sums,
  key: string,
  proceeds: number,
  basis: number,
  washed: number,
  lost: number,
  shares = 1,
): void {
  sums[key] ??= { shares: 0, proceeds: 0, basis: 0, washed: 0, lost: 0 };
  const sum = sums[key];
  sum.shares += shares;
  sum.proceeds += proceeds;
  sum.basis += basis;
  sum.washed += washed;
  sum.lost += lost;
}
