import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ItchBook } from "@exchange-kit/itch";
import { decodeItchFile } from "@exchange-kit/itch/file";
import { afterEach, expect, test, vi } from "vitest";
import { DayPlayer } from "../../src/drivers/day-player.ts";
import { recordedDayConfig } from "../../src/drivers/recorded-day.ts";
import { History } from "../../src/market-data/history/history.ts";
import { ItchFeed } from "../../src/market-data/itch/itch-feed.ts";
import { Crowd } from "../../src/participants/crowd.ts";
import { SequencedVenue } from "../../src/sequenced-venue.ts";
import { referenceConfig } from "../../src/venue/reference-config.ts";

const MIDNIGHT_MICROS = 1_767_225_600_000_000;
const TODAY = 20_454;
const folder = mkdtempSync(join(tmpdir(), "history-"));
let micros = MIDNIGHT_MICROS;

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function settled(sequenced: SequencedVenue): Promise<void> {
  while (sequenced.pending > 0) await new Promise((wake) => setImmediate(wake));
}

/** Lets an exchange live for a while, and records it. @returns shares traded of each symbol, and the venue as it ended */
async function live(
  session: string,
  days: readonly number[],
): Promise<{ shares: number[]; sequenced: SequencedVenue }> {
  const sequenced = new SequencedVenue({ config: referenceConfig, journal: "memory", now: () => ++micros });
  const history = new History(join(folder, "history"), session, (error) => {
    throw error;
  });
  const itch = new ItchFeed(sequenced, session, {
    host: "127.0.0.1",
    ports: { soup: 0, requests: 0, glimpse: 0 },
    lines: [],
    history,
  });
  const shares = referenceConfig.instruments.map(() => 0);
  sequenced.add(itch);
  sequenced.add({
    traded: (_tradeId, instrument, _price, quantity) => {
      shares[instrument]! += quantity;
    },
  });
  await sequenced.open();
  await itch.listen();
  const crowd = new Crowd(sequenced, 3);
  crowd.start();
  crowd.stop();
  for (const date of days) {
    sequenced.submit({ type: "start-day", timeMicros: sequenced.now(), date });
    sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: -1, phase: "continuous" });
    for (let step = 0; step < 30; step++) {
      await settled(sequenced);
      crowd.step(0.5);
    }
    await settled(sequenced);
    if (date !== days.at(-1)) {
      sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: -1, phase: "closed" });
      sequenced.submit({ type: "end-day", timeMicros: sequenced.now(), date });
      await settled(sequenced);
    }
  }
  await itch.close();
  await history.close();
  return { shares, sequenced };
}

async function read(name: string): Promise<ItchBook> {
  const book = new ItchBook();
  const { fault } = await decodeItchFile(join(folder, "history", name), book);
  expect(fault).toBeUndefined();
  expect([book.orphans, book.duplicateAdds, book.overReductions]).toEqual([0, 0, 0]);
  return book;
}

test("each day of each start is a file that needs no other, and together they hold every trade once", async () => {
  const first = await live("A1", [TODAY, TODAY + 1]);
  const second = await live("B2", [TODAY + 1]);
  const history = new History(join(folder, "history"), "C3", () => {});
  const names = history.list().map(({ name }) => name);
  expect(names).toEqual(["20260101-A1.itch", "20260102-A1.itch", "20260102-B2.itch"]);
  const books = await Promise.all(names.map(read));
  for (const [instrument, { symbol, priceDecimals }] of referenceConfig.instruments.entries()) {
    const told = books.reduce((sum, book) => sum + (book.book(symbol)?.trades.printedShares ?? 0n), 0n);
    expect(Number(told)).toBe(first.shares[instrument]! + second.shares[instrument]!);
    const scale = 10 ** (4 - priceDecimals);
    for (const [book, { sequenced }] of [
      [books[1]!, first],
      [books[2]!, second],
    ] as const) {
      expect(book.book(symbol)!.depth("buy", 1_000)).toEqual(
        sequenced.venue
          .depth(instrument, "buy", 1_000)
          .map(({ price, quantity, orders }) => ({ price4: price * scale, shares: quantity, orders })),
      );
    }
  }
});

test("a recorded day can be played again", async () => {
  const { shares } = await live("A1", [TODAY]);
  const path = join(folder, "history", "20260101-A1.itch");
  const config = await recordedDayConfig(path);
  const symbols = config.instruments.map(({ symbol }) => symbol);
  expect(symbols.toSorted()).toEqual(referenceConfig.instruments.map(({ symbol }) => symbol).toSorted());

  const sequenced = new SequencedVenue({ config, journal: "memory", now: () => ++micros });
  const again = symbols.map(() => 0);
  sequenced.add({
    traded: (_tradeId, instrument, _price, quantity) => {
      again[instrument]! += quantity;
    },
  });
  await sequenced.open();
  sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: -1, phase: "continuous" });
  await new DayPlayer(sequenced, { path, speed: Number.POSITIVE_INFINITY, onEnd: () => {} }).play();
  await settled(sequenced);
  for (const [instrument, { symbol }] of referenceConfig.instruments.entries()) {
    expect(again[symbols.indexOf(symbol)]).toBe(shares[instrument]);
  }
});

test("what is recorded is soon in the file, in its order, however much it is", async () => {
  const history = new History(join(folder, "history"), "A1", () => {});
  history.begin(TODAY);
  const expected: number[] = [];
  for (let index = 0; index < 5_000; index++) {
    history.record(Uint8Array.of(index >> 8, index & 255, ...new Uint8Array(28)));
    expected.push(index);
  }
  const path = join(folder, "history", "20260101-A1.itch");
  const bytes = await vi.waitFor(() => {
    const read = readFileSync(path);
    expect(read.length).toBe(5_000 * 32);
    return read;
  });
  expect(expected.map((index) => bytes.readUInt16BE(32 * index + 2))).toEqual(expected);
  expect(bytes.readUInt16BE(32 * 4_999)).toBe(30);
  await history.close();
});

test("only what was recorded can be asked for", () => {
  const history = new History(join(folder, "history"), "A1", () => {});
  appendFileSync(join(folder, "history", "20260101-A1.itch"), "");
  appendFileSync(join(folder, "history", "secret.txt"), "no");
  expect(history.list()).toEqual([{ name: "20260101-A1.itch", bytes: 0 }]);
  expect(history.path("20260101-A1.itch")).toBe(join(folder, "history", "20260101-A1.itch"));
  for (const name of ["secret.txt", "../secret.txt", "", "20260102-A1.itch"])
    expect(history.path(name)).toBeUndefined();
});
