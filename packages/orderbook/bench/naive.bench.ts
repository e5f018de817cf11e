import type { Prepare, Suite } from "@exchange-kit/bench";
import { NaiveOrderBook } from "@exchange-kit/orderbook";
import { OrderBook } from "nodejs-order-book";

const ORDERS = 2_000;

interface Flow {
  readonly id: number;
  readonly side: "buy" | "sell";
  readonly price: number;
  readonly quantity: number;
}

/** Passive orders around 10,000, one in eight marketable; a linear congruential generator keeps it the same. */
function mixedFlow(): Flow[] {
  let state = 12_345;
  const below = (bound: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % bound;
  };
  return Array.from({ length: ORDERS }, (_, index) => {
    const side = below(2) === 0 ? "buy" : "sell";
    const away = below(8) === 0 ? -2 : 1 + below(60);
    return {
      id: index + 1,
      side,
      price: side === "buy" ? 10_000 - away : 10_000 + away,
      quantity: 1 + below(100),
    };
  });
}

const naive: Prepare = () => {
  const flow = mixedFlow();
  let volume = 0;
  const silent = (): void => {};
  const listener = {
    added: silent,
    reduced: silent,
    cancelled: silent,
    rejected: silent,
    traded: (_maker: number, _taker: number, _side: unknown, _price: number, quantity: number): void => {
      volume += quantity;
    },
  };
  return () => {
    const book = new NaiveOrderBook(listener);
    for (const order of flow) book.limit(order.id, order.side, order.price, order.quantity);
    for (const order of flow) if (book.order(order.id)) book.cancel(order.id);
    return volume;
  };
};

const nodejsOrderBook: Prepare = () => {
  const flow = mixedFlow().map((order) => ({ ...order, id: String(order.id) }));
  return () => {
    const book = new OrderBook();
    let trades = 0;
    for (const { id, side, price, quantity } of flow) {
      trades += book.limit({ id, side: side as never, price, size: quantity, timeInForce: "GTC" as never })
        .done.length;
    }
    for (const { id } of flow) if (book.order(id)) book.cancel(id);
    return trades;
  };
};

const suite: Suite = {
  name: "orderbook",
  scenarios: [
    {
      name: "naive book: 2,000 limit orders around a price, then every rest cancelled",
      operations: ORDERS * 2,
      subject: naive,
      peers: { "nodejs-order-book": nodejsOrderBook },
      targets: [{ measure: "ratio", to: "nodejs-order-book", atMost: 0.5 }],
    },
  ],
};
export default suite;
