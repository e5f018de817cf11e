import { DuplicateMemory } from "./duplicate-memory.ts";
import { RiskError } from "./errors.ts";
import { Exposure } from "./exposure.ts";
import type {
  Change,
  GateListener,
  GateOptions,
  InstrumentDefinition,
  NodeDefinition,
  NodeLevel,
  SessionDefinition,
  TradingState,
} from "./gate-types.ts";
import {
  checkAgainstParent,
  checkLimits,
  KINDS,
  Kind,
  LIMIT_NAMES,
  type LimitName,
  type Limits,
  UNLIMITED,
  unsetValue,
} from "./limits.ts";
import { OpenOrders } from "./open-orders.ts";
import { Throttle, type ThrottleOptions, whole } from "./throttle.ts";

const LEVELS: readonly NodeLevel[] = ["firm", "desk", "trader", "account"];
const STATES: readonly TradingState[] = ["active", "reducing", "halted"];
const ACCOUNT = LEVELS.indexOf("account");
const MILLION = 1_000_000;

/** What may be changed about an instrument while trading. */
export interface InstrumentChange {
  /** Open for trading. */
  readonly tradable?: boolean;
  /** On the venue's restricted list. */
  readonly restricted?: boolean;
  /** Reg SHO rule 201 price test in force. */
  readonly shortSaleRestricted?: boolean;
  /** LULD bands in price units, or `null` for none. */
  readonly bands?: {
    /** Lower band, in price units. */
    readonly lower: number;
    /** Upper band, in price units. */
    readonly upper: number;
  } | null;
  /** See {@link InstrumentDefinition.staticCollarPpm}. */
  readonly staticCollarPpm?: number;
  /** See {@link InstrumentDefinition.dynamicCollarPpm}. */
  readonly dynamicCollarPpm?: number;
  /** See {@link InstrumentDefinition.fatFingerPpm}. */
  readonly fatFingerPpm?: number;
  /** See {@link InstrumentDefinition.minQuantity}. */
  readonly minQuantity?: number;
  /** See {@link InstrumentDefinition.maxQuantity}. */
  readonly maxQuantity?: number;
}

/** Names, definitions and limits of a gate: the part of {@link PreTradeGate} that is set up and changed, not traded through. */
export class GateSettings {
  /** @internal */
  readonly options: Required<GateOptions>;
  /** @internal */
  readonly listener: GateListener;
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
  /** @internal */
  readonly rates: number[] = [];
  /** Largest duplicate window of any node. @internal */
  duplicateWindow = 0;

  /**
   * @param options - room and thresholds
   * @param listener - hears alerts, changes and required cancels; it must not call the gate
   * @throws RiskError `invalid-argument`
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
    this.duplicates = new DuplicateMemory(filled.duplicateMemory);
    this.addCurrency(filled.baseCurrency, 1);
  }

  /**
   * @param name - such as `EUR`
   * @param rate - base currency minor units for one of its minor units, positive
   * @throws RiskError `invalid-argument` for a known name or a rate that is not positive
   */
  addCurrency(name: string, rate: number): void {
    fresh("currency", this.currencyNames, name);
    checkRate(rate);
    this.currencyNames.push(name);
    this.rates.push(rate);
  }

  /**
   * Changes a rate; positions are revalued, open orders keep what they reserved.
   *
   * @throws RiskError `unknown-id`, `invalid-argument`
   */
  setRate(name: string, rate: number, change: Change): void {
    checkRate(rate);
    const currency = this.#named("currency", this.currencyNames, name);
    this.#changed(name, "rate", this.rates[currency], rate, change);
    this.rates[currency] = rate;
    const { instruments } = this.exposure;
    for (let index = 0; index < this.exposure.instrumentCount; index++) {
      if (instruments.currency[index] !== currency) continue;
      instruments.rate[index] = rate;
      this.exposure.revalue(index);
    }
  }

