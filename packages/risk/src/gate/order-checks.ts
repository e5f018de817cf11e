import { checkChain, checkNodeSizes } from "./chain-checks.ts";
import { INSTRUMENT_WIDTH, Instrument, NODE_WIDTH, Node } from "./fields.ts";
import type { GateSettings } from "./gate-settings.ts";
import type { Failure, OrderRequest, ReplaceRequest } from "./gate-types.ts";
import { checkInstrument, checkSize, worstPrice } from "./instrument-checks.ts";
import { checkTotals } from "./node-checks.ts";
import { ORDER_WIDTH, Order, TAG_WIDTH, Tag } from "./open-orders.ts";
import {
  BUY,
  LIMIT,
  MARKET,
  OrderTerms,
  reservation,
  STOP,
  STOP_LIMIT,
  sideCode,
  typeCode,
} from "./order-terms.ts";
import { RejectCode } from "./reject-code.ts";
import { Verdict } from "./verdict.ts";

// Folded into the machine code: see `exposure.ts`.
const [I, N, O, T] = [INSTRUMENT_WIDTH, NODE_WIDTH, ORDER_WIDTH, TAG_WIDTH];
const { multiplier, rate, allowsAnyPrice } = Instrument;
const { messages } = Node;

/**
 * Reads a message, counts it, and makes the checks in stages: what is well-formed; what is over a rate or repeated, so
 * that a flood is refused cheaply; then all the rest. {@link Verdict} puts failures in the order of {@link RejectCode}.
 */
export class OrderChecks {
  /** The order just checked, for the caller that enters it. */
  readonly terms: OrderTerms = new OrderTerms();
  readonly verdict: Verdict = new Verdict();
  readonly #gate: GateSettings;

  constructor(gate: GateSettings) {
    this.#gate = gate;
  }

  /** Moves the clock to the time of the message at hand, never back. */
  tick(): void {
    const { clock } = this.#gate;
    const timeMillis = clock[1]!;
    if (timeMillis > clock[0]! && timeMillis < Number.POSITIVE_INFINITY) clock[0] = timeMillis;
  }

  /** Counts a message wherever it is throttled; `false` when it is over any rate. */
  count(session: number, account: number, instrument: number): boolean {
    const gate = this.#gate;
    let isWithin = true;
    const ofSession = gate.sessionThrottles[session];
    if (ofSession !== undefined && !ofSession.accept()) isWithin = false;
    if (gate.isAccount(account)) {
      const { parents, nodes } = gate.exposure;
      for (let node = account; node >= 0; node = parents[node]!) {
        nodes.data[node * N + messages] = nodes.data[node * N + messages]! + 1;
        const ofNode = gate.nodeThrottles[node];
        if (ofNode !== undefined && !ofNode.accept()) isWithin = false;
      }
    }
    const ofInstrument = gate.instrumentThrottles[instrument];
    if (ofInstrument !== undefined && !ofInstrument.accept()) isWithin = false;
    return isWithin;
  }

