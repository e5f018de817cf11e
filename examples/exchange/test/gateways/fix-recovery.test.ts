import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dictionary, FixMessage } from "@exchange-kit/fix";
import { FIX44 } from "@exchange-kit/fix/fix44";
import { FixInitiator } from "@exchange-kit/fix/net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Random } from "../../src/participants/random.ts";
import { referenceLogins } from "../../src/reference-logins.ts";
import { SequencedVenue } from "../../src/sequenced-venue.ts";
import { referenceConfig } from "../../src/venue/reference-config.ts";
import { filesThat, noSpace } from "../journal/support/failing-files.ts";
import { CuttingProxy } from "./support/cutting-proxy.ts";
import {
  type ClientVersion,
  field,
  now,
  type RunningGateway,
  startGateway,
  WireClient,
} from "./support/fix.ts";

let root: string;
let lives: number;
let running: RunningGateway;
const clients: WireClient[] = [];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "fix-recovery-"));
  lives = 0;
  running = await start();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await running.close();
  rmSync(root, { recursive: true, force: true });
});

const folder = (): string => join(root, `life-${lives}`);

function start(snapshotEvery = 100_000): Promise<RunningGateway> {
  return startGateway({
    config: referenceConfig,
    logins: referenceLogins,
    folder: folder(),
    snapshotEvery,
  });
}

/** Ends the venue as a crash does: what is in its files at this moment is all that the next life finds. */
async function crash(snapshotEvery?: number): Promise<void> {
  const before = folder();
  lives++;
  cpSync(before, folder(), { recursive: true, filter: (path) => !path.endsWith("lock") });
  for (const client of clients.splice(0)) await client.close();
  await running.close();
  running = await start(snapshotEvery);
}

function connect(compId: string, version?: ClientVersion): WireClient {
  const client = new WireClient(running.port, compId, version);
  clients.push(client);
  return client;
}

const terms = (side: 1 | 2): string => `55=ACME|54=${side}|60=${now()}|38=100|40=2|44=187.25`;

test("a report that was on its way when the venue crashed comes once, with a resend", async () => {
  const alfa = connect("ALFA");
  await alfa.logOn("alfa", "");
  alfa.send("D", `11=a1|${terms(1)}`);
  await alfa.next();
  await crash();

  const again = connect("ALFA");
  again.nextSeqNum = alfa.nextSeqNum;
  await again.logOn("alfa", "");
  // The order is still there: nothing of it is told a second time.
  again.send("H", "11=a1|55=ACME|54=1");
  expect(await again.next()).toContain("150=I|39=0");
  again.send("2", "7=1|16=0");
  const resent = await again.take(3);
  expect(resent.map((message) => field(message, 35))).toEqual(["4", "8", "4"]);
  expect(field(resent[1]!, 17)).toBe("1");
});

test("after a crash in a call, who subscribes to the phases is not told the present one twice", async () => {
  let { sequenced } = running;
  sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: 0, phase: "closing-auction" });
  await vi.waitFor(() => expect(sequenced.pending).toBe(0));
  await crash();
  ({ sequenced } = running);
  const alfa = connect("ALFA");
  await alfa.logOn("alfa");
  alfa.send("g", "335=t1|263=1|336=ACME");
  expect(await alfa.next()).toContain("325=N|340=5");
  for (const [id, side] of [
    ["a1", 1],
    ["a2", 2],
  ] as const) {
    alfa.send("D", `11=${id}|${terms(side)}`);
    expect(await alfa.next()).toContain("150=0");
  }
  // What the auction would be is told to the public, but is no phase.
  sequenced.submit({ type: "advance", timeMicros: sequenced.now() + 1_000_000 });
  sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: 0, phase: "closed" });
  expect((await alfa.take(3)).map((message) => field(message, 35)).sort()).toEqual(["8", "8", "h"]);
  alfa.send("1", "112=all");
  expect(await alfa.next()).toContain("112=all");
});

