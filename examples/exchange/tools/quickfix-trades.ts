// QuickFIX C++ trades with the exchange: it logs on in each version with its password, enters an order, and is told of the
// trade.
//
//   npm run interop      says so and ends well where QuickFIX is not installed
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { freePort, RunningExchange } from "./running-exchange.ts";

const run = promisify(execFile);
const buildPeer = resolve(import.meta.dirname, "../../../packages/fix/test/interop/build-quickfix-peer.ts");

/** Has a member buy or sell, as QuickFIX. @returns what it printed of the reports, a line each */
async function trade(
  peer: string,
  port: number,
  version: string,
  member: string,
  side: "1" | "2",
): Promise<string[]> {
  const price = side === "1" ? "190.00" : "184.00";
  const args = ["trade", String(port), version, member, "XKIT", member.toLowerCase(), "ACME", side, price];
  const { stdout } = await run(peer, args, { timeout: 30_000 }).catch((error: { stdout?: string }) => ({
    stdout: `${error.stdout ?? ""}not filled`,
  }));
  return stdout.trim().split("\n");
}

/** What is wrong with the reports of an order of 100 that traded in full. */
function faultsOf(reports: readonly string[], version: string): string[] {
  const [first = "", ...trades] = reports;
  const faults: string[] = [];
  if (!first.startsWith("35=8|150=0|39=0|55=ACME|")) faults.push(`it was not accepted: ${first}`);
  const types = version === "FIX.4.2" ? /^35=8\|150=[12]\|/ : /^35=8\|150=F\|/;
  for (const report of trades) if (!types.test(report)) faults.push(`it was told: ${report}`);
  const traded = trades.reduce((sum, report) => sum + Number(/\|32=(\d+)/.exec(report)?.[1] ?? 0), 0);
  if (traded !== 100) faults.push(`it was told of ${traded} lots of 100`);
  return faults;
}

const folder = mkdtempSync(join(tmpdir(), "quickfix-trades-"));
const built = await run(process.execPath, ["--import", "tsx", buildPeer, folder]);
const peer = built.stdout.trim();
let failures = 0;
if (peer === "") {
  console.log("skipped: QuickFIX is not installed here (Debian: apt-get install libquickfix-dev g++)");
} else {
  const port = await freePort();
  const exchange = new RunningExchange(["--port", "0", "--fix-port", String(port), "--journal", "memory"]);
  await exchange.printed(/first trade done/);
  for (const version of ["FIX.4.2", "FIX.4.4", "FIXT.1.1"]) {
    const sides = await Promise.all([
      trade(peer, port, version, "ALFA", "1"),
      trade(peer, port, version, "BETA", "2"),
    ]);
    for (const [index, reports] of sides.entries()) {
      console.log(`${version}, QuickFIX ${index === 0 ? "buys" : "sells"}: ${reports.join("  ")}`);
      for (const fault of faultsOf(reports, version)) {
        failures++;
        console.log(`  FAILED ${fault}`);
      }
    }
  }
  await exchange.kill("SIGINT");
}
rmSync(folder, { recursive: true });
process.exitCode = failures === 0 ? 0 : 1;
