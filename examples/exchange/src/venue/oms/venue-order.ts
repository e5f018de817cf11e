import type { OrderType, SelfTradeMode, TimeInForce } from "@exchange-kit/orderbook";
import type { ByteReader, ByteWriter } from "../bytes.ts";
import type { Capacity, OrderExtras, OrderSide } from "../commands.ts";
import type { OrderStatus, OrderView } from "../order-view.ts";

/** The record of an order. Records are used again for later orders; `slot` is what the engine and the gate call it. */
export class VenueOrder implements OrderView {
  /** Its place in the store, 1, 2, 3, …: small integers, so that no table is needed to find it. */
  readonly slot: number;
  orderId = 0;
  clientOrderId = "";
  origClientOrderId = "";
  session = 0;
  account = 0;
  firm = 0;
  instrument = 0;
  side: OrderSide = "buy";
  orderType: OrderType = "limit";
  timeInForce: TimeInForce = "day";
  quantity = 0;
  price: number | undefined = undefined;
  triggerPrice: number | undefined = undefined;
  expireTimeMicros: number | undefined = undefined;
  displayQuantity: number | undefined = undefined;
  minimumQuantity: number | undefined = undefined;
  postOnly: "reject" | "slide" | undefined = undefined;
  capacity: Capacity = "agency";
  extras: OrderExtras | undefined = undefined;
  status: OrderStatus = "new";
  isWaiting = false;
  /** Whether it is in the book at no price: it waits for its trigger, or for an auction. */
  isHeld = false;
  selfTradeGroup = 0;
  selfTradeMode: SelfTradeMode = "cancel-newest";
  leavesQuantity = 0;
  cumulativeQuantity = 0;
  tradedValue = 0;
  publicReference = 0;
  /** Lots that the public sees of it. */
  shownQuantity = 0;
  /** Trigger price that the risk gate goes by: a trailing stop may have none of its own. */
  riskStopPrice = 0;
  enteredMicros = 0;
  updatedMicros = 0;
  /** Hash of account and client order id, from the request until the order is found by it: see {@link ClientOrderIds}. */
  idHash = 0;
  /** Counts the ids given: which of two orders got its id later. */
  idStamp = 0;

  constructor(slot: number) {
    this.slot = slot;
  }

  get isBuy(): boolean {
    return this.side === "buy";
  }

  write(writer: ByteWriter): void {
    writer.double(this.orderId);
    writer.text(this.clientOrderId);
    writer.text(this.origClientOrderId);
    for (const name of INTEGERS) writer.int(this[name]);
    for (const name of WORDS) writer.text(this[name]);
    for (const name of OPTIONAL) {
      const value = this[name];
      writer.byte(value === undefined ? 0 : 1);
      writer.double(value ?? 0);
    }
    writer.text(this.postOnly ?? "");
    writer.text(this.extras === undefined ? "" : JSON.stringify(this.extras, EXTRAS));
    writer.byte((this.isWaiting ? 1 : 0) | (this.isHeld ? 2 : 0));
    for (const name of DOUBLES) writer.double(this[name]);
  }

  read(reader: ByteReader): void {
    this.orderId = reader.double();
    this.clientOrderId = reader.text();
    this.origClientOrderId = reader.text();
    for (const name of INTEGERS) this[name] = reader.int();
    // What the words are is the writer's promise: a snapshot is checked by its sum.
    for (const name of WORDS) (this as Record<(typeof WORDS)[number], string>)[name] = reader.text();
    for (const name of OPTIONAL) {
      const isThere = reader.byte() === 1;
      const value = reader.double();
      this[name] = isThere ? value : undefined;
    }
    const postOnly = reader.text();
    this.postOnly = postOnly === "" ? undefined : (postOnly as "reject" | "slide");
    const extras = reader.text();
    this.extras = extras === "" ? undefined : (JSON.parse(extras) as OrderExtras);
    const flags = reader.byte();
    this.isWaiting = (flags & 1) !== 0;
    this.isHeld = (flags & 2) !== 0;
    for (const name of DOUBLES) this[name] = reader.double();
  }
}

const INTEGERS = [
  "session",
  "account",
  "firm",
  "instrument",
  "quantity",
  "leavesQuantity",
  "cumulativeQuantity",
  "shownQuantity",
  "selfTradeGroup",
] as const;
const WORDS = ["side", "orderType", "timeInForce", "capacity", "status", "selfTradeMode"] as const;
const OPTIONAL = ["price", "triggerPrice", "expireTimeMicros", "displayQuantity", "minimumQuantity"] as const;
const DOUBLES = [
  "tradedValue",
  "riskStopPrice",
  "publicReference",
  "enteredMicros",
  "updatedMicros",
  "idStamp",
] as const;
/** In a fixed order, so that equal extras are equal bytes. */
const EXTRAS: string[] = [
  "trailAmount",
  "trailBasisPoints",
  "limitOffset",
  "peg",
  "pegOffset",
  "displayLowQuantity",
  "displayHighQuantity",
  "randomSeed",
  "allOrNone",
  "singlePrice",
] satisfies (keyof OrderExtras)[];
