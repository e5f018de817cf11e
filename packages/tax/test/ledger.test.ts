import {
  explain,
  type GainLine,
  isTaxError,
  type TaxEvent,
  TaxLedger,
  type TaxLedgerOptions,
} from "@exchange-kit/tax";
import { describe, expect, test } from "vitest";
import { buy, event, sell } from "./support/events.ts";

function ledgerOf(events: readonly TaxEvent[], options: TaxLedgerOptions = {}): TaxLedger {
  const ledger = new TaxLedger(options);
  ledger.applyAll(events);
  return ledger;
}

function codeOf(action: () => void): unknown {
  try {
    action();
  } catch (error) {
    if (isTaxError(error)) return `${error.code} ${error.place.field ?? ""}`.trim();
    throw error;
  }
  return "nothing thrown";
}

const washed = [
  buy("b1", "2014-05-01", 100, "10"),
  sell("s1", "2014-07-01", 100, "7.50"),
  buy("b2", "2014-07-05", 100, "8"),
];

describe("wash sales", () => {
  test("a purchase after the sale moves the loss into its own basis and holding period (Pub. 550)", () => {
    const ledger = ledgerOf(washed.slice(0, 2));
    expect(ledger.lines()).toMatchObject([
      { gain: "-250.00", isProvisional: true, windowEnds: "2014-07-31" },
    ]);
    ledger.apply(washed[2]!);
    expect(ledger.lines()).toMatchObject([
      { code: "W", adjustment: "250.00", gain: "0.00", isProvisional: false },
    ]);
    expect(ledger.lots()).toMatchObject([
      { amount: "1050.00", washDeferred: "250.00", holdingFrom: "2014-05-05" },
    ]);
    expect(ledger.journal()).toMatchObject([{ sequence: 1, kind: "wash-sale", lot: "b2", amount: "250.00" }]);
  });

  test("a loss moves along a chain until the last replacement is sold", () => {
    const ledger = ledgerOf([
      ...washed,
      sell("s2", "2014-07-20", 100, "8"),
      buy("b3", "2014-08-19", 100, "9"),
      sell("s3", "2014-12-01", 100, "12"),
    ]);
    expect(ledger.lines().map((line) => [line.disposal, line.adjustment, line.gain])).toEqual([
      ["s1", "250.00", "0.00"],
      ["s2", "250.00", "0.00"],
      ["s3", "0.00", "50.00"],
    ]);
  });

  test("fills of one sell order are one disposal, also when somebody reads in between", () => {
    const events = [
      buy("b1", "2024-01-02", 10, "10"),
      buy("b2", "2024-02-01", 10, "10"),
      sell("f1", "2024-02-02", 10, "8", { order: "o" }),
      sell("f2", "2024-02-02", 10, "8", { order: "o" }),
    ];
    const ledger = new TaxLedger();
    for (const one of events) {
      ledger.apply(one);
      ledger.lines();
    }
    expect(ledger.lines().map((line) => line.adjustment)).toEqual(["0.00", "0.00"]);
    expect(ledgerOf(events).lines()).toEqual(ledger.lines());
  });

  test("the broker's view knows one account and one symbol", () => {
    const accounts = [
      { id: "a", type: "taxable" },
      { id: "b", type: "taxable" },
    ] as const;
    const ledger = ledgerOf(
      [
        buy("b1", "2024-01-02", 10, "10", { account: "a" }),
        sell("s1", "2024-03-01", 10, "8", { account: "a" }),
        buy("b2", "2024-03-04", 10, "8", { account: "b" }),
      ],
      { accounts },
    );
    expect(ledger.lines()[0]?.adjustment).toBe("20.00");
    expect(ledger.withOptions({ view: "broker" }).lines()[0]?.adjustment).toBe("0.00");
  });

  test("a symbol change and a transfer do not hide a replacement", () => {
    const accounts = [
      { id: "a", type: "taxable" },
      { id: "b", type: "taxable" },
    ] as const;
    const ledger = ledgerOf(
      [
        buy("b1", "2024-01-02", 10, "10"),
        buy("b2", "2024-02-20", 10, "9"),
        event("transfer", "t", "2024-02-21", {
          toAccount: "b",
          quantity: 4,
          lots: [{ lot: "b2", quantity: 4 }],
        }),
        event("symbol-change", "c", "2024-02-22", { newSymbol: "Y" }),
        sell("s1", "2024-03-01", 10, "8", { symbol: "Y" }),
      ],
      { accounts },
    );
    expect(ledger.lines()).toMatchObject([{ adjustment: "20.00", washQuantity: "10" }]);
    expect(ledger.lots().map((lot) => [lot.account, lot.symbol, lot.amount])).toEqual([
      ["a", "Y", "66.00"],
      ["b", "Y", "44.00"],
    ]);
    // What moved to another account and back is one lot again.
    ledger.apply(
      event("transfer", "u", "2024-03-02", { symbol: "Y", account: "b", toAccount: "a", quantity: 4 }),
    );
    expect(ledger.lots().map((lot) => [lot.lot, lot.account, lot.quantity])).toEqual([
      ["b2", "a", "6"],
      ["b2", "a", "4"],
    ]);
  });
  test("a split that each account reports is counted over once", () => {
    const accounts = [
      { id: "a", type: "taxable" },
      { id: "b", type: "taxable" },
    ] as const;
    const ledger = ledgerOf(
      [
        buy("b1", "2024-01-02", 10, "10"),
        buy("b2", "2024-01-02", 10, "10", { account: "b" }),
        sell("s1", "2024-03-01", 10, "8"),
        event("split", "sa", "2024-03-04", { account: "a", ratio: "2" }),
        event("split", "sb", "2024-03-04", { account: "b", ratio: "2" }),
        buy("b3", "2024-03-05", 20, "4"),
      ],
      { accounts },
    );
    expect(ledger.lines()).toMatchObject([{ adjustment: "20.00", washQuantity: "10" }]);
  });

  test.each([
    ["symbol-change", { newSymbol: "Y" }, "Y"],
    ["merger", { newSymbol: "Y", ratio: "1" }, "X"],
  ])("a %s that one account has before another hides no replacement", (type, more, sold) => {
    const accounts = [
      { id: "a", type: "taxable" },
      { id: "b", type: "taxable" },
    ] as const;
    const ledger = ledgerOf(
      [
        buy("b1", "2024-01-02", 10, "10", { account: sold === "Y" ? "a" : "b" }),
        buy("b2", "2024-02-20", 10, "9", { account: sold === "Y" ? "b" : "a" }),
        event(type, "e", "2024-03-01", { account: "a", ...more }),
        sell("s1", "2024-03-01", 10, "8", { account: sold === "Y" ? "a" : "b", symbol: sold }),
      ],
      { accounts },
    );
    expect(ledger.lines()).toMatchObject([{ adjustment: "20.00", washes: [{ lot: "b2" }] }]);
  });

  test.each(["C", "X", "Y"])("a new name takes the old one's place among identical symbols: %s", (symbol) => {
    const ledger = ledgerOf(
      [
        buy("b1", "2024-01-02", 10, "10"),
        buy("b2", "2024-01-02", 10, "10", { symbol: "C" }),
        buy("b3", "2024-01-02", 10, "10", { symbol: "Y" }),
        sell("s1", "2024-03-01", 10, "8", { symbol: symbol === "C" ? "X" : "C" }),
        event("symbol-change", "c", "2024-03-04", { newSymbol: "Y" }),
        buy("b4", "2024-03-05", 10, "8", { symbol: symbol === "X" ? "C" : symbol }),
      ],
      { substantiallyIdentical: [["X", "C"]] },
    );
    expect(ledger.lines()).toMatchObject([{ adjustment: "20.00", washes: [{ lot: "b4" }] }]);
  });

  test("purchases before the sold lot can be left out, and digital assets are", () => {
    const events = [
      buy("b1", "2024-02-20", 10, "9"),
      buy("b2", "2024-02-25", 10, "10"),
      sell("s1", "2024-03-01", 10, "8", { method: "hifo" }),
    ];
    expect(ledgerOf(events).lines()[0]?.adjustment).toBe("20.00");
    expect(ledgerOf(events, { countEarlierPurchases: false }).lines()[0]?.adjustment).toBe("0.00");
    expect(ledgerOf(events, { assetClass: "digital" }).lines()[0]?.adjustment).toBe("0.00");
  });
});