test("orders that the journal did not have are asked for, and what had been refused is not refused twice", async () => {
  const alfa = connect("ALFA");
  await alfa.logOn("alfa", "");
  alfa.send("D", `11=a1|${terms(1)}`);
  await alfa.next();
  alfa.send("D", `11=a2|55=NONE|54=1|60=${now()}|38=100|40=2|44=1`);
  expect(field(await alfa.next(), 58)).toBe("unknown symbol");
  const seen = alfa.lastSeqNum;
  await crash();

  const again = connect("ALFA");
  again.nextSeqNum = alfa.nextSeqNum;
  await again.logOn("alfa", "");
  // All after the last durable command, the order a1, is asked for: a2 cannot be told from one that was lost.
  expect(await again.next()).toBe("35=2|7=3|16=0");
  again.send("D", `43=Y|122=${now()}|11=a2|55=NONE|54=1|60=${now()}|38=100|40=2|44=1`, 3);
  again.send("4", `43=Y|122=${now()}|36=5|123=Y`, 4);
  again.send("D", `11=a3|${terms(1)}`);
  expect(field(await again.next(), 11)).toBe("a3");
  expect(again.lastSeqNum).toBeGreaterThan(seen);
});

test.each([
  ["what had been refused is not refused twice", 1],
  ["after another crash too what the journal did not have is asked for", 2],
])("when the client uses another version after a crash, %s", async (_, crashes) => {
  const alfa = connect("ALFA");
  await alfa.logOn("alfa", "");
  alfa.send("D", `11=a1|${terms(1)}`);
  await alfa.next();
  const refused = `11=a2|55=NONE|54=1|60=${now()}|38=100|40=2|44=1`;
  alfa.send("D", refused);
  await alfa.next();
  await crash();
  const other = connect("ALFA", "FIX.4.2");
  await other.logOn("alfa");
  other.send("D", `11=b1|21=1|${terms(1)}`);
  expect(field(await other.next(), 11)).toBe("b1");
  if (crashes === 2) await crash();
  await other.close();
  await vi.waitFor(() => expect(running.gateway.connections).toBe(0));

  const again = connect("ALFA");
  again.nextSeqNum = alfa.nextSeqNum;
  await again.logOn("alfa", "");
  expect(await again.next()).toBe("35=2|7=3|16=0");
  if (crashes === 2) return;
  again.send("D", `43=Y|122=${now()}|${refused}`, 3);
  again.send("4", `43=Y|122=${now()}|36=5|123=Y`, 4);
  again.send("D", `11=a3|${terms(1)}`);
  expect(field(await again.next(), 11)).toBe("a3");
});

test("a reset of the sequence numbers that the journal has not heard of stays one", async () => {
  const alfa = connect("ALFA");
  await alfa.logOn("alfa", "");
  for (let index = 0; index < 5; index++) alfa.send("D", `11=a${index}|${terms(1)}`);
  await alfa.take(5);
  await alfa.close();
  const old = join(root, "old");
  cpSync(folder(), old, { recursive: true, filter: (path) => !path.endsWith("lock") });
  const fresh = connect("ALFA");
  expect(await fresh.logOn("alfa", "141=Y")).toContain("141=Y");

  // The journal as it was before the reset, the sessions as they are after it.
  const before = folder();
  lives++;
  cpSync(old, folder(), { recursive: true });
  cpSync(join(before, "sessions"), join(folder(), "sessions"), { recursive: true });
  await fresh.close();
  await running.close();
  running = await start();
  const again = connect("ALFA");
  again.nextSeqNum = fresh.nextSeqNum;
  expect(await again.logOn("alfa", "")).toBe("35=A|98=0|108=30");
  expect(await again.next()).toBe("35=2|7=1|16=0");
  again.send("4", `43=Y|122=${now()}|36=3|123=Y`, 1);
  again.send("D", `11=b1|${terms(1)}`);
  expect(field(await again.next(), 11)).toBe("b1");
});

/** Starts again on a disk that can be full for the journal. */
async function startOnDisk(): Promise<{ isFull: boolean }> {
  await running.close();
  const disk = { isFull: false };
  const openFile = filesThat((file, bytes, done) =>
    disk.isFull ? done(noSpace()) : file.append(bytes, done),
  );
  running = await startGateway({
    config: referenceConfig,
    logins: referenceLogins,
    folder: folder(),
    openFile,
  });
  return disk;
}

test("a client that left while the disk was full, and is back before there is room, finds its orders cancelled", async () => {
  const disk = await startOnDisk();
  const alfa = connect("ALFA");
  await alfa.logOn("alfa", "");
  alfa.send("D", `11=a1|${terms(1)}`);
  await alfa.next();
  disk.isFull = true;
  alfa.send("D", `11=a2|${terms(1)}`);
  await alfa.next();
  await alfa.close();
  while (running.gateway.connections > 0) await pause(5);
  const again = connect("ALFA");
  again.nextSeqNum = alfa.nextSeqNum;
  await again.logOn("alfa", "");
  disk.isFull = false;
  const cancelled = await again.next();
  expect(field(cancelled, 41) ?? field(cancelled, 11)).toBe("a1");
  expect(field(cancelled, 150)).toBe("4");
  again.send("D", `11=a3|${terms(1)}`);
  expect(field(await again.next(), 11)).toBe("a3");
});

