import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Login } from "../../src/logins.ts";
import { referenceLogins } from "../../src/reference-logins.ts";
import { referenceConfig } from "../../src/venue/reference-config.ts";
import {
  type ClientVersion,
  field,
  now,
  type RunningGateway,
  startGateway,
  WireClient,
} from "./support/fix.ts";

const MANY = 1_000;
const crowd = Array.from({ length: MANY }, (_, index) => `C${index}`);
const config = {
  ...referenceConfig,
  sessions: [...referenceConfig.sessions, ...crowd.map((name) => ({ name, firm: "BETA" }))],
};
const logins: Login[] = [
  ...referenceLogins,
  ...crowd.map(
    (name): Login => ({ protocol: "fix", session: name, compId: name, password: name.toLowerCase() }),
  ),
];

let running: RunningGateway;
let clients: WireClient[];
let bystander: WireClient;

beforeEach(async () => {
  clients = [];
  running = await startGateway({ config, logins });
  bystander = await logOn("BETA");
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await running.close();
});

function connect(compId: string, version?: ClientVersion): WireClient {
  const client = new WireClient(running.port, compId, version);
  clients.push(client);
  return client;
}

async function logOn(compId: string, version?: ClientVersion): Promise<WireClient> {
  const client = connect(compId, version);
  expect(await client.logOn(compId.toLowerCase())).toContain("35=A|");
  return client;
}

let orders = 0;
const order = (): string => `11=o${++orders}|55=ACME|54=1|60=${now()}|38=100|40=2|44=180.00`;

/** Whatever somebody else does, this client is served. */
async function expectServed(): Promise<void> {
  bystander.send("D", order());
  const report = await bystander.next();
  expect(field(report, 150)).toBe("0");
  bystander.send("F", `11=x${orders}|41=o${orders}|55=ACME|54=1|60=${now()}`);
  expect(field(await bystander.next(), 150)).toBe("4");
}

test.each([
  ["text of another protocol", "GET / HTTP/1.1\r\nHost: venue\r\n\r\n".repeat(2_000)],
  ["noise", new Uint8Array(200_000).map((_, index) => (index * 7_919) % 251)],
  ["a length that is a lie", "8=FIX.4.4\u00019=999999999\u000135=A\u0001"],
  ["a message without an end", `8=FIX.4.4\u00019=5\u000135=A\u000158=${"x".repeat(100_000)}`],
])("%s in the place of a Logon touches nobody", async (_, bytes) => {
  const stranger = connect("ALFA");
  stranger.write(bytes);
  await expectServed();
  await stranger.close();
});

test("a client that sends garbage is cut off, in the end", async () => {
  const alfa = await logOn("ALFA");
  // A message with a wrong checksum is passed over, as the standard has it, and its number is asked for again.
  alfa.write("8=FIX.4.4\u00019=5\u000135=0\u000110=000\u0001");
  alfa.send("1", "112=here");
  expect(await alfa.next()).toContain("112=here");
  for (let time = 0; time < 200; time++) alfa.write("8=FIX.4.4\u00019=5\u000135=0\u000110=000\u0001");
  await alfa.closed;
  await expectServed();
});

test("a message that is too long is no message", async () => {
  const alfa = await logOn("ALFA");
  const { nextSeqNum } = alfa;
  alfa.send("D", `${order()}|58=${"x".repeat(100_000)}`);
  alfa.nextSeqNum = nextSeqNum;
  alfa.send("1", "112=here");
  expect(await alfa.next()).toContain("112=here");
  await expectServed();
});

test("a recording of a client that is played again enters no order", async () => {
  const alfa = connect("ALFA");
  await alfa.logOn("alfa", "");
  alfa.send("D", order());
  await alfa.next();
  const recording = alfa.written;
  await alfa.close();
  const thief = connect("ALFA");
  thief.write(recording);
  expect(await thief.next()).toMatch(/^35=5\|58=MsgSeqNum too low/);
  await thief.closed;
  expect(running.sequenced.venue.openOrders(0)).toHaveLength(0);
});

test("connections that say nothing keep nobody out", async () => {
  for (let index = 0; index < 500; index++) connect("ALFA");
  await logOn("ALFA");
  await expectServed();
});

test("guesses of a password neither end the session nor use up its numbers", async () => {
  const alfa = await logOn("ALFA");
  for (let guess = 0; guess < 50; guess++) expect(await connect("ALFA").logOn(`${guess}`)).toContain("35=5|");
  alfa.send("1", "112=here");
  expect(await alfa.next()).toContain("112=here");
  expect(alfa.lastSeqNum).toBe(2);
});

test("a client that floods is answered in full, and others meanwhile", async () => {
  const alfa = await logOn("ALFA");
  const count = 20_000;
  for (let index = 0; index < count; index++)
    alfa.send("D", `11=f${index}|55=ACME|54=1|60=${now()}|38=1|40=2|44=170.00`);
  await expectServed();
  const reports = await alfa.take(count);
  expect(new Set(reports.map((report) => field(report, 11))).size).toBe(count);
});