describe("short sales", () => {
  const short = (id: string, date: string, quantity: number, price: string) =>
    event("short", id, date, { quantity, price });
  const cover = (id: string, date: string, quantity: number, price: string, more = {}) =>
    event("cover", id, date, { quantity, price, ...more });

  test("a loss on a cover lowers the proceeds of the next short", () => {
    const ledger = ledgerOf([
      short("h1", "2024-01-02", 10, "10"),
      cover("c1", "2024-02-01", 10, "12"),
      short("h2", "2024-02-10", 10, "11"),
    ]);
    expect(ledger.lines()).toMatchObject([
      { side: "short", opened: "2024-01-02", adjustment: "20.00", gain: "0.00" },
    ]);
    expect(ledger.lots()).toMatchObject([{ side: "short", amount: "90.00", washDeferred: "20.00" }]);
    expect(explain(ledger.lines()[0]!)[0]).toContain("closed 10 X of short h1");
  });

  test("a loss is long-term as far as stock was held for over a year at the short sale (IRC 1233(d))", () => {
    const ledger = ledgerOf([
      buy("b1", "2022-01-03", 4, "5"),
      short("h1", "2024-01-02", 10, "10"),
      cover("c1", "2024-06-03", 10, "12"),
    ]);
    expect(ledger.lines().map((line) => [line.quantity, line.term, line.gain])).toEqual([
      ["4", "L", "-8.00"],
      ["6", "S", "-12.00"],
    ]);
    expect(explain(ledger.lines()[0]!).join()).toContain("§1233(d)");
  });

  test("the holding period of newer stock starts anew at the cover (IRC 1233(b))", () => {
    const events = [
      buy("b1", "2023-12-01", 10, "5"),
      short("h1", "2024-01-02", 4, "10"),
      cover("c1", "2024-06-03", 4, "9", { lots: [{ lot: "h1", quantity: 4 }] }),
      sell("s1", "2025-01-02", 10, "20"),
    ];
    expect(
      ledgerOf(events)
        .lines()
        .map((line) => [line.quantity, line.term]),
    ).toEqual([
      ["4", "S"],
      ["4", "S"],
      ["6", "L"],
    ]);
    const plain = ledgerOf(events, { shortSaleRules: false });
    expect(plain.lines().map((line) => [line.quantity, line.term])).toEqual([
      ["4", "S"],
      ["10", "L"],
    ]);
  });

  test.each([
    ["split", { ratio: "2" }, "X"],
    ["merger", { ratio: "2", newSymbol: "Y" }, "Y"],
    ["spin-off", { ratio: "2", child: "Y", basisFractionToChild: "1" }, "Y"],
  ])("stock held long beside a short is multiplied by a %s as the short is", (type, more, symbol) => {
    const ledger = ledgerOf([
      buy("b1", "2022-01-03", 10, "5"),
      short("h1", "2024-01-02", 20, "10"),
      event(type, "e", "2024-02-01", more),
      event("cover", "c1", "2024-03-01", { symbol, quantity: 40, price: "6" }),
    ]);
    expect(ledger.lines().map((line) => [line.quantity, line.gain, line.term])).toEqual([
      ["20", "-20.00", "L"],
      ["20", "-20.00", "S"],
    ]);
  });

  test("of a short closed in parts, each part starts the period of other shares anew", () => {
    const ledger = ledgerOf([
      buy("b1", "2024-01-02", 10, "5"),
      short("h1", "2024-03-01", 10, "10"),
      buy("b2", "2024-03-04", 2, "9"),
      cover("c1", "2024-04-01", 4, "9"),
      cover("c2", "2024-05-01", 4, "9"),
      cover("c3", "2024-06-03", 2, "9"),
    ]);
    expect(ledger.lots().map((lot) => [lot.lot, lot.quantity, lot.holdingFrom])).toEqual([
      ["b1", "4", "2024-04-01"],
      ["b1", "4", "2024-05-01"],
      ["b1", "2", "2024-06-03"],
      ["b2", "2", "2024-03-04"],
    ]);
  });
});

