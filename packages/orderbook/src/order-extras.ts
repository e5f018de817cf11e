import type { ByteReader, ByteWriter } from "./bytes.ts";
import type { Contingency, NewOrder, Peg } from "./new-order.ts";

/** Orders that depend on each other. */
export interface OrderList {
  readonly id: number;
  readonly contingency: Contingency;
  /** Slots of its open orders. */
  readonly members: Set<number>;
  /** Lots that its orders traded, beside those of a parent. */
  executed: number;
  /** Whether the parent traded in full. */
  isReleased: boolean;
}

const PEGS: readonly (Peg | undefined)[] = [undefined, "primary", "market", "midpoint"];

/** What only few orders ask for. */
export class OrderExtras {
  /** 0 when a refresh shows no random quantity. */
  displayLow = 0;
  displayHigh = 0;
  /** State of the generator. */
  random = 0;
  /** 0 when it trails by a share of the price, or not at all. */
  trailAmount = 0;
  trailBasisPoints = 0;
  limitOffset = 0;
  peg: Peg | undefined = undefined;
  pegOffset = 0;
  /** Price that a pegged order does not pass, `undefined` for none. */
  pegLimit: number | undefined = undefined;
  allOrNone = false;
  singlePrice = false;
  isParent = false;
  list: OrderList | undefined = undefined;

  /** The extras of a new order; `undefined` when it has none, as most do not. */
  static of(order: NewOrder, list?: OrderList, isParent = false): OrderExtras | undefined {
    const trails = order.trailAmount !== undefined || order.trailBasisPoints !== undefined;
    const isRandom = order.displayLowQuantity !== undefined;
    if (!(list || trails || isRandom || order.peg || order.allOrNone || order.singlePrice)) return undefined;
    const extras = new OrderExtras();
    extras.displayLow = order.displayLowQuantity ?? 0;
    extras.displayHigh = order.displayHighQuantity ?? 0;
    extras.random = (order.randomSeed ?? 0) | 0;
    extras.trailAmount = order.trailAmount ?? 0;
    extras.trailBasisPoints = order.trailBasisPoints ?? 0;
    extras.limitOffset = order.limitOffset ?? 0;
    extras.peg = order.peg;
    extras.pegOffset = order.pegOffset ?? 0;
    extras.pegLimit = order.peg ? order.price : undefined;
    extras.allOrNone = order.allOrNone ?? false;
    extras.singlePrice = order.singlePrice ?? false;
    extras.isParent = isParent;
    extras.list = list;
    return extras;
  }

  write(writer: ByteWriter): void {
    for (const value of [
      this.displayLow,
      this.displayHigh,
      this.random,
      this.trailAmount,
      this.trailBasisPoints,
      this.limitOffset,
      this.pegOffset,
      this.pegLimit ?? 0,
    ])
      writer.int(value);
    writer.byte(PEGS.indexOf(this.peg));
    const bits = [this.pegLimit !== undefined, this.allOrNone, this.singlePrice, this.isParent];
    writer.byte(bits.reduce((byte, bit, index) => byte | (Number(bit) << index), 0));
    writer.double(this.list?.id ?? 0);
  }

  static read(reader: ByteReader, lists: ReadonlyMap<number, OrderList>): OrderExtras {
    const extras = new OrderExtras();
    extras.displayLow = reader.int();
    extras.displayHigh = reader.int();
    extras.random = reader.int();
    extras.trailAmount = reader.int();
    extras.trailBasisPoints = reader.int();
    extras.limitOffset = reader.int();
    extras.pegOffset = reader.int();
    const pegLimit = reader.int();
    extras.peg = PEGS[reader.byte()];
    const bits = reader.byte();
    extras.pegLimit = (bits & 1) !== 0 ? pegLimit : undefined;
    extras.allOrNone = (bits & 2) !== 0;
    extras.singlePrice = (bits & 4) !== 0;
    extras.isParent = (bits & 8) !== 0;
    extras.list = lists.get(reader.double());
    return extras;
  }
}
