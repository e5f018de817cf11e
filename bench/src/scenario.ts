/** One thing that is timed: a workload through a public API, its targets, and who else does the same work. */
export interface Scenario {
  /** What a reader of the table sees, such as `mixed flow, 1 symbol`. */
  readonly name: string;
  /** Operations (orders, messages, …) in one timed call; every figure is per operation. */
  readonly operations: number;
  readonly subject: Contender;
  /** Others that do the same work in the same run, by name. */
  readonly peers?: Readonly<Record<string, Contender>>;
  readonly targets: readonly Target[];
  /** Rounds of a full run, where the usual number does not suit. */
  readonly rounds?: number;
}

/**
 * Builds inputs and state, which is not timed, and returns the function that is.
 *
 * The returned function should leave the state as it found it and return a checksum, so that nothing is
 * optimised away. `undefined` means that this contender cannot run here (a tool that is not installed); targets
 * that need it are then reported as not measured.
 */
export type Prepare = () => Run | undefined | Promise<Run | undefined>;

/** One timed call over all operations of its scenario. */
export type Run = () => unknown;

/** For what cannot be called in a loop (another process, a server under load): it measures itself. */
export interface SelfMeasured {
  measure(context: MeasureContext): Measurement | undefined | Promise<Measurement | undefined>;
}

export type Contender = Prepare | SelfMeasured;

export interface MeasureContext {
  /** True in a run that should take seconds. */
  readonly isSmoke: boolean;
}

/** Nanoseconds for one operation. */
export interface Measurement {
  readonly p50: number;
  readonly p99: number;
  /** Operations per second, when it is not simply 1e9 / p50 (several in flight at once). */
  readonly operationsPerSecond?: number;
  /** True where operations come at a rate that is given: times are compared, and no rate is shown. */
  readonly isPaced?: boolean;
  /** Memory, where that is what is measured. */
  readonly bytes?: number;
}

/** A promise that the benchmark keeps; bounds are inclusive. */
export type Target =
  | { readonly measure: "p50 nanoseconds" | "p99 nanoseconds"; readonly atMost: number }
  | { readonly measure: "operations per second"; readonly atLeast: number }
  | { readonly measure: "bytes"; readonly atMost: number }
  /** Our time divided by the peer's: 2 is twice as slow, 0.1 ten times as fast. */
  | { readonly measure: "ratio"; readonly to: string; readonly atMost: number };

/** What a `*.bench.ts` file exports as default. */
export interface Suite {
  readonly name: string;
  readonly scenarios: readonly Scenario[];
}
