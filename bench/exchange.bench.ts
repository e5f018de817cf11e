import { type ChildProcess, spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import type { MeasureContext, Measurement, Suite } from "@exchange-kit/bench";

const main = new URL("../examples/exchange/src/main.ts", import.meta.url).pathname;

/** Starts the reference exchange on a free port and waits until it says where it listens. */
async function startExchange(): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "--conditions=@exchange-kit/source", main, "--port", "0", "--journal", "memory"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const url = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
      const [, found] = output.match(/page +(http:\S+)\//) ?? [];
      if (found) resolve(found);
    });
    child.on("close", () => reject(new Error(`the exchange did not start: ${output}`)));
  });
  return { url, child };
}

/** Enters and cancels orders one after another over one connection, as a careful client does. */
async function restRoundTrips({ isSmoke }: MeasureContext): Promise<Measurement> {
  const { url, child } = await startExchange();
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ symbol: "ACME", side: "buy", price: "1.00", quantity: 1 });
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
  child.kill("SIGINT");
  nanos.sort((a, b) => a - b);
  const quantile = (share: number): number => nanos[Math.floor(share * (nanos.length - 1))]!;
  return { p50: quantile(0.5), p99: quantile(0.99) };
}

const suite: Suite = {
  name: "exchange",
  scenarios: [
    {
      name: "REST: enter and cancel an order, one in flight, participants trading",
      operations: 1,
      subject: { measure: restRoundTrips },
      targets: [{ measure: "p99 nanoseconds", atMost: 50e6 }],
    },
  ],
};
export default suite;