  /**
   * @returns the instrument's index: 0, 1, …
   * @throws RiskError `invalid-argument`, `unknown-id` (currency), `contradictory-limits` (sizes)
   */
  addInstrument(definition: InstrumentDefinition): number {
    const d = {
      multiplier: 1,
      currency: this.options.baseCurrency,
      sector: 0,
      permission: 0,
      tickSize: 1,
      lotSize: 1,
      minQuantity: 1,
      maxQuantity: UNLIMITED,
      staticCollarPpm: 0,
      dynamicCollarPpm: 0,
      fatFingerPpm: 0,
      marginPpm: MILLION,
      stressPpm: 0,
      ...definition,
    };
    fresh("instrument", this.instrumentNames, d.name);
    for (const name of ["multiplier", "tickSize", "lotSize", "minQuantity", "maxQuantity"] as const) {
      whole(`${d.name}: ${name}`, d[name], 1);
    }
    for (const name of [
      "staticCollarPpm",
      "dynamicCollarPpm",
      "fatFingerPpm",
      "marginPpm",
      "stressPpm",
    ] as const) {
      whole(`${d.name}: ${name}`, d[name], 0);
    }
    within(`${d.name}: sector`, d.sector, this.options.sectors);
    within(`${d.name}: permission`, d.permission, 32);
    checkPrice(d.referencePrice);
    checkSizes(d.name, d.minQuantity, d.maxQuantity, d.lotSize);
    const currency = this.#named("currency", this.currencyNames, d.currency);
    const throttle = d.throttle && new Throttle(d.throttle);

    const index = this.exposure.newInstrument();
    const { instruments } = this.exposure;
    this.instrumentNames.push(d.name);
    this.instrumentThrottles.push(throttle);
    instruments.multiplier[index] = d.multiplier;
    instruments.currency[index] = currency;
    instruments.rate[index] = this.rates[currency]!;
    instruments.sector[index] = d.sector;
    instruments.permission[index] = d.permission;
    instruments.tickSize[index] = d.tickSize;
    instruments.lotSize[index] = d.lotSize;
    instruments.minQuantity[index] = d.minQuantity;
    instruments.maxQuantity[index] = d.maxQuantity;
    instruments.staticPpm[index] = d.staticCollarPpm;
    instruments.dynamicPpm[index] = d.dynamicCollarPpm;
    instruments.fatFingerPpm[index] = d.fatFingerPpm;
    instruments.marginPpm[index] = d.marginPpm;
    instruments.stressPpm[index] = d.stressPpm;
    instruments.isShortMarked[index] = d.isShortMarked ? 1 : 0;
    instruments.needsLocate[index] = d.needsLocate ? 1 : 0;
    instruments.tradable[index] = 1;
    instruments.bid[index] = -UNLIMITED;
    instruments.ask[index] = UNLIMITED;
    instruments.bandLow[index] = -UNLIMITED;
    instruments.bandHigh[index] = UNLIMITED;
    instruments.reference[index] = d.referencePrice;
    instruments.mark[index] = d.referencePrice;
    this.#setCollars(index);
    this.exposure.revalue(index);
    return index;
  }

  /**
   * @returns the node's index: 0, 1, …
   * @throws RiskError `invalid-argument`, `unknown-id` (parent), `contradictory-limits`
   */
  addNode(definition: NodeDefinition): number {
    const { name, level, parent = -1, limits = {}, permissions = -1, selfTradeGroup = 0 } = definition;
    fresh("node", this.nodeNames, name);
    const depth = LEVELS.indexOf(level);
    if (depth < 0)
      throw new RiskError("invalid-argument", `${name}: unknown level ${level}`, { value: level });
    if (parent !== -1) {
      this.checkNode(parent);
      if (this.exposure.nodes.level[parent]! >= depth) {
        throw new RiskError(
          "invalid-argument",
          `${name}: a ${level} must be below ${this.nodeNames[parent]}`,
        );
      }
    }
    within(`${name}: selfTradeGroup`, selfTradeGroup, 2 ** 31);
    checkLimits(name, limits);
    this.#checkAbove(name, limits, parent);
    const throttle = definition.throttle && new Throttle(definition.throttle);

    const node = this.exposure.newNode();
    const { nodes } = this.exposure;
    this.nodeNames.push(name);
    this.nodeThrottles.push(throttle);
    this.executionThrottles.push(undefined);
    nodes.parent[node] = parent;
    nodes.level[node] = depth;
    nodes.permissions[node] = permissions;
    nodes.group[node] = selfTradeGroup;
    for (const limit of LIMIT_NAMES) this.#writeLimit(node, limit, limits[limit]);
    this.#limitsChanged(node, limits);
    return node;
  }

