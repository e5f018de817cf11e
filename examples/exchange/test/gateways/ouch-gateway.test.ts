import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Ouch50EnterOrder,
  type Ouch50Inbound,
  type Ouch50Outbound,
  type Ouch50ReplaceOrder,
  OuchTag,
  ouch50,
} from "@exchange-kit/itch";
import { SoupBinTcpClient } from "@exchange-kit/itch/net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { OuchGateway } from "../../src/gateways/ouch/ouch-gateway.ts";
import { type OpenJournalFile, openJournalFile } from "../../src/journal/journal-file.ts";
import { Logins } from "../../src/logins.ts";
import { referenceLogins } from "../../src/reference-logins.ts";
import { SequencedVenue } from "../../src/sequenced-venue.ts";
import { referenceConfig } from "../../src/venue/reference-config.ts";
import { filesThat, noSpace } from "../journal/support/failing-files.ts";

const MIDNIGHT_MICROS = 1_767_225_600_000_000;

interface Running {
  readonly sequenced: SequencedVenue;
  readonly gateway: OuchGateway;
  readonly port: number;
}

let folder: string;
let running: Running;
let clients: SoupBinTcpClient[];

async function start(
  journal: "memory" | "file" = "memory",
  openFile: OpenJournalFile = openJournalFile,
): Promise<Running> {
  let micros = MIDNIGHT_MICROS;
  const sequenced = new SequencedVenue({
    config: referenceConfig,
    journal: journal === "memory" ? "memory" : { folder, sync: "never", openFile },
    now: () => ++micros,
  });
  const logins = new Logins(referenceLogins, referenceConfig);
  const gateway = new OuchGateway({ sequenced, logins, folder: journal === "memory" ? undefined : folder });
  sequenced.add(gateway);
  await sequenced.open();
  const port = await gateway.listen(0, "127.0.0.1");
  sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: -1, phase: "continuous" });
  return { sequenced, gateway, port };
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ouch-"));
  clients = [];
  running = await start();
});
afterEach(async () => {
  for (const client of clients) client.close();
  await running.gateway.close();
  rmSync(folder, { recursive: true });
});

interface Client {
  send(message: Ouch50Inbound): void;
  /** The next message of the exchange, without its time. */
  next(): Promise<Record<string, unknown>>;
  close(): void;
  readonly failure: Promise<string>;
}

