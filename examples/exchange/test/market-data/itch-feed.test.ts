import {
  decodeEndOfSnapshot,
  decodeItch,
  ItchBook,
  ItchDecoder,
  type ItchMessage,
  type SymbolBook,
} from "@exchange-kit/itch";
import { MoldUdp64UdpReceiver, SoupBinTcpClient } from "@exchange-kit/itch/net";
import type { Phase } from "@exchange-kit/orderbook";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ItchFeed } from "../../src/market-data/itch/itch-feed.ts";
import { Crowd } from "../../src/participants/crowd.ts";
import { SequencedVenue } from "../../src/sequenced-venue.ts";
import { referenceConfig } from "../../src/venue/reference-config.ts";

const MIDNIGHT_MICROS = 1_767_225_600_000_000;
const TODAY = 20_454;

let sequenced: SequencedVenue;
let micros: number;
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  micros = MIDNIGHT_MICROS;
  sequenced = new SequencedVenue({ config: referenceConfig, journal: "memory", now: () => ++micros });
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Simulated participants that act only when they are told to. */
function crowd(seed: number): Crowd {
  const one = new Crowd(sequenced, seed);
  one.start();
  one.stop();
  return one;
}

/** A client that builds books from what it is sent. */
class BookClient {
  readonly book = new ItchBook();
  readonly #decoder = new ItchDecoder(this.book);
  received = 0;

  take(bytes: Uint8Array, offset: number, length: number): void {
    this.#decoder.decode(bytes, offset, length);
    this.received++;
  }

  /** Until it has everything that the feed has told. */
  async caughtUp(feed: ItchFeed): Promise<void> {
    while (this.received < feed.published) await new Promise((wake) => setTimeout(wake, 5));
  }
}

/** @param sequence - of the first message wanted */
function soupClient(port: number, sequence = 1, client = new BookClient()): BookClient {
  const soup = new SoupBinTcpClient(
    { host: "127.0.0.1", port, username: "anyone", password: "", session: "DAY1", sequence },
    { message: (bytes, offset, length) => client.take(bytes, offset, length) },
  );
  closing.push(() => soup.close());
  return client;
}

/** Logs in to GLIMPSE. @returns the books of the snapshot, and the number of the message to go on with */
async function snapshot(
  port: number,
  sequence = 1,
): Promise<{ client: BookClient; next: number | undefined }> {
  const client = new BookClient();
  let next: number | undefined;
  await new Promise<void>((resolve, reject) => {
    new SoupBinTcpClient(
      { host: "127.0.0.1", port, username: "anyone", password: "", session: "DAY1", sequence },
      {
        message(bytes, offset, length) {
          // Nothing follows the end of a snapshot.
          expect(next).toBeUndefined();
          next = decodeEndOfSnapshot(bytes, offset, length);
          if (next === undefined) client.take(bytes, offset, length);
        },
        ended: resolve,
        failed: reject,
      },
    );
  });
  return { client, next };
}

function settled(): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => void (sequenced.pending === 0 ? resolve() : setImmediate(look));
    look();
  });
}

async function phase(name: Exclude<Phase, "halted">): Promise<void> {
  sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: -1, phase: name });
  await settled();
}

/** Both sides of a book of the venue, as the feed shows prices. */
function venueBook(instrument: number): object {
  const scale = 10 ** (4 - referenceConfig.instruments[instrument]!.priceDecimals);
  const side = (name: "buy" | "sell"): object[] =>
    sequenced.venue
      .depth(instrument, name, 1_000)
      .map(({ price, quantity, orders }) => ({ price4: price * scale, shares: quantity, orders }));
  return { buys: side("buy"), sells: side("sell") };
}

function clientBook(book: SymbolBook): object {
  return { buys: book.depth("buy", 1_000), sells: book.depth("sell", 1_000) };
}

function expectSameBooks({ book }: BookClient): void {
  for (const [instrument, { symbol }] of referenceConfig.instruments.entries()) {
    expect(clientBook(book.book(symbol)!)).toEqual(venueBook(instrument));
  }
  expect([book.orphans, book.duplicateAdds, book.overReductions]).toEqual([0, 0, 0]);
}

