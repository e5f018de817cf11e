import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FastFeed } from "../../src/market-data/fast/fast-feed.ts";
import { PublicMarket } from "../../src/market-data/public/public-market.ts";
import { Crowd } from "../../src/participants/crowd.ts";
import { SequencedVenue } from "../../src/sequenced-venue.ts";
import { referenceConfig } from "../../src/venue/reference-config.ts";
import { FastBook } from "./support/fast-book.ts";

const MIDNIGHT_MICROS = 1_767_225_600_000_000;
const INSTRUMENTS = referenceConfig.instruments.length;
const HOST = "127.0.0.1";

let sequenced: SequencedVenue;
let market: PublicMarket;
let micros: number;
const closing: (() => unknown)[] = [];

beforeEach(() => {
  micros = MIDNIGHT_MICROS;
  sequenced = new SequencedVenue({ config: referenceConfig, journal: "memory", now: () => ++micros });
  const instruments = referenceConfig.instruments.map((rules) => ({ lotSize: 1, ...rules }));
  market = new PublicMarket(instruments, () => sequenced.venue.timeMicros);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const pause = (): Promise<void> => new Promise((wake) => setTimeout(wake, 5));

async function settled(): Promise<void> {
  while (sequenced.pending > 0) await new Promise((wake) => setImmediate(wake));
}

async function phase(name: "continuous" | "closing-auction"): Promise<void> {
  sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: -1, phase: name });
  await settled();
}

/** The venue with a feed; participants act when they are told to. */
async function open(lines: { incrementals?: number; snapshots?: number }): Promise<{
  feed: FastFeed;
  port: number;
  trade(steps: number): Promise<void>;
}> {
  const to = (port: number | undefined) => (port === undefined ? [] : [{ host: HOST, port }]);
  const feed = new FastFeed(market, {
    host: HOST,
    port: 0,
    nowMicros: () => sequenced.now(),
    lines: to(lines.incrementals),
    snapshotLines: to(lines.snapshots),
    snapshotMillis: 20,
  });
  sequenced.add(market);
  await sequenced.open();
  closing.push(() => sequenced.close());
  market.open(sequenced.venue);
  closing.push(() => feed.close());
  const port = await feed.listen();
  await phase("continuous");
  const crowd = new Crowd(sequenced, 7);
  crowd.start();
  crowd.stop();
  const trade = async (steps: number): Promise<void> => {
    for (let step = 0; step < steps; step++) {
      crowd.step(0.5);
      await settled();
    }
  };
  return { feed, port, trade };
}

function expectVenueBooks(book: FastBook): void {
  for (let instrument = 0; instrument < INSTRUMENTS; instrument++) {
    for (const side of ["buy", "sell"] as const) {
      expect(book.depth(instrument, side)).toEqual(sequenced.venue.depth(instrument, side, 1_000));
    }
  }
}

/** Whether the client's books are those after the last incremental. */
const isThere = (book: FastBook, feed: FastFeed): boolean =>
  book.instruments.every(({ sequence }) => sequence >= feed.sequence);

test("over TCP a client gets snapshots, then every change, whenever it comes", async () => {
  const { feed, port, trade } = await open({});
  await trade(20);
  for (const steps of [30, 1]) {
    const book = new FastBook(INSTRUMENTS);
    const take = book.takeStream();
    const socket = connect(port, HOST).on("data", take);
    closing.push(() => socket.destroy());
    await trade(steps);
    while (!isThere(book, feed)) await pause();
    expectVenueBooks(book);
    expect(book.instruments.map(({ state }) => state)).toEqual(Array(INSTRUMENTS).fill("open"));
    expect(book.gaps).toBe(0);
  }
});