test("a full disk refuses a change that was on its way, and the answer has the order as it is", async () => {
  const disk = await startOnDisk();
  const alfa = connect("ALFA");
  await alfa.logOn("alfa", "");
  for (const id of ["a1", "a2"]) {
    alfa.send("D", `11=${id}|${terms(1)}`);
    await alfa.next();
  }
  disk.isFull = true;
  alfa.sendAtOnce(() => {
    alfa.send("F", `11=a3|41=a1|55=ACME|54=1|60=${now()}`);
    alfa.send("G", `11=a4|41=a2|${terms(1)}`);
  });
  expect(await alfa.next()).toMatch(/^35=9\|37=1\|11=a3\|41=a1\|39=0\|434=1\|102=99/);
  expect(await alfa.next()).toMatch(/^35=9\|37=2\|11=a4\|41=a2\|39=0\|434=2\|102=99/);
});

test("a full disk refuses what was on its way, and what comes until there is room; a client that left meanwhile is gone", async () => {
  const disk = await startOnDisk();
  const [alfa, beta] = [connect("ALFA"), connect("BETA")];
  await alfa.logOn("alfa", "");
  await beta.logOn("beta", "");
  beta.send("D", `11=b1|${terms(2)}`);
  await beta.next();
  disk.isFull = true;
  alfa.send("D", `11=a1|${terms(1)}`);
  expect(await alfa.next()).toContain("11=a1|");
  expect(running.sequenced.state).toBe("halted");
  alfa.send("D", `11=a2|${terms(1)}`);
  expect(field(await alfa.next(), 58)).toBe("halted");
  alfa.send("F", `11=a3|41=a1|55=ACME|54=1|60=${now()}`);
  expect(field(await alfa.next(), 35)).toBe("9");
  await beta.close();
  disk.isFull = false;
  while (running.sequenced.state === "halted") await pause(20);
  while (running.sequenced.pending > 0 || running.sequenced.venue.openOrders(1).length > 0) await pause(5);
  // What was refused stays refused, although a crash now makes the venue ask for it again.
  await crash();
  const again = connect("ALFA");
  again.nextSeqNum = alfa.nextSeqNum;
  await again.logOn("alfa", "");
  expect(await again.next()).toBe("35=2|7=2|16=0");
  again.send("D", `43=Y|122=${now()}|11=a1|${terms(1)}`, 2);
  again.send("D", `43=Y|122=${now()}|11=a2|${terms(1)}`, 3);
  again.send("F", `43=Y|122=${now()}|11=a3|41=a1|55=ACME|54=1|60=${now()}`, 4);
  again.send("4", `43=Y|122=${now()}|36=6|123=Y`, 5);
  again.send("D", `11=a4|${terms(1)}`);
  expect(await again.next()).toContain("11=a4|17=3|150=0|");
});

