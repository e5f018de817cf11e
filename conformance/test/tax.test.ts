import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outsideData } from "@exchange-kit/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tax } from "../src/tax.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exchange-kit-conform-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Result {
  readonly id: string;
  readonly [field: string]: unknown;
}

async function conform(path: string): Promise<Result[]> {
  const lines: string[] = [];
  await tax.run([path], (line) => lines.push(line));
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0]!).cases;
}

async function solve(one: unknown): Promise<Result> {
  const path = join(folder, "case.json");
  writeFileSync(path, JSON.stringify({ cases: [one] }));
  return (await conform(path))[0]!;
}

const visible = outsideData("tax/cases.json");
describe.skipIf(!visible)("the visible cases (skipped where the outside vectors are missing)", () => {
  const cases: { id: string; expected: Record<string, unknown> }[] = visible
    ? JSON.parse(readFileSync(visible, "utf8")).cases
    : [];
  test.each(cases)("$id", async ({ id, expected: { tolerance: _tolerance, ...expected } }) => {
    const found = (await conform(visible!)).find((result) => result.id === id);
    expect(found).toEqual({ id, ...expected });
  });
});

describe("kinds of cases beyond the visible ones", () => {
  const buy = { id: "b1", date: "2024-01-02", type: "BUY", symbol: "X", qty: "100", price: "10", fee: "0" };

  test("conserving cents return the paid total", async () => {
    const { lines } = await solve({
      id: "thirds",
      config: { method: "FIFO", washSales: false, rounding: "conserving-cents" },
      events: [
        { ...buy, qty: "3", price: "33.333333333333" },
        ...["1", "2", "3"].map((n) => ({ ...buy, id: `s${n}`, type: "SELL", qty: "1", price: "50" })),
      ],
    });
    expect((lines as { basis: string }[]).map((line) => line.basis)).toEqual(["33.33", "33.34", "33.33"]);
  });

  test("a reverse split pays the fraction in cash, with a third kept exact", async () => {
    const { lines, remaining } = await solve({
      id: "third",
      config: { method: "FIFO", washSales: true },
      events: [
        buy,
        { id: "x", date: "2024-06-03", type: "SPLIT", symbol: "X", ratio: "1/3", cashInLieuPrice: "36" },
      ],
    });
    expect(lines).toMatchObject([
      { disposal: "x", lot: "b1", proceeds: "12.00", basis: "10.00", gain: "2.00" },
    ]);
    expect(remaining).toMatchObject([{ qty: "33", basis: "990.00" }]);
  });

  test("a spin-off, a merger with boot and a return of capital", async () => {
    const { lines, remaining } = await solve({
      id: "actions",
      config: { method: "FIFO", washSales: true },
      events: [
        buy,
        {
          id: "o",
          date: "2024-03-01",
          type: "SPINOFF",
          symbol: "X",
          child: "Y",
          ratio: "1/2",
          basisFractionToChild: "0.25",
        },
        {
          id: "m",
          date: "2024-04-01",
          type: "MERGER",
          symbol: "X",
          newSymbol: "Z",
          ratio: "2",
          cashPerShare: "1",
          fmvPerNewShare: "4",
        },
        { id: "r", date: "2024-05-01", type: "ROC", symbol: "Y", perShare: "6" },
      ],
    });
    expect(lines).toMatchObject([
      {
        disposal: "m",
        lot: "b1",
        symbol: "X",
        qty: "100",
        proceeds: "100.00",
        basis: "0.00",
        gain: "100.00",
      },
      { disposal: "r", lot: "b1/Y", qty: "50", proceeds: "50.00", basis: "0.00", gain: "50.00", term: "S" },
    ]);
    expect(remaining).toMatchObject([
      { lot: "b1", symbol: "Z", qty: "200", basis: "750.00" },
      { lot: "b1/Y", symbol: "Y", qty: "50", basis: "0.00" },
    ]);
  });

  test("futures are marked at the year's end, 60/40", async () => {
    const { years } = await solve({
      id: "futures",
      config: { kind: "1256", multiplier: "50" },
      events: [
        { ...buy, qty: "2", price: "4000", fee: "5" },
        { id: "m", date: "2024-12-31", type: "MARK", symbol: "X", price: "4010" },
        { id: "s", date: "2025-02-03", type: "SELL", symbol: "X", qty: "2", price: "3990", fee: "5" },
      ],
    });
    expect(years).toEqual({
      2024: { gain: "995.00", longTerm: "597.00", shortTerm: "398.00" },
      2025: { gain: "-2005.00", longTerm: "-1203.00", shortTerm: "-802.00" },
    });
  });

  test("an option on the stock takes up its loss, contract by contract", async () => {
    const { lines, remaining } = await solve({
      id: "option",
      config: { method: "FIFO", washSales: true },
      events: [
        buy,
        { id: "s1", date: "2024-03-01", type: "SELL", symbol: "X", qty: "100", price: "8", fee: "0" },
        {
          id: "c1",
          date: "2024-03-04",
          type: "BUY",
          symbol: "X-C",
          underlying: "X",
          multiplier: "100",
          qty: "2",
          price: "1",
          fee: "0",
        },
      ],
    });
    expect(lines).toMatchObject([{ disposal: "s1", adjustment: "200.00", washQty: "100" }]);
    expect(remaining).toMatchObject([
      { lot: "c1", qty: "1", basis: "300.00", washDeferred: "200.00" },
      { lot: "c1", qty: "1", basis: "100.00" },
    ]);
  });

  test("a half-used retirement lot stays one", async () => {
    const { remaining } = await solve({
      id: "ira",
      config: {
        method: "FIFO",
        washSales: true,
        accounts: [
          { id: "t", type: "taxable" },
          { id: "i", type: "ira" },
        ],
      },
      events: [
        { ...buy, account: "t" },
        {
          id: "s1",
          date: "2024-03-01",
          type: "SELL",
          symbol: "X",
          qty: "40",
          price: "8",
          fee: "0",
          account: "t",
        },
        {
          id: "b2",
          date: "2024-03-04",
          type: "BUY",
          symbol: "X",
          qty: "90",
          price: "9",
          fee: "0",
          account: "i",
        },
      ],
    });
    expect(remaining).toMatchObject([
      { lot: "b1", qty: "60" },
      { lot: "b2", account: "i", qty: "90", basis: "810.00" },
    ]);
  });

  /** `id date type symbol quantity price`, then further fields; the figures were worked out by hand from the rules. */
  const event = (text: string): Record<string, string> => {
    const [id, date, type, symbol, qty, price, ...more] = text.split(" ") as string[];
    const rest = Object.fromEntries(more.map((field) => field.split("=")));
    return { id, date, type, symbol, qty, price, fee: "0", ...rest } as Record<string, string>;
  };
  test.each([
    {
      name: "fills of one order do not replace each other",
      config: {},
      events: [
        "f1 2024-01-10 BUY X 50 10 order=o",
        "f2 2024-01-10 BUY X 50 10 order=o",
        "s1 2024-01-20 SELL X 50 8",
      ],
      lines: [{ lot: "f1", code: "", gain: "-100.00" }],
      remaining: [{ lot: "f2", qty: "50", basis: "500.00" }],
    },
    {
      name: "shares of the same sell order are no replacement, those left over are",
      config: {},
      events: [
        "b1 2024-01-10 BUY X 10 10",
        "b2 2024-02-10 BUY X 10 10",
        "f1 2024-02-20 SELL X 10 8 order=o",
        "f2 2024-02-20 SELL X 5 8 order=o",
        "b3 2024-02-21 BUY X 2 8",
      ],
      lines: [
        { lot: "b1", washQty: "7", adjustment: "14.00", gain: "-6.00" },
        { lot: "b2", code: "", gain: "-10.00" },
      ],
      remaining: [
        { lot: "b2", qty: "5", basis: "60.00", holdingFrom: "2023-12-31" },
        { lot: "b3", qty: "2", basis: "20.00", holdingFrom: "2024-01-11" },
      ],
    },
    {
      name: "a chain tacks and carries the loss on",
      config: {},
      events: [
        "b1 2023-06-01 BUY X 100 10",
        "s1 2024-05-20 SELL X 100 8",
        "b2 2024-06-10 BUY X 100 9",
        "s2 2024-06-24 SELL X 100 7",
      ],
      lines: [
        { lot: "b1", term: "S", gain: "0.00" },
        { lot: "b2", holdingFrom: "2023-06-22", term: "L", basis: "1100.00", gain: "-400.00" },
      ],
      remaining: [],
    },
    {
      name: "a loss on a short lowers the proceeds of one that is still open",
      config: {},
      events: ["h1 2024-01-10 SHORT X 100 10", "h2 2024-01-20 SHORT X 60 11", "c1 2024-02-01 COVER X 100 12"],
      lines: [{ lot: "h1", side: "short", washQty: "60", adjustment: "120.00", gain: "-80.00" }],
      remaining: [
        { lot: "h2", side: "short", opened: "2024-01-20", proceeds: "540.00", washDeferred: "120.00" },
      ],
    },
    {
      name: "an identical symbol replaces",
      config: { substantiallyIdentical: [["A", "B"]] },
      events: ["b1 2024-01-10 BUY A 10 10", "b2 2024-02-20 BUY B 4 20", "s1 2024-03-01 SELL A 10 8"],
      lines: [{ lot: "b1", washQty: "4", adjustment: "8.00", gain: "-12.00" }],
      remaining: [{ lot: "b2", symbol: "B", basis: "88.00", holdingFrom: "2023-12-31" }],
    },
    {
      name: "tax-efficient: short and long losses, zero, then long and short gains",
      config: { method: "TAX_EFFICIENT", washSales: false },
      events: [
        "a 2022-01-03 BUY X 10 30",
        "b 2022-02-03 BUY X 10 10",
        "c 2023-12-01 BUY X 10 25",
        "d 2023-12-02 BUY X 10 35",
        "e 2023-12-03 BUY X 10 5",
        "f 2023-12-04 BUY X 10 20",
        "s 2024-01-10 SELL X 60 20",
      ],
      lines: ["d", "c", "a", "f", "b", "e"].map((lot) => ({ lot })),
      remaining: [],
    },
    {
      name: "a part of a contract takes up a part of the loss",
      config: {},
      events: [
        "b1 2024-01-10 BUY X 150 10",
        "s1 2024-03-01 SELL X 150 8",
        "c1 2024-03-05 BUY XC 2 1 underlying=X multiplier=100",
      ],
      lines: [{ lot: "b1", washQty: "150", adjustment: "300.00" }],
      remaining: [
        { lot: "c1", qty: "1.5", basis: "450.00", washDeferred: "300.00" },
        { lot: "c1", qty: "0.5", basis: "50.00" },
      ],
    },
    {
      name: "average cost with a wash sale",
      config: { method: "AVERAGE" },
      events: [
        "b1 2024-01-10 BUY X 10 10",
        "b2 2024-02-25 BUY X 10 20",
        "s1 2024-03-01 SELL X 5 8",
        "b3 2024-03-10 BUY X 10 6",
      ],
      lines: [{ lot: "b1", basis: "75.00", washQty: "5", adjustment: "35.00", gain: "0.00" }],
      remaining: [
        { lot: "b1", qty: "5", basis: "75.00" },
        { lot: "b2", qty: "5", basis: "110.00", washDeferred: "35.00" },
        { lot: "b2", qty: "5", basis: "75.00" },
        { lot: "b3", qty: "10", basis: "60.00" },
      ],
    },
  ])("$name", async ({ config, events, lines, remaining }) => {
    const solved = await solve({
      id: "one",
      config: { method: "FIFO", washSales: true, ...config },
      events: events.map(event),
    });
    expect(solved.lines).toMatchObject(lines);
    expect(solved.remaining).toMatchObject(remaining);
  });

  test("United Kingdom matching looks 30 days ahead in split-adjusted shares", async () => {
    const { matches, pool } = await solve({
      id: "uk",
      config: { method: "UK_S104" },
      events: [
        buy,
        { id: "s", date: "2024-03-01", type: "SELL", symbol: "X", qty: "30", price: "20", fee: "0" },
        { id: "x", date: "2024-03-05", type: "SPLIT", symbol: "X", ratio: "2" },
        { id: "b2", date: "2024-03-31", type: "BUY", symbol: "X", qty: "40", price: "6", fee: "0" },
      ],
    });
    expect(matches).toMatchObject([
      { rule: "THIRTY_DAY", matchedDate: "2024-03-31", qty: "20", cost: "240.0000", gain: "160.0000" },
      { rule: "SECTION_104", qty: "10", cost: "100.0000", gain: "100.0000" },
    ]);
    expect(pool).toEqual({ qty: "180", cost: "900.0000" });
  });
});

test("a run without a file says so", async () => {
  await expect(async () => tax.run([], () => {})).rejects.toThrow("no file of cases");
});
