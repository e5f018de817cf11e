import { ByteReader, ByteWriter } from "./bytes.ts";
import { EngineError } from "./engine-error.ts";
import type { Phase } from "./instrument-options.ts";
import { CONTINGENCIES } from "./list-rules.ts";
import type { MatchingEngine } from "./matching-engine.ts";
import type { CancelFilter, Contingency, NewOrder } from "./new-order.ts";
import { PHASES } from "./option-rules.ts";
import type { ReusableOrder } from "./reusable-order.ts";
import type { Side } from "./side.ts";

/** The commands of an engine: what a journal records and replays into. */
export type JournalEngine = Pick<
  MatchingEngine,
  | "limit"
  | "market"
  | "enter"
  | "enterList"
  | "cancel"
  | "cancelAll"
  | "disconnect"
  | "replace"
  | "amend"
  | "reduce"
  | "advance"
  | "setPhase"
  | "setLastPrice"
>;

const MAGIC = 0x434a_4232;
/** A word that no version knows; it is refused when it is replayed, as it was at first. */
const UNKNOWN = 255;
/** For some fields the engine takes null as left out, for others it refuses it: it is replayed as what it was. */
const NULL = 254;
/** Added to the operation when every number of the record is a 32-bit integer, which then takes four bytes. */
const NARROW = 0x80;

const OP = {
  LIMIT_BUY: 1,
  LIMIT_SELL: 2,
  MARKET_BUY: 3,
  MARKET_SELL: 4,
  CANCEL: 5,
  REPLACE: 6,
  AMEND: 7,
  REDUCE: 8,
  ADVANCE: 9,
  SET_PHASE: 10,
  ENTER: 11,
  CANCEL_ALL: 12,
  AMEND_DISPLAY: 13,
  DISCONNECT: 14,
  ENTER_LIST: 15,
  SET_LAST_PRICE: 16,
} as const;

const SIDES: readonly string[] = ["buy", "sell"];

/** Fields of an order that are words or flags, with all there are. */
const WORDS: readonly (readonly [keyof NewOrder, readonly unknown[]])[] = [
  ["side", SIDES],
  [
    "type",
    [
      "limit",
      "market",
      "market-to-limit",
      "stop",
      "stop-limit",
      "market-if-touched",
      "limit-if-touched",
      "trailing-stop",
      "trailing-stop-limit",
      "pegged",
    ],
  ],
  ["timeInForce", ["gtc", "day", "gtd", "ioc", "fok", "opg", "cls", "auction"]],
  ["postOnly", ["reject", "slide"]],
  ["selfTradeMode", ["cancel-newest", "cancel-oldest", "cancel-both", "decrement"]],
  ["peg", ["primary", "market", "midpoint"]],
  ["allOrNone", [false, true]],
  ["singlePrice", [false, true]],
];

const NUMBERS: readonly (keyof NewOrder)[] = [
  "instrument",
  "orderId",
  "quantity",
  "price",
  "triggerPrice",
  "expireTime",
  "displayQuantity",
  "minimumQuantity",
  "account",
  "session",
  "selfTradeGroup",
  "trailAmount",
  "trailBasisPoints",
  "limitOffset",
  "pegOffset",
  "displayLowQuantity",
  "displayHighQuantity",
  "randomSeed",
];

/**
 * Records commands as bytes, in the order of the calls: give each command here, make the bytes durable, then give it to
 * the engine. Replaying the bytes into an engine with the same instruments gives the same events and the same
 * `stateHash()`.
 *
 * A limit order with ids below 2^31 takes 17 bytes, a cancel 5.
 */
export class CommandJournal implements JournalEngine {
  readonly #writer = new ByteWriter();

  /** Begins a journal. */
  constructor() {
    this.#writer.int(MAGIC);
  }

  /** A copy of everything that was recorded. */
  toBytes(): Uint8Array {
    return this.#writer.toBytes();
  }

  /** What was recorded since the last call, for appending to a file. */
  take(): Uint8Array {
    const bytes = this.#writer.toBytes();
    this.#writer.clear();
    return bytes;
  }

  /** Records {@link MatchingEngine.limit}. @returns 0, as all of these do: nothing is executed */
  limit(instrument: number, orderId: number, side: Side, price: number, quantity: number): number {
    if (side !== "buy" && side !== "sell") return this.enter({ instrument, orderId, side, price, quantity });
    const op = side === "buy" ? OP.LIMIT_BUY : OP.LIMIT_SELL;
    return this.#record4(op, indexOf(instrument), orderId, price, quantity);
  }

