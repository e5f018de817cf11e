import type { Measurement, Prepare, SelfMeasured, Suite } from "@exchange-kit/bench";
import { monteCarlo, PositionKeeper, valueAtRisk } from "@exchange-kit/risk";
import { monteCarloOnWorkers } from "@exchange-kit/risk/workers";
import { everyCheckGate } from "./every-check-gate.ts";

const CHECKS = 1_000;

/** The check alone: one call for each new order. Their cancels, which empty the gate again, are not timed. */
const newOrders: SelfMeasured = {
  measure({ isSmoke }) {
    const { gate, orders, stamp } = everyCheckGate();
    return sampled(isSmoke, () => {
      stamp();
      const start = performance.now();
      let refused = 0;
      for (let index = 0; index < orders.length; index++) refused += gate.newOrder(orders[index]!);
      const elapsed = performance.now() - start;
      if (refused > 0) throw new Error("an order was refused");
      for (const { orderId, timeMillis } of orders) gate.cancel(orderId, timeMillis);
      return (elapsed * 1e6) / orders.length;
    });
  },
};

/** Calls for one order: new, replaced with more lots at another price, filled in part, cancelled. */
const CALLS = 4;
const orderLives: Prepare = () => {
  const { gate, orders, stamp } = everyCheckGate();
  const request = { orderId: 0, price: 0, stopPrice: 0, quantity: 20, timeMillis: 0 };
  return () => {
    stamp();
    let refused = 0;
    for (let index = 0; index < orders.length; index++) {
      const order = orders[index]!;
      refused += gate.newOrder(order);
      request.orderId = order.orderId;
      request.price = order.price + (order.side === "buy" ? -5 : 5);
      request.timeMillis = order.timeMillis;
      refused += gate.replace(request);
      gate.fill(order.orderId, 10, order.price, 1, order.timeMillis);
      gate.cancel(order.orderId, order.timeMillis);
    }
    if (refused > 0) throw new Error("an order was refused");
    return refused;
  };
};

/** New order and cancel with somebody listening to alerts, of which none fires in the steady state. */
const watched: Prepare = () => {
  let heard = 0;
  const { gate, orders, stamp } = everyCheckGate({ alert: () => heard++ });
  return () => {
    stamp();
    for (let index = 0; index < orders.length; index++) {
      const order = orders[index]!;
      gate.newOrder(order);
      gate.cancel(order.orderId, order.timeMillis);
    }
    return heard;
  };
};

/** Percentiles of samples, each the mean of one batch in nanoseconds. */
function sampled(isSmoke: boolean, batch: () => number): Measurement {
  const count = isSmoke ? 20 : 1_000;
  for (let index = 0; index < count / 4; index++) batch();
  const samples = Array.from({ length: count }, batch).sort((x, y) => x - y);
  return { p50: samples[count >> 1]!, p99: samples[Math.floor(count * 0.99)]! };
}

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
const simulated = {
  weights: new Array<number>(10).fill(0.1),
  covariance: Array.from({ length: 10 }, (_, row) =>
    Array.from({ length: 10 }, (_, column) => (row === column ? 0.04 : 0.01)),
  ),
  confidence: 0.99,
  seed: 1,
};
const simulation: Prepare = () => () => monteCarlo({ ...simulated, paths: PATHS }).valueAtRisk;

/** Enough paths that starting threads is a small part. */
const MANY_PATHS = 4_000_000;
const simulationHere: Prepare = () => () => monteCarlo({ ...simulated, paths: MANY_PATHS }).valueAtRisk;
const simulationOn = (workers: number): SelfMeasured => ({
  async measure({ isSmoke }) {
    const paths = isSmoke ? PATHS : MANY_PATHS;
    const start = performance.now();
    await monteCarloOnWorkers({ ...simulated, paths }, workers);
    const each = ((performance.now() - start) * 1e6) / paths;
    return { p50: each, p99: each };
  },
});

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
      name: "gate: new order, every check on four levels",
      operations: CHECKS,
      subject: newOrders,
      targets: [
        { measure: "p99 nanoseconds", atMost: 2_000 },
        { measure: "operations per second", atLeast: 2_000_000 },
      ],
    },
    {
      name: "gate: one call of an order's life (new, replace, fill, cancel), the same checks",
      operations: CHECKS * CALLS,
      subject: orderLives,
      targets: [
        { measure: "p99 nanoseconds", atMost: 2_000 },
        { measure: "operations per second", atLeast: 2_000_000 },
      ],
    },
    {
      name: "gate: new order and its cancel (two calls) with a listener to alerts",
      operations: CHECKS,
      subject: watched,
      targets: [{ measure: "p99 nanoseconds", atMost: 4_000 }],
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
      name: "Monte Carlo, 4 M paths, two worker threads",
      operations: MANY_PATHS,
      subject: simulationOn(2),
      peers: { "on the calling thread": simulationHere, "one worker": simulationOn(1) },
      targets: [{ measure: "ratio", to: "on the calling thread", atMost: 0.7 }],
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