function connect(username: string, password = username.toLowerCase(), nextSequence = 1): Client {
  const arrived: Ouch50Outbound[] = [];
  let wake = (): void => {};
  let fail = (_code: string): void => {};
  let login = (): void => {};
  const loggedIn = new Promise<void>((resolve) => {
    login = resolve;
  });
  const failure = new Promise<string>((resolve) => {
    fail = resolve;
  });
  const take = (bytes: Uint8Array, offset: number, length: number): void => {
    arrived.push(ouch50.decodeOutbound(bytes, offset, length));
    wake();
  };
  const client = new SoupBinTcpClient(
    {
      host: "127.0.0.1",
      port: running.port,
      username,
      password,
      sequence: nextSequence,
      reconnectMillis: Infinity,
    },
    { message: take, unsequenced: take, accepted: () => login(), failed: (error) => fail(error.code) },
  );
  clients.push(client);
  return {
    send: (message) => void loggedIn.then(() => client.send(ouch50.encodeInbound(message))),
    async next() {
      while (arrived.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const { timestampNanos, ...message } = arrived.shift() as Ouch50Outbound & { timestampNanos: number };
      expect(timestampNanos).toBeGreaterThan(0);
      // Exactly the microsecond of the venue.
      expect(timestampNanos % 1_000).toBe(0);
      return message;
    },
    close: () => client.close(),
    failure,
  };
}

const order: Ouch50EnterOrder = {
  type: "O",
  userRefNum: 1,
  side: "B",
  quantity: 300,
  symbol: "ACME",
  price4: 1_872_500,
  timeInForce: "0",
  display: "Y",
  capacity: "P",
  intermarketSweepEligibility: "N",
  crossType: "N",
  clOrdId: "my first",
  appendages: [],
};

/** Of {@link order}, with the same terms. */
const replace: Ouch50ReplaceOrder = {
  type: "U",
  origUserRefNum: 1,
  userRefNum: 2,
  quantity: 300,
  price4: 1_872_500,
  timeInForce: "0",
  display: "Y",
  intermarketSweepEligibility: "N",
  clOrdId: "",
  appendages: [],
};

/** As after kill -9: nothing more reaches the journal, no snapshot is taken, the lock is that of a process gone. */
async function crash(): Promise<void> {
  vi.spyOn(running.sequenced, "submit").mockReturnValue("failed");
  await running.gateway.close();
  rmSync(join(folder, "lock"));
}

const tagged = {
  minimum: { tag: OuchTag.minimumQuantity, value: 0 },
  floor: { tag: OuchTag.maxFloor, value: 100 },
  postOnly: { tag: OuchTag.postOnly, value: "P" },
  time: { tag: OuchTag.expireTime, value: 60_000 },
};

/** Until the gateway has seen that a client left: a session has one connection at a time. */
async function disconnected(client: Client): Promise<void> {
  client.close();
  while (running.gateway.connections > 0) await new Promise((wake) => setTimeout(wake, 5));
}

describe("an order", () => {
  test("is accepted, executed against another firm's, cut and cancelled", async () => {
    const [alfa, beta] = [connect("ALFA"), connect("BETA")];
    alfa.send(order);
    expect(await alfa.next()).toEqual({
      ...order,
      type: "A",
      orderReferenceNumber: 1n,
      orderState: "L",
    });

    beta.send({ ...order, side: "S", quantity: 100, price4: 1_872_000 });
    expect(await beta.next()).toMatchObject({ type: "A", price4: 1_872_000, orderReferenceNumber: 2n });
    const trade = {
      type: "E",
      userRefNum: 1,
      quantity: 100,
      price4: 1_872_500,
      matchNumber: 1n,
      appendages: [],
    };
    expect(await beta.next()).toEqual({ ...trade, liquidityFlag: "R" });
    expect(await alfa.next()).toEqual({ ...trade, liquidityFlag: "A" });

    alfa.send({ type: "X", userRefNum: 1, quantity: 250 });
    expect(await alfa.next()).toEqual({ type: "C", userRefNum: 1, quantity: 50, cancelOrderReason: "U" });
    alfa.send({ type: "X", userRefNum: 1, quantity: 0 });
    expect(await alfa.next()).toEqual({ type: "C", userRefNum: 1, quantity: 150, cancelOrderReason: "U" });
  });

  test("goes by the symbol that the instrument has at present", async () => {
    const { sequenced } = running;
    for (const [instrument, symbol] of [
      [0, "ACM2"],
      [1, "ACME"],
    ] as const) {
      sequenced.submit({ type: "change-symbol", timeMicros: sequenced.now(), instrument, symbol });
    }
    await vi.waitFor(() => expect(sequenced.venue.symbol(1)).toBe("ACME"));
    const alfa = connect("ALFA");
    alfa.send({ ...order, symbol: "ACM2" });
    expect(await alfa.next()).toMatchObject({ type: "A", symbol: "ACM2" });
    alfa.send({ ...replace, quantity: 200 });
    expect(await alfa.next()).toMatchObject({ type: "U", symbol: "ACM2" });
    alfa.send({ ...order, userRefNum: 3, price4: 421_000 });
    expect(await alfa.next()).toMatchObject({ type: "A", symbol: "ACME" });
    expect(sequenced.venue.openOrders(0).map(({ instrument }) => instrument)).toEqual([0, 1]);
    alfa.send({ ...order, userRefNum: 4, symbol: "BOLT" });
    expect(await alfa.next()).toMatchObject({ type: "J", rejectedOrderReason: 2 });
  });

  test("is replaced under a new number", async () => {
    const alfa = connect("ALFA");
    alfa.send(order);
    await alfa.next();
    alfa.send({ ...replace, quantity: 200, price4: 1_872_400 });
    expect(await alfa.next()).toMatchObject({
      type: "U",
      origUserRefNum: 1,
      userRefNum: 2,
      quantity: 200,
      price4: 1_872_400,
      side: "B",
      symbol: "ACME",
    });
    // The old number is gone.
    alfa.send({ type: "X", userRefNum: 1, quantity: 0 });
    alfa.send({ type: "X", userRefNum: 2, quantity: 0 });
    expect(await alfa.next()).toMatchObject({ type: "C", userRefNum: 2, quantity: 200 });
  });

  test.each<[string, Partial<Ouch50EnterOrder>, Partial<Ouch50ReplaceOrder>]>([
    ["a hidden order", { display: "N" }, { display: "N" }],
    ["one that is attributed", {}, { display: "A" }],
    ["one for the closing cross", { crossType: "C" }, { timeInForce: "3" }],
    [
      "one with options, said again",
      { appendages: [tagged.minimum, tagged.floor, tagged.postOnly] },
      { appendages: [tagged.postOnly, tagged.floor, tagged.minimum] },
    ],
    ["one with options, left out", { appendages: [tagged.floor] }, {}],
    [
      "one with a time",
      { timeInForce: "6", appendages: [tagged.time] },
      { timeInForce: "6", appendages: [tagged.time] },
    ],
  ])("is replaced with the terms that it has: %s", async (_name, ofOrder, ofReplace) => {
    const alfa = connect("ALFA");
    alfa.send({ ...order, ...ofOrder });
    const { appendages } = await alfa.next();
    alfa.send({ ...replace, ...ofReplace, quantity: 200 });
    expect(await alfa.next()).toMatchObject({ type: "U", userRefNum: 2, quantity: 200, appendages });
  });

  test("that a replace leaves nothing of is dead", async () => {
    const [alfa, beta] = [connect("ALFA"), connect("BETA")];
    alfa.send(order);
    await alfa.next();
    beta.send({ ...order, side: "S", quantity: 100 });
    expect(await alfa.next()).toMatchObject({ type: "E", quantity: 100 });
    alfa.send({ ...replace, quantity: 90 });
    expect(await alfa.next()).toMatchObject({ type: "U", userRefNum: 2, quantity: 0, orderState: "D" });
    expect(running.sequenced.venue.openOrders(0)).toEqual([]);
  });

  test.each(["abc", "4294967296", "7/a text of more than 14"])(
    "that another session of the firm replaces as %s has ended here, and the venue goes on",
    async (clientOrderId) => {
      const alfa = connect("ALFA");
      alfa.send(order);
      await alfa.next();
      const { sequenced } = running;
      const { directory } = sequenced.venue;
      sequenced.submit({
        type: "replace",
        timeMicros: sequenced.now(),
        session: directory.session("ALFA-API"),
        account: directory.account("ALFA-1"),
        clientOrderId,
        origClientOrderId: "",
        orderId: 1,
        quantity: 200,
      });
      expect(await alfa.next()).toEqual({ type: "C", userRefNum: 1, quantity: 300, cancelOrderReason: "S" });
      connect("BETA").send({ ...order, side: "S" });
      alfa.send({ type: "X", userRefNum: 1, quantity: 0 });
      alfa.send({ ...order, userRefNum: 2, symbol: "BOLT", price4: 421_000 });
      expect(await alfa.next()).toMatchObject({ type: "A", userRefNum: 2 });
      expect(sequenced.state).toBe("running");
    },
  );

  test("that is immediate or cancel dies where nothing is", async () => {
    const alfa = connect("ALFA");
    alfa.send({ ...order, timeInForce: "3" });
    expect(await alfa.next()).toMatchObject({ type: "A", timeInForce: "3" });
    expect(await alfa.next()).toEqual({ type: "C", userRefNum: 1, quantity: 300, cancelOrderReason: "I" });
  });

  test("may show a part of it", async () => {
    const alfa = connect("ALFA");
    alfa.send({ ...order, appendages: [{ tag: OuchTag.maxFloor, value: 100 }] });
    expect(await alfa.next()).toMatchObject({
      type: "A",
      appendages: [{ tag: OuchTag.maxFloor, value: 100 }],
    });
    expect(running.sequenced.venue.depth(0, "buy", 1)).toMatchObject([{ quantity: 100 }]);
  });

  test("is cancelled when its connection is lost", async () => {
    const alfa = connect("ALFA");
    alfa.send(order);
    await alfa.next();
    await disconnected(alfa);
    const again = connect("ALFA", "alfa", 2);
    expect(await again.next()).toEqual({ type: "C", userRefNum: 1, quantity: 300, cancelOrderReason: "S" });
  });
});

describe("in the same segment as the order before it", () => {
  /** What the exchange says of orders, up to the answer to an order that comes last. */
  async function answers(client: Client, ...messages: readonly Ouch50Inbound[]): Promise<unknown[]> {
    for (const message of messages) client.send(message);
    client.send({ ...order, symbol: "NOPE", userRefNum: LAST });
    const told: unknown[] = [];
    for (;;) {
      const { type, userRefNum, quantity, rejectedOrderReason } = await client.next();
      if (userRefNum === LAST) return told;
      told.push([type, userRefNum, quantity ?? rejectedOrderReason]);
    }
  }
  const LAST = 1_000;

  function cancel(userRefNum: number, quantity = 0): Ouch50Inbound {
    return { type: "X", userRefNum, quantity };
  }

  test("a cancel finds it", async () => {
    expect(await answers(connect("ALFA"), order, cancel(1))).toEqual([
      ["A", 1, 300],
      ["C", 1, 300],
    ]);
  });

  test("a partial cancel and a modify find it", async () => {
    const modify = { type: "M", userRefNum: 1, side: "B", quantity: 100 } as const;
    expect(await answers(connect("ALFA"), order, cancel(1, 250), modify)).toEqual([
      ["A", 1, 300],
      ["C", 1, 50],
      ["C", 1, 150],
    ]);
  });

  test("replaces find it, one after the other, and a cancel the last of them", async () => {
    const again = { ...replace, origUserRefNum: 2, userRefNum: 3, quantity: 100, clOrdId: "third" };
    expect(await answers(connect("ALFA"), order, replace, again, cancel(3))).toEqual([
      ["A", 1, 300],
      ["U", 2, 300],
      ["U", 3, 100],
      ["C", 3, 100],
    ]);
  });

  test("a cancel of what a replace ends is superfluous, a second replace is refused", async () => {
    const second = { ...replace, userRefNum: 3 };
    expect(await answers(connect("ALFA"), order, replace, cancel(1), second)).toEqual([
      ["A", 1, 300],
      ["U", 2, 300],
      ["J", 3, 20],
    ]);
  });

  test("a cancel of what a refused replace leaves ends it", async () => {
    const refused = { ...replace, price4: 100 };
    expect(await answers(connect("ALFA"), order, refused, cancel(2), cancel(1))).toEqual([
      ["A", 1, 300],
      ["J", 2, 200],
      ["C", 1, 300],
    ]);
  });

  test("a cancel of an order that is refused is superfluous, a replace of it is refused", async () => {
    const refused = { ...order, price4: 100 };
    expect(await answers(connect("ALFA"), refused, cancel(1), replace, cancel(2))).toEqual([
      ["J", 1, 200],
      ["J", 2, 20],
    ]);
  });

  test("a cancel of an order that is done at once is superfluous, a replace of it comes too late", async () => {
    const atOnce = { ...order, timeInForce: "3" };
    expect(await answers(connect("ALFA"), atOnce, cancel(1), { ...replace, timeInForce: "3" })).toEqual([
      ["A", 1, 300],
      ["C", 1, 300],
      ["J", 2, 21],
    ]);
  });

  test("a cancel of what never was is superfluous", async () => {
    expect(await answers(connect("ALFA"), cancel(7), order, cancel(7))).toEqual([["A", 1, 300]]);
  });

  test("a cancel never reaches an order that another session of the firm has under the same id", async () => {
    const { sequenced } = running;
    const { directory } = sequenced.venue;
    sequenced.submit({
      type: "submit",
      timeMicros: sequenced.now(),
      session: directory.session("ALFA-API"),
      account: directory.account("ALFA-1"),
      clientOrderId: "1",
      instrument: 0,
      side: "buy",
      quantity: 10,
      orderType: "limit",
      timeInForce: "day",
      price: 18_000,
    });
    await vi.waitFor(() => expect(sequenced.venue.openOrders(0)).toHaveLength(1));
    const unnamed = { ...order, clOrdId: "" };
    expect(await answers(connect("ALFA"), unnamed, cancel(1), replace)).toEqual([
      ["J", 2, 20],
      ["J", 1, 4],
    ]);
    expect(sequenced.venue.openOrders(0)).toMatchObject([{ clientOrderId: "1", quantity: 10 }]);
  });

  test("it is the same to a recovery", async () => {
    await running.gateway.close();
    running = await start("file");
    const again = { ...replace, origUserRefNum: 2, userRefNum: 3, quantity: 200 };
    const refused = { ...order, userRefNum: 4, price4: 100 };
    await answers(connect("ALFA"), order, replace, again, cancel(2), cancel(3, 150), refused, cancel(4));
    await crash();

    running = await start("file");
    const alfa = connect("ALFA");
    expect(await alfa.next()).toMatchObject({ type: "A", userRefNum: 1 });
    expect(await alfa.next()).toMatchObject({ type: "U", userRefNum: 2 });
    expect(await alfa.next()).toMatchObject({ type: "U", userRefNum: 3 });
    expect(await alfa.next()).toMatchObject({ type: "C", userRefNum: 3, quantity: 50 });
    expect(await alfa.next()).toMatchObject({ type: "J", userRefNum: 4 });
    expect(await alfa.next()).toMatchObject({ type: "J", userRefNum: LAST });
    alfa.send(cancel(3, 100));
    expect(await alfa.next()).toMatchObject({ type: "C", userRefNum: 3, quantity: 50 });
    alfa.send({ ...again, origUserRefNum: 3, userRefNum: LAST + 1, quantity: 50 });
    expect(await alfa.next()).toMatchObject({ type: "U", userRefNum: LAST + 1, quantity: 50 });
  });
});

describe("while the disk is full", () => {
  let isFull: boolean;

  beforeEach(async () => {
    await running.gateway.close();
    isFull = false;
    running = await start(
      "file",
      filesThat((file, bytes, done) => (isFull ? done(noSpace()) : file.append(bytes, done))),
    );
  });

  /** An order of a client that is there when the venue halts. */
  async function halted(): Promise<Client> {
    const alfa = connect("ALFA");
    alfa.send(order);
    await alfa.next();
    isFull = true;
    alfa.send({ ...order, userRefNum: 2 });
    expect(await alfa.next()).toMatchObject({ type: "J", userRefNum: 2 });
    expect(running.sequenced.state).toBe("halted");
    return alfa;
  }

  async function resumed(): Promise<void> {
    isFull = false;
    while (running.sequenced.state === "halted") await new Promise((wake) => setTimeout(wake, 20));
  }

  test("orders of a client that left then are cancelled as soon as there is room", async () => {
    await disconnected(await halted());
    expect(running.sequenced.venue.openOrders(0)).toHaveLength(1);
    await resumed();
    const again = connect("ALFA", "alfa", 3);
    expect(await again.next()).toEqual({ type: "C", userRefNum: 1, quantity: 300, cancelOrderReason: "S" });
  });

  test("so are those of one that was back before there was room", async () => {
    await disconnected(await halted());
    const again = connect("ALFA", "alfa", 3);
    again.send({ type: "Q" });
    expect(await again.next()).toMatchObject({ type: "Q" });
    await resumed();
    expect(await again.next()).toEqual({ type: "C", userRefNum: 1, quantity: 300, cancelOrderReason: "S" });
    const alfa = running.sequenced.venue.directory.session("ALFA-OUCH");
    await vi.waitFor(() => expect(running.sequenced.venue.isConnected(alfa)).toBe(true));
  });

  test("a client that stays keeps its orders, and hears that a cancel was not taken", async () => {
    const alfa = await halted();
    alfa.send({ type: "X", userRefNum: 1, quantity: 0 });
    expect(await alfa.next()).toEqual({ type: "I", userRefNum: 1 });
    await resumed();
    alfa.send({ ...order, userRefNum: 3 });
    expect(await alfa.next()).toMatchObject({ type: "A", userRefNum: 3 });
    expect(running.sequenced.venue.openOrders(0)).toHaveLength(2);
  });
});

describe("a bad message", () => {
  test.each([
    [10, { side: "Q" }],
    [11, { price4: 1_872_501 }],
    [13, { timeInForce: "9" }],
    [14, { display: "?" }],
    [15, { crossType: "Z" }],
    [16, { capacity: "?" }],
    [17, { appendages: [{ tag: OuchTag.pegOffset, value: 5 }] }],
    [17, { clOrdId: "caf\u00e9" }],
    [2, { symbol: "NOPE" }],
    [12, { quantity: 0 }],
    [12, { quantity: 2 ** 31 }],
    [12, { quantity: 2 ** 32 - 1 }],
    [11, { price4: 2 ** 31 * 100 }],
    [11, { price4: 2 ** 53 - 100 }],
    [17, { appendages: [{ tag: OuchTag.maxFloor, value: 2 ** 31 }] }],
    [17, { appendages: [{ tag: OuchTag.minimumQuantity, value: 2 ** 31 }] }],
  ])("is rejected with reason %d: %j", async (reason, change) => {
    const alfa = connect("ALFA");
    alfa.send({ ...order, ...change });
    expect(await alfa.next()).toMatchObject({ type: "J", userRefNum: 1, rejectedOrderReason: reason });
    alfa.send({ ...order, userRefNum: 2 });
    expect(await alfa.next()).toMatchObject({ type: "A", userRefNum: 2 });
  });

  test.each([
    [12, { quantity: 2 ** 31 }],
    [11, { price4: 2 ** 31 * 100 }],
  ])("that replaces an order is rejected with reason %d, and the order stays: %j", async (reason, change) => {
    const alfa = connect("ALFA");
    alfa.send(order);
    await alfa.next();
    alfa.send({ ...replace, ...change });
    expect(await alfa.next()).toMatchObject({ type: "J", userRefNum: 2, rejectedOrderReason: reason });
    expect(running.sequenced.venue.openOrders(0)).toMatchObject([{ quantity: 300, price: 18_725 }]);
  });

  test.each([
    [11, { price4: 0x7fff_ffff }],
    [13, { timeInForce: "3" }],
    [13, { timeInForce: "6", appendages: [{ tag: OuchTag.expireTime, value: 60_000 }] }],
    [14, { display: "N" }],
    [14, { display: "?" }],
    [17, { intermarketSweepEligibility: "Y" }],
    [17, { appendages: [{ tag: OuchTag.minimumQuantity, value: 10 }] }],
    [17, { appendages: [{ tag: OuchTag.maxFloor, value: 0 }] }],
    [17, { appendages: [{ tag: OuchTag.maxFloor, value: 200 }] }],
    [17, { appendages: [{ tag: OuchTag.postOnly, value: "P" }] }],
    [17, { appendages: [{ tag: OuchTag.pegOffset, value: 5 }] }],
  ])("that replaces what the venue does not is rejected with reason %d: %j", async (reason, change) => {
    const alfa = connect("ALFA");
    alfa.send({ ...order, appendages: [{ tag: OuchTag.maxFloor, value: 100 }] });
    await alfa.next();
    alfa.send({ ...replace, ...change });
    expect(await alfa.next()).toMatchObject({ type: "J", userRefNum: 2, rejectedOrderReason: reason });
    // What another replace on its way leaves as it is counts too.
    alfa.send({ ...replace, userRefNum: 3, quantity: 200 });
    alfa.send({ ...replace, origUserRefNum: 3, userRefNum: 4, ...change });
    const told = [await alfa.next(), await alfa.next()];
    expect(told).toContainEqual(expect.objectContaining({ type: "U", userRefNum: 3 }));
    expect(told).toContainEqual(
      expect.objectContaining({ type: "J", userRefNum: 4, rejectedOrderReason: reason }),
    );
  });

  test("that modifies the side is refused, and the order stays", async () => {
    const alfa = connect("ALFA");
    alfa.send({ ...order, side: "S" });
    await alfa.next();
    alfa.send({ type: "M", userRefNum: 1, side: "T", quantity: 100 });
    expect(await alfa.next()).toEqual({ type: "I", userRefNum: 1 });
    alfa.send({ type: "M", userRefNum: 1, side: "S", quantity: 100 });
    expect(await alfa.next()).toMatchObject({ type: "C", userRefNum: 1, quantity: 200 });
  });

  test.each([300, 301, 2 ** 30, 2 ** 31, 2 ** 32 - 1])(
    "that cuts an order of 300 to %d is superfluous, and passed over",
    async (quantity) => {
      const alfa = connect("ALFA");
      alfa.send(order);
      await alfa.next();
      alfa.send({ type: "X", userRefNum: 1, quantity });
      alfa.send({ type: "M", userRefNum: 1, side: "B", quantity });
      alfa.send({ type: "X", userRefNum: 1, quantity: 0 });
      expect(await alfa.next()).toMatchObject({ type: "C", userRefNum: 1, quantity: 300 });
    },
  );

  test("with the last number there is leaves the next one to ask for", async () => {
    const alfa = connect("ALFA");
    alfa.send({ ...order, userRefNum: 2 ** 32 - 2 });
    expect(await alfa.next()).toMatchObject({ type: "A" });
    alfa.send({ ...order, userRefNum: 2 ** 32 - 1 });
    alfa.send({ type: "Q" });
    expect(await alfa.next()).toEqual({ type: "Q", nextUserRefNum: 2 ** 32 - 1 });
  });

  test("with a number that was used is passed over, so that it may be sent again", async () => {
    const alfa = connect("ALFA");
    alfa.send(order);
    expect(await alfa.next()).toMatchObject({ type: "A", quantity: 300 });
    alfa.send({ ...order, quantity: 999 });
    alfa.send({ type: "Q" });
    expect(await alfa.next()).toEqual({ type: "Q", nextUserRefNum: 2 });
    expect(running.sequenced.venue.openOrders(0)).toHaveLength(1);
  });

  test("a wrong password, an unknown user and a second connection are refused", async () => {
    expect(await connect("ALFA", "wrong").failure).toBe("login-rejected");
    expect(await connect("NOBODY", "x").failure).toBe("login-rejected");
    const alfa = connect("ALFA");
    alfa.send(order);
    await alfa.next();
    expect(await connect("ALFA").failure).toBe("login-rejected");
  });

  test("a client cannot cancel another's order", async () => {
    const [alfa, beta] = [connect("ALFA"), connect("BETA")];
    alfa.send(order);
    await alfa.next();
    beta.send({ type: "X", userRefNum: 1, quantity: 0 });
    beta.send({ type: "Q" });
    expect(await beta.next()).toMatchObject({ type: "Q" });
    expect(running.sequenced.venue.openOrders(0)).toHaveLength(1);
  });
});

describe("on another day", () => {
  async function nextDay(date: number): Promise<void> {
    const { sequenced } = running;
    if (sequenced.venue.isDayOpen) {
      sequenced.submit({ type: "end-day", timeMicros: sequenced.now(), date: sequenced.venue.date });
    }
    sequenced.submit({ type: "start-day", timeMicros: sequenced.now(), date });
    sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: -1, phase: "continuous" });
    await vi.waitFor(() => expect(sequenced.venue.date).toBe(date));
  }

  test("a number that an order still has is refused to another, and goes on to mean the order", async () => {
    await nextDay(20_454);
    const alfa = connect("ALFA");
    expect(await alfa.next()).toMatchObject({ type: "S", eventCode: "S" });
    const days = { tag: OuchTag.expireTime, value: 200_000 };
    alfa.send({ ...order, timeInForce: "6", appendages: [days] });
    expect(await alfa.next()).toMatchObject({ type: "A", userRefNum: 1 });
    await nextDay(20_455);
    expect(await alfa.next()).toMatchObject({ type: "S", eventCode: "E" });
    expect(await alfa.next()).toMatchObject({ type: "S", eventCode: "S" });
    alfa.send({ ...order, clOrdId: "another" });
    expect(await alfa.next()).toMatchObject({ type: "J", userRefNum: 1, rejectedOrderReason: 4 });
    alfa.send({ ...order, userRefNum: 2 });
    expect(await alfa.next()).toMatchObject({ type: "A", userRefNum: 2 });
    alfa.send({ type: "X", userRefNum: 1, quantity: 0 });
    expect(await alfa.next()).toMatchObject({ type: "C", userRefNum: 1, quantity: 300 });
  });

  test("numbers begin at 1 again, also when the exchange crashes as the day begins", async () => {
    await running.gateway.close();
    running = await start("file");
    const alfa = connect("ALFA");
    alfa.send({ ...order, userRefNum: 5 });
    await alfa.next();
    const { sequenced } = running;
    sequenced.submit({ type: "start-day", timeMicros: sequenced.now(), date: 20_454 });
    // What the gateway has to say to that is lost.
    vi.spyOn(sequenced, "submit").mockReturnValue("failed");
    await vi.waitFor(() => expect(sequenced.venue.date).toBe(20_454));
    await crash();

    running = await start("file");
    const again = connect("ALFA", "alfa", 3);
    again.send({ type: "Q" });
    expect(await again.next()).toEqual({ type: "Q", nextUserRefNum: 1 });
    again.send(order);
    expect(await again.next()).toMatchObject({ type: "A", userRefNum: 1 });
  });
});

describe("a client that comes back", () => {
  test("gets what it missed, from the number it asks for", async () => {
    const alfa = connect("ALFA");
    alfa.send({ ...order, timeInForce: "3" });
    await alfa.next();
    await alfa.next();
    await disconnected(alfa);
    const again = connect("ALFA", "alfa", 2);
    expect(await again.next()).toMatchObject({ type: "C", userRefNum: 1 });
  });

  test("after the exchange was restarted finds the same messages under the same numbers", async () => {
    await running.gateway.close();
    running = await start("file");
    const alfa = connect("ALFA");
    for (const userRefNum of [1, 2, 3]) {
      alfa.send({ ...order, userRefNum, price4: userRefNum === 2 ? 1 : order.price4 });
      await alfa.next();
    }
    await crash();

    running = await start("file");
    const again = connect("ALFA");
    expect(await again.next()).toMatchObject({ type: "A", userRefNum: 1 });
    expect(await again.next()).toMatchObject({ type: "J", userRefNum: 2 });
    expect(await again.next()).toMatchObject({ type: "A", userRefNum: 3 });
    again.send({ type: "Q" });
    expect(await again.next()).toEqual({ type: "Q", nextUserRefNum: 4 });
  });
});