  /** Records {@link MatchingEngine.market}. */
  market(instrument: number, orderId: number, side: Side, quantity: number): number {
    if (side !== "buy" && side !== "sell") {
      return this.enter({ instrument, orderId, side, quantity, type: "market" });
    }
    const op = side === "buy" ? OP.MARKET_BUY : OP.MARKET_SELL;
    return this.#record3(op, indexOf(instrument), orderId, quantity);
  }

  /** Records {@link MatchingEngine.enter}. */
  enter(order: NewOrder | ReusableOrder): number {
    checkObject(order);
    this.#writer.byte(OP.ENTER);
    this.#order(order as NewOrder);
    return 0;
  }

  /** Records {@link MatchingEngine.enterList}; of more orders than a list can have, the first 255. */
  enterList(contingency: Contingency, orders: readonly NewOrder[]): number {
    const writer = this.#writer;
    const taken = orders.slice(0, 255);
    taken.forEach(checkObject);
    writer.byte(OP.ENTER_LIST);
    writer.byte(codeOf(contingency, CONTINGENCIES));
    writer.byte(taken.length);
    for (const order of taken) this.#order(order);
    return 0;
  }

  #order(order: NewOrder): void {
    const writer = this.#writer;
    for (const [field, words] of WORDS) writer.byte(codeOf(order[field], words));
    let present = 0;
    for (const [bit, field] of NUMBERS.entries()) if (order[field] !== undefined) present |= 1 << bit;
    writer.int(present);
    for (const field of NUMBERS) {
      const value = order[field];
      if (value !== undefined) writer.double(field === "instrument" ? indexOf(value) : numberOf(value));
    }
  }

  /** Records {@link MatchingEngine.cancel}. */
  cancel(orderId: number): number {
    return this.#record1(OP.CANCEL, orderId);
  }

  /** Records {@link MatchingEngine.cancelAll}. */
  cancelAll(filter: CancelFilter = {}): number {
    const writer = this.#writer;
    writer.byte(OP.CANCEL_ALL);
    writer.byte(codeOf(filter.side, SIDES));
    // NaN says that a field is left out; as a value it matches nothing, as −1 does.
    for (const value of [filter.instrument, filter.account, filter.session]) {
      const isLeftOut = value === undefined || value === null;
      writer.double(isLeftOut || !Number.isNaN(numberOf(value)) ? numberOf(value) : -1);
    }
    return 0;
  }

  /** Records {@link MatchingEngine.disconnect}. */
  disconnect(session: number): number {
    return this.#record1(OP.DISCONNECT, session);
  }

  /** Records {@link MatchingEngine.replace}. */
  replace(orderId: number, price: number, quantity: number): number {
    return this.#record3(OP.REPLACE, orderId, price, quantity);
  }

  /** Records {@link MatchingEngine.amend}. */
  amend(orderId: number, price: number, totalQuantity: number, displayQuantity?: number): number {
    return displayQuantity === undefined
      ? this.#record3(OP.AMEND, orderId, price, totalQuantity)
      : this.#record4(OP.AMEND_DISPLAY, orderId, price, totalQuantity, displayQuantity);
  }

  /** Records {@link MatchingEngine.reduce}. */
  reduce(orderId: number, by: number): number {
    return this.#record2(OP.REDUCE, orderId, by);
  }

  /** Records {@link MatchingEngine.advance}. */
  advance(time: number): void {
    this.#record1(OP.ADVANCE, time);
  }

  /** Records {@link MatchingEngine.setPhase}. */
  setPhase(instrument: number, phase: Phase): void {
    this.#record2(OP.SET_PHASE, indexOf(instrument), codeOf(phase, PHASES));
  }

  /** Records {@link MatchingEngine.setLastPrice}. */
  setLastPrice(instrument: number, price: number): void {
    this.#record2(OP.SET_LAST_PRICE, indexOf(instrument), price);
  }

  #record1(op: number, a: number): 0 {
    const isNarrow = (a | 0) === a;
    this.#writer.byte(isNarrow ? op | NARROW : op);
    this.#number(isNarrow, a);
    return 0;
  }

  #record2(op: number, a: number, b: number): 0 {
    const isNarrow = (a | 0) === a && (b | 0) === b;
    this.#writer.byte(isNarrow ? op | NARROW : op);
    this.#number(isNarrow, a);
    this.#number(isNarrow, b);
    return 0;
  }

  #record3(op: number, a: number, b: number, c: number): 0 {
    const isNarrow = (a | 0) === a && (b | 0) === b && (c | 0) === c;
    this.#writer.byte(isNarrow ? op | NARROW : op);
    this.#number(isNarrow, a);
    this.#number(isNarrow, b);
    this.#number(isNarrow, c);
    return 0;
  }

  #record4(op: number, a: number, b: number, c: number, d: number): 0 {
    const isNarrow = (a | 0) === a && (b | 0) === b && (c | 0) === c && (d | 0) === d;
    this.#writer.byte(isNarrow ? op | NARROW : op);
    this.#number(isNarrow, a);
    this.#number(isNarrow, b);
    this.#number(isNarrow, c);
    this.#number(isNarrow, d);
    return 0;
  }

  #number(isNarrow: boolean, value: number): void {
    if (isNarrow) this.#writer.int(value);
    else this.#writer.double(numberOf(value));
  }
}