test("a client rebuilds the venue's books, through auctions and continuous trading", async () => {
  const feed = new ItchFeed(sequenced, "DAY1", {
    host: "127.0.0.1",
    ports: { soup: 0, requests: 0, glimpse: 0 },
    lines: [],
  });
  sequenced.add(feed);
  await sequenced.open();
  closing.push(() => feed.close());
  const { soup } = await feed.listen();
  const early = soupClient(soup);

  await phase("opening-auction");
  const participants = crowd(7);
  participants.step(1);
  // Overlap, so that the auction has something to cross.
  for (const [side, price, account] of [
    ["buy", 18_800, "ALFA"],
    ["sell", 18_700, "BETA"],
  ] as const) {
    sequenced.submit({
      type: "submit",
      timeMicros: sequenced.now(),
      session: sequenced.venue.directory.session(`${account}-OUCH`),
      account: sequenced.venue.directory.account(`${account}-1`),
      clientOrderId: "cross",
      instrument: 0,
      side,
      quantity: 500,
      orderType: "limit",
      timeInForce: "day",
      price,
    });
  }
  await settled();
  await phase("continuous");
  for (let step = 0; step < 50; step++) {
    participants.step(0.5);
    await settled();
    await early.caughtUp(feed);
    expectSameBooks(early);
  }
  const { trades } = early.book.book("ACME")!;
  expect(trades.printedShares).toBeGreaterThan(500n);

  // One who comes late is told everything from the start of the session.
  const late = soupClient(soup);
  await late.caughtUp(feed);
  expectSameBooks(late);
});

test("a receiver of packets that loses some asks for them and has the same books", async () => {
  let lose = 0;
  const client = new BookClient();
  const requests = { host: "127.0.0.1", port: 0 };
  const receiver = new MoldUdp64UdpReceiver(
    { message: (bytes, offset, length) => client.take(bytes, offset, length) },
    { lines: [{ host: "127.0.0.1", port: 0 }], requestServer: requests },
  );
  const [port] = await receiver.open();
  closing.push(() => receiver.close());
  // Every third packet is lost on the way.
  const { receive } = receiver.receiver;
  receiver.receiver.receive = (packet, now) => {
    if (lose++ % 3 !== 2) receive.call(receiver.receiver, packet, now);
  };

  const feed = new ItchFeed(sequenced, "DAY1", {
    host: "127.0.0.1",
    ports: { soup: 0, requests: 0, glimpse: 0 },
    lines: [{ host: "127.0.0.1", port: port! }],
  });
  sequenced.add(feed);
  await sequenced.open();
  closing.push(() => feed.close());
  requests.port = (await feed.listen()).requests;
  await phase("continuous");
  const participants = crowd(8);
  for (let step = 0; step < 30; step++) {
    participants.step(0.5);
    await settled();
  }
  await client.caughtUp(feed);
  expect(lose).toBeGreaterThan(10);
  expectSameBooks(client);
});

test("after a recovery the session begins with every order that is shown", async () => {
  await sequenced.open();
  await phase("continuous");
  crowd(9).step(1);
  await settled();
  const feed = new ItchFeed(sequenced, "DAY1", {
    host: "127.0.0.1",
    ports: { soup: 0, requests: 0, glimpse: 0 },
    lines: [],
  });
  closing.push(() => feed.close());
  const client = soupClient((await feed.listen()).soup);
  await client.caughtUp(feed);
  expectSameBooks(client);
});

/** A feed of a market that trades, whose first messages are dropped already. */
async function lateInTheDay(): Promise<{
  feed: ItchFeed;
  soup: number;
  glimpse: number;
  participants: Crowd;
}> {
  const feed = new ItchFeed(sequenced, "DAY1", {
    host: "127.0.0.1",
    ports: { soup: 0, requests: 0, glimpse: 0 },
    lines: [],
    keep: 500,
  });
  sequenced.add(feed);
  await sequenced.open();
  closing.push(() => feed.close());
  const { soup, glimpse } = await feed.listen();
  await phase("continuous");
  const participants = crowd(10);
  while (feed.published < 1_000) {
    participants.step(0.5);
    await settled();
  }
  return { feed, soup, glimpse, participants };
}

