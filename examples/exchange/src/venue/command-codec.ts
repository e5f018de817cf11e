import type { Peg } from "@exchange-kit/orderbook";
import {
  type CancelOrder,
  COMMAND_TYPES,
  type OrderExtras,
  type ReplaceOrder,
  type SubmitOrder,
  type VenueCommand,
} from "./commands.ts";
import { VenueError } from "./venue-error.ts";
import { CAPACITIES, MODES, POST_ONLY, SIDES, TIMES, TYPES } from "./words.ts";

/** Room for everything but the ids. */
const FIXED_BYTES = 96;
/** Room that a submit, cancel or replace needs at most. */
export const MAX_HOT_COMMAND_BYTES: number = FIXED_BYTES + 2 * 255;

const SUBMIT = 1;
const CANCEL = 2;
const REPLACE = 3;
/** JSON in UTF-8: every command that is not on the hot path. */
const PLAIN = 4;

const PEGS: readonly (Peg | undefined)[] = [undefined, "primary", "market", "midpoint"];
const FLAGS: readonly (boolean | undefined)[] = [undefined, false, true];

/** Bits of the fields that a record has. */
const HAS = { PRICE: 1, TRIGGER: 2, EXPIRE: 4, DISPLAY: 8, MINIMUM: 16, GROUP: 32, EXTRAS: 64 } as const;

/** Numbers of {@link OrderExtras}, in the order of their bits. */
const EXTRA_NUMBERS = [
  "trailAmount",
  "trailBasisPoints",
  "limitOffset",
  "pegOffset",
  "displayLowQuantity",
  "displayHighQuantity",
] as const;
const SEED_BIT = 64;

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Commands as bytes, for the journal. Little-endian; a plain limit order with a client order id of 12 characters takes
 * 48 bytes. A record does not hold its own length: the journal frames it.
 *
 * | at | submit               | cancel                | replace               |
 * | -- | -------------------- | --------------------- | --------------------- |
 * | 0  | kind 1               | kind 2                | kind 3                |
 * | 1  | side                 | length of the id      | length of the id      |
 * | 2  | order type           | length of the orig id | length of the orig id |
 * | 3  | time in force        | time, float64         | fields present        |
 * | 4  | post-only + 4 × mode | 11 session            | time, float64         |
 * | 5  | capacity             | 15 account            | 12 session            |
 * | 6  | fields present       | 19 order id, float64  | 16 account            |
 * | 7  | length of the id     | 27 total quantity     | 20 order id, float64  |
 * | 8  | time, float64        | 31 ids                | 28 quantity           |
 * | 16 | session, account, instrument, quantity | | 32 price, trigger, ids |
 * | 32 | price, trigger, expire time (float64), display, minimum, group, extras, as present; id | |  |
 *
 * Numbers without a width are int32. All other commands are kind 4 and JSON.
 */
export class CommandCodec {
  #buffer: ArrayBufferLike | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));

  /**
   * Writes a command.
   *
   * @param target - where it goes, from `offset` on
   * @returns bytes written
   * @throws VenueError `buffer-too-small`; `invalid-command` when a word or number is none that a record can hold
   */
  encode(command: VenueCommand, target: Uint8Array, offset = 0): number {
    const { type } = command;
    if (type !== "submit" && type !== "cancel" && type !== "replace")
      return encodePlain(command, target, offset);
    // Bounds of the parts that vary are known before anything is written.
    const ids = command.clientOrderId.length + (type === "submit" ? 0 : command.origClientOrderId.length);
    if (target.length - offset < FIXED_BYTES + ids) throw tooSmall(FIXED_BYTES + ids, target.length - offset);
    const view = this.#viewOf(target);
    const at = target.byteOffset + offset;
    if (type === "submit") return encodeSubmit(command, view, at) - at;
    if (type === "cancel") return encodeCancel(command, view, at) - at;
    return encodeReplace(command, view, at) - at;
  }

