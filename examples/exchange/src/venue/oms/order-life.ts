import type {
  CancelReason,
  EngineListener,
  EngineRejectReason,
  LimitState,
  OrderType,
  Phase,
  Side,
} from "@exchange-kit/orderbook";
import type { ByteReader, ByteWriter } from "../bytes.ts";
import type { ReplaceOrder, SubmitOrder } from "../commands.ts";
import type { Liquidity, VenueListener } from "../events.ts";
import type { PublicBook } from "../market/public-book.ts";
import type { Moment } from "../moment.ts";
import { isCall } from "../phases.ts";
import type { Portfolio } from "../portfolio.ts";
import type { OrderEndReason } from "../reject-reasons.ts";
import type { RiskControl } from "../risk/risk-control.ts";
import type { Clearing } from "../settlement/clearing.ts";
import type { OrderStore } from "./order-store.ts";
import type { VenueOrder } from "./venue-order.ts";

/** What an order's life touches. */
export interface OrderLifeParts {
  readonly store: OrderStore;
  readonly risk: RiskControl;
  readonly publicBook: PublicBook;
  readonly clearing: Clearing;
  readonly portfolio: Portfolio;
  readonly moment: Moment;
  readonly listener: VenueListener;
}

/**
 * Turns what the engine tells into the states and reports of orders, and passes each trade on to risk, clearing and the
 * public book.
 *
 * ```
 * (new) ──accepted──▶ new ──▶ partially-filled ──▶ filled
 *   │                  │  ╲        │  (replaced, restated: the state stays)
 *   └─rejected         ▼   ▼       ▼
 *                   cancelled · expired
 * ```
 */
export class OrderLife implements EngineListener {
  readonly #store: OrderStore;
  readonly #risk: RiskControl;
  readonly #public: PublicBook;
  readonly #clearing: Clearing;
  readonly #portfolio: Portfolio;
  readonly #moment: Moment;
  readonly #listener: VenueListener;
  lastExecId = 0;
  lastTradeId = 0;
  /** The order that is being entered and has not been accepted yet, and its command. */
  #entering: VenueOrder | undefined;
  #enterCommand: SubmitOrder | undefined;
  /** The order that is being replaced, as long as the engine may refuse it. */
  #replacing: VenueOrder | undefined;
  #replaceCommand: ReplaceOrder | undefined;
  #replaceHash = 0;
  #engineFault: EngineRejectReason | undefined;
  /** Why orders end in this command, where the engine only knows that it was asked to. */
  #cause: OrderEndReason = "requested";
  #requestId = "";
  /** The order that its owner cancels a part of. */
  #shrinking: VenueOrder | undefined;
  /** The order that the engine is to give up without an end of it. */
  #withdrawn: VenueOrder | undefined;
  /** Of the uncrossing that is on. */
  #crossPrice = 0;
  #crossVolume = 0;
  readonly phases: Phase[];
  readonly haltReasons: string[];
  /** Last price of each instrument, at first its reference price, and whether risk and portfolio are to be told. */
  readonly #lastPrices: Float64Array;
  readonly #isMarkStale: Uint8Array;

  constructor(parts: OrderLifeParts, referencePrices: readonly number[]) {
    const instruments = referencePrices.length;
    this.#store = parts.store;
    this.#risk = parts.risk;
    this.#public = parts.publicBook;
    this.#clearing = parts.clearing;
    this.#portfolio = parts.portfolio;
    this.#moment = parts.moment;
    this.#listener = parts.listener;
    this.phases = new Array<Phase>(instruments).fill("closed");
    this.haltReasons = new Array<string>(instruments).fill("");
    this.#lastPrices = Float64Array.from(referencePrices);
    this.#isMarkStale = new Uint8Array(instruments);
  }

  /** The engine is about to be given this order; it is accepted with the first thing that happens to it. */
  enters(order: VenueOrder, command: SubmitOrder): void {
    this.#entering = order;
    this.#enterCommand = command;
  }

