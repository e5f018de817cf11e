import { type Day, formatDay, parseDay, toDay } from "../dates.ts";
import { isTaxError, TaxError } from "../errors.ts";
import type { TaxEvent } from "../events.ts";
import { disallowedOf, type GainLine, type OpenLot, type Totals, toGainLine, toWash } from "../lines/line.ts";
import { byPurchase, fragmentsOf, openLots, type Position } from "../lots/lot.ts";
import {
  type Precision,
  precisionsOf,
  type ResolvedOptions,
  resolveOptions,
  type TaxLedgerOptions,
} from "../options.ts";
import { Engine } from "./engine.ts";
import { EventIds } from "./event-ids.ts";
import type { Change, JournalEntry } from "./journal.ts";
import type { TaxListener } from "./listener.ts";

/** Everything a ledger is made of: plain data, safe to write as JSON. */
export interface LedgerSnapshot {
  /** Format, `exchange-kit-tax/1`. */
  readonly format: "exchange-kit-tax/1";
  /** The ledger's options. */
  readonly options: TaxLedgerOptions;
  /** Its events in order. */
  readonly events: readonly TaxEvent[];
  /** The journal so far, where late, amended or withdrawn events took entries back. */
  readonly journal?: readonly JournalEntry[];
}

/** Which lines to list. */
export interface LineFilter {
  /** Tax year of the disposal. */
  readonly year?: number;
  /** One account. */
  readonly account?: string;
  /** One symbol. */
  readonly symbol?: string;
  /**
   * Last day whose events are known, `YYYY-MM-DD`, for telling what is provisional; that of the last event when
   * left out.
   */
  readonly asOf?: string;
}

/**
 * Tax lots of one taxpayer: events in, lots and report lines out.
 *
 * Pure and deterministic: the same events give the same lots and lines. Events come in order of time; a purchase
 * changes earlier lines when it washes their loss. Late, amended and withdrawn events replay the history without
 * a trace of the old one. A refused event throws and changes nothing.
 *
 * @example
 * ```ts
 * import { TaxLedger } from "@exchange-kit/tax";
 *
 * const ledger = new TaxLedger({ method: "hifo" });
 * ledger.apply({ type: "buy", id: "b1", date: "2026-01-05", symbol: "XYZ", quantity: "100", price: "10.00" });
 * console.log(ledger.lots()[0]?.amount); // → 1000.00
 * ```
 */
export class TaxLedger {
  readonly #options: ResolvedOptions;
  readonly #given: TaxLedgerOptions;
  #events: TaxEvent[] = [];
  readonly #ids = new EventIds();
  #engine: Engine;
  readonly #listener: TaxListener | undefined;
  #heardLines = 0;
  #heardWashes = 0;
  /** Entries written before the history was changed last, and which of them still hold. */
  #written: JournalEntry[] = [];
  #standing: JournalEntry[] = [];
  /** The ways of counting, cheapest first; the engine has one of them. */
  readonly #precisions: readonly Precision[];

  /**
   * @param options - how to count, and policies
   * @param listener - hears of new lines and washes as they come
   * @throws TaxError `invalid-field` for options that make no sense
   */
  constructor(options: TaxLedgerOptions = {}, listener?: TaxListener) {
    this.#given = options;
    this.#listener = listener;
    this.#options = resolveOptions(options);
    this.#precisions = precisionsOf(this.#options);
    this.#engine = new Engine(this.#options, this.#precisions[0]!);
  }

  /** The options, with defaults filled in. */
  get options(): ResolvedOptions {
    return this.#options;
  }

  /** The events applied so far, in the order that counts. */
  get events(): readonly TaxEvent[] {
    return this.#events;
  }

  /** Date of the last event, `YYYY-MM-DD`; undefined when there is none. */
  get lastDate(): string | undefined {
    return this.#events.length > 0 ? formatDay(this.#engine.lastDay) : undefined;
  }

