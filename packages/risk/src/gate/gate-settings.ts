import { whole } from "../arguments.ts";
import { RiskError } from "../errors.ts";
import { narrowChains } from "./chain-checks.ts";
import { INSTRUMENT_WIDTH, Instrument, NODE_WIDTH, Node, ROW_WIDTH, Row } from "./fields.ts";
import { fresh, known, NODE_LEVELS } from "./gate-core.ts";
import type { Change, NodeDefinition, TradingState } from "./gate-types.ts";
import { noteLimits, ROW_LIMITS } from "./limit-uses.ts";
import {
  checkAgainstParent,
  checkLimits,
  checkSoftLimits,
  LIMIT_NAMES,
  type LimitName,
  type Limits,
  SOFT_LIMIT_NAMES,
  type SoftLimitName,
  type SoftLimits,
  UNLIMITED,
  unsetValue,
} from "./limits.ts";
import { checkPrice, MarketSettings, within } from "./market-settings.ts";
import { Throttle, type ThrottleOptions } from "./throttle.ts";

const STATES: readonly TradingState[] = ["active", "reducing", "halted"];

/** The hierarchy of a gate: nodes, their limits, states, cash and what they hold. Use {@link PreTradeGate}. */
export class GateSettings extends MarketSettings {
  /**
   * @returns the node's index: 0, 1, …
   * @throws RiskError `invalid-argument`, `unknown-id` (parent), `contradictory-limits`
   */
  addNode(definition: NodeDefinition): number {
    const { name, level, parent = -1, limits = {}, softLimits = {} } = definition;
    const { permissions = -1, selfTradeGroup = 0 } = definition;
    fresh("node", this.nodeNames, name);
    const depth = NODE_LEVELS.indexOf(level);
    if (depth < 0)
      throw new RiskError("invalid-argument", `${name}: unknown level ${level}`, { value: level });
    if (parent !== -1) {
      this.checkNode(parent);
      if (this.exposure.levels[parent]! >= depth) {
        throw new RiskError(
          "invalid-argument",
          `${name}: a ${level} must be below ${this.nodeNames[parent]}`,
        );
      }
    }
    within(`${name}: selfTradeGroup`, selfTradeGroup, 2 ** 31);
    checkLimits(name, limits);
    checkSoftLimits(name, softLimits, limits);
    this.#checkAbove(name, limits, parent);
    const throttle = definition.throttle && new Throttle(definition.throttle, this.clock);

    const node = this.exposure.newNode(parent, depth);
    const { data } = this.exposure.nodes;
    this.nodeNames.push(name);
    this.nodeThrottles.push(throttle);
    this.executionThrottles.push(undefined);
    data[node * NODE_WIDTH + Node.permissions] = permissions | 0;
    data[node * NODE_WIDTH + Node.group] = selfTradeGroup;
    for (const limit of LIMIT_NAMES) this.#writeLimit(node, limit, limits[limit]);
    this.#limitsChanged(node, limits, softLimits);
    this.#startExecutions(node, limits);
    return node;
  }

  /** The limits of a node that are set. */
  limits(node: number): Limits {
    this.checkNode(node);
    const limits: Partial<Record<LimitName, number>> = {};
    for (const name of LIMIT_NAMES) {
      const value = this.exposure.limit(node, name);
      if (value !== unsetValue(name)) limits[name] = value;
    }
    return limits;
  }

