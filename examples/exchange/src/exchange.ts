import { lookup } from "node:dns/promises";
import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { UdpAddress } from "@exchange-kit/itch/net";
import { CalendarClock } from "./calendar-clock.ts";
import { DayPlayer } from "./drivers/day-player.ts";
import { Scenario, type ScenarioName } from "./drivers/scenario.ts";
import { FixGateway } from "./gateways/fix/fix-gateway.ts";
import { OuchGateway } from "./gateways/ouch/ouch-gateway.ts";
import { Outcomes } from "./gateways/outcomes.ts";
import { openWebServer } from "./gateways/web/web-server.ts";
import { type Login, Logins } from "./logins.ts";
import { Bars } from "./market-data/bars/bars.ts";
import { FastFeed } from "./market-data/fast/fast-feed.ts";
import { History } from "./market-data/history/history.ts";
import { TradeHistory } from "./market-data/history/trade-history.ts";
import { ItchFeed } from "./market-data/itch/itch-feed.ts";
import { PublicMarket } from "./market-data/public/public-market.ts";
import { RecentTrades } from "./market-data/public/recent-trades.ts";
import { WebSocketFeed, type WebSocketFeedOptions } from "./market-data/web-socket/web-socket-feed.ts";
import { Crowd } from "./participants/crowd.ts";
import { SequencedVenue, type SequencedVenueOptions } from "./sequenced-venue.ts";
import type { Settings } from "./settings.ts";
import { Calendar } from "./venue/calendar/calendar.ts";
import { demoPlan } from "./venue/calendar/demo-plan.ts";

export interface ExchangeOptions extends SequencedVenueOptions {
  readonly host: string;
  readonly ports: Settings["ports"];
  /** Where the packets of the ITCH feed go. */
  readonly itchLines: Settings["itchLines"];
  /** Where those of the FAST feed go. */
  readonly fastLines: Settings["fastLines"];
  /** Throttle and latency of WebSocket market data. */
  readonly webSocketFeed?: WebSocketFeedOptions;
  readonly logins: readonly Login[];
  /** Seed of the simulated participants; without one only clients trade. */
  readonly seed?: number | undefined;
  /** A recorded day to play in their place. */
  readonly replay?: { readonly path: string; readonly speed: number } | undefined;
  readonly scenario?: ScenarioName | undefined;
  /** Called for each trade, but not for those that recovery tells again. */
  readonly onTrade?: () => void;
  /** A line for the person who runs it. */
  readonly onNotice?: (notice: string) => void;
  /** The exchange cannot go on: the process must end. */
  readonly onFailure?: (error: Error) => void;
}

export interface RunningExchange {
  /** Where it really listens. */
  readonly ports: Settings["ports"];
  close(): Promise<void>;
}

/** Trades on disk that bars and the latest trades are made of after a restart. */
const MOST_EARLIER_TRADES = 500_000;

/** Asks once for the addresses of names, which otherwise each packet would, and a wrong one would lose every packet silently. */
async function resolved(lines: readonly UdpAddress[]): Promise<UdpAddress[]> {
  return Promise.all(
    lines.map(async ({ host, port }) => ({ host: (await lookup(host, { family: 4 })).address, port })),
  );
}

