// Lets the disk of the journal run full under load, makes room, kills the exchange, and looks whether anything that was
// acknowledged is lost or anything that was refused came back. Linux, as root: the disk is a file system in memory.
//
//   npm run full-disk -w @exchange-kit/example-exchange
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replayJournal } from "./replay-journal.ts";
import { freePort, RunningExchange } from "./running-exchange.ts";

const DISK_MEGABYTES = 32;
/** What is free at the beginning; the rest is taken by a file that is deleted later. */
const FREE_MEGABYTES = 2;
const CLIENTS = 16;

interface Answer {
  readonly status: number;
  readonly body: {
    readonly orderId: number;
    readonly status: string;
    readonly error?: { readonly code: string; readonly message: string };
  };
}

const port = await freePort();
const api = `http://127.0.0.1:${port}/api/v1`;
const say = (text: string): void => console.log(text);
const faults: string[] = [];
const check = (isRight: boolean, what: string): void => {
  say(`  ${isRight ? "✓" : "✗"} ${what}`);
  if (!isRight) faults.push(what);
};

/** Client order ids: those that were answered with an order id, and those that were refused. */
const acknowledged = new Map<string, number>();
const refused: string[] = [];
let sent = 0;

/** One order that rests until it is cancelled in each 50, the others end at once: the book stays small. */
async function enter(): Promise<Answer> {
  const clientOrderId = `disk-${++sent}`;
  const timeInForce = sent % 50 === 0 ? "gtc" : "ioc";
  const order = { symbol: "ACME", side: "buy", price: "175.00", quantity: 10, timeInForce, clientOrderId };
  const response = await fetch(`${api}/orders`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(order),
  });
  const answer: Answer = { status: response.status, body: (await response.json()) as Answer["body"] };
  if (answer.status === 201) acknowledged.set(clientOrderId, answer.body.orderId);
  else if (answer.status === 503) refused.push(clientOrderId);
  else faults.push(`${clientOrderId} was answered ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

async function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within a minute: ${what}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

const read = async (path: string): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await fetch(`${api}/${path}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const journalState = async (): Promise<unknown> =>
  ((await read("status")).body.journal as { readonly state: string }).state;

const disk = mkdtempSync(join(tmpdir(), "full-disk-"));
try {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MEGABYTES}m`, "tmpfs", disk], { stdio: "pipe" });
} catch (error) {
  rmSync(disk, { recursive: true });
  const reason = String((error as { stderr?: Buffer }).stderr ?? error).trim();
  say(`cannot mount a small file system: ${reason}\nthis needs root on Linux: sudo npm run full-disk -w …`);
  process.exit(1);
}

const folder = join(disk, "journal");
const ballast = join(disk, "something-else");
const args = ["--port", String(port), "--journal", folder];
for (const name of ["fix", "ouch", "itch", "itch-requests", "glimpse"]) args.push(`--${name}-port`, "0");
let exchange: RunningExchange | undefined;
try {
  writeFileSync(ballast, new Uint8Array((DISK_MEGABYTES - FREE_MEGABYTES) * 1024 * 1024));
  say(`the journal is on a disk of ${DISK_MEGABYTES} MB with ${FREE_MEGABYTES} MB free`);
  exchange = new RunningExchange(args);
  const first = exchange;
  await first.printed(/journal +\S+\n/);
  await first.printed(/first trade done/);

  say(`${CLIENTS} clients enter orders until the exchange takes no more`);
  const trade = async (): Promise<void> => {
    while ((await enter()).status === 201 && faults.length === 0);
  };
  await Promise.all(Array.from({ length: CLIENTS }, trade));
  const [, notice] = await first.printed(/(HALTED: .*)/);
  say(`  it printed: ${notice}`);
  check(acknowledged.size > 0 && refused.length > 0, `${acknowledged.size} orders were acknowledged before`);

  const { bavail, bsize } = statfsSync(disk);
  say(`trading is halted; the disk has ${Math.floor((bavail * bsize) / 1024)} KB free`);
  const answer = await enter();
  say(`  an order is answered ${answer.status} ${JSON.stringify(answer.body)}`);
  check(answer.body.error?.code === "unavailable", "orders are refused as unavailable");
  check((await journalState()) === "halted", "GET /api/v1/status says that the journal is halted");
  check((await read("book/ACME")).status === 200, "what was traded can still be read");

  say("something else on the disk is deleted");
  rmSync(ballast);
  await first.printed(/the journal has room again: trading goes on/);
  await until("it runs again", async () => (await journalState()) === "running");
  const before = acknowledged.size;
  for (let count = 0; count < 100; count++) await enter();
  check(acknowledged.size === before + 100, "trading goes on by itself: 100 more orders are acknowledged");

  say("kill -9, and the journal is read by another process");
  await first.kill("SIGKILL");
  const { answered, doubled, stateHash } = await replayJournal(folder);
  const lost = [...acknowledged.keys()].filter((id) => !answered.has(`WEB-API ${id}`));
  check(lost.length === 0, `all ${acknowledged.size} acknowledged orders are in it`);
  check(doubled.length === 0, "none is in it twice");
  const back = refused.filter((id) => answered.has(`WEB-API ${id}`));
  check(back.length === 0, `none of the ${refused.length} refused ones is`);

  say("the exchange is started again");
  exchange = new RunningExchange(args);
  const [, recovered] = await exchange.printed(/state hash (\S+)/);
  await exchange.printed(/journal +\S+\n/);
  check(recovered === stateHash, `it recovers the state that the replay gives, ${stateHash}`);
  let missing = 0;
  for (const [clientOrderId, orderId] of acknowledged) {
    const { status, body } = await read(`orders/${orderId}`);
    if (status !== 200 || body.clientOrderId !== clientOrderId) missing++;
  }
  check(missing === 0, "and knows every acknowledged order");
  check((await enter()).status === 201, "and trades");
} catch (error) {
  faults.push(`${(error as Error).message}\nthe exchange printed:\n${exchange?.output}`);
} finally {
  await exchange?.kill("SIGKILL");
  execFileSync("umount", [disk]);
  rmSync(disk, { recursive: true });
}
say(
  faults.length === 0
    ? "\nA full disk halts trading and says so; nothing acknowledged was lost, nothing refused was carried out."
    : `\nFAULTS:\n${faults.slice(0, 20).join("\n")}`,
);
process.exit(faults.length === 0 ? 0 : 1);