test("one who comes when the first messages are gone has the books from GLIMPSE, and follows from there", async () => {
  const { feed, soup, glimpse, participants } = await lateInTheDay();
  await expect(snapshot(soup)).rejects.toThrow("session not available");

  const { client, next } = await snapshot(glimpse);
  expect(next).toBe(feed.published + 1);
  expectSameBooks(client);

  client.received = feed.published;
  soupClient(soup, next, client);
  for (let step = 0; step < 20; step++) {
    participants.step(0.5);
    await settled();
  }
  await client.caughtUp(feed);
  expectSameBooks(client);
});

test("a snapshot fits its number while orders come in, what is not sent yet included", async () => {
  const { feed, soup, glimpse, participants } = await lateInTheDay();
  const busy = setInterval(() => participants.step(0.1), 1);
  const followers = [];
  for (let count = 0; count < 10; count++) {
    const { client, next } = await snapshot(glimpse);
    client.received = next! - 1;
    followers.push(soupClient(soup, next, client));
  }
  clearInterval(busy);
  await settled();
  for (const client of followers) {
    await client.caughtUp(feed);
    expectSameBooks(client);
  }
});

test("a snapshot is whole or refused: the rest of one that broke off does not fit the next", async () => {
  const { glimpse } = await lateInTheDay();
  await expect(snapshot(glimpse, 2)).rejects.toThrow("session not available");
  const { client, next } = await snapshot(glimpse, 0);
  expect(next).toBeGreaterThan(1_000);
  expectSameBooks(client);
});

test("a snapshot begins with the market, then has directory and state of each instrument, then the orders", async () => {
  const { glimpse } = await lateInTheDay();
  let types = "";
  await new Promise<void>((resolve) => {
    new SoupBinTcpClient(
      { host: "127.0.0.1", port: glimpse, username: "anyone", password: "" },
      {
        message(bytes, offset) {
          types += String.fromCharCode(bytes[offset]!);
        },
        ended: resolve,
      },
    );
  });
  expect(types).toMatch(/^SRRRHHHA{20,}G$/);
});

test("the last packets say that messages end, then that the session does", async () => {
  const codes: string[] = [];
  let isEnded = false;
  const receiver = new MoldUdp64UdpReceiver(
    {
      message(bytes, offset) {
        if (bytes[offset] === 0x53) codes.push(String.fromCharCode(bytes[offset + 11]!));
      },
      sessionEnded() {
        isEnded = true;
      },
    },
    { lines: [{ host: "127.0.0.1", port: 0 }] },
  );
  const [port] = await receiver.open();
  closing.push(() => receiver.close());
  const feed = new ItchFeed(sequenced, "DAY1", {
    host: "127.0.0.1",
    ports: { soup: 0, requests: 0, glimpse: 0 },
    lines: [{ host: "127.0.0.1", port: port! }],
  });
  await sequenced.open();
  await feed.listen();
  await feed.close();
  await vi.waitFor(() => expect(isEnded).toBe(true));
  expect(codes).toEqual(["O", "C"]);
});

function day(type: "start-day" | "end-day", date: number): void {
  sequenced.submit({ type, timeMicros: sequenced.now(), date });
}

/** A client of the feed or of GLIMPSE. @returns the ITCH messages it is told, as they come */
function listener(port: number): { messages: ItchMessage[]; events: () => string } {
  const messages: ItchMessage[] = [];
  const soup = new SoupBinTcpClient(
    { host: "127.0.0.1", port, username: "anyone", password: "" },
    {
      message(bytes, offset, length) {
        const message = decodeItch(bytes, offset, length);
        if (message) messages.push(message);
      },
    },
  );
  closing.push(() => soup.close());
  const events = (): string =>
    messages.map((message) => (message.type === "S" ? message.eventCode : "")).join("");
  return { messages, events };
}