  /**
   * Changes limits of a node: those that are named; `null` removes one. Nothing changes when the result would
   * contradict itself. Fires `changed` for each limit that is different. Open orders stay.
   *
   * @throws RiskError `contradictory-limits` with both names, `invalid-argument`, `unknown-id`
   */
  setLimits(node: number, changes: { readonly [N in LimitName]?: number | null }, change: Change): void {
    const before = this.limits(node);
    const after: Partial<Record<LimitName, number>> = { ...before };
    for (const [key, value] of Object.entries(changes)) {
      const name = key as LimitName;
      if (!LIMIT_NAMES.includes(name))
        throw new RiskError("unknown-id", `there is no limit ${name}`, { value: name });
      if (value === null) delete after[name];
      else if (value !== undefined) after[name] = value;
    }
    const label = this.nodeNames[node]!;
    const soft = this.softLimits(node);
    checkLimits(label, after);
    checkSoftLimits(label, soft, after);
    this.#checkAbove(label, after, this.exposure.parents[node]!);
    for (let child = 0; child < this.exposure.nodes.count; child++) {
      if (child !== node && this.exposure.isWithin(child, node))
        checkAgainstParent(this.nodeNames[child]!, this.limits(child), label, after);
    }
    for (const name of LIMIT_NAMES) {
      if (before[name] === after[name]) continue;
      this.#writeLimit(node, name, after[name]);
      this.changed(label, name, before[name], after[name], change);
    }
    this.#limitsChanged(node, after, soft);
    const isThrottleSame =
      before.maxExecutions === after.maxExecutions &&
      before.executionWindowMillis === after.executionWindowMillis;
    if (!isThrottleSame) this.#startExecutions(node, after);
  }

  /** The soft limits of a node that are set. */
  softLimits(node: number): SoftLimits {
    const limits = this.limits(node);
    const { data } = this.exposure.softLimits;
    const soft: Partial<Record<SoftLimitName, number>> = {};
    for (const name of SOFT_LIMIT_NAMES) {
      const value = data[node * NODE_WIDTH + Node[name]]!;
      if (value !== (limits[name] ?? UNLIMITED)) soft[name] = value;
    }
    return soft;
  }

  /**
   * Changes soft limits of a node: those that are named; `null` removes one. Nothing changes when the result would
   * contradict itself. Fires `changed` for each that is different, named `soft maxLong`.
   *
   * @throws RiskError `contradictory-limits` with both names, `invalid-argument`, `unknown-id`
   */
  setSoftLimits(
    node: number,
    changes: { readonly [N in SoftLimitName]?: number | null },
    change: Change,
  ): void {
    const limits = this.limits(node);
    const before = this.softLimits(node);
    const after: Partial<Record<SoftLimitName, number>> = { ...before };
    for (const [key, value] of Object.entries(changes)) {
      const name = key as SoftLimitName;
      if (!SOFT_LIMIT_NAMES.includes(name))
        throw new RiskError("unknown-id", `there is no soft limit ${name}`, { value: name });
      if (value === null) delete after[name];
      else if (value !== undefined) after[name] = value;
    }
    checkSoftLimits(this.nodeNames[node]!, after, limits);
    for (const name of SOFT_LIMIT_NAMES) {
      this.changed(this.nodeNames[node]!, `soft ${name}`, before[name], after[name], change);
    }
    this.#limitsChanged(node, limits, after);
  }

  /**
   * Position limits of a node in one instrument, beside its `maxLong` and `maxShort`; the narrower binds.
   *
   * @throws RiskError `unknown-id`, `invalid-argument`
   */
  setPositionLimits(
    node: number,
    instrument: number,
    limits: { readonly maxLong?: number; readonly maxShort?: number },
    change: Change,
  ): void {
    const row = this.rowOf(node, instrument);
    const { data } = this.exposure.rows;
    const label = `${this.nodeNames[node]} ${this.instrumentNames[instrument]}`;
    for (const name of ["maxLong", "maxShort"] as const) {
      if (limits[name] !== undefined) whole(`${label}: ${name}`, limits[name], 0);
    }
    for (const name of ["maxLong", "maxShort"] as const) {
      const value = limits[name];
      if (value === undefined) continue;
      const at = row * ROW_WIDTH + Row[name];
      this.changed(label, name, data[at] === UNLIMITED ? undefined : data[at], value, change);
      data[at] = value;
      this.exposure.nodes.data[node * NODE_WIDTH + Node.limitKinds]! |= ROW_LIMITS;
    }
  }

