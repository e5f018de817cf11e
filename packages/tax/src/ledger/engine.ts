import type { Day } from "../dates.ts";
import { TaxError, type TaxErrorPlace } from "../errors.ts";
import type { Consideration, LotMethod, TaxEvent } from "../events.ts";
import { LineTable, type NewLine, WashTable } from "../lines/line-table.ts";
import {
  type AccountState,
  addLot,
  byPurchase,
  type Contract,
  type Fragment,
  isHeldLong,
  type Lot,
  makeFragment,
  type Piece,
  type Position,
} from "../lots/lot.ts";
import { type LotShare, take } from "../lots/selection.ts";
import { type DecimalInput, lesser, Numbers, share, type Units } from "../numbers.ts";
import type { AssetClass, Precision, ResolvedOptions } from "../options.ts";
import { WashBook } from "../wash-sales/wash-book.ts";
import { constructiveSale } from "./constructive-sale.ts";
import { corporateAction } from "./corporate-actions.ts";
import { Journal, type JournalEntry } from "./journal.ts";
import { optionEvent } from "./option-events.ts";
import { restartHolding } from "./short-sales.ts";
import { buy, cover, sell, shortSell } from "./trades.ts";
import { receive, transfer } from "./transfers.ts";

/** A new lot, before it has a place. */
export interface LotSeed {
  readonly id: string;
  readonly acquired: Day;
  readonly heldFrom?: Day;
  readonly quantity: Units;
  readonly amount: Units;
  /** The order of which it is a fill. */
  readonly order?: string | undefined;
  readonly contract?: Contract | undefined;
  readonly isInherited?: boolean;
}

/** A disposal of long shares, all checks passed. */
export interface LongDisposal extends NewLine {
  readonly quantity: Units;
  readonly proceeds: Units;
  readonly method?: LotMethod;
  readonly picks?: readonly LotShare[] | undefined;
  readonly order?: string | undefined;
}

/**
 * The state machine: one event in, lots and lines changed. Each handler checks everything before it changes
 * anything, so a refused event leaves no trace.
 */
export class Engine {
  readonly numbers: Numbers;
  readonly options: ResolvedOptions;
  readonly precision: Precision;
  readonly lines: LineTable;
  /** What was washed of which line. */
  readonly washTable: WashTable;
  readonly journal: Journal;
  readonly washes: WashBook;
  readonly accounts: ReadonlyMap<string, AccountState>;
  /** Order of the last disposal whose losses have been tested; a further fill of it needs a replay. */
  settledOrder: string | undefined;
  lastDay: Day = Number.NEGATIVE_INFINITY;
  readonly #firstAccount: AccountState;
  /** Every position there ever was. */
  readonly allPositions: Position[] = [];
  readonly #positions = new Map<string, Position[]>();
  readonly #groupOf: Map<string, string>;
  readonly #one: Units;
  readonly #countsShares: boolean;
  #pending: { readonly order: string; readonly losses: number[] } | undefined;
  #sequence = 0;
  /** The sequence of the first lot that each order bought or sold short. */
  readonly #orders = new Map<string, number>();
  #turnover = 0;
  /** Lines of the disposal at hand that made a loss; kept to be used again. */
  readonly #losses: number[] = [];

  constructor(options: ResolvedOptions, precision: Precision) {
    this.options = options;
    this.precision = precision;
    this.numbers = new Numbers(precision.arithmetic, options.moneyDecimals, precision.quantityDecimals);
    this.#countsShares = precision.quantityDecimals < options.quantityDecimals;
    this.lines = new LineTable(this.allPositions);
    this.washTable = new WashTable(this.allPositions);
    this.journal = new Journal(this.numbers, this.lines, this.washTable);
    this.#one = this.numbers.whole(1);
    const isBroker = options.view === "broker";
    this.accounts = new Map(
      options.accounts.map(({ id, type, method }) => [
        id,
        { id, isTaxable: type === "taxable", method: method ?? options.method },
      ]),
    );
    this.#firstAccount = this.accounts.get(options.accounts[0]!.id)!;
    this.#groupOf = new Map(
      options.substantiallyIdentical.flatMap((group) => group.map((symbol) => [symbol, `=${group[0]}`])),
    );
    this.washes = new WashBook(
      {
        zero: this.numbers.zero,
        one: this.#one,
        groupOf: (symbol, account) =>
          isBroker ? `${account}|${symbol}` : (this.#groupOf.get(symbol) ?? symbol),
        countsEarlierPurchases: options.countEarlierPurchases,
      },
      this.lines,
      (line, lot, fragment, quantity, amount) => this.#wash(line, lot, fragment, quantity, amount),
    );
  }