  /** The engine is about to be given new terms of this order. */
  replaces(order: VenueOrder, command: ReplaceOrder, idHash: number): void {
    this.#replacing = order;
    this.#replaceCommand = command;
    this.#replaceHash = idHash;
    this.#engineFault = undefined;
  }

  /** @returns why the engine refused the replace, after which the order is as it was */
  replaceDone(): EngineRejectReason | undefined {
    this.#replacing = undefined;
    this.#replaceCommand = undefined;
    this.#public.settle();
    return this.#engineFault;
  }

  /** The engine is about to make this order smaller, because its owner cancels a part of it. */
  partlyCancels(order: VenueOrder): void {
    this.#shrinking = order;
    this.#engineFault = undefined;
  }

  /** @returns why the engine refused it */
  partlyCancelled(): EngineRejectReason | undefined {
    this.#shrinking = undefined;
    return this.#engineFault;
  }

  /** Orders that the engine cancels on request from here on end for this reason. */
  because(cause: OrderEndReason, requestId: string): void {
    this.#cause = cause;
    this.#requestId = requestId;
  }

  /** The engine is about to give up this order, which nobody is told; what that does to others is. */
  withdraws(order: VenueOrder): void {
    this.#withdrawn = order;
  }

  /** New terms are in force: the order gets the id of the replace, and its owner is told. */
  applyReplace(order: VenueOrder, command: ReplaceOrder, idHash: number): void {
    this.#store.clientIds.change(order, command.clientOrderId, idHash);
    // Not less than what traded: the order is then filled.
    order.quantity = Math.max(command.quantity, order.cumulativeQuantity);
    order.leavesQuantity = order.quantity - order.cumulativeQuantity;
    if (command.price !== undefined) order.price = command.price;
    if (command.triggerPrice !== undefined) order.triggerPrice = command.triggerPrice;
    order.updatedMicros = this.#moment.micros;
    if (order.leavesQuantity === 0) this.#close(order, "filled");
    this.#listener.orderReplaced(order, ++this.lastExecId);
  }

  /** Price of the last trade; before the first, the reference price. */
  lastPriceOf(instrument: number): number {
    return this.#lastPrices[instrument]!;
  }

  /** After a split. */
  setLastPrice(instrument: number, price: number): void {
    this.#lastPrices[instrument] = price;
  }