/** How far a replay came. */
export interface CommandReplay {
  /** Commands given to the engine. */
  readonly commands: number;
  /** Bytes that they took: where to cut the file before appending. */
  readonly bytes: number;
}

/**
 * Gives the recorded commands to an engine, in order.
 *
 * @param bytes - what one {@link CommandJournal} wrote, or several one after the other, from the start. A record that is cut
 * off at the end (the machine stopped while it was written) is not replayed and not an error.
 * @returns how far it came
 * @throws EngineError `invalid-journal` when the bytes are not a journal, or a record is none; the commands before it
 * were replayed. A time that goes back throws as it would have at first.
 */
export function replayCommands(bytes: Uint8Array, engine: JournalEngine): CommandReplay {
  const reader = new ByteReader(bytes);
  if (!reader.skipInt(MAGIC)) {
    throw new EngineError("invalid-journal", "bytes must begin as a command journal of version 2");
  }
  let commands = 0;
  let end = reader.position;
  while (reader.left > 0) {
    if (reader.skipInt(MAGIC)) {
      end = reader.position;
      continue;
    }
    const size = sizeOf(bytes, reader.position);
    if (size === 0) throw new EngineError("invalid-journal", `no record begins at byte ${reader.position}`);
    if (size > reader.left) break;
    replayOne(reader, engine);
    commands++;
    end = reader.position;
  }
  return { commands, bytes: end };
}

/** Numbers in a record of each operation that is only numbers. */
const COUNTS: readonly number[] = [0, 4, 4, 3, 3, 1, 3, 3, 2, 1, 2, 0, 0, 4, 1, 0, 2];

/** Bytes of the record that begins here, as far as can be told from what is left; 0 when it is none. */
function sizeOf(bytes: Uint8Array, at: number): number {
  const op = bytes[at]!;
  // Another journal that was cut off as it began.
  if (op === (MAGIC & 0xff)) return at + 4 > bytes.length ? 4 : 0;
  if (op === OP.CANCEL_ALL) return 2 + 3 * 8;
  if (op === OP.ENTER) {
    const size = sizeOfOrder(bytes, at + 1);
    return size === 0 ? 0 : 1 + size;
  }
  if (op === OP.ENTER_LIST) {
    if (at + 3 > bytes.length) return bytes.length;
    let end = at + 3;
    for (let left = bytes[at + 2]!; left > 0; left--) {
      const size = sizeOfOrder(bytes, end);
      if (size === 0) return 0;
      end += size;
    }
    return end - at;
  }
  const count = COUNTS[op & ~NARROW] ?? 0;
  return count === 0 ? 0 : 1 + count * (op & NARROW ? 4 : 8);
}

/** Bytes of the order that begins here, more than are left when that cannot be told; 0 when it is none. */
function sizeOfOrder(bytes: Uint8Array, at: number): number {
  const mask = at + WORDS.length;
  if (mask + 4 > bytes.length) return bytes.length;
  const present =
    bytes[mask]! | (bytes[mask + 1]! << 8) | (bytes[mask + 2]! << 16) | (bytes[mask + 3]! << 24);
  if (present >>> NUMBERS.length !== 0) return 0;
  let count = 0;
  for (let bits = present; bits !== 0; bits &= bits - 1) count++;
  return WORDS.length + 4 + count * 8;
}

