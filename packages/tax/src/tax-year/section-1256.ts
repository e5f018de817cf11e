import { parseDay, yearOf } from "../dates.ts";
import { TaxError } from "../errors.ts";
import { type DecimalInput, divideRounded, lesser, Numbers, share, type Units } from "../numbers.ts";

/** A trade in, or a mark of, a regulated futures contract, index option or elected forex contract. */
export interface Section1256Event {
  /**
   * `buy` and `sell` net against the open position, first in, first out, and open the other side beyond it;
   * `mark` values it at the year's end.
   */
  readonly type: "buy" | "sell" | "mark";
  /** Unique id, named in errors. */
  readonly id: string;
  /** Trade date, `YYYY-MM-DD`; not before that of the event before. */
  readonly date: string;
  /** The contract. */
  readonly symbol: string;
  /** Contracts; not for a mark. */
  readonly quantity?: DecimalInput;
  /** Price, or settlement price of a mark. */
  readonly price: DecimalInput;
  /** Commission and fees. */
  readonly fee?: DecimalInput;
  /** Value of one point of one contract; that of the options when left out. */
  readonly multiplier?: DecimalInput;
}

/** How contracts are counted. */
export interface Section1256Options {
  /** Value of one point of one contract; 1 when left out. */
  readonly multiplier?: DecimalInput;
  /** Decimals of money: 2 when left out. */
  readonly moneyDecimals?: number;
  /** Decimals of quantities: 8 when left out. */
  readonly quantityDecimals?: number;
}

/** A year's gain, 60 % long-term and 40 % short-term whatever the holding period. */
export interface Section1256Year {
  /** Realised and marked gain or loss. */
  readonly gain: string;
  /** 60 % of it: Form 6781 line 9, to Schedule D line 11. */
  readonly longTerm: string;
  /** 40 % of it: Form 6781 line 8, to Schedule D line 4. */
  readonly shortTerm: string;
}

/** An open contract, at its last mark. */
interface OpenContract {
  quantity: Units;
  value: Units;
}

interface Book {
  isShort: boolean;
  open: OpenContract[];
}

/**
 * Gains on section 1256 contracts by year. Each mark counts as a sale at that price and a purchase at it, so the
 * next year starts from the mark. There are no wash sales here.
 *
 * @throws TaxError for events out of order or with bad fields
 * @see IRC 1256(a); Form 6781 part I
 */
export function section1256(
  events: Iterable<Section1256Event>,
  options: Section1256Options = {},
): Record<string, Section1256Year> {
  const numbers = new Numbers("bigint", options.moneyDecimals ?? 2, options.quantityDecimals ?? 8);
  const books = new Map<string, Book>();
  const gains = new Map<number, Units>();
  let last = Number.NEGATIVE_INFINITY;
  for (const event of events) {
    const day = parseDay(event.date, { event: event.id });
    if (day < last) {
      throw new TaxError("out-of-order", `${event.date} is before the event before it`, { event: event.id });
    }
    last = day;
    let book = books.get(event.symbol);
    if (!book) {
      book = { isShort: false, open: [] };
      books.set(event.symbol, book);
    }
    const gain =
      event.type === "mark" ? mark(numbers, book, event, options) : trade(numbers, book, event, options);
    const year = yearOf(day);
    gains.set(year, (gains.get(year) ?? numbers.zero) + gain);
  }
  return Object.fromEntries([...gains].map(([year, gain]) => [String(year), split6040(numbers, gain)]));
}

function split6040(numbers: Numbers, gain: Units): Section1256Year {
  const longTerm = numbers.checked(divideRounded(BigInt(gain) * 6n, 10n), {});
  return {
    gain: numbers.formatMoney(gain),
    longTerm: numbers.formatMoney(longTerm),
    shortTerm: numbers.formatMoney(gain - longTerm),
  };
}

function contractValue(
  numbers: Numbers,
  event: Section1256Event,
  quantity: Units,
  options: Section1256Options,
): Units {
  const place = { event: event.id, field: "multiplier" };
  const multiplier = numbers.ratio(event.multiplier ?? options.multiplier ?? "1", place);
  const value = numbers.amount(
    event.price,
    quantity,
    { event: event.id, field: "price" },
    multiplier.numerator,
  );
  return share(value, numbers.whole(1), multiplier.denominator);
}

function mark(numbers: Numbers, book: Book, event: Section1256Event, options: Section1256Options): Units {
  let gain = numbers.zero;
  for (const contract of book.open) {
    const value = contractValue(numbers, event, contract.quantity, options);
    gain += book.isShort ? contract.value - value : value - contract.value;
    contract.value = value;
  }
  return gain;
}

function trade(numbers: Numbers, book: Book, event: Section1256Event, options: Section1256Options): Units {
  const place = { event: event.id, field: "quantity" };
  if (event.type !== "buy" && event.type !== "sell") {
    throw new TaxError("invalid-field", `must be buy, sell or mark, was ${String(event.type)}`, {
      event: event.id,
      field: "type",
    });
  }
  if (event.quantity === undefined) throw new TaxError("invalid-field", "must be given", place);
  let left = numbers.quantity(event.quantity, place);
  const isSale = event.type === "sell";
  const gross = contractValue(numbers, event, left, options);
  const fee =
    event.fee === undefined ? numbers.zero : numbers.money(event.fee, { event: event.id, field: "fee" });
  let moneyLeft = isSale ? gross - fee : gross + fee;
  let gain = numbers.zero;
  while (left > 0 && book.open.length > 0 && book.isShort !== isSale) {
    const contract = book.open[0]!;
    const quantity = lesser(left, contract.quantity);
    const money = share(moneyLeft, quantity, left);
    const value = share(contract.value, quantity, contract.quantity);
    gain += isSale ? money - value : value - money;
    contract.quantity -= quantity;
    contract.value -= value;
    moneyLeft -= money;
    left -= quantity;
    if (!contract.quantity) book.open.shift();
  }
  if (left > 0) {
    book.isShort = isSale;
    book.open.push({ quantity: left, value: moneyLeft });
  }
  return gain;
}
