import { readFileSync } from "node:fs";
import * as kit from "@exchange-kit/metrics";
import type { Subject } from "./subject.ts";

type Values = number[];
type Json = Record<string, unknown>;

interface Case {
  readonly id: string;
  readonly metric: string;
  readonly series?: string | Values | null;
  readonly benchmark?: string | Values | null;
  readonly params?: Json;
}

/** One case with its series looked up and its parameters translated to the package's options. */
interface Call {
  readonly returns: Values;
  readonly benchmark: Values | undefined;
  readonly params: Json;
  /** Parameters of the same names as the package's options. */
  readonly options: never;
}

type Metric = (call: Call) => unknown;

function second(call: Call): Values {
  if (!call.benchmark) throw new Error("the case names no benchmark");
  return call.benchmark;
}

/** A measure of one series whose options have the parameters' names. */
function single(measure: (returns: Values, options: never) => unknown): Metric {
  return ({ returns, options }) => measure(returns, options);
}

/** A measure of a series against a benchmark. */
function against(measure: (returns: Values, benchmark: Values, options: never) => unknown): Metric {
  return (call) => measure(call.returns, second(call), call.options);
}

function pair(measure: (returns: Values, benchmark: Values, options: never) => kit.AlphaBeta): Metric {
  return against((returns, benchmark, options) => {
    const { alpha, beta } = measure(returns, benchmark, options);
    return [alpha, beta];
  });
}

function overScalarOrSeries(
  measure: (returns: Values, benchmark: Values | number, options: never) => number,
): Metric {
  return (call) => {
    const scalar = call.params.benchmarkPerPeriod;
    return measure(call.returns, call.benchmark ?? number(scalar ?? 0), call.options);
  };
}

function number(value: unknown): number {
  if (typeof value !== "number") throw new Error(`expected a number, was ${JSON.stringify(value)}`);
  return value;
}

/** `null` stands for a missing value. */
function numbers(value: unknown): Values {
  if (!Array.isArray(value)) throw new Error(`expected a list of numbers, was ${JSON.stringify(value)}`);
  return value.map((item) => (item === null ? Number.NaN : number(item)));
}

function flows(value: unknown): kit.CashFlow[] {
  if (!Array.isArray(value)) throw new Error("expected a list of [date, amount]");
  return value.map(([date, amount]: [string, number]) => ({ date, amount }));
}

function trades(call: Call): Values {
  return call.params.trades === undefined ? call.returns : numbers(call.params.trades);
}

function brinsonInput(params: Json): kit.BrinsonInput {
  return {
    portfolioWeights: numbers(params.portfolioWeights),
    benchmarkWeights: numbers(params.benchmarkWeights),
    portfolioReturns: numbers(params.portfolioReturns),
    benchmarkReturns: numbers(params.benchmarkReturns),
  };
}

function effects({ allocation, selection, interaction }: kit.BrinsonEffects): Values {
  return [allocation, selection, interaction];
}

function brinsonTotals(attribution: kit.BrinsonAttribution): Values {
  return [...effects(attribution), attribution.total];
}