  /**
   * Applies the next event.
   *
   * @throws TaxError with the event's id, the field and the rule; the ledger is as before
   */
  apply(event: TaxEvent): void {
    const day = this.#check(event);
    const engine = this.#engine;
    if (day < engine.lastDay) {
      throw new TaxError(
        "out-of-order",
        `${event.date} is before ${formatDay(engine.lastDay)}; use applyLate`,
        { event: event.id, field: "date" },
      );
    }
    if (!this.#ids.take(event.id, this.#events)) throw duplicate(event.id);
    const order = event.type === "sell" || event.type === "cover" ? event.order : undefined;
    try {
      if (order !== undefined && order === engine.settledOrder) {
        // Somebody read the ledger between two fills of one order: their losses must be tested together.
        this.#replace([...this.#events, event]);
        return;
      }
      if (this.#listener) this.#applyHeard(engine, event, day, this.#listener);
      else engine.apply(event, day);
    } catch (error) {
      this.#ids.giveBack(event.id);
      const finer = this.#nextPrecision(engine, error);
      if (finer) {
        this.#engine = this.#replayed(this.#events, finer);
        this.apply(event);
        return;
      }
      if (MANY_STEPS.has(event.type)) this.#engine = this.#replayed(this.#events, engine.precision);
      throw error;
    }
    this.#events.push(event);
  }

  /** Applies events one after the other; stops at the first that is refused. */
  applyAll(events: Iterable<TaxEvent>): void {
    for (const event of events) this.apply(event);
  }

  /**
   * Takes an event that belongs before others: it goes behind those of its own day, and everything after it is
   * worked out anew. Costs a replay of the history.
   *
   * @throws TaxError when it, or an event after it, is no longer possible; the ledger is as before
   */
  applyLate(event: TaxEvent): void {
    this.#check(event);
    if (this.#events.some(({ id }) => id === event.id)) throw duplicate(event.id);
    let at = this.#events.length;
    while (at > 0 && this.#events[at - 1]!.date > event.date) at--;
    this.#replace(this.#events.toSpliced(at, 0, event));
  }

  /**
   * Puts a corrected event in the place of the one with the same id.
   *
   * @throws TaxError `unknown-event`, or as {@link TaxLedger.applyLate}
   */
  amend(event: TaxEvent): void {
    const at = this.#indexOf(event.id);
    this.#check(event);
    const rest = this.#events.toSpliced(at, 1);
    if (event.date === this.#events[at]!.date) rest.splice(at, 0, event);
    else {
      let target = rest.length;
      while (target > 0 && rest[target - 1]!.date > event.date) target--;
      rest.splice(target, 0, event);
    }
    this.#replace(rest);
  }

  /**
   * Takes an event back, as if it had never been.
   *
   * @throws TaxError `unknown-event`, or as {@link TaxLedger.applyLate}
   */
  withdraw(id: string): void {
    this.#replace(this.#events.toSpliced(this.#indexOf(id), 1));
  }

  /**
   * Report lines in the order of events, then of the lots taken.
   *
   * @throws TaxError `invalid-field` when the year is not a whole number, or `asOf` is not a date
   */
  lines(filter: LineFilter = {}): GainLine[] {
    const engine = this.#engine;
    engine.settle();
    const asOf = filter.asOf === undefined ? engine.lastDay : parseDay(filter.asOf, { field: "asOf" });
    const lines: GainLine[] = [];
    for (const line of this.#chosen(filter)) lines.push(toGainLine(engine, line, asOf));
    return lines;
  }

  /** Open lots in order of purchase; parts used as replacements come before the rest of their lot. */
  lots(filter: Omit<LineFilter, "year" | "asOf"> = {}): OpenLot[] {
    this.#engine.settle();
    const { numbers } = this.#engine;
    return this.#openLots(filter).flatMap(({ position, lot }) =>
      fragmentsOf(lot).map((fragment) => ({
        lot: lot.id,
        symbol: position.symbol,
        account: position.account.id,
        side: position.isShort ? "short" : "long",
        acquired: formatDay(lot.acquired),
        holdingFrom: formatDay(fragment.heldFrom),
        quantity: numbers.formatQuantity(fragment.quantity),
        amount: numbers.formatMoney(fragment.amount),
        washDeferred: numbers.formatMoney(fragment.deferred),
        isReplacement: fragment.isUsed,
      })),
    );
  }

  /**
   * Sums over lines (of one year, when given) and open lots.
   *
   * @throws TaxError `invalid-field` when the year is not a whole number
   */
  totals(filter: LineFilter = {}): Totals {
    this.#engine.settle();
    const { numbers, lines } = this.#engine;
    const { zero } = numbers;
    let [proceeds, basis, washed, short, long, remaining] = [zero, zero, zero, zero, zero, zero];
    for (const line of this.#chosen(filter)) {
      proceeds += lines.proceeds.at(line);
      basis += lines.basis.at(line);
      const disallowed = disallowedOf(this.#engine, line);
      washed += disallowed;
      const gain = lines.proceeds.at(line) - lines.basis.at(line) + disallowed;
      if (lines.isLong[line]) long += gain;
      else short += gain;
    }
    for (const { position, lot } of this.#openLots(filter)) {
      if (position.isShort) continue;
      for (const fragment of fragmentsOf(lot)) remaining += fragment.amount;
    }
    return {
      proceeds: numbers.formatMoney(proceeds),
      basis: numbers.formatMoney(basis),
      washDisallowed: numbers.formatMoney(washed),
      shortTerm: numbers.formatMoney(short),
      longTerm: numbers.formatMoney(long),
      net: numbers.formatMoney(short + long),
      remainingBasis: numbers.formatMoney(remaining),
    };
  }

  /**
   * Every adjustment made to a lot or line after its own event, in the order in which it was made. Entries are only
   * ever added: where a late, amended or withdrawn event makes some untrue, `reversal` entries take them back, and
   * what holds instead follows.
   */
  journal(): JournalEntry[] {
    return [...this.#written, ...this.#newEntries()];
  }

  /** The same history with other options, such as `{ view: "broker" }` or another method. */
  withOptions(options: TaxLedgerOptions): TaxLedger {
    const ledger = new TaxLedger({ ...this.#given, ...options });
    ledger.applyAll(this.#events);
    return ledger;
  }

  /** A copy with a life of its own. */
  clone(): TaxLedger {
    return this.withOptions({});
  }

  /** Plain data from which {@link TaxLedger.restore} makes the same ledger. */
  snapshot(): LedgerSnapshot {
    return {
      format: "exchange-kit-tax/1",
      options: this.#given,
      events: [...this.#events],
      ...(this.#written.length > 0 ? { journal: this.journal() } : {}),
    };
  }

  /**
   * Makes the ledger of a snapshot.
   *
   * @throws TaxError `bad-file` when it is of another format, or what its events give
   */
  static restore(snapshot: LedgerSnapshot): TaxLedger {
    if (snapshot?.format !== "exchange-kit-tax/1" || !Array.isArray(snapshot.events)) {
      throw new TaxError("bad-file", `must be a snapshot of format exchange-kit-tax/1`, { field: "format" });
    }
    const ledger = new TaxLedger(snapshot.options);
    ledger.applyAll(snapshot.events);
    if (snapshot.journal) {
      ledger.#written = [...snapshot.journal];
      ledger.#standing = standing(snapshot.journal);
    }
    return ledger;
  }

  /** Indexes of the lines that a filter lets through. */
  *#chosen(filter: LineFilter): Generator<number> {
    const { lines } = this.#engine;
    const { year, account, symbol } = filter;
    if (year !== undefined && !Number.isInteger(year)) {
      throw new TaxError("invalid-field", `must be a whole number, was ${year}`, { field: "year" });
    }
    const [from, to] = year === undefined ? [-Infinity, Infinity] : [toDay(year, 1, 1), toDay(year, 12, 31)];
    for (let line = 0; line < lines.length; line++) {
      const sold = lines.sold[line]!;
      if (sold < from || sold > to) continue;
      if (account !== undefined && lines.positionOf(line).account.id !== account) continue;
      if (symbol !== undefined && lines.positionOf(line).symbol !== symbol) continue;
      yield line;
    }
  }

  #openLots(filter: LineFilter): { position: Position; lot: Position["lots"][number] }[] {
    const open = this.#engine.allPositions
      .filter(
        (position) =>
          (filter.account === undefined || position.account.id === filter.account) &&
          (filter.symbol === undefined || position.symbol === filter.symbol),
      )
      .flatMap((position) => openLots(position).map((lot) => ({ position, lot })));
    // A spun-off lot has its parent's place; its id is the parent's and more.
    return open.sort((a, b) => byPurchase(a.lot, b.lot) || a.lot.id.length - b.lot.id.length);
  }

  #check(event: TaxEvent): Day {
    if (typeof event.id !== "string" || event.id === "") {
      throw new TaxError("invalid-field", "must be a name", { field: "id" });
    }
    if (typeof event.symbol !== "string" || event.symbol === "") {
      throw new TaxError("invalid-field", "must be a name", { event: event.id, field: "symbol" });
    }
    this.#checkCurrency(event);
    return parseDay(event.date, { event: event.id });
  }

  #checkCurrency(event: TaxEvent): void {
    const { currency } = this.#options;
    if (event.currency !== undefined && event.currency !== currency) {
      throw new TaxError(
        "mixed-currencies",
        `the ledger is in ${currency ?? "no stated currency"}, the event in ${event.currency}`,
        { event: event.id, field: "currency" },
      );
    }
  }

  #indexOf(id: string): number {
    const at = this.#events.findIndex((event) => event.id === id);
    if (at >= 0) return at;
    throw new TaxError("unknown-event", "no event with this id was applied", { event: id });
  }

  /** Puts a new history in the place of the old one, and says in the journal what that takes back and adds. */
  #replace(events: TaxEvent[]): void {
    const engine = this.#replayed(events, this.#engine.precision);
    const before = this.journal();
    const held = standing(before);
    this.#engine = engine;
    this.#events = events;
    this.#ids.replace(events);
    engine.settle();
    const changes = engine.journal.entries();
    let same = 0;
    while (same < held.length && same < changes.length && isSame(held[same]!, changes[same]!)) same++;
    for (const entry of held.slice(same).reverse()) {
      const text = `entry ${entry.sequence} is taken back: ${entry.text}`;
      before.push({
        ...entry,
        sequence: before.length + 1,
        kind: "reversal",
        reverses: entry.sequence,
        text,
      });
    }
    const added = changes.slice(same).map((change, at) => ({ sequence: before.length + at + 1, ...change }));
    this.#written = [...before, ...added];
    this.#standing = [...held.slice(0, same), ...added];
    this.#heardLines = engine.lines.length;
    this.#heardWashes = engine.washTable.length;
    this.#listener?.restated?.();
  }

  /** Entries since those that were written down. */
  #newEntries(): JournalEntry[] {
    this.#engine.settle();
    const { length } = this.#written;
    return this.#engine.journal
      .entries()
      .slice(this.#standing.length)
      .map((change, at) => ({ sequence: length + at + 1, ...change }));
  }

  /** Applies an event and tells the listener what it did. */
  #applyHeard(engine: Engine, event: TaxEvent, day: Day, listener: TaxListener): void {
    engine.apply(event, day);
    // An optional call that is not made does not look at its arguments: the counting stands by itself.
    for (; this.#heardLines < engine.lines.length; this.#heardLines++) {
      listener.lineAdded?.(toGainLine(engine, this.#heardLines, day));
    }
    for (; this.#heardWashes < engine.washTable.length; this.#heardWashes++) {
      const line = toGainLine(engine, engine.washTable.line[this.#heardWashes]!, day);
      listener.lineWashed?.(line, toWash(engine, this.#heardWashes));
    }
  }

  #replayed(events: readonly TaxEvent[], precision: Precision): Engine {
    const engine = new Engine(this.#options, precision);
    try {
      for (const event of events) {
        this.#checkCurrency(event);
        engine.apply(event, parseDay(event.date, { event: event.id }));
      }
      return engine;
    } catch (error) {
      const finer = this.#nextPrecision(engine, error);
      if (finer) return this.#replayed(events, finer);
      throw error;
    }
  }

  /** The way of counting to go on with when an event did not fit into the engine's. */
  #nextPrecision({ precision }: Engine, error: unknown): Precision | undefined {
    const isTooFine =
      isTaxError(error) && (error.code === "number-range" || error.code === "too-many-decimals");
    return isTooFine ? this.#precisions[this.#precisions.indexOf(precision) + 1] : undefined;
  }
}

/** The entries that were not taken back. */
function standing(entries: readonly JournalEntry[]): JournalEntry[] {
  const reversed = new Set(entries.map((entry) => entry.reverses));
  return entries.filter((entry) => entry.kind !== "reversal" && !reversed.has(entry.sequence));
}

function isSame(entry: JournalEntry, change: Change): boolean {
  const { kind, event, lot, quantity, amount, text } = change;
  return (
    entry.kind === kind &&
    entry.event === event &&
    entry.lot === lot &&
    entry.quantity === quantity &&
    entry.amount === amount &&
    entry.text === text
  );
}

function duplicate(id: string): TaxError {
  return new TaxError("duplicate-id", "an event with this id was applied before", { event: id });
}

/** Events that change several lots one by one: after a refusal halfway the history is replayed without them. */
const MANY_STEPS: ReadonlySet<TaxEvent["type"]> = new Set([
  "split",
  "spin-off",
  "merger",
  "return-of-capital",
  "symbol-change",
  "constructive-sale",
]);
