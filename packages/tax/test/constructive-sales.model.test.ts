import { formatDay, isLongTerm, parseDay, type TaxEvent, TaxLedger } from "@exchange-kit/tax";
import { constructiveSales } from "@exchange-kit/tax/constructive-sales";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { histories, historyAccounts } from "./support/histories.ts";

/** One share: its lot, what it counts as having cost, and since when it counts as held. */
interface Share {
  readonly lot: string;
  basis: number;
  heldFrom: number;
}

const steps = fc.array(
  fc.record({
    type: fc.constantFrom("buy" as const, "sell" as const, "constructive-sale" as const),
    days: fc.constantFrom(0, 1, 40, 365, 366),
    quantity: fc.integer({ min: 1, max: 6 }),
    price: fc.integer({ min: 1, max: 9 }),
  }),
  { minLength: 3, maxLength: 20 },
);

test("share by share, first in first out: gains are recognised once, whatever comes between", () => {
  fc.assert(
    fc.property(steps, (history) => {
      const ledger = new TaxLedger({ washSales: false });
      const shares: Share[] = [];
      const expected: Record<string, number> = {};
      const add = (event: string, lot: string, isLong: boolean, gain: number): void => {
        const key = `${event} ${lot} ${isLong ? "L" : "S"}`;
        expected[key] = (expected[key] ?? 0) + gain * 100;
      };
      let day = parseDay("2020-01-10");
      let paid = 0;
      for (const [at, { type, days, quantity, price }] of history.entries()) {
        day += days;
        const id = `e${at}`;
        if (type !== "buy" && shares.length < quantity) continue;
        ledger.apply({ type, id, date: formatDay(day), symbol: "X", quantity, price } as TaxEvent);
        if (type === "buy") {
          for (let one = 0; one < quantity; one++) {
            shares.push({ lot: id, basis: price, heldFrom: day });
          }
          paid += price * quantity;
        } else if (type === "sell") {
          for (const share of shares.splice(0, quantity)) {
            add(id, share.lot, isLongTerm(share.heldFrom, day), price - share.basis);
          }
          paid -= price * quantity;
        } else {
          let left = quantity;
          for (const lot of new Set(shares.map((share) => share.lot))) {
            const ofLot = shares.filter((share) => share.lot === lot);
            ofLot.sort((a, b) => a.basis - b.basis);
            for (const share of ofLot.slice(0, left)) {
              if (price <= share.basis) continue;
              add(id, lot, isLongTerm(share.heldFrom, day), price - share.basis);
              share.basis = price;
              share.heldFrom = day;
            }
            left -= Math.min(left, ofLot.length);
          }
        }
      }
      const lines: Record<string, number> = {};
      for (const line of ledger.lines()) {
        const key = `${line.disposal} ${line.lot} ${line.term}`;
        lines[key] = (lines[key] ?? 0) + Math.round(Number(line.gain) * 100);
      }
      expect(lines).toEqual(expected);
      // What was paid and not received is what the shares still count as having cost, less the gains so far.
      const { net, remainingBasis } = ledger.totals();
      expect(Number(remainingBasis) - Number(net)).toBeCloseTo(paid, 6);
    }),
    { numRuns: runs(500) },
  );
}, 3_600_000);

test("once what was found is counted as sold, its gain is in the lines and nothing is left to count", () => {
  fc.assert(
    fc.property(histories, fc.constantFrom([], ["A", "B"]), (history, identical) => {
      const ledger = new TaxLedger({
        accounts: historyAccounts,
        washSales: false,
        shortSaleRules: false,
        substantiallyIdentical: [identical],
      });
      ledger.applyAll(history);
      const asOf = "2099-12-31";
      const toCount = () => constructiveSales(ledger, asOf).find(({ status }) => status === "sold");
      let left = 100;
      for (let found = toCount(); found && left > 0; found = toCount(), left--) {
        const { event, gain } = found;
        ledger.applyLate(event);
        const lines = ledger.lines().filter((line) => line.disposal === event.id);
        expect(lines.reduce((sum, line) => sum + Number(line.gain), 0)).toBe(Number(gain));
      }
      expect(toCount()).toBe(undefined);
    }),
    { numRuns: runs(300) },
  );
}, 3_600_000);
