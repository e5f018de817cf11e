import {
  type Limits,
  type OrderSide,
  type OrderType,
  PreTradeGate,
  RejectCode,
  type ThrottleOptions,
} from "@exchange-kit/risk";

/** A scenario of the `preTrade` measure: amounts are decimal strings or numbers. */
export interface PreTradeInput {
  readonly limits: {
    readonly maxQty?: number;
    readonly maxNotional?: Decimal;
    readonly priceCollarPercent?: Decimal;
    readonly maxPosition?: number;
    readonly maxOpenNotional?: Decimal;
    readonly maxMessages?: { readonly count: number; readonly windowMs: number };
    readonly duplicateWindowMs?: number;
    readonly restricted?: readonly string[];
    readonly lotSize?: number;
    readonly tickSize?: Decimal;
  };
  readonly market: Readonly<
    Record<string, { bid?: Decimal; ask?: Decimal; last: Decimal; tradable?: boolean; ssr?: boolean }>
  >;
  readonly state?: {
    readonly position?: Readonly<Record<string, number>>;
    readonly tradingState?: string;
    readonly ssr?: boolean | readonly string[] | Readonly<Record<string, boolean>>;
    readonly locates?: Readonly<Record<string, number>>;
  };
  readonly orders: readonly {
    readonly timeMs: number;
    readonly symbol: string;
    readonly side: string;
    readonly qty: number;
    readonly type?: string;
    readonly price?: Decimal;
    readonly stopPrice?: Decimal;
  }[];
}

type Decimal = string | number;

const DECISIONS: Readonly<Record<number, string>> = {
  [RejectCode.Accepted]: "ACCEPT",
  [RejectCode.Throttled]: "THROTTLED",
  [RejectCode.DuplicateOrder]: "DUPLICATE",
  [RejectCode.Restricted]: "RESTRICTED",
  [RejectCode.TickSize]: "TICK_SIZE",
  [RejectCode.LotSize]: "LOT_SIZE",
  [RejectCode.MaxQuantity]: "MAX_QTY",
  [RejectCode.MaxNotional]: "MAX_NOTIONAL",
  [RejectCode.PriceCollar]: "PRICE_COLLAR",
  [RejectCode.Halted]: "HALTED",
  [RejectCode.ReduceOnly]: "REDUCE_ONLY",
  [RejectCode.ShortSaleRestricted]: "SHORT_SALE_RESTRICTED",
  [RejectCode.NoLocate]: "NO_LOCATE",
  [RejectCode.MaxPosition]: "MAX_POSITION",
  [RejectCode.MaxOpenNotional]: "MAX_OPEN_NOTIONAL",
};

const SIDES: Readonly<Record<string, OrderSide>> = {
  BUY: "buy",
  SELL: "sell",
  SELL_SHORT: "sell-short",
  SELL_SHORT_EXEMPT: "sell-short-exempt",
};

