import { whole } from "../arguments.ts";
import { RiskError } from "../errors.ts";
import { DuplicateMemory } from "./duplicate-memory.ts";
import { Exposure } from "./exposure.ts";
import type { Change, GateListener, GateOptions, NodeLevel } from "./gate-types.ts";
import { OpenOrders } from "./open-orders.ts";
import { NEVER, type Throttle } from "./throttle.ts";

/** Levels of nodes from the top; a node keeps the index. */
export const NODE_LEVELS: readonly NodeLevel[] = ["firm", "desk", "trader", "account"];
const ACCOUNT = NODE_LEVELS.indexOf("account");
const MILLION = 1_000_000;

/** What a gate consists of, and the names of things in it. Use {@link PreTradeGate}. */
export class GateCore {
  /** @internal */
  readonly options: Required<GateOptions>;
  /** @internal */
  readonly listener: GateListener;
  /**
   * The present time in milliseconds, shared by everything that measures time, then that of the message at hand: in
   * memory, because a call that is not inlined would allocate for an argument that is not a small integer. @internal
   */
  readonly clock: Float64Array = new Float64Array(2).fill(NEVER);
  /** @internal */
  readonly exposure: Exposure;
  /** @internal */
  readonly open: OpenOrders = new OpenOrders();
  /** @internal */
  readonly duplicates: DuplicateMemory;
  /** @internal */
  readonly nodeThrottles: (Throttle | undefined)[] = [];
  /** @internal */
  readonly executionThrottles: (Throttle | undefined)[] = [];
  /** @internal */
  readonly instrumentThrottles: (Throttle | undefined)[] = [];
  /** @internal */
  readonly sessionThrottles: (Throttle | undefined)[] = [];
  /** @internal */
  readonly nodeNames: string[] = [];
  /** @internal */
  readonly instrumentNames: string[] = [];
  /** @internal */
  readonly sessionNames: string[] = [];
  /** @internal */
  readonly currencyNames: string[] = [];
  /** Of each currency. @internal */
  readonly rates: number[] = [];

  /**
   * @param options - room and thresholds
   * @param listener - hears alerts, changes and required cancels; it must not call the gate
   * @throws RiskError `invalid-argument`, `contradictory-limits`
   */
  constructor(options: GateOptions, listener: GateListener = {}) {
    const filled = {
      sectors: 1,
      maxOpenOrders: 2 ** 20,
      duplicateMemory: 65_536,
      informationPpm: 500_000,
      warningPpm: 800_000,
      ...options,
    };
    whole("sectors", filled.sectors, 1);
    whole("maxOpenOrders", filled.maxOpenOrders, 1);
    whole("duplicateMemory", filled.duplicateMemory, 1);
    whole("informationPpm", filled.informationPpm, 1);
    whole("warningPpm", filled.warningPpm, 1);
    if (filled.maxOpenOrders > 2 ** 22 || filled.duplicateMemory > 2 ** 22) {
      throw new RiskError("invalid-argument", "maxOpenOrders and duplicateMemory may be 2^22 at most");
    }
    if (filled.informationPpm > filled.warningPpm || filled.warningPpm > MILLION) {
      throw new RiskError(
        "contradictory-limits",
        `informationPpm ${filled.informationPpm}, warningPpm ${filled.warningPpm} and 1,000,000 must not descend`,
        { limits: ["informationPpm", "warningPpm"] },
      );
    }
    this.options = filled;
    this.listener = listener;
    this.exposure = new Exposure(filled.sectors);
    this.duplicates = new DuplicateMemory(filled.duplicateMemory, this.clock);
  }

  /** @internal */
  checkNode(node: number): void {
    known("node", node, this.nodeNames.length);
  }

  /** @internal */
  checkAccount(node: number): void {
    this.checkNode(node);
    if (this.isAccount(node)) return;
    throw new RiskError("invalid-argument", `${this.nodeNames[node]} is not an account`, { value: node });
  }

  /** @internal */
  checkInstrument(instrument: number): void {
    known("instrument", instrument, this.instrumentNames.length);
  }

  /** @internal */
  isAccount(node: number): boolean {
    const { exposure } = this;
    return node >= 0 && node < exposure.nodes.count && exposure.levels[node] === ACCOUNT;
  }

  /** @internal */
  isInstrument(instrument: number): boolean {
    return instrument >= 0 && instrument < this.exposure.instruments.count && Number.isInteger(instrument);
  }

  /** @internal */
  isSession(session: number): boolean {
    return session >= 0 && session < this.sessionNames.length && Number.isInteger(session);
  }

  /** The row of a node in an instrument, both checked. @internal */
  rowOf(node: number, instrument: number): number {
    this.checkNode(node);
    this.checkInstrument(instrument);
    return this.exposure.row(node, instrument);
  }

  /** @internal */
  currencyOf(name: string): number {
    const index = this.currencyNames.indexOf(name);
    if (index < 0) throw new RiskError("unknown-id", `there is no currency ${name}`, { value: name });
    return index;
  }

  /** @internal */
  changed(subject: string, setting: string, before: unknown, after: unknown, change: Change): void {
    if (before !== after) this.listener.changed?.(subject, setting, before, after, change);
  }
}

/** Throws `unknown-id` unless there is a thing of that index. */
export function known(kind: string, index: number, count: number): void {
  if (!(Number.isInteger(index) && index >= 0 && index < count)) {
    throw new RiskError("unknown-id", `there is no ${kind} ${index}`, { value: index });
  }
}

/** Throws `invalid-argument` for a name that is taken. */
export function fresh(kind: string, names: readonly string[], name: string): void {
  if (names.includes(name)) {
    throw new RiskError("invalid-argument", `there is a ${kind} ${name} already`, { value: name });
  }
}