describe("options", () => {
  const contract = { symbol: "X-OPT", underlying: "X", multiplier: 100, quantity: 1 };
  test("an exercised call carries its premium into the stock", () => {
    const ledger = ledgerOf([
      event("buy", "o1", "2024-01-02", { ...contract, price: "2" }),
      event("exercise", "x1", "2024-03-01", { ...contract, right: "call", strike: "50", fee: "5" }),
    ]);
    expect(ledger.lots()).toMatchObject([
      { lot: "x1", symbol: "X", quantity: "100", amount: "5205.00", acquired: "2024-03-01" },
    ]);
  });

  test("an exercised put takes its premium off the proceeds, an assigned call adds it", () => {
    const ledger = ledgerOf([
      buy("b1", "2022-01-03", 200, "10"),
      event("buy", "p1", "2024-01-02", { symbol: "X-PUT", multiplier: 100, quantity: 1, price: "1" }),
      event("exercise", "x1", "2024-03-01", { ...contract, symbol: "X-PUT", right: "put", strike: "20" }),
      event("short", "w1", "2024-03-04", { symbol: "X-CALL", multiplier: 100, quantity: 1, price: "3" }),
      event("assignment", "x2", "2024-04-01", { ...contract, symbol: "X-CALL", right: "call", strike: "25" }),
    ]);
    expect(ledger.lines().map((line) => [line.kind, line.proceeds, line.gain, line.term])).toEqual([
      ["exercise", "1900.00", "900.00", "L"],
      ["exercise", "2800.00", "1800.00", "L"],
    ]);
  });

  test("stock that cannot be averaged is delivered first in, first out under average cost", () => {
    const events = [
      buy("b1", "2022-01-03", 100, "10"),
      buy("b2", "2023-01-03", 100, "30"),
      event("short", "w1", "2024-03-04", { symbol: "X-CALL", multiplier: 100, quantity: 1, price: "3" }),
      event("assignment", "x1", "2024-04-01", { ...contract, symbol: "X-CALL", right: "call", strike: "40" }),
    ];
    expect(ledgerOf(events, { method: "average" }).lines()).toMatchObject([{ lot: "b1", gain: "3300.00" }]);
    const fund = ledgerOf(events, { method: "average", assetClasses: { X: "fund" } });
    expect(fund.lines()).toMatchObject([{ lot: "b1", gain: "2300.00" }]);
  });

  test("an assigned put lowers the basis; what expires is sold or covered for nothing", () => {
    const ledger = ledgerOf([
      event("short", "w1", "2024-01-02", { symbol: "X-PUT", multiplier: 100, quantity: 2, price: "3" }),
      event("assignment", "x1", "2024-02-01", { ...contract, symbol: "X-PUT", right: "put", strike: "20" }),
      event("expiry", "e1", "2024-03-15", { symbol: "X-PUT" }),
      event("buy", "c1", "2024-03-18", { ...contract, symbol: "X-C", price: "1" }),
      event("expiry", "e2", "2024-06-21", { symbol: "X-C", quantity: 1 }),
      event("worthless", "e3", "2024-12-31", {}),
    ]);
    expect(ledger.lines().map((line) => [line.disposal, line.gain])).toEqual([
      ["e1", "300.00"],
      ["e2", "-100.00"],
      ["e3", "-1700.00"],
    ]);
  });
});

describe("shares bought through an option that replaced shares sold at a loss", () => {
  const call = { symbol: "X-C", underlying: "X", multiplier: 100, quantity: 1 };
  const exercise = event("exercise", "x1", "2024-03-11", { ...call, right: "call", strike: "45" });

  test("are the replacement that the option was, with its basis and holding period, and no second one", () => {
    const ledger = ledgerOf([
      buy("b1", "2024-01-02", 200, "50"),
      sell("s1", "2024-03-01", 200, "40"),
      event("buy", "o1", "2024-03-05", { ...call, price: "2" }),
      exercise,
    ]);
    expect(ledger.lines()).toMatchObject([{ washQuantity: "100", adjustment: "1000.00", gain: "-1000.00" }]);
    // 4,500 paid, 200 for the call, 1,000 washed; b1 was held for 59 days.
    expect(ledger.lots()).toMatchObject([
      {
        lot: "x1",
        quantity: "100",
        amount: "5700.00",
        washDeferred: "1000.00",
        acquired: "2024-03-11",
        holdingFrom: "2024-01-12",
        isReplacement: true,
      },
    ]);
  });

  test("replace others as far as the option did not", () => {
    const ledger = ledgerOf([
      buy("b1", "2024-01-02", 40, "50"),
      sell("s1", "2024-03-01", 40, "40"),
      event("buy", "o1", "2024-03-05", { ...call, price: "2" }),
      buy("b2", "2024-03-06", 80, "50"),
      exercise,
      sell("s2", "2024-03-12", 80, "40", { lots: [{ lot: "b2", quantity: 80 }] }),
    ]);
    expect(ledger.lines().map((line) => [line.disposal, line.washQuantity, line.gain])).toEqual([
      ["s1", "40", "0.00"],
      ["s2", "60", "-200.00"],
    ]);
    expect(ledger.lots().map((lot) => [lot.quantity, lot.amount, lot.isReplacement])).toEqual([
      ["40", "2280.00", true],
      ["60", "3420.00", true],
    ]);
  });

  test("are so too when a written put was the replacement", () => {
    const put = { symbol: "X-P", underlying: "X", multiplier: 100, quantity: 1 };
    const ledger = ledgerOf([
      buy("b1", "2024-01-02", 200, "50"),
      sell("s1", "2024-03-01", 200, "40"),
      event("short", "w1", "2024-03-05", { ...put, price: "15" }),
      event("assignment", "x1", "2024-03-11", { ...put, right: "put", strike: "55" }),
    ]);
    expect(ledger.lines()).toMatchObject([{ washQuantity: "100", gain: "-1000.00" }]);
    expect(ledger.lots()).toMatchObject([
      { amount: "5000.00", washDeferred: "1000.00", holdingFrom: "2024-01-12", isReplacement: true },
    ]);
  });
});

