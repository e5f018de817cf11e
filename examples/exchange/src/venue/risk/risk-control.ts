import {
  type GateListener,
  type OrderType as GateOrderType,
  type GateSnapshot,
  isRiskError,
  type OrderRequest,
  PreTradeGate,
  type RejectName,
  type ReplaceRequest,
  rejectName,
} from "@exchange-kit/risk";
import type { ByteReader, ByteWriter } from "../bytes.ts";
import type { KillSwitch, SetLimits } from "../commands.ts";
import type { Directory } from "../directory.ts";
import type { RiskListener } from "../events.ts";
import type { VenueOrder } from "../oms/venue-order.ts";

/** Bounds of every account: with them, sums of money and lots stay safe integers. */
const WIDEST_LIMITS = { maxLong: 2 ** 45, maxShort: 2 ** 45, maxCredit: 2 ** 50 } as const;

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/**
 * The risk gate between order management and matching: firms, their accounts and sessions as the configuration names
 * them. Orders are known to the gate by their slot.
 */
export class RiskControl {
  #gate: PreTradeGate;
  readonly #gateListener: GateListener;
  /** Which accounts are checked against their cash. */
  readonly #isCashAccount: readonly boolean[];
  readonly #firms: number;
  readonly #subjects: readonly string[];
  /** Slots that a kill switch wants cancelled. */
  #required: number[] = [];
  // One object each, used for every order: the gate keeps no reference.
  readonly #order: Mutable<OrderRequest> = {
    orderId: 0,
    account: 0,
    session: 0,
    instrument: 0,
    side: "buy",
    type: "limit",
    price: 0,
    stopPrice: 0,
    quantity: 0,
    timeMillis: 0,
  };
  readonly #replace: Mutable<ReplaceRequest> = {
    orderId: 0,
    price: 0,
    stopPrice: 0,
    quantity: 0,
    timeMillis: 0,
  };

  constructor(directory: Directory, listener: RiskListener) {
    const { config } = directory;
    this.#firms = config.firms.length;
    this.#subjects = [
      ...config.firms.map(({ name }) => `firm ${name}`),
      ...config.accounts.map(({ name }) => `account ${name}`),
    ];
    this.#isCashAccount = config.accounts.map(({ isCashAccount }) => isCashAccount ?? false);
    this.#gateListener = {
      alert: (level, code, node, instrument, value, limit) =>
        listener.riskAlert(level, rejectName(code), this.#subjects[node]!, instrument, value, limit),
      changed: (subject, setting, before, after, { actor }) =>
        listener.riskChanged(subject, setting, before, after, actor),
      cancelRequired: (slot) => this.#required.push(slot),
    };
    const gate = new PreTradeGate(
      { baseCurrency: config.currency.code, maxOpenOrders: config.maximumOpenOrders ?? 2 ** 20 },
      this.#gateListener,
    );
    this.#gate = gate;
    for (const instrument of directory.instruments) {
      gate.addInstrument({
        name: instrument.symbol,
        multiplier: instrument.multiplier,
        tickSize: instrument.tickSize,
        lotSize: instrument.lotSize,
        maxQuantity: instrument.maximumQuantity,
        referencePrice: instrument.referencePrice,
        staticCollarPpm: instrument.staticCollarPpm,
        dynamicCollarPpm: instrument.dynamicCollarPpm,
        fatFingerPpm: instrument.fatFingerPpm,
        isShortMarked: instrument.isShortMarked,
      });
    }
    for (const { name, limits, throttle } of config.firms) {
      gate.addNode({
        name: `firm ${name}`,
        level: "firm",
        ...(limits && { limits }),
        ...(throttle && { throttle }),
      });
    }
    for (const [account, { name, limits }] of config.accounts.entries()) {
      gate.addNode({
        name: `account ${name}`,
        level: "account",
        parent: directory.firmOfAccount[account]!,
        limits: { ...limits, ...bounded(limits ?? {}) },
      });
    }
    for (const { name, throttle } of config.sessions)
      gate.addSession({ name, ...(throttle && { throttle }) });
  }

  /** Checks a new order and reserves for it. @returns `accepted`, or the first check that failed */
  enter(order: VenueOrder, timeMillis: number): RejectName {
    const request = this.#order;
    request.orderId = order.slot;
    request.account = this.#firms + order.account;
    request.session = order.session;
    request.instrument = order.instrument;
    request.side = order.side;
    request.type = gateType(order);
    request.price = order.price ?? 0;
    request.stopPrice = order.riskStopPrice;
    request.quantity = order.quantity;
    request.timeMillis = timeMillis;
    return rejectName(this.#gate.newOrder(request));
  }

  /** Checks new terms of an open order and moves its reservation. */
  replace(
    order: VenueOrder,
    price: number,
    stopPrice: number,
    leaves: number,
    timeMillis: number,
  ): RejectName {
    const request = this.#replace;
    request.orderId = order.slot;
    request.price = price;
    request.stopPrice = stopPrice;
    request.quantity = leaves;
    request.timeMillis = timeMillis;
    return rejectName(this.#gate.replace(request));
  }

  /** The order has other terms than the gate passed: its record says which. */
  restate(order: VenueOrder, timeMillis: number): void {
    const request = this.#replace;
    request.orderId = order.slot;
    request.price = order.price ?? 0;
    request.stopPrice = order.riskStopPrice;
    request.quantity = order.leavesQuantity;
    request.timeMillis = timeMillis;
    this.#gate.restate(request);
  }

  /** A message that is counted but never refused: a cancel. */
  count(session: number, account: number, instrument: number, timeMillis: number): void {
    this.#gate.countMessage(session, this.#firms + account, instrument, timeMillis);
  }

  fill(order: VenueOrder, quantity: number, price: number, fee: number, timeMillis: number): void {
    this.#gate.fill(order.slot, quantity, price, fee, timeMillis);
  }

  /** An order is no longer open: what it reserved is free. */
  close(order: VenueOrder): void {
    this.#gate.close(order.slot);
  }

  /** The cash of an account is another, beside its trades. Only cash accounts are checked against it. */
  setCash(account: number, amount: number, timeMillis: number): void {
    if (!this.#isCashAccount[account]) return;
    this.#gate.setCash(this.#firms + account, amount, { timeMillis, actor: "clearing" });
  }

  /** The position of an account is another, beside its trades. */
  setPosition(account: number, instrument: number, quantity: number, price: number): void {
    this.#gate.setPosition(this.#firms + account, instrument, quantity, price);
  }

  /** After a split: where collars are and positions are marked. */
  setReference(instrument: number, price: number): void {
    this.#gate.setReference(instrument, price);
    this.#gate.setLast(instrument, price);
  }

  /** What a cash account may still buy for, `undefined` for another: equity less what positions and orders need. */
  buyingPower(account: number): number | undefined {
    const { equity, margin } = this.#gate.totals(this.#firms + account);
    return equity === undefined ? undefined : equity - margin;
  }

  /** The position that the gate counts with. */
  position(account: number, instrument: number): number {
    return this.#gate.holding(this.#firms + account, instrument).position;
  }

  setLast(instrument: number, price: number): void {
    this.#gate.setLast(instrument, price);
  }

  startDay(): void {
    this.#gate.startDay();
  }

  /**
   * Halts a firm or account, or lets it trade again.
   *
   * @returns slots of the orders that must be cancelled
   */
  kill({ of, index, isOn, actor }: KillSwitch, timeMillis: number): readonly number[] {
    const node = this.#node(of, index);
    const change = { timeMillis, actor };
    this.#required = [];
    if (isOn) this.#gate.kill(node, change);
    else this.#gate.setState(node, "active", change);
    return this.#required;
  }

  /**
   * Changes limits of a firm or account; one that is removed from an account falls back to what keeps sums safe.
   *
   * @returns whether the limits go together; otherwise nothing changed
   */
  setLimits({ of, index, limits, actor }: SetLimits, timeMillis: number): boolean {
    const node = this.#node(of, index);
    const before = this.#gate.limits(node);
    const changes = of === "firm" ? limits : { ...limits, ...bounded({ ...before, ...limits }) };
    try {
      this.#gate.setLimits(node, changes, { timeMillis, actor });
      return true;
    } catch (error) {
      if (!isRiskError(error)) throw error;
      return false;
    }
  }

  /** Open orders and what they reserve, over all accounts: both 0 when nothing is open. */
  reservations(): { openOrders: number; openNotional: number } {
    let openOrders = 0;
    let openNotional = 0;
    for (let firm = 0; firm < this.#firms; firm++) {
      const totals = this.#gate.totals(firm);
      openOrders += totals.openOrders;
      openNotional += totals.openNotional;
    }
    return { openOrders, openNotional };
  }

  write(writer: ByteWriter): void {
    writer.text(JSON.stringify(this.#gate.snapshot()));
  }

  read(reader: ByteReader): void {
    this.#gate = PreTradeGate.restore(JSON.parse(reader.text()) as GateSnapshot, this.#gateListener);
  }

  #node(of: "firm" | "account", index: number): number {
    return of === "firm" ? index : this.#firms + index;
  }
}

/** What the gate reserves by: a price when the order has one. */
function gateType(order: VenueOrder): GateOrderType {
  const hasLimit = order.price !== undefined;
  switch (order.orderType) {
    case "limit":
      return "limit";
    case "market":
    case "market-to-limit":
    case "pegged":
      return hasLimit ? "limit" : "market";
    default:
      return hasLimit ? "stop-limit" : "stop";
  }
}

/** The bounds of an account where its own limits are wider, or not there. */
function bounded(limits: SetLimits["limits"]): Record<keyof typeof WIDEST_LIMITS, number> {
  const least = (name: keyof typeof WIDEST_LIMITS): number => {
    const limit = limits[name];
    return typeof limit === "number" ? Math.min(limit, WIDEST_LIMITS[name]) : WIDEST_LIMITS[name];
  };
  return { maxLong: least("maxLong"), maxShort: least("maxShort"), maxCredit: least("maxCredit") };
}
