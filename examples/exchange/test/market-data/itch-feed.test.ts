import { ItchBook, ItchDecoder, type SymbolBook } from "@exchange-kit/itch";
import { MoldUdp64UdpReceiver, SoupBinTcpClient } from "@exchange-kit/itch/net";
import type { Phase } from "@exchange-kit/orderbook";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ItchFeed } from "../../src/market-data/itch/itch-feed.ts";
import { Crowd } from "../../src/participants/crowd.ts";
import { SequencedVenue } from "../../src/sequenced-venue.ts";
import { referenceConfig } from "../../src/venue/reference-config.ts";

const MIDNIGHT_MICROS = 1_767_225_600_000_000;

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

function soupClient(port: number): BookClient {
  const client = new BookClient();
  const soup = new SoupBinTcpClient(
    { host: "127.0.0.1", port, username: "anyone", password: "" },
    { message: (bytes, offset, length) => client.take(bytes, offset, length) },
  );
  closing.push(() => soup.close());
  return client;
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
    ports: { soup: 0, requests: 0 },
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
    ports: { soup: 0, requests: 0 },
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
  const feed = new ItchFeed(sequenced, "DAY1B", {
    host: "127.0.0.1",
    ports: { soup: 0, requests: 0 },
    lines: [],
  });
  closing.push(() => feed.close());
  const client = soupClient((await feed.listen()).soup);
  await client.caughtUp(feed);
  expectSameBooks(client);
});