test("a year that is none is refused", () => {
  const ledger = ledgerOf([buy("b1", "2024-01-02", 1, "1"), sell("s1", "2024-01-03", 1, "1")]);
  for (const year of [Number.NaN, 2024.5]) {
    expect(codeOf(() => ledger.lines({ year }))).toBe("invalid-field year");
    expect(codeOf(() => ledger.totals({ year }))).toBe("invalid-field year");
  }
});

describe("puts written deep in the money", () => {
  const put = { symbol: "X-PUT", underlying: "X", multiplier: 100, quantity: 1 };
  const loss = [
    buy("b1", "2024-01-02", 100, "50"),
    event("sell", "s1", "2024-03-01", { quantity: 100, price: "40" }),
  ];

  test("take up the loss on the stock they buy: it lowers their premium", () => {
    const ledger = ledgerOf([...loss, event("short", "w1", "2024-03-05", { ...put, price: "15" })]);
    expect(ledger.lines()).toMatchObject([{ disposal: "s1", adjustment: "1000.00", gain: "0.00" }]);
    expect(ledger.lots()).toMatchObject([{ lot: "w1", side: "short", quantity: "1", amount: "500.00" }]);
  });

  test("carry it into the stock when they are assigned", () => {
    const ledger = ledgerOf([
      ...loss,
      event("short", "w1", "2024-03-05", { ...put, price: "15" }),
      event("assignment", "x1", "2024-03-15", { ...put, right: "put", strike: "55" }),
    ]);
    // 5,500 paid, less the premium of 1,500, and the washed 1,000.
    expect(ledger.lots()).toMatchObject([{ lot: "x1", quantity: "100", amount: "5000.00" }]);
  });

  test("take it up when they were written before the sale, for as many shares as they are for", () => {
    const ledger = ledgerOf([
      loss[0]!,
      event("short", "w1", "2024-02-20", { ...put, multiplier: 40, price: "15" }),
      loss[1]!,
      event("cover", "c1", "2024-06-03", { symbol: "X-PUT", multiplier: 40, quantity: 1, price: "5" }),
    ]);
    expect(
      ledger.lines().map((line) => [line.disposal, line.washQuantity, line.adjustment, line.gain]),
    ).toEqual([
      ["s1", "40", "400.00", "-600.00"],
      ["c1", "0", "0.00", "0.00"],
    ]);
  });

  test("are no replacement without the stock's name, and not after 30 days", () => {
    const { underlying: _, ...unnamed } = put;
    const ledger = ledgerOf([
      ...loss,
      event("short", "w1", "2024-03-05", { ...unnamed, price: "15" }),
      event("short", "w2", "2024-04-01", { ...put, price: "15" }),
    ]);
    expect(ledger.lines()).toMatchObject([{ adjustment: "0.00", gain: "-1000.00" }]);
  });
});

describe("corporate actions", () => {
  test("shares merged for cash are sold, inherited shares are long-term, gifts keep their date", () => {
    const ledger = ledgerOf([
      event("receive", "g1", "2024-01-02", {
        reason: "gift",
        quantity: 10,
        basis: "50",
        acquired: "2020-05-05",
      }),
      event("receive", "i1", "2024-01-02", { reason: "inheritance", quantity: 10, basis: "100" }),
      event("merger", "m", "2024-02-01", { newSymbol: "Z", ratio: "0", cashPerShare: "12" }),
    ]);
    expect(ledger.lines().map((line) => [line.lot, line.gain, line.term])).toEqual([
      ["g1", "70.00", "L"],
      ["i1", "20.00", "L"],
    ]);
    expect(explain(ledger.lines()[1]!).join()).toContain("inherited; §1223(9)");
  });

  test("boot is gain up to the cash, a loss is never recognised; a merger for stock alone changes names", () => {
    const ledger = ledgerOf([
      buy("b1", "2024-01-02", 10, "5"),
      buy("b2", "2024-01-03", 10, "30"),
      event("merger", "m", "2024-02-01", {
        newSymbol: "Z",
        ratio: "1/2",
        cashPerShare: "4",
        fmvPerNewShare: "20",
      }),
      event("merger", "n", "2024-03-01", { symbol: "Z", newSymbol: "W", ratio: "3" }),
    ]);
    expect(ledger.lines().map((line) => [line.lot, line.proceeds, line.gain])).toEqual([
      ["b1", "40.00", "40.00"],
      ["b2", "40.00", "0.00"],
    ]);
    expect(ledger.lots().map((lot) => [lot.symbol, lot.quantity, lot.amount])).toEqual([
      ["W", "15", "50.00"],
      ["W", "15", "260.00"],
    ]);
    expect(ledger.journal().map((entry) => entry.kind)).toEqual(["basis-change", "basis-change"]);
  });

  test("shorts follow: a split, a spin-off and a cash merger", () => {
    const ledger = ledgerOf([
      event("short", "h1", "2024-01-02", { quantity: 5, price: "30" }),
      event("split", "p", "2024-01-10", { ratio: "1/2", cashInLieuPrice: "58" }),
      event("spin-off", "o", "2024-01-20", {
        child: "Y",
        ratio: "1/4",
        basisFractionToChild: "0.5",
        cashInLieuPrice: "40",
      }),
      event("merger", "m", "2024-02-01", { newSymbol: "Z", ratio: "0", cashPerShare: "20" }),
    ]);
    expect(ledger.lines().map((line) => [line.kind, line.side, line.symbol, line.gain])).toEqual([
      ["cash-in-lieu", "short", "X", "1.00"],
      ["cash-in-lieu", "short", "Y", "40.00"],
      ["merger", "short", "X", "20.00"],
    ]);
  });

  test("lots too small for a merger leave their basis behind, also among lots sold by their price", () => {
    const ledger = ledgerOf(
      [
        buy("b1", "2024-01-02", 10, "10"),
        sell("s1", "2024-01-03", 1, "10"),
        buy("b2", "2024-01-04", 4, "10", { symbol: "Y" }),
        buy("b3", "2024-01-05", 10, "10", { symbol: "Y" }),
        event("merger", "m", "2024-02-01", { symbol: "Y", newSymbol: "X", ratio: "1/10" }),
        sell("s2", "2024-03-01", 10, "10"),
      ],
      { method: "hifo", quantityDecimals: 0 },
    );
    expect(ledger.lines().map((line) => [line.lot, line.quantity, line.basis])).toEqual([
      ["b1", "1", "10.00"],
      ["b3", "1", "140.00"],
      ["b1", "9", "90.00"],
    ]);
  });

  test("lots too small for a reverse split leave their basis behind", () => {
    const ledger = ledgerOf(
      [
        buy("b1", "2024-01-02", 1, "5"),
        buy("b2", "2024-01-03", 9, "5"),
        event("split", "p", "2024-01-10", { ratio: "1/10" }),
      ],
      { quantityDecimals: 0 },
    );
    expect(ledger.lots().map((lot) => [lot.quantity, lot.amount])).toEqual([["1", "50.00"]]);
  });
});

