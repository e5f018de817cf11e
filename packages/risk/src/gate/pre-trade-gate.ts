import { RiskError } from "../errors.ts";
import { AlertWatch } from "./alert-watch.ts";
import { breachReport } from "./breach-report.ts";
import { narrowChains } from "./chain-checks.ts";
import { type ExposureDump, LOTS, MONEY } from "./exposure.ts";
import { INSTRUMENT_WIDTH, Instrument, NODE_WIDTH, Node, ROW_WIDTH, Row } from "./fields.ts";
import { GateSettings } from "./gate-settings.ts";
import type {
  Change,
  Failure,
  GateListener,
  GateOptions,
  LimitUse,
  OrderRequest,
  ReplaceRequest,
} from "./gate-types.ts";
import type { LimitName } from "./limits.ts";
import { sizeOf } from "./node-checks.ts";
import { ORDER_WIDTH, Order, TAG_WIDTH, Tag } from "./open-orders.ts";
import { OrderChecks } from "./order-checks.ts";
import { BUY, LIMIT, type OrderTerms, reservation, SHORT } from "./order-terms.ts";
import { RejectCode } from "./reject-code.ts";
import { NEVER, Throttle, type ThrottleDump } from "./throttle.ts";

const [O, T] = [ORDER_WIDTH, TAG_WIDTH];

/** Totals of one node in minor units of the base currency; see {@link Limits} for what each means. */
export interface NodeTotals {
  /** Open orders. */
  readonly openOrders: number;
  /** Notional reserved by open orders. */
  readonly openNotional: number;
  /** Notional traded since the day's start. */
  readonly traded: number;
  /** Worst-case gross exposure. */
  readonly grossExposure: number;
  /** Worst-case net exposure, as a size. */
  readonly netExposure: number;
  /** Margin of positions and open orders. */
  readonly margin: number;
  /** Cash plus positions at their marks, `undefined` before `setCash`. */
  readonly equity: number | undefined;
  /** Profit (or, negative, loss) since the day's start, realised and unrealised, after fees. */
  readonly profit: number;
  /** Messages since the day's start. */
  readonly messages: number;
  /** Fills since the day's start. */
  readonly trades: number;
}

/** Position of one node in one instrument, in lots. */
export interface Holding {
  /** Net position. */
  readonly position: number;
  /** Open lots to buy. */
  readonly openBuy: number;
  /** Open lots to sell. */
  readonly openSell: number;
  /** Money reserved by open orders, in minor units of the base currency. */
  readonly reserved: number;
}

/** An open order as the gate knows it. */
export interface OpenOrder {
  /** Its id. */
  readonly orderId: number;
  /** Its account. */
  readonly account: number;
  /** Its instrument. */
  readonly instrument: number;
  /** Its session. */
  readonly session: number;
  /** Open lots. */
  readonly leavesQuantity: number;
  /** Money reserved, in minor units of the base currency. */
  readonly reserved: number;
}

/** Everything a gate knows, as plain data that survives JSON. */
export interface GateSnapshot {
  /** Version of the layout: 1. */
  readonly version: 1;
  /** The gate's contents; its layout belongs to the version. */
  readonly state: unknown;
}

interface GateState {
  readonly options: Required<GateOptions>;
  readonly exposure: ExposureDump;
  readonly orders: readonly (readonly number[])[];
  readonly duplicates: readonly number[];
  readonly names: readonly (readonly string[])[];
  readonly rates: readonly number[];
  readonly throttles: readonly (readonly (ThrottleDump | null)[])[];
  readonly duplicateWindow: number;
  readonly alerts: ReturnType<AlertWatch["dump"]>;
  readonly now: number | null;
}

/**
 * Checks every order before it reaches a market, and keeps positions, open orders and money as they change. It is
 * deterministic (time comes in with each message) and, once its tables have grown to the traffic, allocates nothing.
 *
 * Checks run in the order of {@link RejectCode}. Limits are inclusive. A limit on a total refuses an order only when
 * the order would make the total **worse and over the limit**, so that reducing orders always pass; cancels are never
 * blocked. What an order reserves is released exactly once: by its fills, its cancel, expiry or reject.
 *
 * A node's exposures are of its own net position in each instrument: accounts below a desk that are long and short the
 * same instrument offset each other there.
 */
