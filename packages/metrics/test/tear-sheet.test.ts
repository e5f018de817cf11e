import { readFileSync } from "node:fs";
import { maxDrawdown, sharpe, simpleReturns, tearSheet } from "@exchange-kit/metrics";
import { renderTearSheet } from "@exchange-kit/metrics/tear-sheet";
import { outsideData } from "@exchange-kit/test-support";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { madeYears } from "./support.ts";

const made = madeYears(3, 3);
const input = { ...made, trades: [120, -50, 80, 0, -30] };

describe("the data", () => {
  const sheet = tearSheet(input, { riskFreePerPeriod: 0.0001 });

  test("has a value for each period", () => {
    for (const series of [sheet.equity, sheet.benchmarkEquity!, sheet.drawdown, sheet.rollingSharpe])
      expect(series).toHaveLength(made.dates.length);
    expect(sheet.rollingSharpe.filter(Number.isNaN)).toHaveLength(125);
  });

  test("is that of the measures", () => {
    expect(sheet.summary.sharpe).toBe(sharpe(made.returns, { riskFreePerPeriod: 0.0001 }));
    expect(sheet.summary.maxDrawdown).toBe(maxDrawdown(made.returns));
    expect(sheet.drawdowns[0]!.depth).toBeCloseTo(sheet.summary.maxDrawdown, 12);
    expect(sheet.relative!.beta).toBeGreaterThan(0.5);
    expect(sheet.trades).toMatchObject({ count: 5, netProfit: 120 });
    expect(sheet.calendar.map(({ year }) => year)).toEqual([2014, 2015, 2016]);
    const counted = sheet.distribution.reduce((sum, { count }) => sum + count, 0);
    expect(counted).toBe(made.returns.length);
  });

  test("survives JSON", () => {
    const copy = JSON.parse(JSON.stringify(sheet));
    expect(copy.summary.cagr).toBe(sheet.summary.cagr);
    expect(copy.rollingSharpe[0]).toBeNull();
  });

  test("lists drawdowns by depth, as many as asked for, with their days", () => {
    const table = tearSheet(input, { drawdowns: 3 }).drawdowns;
    expect(table).toHaveLength(3);
    expect(table[0]!.depth).toBeLessThanOrEqual(table[1]!.depth);
    for (const { start, trough, recovery } of table) {
      expect(start <= trough).toBe(true);
      expect(recovery === null || recovery > trough).toBe(true);
    }
  });

  test("refuses dates that do not fit", () => {
    expect(() => tearSheet({ ...input, dates: made.dates.slice(1) })).toThrow("as many values");
    expect(() => tearSheet({ ...input, benchmark: [0.1] })).toThrow("benchmark must have as many");
  });
});

describe("the page", () => {
  const page = renderTearSheet(tearSheet(input), {
    title: 'A <b> & "c"',
    name: "Fund",
    benchmarkName: "Market",
  });
  const { document } = parseHTML(page);

  test("stands alone: no script, nothing loaded from elsewhere", () => {
    expect(page).not.toMatch(/<script|<link|src=|url\(|@import/);
    expect(page.replaceAll("http://www.w3.org/", "")).not.toMatch(/https?:/);
  });

  test("escapes what it is given", () => {
    expect(document.querySelector("h1")!.textContent).toBe('A <b> & "c"');
    expect(page).toContain("A &lt;b&gt; &amp; &quot;c&quot;");
  });

  test("is the same from data that went through JSON", () => {
    const sheet = tearSheet({ ...input, trades: [] });
    expect(renderTearSheet(JSON.parse(JSON.stringify(sheet)))).toBe(renderTearSheet(sheet));
  });

  test("escapes dates of a sheet that it did not make", () => {
    const sheet = tearSheet({ dates: ["2024-01-02", "2024-01-03"], returns: [-0.1, 0.01] });
    const forged = { ...sheet, drawdowns: [{ ...sheet.drawdowns[0]!, trough: "<script>" }] };
    expect(renderTearSheet(forged)).not.toContain("<script>");
  });

  test("has every chart as SVG and every table", () => {
    const titles = [...document.querySelectorAll("h2")].map((title) => title.textContent);
    expect(titles).toEqual([
      "Growth of 1, logarithmic",
      "Drawdown",
      "Sharpe ratio of 126 periods",
      "Returns by month, %",
      "Distribution of returns, periods in each bin",
      "Return and risk",
      "Periods",
      "Against Market",
      "Trades",
      "Deepest drawdowns",
    ]);
    expect(document.querySelectorAll("figure > svg")).toHaveLength(5);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("takes its colours from the page, which knows light, dark and paper", () => {
    const charts = [...document.querySelectorAll("figure > svg")].map((svg) => svg.outerHTML).join("");
    expect(charts).toContain("var(--first)");
    expect(charts.replaceAll("--plot-background: white", "")).not.toMatch(/#[0-9a-f]{6}/);
    expect(page).toContain("prefers-color-scheme:dark");
    expect(page).toContain("@media print");
    expect(renderTearSheet(tearSheet(input), { theme: "dark" })).toContain('data-theme="dark"');
  });

  test("keeps the deepest trough of a long series that it thins out", () => {
    const long = madeYears(5, 10);
    const sheet = tearSheet(long);
    const svg = parseHTML(renderTearSheet(sheet)).document.querySelectorAll("figure > svg")[1]!;
    const path = svg.querySelector('[aria-label="line"] path')!.getAttribute("d")!;
    const ys = [...path.matchAll(/,(-?[\d.]+)/g)].map((match) => Number(match[1]));
    expect(ys.length).toBeLessThan(900);
    // y grows downwards; the zero line is drawn at the smallest y.
    const depth = (Math.max(...ys) - Math.min(...ys)) / -sheet.summary.maxDrawdown;
    const other = ys.filter((y) => y > Math.min(...ys) && y < Math.max(...ys));
    expect(depth).toBeGreaterThan(0);
    expect(other.length).toBeGreaterThan(300);
  });

  test.each([
    ["no periods", { dates: [], returns: [] }],
    ["one period", { dates: ["2024-01-02"], returns: [0.01] }],
    ["a missing period", { dates: ["2024-01-02"], returns: [Number.NaN] }],
    ["equal returns", { dates: ["2024-01-02", "2024-01-03", "2024-01-04"], returns: [0, 0, 0] }],
    ["enormous growth", { dates: ["2024-01-02", "2025-01-03", "2026-01-04"], returns: [99, 999, -0.5] }],
  ])("can be made of %s", (_, few) => {
    const html = renderTearSheet(tearSheet(few));
    expect(html).toContain("</html>");
    expect(html).not.toMatch(/NaN|undefined/);
  });
});

const spy = outsideData("market/SPY_daily.csv");
test.skipIf(!spy)("ten years of SPY (skipped where the outside data is missing)", () => {
  const rows = readFileSync(spy!, "utf8").trim().split("\n").slice(1);
  const columns = rows.map((row) => row.split(","));
  const sheet = tearSheet({
    dates: columns.slice(1).map(([date]) => date!),
    returns: simpleReturns(columns.map((row) => Number(row[6]))),
  });
  expect(sheet.summary.maxDrawdown).toBeCloseTo(-0.5225, 3);
  expect(sheet.drawdowns[0]!.trough).toBe("2009-03-09");
  expect(renderTearSheet(sheet, { title: "SPY" })).toContain("2009-03-09");
});
