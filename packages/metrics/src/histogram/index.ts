export { isMetricsError, MetricsError, type MetricsErrorCode, type MetricsErrorDetails } from "../errors.ts";
export { type LatencyOptions, LatencyRecorder, type LatencySummary } from "./recorder.ts";
export { ThroughputMeter } from "./throughput.ts";
