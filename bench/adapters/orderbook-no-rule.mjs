// What `orderbook-every-rule.mjs` is compared with: no rule, and beside the instruments of the workload one on which as many
// plain orders rest. Their ids, the highest, cost both engines the knowledge that a higher id is new.
import { replay } from "./orderbook.mjs";

export const name = "exchange-kit MatchingEngine, no rule";

const ORDERS_BESIDE = 9;

export async function create(workload, trade) {
  const made = replay(workload, trade, {}, [{}]);
  for (let index = 0; index < ORDERS_BESIDE; index++) {
    made.engine.limit(workload.symbols, workload.maxId + 1 + index, "buy", 90_000, 10);
  }
  return made;
}
