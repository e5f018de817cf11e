import { type TaxEvent, TaxLedger, type TaxLedgerOptions } from "@exchange-kit/tax";
import { constructiveSales } from "@exchange-kit/tax/constructive-sales";
import { describe, expect, test } from "vitest";
import { buy, event, sell } from "./support/events.ts";

function ledgerOf(events: readonly TaxEvent[], options: TaxLedgerOptions = {}): TaxLedger {
  const ledger = new TaxLedger(options);
  ledger.applyAll(events);
  return ledger;
}

const short = (id: string, date: string, quantity: number, price: string, more = {}) =>
  event("short", id, date, { quantity, price, ...more });
const cover = (id: string, date: string, quantity: number, price: string) =>
  event("cover", id, date, { quantity, price });

const boxed = [buy("b1", "2023-01-03", 100, "10"), short("h1", "2025-03-03", 60, "25")];

describe("a short sale against shares held with a gain (IRC 1259)", () => {
  test("counts as their sale when it is not closed until 30 January", () => {
    const ledger = ledgerOf(boxed);
    expect(constructiveSales(ledger, "2026-01-30")).toMatchObject([
      { short: "h1", lot: "b1", quantity: "60", value: "1500.00", gain: "900.00", status: "avoidable" },
    ]);
    const [found] = constructiveSales(ledger, "2026-01-31");
    expect(found).toMatchObject({ status: "sold", closeBy: "2026-01-30", date: "2025-03-03" });
    expect(found!.reasons).toEqual(["was not closed until 2026-01-30; §1259(c)(3)(A)(i)"]);
  });

  test("is found among identical symbols of which one got a new name", () => {
    const events = [
      buy("c1", "2023-01-03", 100, "10", { symbol: "C" }),
      event("symbol-change", "n1", "2024-01-02", { newSymbol: "Y" }),
      short("h1", "2025-03-03", 60, "25", { symbol: "Y" }),
    ];
    const ledger = ledgerOf(events, { substantiallyIdentical: [["X", "C"]] });
    expect(constructiveSales(ledger, "2026-01-31")).toMatchObject([
      { short: "h1", symbol: "C", lot: "c1", quantity: "60", status: "sold" },
    ]);
    expect(constructiveSales(ledgerOf(events), "2026-01-31")).toEqual([]);
  });

  test("its event, applied late, makes the ledger count them as sold, and nothing more is found", () => {
    const ledger = ledgerOf([...boxed, cover("c1", "2026-02-02", 60, "30")]);
    const [found] = constructiveSales(ledger);
    ledger.applyLate(found!.event);
    expect(ledger.lines({ year: 2025 })).toMatchObject([
      { kind: "constructive-sale", quantity: "60", gain: "900.00", term: "L" },
    ]);
    expect(ledger.lots()).toMatchObject([
      { quantity: "60", amount: "1500.00" },
      { quantity: "40", amount: "400.00" },
    ]);
    expect(constructiveSales(ledger)).toEqual([]);
  });

  test("does not when it is closed in time and the shares are held for 60 days from then", () => {
    const events = [...boxed, cover("c1", "2026-01-30", 60, "30")];
    expect(constructiveSales(ledgerOf(events), "2026-03-29")).toMatchObject([
      { status: "avoidable", closed: "2026-01-30", holdUntil: "2026-03-30" },
    ]);
    const [found] = constructiveSales(ledgerOf(events), "2026-03-30");
    expect(found?.status).toBe("excepted");
    expect(found?.reasons).toEqual([
      "closed on 2026-01-30, in time; §1259(c)(3)(A)(i)",
      "held, without another short, until 2026-03-30; §1259(c)(3)(A)(ii), (iii)",
    ]);
  });

  test("does when they are sold, or such shares are sold short again, within the 60 days", () => {
    const closed = [...boxed, cover("c1", "2025-06-02", 60, "20")];
    const sold = constructiveSales(ledgerOf([...closed, sell("s1", "2025-07-31", 60, "30")]));
    expect(sold).toMatchObject([{ status: "sold", holdUntil: "2025-07-31" }]);
    expect(sold[0]!.reasons[1]).toContain("s1 sold of the lot");
    const later = constructiveSales(ledgerOf([...closed, sell("s1", "2025-08-01", 60, "30")]));
    expect(later).toMatchObject([{ status: "excepted" }]);
    const again = constructiveSales(ledgerOf([...closed, short("h2", "2025-07-31", 10, "5")]), "2026-12-31");
    expect(again).toMatchObject([{ short: "h1", status: "sold" }]);
    expect(again[0]!.reasons[1]).toContain("h2 was sold short");
  });

  test("is judged part by part when it is closed in parts, splits in between or not", () => {
    const parts = (events: readonly TaxEvent[]) =>
      constructiveSales(ledgerOf([...boxed, ...events]), "2026-12-31").map((sale) => [
        sale.quantity,
        sale.status,
        sale.gain,
      ]);
    const expected = [
      ["20", "excepted", "300.00"],
      ["40", "sold", "600.00"],
    ];
    expect(parts([cover("c1", "2025-12-31", 20, "20")])).toEqual(expected);
    expect(
      parts([event("split", "x1", "2025-06-02", { ratio: "2" }), cover("c1", "2025-12-31", 40, "10")]),
    ).toEqual(expected);
  });

  test("takes the earliest purchases first, leaves losses alone and shares behind an earlier short out", () => {
    const ledger = ledgerOf([
      buy("b1", "2023-01-03", 10, "10"),
      buy("b2", "2023-02-03", 10, "40"),
      buy("b3", "2023-03-03", 10, "20"),
      short("h1", "2025-03-03", 5, "25"),
      short("h2", "2025-03-04", 20, "26"),
    ]);
    expect(constructiveSales(ledger).map((sale) => [sale.short, sale.lot, sale.quantity, sale.gain])).toEqual(
      [
        ["h1", "b1", "5", "75.00"],
        ["h2", "b1", "5", "80.00"],
        ["h2", "b3", "5", "30.00"],
      ],
    );
  });

  test("sees identical symbols and every taxable account, not retirement accounts, digital assets or options", () => {
    const accounts = [
      { id: "main", type: "taxable" },
      { id: "other", type: "taxable" },
      { id: "ira", type: "ira" },
    ] as const;
    const held = [
      buy("b1", "2023-01-03", 10, "10", { symbol: "Y", account: "other" }),
      buy("b2", "2023-01-03", 10, "10", { account: "ira" }),
    ];
    const found = (options: TaxLedgerOptions, more = {}) =>
      constructiveSales(
        ledgerOf([...held, short("h1", "2025-03-03", 10, "25", more)], { accounts, ...options }),
      ).map((sale) => [sale.symbol, sale.account]);
    const identical = { substantiallyIdentical: [["X", "Y"]] };
    expect(found(identical)).toEqual([["Y", "other"]]);
    expect(found({})).toEqual([]);
    expect(found({ ...identical, assetClass: "digital" })).toEqual([]);
    expect(found(identical, { multiplier: 100 })).toEqual([]);
  });

  test("is not found in an empty ledger, and a date that is none is refused", () => {
    expect(constructiveSales(new TaxLedger())).toEqual([]);
    expect(() => constructiveSales(ledgerOf(boxed), "soon")).toThrow("YYYY-MM-DD");
  });
});