  /** Tells risk and portfolio the last prices that they do not know. */
  markPositions(): void {
    for (let instrument = 0; instrument < this.#isMarkStale.length; instrument++) {
      if (this.#isMarkStale[instrument] === 0) continue;
      this.#isMarkStale[instrument] = 0;
      this.#risk.setLast(instrument, this.#lastPrices[instrument]!);
      this.#portfolio.mark(instrument, this.#lastPrices[instrument]!);
    }
  }

  write(writer: ByteWriter): void {
    writer.double(this.lastExecId);
    writer.double(this.lastTradeId);
    for (const [instrument, phase] of this.phases.entries()) {
      writer.text(phase);
      writer.text(this.haltReasons[instrument]!);
      writer.double(this.#lastPrices[instrument]!);
      writer.byte(this.#isMarkStale[instrument]!);
    }
  }

  read(reader: ByteReader): void {
    this.lastExecId = reader.double();
    this.lastTradeId = reader.double();
    for (const instrument of this.phases.keys()) {
      this.phases[instrument] = reader.text() as Phase;
      this.haltReasons[instrument] = reader.text();
      this.#lastPrices[instrument] = reader.double();
      this.#isMarkStale[instrument] = reader.byte();
    }
  }

  added(
    _instrument: number,
    orderId: number,
    _side: Side,
    price: number,
    _quantity: number,
    displayed: number,
  ): void {
    const order = this.#begin(orderId);
    order.isHeld = false;
    // A pegged order's price is the one that it does not pass.
    if (order.price !== price && order.orderType !== "pegged") {
      const isSlid = order.price !== undefined;
      order.price = price;
      order.updatedMicros = this.#moment.micros;
      this.#risk.restate(order, this.#moment.millis);
      this.#listener.orderRestated(order, ++this.lastExecId, isSlid ? "price-slid" : "price-found");
    }
    this.#public.added(order, price, displayed);
  }

  held(_instrument: number, orderId: number): void {
    const order = this.#begin(orderId);
    order.isHeld = true;
    order.isWaiting = isTriggered(order.orderType);
  }

  triggered(_instrument: number, orderId: number): void {
    const order = this.#begin(orderId);
    order.isWaiting = false;
    order.isHeld = false;
    order.updatedMicros = this.#moment.micros;
    this.#listener.orderTriggered(order, ++this.lastExecId);
  }

  traded(
    instrument: number,
    makerId: number,
    takerId: number,
    takerSide: Side,
    price: number,
    quantity: number,
  ): void {
    const taker = this.#begin(takerId);
    const maker = this.#store.orders[makerId]!;
    const tradeId = ++this.lastTradeId;
    this.#public.traded(maker, price, quantity, tradeId);
    this.#trade(tradeId, instrument, price, quantity, maker, taker, takerSide);
  }

  crossed(instrument: number, buyId: number, sellId: number, price: number, quantity: number): void {
    const buyer = this.#store.orders[buyId]!;
    const seller = this.#store.orders[sellId]!;
    const tradeId = ++this.lastTradeId;
    this.#crossPrice = price;
    this.#crossVolume += quantity;
    this.#public.crossed(buyer, price, quantity, tradeId);
    this.#public.crossed(seller, price, quantity, tradeId);
    this.#trade(tradeId, instrument, price, quantity, buyer, seller, "auction");
  }

  refreshed(_instrument: number, orderId: number, displayed: number): void {
    const order = this.#store.orders[orderId]!;
    this.#public.added(order, order.price!, displayed);
  }

  indicative(
    instrument: number,
    price: number | undefined,
    volume: number,
    imbalance: number,
    farPrice: number | undefined,
  ): void {
    this.#listener.indicativeChanged(instrument, price, volume, imbalance, farPrice);
  }

  limitStateChanged(instrument: number, state: LimitState): void {
    this.#listener.limitStateChanged(instrument, state);
  }

  reduced(_instrument: number, orderId: number, leaves: number, displayed: number): void {
    const order = this.#begin(orderId);
    if (this.#replacing === order) this.#replaced(order);
    else this.#restateQuantity(order, leaves);
    this.#public.reduced(order, displayed);
  }

  cancelled(_instrument: number, orderId: number, quantity: number, reason: CancelReason): void {
    const order = this.#begin(orderId);
    if (this.#withdrawn === order) {
      this.#withdrawn = undefined;
      return;
    }
    if (reason === "replaced") {
      if (this.#replacing === order) this.#replaced(order);
      this.#public.moves(order);
      return;
    }
    if (reason === "repriced") {
      this.#public.moves(order);
      return;
    }
    this.#public.ended(order);
    const isAsked = reason === "requested" || reason === "mass-cancel" || reason === "disconnected";
    // A cancel may move pegged orders, which then end for reasons of their own.
    this.#end(order, quantity, isAsked ? this.#cause : reason, isAsked ? this.#requestId : "");
  }

  rejected(_instrument: number, orderId: number, reason: EngineRejectReason): void {
    const order = this.#entering;
    if (order?.slot === orderId) {
      this.#entering = undefined;
      this.#risk.close(order);
      this.#store.giveBack(order);
      this.#listener.orderRejected(this.#enterCommand!, ++this.lastExecId, reason);
    } else this.#engineFault = reason;
  }

  phaseChanged(instrument: number, phase: Phase): void {
    const from = this.phases[instrument]!;
    this.phases[instrument] = phase;
    if (phase !== "halted") this.haltReasons[instrument] = "";
    // A halt may begin in a call: what gathered trades when it ends.
    if ((isCall(from) || this.#crossVolume > 0) && !isCall(phase) && phase !== "halted") {
      this.#listener.crossTraded(instrument, from, this.#crossPrice, this.#crossVolume, ++this.lastTradeId);
    }
    this.#crossPrice = 0;
    this.#crossVolume = 0;
    this.#listener.phaseChanged(instrument, phase, this.haltReasons[instrument]!);
  }

  /** The engine took the replace; whatever it tells of the order from here on is about its new terms. */
  #replaced(order: VenueOrder): void {
    this.#replacing = undefined;
    this.applyReplace(order, this.#replaceCommand!, this.#replaceHash);
  }

  /** The order an event is about; if it is the one being entered, it is accepted first. */
  #begin(orderId: number): VenueOrder {
    if (this.#entering !== undefined) this.#accept(this.#entering);
    return this.#store.orders[orderId]!;
  }

  #accept(order: VenueOrder): void {
    this.#entering = undefined;
    this.#store.open(order);
    this.#listener.orderAccepted(order, ++this.lastExecId);
  }

  #trade(
    tradeId: number,
    instrument: number,
    price: number,
    quantity: number,
    first: VenueOrder,
    second: VenueOrder,
    takerSide: Side | "auction",
  ): void {
    this.#lastPrices[instrument] = price;
    this.#isMarkStale[instrument] = 1;
    const isAuction = takerSide === "auction";
    const value = this.#clearing.valueOf(instrument, price, quantity);
    const firstFee = this.#clearing.fee(value, isAuction ? "auction" : "maker");
    const secondFee = this.#clearing.fee(value, isAuction ? "auction" : "taker");
    const [buyer, seller] = first.isBuy ? [first, second] : [second, first];
    const [buyFee, sellFee] = first.isBuy ? [firstFee, secondFee] : [secondFee, firstFee];
    this.#clearing.trade(instrument, quantity, value, buyer.account, seller.account, buyFee, sellFee);
    this.#portfolio.trade(buyer.account, instrument, quantity, price, buyFee);
    this.#portfolio.trade(seller.account, instrument, -quantity, price, sellFee);
    this.#execute(first, tradeId, price, quantity, isAuction ? "auction" : "maker", firstFee);
    this.#execute(second, tradeId, price, quantity, isAuction ? "auction" : "taker", secondFee);
    this.#listener.traded(tradeId, instrument, price, quantity, buyer, seller, takerSide);
  }

  #execute(
    order: VenueOrder,
    tradeId: number,
    price: number,
    quantity: number,
    liquidity: Liquidity,
    fee: number,
  ): void {
    order.cumulativeQuantity += quantity;
    order.leavesQuantity -= quantity;
    order.tradedValue += price * quantity;
    order.updatedMicros = this.#moment.micros;
    this.#risk.fill(order, quantity, price, fee, this.#moment.millis);
    if (order.leavesQuantity === 0) this.#close(order, "filled");
    else order.status = "partially-filled";
    this.#listener.orderExecuted(order, ++this.lastExecId, tradeId, price, quantity, liquidity, fee);
  }

  /** Lots were taken off an order without a trade. */
  #restateQuantity(order: VenueOrder, leaves: number): void {
    order.quantity -= order.leavesQuantity - leaves;
    order.leavesQuantity = leaves;
    order.updatedMicros = this.#moment.micros;
    this.#risk.restate(order, this.#moment.millis);
    const reason = this.#shrinking === order ? "reduced" : "self-trade";
    this.#listener.orderRestated(order, ++this.lastExecId, reason);
  }

  #end(order: VenueOrder, quantity: number, reason: OrderEndReason, requestId: string): void {
    order.leavesQuantity = 0;
    order.updatedMicros = this.#moment.micros;
    this.#risk.close(order);
    this.#close(order, reason === "expired" ? "expired" : "cancelled");
    this.#listener.orderCancelled(order, ++this.lastExecId, quantity, reason, requestId);
  }

  #close(order: VenueOrder, status: "filled" | "cancelled" | "expired"): void {
    order.status = status;
    order.isWaiting = false;
    this.#store.close(order);
  }
}

/** Whether orders of this type wait for a price before they act. */
function isTriggered(type: OrderType): boolean {
  switch (type) {
    case "stop":
    case "stop-limit":
    case "market-if-touched":
    case "limit-if-touched":
    case "trailing-stop":
    case "trailing-stop-limit":
      return true;
    default:
      return false;
  }
}
