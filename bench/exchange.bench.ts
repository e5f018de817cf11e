import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { MeasureContext, Measurement, Suite } from "@exchange-kit/bench";
import { SequencedVenue } from "../examples/exchange/src/sequenced-venue.ts";
import { referenceConfig } from "../examples/exchange/src/venue/reference-config.ts";
import { RunningExchange } from "../examples/exchange/tools/running-exchange.ts";

const MEBIBYTE = 2 ** 20;

/** From the command to the first trade of a new exchange, with a journal, as a newcomer sees it. */
async function start(): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), "bench-start-"));
  const begun = performance.now();
  const exchange = new RunningExchange(["--port", "0", "--journal", join(folder, "journal")]);
  await exchange.printed(/first trade done/);
  const nanos = (performance.now() - begun) * 1e6;
  await exchange.kill("SIGINT");
  rmSync(folder, { recursive: true });
  return { p50: nanos, p99: nanos };
}

/** Resident memory of the process, participants trading, once start-up is behind it. */
async function residentMemory({ isSmoke }: MeasureContext): Promise<Measurement | undefined> {
  const exchange = new RunningExchange(["--port", "0", "--journal", "memory"]);
  await exchange.printed(/first trade done/);
  await new Promise((wake) => setTimeout(wake, isSmoke ? 1_000 : 10_000));
  let bytes: number | undefined;
  try {
    const status = readFileSync(`/proc/${exchange.child.pid}/status`, "utf8");
    bytes = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  } catch {
    // Only Linux says it there.
  }
  await exchange.kill("SIGINT");
  return bytes === undefined ? undefined : { p50: 0, p99: 0, bytes };
}

/** Enters and cancels orders one after another over one connection, as a careful client does. */
async function restRoundTrips({ isSmoke }: MeasureContext): Promise<Measurement> {
  const exchange = new RunningExchange(["--port", "0", "--journal", "memory"]);
  const [, url] = await exchange.printed(/page +(http:\S+)\//);
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ symbol: "ACME", side: "buy", price: "170.00", quantity: 1 });
  const nanos: number[] = [];
  const pairs = isSmoke ? 200 : 2_000;
  for (let pair = 0; pair < pairs; pair++) {
    const sent = performance.now();
    const response = await fetch(`${url}/api/v1/orders`, { method: "POST", headers, body });
    const { orderId } = (await response.json()) as { orderId: number };
    const cancelSent = performance.now();
    const cancelled = await fetch(`${url}/api/v1/orders/${orderId}`, { method: "DELETE" });
    await cancelled.arrayBuffer();
    nanos.push((cancelSent - sent) * 1e6, (performance.now() - cancelSent) * 1e6);
    if (!response.ok || !cancelled.ok)
      throw new Error(`order ${orderId}: ${response.status}, ${cancelled.status}`);
  }
  await exchange.kill("SIGINT");
  nanos.sort((a, b) => a - b);
  const quantile = (share: number): number => nanos[Math.floor(share * (nanos.length - 1))]!;
  return { p50: quantile(0.5), p99: quantile(0.99) };
}

/** A journal of new orders, trades and cancels is carried out again, from its first command on. */
async function recovery({ isSmoke }: MeasureContext): Promise<Measurement> {
  const count = isSmoke ? 20_000 : 1_000_000;
  const folder = mkdtempSync(join(tmpdir(), "bench-recovery-"));
  const journal = { folder, sync: "never" } as const;
  let micros = 1_767_225_600_000_000;
  const open = () => new SequencedVenue({ config: referenceConfig, journal, now: () => ++micros });

  const writer = open();
  await writer.open();
  const about = () => ({ timeMicros: writer.now() });
  writer.submit({ type: "start-day", ...about(), date: 20_454 });
  writer.submit({ type: "phase", ...about(), instrument: -1, phase: "continuous" });
  const { directory } = writer.venue;
  const members = ["MAKR", "NOIS", "MOMO"].map((firm) => ({
    session: directory.session(`${firm}-API`),
    account: directory.account(`${firm}-1`),
  }));
  for (let index = 0; index < count; index++) {
    const member = members[index % 3]!;
    const cancels = index % 3 === 2;
    const refused = cancels
      ? writer.submit({
          type: "cancel",
          ...about(),
          ...members[(index - 2) % 3]!,
          clientOrderId: "",
          origClientOrderId: `O${index - 2}`,
          orderId: 0,
          totalQuantity: 0,
        })
      : writer.submit({
          type: "submit",
          ...about(),
          ...member,
          clientOrderId: `O${index}`,
          instrument: index % 2,
          side: index % 4 < 2 ? "buy" : "sell",
          quantity: 10 + (index % 90),
          orderType: "limit",
          timeInForce: "day",
          price: (index % 2 === 0 ? 18_725 : 4_210) + 5 * ((index % 13) - 6),
        });
    if (refused !== undefined) throw new Error(`the journal is ${refused}`);
    if (index % 5_000 === 4_999) {
      while (writer.pending > 0) await new Promise((wake) => setImmediate(wake));
    }
  }
  while (writer.pending > 0) await new Promise((wake) => setImmediate(wake));
  const expected = writer.venue.stateHash();
  await writer.close();
  // The snapshot that closing left would make it too easy.
  for (const name of readdirSync(folder)) if (name.startsWith("snapshot-")) rmSync(join(folder, name));

  const reader = open();
  const begun = performance.now();
  const { records } = await reader.open();
  const nanos = ((performance.now() - begun) * 1e6) / records;
  if (reader.venue.stateHash() !== expected) throw new Error("recovery came to another state");
  await reader.close();
  rmSync(folder, { recursive: true });
  return { p50: nanos, p99: nanos };
}

const suite: Suite = {
  name: "exchange",
  scenarios: [
    {
      name: "npm start: from the command to the first trade",
      operations: 1,
      subject: { measure: start },
      targets: [{ measure: "p50 nanoseconds", atMost: 5e9 }],
    },
    {
      name: "resident memory, participants trading",
      operations: 1,
      subject: { measure: residentMemory },
      targets: [{ measure: "bytes", atMost: 250 * MEBIBYTE }],
    },
    {
      name: "recovery: a command of the journal carried out again",
      operations: 1,
      subject: { measure: recovery },
      targets: [{ measure: "p50 nanoseconds", atMost: 1_000 }],
    },
    {
      name: "REST: enter and cancel an order, one in flight, participants trading",
      operations: 1,
      subject: { measure: restRoundTrips },
      targets: [{ measure: "p99 nanoseconds", atMost: 50e6 }],
    },
  ],
};
export default suite;
