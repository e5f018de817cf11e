import { GROSS, HIGH, LOW, longLimit, MARGIN, SCRATCH, shortLimit } from "./exposure.ts";
import type { GateSettings } from "./gate-settings.ts";
import type { Failure, OrderRequest, OrderSide, OrderType, ReplaceRequest } from "./gate-types.ts";
import { concentrationLimit, netSize, stressLoss } from "./limit-uses.ts";
import { Kind, UNLIMITED } from "./limits.ts";
import { RejectCode } from "./reject-code.ts";

/** Order types inside: 0 limit, 1 market, 2 stop, 3 stop-limit. */
const LIMIT = 0;
const MARKET = 1;
const STOP = 2;
/** Sides inside: 0 buy, 1 sell, 2 sell short, 3 sell short exempt. */
const BUY = 0;
const SELL = 1;
const SHORT = 2;

/**
 * The checks themselves, in the order of {@link RejectCode}. Each calls `#fails`, which says whether to stop: always in
 * the first-failure mode, never while a full report is collected.
 */
export class OrderChecks {
  readonly #gate: GateSettings;
  /** The last time seen; time never goes back. */
  now: number = Number.NEGATIVE_INFINITY;
  /** Of the order just checked, for the caller that enters it. */
  row = -1;
  side = 0;
  type = 0;
  /** Base money to reserve for one lot. */
  perLot = 0;
  readonly rejection: { code: RejectCode; node: number; value: number; limit: number } = {
    code: RejectCode.Accepted,
    node: -1,
    value: 0,
    limit: 0,
  };
  #failures: Failure[] | undefined;
  // Terms of the order under check, beside those above.
  #price = 0;
  #stopPrice = 0;
  #quantity = 0;
  /** What the order has open already (replace), else 0. */
  #oldQuantity = 0;
  #oldValue = 0;
  #slot = -1;

  constructor(gate: GateSettings) {
    this.#gate = gate;
  }

  tick(timeMillis: number): number {
    if (timeMillis > this.now) this.now = timeMillis;
    return this.now;
  }

  /** Counts a message wherever it is throttled; `false` when it is over any rate. */
  count(session: number, account: number, instrument: number, timeMillis: number): boolean {
    const now = this.tick(timeMillis);
    const gate = this.#gate;
    let isWithin = true;
    const ofSession = gate.sessionThrottles[session];
    if (ofSession && !ofSession.accept(now)) isWithin = false;
    if (gate.isAccount(account)) {
      const { nodes } = gate.exposure;
      for (let node = account; node >= 0; node = nodes.parent[node]!) {
        nodes.messages[node] = nodes.messages[node]! + 1;
        const throttle = gate.nodeThrottles[node];
        if (throttle && !throttle.accept(now)) isWithin = false;
      }
    }
    const ofInstrument = gate.instrumentThrottles[instrument];
    if (ofInstrument && !ofInstrument.accept(now)) isWithin = false;
    return isWithin;
  }

