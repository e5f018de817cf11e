import { spawnSync } from "node:child_process";
import type { MeasureContext, Measurement, Prepare, SelfMeasured, Suite } from "@exchange-kit/bench";
import {
  BenchmarkAccumulator,
  basicStatistics,
  maxDrawdown,
  PerformanceAccumulator,
  RollingPerformance,
  sharpe,
  sortino,
  tearSheet,
} from "@exchange-kit/metrics";
import { LatencyRecorder } from "@exchange-kit/metrics/histogram";
import { renderTearSheet } from "@exchange-kit/metrics/tear-sheet";

const LONG = 1_000_000;
const STREAM = 10_000;
const YEAR = 252;

/** Daily returns around 0 with a deviation of 1 %, from a linear congruential generator. */
function returns(length: number, seed = 42): Float64Array {
  let state = seed;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Float64Array.from({ length }, () => (uniform() + uniform() + uniform() - 1.5) * 0.02 + 0.0002);
}

function tradingDays(count: number): string[] {
  const days: string[] = [];
  for (let day = Date.UTC(2014, 0, 1); days.length < count; day += 86_400_000)
    if (new Date(day).getUTCDay() % 6 !== 0) days.push(new Date(day).toISOString().slice(0, 10));
  return days;
}

const fused: Prepare = () => {
  const series = returns(LONG);
  return () => basicStatistics(series).sharpe;
};

/** The least that the four can cost: one loop, sums of the raw squares, nothing checked, drawdown by division. */
const plainLoop: Prepare = () => {
  const series = returns(LONG);
  return () => {
    let [sum, squares, wealth, peak, deepest] = [0, 0, 1, 1, 0];
    for (let index = 0; index < series.length; index++) {
      const value = series[index]!;
      sum += value;
      squares += value * value;
      wealth *= 1 + value;
      if (wealth > peak) peak = wealth;
      const depth = wealth / peak - 1;
      if (depth < deepest) deepest = depth;
    }
    return sum / Math.sqrt(squares) + deepest;
  };
};

/** NumPy as empyrical uses it: Sharpe ratio and maximum drawdown of the same number of returns. */
const numpy: SelfMeasured = {
  measure({ isSmoke }: MeasureContext): Measurement | undefined {
    const script = `
import time, numpy as np
r = np.random.default_rng(1).normal(0.0002, 0.01, ${LONG})
times = []
for _ in range(${isSmoke ? 5 : 25}):
    t = time.perf_counter()
    m = np.nanmean(r); s = np.nanstd(r, ddof=1); m / s * np.sqrt(252)
    w = np.empty(len(r) + 1); w[0] = 100
    np.cumprod(1 + r, out=w[1:]); w[1:] *= 100
    np.nanmin((w - np.fmax.accumulate(w)) / np.fmax.accumulate(w))
    times.append(time.perf_counter() - t)
times.sort()
print(times[len(times) // 2] * 1e9 / len(r), times[-1] * 1e9 / len(r))
`;
    const { status, stdout } = spawnSync("python3", ["-c", script], { encoding: "utf8" });
    if (status !== 0) return undefined;
    const [p50, p99] = stdout.split(" ").map(Number);
    return { p50: p50!, p99: p99! };
  },
};

const separate: Prepare = () => {
  const series = returns(LONG);
  return () => sharpe(series) + sortino(series) + maxDrawdown(series);
};

const streaming: Prepare = () => {
  const series = returns(STREAM);
  const accumulator = new PerformanceAccumulator();
  return () => {
    accumulator.reset();
    for (let index = 0; index < series.length; index++) accumulator.add(series[index]!);
    return accumulator.sharpe;
  };
};

const streamingPairs: Prepare = () => {
  const [own, market] = [returns(STREAM), returns(STREAM, 7)];
  const accumulator = new BenchmarkAccumulator();
  return () => {
    accumulator.reset();
    for (let index = 0; index < own.length; index++) accumulator.add(own[index]!, market[index]!);
    return accumulator.beta;
  };
};

const rolling: Prepare = () => {
  const series = returns(STREAM);
  const window = new RollingPerformance(YEAR);
  return () => {
    let sum = 0;
    for (let index = 0; index < series.length; index++) {
      window.push(series[index]!);
      sum += window.current.sharpe;
    }
    return sum;
  };
};

/** What rolling without an O(1) form costs: the batch measure of every window. */
const rollingAfresh: Prepare = () => {
  const series = returns(STREAM);
  return () => {
    let sum = 0;
    for (let to = YEAR; to <= series.length; to++) sum += sharpe(series.subarray(to - YEAR, to));
    return sum;
  };
};

const tenYears = (): Parameters<typeof tearSheet>[0] => ({
  dates: tradingDays(10 * YEAR),
  returns: returns(10 * YEAR),
  benchmark: returns(10 * YEAR, 7),
  trades: returns(500, 9),
});

const sheetData: Prepare = () => {
  const input = tenYears();
  return () => tearSheet(input).summary.sharpe;
};

const sheetPage: Prepare = () => {
  const input = tenYears();
  return () => renderTearSheet(tearSheet(input)).length;
};

const latency: Prepare = () => {
  const recorder = new LatencyRecorder();
  const nanos = returns(STREAM).map((value) => Math.floor(Math.abs(value) * 1e8) + 100);
  return () => {
    for (let index = 0; index < nanos.length; index++) recorder.record(nanos[index]!);
    return recorder.percentile(99);
  };
};

const suite: Suite = {
  name: "metrics",
  scenarios: [
    {
      name: "fused pass: mean, deviation, Sharpe, drawdown of 1,000,000 returns, each",
      operations: LONG,
      subject: fused,
      peers: { "plain loop": plainLoop, "numpy (Sharpe and drawdown)": numpy },
      targets: [
        { measure: "operations per second", atLeast: 100e6 },
        { measure: "ratio", to: "plain loop", atMost: 1.5 },
      ],
    },
    {
      name: "sharpe, sortino and maxDrawdown called one by one on 1,000,000 returns, each",
      operations: LONG,
      subject: separate,
      targets: [{ measure: "operations per second", atLeast: 10e6 }],
    },
    {
      name: "streaming update of the default set",
      operations: STREAM,
      subject: streaming,
      targets: [{ measure: "p50 nanoseconds", atMost: 50 }],
    },
    {
      name: "streaming update against a benchmark",
      operations: STREAM,
      subject: streamingPairs,
      targets: [{ measure: "p50 nanoseconds", atMost: 50 }],
    },
    {
      name: "rolling window of 252: push and Sharpe ratio",
      operations: STREAM,
      subject: rolling,
      peers: { "sharpe of each window": rollingAfresh },
      targets: [{ measure: "ratio", to: "sharpe of each window", atMost: 0.5 }],
    },
    {
      name: "tear sheet data of 10 years of days, with benchmark and trades",
      operations: 1,
      subject: sheetData,
      targets: [{ measure: "p50 nanoseconds", atMost: 100e6 }],
    },
    {
      name: "tear sheet data and HTML page of the same",
      operations: 1,
      subject: sheetPage,
      targets: [{ measure: "p50 nanoseconds", atMost: 100e6 }],
    },
    {
      name: "latency recorder: record",
      operations: STREAM,
      subject: latency,
      targets: [{ measure: "p50 nanoseconds", atMost: 250 }],
    },
  ],
};
export default suite;
