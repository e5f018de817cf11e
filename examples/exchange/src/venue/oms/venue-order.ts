import type { OrderType, SelfTradeMode, TimeInForce } from "@exchange-kit/orderbook";
import type { ByteReader, ByteWriter } from "../bytes.ts";
import type { Capacity, OrderExtras, OrderSide } from "../commands.ts";
import type { OrderStatus, OrderView } from "../order-view.ts";
import { CAPACITIES, MODES, POST_ONLY, SIDES, STATUSES, TIMES, TYPES } from "../words.ts";

/** The record of an order. Records are used again for later orders; `slot` is what the engine and the gate call it. */
export class VenueOrder implements OrderView {
  /** Its place in the store, 1, 2, 3, …: small integers, so that no table is needed to find it. */
  readonly slot: number;
  orderId = 0;
  clientOrderId = "";
  origClientOrderId = "";
  /** The one that it was entered with; empty before the first replace. */
  firstClientOrderId = "";
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

  // Field by field: a snapshot has tens of thousands of orders, and the venue stands still meanwhile.

  write(writer: ByteWriter): void {
    writer.double(this.orderId);
    writer.text(this.clientOrderId);
    writer.text(this.origClientOrderId);
    writer.text(this.firstClientOrderId);
    writer.int(this.session);
    writer.int(this.account);
    writer.int(this.firm);
    writer.int(this.instrument);
    writer.int(this.quantity);
    writer.int(this.leavesQuantity);
    writer.int(this.cumulativeQuantity);
    writer.int(this.shownQuantity);
    writer.int(this.selfTradeGroup);
    writer.word(SIDES, this.side);
    writer.word(TYPES, this.orderType);
    writer.word(TIMES, this.timeInForce);
    writer.word(CAPACITIES, this.capacity);
    writer.word(STATUSES, this.status);
    writer.word(MODES, this.selfTradeMode);
    writer.word(POST_ONLY, this.postOnly);
    writer.byte((this.isWaiting ? 1 : 0) | (this.isHeld ? 2 : 0));
    writeOptional(writer, this.price);
    writeOptional(writer, this.triggerPrice);
    writeOptional(writer, this.expireTimeMicros);
    writeOptional(writer, this.displayQuantity);
    writeOptional(writer, this.minimumQuantity);
    writer.text(this.extras === undefined ? "" : JSON.stringify(this.extras, EXTRAS));
    writer.double(this.tradedValue);
    writer.double(this.riskStopPrice);
    writer.double(this.publicReference);
    writer.double(this.enteredMicros);
    writer.double(this.updatedMicros);
    writer.double(this.idStamp);
  }

  read(reader: ByteReader): void {
    this.orderId = reader.double();
    this.clientOrderId = reader.text();
    this.origClientOrderId = reader.text();
    this.firstClientOrderId = reader.text();
    this.session = reader.int();
    this.account = reader.int();
    this.firm = reader.int();
    this.instrument = reader.int();
    this.quantity = reader.int();
    this.leavesQuantity = reader.int();
    this.cumulativeQuantity = reader.int();
    this.shownQuantity = reader.int();
    this.selfTradeGroup = reader.int();
    this.side = reader.word(SIDES);
    this.orderType = reader.word(TYPES);
    this.timeInForce = reader.word(TIMES);
    this.capacity = reader.word(CAPACITIES)!;
    this.status = reader.word(STATUSES);
    this.selfTradeMode = reader.word(MODES)!;
    this.postOnly = reader.word(POST_ONLY);
    const flags = reader.byte();
    this.isWaiting = (flags & 1) !== 0;
    this.isHeld = (flags & 2) !== 0;
    this.price = readOptional(reader);
    this.triggerPrice = readOptional(reader);
    this.expireTimeMicros = readOptional(reader);
    this.displayQuantity = readOptional(reader);
    this.minimumQuantity = readOptional(reader);
    const extras = reader.text();
    this.extras = extras === "" ? undefined : (JSON.parse(extras) as OrderExtras);
    this.tradedValue = reader.double();
    this.riskStopPrice = reader.double();
    this.publicReference = reader.double();
    this.enteredMicros = reader.double();
    this.updatedMicros = reader.double();
    this.idStamp = reader.double();
  }
}

function writeOptional(writer: ByteWriter, value: number | undefined): void {
  writer.byte(value === undefined ? 0 : 1);
  if (value !== undefined) writer.double(value);
}

function readOptional(reader: ByteReader): number | undefined {
  return reader.byte() === 1 ? reader.double() : undefined;
}

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