  /**
   * Reads a command.
   *
   * @param source - the record begins at `offset` and is `length` bytes long
   * @returns a command of its own, with every optional field present, perhaps as `undefined`
   * @throws VenueError `malformed-command` for anything that `encode` does not write
   */
  decode(source: Uint8Array, offset = 0, length: number = source.length - offset): VenueCommand {
    if (offset < 0 || length < 1 || offset + length > source.length) throw malformed("the record is cut off");
    const view = this.#viewOf(source);
    const at = source.byteOffset + offset;
    const end = at + length;
    switch (source[offset]) {
      case SUBMIT:
        return decodeSubmit(view, at, end);
      case CANCEL:
        return decodeCancel(view, at, end);
      case REPLACE:
        return decodeReplace(view, at, end);
      case PLAIN:
        return decodePlain(source.subarray(offset + 1, offset + length));
      default:
        throw malformed(`there is no kind ${source[offset]}`);
    }
  }

  #viewOf(bytes: Uint8Array): DataView {
    if (this.#buffer !== bytes.buffer) {
      this.#buffer = bytes.buffer;
      this.#view = new DataView(bytes.buffer);
    }
    return this.#view;
  }
}

function encodeSubmit(order: SubmitOrder, view: DataView, start: number): number {
  const { price, triggerPrice, expireTimeMicros, displayQuantity, minimumQuantity, selfTradeGroup } = order;
  view.setUint8(start, SUBMIT);
  view.setUint8(start + 1, code(SIDES, order.side, "side"));
  view.setUint8(start + 2, code(TYPES, order.orderType, "orderType"));
  view.setUint8(start + 3, code(TIMES, order.timeInForce, "timeInForce"));
  view.setUint8(
    start + 4,
    code(POST_ONLY, order.postOnly, "postOnly") + 4 * code(MODES, order.selfTradeMode, "selfTradeMode"),
  );
  view.setUint8(start + 5, code(CAPACITIES, order.capacity, "capacity"));
  view.setUint8(start + 7, idLength(order.clientOrderId));
  putTime(view, start + 8, order.timeMicros, "timeMicros");
  putInt(view, start + 16, order.session, "session");
  putInt(view, start + 20, order.account, "account");
  putInt(view, start + 24, order.instrument, "instrument");
  putInt(view, start + 28, order.quantity, "quantity");
  let at = start + 32;
  let present = 0;
  if (price !== undefined) {
    present |= HAS.PRICE;
    at = putInt(view, at, price, "price");
  }
  if (triggerPrice !== undefined) {
    present |= HAS.TRIGGER;
    at = putInt(view, at, triggerPrice, "triggerPrice");
  }
  if (expireTimeMicros !== undefined) {
    present |= HAS.EXPIRE;
    at = putTime(view, at, expireTimeMicros, "expireTimeMicros");
  }
  if (displayQuantity !== undefined) {
    present |= HAS.DISPLAY;
    at = putInt(view, at, displayQuantity, "displayQuantity");
  }
  if (minimumQuantity !== undefined) {
    present |= HAS.MINIMUM;
    at = putInt(view, at, minimumQuantity, "minimumQuantity");
  }
  if (selfTradeGroup !== undefined) {
    present |= HAS.GROUP;
    at = putInt(view, at, selfTradeGroup, "selfTradeGroup");
  }
  if (order.extras !== undefined) {
    present |= HAS.EXTRAS;
    at = putExtras(view, at, order.extras);
  }
  view.setUint8(start + 6, present);
  return putText(view, at, order.clientOrderId);
}

