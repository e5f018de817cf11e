import type { Prepare, Suite } from "@exchange-kit/bench";
import { type InstrumentOptions, MatchingEngine, type NewOrder } from "@exchange-kit/orderbook";
import { CommandJournal, replayCommands } from "@exchange-kit/orderbook/journal";
import { OrderBook } from "nodejs-order-book";
import { apply, generator, type Step, VolumeListener, workload } from "./workload.ts";

const STEPS = 20_000;
/** So many that making the engine, which is part of the timed call, is none of its time: a hundred books are not free. */
const MANY = 100_000;

/** V8 discards optimised code when the last instance of a class is collected; a venue always has one. */
function engineOver(instruments: readonly InstrumentOptions[]): () => MatchingEngine {
  const listener = new VolumeListener();
  const standby = new MatchingEngine(instruments, listener);
  return () => (standby.size === 0 ? new MatchingEngine(instruments, listener) : standby);
}

function ours(steps: readonly Step[], instruments: readonly InstrumentOptions[]): Prepare {
  return () => {
    const create = engineOver(instruments);
    return () => {
      const engine = create();
      apply(engine, steps);
      return engine.size;
    };
  };
}

function nodejsOrderBook(steps: readonly Step[], instruments: number): Prepare {
  return () => {
    const named = steps.map((step) => ({ ...step, id: String(step.orderId) }));
    return () => {
      const books = Array.from({ length: instruments }, () => new OrderBook());
      let trades = 0;
      for (const { kind, instrument, id, side, price, quantity } of named) {
        const book = books[instrument]!;
        if (kind === "limit") {
          const order = { id, side, price, size: quantity, timeInForce: "GTC" };
          trades += book.limit(order as never).done.length;
        } else if (kind === "market") trades += book.market({ side, size: quantity } as never).done.length;
        else if (book.order(id)) {
          book.cancel(id);
          if (kind === "replace")
            book.limit({ id, side, price, size: quantity, timeInForce: "GTC" } as never);
        }
      }
      return trades;
    };
  };
}

const plain: InstrumentOptions = {};
/** Every rule that follows the market, set so that none refuses anything. */
const followed: InstrumentOptions = {
  referencePrice: 100_000,
  volatilityInterruption: { range: 1_000_000, duration: 1_000 },
  maximumLevels: 1_000_000,
};

/** Every second order is of a type of its own, and a tenth of all arrive during a call. */
const mixed: Prepare = () => {
  const below = generator(777);
  const orders: NewOrder[] = Array.from({ length: STEPS }, (_, index) => {
    const side = below(2) === 0 ? "buy" : "sell";
    const away = below(5) === 0 ? -3 : 1 + below(60);
    const price = side === "buy" ? 100_000 - away : 100_000 + away;
    const base = { instrument: 0, orderId: index + 1, side, quantity: 1 + below(100) } as const;
    switch (below(10)) {
      case 0:
        return { ...base, price, displayQuantity: Math.min(10, base.quantity) };
      case 1:
        return { ...base, price, displayQuantity: 0 };
      case 2:
        return { ...base, type: "stop", triggerPrice: side === "buy" ? 100_000 + away : 100_000 - away };
      case 3:
        return { ...base, price, selfTradeGroup: 1 + below(3), selfTradeMode: "decrement" };
      case 4:
        return { ...base, price, timeInForce: "gtd", expireTime: index + 1 + below(2_000) };
      case 5:
        return { ...base, type: "pegged", peg: "primary", pegOffset: side === "buy" ? -1 : 1 };
      default:
        return { ...base, price };
    }
  });
  const create = engineOver([plain]);
  return () => {
    const engine = create();
    for (const [index, order] of orders.entries()) {
      engine.advance(index);
      if (index % 200 === 100) engine.setPhase(0, "volatility-auction");
      else if (index % 200 === 120) engine.setPhase(0, "continuous");
      engine.enter(order);
      if (index > 1_000) engine.cancel(orders[index - 1_000]!.orderId);
    }
    return engine.size;
  };
};

const recovery: Prepare = () => {
  const journal = new CommandJournal();
  apply(journal, workload(MANY, 1, "near"));
  const bytes = journal.toBytes();
  const create = engineOver([plain]);
  return () => {
    const engine = create();
    replayCommands(bytes, engine);
    return engine.size;
  };
};

const near = workload(MANY, 1, "near");
const deep = workload(MANY, 1, "deep");
const multi = workload(MANY, 100, "near");
const hundred: readonly InstrumentOptions[] = Array.from({ length: 100 }, () => plain);

const suite: Suite = {
  name: "orderbook",
  scenarios: [
    {
      name: "flow: one instrument, orders within 256 ticks, from an empty engine",
      operations: MANY,
      subject: ours(near, [plain]),
      peers: { "nodejs-order-book": nodejsOrderBook(near, 1) },
      targets: [],
    },
    {
      name: "deep: one instrument, orders within 5,000 ticks, from an empty engine",
      operations: MANY,
      subject: ours(deep, [plain]),
      peers: { "nodejs-order-book": nodejsOrderBook(deep, 1) },
      targets: [],
    },
    {
      name: "multi: a hundred instruments, from an empty engine",
      operations: MANY,
      subject: ours(multi, hundred),
      peers: { "nodejs-order-book": nodejsOrderBook(multi, 100) },
      targets: [],
    },
    {
      name: "rules that follow the market in use: volatility interruption, limit of levels",
      operations: MANY,
      subject: ours(near, [followed]),
      peers: { "no feature": ours(near, [plain]) },
      targets: [],
    },
    {
      name: "mixed: icebergs, hidden, stops, pegs, self-trade groups, gtd, a tenth during auctions",
      operations: STEPS,
      subject: mixed,
      targets: [{ measure: "p50 nanoseconds", atMost: 10_000 }],
    },
    {
      name: "recovery: a command journal replayed",
      operations: MANY,
      subject: recovery,
      targets: [{ measure: "p50 nanoseconds", atMost: 300 }],
    },
  ],
};
export default suite;
