import {
  boxOf,
  estimateYear,
  form6781,
  form8949,
  form8949Csv,
  form8949Txf,
  harvestCandidates,
  isLongTerm,
  longTermRates,
  maximumRates,
  netGains,
  netInvestmentIncomeThresholds,
  parseDay,
  scheduleD,
  section1256,
  TaxLedger,
  ukJurisdiction,
  unitedKingdom,
  usJurisdiction,
  washExposure,
  whatIf,
} from "@exchange-kit/tax";
import { formsHtml } from "@exchange-kit/tax/html";
import { formsPdf } from "@exchange-kit/tax/pdf";
import { describe, expect, test } from "vitest";
import { buy, event, sell } from "./support/events.ts";

function sample(): TaxLedger {
  const ledger = new TaxLedger({ assetClasses: { BTC: "digital" } });
  ledger.applyAll([
    buy("b1", "2024-01-02", 100, "10"),
    buy("c1", "2024-01-02", 1, "40000.49", { symbol: "BTC" }),
    buy("b2", "2025-02-03", 100, "8"),
    sell("s1", "2025-03-03", 150, "7.50"),
    sell("s2", "2025-03-04", 1, "60000", { symbol: "BTC" }),
    buy("b3", "2025-03-10", 20, "7"),
  ]);
  return ledger;
}

