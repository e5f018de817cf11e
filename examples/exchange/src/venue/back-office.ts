import type { MatchingEngine } from "@exchange-kit/orderbook";
import type { ByteReader, ByteWriter } from "./bytes.ts";
import type {
  CashDividend,
  ChangeSymbol,
  EndDay,
  KillSwitch,
  SetFees,
  SetLimits,
  Settle,
  Split,
  StartDay,
  TransferCash,
  TransferSecurities,
} from "./commands.ts";
import { type Directory, isSymbol } from "./directory.ts";
import type { OperationRejectReason, VenueListener } from "./events.ts";
import type { Moment } from "./moment.ts";
import type { OrderLife } from "./oms/order-life.ts";
import type { OrderManager } from "./oms/order-manager.ts";
import type { OrderStore } from "./oms/order-store.ts";
import type { Portfolio } from "./portfolio.ts";
import type { RiskControl } from "./risk/risk-control.ts";
import type { Clearing } from "./settlement/clearing.ts";

/** Largest transfer, and balance that one may lead to. */
const MAX_AMOUNT = 2 ** 50;
const MAX_LOTS = 2 ** 44;
/** A tenth of the value. */
const MAX_FEE_PPM = 100_000;
const MAX_RATIO = 1_000;

export interface BackOfficeParts {
  readonly directory: Directory;
  readonly engine: MatchingEngine;
  readonly store: OrderStore;
  readonly life: OrderLife;
  readonly orders: OrderManager;
  readonly risk: RiskControl;
  readonly clearing: Clearing;
  readonly portfolio: Portfolio;
  readonly moment: Moment;
  readonly listener: VenueListener;
}

type OfficeCommand =
  | StartDay
  | EndDay
  | Settle
  | CashDividend
  | Split
  | ChangeSymbol
  | TransferCash
  | TransferSecurities
  | SetLimits
  | KillSwitch
  | SetFees;

/** What the operator does: days, settlement, corporate actions, transfers, limits and the kill switch. */
export class BackOffice {
  readonly #parts: BackOfficeParts;
  /** The trading day that is on, or was last; days since 1970, −1 before the first. */
  date = -1;
  isDayOpen = false;
  /** Symbols as they are now. */
  readonly symbols: string[];

  constructor(parts: BackOfficeParts) {
    this.#parts = parts;
    this.symbols = parts.directory.instruments.map(({ symbol }) => symbol);
  }

  /** Carries out a command, or says why not; then nothing changed. */
  carryOut(command: OfficeCommand): OperationRejectReason | undefined {
    switch (command.type) {
      case "start-day":
        return this.#startDay(command);
      case "end-day":
        return this.#endDay(command);
      case "settle":
        return this.#settle(command);
      case "cash-dividend":
        return this.#dividend(command);
      case "split":
        return this.#split(command);
      case "change-symbol":
        return this.#changeSymbol(command);
      case "transfer-cash":
        return this.#transferCash(command);
      case "transfer-securities":
        return this.#transferSecurities(command);
      case "set-limits":
        return this.#setLimits(command);
      case "kill-switch":
        return this.#kill(command);
      case "set-fees":
        return this.#setFees(command);
    }
  }

  write(writer: ByteWriter): void {
    writer.int(this.date);
    writer.byte(this.isDayOpen ? 1 : 0);
    for (const symbol of this.symbols) writer.text(symbol);
  }

  read(reader: ByteReader): void {
    this.date = reader.int();
    this.isDayOpen = reader.byte() === 1;
    for (const instrument of this.symbols.keys()) this.symbols[instrument] = reader.text();
  }