const metrics: Readonly<Record<string, Metric>> = {
  cumReturns: single(kit.cumulativeReturns),
  totalReturn: single(kit.totalReturn),
  cagr: single(kit.cagr),
  annualVolatility: single(kit.annualVolatility),
  sharpe: ({ returns, benchmark, options }) =>
    kit.sharpe(returns, benchmark ? { ...(options as object), riskFreePerPeriod: benchmark } : options),
  sortino: single(kit.sortino),
  downsideDeviation: single(kit.downsideDeviation),
  maxDrawdown: single(kit.maxDrawdown),
  calmar: single(kit.calmar),
  omega: single(kit.omega),
  alphaBeta: pair(kit.alphaBeta),
  upAlphaBeta: pair(kit.upAlphaBeta),
  downAlphaBeta: pair(kit.downAlphaBeta),
  alpha: against(kit.alpha),
  beta: against(kit.beta),
  jensenAlpha: against(kit.jensenAlpha),
  historicalVaR: single(kit.historicalVaR),
  historicalES: single(kit.historicalES),
  parametricVaR: single(kit.parametricVaR),
  parametricES: single(kit.parametricES),
  cornishFisherVaR: single(kit.cornishFisherVaR),
  tailRatio: single(kit.tailRatio),
  xirr: ({ params, options }) => kit.xirr(flows(params.flows), options),
  ulcerIndex: single(kit.ulcerIndex),
  painIndex: single(kit.painIndex),
  painRatio: single(kit.painRatio),
  martinRatio: single(kit.martinRatio),
  informationRatio: overScalarOrSeries(kit.informationRatio),
  trackingError: overScalarOrSeries(kit.trackingError),
  specificRisk: against(kit.specificRisk),
  treynor: against(kit.treynor),
  capture: against(kit.capture),
  upCapture: against(kit.upCapture),
  downCapture: against(kit.downCapture),
  stability: single(kit.stability),
  tradeStats: (call) => {
    const { winRate, profitFactor, payoffRatio, expectancy } = kit.tradeStatistics(trades(call));
    return [winRate, profitFactor, payoffRatio, expectancy];
  },
  kelly: (call) => kit.kelly(trades(call)),
  profitFactor: (call) => kit.profitFactor(trades(call)),
  timeWeightedReturn: ({ params }) => kit.timeWeightedReturn(params.periods as kit.ValuationPeriod[]),
  modifiedDietz: ({ params }) =>
    kit.modifiedDietz({
      startValue: number(params.start),
      endValue: number(params.end),
      startDate: String(params.startDate),
      endDate: String(params.endDate),
      flows: flows(params.flows),
    }),
  brinsonFachler: ({ params }) => brinsonTotals(kit.brinsonFachler(brinsonInput(params))),
  brinsonFachlerSectors: ({ params }) => kit.brinsonFachler(brinsonInput(params)).sectors.map(effects),
  brinsonHoodBeebower: ({ params }) => brinsonTotals(kit.brinsonHoodBeebower(brinsonInput(params))),
  drawdowns: ({ params }) =>
    kit
      .drawdowns(numbers(params.equity))
      .map(({ peak, trough, recovery, depth }) => [peak, trough, recovery ?? -1, depth]),
  rollingSharpe: ({ returns, params, options }) => kit.rollingSharpe(returns, number(params.window), options),
  rollingMaxDrawdown: ({ returns, params }) => kit.rollingMaxDrawdown(returns, number(params.window)),
  rollingAlphaBeta: (call) =>
    kit
      .rollingAlphaBeta(call.returns, second(call), number(call.params.window), call.options)
      .map(({ alpha, beta }) => [alpha, beta]),
  downsidePotential: single(kit.downsidePotential),
  upsidePotential: single(kit.upsidePotential),
  upsideRisk: single(kit.upsideRisk),
  downsideFrequency: single(kit.downsideFrequency),
  kappa: single(kit.kappa),
  omegaSharpe: single(kit.omegaSharpe),
  meanAbsoluteDeviation: single(kit.meanAbsoluteDeviation),
  skewness: single(kit.skewness),
  kurtosis: single(kit.kurtosis),
  turnover: ({ params }) => kit.turnover(numbers(params.before), numbers(params.after)),
  probabilisticSharpe: single(kit.probabilisticSharpe),
};

/** Other names for an estimator of the third and fourth moment. */
const MOMENT_METHODS: Readonly<Record<string, kit.MomentMethod>> = {
  moment: "population",
  population: "population",
  sample: "sample",
  fisher: "sample",
};

function optionsOf(metric: string, params: Json): Json {
  const options: Json = { ...params };
  options.marPerPeriod ??= params.mar;
  options.riskFreeAnnual ??= params.riskFree;
  // A rate per period where the measure wants one per year.
  if (options.riskFreeAnnual === undefined && typeof params.riskFreePerPeriod === "number")
    options.riskFreeAnnual = (1 + params.riskFreePerPeriod) ** number(params.periodsPerYear ?? 252) - 1;
  if (metric === "skewness" || metric === "kurtosis") {
    const method = String(params.method ?? "population");
    const isExcessMethod = method === "excess" || method.endsWith("_excess");
    const name = method.replace(/_?excess$/, "");
    options.method = name === "" ? "population" : MOMENT_METHODS[name];
    if (options.method === undefined) throw new Error(`unknown method ${method}`);
    if (isExcessMethod) options.excess = true;
  }
  for (const key of Object.keys(options)) if (options[key] === undefined) delete options[key];
  return options;
}

function seriesOf(value: unknown, named: Readonly<Record<string, unknown>>): Values | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") return numbers(value);
  if (!(value in named)) throw new Error(`no series is named ${value}`);
  return numbers(named[value]);
}

function compute(item: Case, named: Readonly<Record<string, unknown>>): unknown {
  const metric = metrics[item.metric];
  if (!metric) throw new Error(`unknown metric ${item.metric}`);
  const params = item.params ?? {};
  const drop = number(params.dropFirst ?? 0);
  return metric({
    returns: (seriesOf(params.values ?? item.series, named) ?? []).slice(drop),
    benchmark: seriesOf(item.benchmark, named)?.slice(drop),
    params,
    options: optionsOf(item.metric, params) as never,
  });
}

/** `NaN` becomes null and infinities strings, as JSON has neither. */
function plain(value: unknown): unknown {
  if (typeof value === "number") {
    if (Number.isNaN(value)) return null;
    return Number.isFinite(value) ? value : String(value);
  }
  return Array.from(value as ArrayLike<unknown>, plain);
}

/** Computes every case of a file in the format of CONFORMANCE.md; a case that fails gets an `error` beside its null. */
export const metricsSubject: Subject = {
  usage: "metrics CASES.json",
  run([path], print) {
    if (!path) throw new Error("no file of cases was named");
    const file = JSON.parse(readFileSync(path, "utf8")) as { series?: Json; cases?: Case[] };
    if (!Array.isArray(file.cases)) throw new Error(`${path}: has no list of cases`);
    const results = file.cases.map((item) => {
      try {
        return { id: item.id, value: plain(compute(item, file.series ?? {})) };
      } catch (error) {
        return { id: item.id, value: null, error: error instanceof Error ? error.message : String(error) };
      }
    });
    print(JSON.stringify({ results }));
  },
};
