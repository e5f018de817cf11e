import type { ByteReader, ByteWriter } from "./bytes.ts";
import type { NewOrder, OrderType, SelfTradeMode, TimeInForce } from "./new-order.ts";
import { OrderExtras, type OrderList } from "./order-extras.ts";

const TYPES: readonly OrderType[] = [
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
];
const TIMES: readonly TimeInForce[] = ["gtc", "day", "gtd", "ioc", "fok", "opg", "cls", "auction"];
const MODES: readonly SelfTradeMode[] = ["cancel-newest", "cancel-oldest", "cancel-both", "decrement"];
const POST_ONLY: readonly NewOrder["postOnly"][] = [undefined, "reject", "slide"];

/** How many code bytes of a row are used. */
const CODES = 6;
/** Which of them says that there are extras. */
const HAS_EXTRAS = 5;

/** What an order wants besides side, key and quantity; one instance is reused for the order being worked on. */
export class OrderTerms {
  type: OrderType = "limit";
  time: TimeInForce = "gtc";
  hasLimit = true;
  /** Key of the limit price, when there is one. */
  limit = 0;
  trigger = 0;
  /** Largest part that is shown; -1 shows all. */
  display = -1;
  minimum = 0;
  postOnly: NewOrder["postOnly"] = undefined;
  account = 0;
  session = 0;
  group = 0;
  mode: SelfTradeMode = "cancel-newest";
  expireTime = 0;
  sequence = 0;
  /** What only few orders have. */
  extras: OrderExtras | undefined = undefined;

  /** Becomes the terms of a plain order; only its limit is not known here. Nothing of another order is left. */
  reset(): void {
    this.type = "limit";
    this.time = "gtc";
    this.hasLimit = true;
    this.trigger = 0;
    this.display = -1;
    this.minimum = 0;
    this.postOnly = undefined;
    this.account = 0;
    this.session = 0;
    this.group = 0;
    this.mode = "cancel-newest";
    this.expireTime = 0;
    this.sequence = 0;
    this.extras = undefined;
  }

  /** Whether a record alone says everything about it once it rests. */
  isPlain(): boolean {
    return (
      this.type === "limit" &&
      this.time === "gtc" &&
      this.display < 0 &&
      this.postOnly === undefined &&
      this.account === 0 &&
      this.session === 0 &&
      this.group === 0 &&
      this.extras === undefined
    );
  }
}

/** The {@link OrderTerms} of resting orders that are not plain, by slot; made when the first such order rests. */
export class OrderDetails {
  /** Open quantity of an iceberg that is not shown. */
  reserve: Int32Array = new Int32Array(0);
  display: Int32Array = new Int32Array(0);
  group: Int32Array = new Int32Array(0);
  account: Int32Array = new Int32Array(0);
  session: Int32Array = new Int32Array(0);
  sequence: Float64Array = new Float64Array(0);
  #limit: Int32Array = new Int32Array(0);
  #trigger: Int32Array = new Int32Array(0);
  #minimum: Int32Array = new Int32Array(0);
  #expireTime: Float64Array = new Float64Array(0);
  /** Type, time in force, mode, post-only, has a limit, has extras: one byte each of a row of eight. */
  #codes: Uint8Array = new Uint8Array(0);
  readonly #extras = new Map<number, OrderExtras>();

  store(slot: number, terms: OrderTerms, reserve: number, capacity: number): void {
    if (slot >= this.reserve.length) this.#grow(capacity);
    this.reserve[slot] = reserve;
    this.display[slot] = terms.display;
    this.group[slot] = terms.group;
    this.account[slot] = terms.account;
    this.session[slot] = terms.session;
    this.sequence[slot] = terms.sequence;
    this.#limit[slot] = terms.limit;
    this.#trigger[slot] = terms.trigger;
    this.#minimum[slot] = terms.minimum;
    this.#expireTime[slot] = terms.expireTime;
    const row = slot * 8;
    this.#codes[row] = TYPES.indexOf(terms.type);
    this.#codes[row + 1] = TIMES.indexOf(terms.time);
    this.#codes[row + 2] = MODES.indexOf(terms.mode);
    this.#codes[row + 3] = POST_ONLY.indexOf(terms.postOnly);
    this.#codes[row + 4] = Number(terms.hasLimit);
    this.#codes[row + HAS_EXTRAS] = Number(terms.extras !== undefined);
    if (terms.extras) this.#extras.set(slot, terms.extras);
  }

