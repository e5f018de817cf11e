import {
  type AuctionResult,
  type InstrumentOptions,
  MatchingEngine,
  type Phase,
  type PriceLevel,
  type Side,
} from "@exchange-kit/orderbook";
import { BackOffice } from "./back-office.ts";
import { ByteReader, ByteWriter, hashBytes } from "./bytes.ts";
import {
  type ChangePhase,
  COMMAND_TYPES,
  type Halt,
  type Resume,
  type SessionConnected,
  type SessionDisconnected,
  type VenueCommand,
} from "./commands.ts";
import type { FeeSchedule, VenueConfig } from "./config.ts";
import { Directory, type Instrument } from "./directory.ts";
import type { OperationRejectReason, VenueListener } from "./events.ts";
import { PublicBook } from "./market/public-book.ts";
import { Moment } from "./moment.ts";
import { OrderLife } from "./oms/order-life.ts";
import { OrderManager } from "./oms/order-manager.ts";
import { OrderStore } from "./oms/order-store.ts";
import type { OrderView } from "./order-view.ts";
import { isTradingPhase } from "./phases.ts";
import { Portfolio } from "./portfolio.ts";
import { RiskControl } from "./risk/risk-control.ts";
import { Clearing } from "./settlement/clearing.ts";
import { VenueError } from "./venue-error.ts";

const CLOSED_KEPT = 65_536;
const IDS_KEPT = 2 ** 20;
/**
 * Between orders, the passing of time is looked at this often: each time goes through every position in an instrument that
 * traded, and every book in a call.
 */
