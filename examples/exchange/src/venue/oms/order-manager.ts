import { type MatchingEngine, ReusableOrder } from "@exchange-kit/orderbook";
import type { CancelOrder, MassCancel, ReplaceOrder, SubmitOrder } from "../commands.ts";
import type { Directory, Instrument } from "../directory.ts";
import type { OrderListener } from "../events.ts";
import type { PublicBook } from "../market/public-book.ts";
import type { Moment } from "../moment.ts";
import type { OrderEndReason, RejectReason } from "../reject-reasons.ts";
import type { RiskControl } from "../risk/risk-control.ts";
import type { OrderLife } from "./order-life.ts";
import type { OrderStore } from "./order-store.ts";
import type { VenueOrder } from "./venue-order.ts";

/** Longest client order id. */
const MAX_ID_LENGTH = 36;

export interface OrderManagerParts {
  readonly directory: Directory;
  readonly engine: MatchingEngine;
  readonly store: OrderStore;
  readonly life: OrderLife;
  readonly risk: RiskControl;
  readonly publicBook: PublicBook;
  readonly moment: Moment;
  readonly listener: OrderListener;
}

/**
 * Takes the participants' commands: checks who asks and for what, then risk, then hands the order to the engine. What
 * becomes of it there is told by {@link OrderLife}.
 */
export class OrderManager {
  readonly #directory: Directory;
  readonly #engine: MatchingEngine;
  readonly #store: OrderStore;
  readonly #life: OrderLife;
  readonly #risk: RiskControl;
  readonly #public: PublicBook;
  readonly #moment: Moment;
  readonly #listener: OrderListener;
  /** Given to the engine, which keeps no reference: one object for all orders. */
  readonly #request = new ReusableOrder();

  constructor(parts: OrderManagerParts) {
    this.#directory = parts.directory;
    this.#engine = parts.engine;
    this.#store = parts.store;
    this.#life = parts.life;
    this.#risk = parts.risk;
    this.#public = parts.publicBook;
    this.#moment = parts.moment;
    this.#listener = parts.listener;
  }

  submit(command: SubmitOrder): void {
    const { account, clientOrderId } = command;
    const fault = this.#requesterFault(command.session, account) ?? this.#newIdFault(account, clientOrderId);
    if (fault !== undefined) return void this.#rejectOrder(command, fault);
    this.#store.clientIds.remember();
    if (!this.#directory.isInstrument(command.instrument)) {
      return void this.#rejectOrder(command, "unknown-instrument");
    }
    const instrument = this.#directory.instruments[command.instrument]!;
    const { price, triggerPrice } = command;
    // Before the gate, so that what it reserves are sums of safe integers.
    if (isOutside(price, instrument) || isOutside(triggerPrice, instrument)) {
      return void this.#rejectOrder(command, "price-outside-band");
    }
    const order = this.#record(command);
    const verdict = this.#risk.enter(order, this.#moment.millis);
    if (verdict !== "accepted") {
      this.#store.giveBack(order);
      return void this.#rejectOrder(command, verdict);
    }
    this.#life.enters(order, command);
    this.#enter(order);
  }

  cancel(command: CancelOrder): void {
    const order = this.#find(command);
    if (order === undefined) return;
    this.#risk.count(command.session, order.account, order.instrument, this.#moment.millis);
    const { totalQuantity } = command;
    if (!Number.isInteger(totalQuantity) || totalQuantity < 0)
      return void this.#rejectCancel(command, order, "invalid-request");
    const leaves = totalQuantity - order.cumulativeQuantity;
    if (totalQuantity > 0 && leaves >= order.leavesQuantity) return;
    this.#life.because("requested", command.clientOrderId);
    if (totalQuantity === 0 || leaves <= 0) {
      this.#engine.cancel(order.slot);
      return;
    }
    this.#life.partlyCancels(order);
    this.#engine.reduce(order.slot, order.leavesQuantity - leaves);
    const fault = this.#life.partlyCancelled();
    if (fault !== undefined) this.#rejectCancel(command, order, fault);
  }