  /** Applies one event; `day` is its parsed date. */
  apply(event: TaxEvent, day: Day): void {
    const order = event.type === "sell" || event.type === "cover" ? event.order : undefined;
    if (this.#pending && this.#pending.order !== order) this.settle();
    if (this.#countsShares && dividesShares(event)) {
      throw new TaxError("too-many-decimals", "the event divides shares", { event: event.id });
    }
    switch (event.type) {
      case "buy":
      case "reinvest":
        buy(this, event, day);
        break;
      case "sell":
        sell(this, event, day);
        break;
      case "short":
        shortSell(this, event, day);
        break;
      case "cover":
        cover(this, event, day);
        break;
      case "transfer":
        transfer(this, event);
        break;
      case "receive":
        receive(this, event, day);
        break;
      case "exercise":
      case "assignment":
      case "expiry":
      case "worthless":
        optionEvent(this, event, day);
        break;
      case "constructive-sale":
        constructiveSale(this, event, day);
        break;
      case "split":
      case "spin-off":
      case "merger":
      case "return-of-capital":
      case "symbol-change":
        corporateAction(this, event, day);
        break;
      default: {
        const unknown = event as { type: unknown; id: string };
        throw new TaxError("invalid-field", `unknown kind of event ${JSON.stringify(unknown.type)}`, {
          event: unknown.id,
          field: "type",
        });
      }
    }
    if (this.settledOrder !== order) this.settledOrder = undefined;
    this.lastDay = day;
  }

  /** Tests the losses of the order that is being filled. */
  settle(): void {
    if (!this.#pending) return;
    const { order, losses } = this.#pending;
    this.#pending = undefined;
    this.settledOrder = order;
    this.#testLosses(losses);
  }

  account(event: { readonly id: string; readonly account?: string }, field = "account"): AccountState {
    const id = event.account;
    if (id === undefined) return this.#firstAccount;
    const account = this.accounts.get(id);
    if (account) return account;
    throw new TaxError("unknown-account", `the ledger has no account ${id}`, { event: event.id, field });
  }

  /** All positions of a symbol, in every account and on both sides. */
  positions(symbol: string): readonly Position[] {
    return this.#positions.get(symbol) ?? [];
  }

  /** The position of an account, made when it is not there. */
  position(symbol: string, account: AccountState, isShort: boolean): Position {
    const found = this.#find(symbol, account, isShort);
    if (found) return found;
    const made: Position = {
      index: this.allPositions.length,
      account,
      symbol,
      isShort,
      isWashable:
        this.options.washSales && (this.options.digitalWashSales || this.classOf(symbol) !== "digital"),
      lots: [],
      head: 0,
      closedLots: 0,
      quantity: this.numbers.zero,
      heap: undefined,
      washSide: undefined,
      spare: undefined,
    };
    this.allPositions.push(made);
    const list = this.#positions.get(symbol);
    if (list) list.push(made);
    else this.#positions.set(symbol, [made]);
    return made;
  }

  /** The position of an account with at least `quantity` open. */
  held(
    symbol: string,
    account: AccountState,
    isShort: boolean,
    quantity: Units,
    place: TaxErrorPlace,
  ): Position {
    const position = this.#find(symbol, account, isShort);
    if (position && position.quantity >= quantity) return position;
    const open = this.numbers.formatQuantity(position?.quantity ?? this.numbers.zero);
    throw new TaxError(
      "not-enough",
      `${this.numbers.formatQuantity(quantity)} of ${symbol} wanted, ${open} ${isShort ? "short" : "held"} in ${account.id}`,
      { field: "quantity", ...place },
    );
  }

  classOf(symbol: string): AssetClass {
    return this.options.assetClasses[symbol] ?? this.options.assetClass;
  }

  /** Whether average cost is allowed for a symbol (26 CFR 1.1012-1(e)). */
  mayAverage(symbol: string): boolean {
    return this.options.averageCost === "any" || this.classOf(symbol) === "fund";
  }

  quantityOf(event: { readonly id: string; readonly quantity: DecimalInput }): Units {
    return this.numbers.quantity(event.quantity, { event: event.id, field: "quantity" });
  }

  /** Price × quantity, or the amount itself. */
  gross(event: Consideration & { readonly id: string }, quantity: Units, multiplier: Units): Units {
    if ((event.price === undefined) === (event.amount === undefined)) {
      throw new TaxError("invalid-field", "either price or amount must be given", {
        event: event.id,
        field: "price",
      });
    }
    if (event.amount !== undefined) {
      return this.numbers.money(event.amount, { event: event.id, field: "amount" });
    }
    return this.numbers.amount(event.price!, quantity, { event: event.id, field: "price" }, multiplier);
  }

  fee(event: { readonly id: string; readonly fee?: DecimalInput }): Units {
    return event.fee === undefined
      ? this.numbers.zero
      : this.numbers.money(event.fee, { event: event.id, field: "fee" });
  }

  multiplier(event: { readonly id: string; readonly multiplier?: DecimalInput }): Units {
    if (event.multiplier === undefined) return this.#one;
    const place = { event: event.id, field: "multiplier" };
    const { numerator, denominator } = this.numbers.ratio(event.multiplier, place);
    if (denominator > 1) throw new TaxError("invalid-field", "must be a whole number", place);
    return numerator;
  }

  /** Opens a lot and returns it; `isPurchase` when it may replace shares sold at a loss. */
  open(position: Position, seed: LotSeed, isPurchase = false): Lot {
    this.#checkRange(position, seed);
    const sequence = ++this.#sequence;
    const lot: Lot = {
      id: seed.id,
      acquired: seed.acquired,
      sequence,
      purchase: seed.order === undefined ? sequence : this.#purchaseOf(seed.order, sequence),
      isInherited: seed.isInherited ?? false,
      contract: seed.contract,
      longHeldAtOpening: this.numbers.zero,
      position,
      first: makeFragment(
        position,
        seed.quantity,
        seed.amount,
        this.numbers.zero,
        seed.heldFrom ?? seed.acquired,
        false,
        undefined,
      ),
    };
    addLot(position, lot);
    if (isPurchase && position.isWashable) this.washes.acquired(lot);
    return lot;
  }

  /** Sells held shares: takes lots, writes lines, tests losses. */
  disposeLong(position: Position, disposal: LongDisposal): void {
    const { quantity, proceeds, day } = disposal;
    let method = disposal.method ?? position.account.method;
    // A sale was refused before. Others name no method: what cannot be averaged leaves first in, first out.
    if (method === "average" && !this.mayAverage(position.symbol)) method = "fifo";
    this.#checkSums(disposal.event, proceeds);
    const pieces = take(position, quantity, method, disposal, disposal.picks);
    const losses = this.#losses;
    let proceedsLeft = proceeds;
    let quantityLeft = quantity;
    for (const piece of pieces) {
      const part = share(proceedsLeft, piece.quantity, quantityLeft);
      proceedsLeft -= part;
      quantityLeft -= piece.quantity;
      if (!position.account.isTaxable) continue;
      const isLong = isHeldLong(piece.lot, piece.heldFrom, day);
      this.#addLine(disposal, position, piece, piece.quantity, part, piece.amount, isLong, losses);
    }
    this.#afterDisposal(disposal.order, losses);
  }

  /** Delivers shares bought for `cost` against short lots. */
  closeShort(
    position: Position,
    disposal: Omit<LongDisposal, "proceeds" | "method"> & { readonly cost: Units },
  ): void {
    const { quantity, day, cost } = disposal;
    this.#checkSums(disposal.event, cost);
    const pieces = take(position, quantity, "fifo", { day, proceeds: cost, quantity }, disposal.picks);
    const losses = this.#losses;
    let costLeft = cost;
    let quantityLeft = quantity;
    for (const piece of pieces) {
      const part = share(costLeft, piece.quantity, quantityLeft);
      costLeft -= part;
      quantityLeft -= piece.quantity;
      // IRC 1233(d): a loss is long-term as far as such stock was held for over a year at the short sale.
      const { lot } = piece;
      const isLoss = part > piece.amount;
      const heldLong = lesser(lot.longHeldAtOpening, piece.quantity);
      lot.longHeldAtOpening -= heldLong;
      const longQuantity = isLoss ? heldLong : this.numbers.zero;
      const longProceeds = share(piece.amount, longQuantity, piece.quantity);
      const longCost = share(part, longQuantity, piece.quantity);
      if (longQuantity) {
        this.#addLine(disposal, position, piece, longQuantity, longProceeds, longCost, true, losses);
      }
      const rest = piece.quantity - longQuantity;
      if (rest) {
        const restProceeds = piece.amount - longProceeds;
        this.#addLine(disposal, position, piece, rest, restProceeds, part - longCost, false, losses);
      }
      if (this.options.shortSaleRules) {
        restartHolding(this, position.symbol, lot.acquired, day, piece.quantity, disposal.event);
      }
    }
    this.#afterDisposal(disposal.order, losses);
  }

  /** Adds a line without a sale of lots, such as boot of a merger. */
  addGain(disposal: NewLine, piece: Piece, proceeds: Units, basis: Units): void {
    const { lot, heldFrom, quantity } = piece;
    const isLong = isHeldLong(lot, heldFrom, disposal.day);
    this.#checkSums(disposal.event, proceeds);
    this.lines.add(disposal, lot, lot.position, heldFrom, quantity, proceeds, basis, isLong);
  }

  /** Records what an event did to a lot other than its own. */
  record(
    kind: JournalEntry["kind"],
    event: string,
    lot: Lot,
    fragment: Pick<Fragment, "quantity" | "amount">,
    text: string,
  ): void {
    const quantity = this.numbers.formatQuantity(fragment.quantity);
    const amount = this.numbers.formatMoney(fragment.amount);
    this.journal.changed({ kind, event, lot: lot.id, quantity, amount, text });
  }

  /** Symbols that count as the same security. */
  identicalTo(symbol: string): readonly string[] {
    const group = this.#groupOf.get(symbol);
    if (group === undefined) return [symbol];
    return [...this.#groupOf].filter(([, name]) => name === group).map(([name]) => name);
  }

  /** Lets a new name into the group of the old one: the shares are the same. */
  takePlace(from: string, to: string): void {
    const group = this.#groupOf.get(from);
    if (group === undefined || this.#groupOf.has(to)) return;
    for (const account of this.accounts.values()) this.washes.renamed(to, from, account.id);
    this.#groupOf.set(to, group);
    for (const position of this.positions(to)) position.washSide = undefined;
  }

  #purchaseOf(order: string, sequence: number): number {
    const first = this.#orders.get(order);
    if (first !== undefined) return first;
    this.#orders.set(order, sequence);
    return sequence;
  }

  #find(symbol: string, account: AccountState, isShort: boolean): Position | undefined {
    const list = this.#positions.get(symbol);
    if (!list) return undefined;
    for (const position of list) {
      if (position.account === account && position.isShort === isShort) return position;
    }
    return undefined;
  }

  #addLine(
    disposal: NewLine,
    position: Position,
    piece: Piece,
    quantity: Units,
    proceeds: Units,
    basis: Units,
    isLong: boolean,
    losses: number[],
  ): void {
    const { lot, heldFrom } = piece;
    const line = this.lines.add(disposal, lot, position, heldFrom, quantity, proceeds, basis, isLong);
    if (basis > proceeds && position.isWashable) losses.push(line);
  }

  #afterDisposal(order: string | undefined, losses: number[]): void {
    if (order === undefined) this.#testLosses(losses);
    else if (this.#pending) this.#pending.losses.push(...losses);
    else this.#pending = { order, losses: [...losses] };
    while (losses.length > 0) losses.pop();
  }

  #testLosses(losses: number[]): void {
    const { lots } = this.lines;
    for (let at = 1; at < losses.length; at++) {
      if (byPurchase(lots[losses[at - 1]!]!, lots[losses[at]!]!) <= 0) continue;
      losses.sort((a, b) => byPurchase(lots[a]!, lots[b]!));
      break;
    }
    for (let at = 0; at < losses.length; at++) this.washes.lost(losses[at]!);
  }

