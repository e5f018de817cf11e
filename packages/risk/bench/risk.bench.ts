import type { Prepare, Suite } from "@exchange-kit/bench";
import { monteCarlo, PositionKeeper, PreTradeGate, valueAtRisk } from "@exchange-kit/risk";

const CHECKS = 1_000;

/** New order, then cancel, through four levels with every limit set. */
const gateChecks: Prepare = () => {
  const gate = new PreTradeGate({ baseCurrency: "USD", sectors: 4 });
  const money = 1e12;
  const limits = {
    minOrderQuantity: 1,
    maxOrderQuantity: 1e6,
    maxOrderNotional: money,
    maxLong: 1e6,
    maxShort: 1e6,
    maxOpenOrders: 1e6,
    maxOpenNotional: money,
    maxCredit: money,
    maxGrossExposure: money,
    maxNetExposure: money,
    maxSectorGrossExposure: money,
    maxSectorNetExposure: money,
    capital: money,
    maxConcentrationPpm: 1_000_000,
    maxSingleLoss: money,
    maxDailyLoss: money,
    duplicateWindowMillis: 1,
    maxOrderToTradeRatio: 1e12,
  };
  let parent: number | undefined;
  for (const level of ["firm", "desk", "trader", "account"] as const) {
    parent = gate.addNode({
      name: level,
      level,
      limits,
      selfTradeGroup: 1,
      ...(parent === undefined ? {} : { parent }),
    });
  }
  const account = parent!;
  gate.setCash(account, money, { timeMillis: 0, actor: "bench" });
  const throttle = { window: { count: 100, windowMillis: 1 }, bucket: { capacity: 100, perSecond: 1e6 } };
  const session = gate.addSession({ name: "s", throttle });
  const instrument = gate.addInstrument({
    name: "XYZ",
    referencePrice: 10_000,
    staticCollarPpm: 200_000,
    dynamicCollarPpm: 100_000,
    fatFingerPpm: 100_000,
    stressPpm: 100_000,
  });
  const order = {
    orderId: 0,
    account,
    session,
    instrument,
    side: "buy" as const,
    type: "limit" as const,
    price: 10_000,
    stopPrice: 0,
    quantity: 10,
    timeMillis: 0,
  };
  return () => {
    let refused = 0;
    for (let index = 0; index < CHECKS; index++) {
      order.orderId++;
      order.timeMillis += 1;
      refused += gate.newOrder(order);
      gate.close(order.orderId);
    }
    if (refused > 0) throw new Error("an order was refused");
    return refused;
  };
};

const positionUpdates: Prepare = () => {
  const keeper = new PositionKeeper({ method: "average-cost", baseCurrency: "USD" });
  const account = keeper.addAccount("a");
  const instrument = keeper.addInstrument({ name: "XYZ", mark: 10_000 });
  return () => {
    for (let index = 0; index < CHECKS; index++) {
      keeper.fill(account, instrument, index % 2 === 0 ? 10 : -10, 10_000 + (index % 7), 0);
    }
    return keeper.totals(account).profit;
  };
};

const PATHS = 100_000;
const simulation: Prepare = () => {
  const covariance = Array.from({ length: 10 }, (_, row) =>
    Array.from({ length: 10 }, (_, column) => (row === column ? 0.04 : 0.01)),
  );
  const weights = new Array<number>(10).fill(0.1);
  return () => monteCarlo({ weights, covariance, confidence: 0.99, paths: PATHS, seed: 1 }).valueAtRisk;
};

const history: Prepare = () => {
  let state = 1;
  const returns = Float64Array.from({ length: 10_000 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
  return () => valueAtRisk(returns, { method: "historical", confidence: 0.99 });
};

const suite: Suite = {
  name: "risk",
  scenarios: [
    {
      name: "gate: new order through four levels with all limits, then its release",
      operations: CHECKS,
      subject: gateChecks,
      targets: [
        { measure: "p99 nanoseconds", atMost: 2_000 },
        { measure: "operations per second", atLeast: 2_000_000 },
      ],
    },
    {
      name: "position update",
      operations: CHECKS,
      subject: positionUpdates,
      targets: [{ measure: "p50 nanoseconds", atMost: 100 }],
    },
    {
      name: "Monte Carlo, 10 assets, one thread",
      operations: PATHS,
      subject: simulation,
      targets: [{ measure: "operations per second", atLeast: 2_700_000 }],
    },
    {
      name: "historical value at risk of 10,000 days",
      operations: 1,
      subject: history,
      targets: [{ measure: "p50 nanoseconds", atMost: 1_000_000 }],
    },
  ],
};
export default suite;