  replace(command: ReplaceOrder): void {
    const order = this.#find(command);
    if (order === undefined) return;
    const idFault = this.#newIdFault(order.account, command.clientOrderId);
    if (idFault !== undefined) return void this.#rejectCancel(command, order, idFault);
    this.#store.clientIds.remember();
    const idHash = this.#store.clientIds.hashed;
    const leaves = command.quantity - order.cumulativeQuantity;
    const price = command.price ?? order.price;
    const triggerPrice = command.triggerPrice ?? order.triggerPrice;
    const isSamePlace = price === order.price && triggerPrice === order.triggerPrice;
    const isSmaller = isSamePlace && leaves <= order.leavesQuantity;
    const fault = this.#termsFault(order, command, isSmaller);
    if (fault !== undefined) return void this.#rejectCancel(command, order, fault);
    if (leaves <= 0) {
      // FIX 4.2, order state change matrix: a total that is not above what traded leaves a filled order.
      this.#public.ended(order);
      this.#withdraw(order);
      this.#risk.close(order);
      this.#life.applyReplace(order, command, idHash);
      return;
    }
    const { millis } = this.#moment;
    const stopPrice = command.triggerPrice ?? order.riskStopPrice;
    const verdict = this.#risk.replace(order, price ?? 0, stopPrice, leaves, millis);
    if (verdict !== "accepted") return void this.#rejectCancel(command, order, verdict);
    if (isSmaller && leaves === order.leavesQuantity)
      return void this.#life.applyReplace(order, command, idHash);
    if ((order.isHeld || order.orderType === "pegged") && !isSmaller) {
      this.#withdraw(order);
      // What is open may be less than what the order was to show, or asked for at least.
      if (order.displayQuantity !== undefined)
        order.displayQuantity = Math.min(order.displayQuantity, leaves);
      if (order.minimumQuantity !== undefined)
        order.minimumQuantity = Math.min(order.minimumQuantity, leaves);
      order.riskStopPrice = stopPrice;
      this.#life.applyReplace(order, command, idHash);
      this.#enter(order);
      return;
    }
    this.#life.replaces(order, command, idHash);
    if (isSmaller) this.#engine.reduce(order.slot, order.leavesQuantity - leaves);
    else this.#engine.replace(order.slot, price!, leaves);
    const engineFault = this.#life.replaceDone();
    if (engineFault === undefined) return;
    this.#risk.restate(order, millis);
    this.#rejectCancel(command, order, engineFault);
  }

  massCancel(command: MassCancel): void {
    const { account, instrument, side, ofSession } = command;
    const fault = this.#massCancelFault(command);
    if (fault !== undefined) {
      this.#listener.massCancelRejected(command, ++this.#life.lastExecId, fault);
      return;
    }
    const firm = this.#directory.firmOfSession[command.session];
    const count = this.cancelWhere("mass-cancel", command.clientOrderId, (order) => {
      return (
        order.firm === firm &&
        (account === -1 || order.account === account) &&
        (ofSession === -1 || order.session === ofSession) &&
        (instrument === -1 || order.instrument === instrument) &&
        (side === "both" || order.isBuy === (side === "buy"))
      );
    });
    this.#listener.massCancelled(command, ++this.#life.lastExecId, count);
  }

  /**
   * Cancels open orders: those that nobody sees, then the others, each by ascending order id. With a shown order pegged
   * ones may move, and trade with what is hidden: none that is to be cancelled may be among them.
   *
   * @returns how many
   */
  cancelWhere(cause: OrderEndReason, requestId: string, isWanted: (order: VenueOrder) => boolean): number {
    this.#life.because(cause, requestId);
    const orders = this.#store.openOrders(isWanted);
    const hidden = orders.filter(({ shownQuantity }) => shownQuantity === 0);
    const shown = orders.filter(({ shownQuantity }) => shownQuantity > 0);
    for (const { slot } of [...hidden, ...shown]) this.#engine.cancel(slot);
    this.#life.because("requested", "");
    return orders.length;
  }

  /** Cancels the orders in these slots. */
  cancelSlots(cause: OrderEndReason, slots: readonly number[]): void {
    const wanted = new Set(slots);
    this.cancelWhere(cause, "", (order) => wanted.has(order.slot));
  }