  newOrder(order: OrderRequest, isReal: boolean): RejectCode {
    const gate = this.#gate;
    const { session, account, instrument, quantity } = order;
    const isWithin = isReal
      ? this.count(session, account, instrument, order.timeMillis)
      : this.#wouldCount(session, account, instrument, order.timeMillis);
    this.side = sideCode(order.side);
    this.type = typeCode(order.type);
    const hasPrice = this.type === LIMIT || this.type > STOP;
    const price = hasPrice ? order.price : 0;
    const stopPrice = this.type >= STOP ? order.stopPrice : 0;
    if (
      !Number.isSafeInteger(order.orderId) ||
      !Number.isSafeInteger(quantity) ||
      quantity < 1 ||
      !Number.isSafeInteger(price) ||
      !Number.isSafeInteger(stopPrice) ||
      !Number.isFinite(order.timeMillis) ||
      this.side < 0 ||
      this.type < 0 ||
      !gate.isAccount(account) ||
      !(instrument >= 0 && instrument < gate.exposure.instrumentCount && Number.isInteger(instrument)) ||
      !(session >= 0 && session < gate.sessionNames.length && Number.isInteger(session))
    ) {
      this.#fails(RejectCode.InvalidOrder, -1, quantity, 1);
      return RejectCode.InvalidOrder;
    }
    this.#price = price;
    this.#stopPrice = stopPrice;
    this.#quantity = quantity;
    this.#oldQuantity = 0;
    this.#oldValue = 0;
    this.#slot = -1;
    this.row = gate.exposure.row(account, instrument);

    let received = Number.NEGATIVE_INFINITY;
    if (gate.duplicateWindow > 0) {
      const since = this.now - gate.duplicateWindow;
      received = gate.duplicates.lastTime(account, instrument, this.side, quantity, price, since);
      if (isReal) gate.duplicates.remember(account, instrument, this.side, quantity, price, this.now);
    }
    if (gate.open.find(order.orderId) >= 0) {
      if (this.#fails(RejectCode.DuplicateOrderId, -1, order.orderId, 0)) return this.rejection.code;
    }
    const { maxOpenOrders } = gate.options;
    if (gate.open.count >= maxOpenOrders) {
      if (this.#fails(RejectCode.Capacity, -1, maxOpenOrders + 1, maxOpenOrders)) return this.rejection.code;
    }
    if (!isWithin && this.#fails(RejectCode.Throttled, -1, 0, 0)) return this.rejection.code;
    if (received > Number.NEGATIVE_INFINITY && this.#isDuplicate(this.now - received))
      return this.rejection.code;
    return this.#checkAll() ? this.rejection.code : RejectCode.Accepted;
  }

  replace(request: ReplaceRequest): RejectCode {
    const gate = this.#gate;
    const { open, exposure } = gate;
    const slot = Number.isSafeInteger(request.orderId) ? open.find(request.orderId) : -1;
    if (slot < 0) {
      this.tick(request.timeMillis);
      this.#fails(RejectCode.UnknownOrder, -1, request.orderId, 0);
      return RejectCode.UnknownOrder;
    }
    const { orders } = open;
    this.row = orders.row[slot]!;
    this.side = orders.side[slot]!;
    this.type = orders.type[slot]!;
    const account = exposure.rows.node[this.row]!;
    const isWithin = this.count(
      orders.session[slot]!,
      account,
      exposure.rows.instrument[this.row]!,
      request.timeMillis,
    );
    const hasPrice = this.type === LIMIT || this.type > STOP;
    const price = hasPrice ? request.price : 0;
    const stopPrice = this.type >= STOP ? request.stopPrice : 0;
    if (
      !Number.isSafeInteger(request.quantity) ||
      request.quantity < 1 ||
      !Number.isSafeInteger(price) ||
      !Number.isSafeInteger(stopPrice) ||
      !Number.isFinite(request.timeMillis)
    ) {
      this.#fails(RejectCode.InvalidOrder, -1, request.quantity, 1);
      return RejectCode.InvalidOrder;
    }
    if (!isWithin) {
      this.#fails(RejectCode.Throttled, -1, 0, 0);
      return RejectCode.Throttled;
    }
    this.#price = price;
    this.#stopPrice = stopPrice;
    this.#quantity = request.quantity;
    this.#oldQuantity = orders.leaves[slot]!;
    this.#oldValue = Math.round(orders.leaves[slot]! * orders.perLot[slot]!);
    this.#slot = slot;
    const isSamePrice = !hasPrice || price === orders.price[slot];
    if (
      request.quantity <= this.#oldQuantity &&
      isSamePrice &&
      (this.type < STOP || stopPrice === orders.stopPrice[slot])
    ) {
      this.perLot = orders.perLot[slot]!;
      return this.#checkSize() ? this.rejection.code : RejectCode.Accepted;
    }
    return this.#checkAll() ? this.rejection.code : RejectCode.Accepted;
  }

  /** Takes over new terms of the open order in this slot, without a check; {@link OrderChecks.perLot} is theirs. */
  restate(slot: number, request: ReplaceRequest): void {
    const { orders } = this.#gate.open;
    this.tick(request.timeMillis);
    this.row = orders.row[slot]!;
    this.side = orders.side[slot]!;
    this.type = orders.type[slot]!;
    this.#price = request.price;
    this.#stopPrice = request.stopPrice;
    const isSame = request.price === orders.price[slot] && request.stopPrice === orders.stopPrice[slot];
    this.perLot = isSame ? orders.perLot[slot]! : this.#moneyPerLot();
  }

  report(order: OrderRequest): Failure[] {
    const failures: Failure[] = [];
    this.#failures = failures;
    const { now } = this;
    this.newOrder(order, false);
    this.now = now;
    this.#failures = undefined;
    return failures;
  }

  #fails(code: RejectCode, node: number, value: number, limit: number): boolean {
    if (this.#failures) {
      this.#failures.push({ code, node, value, limit });
      return false;
    }
    const { rejection } = this;
    rejection.code = code;
    rejection.node = node;
    rejection.value = value;
    rejection.limit = limit;
    return true;
  }

  #wouldCount(session: number, account: number, instrument: number, timeMillis: number): boolean {
    const now = this.tick(timeMillis);
    const gate = this.#gate;
    const throttles = [gate.sessionThrottles[session], gate.instrumentThrottles[instrument]];
    if (gate.isAccount(account)) {
      for (let node = account; node >= 0; node = gate.exposure.nodes.parent[node]!) {
        throttles.push(gate.nodeThrottles[node]);
      }
    }
    return throttles.every((throttle) => throttle === undefined || throttle.wouldAccept(now));
  }

  /** The remaining checks; true when the order is refused. */
  #checkAll(): boolean {
    return (
      this.#checkAccess() ||
      this.#checkSize() ||
      this.#checkNotional() ||
      this.#checkPrice() ||
      this.#checkState() ||
      this.#checkShortSale() ||
      this.#checkFlow() ||
      this.#checkPosition() ||
      this.#checkCredit() ||
      this.#checkExposure() ||
      this.#checkLoss()
    );
  }

  #isDuplicate(age: number): boolean {
    const { exposure } = this.#gate;
    for (let at = this.row; at >= 0; at = exposure.rows.parent[at]!) {
      const node = exposure.rows.node[at]!;
      const window = exposure.limit(node, Kind.duplicateWindowMillis);
      if (age < window && this.#fails(RejectCode.DuplicateOrder, node, age, window)) return true;
    }
    return false;
  }

  #checkAccess(): boolean {
    const { rows, nodes, instruments } = this.#gate.exposure;
    const instrument = rows.instrument[this.row]!;
    if (instruments.restricted[instrument] && this.#fails(RejectCode.Restricted, -1, 1, 0)) return true;
    for (let at = this.row; at >= 0; at = rows.parent[at]!) {
      if (rows.isRestricted[at] && this.#fails(RejectCode.Restricted, rows.node[at]!, 1, 0)) return true;
    }
    const bit = instruments.permission[instrument]!;
    for (let at = this.row; at >= 0; at = rows.parent[at]!) {
      const node = rows.node[at]!;
      if ((nodes.permissions[node]! >>> bit) & 1) continue;
      if (this.#fails(RejectCode.NotPermitted, node, bit, nodes.permissions[node]!)) return true;
    }
    return false;
  }

  #checkSize(): boolean {
    const { exposure } = this.#gate;
    const { rows, instruments } = exposure;
    const instrument = rows.instrument[this.row]!;
    const quantity = this.#quantity;
    const tick = instruments.tickSize[instrument]!;
    if (this.#price % tick !== 0 && this.#fails(RejectCode.TickSize, -1, this.#price, tick)) return true;
    if (this.#stopPrice % tick !== 0 && this.#fails(RejectCode.TickSize, -1, this.#stopPrice, tick))
      return true;
    const lot = instruments.lotSize[instrument]!;
    if (quantity % lot !== 0 && this.#fails(RejectCode.LotSize, -1, quantity, lot)) return true;
    const least = instruments.minQuantity[instrument]!;
    if (quantity < least && this.#fails(RejectCode.MinQuantity, -1, quantity, least)) return true;
    for (let at = this.row; at >= 0; at = rows.parent[at]!) {
      const node = rows.node[at]!;
      const limit = exposure.limit(node, Kind.minOrderQuantity);
      if (quantity < limit && this.#fails(RejectCode.MinQuantity, node, quantity, limit)) return true;
    }
    // Fewer lots than before are not refused for being too many.
    if (quantity <= this.#oldQuantity) return false;
    const most = instruments.maxQuantity[instrument]!;
    if (quantity > most && this.#fails(RejectCode.MaxQuantity, -1, quantity, most)) return true;
    for (let at = this.row; at >= 0; at = rows.parent[at]!) {
      const node = rows.node[at]!;
      const limit = exposure.limit(node, Kind.maxOrderQuantity);
      if (quantity > limit && this.#fails(RejectCode.MaxQuantity, node, quantity, limit)) return true;
    }
    return false;
  }

  #checkNotional(): boolean {
    const { exposure } = this.#gate;
    const { rows } = exposure;
    this.perLot = this.#moneyPerLot();
    const notional = this.#value();
    for (let at = this.row; at >= 0; at = rows.parent[at]!) {
      const node = rows.node[at]!;
      const limit = exposure.limit(node, Kind.maxOrderNotional);
      if (notional > limit && this.#fails(RejectCode.MaxNotional, node, notional, limit)) return true;
    }
    return false;
  }

  #moneyPerLot(): number {
    const { rows, instruments } = this.#gate.exposure;
    const instrument = rows.instrument[this.row]!;
    return this.#worstPrice(instrument) * instruments.multiplier[instrument]! * instruments.rate[instrument]!;
  }

  /** What the order could cost for one lot: its limit, or for a market order the far end of the collar. */
  #worstPrice(instrument: number): number {
    if (this.type === LIMIT || this.type > STOP) return Math.abs(this.#price);
    const { instruments } = this.#gate.exposure;
    const high = instruments.dynamicHigh[instrument]!;
    if (instruments.dynamicPpm[instrument]! > 0) {
      return Math.max(
        Math.abs(high),
        Math.abs(instruments.dynamicLow[instrument]!),
        Math.abs(this.#stopPrice),
      );
    }
    const ask = instruments.ask[instrument]!;
    const offered = ask === UNLIMITED ? 0 : Math.abs(ask);
    return Math.max(Math.abs(instruments.mark[instrument]!), offered, Math.abs(this.#stopPrice));
  }

  #checkPrice(): boolean {
    if (this.type === MARKET) return false;
    const { instruments, rows } = this.#gate.exposure;
    const instrument = rows.instrument[this.row]!;
    const low = instruments.dynamicLow[instrument]!;
    const high = instruments.dynamicHigh[instrument]!;
    if (this.#isOutside(RejectCode.PriceCollar, low, high)) return true;
    const staticLow = instruments.staticLow[instrument]!;
    const staticHigh = instruments.staticHigh[instrument]!;
    if (this.#isOutside(RejectCode.StaticCollar, staticLow, staticHigh)) return true;
    if (this.type === STOP) return false;
    const price = this.#price;
    if (this.side === BUY) {
      const most = instruments.fatBuy[instrument]!;
      if (price > most && this.#fails(RejectCode.FatFinger, -1, price, most)) return true;
      const band = instruments.bandHigh[instrument]!;
      return price > band && this.#fails(RejectCode.LuldBand, -1, price, band);
    }
    const least = instruments.fatSell[instrument]!;
    if (price < least && this.#fails(RejectCode.FatFinger, -1, price, least)) return true;
    const band = instruments.bandLow[instrument]!;
    return price < band && this.#fails(RejectCode.LuldBand, -1, price, band);
  }

  #isOutside(code: RejectCode, low: number, high: number): boolean {
    if (this.type !== STOP) {
      const price = this.#price;
      if (price < low && this.#fails(code, -1, price, low)) return true;
      if (price > high && this.#fails(code, -1, price, high)) return true;
    }
    if (this.type >= STOP) {
      const price = this.#stopPrice;
      if (price < low && this.#fails(code, -1, price, low)) return true;
      if (price > high && this.#fails(code, -1, price, high)) return true;
    }
    return false;
  }

  #checkState(): boolean {
    const { rows, nodes, instruments } = this.#gate.exposure;
    const instrument = rows.instrument[this.row]!;
    if (!instruments.tradable[instrument] && this.#fails(RejectCode.Halted, -1, 1, 0)) return true;
    for (let at = this.row; at >= 0; at = rows.parent[at]!) {
      const node = rows.node[at]!;
      if (nodes.state[node] === 2 && this.#fails(RejectCode.Halted, node, 2, 0)) return true;
    }
    for (let at = this.row; at >= 0; at = rows.parent[at]!) {
      const node = rows.node[at]!;
      if (nodes.state[node] !== 1 || this.#lowersPosition(this.row)) continue;
      if (this.#fails(RejectCode.ReduceOnly, node, 1, 0)) return true;
    }
    return false;
  }

  /** Is the position nearer to zero with the order filled than without, all open orders of its side filled in both? */
  #lowersPosition(row: number): boolean {
    const { rows } = this.#gate.exposure;
    const more = this.#quantity - this.#oldQuantity;
    const before =
      this.side === BUY
        ? rows.position[row]! + rows.openBuy[row]!
        : rows.position[row]! - rows.openSell[row]!;
    return Math.abs(this.side === BUY ? before + more : before - more) < Math.abs(before);
  }

  #checkShortSale(): boolean {
    if (this.side === BUY) return false;
    const { rows, instruments } = this.#gate.exposure;
    const { row } = this;
    const instrument = rows.instrument[row]!;
    if (this.side === SELL) {
      if (!instruments.isShortMarked[instrument]) return false;
      const covered = rows.position[row]! - rows.openSell[row]! + this.#oldQuantity;
      return this.#quantity > covered && this.#fails(RejectCode.ShortMarking, -1, this.#quantity, covered);
    }
    if (this.side === SHORT && instruments.shortSaleRestricted[instrument]) {
      const bid = instruments.bid[instrument]!;
      const isAbove = (this.type === LIMIT || this.type > STOP) && this.#price > bid;
      if (!isAbove && this.#fails(RejectCode.ShortSaleRestricted, -1, this.#price, bid)) return true;
    }
    if (!instruments.needsLocate[instrument]) return false;
    const located = rows.locates[row]! + this.#oldQuantity;
    return this.#quantity > located && this.#fails(RejectCode.NoLocate, -1, this.#quantity, located);
  }

  /** Self-trade, order-to-trade ratio, repeated execution, number of open orders. */
  #checkFlow(): boolean {
    const { exposure, open } = this.#gate;
    const { rows, nodes } = exposure;
    const group = nodes.group[rows.node[this.row]!]!;
    // A stop order does not meet the book until it is triggered.
    if (group !== 0 && this.type < STOP) {
      const instrument = rows.instrument[this.row]!;
      const isMarket = this.type === MARKET;
      if (
        open.wouldSelfTrade(group, instrument, this.side === BUY, this.#price, isMarket) &&
        this.#fails(RejectCode.SelfTrade, -1, this.#price, 0)
      ) {
        return true;
      }
    }
    for (let at = this.row; at >= 0; at = rows.parent[at]!) {
      const node = rows.node[at]!;
      const ratio = exposure.limit(node, Kind.maxOrderToTradeRatio);
      if (ratio === UNLIMITED) continue;
      const messages = nodes.messages[node]!;
      const allowed = Math.max(
        ratio * Math.max(1, nodes.trades[node]!),
        exposure.limit(node, Kind.orderToTradeGrace),
      );
      if (messages > allowed && this.#fails(RejectCode.OrderToTrade, node, messages, allowed)) return true;
    }
    for (let at = this.row; at >= 0; at = rows.parent[at]!) {
      const node = rows.node[at]!;
      if (nodes.isLocked[node] && this.#fails(RejectCode.RepeatedExecution, node, 1, 0)) return true;
    }
    if (this.#slot >= 0) return false;
    for (let at = this.row; at >= 0; at = rows.parent[at]!) {
      const node = rows.node[at]!;
      const orders = nodes.openOrders[node]! + 1;
      const limit = exposure.limit(node, Kind.maxOpenOrders);
      if (orders > limit && this.#fails(RejectCode.MaxOpenOrders, node, orders, limit)) return true;
    }
    return false;
  }

  #checkPosition(): boolean {
    const { exposure } = this.#gate;
    const { rows } = exposure;
    const more = this.#quantity - this.#oldQuantity;
    if (more <= 0) return false;
    for (let at = this.row; at >= 0; at = rows.parent[at]!) {
      const isBuy = this.side === BUY;
      const worst = isBuy
        ? rows.position[at]! + rows.openBuy[at]! + more
        : rows.openSell[at]! - rows.position[at]! + more;
      const limit = isBuy ? longLimit(exposure, at) : shortLimit(exposure, at);
      if (worst > limit && this.#fails(RejectCode.MaxPosition, rows.node[at]!, worst, limit)) return true;
    }
    return false;
  }

  #checkCredit(): boolean {
    const { exposure } = this.#gate;
    const { rows, nodes } = exposure;
    const more = this.#value() - this.#oldValue;
    if (more > 0) {
      for (let at = this.row; at >= 0; at = rows.parent[at]!) {
        const node = rows.node[at]!;
        const open = nodes.openNotional[node]! + more;
        const limit = exposure.limit(node, Kind.maxOpenNotional);
        if (open > limit && this.#fails(RejectCode.MaxOpenNotional, node, open, limit)) return true;
      }
      for (let at = this.row; at >= 0; at = rows.parent[at]!) {
        const node = rows.node[at]!;
        const credit = nodes.openNotional[node]! + nodes.traded[node]! + more;
        const limit = exposure.limit(node, Kind.maxCredit);
        if (credit > limit && this.#fails(RejectCode.Credit, node, credit, limit)) return true;
      }
    }
    this.#evaluateChain();
    const { scratch } = exposure;
    for (let at = this.row, offset = 0; at >= 0; at = rows.parent[at]!, offset += SCRATCH) {
      const node = rows.node[at]!;
      if (!nodes.hasCash[node] || scratch[offset + MARGIN]! <= rows.margin[at]!) continue;
      const margin = nodes.margin[node]! + scratch[offset + MARGIN]! - rows.margin[at]!;
      const equity = nodes.cash[node]! + nodes.value[node]!;
      if (margin > equity && this.#fails(RejectCode.BuyingPower, node, margin, equity)) return true;
    }
    return false;
  }

  #checkExposure(): boolean {
    const { exposure } = this.#gate;
    const { rows, scratch, sectors } = this.#gate.exposure;
    for (let at = this.row, offset = 0; at >= 0; at = rows.parent[at]!, offset += SCRATCH) {
      const node = rows.node[at]!;
      const more = scratch[offset + GROSS]! - rows.gross[at]!;
      const gross = exposure.gross[node * (1 + sectors)]! + more;
      const limit = exposure.limit(node, Kind.maxGrossExposure);
      if (more > 0 && gross > limit && this.#fails(RejectCode.GrossExposure, node, gross, limit)) return true;
    }
    for (let at = this.row, offset = 0; at >= 0; at = rows.parent[at]!, offset += SCRATCH) {
      const node = rows.node[at]!;
      const bucket = node * (1 + sectors);
      if (
        this.#isNetOver(RejectCode.NetExposure, at, offset, bucket, exposure.limit(node, Kind.maxNetExposure))
      ) {
        return true;
      }
    }
    const sector = exposure.instruments.sector[rows.instrument[this.row]!]!;
    for (let at = this.row, offset = 0; at >= 0; at = rows.parent[at]!, offset += SCRATCH) {
      const node = rows.node[at]!;
      const bucket = node * (1 + sectors) + 1 + sector;
      const more = scratch[offset + GROSS]! - rows.gross[at]!;
      const gross = exposure.gross[bucket]! + more;
      const limit = exposure.limit(node, Kind.maxSectorGrossExposure);
      if (more > 0 && gross > limit && this.#fails(RejectCode.SectorExposure, node, gross, limit))
        return true;
      const netLimit = exposure.limit(node, Kind.maxSectorNetExposure);
      if (this.#isNetOver(RejectCode.SectorExposure, at, offset, bucket, netLimit)) return true;
    }
    return false;
  }

  #isNetOver(code: RejectCode, row: number, offset: number, bucket: number, limit: number): boolean {
    if (limit === UNLIMITED) return false;
    const { exposure } = this.#gate;
    const high = exposure.netHigh[bucket]! + exposure.scratch[offset + HIGH]! - exposure.rows.netHigh[row]!;
    const low = exposure.netLow[bucket]! + exposure.scratch[offset + LOW]! - exposure.rows.netLow[row]!;
    const worst = Math.max(Math.abs(high), Math.abs(low));
    if (worst <= limit || worst <= netSize(exposure, bucket)) return false;
    return this.#fails(code, exposure.rows.node[row]!, worst, limit);
  }

  #checkLoss(): boolean {
    const { exposure } = this.#gate;
    const { rows, nodes, scratch } = exposure;
    for (let at = this.row, offset = 0; at >= 0; at = rows.parent[at]!, offset += SCRATCH) {
      const node = rows.node[at]!;
      const gross = scratch[offset + GROSS]!;
      const limit = concentrationLimit(exposure, node);
      if (gross <= limit || gross <= rows.gross[at]!) continue;
      if (this.#fails(RejectCode.Concentration, node, gross, limit)) return true;
    }
    const stress = exposure.instruments.stressPpm[rows.instrument[this.row]!]!;
    for (let at = this.row, offset = 0; at >= 0; at = rows.parent[at]!, offset += SCRATCH) {
      const node = rows.node[at]!;
      const gross = scratch[offset + GROSS]!;
      const limit = exposure.limit(node, Kind.maxSingleLoss);
      const loss = stressLoss(gross, stress);
      if (loss <= limit || gross <= rows.gross[at]!) continue;
      if (this.#fails(RejectCode.SingleLoss, node, loss, limit)) return true;
    }
    for (let at = this.row; at >= 0; at = rows.parent[at]!) {
      const node = rows.node[at]!;
      const loss = -nodes.pnl[node]!;
      const limit = exposure.limit(node, Kind.maxDailyLoss);
      if (loss <= limit || this.#lowersPosition(this.row)) continue;
      if (this.#fails(RejectCode.DailyLoss, node, loss, limit)) return true;
    }
    return false;
  }

  #value(): number {
    return Math.round(this.#quantity * this.perLot);
  }

  /** What each row of the chain would add to its node's totals with the order open. */
  #evaluateChain(): void {
    const { exposure } = this.#gate;
    const { rows } = exposure;
    const lots = this.#quantity - this.#oldQuantity;
    const value = this.#value() - this.#oldValue;
    const isBuy = this.side === BUY;
    for (let at = this.row, offset = 0; at >= 0; at = rows.parent[at]!, offset += SCRATCH) {
      exposure.evaluate(
        at,
        offset,
        rows.position[at]!,
        rows.openBuy[at]! + (isBuy ? lots : 0),
        rows.openSell[at]! + (isBuy ? 0 : lots),
        rows.buyValue[at]! + (isBuy ? value : 0),
        rows.sellValue[at]! + (isBuy ? 0 : value),
      );
    }
  }
}

function sideCode(side: OrderSide): number {
  if (side === "buy") return BUY;
  if (side === "sell") return SELL;
  if (side === "sell-short") return SHORT;
  return side === "sell-short-exempt" ? 3 : -1;
}

function typeCode(type: OrderType): number {
  if (type === "limit") return LIMIT;
  if (type === "market") return MARKET;
  if (type === "stop") return STOP;
  return type === "stop-limit" ? 3 : -1;
}
