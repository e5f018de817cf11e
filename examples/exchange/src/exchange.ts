import { Outcomes } from "./gateways/outcomes.ts";
import { openWebServer } from "./gateways/web/web-server.ts";
import { type Login, Logins } from "./logins.ts";
import { MarketData } from "./market-data.ts";
import { Participants } from "./participants.ts";
import { SequencedVenue, type SequencedVenueOptions } from "./sequenced-venue.ts";

export interface ExchangeOptions extends SequencedVenueOptions {
  readonly host: string;
  /** Of REST, WebSocket and the page; 0 takes any free port. */
  readonly port: number;
  readonly logins: readonly Login[];
  /** Seed of the simulated participants. */
  readonly seed: number;
  /** Called for each trade: how many there were so far. */
  readonly onTrade?: (tradeId: number) => void;
}

export interface RunningExchange {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  close(): Promise<void>;
}

const PARTICIPANTS_STEP_MILLIS = 100;
/** Books go out ten times a second: as often as an eye can follow. */
const BOOK_FLUSH_MILLIS = 100;

/** Wires gateways → sequencer → venue → market data, and lets the participants in. */
export async function openExchange(options: ExchangeOptions): Promise<RunningExchange> {
  const sequenced = new SequencedVenue(options);
  const outcomes = new Outcomes(sequenced);
  const marketData = new MarketData(sequenced);
  for (const part of [outcomes, marketData]) sequenced.add(part);
  sequenced.add({ traded: (tradeId) => options.onTrade?.(tradeId) });
  await sequenced.open();

  const logins = new Logins(options.logins, options.config);
  const web = await openWebServer({ sequenced, outcomes, marketData, logins });
  const url = await web.listen({ host: options.host, port: options.port });

  sequenced.submit({ type: "phase", timeMicros: sequenced.now(), instrument: -1, phase: "continuous" });
  const participants = new Participants(sequenced, options.seed);
  participants.open();
  const timers = [
    setInterval(() => participants.step(), PARTICIPANTS_STEP_MILLIS),
    setInterval(() => marketData.flush(), BOOK_FLUSH_MILLIS),
  ];
  return {
    url,
    close: async () => {
      for (const timer of timers) clearInterval(timer);
      await web.close();
      await sequenced.close();
    },
  };
}