  /** Gives an order to the engine with the terms of its record. */
  #enter(order: VenueOrder): void {
    const { slot, instrument, price, leavesQuantity, displayQuantity, minimumQuantity } = order;
    const side = order.isBuy ? "buy" : "sell";
    if (isPlain(order)) {
      this.#engine.limit(instrument, slot, side, price!, leavesQuantity);
      return;
    }
    const request = this.#request;
    request.instrument = instrument;
    request.orderId = slot;
    request.side = side;
    request.quantity = leavesQuantity;
    request.type = order.orderType;
    request.timeInForce = order.timeInForce;
    request.price = price;
    request.triggerPrice = order.triggerPrice;
    request.expireTime = order.expireTimeMicros;
    request.displayQuantity = displayQuantity;
    request.minimumQuantity = minimumQuantity;
    request.postOnly = order.postOnly;
    request.selfTradeGroup = order.selfTradeGroup;
    request.selfTradeMode = order.selfTradeMode;
    const { extras } = order;
    request.trailAmount = extras?.trailAmount;
    request.trailBasisPoints = extras?.trailBasisPoints;
    request.limitOffset = extras?.limitOffset;
    request.peg = extras?.peg;
    request.pegOffset = extras?.pegOffset;
    request.displayLowQuantity = extras?.displayLowQuantity;
    request.displayHighQuantity = extras?.displayHighQuantity;
    request.randomSeed = extras?.randomSeed;
    request.allOrNone = extras?.allOrNone;
    request.singlePrice = extras?.singlePrice;
    this.#engine.enter(request);
  }

  /** Takes an order out of the engine without an end of the order: it goes back in, or is filled. */
  #withdraw(order: VenueOrder): void {
    this.#life.withdraws(order);
    this.#engine.cancel(order.slot);
  }

  /** The order that a request means, which is open; otherwise the request is refused here. */
  #find(command: CancelOrder | ReplaceOrder): VenueOrder | undefined {
    const { account, origClientOrderId, orderId } = command;
    const fault = this.#requesterFault(command.session, account);
    if (fault !== undefined) return this.#rejectCancel(command, undefined, fault);
    const { clientIds } = this.#store;
    let order: VenueOrder | undefined;
    if (typeof origClientOrderId !== "string") return this.#rejectCancel(command, undefined, "unknown-order");
    if (origClientOrderId === "") order = this.#store.byOrderId(orderId);
    else {
      clientIds.hash(account, origClientOrderId);
      order = clientIds.find(account, origClientOrderId);
    }
    if (order === undefined || order.account !== account) {
      return this.#rejectCancel(command, undefined, "unknown-order");
    }
    if (order.leavesQuantity === 0) return this.#rejectCancel(command, order, "too-late");
    return order;
  }

  #massCancelFault({ session, account, ofSession, instrument, side }: MassCancel): RejectReason | undefined {
    const directory = this.#directory;
    if (!directory.isSession(session)) return "unknown-session";
    if (ofSession !== -1 && !directory.isSession(ofSession)) return "unknown-session";
    if (account !== -1) {
      const fault = this.#requesterFault(session, account);
      if (fault !== undefined) return fault;
    }
    if (instrument !== -1 && !directory.isInstrument(instrument)) return "unknown-instrument";
    return side === "both" || side === "buy" || side === "sell" ? undefined : "invalid-request";
  }

  /** Whether this session may act for this account. */
  #requesterFault(session: number, account: number): RejectReason | undefined {
    const directory = this.#directory;
    if (!directory.isSession(session)) return "unknown-session";
    if (!directory.isAccount(account)) return "unknown-account";
    const isOwn = directory.firmOfAccount[account] === directory.firmOfSession[session];
    return isOwn ? undefined : "not-permitted";
  }

  /** What is wrong with the id of a new order or replace; afterwards it is hashed. */
  #newIdFault(account: number, clientOrderId: string): RejectReason | undefined {
    if (!isClientOrderId(clientOrderId)) return "invalid-client-order-id";
    const { clientIds } = this.#store;
    clientIds.hash(account, clientOrderId);
    if (clientIds.isRemembered() || (clientIds.find(account, clientOrderId)?.leavesQuantity ?? 0) > 0) {
      return "duplicate-client-order-id";
    }
    return undefined;
  }

  /** What is wrong with the terms of a replace, before risk and engine are asked. */
  #termsFault(order: VenueOrder, command: ReplaceOrder, isSmaller: boolean): RejectReason | undefined {
    const instrument = this.#directory.instruments[order.instrument]!;
    const { quantity, price, triggerPrice } = command;
    const phase = this.#engine.phase(order.instrument);
    if (!isSmaller && (phase === "halted" || phase === "closed")) return "phase-forbids-order";
    if (!Number.isInteger(quantity) || quantity < 1) return "invalid-quantity";
    if (quantity % instrument.lotSize !== 0) return "off-lot-quantity";
    if (quantity > instrument.maximumQuantity) return "quantity-above-maximum";
    if (price !== undefined) {
      if (order.price === undefined) return "invalid-request";
      const fault = priceFault(price, instrument);
      if (fault !== undefined) return fault;
    }
    // FIX has a replace say all terms again, the trigger that was met too.
    if (triggerPrice === undefined || triggerPrice === order.triggerPrice) return undefined;
    return order.isWaiting ? priceFault(triggerPrice, instrument) : "invalid-request";
  }

  #rejectOrder(command: SubmitOrder, reason: RejectReason): void {
    this.#listener.orderRejected(command, ++this.#life.lastExecId, reason);
  }

  #rejectCancel(
    command: CancelOrder | ReplaceOrder,
    order: VenueOrder | undefined,
    reason: RejectReason,
  ): undefined {
    this.#listener.cancelRejected(command, ++this.#life.lastExecId, order, reason);
  }

  /** The record of a new order. */
  #record(command: SubmitOrder): VenueOrder {
    const { account } = command;
    const owner = this.#directory.config.accounts[account]!;
    const order = this.#store.take();
    order.clientOrderId = command.clientOrderId;
    order.idHash = this.#store.clientIds.hashed;
    order.origClientOrderId = "";
    order.firstClientOrderId = "";
    order.session = command.session;
    order.account = account;
    order.firm = this.#directory.firmOfAccount[account]!;
    order.instrument = command.instrument;
    order.side = command.side;
    order.orderType = command.orderType;
    order.timeInForce = command.timeInForce;
    order.quantity = command.quantity;
    order.price = command.price;
    order.triggerPrice = command.triggerPrice;
    order.expireTimeMicros = command.expireTimeMicros;
    order.displayQuantity = command.displayQuantity;
    order.minimumQuantity = command.minimumQuantity;
    order.postOnly = command.postOnly;
    order.capacity = command.capacity ?? "agency";
    order.extras = command.extras === undefined ? undefined : { ...command.extras };
    const trails = command.orderType === "trailing-stop" || command.orderType === "trailing-stop-limit";
    const last = trails ? this.#life.lastPriceOf(command.instrument) : 0;
    order.riskStopPrice = command.triggerPrice ?? last;
    order.status = "new";
    order.isWaiting = false;
    order.isHeld = false;
    order.selfTradeGroup = command.selfTradeGroup ?? owner.selfTradeGroup ?? 0;
    order.selfTradeMode = command.selfTradeMode ?? owner.selfTradeMode ?? "cancel-newest";
    order.leavesQuantity = command.quantity;
    order.cumulativeQuantity = 0;
    order.tradedValue = 0;
    order.publicReference = 0;
    order.shownQuantity = 0;
    order.enteredMicros = this.#moment.micros;
    order.updatedMicros = this.#moment.micros;
    return order;
  }
}