/** Sends the orders of a scenario through a gate with one account; accepted orders stay open. */
export function preTrade(input: PreTradeInput): string[] {
  const { limits, market, state = {}, orders } = input;
  const decimals = Math.max(
    0,
    ...allDecimals(input).map((value) => (String(value).split(".")[1] ?? "").length),
  );
  const scale = (value: Decimal): number => scaled(value, decimals);
  const change = { timeMillis: 0, actor: "scenario" };

  const gate = new PreTradeGate({ baseCurrency: "USD" });
  const accountLimits: { -readonly [N in keyof Limits]: Limits[N] } = {};
  if (limits.maxQty !== undefined) accountLimits.maxOrderQuantity = limits.maxQty;
  if (limits.maxNotional !== undefined) accountLimits.maxOrderNotional = scale(limits.maxNotional);
  if (limits.maxPosition !== undefined) {
    accountLimits.maxLong = limits.maxPosition;
    accountLimits.maxShort = limits.maxPosition;
  }
  if (limits.duplicateWindowMs !== undefined) accountLimits.duplicateWindowMillis = limits.duplicateWindowMs;
  const throttle: ThrottleOptions = limits.maxMessages
    ? { window: { count: limits.maxMessages.count, windowMillis: limits.maxMessages.windowMs } }
    : {};
  // The limit of all open orders stands above, so that it may be below that of one order.
  const firm = gate.addNode({
    name: "firm",
    level: "firm",
    limits: limits.maxOpenNotional === undefined ? {} : { maxOpenNotional: scale(limits.maxOpenNotional) },
  });
  const account = gate.addNode({ name: "account", level: "account", parent: firm, limits: accountLimits });
  const session = gate.addSession({ name: "session", throttle });
  const tradingState = state.tradingState ?? "ACTIVE";
  if (tradingState !== "ACTIVE") {
    gate.setState(account, tradingState === "HALTED" ? "halted" : "reducing", change);
  }

  const indices = new Map<string, number>();
  for (const [name, { bid, ask, last, tradable = true, ssr = false }] of Object.entries(market)) {
    const index = gate.addInstrument({
      name,
      referencePrice: scale(last),
      tickSize: limits.tickSize === undefined ? 1 : scale(limits.tickSize),
      lotSize: limits.lotSize ?? 1,
      dynamicCollarPpm: limits.priceCollarPercent === undefined ? 0 : scaled(limits.priceCollarPercent, 4),
      needsLocate: state.locates !== undefined,
      // The scenarios have no code for a price that is not positive; the collar refuses it.
      allowsNegativePrices: true,
    });
    indices.set(name, index);
    gate.setQuote(
      index,
      bid === undefined ? Number.NEGATIVE_INFINITY : scale(bid),
      ask === undefined ? Number.POSITIVE_INFINITY : scale(ask),
    );
    const shortSaleRestricted = ssr || isListed(state.ssr, name);
    const restricted = limits.restricted?.includes(name) ?? false;
    gate.setInstrument(index, { tradable, restricted, shortSaleRestricted }, change);
    gate.setPosition(account, index, state.position?.[name] ?? 0, scale(last));
    gate.setLocates(account, index, state.locates?.[name] ?? 0, change);
  }

  return orders.map((order, index) => {
    const code = gate.newOrder({
      orderId: index + 1,
      account,
      session,
      instrument: indices.get(order.symbol) ?? -1,
      side: SIDES[order.side] ?? (order.side as OrderSide),
      type: (order.type ?? "LIMIT").toLowerCase().replace("_", "-") as OrderType,
      price: order.price === undefined ? 0 : scale(order.price),
      stopPrice: order.stopPrice === undefined ? 0 : scale(order.stopPrice),
      quantity: order.qty,
      timeMillis: order.timeMs,
    });
    return DECISIONS[code] ?? `code ${code}`;
  });
}

function isListed(list: NonNullable<PreTradeInput["state"]>["ssr"], name: string): boolean {
  if (Array.isArray(list)) return list.includes(name);
  if (typeof list === "object") return (list as Readonly<Record<string, boolean>>)[name] ?? false;
  return list ?? false;
}

function allDecimals({ limits, market, orders }: PreTradeInput): Decimal[] {
  const all = [
    limits.maxNotional,
    limits.maxOpenNotional,
    limits.tickSize,
    ...Object.values(market).flatMap(({ bid, ask, last }) => [bid, ask, last]),
    ...orders.flatMap(({ price, stopPrice }) => [price, stopPrice]),
  ];
  return all.filter((value) => value !== undefined && value !== null);
}

/** The decimal times 10^decimals, exactly. */
function scaled(value: Decimal, decimals: number): number {
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(String(value));
  if (!match) throw new Error(`not a decimal: ${value}`);
  const fraction = (match[3] ?? "").padEnd(decimals, "0");
  if (/[1-9]/.test(fraction.slice(decimals))) throw new Error(`${value} has more than ${decimals} decimals`);
  const size = Number(match[2]! + fraction.slice(0, decimals));
  return match[1] ? -size : size;
}