describe("methods", () => {
  const lots = [
    buy("b1", "2024-01-02", 10, "10"),
    buy("b2", "2024-01-03", 10, "30"),
    buy("b3", "2024-01-04", 10, "20"),
  ];
  test.each([
    ["fifo", ["b1", "b2"]],
    ["lifo", ["b3", "b2"]],
    ["hifo", ["b2", "b3"]],
    ["lofo", ["b1", "b3"]],
    ["tax-efficient", ["b2", "b3"]],
  ] as const)("%s takes %s first", (method, order) => {
    const ledger = ledgerOf([...lots, sell("s1", "2024-05-01", 15, "25")], { method });
    expect(ledger.lines().map((line) => line.lot)).toEqual(order);
  });

  test("specific identification takes the named lots, if named in time", () => {
    const named = { lots: [{ lot: "b3", quantity: 3 }], identifiedOn: "2024-05-02" };
    const ledger = ledgerOf(lots);
    expect(codeOf(() => ledger.apply(sell("s1", "2024-05-01", 3, "25", named)))).toBe(
      "late-identification identifiedOn",
    );
    ledger.apply(sell("s1", "2024-05-01", 3, "25", { ...named, settlementDate: "2024-05-02" }));
    expect(ledger.lines()).toMatchObject([{ lot: "b3", quantity: "3" }]);
  });

  test("accounts may have standing orders of their own, and sales theirs", () => {
    const accounts = [
      { id: "a", type: "taxable", method: "lifo" },
      { id: "b", type: "taxable" },
    ] as const;
    const events = ["a", "b"].flatMap((account) => [
      ...lots.map((lot) => ({ ...lot, id: `${account}${lot.id}`, account })),
      sell(`${account}s1`, "2024-05-01", 1, "25", { account }),
      sell(`${account}s2`, "2024-05-01", 1, "25", { account, method: "lofo" }),
    ]);
    const inOrder = events.toSorted((a, b) => (a.date < b.date ? -1 : 1));
    expect(
      ledgerOf(inOrder, { accounts, method: "hifo" })
        .lines()
        .map((line) => line.lot),
    ).toEqual(["ab3", "ab1", "bb2", "bb1"]);
    expect(
      codeOf(() => new TaxLedger({ accounts: [{ id: "a", type: "ira", method: "best" as never }] })),
    ).toBe("invalid-field accounts");
  });

  test("identification may be required, by the settlement date or, for digital assets, at the sale", () => {
    const required = { identification: "required" } as const;
    const named = { lots: [{ lot: "b3", quantity: 3 }] };
    const attempt = (more: Record<string, unknown>, options: TaxLedgerOptions = required): unknown =>
      codeOf(() => ledgerOf([...lots, sell("s1", "2024-05-01", 3, "25", more)], options));
    expect(attempt({})).toBe("nothing thrown");
    expect(attempt({ method: "fifo" })).toBe("nothing thrown");
    expect(attempt(named)).toBe("missing-identification identifiedOn");
    expect(attempt({ method: "hifo" })).toBe("missing-identification identifiedOn");
    expect(attempt({ method: "hifo", identifiedOn: "2024-05-01" })).toBe("nothing thrown");
    const late = { ...named, identifiedOn: "2024-05-02", settlementDate: "2024-05-02" };
    expect(attempt(late)).toBe("nothing thrown");
    expect(attempt(late, { assetClass: "digital" })).toBe("late-identification identifiedOn");
  });

  test("average cost is for funds; holding periods stay first in, first out", () => {
    const sale = sell("s1", "2024-05-01", 15, "25", { method: "average" });
    expect(codeOf(() => ledgerOf([...lots, sale]))).toBe("average-not-allowed method");
    const ledger = ledgerOf([...lots, sale], { assetClasses: { X: "fund" } });
    expect(ledger.lines().map((line) => [line.lot, line.basis])).toEqual([
      ["b1", "200.00"],
      ["b2", "100.00"],
    ]);
  });

  test("a long history of closed lots is forgotten", () => {
    const many = Array.from({ length: 400 }, (_, at) => buy(`b${at}`, "2024-01-02", 1, String(1 + (at % 7))));
    const sales = Array.from({ length: 390 }, (_, at) =>
      sell(`s${at}`, "2024-01-03", 1, "9", { method: (["fifo", "hifo", "lifo"] as const)[at % 3] }),
    );
    const ledger = ledgerOf([...many, ...sales]);
    expect(ledger.lots()).toHaveLength(10);
    expect(ledger.totals().proceeds).toBe("3510.00");
  });
});