/** 1 to 36 printable ASCII characters. */
function isClientOrderId(id: string): boolean {
  if (typeof id !== "string" || id.length === 0 || id.length > MAX_ID_LENGTH) return false;
  for (let index = 0; index < id.length; index++) {
    const unit = id.charCodeAt(index);
    if (unit < 0x20 || unit > 0x7e) return false;
  }
  return true;
}

/** A limit order without any instruction, which the engine takes without an object. */
function isPlain(order: VenueOrder): boolean {
  return (
    order.orderType === "limit" &&
    order.timeInForce === "gtc" &&
    order.selfTradeGroup === 0 &&
    order.displayQuantity === undefined &&
    order.minimumQuantity === undefined &&
    order.postOnly === undefined &&
    order.extras === undefined &&
    order.triggerPrice === undefined &&
    order.expireTimeMicros === undefined &&
    order.price !== undefined
  );
}

function isOutside(price: number | undefined, { lowestPrice, highestPrice }: Instrument): boolean {
  return price !== undefined && (price < lowestPrice || price > highestPrice);
}

function priceFault(price: number, instrument: Instrument): RejectReason | undefined {
  if (!Number.isInteger(price)) return "invalid-price";
  if (price % instrument.tickSize !== 0) return "off-tick-price";
  return price < instrument.lowestPrice || price > instrument.highestPrice ? "price-outside-band" : undefined;
}