test("a receiver that loses every fifth packet has the venue's books after the next snapshot", async () => {
  const book = new FastBook(INSTRUMENTS);
  const receiver = async (take: (packet: Uint8Array) => void): Promise<number> => {
    const socket = createSocket("udp4");
    let received = 0;
    socket.on("message", (packet) => {
      if (received++ % 5 !== 4) take(packet);
    });
    await new Promise<void>((resolve) => socket.bind(0, HOST, resolve));
    closing.push(() => socket.close());
    return socket.address().port;
  };
  const incrementals = await receiver((packet) => book.takeIncrementals(packet));
  const snapshots = await receiver((packet) => book.takeSnapshots(packet));
  const { feed, trade } = await open({ incrementals, snapshots });
  for (let round = 0; round < 5; round++) {
    await trade(10);
    while (!isThere(book, feed)) await pause();
    expectVenueBooks(book);
  }
  expect(book.gaps).toBeGreaterThan(0);
});

test("a receiver finds its way over a restart of the feed", async () => {
  const book = new FastBook(INSTRUMENTS);
  const receiver = async (take: (packet: Uint8Array) => void): Promise<number> => {
    const socket = createSocket("udp4").on("message", take);
    await new Promise<void>((resolve) => socket.bind(0, HOST, resolve));
    closing.push(() => socket.close());
    return socket.address().port;
  };
  const lines = {
    incrementals: await receiver((packet) => book.takeIncrementals(packet)),
    snapshots: await receiver((packet) => book.takeSnapshots(packet)),
  };
  const before = await open(lines);
  await before.trade(20);
  while (!isThere(book, before.feed)) await pause();
  const { sequence } = before.feed;
  await before.feed.close();
  closing.length -= 1;

  micros += 1_000_000;
  const again = new PublicMarket(
    market.instruments.map(({ rules }) => rules),
    () => sequenced.venue.timeMicros,
  );
  again.open(sequenced.venue);
  const feed = new FastFeed(again, {
    host: HOST,
    port: 0,
    nowMicros: () => sequenced.now(),
    lines: [{ host: HOST, port: lines.incrementals }],
    snapshotLines: [{ host: HOST, port: lines.snapshots }],
    snapshotMillis: 20,
  });
  closing.push(() => feed.close());
  await feed.listen();
  expect(feed.sequence).toBeGreaterThan(sequence);
  while (!isThere(book, feed)) await pause();
  expectVenueBooks(book);
});

test("every trade is told once, and every phase", async () => {
  const made: object[] = [];
  market.watch({
    traded: ({ instrument, tradeId, price, quantity }) => made.push({ instrument, tradeId, price, quantity }),
  });
  const { feed, port, trade } = await open({});
  const book = new FastBook(INSTRUMENTS);
  const socket = connect(port, HOST).on("data", book.takeStream());
  closing.push(() => socket.destroy());
  while (book.instruments.some(({ sequence }) => sequence < 0)) await pause();
  await trade(40);
  await phase("closing-auction");
  while (!isThere(book, feed)) await pause();
  expect(book.instruments.map(({ state }) => state)).toEqual(Array(INSTRUMENTS).fill("auction"));
  expect(book.trades).toEqual(made);
  expect(made.length).toBeGreaterThan(20);
});

test("a client that never reads, and one that talks, disturb nobody", async () => {
  const { feed, port, trade } = await open({});
  const lazy = connect(port, HOST);
  lazy.pause();
  lazy.on("error", () => {});
  closing.push(() => lazy.destroy());
  const book = new FastBook(INSTRUMENTS);
  const socket = connect(port, HOST).on("data", book.takeStream());
  socket.write("a client has nothing to say, and may say it at length ".repeat(1_000));
  closing.push(() => socket.destroy());
  await trade(10);
  while (!isThere(book, feed)) await pause();
  expectVenueBooks(book);
});

test("a client that never reads does not keep the feed from closing", async () => {
  const { port, trade } = await open({});
  const lazy = connect(port, HOST);
  lazy.pause();
  lazy.on("error", () => {});
  await new Promise((resolve) => lazy.once("connect", resolve));
  await trade(3);
  const closeFeed = closing.pop()!;
  await closeFeed();
  lazy.destroy();
}, 8_000);