  /**
   * @returns the session's index: 0, 1, …
   * @throws RiskError `invalid-argument`
   */
  addSession(definition: SessionDefinition): number {
    fresh("session", this.sessionNames, definition.name);
    this.sessionThrottles.push(definition.throttle && new Throttle(definition.throttle));
    return this.sessionNames.push(definition.name) - 1;
  }

  /** The limits of a node that are set. */
  limits(node: number): Limits {
    this.checkNode(node);
    const limits: Partial<Record<LimitName, number>> = {};
    for (const name of LIMIT_NAMES) {
      const value = this.exposure.limit(node, Kind[name]);
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
      if (!(name in Kind)) throw new RiskError("unknown-id", `there is no limit ${name}`, { value: name });
      if (value === null) delete after[name];
      else if (value !== undefined) after[name] = value;
    }
    const label = this.nodeNames[node]!;
    checkLimits(label, after);
    this.#checkAbove(label, after, this.exposure.nodes.parent[node]!);
    for (let child = 0; child < this.exposure.nodeCount; child++) {
      if (this.#isBelow(child, node))
        checkAgainstParent(this.nodeNames[child]!, this.limits(child), label, after);
    }
    for (const name of LIMIT_NAMES) {
      if (before[name] === after[name]) continue;
      this.#writeLimit(node, name, after[name]);
      this.#changed(label, name, before[name], after[name], change);
    }
    this.#limitsChanged(node, after, before);
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
    const row = this.#row(node, instrument);
    const { rows } = this.exposure;
    const label = `${this.nodeNames[node]} ${this.instrumentNames[instrument]}`;
    for (const name of ["maxLong", "maxShort"] as const) {
      const value = limits[name];
      if (value === undefined) continue;
      whole(`${label}: ${name}`, value, 0);
      this.#changed(label, name, rows[name][row], value, change);
      rows[name][row] = value;
    }
  }

  /**
   * Puts an instrument on a node's restricted list, or takes it off.
   *
   * @throws RiskError `unknown-id`
   */
  setRestricted(node: number, instrument: number, isRestricted: boolean, change: Change): void {
    const row = this.#row(node, instrument);
    const { rows } = this.exposure;
    const label = `${this.nodeNames[node]} ${this.instrumentNames[instrument]}`;
    this.#changed(label, "restricted", rows.isRestricted[row] === 1, isRestricted, change);
    rows.isRestricted[row] = isRestricted ? 1 : 0;
  }

  /**
   * Bits of the instruments that a node may trade.
   *
   * @throws RiskError `unknown-id`
   */
  setPermissions(node: number, permissions: number, change: Change): void {
    this.checkNode(node);
    const { nodes } = this.exposure;
    this.#changed(this.nodeNames[node]!, "permissions", nodes.permissions[node], permissions | 0, change);
    nodes.permissions[node] = permissions;
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
    const next = options && new Throttle(options);
    this.#changed(names[index]!, "throttle", throttles[index]?.options, options, change);
    throttles[index] = next;
  }

  /**
   * Changes what an instrument allows.
   *
   * @throws RiskError `unknown-id`, `invalid-argument`, `contradictory-limits`
   */
  setInstrument(instrument: number, changes: InstrumentChange, change: Change): void {
    this.checkInstrument(instrument);
    const { instruments } = this.exposure;
    const name = this.instrumentNames[instrument]!;
    const numbers = {
      staticCollarPpm: instruments.staticPpm,
      dynamicCollarPpm: instruments.dynamicPpm,
      fatFingerPpm: instruments.fatFingerPpm,
      minQuantity: instruments.minQuantity,
      maxQuantity: instruments.maxQuantity,
    };
    for (const key of Object.keys(numbers) as (keyof typeof numbers)[]) {
      const value = changes[key];
      if (value !== undefined) whole(`${name}: ${key}`, value, key.endsWith("Quantity") ? 1 : 0);
    }
    const { bands } = changes;
    checkSizes(
      name,
      changes.minQuantity ?? instruments.minQuantity[instrument]!,
      changes.maxQuantity ?? instruments.maxQuantity[instrument]!,
      instruments.lotSize[instrument]!,
    );
    if (bands) {
      checkPrice(bands.lower);
      checkPrice(bands.upper);
      if (bands.lower > bands.upper) {
        throw new RiskError(
          "contradictory-limits",
          `${name}: lower band ${bands.lower} is above upper band ${bands.upper}`,
          {
            limits: ["bands.lower", "bands.upper"],
          },
        );
      }
    }
    const flags = {
      tradable: instruments.tradable,
      restricted: instruments.restricted,
      shortSaleRestricted: instruments.shortSaleRestricted,
    };
    for (const key of Object.keys(flags) as (keyof typeof flags)[]) {
      const value = changes[key];
      if (value === undefined) continue;
      this.#changed(name, key, flags[key][instrument] === 1, value, change);
      flags[key][instrument] = value ? 1 : 0;
    }
    for (const key of Object.keys(numbers) as (keyof typeof numbers)[]) {
      const value = changes[key];
      if (value === undefined) continue;
      this.#changed(name, key, numbers[key][instrument], value, change);
      numbers[key][instrument] = value;
    }
    if (bands !== undefined) {
      const before = { lower: instruments.bandLow[instrument]!, upper: instruments.bandHigh[instrument]! };
      this.#changed(name, "bands", before, bands, change);
      instruments.bandLow[instrument] = bands?.lower ?? -UNLIMITED;
      instruments.bandHigh[instrument] = bands?.upper ?? UNLIMITED;
    }
    this.#setCollars(instrument);
  }

  /**
   * Shares located for short sales of an account; open and filled short sales use them up, unfilled lots give them back.
   *
   * @throws RiskError `unknown-id`, `invalid-argument`
   */
  setLocates(account: number, instrument: number, quantity: number, change: Change): void {
    whole("locates", quantity, 0);
    const row = this.#row(account, instrument);
    const { rows } = this.exposure;
    const label = `${this.nodeNames[account]} ${this.instrumentNames[instrument]}`;
    this.#changed(label, "locates", rows.locates[row], quantity, change);
    rows.locates[row] = quantity;
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
    const { nodes } = this.exposure;
    const before = nodes.hasCash[node] ? nodes.cash[node] : undefined;
    this.#changed(this.nodeNames[node]!, "cash", before, amount, change);
    nodes.cash[node] = amount;
    nodes.hasCash[node] = 1;
  }

  /**
   * Starts an account with a position that no fill explains, in place of the one it had; profit and loss of the day
   * count from `price`.
   *
   * @param quantity - lots, negative when short
   * @param price - price units
   * @throws RiskError `unknown-id`, `invalid-argument`
   */
  setPosition(account: number, instrument: number, quantity: number, price: number): void {
    if (!Number.isSafeInteger(quantity)) {
      throw new RiskError("invalid-argument", `position must be a safe integer, was ${quantity}`, {
        value: quantity,
      });
    }
    checkPrice(price);
    this.checkNode(account);
    this.#checkAccount(account);
    const row = this.#row(account, instrument);
    const { rows, instruments } = this.exposure;
    const difference = quantity - rows.position[row]!;
    const flow = -quantity * price * instruments.multiplier[instrument]! - rows.cashFlow[row]!;
    for (let at = row; at >= 0; at = rows.parent[at]!) {
      rows.position[at] = rows.position[at]! + difference;
      rows.cashFlow[at] = rows.cashFlow[at]! + flow;
      this.exposure.refresh(at);
    }
  }

  /**
   * Best bid and offer in price units; a side that is not there is negative (bid) or positive (ask) infinity.
   */
  setQuote(instrument: number, bid: number, ask: number): void {
    const { instruments } = this.exposure;
    this.checkInstrument(instrument);
    if (Number.isNaN(bid) || Number.isNaN(ask)) {
      throw new RiskError("invalid-argument", `bid ${bid} and ask ${ask} must be numbers`);
    }
    instruments.bid[instrument] = Math.max(bid, -UNLIMITED);
    instruments.ask[instrument] = Math.min(ask, UNLIMITED);
  }

  /**
   * Last price: centre of the dynamic collar, and mark of positions.
   *
   * @throws RiskError `unknown-id`, `invalid-argument`
   */
  setLast(instrument: number, price: number): void {
    this.checkInstrument(instrument);
    checkPrice(price);
    this.exposure.instruments.mark[instrument] = price;
    this.#setDynamicCollar(instrument);
    this.exposure.revalue(instrument);
  }

  /**
   * Reference price: centre of the static collar and of the fat-finger check.
   *
   * @throws RiskError `unknown-id`, `invalid-argument`
   */
  setReference(instrument: number, price: number): void {
    this.checkInstrument(instrument);
    checkPrice(price);
    this.exposure.instruments.reference[instrument] = price;
    this.#setCollars(instrument);
  }

  /**
   * Lets a node that the repeated-execution throttle locked trade again (the reset by a person that RTS 6 asks for).
   *
   * @throws RiskError `unknown-id`
   */
  resetExecutions(node: number, change: Change): void {
    this.checkNode(node);
    const { nodes } = this.exposure;
    this.#changed(this.nodeNames[node]!, "locked", nodes.isLocked[node] === 1, false, change);
    nodes.isLocked[node] = 0;
    this.#limitsChanged(node, this.limits(node));
  }

  /** Own state of a node; what binds an account is the strictest of its chain. */
  state(node: number): TradingState {
    this.checkNode(node);
    return STATES[this.exposure.nodes.state[node]!]!;
  }

  /**
   * Changes a node's state; everything below obeys. Open orders stay: see {@link PreTradeGate.kill}.
   *
   * @throws RiskError `unknown-id`, `invalid-argument`
   */
  setState(node: number, state: TradingState, change: Change): void {
    const next = STATES.indexOf(state);
    if (next < 0) throw new RiskError("invalid-argument", `unknown state ${state}`, { value: state });
    this.#changed(this.nodeNames[node] ?? "", "state", this.state(node), state, change);
    this.exposure.nodes.state[node] = next;
  }

  /** @internal */
  checkNode(node: number): void {
    known("node", node, this.exposure.nodeCount);
  }

  /** @internal */
  checkInstrument(instrument: number): void {
    known("instrument", instrument, this.exposure.instrumentCount);
  }

  /** @internal */
  isAccount(node: number): boolean {
    return node >= 0 && node < this.exposure.nodeCount && this.exposure.nodes.level[node] === ACCOUNT;
  }

  /** True when `node` is `above` or below it. @internal */
  isWithin(node: number, above: number): boolean {
    return node === above || this.#isBelow(node, above);
  }

  #checkAccount(node: number): void {
    if (this.isAccount(node)) return;
    throw new RiskError("invalid-argument", `${this.nodeNames[node]} is not an account`, { value: node });
  }