describe("Form 8949", () => {
  test("puts each line under its box, digital assets under their own from 2025", () => {
    const form = form8949(sample().lines(), { year: 2025 });
    expect(form.pages.map((page) => [page.box, page.part, page.totals.gain])).toEqual([
      ["C", "I", "-25.00"],
      ["F", "II", "-75.00"],
      ["L", "II", "19999.51"],
    ]);
    const digital = sample().lines({ symbol: "BTC" })[0]!;
    expect(boxOf(digital, "basis-reported", 2025)).toBe("J");
    expect(boxOf(digital, "no-form", 2024)).toBe("F");
    expect(boxOf({ ...digital, term: "S" }, "basis-not-reported", 2025)).toBe("H");
  });

  test("sums reported lines without adjustment onto Schedule D, and rounds to dollars", () => {
    const form = form8949(sample().lines(), {
      year: 2025,
      reporting: () => "basis-reported",
      summary: "schedule-d",
      wholeDollars: true,
    });
    expect(form.pages.map((page) => [page.box, page.totals.gain])).toEqual([["D", "-75.00"]]);
    expect(form.direct1a?.gain).toBe("-25.00");
    expect(form.direct8a).toMatchObject({ basis: "40000.00", gain: "20000.00" });
    const plain = new TaxLedger();
    plain.applyAll([
      buy("b1", "2024-01-02", 10, "1"),
      sell("s1", "2025-01-02", 5, "2"),
      sell("s2", "2025-01-03", 5, "2"),
    ]);
    const direct = form8949(plain.lines(), {
      year: 2025,
      reporting: () => "basis-reported",
      summary: "schedule-d",
    });
    expect(direct.pages).toEqual([]);
    expect([direct.direct1a?.gain, direct.direct8a?.gain]).toEqual(["5.00", "5.00"]);
    expect(scheduleD(direct).line16).toBe("10.00");
  });

  test("adjustments join the wash sale's, codes in alphabetical order", () => {
    const form = form8949(sample().lines({ symbol: "X" }), {
      year: 2025,
      reporting: () => "basis-reported",
      adjustments: (line) =>
        line.lot === "b1"
          ? [{ code: "T" }, { code: "B", amount: "-40.25" }]
          : [{ code: "E", amount: "-1.5" }],
    });
    expect(form.pages.map(({ rows: [row] }) => [row?.codes, row?.adjustment, row?.gain])).toEqual([
      ["E", "-1.50", "-26.50"],
      ["BTW", "134.75", "-115.25"],
    ]);
    expect(() =>
      form8949(sample().lines(), { year: 2025, adjustments: () => [{ code: "?" as never }] }),
    ).toThrow("event s1, code: must be one of B, C");
    expect(() => form8949([], { year: 2025, summary: "all" as never })).toThrow("summary");
  });

  test("a statement to attach leaves one row for each broker, code M (exception 2)", () => {
    const form = form8949(sample().lines({ symbol: "X" }), {
      year: 2025,
      summary: "statement",
      broker: () => "Big Broker",
    });
    const [, long] = form.pages;
    expect(long?.rows).toMatchObject([
      {
        description: "Big Broker, see attached statement",
        acquired: "",
        codes: "MW",
        adjustment: "175.00",
        gain: "-75.00",
      },
    ]);
    expect(long?.statement?.map((row) => row.description)).toEqual(["100 sh. X"]);
    expect(scheduleD(form).lines["10"].gain).toBe("-75.00");
    expect(formsHtml(form)).toContain("Statement attached to Form 8949, box F");
    expect(form8949Csv(form)).toContain("100 sh. X");
    expect(form8949Txf(form, "2026-02-01")).toContain("P100 sh. X");
  });

  test("Schedule D nets, limits the loss and carries the rest on", () => {
    const ledger = new TaxLedger();
    ledger.applyAll([buy("b1", "2024-01-02", 100, "100"), sell("s1", "2025-03-03", 100, "10")]);
    const schedule = scheduleD(form8949(ledger.lines(), { year: 2025 }), {
      carryoverInShortTerm: "500",
      isMarriedFilingSeparately: true,
      section1256: { shortTerm: "400.00", longTerm: "600.00" },
    });
    expect(schedule).toMatchObject({
      line4: "400.00",
      line6: "-500.00",
      line7: "-100.00",
      line11: "600.00",
      line15: "-8400.00",
      line16: "-8500.00",
      line21: "-1500.00",
    });
    expect(schedule.carryover).toEqual({ shortTerm: "0.00", longTerm: "7000.00" });
  });

  test("CSV, TXF and HTML hold the same rows", () => {
    const form = form8949(sample().lines(), { year: 2025 });
    const csv = form8949Csv(form).split("\r\n");
    expect(csv[0]).toContain("Box,(a) Description of property");
    expect(csv).toContain("F,100 sh. X,01/02/2024,03/03/2025,750.00,1000.00,W,175.00,-75.00");
    const txf = form8949Txf(form, "2026-02-01");
    expect(txf.startsWith("V042\r\nAexchange-kit\r\nD02/01/2026\r\n^\r\n")).toBe(true);
    expect(txf).toContain(
      "TD\r\nN714\r\nC1\r\nL1\r\nP100 sh. X\r\nD01/02/2024\r\nD03/03/2025\r\n$1000.00\r\n$750.00\r\n$175.00\r\n^",
    );
    const evil = form8949(
      sample()
        .lines()
        .map((line) => ({ ...line, symbol: '<b>,"x' })),
      { year: 2025 },
    );
    expect(formsHtml(evil, scheduleD(evil))).toContain("&#60;b&#62;");
    expect(formsHtml(evil)).not.toContain("<b>,");
    expect(form8949Csv(evil)).toContain('"100 sh. <b>,""x"');
  });

  test("the PDF has a page for each box and 11 rows, and is the same every time", async () => {
    const form = form8949(sample().lines(), { year: 2025 });
    const pdf = await formsPdf(form, scheduleD(form), { name: "A. Trader", taxpayerId: "000-00-0000" });
    const text = Buffer.from(pdf).toString("latin1");
    expect(text.startsWith("%PDF-")).toBe(true);
    expect(text.match(/\/Type \/Page\b/g)).toHaveLength(4);
    const page = form.pages[0]!;
    const long = { ...form, pages: [{ ...page, rows: Array.from({ length: 23 }, () => page.rows[0]!) }] };
    const longPdf = Buffer.from(await formsPdf(long)).toString("latin1");
    expect(longPdf.match(/\/Type \/Page\b/g)).toHaveLength(3);
    const empty = Buffer.from(await formsPdf(form8949([], { year: 2025 }))).toString("latin1");
    expect(empty.match(/\/Type \/Page\b/g)).toHaveLength(1);
  });
});