  /**
   * Puts an instrument on a node's restricted list, or takes it off.
   *
   * @throws RiskError `unknown-id`
   */
  setRestricted(node: number, instrument: number, isRestricted: boolean, change: Change): void {
    const row = this.rowOf(node, instrument);
    const { data } = this.exposure.rows;
    const at = row * ROW_WIDTH + Row.isRestricted;
    const label = `${this.nodeNames[node]} ${this.instrumentNames[instrument]}`;
    this.changed(label, "restricted", data[at] === 1, isRestricted, change);
    this.exposure.setRestricted(row, isRestricted);
  }

  /**
   * Bits of the instruments that a node may trade.
   *
   * @throws RiskError `unknown-id`
   */
  setPermissions(node: number, permissions: number, change: Change): void {
    this.checkNode(node);
    const { data } = this.exposure.nodes;
    const at = node * NODE_WIDTH + Node.permissions;
    this.changed(this.nodeNames[node]!, "permissions", data[at], permissions | 0, change);
    data[at] = permissions | 0;
    narrowChains(this.exposure, node);
  }

  /**
   * Replaces a message rate; counting starts again.
   *
   * @param of - what `index` is of
   * @param options - the new rate, `undefined` for none
   * @throws RiskError `unknown-id`, `invalid-argument`
   */
  setThrottle(
    of: "session" | "node" | "instrument",
    index: number,
    options: ThrottleOptions | undefined,
    change: Change,
  ): void {
    const [names, throttles] = {
      session: [this.sessionNames, this.sessionThrottles] as const,
      node: [this.nodeNames, this.nodeThrottles] as const,
      instrument: [this.instrumentNames, this.instrumentThrottles] as const,
    }[of];
    known(of, index, names.length);
    const next = options && new Throttle(options, this.clock);
    this.changed(names[index]!, "throttle", throttles[index]?.options, options, change);
    throttles[index] = next;
  }

  /**
   * Shares located for short sales of an account; open and filled short sales use them up, unfilled lots give them back.
   *
   * @throws RiskError `unknown-id`, `invalid-argument`
   */
  setLocates(account: number, instrument: number, quantity: number, change: Change): void {
    whole("locates", quantity, 0);
    const row = this.rowOf(account, instrument);
    const { data } = this.exposure.rows;
    const at = row * ROW_WIDTH + Row.locates;
    const label = `${this.nodeNames[account]} ${this.instrumentNames[instrument]}`;
    this.changed(label, "locates", data[at], quantity, change);
    data[at] = quantity;
  }

  /**
   * Sets the cash of a node and turns its buying-power check on. Fills move cash from then on.
   *
   * @param amount - minor units of the base currency
   * @throws RiskError `unknown-id`, `invalid-argument`
   */
  setCash(node: number, amount: number, change: Change): void {
    this.checkNode(node);
    if (!Number.isSafeInteger(amount)) {
      throw new RiskError("invalid-argument", `cash must be a safe integer, was ${amount}`, {
        value: amount,
      });
    }
    const { data } = this.exposure.nodes;
    const n = node * NODE_WIDTH;
    const before = data[n + Node.hasCash] === 1 ? data[n + Node.cash] : undefined;
    this.changed(this.nodeNames[node]!, "cash", before, amount, change);
    data[n + Node.cash] = amount;
    data[n + Node.hasCash] = 1;
    noteLimits(this.exposure, node);
  }

  /**
   * Starts an account with a position that no fill explains, in place of the one it had; profit and loss of the day
   * count from `price`.
   *
   * @param quantity - lots, negative when short
   * @param price - price units
   * @throws RiskError `unknown-id`, `invalid-argument` (also when the money is not a safe integer)
   */
  setPosition(account: number, instrument: number, quantity: number, price: number): void {
    if (!Number.isSafeInteger(quantity)) {
      throw new RiskError("invalid-argument", `position must be a safe integer, was ${quantity}`, {
        value: quantity,
      });
    }
    checkPrice(price);
    this.checkAccount(account);
    const row = this.rowOf(account, instrument);
    const { rows, instruments } = this.exposure;
    const r = row * ROW_WIDTH;
    const paid = quantity * price * instruments.data[instrument * INSTRUMENT_WIDTH + Instrument.multiplier]!;
    if (!Number.isSafeInteger(paid)) {
      throw new RiskError("invalid-argument", `${quantity} at ${price} is not in safe integers`, {
        value: paid,
      });
    }
    this.exposure.book(row, quantity - rows.data[r + Row.position]!, -paid - rows.data[r + Row.cashFlow]!);
  }

