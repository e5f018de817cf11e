import {
  type AuctionResult,
  MatchingEngine,
  type Phase,
  type PriceLevel,
  type Side,
} from "@exchange-kit/orderbook";
import { type ChangePhase, COMMAND_TYPES, type Halt, type Resume, type VenueCommand } from "./commands.ts";
import type { VenueConfig } from "./config.ts";
import { Directory } from "./directory.ts";
import type { OperationRejectReason, VenueListener } from "./events.ts";
import { PublicBook } from "./market/public-book.ts";
import { Moment } from "./moment.ts";
import { OrderLife } from "./oms/order-life.ts";
import { OrderManager } from "./oms/order-manager.ts";
import { OrderStore } from "./oms/order-store.ts";
import type { OrderView } from "./order-view.ts";
import { RiskControl } from "./risk/risk-control.ts";
import { Clearing } from "./settlement/clearing.ts";
import { VenueError } from "./venue-error.ts";

const CLOSED_KEPT = 65_536;
const IDS_KEPT = 2 ** 20;

/**
 * The exchange without its edges: commands in, events out, nothing else. No clock, no randomness, no I/O: the same
 * commands give the same events and the same {@link Venue.stateHash}, on any machine.
 *
 * ```
 * command ─▶ order management ─▶ risk gate ─▶ matching engine
 *                  ▲                               │ what happened
 *                  └──────── order life ◀──────────┘
 *                     │ reports · public book · clearing ─▶ listener
 * ```
 */
export class Venue {
  readonly directory: Directory;
  readonly #listener: VenueListener;
  readonly #moment = new Moment();
  readonly #engine: MatchingEngine;
  readonly #store: OrderStore;
  readonly #risk: RiskControl;
  readonly #clearing: Clearing;
  readonly #public: PublicBook;
  readonly #life: OrderLife;
  readonly #orders: OrderManager;

