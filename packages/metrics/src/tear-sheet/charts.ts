import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { TearSheet } from "../tear-sheet-data.ts";
import { percent } from "./format.ts";
import { type Point, pointsOf } from "./thin.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Draws with the colours of the page: every colour is one of its CSS variables, so dark and light need one SVG. */
export class Charts {
  readonly #sheet: TearSheet;
  readonly #dates: readonly Date[];
  readonly #document: Plot.PlotOptions["document"];

  constructor(sheet: TearSheet) {
    this.#sheet = sheet;
    this.#dates = sheet.dates.map((date) => new Date(`${date}T00:00:00Z`));
    this.#document = parseHTML("<!doctype html><html><body></body></html>")
      .document as unknown as Plot.PlotOptions["document"];
  }

  #draw(label: string, options: Plot.PlotOptions): string {
    const svg = Plot.plot({
      document: this.#document,
      width: 960,
      marginLeft: 56,
      marginRight: 12,
      style: { background: "transparent", color: "var(--muted)", fontSize: "12px", overflow: "visible" },
      ariaLabel: label,
      ...options,
    });
    return svg.outerHTML;
  }

  /** Growth of 1 on a logarithmic scale, with the benchmark's if there is one. */
  equity(): string {
    const own = pointsOf(this.#dates, this.#sheet.equity);
    const market = this.#sheet.benchmarkEquity && pointsOf(this.#dates, this.#sheet.benchmarkEquity);
    const all = values([...own, ...(market ?? [])]);
    const ticks = growthTicks(Math.min(1, ...all), Math.max(1, ...all));
    return this.#draw("Growth of 1", {
      height: 300,
      x: { type: "utc", label: null },
      y: { type: "log", label: null, grid: true, ticks, tickFormat: (value: number) => `${value}×` },
      marks: [
        Plot.ruleY([1], { stroke: "var(--axis)" }),
        ...(market
          ? [Plot.lineY(market, { x: "date", y: "value", stroke: "var(--second)", strokeWidth: 1.5 })]
          : []),
        Plot.lineY(own, { x: "date", y: "value", stroke: "var(--first)", strokeWidth: 2 }),
      ],
    });
  }

  /** Drawdown from the highest value so far. */
  underwater(): string {
    const points = pointsOf(this.#dates, this.#sheet.drawdown);
    return this.#draw("Drawdown", {
      height: 180,
      x: { type: "utc", label: null },
      y: { label: null, grid: true, ticks: 4, tickFormat: percentTicks(values(points)), nice: true },
      marks: [
        Plot.areaY(points, { x: "date", y: "value", fill: "var(--loss)", fillOpacity: 0.25 }),
        Plot.lineY(points, { x: "date", y: "value", stroke: "var(--loss)", strokeWidth: 1.5 }),
        Plot.ruleY([0], { stroke: "var(--axis)" }),
      ],
    });
  }

  /** Sharpe ratio of the trailing window. */
  rollingSharpe(): string {
    const points = pointsOf(this.#dates, this.#sheet.rollingSharpe);
    return this.#draw("Rolling Sharpe ratio", {
      height: 180,
      x: { type: "utc", label: null, domain: [this.#dates[0]!, this.#dates.at(-1)!] },
      y: { label: null, grid: true, ticks: 5, nice: true },
      marks: [
        Plot.ruleY([0], { stroke: "var(--axis)" }),
        Plot.lineY(points, { x: "date", y: "value", stroke: "var(--first)", strokeWidth: 1.5 }),
      ],
    });
  }

  /** Distribution of the period returns, gains and losses apart. */
  distribution(): string {
    const bins = this.#sheet.distribution;
    return this.#draw("Distribution of returns", {
      height: 260,
      x: {
        label: null,
        tickFormat: percentTicks(bins.flatMap(({ from, to }) => [from, to])),
        ticks: 9,
        inset: 4,
      },
      y: { label: null, grid: true, ticks: 5 },
      marks: [
        Plot.rectY(bins, {
          x1: "from",
          x2: "to",
          y: "count",
          fill: (bin: { from: number; to: number }) =>
            bin.from + bin.to < 0 ? "var(--loss)" : "var(--gain)",
          insetLeft: 0.5,
          insetRight: 0.5,
        }),
        Plot.ruleY([0], { stroke: "var(--axis)" }),
      ],
    });
  }

  /** Months across, years down; the stronger the colour, the larger the return. */
  monthlyHeatMap(): string {
    const years = this.#sheet.calendar;
    const cells = years.flatMap(({ year, months }) =>
      months.flatMap((value, month) =>
        value === null ? [] : [{ year: String(year), month: MONTHS[month]!, value }],
      ),
    );
    const totals = years.map(({ year, total }) => ({ year: String(year), month: "Year", value: total }));
    const strongest = Math.max(0.01, ...cells.map(({ value }) => Math.abs(value)));
    const colour = ({ value }: { value: number }): string => (value < 0 ? "var(--loss)" : "var(--gain)");
    return this.#draw("Monthly returns", {
      height: 30 + 24 * Math.max(1, years.length),
      marginTop: 24,
      marginBottom: 4,
      x: { domain: [...MONTHS, "Year"], label: null, axis: "top", tickSize: 0, padding: 0.04 },
      y: { domain: years.map(({ year }) => String(year)), label: null, tickSize: 0, padding: 0.08 },
      opacity: { type: "identity" },
      color: { type: "identity" },
      marks: [
        Plot.cell(cells, {
          x: "month",
          y: "year",
          fill: colour,
          fillOpacity: ({ value }: { value: number }) => 0.08 + 0.62 * (Math.abs(value) / strongest),
        }),
        Plot.text(cells, { x: "month", y: "year", text: heatText, fill: "var(--ink)" }),
        Plot.text(totals, { x: "month", y: "year", text: heatText, fill: "var(--ink)", fontWeight: 600 }),
      ],
    });
  }
}

function values(points: readonly Point[]): number[] {
  return points.map(({ value }) => value);
}

/** Enough digits to tell the ticks of this range apart. */
function percentTicks(range: readonly number[]): (value: number) => string {
  const span = Math.max(0, ...range) - Math.min(0, ...range);
  return (value) => percent(value, span > 0.1 ? 0 : span > 0.01 ? 1 : 2);
}

function heatText({ value }: { value: number }): string {
  return percent(value).replace(" %", "");
}

/** Round factors that fall within the range: enough to read a logarithmic scale, few enough not to collide. */
function growthTicks(low: number, high: number): number[] {
  const span = Math.log10(high / low);
  const factors =
    span > 4 ? [1] : span > 2 ? [1, 3] : span > 0.9 ? [1, 2, 5] : span > 0.35 ? [1, 1.5, 2, 3, 4, 6, 8] : [];
  const ticks: number[] = [];
  if (factors.length === 0) {
    const step = span > 0.15 ? 0.2 : span > 0.06 ? 0.1 : span > 0.02 ? 0.05 : 0.01;
    for (let tick = Math.ceil(low / step); tick * step <= high; tick++)
      ticks.push(Number((tick * step).toFixed(2)));
    return ticks;
  }
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const factor of factors) {
      const tick = Number((factor * 10 ** power).toPrecision(3));
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}