  #wash(line: number, lot: Lot, fragment: Fragment, quantity: Units, amount: Units): void {
    const { position } = lot;
    const { lines } = this;
    fragment.isUsed = true;
    if (position.account.isTaxable) {
      fragment.amount += position.isShort ? -amount : amount;
      fragment.deferred += amount;
      // Rule T1: the replacement's own date minus the days the washed shares were held; a written put keeps them for
      // the stock that it buys.
      if (!lines.positionOf(line).isShort)
        fragment.heldFrom = lot.acquired - (lines.sold[line]! - lines.heldFrom[line]!);
    }
    position.heap?.push(lot, fragment);
    this.washTable.add(lines, line, lot, quantity, amount);
  }

  #checkRange(position: Position, seed: LotSeed): void {
    this.#checkSums(seed.id, seed.amount);
    const held = position.quantity + seed.quantity;
    if (typeof held === "number" && !Number.isSafeInteger(held)) {
      throw new TaxError("number-range", "quantities pass 2^53 units", { event: seed.id });
    }
  }

  /** No sum of the ledger can pass what was ever paid or received, so this one check covers them all. */
  #checkSums(event: string, amount: Units): void {
    if (typeof amount !== "number") return;
    const turnover = this.#turnover + Math.abs(amount);
    if (!Number.isSafeInteger(turnover)) {
      throw new TaxError("number-range", "sums pass 2^53 units", { event });
    }
    this.#turnover = turnover;
  }
}

/** Whether an event can turn whole shares into parts of shares. */
function dividesShares(event: TaxEvent): boolean {
  switch (event.type) {
    case "buy":
    case "reinvest":
    case "short":
      return event.underlying !== undefined;
    case "sell":
    case "cover":
    case "transfer":
    case "receive":
    case "expiry":
    case "worthless":
    case "symbol-change":
    case "constructive-sale":
      return false;
    default:
      return true;
  }
}
