import { expect, test } from "vitest";
import { type SCENARIOS, Scenario } from "../../src/drivers/scenario.ts";
import { Crowd } from "../../src/participants/crowd.ts";
import { SequencedVenue } from "../../src/sequenced-venue.ts";
import { referenceConfig } from "../../src/venue/reference-config.ts";

interface Played {
  readonly phases: string[];
  readonly notices: string[];
  readonly prices: number[];
}

/** Plays a scenario among the usual participants, with a clock that is moved by hand. */
async function play(name: (typeof SCENARIOS)[number]): Promise<Played> {
  let micros = 1_767_225_600_000_000;
  const sequenced = new SequencedVenue({ config: referenceConfig, journal: "memory", now: () => ++micros });
  const played: Played = { phases: [], notices: [], prices: [] };
  const crowd = new Crowd(sequenced, 3);
  sequenced.add(crowd);
  sequenced.add({
    phaseChanged: (instrument, phase, reason) => {
      if (instrument === 0) played.phases.push(reason === "" ? phase : `${phase} ${reason}`);
    },
    traded: (_tradeId, instrument, price) => {
      if (instrument === 0) played.prices.push(price);
    },
  });
  await sequenced.open();
  crowd.start();
  crowd.stop();
  const scenario = new Scenario(sequenced, name, (notice) => played.notices.push(notice));
  sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: -1, phase: "continuous" });
  for (let millis = 0, isOn = true; isOn; millis += 100) {
    micros += 100_000;
    crowd.step(0.1);
    isOn = scenario.tick(millis);
    while (sequenced.pending > 0) await new Promise((wake) => setImmediate(wake));
  }
  return played;
}

test("halt: trading stops for news and resumes with an auction", async () => {
  const { phases, notices } = await play("halt");
  expect(phases).toEqual(["continuous", "halted T1", "volatility-auction", "continuous"]);
  expect(notices[0]).toBe("ACME: trading is halted: news pending (T1)");
});

test("auction: the day closes and opens again", async () => {
  const { phases } = await play("auction");
  expect(phases).toEqual(["continuous", "closing-auction", "closed", "opening-auction", "continuous"]);
});

test("flash crash: the price falls, trading is halted, an auction finds a price again", async () => {
  const { phases, prices } = await play("flash-crash");
  expect(phases).toEqual(["continuous", "halted LUDP", "volatility-auction", "continuous"]);
  const lowest = Math.min(...prices);
  expect(lowest).toBeLessThan(referenceConfig.instruments[0]!.referencePrice * 0.998);
  expect(prices.at(-1)!).toBeGreaterThan(lowest);
});
