import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ItchEncoder, type ItchMessage } from "@exchange-kit/itch";
import { afterAll, expect, test } from "vitest";
import { DayPlayer } from "../../src/drivers/day-player.ts";
import { recordedDayConfig } from "../../src/drivers/recorded-day.ts";
import { SequencedVenue } from "../../src/sequenced-venue.ts";

const folder = mkdtempSync(join(tmpdir(), "day-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of messages that are a millisecond apart. */
function record(name: string, messages: readonly object[]): string {
  const encoder = new ItchEncoder();
  const frame = new Uint8Array(64);
  const frames = messages.map((message, index) => {
    const header = {
      stockLocate: 1,
      trackingNumber: 0,
      timestampNanos: 34_200_000_000_000 + index * 1_000_000,
    };
    return frame.slice(0, encoder.encodeFrame({ ...header, ...message } as ItchMessage, frame));
  });
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat(frames));
  return path;
}

const order = (
  reference: bigint,
  buySellIndicator: "B" | "S",
  shares: number,
  price4: number,
  stock = "XYZ",
) => ({
  type: "A",
  orderReferenceNumber: reference,
  buySellIndicator,
  shares,
  stock,
  price4,
});

test("what rested rests, what traded trades, at the prices of the day", async () => {
  const path = record("day.itch", [
    order(1n, "B", 300, 1_000_100),
    order(2n, "S", 200, 1_000_300),
    order(3n, "S", 100, 1_000_500),
    { type: "E", orderReferenceNumber: 1n, executedShares: 100, matchNumber: 1n },
    { type: "X", orderReferenceNumber: 1n, cancelledShares: 50 },
    {
      type: "U",
      originalOrderReferenceNumber: 2n,
      newOrderReferenceNumber: 4n,
      shares: 250,
      price4: 1_000_400,
    },
    { type: "D", orderReferenceNumber: 3n },
    { type: "D", orderReferenceNumber: 99n },
  ]);
  const config = await recordedDayConfig(path);
  expect(config.instruments).toMatchObject([{ symbol: "XYZ", priceDecimals: 4, referencePrice: 1_000_100 }]);

  let micros = 1_767_225_600_000_000;
  const sequenced = new SequencedVenue({ config, journal: "memory", now: () => ++micros });
  const trades: string[] = [];
  sequenced.add({
    traded: (_tradeId, _instrument, price, quantity, _buyer, _seller, takerSide) =>
      trades.push(`${takerSide} ${quantity} @ ${price}`),
  });
  await sequenced.open();
  sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: -1, phase: "continuous" });
  let end = "";
  await new DayPlayer(sequenced, {
    path,
    // Slow enough that each command is carried out before the next is played.
    speed: 0.2,
    onEnd: (played, passedOver) => {
      end = `${played} played, ${passedOver} passed over`;
    },
  }).play();
  while (sequenced.pending > 0) await new Promise((wake) => setImmediate(wake));
  expect(end).toBe("7 played, 1 passed over");
  expect(trades).toEqual(["sell 100 @ 1000100"]);
  expect(sequenced.venue.depth(0, "buy", 5)).toMatchObject([{ price: 1_000_100, quantity: 150 }]);
  expect(sequenced.venue.depth(0, "sell", 5)).toMatchObject([{ price: 1_000_400, quantity: 250 }]);
});

test("while the venue does not trade the day stands still, and no midnight ends an order", async () => {
  const path = record("pauses.itch", [
    order(1n, "B", 300, 1_000_100),
    { type: "E", orderReferenceNumber: 1n, executedShares: 100, matchNumber: 1n },
    { type: "E", orderReferenceNumber: 1n, executedShares: 40, matchNumber: 2n },
  ]);
  let micros = 1_767_225_600_000_000;
  const config = await recordedDayConfig(path);
  const sequenced = new SequencedVenue({ config, journal: "memory", now: () => ++micros });
  const trades: number[] = [];
  sequenced.add({ traded: (_tradeId, _instrument, _price, quantity) => trades.push(quantity) });
  await sequenced.open();
  const today = Math.floor(micros / 86_400_000_000);
  const phase = (name: "pre-open" | "continuous"): void => {
    sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: -1, phase: name });
  };
  const day = (type: "start-day" | "end-day", date: number): void => {
    sequenced.submit({ type, timeMicros: sequenced.now(), date });
  };
  const pause = (): Promise<void> => new Promise((wake) => setTimeout(wake, 60));

  day("start-day", today);
  phase("pre-open");
  const playing = new DayPlayer(sequenced, { path, speed: Number.POSITIVE_INFINITY }).play();
  await pause();
  expect(sequenced.venue.depth(0, "buy", 5)).toEqual([]);

  phase("continuous");
  await playing;
  while (sequenced.pending > 0) await pause();
  expect(trades).toEqual([100, 40]);

  day("end-day", today);
  day("start-day", today + 1);
  phase("continuous");
  while (sequenced.pending > 0) await pause();
  expect(sequenced.venue.depth(0, "buy", 5)).toMatchObject([{ price: 1_000_100, quantity: 160 }]);
});

test("a file without orders, and one that is not there", async () => {
  await expect(recordedDayConfig(record("empty.itch", []))).rejects.toThrow("empty.itch holds no orders");
  await expect(recordedDayConfig(join(folder, "nothing.itch"))).rejects.toThrow("ENOENT");
});