  /**
   * @param config - who trades what; it must not change while the venue lives
   * @param listener - is told everything that happens
   * @throws VenueError `invalid-config`; RiskError for limits that contradict each other
   */
  constructor(config: VenueConfig, listener: VenueListener) {
    this.directory = new Directory(config);
    this.#listener = listener;
    const { instruments } = this.directory;
    this.#store = new OrderStore(
      config.closedOrdersKept ?? CLOSED_KEPT,
      config.clientOrderIdsKept ?? IDS_KEPT,
    );
    this.#risk = new RiskControl(this.directory, listener);
    this.#clearing = new Clearing(this.directory, listener);
    this.#public = new PublicBook(listener);
    const parts = {
      directory: this.directory,
      store: this.#store,
      risk: this.#risk,
      publicBook: this.#public,
      clearing: this.#clearing,
      moment: this.#moment,
      listener,
    };
    this.#life = new OrderLife(parts, instruments.length);
    this.#engine = new MatchingEngine(
      instruments.map(
        ({ tickSize, lotSize, maximumQuantity, lowestPrice, highestPrice, referencePrice }) => ({
          tickSize,
          lotSize,
          maximumQuantity,
          lowestPrice,
          highestPrice,
          referencePrice,
          phase: "closed",
        }),
      ),
      this.#life,
      { maximumOrders: config.maximumOpenOrders ?? 2 ** 20 },
    );
    this.#orders = new OrderManager({ ...parts, engine: this.#engine, life: this.#life });
  }

  /** Time of the last command, in microseconds since 1970. */
  get timeMicros(): number {
    return this.#moment.micros;
  }

  /**
   * Carries out a command. Every event it causes fires before this returns, between `began` and `ended`.
   *
   * @throws VenueError `invalid-command` for something that no gateway may build; nothing changed then
   */
  apply(command: VenueCommand): void {
    const { timeMicros } = command;
    if (!Number.isSafeInteger(timeMicros) || timeMicros < 0) {
      throw new VenueError(
        "invalid-command",
        `timeMicros must be a safe integer of at least 0, was ${timeMicros}`,
      );
    }
    if (!COMMAND_TYPES.has(command.type)) {
      throw new VenueError("invalid-command", `there is no command ${(command as VenueCommand).type}`);
    }
    this.#moment.moveTo(timeMicros);
    this.#listener.began(command);
    this.#life.because("requested", "");
    this.#engine.advance(this.#moment.micros);
    this.#carryOut(command);
    this.#store.trim();
    this.#listener.ended(command);
  }

  #carryOut(command: VenueCommand): void {
    switch (command.type) {
      case "submit":
        return void this.#orders.submit(command);
      case "cancel":
        return void this.#orders.cancel(command);
      case "replace":
        return void this.#orders.replace(command);
      case "mass-cancel":
        return void this.#orders.massCancel(command);
      case "phase":
        return void this.#changePhase(command);
      case "halt":
        return void this.#halt(command);
      case "resume":
        return void this.#resume(command);
      default:
        return;
    }
  }

  #changePhase(command: ChangePhase): void {
    this.#forInstruments(command, (instrument) => {
      if (this.#engine.phase(instrument) === "halted") return "already-halted";
      this.#engine.setPhase(instrument, command.phase);
      return undefined;
    });
  }

  #halt(command: Halt): void {
    this.#forInstruments(command, (instrument) => {
      if (this.#engine.phase(instrument) === "halted") return "already-halted";
      this.#life.haltReasons[instrument] = command.reason;
      this.#engine.setPhase(instrument, "halted");
      return undefined;
    });
  }

  #resume(command: Resume): void {
    this.#forInstruments(command, (instrument) => {
      if (this.#engine.phase(instrument) !== "halted") return "not-halted";
      this.#engine.setPhase(instrument, command.phase);
      return undefined;
    });
  }

  /** Does something with one instrument, or with all; what one of all refuses is left out. */
  #forInstruments(
    command: ChangePhase | Halt | Resume,
    action: (instrument: number) => OperationRejectReason | undefined,
  ): void {
    if (command.instrument === -1) {
      for (const instrument of this.directory.instruments.keys()) action(instrument);
      return;
    }
    const reason =
      this.directory.instruments[command.instrument] === undefined
        ? "unknown-instrument"
        : action(command.instrument);
    if (reason !== undefined) this.#listener.operationRejected(command, reason);
  }

  /** An order that is open or closed lately, by the venue's order id. The live record: see {@link OrderView}. */
  order(orderId: number): OrderView | undefined {
    return this.#store.byOrderId(orderId);
  }

  /** The latest order of an account under its present client order id. */
  orderByClientId(account: number, clientOrderId: string): OrderView | undefined {
    const { clientIds } = this.#store;
    clientIds.hash(account, clientOrderId);
    return clientIds.find(account, clientOrderId);
  }

  /** Open orders of a firm, by ascending order id. */
  openOrders(firm: number): OrderView[] {
    return this.#store.openOrders((order) => order.firm === firm);
  }

  /** The best prices of a side as the public sees them, best first. */
  depth(instrument: number, side: Side, levels: number): PriceLevel[] {
    return this.#engine.depth(instrument, side, levels);
  }

  /** The best shown price of a side, in price units. */
  best(instrument: number, side: Side): number | undefined {
    return this.#engine.best(instrument, side);
  }

  phase(instrument: number): Phase {
    return this.#life.phases[instrument]!;
  }

  /** Why an instrument is halted; empty when it is not. */
  haltReason(instrument: number): string {
    return this.#life.haltReasons[instrument]!;
  }

  /** Price of the last trade in price units; the reference price before the first. */
  lastPrice(instrument: number): number {
    return this.#life.lastPrices[instrument] || this.directory.instruments[instrument]!.referencePrice;
  }

  /** What the auction would be if the call ended now. */
  indicative(instrument: number): AuctionResult | undefined {
    return this.#engine.indicative(instrument);
  }
}
