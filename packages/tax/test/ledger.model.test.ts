import {
  type BuyEvent,
  type GainLine,
  type LotMethod,
  parseDay,
  type SellEvent,
  type TaxEvent,
  TaxLedger,
  type TaxLedgerOptions,
} from "@exchange-kit/tax";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { histories, historyAccounts } from "./support/histories.ts";
import { add, type OracleOptions, type Sums, simulate } from "./support/oracle.ts";

const METHODS = ["fifo", "lifo", "hifo", "lofo", "tax-efficient"] as const;

function ledgerOf(events: readonly TaxEvent[], options: TaxLedgerOptions): TaxLedger {
  const ledger = new TaxLedger({
    accounts: historyAccounts,
    moneyDecimals: 0,
    quantityDecimals: 0,
    ...options,
  });
  ledger.applyAll(events);
  return ledger;
}

/** Shares of the last day that one share of a symbol became after the given event. */
function factorAfter(events: readonly TaxEvent[], symbol: string, event: string): number {
  const at = events.findIndex((one) => one.id === event);
  return 2 ** events.slice(at).filter((one) => one.type === "split" && one.symbol === symbol).length;
}

function linesOf(ledger: TaxLedger, events: readonly TaxEvent[]): Sums {
  const sums: Sums = {};
  for (const line of ledger.lines()) {
    const shares = Number(line.quantity) * factorAfter(events, line.symbol, line.disposal);
    const isShort = line.side === "short";
    const perShare = Number(isShort ? line.proceeds : line.basis) / shares;
    const heldFrom = parseDay(isShort ? line.opened! : (line.holdingFrom ?? line.acquired));
    const key = [line.disposal, line.lot, line.account, heldFrom, perShare, line.term].join(" ");
    const washed = Number(line.adjustment);
    const lost = Number(line.permanentlyDisallowed);
    add(sums, key, Number(line.proceeds), Number(line.basis), washed, lost, shares);
  }
  return sums;
}

function lotsOf(ledger: TaxLedger): Sums {
  const sums: Sums = {};
  for (const lot of ledger.lots()) {
    const shares = Number(lot.quantity);
    const perShare = Number(lot.amount) / shares;
    const key = [lot.lot, lot.account, parseDay(lot.holdingFrom), perShare, lot.isReplacement].join(" ");
    add(sums, key, 0, Number(lot.amount), 0, 0, shares);
  }
  return sums;
}

describe("the share-by-share simulation with look-ahead", () => {
  const settings = fc.record({
    method: fc.constantFrom(...METHODS),
    washSales: fc.constantFrom(true, true, true, false),
    identical: fc.constantFrom([], ["A", "B"]),
    arithmetic: fc.constantFrom("bigint" as const, "auto" as const),
  });
  test("gives the same lines and lots for any history", () => {
    fc.assert(
      fc.property(histories, settings, (events, { arithmetic, ...chosen }) => {
        // Counted in the last day's shares, one A is one B only where neither was split.
        const isSplit = events.some((event) => event.type === "split");
        const identical = isSplit ? [] : chosen.identical;
        const options: OracleOptions = { ...chosen, identical, iraAccounts: ["ira"] };
        const oracle = simulate(events, options);
        const ledger = ledgerOf(events, {
          method: chosen.method,
          washSales: chosen.washSales,
          substantiallyIdentical: [identical],
          arithmetic,
          shortSaleRules: false,
        });
        const taxable = Object.entries(oracle.lines).filter(([key]) => key.split(" ")[2] !== "ira");
        expect(linesOf(ledger, events)).toEqual(Object.fromEntries(taxable));
        expect(lotsOf(ledger)).toEqual(oracle.lots);
      }),
      { numRuns: runs(2_500) },
    );
  }, 3_600_000);
});

/** Cents, fees and prices that do not divide: figures are rounded, sums may not be. */
const untidy: fc.Arbitrary<TaxEvent[]> = fc
  .tuple(
    histories,
    fc.array(fc.tuple(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 0, max: 999 })), {
      minLength: 16,
      maxLength: 16,
    }),
  )
  .map(([events, figures]) =>
    events.map((event, index) => {
      if (!("price" in event)) return event;
      const [price, fee] = figures[index]!;
      return { ...event, price: (price / 100).toFixed(2), fee: (fee / 100).toFixed(2) } as TaxEvent;
    }),
  );

const cents = (text: string): number => Math.round(Number(text) * 100);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const sumOf = (
  lines: readonly GainLine[],
  field: "basis" | "proceeds" | "adjustment" | "permanentlyDisallowed",
): number => sum(lines.map((line) => cents(line[field])));

