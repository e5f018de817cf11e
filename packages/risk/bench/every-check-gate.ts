import { type GateListener, type OrderRequest, PreTradeGate } from "@exchange-kit/risk";

/**
 * A gate in which no check is idle: a firm, four desks, 16 traders and 64 accounts with every limit; message rates by
 * window and bucket on the session, each node and each instrument; duplicate memory, self-trade groups, collars, fat
 * finger, bands, short marking, locates, price test, margin, stress; and 1,000 orders that pass all of it.
 */
export function everyCheckGate(listener: GateListener = {}): {
  gate: PreTradeGate;
  orders: OrderRequest[];
  /** Gives the orders new ids and later times. */
  stamp: () => void;
} {
  const change = { timeMillis: 0, actor: "bench" };
  const gate = new PreTradeGate({ baseCurrency: "USD", sectors: 4 }, listener);
  const money = 1e13;
  const limits = {
    minOrderQuantity: 1,
    maxOrderQuantity: 1e6,
    maxOrderNotional: money,
    maxLong: 1e9,
    maxShort: 1e9,
    maxOpenOrders: 1e6,
    maxOpenNotional: money,
    maxCredit: 8e15,
    maxGrossExposure: money,
    maxNetExposure: money,
    maxSectorGrossExposure: money,
    maxSectorNetExposure: money,
    capital: money,
    maxConcentrationPpm: 1_000_000,
    maxSingleLoss: money,
    maxDailyLoss: money,
    duplicateWindowMillis: 5,
    maxOrderToTradeRatio: 1e12,
    orderToTradeGrace: 10,
  };
  /** Orders come one each millisecond, with up to four messages. */
  const rate = (messages: number) => ({
    window: { count: messages, windowMillis: 1_000 },
    bucket: { capacity: messages, perSecond: messages },
  });
  const messages = { firm: 8_000, desk: 4_000, trader: 1_000, account: 400 };
  const node = (name: string, level: "firm" | "desk" | "trader" | "account", parent?: number): number => {
    const above = parent === undefined ? {} : { parent };
    const most = { maxExecutions: messages[level], executionWindowMillis: 1_000 };
    const added = gate.addNode({
      name,
      level,
      limits: { ...limits, ...most },
      throttle: rate(messages[level]),
      selfTradeGroup: 1,
      ...above,
    });
    gate.setCash(added, money, change);
    return added;
  };
  const firm = node("firm", "firm");
  const desks = Array.from({ length: 4 }, (_, index) => node(`desk ${index}`, "desk", firm));
  const traders = Array.from({ length: 16 }, (_, index) =>
    node(`trader ${index}`, "trader", desks[index % 4]!),
  );
  const accounts = Array.from({ length: 64 }, (_, index) =>
    node(`account ${index}`, "account", traders[index % 16]!),
  );
  const session = gate.addSession({ name: "session", throttle: rate(8_000) });
  const instruments = Array.from({ length: 8 }, (_, index) =>
    gate.addInstrument({
      name: `instrument ${index}`,
      referencePrice: 10_000,
      sector: index % 4,
      tickSize: 5,
      lotSize: 10,
      maxQuantity: 1e6,
      staticCollarPpm: 200_000,
      dynamicCollarPpm: 100_000,
      fatFingerPpm: 100_000,
      stressPpm: 100_000,
      marginPpm: 500_000,
      isShortMarked: true,
      needsLocate: true,
      throttle: rate(4_000),
    }),
  );
  for (const instrument of instruments) {
    gate.setQuote(instrument, 9_990, 10_010);
    gate.setInstrument(
      instrument,
      { shortSaleRestricted: true, bands: { lower: 9_000, upper: 11_000 } },
      change,
    );
    for (const account of accounts) gate.setLocates(account, instrument, 1e9, change);
  }
  const orders = Array.from({ length: 1_000 }, (_, index): OrderRequest => {
    const isBuy = index % 2 === 0;
    return {
      orderId: 0,
      account: accounts[(index >> 1) % accounts.length]!,
      session,
      instrument: instruments[(index * 5 + (index >> 4)) % instruments.length]!,
      side: isBuy ? "buy" : "sell-short",
      type: "limit",
      price: isBuy ? 9_985 - 5 * (index % 40) : 10_015 + 5 * (index % 40),
      stopPrice: 0,
      quantity: 10 + 10 * (index % 7),
      timeMillis: 1_700_000_000_000 + index,
    };
  });
  let nextId = 1;
  const stamp = (): void => {
    for (const order of orders) {
      order.orderId = nextId++;
      order.timeMillis += orders.length;
    }
  };
  return { gate, orders, stamp };
}