describe("bad input leaves the ledger as it was", () => {
  const start = [buy("b1", "2024-01-02", 10, "10")];
  const cases: [string, unknown, string][] = [
    ["more than held", sell("s", "2024-02-01", 11, "1"), "not-enough quantity"],
    ["nothing held", event("expiry", "s", "2024-02-01", { symbol: "NONE" }), "not-enough quantity"],
    ["the same id", buy("b1", "2024-02-01", 1, "1"), "duplicate-id"],
    ["an earlier date", buy("b0", "2024-01-01", 1, "1"), "out-of-order date"],
    ["a date that is none", buy("b2", "2024-02-30", 1, "1"), "invalid-field date"],
    ["a negative quantity", buy("b2", "2024-02-01", -1, "1"), "invalid-field quantity"],
    ["a negative price", buy("b2", "2024-02-01", 1, "-1"), "invalid-field price"],
    ["binary fractions", buy("b2", "2024-02-01", 0.1, "1"), "invalid-field quantity"],
    ["words", buy("b2", "2024-02-01", 1, "ten"), "invalid-field price"],
    ["nothing", buy("b2", "2024-02-01", 1, null as never), "invalid-field price"],
    [
      "too fine a quantity",
      event("buy", "b2", "2024-02-01", { quantity: "0.000000001", price: "1" }),
      "too-many-decimals quantity",
    ],
    ["price and amount", buy("b2", "2024-02-01", 1, "1", { amount: "1" }), "invalid-field price"],
    ["another currency", buy("b2", "2024-02-01", 1, "1", { currency: "EUR" }), "mixed-currencies currency"],
    ["an unknown account", buy("b2", "2024-02-01", 1, "1", { account: "?" }), "unknown-account account"],
    ["an unknown type", event("give", "b2", "2024-02-01", {}), "invalid-field type"],
    ["no symbol", buy("b2", "2024-02-01", 1, "1", { symbol: "" }), "invalid-field symbol"],
    [
      "a gift from later on",
      event("receive", "g", "2024-02-01", {
        reason: "gift",
        quantity: 1,
        basis: "1",
        acquired: "2024-02-02",
      }),
      "invalid-field acquired",
    ],
    [
      "an unknown lot",
      sell("s", "2024-02-01", 1, "1", { lots: [{ lot: "?", quantity: 1 }] }),
      "unknown-lot lots",
    ],
    [
      "too much of a lot",
      sell("s", "2024-02-01", 10, "1", {
        lots: [
          { lot: "b1", quantity: 6 },
          { lot: "b1", quantity: 4 },
        ],
      }),
      "nothing thrown",
    ],
    [
      "lots that do not add up",
      sell("s", "2024-02-01", 2, "1", { lots: [{ lot: "b1", quantity: 1 }] }),
      "invalid-field lots",
    ],
    [
      "a short in an IRA",
      event("short", "s", "2024-02-01", { account: "ira", quantity: 1, price: "1" }),
      "wrong-side account",
    ],
    [
      "a transfer into an IRA",
      event("transfer", "s", "2024-02-01", { toAccount: "ira", quantity: 1 }),
      "invalid-field toAccount",
    ],
    ["a ratio of nothing", event("split", "s", "2024-02-01", { ratio: "0" }), "invalid-field ratio"],
    [
      "a merger into itself",
      event("merger", "s", "2024-02-01", { newSymbol: "X", ratio: "1" }),
      "invalid-field",
    ],
    [
      "boot without a value",
      event("merger", "s", "2024-02-01", { newSymbol: "Y", ratio: "1", cashPerShare: "1" }),
      "invalid-field fmvPerNewShare",
    ],
    [
      "a fraction above one",
      event("spin-off", "s", "2024-02-01", { child: "Y", ratio: "1", basisFractionToChild: "1.1" }),
      "invalid-field basisFractionToChild",
    ],
    ["worthless in June", event("worthless", "s", "2024-06-28", {}), "invalid-field date"],
    ["half a multiplier", buy("b2", "2024-02-01", 1, "1", { multiplier: "1/2" }), "invalid-field multiplier"],
  ];
  test.each(cases)("%s", (_name, bad, code) => {
    const accounts = [
      { id: "main", type: "taxable" },
      { id: "ira", type: "ira" },
    ] as const;
    const ledger = ledgerOf(start, { currency: "USD", accounts });
    const before = JSON.stringify([ledger.lines(), ledger.lots()]);
    expect(codeOf(() => ledger.apply(bad as TaxEvent))).toBe(code);
    if (code !== "nothing thrown") expect(JSON.stringify([ledger.lines(), ledger.lots()])).toBe(before);
  });

  test("options that make no sense", () => {
    const bad: [TaxLedgerOptions, string][] = [
      [{ method: "best" as never }, "invalid-field method"],
      [{ accounts: [] }, "invalid-field accounts"],
      [
        {
          accounts: [
            { id: "a", type: "taxable" },
            { id: "a", type: "ira" },
          ],
        },
        "invalid-field accounts",
      ],
      [{ substantiallyIdentical: [["A", "B"], ["B"]] }, "invalid-field substantiallyIdentical"],
      [{ moneyDecimals: -1 }, "invalid-field moneyDecimals"],
      [{ arithmetic: "float" as never }, "invalid-field arithmetic"],
      [{ quantityDecimals: 37 }, "invalid-field quantityDecimals"],
    ];
    for (const [options, code] of bad) expect(codeOf(() => new TaxLedger(options))).toBe(code);
  });
});