export class PreTradeGate extends GateSettings {
  readonly #checks: OrderChecks;
  readonly #alerts: AlertWatch;

  /**
   * @param options - room and thresholds
   * @param listener - hears alerts, changes and required cancels; it must not call the gate
   * @throws RiskError `invalid-argument`, `contradictory-limits`
   */
  constructor(options: GateOptions, listener: GateListener = {}) {
    super(options, listener);
    this.#checks = new OrderChecks(this);
    this.#alerts = new AlertWatch(this);
  }

  /**
   * Checks a new order and, when it passes, reserves for it.
   *
   * @returns {@link RejectCode}.Accepted (0), or the first check that failed; details in {@link PreTradeGate.rejection}
   */
  newOrder(order: OrderRequest): RejectCode {
    const code = this.#checks.newOrder(order);
    if (code !== RejectCode.Accepted) return code;
    if (order.overridesSoftLimits) this.#tellOverridden(order.orderId);
    this.#enter(order.session);
    return code;
  }

  /**
   * Checks the legs of a list one after another, each with those before it reserved; when one is refused, none is open.
   * Every leg up to the refused one counts as a message.
   *
   * @returns {@link RejectCode}.Accepted, or the code of the refused leg
   */
  newList(orders: readonly OrderRequest[]): RejectCode {
    for (let index = 0; index < orders.length; index++) {
      const code = this.newOrder(orders[index]!);
      if (code === RejectCode.Accepted) continue;
      for (let back = index - 1; back >= 0; back--) this.close(orders[back]!.orderId);
      return code;
    }
    return RejectCode.Accepted;
  }

  /**
   * Every check that a new order would fail, in check order: a dry run that counts no message and reserves nothing.
   */
  report(order: OrderRequest): Failure[] {
    return this.#checks.report(order);
  }

  /**
   * Checks new terms of an open order against what it has reserved, and moves the reservation by the difference. When
   * refused, the old order stays as it was. Fewer lots at the same prices meet only the checks of the message rate and of
   * sizes; any other terms are checked like a new order's, so that a halted account cannot move what it has open.
   *
   * @returns {@link RejectCode}.Accepted, or the first check that failed
   */
  replace(request: ReplaceRequest): RejectCode {
    const code = this.#checks.replace(request);
    if (code !== RejectCode.Accepted) return code;
    if (request.overridesSoftLimits) this.#tellOverridden(request.orderId);
    this.#move();
    return code;
  }

  /**
   * Takes over new terms that the market gave an open order by itself (self-trade prevention made it smaller, a price
   * slid, a replace was refused after the gate had passed it), and moves the reservation by the difference. Nothing is
   * checked, and no message is counted.
   *
   * @returns whether the order is open
   */
  restate(request: ReplaceRequest): boolean {
    const isOpen = this.#checks.restate(request);
    if (isOpen) this.#move();
    return isOpen;
  }

