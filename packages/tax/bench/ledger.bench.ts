import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Measurement, Prepare, Suite } from "@exchange-kit/bench";
import {
  form8949,
  PlainLots,
  type PlainMethod,
  scheduleD,
  type TaxEvent,
  TaxLedger,
} from "@exchange-kit/tax";
import { formsHtml } from "@exchange-kit/tax/html";
import { importTradesCsv } from "@exchange-kit/tax/import";

const PLAIN_TRADES = 200_000;
const EVENTS = 100_000;
const OPEN_LOTS = 10_000_000;

/** The same numbers in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

/** Buys and sells in turn, a few hundred lots open. */
function plain(method: PlainMethod, openLots: number): Prepare {
  return () => {
    const random = generator(1);
    const quantities = Float64Array.from({ length: PLAIN_TRADES }, () => 1 + random(100));
    const prices = Float64Array.from({ length: PLAIN_TRADES }, () => 1_000 + random(500));
    let gain = 0;
    const listener = {
      closed(_lot: number, _quantity: number, basis: number, proceeds: number): void {
        gain += proceeds - basis;
      },
    };
    const lots = new PlainLots(method, listener);
    for (let lot = 0; lot < openLots; lot++) lots.buy(50, 50 * (1_000 + random(500)));
    return () => {
      for (let at = 0; at < PLAIN_TRADES; at += 2) {
        lots.buy(quantities[at]!, quantities[at]! * prices[at]!);
        lots.sell(quantities[at]!, quantities[at]! * prices[at + 1]!);
      }
      return gain;
    };
  };
}

/** An active account: 20 symbols over a year, half of the sales at a loss, purchases within 30 days everywhere. */
function activeAccount(): TaxEvent[] {
  const random = generator(2);
  const held = new Map<string, number>();
  const start = Date.UTC(2026, 0, 2);
  return Array.from({ length: EVENTS }, (_, at): TaxEvent => {
    const symbol = `S${random(20)}`;
    const date = new Date(start + Math.floor((at * 360) / EVENTS) * 86_400_000).toISOString().slice(0, 10);
    const open = held.get(symbol) ?? 0;
    const price = `${90 + random(20)}.${10 + random(90)}`;
    const isSale = open >= 100 && random(2) === 0;
    const quantity = isSale ? 100 : 100 + random(3) * 50;
    held.set(symbol, open + (isSale ? -quantity : quantity));
    return { type: isSale ? "sell" : "buy", id: `e${at}`, date, symbol, quantity, price, fee: "1.00" };
  });
}

function ledgerOf(arithmetic: "auto" | "bigint", washSales: boolean): Prepare {
  return () => {
    const events = activeAccount();
    return () => {
      const ledger = new TaxLedger({ arithmetic, washSales, method: "fifo" });
      ledger.applyAll(events);
      return ledger.events.length;
    };
  };
}

function reportOn(events: Iterable<TaxEvent>): number {
  const ledger = new TaxLedger({ method: "hifo" });
  ledger.applyAll(events);
  const form = form8949(ledger.lines({ year: 2026 }), { year: 2026 });
  return formsHtml(form, scheduleD(form)).length;
}

const report: Prepare = () => {
  const events = activeAccount();
  return () => reportOn(events);
};

const reportOfCsv: Prepare = () => {
  const columns = ["date", "type", "symbol", "quantity", "price", "fee"] as const;
  const rows = activeAccount().map((event) =>
    columns.map((name) => (event as unknown as Record<string, unknown>)[name]).join(","),
  );
  const csv = `${columns.join(",")}\n${rows.join("\n")}\n`;
  return () => reportOn(importTradesCsv(csv).rows);
};

/** Bytes in JavaScript objects and in the arrays beside them, after everything unreachable is gone. */
function reachableBytes(): number {
  setFlagsFromString("--expose-gc");
  // The collector is only in contexts that are made after the flag; what an array held is given back at its second run.
  const collect: () => void = runInNewContext("gc");
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const memory = {
  measure(): Measurement {
    const before = reachableBytes();
    const lots = new PlainLots("hifo", { closed() {} });
    for (let lot = 0; lot < OPEN_LOTS; lot++) lots.buy(100, 100_000 + (lot % 977));
    const bytes = reachableBytes() - before;
    if (lots.quantity !== 100 * OPEN_LOTS) throw new Error(`${lots.quantity} are open`);
    return { p50: 0, p99: 0, bytes };
  },
};

const suite: Suite = {
  name: "tax",
  scenarios: [
    {
      name: "plain FIFO, 1,000 open lots, safe integers",
      operations: PLAIN_TRADES,
      subject: plain("fifo", 1_000),
      targets: [{ measure: "operations per second", atLeast: 10_000_000 }],
    },
    {
      name: "plain HIFO, 100,000 open lots",
      operations: PLAIN_TRADES,
      subject: plain("hifo", 100_000),
      peers: { "1,000 open lots": plain("hifo", 1_000) },
      // O(log n): a hundred times the lots may cost a few times as much (the heap leaves the cache), not a hundred.
      targets: [{ measure: "ratio", to: "1,000 open lots", atMost: 5 }],
    },
    {
      name: "ledger with wash sales, 100,000 events",
      operations: EVENTS,
      subject: ledgerOf("auto", true),
      peers: { "without wash sales": ledgerOf("auto", false) },
      targets: [{ measure: "operations per second", atLeast: 1_000_000 }],
    },
    {
      name: "report of a 100,000-trade account, HIFO, to HTML",
      operations: 1,
      subject: report,
      targets: [{ measure: "p50 nanoseconds", atMost: 1e9 }],
    },
    {
      name: "the same from its CSV",
      operations: 1,
      subject: reportOfCsv,
      targets: [{ measure: "p50 nanoseconds", atMost: 1e9 }],
    },
    {
      // After the others: a process that has seen bigint in the engine is slower with numbers too.
      name: "ledger with wash sales, 100,000 events, bigint",
      operations: EVENTS,
      subject: ledgerOf("bigint", true),
      targets: [],
    },
    {
      name: "memory of 10 million open HIFO lots",
      operations: 1,
      // In a second round, what is left of the first would count as there before.
      rounds: 1,
      subject: memory,
      targets: [{ measure: "bytes", atMost: 1e9 }],
    },
  ],
};
export default suite;