describe("numbers of any size are exact", () => {
  test("sums beyond 2^53 cents, and quantities of 18 decimals", () => {
    const ledger = ledgerOf([
      buy("b1", "2024-01-02", 1, "90071992547409.91"),
      buy("b2", "2024-01-02", 1, "90071992547409.93"),
      sell("s1", "2024-01-03", 2, "90071992547409.92"),
    ]);
    expect(ledger.totals()).toMatchObject({ proceeds: "180143985094819.84", net: "0.00" });
    const coins = ledgerOf(
      [
        event("buy", "c1", "2024-01-02", { quantity: "1.000000000000000001", amount: "10" }),
        event("sell", "c2", "2024-01-03", { quantity: "0.000000000000000001", amount: "1" }),
      ],
      { quantityDecimals: 18, assetClass: "digital" },
    );
    expect(coins.lots()).toMatchObject([{ quantity: "1", amount: "10.00" }]);
  });

  test("an event that does not fit into 53 bits, or divides shares, takes the history along", () => {
    const events = [
      buy("b1", "2024-01-02", 90_000_000, "1"),
      sell("s1", "2024-01-03", 1, "0.5"),
      event("split", "p", "2024-01-03", { ratio: "3/7" }),
      buy("b2", "2024-01-04", 90_000_000, "1"),
      buy("b3", "2024-01-04", 5, "1", { quantity: "0.125" }),
      sell("s2", "2024-01-05", 1, "0.25", { quantity: "0.00000001" }),
    ];
    const ledger = ledgerOf(events);
    const exact = ledgerOf(events, { arithmetic: "bigint" });
    expect(ledger.lines()).toEqual(exact.lines());
    expect(ledger.lots()).toEqual(exact.lots());
    expect(ledger.journal()).toEqual(exact.journal());
    expect(codeOf(() => ledger.apply(buy("b4", "2024-01-05", 1, "1", { quantity: "0.000000001" })))).toBe(
      "too-many-decimals quantity",
    );
    expect(ledger.lots()).toEqual(exact.lots());
  });
});

describe("ids", () => {
  test("are unique, in whatever order they come", () => {
    const ledger = new TaxLedger();
    const attempt = (id: string, quantity = 1): unknown =>
      codeOf(() => ledger.apply(buy(id, "2024-01-02", quantity, "1")));
    expect(["row9", "row10", "row11"].map((id) => attempt(id))).toEqual(Array(3).fill("nothing thrown"));
    expect(attempt("row12", -1)).toBe("invalid-field quantity");
    expect(attempt("row12")).toBe("nothing thrown");
    expect(attempt("row10")).toBe("duplicate-id");
    expect(attempt("a")).toBe("nothing thrown");
    expect(attempt("b", -1)).toBe("invalid-field quantity");
    expect(["a", "b", "b", "row13"].map((id) => attempt(id))).toEqual([
      "duplicate-id",
      "nothing thrown",
      "duplicate-id",
      "nothing thrown",
    ]);
    expect(codeOf(() => ledger.applyLate(buy("row9", "2024-01-01", 1, "1")))).toBe("duplicate-id");
    ledger.withdraw("row9");
    expect(attempt("row9")).toBe("nothing thrown");
  });
});

describe("a listener", () => {
  test("hears of each line as it comes and of each wash as a purchase causes it", () => {
    const heard: string[] = [];
    const ledger = new TaxLedger(
      {},
      {
        lineAdded: (line) => heard.push(`line ${line.disposal} ${line.gain}`),
        lineWashed: (line, wash) =>
          heard.push(`${wash.lot} washes ${wash.amount} of ${line.disposal}: ${line.gain}`),
        restated: () => heard.push("restated"),
      },
    );
    ledger.applyAll(washed);
    ledger.apply(sell("s2", "2014-07-06", 20, "8", { order: "o" }));
    ledger.lines();
    ledger.apply(buy("b3", "2014-07-07", 5, "8"));
    ledger.withdraw("b3");
    expect(heard).toEqual([
      "line s1 -250.00",
      "b2 washes 250.00 of s1: 0.00",
      "line s2 -50.00",
      "b3 washes 12.50 of s2: -37.50",
      "restated",
    ]);
  });
});

test("a listener may hear of washes alone, or of lines alone", () => {
  const heard: string[] = [];
  new TaxLedger({}, { lineWashed: (_, wash) => heard.push(wash.lot) }).applyAll(washed);
  new TaxLedger({}, { lineAdded: (line) => heard.push(line.disposal) }).applyAll(washed);
  new TaxLedger({}, {}).applyAll(washed);
  expect(heard).toEqual(["b2", "s1"]);
});

describe("history", () => {
  test("the journal is only added to: late events take entries back", () => {
    const ledger = ledgerOf(washed);
    const [first] = ledger.journal();
    ledger.applyLate(buy("b0", "2014-06-25", 60, "9"));
    const journal = ledger.journal();
    expect(journal[0]).toEqual(first);
    expect(
      journal.map((entry) => [entry.sequence, entry.kind, entry.lot, entry.amount, entry.reverses]),
    ).toEqual([
      [1, "wash-sale", "b2", "250.00", undefined],
      [2, "reversal", "b2", "250.00", 1],
      [3, "wash-sale", "b0", "150.00", undefined],
      [4, "wash-sale", "b2", "100.00", undefined],
    ]);
    const copy = TaxLedger.restore(JSON.parse(JSON.stringify(ledger.snapshot())));
    for (const one of [ledger, copy]) {
      one.apply(sell("s2", "2014-08-01", 100, "1"));
      one.apply(buy("b4", "2014-08-02", 1, "1"));
    }
    expect(copy.journal()).toEqual(ledger.journal());
    expect(ledger.journal().slice(0, 4)).toEqual(journal);
    expect(ledger.journal().at(-1)).toMatchObject({ sequence: 6, kind: "wash-sale", lot: "b4" });
    ledger.withdraw("b4");
    expect(ledger.journal().at(-1)).toMatchObject({ sequence: 7, kind: "reversal", reverses: 6 });
  });

  test("what is provisional depends on the day that is known, with or without an event on it", () => {
    const ledger = ledgerOf(washed.slice(0, 2));
    expect(ledger.lines({ asOf: "2014-07-31" })[0]?.isProvisional).toBe(true);
    expect(ledger.lines({ asOf: "2014-08-01" })[0]).toMatchObject({
      isProvisional: false,
      exposedQuantity: "0",
    });
  });

  test("late, amended and withdrawn events recompute what follows", () => {
    const ledger = ledgerOf(washed);
    ledger.applyLate(buy("b0", "2014-06-25", 100, "9"));
    expect(ledger.lines()[0]?.washes.map((wash) => wash.lot)).toEqual(["b0"]);
    ledger.amend(buy("b0", "2014-01-25", 100, "9"));
    expect(ledger.lines()[0]).toMatchObject({ lot: "b0", adjustment: "150.00" });
    ledger.amend(buy("b0", "2014-01-25", 100, "7"));
    expect(ledger.lines()[0]?.gain).toBe("50.00");
    ledger.withdraw("b0");
    expect(ledger.lines()).toEqual(ledgerOf(washed).lines());
    expect(codeOf(() => ledger.withdraw("b0"))).toBe("unknown-event");
    expect(codeOf(() => ledger.withdraw("b1"))).toBe("not-enough quantity");
    expect(codeOf(() => ledger.amend(buy("b1", "2014-05-01", 100, "10", { symbol: "" })))).toBe(
      "invalid-field symbol",
    );
    expect(ledger.events.map((one) => one.id)).toEqual(["b1", "s1", "b2"]);
  });

  test("a snapshot is plain data and makes the same ledger", () => {
    const ledger = ledgerOf(washed, { method: "lifo" });
    const copy = TaxLedger.restore(JSON.parse(JSON.stringify(ledger.snapshot())));
    expect(copy.lots()).toEqual(ledger.lots());
    expect(copy.options.method).toBe("lifo");
    expect(codeOf(() => TaxLedger.restore({} as never))).toBe("bad-file format");
  });

  test("explains a line in words", () => {
    const [line] = ledgerOf(washed).lines() as [GainLine];
    expect(explain(line)).toContain(
      "disallowed 250.00: 100 shares bought 2014-07-05 (lot b2), 4 days after the sale; §1091(a)",
    );
    const [open] = ledgerOf(washed.slice(0, 2)).lines() as [GainLine];
    expect(explain(open).at(-1)).toContain("until 2014-07-31 would wash up to 100 shares");
    const shorts = [
      event("short", "h1", "2014-05-01", { quantity: 10, price: "8" }),
      event("cover", "c1", "2014-07-01", { quantity: 10, price: "10" }),
    ];
    expect(explain(ledgerOf(shorts).lines()[0]!).at(-1)).toContain("a short sale of X until 2014-07-31");
  });
});

