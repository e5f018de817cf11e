import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const CHECKS = 1_000_000;

/**
 * Run in a process of its own. The young generation is made larger than one byte for each check, so that nothing is
 * collected while the checks run: what they allocate stays in the count.
 */
const PROGRAM = `
import { PreTradeGate } from "@exchange-kit/risk";
const money = 1e12;
const gate = new PreTradeGate({ baseCurrency: "USD" });
const limits = { maxOrderNotional: money, maxLong: 1e6, maxOpenOrders: 100, maxCredit: money, maxGrossExposure: money,
  maxNetExposure: money, maxDailyLoss: money, duplicateWindowMillis: 1 };
const firm = gate.addNode({ name: "firm", level: "firm", limits });
const account = gate.addNode({ name: "account", level: "account", parent: firm, limits });
const session = gate.addSession({ name: "session", throttle: { window: { count: 100, windowMillis: 1 } } });
const instrument = gate.addInstrument({ name: "XYZ", referencePrice: 10000, dynamicCollarPpm: 100000 });
const order = { orderId: 0, account, session, instrument, side: "buy", type: "limit", price: 10000, stopPrice: 0,
  quantity: 10, timeMillis: 0 };
const check = (count) => {
  let refused = 0;
  for (let index = 0; index < count; index++) {
    order.orderId++;
    order.timeMillis++;
    if (gate.newOrder(order) !== 0) refused++;
    gate.close(order.orderId);
  }
  return refused;
};
let refused = check(200000);
globalThis.gc();
const before = process.memoryUsage().heapUsed;
refused += check(${CHECKS});
console.log(JSON.stringify({ grown: process.memoryUsage().heapUsed - before, refused }));
`;

test("a check and its release allocate nothing", () => {
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
  expect(refused).toBe(0);
  expect(grown).toBeLessThan(CHECKS);
});