  /** What {@link OrderChecks.count} would answer, counting nothing. */
  #wouldCount(session: number, account: number, instrument: number): boolean {
    const gate = this.#gate;
    const throttles = [gate.sessionThrottles[session], gate.instrumentThrottles[instrument]];
    if (gate.isAccount(account)) {
      const { parents } = gate.exposure;
      for (let node = account; node >= 0; node = parents[node]!) throttles.push(gate.nodeThrottles[node]);
    }
    return throttles.every((throttle) => throttle === undefined || throttle.wouldAccept());
  }

  newOrder(order: OrderRequest): RejectCode {
    this.verdict.begin();
    this.#gate.clock[1] = order.timeMillis;
    this.tick();
    const isWithin = this.count(order.session, order.account, order.instrument);
    this.#checkNew(order, isWithin);
    return this.verdict.code;
  }

  /** Every failure that a new order would meet; counts and remembers nothing. */
  report(order: OrderRequest): Failure[] {
    const { clock } = this.#gate;
    const now = clock[0]!;
    const failures = this.verdict.collect(() => {
      clock[1] = order.timeMillis;
      this.tick();
      this.#checkNew(order, this.#wouldCount(order.session, order.account, order.instrument));
    });
    clock[0] = now;
    return failures;
  }

  #checkNew(order: OrderRequest, isWithin: boolean): void {
    const { terms, verdict } = this;
    const gate = this.#gate;
    const { account, instrument, session } = order;
    terms.side = sideCode(order.side);
    terms.type = typeCode(order.type);
    terms.oldQuantity = 0;
    terms.oldValue = 0;
    terms.slot = -1;
    terms.overridesSoftLimits = order.overridesSoftLimits === true;
    const isKnown =
      terms.side >= 0 &&
      terms.type >= 0 &&
      Number.isSafeInteger(order.orderId) &&
      gate.isAccount(account) &&
      gate.isInstrument(instrument) &&
      gate.isSession(session);
    if (!isKnown || !this.#read(order, instrument)) {
      verdict.fail(RejectCode.InvalidOrder, order.quantity, 1);
      return;
    }
    terms.row = gate.exposure.row(account, instrument);
    gate.open.wanted[0] = order.orderId;
    this.#checkRepeats(account, instrument, isWithin);
    if (!verdict.isAccepted && !verdict.isCollecting) return;
    this.#checkAll();
  }

  /** Prices and quantity into the terms, whose type is known; `false` when they are not in range. */
  #read(order: OrderRequest | ReplaceRequest, instrument: number): boolean {
    const { terms } = this;
    const { type } = terms;
    const hasLimit = type === LIMIT || type === STOP_LIMIT;
    const price = hasLimit ? order.price : 0;
    const stopPrice = type >= STOP ? order.stopPrice : 0;
    const { quantity, timeMillis } = order;
    terms.instrument = instrument;
    terms.price = price;
    terms.stopPrice = stopPrice;
    terms.quantity = quantity;
    if (!(Number.isSafeInteger(quantity) && quantity >= 1 && Number.isFinite(timeMillis))) return false;
    if (!(Number.isSafeInteger(price) && Number.isSafeInteger(stopPrice))) return false;
    if (this.#gate.exposure.instruments.data[instrument * I + allowsAnyPrice] !== 0) return true;
    return (!hasLimit || price > 0) && (type < STOP || stopPrice > 0);
  }

  /** Whether the wanted id is in use, room, rates and duplicates. */
  #checkRepeats(account: number, instrument: number, isWithin: boolean): void {
    const { verdict, terms } = this;
    const gate = this.#gate;
    if (gate.open.find() >= 0) verdict.fail(RejectCode.DuplicateOrderId, gate.open.wanted[0]!, 0);
    const { maxOpenOrders } = gate.options;
    if (gate.open.count >= maxOpenOrders) verdict.fail(RejectCode.Capacity, maxOpenOrders + 1, maxOpenOrders);
    if (!isWithin) verdict.fail(RejectCode.Throttled, 0, 0);
    const { duplicates } = gate;
    if (duplicates.window === 0) return;
    const { side, quantity, price } = terms;
    if (!duplicates.has(account, instrument, side, quantity, price, !verdict.isCollecting)) return;
    const { age } = duplicates;
    const { parents } = gate.exposure;
    for (let node = account, depth = 0; node >= 0; node = parents[node]!, depth++) {
      const own = gate.exposure.limit(node, "duplicateWindowMillis");
      if (age < own) verdict.failAt(depth, node, RejectCode.DuplicateOrder, age, own);
    }
  }

  replace(request: ReplaceRequest): RejectCode {
    const { terms, verdict } = this;
    const { open, exposure } = this.#gate;
    verdict.begin();
    this.#gate.clock[1] = request.timeMillis;
    this.tick();
    if (!this.#find(request)) {
      verdict.fail(RejectCode.UnknownOrder, request.orderId, 0);
      return verdict.code;
    }
    const session = open.tags[terms.slot * T + Tag.session]!;
    const isWithin = this.count(session, exposure.nodeOf(terms.row), terms.instrument);
    if (!this.#read(request, terms.instrument)) {
      verdict.fail(RejectCode.InvalidOrder, request.quantity, 1);
      return verdict.code;
    }
    if (!isWithin) {
      verdict.fail(RejectCode.Throttled, 0, 0);
      return verdict.code;
    }
    terms.overridesSoftLimits = request.overridesSoftLimits === true;
    this.#checkTerms();
    return verdict.code;
  }

  #checkTerms(): void {
    const { terms } = this;
    if (terms.quantity <= terms.oldQuantity && this.#hasSamePrices()) this.#checkReduction();
    else this.#checkAll();
  }

  /** The soft limits that the order just accepted goes beyond. */
  overridden(): Failure[] {
    const { terms } = this;
    terms.overridesSoftLimits = false;
    // Whatever else it breaks, it does not break: it was accepted.
    return this.verdict.collect(() => (terms.slot < 0 ? this.#checkAll() : this.#checkTerms()));
  }

  /** Reads new terms of an open order without a check; `false` when it is not open. */
  restate(request: ReplaceRequest): boolean {
    this.#gate.clock[1] = request.timeMillis;
    this.tick();
    if (!this.#find(request)) return false;
    const { terms } = this;
    this.#read(request, terms.instrument);
    if (!this.#hasSamePrices()) this.#price();
    terms.value = reservation(terms.quantity, terms.perLot);
    return true;
  }

  /** What is open of an order into the terms; `false` when it is not open. */
  #find({ orderId }: ReplaceRequest): boolean {
    const { terms } = this;
    const { open, exposure } = this.#gate;
    open.wanted[0] = orderId;
    const slot = open.find();
    if (slot < 0) return false;
    const o = slot * O;
    const t = slot * T;
    const { data } = open.orders;
    terms.slot = slot;
    terms.row = open.tags[t + Tag.row]!;
    terms.instrument = exposure.instrumentOf(terms.row);
    terms.side = open.tags[t + Tag.side]!;
    terms.type = open.tags[t + Tag.type]!;
    terms.oldQuantity = data[o + Order.leaves]!;
    terms.perLot = data[o + Order.perLot]!;
    terms.oldValue = reservation(terms.oldQuantity, terms.perLot);
    return true;
  }

  #hasSamePrices(): boolean {
    const { terms } = this;
    const { data } = this.#gate.open.orders;
    const o = terms.slot * O;
    return terms.price === data[o + Order.price] && terms.stopPrice === data[o + Order.stopPrice];
  }

  /** Fewer lots at the same price meet the checks of size alone. */
  #checkReduction(): void {
    const { terms, verdict } = this;
    const { exposure } = this.#gate;
    checkSize(exposure, terms, verdict);
    checkNodeSizes(exposure, terms, verdict);
    terms.value = reservation(terms.quantity, terms.perLot);
  }

  /** Money to reserve for one lot. */
  #price(): void {
    const { terms } = this;
    const { data } = this.#gate.exposure.instruments;
    const i = terms.instrument * I;
    terms.perLot = worstPrice(data, terms) * data[i + multiplier]! * data[i + rate]!;
  }

  #checkAll(): void {
    const { terms, verdict } = this;
    const { exposure } = this.#gate;
    this.#price();
    terms.value = reservation(terms.quantity, terms.perLot);
    checkSize(exposure, terms, verdict);
    checkInstrument(exposure, terms, verdict);
    this.#checkSelfTrade();
    checkChain(exposure, terms, verdict);
    checkTotals(exposure, terms, verdict);
  }

  #checkSelfTrade(): void {
    const { terms, verdict } = this;
    const { exposure, open } = this.#gate;
    // A stop order does not meet the book until it is triggered.
    if (terms.type >= STOP) return;
    const queues = exposure.queues(terms.row);
    if (queues < 0) return;
    const limit = terms.type === MARKET ? undefined : terms.price;
    if (open.wouldSelfTrade(queues, terms.side === BUY, limit)) {
      verdict.fail(RejectCode.SelfTrade, terms.price, 0);
    }
  }
}
