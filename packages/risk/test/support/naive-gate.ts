import type { Limits, OrderRequest, ReplaceRequest, SoftLimits } from "@exchange-kit/risk";

/**
 * A pre-trade gate to be read and believed: it keeps lists of what happened and adds everything up again for each
 * question. The model of `PreTradeGate` for what the property tests use: one currency, limit orders.
 */
export interface NaiveNode {
  readonly parent: number;
  readonly isAccount: boolean;
  readonly limits: Limits;
  readonly softLimits: SoftLimits;
  readonly cash?: number;
}

export interface NaiveInstrument {
  readonly sector: number;
  readonly tickSize: number;
  readonly lotSize: number;
  readonly maxQuantity: number;
  readonly collarPpm: number;
  readonly marginPpm: number;
  readonly stressPpm: number;
  mark: number;
}

interface Open {
  id: number;
  account: number;
  instrument: number;
  isBuy: boolean;
  price: number;
  leaves: number;
}

interface Fill {
  account: number;
  instrument: number;
  quantity: number;
  price: number;
}

interface Message {
  account: number;
  key: string;
  time: number;
}

interface NaiveHolding {
  sector: number;
  long: number;
  short: number;
  position: number;
  openBuy: number;
  openSell: number;
  gross: number;
  high: number;
  low: number;
  margin: number;
  value: number;
  profit: number;
}

interface NaiveTotals {
  holdings: NaiveHolding[];
  openOrders: number;
  openNotional: number;
  traded: number;
  gross: number;
  net: number;
  sectorGross: (sector: number) => number;
  sectorNet: (sector: number) => number;
  margin: number;
  profit: number;
  equity: number;
  messages: number;
  trades: number;
}

export class NaiveGate {
  readonly nodes: readonly NaiveNode[];
  readonly instruments: NaiveInstrument[];
  readonly window: { readonly count: number; readonly windowMillis: number };
  open: Open[] = [];
  fills: Fill[] = [];
  messages: Message[] = [];
  states: ("active" | "reducing" | "halted")[];
  now: number = Number.NEGATIVE_INFINITY;
  /** Accepted orders and replaces that would have been refused without their override. */
  overridden: number[] = [];
  #overridesSoftLimits = false;

  constructor(
    nodes: readonly NaiveNode[],
    instruments: NaiveInstrument[],
    window: { readonly count: number; readonly windowMillis: number },
  ) {
    this.nodes = nodes;
    this.instruments = instruments;
    this.window = window;
    this.states = nodes.map(() => "active");
  }

  newOrder(order: OrderRequest): string {
    this.now = Math.max(this.now, order.timeMillis);
    const key = `${order.account} ${order.instrument} ${order.side} ${order.quantity} ${order.price}`;
    const before = this.messages.filter((message) => message.key === key).at(-1);
    const isThrottled = this.#isThrottled(order.account);
    this.messages.push({ account: order.account, key, time: this.now });
    if (this.open.some(({ id }) => id === order.orderId)) return "duplicate-order-id";
    if (isThrottled) return "throttled";
    const isDuplicate = this.chain(order.account).some(
      (node) => before && this.now - before.time < (this.nodes[node]!.limits.duplicateWindowMillis ?? 0),
    );
    if (isDuplicate) return "duplicate-order";
    const next: Open = {
      id: order.orderId,
      account: order.account,
      instrument: order.instrument,
      isBuy: order.side === "buy",
      price: order.price,
      leaves: order.quantity,
    };
    const reason = this.#decide(order, () => this.#refuse(next, undefined));
    if (reason === "accepted") this.open.push(next);
    return reason;
  }

