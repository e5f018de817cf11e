import { PlainLots, type PlainMethod, TaxLedger } from "@exchange-kit/tax";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";

const METHODS: readonly PlainMethod[] = ["fifo", "lifo", "hifo", "lofo"];
const trade = fc.record({
  isBuy: fc.boolean(),
  quantity: fc.integer({ min: 1, max: 9 }),
  money: fc.integer({ min: 0, max: 999 }),
});

test("plain lots part basis and proceeds as the full ledger does", () => {
  fc.assert(
    fc.property(fc.constantFrom(...METHODS), fc.array(trade, { maxLength: 300 }), (method, trades) => {
      const ledger = new TaxLedger({ method, washSales: false, moneyDecimals: 0, quantityDecimals: 0 });
      const parts: string[][] = [];
      const plain = new PlainLots(method, {
        closed: (_lot, quantity, basis, proceeds) => parts.push([quantity, basis, proceeds].map(String)),
      });
      for (const [index, { isBuy, quantity, money }] of trades.entries()) {
        const base = { id: `${index}`, date: "2024-01-02", symbol: "X", amount: money };
        if (isBuy) {
          plain.buy(quantity, money);
          ledger.apply({ ...base, type: "buy", quantity });
        } else if (quantity > plain.quantity) {
          expect(() => plain.sell(quantity, money)).toThrow("wanted");
        } else {
          plain.sell(quantity, money);
          ledger.apply({ ...base, type: "sell", quantity });
        }
      }
      expect(parts).toEqual(ledger.lines().map((line) => [line.quantity, line.basis, line.proceeds]));
      expect(String(plain.cost)).toBe(ledger.totals().remainingBasis);
    }),
    { numRuns: runs(150) },
  );
}, 3_600_000);

test("numbers that are not safe integers are refused", () => {
  const plain = new PlainLots("fifo", { closed() {} });
  expect(() => plain.buy(0.5, 1)).toThrow("safe integers");
  expect(() => plain.buy(0, 1)).toThrow("safe integers");
  expect(() => plain.buy(1, 2 ** 53)).toThrow("safe integers");
  expect(() => plain.sell(0, 1)).toThrow("safe integers");
  expect(() => new PlainLots("best" as never, { closed() {} })).toThrow("fifo, lifo");
});
