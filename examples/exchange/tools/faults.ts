// Kills the exchange under load, again and again, and looks for an order that was lost or doubled.
//
//   npm run faults [-- --kills 100 --seed 1 --fsync never]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Random } from "../src/participants/random.ts";
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
const ouchPort = await freePort();
const args = [
  ...["--port", "0", "--ouch-port", String(ouchPort)],
  ...["--journal", join(folder, "journal"), "--fsync", values.fsync, "--snapshot-every", "20000"],
];
const pause = (millis: number): Promise<void> => new Promise((wake) => setTimeout(wake, millis));

/** Sum over the clients. */
const sum = (count: (client: OuchFaultClient) => number): number =>
  clients.reduce((total, client) => total + count(client), 0);

/** Until this life of the exchange has answered some orders: a moment nobody chose, in the middle of the traffic. */
async function underLoad(most: number): Promise<void> {
  const enough = sum(({ answered }) => answered) + random.between(1, most);
  const deadline = Date.now() + 10_000;
  while (sum(({ answered }) => answered) < enough && Date.now() < deadline) await pause(1);
  if (Date.now() >= deadline) faults.push("the exchange answered too little in 10 s");
}

const faults: string[] = [];
const clients = [new OuchFaultClient("ALFA", ouchPort, "B"), new OuchFaultClient("BETA", ouchPort, "S")];
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
  for (const [client, session] of [
    [clients[0]!, "ALFA-OUCH"],
    [clients[1]!, "BETA-OUCH"],
  ] as const) {
    for (const userRefNum of client.acknowledged()) {
      const order = `${session} ${userRefNum}/f${userRefNum}`;
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
if (!/stopped after \d+ trades/.test(last.output)) faults.push(`it did not stop cleanly: ${last.output}`);
rmSync(folder, { recursive: true, force: true });

const seconds = ((Date.now() - begun) / 1000).toFixed(0);
const total = sum((client) => client.sent);
console.log(
  faults.length === 0
    ? `\n${kills} times kill -9 in ${seconds} s: ${total} orders, each answered once, none lost, the same state every time`
    : `\nFAULTS:\n${faults.slice(0, 20).join("\n")}`,
);
process.exit(faults.length === 0 ? 0 : 1);