describe("what never changes", () => {
  const taxableOnly = untidy.map((events) =>
    events
      .map((event) => (event.account === "ira" ? { ...event, account: "main" } : event))
      .filter((event) => event.type !== "short" && event.type !== "cover"),
  );
  const methods = fc.constantFrom<LotMethod>(...METHODS, "average");

  test("purchases + disallowed − permanent = basis out + remaining, to the cent", () => {
    fc.assert(
      fc.property(taxableOnly, methods, (events, method) => {
        const ledger = new TaxLedger({ accounts: historyAccounts, method, averageCost: "any" });
        const applied = applyPossible(ledger, events);
        const bought = applied.filter((event): event is BuyEvent => event.type === "buy");
        const paid = sum(
          bought.map(
            (event) => Number(event.quantity) * cents(String(event.price)) + cents(String(event.fee)),
          ),
        );
        const lines = ledger.lines();
        const remaining = sum(ledger.lots().map((lot) => cents(lot.amount)));
        expect(paid + sumOf(lines, "adjustment") - sumOf(lines, "permanentlyDisallowed")).toBe(
          sumOf(lines, "basis") + remaining,
        );
        const sold = applied.filter((event): event is SellEvent => event.type === "sell");
        const received = sum(
          sold.map((event) => Number(event.quantity) * cents(String(event.price)) - cents(String(event.fee))),
        );
        expect(sumOf(lines, "proceeds")).toBe(received);
      }),
      { numRuns: runs(300) },
    );
  }, 3_600_000);

  test("no replacement share is used twice, and no more than was bought", () => {
    fc.assert(
      fc.property(untidy, (events) => {
        const ledger = new TaxLedger({ accounts: historyAccounts });
        const applied = applyPossible(
          ledger,
          events.filter((event) => event.type !== "split"),
        );
        const used = new Map<string, number>();
        for (const wash of ledger.lines().flatMap((line) => line.washes)) {
          used.set(wash.lot, (used.get(wash.lot) ?? 0) + Number(wash.quantity));
        }
        for (const [lot, quantity] of used) {
          const purchase = applied.find((event) => event.id === lot) as { quantity: number };
          expect(quantity).toBeLessThanOrEqual(purchase.quantity);
        }
      }),
      { numRuns: runs(300) },
    );
  }, 3_600_000);

  test("late and amended events give what the right order would have given", () => {
    fc.assert(
      fc.property(untidy, fc.nat(), (events, at) => {
        const inOrder = new TaxLedger({ accounts: historyAccounts });
        const applied = applyPossible(inOrder, events);
        if (applied.length === 0) return;
        // The last event of its day stays the last of its day when it comes late.
        const candidates = applied.filter((event, index) => event.date !== applied[index + 1]?.date);
        const late = candidates[at % candidates.length]!;
        const ledger = new TaxLedger({ accounts: historyAccounts });
        const rest = applied.filter((event) => event !== late);
        const early = applyPossible(ledger, rest);
        if (early.length < rest.length) return;
        ledger.applyLate(late);
        expect(ledger.lines()).toEqual(inOrder.lines());
        expect(ledger.lots()).toEqual(inOrder.lots());
        expect(TaxLedger.restore(JSON.parse(JSON.stringify(ledger.snapshot()))).lines()).toEqual(
          ledger.lines(),
        );
        ledger.withdraw(late.id);
        expect(ledger.lots()).toEqual(replay(rest).lots());
      }),
      { numRuns: runs(200) },
    );
  }, 3_600_000);

  test("safe integers and bigint give the same figures, whatever the event that needs the other", () => {
    const spice = fc.array(fc.tuple(fc.nat(15), fc.constantFrom("0.5", "1/3", "900719925474")), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(untidy, methods, spice, (events, method, changes) => {
        const spiced = events.map((event, at) => {
          const change = changes.find(([index]) => index === at)?.[1];
          if (change === undefined) return event;
          if (change === "0.5" && "quantity" in event) return { ...event, quantity: change } as TaxEvent;
          if (change === "1/3" && event.type === "split") return { ...event, ratio: change };
          if (change === "900719925474" && "price" in event) return { ...event, price: change } as TaxEvent;
          return event;
        });
        const options = { accounts: historyAccounts, method, averageCost: "any" } as const;
        const auto = new TaxLedger(options);
        const applied = applyPossible(auto, spiced);
        const exact = new TaxLedger({ ...options, arithmetic: "bigint" });
        exact.applyAll(applied);
        expect(auto.lines()).toEqual(exact.lines());
        expect(auto.lots()).toEqual(exact.lots());
        expect(auto.journal()).toEqual(exact.journal());
        expect(auto.totals()).toEqual(exact.totals());
      }),
      { numRuns: runs(300) },
    );
  }, 3_600_000);

  test("symbols that are not identical do not touch each other, in whatever order they come", () => {
    fc.assert(
      fc.property(untidy, (events) => {
        const together = new TaxLedger({ accounts: historyAccounts });
        const applied = applyPossible(together, events);
        for (const symbol of ["A", "B", "C"]) {
          const alone = replay(applied.filter((event) => event.symbol === symbol));
          expect(together.lots({ symbol })).toEqual(alone.lots());
          const lines = together.lines({ symbol }).map(({ isProvisional, exposedQuantity, ...line }) => line);
          expect(lines).toEqual(alone.lines().map(({ isProvisional, exposedQuantity, ...line }) => line));
        }
      }),
      { numRuns: runs(200) },
    );
  }, 3_600_000);
});

function replay(events: readonly TaxEvent[]): TaxLedger {
  const ledger = new TaxLedger({ accounts: historyAccounts });
  ledger.applyAll(events);
  return ledger;
}

/** Applies what the ledger accepts, and checks that a refusal changes nothing. */
function applyPossible(ledger: TaxLedger, events: readonly TaxEvent[]): TaxEvent[] {
  return events.filter((event) => {
    const before = ledger.events.length;
    try {
      ledger.apply(event);
      return true;
    } catch (error) {
      expect((error as { code: string }).code).toBe("not-enough");
      expect(ledger.events.length).toBe(before);
      return false;
    }
  });
}