function decodeSubmit(view: DataView, start: number, end: number): SubmitOrder {
  if (end - start < 32) throw malformed("a submit is cut off");
  const present = view.getUint8(start + 6);
  const idBytes = view.getUint8(start + 7);
  const policies = view.getUint8(start + 4);
  const at = start + 32;
  const priceAt = at;
  const triggerAt = priceAt + (present & HAS.PRICE ? 4 : 0);
  const expireAt = triggerAt + (present & HAS.TRIGGER ? 4 : 0);
  const displayAt = expireAt + (present & HAS.EXPIRE ? 8 : 0);
  const minimumAt = displayAt + (present & HAS.DISPLAY ? 4 : 0);
  const groupAt = minimumAt + (present & HAS.MINIMUM ? 4 : 0);
  const extrasAt = groupAt + (present & HAS.GROUP ? 4 : 0);
  const extras = present & HAS.EXTRAS ? getExtras(view, extrasAt, end) : undefined;
  const idAt = extrasAt + (extras?.length ?? 0);
  if (present > 127 || idAt + idBytes !== end) throw malformed("a submit has another length than its fields");
  return {
    type: "submit",
    timeMicros: getTime(view, start + 8),
    session: view.getInt32(start + 16, true),
    account: view.getInt32(start + 20, true),
    clientOrderId: getText(view, idAt, idBytes),
    instrument: view.getInt32(start + 24, true),
    side: word(SIDES, view.getUint8(start + 1), "side")!,
    quantity: view.getInt32(start + 28, true),
    orderType: word(TYPES, view.getUint8(start + 2), "order type")!,
    timeInForce: word(TIMES, view.getUint8(start + 3), "time in force")!,
    price: present & HAS.PRICE ? view.getInt32(priceAt, true) : undefined,
    triggerPrice: present & HAS.TRIGGER ? view.getInt32(triggerAt, true) : undefined,
    expireTimeMicros: present & HAS.EXPIRE ? getTime(view, expireAt) : undefined,
    displayQuantity: present & HAS.DISPLAY ? view.getInt32(displayAt, true) : undefined,
    minimumQuantity: present & HAS.MINIMUM ? view.getInt32(minimumAt, true) : undefined,
    postOnly: word(POST_ONLY, policies & 3, "post-only"),
    selfTradeGroup: present & HAS.GROUP ? view.getInt32(groupAt, true) : undefined,
    selfTradeMode: word(MODES, policies >>> 2, "self-trade mode"),
    capacity: word(CAPACITIES, view.getUint8(start + 5), "capacity"),
    extras: extras?.value,
  };
}

/** Which numbers there are, peg and flags in four bytes, then the numbers; the seed of random refreshes is a uint32. */
function putExtras(view: DataView, start: number, extras: OrderExtras): number {
  let present = 0;
  let at = start + 4;
  for (const [bit, name] of EXTRA_NUMBERS.entries()) {
    const value = extras[name];
    if (value === undefined) continue;
    present |= 1 << bit;
    at = putInt(view, at, value, name);
  }
  const { randomSeed } = extras;
  if (randomSeed !== undefined) {
    if (randomSeed >>> 0 !== randomSeed) {
      throw new VenueError(
        "invalid-command",
        `randomSeed must be an unsigned 32-bit integer, was ${randomSeed}`,
      );
    }
    present |= SEED_BIT;
    view.setUint32(at, randomSeed, true);
    at += 4;
  }
  view.setUint8(start, present);
  view.setUint8(start + 1, code(PEGS, extras.peg, "peg"));
  view.setUint8(start + 2, code(FLAGS, extras.allOrNone, "allOrNone"));
  view.setUint8(start + 3, code(FLAGS, extras.singlePrice, "singlePrice"));
  return at;
}