  #isBelow(node: number, above: number): boolean {
    const { parent } = this.exposure.nodes;
    for (let at = parent[node]!; at >= 0; at = parent[at]!) if (at === above) return true;
    return false;
  }

  #row(node: number, instrument: number): number {
    this.checkNode(node);
    this.checkInstrument(instrument);
    return this.exposure.row(node, instrument);
  }

  #checkAbove(name: string, limits: Limits, parent: number): void {
    for (let at = parent; at >= 0; at = this.exposure.nodes.parent[at]!) {
      checkAgainstParent(name, limits, this.nodeNames[at]!, this.limits(at));
    }
  }

  #writeLimit(node: number, name: LimitName, value: number | undefined): void {
    this.exposure.limits[node * KINDS + Kind[name]] = value ?? unsetValue(name);
  }

  /** Rebuilds what is derived from limits; an execution throttle starts again when its own limits changed. */
  #limitsChanged(node: number, now: Limits, before: Limits = {}): void {
    const { maxExecutions, executionWindowMillis } = now;
    if (
      before.maxExecutions !== maxExecutions ||
      before.executionWindowMillis !== executionWindowMillis ||
      before === now ||
      Object.keys(before).length === 0
    ) {
      this.executionThrottles[node] = maxExecutions
        ? new Throttle({ window: { count: maxExecutions, windowMillis: executionWindowMillis! } })
        : undefined;
    }
    this.duplicateWindow = 0;
    for (let at = 0; at < this.exposure.nodeCount; at++) {
      this.duplicateWindow = Math.max(
        this.duplicateWindow,
        this.exposure.limit(at, Kind.duplicateWindowMillis),
      );
    }
  }

  #setCollars(index: number): void {
    const { instruments } = this.exposure;
    const reference = instruments.reference[index]!;
    const around = collar(reference, instruments.staticPpm[index]!);
    instruments.staticLow[index] = reference - around;
    instruments.staticHigh[index] = reference + around;
    const fat = collar(reference, instruments.fatFingerPpm[index]!);
    instruments.fatSell[index] = reference - fat;
    instruments.fatBuy[index] = reference + fat;
    this.#setDynamicCollar(index);
  }

  #setDynamicCollar(index: number): void {
    const { instruments } = this.exposure;
    const last = instruments.mark[index]!;
    const around = collar(last, instruments.dynamicPpm[index]!);
    instruments.dynamicLow[index] = last - around;
    instruments.dynamicHigh[index] = last + around;
  }

  #changed(subject: string, setting: string, before: unknown, after: unknown, change: Change): void {
    this.listener.changed?.(subject, setting, before, after, change);
  }

  #named(kind: string, names: readonly string[], name: string): number {
    const index = names.indexOf(name);
    if (index < 0) throw new RiskError("unknown-id", `there is no ${kind} ${name}`, { value: name });
    return index;
  }
}

