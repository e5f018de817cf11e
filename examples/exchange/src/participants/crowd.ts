import type { SequencedVenue, VenuePart } from "../sequenced-venue.ts";
import type { OrderView } from "../venue/order-view.ts";
import { MarketMaker } from "./market-maker.ts";
import { MomentumTrader } from "./momentum-trader.ts";
import { NoiseTraders } from "./noise-traders.ts";
import { Random } from "./random.ts";
import { type Participant, Trader } from "./trader.ts";

const STEP_MILLIS = 100;
/** After a pause of the process the crowd goes on as if this long had passed at most. */
const LONGEST_STEP_SECONDS = 1;

/**
 * The simulated participants, so that the venue lives. They are clients like others: they see what the public sees and
 * their own executions, and go through risk and matching. With the same seed and the same turns they do the same.
 */
export class Crowd implements VenuePart {
  readonly #sequenced: SequencedVenue;
  readonly #seed: number | undefined;
  readonly #bySession = new Map<number, Participant>();
  #timer: NodeJS.Timeout | undefined;
  #last = 0;

  /** @param seed - without one nobody acts, and only orders of an earlier run are withdrawn */
  constructor(sequenced: SequencedVenue, seed: number | undefined) {
    this.#sequenced = sequenced;
    this.#seed = seed;
  }

  /** After the venue has recovered: orders of an earlier run are withdrawn, then everybody acts ten times a second. */
  start(): void {
    const makers: readonly [string, (trader: Trader, random: Random) => Participant][] = [
      ["MAKR", (trader, random) => new MarketMaker(trader, random)],
      ["NOIS", (trader, random) => new NoiseTraders(trader, random)],
      ["MOMO", (trader, random) => new MomentumTrader(trader, random)],
    ];
    for (const [index, [firm, make]] of makers.entries()) {
      const trader = new Trader(this.#sequenced, firm);
      this.#sequenced.submit({
        type: "mass-cancel",
        timeMicros: this.#sequenced.now(),
        session: trader.session,
        account: trader.account,
        ofSession: -1,
        instrument: -1,
        side: "both",
        clientOrderId: "",
      });
      if (this.#seed !== undefined) {
        this.#bySession.set(trader.session, make(trader, new Random(this.#seed * 1_000 + index)));
      }
    }
    if (this.#seed === undefined) return;
    this.#last = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.step(Math.min(LONGEST_STEP_SECONDS, (now - this.#last) / 1000));
      this.#last = now;
    }, STEP_MILLIS);
  }

  /** Everybody acts once. */
  step(elapsedSeconds: number): void {
    for (const participant of this.#bySession.values()) participant.step({ elapsedSeconds });
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  orderExecuted(order: OrderView, _execId: number, _tradeId: number, price: number, quantity: number): void {
    this.#bySession.get(order.session)?.executed?.(order, price, quantity);
  }
}