describe("netting and section 1256", () => {
  test("little income uses up less of the loss", () => {
    const result = netGains({ shortTerm: "-5000", longTerm: "0", taxableIncome: "-1000" });
    expect(result).toMatchObject({ deductibleLoss: "3000.00", carryoverShortTerm: "3000.00" });
  });
  test("a long-term gain above a short-term loss is net capital gain", () => {
    expect(netGains({ shortTerm: "-1000", longTerm: "2500" })).toMatchObject({
      netCapitalGain: "1500.00",
      carryoverShortTerm: "0.00",
      deductibleLoss: "0.00",
    });
    expect(netGains({ shortTerm: "1000", longTerm: "-9000" })).toMatchObject({
      carryoverLongTerm: "5000.00",
      carryoverShortTerm: "0.00",
    });
  });
  test("contracts net first in, first out, turn over and fill Form 6781", () => {
    const trade = { symbol: "ES", multiplier: "50" };
    const years = section1256([
      { ...trade, type: "buy", id: "1", date: "2024-03-01", quantity: 1, price: "100", fee: "1" },
      { ...trade, type: "sell", id: "2", date: "2024-04-01", quantity: 3, price: "110", fee: "3" },
      { ...trade, type: "mark", id: "3", date: "2024-12-31", price: "120" },
      { ...trade, type: "buy", id: "4", date: "2025-01-31", quantity: 2, price: "115" },
    ]);
    expect(years).toEqual({
      2024: { gain: "-504.00", longTerm: "-302.40", shortTerm: "-201.60" },
      2025: { gain: "500.00", longTerm: "300.00", shortTerm: "200.00" },
    });
    expect(form6781(2024, years["2024"]!, "104")).toMatchObject({
      line7: "-400.00",
      line8: "-160.00",
      line9: "-240.00",
    });
    expect(form6781(2025, years["2025"]!)).toMatchObject({ line8: "200.00", line9: "300.00" });
    // 60 % of a loss in cents is none in cents.
    expect(form6781(2024, years["2024"]!, "103.99")).toMatchObject({ line8: "-160.00", line9: "-240.01" });
    const bad = { symbol: "ES", id: "1", date: "2024-03-01", price: "1" };
    expect(() => section1256([{ ...bad, type: "buy" }])).toThrow("must be given");
    expect(() => section1256([{ ...bad, type: "hold" as never }])).toThrow("buy, sell or mark");
    expect(() =>
      section1256([
        { ...bad, type: "mark" },
        { ...bad, type: "mark", date: "2024-01-01" },
      ]),
    ).toThrow("before");
  });
  test("rates are kept by year", () => {
    expect(longTermRates[2025]?.joint.zeroUpTo).toBe(96_700);
    expect(longTermRates[2024]?.separate.fifteenUpTo).toBe(291_850);
    for (const bands of Object.values(longTermRates)) {
      for (const { zeroUpTo, fifteenUpTo } of Object.values(bands))
        expect(zeroUpTo).toBeLessThan(fifteenUpTo);
    }
    expect(maximumRates.netInvestmentIncome).toBe(3.8);
    expect(netInvestmentIncomeThresholds.separate * 2).toBe(netInvestmentIncomeThresholds.joint);
  });
});

describe("looking ahead", () => {
  test("what a purchase now would wash, until when", () => {
    const ledger = sample();
    expect(washExposure(ledger, "2025-03-20")).toMatchObject([
      { disposal: "s1", lot: "b1", quantity: "30", until: "2025-04-02" },
      { disposal: "s1", lot: "b2", quantity: "50", loss: "25.00" },
    ]);
    expect(washExposure(ledger, "2025-04-03")).toEqual([]);
    const trial = whatIf(ledger, [buy("b4", "2025-03-20", 10, "7")]);
    expect(trial.newLines).toEqual([]);
    expect(trial.changedLines).toMatchObject([{ disposal: "s1", lot: "b1", adjustment: "200.00" }]);
    expect([trial.before.net, trial.after.net]).toEqual(["19899.51", "19924.51"]);
    expect(ledger.lines({ account: "main", symbol: "X" })[0]?.adjustment).toBe("175.00");
  });

  test("harvest candidates say what earlier purchases would wash", () => {
    const ledger = new TaxLedger();
    ledger.applyAll([
      buy("b1", "2024-01-02", 100, "10"),
      buy("b2", "2025-02-20", 40, "9"),
      event("short", "h1", "2025-02-20", { symbol: "Y", quantity: 1, price: "1" }),
    ]);
    expect(harvestCandidates(ledger, "2025-03-03", { X: "8", Y: "1" })).toMatchObject([
      { lot: "b1", loss: "200.00", washed: "80.00", term: "L", doNotBuyUntil: "2025-04-02" },
      { lot: "b2", loss: "40.00", washed: "0.00", term: "S" },
    ]);
    expect(harvestCandidates(ledger, "2025-03-03", { X: "11" })).toEqual([]);
  });

  test("harvest candidates are found as if each lot alone were sold, options by their contract", () => {
    const ledger = new TaxLedger();
    const call = { symbol: "X-C", underlying: "X", multiplier: 100 };
    ledger.applyAll([
      buy("b1", "2024-01-02", 10, "10"),
      buy("y1", "2024-01-02", 10, "10", { symbol: "Y" }),
      buy("b2", "2025-02-20", 10, "9"),
      buy("y2", "2025-02-20", 4, "9", { symbol: "Y" }),
      buy("o1", "2025-02-21", 1, "2", call),
    ]);
    const found = harvestCandidates(ledger, "2025-03-03", { X: "8", Y: "8", "X-C": "1.5" });
    expect(found.map((one) => [one.lot, one.loss, one.washed])).toEqual([
      ["o1", "50.00", "0.00"],
      ["b1", "20.00", "20.00"],
      ["y1", "20.00", "8.00"],
      ["b2", "10.00", "10.00"],
      ["y2", "4.00", "0.00"],
    ]);
    expect(ledger.events).toHaveLength(5);
  });

  test("harvest candidates know a new name in a group, and an option's multiplier under its new name", () => {
    const ledger = new TaxLedger({ substantiallyIdentical: [["X", "C"]] });
    ledger.applyAll([
      event("symbol-change", "n1", "2025-01-02", { newSymbol: "Y" }),
      buy("y1", "2025-02-20", 10, "10", { symbol: "Y" }),
      buy("o1", "2025-02-21", 1, "2", { symbol: "Z-C", multiplier: 100 }),
      event("symbol-change", "n2", "2025-02-22", { symbol: "Z-C", newSymbol: "Z-C2" }),
      buy("c1", "2025-02-25", 10, "9", { symbol: "C" }),
    ]);
    const found = harvestCandidates(ledger, "2025-03-03", { Y: "8", C: "8", "Z-C2": "1.5" });
    expect(found.map((one) => [one.lot, one.loss, one.washed])).toEqual([
      ["o1", "50.00", "0.00"],
      ["y1", "20.00", "20.00"],
      ["c1", "10.00", "10.00"],
    ]);
  });

  test("a year is final 30 days after its end", () => {
    expect(estimateYear(sample(), 2025)).toMatchObject({
      net: "19899.51",
      provisionalLines: 2,
      finalAfter: "2026-01-30",
    });
    expect(() => estimateYear(sample(), 2025.5)).toThrow("whole number");
  });
});