/** Wires gateways → sequencer → venue → market data, and lets the participants in. */
export async function openExchange(options: ExchangeOptions): Promise<RunningExchange> {
  const { host, ports, journal } = options;
  const notice = options.onNotice ?? (() => {});
  const itchLines = await resolved(options.itchLines);
  const fastLines = {
    lines: await resolved(options.fastLines.lines),
    snapshotLines: await resolved(options.fastLines.snapshotLines),
  };
  const sequenced = new SequencedVenue(options);
  const logins = new Logins(options.logins, options.config);
  const sessionsFolder = journal === "memory" ? undefined : join(journal.folder, "sessions");
  if (sessionsFolder !== undefined) mkdirSync(sessionsFolder, { recursive: true });

  const outcomes = new Outcomes(sequenced);
  const instruments = options.config.instruments.map((rules) => ({ lotSize: 1, ...rules }));
  const market = new PublicMarket(instruments, () => sequenced.venue.timeMicros);
  const bars = new Bars(instruments.length);
  // Bars of what was traded before are made of the trades on disk.
  market.watch({ traded: (trade) => void (sequenced.isReplaying || bars.traded(trade)) });
  const tradeHistory =
    journal === "memory" ? undefined : new TradeHistory(join(journal.folder, "trades"), notice);
  if (tradeHistory) {
    market.watch(tradeHistory);
    sequenced.add({ beforeSnapshot: () => tradeHistory.beforeSnapshot() });
  }
  const fast = new FastFeed(market, {
    host,
    port: ports.fast,
    nowMicros: () => sequenced.now(),
    ...fastLines,
  });
  const feed = new WebSocketFeed(market, bars, options.webSocketFeed);
  const ouch = new OuchGateway({ sequenced, logins, folder: sessionsFolder });
  const fix = new FixGateway({
    sequenced,
    logins,
    market,
    compId: options.config.mic,
    folder: sessionsFolder,
    isForcedToDisk: journal !== "memory" && journal.sync !== "never",
  });
  const session = sessionName(sequenced.now());
  const history =
    journal === "memory"
      ? undefined
      : new History(join(journal.folder, "history"), session, ({ message }) =>
          notice(`the market's history is not recorded any further: ${message}`),
        );
  const itch = new ItchFeed(sequenced, session, {
    host,
    history,
    ports: { soup: ports.itch, requests: ports.itchRequests, glimpse: ports.glimpse },
    lines: itchLines,
  });
  const crowd = new Crowd(sequenced, options.replay ? undefined : options.seed);
  for (const part of [outcomes, fix, ouch, market, itch, crowd]) sequenced.add(part);
  sequenced.add({
    traded: () => {
      if (!sequenced.isReplaying) options.onTrade?.();
    },
    snapshotFailed: ({ message }) => notice(`no snapshot of the state, so recovery takes longer: ${message}`),
    stateChanged: (state, error) => {
      if (state === "halted") {
        notice(`HALTED: ${error?.message}; every command is refused until there is room in the journal`);
      } else if (state === "running") notice("the journal has room again: trading goes on");
      else options.onFailure?.(error ?? new Error("the sequencer failed"));
    },
  });

  const begun = performance.now();
  const { snapshot, records, tornBytes } = await sequenced.open();
  if (tornBytes > 0) notice(`cut off the journal's last ${tornBytes} bytes, which were never acknowledged`);
  if (snapshot + records > 0) {
    const seconds = ((performance.now() - begun) / 1000).toFixed(2);
    notice(`recovered in ${seconds} s: snapshot of command ${snapshot}, then ${records} commands`);
    notice(`state hash ${sequenced.venue.stateHash()}`);
  }

  if (tradeHistory) await tellEarlierTrades(tradeHistory, market, bars);
  disconnectAll(sequenced);
  market.open(sequenced.venue);
  const web = await openWebServer({
    sequenced,
    outcomes,
    marketData: { market, bars, feed, history, tradeHistory },
    logins,
    host,
  });
  await web.listen({ host, port: ports.web });
  const fixPort = await fix.listen(ports.fix, host);
  const ouchPort = await ouch.listen(ports.ouch, host);
  const itchPorts = await itch.listen();
  const fastPort = await fast.listen();

  resumeAll(sequenced);
  const clock = new CalendarClock(sequenced, openCalendar(sequenced));
  clock.start();
  const drivers = [clock, ...openDrivers(sequenced, crowd, options, notice)];
  feed.start();
  return {
    ports: {
      web: (web.server.address() as AddressInfo).port,
      fix: fixPort,
      ouch: ouchPort,
      itch: itchPorts.soup,
      itchRequests: itchPorts.requests,
      glimpse: itchPorts.glimpse,
      fast: fastPort,
    },
    close: async () => {
      for (const driver of drivers) driver.stop();
      feed.close();
      await web.close();
      await sequenced.close();
      // Side by side: each gives clients that do not read a moment before it cuts them off.
      await Promise.all([fix.close(), ouch.close(), itch.close(), fast.close()]);
      await history?.close();
      tradeHistory?.close();
    },
  };
}

/** What was traded before: a recovery tells only what followed the last snapshot. */
async function tellEarlierTrades(history: TradeHistory, market: PublicMarket, bars: Bars): Promise<void> {
  const earlier = market.instruments.map(() => new RecentTrades());
  for await (const trades of history.latest(MOST_EARLIER_TRADES)) {
    for (const trade of trades) {
      bars.traded(trade);
      earlier[trade.instrument]!.add(trade);
    }
  }
  for (const [index, { trades }] of market.instruments.entries()) trades.addEarlier(earlier[index]!.list());
}

/** Whatever makes the venue live: the crowd or a recorded day, and perhaps a scenario. */
function openDrivers(
  sequenced: SequencedVenue,
  crowd: Crowd,
  { replay, scenario }: ExchangeOptions,
  notice: (text: string) => void,
): { stop(): void }[] {
  // Before a recorded day, too: what it left in the books when it was played before is no part of it.
  crowd.start();
  const drivers: { stop(): void }[] = [crowd];
  if (replay) {
    const player = new DayPlayer(sequenced, {
      ...replay,
      onEnd: (played, passedOver) =>
        notice(
          `the recorded day is over: ${played} messages played, ${passedOver} of other symbols passed over`,
        ),
    });
    player.play().catch((error: Error) => notice(`the recorded day ends early: ${error.message}`));
    drivers.push(player);
  }
  if (scenario) {
    const player = new Scenario(sequenced, scenario, notice);
    player.start();
    drivers.push(player);
  }
  return drivers;
}

/** Whoever was connected when the exchange ended is not any more: orders that are to end with the connection do. */
function disconnectAll(sequenced: SequencedVenue): void {
  for (const session of sequenced.venue.directory.config.sessions.keys()) {
    if (!sequenced.venue.isConnected(session)) continue;
    sequenced.submit({ type: "session-disconnected", timeMicros: sequenced.now(), session });
  }
}

/** Nobody else is there to end a halt that a scenario began before the exchange ended. */
function resumeAll(sequenced: SequencedVenue): void {
  const { venue } = sequenced;
  for (const instrument of venue.directory.instruments.keys()) {
    if (venue.phase(instrument) !== "halted") continue;
    sequenced.submit({ type: "resume", timeMicros: sequenced.now(), instrument, phase: "pre-open" });
  }
}

function openCalendar(sequenced: SequencedVenue): Calendar {
  const { venue } = sequenced;
  const now = sequenced.now();
  const isTrading = venue.directory.instruments.every(
    (_, instrument) => venue.phase(instrument) === "continuous",
  );
  return new Calendar(demoPlan({ date: venue.date, isDayOpen: venue.isDayOpen, isTrading }, now), now);
}

/** Ten letters and digits that differ from those of every earlier start. */
function sessionName(micros: number): string {
  return micros.toString(36).toUpperCase().slice(-10);
}