test("a client that does not read misses nothing and holds nobody up", async () => {
  const alfa = await logOn("ALFA");
  const count = 5_000;
  alfa.pause();
  for (let index = 0; index < count; index++)
    alfa.send("D", `11=s${index}|55=ACME|54=1|60=${now()}|38=1|40=2|44=170.00`);
  await expectServed();
  alfa.resume();
  const reports = await alfa.take(count);
  expect(new Set(reports.map((report) => field(report, 11))).size).toBe(count);
});

test("1,000 clients at once are logged on and served", async () => {
  await Promise.all(crowd.map((compId) => logOn(compId)));
  expect(running.gateway.connections).toBe(MANY + 1);
  const served = await Promise.all(
    clients.slice(1).map(async (client) => {
      client.send("D", order());
      return field(await client.next(), 150);
    }),
  );
  expect(served).toEqual(crowd.map(() => "0"));
}, 60_000);

/** Values that a field may be given, the right ones among them. */
const pool: Readonly<Record<number, readonly string[]>> = {
  1: ["ALFA-1", "BETA-1", "", "NONE"],
  6: ["1"],
  11: ["", " ", "a", "x".repeat(36), "x".repeat(37), "o1"],
  18: ["6", "G", "R", "M a", "P", "a", "Z", ""],
  37: ["1", "0", "-1", "x"],
  38: ["100", "0", "-100", "1.5", "99999999999999999999", "1e9", ""],
  40: ["1", "2", "3", "4", "P", "J", "K", "Z"],
  41: ["o1", "a", "NONE"],
  44: ["187.25", "0", "-1", "187.2", "1e3", "0.0000000001", "999999999"],
  54: ["1", "2", "5", "6", "8", "Z"],
  55: ["ACME", "BOLT", "NONE", "", "ACME\u00e9"],
  59: ["0", "1", "3", "4", "6", "7", "Z"],
  60: [now(), "yesterday"],
  99: ["187.25", "-5"],
  111: ["10", "-10"],
  126: ["20301231-00:00:00", "19700101-00:00:00", "20309999-00:00:00"],
  110: ["100", "1000000"],
  146: ["1", "2", "0", "-1"],
  211: ["1", "-0.05", "0.001"],
  262: ["m", ""],
  263: ["0", "1", "2", "9"],
  264: ["0", "1", "-1", "99999999999"],
  265: ["0", "1"],
  267: ["1", "3"],
  269: ["0", "1", "2", "9"],
  320: ["s"],
  335: ["t"],
  336: ["ACME", "NONE"],
  432: ["20301231", "x"],
  530: ["1", "7", "3"],
  559: ["0", "4", "9"],
  584: ["q"],
  585: ["1", "7", "3"],
  836: ["0", "1", "2", "9"],
};
const anyField = fc
  .constantFrom(...Object.keys(pool).map(Number))
  .chain((tag) => fc.constantFrom(...pool[tag]!).map((value) => `${tag}=${value}`));
const frames: Readonly<Record<string, string>> = {
  D: "11=r|55=ACME|54=1|38=100|40=2|44=187.25",
  F: "11=r|41=o1|55=ACME|54=1",
  G: "11=r|41=o1|55=ACME|54=1|38=100|40=2|44=187.25",
  H: "11=r|55=ACME|54=1",
  q: "11=r|530=7",
  AF: "584=q|585=7",
  V: "262=m|263=0|264=0|267=1|269=0|146=1|55=ACME",
  x: "320=s|559=4",
  g: "335=t|263=0",
  R: "131=q",
  8: "37=1",
};
const anyMessage = fc.record({
  type: fc.constantFrom(...Object.keys(frames)),
  fields: fc.array(anyField, { maxLength: 4 }),
  left: fc.nat(7),
});

test("whatever a message says, it is answered, and the venue goes on", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyMessage, { minLength: 1, maxLength: 30 }), async (messages) => {
      const alfa = await logOn("ALFA");
      for (const { type, fields, left } of messages) {
        const replaced = new Set(fields.map((text) => text.split("=")[0]));
        const frame = frames[type]!.split("|").filter(
          (text, index) => index !== left && !replaced.has(text.split("=")[0]),
        );
        alfa.send(type, [...frame, ...fields].join("|").replace("11=r", `11=r${++orders}`));
        alfa.send("1", `112=t${orders}`);
        let answers = 0;
        for (;;) {
          const answer = await alfa.next();
          if (answer === `35=0|112=t${orders}`) break;
          answers++;
        }
        // Reports of commands come when they are durable: only what the gateway answers itself must be here.
        if (!"DFGq".includes(type) && !fields.includes("263=2")) expect(answers).toBeGreaterThan(0);
      }
      await alfa.close();
    }),
    { numRuns: 60 },
  );
  await expectServed();
}, 60_000);
