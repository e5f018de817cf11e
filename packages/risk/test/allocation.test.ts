import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

/** In each round that is counted: four an order. */
const CALLS = 400_000;

/**
 * Run in a process of its own. The young generation is made larger than one byte for each call, so that nothing is
 * collected while the calls run: what they allocate stays in the count. Ids, times and money are beyond small integers;
 * the ids and times are boxed beforehand, because passing a plain double to any call is an allocation by the caller.
 */
const PROGRAM = `
import { PreTradeGate } from "@exchange-kit/risk";
const money = 1e12;
const change = { timeMillis: 0, actor: "test" };
const gate = new PreTradeGate({ baseCurrency: "USD" });
const throttle = { window: { count: 100, windowMillis: 1 }, bucket: { capacity: 100, perSecond: 1e6 } };
const limits = { maxOrderQuantity: 1e6, maxOrderNotional: money, maxLong: 1e6, maxShort: 1e6, maxOpenOrders: 1e5,
  maxOpenNotional: money, maxCredit: 1e15, maxGrossExposure: money, maxNetExposure: money, maxSectorGrossExposure: money,
  capital: money, maxConcentrationPpm: 900000, maxSingleLoss: money, maxDailyLoss: money, duplicateWindowMillis: 1,
  maxOrderToTradeRatio: 1e9, maxExecutions: 1000, executionWindowMillis: 1 };
let account;
for (const level of ["firm", "desk", "trader", "account"]) {
  const parent = account === undefined ? {} : { parent: account };
  account = gate.addNode({ name: level, level, limits, throttle, selfTradeGroup: 1, ...parent });
}
gate.setCash(account, money, change);
const session = gate.addSession({ name: "session", throttle });
const instrument = gate.addInstrument({ name: "XYZ", referencePrice: 10000000, dynamicCollarPpm: 100000, tickSize: 5,
  stressPpm: 100000, throttle });
const order = { orderId: 2 ** 40, account, session, instrument, side: "buy", type: "limit", price: 10000000,
  stopPrice: 0, quantity: 10, timeMillis: 1.7e12 };
const request = { orderId: 0, price: 10000005, stopPrice: 0, quantity: 12, timeMillis: 0 };
/** New, replaced, partly filled, then cancelled; each fourth order is refused, and sides alternate. */
const ORDERS = 600000;
const boxed = (first) => [...Array.from({ length: ORDERS }, (_, index) => first + index), "not a number"];
const ids = boxed(2 ** 40);
const times = boxed(1.7e12);
const trade = (from, to) => {
  let refused = 0;
  for (let index = from; index < to; index++) {
    order.orderId = ids[index];
    order.timeMillis = times[index];
    order.side = (index & 1) === 0 ? "buy" : "sell";
    order.price = (index & 7) > 5 ? 100 : 10000000;
    if (gate.newOrder(order) !== 0) { refused++; continue; }
    request.orderId = ids[index];
    request.timeMillis = times[index];
    if (gate.replace(request) !== 0) refused += 1e9;
    gate.fill(ids[index], 1, 10000000, 1, times[index]);
    gate.cancel(ids[index], times[index]);
  }
  return refused;
};
trade(0, 200000);
// The least of several rounds: on a busy machine the compiler's thread comes late, and code that it has not got to allocates.
let [grown, refused] = [Infinity, 0];
for (let round = 0; round < 4; round++) {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  refused = trade(200000 + round * 100000, 300000 + round * 100000);
  grown = Math.min(grown, process.memoryUsage().heapUsed - before);
}
console.log(JSON.stringify({ grown, refused }));
`;

test("orders, replaces, fills, cancels and refusals allocate nothing", () => {
  const output = execFileSync(
    process.execPath,
    [
      "--expose-gc",
      "--max-semi-space-size=256",
      "--min-semi-space-size=256",
      "--conditions=@exchange-kit/source",
      "--import=tsx",
      "--input-type=module",
      "--eval",
      PROGRAM,
    ],
    { encoding: "utf8", cwd: import.meta.dirname },
  );
  const { grown, refused } = JSON.parse(output) as { grown: number; refused: number };
  expect(refused).toBe(CALLS / 16);
  // Machine code that is compiled meanwhile is on the heap too; one number for each call would be 16 bytes.
  expect(grown).toBeLessThan(CALLS);
});