describe("holding periods and jurisdictions", () => {
  test.each([
    ["2023-02-28", "2024-02-29", false],
    ["2023-02-28", "2024-03-01", true],
    ["2024-02-29", "2025-02-28", false],
    ["2024-02-29", "2025-03-01", true],
    ["2024-02-28", "2025-03-01", true],
    ["2024-02-28", "2025-02-28", false],
    ["2023-06-01", "2024-06-01", false],
    ["2023-06-01", "2024-06-02", true],
    ["2023-06-01", "2025-06-02", true],
  ])("bought %s, sold %s: long-term %s", (bought, sold, expected) => {
    expect(isLongTerm(parseDay(bought), parseDay(sold))).toBe(expected);
  });

  test("a contract is for as many units in the United Kingdom as elsewhere", () => {
    const contract = { multiplier: "100" };
    const events = [buy("b1", "2024-01-02", 2, "3", contract), sell("s1", "2024-03-01", 2, "5", contract)];
    expect(unitedKingdom(events).totalGain).toBe("400.0000");
    expect(() => unitedKingdom([buy("b1", "2024-01-02", 2, "3", { multiplier: "0.5" })])).toThrow(
      "whole number",
    );
  });

  test("are plug-ins", () => {
    const events = [
      buy("b1", "2024-01-02", 10, "10"),
      event("return-of-capital", "r", "2024-02-01", { perShare: "1" }),
      sell("s1", "2024-03-01", 5, "20", { fee: "1" }),
    ];
    expect(ukJurisdiction.report(events)).toMatchObject({
      totalGain: "54.0000",
      pools: { X: { quantity: "5", cost: "45.0000" } },
    });
    expect(usJurisdiction.report(events).totals).toMatchObject({ net: "54.00", remainingBasis: "45.00" });
    expect(() => unitedKingdom([sell("s1", "2024-03-01", 5, "20")])).toThrow("the pool holds 0");
    expect(() => unitedKingdom([event("expiry", "e", "2024-03-01", {})])).toThrow("not known");
  });

  test("thirty days ahead, but not more, and not what was sold on its own day (s105, s106A)", () => {
    const report = unitedKingdom([
      buy("b1", "2024-01-02", 100, "1"),
      sell("s1", "2024-03-01", 50, "2"),
      buy("b2", "2024-03-20", 30, "1.5"),
      sell("s2", "2024-03-20", 10, "3"),
      buy("b3", "2024-04-01", 40, "1"),
    ]);
    expect(
      report.matches.map((match) => [match.sold, match.rule, match.matchedDate, match.quantity]),
    ).toEqual([
      ["2024-03-01", "THIRTY_DAY", "2024-03-20", "20"],
      ["2024-03-01", "SECTION_104", null, "30"],
      ["2024-03-20", "SAME_DAY", "2024-03-20", "10"],
    ]);
  });
});
