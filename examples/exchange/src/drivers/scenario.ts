import type { Phase } from "@exchange-kit/orderbook";
import { Trader } from "../participants/trader.ts";
import type { SequencedVenue } from "../sequenced-venue.ts";

export const SCENARIOS = ["flash-crash", "halt", "auction"] as const;
export type ScenarioName = (typeof SCENARIOS)[number];

/** Seconds after trading began, what the person who watches is told, and what happens. */
type Step = readonly [seconds: number, notice: string, act: (stage: Stage) => void];

interface Stage {
  sell(quantity: number): void;
  buy(quantity: number): void;
  halt(reason: string): void;
  resume(phase: Exclude<Phase, "halted">): void;
  phase(phase: Exclude<Phase, "halted">): void;
}

/** All happen in the first instrument, a few seconds after trading began. */
const scenarios: Readonly<Record<ScenarioName, readonly Step[]>> = {
  "flash-crash": [
    [5, "a seller who does not look at the price appears", () => {}],
    ...Array.from({ length: 40 }, (_, sale): Step => [5 + sale / 10, "", ({ sell }) => sell(1_500)]),
    [9.5, "trading is halted (LUDP)", ({ halt }) => halt("LUDP")],
    [14.5, "it resumes with an auction", ({ resume }) => resume("volatility-auction")],
    [17, "", ({ buy }) => buy(2_000)],
    [19.5, "and trades again", ({ phase }) => phase("continuous")],
  ],
  halt: [
    [5, "trading is halted: news pending (T1)", ({ halt }) => halt("T1")],
    [15, "the news is out; it resumes with an auction", ({ resume }) => resume("volatility-auction")],
    [20, "and trades again", ({ phase }) => phase("continuous")],
  ],
  auction: [
    [5, "the closing auction begins", ({ phase }) => phase("closing-auction")],
    [13, "it crosses, and the day is over for this instrument", ({ phase }) => phase("closed")],
    [16, "the opening auction begins", ({ phase }) => phase("opening-auction")],
    [22, "it crosses, and trading goes on", ({ phase }) => phase("continuous")],
  ],
};

const INSTRUMENT = 0;

/** Plays one of {@link SCENARIOS} to the venue, as its operator and as a trader would. */
export class Scenario {
  readonly #sequenced: SequencedVenue;
  readonly #steps: readonly Step[];
  readonly #onNotice: (notice: string) => void;
  #begunMillis: number | undefined;
  #next = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(sequenced: SequencedVenue, name: ScenarioName, onNotice: (notice: string) => void) {
    this.#sequenced = sequenced;
    this.#steps = scenarios[name];
    this.#onNotice = onNotice;
  }

  start(): void {
    this.#timer = setInterval(() => this.tick(performance.now()), 50);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Does what is due; the clock starts when the instrument trades. @returns whether there is more to come */
  tick(nowMillis: number): boolean {
    const { venue } = this.#sequenced;
    if (this.#begunMillis === undefined && venue.phase(INSTRUMENT) !== "continuous") return true;
    this.#begunMillis ??= nowMillis;
    const stage = this.#stage();
    for (; this.#next < this.#steps.length; this.#next++) {
      const [seconds, notice, act] = this.#steps[this.#next]!;
      if (nowMillis - this.#begunMillis < seconds * 1000) return true;
      if (notice !== "") this.#onNotice(`${venue.symbol(INSTRUMENT)}: ${notice}`);
      act(stage);
    }
    this.stop();
    return false;
  }

  #stage(): Stage {
    const sequenced = this.#sequenced;
    const trader = new Trader(sequenced, "MOMO");
    const about = () => ({ timeMicros: sequenced.now(), instrument: INSTRUMENT });
    return {
      sell: (quantity) => void trader.enter({ instrument: INSTRUMENT, side: "sell", quantity }),
      // At any price that the auction may find.
      buy: (quantity) =>
        void trader.enter({ instrument: INSTRUMENT, side: "buy", quantity, timeInForce: "auction" }),
      halt: (reason) => void sequenced.submit({ type: "halt", ...about(), reason }),
      resume: (phase) => void sequenced.submit({ type: "resume", ...about(), phase }),
      phase: (phase) => void sequenced.submit({ type: "phase", ...about(), phase }),
    };
  }
}