function getExtras(view: DataView, start: number, end: number): { value: OrderExtras; length: number } {
  if (start + 4 > end) throw malformed("a submit is cut off");
  const present = view.getUint8(start);
  if (present >= 2 * SEED_BIT) throw malformed("a submit has fields that are not known");
  let at = start + 4;
  const next = (bit: number): number | undefined => {
    if ((present & bit) === 0) return undefined;
    if (at + 4 > end) throw malformed("a submit is cut off");
    at += 4;
    return view.getInt32(at - 4, true);
  };
  const [trailAmount, trailBasisPoints, limitOffset, pegOffset, displayLowQuantity, displayHighQuantity] =
    EXTRA_NUMBERS.map((_, bit) => next(1 << bit));
  const seed = next(SEED_BIT);
  const value: OrderExtras = {
    trailAmount,
    trailBasisPoints,
    limitOffset,
    pegOffset,
    displayLowQuantity,
    displayHighQuantity,
    randomSeed: seed === undefined ? undefined : seed >>> 0,
    peg: word(PEGS, view.getUint8(start + 1), "peg"),
    allOrNone: word(FLAGS, view.getUint8(start + 2), "flag"),
    singlePrice: word(FLAGS, view.getUint8(start + 3), "flag"),
  };
  return { value, length: at - start };
}

function encodeCancel(command: CancelOrder, view: DataView, start: number): number {
  view.setUint8(start, CANCEL);
  view.setUint8(start + 1, idLength(command.clientOrderId));
  view.setUint8(start + 2, idLength(command.origClientOrderId));
  putTime(view, start + 3, command.timeMicros, "timeMicros");
  putInt(view, start + 11, command.session, "session");
  putInt(view, start + 15, command.account, "account");
  putTime(view, start + 19, command.orderId, "orderId");
  putInt(view, start + 27, command.totalQuantity, "totalQuantity");
  return putText(view, putText(view, start + 31, command.clientOrderId), command.origClientOrderId);
}

function decodeCancel(view: DataView, start: number, end: number): CancelOrder {
  if (end - start < 31) throw malformed("a cancel is cut off");
  const idBytes = view.getUint8(start + 1);
  const origBytes = view.getUint8(start + 2);
  if (start + 31 + idBytes + origBytes !== end) throw malformed("a cancel has another length than its ids");
  return {
    type: "cancel",
    timeMicros: getTime(view, start + 3),
    session: view.getInt32(start + 11, true),
    account: view.getInt32(start + 15, true),
    clientOrderId: getText(view, start + 31, idBytes),
    origClientOrderId: getText(view, start + 31 + idBytes, origBytes),
    orderId: getTime(view, start + 19),
    totalQuantity: view.getInt32(start + 27, true),
  };
}

function encodeReplace(command: ReplaceOrder, view: DataView, start: number): number {
  const { price, triggerPrice } = command;
  view.setUint8(start, REPLACE);
  view.setUint8(start + 1, idLength(command.clientOrderId));
  view.setUint8(start + 2, idLength(command.origClientOrderId));
  view.setUint8(
    start + 3,
    (price === undefined ? 0 : HAS.PRICE) | (triggerPrice === undefined ? 0 : HAS.TRIGGER),
  );
  putTime(view, start + 4, command.timeMicros, "timeMicros");
  putInt(view, start + 12, command.session, "session");
  putInt(view, start + 16, command.account, "account");
  putTime(view, start + 20, command.orderId, "orderId");
  let at = putInt(view, start + 28, command.quantity, "quantity");
  if (price !== undefined) at = putInt(view, at, price, "price");
  if (triggerPrice !== undefined) at = putInt(view, at, triggerPrice, "triggerPrice");
  return putText(view, putText(view, at, command.clientOrderId), command.origClientOrderId);
}

function decodeReplace(view: DataView, start: number, end: number): ReplaceOrder {
  if (end - start < 32) throw malformed("a replace is cut off");
  const idBytes = view.getUint8(start + 1);
  const origBytes = view.getUint8(start + 2);
  const present = view.getUint8(start + 3);
  const triggerAt = start + 32 + (present & HAS.PRICE ? 4 : 0);
  const idAt = triggerAt + (present & HAS.TRIGGER ? 4 : 0);
  if (present > 3 || idAt + idBytes + origBytes !== end) {
    throw malformed("a replace has another length than its fields");
  }
  return {
    type: "replace",
    timeMicros: getTime(view, start + 4),
    session: view.getInt32(start + 12, true),
    account: view.getInt32(start + 16, true),
    clientOrderId: getText(view, idAt, idBytes),
    origClientOrderId: getText(view, idAt + idBytes, origBytes),
    orderId: getTime(view, start + 20),
    quantity: view.getInt32(start + 28, true),
    price: present & HAS.PRICE ? view.getInt32(start + 32, true) : undefined,
    triggerPrice: present & HAS.TRIGGER ? view.getInt32(triggerAt, true) : undefined,
  };
}

