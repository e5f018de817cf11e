// nodejs-order-book for the outside order book harness, as a peer. What it cannot do (reduce an order) is left out, so
// it is for the workloads without that: flow, multi and deep.
import { OrderBook } from "nodejs-order-book";

const SIDES = ["buy", "sell"];
const RECORD_WORDS = 6;

export const name = "nodejs-order-book";

/** Ids as this library wants them: made once, outside the timed part. */
let ids = [];

class Replay {
  constructor({ symbols, maxId }, trade) {
    this.trade = trade;
    this.books = Array.from({ length: symbols }, () => new OrderBook());
    this.symbolOf = new Uint16Array(maxId + 1);
    this.sideOf = new Uint8Array(maxId + 1);
  }

  run(records, from, to) {
    for (let at = from; at < to; at += RECORD_WORDS) {
      const symbol = records[at + 1];
      const id = records[at + 2];
      const side = records[at + 3];
      switch (records[at]) {
        case 1:
          this.symbolOf[id] = symbol;
          this.sideOf[id] = side;
          this.limit(id, records[at + 4], records[at + 5]);
          break;
        case 2:
          this.books[this.symbolOf[id]].cancel(ids[id]);
          break;
        case 3:
          // Only of an order that is open, as in the workload's rules.
          if (this.books[this.symbolOf[id]].cancel(ids[id]) !== undefined) {
            this.limit(id, records[at + 4], records[at + 5]);
          }
          break;
        case 4:
          this.tell(id, this.books[symbol].market({ side: SIDES[side], size: records[at + 5] }));
          break;
        default:
          throw new Error(`operation ${records[at]} is not one of this peer`);
      }
    }
  }

  limit(id, price, size) {
    const order = { id: ids[id], side: SIDES[this.sideOf[id]], price, size, timeInForce: "GTC" };
    this.tell(id, this.books[this.symbolOf[id]].limit(order));
  }

  /** Trades as the harness wants them: makers that are done, then the one that is left. */
  tell(takerId, { done, partial, partialQuantityProcessed }) {
    for (const { id, price, size } of done) {
      if (Number(id) !== takerId) this.trade(Number(id), takerId, price, size);
    }
    if (partial !== null && Number(partial.id) !== takerId && partialQuantityProcessed > 0) {
      this.trade(Number(partial.id), takerId, partial.price, partialQuantityProcessed);
    }
  }

  resting(visit) {
    for (const book of this.books) {
      const { bids, asks } = book.snapshot();
      for (const [side, levels] of [bids, asks].entries()) {
        for (const { orders } of levels) {
          for (const { id, price, size } of orders) visit(Number(id), side, price, size);
        }
      }
    }
  }
}

export async function create(workload, trade) {
  if (ids.length === 0) ids = Array.from({ length: workload.maxId + 1 }, (_, id) => String(id));
  return new Replay(workload, trade);
}