test.each([1, 2, 3])(
  "with connections cut anywhere and a crash now and then, each order is answered and each report comes once (seed %i)",
  async (seed) => {
    const random = new Random(seed);
    let isCutting = true;
    const budget = (): number => (isCutting ? random.between(150, 6_000) : Number.POSITIVE_INFINITY);
    const members = await Promise.all(
      (["ALFA", "BETA"] as const).map(async (compId, index) => {
        const proxy = new CuttingProxy(budget);
        proxy.target = running.port;
        return { proxy, client: new FixTrader(compId, await proxy.listen(), index === 0 ? "1" : "2") };
      }),
    );
    const dropProxy = new CuttingProxy(budget);
    dropProxy.target = running.port;
    const drop = new FixTrader("ALFADROP", await dropProxy.listen(), "1");
    const proxies = [dropProxy, ...members.map(({ proxy }) => proxy)];
    const started = Date.now();
    const isShort = (): boolean => lives < 3 || members.some(({ client }) => client.sent < 400);
    while (isShort() && Date.now() - started < 20_000) {
      await pause(2);
      for (const { client } of members) if (random.between(0, 2) > 0) client.send(random.between(1, 5));
      if (random.between(0, 40) === 0) {
        for (const proxy of proxies) {
          proxy.target = 0;
          proxy.cutAll();
        }
        await crash(random.between(20, 200));
        for (const proxy of proxies) proxy.target = running.port;
      }
    }
    isCutting = false;
    for (const proxy of proxies) proxy.cutAll();
    const isDone = (): boolean => members.every(({ client }) => client.answered === client.sent);
    while (!isDone() && Date.now() - started < 25_000) await pause(5);
    // A last order of each, so that whatever came before it has come.
    for (const { client } of members) client.send(1);
    const alfa = members[0]!.client;
    const isCopied = (): boolean => drop.execIds.length >= alfa.execIds.length;
    while (!(isDone() && isCopied()) && Date.now() - started < 28_000) await pause(5);

    expect(proxies.map(({ cuts }) => cuts > 5)).toEqual([true, true, true]);
    expect(lives).toBeGreaterThan(2);
    const told = await tellAgain(folder());
    expect(drop.execIds).toEqual(told.get("ALFA")!.slice(0, drop.execIds.length));
    expect(isCopied()).toBe(true);
    drop.close();
    for (const proxy of proxies) proxy.close();
    for (const { client } of members) {
      client.close();
      expect(client.answers).toEqual(Array.from({ length: client.sent }, () => 1));
      const reports = told.get(client.compId)!;
      // The sessions' ends cancel orders after the last answer, which nobody is there to hear.
      expect(client.execIds).toEqual(reports.slice(0, client.execIds.length));
      expect(reports.length - client.execIds.length).toBeLessThan(5);
    }
  },
  30_000,
);

/** Sends orders, and keeps the ExecID of each report in the order in which it came. */
class FixTrader {
  readonly compId: string;
  readonly execIds: number[] = [];
  /** Answers to each order. */
  readonly answers: number[] = [];
  readonly #side: "1" | "2";
  readonly #initiator: FixInitiator;

  constructor(compId: string, port: number, side: "1" | "2") {
    this.compId = compId;
    this.#side = side;
    this.#initiator = new FixInitiator({
      session: {
        beginString: "FIX.4.4",
        senderCompId: compId,
        targetCompId: "XKIT",
        dictionary: new Dictionary(FIX44),
        logonFields: [[554, compId.toLowerCase()]],
      },
      host: "127.0.0.1",
      port,
      reconnectMillis: 2,
      application: {
        onMessage: (view) => {
          this.execIds.push(view.int(17));
          const isAnswer = view.equals(150, "0") || view.equals(150, "8");
          if (isAnswer && !view.has(797)) this.answers[view.int(11)]!++;
          return undefined;
        },
      },
    });
    this.#initiator.start();
  }

  get sent(): number {
    return this.answers.length;
  }

  get answered(): number {
    return this.answers.filter((count) => count > 0).length;
  }

  /** Also while it is not connected: the session sends it when it is. */
  send(count: number): void {
    for (let index = 0; index < count; index++) {
      const order = new FixMessage("D")
        .set(11, String(this.answers.length))
        .set(55, "ACME")
        .set(54, this.#side)
        .set(60, now())
        .set(38, "100")
        .set(40, "2")
        .set(44, "187.25");
      this.answers.push(0);
      this.#initiator.session.send(order, Date.now());
    }
  }

  close(): void {
    void this.#initiator.stop();
  }
}

/** The ExecIDs of each member's reports, as somebody else hears them from the journal. */
async function tellAgain(journal: string): Promise<Map<string, number[]>> {
  const copy = `${journal}-copy`;
  cpSync(journal, copy, { recursive: true, filter: (path) => !/lock$|snapshot-/.test(path) });
  const sequenced = new SequencedVenue({ config: referenceConfig, journal: { folder: copy, sync: "never" } });
  const told = new Map<string, number[]>([
    ["ALFA", []],
    ["BETA", []],
  ]);
  const note = (session: number, execId: number): void => {
    told.get(referenceConfig.sessions[session]!.firm)!.push(execId);
  };
  sequenced.add({
    orderAccepted: ({ session }, execId) => note(session, execId),
    orderRejected: ({ session }, execId) => note(session, execId),
    orderExecuted: ({ session }, execId) => note(session, execId),
    orderCancelled: ({ session }, execId) => note(session, execId),
    orderRestated: ({ session }, execId) => note(session, execId),
  });
  await sequenced.open();
  await sequenced.close();
  return told;
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
