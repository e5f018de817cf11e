import { expect, test } from "vitest";
import { Crowd } from "../../src/participants/crowd.ts";
import { SequencedVenue } from "../../src/sequenced-venue.ts";
import { referenceConfig } from "../../src/venue/reference-config.ts";

interface Lived {
  /** Most seconds in a row without a trade, of each instrument. */
  readonly quiet: readonly number[];
  readonly trades: readonly string[];
}

/** Lets the usual participants trade, with a clock that is moved by hand. */
async function live(seed: number, seconds: number): Promise<Lived> {
  let micros = 1_767_225_600_000_000;
  const sequenced = new SequencedVenue({ config: referenceConfig, journal: "memory", now: () => ++micros });
  const crowd = new Crowd(sequenced, seed);
  const lastTrade = referenceConfig.instruments.map(() => 0);
  const quiet = referenceConfig.instruments.map(() => 0);
  const trades: string[] = [];
  let second = 0;
  const traded = (instrument: number): void => {
    quiet[instrument] = Math.max(quiet[instrument]!, second - lastTrade[instrument]!);
    lastTrade[instrument] = second;
  };
  sequenced.add(crowd);
  sequenced.add({
    traded: (_tradeId, instrument, price, quantity) => {
      traded(instrument);
      trades.push(`${instrument} ${quantity} @ ${price}`);
    },
  });
  await sequenced.open();
  crowd.start();
  crowd.stop();
  sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: -1, phase: "continuous" });
  for (; second < seconds; second++) {
    for (let step = 0; step < 10; step++) {
      micros += 100_000;
      crowd.step(0.1);
      while (sequenced.pending > 0) await new Promise((wake) => setImmediate(wake));
    }
  }
  for (const instrument of referenceConfig.instruments.keys()) traded(instrument);
  return { quiet, trades };
}

test.each([1, 2])("seed %d: no instrument falls quiet", async (seed) => {
  const { quiet } = await live(seed, 100);
  expect(Math.max(...quiet)).toBeLessThan(15);
});

test("the same seed gives the same trades, another one others", async () => {
  const { trades } = await live(5, 10);
  expect(trades.length).toBeGreaterThan(20);
  expect((await live(5, 10)).trades).toEqual(trades);
  expect((await live(6, 10)).trades).not.toEqual(trades);
});