  replace(request: ReplaceRequest): string {
    this.now = Math.max(this.now, request.timeMillis);
    const old = this.open.find(({ id }) => id === request.orderId);
    if (!old) return "unknown-order";
    const isThrottled = this.#isThrottled(old.account);
    this.messages.push({ account: old.account, key: "replace", time: this.now });
    if (isThrottled) return "throttled";
    const next = { ...old, price: request.price, leaves: request.quantity };
    const isReduction = next.leaves <= old.leaves && next.price === old.price;
    const reason = this.#decide(request, () =>
      isReduction ? this.#refuseSize(next, old) : this.#refuse(next, old),
    );
    if (reason === "accepted") this.open[this.open.indexOf(old)] = next;
    return reason;
  }

  cancel(orderId: number, timeMillis: number): number {
    const old = this.open.find(({ id }) => id === orderId);
    if (!old) return 0;
    this.now = Math.max(this.now, timeMillis);
    this.messages.push({ account: old.account, key: "cancel", time: this.now });
    this.open = this.open.filter((order) => order !== old);
    return old.leaves;
  }

  fill(orderId: number, quantity: number, price: number): number {
    const old = this.open.find(({ id }) => id === orderId);
    if (!old) return -1;
    const signed = old.isBuy ? quantity : -quantity;
    this.fills.push({ account: old.account, instrument: old.instrument, quantity: signed, price });
    old.leaves = Math.max(0, old.leaves - quantity);
    if (old.leaves === 0) this.open = this.open.filter((order) => order !== old);
    return old.leaves;
  }

  chain(account: number): number[] {
    const nodes: number[] = [];
    for (let node = account; node >= 0; node = this.nodes[node]!.parent) nodes.push(node);
    return nodes;
  }

  totals(node: number, open: readonly Open[] = this.open): NaiveTotals {
    const isBelow = (account: number): boolean => this.chain(account).includes(node);
    const orders = open.filter(({ account }) => isBelow(account));
    const fills = this.fills.filter(({ account }) => isBelow(account));
    const holdings = this.instruments.map((instrument, index) => {
      const own = fills.filter((fill) => fill.instrument === index);
      const position = sum(own.map(({ quantity }) => quantity));
      const of = (isBuy: boolean) =>
        orders.filter((order) => order.instrument === index && order.isBuy === isBuy);
      const openBuy = sum(of(true).map(({ leaves }) => leaves));
      const openSell = sum(of(false).map(({ leaves }) => leaves));
      const buyValue = sum(of(true).map(({ leaves, price }) => leaves * price));
      const sellValue = sum(of(false).map(({ leaves, price }) => leaves * price));
      const closingBuy = Math.min(openBuy, Math.max(0, -position));
      const closingSell = Math.min(openSell, Math.max(0, position));
      const opensBuy = openBuy > closingBuy ? buyValue * ((openBuy - closingBuy) / openBuy) : 0;
      const opensSell = openSell > closingSell ? sellValue * ((openSell - closingSell) / openSell) : 0;
      const { mark } = instrument;
      return {
        sector: instrument.sector,
        long: position + openBuy,
        short: openSell - position,
        position,
        openBuy,
        openSell,
        gross: Math.max(Math.abs(position + openBuy), Math.abs(position - openSell)) * mark,
        high: (position + openBuy) * mark,
        low: (position - openSell) * mark,
        margin: Math.ceil(
          ((Math.abs(position) * mark + Math.max(opensBuy, opensSell)) * instrument.marginPpm) / 1_000_000,
        ),
        value: position * mark,
        profit: position * mark - sum(own.map(({ quantity, price }) => quantity * price)),
      };
    });
    const net = (of: typeof holdings): number =>
      Math.max(Math.abs(sum(of.map(({ high }) => high))), Math.abs(sum(of.map(({ low }) => low))));
    const ofSector = (sector: number) => holdings.filter((holding) => holding.sector === sector);
    return {
      holdings,
      openOrders: orders.length,
      openNotional: sum(orders.map(({ leaves, price }) => leaves * price)),
      traded: sum(fills.map(({ quantity, price }) => Math.abs(quantity) * price)),
      gross: sum(holdings.map(({ gross }) => gross)),
      net: net(holdings),
      sectorGross: (sector: number) => sum(ofSector(sector).map(({ gross }) => gross)),
      sectorNet: (sector: number) => net(ofSector(sector)),
      margin: sum(holdings.map(({ margin }) => margin)),
      profit: sum(holdings.map(({ profit }) => profit)),
      equity:
        (this.nodes[node]!.cash ?? 0) -
        sum(fills.map(({ quantity, price }) => quantity * price)) +
        sum(holdings.map(({ value }) => value)),
      messages: this.messages.filter(({ account }) => isBelow(account)).length,
      trades: fills.length,
    };
  }

  #decide(
    { orderId, overridesSoftLimits = false }: OrderRequest | ReplaceRequest,
    refuse: () => string,
  ): string {
    this.#overridesSoftLimits = overridesSoftLimits;
    const reason = refuse();
    this.#overridesSoftLimits = false;
    if (overridesSoftLimits && reason === "accepted" && refuse() !== "accepted")
      this.overridden.push(orderId);
    return reason;
  }

  /** The limits of a node that bind. */
  #limits(node: number): Limits {
    const { limits, softLimits } = this.nodes[node]!;
    return this.#overridesSoftLimits ? limits : { ...limits, ...softLimits };
  }

  #isThrottled(account: number): boolean {
    const since = this.now - this.window.windowMillis;
    const recent = this.messages.filter((message) => message.account === account && message.time > since);
    return recent.length >= this.window.count;
  }

  #refuseSize(order: Open, old: Open | undefined): string {
    const instrument = this.instruments[order.instrument]!;
    const limits = this.chain(order.account).map((node) => this.#limits(node));
    if (order.price % instrument.tickSize !== 0) return "tick-size";
    if (order.leaves % instrument.lotSize !== 0) return "lot-size";
    if (limits.some(({ minOrderQuantity = 0 }) => order.leaves < minOrderQuantity)) return "min-quantity";
    const isTooMany =
      order.leaves > instrument.maxQuantity ||
      limits.some(({ maxOrderQuantity = Number.POSITIVE_INFINITY }) => order.leaves > maxOrderQuantity);
    return isTooMany && order.leaves > (old?.leaves ?? 0) ? "max-quantity" : "accepted";
  }

  #refuse(order: Open, old: Open | undefined): string {
    const size = this.#refuseSize(order, old);
    if (size !== "accepted") return size;
    const instrument = this.instruments[order.instrument]!;
    const chain = this.chain(order.account);
    const most = (node: number, name: keyof Limits): number =>
      this.#limits(node)[name] ?? Number.POSITIVE_INFINITY;
    if (chain.some((node) => order.leaves * order.price > most(node, "maxOrderNotional")))
      return "max-notional";
    const { collarPpm, mark } = instrument;
    if (collarPpm > 0 && Math.abs(order.price - mark) * 1_000_000 > mark * collarPpm) return "price-collar";
    if (chain.some((node) => this.states[node] === "halted")) return "halted";

    const all = [...this.open.filter((other) => other !== old), order];
    const before = chain.map((node) => this.totals(node));
    const after = chain.map((node) => this.totals(node, all));
    const worstNow = (totals: (typeof before)[number]): number => {
      const { long, short } = totals.holdings[order.instrument]!;
      return Math.abs(order.isBuy ? long : short);
    };
    const isReducing = worstNow(after[0]!) < worstNow(before[0]!);
    if (chain.some((node) => this.states[node] === "reducing") && !isReducing) return "reduce-only";

    /** Is a total over its limit and worse than it was, at any node? */
    const isOver = (
      value: (totals: (typeof before)[number], node: number) => number,
      limit: (node: number) => number,
    ): boolean =>
      chain.some((node, depth) => {
        const now = value(after[depth]!, node);
        return now > limit(node) && now > value(before[depth]!, node);
      });
    const { sector } = instrument;
    if (
      !old &&
      isOver(
        (totals) => totals.openOrders,
        (node) => most(node, "maxOpenOrders"),
      )
    )
      return "max-open-orders";
    const position = (totals: (typeof before)[number]): number => {
      const { long, short } = totals.holdings[order.instrument]!;
      return order.isBuy ? long : short;
    };
    if (isOver(position, (node) => most(node, order.isBuy ? "maxLong" : "maxShort"))) return "max-position";
    if (
      isOver(
        (totals) => totals.openNotional,
        (node) => most(node, "maxOpenNotional"),
      )
    )
      return "max-open-notional";
    if (
      isOver(
        (totals) => totals.openNotional + totals.traded,
        (node) => most(node, "maxCredit"),
      )
    )
      return "credit";
    const equity = (node: number): number =>
      this.nodes[node]!.cash === undefined ? Number.POSITIVE_INFINITY : this.totals(node).equity;
    if (isOver((totals) => totals.margin, equity)) return "buying-power";
    if (
      isOver(
        (totals) => totals.gross,
        (node) => most(node, "maxGrossExposure"),
      )
    )
      return "gross-exposure";
    if (
      isOver(
        (totals) => totals.net,
        (node) => most(node, "maxNetExposure"),
      )
    )
      return "net-exposure";
    if (
      isOver(
        (totals) => totals.sectorGross(sector),
        (node) => most(node, "maxSectorGrossExposure"),
      ) ||
      isOver(
        (totals) => totals.sectorNet(sector),
        (node) => most(node, "maxSectorNetExposure"),
      )
    ) {
      return "sector-exposure";
    }
    const gross = (totals: (typeof before)[number]): number => totals.holdings[order.instrument]!.gross;
    const share = (node: number): number =>
      Math.floor(((this.nodes[node]!.limits.capital ?? 0) * most(node, "maxConcentrationPpm")) / 1_000_000);
    if (
      isOver(gross, (node) =>
        most(node, "maxConcentrationPpm") < Number.POSITIVE_INFINITY ? share(node) : Infinity,
      )
    ) {
      return "concentration";
    }
    const loss = (totals: (typeof before)[number]): number =>
      Math.ceil((gross(totals) * instrument.stressPpm) / 1_000_000);
    const isLossOver = chain.some(
      (node, depth) =>
        loss(after[depth]!) > most(node, "maxSingleLoss") && gross(after[depth]!) > gross(before[depth]!),
    );
    if (isLossOver) return "single-loss";
    const isLosing = chain.some((node, depth) => -before[depth]!.profit > most(node, "maxDailyLoss"));
    return isLosing && !isReducing ? "daily-loss" : "accepted";
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
