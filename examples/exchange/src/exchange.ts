import { Engine } from "./engine.ts";
import { openGateway } from "./gateway.ts";
import { instruments } from "./instruments.ts";
import { MarketData } from "./market-data.ts";
import { Participants } from "./participants.ts";

export interface ExchangeOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
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

/** Wires gateway → engine → market data, and lets the participants in. */
export async function openExchange(options: ExchangeOptions): Promise<RunningExchange> {
  const now = (): number => Date.now();
  const marketData = new MarketData(instruments);
  const engine = new Engine(instruments, {
    bookChanged: (symbol) => marketData.bookChanged(symbol),
    traded: (trade) => {
      marketData.traded(trade);
      options.onTrade?.(trade.tradeId);
    },
  });
  const gateway = await openGateway({ instruments, engine, marketData, now });
  const url = await gateway.listen({ host: options.host, port: options.port });

  const participants = new Participants(engine, instruments, options.seed);
  participants.open(now());
  const timers = [
    setInterval(() => participants.step(now()), PARTICIPANTS_STEP_MILLIS),
    setInterval(() => marketData.flush(engine), BOOK_FLUSH_MILLIS),
  ];
  return {
    url,
    close: async () => {
      for (const timer of timers) clearInterval(timer);
      await gateway.close();
    },
  };
}
