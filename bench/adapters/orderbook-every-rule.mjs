// `MatchingEngine` for the outside order book harness, with everything in use that the workload does not need: each rule
// that checks an order, set so that none refuses anything, and beside the instruments of the workload one that follows the
// market, on which an order of each kind waits. What this costs is the cost of features that nobody uses.
import { replay } from "./orderbook.mjs";

export const name = "exchange-kit MatchingEngine, every rule";

const checked = {
  tickSize: 1,
  tickBands: [{ from: 1_000_000, tickSize: 5 }],
  lotSize: 1,
  maximumQuantity: 1_000_000,
  lowestPrice: 1,
  highestPrice: 10_000_000,
  dynamicBand: 100_000_000,
  referencePrice: 100_000,
  phase: "continuous",
};
const followed = {
  ...checked,
  volatilityInterruption: { range: 1_000_000, duration: 1_000 },
  maximumLevels: 1_000_000,
};
const kinds = [
  { price: 90_000, displayQuantity: 1 },
  { price: 90_000, displayQuantity: 0 },
  { price: 90_000, timeInForce: "gtd", expireTime: 1_000_000 },
  { price: 90_000, selfTradeGroup: 1, account: 2, session: 3 },
  { price: 90_000, allOrNone: true },
  { type: "stop", triggerPrice: 110_000 },
  { type: "limit-if-touched", triggerPrice: 80_000, price: 80_000 },
  { type: "trailing-stop", triggerPrice: 120_000, trailAmount: 10 },
  { type: "pegged", peg: "primary", pegOffset: -1 },
];

export async function create(workload, trade) {
  const made = replay(workload, trade, checked, [followed]);
  for (const [index, kind] of kinds.entries()) {
    const orderId = workload.maxId + 1 + index;
    made.engine.enter({ instrument: workload.symbols, orderId, side: "buy", quantity: 10, ...kind });
  }
  if (made.engine.size !== kinds.length) throw new Error("an order was refused");
  return made;
}