describe("constructive sales (IRC 1259)", () => {
  const short = (id: string, date: string, quantity: number, price: string) =>
    event("short", id, date, { quantity, price });
  const taken = (date: string, quantity: number, price: string, more = {}) =>
    event("constructive-sale", "c1", date, { quantity, price, ...more });

  test("a gain is recognised, raises the basis and starts the holding period anew", () => {
    const ledger = ledgerOf([
      buy("b1", "2023-01-03", 100, "10"),
      short("h1", "2025-03-03", 60, "25"),
      taken("2025-03-03", 60, "25"),
      sell("s1", "2025-09-01", 100, "30"),
    ]);
    expect(ledger.lines()).toMatchObject([
      { kind: "constructive-sale", quantity: "60", proceeds: "1500.00", basis: "600.00", term: "L" },
      {
        kind: "sale",
        quantity: "60",
        basis: "1500.00",
        gain: "300.00",
        term: "S",
        holdingFrom: "2025-03-03",
      },
      { kind: "sale", quantity: "40", basis: "400.00", gain: "800.00", term: "L" },
    ]);
    expect(explain(ledger.lines()[0]!)[0]).toContain("§1259(a)");
    expect(ledger.journal()).toMatchObject([
      { kind: "basis-change", event: "c1", lot: "b1", amount: "1500.00" },
    ]);
  });

  test("shares without a gain stay as they are, earliest purchases first", () => {
    const ledger = ledgerOf([
      buy("b1", "2023-01-03", 10, "30"),
      buy("b2", "2023-02-03", 10, "10"),
      taken("2025-03-03", 15, "25"),
    ]);
    expect(ledger.lines()).toMatchObject([{ lot: "b2", quantity: "5", gain: "75.00" }]);
    expect(ledger.lots()).toMatchObject([
      { lot: "b1", amount: "300.00", holdingFrom: "2023-01-03" },
      { lot: "b2", quantity: "5", amount: "125.00", holdingFrom: "2025-03-03" },
      { lot: "b2", quantity: "5", amount: "50.00", holdingFrom: "2023-02-03" },
    ]);
  });

  test("named lots go before the order of purchase; within a lot, shares with the greatest gain go first", () => {
    const ledger = ledgerOf([
      buy("b1", "2023-01-03", 10, "10"),
      buy("b2", "2023-02-03", 10, "10"),
      taken("2025-03-03", 4, "25", { lots: [{ lot: "b2", quantity: 4 }] }),
      event("constructive-sale", "c2", "2025-03-04", {
        quantity: 4,
        price: "26",
        lots: [{ lot: "b2", quantity: 4 }],
      }),
    ]);
    expect(ledger.lines()).toMatchObject([
      { lot: "b2", gain: "60.00" },
      { lot: "b2", gain: "64.00" },
    ]);
  });

  test("inherited shares are long-term, and from then on counted like others", () => {
    const ledger = ledgerOf([
      event("receive", "r1", "2025-01-02", { quantity: 10, basis: "100", reason: "inheritance" }),
      taken("2025-03-03", 10, "25"),
      sell("s1", "2025-09-01", 10, "30"),
    ]);
    expect(ledger.lines()).toMatchObject([
      { term: "L", isInherited: true },
      { term: "S", isInherited: false },
    ]);
  });

  test("more than is held, a retirement account and a missing value are refused and leave the ledger as it was", () => {
    const accounts = [
      { id: "main", type: "taxable" },
      { id: "ira", type: "ira" },
    ] as const;
    const ledger = ledgerOf([buy("b1", "2023-01-03", 10, "10")], { accounts });
    expect(codeOf(() => ledger.apply(taken("2025-03-03", 11, "25")))).toBe("not-enough quantity");
    expect(codeOf(() => ledger.apply(taken("2025-03-03", 1, "25", { account: "ira" })))).toBe(
      "wrong-side account",
    );
    expect(codeOf(() => ledger.apply(event("constructive-sale", "c", "2025-03-03", { quantity: 1 })))).toBe(
      "invalid-field price",
    );
    expect(ledger.lines()).toEqual([]);
    expect(ledger.lots()).toMatchObject([{ quantity: "10", amount: "100.00", holdingFrom: "2023-01-03" }]);
  });
});
