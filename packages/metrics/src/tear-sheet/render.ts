import type { TearSheet } from "../tear-sheet-data.ts";
import { Charts } from "./charts.ts";
import { amount, escapeHtml, percent, ratio } from "./format.ts";
import { styleSheet } from "./style.ts";

/** Options of {@link renderTearSheet}. */
export interface RenderOptions {
  /** Heading of the page; `Performance` unless told. */
  readonly title?: string;
  /** Name of the record in legends; `Strategy` unless told. */
  readonly name?: string;
  /** Name of the benchmark in legends; `Benchmark` unless told. */
  readonly benchmarkName?: string;
  /** Colours: those of the reader's system (default), or always light or dark. Paper is always light. */
  readonly theme?: "auto" | "light" | "dark";
}

/**
 * Renders a tear sheet as one HTML page that needs nothing else: no script, no font, no picture is loaded.
 *
 * Charts are SVG, drawn without a browser by Observable Plot on linkedom, two optional peer dependencies of this
 * package that have to be installed for this entry.
 *
 * @param sheet - from `tearSheet`, or that parsed back from JSON
 * @returns the text of the page, UTF-8
 */
export function renderTearSheet(sheet: TearSheet, options: RenderOptions = {}): string {
  const title = escapeHtml(options.title ?? "Performance");
  const name = escapeHtml(options.name ?? "Strategy");
  const benchmarkName = escapeHtml(options.benchmarkName ?? "Benchmark");
  const theme = options.theme ?? "auto";
  const { summary, dates } = sheet;
  const span =
    dates.length === 0
      ? "no periods"
      : `${escapeHtml(dates[0]!)} to ${escapeHtml(dates.at(-1)!)}, ${dates.length} periods`;
  const charts = new Charts(sheet);
  const legend = sheet.benchmarkEquity
    ? `<p class="legend"><span class="key first"></span>${name}<span class="key second"></span>${benchmarkName}</p>`
    : "";
  return `<!doctype html>
<html lang="en" data-theme="${theme === "light" || theme === "dark" ? theme : "auto"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${styleSheet}</style>
</head>
<body>
<main>
<header><h1>${title}</h1><p>${span}; figures per year assume ${sheet.periodsPerYear} periods</p></header>
<section class="tiles" aria-label="Key figures">
${tile("Total return", percent(summary.totalReturn))}
${tile("CAGR", percent(summary.cagr))}
${tile("Volatility", percent(summary.annualVolatility))}
${tile("Sharpe", ratio(summary.sharpe))}
${tile("Sortino", ratio(summary.sortino))}
${tile("Calmar", ratio(summary.calmar))}
${tile("Max drawdown", percent(summary.maxDrawdown))}
</section>
${dates.length === 0 ? "" : chartSections(charts, sheet, legend)}
<div class="columns">
${table("Return and risk", [
  ["Probabilistic Sharpe", percent(summary.probabilisticSharpe)],
  ["Martin ratio", ratio(summary.martinRatio)],
  ["Omega", ratio(summary.omega)],
  ["Ulcer Index", percent(summary.ulcerIndex)],
  ["Downside deviation", percent(summary.downsideDeviation)],
  ["Value at risk, 5 %", percent(summary.historicalVaR, 2)],
  ["Expected shortfall, 5 %", percent(summary.historicalES, 2)],
  ["Stability", ratio(summary.stability)],
])}
${table("Periods", [
  ["Best", percent(summary.bestReturn, 2)],
  ["Worst", percent(summary.worstReturn, 2)],
  ["Gaining", percent(summary.winRate)],
  ["Profit factor", ratio(summary.profitFactor)],
  ["Tail ratio", ratio(summary.tailRatio)],
  ["Skewness", ratio(summary.skewness)],
  ["Excess kurtosis", ratio(summary.kurtosis)],
])}
${relativeTable(sheet, benchmarkName)}
${tradeTable(sheet)}
</div>
${drawdownTable(sheet)}
</main>
</body>
</html>
`;
}

function tile(label: string, value: string): string {
  return `<div class="tile"><span>${label}</span><strong>${value}</strong></div>`;
}

function chartSections(charts: Charts, sheet: TearSheet, legend: string): string {
  const hasWindow = sheet.rollingSharpe.some((value) => Number.isFinite(value));
  return [
    figure("Growth of 1, logarithmic", charts.equity(), legend),
    figure("Drawdown", charts.underwater()),
    hasWindow ? figure(`Sharpe ratio of ${sheet.rollingWindow} periods`, charts.rollingSharpe()) : "",
    figure("Returns by month, %", charts.monthlyHeatMap()),
    figure("Distribution of returns, periods in each bin", charts.distribution()),
  ].join("\n");
}

function figure(title: string, svg: string, legend = ""): string {
  return `<section class="card"><h2>${title}</h2>${legend}<figure>${svg}</figure></section>`;
}

function table(title: string, rows: readonly (readonly [string, string])[]): string {
  const body = rows.map(([name, value]) => `<tr><th scope="row">${name}</th><td>${value}</td></tr>`).join("");
  return `<section class="card"><h2>${title}</h2><table><tbody>${body}</tbody></table></section>`;
}

function relativeTable({ relative }: TearSheet, benchmarkName: string): string {
  if (!relative) return "";
  return table(`Against ${benchmarkName}`, [
    ["Its total return", percent(relative.benchmarkTotalReturn)],
    ["Beta", ratio(relative.beta)],
    ["Alpha per year", percent(relative.alpha)],
    ["Correlation", ratio(relative.correlation)],
    ["Tracking error", percent(relative.trackingError)],
    ["Information ratio", ratio(relative.informationRatio)],
    ["Up capture", percent(relative.upCapture, 0)],
    ["Down capture", percent(relative.downCapture, 0)],
    ["Batting average", percent(relative.battingAverage)],
  ]);
}

function tradeTable({ trades }: TearSheet): string {
  if (!trades) return "";
  return table("Trades", [
    ["Closed trades", amount(trades.count)],
    ["Net profit", amount(trades.netProfit)],
    ["Win rate", percent(trades.winRate)],
    ["Profit factor", ratio(trades.profitFactor)],
    ["Payoff ratio", ratio(trades.payoffRatio)],
    ["Expectancy", amount(trades.expectancy)],
    ["Kelly fraction", percent(trades.kelly)],
    ["Longest win / loss streak", `${trades.longestWinStreak} / ${trades.longestLossStreak}`],
  ]);
}

function drawdownTable({ drawdowns }: TearSheet): string {
  if (drawdowns.length === 0) return "";
  const rows = drawdowns
    .map(
      ({ start, trough, recovery, depth, periods }) =>
        `<tr><td>${percent(depth)}</td><td>${escapeHtml(start)}</td><td>${escapeHtml(trough)}</td><td>${escapeHtml(recovery ?? "not yet")}</td><td>${periods}</td></tr>`,
    )
    .join("");
  return `<section class="card"><h2>Deepest drawdowns</h2><table class="wide"><thead><tr><th scope="col">Depth</th><th scope="col">Start</th><th scope="col">Trough</th><th scope="col">Recovery</th><th scope="col">Periods</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}