function encodePlain(command: VenueCommand, target: Uint8Array, offset: number): number {
  if (!isCold(command.type)) throw new VenueError("invalid-command", `there is no command ${command.type}`);
  const bytes = utf8.encode(JSON.stringify(command, finite));
  if (target.length - offset < bytes.length + 1) throw tooSmall(bytes.length + 1, target.length - offset);
  target[offset] = PLAIN;
  target.set(bytes, offset + 1);
  return bytes.length + 1;
}

/** JSON would write `null`, and a replay would carry out another command. */
function finite(name: string, value: unknown): unknown {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  throw new VenueError("invalid-command", `${name} must be a finite number, was ${value}`);
}

function decodePlain(bytes: Uint8Array): VenueCommand {
  let command: unknown;
  try {
    command = JSON.parse(fromUtf8.decode(bytes));
  } catch (cause) {
    throw new VenueError("malformed-command", "a plain command is not JSON", { cause });
  }
  if (
    typeof command !== "object" ||
    command === null ||
    !isCold((command as VenueCommand).type) ||
    !Number.isSafeInteger((command as VenueCommand).timeMicros)
  ) {
    throw malformed("a plain command has no known type or no time");
  }
  return command as VenueCommand;
}

function isCold(type: string): boolean {
  return COMMAND_TYPES.has(type) && type !== "submit" && type !== "cancel" && type !== "replace";
}

function code<T>(words: readonly T[], value: T, name: string): number {
  const index = words.indexOf(value);
  if (index < 0)
    throw new VenueError("invalid-command", `${name} must be one of ${words.join(", ")}, was ${value}`);
  return index;
}

function word<T>(words: readonly T[], index: number, name: string): T {
  if (index >= words.length) throw malformed(`there is no ${name} ${index}`);
  return words[index]!;
}

function putInt(view: DataView, at: number, value: number, name: string): number {
  if ((value | 0) !== value) {
    throw new VenueError("invalid-command", `${name} must be a 32-bit integer, was ${value}`);
  }
  view.setInt32(at, value, true);
  return at + 4;
}

function putTime(view: DataView, at: number, value: number, name: string): number {
  if (!Number.isSafeInteger(value)) {
    throw new VenueError("invalid-command", `${name} must be a safe integer, was ${value}`);
  }
  view.setFloat64(at, value, true);
  return at + 8;
}

function getTime(view: DataView, at: number): number {
  const value = view.getFloat64(at, true);
  if (!Number.isSafeInteger(value)) throw malformed("a time or order id is not a safe integer");
  return value;
}

function idLength(id: string): number {
  if (id.length > 255) {
    throw new VenueError("invalid-command", `a client order id has at most 255 characters, had ${id.length}`);
  }
  return id.length;
}

function putText(view: DataView, at: number, text: string): number {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0xff) {
      throw new VenueError(
        "invalid-command",
        `a client order id must be Latin-1, was ${JSON.stringify(text)}`,
      );
    }
    view.setUint8(at + index, unit);
  }
  return at + text.length;
}

function getText(view: DataView, at: number, length: number): string {
  let text = "";
  for (let index = 0; index < length; index++) text += String.fromCharCode(view.getUint8(at + index));
  return text;
}

function tooSmall(needed: number, room: number): VenueError {
  return new VenueError("buffer-too-small", `the command needs up to ${needed} bytes, there are ${room}`);
}

function malformed(message: string): VenueError {
  return new VenueError("malformed-command", message);
}
