import { formatDay, parseDay, type TaxEvent } from "@exchange-kit/tax";
import fc from "fast-check";

interface Step {
  readonly kind: number;
  readonly days: number;
  readonly symbol: string;
  readonly account: string;
  readonly quantity: number;
  readonly price: number;
  readonly isSameOrder: boolean;
}

/** Prices are multiples of this, so that every split leaves whole cents per share. */
const PRICE_STEP = 8;
const MAX_SPLITS = 3;

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.integer({ min: 0, max: 11 }),
  days: fc.constantFrom(0, 0, 0, 1, 5, 14, 15, 16, 29, 30, 31, 365, 366),
  symbol: fc.constantFrom("A", "A", "A", "B", "C"),
  account: fc.constantFrom("main", "main", "other", "ira"),
  quantity: fc.integer({ min: 1, max: 6 }),
  price: fc.integer({ min: 1, max: 9 }),
  isSameOrder: fc.boolean(),
});

/** Histories that a ledger accepts: buys, sells, shorts, covers and 2:1 splits over three accounts. */
export const histories: fc.Arbitrary<TaxEvent[]> = fc
  .array(step, { minLength: 2, maxLength: 16 })
  .map((steps) => makeValid(steps));

function makeValid(steps: readonly Step[]): TaxEvent[] {
  const events: TaxEvent[] = [];
  const open = new Map<string, number>();
  let day = parseDay("2024-01-10");
  let splits = 0;
  let order = 0;
  for (const [index, one] of steps.entries()) {
    day += one.days;
    const base = { id: `e${index}`, date: formatDay(day), symbol: one.symbol, account: one.account };
    const price = { price: one.price * PRICE_STEP };
    const previous = events.at(-1);
    const isShort = one.kind === 8 || one.kind === 9;
    const account = isShort && one.account === "ira" ? "main" : one.account;
    const key = `${one.symbol} ${account} ${isShort}`;
    const held = open.get(key) ?? 0;
    const isSameDay = previous?.date === base.date;
    const ordered = (type: string): { order?: string } => {
      if (!one.isSameOrder) return {};
      const last = previous as { order?: string } | undefined;
      return { order: isSameDay && previous?.type === type && last?.order ? last.order : `o${++order}` };
    };
    if (one.kind <= 3) {
      events.push({ ...base, type: "buy", quantity: one.quantity, ...price, ...ordered("buy") });
      open.set(key, held + one.quantity);
    } else if (one.kind <= 7) {
      const quantity = Math.min(held, one.quantity);
      if (quantity === 0) continue;
      events.push({ ...base, type: "sell", quantity, ...price, ...ordered("sell") });
      open.set(key, held - quantity);
    } else if (one.kind === 8) {
      events.push({ ...base, account, type: "short", quantity: one.quantity, ...price, ...ordered("short") });
      open.set(key, held + one.quantity);
    } else if (one.kind === 9) {
      const quantity = Math.min(held, one.quantity);
      if (quantity === 0) continue;
      events.push({ ...base, account, type: "cover", quantity, ...price, ...ordered("cover") });
      open.set(key, held - quantity);
    } else if (one.kind === 10 && splits < MAX_SPLITS) {
      splits++;
      const { account: _, ...everywhere } = base;
      events.push({ ...everywhere, type: "split", ratio: "2" });
      for (const [name, quantity] of open)
        if (name.startsWith(`${one.symbol} `)) open.set(name, quantity * 2);
    }
  }
  return events;
}

export const historyAccounts = [
  { id: "main", type: "taxable" },
  { id: "other", type: "taxable" },
  { id: "ira", type: "ira" },
] as const;
