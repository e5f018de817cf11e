// Kills the exchange under load, again and again, and looks for an order or a report that was lost or doubled.
//
//   npm run -s faults -w @exchange-kit/example-exchange [-- --kills 100 --seed 1 --fsync never]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Random } from "../src/participants/random.ts";
import { FixFaultClient } from "./fix-fault-client.ts";
import { OuchFaultClient } from "./ouch-fault-client.ts";
import { replayJournal } from "./replay-journal.ts";
import { freePort, RunningExchange } from "./running-exchange.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    fsync: { type: "string", default: "batch" },
  },
});
const kills = Number(values.kills);
const random = new Random(Number(values.seed));
const folder = mkdtempSync(join(tmpdir(), "faults-"));
const [ouchPort, fixPort] = [await freePort(), await freePort()];
const args = [
  ...["--port", "0", "--ouch-port", String(ouchPort), "--fix-port", String(fixPort)],
  ...["--journal", join(folder, "journal"), "--fsync", values.fsync, "--snapshot-every", "20000"],
];
const pause = (millis: number): Promise<void> => new Promise((wake) => setTimeout(wake, millis));

/** Sum over the clients. */
const sum = (count: (client: OuchFaultClient | FixFaultClient) => number): number =>
  clients.reduce((total, client) => total + count(client), 0);

/**
 * Until every client is back and this life of the exchange has answered some orders: a moment nobody chose, in the middle of
 * the traffic.
 */
async function underLoad(most: number): Promise<void> {
  // A FIX client that was away for long calls again after longer and longer pauses.
  if (!(await isSoon(30_000, () => clients.every(({ isReady }) => isReady)))) {
    faults.push("a client was not let in within 30 s");
  }
  const enough = sum(({ answered }) => answered) + random.between(1, most);
  if (!(await isSoon(10_000, () => sum(({ answered }) => answered) >= enough))) {
    faults.push("the exchange answered too little in 10 s");
  }
}

async function isSoon(millis: number, isSo: () => boolean): Promise<boolean> {
  const deadline = Date.now() + millis;
  while (!isSo() && Date.now() < deadline) await pause(1);
  return isSo();
}

const faults: string[] = [];
const fixClients = [new FixFaultClient("ALFA", fixPort, "1"), new FixFaultClient("BETA", fixPort, "2")];
const clients = [
  new OuchFaultClient("ALFA", ouchPort, "B"),
  new OuchFaultClient("BETA", ouchPort, "S"),
  ...fixClients,
];
const load = setInterval(() => {
  for (const client of clients) client.send(20);
}, 10);
const begun = Date.now();

for (let kill = 2; kill <= kills; kill += 2) {
  const exchange = new RunningExchange(args);
  await exchange.printed(/journal +\S+\n/);
  await underLoad(1_000);
  await exchange.kill("SIGKILL");

  // Between two lives: the journal, replayed from its first command by another process, knows every acknowledged order…
  const { stateHash, answered, doubled } = await replayJournal(join(folder, "journal"));
  faults.push(...doubled.map((order) => `${order} was answered twice`));
  for (const client of clients) {
    for (const clientOrderId of client.acknowledged()) {
      const order = `${client.session} ${clientOrderId}`;
      if (!answered.has(order)) faults.push(`${order} was acknowledged and is not in the journal`);
    }
  }
  // … and the next life comes to the same state.
  const next = new RunningExchange(args);
  const [, recovered] = await next.printed(/state hash (\S+)/);
  if (recovered !== stateHash)
    faults.push(`kill ${kill}: recovered ${recovered}, the replay says ${stateHash}`);
  await next.printed(/journal +\S+\n/);
  await underLoad(200);
  await next.kill("SIGKILL");
  for (const client of clients) faults.push(...client.faults.splice(0));
  const [sent, acknowledged] = [sum((client) => client.sent), sum((client) => client.answered)];
  console.log(
    `kill ${kill} of ${kills}: ${sent} orders sent, ${acknowledged} acknowledged, state ${stateHash}, ${faults.length} faults`,
  );
  if (faults.length > 0) break;
}

// The last life: everything that was sent is answered once.
clearInterval(load);
const last = new RunningExchange(args);
await last.printed(/journal +\S+\n/);
const deadline = Date.now() + 30_000;
while (clients.some(({ sent, answered }) => answered < sent) && Date.now() < deadline) await pause(50);
await pause(500);
for (const client of clients) {
  faults.push(...client.faults.splice(0));
  if (client.answered < client.sent)
    faults.push(`${client.sent - client.answered} orders were never answered`);
  client.close();
}
await last.kill("SIGINT");
// Over FIX each report came once, those that were lost with a connection too; only the last ones nobody was there to hear.
const { execIds } = await replayJournal(join(folder, "journal"));
for (const { session, execIds: received } of fixClients) {
  const told = execIds.get(session)!.slice(0, received.length);
  const wrong = received.findIndex((execId, index) => execId !== told[index]);
  if (wrong >= 0) faults.push(`${session}: report ${told[wrong]} is missing`);
  if (received.length === 0) faults.push(`${session}: no report came`);
}
if (!/stopped after \d+ trades/.test(last.output)) faults.push(`it did not stop cleanly: ${last.output}`);
rmSync(folder, { recursive: true, force: true });

const seconds = ((Date.now() - begun) / 1000).toFixed(0);
const total = sum((client) => client.sent);
const reports = fixClients.reduce((count, client) => count + client.execIds.length, 0);
console.log(
  faults.length === 0
    ? `\n${kills} times kill -9 in ${seconds} s: ${total} orders over OUCH and FIX, each answered once, none lost, ` +
        `each of ${reports} FIX reports once, the same state every time`
    : `\nFAULTS:\n${faults.slice(0, 20).join("\n")}`,
);
process.exit(faults.length === 0 ? 0 : 1);