const PULSE_MICROS = 10_000;
const SNAPSHOT_MAGIC = 0x5856_454e;
const SNAPSHOT_VERSION = 3;

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
  readonly #office: BackOffice;
  readonly #portfolio: Portfolio;
  readonly #isConnected: Uint8Array;
  #nextPulseMicros = 0;
  /** Of the last snapshot. */
  #snapshotBytes = 0;

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
    this.#portfolio = new Portfolio(this.directory);
    this.#isConnected = new Uint8Array(config.sessions.length);
    const parts = {
      directory: this.directory,
      store: this.#store,
      risk: this.#risk,
      publicBook: this.#public,
      clearing: this.#clearing,
      portfolio: this.#portfolio,
      moment: this.#moment,
      listener,
    };
    this.#life = new OrderLife(
      parts,
      instruments.map(({ referencePrice }) => referencePrice),
    );
    this.#engine = new MatchingEngine(instruments.map(engineRules), this.#life, {
      maximumOrders: config.maximumOpenOrders ?? 2 ** 20,
    });
    const engine = this.#engine;
    this.#orders = new OrderManager({ ...parts, engine, life: this.#life });
    this.#office = new BackOffice({ ...parts, engine, life: this.#life, orders: this.#orders });
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
    const isHot = command.type === "submit" || command.type === "cancel" || command.type === "replace";
    if (!isHot || this.#moment.micros >= this.#nextPulseMicros) this.#pulse();
    this.#carryOut(command);
    this.#store.trim();
    this.#listener.ended(command);
  }

  /** What happens as time passes: orders expire, auctions that were for a time end, positions are valued anew. */
  #pulse(): void {
    this.#nextPulseMicros = this.#moment.micros + PULSE_MICROS;
    this.#life.markPositions();
    this.#engine.advance(this.#moment.micros);
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
      case "session-connected":
      case "session-disconnected":
        return void this.#connection(command);
      case "phase":
        return void this.#changePhase(command);
      case "halt":
        return void this.#halt(command);
      case "resume":
        return void this.#resume(command);
      case "advance":
        return;
      default: {
        const reason = this.#office.carryOut(command);
        if (reason !== undefined) this.#listener.operationRejected(command, reason);
      }
    }
  }

  #connection(command: SessionConnected | SessionDisconnected): void {
    const { type, session } = command;
    if (!this.directory.isSession(session))
      return void this.#listener.operationRejected(command, "unknown-session");
    const { cancelOnDisconnect } = this.directory.config.sessions[session]!;
    this.#isConnected[session] = type === "session-connected" ? 1 : 0;
    if (type === "session-disconnected" && cancelOnDisconnect) {
      this.#orders.cancelWhere("disconnect", "", (order) => order.session === session);
    }
  }

  #changePhase(command: ChangePhase): void {
    this.#forInstruments(command, (instrument) => {
      if (!isTradingPhase(command.phase)) return "invalid-request";
      if (this.#engine.phase(instrument) === "halted") return "already-halted";
      this.#engine.setPhase(instrument, command.phase);
      return undefined;
    });
  }

  #halt(command: Halt): void {
    this.#forInstruments(command, (instrument) => {
      if (!isHaltReason(command.reason)) return "invalid-request";
      if (this.#engine.phase(instrument) === "halted") return "already-halted";
      this.#life.haltReasons[instrument] = command.reason;
      this.#engine.setPhase(instrument, "halted");
      return undefined;
    });
  }

  #resume(command: Resume): void {
    this.#forInstruments(command, (instrument) => {
      if (!isTradingPhase(command.phase)) return "invalid-request";
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
    const reason = this.directory.isInstrument(command.instrument)
      ? action(command.instrument)
      : "unknown-instrument";
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

  /** The latest order of an account that has this client order id, or else was entered with it and replaced since. */
  orderEnteredAs(account: number, clientOrderId: string): OrderView | undefined {
    return (
      this.orderByClientId(account, clientOrderId) ?? this.#store.clientIds.findFirst(account, clientOrderId)
    );
  }

  /** Open orders of a firm, by ascending order id. */
  openOrders(firm: number): OrderView[] {
    return this.#store.openOrders((order) => order.firm === firm);
  }

  /** At most `limit` orders of a firm that closed lately, the latest first. Live records, which are used again later. */
  closedOrders(firm: number, limit: number): OrderView[] {
    return this.#store.closedOrders((order) => order.firm === firm, limit);
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
    return this.#life.lastPriceOf(instrument);
  }

  /** What the auction would be if the call ended now. */
  indicative(instrument: number): AuctionResult | undefined {
    return this.#engine.indicative(instrument);
  }

  /**
   * The orders of a side that the public sees, in the order in which they trade: what a feed starts from after a restore.
   */
  shownOrders(instrument: number, side: Side): ShownOrder[] {
    return this.#engine
      .orders(instrument, side)
      .map(({ orderId }) => this.#store.orders[orderId]!)
      .filter(({ shownQuantity }) => shownQuantity > 0)
      .map(({ publicReference, price, shownQuantity }) => ({
        reference: publicReference,
        price: price!,
        quantity: shownQuantity,
      }));
  }

  /** The present symbol of an instrument. */
  symbol(instrument: number): string {
    return this.#office.symbols[instrument]!;
  }

  /** Index of the instrument that has this symbol at present, −1 when none has. */
  instrument(symbol: string): number {
    return this.#office.symbols.indexOf(symbol);
  }

  /** The trading day that is on or was last, in days since 1970; −1 before the first. */
  get date(): number {
    return this.#office.date;
  }

  get isDayOpen(): boolean {
    return this.#office.isDayOpen;
  }

  isConnected(session: number): boolean {
    return this.#isConnected[session] === 1;
  }

  get fees(): FeeSchedule {
    return this.#clearing.fees;
  }

  /** What an account holds in an instrument, with its cost and profit. */
  position(account: number, instrument: number): AccountPosition {
    const { quantity, averagePrice, cost, realised, unrealised, fees } = this.#portfolio.position(
      account,
      instrument,
    );
    return {
      quantity,
      settledQuantity: this.#clearing.settledQuantity(account, instrument),
      averagePrice,
      cost,
      realised,
      unrealised,
      fees,
    };
  }

  /** The money of an account. */
  cash(account: number): AccountCash {
    return {
      settled: this.#clearing.settledCash(account),
      total: this.#clearing.cash(account),
      income: this.#portfolio.income(account),
      profit: this.#portfolio.profit(account),
      buyingPower: this.#risk.buyingPower(account),
    };
  }

  /** How many orders are open and what they reserve at the gate: both 0 when nothing is open. */
  reservations(): { openOrders: number; openNotional: number } {
    return this.#risk.reservations();
  }

  /**
   * Checks what must hold at any moment: every ledger sums to zero, and order management, risk, clearing and portfolio
   * agree on every position. Goes through all accounts.
   *
   * @throws VenueError `ledger-imbalance`: a defect of the venue
   */
  audit(): void {
    const { cash, fees, securities, owedQuantity, owedCash } = this.#clearing.imbalance();
    if (cash !== 0n || [fees, ...securities, ...owedQuantity, ...owedCash].some((sum) => sum !== 0)) {
      throw new VenueError(
        "ledger-imbalance",
        `cash ${cash}, fees ${fees}, securities ${securities}, owed ${owedQuantity} for ${owedCash}: all must be 0`,
      );
    }
    const { config, instruments } = this.directory;
    for (const account of config.accounts.keys()) {
      for (const instrument of instruments.keys()) {
        const cleared = this.#clearing.position(account, instrument);
        const held = this.#portfolio.position(account, instrument).quantity;
        const gated = this.#risk.position(account, instrument);
        if (cleared === held && cleared === gated) continue;
        throw new VenueError(
          "ledger-imbalance",
          `account ${account} holds ${cleared} of instrument ${instrument}, ${held} by portfolio, ${gated} by risk`,
        );
      }
    }
    if (
      this.reservations().openOrders !== this.#store.openCount ||
      this.#engine.size !== this.#store.openCount
    ) {
      throw new VenueError(
        "ledger-imbalance",
        `${this.#store.openCount} orders are open, ${this.#engine.size} rest`,
      );
    }
  }

  /** Everything the venue knows, as bytes: equal for venues that were given the same commands. */
  snapshot(): Uint8Array {
    // As large as the one before, and some more.
    const writer = new ByteWriter(this.#snapshotBytes + 65_536);
    writer.int(SNAPSHOT_MAGIC);
    writer.int(SNAPSHOT_VERSION);
    writer.text(this.#configHash());
    writer.double(this.#moment.micros);
    writer.double(this.#nextPulseMicros);
    writer.double(this.#public.lastReference);
    writer.blob(this.#isConnected);
    this.#office.write(writer);
    this.#life.write(writer);
    this.#store.write(writer);
    this.#clearing.write(writer);
    this.#portfolio.write(writer);
    this.#risk.write(writer);
    writer.blob(this.#engine.snapshot());
    writer.text(hashBytes(writer.view()));
    const bytes = writer.view();
    this.#snapshotBytes = bytes.length;
    return bytes;
  }

  /** A hash of {@link Venue.snapshot}, 16 hexadecimal digits. */
  stateHash(): string {
    return hashBytes(this.snapshot());
  }

  /**
   * The venue that a snapshot was taken of: every later command has the events that it would have had there.
   *
   * @param config - that of the venue
   * @throws VenueError `invalid-snapshot` for damaged bytes, `config-mismatch` for another configuration
   */
  static restore(config: VenueConfig, listener: VenueListener, bytes: Uint8Array): Venue {
    const venue = new Venue(config, listener);
    venue.#read(bytes);
    return venue;
  }

  #read(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes);
    if (reader.int() !== SNAPSHOT_MAGIC || reader.int() !== SNAPSHOT_VERSION) {
      throw new VenueError(
        "invalid-snapshot",
        `the bytes are no venue's snapshot of version ${SNAPSHOT_VERSION}`,
      );
    }
    const sumAt = bytes.length - SUM_BYTES;
    const sum = new ByteReader(bytes.subarray(Math.max(0, sumAt)));
    if (sumAt < 0 || sum.text() !== hashBytes(bytes.subarray(0, sumAt))) {
      throw new VenueError("invalid-snapshot", "the snapshot's checksum does not match");
    }
    if (reader.text() !== this.#configHash()) {
      throw new VenueError("config-mismatch", "the snapshot is of a venue with another configuration");
    }
    this.#moment.moveTo(reader.double());
    this.#nextPulseMicros = reader.double();
    this.#public.lastReference = reader.double();
    this.#isConnected.set(reader.blob());
    this.#office.read(reader);
    this.#life.read(reader);
    this.#store.read(reader);
    this.#clearing.read(reader);
    this.#portfolio.read(reader);
    this.#risk.read(reader);
    this.#engine.restore(reader.blob());
  }

  #configHash(): string {
    return hashBytes(new TextEncoder().encode(JSON.stringify(this.directory.config)));
  }
}

/** The part of an instrument's rules that the engine keeps; collars are the risk gate's. */
function engineRules(instrument: Instrument): InstrumentOptions {
  const { tickSize, lotSize, maximumQuantity, lowestPrice, highestPrice, referencePrice } = instrument;
  const { volatilityInterruption, priceLimits } = instrument;
  return {
    tickSize,
    lotSize,
    maximumQuantity,
    lowestPrice,
    highestPrice,
    referencePrice,
    phase: "closed",
    ...(volatilityInterruption && { volatilityInterruption }),
    ...(priceLimits && { priceLimits }),
  };
}

function isHaltReason(reason: unknown): boolean {
  return typeof reason === "string" && /^[\x20-\x7e]{0,32}$/.test(reason);
}

/** Length and digits of a hash as text. */
const SUM_BYTES = 20;

/** An order as the public sees it. */
export interface ShownOrder {
  readonly reference: number;
  readonly price: number;
  readonly quantity: number;
}

/** What an account holds in an instrument, by trade date. Money in minor units. */
export interface AccountPosition {
  readonly quantity: number;
  /** What of it is settled; more or less than `quantity` while trades are on their way. */
  readonly settledQuantity: number;
  /** In price units, `undefined` when flat. */
  readonly averagePrice: number | undefined;
  readonly cost: number;
  readonly realised: number;
  readonly unrealised: number;
  readonly fees: number;
}

/** The money of an account, in minor units. */
export interface AccountCash {
  readonly settled: bigint;
  /** By trade date: with everything that is owed both ways. */
  readonly total: bigint;
  /** Dividends and cash for fractions so far. */
  readonly income: number;
  /** Realised and unrealised profit less fees, and income. */
  readonly profit: number;
  /** What it may still buy for; `undefined` for an account that is not checked against its cash. */
  readonly buyingPower: number | undefined;
}