function replayOne(reader: ByteReader, engine: JournalEngine): void {
  const op = reader.byte();
  const isNarrow = (op & NARROW) !== 0;
  switch (op & ~NARROW) {
    case OP.LIMIT_BUY:
      engine.limit(
        reader.number(isNarrow),
        reader.number(isNarrow),
        "buy",
        reader.number(isNarrow),
        reader.number(isNarrow),
      );
      break;
    case OP.LIMIT_SELL:
      engine.limit(
        reader.number(isNarrow),
        reader.number(isNarrow),
        "sell",
        reader.number(isNarrow),
        reader.number(isNarrow),
      );
      break;
    case OP.MARKET_BUY:
      engine.market(reader.number(isNarrow), reader.number(isNarrow), "buy", reader.number(isNarrow));
      break;
    case OP.MARKET_SELL:
      engine.market(reader.number(isNarrow), reader.number(isNarrow), "sell", reader.number(isNarrow));
      break;
    case OP.CANCEL:
      engine.cancel(reader.number(isNarrow));
      break;
    case OP.REPLACE:
      engine.replace(reader.number(isNarrow), reader.number(isNarrow), reader.number(isNarrow));
      break;
    case OP.AMEND:
      engine.amend(reader.number(isNarrow), reader.number(isNarrow), reader.number(isNarrow));
      break;
    case OP.REDUCE:
      engine.reduce(reader.number(isNarrow), reader.number(isNarrow));
      break;
    case OP.ADVANCE:
      engine.advance(reader.number(isNarrow));
      break;
    case OP.SET_PHASE:
      // An unknown phase throws, as it did at first.
      engine.setPhase(reader.number(isNarrow), PHASES[reader.number(isNarrow) - 1] ?? ("unknown" as Phase));
      break;
    case OP.ENTER:
      engine.enter(readOrder(reader));
      break;
    case OP.ENTER_LIST: {
      const contingency = CONTINGENCIES[reader.byte() - 1] ?? ("unknown" as Contingency);
      const orders = Array.from({ length: reader.byte() }, () => readOrder(reader));
      engine.enterList(contingency, orders);
      break;
    }
    case OP.AMEND_DISPLAY:
      engine.amend(
        reader.number(isNarrow),
        reader.number(isNarrow),
        reader.number(isNarrow),
        reader.number(isNarrow),
      );
      break;
    case OP.SET_LAST_PRICE:
      engine.setLastPrice(reader.number(isNarrow), reader.number(isNarrow));
      break;
    case OP.DISCONNECT:
      engine.disconnect(reader.number(isNarrow));
      break;
    default:
      engine.cancelAll(readFilter(reader));
  }
}

function readOrder(reader: ByteReader): NewOrder {
  const order: Record<string, unknown> = {};
  for (const [field, words] of WORDS) {
    const code = reader.byte();
    if (code > 0) order[field] = code === NULL ? null : (words[code - 1] ?? "unknown");
  }
  const present = reader.int();
  for (const [bit, field] of NUMBERS.entries()) {
    if ((present & (1 << bit)) !== 0) order[field] = reader.double();
  }
  return order as unknown as NewOrder;
}

function readFilter(reader: ByteReader): CancelFilter {
  const filter: Record<string, string | number> = {};
  const code = reader.byte();
  if (code > 0 && code !== NULL) filter.side = SIDES[code - 1] ?? "unknown";
  for (const field of ["instrument", "account", "session"]) {
    const value = reader.double();
    if (!Number.isNaN(value)) filter[field] = value;
  }
  return filter as unknown as CancelFilter;
}

/** What is no number is refused when it is replayed, as it was at first: bytes would make one of "5". */
function numberOf(value: unknown): number {
  return typeof value === "number" ? value : Number.NaN;
}

/** The engine finds an instrument by "0" as it does by 0. */
function indexOf(value: unknown): number {
  if (typeof value === "number") return value;
  const index = Number(String(value));
  return String(index) === String(value) ? index : Number.NaN;
}

/** Before anything is written: half a record would make all that follow unreadable. */
function checkObject(order: unknown): void {
  if (typeof order !== "object" || order === null) throw new TypeError(`an order is an object, was ${order}`);
}

/** 0 for a field that is left out, else the word's number from 1. */
function codeOf(word: unknown, words: readonly unknown[]): number {
  if (word === undefined) return 0;
  if (word === null) return NULL;
  const index = words.indexOf(word);
  return index < 0 ? UNKNOWN : index + 1;
}