/** A feed of the present venue, and what a client of it and one of GLIMPSE are told. */
async function started(): Promise<{ feed: ItchFeed; told: ReturnType<typeof listener>; glimpse: number }> {
  const feed = new ItchFeed(sequenced, "DAY1", {
    host: "127.0.0.1",
    ports: { soup: 0, requests: 0, glimpse: 0 },
    lines: [],
  });
  sequenced.add(feed);
  await sequenced.open();
  const { soup, glimpse } = await feed.listen();
  return { feed, told: listener(soup), glimpse };
}

test("system hours and market hours begin and end once a day, in the order of the specification", async () => {
  const { feed, told } = await started();
  day("start-day", TODAY);
  await phase("pre-open");
  await phase("opening-auction");
  await phase("continuous");
  const halted = { instrument: 0, timeMicros: sequenced.now() };
  sequenced.submit({ type: "halt", ...halted, reason: "T1" });
  sequenced.submit({ type: "resume", ...halted, phase: "continuous" });
  await phase("closing-auction");
  await phase("closed");
  day("end-day", TODAY);
  // A day that is ended while it trades, and has a halted instrument, which stays so.
  day("start-day", TODAY + 1);
  await phase("continuous");
  sequenced.submit({ type: "halt", ...halted, reason: "T1" });
  day("end-day", TODAY + 1);
  // One without a market.
  day("start-day", TODAY + 2);
  day("end-day", TODAY + 2);
  await settled();
  await feed.close();
  await vi.waitFor(() => expect(told.events()).toBe("OSQMESQMESEC"));
});

test("market hours begin with the first instrument that trades, and end with the last", async () => {
  const { feed, told } = await started();
  day("start-day", TODAY);
  const one = async (instrument: number, name: "continuous" | "closed"): Promise<void> => {
    sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument, phase: name });
    await settled();
  };
  await one(1, "continuous");
  await one(2, "continuous");
  await one(1, "closed");
  await vi.waitFor(() => expect(told.messages.length).toBe(feed.published));
  expect(told.events()).toBe("OSQ");
  await one(2, "closed");
  await vi.waitFor(() => expect(told.events()).toBe("OSQM"));
  closing.push(() => feed.close());
});

test.each([
  ["pre-open", "OS"],
  ["opening-auction", "OS"],
  ["continuous", "OSQ"],
  ["closing-auction", "OSQ"],
  ["closed", "OS"],
] as const)("a session that begins in the phase %s of a day begins with %s", async (name, events) => {
  const { feed: before } = await started();
  day("start-day", TODAY);
  await phase(name);
  await before.close();
  const feed = new ItchFeed(sequenced, "DAY1", {
    host: "127.0.0.1",
    ports: { soup: 0, requests: 0, glimpse: 0 },
    lines: [],
  });
  const { soup, glimpse } = await feed.listen();
  closing.push(() => feed.close());
  for (const { events: told } of [listener(soup), listener(glimpse)]) {
    await vi.waitFor(() => expect(told()).toBe(events));
  }
});

test("the opening of a session and a snapshot have the time at which they are told, other messages their command's", async () => {
  micros += 9 * 3_600_000_000;
  const { feed, told, glimpse } = await started();
  const times = (): number[] => told.messages.map(({ timestampNanos }) => timestampNanos);
  const opened = 9 * 3_600_000_000_000 + 1_000;
  await vi.waitFor(() => expect(times()).toEqual(Array(7).fill(opened)));

  micros += 999_999;
  day("start-day", TODAY);
  micros += 1_000_000;
  await settled();
  await vi.waitFor(() => expect(times()[7]).toBe(opened + 1_000_000_000));

  const { messages } = listener(glimpse);
  await vi.waitFor(() => expect(messages.length).toBeGreaterThan(7));
  expect(messages[0]!.timestampNanos).toBe(opened + 2_000_001_000);

  micros += 1_000_000;
  await feed.close();
  await vi.waitFor(() => expect(times()[8]).toBe(opened + 3_000_002_000));
});
