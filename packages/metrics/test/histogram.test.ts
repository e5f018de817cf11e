import { LatencyRecorder, MetricsError, ThroughputMeter } from "@exchange-kit/metrics/histogram";
import { runs } from "@exchange-kit/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("latency", () => {
  test("percentiles of 1 to 100,000 µs, exact to three digits", () => {
    const recorder = new LatencyRecorder();
    for (let micros = 1; micros <= 100_000; micros++) recorder.record(micros * 1000);
    const summary = recorder.summary();
    expect(summary).toMatchObject({ count: 100_000, minimum: 1_000, maximum: 100_000_000, clipped: 0 });
    expect(Math.abs(summary.p50 / 50e6 - 1)).toBeLessThan(1e-3);
    expect(Math.abs(summary.p99 / 99e6 - 1)).toBeLessThan(1e-3);
    expect(Math.abs(summary.mean / 50e6 - 1)).toBeLessThan(1e-3);
    expect([summary.p90, summary.p999, summary.p9999].every((value) => value > summary.p50)).toBe(true);
  });

  test("every percentile is within the precision of the sorted values", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 100 }),
        (latencies, percent) => {
          const recorder = new LatencyRecorder();
          for (const latency of latencies) recorder.record(latency);
          const sorted = [...latencies].sort((a, b) => a - b);
          const exact = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!;
          expect(Math.abs(recorder.percentile(percent) - exact)).toBeLessThanOrEqual(
            Math.max(1, exact * 1e-3),
          );
        },
      ),
      { numRuns: runs(100) },
    );
  });

  test("merged recorders equal one that saw it all", () => {
    const [first, second, whole] = [new LatencyRecorder(), new LatencyRecorder(), new LatencyRecorder()];
    for (let latency = 1; latency < 1000; latency++) {
      (latency % 3 === 0 ? first : second).record(latency);
      whole.record(latency);
    }
    first.merge(second);
    expect(first.summary()).toEqual(whole.summary());
    expect(() => first.merge(new LatencyRecorder({ significantDigits: 2 }))).toThrow("in both recorders");
  });

  test("a stall counts the requests that it held up (coordinated omission)", () => {
    const recorder = new LatencyRecorder({ expectedIntervalNanos: 1_000 });
    recorder.record(10_000);
    expect(recorder.count).toBe(10);
    expect(recorder.summary()).toMatchObject({ minimum: 1_000, maximum: 10_000 });
  });

  test("a latency beyond the range is counted as its end and told", () => {
    const recorder = new LatencyRecorder({ highestNanos: 1_000_000 });
    recorder.record(5_000_000);
    expect(recorder.summary()).toMatchObject({ count: 1, maximum: 1_000_000, clipped: 1 });
    recorder.reset();
    expect(recorder.summary()).toMatchObject({ count: 0, clipped: 0, p50: Number.NaN, minimum: Number.NaN });
  });

  test.each([
    ["a negative latency", () => new LatencyRecorder().record(-1)],
    ["no latency", () => new LatencyRecorder().record(Number.NaN)],
    ["an infinite one", () => new LatencyRecorder().record(Infinity)],
    ["a range of 1", () => new LatencyRecorder({ highestNanos: 1 })],
    ["6 digits", () => new LatencyRecorder({ significantDigits: 6 })],
    ["an interval below 0", () => new LatencyRecorder({ expectedIntervalNanos: -1 })],
    ["percent 101", () => new LatencyRecorder().percentile(101)],
    ["0 seconds", () => new ThroughputMeter(0)],
    ["an infinite time", () => new ThroughputMeter().record(Infinity)],
    ["fewer than no events", () => new ThroughputMeter().record(0, -1)],
  ])("%s is refused", (_, call) => {
    expect(call).toThrow(MetricsError);
  });
});

describe("throughput", () => {
  test("mean of the full seconds looked back on", () => {
    const meter = new ThroughputMeter(3);
    for (let millis = 0; millis < 5000; millis += 10) meter.record(millis);
    expect(meter.perSecond(5000)).toBe(100);
    expect(meter.total).toBe(500);
    expect(meter.peakPerSecond).toBe(100);
    expect(meter.perSecond(6500)).toBeCloseTo(200 / 3, 12);
    expect(meter.perSecond(60_000)).toBe(0);
  });

  test("is undefined before the first full second", () => {
    const meter = new ThroughputMeter();
    expect(meter.perSecond(0)).toBeNaN();
    meter.record(1_500, 7);
    expect(meter.perSecond(1_900)).toBeNaN();
    expect(meter.perSecond(2_000)).toBe(7);
  });

  test("time that runs backwards is counted with the latest second", () => {
    const meter = new ThroughputMeter();
    meter.record(5_000);
    meter.record(1_000);
    expect(meter.perSecond(6_000)).toBe(2);
  });
});