  /** Forgets what only few orders have. */
  delete(slot: number): void {
    if (this.#codes[slot * 8 + HAS_EXTRAS] === 1) this.#extras.delete(slot);
  }

  extrasOf(slot: number): OrderExtras | undefined {
    return this.#codes[slot * 8 + HAS_EXTRAS] === 1 ? this.#extras.get(slot) : undefined;
  }

  load(slot: number, terms: OrderTerms): void {
    terms.display = this.display[slot]!;
    terms.group = this.group[slot]!;
    terms.account = this.account[slot]!;
    terms.session = this.session[slot]!;
    terms.sequence = this.sequence[slot]!;
    terms.limit = this.#limit[slot]!;
    terms.trigger = this.#trigger[slot]!;
    terms.minimum = this.#minimum[slot]!;
    terms.expireTime = this.#expireTime[slot]!;
    const row = slot * 8;
    terms.type = TYPES[this.#codes[row]!]!;
    terms.time = this.time(slot);
    terms.mode = MODES[this.#codes[row + 2]!]!;
    terms.postOnly = POST_ONLY[this.#codes[row + 3]!]!;
    terms.hasLimit = this.#codes[row + 4] === 1;
    terms.extras = this.extrasOf(slot);
  }

  /** Writes the row of an order for a snapshot. */
  write(slot: number, writer: ByteWriter): void {
    for (const row of [this.reserve, this.display, this.group, this.account, this.session])
      writer.int(row[slot]!);
    for (const row of [this.#limit, this.#trigger, this.#minimum]) writer.int(row[slot]!);
    writer.double(this.sequence[slot]!);
    writer.double(this.#expireTime[slot]!);
    for (let code = 0; code < CODES; code++) writer.byte(this.#codes[slot * 8 + code]!);
    this.extrasOf(slot)?.write(writer);
  }

  /** Reads what {@link OrderDetails.write} wrote. */
  read(slot: number, reader: ByteReader, capacity: number, lists: ReadonlyMap<number, OrderList>): void {
    if (slot >= this.reserve.length) this.#grow(capacity);
    for (const row of [this.reserve, this.display, this.group, this.account, this.session])
      row[slot] = reader.int();
    for (const row of [this.#limit, this.#trigger, this.#minimum]) row[slot] = reader.int();
    this.sequence[slot] = reader.double();
    this.#expireTime[slot] = reader.double();
    for (let code = 0; code < CODES; code++) this.#codes[slot * 8 + code] = reader.byte();
    if (this.#codes[slot * 8 + HAS_EXTRAS] === 1) this.#extras.set(slot, OrderExtras.read(reader, lists));
  }

  expireTime(slot: number): number {
    return this.#expireTime[slot]!;
  }

  type(slot: number): OrderType {
    return TYPES[this.#codes[slot * 8]!]!;
  }

  trigger(slot: number): number {
    return this.#trigger[slot]!;
  }

  setTrigger(slot: number, trigger: number): void {
    this.#trigger[slot] = trigger;
  }

  time(slot: number): TimeInForce {
    return TIMES[this.#codes[slot * 8 + 1]!]!;
  }

  #grow(capacity: number): void {
    const ints = (old: Int32Array): Int32Array => copyInto(new Int32Array(capacity), old);
    const doubles = (old: Float64Array): Float64Array => copyInto(new Float64Array(capacity), old);
    this.reserve = ints(this.reserve);
    this.display = ints(this.display);
    this.group = ints(this.group);
    this.account = ints(this.account);
    this.session = ints(this.session);
    this.sequence = doubles(this.sequence);
    this.#limit = ints(this.#limit);
    this.#trigger = ints(this.#trigger);
    this.#minimum = ints(this.#minimum);
    this.#expireTime = doubles(this.#expireTime);
    this.#codes = copyInto(new Uint8Array(capacity * 8), this.#codes);
  }
}

function copyInto<T extends Int32Array | Float64Array | Uint8Array>(target: T, source: T): T {
  target.set(source);
  return target;
}