  /**
   * Lets a node that the repeated-execution throttle locked trade again (the reset by a person that RTS 6 asks for).
   *
   * @throws RiskError `unknown-id`
   */
  resetExecutions(node: number, change: Change): void {
    this.checkNode(node);
    const { data } = this.exposure.nodes;
    const at = node * NODE_WIDTH + Node.isLocked;
    this.changed(this.nodeNames[node]!, "locked", data[at] === 1, false, change);
    data[at] = 0;
    narrowChains(this.exposure, node);
    this.#startExecutions(node, this.limits(node));
  }

  /** Own state of a node; what binds an account is the strictest of its chain. */
  state(node: number): TradingState {
    this.checkNode(node);
    return STATES[this.exposure.nodes.data[node * NODE_WIDTH + Node.state]!]!;
  }

  /**
   * Changes a node's state; everything below obeys. Open orders stay: see {@link PreTradeGate.kill}.
   *
   * @throws RiskError `unknown-id`, `invalid-argument`
   */
  setState(node: number, state: TradingState, change: Change): void {
    const next = STATES.indexOf(state);
    if (next < 0) throw new RiskError("invalid-argument", `unknown state ${state}`, { value: state });
    this.changed(this.nodeNames[node] ?? "", "state", this.state(node), state, change);
    this.exposure.nodes.data[node * NODE_WIDTH + Node.state] = next;
    narrowChains(this.exposure, node);
  }

  #checkAbove(name: string, limits: Limits, parent: number): void {
    for (let at = parent; at >= 0; at = this.exposure.parents[at]!) {
      checkAgainstParent(name, limits, this.nodeNames[at]!, this.limits(at));
    }
  }

  #writeLimit(node: number, name: LimitName, value: number | undefined): void {
    this.exposure.nodes.data[node * NODE_WIDTH + Node[name]] = value ?? unsetValue(name);
  }

  /** What is derived from limits. */
  #limitsChanged(node: number, limits: Limits, soft: SoftLimits): void {
    const n = node * NODE_WIDTH;
    const { capital = 0 } = limits;
    const hard = this.exposure.nodes.data;
    const binding = this.exposure.softLimits.data;
    hard[n + Node.concentration] = concentration(capital, limits.maxConcentrationPpm);
    for (const name of LIMIT_NAMES) binding[n + Node[name]] = hard[n + Node[name]]!;
    for (const name of SOFT_LIMIT_NAMES) binding[n + Node[name]] = soft[name] ?? hard[n + Node[name]]!;
    const mostPpm = soft.maxConcentrationPpm ?? limits.maxConcentrationPpm;
    binding[n + Node.concentration] = concentration(capital, mostPpm);
    narrowChains(this.exposure, node);
    noteLimits(this.exposure, node);
    let window = 0;
    for (let at = 0; at < this.exposure.nodes.count; at++) {
      window = Math.max(window, this.exposure.limit(at, "duplicateWindowMillis"));
    }
    this.duplicates.window = window;
  }

  /** Counting of executions starts again. */
  #startExecutions(node: number, { maxExecutions, executionWindowMillis }: Limits): void {
    this.executionThrottles[node] =
      maxExecutions === undefined
        ? undefined
        : new Throttle(
            { window: { count: maxExecutions, windowMillis: executionWindowMillis! } },
            this.clock,
          );
  }
}

/** Money that one instrument may be exposed to. */
function concentration(capital: number, ppm: number | undefined): number {
  return ppm === undefined ? UNLIMITED : Math.floor((capital * ppm) / 1_000_000);
}