/** Largest whole distance within `ppm` millionths of the price; without a collar, as far as numbers go. */
function collar(price: number, ppm: number): number {
  if (ppm === 0) return UNLIMITED;
  const product = Math.abs(price) * ppm;
  if (product <= Number.MAX_SAFE_INTEGER) return Math.floor(product / MILLION);
  return Math.min(UNLIMITED, Number((BigInt(Math.abs(price)) * BigInt(ppm)) / BigInt(MILLION)));
}

function checkSizes(name: string, least: number, most: number, lot: number): void {
  // The largest multiple of the lot that is allowed must not be below the least quantity.
  if (most !== UNLIMITED && Math.floor(most / lot) * lot < least) {
    throw new RiskError(
      "contradictory-limits",
      `${name}: no multiple of lotSize ${lot} lies between minQuantity ${least} and maxQuantity ${most}`,
      { limits: ["minQuantity", "maxQuantity"] },
    );
  }
}

function checkPrice(price: number): void {
  if (!Number.isSafeInteger(price)) {
    throw new RiskError("invalid-argument", `price must be a safe integer of price units, was ${price}`, {
      value: price,
    });
  }
}

function checkRate(rate: number): void {
  if (!(rate > 0 && Number.isFinite(rate))) {
    throw new RiskError("invalid-argument", `rate must be positive, was ${rate}`, { value: rate });
  }
}

function fresh(kind: string, names: readonly string[], name: string): void {
  if (names.includes(name)) {
    throw new RiskError("invalid-argument", `there is a ${kind} ${name} already`, { value: name });
  }
}

function known(kind: string, index: number, count: number): void {
  if (!(Number.isInteger(index) && index >= 0 && index < count)) {
    throw new RiskError("unknown-id", `there is no ${kind} ${index}`, { value: index });
  }
}

function within(name: string, value: number, bound: number): void {
  if (!(Number.isInteger(value) && value >= 0 && value < bound)) {
    throw new RiskError("invalid-argument", `${name} must be 0 … ${bound - 1}, was ${value}`, { value });
  }
}