  #startDay({ date }: StartDay): OperationRejectReason | undefined {
    if (this.isDayOpen) return "day-not-ended";
    if (!isWhole(date, 0, 10_000_000) || date <= this.date) return "invalid-date";
    this.date = date;
    this.isDayOpen = true;
    this.#parts.store.clientIds.forget();
    this.#parts.risk.startDay();
    this.#parts.portfolio.startDay();
    this.#parts.listener.dayStarted(date);
    return undefined;
  }

  #endDay({ date }: EndDay): OperationRejectReason | undefined {
    const { directory, engine, orders, clearing, listener } = this.#parts;
    if (!this.isDayOpen) return "day-not-started";
    if (date !== this.date) return "invalid-date";
    for (const instrument of directory.instruments.keys()) {
      // A halted instrument stays halted: closing it would first match what gathered in it.
      if (engine.phase(instrument) !== "halted") engine.setPhase(instrument, "closed");
    }
    orders.cancelWhere("expired", "", (order) => isOfTheDay(order.timeInForce));
    clearing.endDay();
    this.isDayOpen = false;
    listener.dayEnded(date);
    return undefined;
  }

  #settle({ date }: Settle): OperationRejectReason | undefined {
    if (!isWhole(date, 0, 10_000_000) || date <= (this.isDayOpen ? this.date - 1 : this.date)) {
      return "invalid-date";
    }
    this.#parts.clearing.settle();
    return undefined;
  }

  #dividend({ instrument, amountPerLot }: CashDividend): OperationRejectReason | undefined {
    if (!this.#isInstrument(instrument)) return "unknown-instrument";
    if (!isWhole(amountPerLot, 1, 2 ** 30) || !this.#isPayable(instrument, amountPerLot))
      return "invalid-amount";
    const { clearing, portfolio, directory } = this.#parts;
    for (const account of directory.config.accounts.keys()) {
      portfolio.addIncome(account, clearing.position(account, instrument) * amountPerLot);
    }
    clearing.payDividend(instrument, amountPerLot);
    this.#cashChanged();
    return undefined;
  }

  #split({ instrument, numerator, denominator }: Split): OperationRejectReason | undefined {
    const { directory, engine, orders, life, risk, clearing, portfolio, listener } = this.#parts;
    if (!this.#isInstrument(instrument)) return "unknown-instrument";
    if (!isWhole(numerator, 1, MAX_RATIO) || !isWhole(denominator, 1, MAX_RATIO)) return "invalid-amount";
    const { tickSize, lowestPrice, highestPrice } = directory.instruments[instrument]!;
    const last = life.lastPriceOf(instrument);
    const price = Math.max(tickSize, Math.round((last * denominator) / numerator / tickSize) * tickSize);
    if (price < lowestPrice || price > highestPrice) return "invalid-amount";
    if (!this.#isDivisible(instrument, numerator, denominator, price)) return "invalid-amount";
    orders.cancelWhere("corporate-action", "", (order) => order.instrument === instrument);
    const accounts = [...directory.config.accounts.keys()];
    const cashBefore = accounts.map((account) => clearing.settledCash(account));
    clearing.split(instrument, numerator, denominator, price);
    engine.setLastPrice(instrument, price);
    life.setLastPrice(instrument, price);
    portfolio.mark(instrument, price);
    risk.setReference(instrument, price);
    for (const account of accounts) {
      const position = clearing.position(account, instrument);
      portfolio.exchange(account, instrument, position);
      portfolio.addIncome(account, Number(clearing.settledCash(account) - cashBefore[account]!));
      risk.setPosition(account, instrument, position, price);
    }
    this.#cashChanged();
    listener.lastPriceAdjusted(instrument, price);
    return undefined;
  }

  #changeSymbol({ instrument, symbol }: ChangeSymbol): OperationRejectReason | undefined {
    if (!this.#isInstrument(instrument)) return "unknown-instrument";
    if (!isSymbol(symbol)) return "invalid-symbol";
    if (this.symbols.includes(symbol)) return "symbol-in-use";
    const before = this.symbols[instrument]!;
    this.symbols[instrument] = symbol;
    this.#parts.listener.symbolChanged(instrument, before, symbol);
    return undefined;
  }

  #transferCash({ account, amount }: TransferCash): OperationRejectReason | undefined {
    const { clearing, risk, moment } = this.#parts;
    if (!this.#isAccount(account)) return "unknown-account";
    if (!isWhole(amount, -MAX_AMOUNT, MAX_AMOUNT) || amount === 0) return "invalid-amount";
    // What is owed but not settled counts against a withdrawal, not for it.
    const settled = clearing.settledCash(account);
    const byTradeDate = clearing.cash(account);
    const change = BigInt(amount);
    if (amount < 0 && (settled + change < 0n || byTradeDate + change < 0n)) return "insufficient-balance";
    if (amount > 0 && byTradeDate + change > BigInt(MAX_AMOUNT)) return "invalid-amount";
    clearing.transferCash(account, amount);
    risk.setCash(account, Number(clearing.cash(account)), moment.millis);
    return undefined;
  }

  #transferSecurities(command: TransferSecurities): OperationRejectReason | undefined {
    const { clearing, risk, portfolio, directory, life } = this.#parts;
    const { account, instrument, quantity, price } = command;
    if (!this.#isAccount(account)) return "unknown-account";
    if (!this.#isInstrument(instrument)) return "unknown-instrument";
    const { highestPrice, maximumQuantity, multiplier } = directory.instruments[instrument]!;
    if (!isWhole(quantity, -maximumQuantity * 1_000, maximumQuantity * 1_000) || quantity === 0)
      return "invalid-amount";
    if (!isWhole(price, 0, highestPrice)) return "invalid-amount";
    const held = clearing.settledQuantity(account, instrument);
    const position = clearing.position(account, instrument);
    if (quantity < 0 && Math.min(held, position) + quantity < 0) return "insufficient-balance";
    if (quantity > 0 && position + quantity > MAX_LOTS) return "invalid-amount";
    const { cost } = portfolio.position(account, instrument);
    if (Math.abs(cost) + Math.abs(quantity) * price * multiplier > MAX_AMOUNT) return "invalid-amount";
    const last = life.lastPriceOf(instrument);
    if (!Number.isSafeInteger((position + quantity) * last * multiplier)) return "invalid-amount";
    clearing.transferSecurities(account, instrument, quantity);
    portfolio.trade(account, instrument, quantity, price, 0);
    risk.setPosition(account, instrument, position + quantity, last);
    return undefined;
  }

  #setLimits(command: SetLimits): OperationRejectReason | undefined {
    const { risk, moment } = this.#parts;
    if (typeof command.limits !== "object" || command.limits === null) return "invalid-request";
    return (
      this.#subjectFault(command) ?? (risk.setLimits(command, moment.millis) ? undefined : "invalid-limits")
    );
  }

  #kill(command: KillSwitch): OperationRejectReason | undefined {
    const { risk, orders, moment } = this.#parts;
    const fault = this.#subjectFault(command);
    if (fault !== undefined) return fault;
    orders.cancelSlots("kill-switch", risk.kill(command, moment.millis));
    return undefined;
  }

  #setFees({ fees }: SetFees): OperationRejectReason | undefined {
    const { clearing } = this.#parts;
    if (typeof fees !== "object" || fees === null) return "invalid-request";
    const { makerPpm, takerPpm, auctionPpm } = fees;
    for (const ppm of [makerPpm, takerPpm, auctionPpm]) {
      if (!isWhole(ppm, -MAX_FEE_PPM, MAX_FEE_PPM)) return "invalid-amount";
    }
    clearing.fees = { makerPpm, takerPpm, auctionPpm };
    return undefined;
  }

  #subjectFault({ of, index, actor }: SetLimits | KillSwitch): OperationRejectReason | undefined {
    if (typeof actor !== "string") return "invalid-request";
    const { directory } = this.#parts;
    if (of === "firm") return directory.isFirm(index) ? undefined : "unknown-firm";
    if (of === "account") return directory.isAccount(index) ? undefined : "unknown-account";
    return "invalid-request";
  }

  /** Cash moved beside trades: the gate is told. */
  #cashChanged(): void {
    const { directory, clearing, risk, moment } = this.#parts;
    for (const account of directory.config.accounts.keys()) {
      risk.setCash(account, Number(clearing.cash(account)), moment.millis);
    }
  }

  /** Whether no account's cash or income would be more than can be counted. */
  #isPayable(instrument: number, amountPerLot: number): boolean {
    const { clearing, directory, portfolio } = this.#parts;
    return [...directory.config.accounts.keys()].every((account) => {
      const payment = clearing.position(account, instrument) * amountPerLot;
      return [0, Number(clearing.cash(account)), portfolio.income(account)].every(
        (before) => Math.abs(before + payment) <= MAX_AMOUNT,
      );
    });
  }

  /**
   * Whether a split leaves lots that can be counted, and worth at the new price; and is exact on the way: what is owed may be
   * both numbers together.
   */
  #isDivisible(instrument: number, numerator: number, denominator: number, price: number): boolean {
    const { clearing, directory } = this.#parts;
    const { multiplier } = directory.instruments[instrument]!;
    return [...directory.config.accounts.keys()].every((account) => {
      const position = Math.abs(clearing.position(account, instrument));
      const lots = position + Math.abs(clearing.settledQuantity(account, instrument));
      const left = (position * numerator) / denominator;
      return (
        lots * numerator <= Number.MAX_SAFE_INTEGER &&
        left <= MAX_LOTS &&
        left * price * multiplier <= Number.MAX_SAFE_INTEGER
      );
    });
  }

  #isAccount(account: number): boolean {
    return this.#parts.directory.isAccount(account);
  }

  #isInstrument(instrument: number): boolean {
    return this.#parts.directory.isInstrument(instrument);
  }
}

function isOfTheDay(timeInForce: string): boolean {
  return timeInForce === "day" || timeInForce === "opg" || timeInForce === "cls" || timeInForce === "auction";
}

function isWhole(value: unknown, low: number, high: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high;
}
