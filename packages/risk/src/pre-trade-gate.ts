import { AlertWatch } from "./alert-watch.ts";
import { breachReport } from "./breach-report.ts";
import { RiskError } from "./errors.ts";
import type { ExposureDump } from "./exposure.ts";
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
import { OrderChecks } from "./order-checks.ts";
import { RejectCode } from "./reject-code.ts";
import { Throttle, type ThrottleDump } from "./throttle.ts";

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
  readonly orders: Record<string, number[]>;
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
    const checks = this.#checks;
    const code = checks.newOrder(order, true);
    if (code !== RejectCode.Accepted) return code;
    this.#enter(order);
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
   * refused, the old order stays as it was. Fewer lots at the same price always pass the checks of totals.
   *
   * @returns {@link RejectCode}.Accepted, or the first check that failed
   */
  replace(request: ReplaceRequest): RejectCode {
    const checks = this.#checks;
    const code = checks.replace(request);
    if (code !== RejectCode.Accepted) return code;
    this.#amend(this.open.find(request.orderId), request);
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
    const slot = this.open.find(request.orderId);
    if (slot < 0) return false;
    this.#checks.restate(slot, request);
    this.#amend(slot, request);
    return true;
  }

  /**
   * Counts a cancel request as a message and releases the order. Never refused. Where the market confirms cancels
   * later, call {@link PreTradeGate.countMessage} on the request and {@link PreTradeGate.close} on the confirmation.
   *
   * @returns lots released, 0 when the order is not open
   */
  cancel(orderId: number, timeMillis: number): number {
    const slot = this.open.find(orderId);
    if (slot < 0) return 0;
    const row = this.open.orders.row[slot]!;
    const { rows } = this.exposure;
    this.#checks.count(this.open.orders.session[slot]!, rows.node[row]!, rows.instrument[row]!, timeMillis);
    return this.close(orderId);
  }

  /**
   * Releases what an order has reserved because it is no longer open: cancelled, expired or rejected by the market.
   *
   * @returns lots released, 0 when the order is not open
   */
  close(orderId: number): number {
    const slot = this.open.find(orderId);
    if (slot < 0) return 0;
    const { orders } = this.open;
    const leaves = orders.leaves[slot]!;
    const row = orders.row[slot]!;
    if (orders.usesLocate[slot]) {
      this.exposure.rows.locates[row] = this.exposure.rows.locates[row]! + leaves;
    }
    this.exposure.reserve(
      row,
      orders.side[slot] === 0,
      -leaves,
      -reservation(leaves, orders.perLot[slot]!),
      -1,
    );
    this.open.remove(slot);
    return leaves;
  }

  /**
   * Counts a message that is not checked (a cancel request, a quote request) against the throttles and the
   * order-to-trade ratio.
   *
   * @returns `false` when it is over a rate; a cancel should pass all the same
   */
  countMessage(session: number, account: number, instrument: number, timeMillis: number): boolean {
    return this.#checks.count(session, account, instrument, timeMillis);
  }

  /**
   * A fill of an open order: moves the position, and releases the reservation of the filled lots. More lots than are
   * open (a market's error) still move the position in full.
   *
   * @param quantity - lots, at least 1
   * @param price - price units
   * @param fee - minor units of the instrument's currency; negative for a rebate
   * @returns open lots left, or -1 (and nothing changed) when the order is not open
   * @throws RiskError `invalid-argument`
   */
  fill(orderId: number, quantity: number, price: number, fee: number, timeMillis: number): number {
    if (
      !(
        Number.isSafeInteger(quantity) &&
        quantity > 0 &&
        Number.isSafeInteger(price) &&
        Number.isSafeInteger(fee)
      )
    ) {
      throw new RiskError(
        "invalid-argument",
        `fill of ${quantity} at ${price}, fee ${fee}: all must be safe integers`,
      );
    }
    const slot = this.open.find(orderId);
    if (slot < 0) return -1;
    const { orders } = this.open;
    const row = orders.row[slot]!;
    const isBuy = orders.side[slot] === 0;
    const before = orders.leaves[slot]!;
    const left = Math.max(0, before - quantity);
    const perLot = orders.perLot[slot]!;
    const value = reservation(left, perLot) - reservation(before, perLot);
    this.exposure.reserve(row, isBuy, left - before, value, left === 0 ? -1 : 0);
    this.exposure.trade(row, isBuy ? quantity : -quantity, price, fee);
    if (left === 0) this.open.remove(slot);
    else orders.leaves[slot] = left;
    this.#countExecution(row, timeMillis);
    this.#alerts.watch(row);
    return left;
  }

  /** Last price of an instrument, as {@link GateSettings.setLast}; fires alerts of the positions that it moved. */
  override setLast(instrument: number, price: number): void {
    super.setLast(instrument, price);
    const { rows, instruments } = this.exposure;
    for (let row = instruments.firstRow[instrument]!; row >= 0; row = rows.next[row]!)
      this.#alerts.watchRow(row);
  }

  /** Why the last order or replace was refused. Valid until the next call. */
  get rejection(): Failure {
    return this.#checks.rejection;
  }

  /**
   * The kill switch: halts a node with everything below it, and asks (by `cancelRequired`) for the cancel of each of its
   * open orders. Reservations are released when the cancels come back.
   *
   * @returns how many cancels were asked for
   * @throws RiskError `unknown-id`
   */
  kill(node: number, change: Change): number {
    this.setState(node, "halted", change);
    const { rows } = this.exposure;
    return this.#requireCancels((slot) => this.isWithin(rows.node[this.open.orders.row[slot]!]!, node));
  }

  /**
   * Cancel on disconnect: asks for the cancel of each open order that came through the session.
   *
   * @returns how many cancels were asked for
   */
  sessionLost(session: number): number {
    return this.#requireCancels((slot) => this.open.orders.session[slot] === session);
  }

  /** Starts a day: profit and loss count from the present marks; traded notional, messages and trades from zero. */
  startDay(): void {
    this.exposure.startDay();
  }

  /** An open order, or `undefined`. */
  order(orderId: number): OpenOrder | undefined {
    const slot = this.open.find(orderId);
    return slot < 0 ? undefined : this.#describe(slot);
  }

  /** The open orders of a node with everything below it, by ascending order id. */
  openOrders(node: number): OpenOrder[] {
    this.checkNode(node);
    return this.open
      .slots()
      .map((slot) => this.#describe(slot))
      .filter((order) => this.isWithin(order.account, node));
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
    const { rows } = this.exposure;
    return {
      position: rows.position[row]!,
      openBuy: rows.openBuy[row]!,
      openSell: rows.openSell[row]!,
      reserved: rows.buyValue[row]! + rows.sellValue[row]!,
    };
  }

  /**
   * Totals of a node with everything below it.
   *
   * @throws RiskError `unknown-id`
   */
  totals(node: number): NodeTotals {
    this.checkNode(node);
    const { nodes, gross, netHigh, netLow, sectors } = this.exposure;
    const total = node * (1 + sectors);
    return {
      openOrders: nodes.openOrders[node]!,
      openNotional: nodes.openNotional[node]!,
      traded: nodes.traded[node]!,
      grossExposure: gross[total]!,
      netExposure: Math.max(Math.abs(netHigh[total]!), Math.abs(netLow[total]!)),
      margin: nodes.margin[node]!,
      equity: nodes.hasCash[node] ? nodes.cash[node]! + nodes.value[node]! : undefined,
      profit: nodes.pnl[node]!,
      messages: nodes.messages[node]!,
      trades: nodes.trades[node]!,
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
      duplicateWindow: this.duplicateWindow,
      alerts: this.#alerts.dump(),
      now: this.#checks.now === Number.NEGATIVE_INFINITY ? null : this.#checks.now,
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
        state.throttles[index]!.map((dump) => (dump ? Throttle.load(dump) : undefined)),
      );
    }
    this.open.load(state.orders);
    this.duplicates.load(state.duplicates);
    this.duplicateWindow = state.duplicateWindow;
    this.#alerts.load(state.alerts);
    this.#checks.now = state.now ?? Number.NEGATIVE_INFINITY;
    for (const slot of this.open.slots()) this.#queueUp(slot);
  }

  /** Moves an open order to the terms that were just checked or taken over. */
  #amend(slot: number, request: ReplaceRequest): void {
    const { orders } = this.open;
    const { rows, nodes } = this.exposure;
    const row = orders.row[slot]!;
    const before = orders.leaves[slot]!;
    const reserved = reservation(before, orders.perLot[slot]!);
    if (orders.usesLocate[slot]) rows.locates[row] = rows.locates[row]! + before - request.quantity;
    orders.price[slot] = request.price;
    orders.stopPrice[slot] = request.stopPrice;
    orders.leaves[slot] = request.quantity;
    orders.perLot[slot] = this.#checks.perLot;
    const value = reservation(request.quantity, this.#checks.perLot) - reserved;
    this.exposure.reserve(row, orders.side[slot] === 0, request.quantity - before, value, 0);
    const group = nodes.group[rows.node[row]!]!;
    if (orders.queue[slot]! >= 0) {
      this.open.leaveQueue(slot);
      this.open.enterQueue(slot, group, rows.instrument[row]!);
    }
    this.#alerts.watch(row);
  }

  #enter(order: OrderRequest): void {
    const { row, perLot, side, type } = this.#checks;
    const slot = this.open.add(order.orderId);
    const { orders } = this.open;
    const { rows, instruments } = this.exposure;
    orders.row[slot] = row;
    orders.session[slot] = order.session;
    orders.side[slot] = side;
    orders.type[slot] = type;
    orders.price[slot] = order.price;
    orders.stopPrice[slot] = order.stopPrice;
    orders.leaves[slot] = order.quantity;
    orders.perLot[slot] = perLot;
    orders.usesLocate[slot] = side >= 2 && instruments.needsLocate[order.instrument] === 1 ? 1 : 0;
    if (orders.usesLocate[slot]) rows.locates[row] = rows.locates[row]! - order.quantity;
    this.exposure.reserve(row, side === 0, order.quantity, reservation(order.quantity, perLot), 1);
    this.#queueUp(slot);
    this.#alerts.watch(row);
  }

  #queueUp(slot: number): void {
    const { orders } = this.open;
    const row = orders.row[slot]!;
    const group = this.exposure.nodes.group[this.exposure.rows.node[row]!]!;
    if (group !== 0 && orders.type[slot] === 0) {
      this.open.enterQueue(slot, group, this.exposure.rows.instrument[row]!);
    }
  }

  #countExecution(row: number, timeMillis: number): void {
    const now = this.#checks.tick(timeMillis);
    const { rows, nodes } = this.exposure;
    for (let at = row; at >= 0; at = rows.parent[at]!) {
      const node = rows.node[at]!;
      const throttle = this.executionThrottles[node];
      if (throttle === undefined || throttle.accept(now) || nodes.isLocked[node]) continue;
      nodes.isLocked[node] = 1;
      const most = throttle.options.window!.count;
      this.listener.alert?.(
        "breach",
        RejectCode.RepeatedExecution,
        node,
        rows.instrument[at]!,
        most + 1,
        most,
      );
    }
  }

  #requireCancels(isWanted: (slot: number) => boolean): number {
    const ids = this.open
      .slots()
      .filter(isWanted)
      .map((slot) => this.open.orders.id[slot]!);
    for (const id of ids) this.listener.cancelRequired?.(id);
    return ids.length;
  }

  #describe(slot: number): OpenOrder {
    const { orders } = this.open;
    const row = orders.row[slot]!;
    return {
      orderId: orders.id[slot]!,
      account: this.exposure.rows.node[row]!,
      instrument: this.exposure.rows.instrument[row]!,
      session: orders.session[slot]!,
      leavesQuantity: orders.leaves[slot]!,
      reserved: reservation(orders.leaves[slot]!, orders.perLot[slot]!),
    };
  }
}

/** Whole money for so many lots. What is released is always the difference of two of these, so sums return to zero. */
function reservation(quantity: number, perLot: number): number {
  return Math.round(quantity * perLot);
}

function replaceAll<T>(list: T[], items: readonly T[]): void {
  list.length = 0;
  list.push(...items);
}