  /**
   * Counts a cancel request as a message and releases the order. Never refused. Where the market confirms cancels
   * later, call {@link PreTradeGate.countMessage} on the request and {@link PreTradeGate.close} on the confirmation.
   *
   * @returns lots released, 0 when the order is not open
   */
  cancel(orderId: number, timeMillis: number): number {
    this.open.wanted[0] = orderId;
    const slot = this.open.find();
    if (slot < 0) return 0;
    const { tags } = this.open;
    const row = tags[slot * T + Tag.row]!;
    this.clock[1] = timeMillis;
    this.#checks.tick();
    this.#checks.count(
      tags[slot * T + Tag.session]!,
      this.exposure.nodeOf(row),
      this.exposure.instrumentOf(row),
    );
    return this.#release(slot);
  }

  /**
   * Releases what an order has reserved because it is no longer open: cancelled, expired or rejected by the market.
   *
   * @returns lots released, 0 when the order is not open
   */
  close(orderId: number): number {
    this.open.wanted[0] = orderId;
    const slot = this.open.find();
    return slot < 0 ? 0 : this.#release(slot);
  }

  /**
   * Counts a message that is not checked (a cancel request, a quote request) against the throttles and the
   * order-to-trade ratio.
   *
   * @returns `false` when it is over a rate; a cancel should pass all the same
   */
  countMessage(session: number, account: number, instrument: number, timeMillis: number): boolean {
    this.clock[1] = timeMillis;
    this.#checks.tick();
    return this.#checks.count(session, account, instrument);
  }

  /**
   * A fill of an open order: moves the position, and releases the reservation of the filled lots. More lots than are
   * open (a market's error) still move the position in full.
   *
   * @param quantity - lots, at least 1
   * @param price - price units
   * @param fee - minor units of the instrument's currency; negative for a rebate
   * @returns open lots left, or -1 (and nothing changed) when the order is not open
   * @throws RiskError `invalid-argument` when an argument, the money of the fill or the account's position after it is not a
   * safe integer; nothing changes then
   */
  fill(orderId: number, quantity: number, price: number, fee: number, timeMillis: number): number {
    if (!(isSafe(quantity) && quantity > 0 && isSafe(price) && isSafe(fee))) badFill(quantity, price, fee);
    this.open.wanted[0] = orderId;
    const slot = this.open.find();
    if (slot < 0) return -1;
    const { exposure, open } = this;
    const { data } = open.orders;
    const o = slot * O;
    const row = open.tags[slot * T + Tag.row]!;
    const isBuy = open.tags[slot * T + Tag.side] === BUY;
    const rows = exposure.rows.data;
    const r = row * ROW_WIDTH;
    const lots = isBuy ? quantity : -quantity;
    const i = exposure.instrumentOf(row) * INSTRUMENT_WIDTH;
    const paid = lots * price * exposure.instruments.data[i + Instrument.multiplier]! + fee;
    // Not what the day's fills come to: a sum that is off by a unit is no reason to lose one.
    if (!(isSafe(paid) && isSafe(rows[r + Row.position]! + lots))) badFill(quantity, price, fee);
    const before = data[o + Order.leaves]!;
    const left = Math.max(0, before - quantity);
    const perLot = data[o + Order.perLot]!;
    const released = reservation(before, perLot) - reservation(left, perLot);
    exposure.trade(row, isBuy, quantity, price, fee, before - left, released, left === 0 ? 1 : 0);
    if (left === 0) open.remove(slot);
    else data[o + Order.leaves] = left;
    this.clock[1] = timeMillis;
    this.#checks.tick();
    this.#countExecution(row);
    this.#alerts.watch(row);
    return left;
  }

  /** Last price of an instrument, as {@link GateSettings.setLast}; fires alerts of the positions that it moved. */
  override setLast(instrument: number, price: number): void {
    super.setLast(instrument, price);
    this.#alerts.watchInstrument(instrument);
  }

  /** Changes a rate, as {@link GateSettings.setRate}; fires alerts of the positions that it moved. */
  override setRate(name: string, rate: number, change: Change): void {
    super.setRate(name, rate, change);
    const currency = this.currencyOf(name);
    const { data, count } = this.exposure.instruments;
    for (let index = 0; index < count; index++) {
      if (data[index * INSTRUMENT_WIDTH + Instrument.currency] === currency)
        this.#alerts.watchInstrument(index);
    }
  }

  /** Changes limits, as {@link GateSettings.setLimits}; fires alerts of those that are now nearer, or broken. */
  override setLimits(
    node: number,
    changes: { readonly [N in LimitName]?: number | null },
    change: Change,
  ): void {
    super.setLimits(node, changes, change);
    this.#alerts.watchAll();
  }

  /** Changes position limits, as {@link GateSettings.setPositionLimits}; fires alerts as {@link PreTradeGate.setLimits}. */
  override setPositionLimits(
    node: number,
    instrument: number,
    limits: { readonly maxLong?: number; readonly maxShort?: number },
    change: Change,
  ): void {
    super.setPositionLimits(node, instrument, limits, change);
    this.#alerts.watchAll();
  }

  /** Sets cash, as {@link GateSettings.setCash}; fires alerts of the buying power. */
  override setCash(node: number, amount: number, change: Change): void {
    super.setCash(node, amount, change);
    this.#alerts.watchNode(node);
  }

  /** Sets a position, as {@link GateSettings.setPosition}; fires alerts of the limits that it uses. */
  override setPosition(account: number, instrument: number, quantity: number, price: number): void {
    super.setPosition(account, instrument, quantity, price);
    this.#alerts.watch(this.exposure.row(account, instrument));
  }

  /** Why the last order or replace was refused. Valid until the next call. */
  get rejection(): Failure {
    return this.#checks.verdict.rejection;
  }

  /**
   * The kill switch: halts a node with everything below it (see {@link TradingState}), and asks (by `cancelRequired`) for the cancel of each of its
   * open orders. Reservations are released when the cancels come back.
   *
   * @returns how many cancels were asked for
   * @throws RiskError `unknown-id`
   */
  kill(node: number, change: Change): number {
    this.setState(node, "halted", change);
    return this.#requireCancels((slot) =>
      this.exposure.isWithin(this.exposure.nodeOf(this.open.tags[slot * T + Tag.row]!), node),
    );
  }

  /**
   * Cancel on disconnect: asks for the cancel of each open order that came through the session.
   *
   * @returns how many cancels were asked for
   */
  sessionLost(session: number): number {
    return this.#requireCancels((slot) => this.open.tags[slot * T + Tag.session] === session);
  }

  /** Starts a day: profit and loss count from the present marks; traded notional, messages and trades from zero. */
  startDay(): void {
    this.exposure.startDay();
    // What was used yesterday is told again when it is used today.
    this.#alerts.watchAll();
  }

  /** An open order, or `undefined`. */
  order(orderId: number): OpenOrder | undefined {
    this.open.wanted[0] = orderId;
    const slot = this.open.find();
    return slot < 0 ? undefined : this.#describe(slot);
  }

  /** The open orders of a node with everything below it, by ascending order id. */
  openOrders(node: number): OpenOrder[] {
    this.checkNode(node);
    return this.open
      .slots()
      .map((slot) => this.#describe(slot))
      .filter((order) => this.exposure.isWithin(order.account, node));
  }

  /**
   * What a node holds in an instrument, with everything below it.
   *
   * @throws RiskError `unknown-id`
   */
  holding(node: number, instrument: number): Holding {
    this.checkNode(node);
    this.checkInstrument(instrument);
    const row = this.exposure.find(node, instrument);
    if (row < 0) return { position: 0, openBuy: 0, openSell: 0, reserved: 0 };
    const { data } = this.exposure.rows;
    const r = row * ROW_WIDTH;
    return {
      position: data[r + Row.position]!,
      openBuy: data[r + Row.openBuy]!,
      openSell: data[r + Row.openSell]!,
      reserved: data[r + Row.buyValue]! + data[r + Row.sellValue]!,
    };
  }

  /**
   * Totals of a node with everything below it.
   *
   * @throws RiskError `unknown-id`
   */
  totals(node: number): NodeTotals {
    this.checkNode(node);
    const { data } = this.exposure.nodes;
    const n = node * NODE_WIDTH;
    const hasCash = data[n + Node.hasCash] === 1;
    return {
      openOrders: data[n + Node.openOrders]!,
      openNotional: data[n + Node.openNotional]!,
      traded: data[n + Node.traded]!,
      grossExposure: data[n + Node.gross]!,
      netExposure: sizeOf(data[n + Node.netHigh]!, data[n + Node.netLow]!),
      margin: data[n + Node.margin]!,
      equity: hasCash ? data[n + Node.cash]! + data[n + Node.value]! : undefined,
      profit: data[n + Node.pnl]!,
      messages: data[n + Node.messages]!,
      trades: data[n + Node.trades]!,
    };
  }

  /**
   * Compares the gate's positions with those of a drop copy.
   *
   * @param positions - what the other side says, in lots
   * @returns those that differ
   */
  reconcile(
    positions: readonly {
      readonly account: number;
      readonly instrument: number;
      readonly quantity: number;
    }[],
  ): {
    /** Account node. */
    account: number;
    /** Instrument. */
    instrument: number;
    /** Lots that the other side says. */
    expected: number;
    /** Lots that the gate holds. */
    actual: number;
  }[] {
    return positions.flatMap(({ account, instrument, quantity }) => {
      const actual = this.holding(account, instrument).position;
      return actual === quantity ? [] : [{ account, instrument, expected: quantity, actual }];
    });
  }

  /** Every limit that is used to at least `informationPpm`, worst level first, then by node. */
  breachReport(): LimitUse[] {
    return breachReport(this);
  }

  /** The gate as plain data. A gate restored from it decides every later message alike. */
  snapshot(): GateSnapshot {
    const dumpAll = (throttles: readonly (Throttle | undefined)[]): (ThrottleDump | null)[] =>
      Array.from(throttles, (throttle) => throttle?.dump() ?? null);
    const state: GateState = {
      options: this.options,
      exposure: this.exposure.dump(),
      orders: this.open.dump(),
      duplicates: this.duplicates.dump(),
      names: [this.nodeNames, this.instrumentNames, this.sessionNames, this.currencyNames].map((all) => [
        ...all,
      ]),
      rates: [...this.rates],
      throttles: [
        dumpAll(this.nodeThrottles),
        dumpAll(this.executionThrottles),
        dumpAll(this.instrumentThrottles),
        dumpAll(this.sessionThrottles),
      ],
      duplicateWindow: this.duplicates.window,
      alerts: this.#alerts.dump(),
      now: this.clock[0] === NEVER ? null : this.clock[0]!,
    };
    return { version: 1, state };
  }

  /**
   * The gate that {@link PreTradeGate.snapshot} was taken of.
   *
   * @throws RiskError `invalid-snapshot`
   */
  static restore(snapshot: GateSnapshot, listener: GateListener = {}): PreTradeGate {
    if (snapshot?.version !== 1) {
      throw new RiskError("invalid-snapshot", `version must be 1, was ${snapshot?.version}`);
    }
    try {
      const state = snapshot.state as GateState;
      const gate = new PreTradeGate(state.options, listener);
      gate.#load(state);
      return gate;
    } catch (cause) {
      throw new RiskError("invalid-snapshot", "not the state of a gate", { cause });
    }
  }

  #load(state: GateState): void {
    this.exposure.load(state.exposure);
    const [nodes, instruments, sessions, currencies] = state.names;
    replaceAll(this.nodeNames, nodes!);
    replaceAll(this.instrumentNames, instruments!);
    replaceAll(this.sessionNames, sessions!);
    replaceAll(this.currencyNames, currencies!);
    replaceAll(this.rates, state.rates);
    const lists = [
      this.nodeThrottles,
      this.executionThrottles,
      this.instrumentThrottles,
      this.sessionThrottles,
    ];
    for (const [index, list] of lists.entries()) {
      replaceAll(
        list,
        state.throttles[index]!.map((dump) => (dump ? Throttle.load(dump, this.clock) : undefined)),
      );
    }
    this.clock[0] = state.now ?? NEVER;
    this.open.load(state.orders);
    this.duplicates.load(state.duplicates);
    this.duplicates.window = state.duplicateWindow;
    this.#alerts.load(state.alerts);
    for (const slot of this.open.slots()) this.#queueUp(slot);
  }

  #tellOverridden(orderId: number): void {
    if (!this.listener.overridden) return;
    for (const { code, node, value, limit } of this.#checks.overridden()) {
      this.listener.overridden(orderId, code, node, value, limit);
    }
  }

  /** The order that was just checked, and looked for, is open. */
  #enter(session: number): void {
    const { terms } = this.#checks;
    const { exposure, open } = this;
    const slot = open.add();
    const o = slot * O;
    const t = slot * T;
    const { data } = open.orders;
    const { tags } = open;
    const needsLocate =
      terms.side >= SHORT &&
      exposure.instruments.data[terms.instrument * INSTRUMENT_WIDTH + Instrument.needsLocate] !== 0;
    data[o + Order.price] = terms.price;
    data[o + Order.stopPrice] = terms.stopPrice;
    data[o + Order.leaves] = terms.quantity;
    data[o + Order.perLot] = terms.perLot;
    tags[t + Tag.row] = terms.row;
    tags[t + Tag.session] = session;
    tags[t + Tag.side] = terms.side;
    tags[t + Tag.type] = terms.type;
    tags[t + Tag.usesLocate] = needsLocate ? 1 : 0;
    if (needsLocate) this.#moveLocates(terms.row, -terms.quantity);
    this.#moveTo(terms, 1);
    this.#queueUp(slot);
    this.#alerts.watch(terms.row);
  }

  /** The open order that was just checked, or taken over, has new terms. */
  #move(): void {
    const { terms } = this.#checks;
    const { open } = this;
    const { slot, row } = terms;
    const o = slot * O;
    const { data } = open.orders;
    if (open.tags[slot * T + Tag.usesLocate] !== 0) {
      this.#moveLocates(row, terms.oldQuantity - terms.quantity);
    }
    open.leaveQueue(slot);
    data[o + Order.price] = terms.price;
    data[o + Order.stopPrice] = terms.stopPrice;
    data[o + Order.leaves] = terms.quantity;
    data[o + Order.perLot] = terms.perLot;
    this.#moveTo(terms, 0);
    this.#queueUp(slot);
    this.#alerts.watch(row);
  }

  /** Gives back everything that an open order holds. */
  #release(slot: number): number {
    const { exposure, open } = this;
    const { data } = open.orders;
    const leaves = data[slot * O + Order.leaves]!;
    const row = open.tags[slot * T + Tag.row]!;
    if (open.tags[slot * T + Tag.usesLocate] !== 0) this.#moveLocates(row, leaves);
    const reserved = reservation(leaves, data[slot * O + Order.perLot]!);
    exposure.change[LOTS] = -leaves;
    exposure.change[MONEY] = -reserved;
    exposure.move(row, open.tags[slot * T + Tag.side] === BUY, -1);
    open.remove(slot);
    this.#alerts.watch(row);
    return leaves;
  }

  /** What the order has open and reserved becomes what its terms ask for. */
  #moveTo(terms: OrderTerms, orders: number): void {
    const { exposure } = this;
    exposure.change[LOTS] = terms.quantity - terms.oldQuantity;
    exposure.change[MONEY] = terms.value - terms.oldValue;
    exposure.move(terms.row, terms.side === BUY, orders);
  }

  #moveLocates(row: number, lots: number): void {
    const at = row * ROW_WIDTH + Row.locates;
    this.exposure.rows.data[at] = this.exposure.rows.data[at]! + lots;
  }

  #queueUp(slot: number): void {
    if (this.open.tags[slot * T + Tag.type] !== LIMIT) return;
    const queues = this.exposure.queues(this.open.tags[slot * T + Tag.row]!);
    if (queues >= 0) this.open.enterQueue(slot, queues);
  }

  #countExecution(row: number): void {
    const { parents, nodes } = this.exposure;
    for (let node = this.exposure.nodeOf(row); node >= 0; node = parents[node]!) {
      const throttle = this.executionThrottles[node];
      const at = node * NODE_WIDTH + Node.isLocked;
      if (throttle === undefined || throttle.accept() || nodes.data[at] !== 0) continue;
      nodes.data[at] = 1;
      narrowChains(this.exposure, node);
      const most = throttle.options.window!.count;
      const instrument = this.exposure.instrumentOf(row);
      this.listener.alert?.("breach", RejectCode.RepeatedExecution, node, instrument, most + 1, most);
    }
  }

  #requireCancels(isWanted: (slot: number) => boolean): number {
    const ids = this.open
      .slots()
      .filter(isWanted)
      .map((slot) => this.open.orders.data[slot * O + Order.id]!);
    for (const id of ids) this.listener.cancelRequired?.(id);
    return ids.length;
  }

  #describe(slot: number): OpenOrder {
    const { data } = this.open.orders;
    const { tags } = this.open;
    const row = tags[slot * T + Tag.row]!;
    const leavesQuantity = data[slot * O + Order.leaves]!;
    return {
      orderId: data[slot * O + Order.id]!,
      account: this.exposure.nodeOf(row),
      instrument: this.exposure.instrumentOf(row),
      session: tags[slot * T + Tag.session]!,
      leavesQuantity,
      reserved: reservation(leavesQuantity, data[slot * O + Order.perLot]!),
    };
  }
}

const isSafe = Number.isSafeInteger;

function badFill(quantity: number, price: number, fee: number): never {
  throw new RiskError(
    "invalid-argument",
    `a fill of ${quantity} at ${price}, fee ${fee}, is not in safe integers`,
  );
}

function replaceAll<T>(list: T[], items: readonly T[]): void {
  list.length = 0;
  list.push(...items);
}
